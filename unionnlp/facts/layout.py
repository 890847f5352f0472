"""The layout of a table: for every cell that is a figure, the words above and beside it that speak of it.

A table is read row by row. Rows without figures are headings of columns (several stacked make one path), captions, or
headings of groups of rows; in the others every cell that is a figure and nothing else is an entry, with the headings of
its column and the labels of its row. Cells merged across or downwards come as blank ones behind the first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

import regex

from ..records import Quantity, Table
from ..structure.normalize import Normalized
from .context import mentions
from .headings import LONGEST_HEADING, NOTHING, Heading, Measure, heading, measures, stated_measures
from .quantities import scan

__all__ = ["YEAR", "Entry", "TableReader"]

CAPTION, CAPTION_LINES, LONGEST_CAPTION_LINE = 120, 2, 50
"""Characters above a table that may hold its caption: two lines, its title and its measure."""

MOST_HEADING_ROWS = 4
MOST_LABELS = 4
"""Rows of headings stacked over a column, and labels in front of a figure, that are read; forms have two of each."""

YEAR = regex.compile(r"(?:19|20)\d\d", regex.ASCII)
_PLAIN = regex.compile(r"[-−－]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,8})?", regex.ASCII)
_FIGURE = regex.compile(r"[0-9零一二两三四五六七八九十]")
_BARE_END = regex.compile(r"[0-9零一二两三四五六七八九十百千万亿余多]$")
_EMPTY = regex.compile(r"[-—－–─/\\／*＊.…·无×\s]*")
_RATIO = regex.compile(r"\d{1,15}/\d{1,15}", regex.ASCII)
_CLAUSES = regex.compile(r"[，；,;]")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell in raw offsets, blanks left out; ``figure`` is the figure that it consists of, with the unit "" when it has none of its own."""

    start: int
    end: int
    words: str
    figure: Quantity | None = None
    label: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure in a table and what the table says of it.

    ``column`` joins the headings above it, ``labels`` stand before it in its row, ``beside`` is the measure in a cell of its own
    in the row, ``topic`` heads the labels (培训内容), ``group`` is the heading of the rows around it, ``caption`` what stands above the table, ``scales`` the measures
    stated there. ``scope`` is whose figure it is, ``period`` when it was counted.
    """

    start: int
    end: int
    figure: Quantity
    column: Heading
    labels: tuple[Heading, ...]
    beside: Measure | None
    topic: str
    group: Heading
    caption: str
    scales: tuple[Measure, ...]
    scope: str
    period: str


def _read_words(words: str) -> tuple[Quantity | None, bool]:
    """The figure that a cell consists of, with the unit "" when it has none of its own; and whether its words name something. Those
    that end in a figure (走访困难职工80户) tell something instead."""
    if _PLAIN.fullmatch(words):
        value = Decimal(words.replace(",", "").replace("−", "-").replace("－", "-"))
        return Quantity(0, len(words), words, value, None, None, "", "exact"), False
    short = bool(words) and len(words) <= LONGEST_HEADING and "。" not in words
    if not short or _FIGURE.search(words) is None:
        return None, short
    told = scan(words)
    if "/" not in words:
        if _is_whole(told, words):
            return told[0], False
        money = words + "元"  # which takes every form of numeral
        if _BARE_END.search(words) is not None and _is_whole(bare := scan(money), money):
            return replace(bare[0], unit="", end=len(words), quote=words), False
    return None, not told or (told[-1].end < len(words) and _CLAUSES.search(words) is None)


def _is_whole(found: list[Quantity], words: str) -> bool:
    return len(found) == 1 and (found[0].start, found[0].end) == (0, len(words)) and found[0].bound != "missing"


def _cells(table: Table, normalized: Normalized, low: int, high: int) -> Iterator[list[_Cell]]:
    raw = normalized.raw
    for row in table.rows:
        cells: list[_Cell] = []
        for cell in row:
            start, end = max(cell.start, low), min(cell.end, high)
            words = raw[start:end].strip() if end > start else ""
            if words:
                start += raw[start:end].index(words)
                end = start + len(words)
                first, last = normalized.span(start, end)
                words = normalized.text[first:last].strip() or words  # a figure may have been taken for a page number
                words = "" if _EMPTY.fullmatch(words) else words
            cells.append(_Cell(start, end, words, *_read_words(words)))
        yield cells


class TableReader:
    """Reads one table from its first row to its last; ``taken`` are the cells that running text must leave alone.

    Args:
        table: the table.
        normalized: the text that it stands in.
        low, high: where in the raw text its report stands.
    """

    def __init__(self, table: Table, normalized: Normalized, low: int, high: int) -> None:
        self.taken: list[tuple[int, int]] = []
        self._rows = [row for row in _cells(table, normalized, low, high) if any(cell.words for cell in row)]
        self._scales: tuple[Measure, ...] = ()
        self._caption = self._period = self._scope = ""
        self._captioned(_caption(normalized.raw[max(low, table.start - CAPTION) : max(low, table.start)]))
        self._columns: dict[int, Heading] = {}
        self._owner = ""  # whom the whole table is of (单位名称 | 青河镇工会)
        self._body_seen = False
        self._group = NOTHING
        self._carried: dict[int, Heading] = {}  # labels of the row above, for cells merged downwards
        self._seen: set[tuple[str, ...]] = set()

    def entries(self) -> Iterator[Entry]:
        """The figures of the table with what it says of them, in order."""
        waiting: list[list[_Cell]] = []  # rows of words, whose part the next figures show
        for row in self._rows:
            filled = [cell for cell in row if cell.words]
            figures = [cell for cell in filled if cell.figure is not None]
            if len(filled) == 1 and not figures:
                self._above(filled[0].words, first=not self._body_seen and not waiting)
            elif all(cell.label for cell in filled if cell.figure is None) and (not figures or self._are_years(row, waiting)):
                waiting.append(row)
            else:
                if waiting:
                    self._sort(waiting, row)
                    waiting = []
                yield from self._body(row)
                self._body_seen = True
        if waiting and not self._body_seen:  # an unfilled form
            self._take(waiting[0])

    def _take(self, row: list[_Cell]) -> None:
        self.taken += [(cell.start, cell.end) for cell in row if cell.words]

    # ------------------------------------------------------------------------------------------ headings

    def _captioned(self, words: str) -> None:
        self._caption = words
        self._scales = stated_measures(words) or self._scales
        self._period, self._scope = (mentions(words, name).last(0, len(words)) for name in ("periods", "scopes"))

    def _above(self, words: str, *, first: bool) -> None:
        """A row of one cell: the caption, the measure, or the heading of a group of rows."""
        if len(words) > CAPTION:
            return
        if first:
            self._captioned(f"{self._caption}\n{words}"[-CAPTION:])
        elif stated := stated_measures(words):
            self._scales = stated
        else:
            self._group = heading(words)

    def _are_years(self, row: list[_Cell], waiting: list[list[_Cell]]) -> bool:
        """Whether the figures of a row at the top are years that head columns, not four-figure numbers of something."""
        if self._body_seen or not all(YEAR.fullmatch(cell.words) for cell in row if cell.figure is not None):
            return False
        labels = [heading(cell.words) for cell in row if cell.label]
        above = waiting[-1] if labels and waiting else []
        under = [heading(head.words) for head, cell in zip(above, row, strict=False) if cell.figure is not None]
        return len(row) > 1 and not any(head.measured or "generic" in head.roles for head in (*labels, *under))

    def _sort(self, waiting: list[list[_Cell]], row: list[_Cell]) -> None:
        """Finds the rows of headings among the rows of words above the first figures under them. The lowest of them says what these
        figures count, or when, or was a row of headings before; the rows below it are unfilled ones. Where none does, rows of
        words at the top are headings all the same (甲公司 | 乙公司), unless the table is one of pairs."""
        known = [k for k, above in enumerate(waiting) if self._says_of(above, row) or tuple(cell.words for cell in above) in self._seen]
        lowest = known[-1] if known else -1 if self._body_seen or _pairs(row) else len(waiting) - 1
        stack: list[list[_Cell]] = []
        for above in reversed(waiting[: lowest + 1]):
            if (stack and _names_owner(above)) or len(stack) == MOST_HEADING_ROWS:
                break
            stack.insert(0, above)
        if stack:
            self._columns, self._carried = _paths(stack), {}
            self._seen.update(tuple(cell.words for cell in above) for above in stack)
            for above in stack:
                self._take(above)
        for above in waiting[: lowest + 1 - len(stack)]:
            self._owner = _names_owner(above) or self._owner
        for above in waiting[lowest + 1 :]:
            self._owner = _names_owner(above) or self._owner
            self._carried = dict(self._read_row(above).first)

    def _says_of(self, above: list[_Cell], row: list[_Cell]) -> bool:
        """Whether a row of words has a heading over a figure of ``row`` that says in what or when it counts."""
        for j, cell in enumerate(row[: len(above)]):
            if cell.figure is not None and above[j].words:
                head = heading(above[j].words)
                if head.measured or (head.roles & {"generic", "serial"} and not (j and "ignored" in heading(above[j - 1].words).roles)):
                    return True
        return False

    # ------------------------------------------------------------------------------------------ rows of figures

    def _body(self, row: list[_Cell]) -> Iterator[Entry]:
        read = self._read_row(row)
        self._carried = dict(read.first)
        named = self._whose(read.first)
        topic = "".join(self._columns[j].words for j, _ in read.first[-MOST_LABELS:] if j in self._columns and not self._columns[j].roles)
        for j, cell, figure, labels in read.figures:
            column = self._columns.get(j, NOTHING)
            scope = named or (column.words if column.named else "") or self._owner or self._scope
            period = column.period or read.period or self._group.period or self._period
            yield Entry(cell.start, cell.end, figure, column, labels, read.measure(j), topic, self._group, self._caption, self._scales, scope, period)

    def _read_row(self, row: list[_Cell]) -> _Row:
        """The figures of a row, each with the labels before it; in tables of pairs the labels begin anew behind a figure."""
        read = _Row()
        labels: list[Heading] = []
        merged: list[int] = []  # blank cells, into which a label above may reach
        for j, cell in enumerate(row):
            column = self._columns.get(j, NOTHING)
            skipped = not column.measures and bool(column.roles & {"serial", "ignored"})
            if cell.figure is not None:
                self.taken.append((cell.start, cell.end))
                if "period" in column.roles:
                    read.period = cell.words
                elif not skipped:
                    read.figures.append((j, cell, cell.figure, tuple(labels)))
            elif not cell.words:
                merged.append(j)
            elif _RATIO.fullmatch(cell.words):  # 3/8 may be a date, a ratio, or two figures
                self.taken.append((cell.start, cell.end))
            elif cell.label and (not skipped or "total" in heading(cell.words).roles):
                if not read.figures:
                    above = [(k, self._carried[k]) for k in merged if k in self._carried]
                    read.first += above
                    labels = [*labels, *(label for _, label in above)][-MOST_LABELS:]
                elif read.figures[-1][0] > read.last_label:
                    labels = []
                merged, read.last_label = [], j
                if stated := measures(cell.words):
                    read.measures_at.append(j)
                    read.measures.append(stated[0])
                    continue
                label = heading(cell.words)
                labels = [*labels, label][-MOST_LABELS:]
                if not read.figures:
                    read.first.append((j, label))
                    read.period = label.period or read.period
        return read

    def _whose(self, labels: Sequence[tuple[int, Heading]]) -> str:
        """Whom a row is about: the label in a column of units, or one that is a unit's name."""
        for j, label in labels:
            if label.words and (label.named or (not label.measured and "entity" in self._columns.get(j, NOTHING).roles)):
                return "" if "total" in label.roles else label.words
        return ""


