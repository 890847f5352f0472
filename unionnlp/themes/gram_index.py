"""Where a gram stands among the known ones: a table with a place for each pair of a first and a second character.

A binary search in 30,000 grams misses the cache at every step and took a sixth of the time of a classification. Here it is one look
at a table, which takes 7 MB for the model that ships.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ALONE", "SHIFT", "GramIndex"]

Ints = NDArray[np.int64]

SHIFT = 21
"""A gram is its first character << 21 | its second, or …"""

ALONE = 0x1FFFFF
"""… this where it has none: beyond the last code point, so that it comes last among the grams of its first character."""


@dataclass(frozen=True, slots=True)
class GramIndex:
    """The index of a sorted array of grams.

    ``first`` and ``second`` number the characters that begin and end grams, by code point, from 1; 0 stands for all others, ``alone``,
    the last number, for no second character. ``numbers`` holds the number of each pair's gram, counted from 1, at
    ``first * (alone + 1) + second``; 0 where it is no gram.
    """

    first: NDArray[np.unsignedinteger[Any]]
    second: NDArray[np.unsignedinteger[Any]]
    alone: int
    numbers: NDArray[np.unsignedinteger[Any]]

    @classmethod
    def of(cls, grams: Ints) -> GramIndex:
        """The index of grams that are sorted and distinct."""
        of_first, of_second = np.unique(grams >> SHIFT), np.unique(grams & ALONE)
        first, second = _numbers(of_first), _numbers(of_second[of_second != ALONE])
        alone = int(second.max()) + 1
        numbers = np.zeros((len(of_first) + 1) * (alone + 1), dtype=np.min_scalar_type(len(grams)))
        seconds = np.where(grams & ALONE == ALONE, alone, second.take(grams & ALONE, mode="clip"))
        numbers[first[grams >> SHIFT].astype(np.int64) * (alone + 1) + seconds] = np.arange(1, len(grams) + 1)
        return cls(first, second, alone, numbers)

    def find(self, codes: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """The known grams of some characters.

        Args:
            codes: code points.
            ends: the characters that begin no pair with the next one, beside the last.

        Returns:
            Where known grams begin, as indices into ``codes``, in order, and the numbers of the grams.
        """
        places = np.zeros((len(codes), 2), dtype=np.int64)
        row = self.first.take(codes, mode="clip").astype(np.int64) * (self.alone + 1)
        np.add(row, self.alone, out=places[:, 0])
        np.add(row[:-1], self.second.take(codes[1:], mode="clip"), out=places[:-1, 1])
        places[ends, 1] = 0  # no gram has that one
        number = self.numbers[places.ravel()]
        known = np.flatnonzero(number != 0)
        return known >> 1, number[known].astype(np.int64) - 1


def _numbers(characters: Ints) -> NDArray[np.unsignedinteger[Any]]:
    """The numbers of sorted characters from 1, by code point; 0 for others, for which the last place stands too."""
    numbers = np.zeros(int(characters[-1]) + 2 if len(characters) else 1, dtype=np.min_scalar_type(len(characters)))
    numbers[characters] = np.arange(1, len(characters) + 1)
    return numbers
