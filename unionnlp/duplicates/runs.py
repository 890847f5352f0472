"""Sorted runs: which texts hold a key, in files that are mapped.

A run holds keys of a fixed number of bits in ascending order, each with a value (a text's number, for a gram also roughly
its place). The high bits of a key are not stored: the run is cut into 2**n buckets of 8 to 16 keys, ``starts`` says where
each begins, and a key keeps the bits below. That takes 2 to 3 bytes a key less than whole keys, and finds one by touching three
pages instead of searching through the whole run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .store import Part, PartWriter, damaged

__all__ = ["KEY_BITS", "Run", "merge_runs", "write_run"]

KEY_BITS = {"ids": 32, "bands": 34, "grams": 30, "figures": 32, "contexts": 32}
"""Bits of a key, by run; a band's key has its number before 29 bits, so that two in a million texts share one by chance. Of
the grams of a report that many do; not three of them on one diagonal. With these widths keys take 2 and 1 bytes in large parts."""

_CHUNK = 1 << 22
"""Keys merged in one go: 100 MB of working arrays."""

_SCANNED = 64
"""Keys of a bucket that are compared one by one; a bucket with more holds a common key and is searched."""

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Values = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one part.

    Args:
        part: the part.
        name: one of ``KEY_BITS``.
    """

    part: Part
    name: str

    def __len__(self) -> int:
        return len(self._values)

    @property
    def _starts(self) -> NDArray[np.unsignedinteger]:
        return self.part.array(f"{self.name}_starts")

    @property
    def _lows(self) -> NDArray[np.unsignedinteger]:
        return self.part.array(f"{self.name}_lows")

    @property
    def _values(self) -> Values:
        return self.part.array(f"{self.name}_values")

    @property
    def _low_bits(self) -> int:
        return KEY_BITS[self.name] - (len(self._starts) - 1).bit_length() + 1

    def look_up(self, keys: Keys, most: int) -> tuple[Ints, Values]:
        """Who has which of the keys asked for.

        Args:
            keys: shape (n,).
            most: values given of a key that has more than a bucket's worth; they come from all over the run.
        Returns:
            The number of a key among ``keys`` and a value, for each that was found.
        Complexity: a bucket read a key, or a binary search in one that a common key has filled.
        """
        begin, end, wanted = self._buckets(keys)
        full = np.flatnonzero(end - begin > _SCANNED)
        begin[full], end[full] = self._bounds(begin[full], end[full], wanted[full])
        sizes = end - begin
        taken = sizes.copy()
        taken[full] = np.minimum(sizes[full], most)
        number = np.repeat(np.arange(len(keys)), taken)
        at = np.arange(len(number)) - np.repeat(np.cumsum(taken) - taken, taken)
        if len(full):
            at = at * sizes[number] // np.maximum(taken, 1)[number]
        at += begin[number]
        hits = np.flatnonzero(self._lows[at] == wanted[number])
        return number[hits], self._values[at[hits]]

    def slice(self, low: int, high: int) -> tuple[Keys, Values]:
        """Keys from ``low`` until before ``high``, and their values."""
        first, last = self._place_of(low), self._place_of(high)
        first_bucket, last_bucket = low >> self._low_bits, (high - 1) >> self._low_bits
        edges = np.clip(self._starts[first_bucket : last_bucket + 2].astype(np.int64), first, last)
        buckets = np.repeat(np.arange(first_bucket, last_bucket + 1, dtype=np.uint64), np.diff(edges))
        return (buckets << np.uint64(self._low_bits)) | self._lows[first:last].astype(np.uint64), self._values[first:last]

    def _place_of(self, key: int) -> int:
        """Where the first key that is not below this one stands."""
        return len(self) if key >> KEY_BITS[self.name] else int(self._bounds(*self._buckets(np.array([key], dtype=np.uint64)))[0][0])

    def _buckets(self, keys: Keys) -> tuple[Ints, Ints, Ints]:
        """Where the bucket of each key begins and ends, and what stands there for the key."""
        buckets = (keys >> np.uint64(self._low_bits)).astype(np.int64)
        begin, end = self._starts[buckets].astype(np.int64), self._starts[buckets + 1].astype(np.int64)
        if len(keys) and (int((end - begin).min()) < 0 or int(end.max()) > len(self)):
            raise damaged(self.part.path, f"the run of {self.name} is out of order")
        return begin, end, (keys & np.uint64((1 << self._low_bits) - 1)).astype(np.int64)

    def _bounds(self, begin: Ints, end: Ints, wanted: Ints) -> tuple[Ints, Ints]:
        """Where each key begins and ends inside its bucket."""
        begin = self._first_not_below(begin, end, wanted)
        return begin, self._first_not_below(begin, end, wanted + 1)

    def _first_not_below(self, begin: Ints, end: Ints, wanted: Ints) -> Ints:
        """Binary search in many buckets at once."""
        lows = self._lows
        begin, end = begin.copy(), end.copy()
        left = np.flatnonzero(begin < end)
        while len(left):
            middle = (begin[left] + end[left]) >> 1
            below = lows[middle].astype(np.int64) < wanted[left]
            begin[left[below]] = middle[below] + 1
            end[left[~below]] = middle[~below]
            left = left[begin[left] < end[left]]
        return begin


