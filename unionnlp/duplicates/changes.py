"""Which figures of a copy were changed, and which were kept, each with both quotes and values.

Figures inside an edited passage are tied together by the words around them; where these words stayed and the figure did
not, it was changed: 1462户 → 1506户.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

import numpy as np

from ..errors import NumeralError
from ..facts.numerals import parse_numeral
from ..facts.quantities import find_quantities
from ..records import FigurePair, Passage, Quantity
from .edits import same_order
from .figures import shared_pairs
from .folding import decode
from .prepared import Prepared
from .verify import in_own_order

__all__ = ["changed_figures", "figures_kept", "passage_figures"]

AROUND = 4
"""Characters on each side that tie two figures: with fewer 培训…人 ties the wrong ones of a list."""

NEAR = 2
"""Characters on either side that are enough where the figures before and behind are tied and no other stands between."""

STOPS = "。；！？;!?\n"
"""What ends the words that say what a figure counts."""

REACH = 60
"""Characters before and behind a figure that are read when no stop comes first."""

BETWEEN = "。\n"
"""Ends each clause that is read: no quantity, quotation or repair goes on across it."""

Pairs = list[tuple[int, int]]


def changed_figures(a: Prepared, b: Prepared, passages: Iterable[Passage]) -> tuple[FigurePair, ...]:
    """The figures that differ where the words around them agree, in the order of a.

    Args:
        passages: those of the two texts, in offsets of their documents.
    Returns:
        Pairs with both quotes, units included, and both values. A year, or a figure without a unit, stands for itself. What is
        written otherwise and means the same (3.5万元, 35000元) is no change.
    Complexity: O(n log n) in the figures of the passages, and linear in the sentences of those that differ.
    """
    differing = [(i, j) for i, j in _tied(a, b, passages, ("edited",)) if a.figures.hashes[i] != b.figures.hashes[j]]
    return tuple(pair for pair, (x, y) in _described(a, b, differing) if not _same(x, y))


def passage_figures(a: Prepared, b: Prepared, passages: Iterable[Passage]) -> tuple[FigurePair, ...]:
    """The quantities that agree inside copied passages, in the order of a; list numerals and years are in every report."""
    kept = [(i, j) for i, j in _tied(a, b, passages, ("same", "edited")) if a.figures.hashes[i] == b.figures.hashes[j]]
    return tuple(pair for pair, (x, y) in _described(a, b, kept) if x[4] and y[4])


def figures_kept(a: Prepared, b: Prepared) -> tuple[FigurePair, ...]:
    """The figures that stand in both texts in the same order, whatever the words around them."""
    first, second, swap = in_own_order(a, b)
    pairs = shared_pairs(first.figures, second.figures)
    return tuple(pair for pair, _ in _described(a, b, [(j, i) for i, j in pairs] if swap else pairs))


def _tied(a: Prepared, b: Prepared, passages: Iterable[Passage], kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Figures of copied passages that stand in one another's place, by number."""
    for passage in passages:
        if passage.kind in kinds:
            those_a = _inside(a, passage.start_a, passage.end_a)
            those_b = _inside(b, passage.start_b, passage.end_b)
            first, second, swap = in_own_order(a, b)
            yield from ((i, j) for j, i in _aligned(first, second, those_b, those_a)) if swap else _aligned(first, second, those_a, those_b)


def _inside(text: Prepared, start: int, end: int) -> range:
    """The numbers of the figures between two offsets of the document."""
    edges = np.searchsorted(text.folded.raw, (start - text.offset, end - text.offset))
    low, high = np.searchsorted(text.figures.starts, edges)
    return range(int(low), int(high))


