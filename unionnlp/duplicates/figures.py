"""Figures as a fingerprint: whoever copies a report and rewords it keeps the numbers.

Three copies in a real compilation carry the same 29 figures in the same order. Figures are found by a scan of the folded
text (runs of Arabic digits and Chinese numerals), which is cheap and asks nothing of the grammar of facts.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .folding import Codes

__all__ = ["TELLING_BITS", "FigureRun", "Figures", "figure_grams", "scan_figures", "shared_run", "telling"]

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
def _weights() -> NDArray[np.uint8]:
    """By code point: 0 no numeral, 1 a numeral that says nothing alone (zero, ten, hundred), 2 a digit that does."""
    weights = np.zeros(0x10000, dtype=np.uint8)
    weights[ord("0") : ord("9") + 1] = 2
    weights[ord("0")] = 1
    for numeral in NUMERALS:
        weights[ord(numeral)] = 2 if numeral in NUMERALS[2:11] or numeral == NUMERALS[-1] else 1
    return weights


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
    weight = _weights().take(np.minimum(codes, np.uint32(0xFFFF)))
    inside = weight > 0
    points = np.flatnonzero(codes == ord("."))
    points = points[(points > 0) & (points < len(codes) - 1)]
    arabic = codes - np.uint32(48) < 10
    inside[points[arabic[points - 1] & arabic[points + 1]]] = True
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        none = np.empty(0, dtype=np.int64)
        return Figures(none, none, none.astype(np.uint64), none.astype(np.uint64), none.astype(np.float64))
    saying = np.concatenate(([0], np.cumsum(weight == 2)))
    digits = saying[ends] - saying[starts]
    figures = (digits > 0) & ((ends - starts > 1) | arabic[starts])
    starts, ends, digits = starts[figures], ends[figures], digits[figures]
    lengths = ends - starts
    runs = np.cumsum(lengths) - lengths
    within = np.arange(int(lengths.sum())) - np.repeat(runs, lengths)
    read = codes[within + np.repeat(starts, lengths)].astype(np.uint64) * _powers()[np.minimum(within, _LONGEST)]
    hashes: NDArray[np.uint64] = (np.add.reduceat(read, runs) if len(runs) else np.empty(0, dtype=np.uint64)) * _FACTOR
    hashes ^= hashes >> np.uint64(31)
    before = np.maximum(starts - 1, 0)
    contexts = (hashes ^ codes[before]) * _FACTOR
    contexts = (contexts ^ codes[np.maximum(starts - 2, 0)]) * _FACTOR
    bits = np.minimum(digits * 3.3, 12.0)
    first = codes[starts] * np.uint32(100) + codes[np.minimum(starts + 1, len(codes) - 1)]
    years = (ends - starts == 4) & ((first == ord("1") * 100 + ord("9")) | (first == ord("2") * 100 + ord("0"))) & arabic[ends - 1]
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


def shared_run(a: Figures, b: Figures) -> FigureRun:
    """The longest sequence of figures that stands in both texts in the same order.

    The k-th occurrence of a figure in one text answers to its k-th in the other; the longest ascending subsequence of the
    places then is the sequence.

    Complexity: O(n log n) in the number of figures.
    Source: Hunt and Szymanski 1977, "A fast algorithm for computing longest common subsequences", on unique keys.
    """
    places = _places(b.hashes)
    pairs: list[tuple[int, int]] = []
    for key, place in _places(a.hashes).items():
        other = places.get(key)
        if other is not None:
            pairs.append((place, other))
    if not pairs:
        return FigureRun(0, 0.0, 0.0)
    tails: list[int] = []
    tail_pairs: list[int] = []
    previous: list[int] = []
    for number, (_, other) in enumerate(pairs):
        at = bisect_left(tails, other)
        previous.append(tail_pairs[at - 1] if at else -1)
        if at == len(tails):
            tails.append(other)
            tail_pairs.append(number)
        else:
            tails[at] = other
            tail_pairs[at] = number
    chain: list[int] = []
    number = tail_pairs[-1]
    while number >= 0:
        chain.append(number)
        number = previous[number]
    last, first = pairs[chain[0]], pairs[chain[-1]]
    span = max(last[0] - first[0], last[1] - first[1]) + 1
    bits = float(sum(a.bits[pairs[number][0]] for number in chain))
    return FigureRun(len(chain), bits, len(chain) / span)


def _places(hashes: NDArray[np.uint64]) -> dict[tuple[int, int], int]:
    """Place by (figure, how often it stood before), in the order of the places."""
    seen: dict[int, int] = {}
    places: dict[tuple[int, int], int] = {}
    for place, figure in enumerate(hashes.tolist()):
        times = seen.get(figure, 0)
        seen[figure] = times + 1
        places[figure, times] = place
    return places
