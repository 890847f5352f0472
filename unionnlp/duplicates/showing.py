"""Passages as they are shown: in raw offsets, each called the same, edited, stock or quoted, with what it proves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..records import Passage
from .passages import Block
from .prepared import Prepared

__all__ = ["passages_of"]

MASKED = 0.7
"""Share of a passage that is stock or quoted from which on it is shown as that. What everybody writes counts towards that share alone:
among words of its own it is part of the copy, and a copied 100 characters of a real report hold a fifth of it."""

WHOLE = 0.6
"""Share of a passage copied to the letter that proves something from which on it counts whole: a set phrase or a title inside it was
copied with it. Unrelated reports share no run of 20 characters, so that 80 with 48 of their own do not come by chance."""

Ints = NDArray[np.int64]


def passages_of(a: Prepared, b: Prepared, blocks: tuple[Block, ...]) -> list[tuple[Passage, int]]:
    """The passage of each block in raw offsets, and how many of its characters are copied and prove something.

    Complexity: O(n) in the characters of a, in one pass over all blocks.
    """
    if not blocks:
        return []
    segments = [segment for block in blocks for segment in block.segments]
    starts, ends = np.array([s.start for s in segments]), np.array([s.end for s in segments])
    own = np.ones(len(a.codes), dtype=bool)  # characters that b does not have
    for segment in segments:
        side_b = slice(segment.start - segment.diagonal, segment.end - segment.diagonal)
        np.not_equal(a.codes[segment.start : segment.end], b.codes[side_b], out=own[segment.start : segment.end])
    _spoil_changed_figures(own, a, starts, ends)
    stock = a.discount.copy()
    _count_shared_figures(stock, own, a, starts, ends)
    nothing = (stock & ~a.common) | own
    return [_passage(a, b, block, stock, nothing) for block in blocks]


def _passage(a: Prepared, b: Prepared, block: Block, stock: NDArray[np.bool_], nothing: NDArray[np.bool_]) -> tuple[Passage, int]:
    (start_a, end_a), (start_b, end_b) = block.side_a, block.side_b
    length = end_a - start_a
    masked = int(np.count_nonzero(stock[start_a:end_a]))
    if masked > MASKED * length:
        quoted = int(np.count_nonzero(a.quoted[start_a:end_a]))
        kind = "quoted" if 2 * quoted > masked else "stock"
    elif np.array_equal(a.codes[start_a:end_a], b.codes[start_b:end_b]):
        kind = "same"
    else:
        kind = "edited"
    proving = length - int(np.count_nonzero(nothing[start_a:end_a]))
    raw_a, raw_b = a.folded.raw_span(start_a, end_a), b.folded.raw_span(start_b, end_b)
    passage = Passage(raw_a[0] + a.offset, raw_a[1] + a.offset, raw_b[0] + b.offset, raw_b[1] + b.offset, kind)
    if kind == "same" and proving >= WHOLE * length:
        return passage, length
    return passage, proving if proving >= (1 - MASKED) * length else 0


def _clipped(starts: Ints, ends: Ints, borders: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """What of ascending stretches lies inside others: each pair that overlaps, cut to the overlap."""
    low, high = np.searchsorted(ends, borders[0], side="right"), np.searchsorted(starts, borders[1])
    counts = np.maximum(high - low, 0)
    last = np.cumsum(counts)
    inside = np.arange(int(last[-1])) + np.repeat(low - last + counts, counts)
    return np.maximum(starts[inside], np.repeat(borders[0], counts)), np.minimum(ends[inside], np.repeat(borders[1], counts))


def _spoil_changed_figures(own: NDArray[np.bool_], a: Prepared, starts: Ints, ends: Ints) -> None:
    """Count the whole of each figure of which a character differs as differing: a table of other figures in the same columns
    is no copy, though a tenth of its digits agree by chance."""
    begin, stop = _clipped(a.figures.starts, a.figures.ends, (starts, ends))
    so_far = np.concatenate(([0], np.cumsum(own)))
    changed = so_far[stop] > so_far[begin]
    for start, end in zip(begin[changed].tolist(), stop[changed].tolist(), strict=True):
        own[start:end] = True


def _count_shared_figures(stock: NDArray[np.bool_], own: NDArray[np.bool_], a: Prepared, starts: Ints, ends: Ints) -> None:
    """Count a stock sentence as copied where it repeats a figure of its own.

    A stock sentence is a template with slots: that both write 走访慰问…人次 says nothing, that both write 走访慰问3826人次
    does, unless that figure, too, stands in many texts.
    """
    begin, stop = _clipped(*a.discounted, (starts, ends))
    telling = np.searchsorted(a.evidence, begin) < np.searchsorted(a.evidence, stop)
    for start, end in zip(begin[telling].tolist(), stop[telling].tolist(), strict=True):
        if not own[start:end].any():
            stock[start:end] = False