def write_run(writer: PartWriter, name: str, keys: Keys, values: Values) -> None:
    """Write keys with their values as a run, a pair once.

    Args:
        keys: in any order, below 2**``KEY_BITS[name]``.
        values: as many; a value and a key together have at most 64 bits.
    """
    shift = np.uint64(64 - KEY_BITS[name])
    packed = (keys << shift) | values
    packed.sort()
    fresh = np.ones(len(packed), dtype=bool)
    np.not_equal(packed[1:], packed[:-1], out=fresh[1:])
    packed = packed[fresh]
    mask = np.uint64((1 << int(shift)) - 1)
    _write_sorted(writer, name, len(packed), iter([(packed >> shift, (packed & mask).astype(np.uint32))]))


def merge_runs(writer: PartWriter, name: str, runs: Sequence[Run], shifts: Sequence[int]) -> None:
    """Write several runs as one, in memory that does not grow with them.

    Args:
        shifts: added to the values of each run.
    """
    _write_sorted(writer, name, sum(map(len, runs)), _merged(name, runs, shifts))


def _merged(name: str, runs: Sequence[Run], shifts: Sequence[int]) -> Iterator[tuple[Keys, Values]]:
    bits = KEY_BITS[name]
    slices = 1 + sum(map(len, runs)) // _CHUNK
    shift = np.uint64(64 - bits)
    mask = np.uint64((1 << int(shift)) - 1)
    for number in range(slices):
        low, high = (number << bits) // slices, ((number + 1) << bits) // slices
        pieces = []
        for run, moved in zip(runs, shifts, strict=True):
            keys, values = run.slice(low, high)
            pieces.append((keys << shift) | (values + np.uint32(moved)))
        packed = np.concatenate(pieces)
        packed.sort()
        yield packed >> shift, (packed & mask).astype(np.uint32)


def _write_sorted(writer: PartWriter, name: str, count: int, chunks: Iterator[tuple[Keys, Values]]) -> None:
    bucket_bits = max(0, count.bit_length() - 4)
    low_bits = KEY_BITS[name] - bucket_bits
    lows = writer.column(f"{name}_lows", np.min_scalar_type((1 << low_bits) - 1), count)
    values = writer.column(f"{name}_values", np.uint32, count)
    starts = np.zeros((1 << bucket_bits) + 1, dtype=np.min_scalar_type(max(count, 1)))
    for keys, chunk in chunks:
        if len(keys):
            buckets = (keys >> np.uint64(low_bits)).astype(np.int64)
            first = int(buckets[0])
            sizes = np.bincount(buckets - first)
            starts[first + 1 : first + 1 + len(sizes)] += sizes.astype(starts.dtype)
            lows.write(keys & np.uint64((1 << low_bits) - 1))
            values.write(chunk)
    np.cumsum(starts, dtype=starts.dtype, out=starts)
    writer.array(f"{name}_starts", starts)
