"""Where a figure stands: its sentence, its clauses, its paragraph."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table

__all__ = ["Context", "Mentions", "mentions"]

FARTHEST_CLAUSES = 6
"""Clauses looked back inside a sentence; in the samples no figure is explained from farther away."""

LONGEST_CLAUSE = 120
"""Characters of a clause on either side of a figure that are read; the longest of the real reports has 97."""

_SENTENCE_END = regex.compile(r"[。！!？?\n]")
_LINE_END = re.compile("\n")
_CLAUSE_END = regex.compile(r"[，,；;：:。！!？?\n（）()]")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Expressions of one table found in a text, in order of place: their ``words`` there, and as ``written`` in the raw text."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[str, ...]
    written: tuple[str, ...]

    def index(self, start: int, end: int) -> int:
        """The number of the last expression that stands wholly inside ``start``..``end``, or -1."""
        i = bisect_right(self.ends, end) - 1
        return i if i >= 0 and self.starts[i] >= start else -1

    def last(self, start: int, end: int) -> str:
        """The last expression that stands wholly inside ``start``..``end``, as written, or ""."""
        i = self.index(start, end)
        return self.written[i] if i >= 0 else ""


@cache
def _table(name: str) -> regex.Pattern[str]:
    rows = load_table(name, ("id", "opens", "pattern", "example", "counterexample", "source"))
    opens = "".join(sorted({char for row in rows for char in row["opens"]}))  # one look a character saves the alternatives
    parts = (f"(?=[{row['opens']}])(?{'P<base>' if row.cells.get('role') == 'base' else ':'}{row['pattern']})" for row in rows)
    return regex.compile(rf"(?=[{opens}])(?:{'|'.join(parts)})")


def mentions(text: str, table: str, as_written: Callable[[int, int], str] | None = None) -> Mentions:
    """Every expression of a table (periods, scopes) in a text.

    Args:
        as_written: the raw text of a span of this one, where this one was repaired.

    Rows whose role is "base" name what something is compared with (比去年增长15%): they are read over.

    Example:
        >>> mentions("今年1—6月份，全市培训12人，比去年同期增加3人", "periods").words
        ('今年1—6月份',)
    """
    found = [(m.start(), m.end(), m[0]) for m in _table(table).finditer(text) if m.lastgroup != "base"]
    words = tuple(f[2] for f in found)
    written = tuple(as_written(start, end) for start, end, _ in found) if as_written is not None else words
    return Mentions(tuple(f[0] for f in found), tuple(f[1] for f in found), words, written)


class Context:
    """Sentences, clauses and paragraphs of a text, looked up by place."""

    __slots__ = ("_clauses", "_lines", "_sentences", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._sentences = [0, *(m.end() for m in _SENTENCE_END.finditer(text))]
        self._clauses = [0, *(m.end() for m in _CLAUSE_END.finditer(text))]
        self._lines = [0, *(m.end() for m in _LINE_END.finditer(text))]

    def sentence_start(self, at: int) -> int:
        """Where the sentence around ``at`` begins."""
        return _before(self._sentences, at)

    def paragraph_start(self, at: int) -> int:
        """Where the paragraph around ``at`` begins."""
        return _before(self._lines, at)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause around a span, its punctuation left out; of an endless one what is near."""
        i = bisect_left(self._clauses, end)
        stop = self._clauses[i] - 1 if i < len(self._clauses) else len(self.text)
        return max(_before(self._clauses, start), start - LONGEST_CLAUSE), min(stop, end + LONGEST_CLAUSE)

    def clauses_before(self, at: int) -> list[tuple[int, int]]:
        """The clauses of the same sentence before the one at ``at``, nearest first."""
        low = self.sentence_start(at)
        i = bisect_right(self._clauses, at) - 1
        found: list[tuple[int, int]] = []
        while i > 0 and self._clauses[i] > low and len(found) < FARTHEST_CLAUSES:
            stop = self._clauses[i] - 1
            found.append((max(self._clauses[i - 1], stop - LONGEST_CLAUSE), stop))
            i -= 1
        return found


def _before(starts: Sequence[int], at: int) -> int:
    return starts[max(0, bisect_right(starts, at) - 1)]
