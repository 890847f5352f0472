"""One submission through all stages."""

from __future__ import annotations

import os

from ..auditing.audit import audit
from ..facts.extract import extract_facts
from ..reading.read import read
from ..records import Analysis, Document, Facts, ThemedSection, by_gravity
from ..structure.parse import parse
from ..themes.model import classify_many

__all__ = ["analyze"]


def analyze(source: str | os.PathLike[str] | Document) -> Analysis:
    """What one submission says: its reports, facts and themes, and what the audit asks about it.

    Args:
        source: a path, a Document as a reader delivers it, or a text. A ``str`` without a line break that names an
            existing file is taken as its path, any other as the text.

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
    document = _document(source)
    reports = parse(document)
    sections = [(report.report_id, section) for report in reports for section in report.walk()]
    rows = [(document.text[section.start : section.end], section.number + section.heading) for _, section in sections]
    labels = classify_many(rows)  # at once: many sections are far faster in a batch than one by one
    return Analysis(
        document,
        reports,
        Facts(fact for report in reports for fact in extract_facts(report)),
        tuple(ThemedSection(report_id, section, label) for (report_id, section), label in zip(sections, labels, strict=True)),
        by_gravity(finding for report in reports for finding in audit(report)),
    )


def _document(source: str | os.PathLike[str] | Document) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, str) and ("\n" in source or not os.path.isfile(source)):
        return Document(source)
    return read(source)
