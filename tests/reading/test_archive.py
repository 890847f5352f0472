"""Archives: every file once, by its name, and none that was made to harm."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from unionnlp.errors import EmptyDocument, Encrypted, ReadError, TooLarge, UnionNLPError, UnsupportedFormat
from unionnlp.reading import archive
from unionnlp.reading.read import read, read_all, read_each
from unionnlp.records import Document

FILES = Path(__file__).parent / "files"
TEXT = "某县总工会工作总结"


class Raw(zipfile.ZipInfo):
    """A member whose name is written in bytes of its own and not marked as UTF-8."""

    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # zipfile's own name
        return self.raw, self.flag_bits & ~0x800


def packed(members: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in members.items():
            info = Raw(name)
            info.raw = name.encode(encoding)
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, data)
    return buffer.getvalue()


def sources(data: bytes) -> list[str]:
    return [document.source for document in read_all(data, "报送.zip")]


def test_a_parcel_as_units_send_it() -> None:
    """GBK names, a folder, an archive inside, a picture, what systems leave behind."""
    path = FILES / "report.zip"
    documents = read_all(path)
    assert [document.source.removeprefix(str(path)) for document in documents] == ["/县区/总结.docx", "/县区/下级.zip/河口镇/总结.txt", "/县区/下级.zip/乙.rtf"]
    assert len({document.text for document in documents}) == 1
    (error,) = [entry for entry in read_each(path) if isinstance(entry, ReadError)]
    assert isinstance(error, UnsupportedFormat)
    assert error.source == f"{path}/公章.png"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_old_encodings(encoding: str) -> None:
    assert sources(packed({"县区/总结.txt": TEXT.encode()}, encoding)) == ["报送.zip/县区/总结.txt"]


@pytest.mark.parametrize("name", ["C:\\送审\\总结.txt", "/送审/总结.txt", "./送审//总结.txt"])
def test_drives_and_roots_are_dropped(name: str) -> None:
    assert sources(packed({name: TEXT.encode()})) == ["报送.zip/送审/总结.txt"]


@pytest.mark.parametrize("name", ["../总结.txt", "甲/../../总结.txt", "..\\..\\总结.txt", "C:\\..\\x.txt"])
def test_names_that_lead_out_refuse_the_whole(name: str) -> None:
    with pytest.raises(ReadError, match="leads out"):
        read_all(packed({"好.txt": TEXT.encode(), name: TEXT.encode()}), "报送.zip")


@pytest.mark.parametrize("name", ["__MACOSX/._总结.txt", ".DS_Store", "甲/~$总结.docx", "Thumbs.db", ".git/x.txt"])
def test_what_systems_leave_behind_is_passed_over(name: str) -> None:
    assert sources(packed({name: TEXT.encode(), "好.txt": TEXT.encode()})) == ["报送.zip/好.txt"]


def test_one_broken_file_does_not_stop_the_others() -> None:
    found = list(read_each(packed({"坏.docx": b"PK\x03\x04xx", "空.txt": b"", "好.txt": TEXT.encode()}), "报送.zip"))
    assert [type(entry) for entry in found] == [ReadError, EmptyDocument, Document]
    assert [entry.source for entry in found] == ["报送.zip/坏.docx", "报送.zip/空.txt", "报送.zip/好.txt"]


def test_nothing_to_read_says_why() -> None:
    with pytest.raises(EmptyDocument):
        read_all(packed({}), "报送.zip")
    with pytest.raises(EmptyDocument):
        read_all(packed({"空.txt": b""}), "报送.zip")
    with pytest.raises(UnsupportedFormat, match="read_all"):
        read(packed({"好.txt": TEXT.encode()}), "报送.zip")


def test_one_file_is_a_parcel_of_one() -> None:
    assert read_all(TEXT.encode(), "总结.txt") == (read(TEXT.encode(), "总结.txt"),)


def nested(depth: int) -> bytes:
    data = packed({"总结.txt": TEXT.encode()})
    for _ in range(depth - 1):
        data = packed({"内.zip": data})
    return data


def test_archives_in_archives_are_read_a_few_deep() -> None:
    assert sources(nested(4)) == ["报送.zip/内.zip/内.zip/内.zip/总结.txt"]
    for depth in (5, 60):
        with pytest.raises(TooLarge, match="nested"):
            read_all(nested(depth), "报送.zip")


def test_bombs_by_what_they_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge, match="declares"):
        read_all(packed({"x.txt": bytes(9_000_000)}), "x.zip")
    monkeypatch.setattr(archive, "_MOST_TOTAL", 1000)
    monkeypatch.setattr(archive, "_MOST_RATIO", 1)
    with pytest.raises(TooLarge, match="unpacks to more"):
        read_all(packed({f"{i}.txt": TEXT.encode() * 100 for i in range(5)}), "x.zip")
    with pytest.raises(TooLarge, match="unpacks to more"):  # those inside count too
        read_all(packed({"内.zip": packed({"x.txt": TEXT.encode() * 100})}), "x.zip")


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_Budget", lambda size: archive_budget(size, 3))
    with pytest.raises(TooLarge, match="files"):
        read_all(packed({f"{i}.txt": TEXT.encode() for i in range(5)}), "x.zip")


archive_budget = archive._Budget


def test_bombs_that_declare_less() -> None:
    """A member that unpacks to more than it declares costs no more than it declares."""
    data = packed({"x.txt": bytes(5_000_000)})
    lying = data.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 100))
    assert lying != data
    with pytest.raises(ReadError, match="broken zip"):
        read_all(lying, "x.zip")


def test_a_protected_file_in_an_archive() -> None:
    data = bytearray(packed({"总结.txt": TEXT.encode()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Encrypted):
        read_all(bytes(data), "x.zip")


def test_archives_that_branch_end() -> None:
    """Two archives in each of thirty: a thousand million files, if all were followed."""
    data = packed({"x.txt": b""})
    for _ in range(30):
        data = packed({"甲.zip": data, "乙.zip": data})
        if len(data) > 1_000_000:
            break
    with pytest.raises(UnionNLPError):
        read_all(data, "x.zip")
