"""Where a figure stands: its sentence, its clauses, its paragraph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ..lexicon import load_table
from .codes import Marks
from .openings import Openings
from .patterns import Pattern, compiled

__all__ = ["Context", "Mentions", "context_of", "mentions"]

FARTHEST_CLAUSES = 6
"""Clauses looked back inside a sentence; in the samples no figure is explained from farther away."""

LONGEST_CLAUSE = 120
"""Characters of a clause on either side of a figure that are read; the longest of the real reports has 97."""


@cache
def _ends() -> Marks:
    """What ends a clause; what ends a sentence too; what ends a paragraph too."""
    return Marks("，,；;：:（）()", "。！!？?", "\n")


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
def _table(name: str) -> Openings[tuple[Pattern, bool]]:
    """The patterns of a table, each with whether what it finds is read over."""
    rows = load_table(name, ("id", "opens", "pattern", "example", "counterexample", "source"))
    return Openings([(row["pattern"], row["opens"], (compiled(row["pattern"]), row.cells.get("role") == "base")) for row in rows])


def mentions(text: str, table: str, as_written: Callable[[int, int], str] | None = None, closed: Collection[int] = frozenset()) -> Mentions:
    """Every expression of a table (periods, scopes) in a text.

    Args:
        as_written: the raw text of a span of this one, where this one was repaired.
        closed: places where none begins, such as those of figures.

    Rows whose role is "base" name what something is compared with (比去年增长15%): they are read over.

    Example:
        >>> mentions("今年1—6月份，全市培训12人，比去年同期增加3人", "periods").words
        ('今年1—6月份',)
    """
    found = list(_mentioned(text, _table(table), closed))
    words = tuple(text[start:end] for start, end in found)
    written = tuple(as_written(start, end) for start, end in found) if as_written is not None else words
    return Mentions(tuple(start for start, _ in found), tuple(end for _, end in found), words, written)


def _mentioned(text: str, table: Openings[tuple[Pattern, bool]], closed: Collection[int]) -> Iterator[tuple[int, int]]:
    last = 0
    for at, patterns in table.places(text):
        if at < last or at in closed:
            continue
        for pattern, base in patterns:
            match = pattern.match(text, at)
            if match is not None:
                last = match.end()
                if not base:
                    yield at, last
                break


@lru_cache(maxsize=16)
def context_of(text: str) -> Context:
    """The context of a text; the last few are kept, since the audit asks for those of the facts again."""
    return Context(text)


class Context:
    """Sentences, clauses and paragraphs of a text, looked up by place."""

    __slots__ = ("_clauses", "_lines", "_sentences", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        places, ranks = _ends().found(text)
        ends = places + 1
        self._clauses, self._sentences, self._lines = ([0, *ends[ranks >= rank].tolist()] for rank in (1, 2, 3))

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
        return self.clauses_above(self.clause_number(at), self.sentence_start(at))

    def clause_number(self, at: int) -> int:
        """The number of the clause around ``at``."""
        return bisect_right(self._clauses, at) - 1

    def clauses_above(self, number: int, low: int, most: int = FARTHEST_CLAUSES) -> list[tuple[int, int]]:
        """At most ``most`` clauses before a numbered one that begin at ``low`` or behind it, nearest first."""
        found: list[tuple[int, int]] = []
        while number > 0 and self._clauses[number] > low and len(found) < most:
            stop = self._clauses[number] - 1
            found.append((max(self._clauses[number - 1], stop - LONGEST_CLAUSE), stop))
            number -= 1
        return found


def _before(starts: Sequence[int], at: int) -> int:
    return starts[max(0, bisect_right(starts, at) - 1)]
