"""Runs of characters to lines in reading order: rows, columns of text beside one another, the blanks between words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .pdf_page import Run

__all__ = ["Column", "Line", "columns", "first_unit", "lines_of", "rows_of"]

_SAME_ROW = 0.4
"""Share of a character's height by which runs of one row may miss each other: a raised note number stays in its row."""

_GAP, _TAB = 0.6, 2.0
"""Widths of a character: a gap between Chinese characters from the one on is a blank, from the other on a tab. Between Chinese and
figures programs leave a quarter for looks, in justified lines more."""

_NO_ROOM = 0.1
"""Widths of a character under which a blank that was drawn takes no room, as converters put between all characters."""

_LEAST_GAPS = 3
"""Gaps that are all alike, from which they are no blanks."""

_MIDDLE, _CROSSED, _GUTTER = 0.25, 0.1, 0.8
"""Columns are parted by a gutter of so many characters' width, not nearer to the edge of the text than a quarter of its width; of the rows no
more than a tenth cross it, which titles do."""

_MOST_COLUMNS_DEEP = 2
"""Halves of a page that are parted again: up to four columns."""

_LEAST_ROWS, _LEAST_WIDTH, _FILLED = 5, 8, 0.4
"""Each column has so many rows, half of them of so many characters and more, and so great a share of them reaches to the gutter: what a list
of names beside another does not."""

