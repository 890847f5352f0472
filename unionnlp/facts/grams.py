"""The rows of n-grams in a text, looked up in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from .codes import codes_of, runs

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["Grams"]

LONGEST = 3
"""Characters of the longest gram."""


class Grams:
    """N-grams with their rows, each of one of several kinds (zones).

    The number of a gram stands in a table at the number of its head (all but its last character) and that of its last one, its row in
    another at its number and its kind; 0 is for what no gram has. The tables, which lie flat, take some 20 MB of addresses, of which
    what is never touched takes no memory.

    Args:
        rows: for each kind the row of each gram.
    """

    __slots__ = ("_chars", "_kinds", "_rows", "_steps", "_width")

    def __init__(self, rows: Sequence[Mapping[str, int]]) -> None:
        import numpy

        grams = [(gram, kind, row) for kind, found in enumerate(rows) for gram, row in found.items()]
        chars = sorted({char for gram, _, _ in grams for char in gram})
        self._chars = numpy.zeros(max(map(ord, chars), default=0) + 2, dtype=numpy.int32)  # the last place is that of all characters behind
        self._chars[[ord(char) for char in chars]] = numpy.arange(1, len(chars) + 1)
        self._width, self._kinds = len(chars) + 1, len(rows)
        self._steps: list[NDArray[numpy.int32]] = []
        self._rows: list[NDArray[numpy.int64]] = []
        numbers: dict[str, int] = {char: i for i, char in enumerate(chars, 1)}
        for size in range(1, LONGEST + 1):
            if size > 1:
                step = numpy.zeros((len(numbers) + 1) * self._width, dtype=numpy.int32)
                heads = sorted({gram[:size] for gram, _, _ in grams if len(gram) >= size})
                for i, gram in enumerate(heads, 1):
                    step[numbers[gram[:-1]] * self._width + self._chars[ord(gram[-1])]] = i
                self._steps.append(step)
                numbers = {gram: i for i, gram in enumerate(heads, 1)}
            table = numpy.full((len(numbers) + 1) * self._kinds, -1, dtype=numpy.int64)
            for gram, kind, row in grams:
                if len(gram) == size:
                    table[kind + numbers[gram] * self._kinds] = row
            self._rows.append(table)

    def rows(self, text: str, stretches: NDArray[numpy.int64]) -> Iterator[tuple[NDArray[numpy.int64], NDArray[numpy.int64]]]:
        """The rows of the grams that lie inside stretches of a text.

        Args:
            stretches: array (4, n): whose each is, its kind, where it begins and ends.
        Returns:
            For each size of gram, whose it is and its row.
        Complexity: linear in the characters of the stretches.
        """
        import numpy

        codes = codes_of(text)
        of, places = runs(stretches[2], numpy.maximum(stretches[3] - stretches[2], 0))
        owners, kinds, ends = (stretches[i].take(of) for i in (0, 1, 3))
        grams = self._chars.take(codes.take(places), mode="clip")
        for size, table in enumerate(self._rows, 1):
            if size > 1:
                going = ((grams > 0) & (places + size <= ends)).nonzero()[0]
                owners, kinds, places, ends = (each.take(going) for each in (owners, kinds, places, ends))
                grams = self._steps[size - 2].take(grams.take(going) * self._width + self._chars.take(codes.take(places + size - 1), mode="clip"))
            rows = table.take(kinds + grams * self._kinds)
            kept = (rows >= 0).nonzero()[0]
            yield owners.take(kept), rows.take(kept)
