"""Ruling lines to tables: lines that touch make a grid, places between which no line runs are one cell.

Works on the lines that PDFium has read, a few ms a page and bounded. pdfplumber finds the same cells, but reads the file with
a second parser, which unpacks streams without a limit; a test compares the two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Grid", "GridCell", "Ruling", "find_grids"]

_NEAR = 3.0
"""Points: lines nearer than this are one (a double border), and ends that miss each other by less touch."""

_MOST_RULINGS = 300
"""Lines of a page, joined; a table of 60 rows and 20 columns has 80, a drawing thousands."""

_MOST_PLACES = 10_000
"""Rows times columns of a page's table."""


class Ruling(NamedTuple):
    """A straight line along the page or, ``upright``, across it: at which height (or how far right), from where to where, in points."""

    upright: bool
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: its first row and column, how many of each it takes, and its box."""

    row: int
    column: int
    rows: int
    columns: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's skeleton: where its columns (left to right) and rows (top to bottom) part, and its cells in order of row and column.

    ``places`` has the number of the cell at each row and column.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    places: tuple[tuple[int, ...], ...] = field(repr=False)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]

    def cell_at(self, x: float, y: float) -> int:
        """The number of the cell that a point lies in; of a point outside that of the nearest one."""
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect_right(self.ys, -y, key=lambda edge: -edge) - 1, 0), len(self.ys) - 2)
        return self.places[row][column]


def find_grids(rulings: Iterable[Ruling]) -> list[Grid]:
    """The tables that lines draw, from top to bottom.

    A frame around one cell is none. Tables without lines at their sides, or with none above their heads, end where their
    other lines end.

    Complexity: O(h × v) in lines along and across the page, both at most ``_MOST_RULINGS``; a page with more is a drawing
    and has no tables.

    Example:
        >>> along = [Ruling(False, y, 0, 100) for y in (40, 20, 0)]
        >>> across = [Ruling(True, x, 0, 40) for x in (0, 100)] + [Ruling(True, 50, 0, 20)]
        >>> grid, = find_grids(along + across)
        >>> [(cell.row, cell.column, cell.columns) for cell in grid.cells]
        [(0, 0, 2), (1, 0, 1), (1, 1, 1)]
    """
    every = list(rulings)
    if len(every) < 3:
        return []
    along = _joined(ruling for ruling in every if not ruling.upright)
    across = _joined(ruling for ruling in every if ruling.upright)
    if max(len(along), len(across)) > _MOST_RULINGS:
        return []
    grids = [grid for group in _groups(along, across) if (grid := _grid(*group)) is not None]
    return sorted(grids, key=lambda grid: (-grid.ys[0], grid.xs[0]))


def _joined(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Lines with those that prolong or double them."""
    joined: list[Ruling] = []
    levels: list[list[Ruling]] = []
    for ruling in sorted(rulings, key=lambda ruling: ruling.at):
        if not levels or ruling.at - levels[-1][0].at > _NEAR:
            levels.append([])
        levels[-1].append(ruling)
    for level in levels:
        start = len(joined)
        for ruling in sorted(level, key=lambda ruling: ruling.low):
            if len(joined) > start and ruling.low <= joined[-1].high + _NEAR:
                joined[-1] = joined[-1]._replace(high=max(joined[-1].high, ruling.high))
            else:
                joined.append(ruling._replace(at=level[0].at))
    return joined


def _groups(along: Sequence[Ruling], across: Sequence[Ruling]) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """Lines along and across the page that hang together."""
    leader = list(range(len(along) + len(across)))

    def lead(i: int) -> int:
        while leader[i] != i:
            leader[i] = i = leader[leader[i]]
        return i

    for i, a in enumerate(along):
        for j, b in enumerate(across, len(along)):
            if a.low - _NEAR <= b.at <= a.high + _NEAR and b.low - _NEAR <= a.at <= b.high + _NEAR:
                leader[lead(j)] = lead(i)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for i in range(len(leader)):
        group = groups.setdefault(lead(i), ([], []))
        group[i >= len(along)].append(along[i] if i < len(along) else across[i - len(along)])
    return (group for group in groups.values() if len(group[0]) > 1 and group[1])


def _edges(lines: Iterable[Ruling], others: Iterable[Ruling]) -> list[float]:
    """Where a grid parts: at its lines, and where the lines across them end."""
    ends = [end for other in others for end in (other.low, other.high)]
    edges: list[float] = []
    for at in sorted([line.at for line in lines] + [min(ends), max(ends)]):
        if not edges or at - edges[-1] > _NEAR:
            edges.append(at)
    return edges


def _grid(along: list[Ruling], across: list[Ruling]) -> Grid | None:
    xs, ys = _edges(across, along), _edges(along, across)[::-1]
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns > _MOST_PLACES:
        return None
    beside = _walls(across, xs, [(low + high) / 2 for high, low in pairwise(ys)])
    below = _walls(along, ys, [(low + high) / 2 for low, high in pairwise(xs)])
    places = [[-1] * columns for _ in range(rows)]
    cells: list[GridCell] = []
    for row in range(rows):
        for column in range(columns):
            if places[row][column] < 0:
                width = 1
                while column + width < columns and places[row][column + width] < 0 and row not in beside.get(column + width, ()):
                    width += 1
                height = 1
                while row + height < rows and not (
                    any(c in below.get(row + height, ()) for c in range(column, column + width))
                    or any(row + height in beside.get(c, ()) for c in range(column + 1, column + width))
                ):
                    height += 1
                for r in range(row, row + height):
                    for c in range(column, column + width):
                        places[r][c] = len(cells)
                cells.append(GridCell(row, column, height, width, xs[column], ys[row + height], xs[column + width], ys[row]))
    if len(cells) < 2:
        return None
    return Grid(tuple(xs), tuple(ys), tuple(cells), tuple(map(tuple, places)))


def _walls(lines: Iterable[Ruling], edges: list[float], middles: list[float]) -> dict[int, set[int]]:
    """Edge -> the rows (columns) along which a line runs there."""
    walls: dict[int, set[int]] = {}
    for line in lines:
        nearest = min(range(len(edges)), key=lambda i: abs(edges[i] - line.at))
        walls.setdefault(nearest, set()).update(i for i, middle in enumerate(middles) if line.low <= middle <= line.high)
    return walls
