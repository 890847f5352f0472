"""A text in numbers: its characters, its pairs of characters, and small sums over sorted arrays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["ANY", "Marks", "changes", "codes_of", "pair_numbers", "pairs_of", "runs"]

ANY = ""
"""In place of a pair: what every text holds."""

_BITS = 21
"""Of a code point."""

_ANY = 1 << 2 * _BITS
"""Its number, above all others."""


_END = "\U0010ffff"
"""Behind the end of a text: a character that no word has."""


@lru_cache(maxsize=4)  # every table of words asks for those of the same text
def codes_of(text: str) -> NDArray[numpy.int64]:
    """The code points of a text, and behind them one that no word has."""
    import numpy

    return numpy.frombuffer((text + _END).encode("utf-32-le", "surrogatepass"), dtype=numpy.uint32).astype(numpy.int64)


class Marks:
    """Single characters of several ranks, found in a text at once.

    Args:
        ranks: the characters of the lowest rank, of the next one, and so on.

    Example:
        >>> [found.tolist() for found in Marks("，；", "。").found("走访，慰问。帮扶")]
        [[2, 5], [1, 2]]
    """

    __slots__ = ("_ranks",)

    def __init__(self, *ranks: str) -> None:
        import numpy

        self._ranks = numpy.zeros(max(map(ord, "".join(ranks)), default=0) + 2, dtype=numpy.int8)  # the last place is that of all characters behind
        for rank, chars in enumerate(ranks, 1):
            self._ranks[[ord(char) for char in chars]] = rank

    def found(self, text: str) -> tuple[NDArray[numpy.int64], NDArray[numpy.int8]]:
        """The places of the characters in order, and the rank of each, from 1."""
        ranks = self._ranks.take(codes_of(text), mode="clip")
        places = ranks.nonzero()[0]
        return places, ranks.take(places)


@lru_cache(maxsize=4)  # every sieve asks for those of the same text
def pairs_of(text: str) -> NDArray[numpy.int64]:
    """The numbers of all pairs of neighbouring characters, sorted; behind them that of ``ANY``."""
    import numpy

    codes = codes_of(text)
    pairs = numpy.append(codes[:-2] << _BITS | codes[1:-1], _ANY)
    pairs.sort()
    return pairs


def pair_numbers(pairs: Iterable[str]) -> NDArray[numpy.int64]:
    """The numbers of pairs of characters, as ``pairs_of`` counts them.

    Example:
        >>> import numpy
        >>> numpy.isin(pair_numbers(["工会", "会工", ANY]), pairs_of("县总工会")).tolist()
        [True, False, True]
    """
    import numpy

    return numpy.array([_ANY if pair == ANY else ord(pair[0]) << _BITS | ord(pair[1]) for pair in pairs], dtype=numpy.int64)


def runs(starts: NDArray[numpy.int64], counts: NDArray[numpy.int64]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64]]:
    """Runs of whole numbers, each from its start on: whose run each number is of, and the number.

    Example:
        >>> import numpy
        >>> [found.tolist() for found in runs(numpy.array([7, 3]), numpy.array([2, 3]))]
        [[0, 0, 1, 1, 1], [7, 8, 3, 4, 5]]
    """
    import numpy

    of = numpy.arange(len(counts)).repeat(counts)
    return of, numpy.arange(len(of)) + (starts - counts.cumsum() + counts).take(of)


def changes(values: NDArray[numpy.int64]) -> NDArray[numpy.int64]:
    """Where the equal ones of some sorted values begin.

    Example:
        >>> import numpy
        >>> changes(numpy.array([4, 4, 7, 9, 9])).tolist()
        [0, 2, 3]
    """
    import numpy

    new = numpy.ones(len(values), dtype=bool)
    numpy.not_equal(values[1:], values[:-1], out=new[1:])
    return new.nonzero()[0]