@dataclass(slots=True)
class _Row:
    """What was read in a row of figures."""

    figures: list[tuple[int, _Cell, Quantity, tuple[Heading, ...]]] = field(default_factory=list)
    first: list[tuple[int, Heading]] = field(default_factory=list)  # the labels before the first figure, with their columns
    measures_at: list[int] = field(default_factory=list)  # columns of cells that hold a measure alone
    measures: list[Measure] = field(default_factory=list)
    last_label: int = -1
    period: str = ""

    def measure(self, j: int) -> Measure | None:
        """The measure in a cell of its own that stands nearest to column ``j``."""
        i = bisect_left(self.measures_at, j)
        near = range(max(0, i - 1), min(i + 1, len(self.measures)))
        return self.measures[min(near, key=lambda k: abs(self.measures_at[k] - j))] if near else None


def _pairs(row: list[_Cell]) -> bool:
    """Whether every figure of a row has words right before it (会员数 | 120 | 女会员数 | 60)."""
    return all(j and row[j - 1].label for j, cell in enumerate(row) if cell.figure is not None)


def _names_owner(row: list[_Cell]) -> str:
    """The unit that a row of pairs names (单位名称 | 青河镇工会), or ""."""
    for key, value in pairwise(row):
        if key.words and value.label and heading(key.words).roles & {"entity", "ignored"} and heading(value.words).named:
            return heading(value.words).words
    return ""


