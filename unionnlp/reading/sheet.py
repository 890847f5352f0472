"""Workbooks as text and tables: a row a line, cells separated by a tab, as tables stand in Word files.

A block of rows up to an empty row is a table. Rows of one cell above and below it (a title, 单位：万元, a remark) are lines of
text, and so is a report that was written into a sheet, a paragraph a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..errors import TooLarge
from ..records import Document
from .text import check_readable
from .writer import TextWriter, hidden_note

__all__ = ["MOST_CELLS", "Sheet", "sheets_document"]

MOST_CELLS = 250_000
"""Cells with something in them, of one workbook; a form of all units of a province has 50,000."""


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet as a person sees them, by row and column from 0; ``hidden`` tells rows and columns not shown, or all."""

    name: str
    hidden: bool = False
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last of a stretch
    count: int = 0

    def put(self, row: int, column: int, text: str, source: str) -> None:
        """Enters a cell.

        Raises:
            TooLarge: more cells than ``MOST_CELLS``.
        """
        if not text.strip():
            return
        self.count += 1
        if self.count > MOST_CELLS:
            raise TooLarge(source, f"a sheet has more than {MOST_CELLS} cells")
        self.rows.setdefault(row, {})[column] = text.replace("\r\n", "\n").strip()


def sheets_document(sheets: Iterable[Sheet], source: str) -> Document:
    """The sheets of a workbook as one document; hidden ones stay and are told.

    Raises:
        Undecodable: the text is mojibake.

    Complexity: O(n log n) in the cells.

    Example:
        >>> sheet = Sheet("表1")
        >>> for row, words in enumerate((["慰问情况"], ["单位", "人次"], ["甲", "35"])):
        ...     for column, word in enumerate(words):
        ...         sheet.put(row, column, word, "x.xlsx")
        >>> document = sheets_document([sheet], "x.xlsx")
        >>> document.text, len(document.tables[0].rows)
        ('慰问情况\\n单位\\t人次\\n甲\\t35', 2)
    """
    writer = TextWriter()
    hidden: list[str] = []
    names: list[str] = []
    for sheet in sheets:
        if not sheet.rows:
            continue
        names.append(sheet.name)
        hidden += _hidden(sheet)
        for block in _blocks(sheet.rows):
            _write(block, writer)
    notes = (f"sheets: {'、'.join(names)}",) if len(names) > 1 else ()
    document = writer.document(source, (*hidden_note("".join(hidden)), *notes))
    check_readable(document.text, source)
    return document


def _hidden(sheet: Sheet) -> Iterator[str]:
    columns = {column for first, last in sheet.hidden_columns[:1000] for column in range(first, min(last, first + 16384) + 1)}
    for row, cells in sorted(sheet.rows.items()):
        for column, text in sorted(cells.items()):
            if sheet.hidden or row in sheet.hidden_rows or column in columns:
                yield text


def _blocks(rows: dict[int, dict[int, str]]) -> Iterator[list[dict[int, str]]]:
    """Rows that stand together."""
    block: list[dict[int, str]] = []
    before = None
    for row in sorted(rows):
        if before is not None and row > before + 1:
            yield block
            block = []
        block.append(rows[row])
        before = row
    yield block


def _write(block: list[dict[int, str]], writer: TextWriter) -> None:
    wide = [i for i, row in enumerate(block) if len(row) > 1]
    first, last = (wide[0], wide[-1]) if wide else (len(block), len(block))
    for row in block[:first]:
        writer.line(next(iter(row.values())))
    if wide:
        table = block[first : last + 1]
        left, right = min(map(min, table)), max(map(max, table))
        writer.open_table()
        for row in table:
            writer.open_row()
            at = left
            for column in sorted(row):
                writer.empty_cells(column - at)
                writer.open_cell()
                writer.line(row[column])
                writer.close_cell()
                at = column + 1
            writer.empty_cells(right + 1 - at)
        writer.close_table()
    for row in block[last + 1 :]:
        writer.line(next(iter(row.values())))
