"""What the rules of the audit look at: a report with its facts, in sentences and paragraphs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from decimal import Context as Precision
from functools import cache, cached_property
from typing import Any, TypeVar

from ..facts.codes import Marks
from ..facts.context import Context, context_of
from ..facts.extract import extract_facts
from ..records import Fact, Report
from ..spans import Span
from ..structure.normalize import Normalized, normalize
from ..structure.numbering import Numbering, line_numbers
from .cues import roles_in
from .items import Item, ends

T = TypeVar("T")

__all__ = ["LONGEST_GROUP", "LONGEST_SPAN", "Case", "figure", "rounded"]

_EXACT = Precision(prec=100)
"""Wide enough for the quotient of the largest and the smallest figure that the grammar reads; the default of 28 digits
overflows on 999999999999999999亿元 for two people."""

LONGEST_SPAN = 80
"""A finding points, it does not wave: no span is longer."""

LONGEST_GROUP = 24
"""Figures of one sentence that are compared with one another; the fullest sentence of the real reports has 11. It bounds
the pairs and triples that the rules try."""

_WORDS_BEFORE = 24
"""Characters of its clause that a figure is shown with."""

_WORDS_BEHIND = 20
"""Characters behind a figure that may say what it counts (38名患妇科大病的女职工)."""

_LONGEST_CLAUSE = 60
"""Characters of a clause before a figure that the rules of arithmetic read; more is a list or no prose."""

_ASCII = 3
"""The rank of points and commas of ASCII, which may stand inside a figure."""


@cache
def _marks() -> Marks:
    """What ends a clause; what may end a sentence or a line too; what may do either."""
    return Marks("，；;：:（）()", "。！!？?\n", ",.")


@dataclass(frozen=True)
class Case:
    """One report under audit. ``text`` is its repaired text; places in it turn raw through ``span``."""

    report: Report
    normalized: Normalized
    low: int
    text: str
    facts: tuple[Fact, ...]

    @classmethod
    def of(cls, report: Report, facts: Iterable[Fact] | None = None) -> Case:
        """A case of a report; facts are extracted when none are given."""
        normalized = normalize(report.document.text)
        low, high = normalized.span(report.start, report.end)
        return cls(report, normalized, low, normalized.text[low:high], tuple(extract_facts(report) if facts is None else facts))

    @cached_property
    def context(self) -> Context:
        return context_of(self.text)

    def sentence_end(self, start: int, most: int) -> int:
        """Where the sentence around ``start`` ends, at the latest at ``most``."""
        sentences = self._borders[1]
        i = bisect_right(sentences, start)
        return min(most, sentences[i] - 1 if i < len(sentences) else len(self.text))

    @cached_property
    def _order(self) -> dict[int, int]:
        return {fact.start: i for i, fact in enumerate(self.facts)}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {fact.start: self.normalized.span(fact.start, fact.end)[0] - self.low for fact in self.facts}

    def place(self, fact: Fact) -> int:
        """Where a fact stands in ``text``."""
        return self._places[fact.start]

    def span(self, start: int, end: int) -> Span:
        """Raw span of a stretch of ``text``, cut to its end and to the longest that a finding shows."""
        raw_start, raw_end = self.normalized.raw_span(self.low + start, self.low + min(end, len(self.text)))
        return Span(raw_start, min(raw_end, raw_start + LONGEST_SPAN))

    def shown(self, fact: Fact) -> Span:
        """A fact with the words of its clause before it (应建女职工组织1506家)."""
        at = self.place(fact)
        start = max(self.context.clause(at, at + 1)[0], at - _WORDS_BEFORE)
        raw_start = self.normalized.raw_span(self.low + start, self.low + start + 1)[0]
        return Span(raw_start if fact.end - raw_start <= LONGEST_SPAN else fact.start, min(fact.end, fact.start + LONGEST_SPAN))

    def shown_item(self, item: Item) -> Span:
        """An item with the words of its clause before it; one of a table with its row so far."""
        if item.group < 0:
            return self.shown(item.fact)
        start = item.at - min(len(item.clause), _WORDS_BEFORE)
        raw_start = self.normalized.raw_span(self.low + start, self.low + start + 1)[0]
        fact = item.fact
        return Span(raw_start if fact.end - raw_start <= LONGEST_SPAN else fact.start, min(fact.end, fact.start + LONGEST_SPAN))

    @cached_property
    def sentences(self) -> tuple[tuple[Fact, ...], ...]:
        """The facts of each sentence that holds any, in order; an endless sentence in parts."""
        groups: dict[int, list[Fact]] = {}
        for fact in self.facts:
            groups.setdefault(self.context.sentence_start(self.place(fact)), []).append(fact)
        return tuple(tuple(group[i : i + LONGEST_GROUP]) for group in groups.values() for i in range(0, len(group), LONGEST_GROUP))

    @cached_property
    def _memo(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, kept for this report: several rules ask for the same."""
        if key not in self._memo:
            self._memo[key] = compute()
        result: T = self._memo[key]
        return result

    def numerals(self, start: int, end: int) -> list[Numbering]:
        """The list numerals of a line, or of the part of one; found once."""
        return self.once(("numerals", start, end), lambda: list(line_numbers(self.text, start, end)))

    @cached_property
    def _borders(self) -> tuple[list[int], list[int], list[int]]:
        """Where clauses, sentences and lines begin; a line that ends with a comma goes on in the next."""
        text = self.text
        places, ranks = _marks().found(text)
        kept = ranks != _ASCII
        kept[~kept] = [_parts(text, at) for at in places[~kept].tolist()]
        places, ranks = places[kept], ranks[kept]
        clauses = [0, *(places + 1).tolist()]
        sentences, lines = [0], [0]
        open_ended = False
        for i in (ranks > 1).nonzero()[0].tolist():
            at, last = clauses[i + 1] - 1, clauses[i]
            if text[at] == "\n":
                if solid := text[last:at].rstrip():
                    open_ended = solid[-1] == "、"
                elif last and text[last - 1] != "\n":
                    open_ended = text[last - 1] in "，,"
                if not open_ended:
                    sentences.append(at + 1)
                    lines.append(at + 1)
            elif text[at] != ",":
                sentences.append(at + 1)
        return clauses, sentences, lines

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The figures of running text and of tables that hold a number, with the words around them, in order of place."""
        text = self.text
        clauses, sentences, lines = self._borders
        rows = _Rows(self.report)
        places = [self.normalized.span(fact.start, fact.end) for fact in self.facts]
        found: list[Item] = []
        last = 0
        for i, fact in enumerate(self.facts):
            limits = ends(fact)
            if limits is None or limits[0] <= 0:
                continue
            at, end = places[i][0] - self.low, places[i][1] - self.low
            if at > 1 and text[at - 1] in " ," and text[at - 2].isdigit():
                continue  # the rest of a figure that was written with blanks (1 260万元) and read in part
            row = rows.of(fact) if "table" in fact.flags else None
            if row is not None:
                clause = own = fact.label
                behind, group, paragraph = "", row, rows.table_of(row)
            else:
                start = max(clauses[bisect_right(clauses, at) - 1], at - _LONGEST_CLAUSE)
                clause, own = text[start:at], text[max(start, min(last, at)) : at]
                following = places[i + 1][0] - self.low if i + 1 < len(places) else len(text)
                k = bisect_right(clauses, end)
                behind = text[end : min(following, end + _WORDS_BEHIND, clauses[k] - 1 if k < len(clauses) else len(text))]
                group, paragraph = bisect_right(sentences, at), bisect_right(lines, at)
            roles = roles_in(own) or roles_in(behind)
            value = fact.value if fact.value is not None else limits[0]
            found.append(Item(len(found), fact, at, end, clause, own, behind, fact.unit, group, paragraph, value, *limits, roles))
            last = end
        return tuple(found)

    @cached_property
    def groups(self) -> dict[int, list[Item]]:
        """The items of each sentence (numbers above 0) and of each row of a table (below)."""
        groups: dict[int, list[Item]] = {}
        for item in self.items:
            groups.setdefault(item.group, []).append(item)
        return groups

    @cached_property
    def item_sentences(self) -> tuple[list[Item], ...]:
        """The items of each sentence of running text; an endless one in parts."""
        return tuple(group[i : i + LONGEST_GROUP] for number, group in self.groups.items() if number > 0 for i in range(0, len(group), LONGEST_GROUP))

    def beside(self, item: Item, most: int, behind: int = 0) -> list[Item]:
        """The items around one: those before it in its paragraph, nearest first, at most so many, then those behind it in its
        sentence; of a table those of its row."""
        if item.group < 0:
            around = self.items[max(0, item.order - LONGEST_GROUP) : item.order + LONGEST_GROUP]
            return [other for other in around if other.group == item.group and other is not item]
        before = [other for other in reversed(self.items[max(0, item.order - most) : item.order]) if other.paragraph == item.paragraph]
        after = [other for other in self.items[item.order + 1 : item.order + 1 + behind] if other.group == item.group]
        return before + after

    def before(self, fact: Fact, most: int) -> Iterator[Fact]:
        """The facts before one in its paragraph, nearest first, at most so many."""
        paragraph = self.context.paragraph_start(self.place(fact))
        index = self._order[fact.start]
        for other in reversed(self.facts[max(0, index - most) : index]):
            if self.place(other) < paragraph:
                return
            yield other


def _parts(text: str, at: int) -> bool:
    """Whether a point or comma of ASCII parts clauses: not inside a figure, and a point only behind Chinese words or a rate."""
    before = text[at - 1 : at]
    if before.isdigit() and text[at + 1 : at + 2].isdigit():
        return False
    return text[at] == "," or before > "\u4e00" or before == "%"


class _Rows:
    """The rows of a report's tables as negative numbers, looked up by place."""

    __slots__ = ("_starts", "_tables")

    def __init__(self, report: Report) -> None:
        rows = sorted({(row[0].start, table.start) for table in report.tables for row in table.rows if row})
        self._starts = [start for start, _ in rows]
        self._tables = [table for _, table in rows]

    def of(self, fact: Fact) -> int | None:
        """The number of the row in which a fact stands: -1 for the first."""
        i = bisect_right(self._starts, fact.start) - 1
        return -1 - i if i >= 0 else None

    def table_of(self, row: int) -> int:
        """A number for the table of a row, below those of paragraphs."""
        return -1 - self._tables[-1 - row]


def figure(value: Decimal | None, unit: str = "") -> str:
    """A figure as an auditor writes it.

    Example:
        >>> figure(Decimal("97.0800"), "%"), figure(Decimal("228000"), "元"), figure(Decimal("1462.0"))
        ('97.08%', '228000元', '1462')
    """
    if value is None:
        return "（缺）"
    shown = rounded(value) if value != value.to_integral_value() else value.to_integral_value()
    return f"{shown:f}{unit}"


def rounded(value: Decimal, to: str = "0.01", how: str = ROUND_HALF_UP) -> Decimal:
    """``value`` in the decimals of ``to``, however large it is.

    Example:
        >>> rounded(Decimal(10) ** 40 / 3).as_tuple().exponent, rounded(Decimal("97.0775"))
        (-2, Decimal('97.08'))
    """
    return value.quantize(Decimal(to), how, _EXACT)