def _caption(above: str) -> str:
    """The lines right above a table that are headings or lead up to it, two at most; running text is none."""
    lines: list[str] = []
    for line in reversed(above.splitlines() if len(above) < CAPTION else above.splitlines()[1:]):
        words = line.strip()
        if len(words) > LONGEST_CAPTION_LINE or "。" in words[:-1] or len(lines) == CAPTION_LINES:
            break
        if words:
            lines.insert(0, words)
    return "\n".join(lines)


def _paths(stack: list[list[_Cell]]) -> dict[int, Heading]:
    """The headings of each column from top to bottom as one; a cell that is blank over another one belongs to the cell on
    its left (merged across), a blank cell below one belongs to it (merged downwards)."""
    paths: dict[int, list[Heading]] = {}
    for depth, row in enumerate(stack):
        below = stack[depth + 1] if depth + 1 < len(stack) else []
        left = ""
        for j, cell in enumerate(row):
            left = cell.words or left
            words = cell.words or (left if j < len(below) and below[j].words else "")
            if words:
                paths.setdefault(j, []).append(heading(words))
    return {j: _joined(heads) for j, heads in paths.items()}


def _joined(heads: list[Heading]) -> Heading:
    if len(heads) == 1:
        return heads[0]
    own = heads[-1]
    roles = {role for head in heads for role in head.roles & {"total", "planned"}} | (own.roles - {"generic"})
    if all(not head.words or "generic" in head.roles for head in heads):
        roles |= {"generic"}
    return Heading(
        "".join(dict.fromkeys(head.words for head in heads))[-LONGEST_HEADING:],
        next((head.measures for head in reversed(heads) if head.measures), ()),
        next((head.implied for head in reversed(heads) if head.implied), ""),
        frozenset(roles),
        next((head.period for head in reversed(heads) if head.period), ""),
    )