_HAN = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_IS_HAN = re.compile(f"[{_HAN}“”‘’—…·]")
_OPENING, _CLOSING = "“‘《〈（(「『【[〔", "，。、；：！？”’》〉）)」』】]〕…,.;:!?%％"
_WORD = "[A-Za-z0-9][A-Za-z0-9.,%％+/:~_@-]*"
_UNIT = re.compile(rf"[{re.escape(_OPENING)}]*(?:{_WORD}|.)(?:[“”‘’]+(?:{_WORD}|.))*(?:[{re.escape(_CLOSING)}]+(?:{_WORD})?)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column: its text, where it begins and ends, the height it stands at, the size of its characters."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Column:
    """Runs that are read before those of the next column, and between which edges they stand."""

    runs: tuple[Run, ...]
    left: float
    right: float


def width(text: str, size: float) -> float:
    """How far a text reaches, about, when it is set in a font of that size; figures take half a character and a little."""
    return size * sum(1.0 if char >= "\u0100" or char in "%@MWmw" else 0.6 for char in text)


def first_unit(text: str) -> str:
    """What at the beginning of a text is not parted by the end of a line: a character with the punctuation around it, a figure.

    LibreOffice does not break between punctuation and a figure, nor on either side of a quotation mark, so that those may belong to it.

    Example:
        >>> [first_unit(text) for text in ("工会工作", "“四德”工程", "家。全年", "12.6万元", "场，1260人次")]
        ['工', '“四', '家。', '12.6', '场，1260']
    """
    unit = _UNIT.match(text.lstrip())
    return unit[0] if unit else ""


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs by rows, from top to bottom and from left to right.

    Complexity: O(n log n).
    """
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        if rows and rows[-1][0].base - run.base <= _SAME_ROW * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda run: run.left)
    return rows


def lines_of(runs: Iterable[Run]) -> list[Line]:
    """The rows as lines of text."""
    return [line for row in rows_of(runs) if (line := _line(row)).text]


def _line(row: Sequence[Run]) -> Line:
    if len(row) == 1:
        run = row[0]
        return Line(run.blank.strip(" ") + run.text, run.left, run.right, run.base, run.size)
    size = max(row, key=lambda run: len(run.text)).size
    spaced = _is_spaced(row, size)
    parts = [row[0].blank.strip(" "), row[0].text]
    for before, run in pairwise(row):
        parts += ["" if spaced else _between(before, run, size), run.text]
    return Line("".join(parts).rstrip(" "), row[0].left, max(run.right for run in row), row[0].base, size)


def _is_spaced(row: Sequence[Run], size: float) -> bool:
    """Whether the characters of a row stand apart all alike, for looks (工 作 总 结) or because a program stretched the row."""
    gaps = sorted(b.left - a.right for a, b in pairwise(row))
    if len(gaps) < _LEAST_GAPS or any(run.blank for run in row[1:]) or sum(len(run.text) == 1 for run in row) < 0.6 * len(row):
        return False
    low, high = gaps[len(gaps) // 5], gaps[-1 - len(gaps) // 5]
    return low > _NO_ROOM * size and high <= 1.5 * low


def _between(before: Run, run: Run, size: float) -> str:
    """The white space between two runs of a row: what was typed there, or what a gap stands for."""
    gap = run.left - before.right
    if run.blank:
        return "" if gap < _NO_ROOM * size else run.blank
    if gap >= _TAB * size:
        return "\t"
    if _IS_HAN.match(before.text[-1]) or _IS_HAN.match(run.text[0]):
        return " " if gap >= _GAP * size else ""
    return " " if gap >= _NO_ROOM * size else ""


# ------------------------------------------------------------------------------------------------- columns


def columns(runs: Sequence[Run]) -> list[Column]:
    """The columns of a page in reading order; what runs across them stands in a column of its own.

    Complexity: O(n log n) in runs, times the depth.
    """
    return _columns(runs, _MOST_COLUMNS_DEEP)


def _columns(runs: Sequence[Run], depth: int) -> list[Column]:
    if not runs:
        return []
    left, right = min([run.left for run in runs]), max([run.right for run in runs])
    middle = (left + right) / 2
    crossing = sum([run.left < middle < run.right for run in runs])
    if not depth or 6 * crossing > len(runs):  # saves the search on most pages
        return [Column(tuple(runs), left, right)]
    rows = rows_of(runs)
    gutter = _gutter(rows, left, right)
    if gutter is None:
        return [Column(tuple(runs), left, right)]
    found: list[Column] = []
    band: list[list[Run]] = []
    for row in [*rows, []]:
        if row and not any(run.left < gutter < run.right for run in row) and not _over(row, gutter):
            band.append(row)
            continue
        sides = [[run for part in band for run in part if (run.left < gutter) is before] for before in (True, False)]
        band = []
        for side in sides:
            found += _columns(side, depth - 1)
        if row:
            found.append(Column(tuple(row), left, right))
    return found


def _over(row: Sequence[Run], gutter: float) -> bool:
    """Whether a row goes on over the gutter with less than a gutter's gap."""
    return any(a.right <= gutter <= b.left and b.left - a.right < _GUTTER * a.size for a, b in pairwise(row))


def _stretches(row: Sequence[Run]) -> list[tuple[float, float]]:
    """What a row covers: runs with less than a gutter between them are one."""
    found: list[tuple[float, float]] = []
    for run in row:
        if found and run.left - found[-1][1] < _GUTTER * run.size:
            found[-1] = (found[-1][0], max(found[-1][1], run.right))
        else:
            found.append((run.left, run.right))
    return found


def _gutter(rows: Sequence[Sequence[Run]], left: float, right: float) -> float | None:
    """Where the gutter between two columns lies, if the text has two."""
    if len(rows) < _LEAST_ROWS:
        return None
    size = sorted(row[0].size for row in rows)[len(rows) // 2] or 1.0
    low, high = left + _MIDDLE * (right - left), right - _MIDDLE * (right - left)
    stretches = [_stretches(row) for row in rows]
    edges = sorted([(start, 1) for row in stretches for start, _ in row] + [(end, -1) for row in stretches for _, end in row])
    covering, best = 0, (0.0, 0.0)
    for (at, step), (following, _) in pairwise(edges):
        covering += step
        start, end = max(at, low), min(following, high)
        if covering <= _CROSSED * len(rows) and end - start > best[1] - best[0]:
            best = (start, end)
    gutter = (best[0] + best[1]) / 2
    if best[1] - best[0] < min(_GUTTER * size, high - low):
        return None
    before = [stretch for row in stretches for stretch in row if stretch[1] <= gutter]
    behind = [stretch for row in stretches for stretch in row if stretch[0] >= gutter]
    if min(len(before), len(behind)) < _LEAST_ROWS:
        return None
    if any(sum(end - start >= _LEAST_WIDTH * size for start, end in side) < len(side) / 2 for side in (before, behind)):
        return None
    inner, outer = max(end for _, end in before), min(start for start, _ in behind)
    reach = sum(end >= inner - 1.5 * size for _, end in before) / len(before)
    begin = sum(start <= outer + 2.5 * size for start, _ in behind) / len(behind)
    return gutter if reach >= _FILLED and begin >= _FILLED else None
