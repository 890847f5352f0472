"""Excel workbooks (.xlsx): the parts of the package as sheets. Source: ECMA-376 part 1, 18.

Every sheet is read cell by cell as it is parsed, so that no statement about its size is believed: readers that make room for
all cells between the first and the last ask for gigabytes where two cells lie far apart.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from ..errors import ReadError
from ..records import Document
from .number_formats import BUILT_IN, shown
from .numbering import local
from .package import Package, check_tags
from .sheet import Sheet, sheets_document

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_xlsx"]

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MOST_SHEETS = 1000


def read_xlsx(data: bytes, source: str) -> Document:
    """An .xlsx file as a document: a row a line, figures as they are shown.

    Raises:
        ReadError: a broken zip or XML.
        Encrypted: a part is protected by a password.
        TooLarge: a part, or the number of cells, is over the limit.
        Undecodable: the text is mojibake.

    Complexity: O(n log n) in the cells.
    """
    package = Package(data, source)
    main = package.targets("").get("officeDocument", "xl/workbook.xml")
    workbook = package.xml(main)
    related = package.targets(main)
    strings = _strings(package, related.get("sharedStrings", ""))
    formats = _formats(package, related.get("styles", ""))
    from_1904 = any(entry.get("date1904") in ("1", "true") for entry in workbook.iter("{*}workbookPr"))
    places = package.references(main)
    sheets: list[Sheet] = []
    for entry in list(workbook.iter("{*}sheet"))[:_MOST_SHEETS]:
        part = places.get(entry.get(_RELATION) or entry.get(_STRICT_RELATION) or "", "")
        if part in package:
            sheet = Sheet(entry.get("name", ""), hidden=entry.get("state", "visible") != "visible")
            _Cells(sheet, strings, formats, from_1904, source).read(package.read(part), part)
            sheets.append(sheet)
    return sheets_document(sheets, source)


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells refer to by number."""
    return [_text(entry) for entry in package.xml(part) if local(entry) == "si"] if part in package else []


def _text(entry: etree._Element) -> str:
    """The words of a string without its phonetic guide."""
    return "".join(t.text or "" for t in entry.iter("{*}t") if (parent := t.getparent()) is None or local(parent) != "rPh")


def _formats(package: Package, part: str) -> list[str]:
    """The number format of each cell style."""
    if part not in package:
        return []
    styles = package.xml(part)
    codes = {entry.get("numFmtId", ""): entry.get("formatCode", "") for entry in styles.iter("{*}numFmt")}
    cells = next(styles.iter("{*}cellXfs"), None)
    ids = [entry.get("numFmtId", "") for entry in cells] if cells is not None else []
    return [codes.get(i) or BUILT_IN.get(int(i) if i.isascii() and i.isdigit() and len(i) < 5 else 0, "") for i in ids]


class _Cells:
    """Fills one sheet from its part."""

    __slots__ = ("_formats", "_from_1904", "_sheet", "_source", "_strings")

    def __init__(self, sheet: Sheet, strings: list[str], formats: list[str], from_1904: bool, source: str) -> None:
        self._sheet = sheet
        self._strings = strings
        self._formats = formats
        self._from_1904 = from_1904
        self._source = source

    def read(self, data: bytes, part: str) -> None:
        """Every cell in the order of the part."""
        from lxml import etree

        check_tags(data, self._source, part)
        if b"<!DOCTYPE" in data[:4096]:
            raise ReadError(self._source, f"{part} has a document type declaration, which office files do not have")
        row, column = -1, -1
        walk = etree.iterparse(
            io.BytesIO(data), events=("start", "end"), tag=("{*}row", "{*}c", "{*}col"),
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            for event, element in walk:
                name = local(element)
                if name == "row" and event == "start":
                    row, column = _number(element.get("r"), row + 2) - 1, -1
                    if element.get("hidden") in ("1", "true"):
                        self._sheet.hidden_rows.add(row)
                elif name == "row":
                    element.clear()
                elif name == "col" and event == "end":
                    if element.get("hidden") in ("1", "true"):
                        self._sheet.hidden_columns.append((_number(element.get("min"), 1) - 1, _number(element.get("max"), 1) - 1))
                elif name == "c" and event == "end":
                    place = _PLACE.match(element.get("r", ""))
                    row, column = (int(place[2]) - 1, _column(place[1])) if place else (row, column + 1)
                    self._sheet.put(row, column, self._shown(element), self._source)
                    element.clear()
        except (etree.XMLSyntaxError, LookupError, ValueError) as error:
            raise ReadError(self._source, f"{part} is not well-formed XML: {error}") from error

    def _shown(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell)
        value = next((child.text or "" for child in cell if local(child) == "v"), "").strip()
        match kind:
            case "s":
                at = _number(value, -1) if value != "0" else 0
                return self._strings[at] if 0 <= at < len(self._strings) else ""
            case "str" | "e" | "d":
                return value
            case "b":
                return "TRUE" if value == "1" else "FALSE"
        style = _number(cell.get("s"), 0)
        try:
            return shown(float(value), self._formats[style] if style < len(self._formats) else "", from_1904=self._from_1904) if value else ""
        except ValueError:
            return value


def _number(text: str | None, default: int) -> int:
    """A whole number from 1; anything else is ``default``."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 and int(text) else default


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1
