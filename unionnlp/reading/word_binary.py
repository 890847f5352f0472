"""The structures of a binary Word file: where its text lies, and what is said about characters and paragraphs.

The text is a sequence of character positions (cp), UTF-16 units of all stories one after the other; the piece table says
where in the file each stretch of it lies (fc). Properties are stored by fc, in pages of 512 bytes, as lists of changes
(sprm). Source: [MS-DOC] 2.4 to 2.9.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Encrypted, ReadError, TooLarge, UnsupportedFormat

__all__ = ["Binary", "Paragraph", "sprms"]

_WORD_97 = 0xC1
"""The oldest version whose files are laid out like this."""

_MOST_CHARACTERS = 10_000_000
"""Characters of all stories; pieces may point to the same bytes again and again."""

_PAGE = 512
_BLOB = 0x9A
"""Where the list of (offset, length) of the structures in the table stream begins."""

_STORIES = {name: 0x4C + 4 * i for i, name in enumerate(("text", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header_boxes"))}
"""The stories, in the order of their characters, with the place of their length."""

_DELETED, _HIDDEN, _SPECIAL = 0x0800, 0x083C, 0x0855
_IN_TABLE, _ROW_END, _DEPTH, _INNER_CELL, _INNER_ROW_END, _LIST_LEVEL, _LIST = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C, 0x260A, 0x460B
_ROW_CELLS = 0xD608
_OPERAND = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Size of what follows a sprm, by its three highest bits; 6 states it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a paragraph says about itself that changes its text; ``list_id`` and ``level`` are None where its style decides."""

    style: int = 0
    depth: int = 0  # tables around it
    cell_end: bool = False  # of a table within a table; others end with a mark of their own
    row_end: bool = False
    list_id: int | None = None
    level: int | None = None
    edges: tuple[int, ...] = ()  # of the row that ends here


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    offset: int
    width: int  # bytes a character

    def fc(self, cp: int) -> int:
        return self.offset + (cp - self.start) * self.width


