"""Where a figure stands: its sentence, its clauses, its paragraph."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
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
    """Expressions of one table found in a text, in order of place."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[str, ...]

    def last(self, start: int, end: int) -> str:
        """The last expression that stands wholly inside ``start``..``end``, or ""."""
        i = bisect_right(self.ends, end) - 1
        return self.words[i] if i >= 0 and self.starts[i] >= start else ""


@cache
def _table(name: str) -> regex.Pattern[str]:
    rows = load_table(name, ("id", "opens", "pattern", "example", "counterexample", "source"))
    opens = "".join(sorted({char for row in rows for char in row["opens"]}))  # one look a character saves the alternatives
    return regex.compile(rf"(?=[{opens}])(?:{'|'.join(row['pattern'] for row in rows)})")


def mentions(text: str, table: str) -> Mentions:
    """Every expression of a table (periods, scopes) in a text.

    Example:
        >>> mentions("今年1—6月份，全市培训12人", "periods").words
        ('今年1—6月份',)
    """
    found = [(m.start(), m.end(), m[0]) for m in _table(table).finditer(text)]
    return Mentions(tuple(f[0] for f in found), tuple(f[1] for f in found), tuple(f[2] for f in found))


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
