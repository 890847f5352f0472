"""Cuts a text into marked pieces, so that a template can colour it without ever handling offsets.

Two layers: outer marks (passages, findings) and inner ones (figures, changed words). Marks may overlap as they like; at
every place the first of the list shows.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..records import Passage

__all__ = ["Mark", "Part", "Run", "changed", "compared", "runs"]

ANCHOR = 4
"""Characters that must stand once on each side to tie two texts together: three repeat by chance within a paragraph."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a stretch is shown: a style, words to show on hover, its own anchor and where it leads."""

    start: int
    end: int
    style: str
    title: str = ""
    anchor: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Characters under at most one inner mark."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Parts under at most one outer mark; ``first`` where that mark begins, for anchors must not stand twice."""

    parts: tuple[Part, ...]
    mark: Mark | None = None
    first: bool = False


def _visible(marks: Sequence[Mark], length: int) -> list[tuple[int, int, int]]:
    """The stretches (start, end, index of the mark that shows) in order; earlier marks lie on top. O(n log n)."""
    clipped = [(max(0, m.start), min(length, m.end), i) for i, m in enumerate(marks)]
    waiting = sorted(c for c in clipped if c[0] < c[1])
    points = sorted({at for start, end, _ in waiting for at in (start, end)})
    active: list[tuple[int, int]] = []  # (index, end)
    shown: list[tuple[int, int, int]] = []
    next_ = 0
    for left, right in pairwise(points):
        while next_ < len(waiting) and waiting[next_][0] <= left:
            heapq.heappush(active, (waiting[next_][2], waiting[next_][1]))
            next_ += 1
        while active and active[0][1] <= left:
            heapq.heappop(active)
        if not active:
            continue
        index = active[0][0]
        if shown and shown[-1][1] == left and shown[-1][2] == index:
            shown[-1] = (shown[-1][0], right, index)
        else:
            shown.append((left, right, index))
    return shown


def runs(text: str, outer: Sequence[Mark], inner: Sequence[Mark]) -> tuple[Run, ...]:
    """The text cut at every edge of a mark that shows.

    Args:
        text: the text; the offsets of the marks are relative to it, what lies outside is dropped.
        outer, inner: marks, most important first.

    Returns:
        Runs whose parts, put together, are the text.

    Example:
        >>> [(run.mark and run.mark.style, [part.text for part in run.parts]) for run in runs("走访78家企业", [Mark(2, 5, "same")], [Mark(2, 4, "number")])]
        [(None, ['走访']), ('same', ['78', '家']), (None, ['企业'])]
    """
    inner_shown = _visible(inner, len(text))
    inner_ends = [end for _, end, _ in inner_shown]

    def parts(start: int, end: int) -> tuple[Part, ...]:
        result: list[Part] = []
        at, i = start, bisect_left(inner_ends, start + 1)
        while i < len(inner_shown) and inner_shown[i][0] < end:
            left, right = max(start, inner_shown[i][0]), min(end, inner_shown[i][1])
            if at < left:
                result.append(Part(text[at:left]))
            result.append(Part(text[left:right], inner[inner_shown[i][2]]))
            at, i = right, i + 1
        if at < end:
            result.append(Part(text[at:end]))
        return tuple(result)

    result: list[Run] = []
    begun: set[int] = set()
    at = 0
    for start, end, index in _visible(outer, len(text)):
        if at < start:
            result.append(Run(parts(at, start)))
        result.append(Run(parts(start, end), outer[index], index not in begun))
        begun.add(index)
        at = end
    if at < len(text):
        result.append(Run(parts(at, len(text))))
    return tuple(result)


