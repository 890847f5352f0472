"""What stands on pages and is no part of the text: headers, footers, page numbers, words behind or beside the text.

Told by their place: outside all else on the page, and there again on other pages, or counting the pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from statistics import median

from ..lexicon import load_table
from .pdf_layout import rows_of
from .pdf_page import Page, Run

__all__ = ["Furniture", "clear"]

_ZONE = 0.15
"""Share of a page's height at its head and at its foot where furniture stands."""

_SAME_PLACE = 4.0
"""Points by which a header may miss its place on the page before."""

_MOST_ROWS = 4
"""Rows of furniture at one end of a page."""

_NO_TITLE, _LOOK = 1.1, 4
"""Furniture is no larger than the text, but for rounding; so many rows of a kind behind one are compared with it."""

_LARGE = 1.5
"""A watermark is larger than the text, that many times."""

_LEAST_STACKED = 3
"""Single characters below one another in the margin that make a line of writing down the page (装订线)."""

_WORDS = 8
"""Runs of more characters tell the size of the text."""

_SPACE = re.compile(r"\s+")
_FIGURES = re.compile(r"\d+")


@dataclass(slots=True)
class Furniture:
    """What was taken from the pages of a document."""

    headers: list[str] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row near the head (or foot) of a page; ``distance`` is how far from it, ``number`` the page that it counts."""

    page: int
    head: bool
    runs: tuple[Run, ...]
    text: str
    distance: float
    number: int | None
    sure: bool  # it says that it is a page number

    @property
    def kind(self) -> tuple[bool, str]:
        """Rows of one kind differ in figures alone."""
        return self.head, _FIGURES.sub("#", self.text)


@cache
def _numbers() -> tuple[tuple[bool, re.Pattern[str]], ...]:
    return tuple(
        (row["id"] != "bare", re.compile(row["pattern"])) for row in load_table("page_numbers", ("id", "pattern", "example", "counterexample", "source"))
    )


def clear(pages: Sequence[Page]) -> Furniture:
    """Takes the furniture off the pages.

    Complexity: O(n log n) in runs.
    """
    found = Furniture()
    sizes = [run.size for page in pages for run in page.runs]
    if not sizes:
        return found
    size = median([run.size for page in pages for run in page.runs if len(run.text) > _WORDS] or sizes)
    _clear_margins(pages, size, found)
    _clear_behind(pages, size, found)
    rows = [list(_rows(i, page)) for i, page in enumerate(pages)]
    repeated = _repeated([row for page_rows in rows for row in page_rows], size, [_FIGURES.sub("", "".join(run.text for run in page.runs)) for page in pages])
    offsets = Counter(row.number - row.page for page_rows in rows for row in page_rows if row.number is not None)
    for page, page_rows in zip(pages, rows, strict=True):
        taken: set[Run] = set()
        for head in (True, False):
            for row in [row for row in page_rows if row.head is head][:_MOST_ROWS]:
                counts = row.number is not None and (row.sure or offsets[row.number - row.page] > 1 or (len(pages) < 3 and row.number == row.page + 1))
                if not (counts or all(run.artifact for run in row.runs) or row in repeated):
                    break
                taken.update(row.runs)
                if not any(_FIGURES.sub("#", text) == _FIGURES.sub("#", row.text) for text in (found.headers if head else found.footers)):
                    (found.headers if head else found.footers).append(row.text)
        if taken:
            page.runs = [run for run in page.runs if run not in taken]
    return found


def _rows(index: int, page: Page) -> Iterator[_Row]:
    """The rows in the zones of a page, from its head down, then from its foot up."""
    zone = _ZONE * (page.top - page.bottom)
    edge = [run for run in page.runs if run.base > page.top - zone or run.base < page.bottom + zone]
    rows = rows_of(edge)
    for head, ordered in ((True, rows), (False, rows[::-1])):
        for row in ordered:
            distance = page.top - row[0].base if head else row[0].base - page.bottom
            if distance > zone:
                break
            text = _SPACE.sub("", "".join(run.text for run in row))
            match = next(((sure, match) for sure, pattern in _numbers() if (match := pattern.fullmatch(text))), None)
            yield _Row(index, head, tuple(row), text, distance, int(match[1]["n"]) if match else None, match is not None and match[0])


def _repeated(rows: Sequence[_Row], size: float, texts: Sequence[str]) -> set[_Row]:
    """Rows that stand at the same place of the page before or behind, or of the one beyond it, where left and right pages differ.

    Larger ones than the text are titles; pages that are the same throughout, figures apart, tell nothing.
    """
    groups: dict[tuple[bool, str], list[_Row]] = {}
    for row in rows:
        if row.runs[0].size <= _NO_TITLE * size:
            groups.setdefault(row.kind, []).append(row)
    found: set[_Row] = set()
    for group in groups.values():
        for i, row in enumerate(group):
            for other in group[i + 1 : i + 1 + _LOOK]:
                near = 0 < other.page - row.page <= 2 and abs(other.distance - row.distance) <= _SAME_PLACE
                if near and _counts_on(row, other) and texts[row.page] != texts[other.page]:
                    found |= {row, other}
    return found


def _counts_on(row: _Row, other: _Row) -> bool:
    """Whether the figures of two rows are the same, but for those that count the pages."""
    pairs = zip(_FIGURES.findall(row.text), _FIGURES.findall(other.text), strict=True)
    return all(a == b or (len(b) <= 4 and len(a) <= 4 and int(b) - int(a) == other.page - row.page) for a, b in pairs)


def _clear_behind(pages: Sequence[Page], size: float, found: Furniture) -> None:
    """Watermarks: large words over the text, at the same place of at least every other page."""
    large = [[run for run in page.runs if run.size > _LARGE * size and len(run.text) > 1] for page in pages]
    places = Counter(place for runs in large for place in {_place(run) for run in runs})
    marks = {place for place, count in places.items() if count > 1 and 2 * count >= len(pages)}
    marks &= {_place(run) for page, runs in zip(pages, large, strict=True) for run in runs if _place(run) in marks and _covers(run, page)}
    if marks:
        found.aside += sorted({text for text, _, _ in marks})
        for page in pages:
            page.runs = [run for run in page.runs if _place(run) not in marks]


def _covers(run: Run, page: Page) -> bool:
    """Whether a run lies over others, which titles do not."""
    return any(
        other is not run and min(run.right, other.right) - max(run.left, other.left) > 1 and min(run.top, other.top) - max(run.bottom, other.bottom) > 1
        for other in page.runs
    )


def _place(run: Run) -> tuple[str, int, int]:
    return run.text, round(run.left / _SAME_PLACE), round(run.base / _SAME_PLACE)


def _clear_margins(pages: Sequence[Page], size: float, found: Furniture) -> None:
    """Single characters below one another, beside all lines of the page."""
    for page in pages:
        single = [run for run in page.runs if len(run.text) == 1]
        if len(single) < _LEAST_STACKED or len(single) == len(page.runs):
            continue
        left, right = min([run.left for run in page.runs if len(run.text) > 1]), max([run.right for run in page.runs if len(run.text) > 1])
        outside = [run for run in single if run.right < left - size or run.left > right + size]
        columns = Counter(round(run.left / size) for run in outside)
        stacked = {run for run in outside if columns[round(run.left / size)] >= _LEAST_STACKED}
        if stacked:
            text = "".join(run.text for run in sorted(stacked, key=lambda run: -run.base))
            if text not in found.aside:
                found.aside.append(text)
            page.runs = [run for run in page.runs if run not in stacked]
