"""One call for every format: the reader is chosen by the bytes, and what cannot be read says why."""

import gzip
import io
import os
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from fuzz_readers import mutate

from unionnlp.errors import EmptyDocument, Encrypted, ReadError, TooLarge, Undecodable, UnionNLPError, UnsupportedFormat
from unionnlp.reading import read as reading
from unionnlp.reading.read import read, read_all
from unionnlp.reading.sniff import KINDS, claimed, sniff

LINES = ("某公司工会2014年工作总结", "一、组织建设", "新建工会12家，发展会员350人，组建率达97.5%。", "二、帮扶救助", "走访慰问困难职工46户，发放慰问金9.2万元。")


def word(style: str | None = None) -> bytes:
    made = docx.Document()
    for line in LINES:
        made.add_paragraph(line, style)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def page() -> bytes:
    return ("<html><body>" + "".join(f"<p>{line}</p>\n" for line in LINES) + "</body></html>").encode()


def plain() -> bytes:
    return "\n".join(LINES).encode()


def packed(*names: str, first: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, first if name == "mimetype" else b"x")
    return buffer.getvalue()


def compound(stream: str) -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 100


KIND_CASES = {
    "docx": word(),
    "html": page(),
    "text": plain(),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "doc": compound("WordDocument"),
    "xls": compound("Workbook"),
    "ppt": compound("PowerPoint Document"),
    "ole2": compound("Other"),
    "encrypted": compound("EncryptedPackage"),
    "xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": packed("mimetype", "content.xml", first=b"application/vnd.oasis.opendocument.text"),
    "ods": packed("mimetype", "content.xml", first=b"application/vnd.oasis.opendocument.spreadsheet"),
    "ofd": packed("OFD.xml"),
    "zip": packed("总结.docx"),
    "rtf": b"{\\rtf1\\ansi}",
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x",
    "xml": b'<?xml version="1.0"?>\r\n<?mso-application progid="Word.Document"?><w:wordDocument/>',
    "rar": b"Rar!\x1a\x07\x01\x00",
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04",
    "gzip": gzip.compress(b"x"),
    "png": b"\x89PNG\r\n\x1a\n\0",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gif": b"GIF89a\1\0",
    "bmp": b"BM\x36\0\1\0\0\0\0\0\x36\0\0\0",
    "tiff": b"II*\0\x08\0",
    "webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "media": b"\0\0\0\x18ftypmp42",
    "program": b"MZ\x90\0\x03\0\0\0",
    "database": b"SQLite format 3\0",
}


READABLE = set(reading._READERS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_by_its_bytes(kind: str) -> None:
    data = KIND_CASES[kind]
    assert sniff(data) == kind
    if kind == "encrypted":
        with pytest.raises(Encrypted):
            read(data, "x.docx")
    elif kind in ("text", "docx", "html"):
        assert read(data).text.split("\n") == list(LINES)
    elif kind in READABLE:  # these are but stubs
        with pytest.raises(ReadError) as failed:
            read(data, "x.txt")
        assert not isinstance(failed.value, UnsupportedFormat)
    else:
        with pytest.raises(UnsupportedFormat) as caught:
            read(data, "x.txt")
        assert (KINDS[kind] if kind != "zip" else "read_all") in caught.value.reason


HTML = ["<html>", "  \n<!-- a --> <!-- b -->\n<HTML lang=zh>", "\ufeff<p>甲", '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x">', "<table border=1>", "<META charset=gbk>"]


@pytest.mark.parametrize("head", HTML)
def test_pages_are_known_by_their_first_element(head: str) -> None:
    assert sniff(head.encode()) == "html"
    assert sniff(head.removeprefix("\ufeff").encode("utf-16")) == "html"


@pytest.mark.parametrize("text", ["<工会>", "工会<html>", "<pp>", "<!-- 工会", "MZ工会", "BM", "From: 工会", "<" * 5000, "<!--" * 2000, "  " * 3000])
def test_what_only_looks_like_another_kind_is_text(text: str) -> None:
    assert sniff(text.encode()) == "text"


def test_the_same_text_from_every_format() -> None:
    texts = {read(data).text for data in (plain(), plain().decode().encode("gb18030"), plain().decode().encode("utf-16"), word(), page())}
    assert texts == {"\n".join(LINES)}


@pytest.mark.parametrize(("data", "name", "note"), [(page(), "总结.doc", "format: html, the name says doc"), (word(), "总结.TXT", "format: docx, the name says text")])
def test_a_name_that_claims_another_format_is_noted(data: bytes, name: str, note: str) -> None:
    assert read(data, name).notes[0] == note
    assert read(data, name).source == name


@pytest.mark.parametrize(("data", "name"), [(page(), "a.htm"), (word(), "a.docx"), (plain(), "a.txt"), (plain(), "a"), (plain(), "第1.2版")])
def test_an_honest_name_is_not(data: bytes, name: str) -> None:
    assert read(data, name).notes == ()


def test_names_claim_known_kinds_only() -> None:
    for extension in ("txt", "docx", "doc", "wps", "pdf", "xls", "xlsx", "htm", "zip", "jpg"):
        assert set(claimed(f"x.{extension}")) <= set(KINDS)
        assert claimed(f"x.{extension}")


def test_a_path_is_the_source(tmp_path: Path) -> None:
    path = tmp_path / "总结.txt"
    path.write_bytes("工会\r\n工作总结".encode())
    assert read(path).source == str(path)
    assert read(str(path)).text == "工会\r\n工作总结"
    assert read(path, "另一名").source == "另一名"
    assert read_all(path) == (read(path),)


def test_files_that_are_not_there_or_not_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="no such file") as caught:
        read(tmp_path / "没有.docx")
    assert caught.value.source.endswith("没有.docx")
    path = tmp_path / "a.txt"
    path.write_text("工会", encoding="utf-8")
    for strange in (tmp_path, path / "b.txt", "工会\0", "工" * 5000):
        with pytest.raises(ReadError):
            read(strange)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadError, match="not a file"):
        read(tmp_path / "pipe")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ReadError, match="not readable") as refused:
        read(path)
    assert isinstance(refused.value.__cause__, PermissionError)