def _aligned(a: Prepared, b: Prepared, those_a: range, those_b: range) -> Pairs:
    """Two rows of figures tied by the words around them; between two ties as many on both sides belong together in order."""
    if not those_a or not those_b:
        return []
    here, there = _contexts(a, those_a), _contexts(b, those_b)
    tied = [(those_a[i], those_b[j]) for i, j in same_order(here, there)]
    ends = [(those_a.start - 1, those_b.start - 1), *tied, (those_a.stop, those_b.stop)]
    pairs = list(tied)
    for (i, j), (next_i, next_j) in pairwise(ends):
        if next_i - i == next_j - j:
            for k in range(1, next_i - i):
                (before_a, behind_a), (before_b, behind_b) = here[i + k - those_a.start], there[j + k - those_b.start]
                if before_a[-NEAR:] == before_b[-NEAR:] or behind_a[:NEAR] == behind_b[:NEAR]:
                    pairs.append((i + k, j + k))
    return sorted(pairs)


def _contexts(text: Prepared, those: range) -> list[tuple[str, str]]:
    """The characters before and behind each figure, digits folded."""
    starts, ends = text.figures.starts, text.figures.ends
    first = max(0, int(starts[those.start]) - AROUND)
    words = decode(text.plain[first : int(ends[those.stop - 1]) + AROUND])
    found = []
    for start, end in zip((starts[those.start : those.stop] - first).tolist(), (ends[those.start : those.stop] - first).tolist(), strict=True):
        found.append((words[max(0, start - AROUND) : start], words[end : end + AROUND]))
    return found


Read = tuple[int, int, str, Decimal | None, Quantity | None]
"""Raw start and end of a figure with its unit, its quote and value, and the quantity that it is."""


def _described(a: Prepared, b: Prepared, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[FigurePair, tuple[Read, Read]]]:
    """Pairs of figures as records; the two ends of one range are one figure."""
    seen: set[tuple[int, int]] = set()
    for x, y in zip(_read(a, [i for i, _ in pairs]), _read(b, [j for _, j in pairs]), strict=True):
        if (x[0], y[0]) not in seen:
            seen.add((x[0], y[0]))
            yield FigurePair(x[0] + a.offset, x[1] + a.offset, x[2], x[3], y[0] + b.offset, y[1] + b.offset, y[2], y[3]), (x, y)


def _same(x: Read, y: Read) -> bool:
    """Whether two figures, written otherwise, say the same."""
    first, second = x[4], y[4]
    if x[3] is None or first is None or second is None:
        return False
    return (first.value, first.unit, first.bound) == (second.value, second.unit, second.bound)


def _read(text: Prepared, numbers: Sequence[int]) -> list[Read]:
    """Figures by number, each with the quantity that it is part of where there is one."""
    if not numbers:
        return []
    places = [text.folded.raw_span(int(text.figures.starts[number]), int(text.figures.ends[number])) for number in numbers]
    quantities = _quantities(text.text, [_clause(text.text, *place) for place in places])
    behind = [end for _, end, _ in quantities]
    found: list[Read] = []
    for start, end in places:
        first = bisect_right(behind, start)
        if first < len(quantities) and quantities[first][0] < end:
            begin, stop, quantity = quantities[first]
            found.append((begin, stop, quantity.quote, quantity.value, quantity))
        else:
            found.append((start, end, text.text[start:end], _value(text.text[start:end]), None))
    return found


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The words around a figure up to the next stops."""
    low = max(max(text.rfind(stop, max(0, start - REACH), start) for stop in STOPS) + 1, start - REACH, 0)
    high = min((at for stop in STOPS if (at := text.find(stop, end, end + REACH)) >= 0), default=min(end + REACH, len(text)))
    return low, high


def _quantities(text: str, clauses: Iterable[tuple[int, int]]) -> list[tuple[int, int, Quantity]]:
    """The quantities of some clauses with their places in the text, in order. They are read in one go, as sentences of a line each: that is ten times
    as fast as one by one."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(clauses):
        if merged and low < merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    read = "".join(text[low:high] + BETWEEN for low, high in merged)
    begins = list(accumulate((high - low + len(BETWEEN) for low, high in merged), initial=0))
    found = []
    for quantity in find_quantities(read):
        number = bisect_right(begins, quantity.start) - 1
        shift = merged[number][0] - begins[number]
        found.append((quantity.start + shift, quantity.end + shift, quantity))
    return found


def _value(quote: str) -> Decimal | None:
    try:
        return parse_numeral(quote)
    except NumeralError:
        return None
