"""The audit of a batch: what no single report can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..auditing.audit import audit as audit_each
from ..auditing.audit import rules_without
from ..duplicates.find import find_duplicates
from ..facts.extract import extract_facts
from ..records import Analysis, Document, Facts, Findings, Matches, Report, by_gravity
from ..structure.parse import reports_of
from .figures import Batch, contradictions, jumps, sums
from .sequences import shared_figures
from .wording import wording_findings

if TYPE_CHECKING:
    import pandas

__all__ = ["audit", "audit_across", "findings_across"]


def audit(text: Report | Document | str, *, without: Iterable[str] = ()) -> Findings:
    """What does not add up in a report, what was lost, and what was checked and holds.

    Args:
        text: a Report, a Document or a text; one that holds several reports is parsed into them first: each is audited by itself, and what
            ``audit_across`` shows between them is added.
        without: names of rules of a single report (``auditing.audit.rules_without()`` lists them) to leave out.
    Returns:
        Findings, most serious first; each points to its places in the raw text.
    Source: the rules and verdicts of union statisticians' own checks; each rule's docstring names its real example.

    Example:
        >>> findings = audit("全市应建女职工组织1506家，已建女职工组织1462家，组建率达97%。")
        >>> [(finding.verdict, str(finding.computed)) for finding in findings if finding.rule == "rate"]
        [('consistent', '97.08')]
    """
    reports, left_out = reports_of(text), frozenset(without)
    each = [finding for report in reports for finding in audit_each(report, without=left_out)]
    return by_gravity([*each, *(audit_across(reports) if len(reports) > 1 else ())], rules_without(left_out))


def audit_across(reports: Iterable[Report | Analysis], matches: Matches | None = None) -> Findings:
    """What a batch of reports shows together: figures that contradict one another, and what their authors share.

    The same unit, indicator and time with different values; parts that do not add up to the whole of the level above; jumps from year to
    year that nobody explains; the same figures in the same order; the same wrong word.

    Args:
        reports: reports, or analyses of submissions, whose facts are then used; one whose ``report_id`` came before is left out.
        matches: what ``find_duplicates`` found among them by ``report_id``; when not given it is called.
    Returns:
        Findings, most serious first. ``report_ids`` names the report of each span; a span is a place in that report's document.
    Complexity: linear in the facts and the characters, besides the search for copies.
    Source: own rules, after the checks of union statisticians across years and levels.

    Example:
        >>> from ..structure.parse import parse
        >>> texts = ("甲县总工会2022年工作总结\\n截至2022年底，全县共有会员5100人。", "甲县总工会2023年工作总结\\n截至2022年底，全县会员5800人，截至2023年底5900人。")
        >>> finding, = audit_across(report for text in texts for report in parse(text))
        >>> finding.rule, finding.verdict, len(finding.report_ids)
        ('same_figure', 'conflict', 2)
    """
    import pandas as pd

    found: dict[str, tuple[Report, Facts | None]] = {}
    for given in reports:
        for report in given.reports if isinstance(given, Analysis) else (given,):
            found.setdefault(report.report_id, (report, given.facts_of(report) if isinstance(given, Analysis) else None))
    if len(found) < 2:
        return Findings()
    if matches is None:
        matches = find_duplicates({report_id: report for report_id, (report, _) in found.items()})
    frames = [
        (extract_facts(report) if facts is None else facts).to_frame().assign(report_id=report_id, reporting_unit=report.unit)
        for report_id, (report, facts) in found.items()
    ]
    about = [(report_id, report.unit, report.period, report.start, report.text) for report_id, (report, _) in found.items()]
    return findings_across(pd.concat(frames, ignore_index=True), pd.DataFrame(about, columns=["report_id", "reporting_unit", "period", "start", "text"]), matches)


def findings_across(facts: pandas.DataFrame, reports: pandas.DataFrame, matches: Matches) -> Findings:
    """The same over the tables of a workspace.

    Args:
        facts, reports: as ``Scan`` has them.
        matches: among the reports, by ``report_id``.
    """
    batch = Batch.of(facts, reports)
    versions = _versions(reports)
    with batch.connect() as connection:
        found = [finding for rule in (contradictions, sums, jumps) for finding in rule(batch, connection)]
    return by_gravity([*found, *shared_figures(batch, matches, versions), *wording_findings(batch.texts, versions)])


def _versions(reports: pandas.DataFrame) -> Mapping[str, str]:
    """Whose report each is, and of when: reports that agree in both are versions of one. Without a unit its text tells them apart."""
    columns = reports[["report_id", "reporting_unit", "period", "text"]].itertuples(index=False, name=None)
    return {report_id: f"{unit} {period or ''}" if unit else text for report_id, unit, period, text in columns}