def sprms(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    """The changes of a list, each with its operand; a list that is cut off ends early."""
    at = 0
    while at + 2 < len(grpprl):
        sprm = grpprl[at] | grpprl[at + 1] << 8
        at += 2
        size = _OPERAND.get(sprm >> 13, 0)
        if not size:
            if sprm == _ROW_CELLS:
                size = int.from_bytes(grpprl[at : at + 2], "little") + 1
            elif sprm == 0xC615 and grpprl[at] == 255:  # a list of tab stops that does not say how long it is: the end
                return
            else:
                size = grpprl[at] + 1
        yield sprm, grpprl[at : at + size]
        at += size


class Binary:
    """A Word file as text and properties by character position.

    Args:
        word, tables: the stream WordDocument, and the table streams by name.
        source: the name for errors.

    Raises:
        ReadError: broken, or not laid out like a Word file.
        Encrypted: protected by a password.
        UnsupportedFormat: written by Word 95 or older.
        TooLarge: more characters than a report has.
    """

    __slots__ = ("_pages", "_paragraphs", "_pieces", "_source", "_table", "_word", "text")

    def __init__(self, word: bytes, tables: dict[str, bytes], source: str) -> None:
        self._word = word
        self._source = source
        if len(word) < _BLOB:
            raise self._broken("no header")
        magic, version = struct.unpack_from("<HH", word)
        flags = struct.unpack_from("<H", word, 10)[0]
        if version < _WORD_97 and magic in (0xA5DC, 0xA5EC):
            raise UnsupportedFormat(source, "written by Word 95 or older")
        if magic != 0xA5EC:
            raise self._broken("no header")
        if flags & 0x0100:
            raise Encrypted(source, "the Word document is protected by a password")
        self._table = tables.get("1Table" if flags & 0x0200 else "0Table", b"")
        self._pieces = list(self._read_pieces())
        self.text = "".join(self._decoded(piece) for piece in self._pieces)
        self._pages = self._property_pages(13)
        self._paragraphs: dict[bytes, Paragraph] = {}

    def _broken(self, why: str) -> ReadError:
        return ReadError(self._source, f"truncated or broken Word document: {why}")

    # ------------------------------------------------------------------------------------------------- stories and structures

    def story(self, name: str) -> tuple[int, int]:
        """The first and the last position of a story: "text", "footnotes", "headers", "endnotes", "boxes"."""
        start = 0
        for story, place in _STORIES.items():
            length = max(0, struct.unpack_from("<i", self._word, place)[0])
            if story == name:
                return min(start, len(self.text)), min(start + length, len(self.text))
            start += length
        raise KeyError(name)

    def structure(self, index: int, *, beyond: bool = False) -> bytes:
        """A structure of the table stream by its index in the header, with what follows it if ``beyond``."""
        place = _BLOB + 8 * index
        if place + 8 > len(self._word):
            return b""
        offset, length = struct.unpack_from("<II", self._word, place)
        return self._table[offset:] if beyond and length else self._table[offset : offset + length]

    def positions(self, index: int, size: int) -> Iterator[tuple[int, int, bytes]]:
        """A structure of positions with ``size`` bytes of data between them: (position, next position, data)."""
        plc = self.structure(index)
        count = (len(plc) - 4) // (4 + size)
        for i in range(count):
            start, end = struct.unpack_from("<II", plc, 4 * i)
            if end < start:  # stretches that overlap would multiply what they hold
                return
            at = 4 * (count + 1) + size * i
            yield start, end, plc[at : at + size]

    # ------------------------------------------------------------------------------------------------- text

    def _read_pieces(self) -> Iterator[_Piece]:
        clx = self.structure(33)
        at = 0
        while clx[at : at + 1] == b"\x01":  # properties of pieces that were saved in haste
            at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
        if clx[at : at + 1] != b"\x02":
            raise self._broken("no piece table")
        plc = clx[at + 5 : at + 5 + int.from_bytes(clx[at + 1 : at + 5], "little")]
        count = (len(plc) - 4) // 12
        if count < 1 or len(plc) < 4 + 12 * count:
            raise self._broken("an empty piece table")
        borders = struct.unpack_from(f"<{count + 1}I", plc)
        if borders[-1] > _MOST_CHARACTERS:
            raise TooLarge(self._source, f"the text has more than {_MOST_CHARACTERS} characters")
        for i in range(count):
            offset = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)[0]
            narrow = bool(offset & 0x40000000)
            offset = (offset & 0x3FFFFFFF) // 2 if narrow else offset & 0x3FFFFFFF
            piece = _Piece(borders[i], borders[i + 1], offset, 1 if narrow else 2)
            if piece.end < piece.start or piece.fc(piece.end) > len(self._word) or (i == 0 and piece.start):
                raise self._broken("a piece lies outside of the file")
            yield piece

    def _decoded(self, piece: _Piece) -> str:
        """The characters of a piece, one a position: pairs of surrogates stay apart."""
        data = self._word[piece.offset : piece.fc(piece.end)]
        if piece.width == 1:
            return data.decode("cp1252", "replace")
        text = data.decode("utf-16-le", "replace")
        if len(text) * 2 == len(data) and "\ufffd" not in text:
            return text
        return "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data)))

    # ------------------------------------------------------------------------------------------------- properties

    def _property_pages(self, index: int) -> tuple[list[int], list[int]]:
        """Where the stretches of each page begin, and the pages."""
        starts: list[int] = []
        pages: list[int] = []
        for start, _, data in self.positions(index, 4):
            starts.append(start)
            pages.append((int.from_bytes(data, "little") & 0x3FFFFF) * _PAGE)
        return starts, pages

    def _stretches(self, page: int, size: int) -> tuple[tuple[int, ...], list[int]]:
        """The borders of the stretches of a page, and the offset of the properties of each, 0 for none."""
        data = self._word[page : page + _PAGE]
        count = data[-1] if len(data) == _PAGE else 0
        if not count or 4 * (count + 1) + size * count > _PAGE:
            return (), []
        return struct.unpack_from(f"<{count + 1}I", data), [2 * data[4 * (count + 1) + size * i] for i in range(count)]

    def marked(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int]]]:
        """The stretches of the text that were deleted, that are hidden, and that stand for something else than their character."""
        found: tuple[list[tuple[int, int]], ...] = ([], [], [])
        known: dict[bytes, tuple[bool, bool, bool]] = {}
        for page in dict.fromkeys(self._property_pages(12)[1]):
            borders, offsets = self._stretches(page, 1)
            for i, offset in enumerate(offsets):
                if not offset:
                    continue
                at = page + offset
                grpprl = self._word[at + 1 : at + 1 + self._word[at]] if at < len(self._word) else b""
                if grpprl not in known:
                    values = {sprm: operand[:1] for sprm, operand in sprms(grpprl)}
                    known[grpprl] = (values.get(_DELETED) == b"\1", values.get(_HIDDEN) == b"\1", values.get(_SPECIAL) == b"\1")
                for stretches, on in zip(found, known[grpprl], strict=True):
                    if on and borders[i] < borders[i + 1]:
                        stretches.append((borders[i], borders[i + 1]))
        deleted, hidden, special = (self._in_text(sorted(stretches)) for stretches in found)
        return deleted, hidden, special

    def _in_text(self, stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Stretches of the file as stretches of the text."""
        stretches = _apart(stretches)
        starts = [start for start, _ in stretches]
        found: list[tuple[int, int]] = []
        for piece in self._pieces:
            low, high = piece.offset, piece.fc(piece.end)
            for start, end in stretches[max(0, bisect_right(starts, low) - 1) : bisect_right(starts, high)]:
                first, last = max(start, low), min(end, high)
                if first < last:
                    found.append((piece.start + (first - low) // piece.width, piece.start + (last - low) // piece.width))
        return sorted(found)

    def paragraph(self, cp: int) -> tuple[Paragraph, bool]:
        """The properties of the paragraph that ends with the character at ``cp``, and whether one does end there."""
        i = bisect_right(self._pieces, cp, key=lambda piece: piece.start) - 1
        piece = self._pieces[i]
        fc = piece.fc(cp)
        starts, pages = self._pages
        at = bisect_right(starts, fc) - 1
        if at < 0:
            return Paragraph(), False
        borders, offsets = self._stretches(pages[at], 13)
        found = bisect_right(borders, fc) - 1
        if not 0 <= found < len(offsets):
            return Paragraph(), False
        ends = borders[found + 1] == fc + piece.width
        if not offsets[found]:
            return Paragraph(), ends
        place = pages[at] + offsets[found]
        size = self._word[place] if place < len(self._word) else 0
        # One byte gives the length in words, less one byte; if it is 0 the next one gives it in words.
        data = (
            self._word[place + 1 : place + 2 * size]
            if size
            else self._word[place + 2 : place + 2 + 2 * (self._word[place + 1] if place + 1 < len(self._word) else 0)]
        )
        if data not in self._paragraphs:
            self._paragraphs[data] = _paragraph(data)
        return self._paragraphs[data], ends


def _apart(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, joined where they overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _paragraph(data: bytes) -> Paragraph:
    values = dict(sprms(data[2:]))

    def on(sprm: int) -> bool:
        return values.get(sprm, b"\0")[:1] not in (b"\0", b"")

    depth = int.from_bytes(values[_DEPTH][:4], "little", signed=True) if _DEPTH in values else int(on(_IN_TABLE))
    return Paragraph(
        style=int.from_bytes(data[:2], "little"),
        depth=max(depth, 0),
        cell_end=on(_INNER_CELL),
        row_end=on(_ROW_END) or on(_INNER_ROW_END),
        list_id=int.from_bytes(values[_LIST], "little", signed=True) if _LIST in values else None,
        level=values[_LIST_LEVEL][0] if values.get(_LIST_LEVEL) else None,
        edges=_edges(values.get(_ROW_CELLS, b"")),
    )


def _edges(operand: bytes) -> tuple[int, ...]:
    """Where the cells of a row begin and end, in twentieths of a point."""
    count = operand[2] if len(operand) > 2 else 0
    return struct.unpack_from(f"<{count + 1}h", operand, 3) if count and len(operand) >= 3 + 2 * (count + 1) else ()
