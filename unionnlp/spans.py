"""Places in a text, and the map between a raw text and its repaired form.

Every ``start``/``end`` of this library is a Python ``str`` index, half open, into the raw text. Stages that work on the
repaired text translate what they found through an ``OffsetMap`` before they hand it out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Edit", "OffsetMap", "Span"]

Edit = tuple[int, int, str]
"""(start, end, replacement): the raw characters start..end are replaced."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of a text.

    Example:
        >>> Span(2, 5).of("组建率达97%")
        '率达9'
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters inside this span.

        Args:
            text: the raw text that the offsets are of.

        Returns:
            The words, as they stand there.
        """
        return text[self.start : self.end]

    def to_dict(self) -> dict[str, int]:
        """The offsets by name, ready for JSON."""
        return {"start": self.start, "end": self.end}


class OffsetMap:
    """Translates offsets between a raw text and the text that a list of edits makes of it.

    An edit whose replacement has the length of what it replaces maps character by character (traditional to
    simplified, full to half width); any other edit is one block: a span that touches it covers the whole block on the
    other side. Deletions at the edge of a span stay outside, deletions within it are inside its raw quote.

    Args:
        edits: (start, end, replacement) in raw offsets, in order, not overlapping.

    Complexity: O(log n) a lookup in the number of edits.

    Example:
        >>> edits = [(2, 3, ""), (5, 6, "ab")]        # raw "01-34x6" -> "0134ab6"
        >>> at = OffsetMap(edits)
        >>> at.apply("01-34x6")
        '0134ab6'
        >>> at.raw_span(1, 3)                          # "13" stood as "1-3"
        (1, 4)
        >>> at.repaired_span(1, 4)
        (1, 3)
    """

    __slots__ = ("_edits", "_new_ends", "_new_starts", "_raw_ends", "_raw_starts")

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self._edits: tuple[Edit, ...] = tuple(edits)
        self._raw_starts: list[int] = []
        self._raw_ends: list[int] = []
        self._new_starts: list[int] = []
        self._new_ends: list[int] = []
        shift, last = 0, 0
        for start, end, replacement in self._edits:
            if start < last or end < start:
                raise ValueError(f"edits must be in order and apart: {start}..{end} after {last}")
            self._raw_starts.append(start)
            self._raw_ends.append(end)
            self._new_starts.append(start + shift)
            self._new_ends.append(start + shift + len(replacement))
            shift += len(replacement) - (end - start)
            last = end

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits as given."""
        return self._edits

    def apply(self, raw: str) -> str:
        """The repaired text.

        Args:
            raw: the text that the edits are of.

        Returns:
            It with every edit made.
        """
        parts: list[str] = []
        at = 0
        for start, end, replacement in self._edits:
            parts.append(raw[at:start])
            parts.append(replacement)
            at = end
        parts.append(raw[at:])
        return "".join(parts)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the repaired text stands in the raw one.

        Args:
            start, end: half-open offsets into the repaired text.

        Returns:
            Half-open offsets into the raw text.
        """
        if not self._edits:
            return start, end
        first = _start(start, self._new_starts, self._new_ends, self._raw_starts, self._raw_ends)
        if end <= start:
            return first, first
        return first, max(first, _end(end, self._new_starts, self._new_ends, self._raw_starts, self._raw_ends))

    def repaired_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the raw text stands in the repaired one.

        Args:
            start, end: half-open offsets into the raw text.

        Returns:
            Half-open offsets into the repaired text; a stretch that was deleted is an empty one.
        """
        if not self._edits:
            return start, end
        first = _start(start, self._raw_starts, self._raw_ends, self._new_starts, self._new_ends)
        if end <= start:
            return first, first
        return first, max(first, _end(end, self._raw_starts, self._raw_ends, self._new_starts, self._new_ends))


def _start(at: int, here: Sequence[int], here_ends: Sequence[int], there: Sequence[int], there_ends: Sequence[int]) -> int:
    """Where the character at ``at`` begins on the other side; what has no counterpart begins after its block."""
    i = bisect_right(here, at) - 1
    if i < 0:
        return at
    if at >= here_ends[i]:
        return there_ends[i] + at - here_ends[i]
    if there_ends[i] - there[i] == here_ends[i] - here[i]:
        return there[i] + at - here[i]
    return there[i]


def _end(at: int, here: Sequence[int], here_ends: Sequence[int], there: Sequence[int], there_ends: Sequence[int]) -> int:
    """Where the character before ``at`` ends on the other side."""
    last = at - 1
    i = bisect_right(here, last) - 1
    if i < 0:
        return at
    if last >= here_ends[i]:
        return there_ends[i] + at - here_ends[i]
    if there_ends[i] - there[i] == here_ends[i] - here[i]:
        return there[i] + at - here[i]
    return there_ends[i]
