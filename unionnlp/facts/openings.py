"""With which two characters a pattern's matches can begin: most places of a text are passed over by one look at a pair.

A frequent character opens many expressions (上半年, 年内, 到目前) and mostly none of them (上级, 年轻, 到场).
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Generic, TypeVar

import regex

from .trie import Trie

__all__ = ["Openings", "seconds"]

T = TypeVar("T")

_BEHIND = re.compile(r"\(\?<[=!](?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
"""What must stand before a match, or must not; without it a pattern only matches more."""

_OTHERS = frozenset("龘é·~ \t\n\u3000")
"""In place of all characters that a pattern does not name: one of each kind."""

_ASCII = frozenset(string.ascii_letters + string.digits)
"""What a pattern may name by a range (A-Z)."""


@cache
def seconds(pattern: str, first: str) -> frozenset[str] | None:
    """The characters that can stand second where a match begins with ``first``; None where any other one can.

    Args:
        pattern: of ``re`` and ``regex``; ranges in its sets are of letters or digits, or of all characters of a kind.

    Example:
        >>> sorted(seconds("(?<!以)[上下]半?年|上季", "上")), sorted(seconds("新[A-C]", "新")), seconds("上[^，]年", "上")
        (['半', '季', '年'], ['A', 'B', 'C'], None)
    """
    free = regex.compile(_BEHIND.sub("", pattern))
    named = frozenset(pattern)
    possible = frozenset(char for char in named | _ASCII | _OTHERS if free.match(first + char, partial=True))
    return None if possible & (_OTHERS - named) else possible


class Openings(Generic[T]):
    """Rows with patterns, and the places of a text where the match of some can begin.

    Args:
        rows: each a pattern, the characters that its matches begin with, and what belongs to it.

    Example:
        >>> openings = Openings([("上半年", "上", 1), ("[上本]季度", "上本", 2), ("本.月", "本", 3)])
        >>> list(openings.places("上级在上季度、本季度和本级"))
        [(3, (2,)), (7, (2, 3)), (11, (3,))]
    """

    __slots__ = ("_beginnings", "_rows")

    def __init__(self, rows: Sequence[tuple[str, str, T]]) -> None:
        found: dict[str, tuple[T, ...]] = {}
        for first in sorted({char for _, opens, _ in rows for char in opens}):
            told = [(seconds(pattern, first), row) for pattern, opens, row in rows if first in opens]
            if always := tuple([row for named, row in told if named is None]):
                found[first] = always
            for second in sorted(frozenset[str]().union(*(named for named, _ in told if named is not None))):
                found[first + second] = tuple([row for named, row in told if named is None or second in named])
        self._beginnings, self._rows = Trie(found), tuple(found.values())

    def places(self, text: str) -> Iterator[tuple[int, tuple[T, ...]]]:
        """The places in order, each with the rows in theirs.

        Complexity: linear in the text.
        """
        import numpy

        places, numbers = self._beginnings.longest(text, numpy.arange(len(text)))
        return zip(places.tolist(), map(self._rows.__getitem__, numbers.tolist()), strict=True)
