"""Words looked for at all places of a text at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .codes import codes_of

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["Trie"]


class Trie:
    """Words as a tree of their characters, walked from every place of a text in the same few steps.

    The tree is a table with a row for each beginning of a word and a column for each character: where the row of the longer
    beginning starts. The first row is that of what begins no word, the second that of the empty beginning, which a table of its own tells
    at once for each first character; the first column is that of characters that no word has, the last one tells which word is complete.

    Args:
        words: of one character or more; their order gives them their numbers.

    Example:
        >>> import numpy
        >>> trie = Trie(["慰问", "慰问金", "职工"])
        >>> [found.tolist() for found in trie.longest("发放慰问金，慰问职工", numpy.arange(10))]
        [[2, 6, 8], [1, 0, 2]]
    """

    __slots__ = ("_chars", "_firsts", "_table", "_word")

    def __init__(self, words: Iterable[str]) -> None:
        import numpy

        numbers = {word: number for number, word in enumerate(words, 1)}
        chars = {char: number for number, char in enumerate(sorted({char for word in numbers for char in word}), 1)}
        beginnings = {"", *(word[:size] for word in numbers for size in range(1, len(word) + 1))}
        width = len(chars) + 2
        rows = {beginning: row * width for row, beginning in enumerate(sorted(beginnings), 1)}
        self._word = width - 1
        self._chars = numpy.zeros(max(map(ord, chars), default=0) + 2, dtype=numpy.int32)  # its last place is that of all characters behind
        for char, number in chars.items():
            self._chars[ord(char)] = number
        self._table = numpy.zeros((len(rows) + 1) * width, dtype=numpy.int32)
        for beginning, row in rows.items():
            self._table[row + self._word] = numbers.get(beginning, 0)
            if beginning:
                self._table[rows[beginning[:-1]] + chars[beginning[-1]]] = row
        self._firsts = self._table.take(self._chars + rows[""])

    def longest(self, text: str, places: NDArray[numpy.int64]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int32]]:
        """Of some places of a text those where words begin, and for each the number of the longest word there.

        Complexity: linear in the text, whatever the number of words; a place where no word goes on is left at once.
        """
        import numpy

        codes = codes_of(text)
        rows = self._firsts.take(codes.take(places), mode="clip")
        going = rows.nonzero()[0]  # at most places none begins
        starts, rows = places.take(going), rows.take(going)
        found = numpy.zeros(len(starts), dtype=numpy.int32)
        of, ends = numpy.arange(len(starts)), starts
        while len(of):
            words = self._table.take(rows + self._word)
            complete = words.nonzero()[0]
            found[of.take(complete)] = words.take(complete)
            ends = ends + 1
            rows = self._table.take(rows + self._chars.take(codes.take(ends), mode="clip"))
            going = rows.nonzero()[0]
            of, ends, rows = of.take(going), ends.take(going), rows.take(going)
        complete = found.nonzero()[0]
        return starts.take(complete), found.take(complete) - 1
