"""Figures as a fingerprint: whoever copies a report and rewords it keeps the numbers.

Three copies in a real compilation carry the same 29 figures in the same order. Figures are found by a scan of the folded
text (runs of Arabic digits and Chinese numerals), which is cheap and asks nothing of the grammar of facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .edits import longest_rising
from .folding import SEPARATOR, Codes

__all__ = ["TELLING_BITS", "FigureRun", "Figures", "Numbered", "figure_grams", "numbered", "scan_figures", "shared_pairs", "shared_run", "telling"]

NUMERALS = "〇零一二三四五六七八九十百千万亿两"
"""Chinese numerals that make up a figure; capital and traditional forms are folded before."""

TELLING_BITS = 6.0
"""A figure that says less (one digit, a year, a list number) is no evidence of copying."""

GRAM = 3
"""Telling figures in a row that make two texts a candidate: about 20 bits, once in a million pairs of places."""

RUN_FIGURES = 6
RUN_BITS = 45.0
"""What a repeated sequence must hold: chance gives 45 bits once in 2**45, and 20,000 reports with 50 places each make 2**39 pairs of places."""

RUN_DENSITY = 0.5
"""Share of the telling figures between the first and the last shared one, on both sides, that must be shared."""

_LONGEST = 32  # characters of a figure whose order its hash reads
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a folded text or batch: places, a hash of each as it stands, one with the two characters before it, and
    how many bits it says."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    contexts: NDArray[np.uint64]
    bits: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, chosen: NDArray[np.bool_]) -> Figures:
        """The chosen figures."""
        return Figures(self.starts[chosen], self.ends[chosen], self.hashes[chosen], self.contexts[chosen], self.bits[chosen])

    def split(self, starts: NDArray[np.int64]) -> list[Figures]:
        """Those of a batch by text, counted from where each text begins."""
        edges = [*np.searchsorted(self.starts, starts).tolist(), len(self)]
        return [
            Figures(self.starts[low:high] - start, self.ends[low:high] - start, self.hashes[low:high], self.contexts[low:high], self.bits[low:high])
            for start, (low, high) in zip(starts.tolist(), pairwise(edges), strict=True)
        ]


Numbered = tuple[NDArray[np.uint64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class FigureRun:
    """Figures that stand in two texts in the same order: how many, what they say, and how densely they stand."""

    count: int
    bits: float
    density: float

    @property
    def telling(self) -> bool:
        """Whether chance does not explain the run."""
        return self.count >= RUN_FIGURES and self.bits >= RUN_BITS and self.density >= RUN_DENSITY


@cache
def _classes() -> NDArray[np.uint8]:
    """By code point, added up: 1 a numeral, 2 one that says something alone (not zero, ten, hundred), 4 an Arabic digit, 8 a point."""
    classes = np.zeros(0x10000, dtype=np.uint8)
    classes[ord("0") : ord("9") + 1] = 1 + 2 + 4
    classes[ord("0")] = 1 + 4
    classes[ord(".")] = 8
    for numeral in NUMERALS:
        classes[ord(numeral)] = 1 + 2 if numeral in NUMERALS[2:11] or numeral == NUMERALS[-1] else 1
    return classes


@cache
def _powers() -> NDArray[np.uint64]:
    return np.array([pow(int(_FACTOR), 2 * place + 1, 1 << 64) for place in range(_LONGEST + 1)], dtype=np.uint64)


def scan_figures(codes: Codes) -> Figures:
    """The figures of a folded text or batch, in order.

    A figure is a run of digits and numerals, with a point between digits; a numeral that stands alone (一, 十) is none,
    nor is a run without a digit (千万).

    Complexity: O(n).

    Example:
        >>> from unionnlp.duplicates.folding import fold
        >>> codes = fold("２０２３年慰问一百二十人，发放3.5万元，占97.08%，一是").codes
        >>> figures = scan_figures(codes)
        >>> [(int(s), int(e)) for s, e in zip(figures.starts, figures.ends)]
        [(0, 4), (7, 11), (15, 19), (22, 27)]
    """
    fast = kernels.loaded()
    if fast:
        return Figures(*fast.scan(codes, _classes(), _powers()))
    classes = _classes().take(codes, mode="clip")  # the last one of the table, a noncharacter, stands for all beyond
    inside = (classes & 1).view(bool)
    points = np.flatnonzero(classes == 8)
    points = points[(points > 0) & (points < len(codes) - 1)]
    inside[points[(classes[points - 1] & classes[points + 1] & 4) > 0]] = True
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if len(inside) and inside[0]:
        edges = np.concatenate(([0], edges))
    if len(edges) % 2:
        edges = np.append(edges, len(inside))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        none = np.empty(0, dtype=np.int64)
        return Figures(none, none, none.astype(np.uint64), none.astype(np.uint64), none.astype(np.float64))
    lengths = ends - starts
    runs = np.cumsum(lengths) - lengths
    digits = np.add.reduceat((classes[inside] & 2) >> 1, runs, dtype=np.int64)
    figures = (digits > 0) & ((lengths > 1) | ((classes[starts] & 4) > 0))
    starts, ends, digits, lengths = starts[figures], ends[figures], digits[figures], lengths[figures]
    runs = np.cumsum(lengths) - lengths
    within = np.arange(int(lengths.sum())) - np.repeat(runs, lengths)
    read = codes[within + np.repeat(starts, lengths)].astype(np.uint64) * _powers()[np.minimum(within, _LONGEST)]
    hashes: NDArray[np.uint64] = (np.add.reduceat(read, runs) if len(runs) else np.empty(0, dtype=np.uint64)) * _FACTOR
    hashes ^= hashes >> np.uint64(31)
    contexts = hashes
    for distance in (1, 2):
        before = codes[np.maximum(starts - distance, 0)]
        before[starts < distance] = SEPARATOR  # as if the text stood in a batch
        contexts = (contexts ^ before) * _FACTOR
    bits = np.minimum(digits * 3.3, 12.0)
    first = codes[starts] * np.uint32(100) + codes[np.minimum(starts + 1, len(codes) - 1)]
    years = (ends - starts == 4) & ((first == ord("1") * 100 + ord("9")) | (first == ord("2") * 100 + ord("0"))) & ((classes[ends - 1] & 4) > 0)
    bits[years] = 1.0
    return Figures(starts, ends, hashes, contexts, bits)


def telling(figures: Figures) -> Figures:
    """The figures that say enough to be evidence."""
    return figures.where(figures.bits >= TELLING_BITS)


def figure_grams(figures: Figures, texts: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of ``GRAM`` telling figures in a row, and the text of each.

    Args:
        figures: telling figures of a batch.
        texts: the text of each figure, shape (len(figures),).
    """
    count = len(figures) - GRAM + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    grams = figures.hashes[:count]
    for offset in range(1, GRAM):
        grams = (grams ^ figures.hashes[offset : offset + count]) * _FACTOR
        grams ^= grams >> np.uint64(31)
    whole = texts[:count] == texts[GRAM - 1 :]
    return grams[whole], texts[:count][whole]


