"""Passages: a copied paragraph inside an otherwise new report, which no signature of whole texts can see.

A 600-character copy inside 3,000 has Jaccard 0.11. Winnowing keeps one gram of every few; texts that share grams on one
diagonal (place in a minus place in b) are compared along it, and stretches whose ends nearly meet are chained.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .folding import Batch, Codes
from .shingles import Scratch, gram_hashes

__all__ = ["GRAM", "LEAST", "WINDOW", "Block", "Grams", "Segment", "align", "seeds", "winnow_batch", "winnow_each"]

GRAM = 8
WINDOW = 8
"""Any copy of GRAM + WINDOW - 1 = 15 characters shares a kept gram. Passages of 100 characters: found 1.0 / 0.995 / 0.905
at 0 / 5 / 10 % edits with 8 and 8; 10 and 12 are 1.5 times as fast and find 200 characters alike."""

GAP = 8
"""Characters that may differ in a row inside a stretch: a changed figure or word."""

RUN = 3
"""Shortest run of equal characters that carries a stretch on; single equal characters (的) come by chance."""

JOIN = 30
"""Characters that may be put in, left out or moved between two stretches of one passage: half a sentence."""

LEAST = 13
"""Shortest passage worth showing: the field marks 13 characters in a row as copied."""

MOST_DIAGONALS = 48
"""Diagonals compared for a pair, those with the most seeds: keeps the work linear on repetitive texts. A report with
moved sentences needs about 10."""

CELLS = 1 << 20
"""Cells of diagonals compared in one go: 20 MB."""

_NOWHERE = np.uint64(0xFFFFFFFFFFFFFFFF)
_PLACE = np.uint64(0xFFFFFFFF)

Grams = tuple[NDArray[np.uint64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a that stands in b ``diagonal`` characters earlier; ``matched`` characters of it are equal."""

    start: int
    end: int
    diagonal: int
    matched: int


@dataclass(frozen=True, slots=True)
class Block:
    """A passage in folded offsets: segments in order on both sides."""

    segments: tuple[Segment, ...]

    @property
    def side_a(self) -> tuple[int, int]:
        return self.segments[0].start, self.segments[-1].end

    @property
    def side_b(self) -> tuple[int, int]:
        first, last = self.segments[0], self.segments[-1]
        return first.start - first.diagonal, last.end - last.diagonal

    @property
    def matched(self) -> int:
        """Equal characters, figures taken as equal."""
        return sum(segment.matched for segment in self.segments)


def winnow_batch(batch: Batch, base: int, bits: int, scratch: Scratch | None = None) -> NDArray[np.uint64]:
    """The kept grams of a batch with digits folded: hash in the high bits, ``base`` + place in the low ``bits``.

    A gram is kept when it has the least hash among ``WINDOW`` neighbours. In a repetitive stretch the first of equal
    neighbours is kept alone.

    Source: Schleimer, Wilkerson, Aiken 2003, "Winnowing: local algorithms for document fingerprinting".
    """
    fast = kernels.loaded()
    if fast:
        return fast.winnow(batch.codes, batch.starts, batch.ends, base, bits, GRAM, WINDOW)
    scratch = scratch or Scratch()
    packed = gram_hashes(batch.codes, GRAM, scratch)
    count = len(packed)
    packed &= ~np.uint64((1 << bits) - 1)
    packed |= np.arange(base, base + count, dtype=np.uint64)
    packed[: batch.starts[0]] = _NOWHERE
    for end, following in zip(batch.ends.tolist(), [*batch.starts.tolist()[1:], len(batch.codes)], strict=True):
        packed[end - GRAM + 1 : following] = _NOWHERE
    least = np.minimum(packed[:-1], packed[1:])
    np.minimum(least[:-2], least[2:], out=packed[: count - 3])
    np.minimum(packed[: count - 7], packed[4 : count - 3], out=least[: count - 7])
    least = least[: count - 7]
    change = np.flatnonzero(least[1:] != least[:-1])
    kept = least[np.concatenate(([0], change + 1))]
    kept = kept[kept != _NOWHERE]
    fresh = np.ones(len(kept), dtype=bool)
    fresh[1:] = (kept[1:] >> np.uint64(bits) != kept[:-1] >> np.uint64(bits)) | (kept[1:] - kept[:-1] > WINDOW)
    return np.asarray(kept[fresh], dtype=np.uint64)


def winnow_each(batch: Batch, scratch: Scratch | None = None) -> list[Grams]:
    """The kept grams of each text of a batch with digits folded: sorted distinct hashes and the first place of each."""
    packed = winnow_batch(batch, 0, 32, scratch)
    edges = np.searchsorted(packed & _PLACE, batch.starts.astype(np.uint64)).tolist()
    grams = []
    for start, low, high in zip(batch.starts.tolist(), edges, [*edges[1:], len(packed)], strict=True):
        own = packed[low:high] - np.uint64(start)
        own.sort()
        hashes = own >> np.uint64(32)
        first = np.ones(len(own), dtype=bool)
        np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
        grams.append((hashes[first], (own[first] & _PLACE).astype(np.int64)))
    return grams


