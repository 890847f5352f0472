"""From a report to its facts: the public entry of this stage."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..records import Document, Fact, Facts, Quantity, Report
from ..structure.normalize import normalize
from ..structure.parse import reports_of
from .context import context_of, mentions
from .linking import plan_heading, status, subject
from .periods import Dated, year_spoken_of
from .quantities import scan
from .scoring import default_scorer
from .surroundings import figures
from .tables import with_tables

__all__ = ["extract_facts"]

SENTENCE = 150
"""Characters of a sentence before a figure that may announce a plan."""

LABEL = 24
"""Characters of a label at most."""


def extract_facts(text: Report | Document | str) -> Facts:
    """The numeric facts of a report: what it counts, with the place of each.

    Args:
        text: a Report, a Document, or a text; one that holds several reports is parsed into them first, so that no
            context reaches from one into the next.
    Returns:
        Facts in order of place, not overlapping, in raw offsets.
    Source: what a fact is: the definition in the project's corpora guide; rules first measured on real reports.

    Example:
        >>> fact, = extract_facts("今年上半年，全市女职工组织组建率达97%。")
        >>> fact.quote, fact.indicator, fact.period, fact.scope
        ('97%', '组建率', '今年上半年', '全市')
    """
    return Facts(fact for report in reports_of(text) for fact in with_tables(report, _facts(report)))


def _facts(report: Report) -> list[Fact]:
    normalized = normalize(report.document.text)
    low, high = normalized.span(report.start, report.end)
    words = normalized.text[low:high]
    quantities = scan(words)
    if not quantities:
        return []
    year = year_spoken_of(report.title, words)
    plans = [(s.start, s.end, s.heading) for s in report.walk() if plan_heading(s.heading)]
    context = context_of(words)

    def written(start: int, end: int) -> str:
        return normalized.raw[slice(*normalized.raw_span(low + start, low + end))]

    inside = {at for quantity in quantities for at in range(quantity.start, quantity.end)}
    periods, scopes = Dated(mentions(words, "periods", written, inside), year), mentions(words, "scopes", written, inside)
    spans = [normalized.raw_span(low + quantity.start, low + quantity.end) for quantity in quantities]
    around = figures(context, quantities)
    links = default_scorer().link(words, around, _headings_above(report, spans))
    facts: list[Fact] = []
    for figure, found, (start, end) in zip(around, links, spans, strict=True):
        quantity = figure.quantity
        paragraph = context.paragraph_start(quantity.start)
        left, right = words[figure.left : quantity.start], words[quantity.end : figure.right]
        planned_under = [heading for a, b, heading in plans if a <= start < b]
        period, dates = periods.last(paragraph, quantity.start)
        if not period and planned_under:  # the figures under 2020年工作计划 are of 2020
            period, dates = Dated(mentions(planned_under[-1], "periods"), year).last(0, len(planned_under[-1]))
        facts.append(
            Fact(
                start,
                end,
                normalized.raw[start:end],
                quantity.value,
                quantity.low,
                quantity.high,
                quantity.unit,
                quantity.bound,
                quantity.flags,
                indicator=found.indicator,
                subject=subject(left, right),
                label=_label(left, right, quantity),
                period=period,
                scope=scopes.last(figure.sentence, quantity.start) or scopes.last(paragraph, quantity.start),
                status=status(left, words[quantity.end : quantity.end + 30], in_plan=bool(planned_under), sentence=words[max(figure.sentence, quantity.start - SENTENCE) : quantity.start]),
                cue=found.cue,
                confidence=round(found.confidence, 2),
                period_start=dates.first,
                period_end=dates.last,
            )
        )
    return facts


def _headings_above(report: Report, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The heading above each figure."""
    starts, headings = [], [""]
    for section in report.walk():
        starts.append(section.start)
        headings.append(section.heading)
    return [headings[bisect_right(starts, start)] for start, _ in spans]


def _label(left: str, right: str, quantity: Quantity) -> str:
    """A short noun phrase for what is counted: the words before the figure, and those it counts behind it."""
    before = left.strip(" \t　、“”")
    return (before + (right.strip(" \t　、“”") if quantity.unit not in ("元", "%") else ""))[-LABEL:]
