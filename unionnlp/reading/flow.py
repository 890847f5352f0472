"""Paragraphs one after the other, some of which end a cell or a row: how binary Word files and RTF write tables.

Where a row's cells stand on the page is known only at its end. Cells that take several columns are found by their edges:
every edge of a table is a border between columns.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .writer import TextWriter

__all__ = ["Flow"]

_DEEPEST = 8
"""Tables within tables that are told apart."""

_SAME_EDGE = 20
"""Twentieths of a point: edges nearer to one another than a point are one; dragged borders miss each other by that much."""


@dataclass(slots=True)
class _Row:
    cells: list[_Blocks]
    edges: tuple[int, ...]


@dataclass(slots=True)
class _Table:
    rows: list[_Row] = field(default_factory=list)
    cells: list[_Blocks] = field(default_factory=list)  # of the open row
    blocks: _Blocks = field(default_factory=list)  # of the open cell


_Blocks = list[str | _Table]


class Flow:
    """Collects the flow and writes it out.

    Example:
        >>> flow = Flow()
        >>> flow.paragraph("会员情况", 0)
        >>> for word in ("会员", "35"):
        ...     flow.paragraph(word, 1); flow.end_cell(1)
        >>> flow.end_row(1, (0, 100, 200))
        >>> writer = TextWriter()
        >>> flow.write(writer)
        >>> writer.document("x.doc").text
        '会员情况\\n会员\\t35'
    """

    __slots__ = ("_body", "_open")

    def __init__(self) -> None:
        self._body: _Blocks = []
        self._open: list[_Table] = []

    def paragraph(self, text: str, depth: int) -> None:
        """A paragraph inside ``depth`` tables; in a cell it counts only if it has text."""
        blocks = self._at(depth)
        if text or not self._open:
            blocks.append(text)

    def end_cell(self, depth: int) -> None:
        """The open cell of the table at ``depth`` is over."""
        self._at(max(depth, 1))
        table = self._open[-1]
        table.cells.append(table.blocks)
        table.blocks = []

    def end_row(self, depth: int, edges: Sequence[int] = ()) -> None:
        """The open row is over; ``edges`` are where its cells begin and end, one more than cells, or empty when unknown."""
        self._at(max(depth, 1))
        _end_row(self._open[-1], tuple(edges))

    def write(self, writer: TextWriter) -> None:
        """Everything collected, in order."""
        self._at(0)
        _write(self._body, writer)

    def lines(self) -> list[str]:
        """The paragraphs alone, in and out of tables."""
        self._at(0)
        return list(_lines(self._body))

    def _at(self, depth: int) -> _Blocks:
        """The open blocks at ``depth``, after opening and closing tables to get there."""
        depth = min(depth, _DEEPEST)
        while len(self._open) > depth:
            _end_row(self._open.pop(), ())
        while len(self._open) < depth:
            table = _Table()
            self._blocks().append(table)
            self._open.append(table)
        return self._blocks()

    def _blocks(self) -> _Blocks:
        return self._open[-1].blocks if self._open else self._body


def _end_row(table: _Table, edges: tuple[int, ...]) -> None:
    if table.blocks:  # a cell that the file does not end
        table.cells.append(table.blocks)
        table.blocks = []
    if table.cells:
        table.rows.append(_Row(table.cells, edges))
        table.cells = []


def _write(blocks: _Blocks, writer: TextWriter) -> None:
    for block in blocks:
        if isinstance(block, str):
            writer.line(block)
        else:
            _write_table(block, writer)


def _lines(blocks: _Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from _lines(cell)


def _write_table(table: _Table, writer: TextWriter) -> None:
    columns = _columns(edge for row in table.rows if len(row.edges) == len(row.cells) + 1 for edge in row.edges)
    writer.open_table()
    for row in table.rows:
        writer.open_row()
        places = [bisect_left(columns, edge - _SAME_EDGE + 1) for edge in row.edges] if len(row.edges) == len(row.cells) + 1 else []
        if places:
            writer.empty_cells(places[0])
        for i, cell in enumerate(row.cells):
            writer.open_cell()
            _write(cell, writer)
            writer.close_cell(max(1, places[i + 1] - places[i]) if places else 1)
    writer.close_table()


def _columns(edges: Iterable[int]) -> list[int]:
    """The borders of a table from left to right, near ones as one."""
    columns: list[int] = []
    for edge in sorted(set(edges)):
        if not columns or edge - columns[-1] >= _SAME_EDGE:
            columns.append(edge)
    return columns
