"""Binary Word files (.doc) and those of WPS Writer (.wps): the same text as their .docx twins.

Kept: paragraphs with the numbers of their lists, tables, results of fields, footnotes, endnotes and text boxes after the
paragraph that holds them. Left out: deletions, instructions of fields, comments, pictures.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from ..records import Document
from .compound import Compound
from .flow import Flow
from .text import check_readable
from .word_binary import Binary, Paragraph
from .word_lists import BinaryNumbering
from .writer import TextWriter, furniture_notes, hidden_note

__all__ = ["read_doc"]

_ENDS = re.compile("[\r\x07\x0c]")
_FIELDS = re.compile("[\x13-\x15]")
_NOT_CELLS = re.compile("[^\x07]")
_CHARACTERS = {**dict.fromkeys((0, 1, 2, 3, 4, 5, 6, 8, 0x13, 0x14, 0x15, 0x1F)), 0x0B: "\n", 0x0E: "\n", 0x0C: "\n", 0x1E: "-"}
"""What control characters stand for; None for nothing that is text."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_NOTES = (("footnotes", 2, 3), ("endnotes", 46, 47))
"""Stories of notes, with the structures that say where their marks and their texts are."""


def read_doc(data: bytes, source: str) -> Document:
    """A .doc or .wps file as a document.

    Args:
        data: the bytes of the file.
        source: its name.

    Returns:
        The text, a line a paragraph, with list numbers rebuilt; tables with the offsets of their cells; notes about hidden
        text and the headers and footers of pages.

    Raises:
        ReadError: a broken file.
        Encrypted: protected by a password.
        UnsupportedFormat: written by Word 95 or older.
        TooLarge: more characters than a report has.
        Undecodable: the text is mojibake.

    Complexity: O(n log n).
    """
    streams = Compound(data, source)
    binary = Binary(streams.read("WordDocument"), {name: streams.read(name) for name in ("0Table", "1Table")}, source)
    body = _Body(binary)
    flow = Flow()
    body.story(*binary.story("text"), flow)
    writer = TextWriter()
    flow.write(writer)
    document = writer.document(source, (*hidden_note(body.hidden()), *furniture_notes(*body.furniture())))
    check_readable(document.text, source)
    return document


class _Body:
    """The stories of one file; deleted characters are NUL in ``_text``, so that positions stay."""

    __slots__ = ("_anchors", "_attached", "_binary", "_hidden", "_numbering", "_text")

    def __init__(self, binary: Binary) -> None:
        self._binary = binary
        self._numbering = BinaryNumbering(binary)
        deleted, self._hidden, special = binary.marked()
        symbols = [(start, end) for start, end in special if "(" in binary.text[start:end]]  # stand for a picture of a symbol font
        self._text = _blanked(binary.text, sorted([*deleted, *symbols, *_instructions(binary.text)]))
        self._attached: dict[int, list[tuple[int, int]]] = {}  # position -> stories that stand after its paragraph
        for name, marks, texts in _NOTES:
            self._attach_notes(name, marks, texts)
        self._attach_boxes()
        self._anchors = sorted(self._attached)

    def story(self, start: int, end: int, flow: Flow, depth: int = 0, *, empty_lines: bool = True) -> None:
        """The paragraphs from ``start`` to ``end``, inside ``depth`` tables."""
        begin = start
        for mark in _ENDS.finditer(self._text, start, end):
            at = mark.start()
            properties, ends = self._binary.paragraph(at)
            if mark[0] == "\x0c" and not ends:  # a page break within a paragraph
                continue
            self._paragraph(begin, at, properties, mark[0] == "\x07", flow, depth, empty_lines=empty_lines)
            begin = at + 1
        if begin < end and self._plain(begin, end):
            self._paragraph(begin, end, Paragraph(), False, flow, depth, empty_lines=empty_lines)

    def _paragraph(self, begin: int, end: int, properties: Paragraph, mark: bool, flow: Flow, outside: int, *, empty_lines: bool) -> None:
        depth = outside + max(properties.depth, int(mark))
        if properties.row_end:
            flow.end_row(depth, properties.edges)
            return
        text = self._plain(begin, end)
        number = self._numbering.number(properties) if text or not mark else ""
        if text or number or (empty_lines and not mark):
            flow.paragraph(number + text, depth)
        for start, stop in self._attachments(begin, end):
            self.story(start, stop, flow, depth, empty_lines=False)
        if mark or properties.cell_end:
            flow.end_cell(depth)

    def _attachments(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        for at in self._anchors[bisect_left(self._anchors, begin) : bisect_right(self._anchors, end)]:
            yield from self._attached[at]

    def _plain(self, start: int, end: int) -> str:
        """The characters that a person sees."""
        text = self._text[start:end].translate(_CHARACTERS)
        if _SURROGATES.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    def hidden(self) -> str:
        """The characters that Word does not show."""
        last = self._binary.story("footnotes")[1]
        return "".join(self._plain(start, min(end, last)) for start, end in self._hidden if start < last).replace("\r", "").replace("\x07", "")

    def furniture(self) -> tuple[list[str], list[str]]:
        """The texts of page headers and of page footers."""
        first, last = self._binary.story("headers")
        found: tuple[list[str], list[str]] = ([], [])
        for i, (start, end, _) in enumerate(self._binary.positions(11, 0)):
            # Six stories of separators, then six a section: headers of even, odd pages, their footers, header and footer of the first page.
            if i >= 6:
                text = self._plain(first + start, min(first + end, last)).replace("\r", " ").replace("\x07", " ")
                found[0 if (i - 6) % 6 in (0, 1, 4) else 1].append(text)
        return found

    def _attach_notes(self, story: str, marks: int, texts: int) -> None:
        first, last = self._binary.story(story)
        places = [start for start, _, _ in self._binary.positions(marks, 2)]
        bounds = self._binary.positions(texts, 0)
        for at, (start, end, _) in zip(places, bounds, strict=False):
            if self._text[at : at + 1] != "\0":  # a deleted mark takes its note along
                self._attach(at, first + start, min(first + end, last))

    def _attach_boxes(self) -> None:
        first, last = self._binary.story("boxes")
        anchors = {data[:4]: at for at, _, data in self._binary.positions(40, 26)}
        for start, end, data in self._binary.positions(56, 22):
            at = anchors.get(data[14:18])
            if at is not None and self._text[at : at + 1] != "\0":
                self._attach(at, first + start, min(first + end, last))

    def _attach(self, at: int, start: int, end: int) -> None:
        if at >= self._binary.story("text")[1]:  # only the main text holds marks
            return
        while start < end and self._text[start] in "\x00\x01\x02\x05 ":  # the mark of a note and the blank behind it
            start += 1
        if start < end:
            self._attached.setdefault(at, []).append((start, end))


def _instructions(text: str) -> Iterator[tuple[int, int]]:
    """The parts of fields that are not shown: from the mark that begins one to the mark before its result."""
    begun: list[int] = []
    for mark in _FIELDS.finditer(text):
        if mark[0] == "\x13":
            begun.append(mark.start())
        elif begun and begun[-1] >= 0:
            yield begun[-1], mark.end()
            begun[-1] = -1  # its result follows
        if mark[0] == "\x15" and begun:
            begun.pop()


def _blanked(text: str, stretches: list[tuple[int, int]]) -> str:
    """``text`` with NUL in the stretches; marks of cells stay, because the table would fall apart."""
    parts: list[str] = []
    done = 0
    for start, end in stretches:
        start = max(start, done)
        if start < end:
            parts += (text[done:start], _NOT_CELLS.sub("\0", text[start:end]))
            done = end
    return "".join((*parts, text[done:]))
