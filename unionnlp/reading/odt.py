"""OpenDocument texts (.odt): the same text as their .docx twins.

Kept: paragraphs with the numbers of their lists and headings, tables, notes and text boxes after the paragraph that holds
them. Left out: deletions, comments, phonetic guides. Source: OpenDocument 1.2 part 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import Encrypted, ReadError
from ..records import Document
from .counting import LEVELS, MOST_LABEL, Level, ListCounter, NumberedList, format_number
from .numbering import attribute, local
from .package import Package
from .text import check_readable
from .writer import MOST_COLUMNS, TextWriter, furniture_notes, hidden_note

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_odt"]

_UNSEEN = ("tracked-changes", "annotation", "annotation-end", "ruby-text", "note-citation", "sequence-decls", "variable-decls", "forms", "desc", "title")
_OUT_OF_LINE = ("note-body", "text-box")
"""Parts of a paragraph that hold paragraphs: they stand after it."""

_GROUPS = (
    "section",
    "table-of-content",
    "index-body",
    "text",
    "body",
    "numbered-paragraph",
    "index-title",
    *("alphabetical-index", "illustration-index", "user-index"),
)
_DEEPEST = 150
_MOST_BLANKS = 100_000
"""Blanks that elements stand for, in one document."""

_WHITE = re.compile(r"[ \t\r\n]+")
_HELD = {"s": "\x01", "tab": "\x02", "line-break": "\x03"}
"""Elements that stand for white space, as characters that XML cannot hold, while the white space of the source is folded."""

_RELEASED = str.maketrans("\x01\x02\x03", " \t\n")
_LETTERS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
_WORDS = (
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "decimalEnclosedCircle",
    "decimalFullWidth",
    "ideographTraditional",
    "ideographZodiac",
    "decimalZero",
)
"""Ways of counting that OpenDocument names by their first three numbers."""


def read_odt(data: bytes, source: str) -> Document:
    """An .odt file as a document.

    Args:
        data: the bytes of the file.
        source: its name.

    Returns:
        The text, a line a paragraph, with list numbers rebuilt; tables with the offsets of their cells; notes about hidden
        text and the headers and footers of pages.

    Raises:
        ReadError: a broken zip or XML, elements nested beyond reason.
        Encrypted: protected by a password.
        TooLarge: a part is over the limit.
        Undecodable: the text is mojibake.

    Complexity: O(n) in the elements of the body.
    """
    package = Package(data, source)
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Encrypted(source, "the OpenDocument text is protected by a password")
    content = package.xml("content.xml")
    styles = package.xml("styles.xml") if "styles.xml" in package else None
    body = _Body(source, [content] if styles is None else [styles, content])
    body.blocks(next(content.iter("{*}body"), content), 0)
    furniture = (_texts(styles, kind) if styles is not None else [] for kind in ("header", "footer"))
    document = body.writer.document(source, (*hidden_note("".join(body.hidden)), *furniture_notes(*furniture)))
    check_readable(document.text, source)
    return document


def _texts(styles: etree._Element, kind: str) -> list[str]:
    """The texts of all headers or all footers of pages."""
    parts = [part for side in ("", "-first", "-left") for part in styles.iter(f"{{*}}{kind}{side}")]
    return [" ".join("".join(text for text in paragraph.itertext() if isinstance(text, str)) for paragraph in part.iter("{*}p")) for part in parts]


class _Body:
    """One walk over the body; ``depth`` counts the blocks around the one at hand."""

    __slots__ = ("_blanks", "_counter", "_hidden_styles", "_last", "_lists", "_source", "_styles", "hidden", "writer")

    def __init__(self, source: str, parts: list[etree._Element]) -> None:
        self._source = source
        self._styles = {attribute_of(style, "name"): _levels(style) for part in parts for style in part.iter("{*}list-style")}
        self._styles["outline"] = next((_levels(style) for part in parts for style in part.iter("{*}outline-style")), (Level("none"),) * LEVELS)
        self._hidden_styles = {
            attribute_of(style, "name")
            for part in parts
            for properties in part.iter("{*}text-properties")
            if attribute_of(properties, "display") == "none" and (style := properties.getparent()) is not None
        }
        self._lists = {"outline": NumberedList("outline", self._styles["outline"])}
        self._counter = ListCounter(self._lists)
        self._last: dict[str, str] = {}  # style -> the list that it last gave
        self._blanks = 0
        self.hidden: list[str] = []
        self.writer = TextWriter()

    def blocks(self, parent: etree._Element, depth: int, *, empty_lines: bool = True) -> None:
        """Paragraphs, lists and tables, through whatever wraps them."""
        if depth > _DEEPEST:
            raise ReadError(self._source, f"elements are nested more than {_DEEPEST} deep")
        for element in parent:
            self._block(element, depth, empty_lines=empty_lines)

    def _block(self, element: etree._Element, depth: int, *, empty_lines: bool) -> None:
        name = local(element)
        if name == "p":
            self._paragraph(element, "", depth, empty_lines=empty_lines)
        elif name == "h":
            number = "" if _flag(element, "is-list-header") else self._counter.number("outline", _count(element, "outline-level") - 1)
            self._paragraph(element, number, depth, empty_lines=empty_lines)
        elif name == "list":
            self._list(element, "", "", -1, depth + 1, empty_lines=empty_lines)
        elif name == "table":
            self._table(element, depth + 1)
        elif name in ("frame", "g", "custom-shape"):
            for box in element.iter("{*}text-box"):
                if next(box.iterancestors("{*}text-box"), None) is None:
                    self.blocks(box, depth + 1, empty_lines=False)
        elif name in _GROUPS:
            self.blocks(element, depth + 1, empty_lines=empty_lines)

    def _list(self, element: etree._Element, list_id: str, style: str, level: int, depth: int, *, empty_lines: bool) -> None:
        if depth > _DEEPEST:
            raise ReadError(self._source, f"elements are nested more than {_DEEPEST} deep")
        style = attribute(element, "style-name") or style
        level += 1
        list_id = list_id or self._list_id(element, style)
        for item in element:
            numbered = local(item) == "list-item"
            for block in item:
                if local(block) == "list":
                    self._list(block, list_id, style, level, depth + 1, empty_lines=empty_lines)
                elif local(block) in ("p", "h"):
                    self._paragraph(block, self._counter.number(list_id, level) if numbered else "", depth, empty_lines=empty_lines)
                    numbered = False  # only the first paragraph of an item has its number
                else:
                    self._block(block, depth + 1, empty_lines=empty_lines)

    def _list_id(self, element: etree._Element, style: str) -> str:
        """The list that an outermost list element is a part of: one that it says it goes on with, or a new one."""
        earlier = attribute(element, "continue-list")
        if not earlier and _flag(element, "continue-numbering"):
            earlier = self._last.get(style, "")
        own = element.get("{http://www.w3.org/XML/1998/namespace}id") or f"list {len(self._lists)}"
        first = self._lists.get(earlier)
        self._lists[own] = NumberedList(first.abstract if first else own, self._styles.get(style, (Level("none"),) * LEVELS))
        self._last[style] = own
        return own

    def _paragraph(self, element: etree._Element, number: str, depth: int, *, empty_lines: bool) -> None:
        hidden = attribute(element, "style-name") in self._hidden_styles
        attached: list[etree._Element] = []
        parts = list(self._inline(element, 0, attached, hidden=hidden))
        text = _WHITE.sub(" ", "".join(parts)).strip(" ").translate(_RELEASED)
        if number or text or empty_lines:
            self.writer.line(number + text)
        for frame in attached:
            self.blocks(frame, depth + 1, empty_lines=False)

    def _inline(self, element: etree._Element, depth: int, attached: list[etree._Element], *, hidden: bool) -> Iterator[str]:
        """The words of a paragraph; what stands after it is put on ``attached``."""
        if depth > _DEEPEST:
            raise ReadError(self._source, f"elements are nested more than {_DEEPEST} deep")
        yield self._seen(element.text, hidden=hidden)
        for child in element:
            name = local(child)
            if name in _HELD:
                count = min(_count(child, "c"), max(0, _MOST_BLANKS - self._blanks)) if name == "s" else 1
                self._blanks += count
                yield _HELD[name] * count
            elif name in _OUT_OF_LINE:
                attached.append(child)
            elif name not in _UNSEEN:
                inside = hidden or name in ("hidden-text", "hidden-paragraph") or attribute(child, "style-name") in self._hidden_styles
                yield from self._inline(child, depth + 1, attached, hidden=inside)
            yield self._seen(child.tail, hidden=hidden)

    def _seen(self, text: str | None, *, hidden: bool) -> str:
        if hidden and text and text.strip():
            self.hidden.append(text.strip())
        return text or ""

    def _table(self, element: etree._Element, depth: int) -> None:
        self.writer.open_table()
        for row in _rows(element):
            self.writer.open_row()
            for cell in row:
                name = local(cell)
                if name == "covered-table-cell":
                    self.writer.empty_cells(min(_count(cell, "number-columns-repeated"), MOST_COLUMNS))
                elif name == "table-cell":
                    self.writer.open_cell()
                    self.blocks(cell, depth + 1, empty_lines=False)
                    self.writer.close_cell(_count(cell, "number-columns-repeated"))
        self.writer.close_table()


def _rows(table: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    for element in table:
        name = local(element)
        if name == "table-row":
            yield element
        elif name in ("table-header-rows", "table-rows", "table-row-group") and depth < _DEEPEST:
            yield from _rows(element, depth + 1)


def attribute_of(element: etree._Element, name: str) -> str:
    """An attribute by its name in whatever namespace: OpenDocument puts those of one element into several."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _count(element: etree._Element, name: str) -> int:
    value = attribute(element, name)
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _flag(element: etree._Element, name: str) -> bool:
    return attribute(element, name) == "true"


def _levels(style: etree._Element) -> tuple[Level, ...]:
    """The levels of a list style or of the outline."""
    levels = [Level("none")] * LEVELS
    for element in style:
        at = _count(element, "level") - 1
        if local(element) in ("list-level-style-number", "outline-level-style") and at < LEVELS:
            levels[at] = _level(element, at)
    return tuple(levels)


def _level(element: etree._Element, at: int) -> Level:
    written = attribute_of(element, "num-format")
    format_ = _LETTERS.get(written) or next((word for word in _WORDS if written.startswith(", ".join(format_number(n, word) for n in (1, 2, 3)))), "decimal")
    if format_ == "none":
        return Level("none")
    shown = min(_count(element, "display-levels"), at + 1)
    numbers = ".".join(f"%{level}" for level in range(at + 2 - shown, at + 2))
    text = attribute_of(element, "num-prefix") + numbers + attribute_of(element, "num-suffix")
    return replace(Level(format_, text[:MOST_LABEL]), start=_count(element, "start-value"))
