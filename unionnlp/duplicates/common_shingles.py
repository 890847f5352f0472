"""What everybody writes: a shipped table of shingles that stand in many otherwise different reports.

A batch shows what is stock in it; two reports alone do not, and every other report is led by 以…为指导 and ends on 再上新台阶.
``corpora/build_common_shingles.py`` makes the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..arrays import read_arrays
from ..lexicon import data_file
from .folding import Codes, decode, fold
from .shingles import SHINGLE, Shingles, distinct, gram_hashes

__all__ = ["FORM", "LEAST", "NAME", "as_codes", "common_places", "plain_shingles"]

NAME = "common_shingles.npz"
FORM = 1

LEAST = 8
"""Characters of a stretch of common shingles from which on it is stock: a shorter one is two or three ordinary words. With 8 no
stretch of 100 characters of five real files is stock as a whole, with 6 one in ninety."""

_BITS = 20


@cache
def _table() -> tuple[Shingles, NDArray[np.bool_]]:
    """The common shingles, sorted, and which of their low bits occur: most shingles of a text are told by these alone."""
    codes = read_arrays(data_file(NAME), FORM, "common shingles")["codes"]
    shingles = distinct(gram_hashes(codes.ravel(), SHINGLE)[::SHINGLE])
    present = np.zeros(1 << _BITS, dtype=bool)
    present[_low(shingles)] = True
    return shingles, present


def _low(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (hashes & np.uint64((1 << _BITS) - 1)).view(np.int64)


def plain_shingles(text: str) -> set[str]:
    """The shingles of a text that hold no digit: what stands around figures is no turn of phrase.

    Example:
        >>> sorted(plain_shingles("发放慰问金38元"))
        ['发放慰问金']
    """
    words = decode(fold(text).codes)
    return {words[at : at + SHINGLE] for at in range(len(words) - SHINGLE + 1) if not any("0" <= letter <= "9" for letter in words[at : at + SHINGLE])}


def as_codes(shingles: Iterable[str]) -> NDArray[np.uint32]:
    """Shingles as the table keeps them: in order, one a row of code points, so that it outlives the hash."""
    return np.array([[ord(letter) for letter in shingle] for shingle in sorted(shingles)], dtype=np.uint32)


def common_places(plain: Codes, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which places of a folded text lie in a stretch of common shingles.

    Args:
        plain: the folded text, digits folded.
        hashes: the hash of each of its shingles, in order.
    Complexity: O(n).

    Example:
        >>> from unionnlp.duplicates.folding import decode
        >>> codes = fold("三月里我们高举中国特色社会主义伟大旗帜，修好了十二盏路灯。").codes
        >>> decode(codes[common_places(codes, gram_hashes(codes, SHINGLE))])
        '高举中国特色社会主义伟大旗帜'
    """
    places = np.zeros(len(plain), dtype=bool)
    if len(plain) < LEAST:
        return places
    shingles, present = _table()
    hit = present[_low(hashes)]
    likely = np.flatnonzero(hit)
    at = np.minimum(np.searchsorted(shingles, hashes[likely]), len(shingles) - 1)
    hit[likely] = shingles[at] == hashes[likely]
    edges = np.flatnonzero(np.diff(hit, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2] + SHINGLE - 1
    long_enough = ends - starts >= LEAST
    for start, end in zip(starts[long_enough].tolist(), ends[long_enough].tolist(), strict=True):
        places[start:end] = True
    return places
