"""All that was found in one submission."""

from __future__ import annotations

from dataclasses import dataclass, field

from .base import Record
from .figures import Facts
from .findings import Findings
from .texts import Document, Report
from .themes import ThemedSection

__all__ = ["Analysis"]


@dataclass(frozen=True, slots=True)
class Analysis(Record):
    """Everything that was found in one submission, ready to display.

    ``facts`` and ``findings`` are those of all its reports, in the order of the text and of gravity.

    Example:
        >>> document = Document("甲县总工会2019年总结")
        >>> report = Report("r1", document, 0, 12, document.text, "甲县总工会", "2019年")
        >>> analysis = Analysis(document, (report,), Facts(), (), Findings())
        >>> len(analysis.facts_of(report)), len(analysis.findings_of(report))
        (0, 0)
    """

    document: Document = field(repr=False, metadata={"shown": False})
    reports: tuple[Report, ...]
    facts: Facts
    themes: tuple[ThemedSection, ...]
    findings: Findings

    def facts_of(self, report: Report) -> Facts:
        """The facts that stand inside a report.

        Args:
            report: one of ``reports``.

        Returns:
            Those facts, in order of place.
        """
        return Facts(f for f in self.facts if report.start <= f.start < report.end)

    def findings_of(self, report: Report) -> Findings:
        """The findings whose first place is inside a report.

        Args:
            report: one of ``reports``.

        Returns:
            Those findings, most serious first.
        """
        return Findings(f for f in self.findings if f.spans and report.start <= f.spans[0].start < report.end)

    def _repr_html_(self) -> str:
        from .pages import analysis_html

        return analysis_html(self)
