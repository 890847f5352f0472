"""Word files (.docx): the words a person sees, in order, with the numbers of lists and the places of tables.

What is kept: runs, insertions, content controls, hyperlinks, formulas, text boxes, footnotes and endnotes (after the
paragraph that holds them), tables within tables. What is left out: deletions and text moved away, the second version of a
drawing that exists only for old programs, phonetic guides, comments; headers and footers of pages are told in notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import ReadError
from ..records import Document
from .numbering import Numbering, attribute, local, switched_on
from .package import Package, parse_xml
from .text import check_readable
from .writer import MOST_COLUMNS, TextWriter, furniture_notes, hidden_note

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_docx"]

_UNSEEN = ("moveFrom", "instrText", "delInstrText", "rt", "tabs", "sdtPr", "tblPr", "tblGrid")
"""Elements that hold no text of the document: text moved away, field codes, phonetic guides, tab stops and other properties."""

_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
"""Elements of a run that stand for a character."""

_SEEN = tuple("{*}" + name for name in ("t", "sym", *_CHARACTERS))

_DEEPEST = 150
"""Blocks within blocks that are followed; real files stay under 30, and Python's stack ends near 1,000."""


def read_docx(data: bytes, source: str) -> Document:
    """A .docx file as a document.

    Args:
        data: the bytes of the file.
        source: its name.

    Returns:
        The text, a line a paragraph, with list numbers rebuilt; tables with the offsets of their cells; notes about
        hidden text and the headers and footers of pages.

    Raises:
        ReadError: a broken zip or XML, no main part, elements nested beyond reason.
        Encrypted: a part is protected by a password.
        TooLarge: a part is over the limit.
        Undecodable: the text is mojibake.

    Complexity: O(n) in the elements of the body.
    """
    package = Package(data, source)
    main = package.targets("").get("officeDocument", "word/document.xml")
    raw = package.read(main)
    root = parse_xml(raw, source, main)
    _place_notes(root, package, main, raw)
    notes = (*_hidden_text(root), *furniture_notes(*(_furniture(package, main, kind) for kind in ("header", "footer"))))
    _prune(root)
    body = _Body(source, _numbering(package, main, raw))
    body.blocks(root, 0)
    document = body.document(notes)
    check_readable(document.text, source)
    return document


def _numbering(package: Package, main: str, raw: bytes) -> Numbering:
    """The lists of the document. The styles, which take longer to parse than most bodies, are read only if a list can depend on them."""
    related = package.targets(main)
    styles, numbering = related.get("styles", ""), related.get("numbering", "")
    if numbering not in package:
        return Numbering(None, None)
    styled = b"pStyle" in raw and styles in package and b"numPr" in package.read(styles)
    if not styled and b"numPr" not in raw:
        return Numbering(None, None)
    return Numbering(package.xml(numbering), package.xml(styles) if styled else None)


def _hidden_text(root: etree._Element) -> tuple[str, ...]:
    """A note about the words that Word does not show."""
    words: list[str] = []
    for mark in root.iter("{*}vanish"):
        properties = mark.getparent()
        run = properties.getparent() if properties is not None else None
        if run is not None and local(run) == "r" and switched_on(mark):
            words += [element.text or "" for element in run.iter("{*}t")]
    return hidden_note("".join(words))


def _place_notes(root: etree._Element, package: Package, main: str, raw: bytes) -> None:
    """Moves footnotes and endnotes behind the paragraphs that hold their marks, each once."""
    for kind in ("footnote", "endnote"):
        part = package.targets(main).get(f"{kind}s", "") if f"{kind}Reference".encode() in raw else ""
        if part not in package:
            continue
        notes = {attribute(note, "id"): note for note in package.xml(part) if local(note) == kind}
        behind: dict[etree._Element, etree._Element] = {}  # the last note behind a paragraph
        for mark in list(root.iter(f"{{*}}{kind}Reference")):
            paragraph = next(mark.iterancestors("{*}p"), None)
            note = notes.pop(attribute(mark, "id"), None)
            if note is None or paragraph is None or next(mark.iterancestors("{*}del", "{*}moveFrom"), None) is not None:
                continue
            first = next(note.iter("{*}t"), None)
            if first is not None:
                first.text = (first.text or "").lstrip()  # the blank between the mark and the words
            behind.get(paragraph, paragraph).addnext(note)
            behind[paragraph] = note


def _furniture(package: Package, main: str, kind: str) -> list[str]:
    """The texts of all headers or all footers of pages."""
    parts = [package.xml(part) for part in package.parts(main, kind) if part in package]
    return [" ".join("".join(text.text or "" for text in paragraph.iter("{*}t")) for paragraph in part.iter("{*}p")) for part in parts]


