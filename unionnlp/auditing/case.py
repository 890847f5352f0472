"""What the rules of the audit look at: a report with its facts, in sentences and paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from decimal import Context as Precision
from functools import cached_property

from ..facts.context import Context
from ..facts.extract import extract_facts
from ..records import Fact, Report
from ..spans import Span
from ..structure.normalize import Normalized, normalize

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
        return Context(self.text)

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

    @cached_property
    def sentences(self) -> tuple[tuple[Fact, ...], ...]:
        """The facts of each sentence that holds any, in order; an endless sentence in parts."""
        groups: dict[int, list[Fact]] = {}
        for fact in self.facts:
            groups.setdefault(self.context.sentence_start(self.place(fact)), []).append(fact)
        return tuple(tuple(group[i : i + LONGEST_GROUP]) for group in groups.values() for i in range(0, len(group), LONGEST_GROUP))

    def before(self, fact: Fact, most: int) -> Iterator[Fact]:
        """The facts before one in its paragraph, nearest first, at most so many."""
        paragraph = self.context.paragraph_start(self.place(fact))
        index = self._order[fact.start]
        for other in reversed(self.facts[max(0, index - most) : index]):
            if self.place(other) < paragraph:
                return
            yield other

    def words_before(self, fact: Fact) -> str:
        """The words of a fact's clause before it."""
        at = self.place(fact)
        return self.text[self.context.clause(at, at + 1)[0] : at]


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
