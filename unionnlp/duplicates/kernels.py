"""Kernels: the innermost loops once more, for numba, where it is installed (extra ``fast``).

Every kernel gives bit for bit what the numpy code beside its caller gives; a test compares the two. They are plain Python
functions here, compiled when a batch is large enough to pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["WORTH_LOADING", "Kernels", "load", "load_for", "loaded"]

WORTH_LOADING = 4_000_000
"""Characters of a batch from which on the kernels are loaded. Importing numba and reading compiled code takes 1.5 seconds of a
process, compiling it once per installation ten; the search for copies in a thousand reports saves about as much."""

Longs = NDArray[np.uint64]
Ints = NDArray[np.int64]
Codes = NDArray[np.uint32]

_BASE = np.uint64(0xD6E8FEB86659FD93)
_MIX = np.uint64(0xFF51AFD7ED558CCD)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SEPARATOR = np.uint64(0xFFFF)
_NOWHERE = np.uint64(0xFFFFFFFFFFFFFFFF)
_ZERO, _ONE, _TWO, _HALF, _LAST_SHIFT, _FIGURE_SHIFT = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(32), np.uint64(29), np.uint64(31)


def _fold(raw: Codes, table: Codes) -> tuple[Codes, Ints]:
    """Folded codes, and the places of what is dropped."""
    codes, dropped = np.empty(len(raw), dtype=np.uint32), np.empty(len(raw), dtype=np.int64)
    kept = gone = 0
    for at in range(len(raw)):
        code = table[raw[at]]
        codes[kept] = code
        dropped[gone] = at
        kept += code != 0
        gone += code == 0
    return codes[:kept], dropped[:gone].copy()


def _sign(rows: NDArray[np.uint32], codes: Codes, starts: Ints, ends: Ints, length: int, shift: np.uint64) -> None:
    """The least value of each bin; texts shorter than a shingle, and bins that stay empty, are left to the caller."""
    drop = _ONE
    for _ in range(length):
        drop *= _BASE
    for number in range(len(starts)):
        start, end = starts[number], ends[number]
        if end - start < length:
            continue
        row = rows[number]
        rolling = _ZERO
        for at in range(start, start + length - 1):
            rolling = rolling * _BASE + np.uint64(codes[at])
        leaving = _ZERO
        for at in range(start + length - 1, end):
            rolling = rolling * _BASE + np.uint64(codes[at]) - leaving * drop
            leaving = np.uint64(codes[at - length + 1])
            mixed = rolling ^ (rolling >> _HALF)
            mixed *= _MIX
            mixed ^= mixed >> _LAST_SHIFT
            value = np.uint32(mixed & np.uint64(0xFFFFFFFF))
            place = np.int64(mixed >> shift)
            if value < row[place]:
                row[place] = value


def _winnow(codes: Codes, starts: Ints, ends: Ints, base: int, bits: int, length: int, window: int) -> Longs:
    """The kept grams of a batch; ``window`` is a power of two, and at least as many separators stand before each text."""
    mask = _NOWHERE << np.uint64(bits)
    drop = _ONE
    for _ in range(length):
        drop *= _BASE
    kept = np.empty(len(codes), dtype=np.uint64)
    count = 0
    least = np.empty(len(codes) + window, dtype=np.uint64)
    before = _NOWHERE
    for number in range(len(starts)):
        start, end = starts[number], ends[number]
        grams = end - length + 1 - start
        if grams < 1:
            continue
        rolling = _ZERO
        for at in range(start, start + length - 1):
            rolling = rolling * _BASE + np.uint64(codes[at])
        leaving = _ZERO
        for at in range(start, start + grams):
            rolling = rolling * _BASE + np.uint64(codes[at + length - 1]) - leaving * drop
            leaving = np.uint64(codes[at])
            mixed = rolling ^ (rolling >> _HALF)
            mixed *= _MIX
            mixed ^= mixed >> _LAST_SHIFT
            least[window - 1 + at - start] = (mixed & mask) | np.uint64(base + at)
        for at in range(window - 1):
            least[at] = _NOWHERE
            least[window - 1 + grams + at] = _NOWHERE
        left, width = grams + 2 * window - 2, 1
        while width < window:  # the least of 2, 4, 8 … neighbours
            left -= width
            for at in range(left):
                least[at] = min(least[at], least[at + width])
            width *= 2
        fresh, previous = 0, _NOWHERE
        for at in range(left):
            value = least[at]
            least[fresh] = value
            fresh += value != previous
            previous = value
        for at in range(fresh):
            value = least[at]
            if before == _NOWHERE or ((value ^ before) & mask) != _ZERO or value - before > np.uint64(window):
                kept[count] = value
                count += 1
            before = value
    return kept[:count].copy()


def _common(a: Longs, b: Longs) -> int:
    """How many numbers stand in both sorted arrays."""
    i = j = found = 0
    while i < len(a) and j < len(b):
        x, y = a[i], b[j]
        found += x == y
        i += x <= y
        j += y <= x
    return found


def _meet(a: Longs, b: Longs) -> tuple[int, int, int]:
    """The same of marked shingles, and how many of these have no mark in a, and in b."""
    i = j = found = own_a = own_b = 0
    while i < len(a) and j < len(b):
        x, y = a[i] >> _TWO, b[j] >> _TWO
        if x == y:
            found += 1
            own_a += (a[i] & _ONE) == _ZERO
            own_b += (b[j] & _ONE) == _ZERO
        i += x <= y
        j += y <= x
    return found, own_a, own_b


def _stretches(a: Codes, b: Codes, diagonals: Ints, gram: int, run: int, gap: int) -> Ints:
    """Rows (start, end, diagonal, matched) of stretches along diagonals."""
    cells = 0
    for diagonal in diagonals:
        cells += min(len(a), len(b) + diagonal) - max(0, diagonal)
    rows = np.empty((cells // gram + len(diagonals), 4), dtype=np.int64)
    count = 0
    for diagonal in diagonals:
        end = min(len(a), len(b) + diagonal)
        at = max(0, diagonal)
        begin, stop, matched, longest = np.int64(-1), np.int64(-1), np.int64(0), np.int64(0)
        while at < end:
            if a[at] != b[at - diagonal]:
                at += 1
                continue
            start = at
            while at < end and a[at] == b[at - diagonal]:
                at += 1
            length = at - start
            if length < run:
                continue
            if begin >= 0 and start - stop > gap:
                if longest >= gram:
                    rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = begin, stop, diagonal, matched
                    count += 1
                begin = np.int64(-1)
            if begin < 0:
                begin, matched, longest = np.int64(start), np.int64(0), np.int64(0)
            stop = np.int64(at)
            matched += length
            longest = max(longest, np.int64(length))
        if begin >= 0 and longest >= gram:
            rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = begin, stop, diagonal, matched
            count += 1
    return rows[:count].copy()


def _scan(codes: Codes, classes: NDArray[np.uint8], powers: Longs) -> tuple[Ints, Ints, Longs, Longs, NDArray[np.float64]]:
    """Starts, ends, hashes, contexts and bits of the figures of a folded text."""
    count, last, longest = 0, len(codes) - 1, len(powers) - 1
    most = len(codes) // 2 + 1
    starts, ends = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    hashes, contexts = np.empty(most, dtype=np.uint64), np.empty(most, dtype=np.uint64)
    bits = np.empty(most, dtype=np.float64)
    at = 0
    while at <= last:
        if classes[min(codes[at], np.uint32(0xFFFF))] & 1 == 0:
            at += 1
            continue
        start, digits, total = at, 0, _ZERO
        arabic = arabic_first = (classes[codes[at]] & 4) > 0
        while at <= last:
            kind = classes[min(codes[at], np.uint32(0xFFFF))]
            if kind & 1 == 0 and not (kind == 8 and arabic and at < last and classes[min(codes[at + 1], np.uint32(0xFFFF))] & 4 > 0):
                break
            arabic = (kind & 4) > 0
            digits += (kind & 2) >> 1
            total += np.uint64(codes[at]) * powers[min(at - start, longest)]
            at += 1
        if digits == 0 or (at - start == 1 and not arabic_first):
            continue
        figure = total * _FACTOR
        figure ^= figure >> _FIGURE_SHIFT
        context = (figure ^ (np.uint64(codes[start - 1]) if start > 0 else _SEPARATOR)) * _FACTOR
        context = (context ^ (np.uint64(codes[start - 2]) if start > 1 else _SEPARATOR)) * _FACTOR
        lead = codes[start] * 100 + codes[start + 1] if at - start == 4 else 0
        year = (lead == 49 * 100 + 57 or lead == 50 * 100 + 48) and arabic
        starts[count], ends[count], hashes[count], contexts[count] = start, at, figure, context
        bits[count] = 1.0 if year else min(digits * 3.3, 12.0)
        count += 1
    return starts[:count].copy(), ends[:count].copy(), hashes[:count].copy(), contexts[:count].copy(), bits[:count].copy()


@dataclass(frozen=True, slots=True)
class Kernels:
    """The loops, compiled."""

    fold: Callable[[Codes, Codes], tuple[Codes, Ints]]
    sign: Callable[..., None]
    winnow: Callable[..., Longs]
    common: Callable[[Longs, Longs], int]
    meet: Callable[[Longs, Longs], tuple[int, int, int]]
    stretches: Callable[..., Ints]
    scan: Callable[..., tuple[Ints, Ints, Longs, Longs, NDArray[np.float64]]]


@cache
def load() -> Kernels | None:
    """The compiled kernels, or None where numba is not installed. They are compiled when first called, and the code is kept
    on disk where numba may write."""
    try:
        import numba
    except ImportError:
        return None

    def compiled(loop: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=True, nogil=True)(loop)
        except RuntimeError:  # no folder to keep compiled code in
            return numba.njit(nogil=True)(loop)

    return Kernels(*(compiled(loop) for loop in (_fold, _sign, _winnow, _common, _meet, _stretches, _scan)))


def load_for(characters: int) -> None:
    """Load the kernels when a batch of so many characters is worth it; from then on this process uses them for all."""
    if characters >= WORTH_LOADING:
        load()


def loaded() -> Kernels | None:
    """The kernels if they are loaded: a small batch alone does not wait for them."""
    return load() if load.cache_info().currsize else None
