"""From a report to its facts: the public entry of this stage."""

from __future__ import annotations

from ..records import Document, Fact, Facts, Quantity, Report
from ..structure.normalize import normalize
from ..structure.parse import reports_of
from .context import Context, mentions
from .linking import Link, link, plan_heading, status, subject
from .quantities import scan

__all__ = ["extract_facts"]

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
    return Facts(fact for report in reports_of(text) for fact in _facts(report))


def _facts(report: Report) -> list[Fact]:
    normalized = normalize(report.document.text)
    low, high = normalized.span(report.start, report.end)
    words = normalized.text[low:high]
    quantities = scan(words)
    if not quantities:
        return []
    plans = [(s.start, s.end) for s in report.walk() if plan_heading(s.heading)]
    context = Context(words)
    periods, scopes = mentions(words, "periods"), mentions(words, "scopes")
    facts: list[Fact] = []
    sentence_so_far: list[tuple[Quantity, Link]] = []
    for i, quantity in enumerate(quantities):
        clause_start, clause_end = context.clause(quantity.start, quantity.end)
        sentence = context.sentence_start(quantity.start)
        paragraph = context.paragraph_start(quantity.start)
        right = min(clause_end, quantities[i + 1].start) if i + 1 < len(quantities) else clause_end
        if sentence_so_far and sentence_so_far[-1][0].start < sentence:
            sentence_so_far = []
        found = link(context, quantity, clause_start, right, sentence_so_far)
        start, end = normalized.raw_span(low + quantity.start, low + quantity.end)
        left = words[clause_start : quantity.start]
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
                subject=subject(left, words[quantity.end : right]),
                label=_label(left, words[quantity.end : right], quantity),
                period=periods.last(paragraph, quantity.start),
                scope=scopes.last(sentence, quantity.start) or scopes.last(paragraph, quantity.start),
                status=status(left, words[quantity.end : quantity.end + 30], in_plan=any(a <= start < b for a, b in plans)),
                cue=found.cue,
                confidence=round(found.confidence, 2),
            )
        )
        sentence_so_far.append((quantity, found))
    return facts


def _label(left: str, right: str, quantity: Quantity) -> str:
    """A short noun phrase for what is counted: the words before the figure, and those it counts behind it."""
    before = left.strip(" \t　、“”")
    return (before + (right.strip(" \t　、“”") if quantity.unit not in ("元", "%") else ""))[-LABEL:]