def changed(a: str, b: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """What stands in one of two similar texts and not in the other, white space aside.

    Both are tied together at the sequences of ``ANCHOR`` characters that stand exactly once in each, in the same order
    (a longest increasing subsequence); what lies between two ties and is not equal was changed.

    Returns:
        The changed stretches of a and those of b, as offsets.

    Complexity: O(n log n), on repetitive text too (there fewer characters tie and more is called changed).
    Source: the "patience" order of Bram Cohen's diff.

    Example:
        >>> changed("全年走访慰问困难职工78户", "全年走访慰问困难职工85户")
        ([(10, 12)], [(10, 12)])
    """
    places_a = [i for i, c in enumerate(a) if not c.isspace()]
    places_b = [i for i, c in enumerate(b) if not c.isspace()]
    x, y = "".join(a[i] for i in places_a), "".join(b[i] for i in places_b)
    only_a: list[tuple[int, int]] = []
    only_b: list[tuple[int, int]] = []

    def gap(i: int, i_end: int, j: int, j_end: int) -> None:
        while i < i_end and j < j_end and x[i] == y[j]:
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and x[i_end - 1] == y[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
        if i < i_end:
            only_a.append((places_a[i], places_a[i_end - 1] + 1))
        if j < j_end:
            only_b.append((places_b[j], places_b[j_end - 1] + 1))

    i = j = 0
    for tie_i, tie_j in _ties(x, y):
        if tie_i < i or tie_j < j:
            continue
        gap(i, tie_i, j, tie_j)
        i, j = tie_i + ANCHOR, tie_j + ANCHOR
        while i < len(x) and j < len(y) and x[i] == y[j]:
            i, j = i + 1, j + 1
    gap(i, len(x), j, len(y))
    return only_a, only_b


def _ties(x: str, y: str) -> list[tuple[int, int]]:
    """Pairs of places of sequences that stand once in each, rising on both sides."""
    here, there = _once(x), _once(y)
    pairs = sorted((i, there[gram]) for gram, i in here.items() if gram in there)
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        k = bisect_left(tails, j)
        before.append(ends[k - 1] if k else -1)
        tails[k : k + 1], ends[k : k + 1] = [j], [n]
    chain: list[tuple[int, int]] = []
    n = ends[-1] if ends else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]


def _once(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for i in range(len(text) - ANCHOR + 1):
        gram = text[i : i + ANCHOR]
        counts[gram] += 1
        places[gram] = i
    return {gram: i for gram, i in places.items() if counts[gram] == 1}


Figure = tuple[int, int, Hashable]
"""(start, end, what makes two figures equal)."""


def compared(
    figures_a: Sequence[Figure], figures_b: Sequence[Figure], passages: Iterable[Passage], *, everywhere: bool = False
) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Which figures of two texts agree and which differ.

    A figure inside a copied passage agrees when its twin passage holds an equal one and differs otherwise: a number changed
    while the words stayed. Outside of passages equal figures are only said to agree, and only when asked for: small counts agree
    by chance in any two reports.

    Args:
        figures_a, figures_b: in order of place.
        passages: in the offsets of the figures.
        everywhere: look outside of passages too.

    Returns:
        For each side "agree" or "differ" by the index of the figure; the others are left out.
    """
    said_a: dict[int, str] = {}
    said_b: dict[int, str] = {}
    starts_a, starts_b = [f[0] for f in figures_a], [f[0] for f in figures_b]
    for p in passages:
        inside_a = range(bisect_left(starts_a, p.start_a), bisect_left(starts_a, p.end_a))
        inside_b = range(bisect_left(starts_b, p.start_b), bisect_left(starts_b, p.end_b))
        _compare(figures_a, figures_b, inside_a, inside_b, said_a, said_b, "differ" if p.kind in ("same", "edited") else "")
    if not everywhere:
        return said_a, said_b
    left_a = [i for i in range(len(figures_a)) if i not in said_a]
    left_b = [i for i in range(len(figures_b)) if i not in said_b]
    _compare(figures_a, figures_b, left_a, left_b, said_a, said_b, "")
    return said_a, said_b


def _compare(
    figures_a: Sequence[Figure], figures_b: Sequence[Figure], those_a: Sequence[int], those_b: Sequence[int], said_a: dict[int, str], said_b: dict[int, str], else_: str
) -> None:
    for figures, those, said, other, others in (
        (figures_a, those_a, said_a, figures_b, those_b),
        (figures_b, those_b, said_b, figures_a, those_a),
    ):
        there = Counter(other[i][2] for i in others)
        for i in those:
            word = "agree" if there[figures[i][2]] > 0 else else_
            there[figures[i][2]] -= 1
            if word:
                said.setdefault(i, word)
