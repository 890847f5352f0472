"""Which characters one of two similar texts has and the other has not."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

__all__ = ["changed", "longest_rising", "same_order"]

ANCHOR = 4
"""Characters that must stand once on each side to tie two texts together: three repeat by chance within a paragraph."""


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


def longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rises on both sides; the first sides of the pairs rise already.

    Complexity: O(n log n).
    Source: Hunt and Szymanski 1977, "A fast algorithm for computing longest common subsequences", on unique keys.

    Example:
        >>> longest_rising([(0, 5), (1, 2), (2, 3), (4, 9)])
        [(1, 2), (2, 3), (4, 9)]
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        at = bisect_left(tails, other)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1], ends[at : at + 1] = [other], [number]
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def same_order(a: Iterable[Hashable], b: Iterable[Hashable]) -> list[tuple[int, int]]:
    """Places of the longest sequence that stands in both in the same order, the k-th of a key answering to the k-th.

    Complexity: O(n log n).
    """
    places = {key: place for place, key in enumerate(_numbered(b))}
    return longest_rising([(place, places[key]) for place, key in enumerate(_numbered(a)) if key in places])


def _ties(x: str, y: str) -> list[tuple[int, int]]:
    """Pairs of places of sequences that stand once in each, rising on both sides."""
    here, there = _once(x), _once(y)
    return longest_rising(sorted((i, there[gram]) for gram, i in here.items() if gram in there))


def _once(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for i in range(len(text) - ANCHOR + 1):
        gram = text[i : i + ANCHOR]
        counts[gram] += 1
        places[gram] = i
    return {gram: i for gram, i in places.items() if counts[gram] == 1}


def _numbered(keys: Iterable[Hashable]) -> Iterator[tuple[Hashable, int]]:
    """Each key with how often it came before."""
    times: defaultdict[Hashable, int] = defaultdict(int)
    for key in keys:
        yield key, times[key]
        times[key] += 1
