"""The tables of pages: which text stands in which cell, which tables go on over a page break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .pdf_layout import lines_of
from .pdf_page import Page, Run
from .pdf_paragraphs import wrapped
from .pdf_tables import Grid, find_grids
from .writer import TextWriter

__all__ = ["FoundTable", "join_table", "tables_of", "write_table"]

_SAME_COLUMN = 4.0
"""Points by which the columns of a table may miss those on the page before."""

_HEART = 0.3
"""Share of its size by which the middle of a character lies above its base line."""

_MOST_HEADS = 3
"""Rows that a table repeats on every page."""


@dataclass(slots=True)
class FoundTable:
    """Rows of cells, each with its text and the columns that it takes; where its columns part; the page on which it ends."""

    rows: list[list[tuple[str, int]]]
    edges: tuple[float, ...]
    page: int


def tables_of(page: Page, index: int, characters: Callable[[Run], list[Run]]) -> Iterator[tuple[float, FoundTable]]:
    """The tables of a page, each with its upper edge; their text is taken off the page.

    Args:
        page: a page with its ruling lines.
        index: its place in the document.
        characters: parts a run that borders may cut.
    """
    for grid in find_grids(page.rulings):
        cells: dict[int, list[Run]] = {}
        outside: list[Run] = []
        for run in page.runs:
            if not _touches(run, grid):
                outside.append(run)
                continue
            for part in characters(run):
                x, y = (part.left + part.right) / 2, part.base + _HEART * part.size
                (cells.setdefault(grid.cell_at(x, y), []) if grid.holds(x, y) else outside).append(part)
        if len(cells) > 1:
            page.runs = outside
            yield grid.ys[0], FoundTable(_rows(grid, cells), grid.xs, index)


def _touches(run: Run, grid: Grid) -> bool:
    return run.left < grid.xs[-1] and run.right > grid.xs[0] and run.base < grid.ys[0] and run.top > grid.ys[-1]


def _rows(grid: Grid, cells: dict[int, list[Run]]) -> list[list[tuple[str, int]]]:
    """The rows of a table; a cell of several rows has its text in the first."""
    rows: list[list[tuple[str, int]]] = []
    for row, places in enumerate(grid.places):
        entries: list[tuple[str, int]] = []
        column = 0
        while column < len(places):
            cell = grid.cells[places[column]]
            text = wrapped(lines_of(cells.get(places[column], ())), cell.left, cell.right) if cell.row == row and cell.column == column else ""
            entries.append((text, max(1, cell.columns - (column - cell.column))))
            column += entries[-1][1]
        rows.append(entries)
    return rows


def join_table(before: FoundTable, after: FoundTable) -> bool:
    """Joins a table to the one on the page before, if it goes on there."""
    if after.page != before.page + 1 or len(before.edges) != len(after.edges):
        return False
    if any(abs(a - b) > _SAME_COLUMN for a, b in zip(before.edges, after.edges, strict=True)):
        return False
    heads = 0
    while heads < min(_MOST_HEADS, len(before.rows), len(after.rows) - 1) and before.rows[heads] == after.rows[heads]:
        heads += 1
    before.rows += after.rows[heads:]
    before.page = after.page
    return True


def write_table(table: FoundTable, writer: TextWriter) -> None:
    """Writes a table out, its text and its cells."""
    writer.open_table()
    for row in table.rows:
        writer.open_row()
        for text, span in row:
            writer.open_cell()
            if text:
                writer.line(text)
            writer.close_cell(span)
    writer.close_table()
