"""The rows of n-grams in a text, looked up in arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["Grams"]

LONGEST = 3
"""Characters of the longest gram."""


class Grams:
    """N-grams with their rows, each of one of several kinds (zones).

    The number of a gram stands in a table at the number of its head (all but its last character) and that of its last one; 0
    is for what no gram has. The tables take some 20 MB of addresses, of which what is never touched takes no memory.

    Args:
        rows: for each kind the row of each gram.
    """

    __slots__ = ("_chars", "_rows", "_steps")

    def __init__(self, rows: Sequence[Mapping[str, int]]) -> None:
        import numpy

        grams = [(gram, kind, row) for kind, found in enumerate(rows) for gram, row in found.items()]
        chars = sorted({char for gram, _, _ in grams for char in gram})
        self._chars = numpy.zeros(max(map(ord, chars), default=0) + 2, dtype=numpy.int32)  # the last place is that of all characters behind
        self._chars[[ord(char) for char in chars]] = numpy.arange(1, len(chars) + 1)
        self._steps: list[NDArray[numpy.int32]] = []
        self._rows: list[NDArray[numpy.int64]] = []
        numbers: dict[str, int] = {char: i for i, char in enumerate(chars, 1)}
        for size in range(1, LONGEST + 1):
            if size > 1:
                step = numpy.zeros((len(numbers) + 1, len(chars) + 1), dtype=numpy.int32)
                heads = sorted({gram[:size] for gram, _, _ in grams if len(gram) >= size})
                for i, gram in enumerate(heads, 1):
                    step[numbers[gram[:-1]], self._chars[ord(gram[-1])]] = i
                self._steps.append(step)
                numbers = {gram: i for i, gram in enumerate(heads, 1)}
            table = numpy.full((len(rows), len(numbers) + 1), -1, dtype=numpy.int64)
            for gram, kind, row in grams:
                if len(gram) == size:
                    table[kind, numbers[gram]] = row
            self._rows.append(table)

    def numbered(self, text: str) -> list[NDArray[numpy.int32]]:
        """For each size the number of the gram that begins at each place of a text."""
        import numpy

        codes = numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=numpy.uint32)
        chars = self._chars[numpy.minimum(codes, len(self._chars) - 1)]
        found = [chars]
        for size, step in enumerate(self._steps, 2):
            grams = numpy.zeros_like(chars)
            following = chars[size - 1 :]
            grams[: len(following)] = step[found[-1][: len(following)], following]
            found.append(grams)
        return found

    def rows(self, numbered: Sequence[NDArray[numpy.int32]], stretches: NDArray[numpy.int64]) -> Iterator[tuple[NDArray[numpy.int64], NDArray[numpy.int64]]]:
        """The rows of the grams that lie inside stretches of a text.

        Args:
            numbered: what ``numbered`` gave for the text.
            stretches: array (4, n): whose each is, its kind, where it begins and ends.
        Returns:
            For each size of gram, whose it is and its row.
        """
        import numpy

        lengths = numpy.maximum(stretches[3] - stretches[2], 0)
        owner, kind, start, end = numpy.repeat(stretches, lengths, axis=1)
        places = start + numpy.arange(len(start)) - numpy.repeat(numpy.cumsum(lengths) - lengths, lengths)
        for size, (grams, table) in enumerate(zip(numbered, self._rows, strict=True), 1):
            rows = table[kind, grams[places]]
            kept = (rows >= 0) & (places + size <= end)
            yield owner[kept], rows[kept]
