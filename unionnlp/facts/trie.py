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
    beginning starts. The first row is that of what begins no word, the second that of the empty beginning; the first column is that of
    characters that no word has, the last one tells which word is complete.

    Args:
        words: of one character or more; their order gives them their numbers.

    Example:
        >>> import numpy
        >>> trie = Trie(["慰问", "慰问金", "职工"])
        >>> [found.tolist() for found in trie.longest("发放慰问金，慰问职工", numpy.arange(10))]
        [[2, 6, 8], [1, 0, 2]]
    """

    __slots__ = ("_chars", "_root", "_table", "_word")

    def __init__(self, words: Iterable[str]) -> None:
        import numpy

        numbers = {word: number for number, word in enumerate(words, 1)}
        chars = {char: number for number, char in enumerate(sorted({char for word in numbers for char in word}), 1)}
        beginnings = {"", *(word[:size] for word in numbers for size in range(1, len(word) + 1))}
        width = len(chars) + 2
        rows = {beginning: row * width for row, beginning in enumerate(sorted(beginnings), 1)}
        self._root, self._word = width, width - 1
        self._chars = numpy.zeros(max(map(ord, chars), default=0) + 2, dtype=numpy.int32)  # its last place is that of all characters behind
        for char, number in chars.items():
            self._chars[ord(char)] = number
        self._table = numpy.zeros((len(rows) + 1) * width, dtype=numpy.int32)
        for beginning, row in rows.items():
            self._table[row + self._word] = numbers.get(beginning, 0)
            if beginning:
                self._table[rows[beginning[:-1]] + chars[beginning[-1]]] = row

    def longest(self, text: str, places: NDArray[numpy.int64]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int32]]:
        """Of some places of a text those where words begin, and for each the number of the longest word there.

        Complexity: linear in the text, whatever the number of words; a place where no word goes on is left at once.
        """
        import numpy

        chars = numpy.append(self._chars.take(codes_of(text), mode="clip"), numpy.int32(0))  # at the end no word goes on
        found = numpy.zeros(len(places), dtype=numpy.int32)
        rows = self._table.take(chars.take(places) + self._root)
        of, ends = numpy.arange(len(places)), places
        while len(of):
            going = numpy.flatnonzero(rows)
            of, ends, rows = of.take(going), ends.take(going) + 1, rows.take(going)
            words = self._table.take(rows + self._word)
            complete = numpy.flatnonzero(words)
            found[of.take(complete)] = words.take(complete)
            rows = self._table.take(rows + chars.take(ends))
        complete = numpy.flatnonzero(found)
        return places.take(complete), found.take(complete) - 1
