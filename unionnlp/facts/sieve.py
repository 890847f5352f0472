"""Which of many patterns can match in a text at all: one look at its pairs of characters instead of one pass a pattern.

Tables of events, of wrong words and of other leftovers hold hundreds of patterns, and a report the words of a few. From each
pattern is read which two characters in a row all that it matches must hold (广州亚运 or 迎亚运: 亚运); one pass over a text finds
the pairs that stand there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Needs", "Sieve", "needs"]

T = TypeVar("T")

Needs = tuple[frozenset[str], ...]
"""Sets of pairs: what matches holds one of each."""

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
        [['建国', '新中'], ['国6', '国六'], ['60', '六十'], ['0周', '十周'], ['周年']]
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
    """What all of several alternatives need: of each the fewest pairs."""
    pairs = _union([min(each, key=len, default=None) for each in found])
    return (pairs,) if pairs is not None and len(pairs) <= MOST else ()


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

    __slots__ = ("_always", "_by_pair", "_first", "_rows")

    def __init__(self, rows: Iterable[T], pattern: Callable[[T], str]) -> None:
        self._rows = tuple(rows)
        self._always: list[int] = []
        self._by_pair: dict[str, list[int]] = {}
        needed = [needs(pattern(row)) for row in self._rows]
        shared = Counter(pair for every in needed for pairs in every for pair in pairs)
        for number, every in enumerate(needed):
            if not every:
                self._always.append(number)
                continue
            # the pairs that fewest patterns share say most; of these the last, as a rule the rarer word (工会第十六次代表大会)
            for pair in min(reversed(every), key=lambda pairs: sum(shared[pair] for pair in pairs)):
                self._by_pair.setdefault(pair, []).append(number)
        first, second = ("".join(re.escape(char) for char in sorted({pair[i] for pair in self._by_pair})) for i in (0, 1))
        self._first = re.compile(f"[{first}](?=[{second}])" if first else "(?!)")

    def possible(self, text: str) -> list[T]:
        """The rows whose patterns may match in a text, in their order; of the others none does.

        Complexity: one pass over the text, however many patterns there are.
        """
        pairs = {text[match.start() : match.start() + 2] for match in self._first.finditer(text)}
        numbers = {number for pair in pairs for number in self._by_pair.get(pair, ())}
        return [self._rows[number] for number in sorted(numbers.union(self._always))]
