"""The audit of a report: every rule, most serious finding first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..records import Document, Fact, Finding, Findings, Report, by_gravity
from ..structure.parse import reports_of
from .arithmetic import declared_counts, growth, implied_base, parts_within_wholes, per_head, rates
from .case import Case
from .damage import lost_signs, masked_dates, missing_figures, page_breaks, residue, truncation
from .dates import impossible_dates, period_against_content

__all__ = ["RULES", "audit", "audit_report"]

Rule = Callable[[Case], Iterator[Finding]]

RULES: dict[str, Rule] = {
    "rates": rates,
    "implied_base": implied_base,
    "parts_within_wholes": parts_within_wholes,
    "per_head": per_head,
    "growth": growth,
    "declared_counts": declared_counts,
    "period_against_content": period_against_content,
    "impossible_dates": impossible_dates,
    "lost_signs": lost_signs,
    "missing_figures": missing_figures,
    "masked_dates": masked_dates,
    "page_breaks": page_breaks,
    "residue": residue,
    "truncation": truncation,
}
"""Every rule by name, in the order in which they run."""


def audit(text: Report | Document | str, *, without: Iterable[str] = ()) -> Findings:
    """What does not add up in a report, what was lost, and what was checked and holds.

    Args:
        text: a Report, a Document or a text; one that holds several reports is parsed into them first, and each is
            audited by itself.
        without: names of rules (keys of ``RULES``) to leave out.
    Returns:
        Findings, most serious first; each points to its places in the raw text.
    Source: the rules and verdicts of union statisticians' own checks; each rule's docstring names its real example.

    Example:
        >>> finding, = audit("全市应建女职工组织1506家，已建女职工组织1462家，组建率达97%。")
        >>> finding.verdict, finding.message
        ('consistent', '1462 ÷ 1506 = 97.08%，报告写97%：一致（四舍五入）')
    """
    left_out = frozenset(without)
    return by_gravity(finding for report in reports_of(text) for finding in audit_report(report, without=left_out))


def audit_report(report: Report, facts: Iterable[Fact] | None = None, *, without: frozenset[str] = frozenset()) -> Findings:
    """The findings of one report; ``facts`` saves extracting them again."""
    case = Case.of(report, facts)
    return by_gravity(_once(finding for name, rule in RULES.items() if name not in without for finding in rule(case)))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings without those that say the same of the same places."""
    seen: set[tuple[str, tuple[object, ...]]] = set()
    for finding in findings:
        key = (finding.verdict, tuple(finding.spans))
        if key not in seen:
            seen.add(key)
            yield finding