def _prune(root: etree._Element) -> None:
    """Leaves only what is seen, each thing once, so that the walk over the body need not know what the rest is."""
    from lxml import etree

    etree.strip_elements(root, *("{*}" + name for name in _UNSEEN), with_tail=False)
    for deletion in list(root.iter("{*}del")):
        parent = deletion.getparent()
        if parent is not None and local(parent) not in ("rPr", "trPr", "numPr"):  # there it marks a paragraph's end, a row, a number as deleted
            parent.remove(deletion)
    for drawing in list(root.iter("{*}AlternateContent")):  # versions of one thing for newer and older programs
        for version in list(drawing)[1:]:
            drawing.remove(version)
    for box in reversed(list(root.iter("{*}txbxContent"))):
        paragraph = next(box.iterancestors("{*}p"), None)
        if paragraph is not None:
            paragraph.addnext(box)


class _Body:
    """One walk over the body; ``depth`` counts the blocks around the one at hand."""

    __slots__ = ("_carried", "_numbering", "_source", "_writer")

    def __init__(self, source: str, numbering: Numbering) -> None:
        self._source = source
        self._numbering = numbering
        self._writer = TextWriter()
        self._carried = ""  # the words of a paragraph whose end was deleted: they belong to the next

    def document(self, notes: tuple[str, ...]) -> Document:
        """What the walk has found."""
        self._finish_carried()
        return self._writer.document(self._source, notes)

    def blocks(self, parent: etree._Element, depth: int, *, empty_lines: bool = True) -> None:
        """Paragraphs and tables, through whatever wraps them."""
        if depth > _DEEPEST:
            raise ReadError(self._source, f"elements are nested more than {_DEEPEST} deep")
        for element in parent:
            name = local(element)
            if name == "p":
                self._paragraph(element, empty_lines=empty_lines)
            elif name == "tbl":
                self._finish_carried()
                self._table(element, depth + 1)
            elif len(element):
                self.blocks(element, depth + 1, empty_lines=empty_lines and name != "txbxContent")

    def _finish_carried(self) -> None:
        if self._carried:
            self._writer.line(self._carried)
            self._carried = ""

    def _paragraph(self, element: etree._Element, *, empty_lines: bool) -> None:
        parts = [self._carried]
        for seen in element.iter(*_SEEN):
            tag = seen.tag
            if tag.endswith("}t"):
                parts.append(seen.text or "")
            else:
                name = local(seen)
                parts.append(_CHARACTERS[name] if name in _CHARACTERS else _symbol(attribute(seen, "char")))
        text = "".join(parts)
        properties = _Properties(element)
        if properties.mark_deleted:
            self._carried = text
            return
        self._carried = ""
        text = self._numbering.number(properties.list_id, properties.level, properties.style) + text
        if text or empty_lines:  # a cell ends with a paragraph that is mostly empty
            self._writer.line(text)

    def _table(self, element: etree._Element, depth: int) -> None:
        self._writer.open_table()
        for row in _wrapped(element, "tr"):
            properties = _entries(row, "trPr")
            if "del" in properties:
                continue
            self._writer.open_row()
            self._writer.empty_cells(_count(properties.get("gridBefore"), 0))
            for cell in _wrapped(row, "tc"):
                properties = _entries(cell, "tcPr")
                if "cellDel" in properties:
                    continue
                self._writer.open_cell()
                self.blocks(cell, depth + 1, empty_lines=False)
                self._finish_carried()
                self._writer.close_cell(_count(properties.get("gridSpan"), 1))
        self._writer.close_table()


class _Properties:
    """What a paragraph says about itself that changes its text."""

    __slots__ = ("level", "list_id", "mark_deleted", "style")

    def __init__(self, paragraph: etree._Element) -> None:
        self.list_id = self.level = self.style = ""
        self.mark_deleted = False
        for name, entry in _entries(paragraph, "pPr").items():
            if name == "pStyle":
                self.style = attribute(entry)
            elif name == "numPr":
                values = {local(child): attribute(child) for child in entry}
                self.list_id, self.level = values.get("numId", ""), values.get("ilvl", "")
            elif name == "rPr":
                self.mark_deleted = any(local(child) == "del" for child in entry)


def _entries(element: etree._Element, properties: str) -> dict[str, etree._Element]:
    """The properties of a paragraph, row or cell, by name; they stand first in it."""
    first = next(iter(element), None)
    if first is not None and local(first) == "tblPrEx":
        first = first.getnext()
    return {local(entry): entry for entry in first} if first is not None and local(first) == properties else {}


def _wrapped(parent: etree._Element, wanted: str, depth: int = 0) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, through content controls and insertions around them."""
    for element in parent:
        if local(element) == wanted:
            yield element
        elif len(element) and depth < _DEEPEST:
            yield from _wrapped(element, wanted, depth + 1)


def _count(element: etree._Element | None, default: int) -> int:
    value = attribute(element) if element is not None else ""
    return min(int(value[:4]), MOST_COLUMNS) if value.isascii() and value.isdigit() else default


def _symbol(code: str) -> str:
    """The character of a symbol font; F000 to F0FF are its own pictures, which no text can show."""
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    return chr(point) if 0x20 <= point < 0xD800 else ""
