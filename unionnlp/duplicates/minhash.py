"""Signatures: 256 numbers a text, whose agreement estimates the Jaccard similarity of two texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .folding import Batch, batches
from .shingles import SHINGLE, Scratch, gram_hashes, whole_hash

if TYPE_CHECKING:
    import datasketch

__all__ = ["EMPTY", "HASH_VERSION", "MinHasher", "Signatures", "agreement", "estimate"]

Signatures = NDArray[np.uint32]
"""Shape (texts, bins)."""

EMPTY = np.uint32(0xFFFFFFFF)
"""Fills the row of a text that has no characters; no shingle has this value."""

HASH_VERSION = 1
"""Counts up whenever the same text would get another signature; kept beside every stored signature."""

_DATASKETCH_SEED = 0x756E696F  # marks our rows, so that datasketch refuses to compare them with its own


class MinHasher:
    """Makes signatures by one-permutation hashing with optimal densification.

    A shingle's hash says its bin by the high bits and its value by the low 32; a bin keeps its least value. A bin that
    stays empty takes the value of the first filled bin on a path of its own through all bins, which keeps the estimate
    unbiased. Digits are folded to one symbol: a copy with other figures has the signature of its original.

    Args:
        bins: length of a signature, a power of two. 256 in 32 bands of 8 found all of 1,478 pairs at Jaccard >= 0.8.
        shingle: characters in a shingle.

    Source: Li, Owen, Zhang 2012, "One permutation hashing"; Shrivastava 2017, "Optimal densification for fast and
    accurate minwise hashing".

    Example:
        >>> rows = MinHasher().signatures(["走访慰问困难职工38人次", "走访慰问困难職工 ４２人次", ""])
        >>> rows.shape, str(rows.dtype), bool((rows[0] == rows[1]).all()), bool((rows[2] == EMPTY).all())
        ((3, 256), 'uint32', True, True)
    """

    __slots__ = ("bins", "shingle")

    def __init__(self, bins: int = 256, shingle: int = SHINGLE) -> None:
        if not 2 <= bins <= 4096 or bins & (bins - 1):
            raise ValueError(f"bins must be a power of two from 2 to 4096, not {bins}")
        if not 1 <= shingle <= 16:
            raise ValueError(f"shingle must be 1 to 16 characters, not {shingle}")
        self.bins = bins
        self.shingle = shingle

    def __repr__(self) -> str:
        return f"MinHasher(bins={self.bins}, shingle={self.shingle})"

    def signatures(self, texts: Sequence[str]) -> Signatures:
        """The signatures of texts.

        Args:
            texts: any strings; they are folded here.
        Returns:
            Shape (len(texts), bins), uint32. The row of an empty text is all 0xFFFFFFFF and matches nothing.
        Complexity: O(characters), in batches of about 49,000 characters.
        """
        rows = np.full((len(texts), self.bins), EMPTY, dtype=np.uint32)
        kernels.load_for(sum(map(len, texts)))
        scratch = Scratch()
        for first, batch in batches(texts, plain=True):
            self.fill(rows[first : first + len(batch.starts)], batch, scratch)
        return rows

    def fill(self, rows: Signatures, batch: Batch, scratch: Scratch | None = None) -> None:
        """Write the signatures of the texts of a batch into rows.

        Args:
            rows: shape (texts of the batch, bins), full of ``EMPTY``.
            batch: folded texts, digits folded too.
            scratch: memory to use again from batch to batch.
        """
        fast = kernels.loaded()
        if fast:
            fast.sign(rows, batch.codes, batch.starts, batch.ends, self.shingle, np.uint64(64 - self.bins.bit_length() + 1))
        else:
            self._least(rows, batch, scratch)
        for number in np.flatnonzero((batch.ends > batch.starts) & (batch.ends - batch.starts < self.shingle)).tolist():
            (whole,) = whole_hash(batch.codes[batch.starts[number] : batch.ends[number]])
            rows[number, 0] = min(int(whole) & 0xFFFFFFFF, int(EMPTY) - 1)
        sparse = np.flatnonzero((rows == EMPTY).any(axis=1) & (batch.ends > batch.starts))
        if len(sparse):
            rows[sparse] = self._densify(rows[sparse])

    def _least(self, rows: Signatures, batch: Batch, scratch: Scratch | None) -> None:
        """The least value of each bin."""
        hashes = gram_hashes(batch.codes, self.shingle, scratch)
        bins = (hashes >> np.uint64(64 - self.bins.bit_length() + 1)).view(np.int64)
        values = hashes.astype(np.uint32)  # one that happens to be EMPTY leaves its bin empty: rare, and the same in every run
        for number, (start, end) in enumerate(zip(batch.starts.tolist(), batch.ends.tolist(), strict=True)):
            last = end - self.shingle + 1
            if last > start:
                np.minimum.at(rows[number], bins[start:last], values[start:last])

    def _densify(self, rows: Signatures) -> Signatures:
        """Fill the empty bins of rows that have at least one value."""
        paths = _probe_paths(self.bins)
        filled = rows.copy()
        row, column = np.nonzero(rows == EMPTY)
        for step in range(self.bins):
            found = rows[row, paths[column, step]]
            filled[row, column] = found
            left = found == EMPTY
            row, column = row[left], column[left]
            if not len(row):
                break
        return filled

    def to_datasketch(self, signature: NDArray[np.uint32]) -> datasketch.MinHash:
        """One signature as a ``datasketch.MinHash``, for an index that lives there.

        Such objects compare with each other, not with those that datasketch computes from texts: their seed says so and
        datasketch refuses.

        Args:
            signature: one row of ``signatures``, shape (bins,).

        Returns:
            An object with as many permutations as there are bins.

        Example:
            >>> hasher = MinHasher()
            >>> a, b = (hasher.to_datasketch(row) for row in hasher.signatures(["走访慰问困难职工", "走访慰问困难职工"]))
            >>> float(a.jaccard(b))
            1.0
        """
        import datasketch

        return datasketch.MinHash(seed=_DATASKETCH_SEED, hashvalues=signature.astype(np.uint64), scheme="affine32")


@cache
def _probe_paths(bins: int) -> NDArray[np.intp]:
    """For each bin the order in which it asks the others, shape (bins, bins): a full permutation a bin.

    Short random probe tables fail on sparse texts. Made from a hash and not from numpy's generators, whose streams may
    change between versions.
    """
    cell = np.arange(1, bins * bins + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    cell = (cell ^ (cell >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    cell = (cell ^ (cell >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort((cell ^ (cell >> np.uint64(31))).reshape(bins, bins), axis=1, kind="stable")


def estimate(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> float:
    """The estimated Jaccard similarity of two signatures, 0 when either text is empty.

    Example:
        >>> rows = MinHasher().signatures(["走访慰问困难职工", "走访慰问困难职工", ""])
        >>> estimate(rows[0], rows[1]), estimate(rows[2], rows[2])
        (1.0, 0.0)
    """
    return 0.0 if a[0] == EMPTY else float(np.mean(a == b))


def agreement(signatures: Signatures, left: NDArray[np.int64], others: Signatures, right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Estimated Jaccard of pairs, in slices that keep the memory small."""
    shares = np.empty(len(left))
    for at in range(0, len(left), 4096):
        chosen = slice(at, at + 4096)
        shares[chosen] = np.mean(signatures[left[chosen]] == others[right[chosen]], axis=1)
    return shares
