"""Binary Word files: pieces, properties and lists, beyond what report.doc shows (test_formats.py)."""

import contextlib
import struct
from pathlib import Path

import pytest

from unionnlp.errors import Encrypted, ReadError, TooLarge, UnionNLPError, UnsupportedFormat
from unionnlp.reading import word_binary
from unionnlp.reading.compound import Compound
from unionnlp.reading.legacy_word import _blanked, _instructions
from unionnlp.reading.read import read
from unionnlp.reading.word_binary import Binary, sprms
from unionnlp.reading.word_lists import _level

DATA = (Path(__file__).parent / "files" / "report.doc").read_bytes()


def streams() -> tuple[bytearray, dict[str, bytes]]:
    file = Compound(DATA, "x.doc")
    return bytearray(file.read("WordDocument")), {name: file.read(name) for name in ("0Table", "1Table")}


def flags(word: bytearray) -> int:
    return struct.unpack_from("<H", word, 10)[0]


def pieces(*made: tuple[str, bool]) -> Binary:
    """A file whose text is put together of these; True for pieces of one byte a character."""
    word, tables = streams()
    borders, places, cp = [0], b"", 0
    for text, narrow in made:
        offset = len(word)
        word += text.encode("cp1252" if narrow else "utf-16-le")
        cp += len(text.encode("utf-16-le")) // 2
        borders.append(cp)
        places += struct.pack("<HIH", 0, 2 * offset | 0x40000000 if narrow else offset, 0)
    plc = struct.pack(f"<{len(borders)}I", *borders) + places
    table = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(plc)) + plc
    word[0x1A2:0x1AA] = struct.pack("<II", 0, len(table))
    return Binary(bytes(word), dict.fromkeys(tables, table), "x.doc")


def test_pieces_of_either_width_join() -> None:
    assert pieces(("工会", False), (" 2019 “A”", True), ("总结", False)).text == "工会 2019 “A”总结"


def test_positions_count_halves_of_pairs() -> None:
    """A character outside the basic plane takes two positions, so that those behind it stay right."""
    assert len(pieces(("𠮷工", False)).text) == 3


def test_a_protected_file() -> None:
    word, tables = streams()
    word[10:12] = struct.pack("<H", flags(word) | 0x0100)
    with pytest.raises(Encrypted):
        Binary(bytes(word), tables, "x.doc")


def test_a_file_of_word_95() -> None:
    word, tables = streams()
    word[:4] = struct.pack("<HH", 0xA5DC, 0x68)
    with pytest.raises(UnsupportedFormat, match="Word 95"):
        Binary(bytes(word), tables, "x.doc")


def test_more_characters_than_a_report_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_binary, "_MOST_CHARACTERS", 100)
    with pytest.raises(TooLarge):
        read(DATA, "x.doc")


@pytest.mark.parametrize("cut", range(0, len(DATA) - 512, 509))
def test_a_file_that_is_cut_off(cut: int) -> None:
    """An error, or the whole text where only what stands behind it is lost."""
    if cut < len(DATA) - 2048:
        with pytest.raises(UnionNLPError):
            read(DATA[:cut], "x.doc")
    else:
        with contextlib.suppress(UnionNLPError):
            assert read(DATA[:cut], "x.doc") == read(DATA, "x.doc")


@pytest.mark.parametrize("cut", [0, 10, 0x99, 0x200, 0x600])
def test_a_stream_that_is_cut_off(cut: int) -> None:
    word, tables = streams()
    with pytest.raises(ReadError, match="Word document"):
        Binary(bytes(word[:cut]), tables, "x.doc")


def test_changes_of_properties() -> None:
    """One byte, two, four, three, and sizes that are said; what is cut off ends the list."""
    grpprl = (
        struct.pack("<HB", 0x2416, 1) + struct.pack("<HH", 0x460B, 3) + struct.pack("<Hi", 0x6649, 2) + b"\x08\xd6\x04\x00abc" + struct.pack("<HB", 0x2417, 1)
    )
    assert [sprm for sprm, _ in sprms(grpprl)] == [0x2416, 0x460B, 0x6649, 0xD608, 0x2417]
    assert [sprm for sprm, _ in sprms(grpprl[:-2])] == [0x2416, 0x460B, 0x6649, 0xD608]
    assert list(sprms(b"\x15\xc6\xff")) == []


def test_instructions_of_fields() -> None:
    """Fields may stand in fields; one that does not end hides nothing."""
    text = "甲\x13 HYPERLINK \x13 X \x14Y\x15\x14链接\x15乙\x13PAGE\x15\x13开"
    shown = _blanked(text, sorted(_instructions(text)))
    assert len(shown) == len(text)
    assert shown.replace("\0", "").replace("\x15", "").replace("\x13", "") == "甲链接乙开"


def test_a_level_of_a_list() -> None:
    """（%1） in Chinese numbers, from 3; what follows a damaged one does not matter."""
    text = "（\x00）"
    data = struct.pack("<iBB", 3, 37, 0) + bytes(22) + struct.pack("<H", len(text)) + text.encode("utf-16-le")
    level, end = _level(data, 0)
    assert (level.format, level.text, level.start, end) == ("chineseCounting", "（%1）", 3, len(data))
    assert _level(data[:20], 0)[1] == 20
