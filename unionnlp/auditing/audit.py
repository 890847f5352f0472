"""The audit of a report: every rule, most serious finding first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..records import Document, Fact, Finding, Findings, Report, by_gravity
from ..structure.parse import reports_of
from .bases import implied_base, shared_base
from .case import Case
from .chronology import impossible_dates
from .damage import lost_signs, masked_dates, missing_figures, page_breaks, truncation
from .dates import period_against_content, title_against_body
from .declared import declared_counts
from .growth import growth
from .limits import rate_limits
from .names import foreign_names, self_words
from .numbering import numbering
from .parts import known_pairs, of_which, officers_of_bodies, reached_and_visited
from .per_head import per_head, stated_each, yearly_from_monthly
from .plans import plans
from .quotation import quotation
from .rates import rates
from .residue import placeholders, residue, wrong_words
from .sums import sums, table_sums
from .tenure import terms_and_years

__all__ = ["RULES", "audit", "audit_report", "rules_without"]

Rule = Callable[[Case], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    rates,
    rate_limits,
    implied_base,
    shared_base,
    of_which,
    known_pairs,
    reached_and_visited,
    officers_of_bodies,
    sums,
    table_sums,
    per_head,
    stated_each,
    yearly_from_monthly,
    growth,
    plans,
    terms_and_years,
    declared_counts,
    period_against_content,
    title_against_body,
    impossible_dates,
    lost_signs,
    missing_figures,
    masked_dates,
    page_breaks,
    residue,
    truncation,
    placeholders,
    wrong_words,
    quotation,
    numbering,
    self_words,
    foreign_names,
)
"""Every rule, in the order in which they run; a rule is known by the name of its function."""


def rules_without(names: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of the rules, but for some.

    Raises:
        ValueError: a name is no rule's.

    Example:
        >>> "per_head" in rules_without(), "per_head" in rules_without(["per_head"])
        (True, False)
    """
    every, left_out = [rule.__name__ for rule in RULES], frozenset(names)
    if not left_out <= frozenset(every):
        raise ValueError(f"no such rules: {sorted(left_out - frozenset(every))}; there are {every}")
    return tuple(name for name in every if name not in left_out)


def audit(text: Report | Document | str, *, without: Iterable[str] = ()) -> Findings:
    """What does not add up in a report, what was lost, and what was checked and holds.

    Args:
        text: a Report, a Document or a text; one that holds several reports is parsed into them first, and each is
            audited by itself.
        without: names of rules to leave out.
    Returns:
        Findings, most serious first; each points to its places in the raw text. Their ``rules`` are the names of the rules
        that were used.
    Raises:
        ValueError: a name in ``without`` is no rule's.
    Source: the rules and verdicts of union statisticians' own checks; each rule's docstring names its real example.

    Example:
        >>> finding, = audit("全市应建女职工组织1506家，已建女职工组织1462家，组建率达97%。")
        >>> finding.verdict, finding.message
        ('consistent', '1462 ÷ 1506 = 97.08%，报告写97%：一致（四舍五入）')
    """
    left_out = frozenset(without)
    return by_gravity((finding for report in reports_of(text) for finding in audit_report(report, without=left_out)), rules_without(left_out))


def audit_report(report: Report, facts: Iterable[Fact] | None = None, *, without: Iterable[str] = ()) -> Findings:
    """The findings of one report; ``facts`` saves extracting them again."""
    case = Case.of(report, facts)
    names = rules_without(without)
    chosen = frozenset(names)
    return by_gravity(_once(finding for rule in RULES if rule.__name__ in chosen for finding in rule(case)), names)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings without those that say the same of the same places."""
    seen: set[tuple[str, tuple[object, ...]]] = set()
    for finding in findings:
        key = (finding.verdict, tuple(finding.spans))
        if key not in seen:
            seen.add(key)
            yield finding
