"""Puts a document together line by line and remembers where its tables stand in the text.

The readers of Word files and web pages share it, so that the same content gives the same text whatever it came in.
A table stands in the text where it stood in the document: a row a line, cells separated by a tab. A cell of several
paragraphs keeps them as lines of its own, because forms often hold a whole report in one cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..display import shorten
from ..records import Cell, Document, Table

__all__ = ["MOST_COLUMNS", "TextWriter", "furniture_notes", "hidden_note"]

MOST_COLUMNS = 63
"""Columns that one cell may span: Word's own limit."""

_MOST_EMPTY = 50_000
"""Empty cells that keep the columns of a document under each other. Each costs a tag a few bytes and us 200: 40,000 cells that span 63 columns
took 15 s and 550 MB (a package of 20 kB) before there was a limit. Further cells still give their own text."""

_DEEPEST_TABLE = 8
"""Tables nested deeper give text but no record: each record holds its inner text again, so the depth bounds the memory."""


@dataclass(slots=True)
class _OpenTable:
    rows: list[list[tuple[int, int]]] = field(default_factory=list)
    cell: int = 0  # where the open cell starts


class TextWriter:
    """Collects lines and tables in order.

    Example:
        >>> writer = TextWriter()
        >>> writer.line("会员情况")
        >>> writer.open_table(); writer.open_row()
        >>> for word in ("会员", "35"):
        ...     writer.open_cell(); writer.line(word); writer.close_cell()
        >>> writer.close_table()
        >>> document = writer.document("报告.docx")
        >>> document.text
        '会员情况\\n会员\\t35'
        >>> document.tables[0].rows[0][1]
        Cell(start=8, end=10, text='35')
    """

    __slots__ = ("_empty", "_gap", "_length", "_open", "_parts", "_tables")

    def __init__(self) -> None:
        self._length = 0  # characters written
        self._empty = 0  # empty cells written
        self._parts: list[str] = []
        self._gap = ""  # what parts the next line from what stands before it
        self._open: list[_OpenTable] = []
        self._tables: list[_OpenTable] = []

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def line(self, text: str) -> None:
        """One line, or several when ``text`` has line ends of its own."""
        self._write(self._gap + text)
        self._gap = "\n"

    def open_table(self) -> None:
        """A table begins, possibly inside a cell of another."""
        table = _OpenTable()
        self._open.append(table)
        if len(self._open) <= _DEEPEST_TABLE:
            self._tables.append(table)

    def open_row(self) -> None:
        """A row begins; the one before it is over."""
        self._open[-1].rows.append([])

    def open_cell(self) -> None:
        """A cell begins in the open row."""
        table = self._open[-1]
        self._write("\t" if table.rows[-1] else self._gap)
        self._gap = ""
        table.cell = self._length

    def close_cell(self, span: int = 1) -> None:
        """The open cell is over; ``span`` is the number of columns it takes, the others stay empty."""
        table = self._open[-1]
        table.rows[-1].append((table.cell, self._length))
        self._gap = "\n"
        self.empty_cells(min(span, MOST_COLUMNS) - 1)

    def empty_cells(self, count: int = 1) -> None:
        """Columns of the open row that a cell beside or above takes; nothing when the document has too many of them."""
        count = min(count, _MOST_EMPTY - self._empty)
        self._empty += count
        for _ in range(count):
            self.open_cell()
            self.close_cell()

    def close_table(self) -> None:
        """The open table is over."""
        self._open.pop()

    def document(self, source: str, notes: tuple[str, ...] = ()) -> Document:
        """Everything written, as a document; the cells are cut from its text."""
        text = "".join(self._parts)
        tables: list[Table] = []
        for table in self._tables:
            rows = tuple(tuple(Cell(start, end, text[start:end]) for start, end in row) for row in table.rows if row)
            if rows:
                tables.append(Table(rows[0][0].start, rows[-1][-1].end, rows))
        return Document(text, source, tuple(tables), notes)


def hidden_note(hidden: str) -> tuple[str, ...]:
    """A note about words that the program does not show. They stay in the text: junk that web pages hide travels with what is copied from them."""
    return (f"hidden_text: {len(hidden)} characters: {shorten(hidden, 20)}",) if hidden else ()


def furniture_notes(headers: Iterable[str], footers: Iterable[str]) -> tuple[str, ...]:
    """What stands at the head and foot of pages, each text once; it is no part of the text.

    Example:
        >>> furniture_notes(["某县总工会文件 ", ""], ["第页", "第页"])
        ('page_header: 某县总工会文件', 'page_footer: 第页')
    """
    lines = [
        f"{word}: {shorten(' '.join(text.split()), 40)}"
        for word, texts in (("page_header", headers), ("page_footer", footers))
        for text in texts
        if text.strip()
    ]
    return tuple(dict.fromkeys(lines))