def numbered(figures: Figures) -> Numbered:
    """The figures of a text, each told from its earlier occurrences: sorted keys, and the place of each among the figures."""
    order = np.argsort(figures.hashes, kind="stable")
    ordered = figures.hashes[order]
    at = np.arange(len(order), dtype=np.uint64)
    first = at.copy()
    first[1:][ordered[1:] == ordered[:-1]] = 0
    times = at - np.maximum.accumulate(first)
    keys = ordered ^ (times * _FACTOR)
    again = np.argsort(keys, kind="stable")
    return keys[again], order[again]


def shared_run(a: Figures, b: Figures, keys_a: Numbered | None = None, keys_b: Numbered | None = None) -> FigureRun:
    """The longest sequence of figures that stands in both texts in the same order, weighed.

    Args:
        keys_a, keys_b: what ``numbered`` gives for them, where it is at hand.
    Complexity: O(n log n) in the number of figures.
    """
    places, others = _in_both(keys_a or numbered(a), keys_b or numbered(b))
    if not len(places):
        return FigureRun(0, 0.0, 0.0)
    span = int(max(places[-1] - places[0], others[-1] - others[0])) + 1
    return FigureRun(len(places), float(a.bits[places].sum()), len(places) / span)


def shared_pairs(a: Figures, b: Figures) -> list[tuple[int, int]]:
    """The longest sequence of figures that stands in both texts in the same order, as pairs of numbers of figures."""
    places, others = _in_both(numbered(a), numbered(b))
    return list(zip(places.tolist(), others.tolist(), strict=True))


def _in_both(a: Numbered, b: Numbered) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places in a and in b, ascending on both sides, of the most figures that stand in both in the same order.

    The k-th occurrence of a figure in one text answers to its k-th in the other; the longest ascending subsequence of the
    places then is the sequence.
    """
    (left, at_a), (right, at_b) = a, b
    if not len(left) or not len(right):
        return at_a[:0], at_b[:0]
    found = np.minimum(np.searchsorted(right, left), len(right) - 1)
    hit = right[found] == left
    places, others = at_a[hit], at_b[found[hit]]
    order = np.argsort(places)
    places, others = places[order], others[order]
    if (others[1:] > others[:-1]).all():
        return places, others
    chain = np.array(longest_rising(list(zip(places.tolist(), others.tolist(), strict=True))), dtype=np.int64)
    return chain[:, 0], chain[:, 1]
