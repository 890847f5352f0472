"""The audit of a batch: what no single report can show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..auditing.audit import audit as audit_each
from ..auditing.audit import rules_without
from ..duplicates.find import find_duplicates
from ..facts.extract import extract_facts
from ..records import Analysis, Document, Facts, Findings, Matches, Report, by_gravity
from ..structure.parse import reports_of
from .batch import OF_FACTS, Batch, Given, Senders, Versions
from .branches import Branches
from .evidence import OF_EVIDENCE, Evidence
from .figures import Asked
from .sequences import Fingerprints
from .statements import Statements
from .wording import SharedError, wording_findings, wrong_words

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
    found: dict[str, tuple[Report, Facts]] = {}
    for given in reports:
        for report in given.reports if isinstance(given, Analysis) else (given,):
            if report.report_id not in found:
                found[report.report_id] = report, given.facts_of(report) if isinstance(given, Analysis) else extract_facts(report)
    if len(found) < 2:
        return Findings()
    if matches is None:
        matches = find_duplicates({report_id: report for report_id, (report, _) in found.items()})
    return findings_across(Given(found), matches)


def findings_across(batch: Batch, matches: Matches, errors: Callable[[], Sequence[SharedError]] | None = None) -> Findings:
    """The same over reports and facts that are read piece by piece; the pieces do not change the findings.

    Args:
        batch: its texts and its facts are read twice; without ``errors`` its texts twice more.
        matches: among the reports, by ``report_id``.
        errors: gives the wrong words that reports share, as ``wrong_words`` does, when somebody else looks for them meanwhile.
    Complexity: memory for a piece, for the figures that can be compared, 70 bytes each, and for the findings.
    """
    import numpy as np

    senders = Senders.of(batch.reports())
    branches, versions = Branches(senders), Versions(senders)
    for numbers, texts in batch.texts():
        branches.read(numbers, texts)
        versions.read(numbers, texts)
    statements, fingerprints = Statements(senders), Fingerprints(senders, matches, versions.code)
    first = 0
    for facts in batch.facts(OF_FACTS):
        statements.read(facts, first)
        fingerprints.read(facts, first)
        first += len(facts)
    asked, shared = Asked(statements, branches), fingerprints.shared()
    shown = np.array([fact for each in shared for fact in (*each.sides, *each.quoted)], dtype=np.int64)
    evidence = Evidence(senders, np.concatenate((asked.adding, shown)), asked.contradicting, asked.moving)
    evidence.read_facts(batch.facts(OF_EVIDENCE))
    wanted = np.zeros(len(senders.ids), dtype=bool)
    wanted[evidence.reports] = True
    for numbers, texts in batch.texts(wanted) if wanted.any() else ():
        evidence.read(numbers, texts)
    starts = dict(zip(senders.ids, senders.starts.tolist(), strict=True))
    wrong = wording_findings(errors() if errors else wrong_words(batch), starts)
    return by_gravity([*asked.findings(evidence), *(each.finding(evidence) for each in shared), *wrong])
