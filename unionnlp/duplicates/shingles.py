"""Shingles: the overlapping 5-character pieces of a folded text, as sorted arrays of 64-bit hashes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .folding import Codes

__all__ = [
    "SHINGLE", "Marked", "Scratch", "Shingles", "common", "containment", "distinct", "gram_hashes", "jaccard", "marked", "meet",
    "proving", "shingle_hashes", "shingle_set", "whole_hash",
]  # fmt: skip

Shingles = NDArray[np.uint64]
"""Sorted distinct 64-bit shingle hashes."""

Marked = NDArray[np.uint64]
"""Sorted distinct shingle hashes, one mark each (see ``marked``)."""

SHINGLE = 5
"""Characters in a shingle. In Chinese 24 characters, which suit English, drop to Jaccard 0.65 at 1 % edits."""

_BASE = 0xD6E8FEB86659FD93
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_MARK, _SIDE, _UNMARKED = np.uint64(1), np.uint64(2), np.uint64(0xFFFFFFFFFFFFFFFC)
_HALF, _LAST_SHIFT = np.uint64(32), np.uint64(29)


class Scratch:
    """Arrays to compute in, made once and used again for every batch.

    Fresh arrays of half a megabyte cost a page fault every 512 numbers, which is as much as the work on them: hashing in
    kept arrays takes half the time.
    """

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows = np.empty((3, 0), dtype=np.uint64)

    def rows(self, length: int) -> NDArray[np.uint64]:
        """Three rows of ``length`` numbers, whatever they hold; the same memory at every call."""
        if self._rows.shape[1] < length:
            self._rows = np.empty((3, length), dtype=np.uint64)
        rows: NDArray[np.uint64] = self._rows[:, :length]
        return rows


def gram_hashes(codes: Codes, length: int, scratch: Scratch | None = None) -> NDArray[np.uint64]:
    """A 64-bit hash of every run of ``length`` codes, shape (len(codes) - length + 1,).

    A polynomial hash built by doubling (runs of 1, 2, 4 … codes, joined as the binary digits of ``length`` say), then a
    mixer of one multiply and two shifts so that any bits of it may serve.

    Args:
        scratch: where to compute; what is returned lies in it and lasts until it is used again.
    Complexity: O(n log length), a few passes over the array.
    """
    count = len(codes) - length + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    whole, power, spare = (scratch or Scratch()).rows(len(codes))
    power[:] = codes  # hashes of runs of `width` codes
    width = 1
    done = 0  # `whole` has hashes of runs of `done` codes
    while True:
        if length & width:
            if not done and width * 2 > length:
                whole, power = power, whole
            elif not done:
                whole[:] = power
            else:
                _join(whole, done, power, width, whole)
            done += width
        if width * 2 > length:
            break
        _join(power, width, power, width, spare)
        power, spare = spare, power
        width *= 2
    mixed: NDArray[np.uint64] = whole[:count]
    shifted = spare[:count]
    np.right_shift(mixed, _HALF, out=shifted)
    mixed ^= shifted
    mixed *= _MIX
    np.right_shift(mixed, _LAST_SHIFT, out=shifted)
    mixed ^= shifted
    return mixed


def _join(left: NDArray[np.uint64], left_width: int, right: NDArray[np.uint64], right_width: int, joined: NDArray[np.uint64]) -> None:
    """Write hashes of runs of ``left_width + right_width`` codes from those of their two parts; the ends of the rows are not used."""
    count = len(right) - left_width
    np.multiply(left[:count], np.uint64(pow(_BASE, right_width, 1 << 64)), out=joined[:count])
    joined[:count] += right[left_width:]


def whole_hash(codes: Codes) -> NDArray[np.uint64]:
    """The hash of a text that is shorter than a shingle: of the whole of it, one element, or none when it is empty."""
    return gram_hashes(codes, len(codes)) if len(codes) else np.empty(0, dtype=np.uint64)


def shingle_hashes(codes: Codes, length: int = SHINGLE) -> NDArray[np.uint64]:
    """The hash of each shingle in the order of the text; of the whole of a text that is shorter than one."""
    return gram_hashes(codes, length) if len(codes) >= length else whole_hash(codes)


def distinct(hashes: NDArray[np.uint64]) -> Shingles:
    """Sorted, each once. A sort and a mask: ``np.unique`` costs four times as much on one report."""
    ordered = np.sort(hashes)
    if len(ordered) < 2:
        return ordered
    keep = np.empty(len(ordered), dtype=bool)
    keep[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered[keep]


def shingle_set(codes: Codes, length: int = SHINGLE) -> Shingles:
    """The distinct shingles of a folded text; a text shorter than one shingle is one shingle.

    Example:
        >>> from unionnlp.duplicates.folding import fold
        >>> len(shingle_set(fold("走访慰问困难职工").codes)), len(shingle_set(fold("慰问").codes)), len(shingle_set(fold("").codes))
        (4, 1, 0)
    """
    return distinct(shingle_hashes(codes, length))


def marked(hashes: NDArray[np.uint64], nothing: NDArray[np.bool_]) -> Marked:
    """The distinct shingles of a text, each with a mark where it proves nothing.

    Args:
        hashes: in the order of the text, shape (n,).
        nothing: which of them prove nothing (stock, quoted), shape (n,). A shingle that stands in several places has the
            mark only when all of them prove nothing.
    Returns:
        Sorted; the last bit of a hash gives way to the mark, the one before it to ``meet``.
    """
    packed = hashes & _UNMARKED
    packed |= nothing
    packed.sort()
    if len(packed) < 2:
        return packed
    keep = np.empty(len(packed), dtype=bool)
    keep[0] = True
    np.greater(packed[1:] ^ packed[:-1], _MARK, out=keep[1:])  # equal but for the mark: the one without it stands first
    return packed[keep]


def proving(shingles: Marked) -> int:
    """How many of marked shingles have no mark."""
    return len(shingles) - int(np.count_nonzero(shingles & _MARK))


def meet(a: Marked, b: Marked) -> tuple[int, int, int]:
    """How many shingles stand in both texts, and how many of these have no mark in a, and in b.

    Complexity: one sort of the joined arrays.
    """
    fast = kernels.loaded()
    if fast:
        return fast.meet(a, b)
    if not len(a) or not len(b):
        return 0, 0, 0
    both = np.concatenate((a, b))
    both[len(a) :] |= _SIDE
    both.sort()
    at = np.flatnonzero((both[1:] ^ both[:-1]) <= (_SIDE | _MARK))
    marks_a, marks_b = both[at] & _MARK, both[at + 1] & _MARK  # a sorts before b
    return len(at), len(at) - int(marks_a.sum()), len(at) - int(marks_b.sum())


def common(a: Shingles, b: Shingles) -> int:
    """How many hashes stand in both. Complexity: O(n + m) comparisons after a sort of the joined arrays."""
    fast = kernels.loaded()
    if fast:
        return fast.common(a, b)
    if not len(a) or not len(b):
        return 0
    both = np.concatenate((a, b))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))


def jaccard(a: Shingles, b: Shingles) -> float:
    """Shared shingles over all shingles of two texts.

    Args:
        a, b: sorted distinct shingle hashes, shape (n,) and (m,).
    Returns:
        A number in 0..1; 0 when both are empty.
    Source: Broder 1997, "On the resemblance and containment of documents".

    Example:
        >>> from unionnlp.duplicates.folding import fold
        >>> jaccard(shingle_set(fold("走访慰问困难职工").codes), shingle_set(fold("走访慰问困难职工家庭").codes))
        0.6666666666666666
    """
    shared = common(a, b)
    union = len(a) + len(b) - shared
    return shared / union if union else 0.0


def containment(a: Shingles, b: Shingles) -> float:
    """Share of a's distinct shingles that also stand in b.

    Args:
        a, b: sorted distinct shingle hashes, shape (n,) and (m,).
    Returns:
        A number in 0..1; 0 when a is empty. Not symmetric: a report cut short is wholly contained in its original (1.0)
        while the original is not contained in it.
    Source: Broder 1997, "On the resemblance and containment of documents".

    Example:
        >>> from unionnlp.duplicates.folding import fold
        >>> short, whole = (shingle_set(fold(t).codes) for t in ("走访慰问困难职工", "走访慰问困难职工家庭"))
        >>> containment(short, whole), containment(whole, short)
        (1.0, 0.6666666666666666)
    """
    return common(a, b) / len(a) if len(a) else 0.0
