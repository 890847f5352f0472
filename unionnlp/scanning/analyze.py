"""One submission through all stages."""

from __future__ import annotations

import os
import re
from dataclasses import replace

from ..across.audit import audit_across
from ..auditing.audit import audit_report, rules_without
from ..facts.extract import extract_facts
from ..reading.read import read
from ..records import Analysis, Document, Facts, ThemedSection, by_gravity
from ..structure.parse import parse
from ..themes.model import classify_many

__all__ = ["analyze", "analyze_each"]

_LIKE_A_FILE = re.compile(r"^[^\n。，；！？]{1,255}\.(?:txt|md|docx?|wps|pdf|html?|mht|rtf|odt|xlsx?|zip)$", re.IGNORECASE)
"""A mistyped path must be an error, not a report of one line."""


def analyze(source: str | os.PathLike[str] | Document) -> Analysis:
    """What one submission says: its reports, facts and themes, and what the audit asks about it.

    Args:
        source: a path, a Document as a reader delivers it, or a text. A ``str`` without a line break that names an
            existing file, or ends like the name of one, is taken as its path, any other as the text.

    Returns:
        Facts in order of place, a theme for every section, findings most serious first; all offsets are into
        ``analysis.document.text``.

    Raises:
        ReadError: the file cannot be read, in the classes that ``read`` states.

    Complexity: linear in the characters.

    Example:
        >>> analysis = analyze("云溪县总工会2019年工作总结\\n一、帮扶救助\\n春节期间走访慰问困难职工120户，发放慰问金6万元。")
        >>> [report.unit for report in analysis.reports], [fact.quote for fact in analysis.facts]
        (['云溪县总工会'], ['120户', '6万元'])
        >>> [themed.label.theme for themed in analysis.themes]
        ['帮扶救助']
    """
    analysis = analyze_each(_document(source))
    return replace(analysis, findings=by_gravity([*analysis.findings, *audit_across([analysis])], analysis.findings.rules))


def analyze_each(document: Document) -> Analysis:
    """The same without what only several reports show together: a scan asks that of the whole batch."""
    reports = parse(document)
    sections = [(report.report_id, section) for report in reports for section in report.walk()]
    rows = [(document.text[section.start : section.end], section.number + section.heading) for _, section in sections]
    labels = classify_many(rows)  # at once: many sections are far faster in a batch than one by one
    facts = [extract_facts(report) for report in reports]
    return Analysis(
        document,
        reports,
        Facts(fact for own in facts for fact in own),
        tuple(ThemedSection(report_id, section, label) for (report_id, section), label in zip(sections, labels, strict=True)),
        by_gravity((finding for report, own in zip(reports, facts, strict=True) for finding in audit_report(report, own)), rules_without()),
    )


def _document(source: str | os.PathLike[str] | Document) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, str) and ("\n" in source or not (os.path.isfile(source) or _LIKE_A_FILE.search(source))):
        return Document(source)
    return read(source)
