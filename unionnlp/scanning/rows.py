"""One submission as rows: what a worker sends back in place of the analysis, and all that the scan keeps of it."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..display import shorten
from ..duplicates.clusters import origin
from ..facts.periods import resolve
from ..language.density import fact_densities, stock_rates
from ..language.keywords import term_counts
from ..records import Analysis, Findings, Report
from ..spans import Span
from .frames import Row, figures_as_kept

__all__ = ["RECOGNISED", "Submission", "across_rows", "rows_of", "terms_as_kept"]

RECOGNISED = frozenset(("ocr", "ocr_layer"))
"""Words of the notes by which a reader says that it, or the scanner before it, recognised a picture."""

_EVIDENCE = 120
"""Characters of a sentence of evidence; the section's own text stands in reports."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that was read: what a scan must know of it besides its rows.

    Args:
        source: what was scanned: its path below the scanned folder, or that of the archive it lies in.
        file: its own path below the scanned folder.
        folder: what it lies in: the files of an archive lie in the archive.
        kind: its format, one of ``sniff.KINDS``, empty when not known.
        recognised: whether a picture of it was recognised.
        notes: how much the reader had to say.
        key: the id of its first report by content alone.
        units, periods, body_periods: what its reports state, as written.
        text: the text of the file where it holds more than its reports; else None.
    """

    source: str
    file: str
    folder: str
    kind: str
    recognised: bool
    notes: int
    key: str
    units: tuple[str, ...]
    periods: tuple[str, ...]
    body_periods: tuple[str, ...]
    text: str | None = None

    @classmethod
    def of(cls, analysis: Analysis, file: str, source: str = "", folder: str = "", kind: str = "") -> Submission:
        """What there is to know of an analysis that has a report."""
        document, reports = analysis.document, analysis.reports
        recognised = any(note.partition(":")[0] in RECOGNISED for note in document.notes)
        units, periods, body_periods = (tuple(getattr(report, name) for report in reports) for name in ("unit", "period", "body_period"))
        text = None if document.text == "".join(report.text for report in reports) else document.text
        return cls(source or file, file, folder, kind, recognised, len(document.notes), reports[0].report_id, units, periods, body_periods, text)


def rows_of(analysis: Analysis, submission: Submission, digest: str, size: int) -> dict[str, list[Row]]:
    """The rows of one submission, without what is only known when its scan is complete.

    Args:
        digest, size: SHA-256 and number of the bytes that were read.

    Complexity: linear in the rows, with a search among the reports of the file for each.
    """
    document, reports = analysis.document, analysis.reports
    ids = [report.report_id for report in reports]
    place = {report.report_id: i for i, report in enumerate(reports)}
    starts = [report.start for report in reports]
    parts = [Span(report.start, report.end) for report in reports] + [Span(t.section.start, t.section.end) for t in analysis.themes]
    rates = list(zip(stock_rates(document.text, parts), fact_densities(document.text, (fact.start for fact in analysis.facts), parts), strict=True))
    rows: dict[str, list[Row]] = {"files": [], "reports": [], "terms": [], "sections": [], "facts": [], "findings": []}
    counts = {name: [0] * len(reports) for name in ("sections", "facts", "findings")}

    def count(table: str, i: int) -> str:
        counts[table][i] += 1
        return ids[i]

    def holder(start: int) -> int:
        return max(0, bisect_right(starts, start) - 1)

    for themed, own in zip(analysis.themes, rates[len(reports) :], strict=True):
        i, section, label = place[themed.report_id], themed.section, themed.label
        second = label.ranking[1][0] if len(label.ranking) > 1 else ""
        evidence = "　".join(shorten(e.quote, _EVIDENCE) for e in label.evidence)
        report_id = count("sections", i)
        about = (section.start, section.end, section.level, section.number, section.heading)
        said = (label.theme, label.sure, label.probability, second, label.heading_theme, "、".join(label.audiences), evidence)
        rows["sections"].append((report_id, counts["sections"][i], *about, *said, *own))
    for f in analysis.facts:
        i = holder(f.start)
        figures, flags = figures_as_kept((f.value, f.low, f.high), f.flags)
        stated = (f.unit, f.bound, f.indicator, f.subject, f.label, f.period, f.scope, f.status, "、".join(flags), f.cue, f.confidence, f.period_start, f.period_end)
        rows["facts"].append((count("facts", i), reports[i].unit, f.start, f.end, f.quote, *figures, *stated))
    for g in analysis.findings:
        start, end = (g.spans[0].start, g.spans[0].end) if g.spans else (0, 0)
        spans = json.dumps([[span.start, span.end] for span in g.spans])
        figures, _ = figures_as_kept((g.computed, g.stated), ())
        rows["findings"].append((count("findings", holder(start)), g.rule, g.verdict, g.message, g.question, *figures, start, end, document.text[start:end], spans, ""))
    for i, (report, own) in enumerate(zip(reports, rates, strict=False)):
        about_it = (i + 1, report.start, report.end, report.title, report.unit, report.period, report.end - report.start)
        rows["reports"].append((ids[i], submission.file, *about_it, *(counts[name][i] for name in counts), *_time(report), *own, report.text))
        rows["terms"].append(terms_as_kept(term_counts(report.text)))
    archive = submission.source if submission.source != submission.file else ""
    rows["files"].append((submission.file, len(reports), len(document.text), "；".join(document.notes), digest, size, "", archive))
    return rows


def terms_as_kept(counts: Mapping[str, int]) -> tuple[str, bytes]:
    """Words and how often each stands in a report, put together: there are hundreds, which nobody looks at one by one.

    Returns:
        The words, a line each, and as many 32-bit integers.

    Example:
        >>> terms_as_kept({"劳模": 2, "职工书屋": 1})
        ('劳模\\n职工书屋', b'\\x02\\x00\\x00\\x00\\x01\\x00\\x00\\x00')
    """
    return "\n".join(counts), np.fromiter(counts.values(), dtype="<i4", count=len(counts)).tobytes()


def _time(report: Report) -> tuple[date | None, date | None]:
    """First and last day of the time reported on, the last as ``clusters.origin`` has it."""
    until = origin(report).until
    span = resolve(report.period, until.year) if until is not None and report.period else None
    return span.first if span is not None else None, until


def across_rows(findings: Findings, reports: dict[str, tuple[int, int, str]]) -> list[Row]:
    """The rows of findings across reports, each under the first report that it points to.

    Args:
        reports: by report_id its scan, its start and its text.
    """
    rows: list[Row] = []
    for g in findings:
        first, report_id = g.spans[0], g.report_ids[0]
        scan, offset, text = reports[report_id]
        figures, _ = figures_as_kept((g.computed, g.stated), ())
        spans = json.dumps([[span.start, span.end] for span in g.spans])
        about = (first.start, first.end, text[first.start - offset : first.end - offset], spans, "、".join(g.report_ids))
        rows.append((report_id, g.rule, g.verdict, g.message, g.question, *figures, *about, scan))
    return rows
