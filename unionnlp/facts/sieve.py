"""Which of many patterns can match in a text at all: one look at its pairs of characters instead of one pass a pattern.

Tables of events, of wrong words and of other leftovers hold hundreds of patterns, and a report the words of a few. From each
pattern is read which two characters in a row all that it matches must hold (广州亚运 or 迎亚运: 亚运); one pass over a text finds
the pairs that stand there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from .codes import ANY, pair_numbers, pairs_of

__all__ = ["Needs", "Sieve", "needs"]

T = TypeVar("T")

Needs = tuple[frozenset[str], ...]
"""Sets of pairs: what matches holds one of each."""

_NOTHING = frozenset({ANY})
"""What a pattern holds of which nothing is known: what stands in every text."""

MOST = 64
"""Pairs of a set at most; larger ones stand in any text."""

_PIECE = re.compile(
    r"(?P<repeat>(?:[?*]|\{0?,\d*\}|\{0\})[?+]?)"  # what stands before it may be missing
    r"|(?P<again>(?:\+|\{\d+(?:,\d*)?\})[?+]?)"  # it meets its neighbours as it does once
    r"|(?P<beside>\(\?<?[=!])"
    r"|(?P<open>\((?:\?(?:[:>]|P<\w+>))?)(?!\?)"
    r"|(?P<close>\))|(?P<or>\|)|(?P<edge>[\^$]|\\[bBAZ])"
    r"|\[(?P<chars>(?:[^\\\]\[^-]|\\[^\w])+)\]"
    r"|(?P<any>\[\^?\]?(?:[^\\\]]|\\.)*\]|\\\w|\.)"
    r"|\\?(?P<char>[^\\(\[{?*+])",
    re.DOTALL,
)
"""The pieces of a pattern, as far as the tables use them."""

class _Piece(NamedTuple):
    """A piece of a pattern: what its first and its last character may be (None: nothing is known), and what it needs by itself."""

    first: frozenset[str] | None = None
    last: frozenset[str] | None = None
    needs: Needs = ()


_OPAQUE = _Piece()
"""A piece that may be missing, or of which nothing is known."""


def needs(pattern: str) -> Needs:
    """The pairs of characters that a pattern needs; none for one of which nothing can be said.

    Args:
        pattern: what ``re`` and ``regex`` read, without flags inside.
    Complexity: linear in the pattern.

    Example:
        >>> [sorted(pairs) for pairs in needs("(?:新中国|建国)(?:60|六十)周年")]
        [['建国', '新中'], ['中国', '建国'], ['国6', '国六'], ['60', '六十'], ['0周', '十周'], ['周年']]
        >>> needs("[甲乙]?丙"), needs("甲乙|.丙")
        ((), ())
    """
    pieces = list(_pieces(pattern))
    return () if any(kind == "unknown" for kind, _ in pieces) else _alternatives(iter(pieces)).needs


def _pieces(pattern: str) -> Iterator[tuple[str, str]]:
    """Kind and words of each piece; of one that is not known the kind is "unknown"."""
    at = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            yield "unknown", pattern[at:]
            return
        yield piece.lastgroup or "", piece[piece.lastgroup or 0]
        at = piece.end()


def _alternatives(pieces: Iterator[tuple[str, str]]) -> _Piece:
    """The alternatives of a group as one piece, up to its end."""
    found: list[_Piece] = []
    sequence: list[_Piece] = []
    for kind, words in pieces:
        if kind == "close":
            break
        if kind == "or":
            found.append(_together(sequence))
            sequence = []
        elif kind == "beside":
            _alternatives(pieces)  # what stands around a match is no part of it
        elif kind == "open":
            sequence.append(_alternatives(pieces))
        elif kind == "repeat":
            sequence[-1:] = [_OPAQUE]
        elif kind in ("char", "chars"):
            chars = frozenset(words.replace("\\", ""))
            sequence.append(_Piece(chars, chars))
        elif kind == "any":
            sequence.append(_OPAQUE)
    found.append(_together(sequence))
    if len(found) == 1:
        return found[0]
    return _Piece(_union([piece.first for piece in found]), _union([piece.last for piece in found]), _one_of([piece.needs for piece in found]))


def _union(sets: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [each for each in sets if each is not None]
    return frozenset[str]().union(*known) if len(known) == len(sets) else None


def _one_of(found: Sequence[Needs]) -> Needs:
    """What all of several alternatives need: the first pairs of one or of another, the second ones, and so on; at least of each the fewest."""
    if not all(found):
        return ()
    abreast = [[each[min(i, len(each) - 1)] for each in found] for i in range(max(map(len, found)))]
    together = [frozenset[str]().union(*sets) for sets in (*abreast, [min(each, key=len) for each in found])]
    return tuple(dict.fromkeys(pairs for pairs in together if len(pairs) <= MOST))


def _together(sequence: Sequence[_Piece]) -> _Piece:
    """The pieces of a sequence as one; where they meet they make pairs."""
    if not sequence:
        return _OPAQUE
    found: list[frozenset[str]] = []
    for piece, following in pairwise([*sequence, _OPAQUE]):
        found += piece.needs
        if piece.last is not None and following.first is not None and len(piece.last) * len(following.first) <= MOST:
            found.append(frozenset(a + b for a in piece.last for b in following.first))
    return _Piece(sequence[0].first, sequence[-1].last, tuple(found))


class Sieve(Generic[T]):
    """Patterns with what belongs to each; those that can match in a text are told quickly.

    Args:
        rows: whatever belongs to a pattern.
        pattern: the pattern of a row.

    Example:
        >>> sieve = Sieve(["冬奥(?:会)?", "(?:迎|广州)亚运", "[甲乙]"], str)
        >>> sieve.possible("喜迎亚运"), sieve.possible("亚冬会")
        (['(?:迎|广州)亚运', '[甲乙]'], ['[甲乙]'])
    """

    __slots__ = ("_every", "_first_pairs", "_first_sets", "_pairs", "_rows")

    def __init__(self, rows: Iterable[T], pattern: Callable[[T], str]) -> None:
        import numpy

        self._rows = tuple(rows)
        needed = [needs(pattern(row)) or (_NOTHING,) for row in self._rows]
        sets = [pairs for every in needed for pairs in every]
        numbers = {pair: number for number, pair in enumerate(sorted({pair for pairs in sets for pair in pairs}))}
        self._pairs = pair_numbers(numbers)
        # the pairs of all sets and the sets of all rows one behind the other, and where those of each begin
        self._every = numpy.array([numbers[pair] for pairs in sets for pair in pairs], dtype=numpy.int64)
        self._first_pairs, self._first_sets = (numpy.cumsum([0, *map(len, each)])[:-1] for each in (sets, needed))

    def possible(self, text: str) -> list[T]:
        """The rows whose patterns may match in a text, in their order; of the others none does.

        Complexity: one pass over the text, however many patterns there are.
        """
        import numpy

        if not self._rows:
            return []
        pairs = pairs_of(text)
        there = pairs.take(pairs.searchsorted(self._pairs)) == self._pairs
        sets = numpy.logical_or.reduceat(there.take(self._every), self._first_pairs)
        return [self._rows[row] for row in numpy.flatnonzero(numpy.logical_and.reduceat(sets, self._first_sets)).tolist()]
