"""Excel 97-2003 workbooks (.xls, .et): the records of the stream Workbook as sheets. Source: [MS-XLS] 2.4.

A record is (type, length, data). Nothing that a record says of the size of others is believed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import Encrypted, ReadError, TooLarge, UnsupportedFormat
from ..records import Document
from .compound import Compound
from .number_formats import BUILT_IN, shown
from .sheet import Sheet, sheets_document

__all__ = ["read_xls"]

_BEGIN, _END, _PASSWORD, _SHEET, _STRINGS, _CONTINUE, _FORMAT, _STYLE, _FROM_1904 = 0x809, 0x0A, 0x2F, 0x85, 0xFC, 0x3C, 0x41E, 0xE0, 0x22
_ROW, _COLUMNS, _SHARED, _LABEL, _RICH, _RK, _MANY_RK, _NUMBER, _FORMULA, _STRING, _BOOL = (
    0x208,
    0x7D,
    0xFD,
    0x204,
    0xD6,
    0x27E,
    0xBD,
    0x203,
    0x06,
    0x207,
    0x205,
)

_EXCEL_97 = 0x600
_MOST_RECORDS = 4_000_000
"""Records read; sheets may all point to the same ones."""

_MOST_SHEETS = 1000


def read_xls(data: bytes, source: str) -> Document:
    """An .xls or .et file as a document: a row a line, figures as they are shown.

    Raises:
        ReadError: a broken file.
        Encrypted: protected by a password.
        UnsupportedFormat: written by Excel 95 or older.
        TooLarge: more records or cells than a report has.
        Undecodable: the text is mojibake.

    Complexity: O(n log n) in the cells.
    """
    book = _Book(Compound(data, source).read("Workbook"), source)
    return sheets_document(book.sheets(), source)


@dataclass(slots=True)
class _Globals:
    """What the sheets share."""

    places: dict[int, Sheet] = field(default_factory=dict)  # where each sheet begins
    strings: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)  # the format of each cell style
    from_1904: bool = False


class _Book:
    """The records of one workbook."""

    __slots__ = ("_data", "_globals", "_records", "_source")

    def __init__(self, data: bytes, source: str) -> None:
        self._data = data
        self._source = source
        self._records = 0
        self._globals = _Globals()

    def sheets(self) -> list[Sheet]:
        """The sheets in their order."""
        try:
            self._read_globals()
            for place, sheet in self._globals.places.items():
                self._read_sheet(place, sheet)
        except (struct.error, IndexError) as error:
            raise self._broken(str(error)) from error
        return list(self._globals.places.values())

    def _broken(self, why: str) -> ReadError:
        return ReadError(self._source, f"truncated or broken workbook: {why}")

    def _substream(self, at: int) -> Iterator[tuple[int, int, bytes]]:
        """The records from the beginning of a substream to its end, without those of charts within it: (type, offset, data)."""
        depth = 0
        while at + 4 <= len(self._data):
            kind, length = struct.unpack_from("<HH", self._data, at)
            data = self._data[at + 4 : at + 4 + length]
            self._records += 1
            if self._records > _MOST_RECORDS:
                raise TooLarge(self._source, f"the workbook has more than {_MOST_RECORDS} records")
            if len(data) < length:
                break
            if kind == _BEGIN:
                depth += 1
            elif kind == _END:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 0:
                raise self._broken("a sheet does not begin where it should")
            if depth == 1:
                yield kind, at, data
            at += 4 + length
        raise self._broken("it ends too early")

    def _read_globals(self) -> None:
        shared = self._globals
        chunks: list[bytes] = []
        last = 0
        for kind, _, data in self._substream(0):
            if kind == _BEGIN and struct.unpack_from("<H", data)[0] != _EXCEL_97:
                raise UnsupportedFormat(self._source, "written by Excel 95 or older")
            if kind == _PASSWORD:
                raise Encrypted(self._source, "the workbook is protected by a password")
            if kind == _FROM_1904:
                shared.from_1904 = data[:1] == b"\1"
            elif kind == _SHEET and len(shared.places) < _MOST_SHEETS:
                place, state = struct.unpack_from("<IB", data)
                if data[5] == 0:  # a worksheet, no chart or macro
                    shared.places.setdefault(place, Sheet(_characters(data, 8, data[6], data[7])[0], hidden=state & 3 != 0))
            elif kind == _FORMAT:
                code, count, flags = struct.unpack_from("<HHB", data)
                shared.codes[code] = _characters(data, 5, count, flags)[0]
            elif kind == _STYLE:
                shared.styles.append(struct.unpack_from("<H", data, 2)[0])
            elif kind == _STRINGS:
                chunks = [data]
            elif kind == _CONTINUE and last == _STRINGS:
                chunks.append(data)
            last = last if kind == _CONTINUE else kind
        shared.strings = list(_Strings(chunks).all()) if chunks else []

    def _read_sheet(self, place: int, sheet: Sheet) -> None:
        waiting: tuple[int, int] | None = None  # a formula whose text follows
        for kind, _, data in self._substream(place):
            if kind == _COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<5H", data)
                if flags & 1:
                    sheet.hidden_columns.append((first, last))
                continue
            if kind == _STRING and waiting:
                count, flags = struct.unpack_from("<HB", data)
                sheet.put(*waiting, _characters(data, 3, count, flags)[0], self._source)
                waiting = None
                continue
            if kind not in (_ROW, _SHARED, _LABEL, _RICH, _RK, _MANY_RK, _NUMBER, _FORMULA, _BOOL):
                continue
            row, column, style = struct.unpack_from("<HHH", data)
            if kind == _ROW:
                if data[12] & 0x20:
                    sheet.hidden_rows.add(row)
            elif kind == _MANY_RK:
                for i in range((len(data) - 6) // 6):
                    style, value = struct.unpack_from("<HI", data, 4 + 6 * i)
                    sheet.put(row, column + i, self._figure(_rk(value), style), self._source)
            elif kind == _FORMULA and data[12:14] == b"\xff\xff":  # not a number: text, a truth value, an error, nothing
                waiting = (row, column) if data[6] == 0 else None
                if data[6] == 1:
                    sheet.put(row, column, _truth(data[8]), self._source)
            else:
                sheet.put(row, column, self._cell(kind, data, style), self._source)

    def _cell(self, kind: int, data: bytes, style: int) -> str:
        if kind == _SHARED:
            at = struct.unpack_from("<I", data, 6)[0]
            return self._globals.strings[at] if at < len(self._globals.strings) else ""
        if kind in (_LABEL, _RICH):
            count, flags = struct.unpack_from("<HB", data, 6)
            return _characters(data, 9, count, flags)[0]
        if kind == _BOOL:
            return "" if data[7] else _truth(data[6])
        return self._figure(_rk(struct.unpack_from("<I", data, 6)[0]) if kind == _RK else struct.unpack_from("<d", data, 6)[0], style)

    def _figure(self, value: float, style: int) -> str:
        styles, codes = self._globals.styles, self._globals.codes
        code = styles[style] if style < len(styles) else 0
        return shown(value, codes.get(code) or BUILT_IN.get(code, ""), from_1904=self._globals.from_1904)


def _truth(value: int) -> str:
    return "TRUE" if value else "FALSE"


def _rk(value: int) -> float:
    """A number packed into 30 bits: the upper half of a double or a whole number, perhaps in hundredths."""
    number = (
        float(struct.unpack("<i", struct.pack("<I", value))[0] >> 2) if value & 2 else struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0]
    )
    return number / 100 if value & 1 else number


def _characters(data: bytes, at: int, count: int, flags: int) -> tuple[str, int]:
    """``count`` characters, a byte each or two, and the offset behind them."""
    end = at + (2 * count if flags & 1 else count)
    return data[at:end].decode("utf-16-le" if flags & 1 else "latin-1", "replace"), end


class _Strings:
    """The shared strings, which go on over the borders of records: there the width of characters is said again."""

    __slots__ = ("_at", "_chunk", "_chunks")

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = iter(chunks)
        self._chunk = next(self._chunks)
        self._at = 8  # after the counts

    def all(self) -> Iterator[str]:
        """Each string, as long as there are any."""
        while self._more():
            count, flags = struct.unpack("<HB", self._bytes(3))
            runs = struct.unpack("<H", self._bytes(2))[0] if flags & 8 else 0
            extra = struct.unpack("<I", self._bytes(4))[0] if flags & 4 else 0
            yield self._text(count, flags)
            self._bytes(4 * runs + extra)

    def _more(self) -> bool:
        while self._at >= len(self._chunk):
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._chunk, self._at = chunk, 0
        return True

    def _bytes(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size and self._more():
            part = self._chunk[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _text(self, count: int, flags: int) -> str:
        parts: list[str] = []
        while count:
            width = 2 if flags & 1 else 1
            fits = min(count, (len(self._chunk) - self._at) // width)
            text, self._at = _characters(self._chunk, self._at, fits, flags)
            parts.append(text)
            count -= fits
            if count:
                self._at = len(self._chunk)
                if not self._more():
                    break
                flags = self._chunk[0]
                self._at = 1
        return "".join(parts)