def seeds(a: Grams, b: Grams) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places in a and in b of the grams that both kept."""
    if not len(a[0]) or not len(b[0]):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(b[0], a[0]), len(b[0]) - 1)
    hit = b[0][at] == a[0]
    return a[1][hit], b[1][at[hit]]


def align(a: Codes, b: Codes, seeds_a: NDArray[np.int64], seeds_b: NDArray[np.int64]) -> tuple[Block, ...]:
    """The passages that two folded texts share, in the order of a; they overlap on neither side.

    Args:
        a, b: folded codes with digits folded, shape (n,) and (m,).
        seeds_a, seeds_b: places of shared grams, as ``seeds`` gives them.
    Complexity: O(MOST_DIAGONALS * (n + m)) at worst, O(n + m) on reports.
    """
    if not len(seeds_a):
        return ()
    ordered = np.sort(seeds_a - seeds_b)
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    diagonals = ordered[first]
    if len(diagonals) > MOST_DIAGONALS:
        counts = np.diff(np.append(first, len(ordered)))
        diagonals = np.sort(diagonals[np.lexsort((diagonals, -counts))[:MOST_DIAGONALS]])
    at_once = max(1, CELLS // (1 + min(len(a), len(b))))
    found: list[Segment] = []
    for at in range(0, len(diagonals), at_once):
        found += _stretches(a, b, diagonals[at : at + at_once])
    found.sort(key=lambda s: (-s.matched, s.start, s.diagonal))
    return _chain(_apart(found, a, b))


def _stretches(a: Codes, b: Codes, diagonals: NDArray[np.int64]) -> list[Segment]:
    """Stretches along some diagonals that hold a run of at least a gram."""
    fast = kernels.loaded()
    if fast:
        return [Segment(*row) for row in fast.stretches(a, b, diagonals, GRAM, RUN, GAP).tolist()]
    low = np.maximum(0, diagonals)
    cells = np.minimum(len(a), len(b) + diagonals) - low + 1  # one more than there are: it parts a diagonal from the next
    borders = np.cumsum(cells)
    shift = low - borders + cells - 1  # from a cell to its place in a
    equal = np.zeros(int(borders[-1]) + 1, dtype=bool)  # the first one, too, is none
    for diagonal, at, start, count in zip(diagonals.tolist(), (borders - cells + 1).tolist(), low.tolist(), (cells - 1).tolist(), strict=True):
        side_b = b[start - diagonal : start - diagonal + count]
        np.equal(a[start : start + count], side_b, out=equal[at : at + count])
    carry = equal[: 1 - RUN].copy()
    for offset in range(1, RUN):
        carry &= equal[offset : len(equal) - RUN + 1 + offset]
    edges = np.flatnonzero(carry[1:] != carry[:-1]) + 1
    starts, ends = edges[::2], edges[1::2] + RUN - 1
    lengths = ends - starts
    if not len(ends) or lengths.max() < GRAM:
        return []
    row = np.searchsorted(borders, starts)
    first = np.flatnonzero(np.concatenate(([True], (starts[1:] - ends[:-1] > GAP) | (row[1:] != row[:-1]))))
    last = np.append(first[1:], len(starts)) - 1
    matched = np.add.reduceat(lengths, first)
    keep = np.maximum.reduceat(lengths, first) >= GRAM
    first, last, matched = first[keep], last[keep], matched[keep]
    row = row[first]
    columns = starts[first] + shift[row], ends[last] + shift[row], diagonals[row], matched
    return [Segment(*cells) for cells in zip(*(column.tolist() for column in columns), strict=True)]


def _apart(found: list[Segment], a: Codes, b: Codes) -> list[Segment]:
    """Segments, the most telling first, cut to what no earlier one covers on either side; what is left of one must hold a gram itself."""
    if len(found) == 1:
        return found
    covered_a, covered_b = np.zeros(len(a), dtype=bool), np.zeros(len(b), dtype=bool)
    kept: list[Segment] = []
    for segment in found:
        start, end, diagonal = segment.start, segment.end, segment.diagonal
        taken = covered_a[start:end] | covered_b[start - diagonal : end - diagonal]
        if taken.any():
            edges = np.concatenate(([-1], np.flatnonzero(taken), [end - start]))
            longest = int(np.argmax(np.diff(edges)))
            begin, stop = int(edges[longest]) + 1, int(edges[longest + 1])
            if stop - begin < LEAST:
                continue
            start, end = start + begin, start + stop
            differing = np.flatnonzero(a[start:end] != b[start - diagonal : end - diagonal])
            if np.diff(differing, prepend=-1, append=end - start).max() <= GRAM:
                continue
            segment = Segment(start, end, diagonal, end - start - len(differing))
        covered_a[segment.start : segment.end] = True
        covered_b[segment.start - diagonal : segment.end - diagonal] = True
        kept.append(segment)
    return kept


def _chain(segments: list[Segment]) -> tuple[Block, ...]:
    """Join segments whose ends nearly meet on both sides, with nothing between them that is a passage of its own; leave out what stays
    too short to show."""
    chains: list[list[Segment]] = []
    begins_b = sorted(s.start - s.diagonal for s in segments)
    for segment in sorted(segments, key=lambda s: s.start):
        if chains:
            last = chains[-1][-1]
            end_b, start_b = last.end - last.diagonal, segment.start - segment.diagonal
            # between them on the side of a stands none: it would be the last one
            if segment.start - last.end <= JOIN and 0 <= start_b - end_b <= JOIN and bisect_left(begins_b, end_b) == bisect_left(begins_b, start_b):
                chains[-1].append(segment)
                continue
        chains.append([segment])
    blocks = (Block(tuple(chain)) for chain in chains)
    return tuple(block for block in blocks if block.matched >= LEAST)