def test_sizes_are_limited_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(reading.MOST_BYTES + 1)  # sparse: takes no room
    with pytest.raises(TooLarge):
        read(path)
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(TooLarge):
        read("工会工作总结".encode(), "x.txt")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\ufeff".encode(), "\u3000\u3000\n\xa0".encode(), "\ufeff \n".encode("utf-16-le")])
def test_nothing_to_read_is_an_error(data: bytes) -> None:
    with pytest.raises(EmptyDocument):
        read(data, "x.txt")


def test_readers_are_imported_when_they_are_needed() -> None:
    code = (
        "import sys, unionnlp.reading.read as r; heavy = {'lxml', 'docx'} & set(sys.modules); assert not heavy, heavy; "
        "r.read('工会'.encode()); assert 'lxml' not in sys.modules; r.read(b'<html>' + '工会'.encode()); assert 'lxml' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_empty_word_file_is_an_error() -> None:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    with pytest.raises(EmptyDocument):
        read(buffer.getvalue(), "x.docx")


def repack(data: bytes, name: str, change: object) -> bytes:
    """The package with one member changed and packed anew, so that the change reaches the XML."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            member = old.read(info)
            new.writestr(info.filename, change(member) if info.filename == name else member)  # type: ignore[operator]
    return buffer.getvalue()


SEEDS = {
    "docx": (word(), mutate),
    "docx body": (word(), lambda data, chance: repack(data, "word/document.xml", lambda member: mutate(member, chance))),
    "docx numbering": (word("List Number"), lambda data, chance: repack(data, "word/numbering.xml", lambda member: mutate(member, chance))),
    "html": (page(), mutate),
    "text": (plain(), mutate),
    "gbk text": (plain().decode().encode("gb18030"), mutate),
}


@pytest.mark.parametrize("seed_file", SEEDS)
def test_a_damaged_file_gives_a_document_or_an_error_of_ours(seed_file: str) -> None:
    data, change = SEEDS[seed_file]
    read_well = 0
    for seed in range(300 if " " not in seed_file else 100):
        damaged = change(data, random.Random(seed))
        try:
            document = read(damaged, f"x.{seed_file}")
        except UnionNLPError:
            continue
        read_well += 1
        for table in document.tables:
            assert all(document.text[c.start : c.end] == c.text for row in table.rows for c in row)
    assert read_well or seed_file == "docx", "the changes are small enough for some to be read"


def test_damage_is_told_apart() -> None:
    """A checksum that fails is a broken zip, no empty document and no foreign exception."""
    data = word()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("word/document.xml")
    checksum = struct.pack("<I", info.CRC)
    damaged = data.replace(checksum, struct.pack("<I", info.CRC ^ 1))
    assert damaged != data
    with pytest.raises(ReadError, match="broken zip"):
        read(damaged, "x.docx")
    with pytest.raises(Undecodable):
        read(b"\x01X" + damaged[2:], "x.docx")
