"""The nouns: what every stage takes and gives.

All are frozen, slotted dataclasses with tuples inside. Every ``start``/``end`` is a half-open ``str`` index into
``Document.text``, the text as decoded, before any repair; ``text[x.start:x.end] == x.quote`` holds by construction,
because a quote is always cut from the raw text at the place it is reported for.

One file a field: ``texts`` (documents, reports, words), ``figures``, ``themes``, ``findings``, ``copies``, ``analysis``.
How each of them shows in a notebook stands in ``pages``, loaded when something is shown.
"""

from .analysis import Analysis
from .copies import Cluster, ComparedText, Comparison, FigurePair, Match, Matches, Passage, Shares
from .figures import BOUNDS, Fact, Facts, Quantity
from .findings import VERDICT_WORDS, VERDICTS, Finding, Findings, by_gravity
from .texts import Cell, Document, Repair, Report, Section, Table, Token, Tokens
from .themes import THEMES, Evidence, ThemedSection, ThemeLabel

__all__ = [
    "BOUNDS",
    "THEMES",
    "VERDICTS",
    "VERDICT_WORDS",
    "Analysis",
    "Cell",
    "Cluster",
    "ComparedText",
    "Comparison",
    "Document",
    "Evidence",
    "Fact",
    "Facts",
    "FigurePair",
    "Finding",
    "Findings",
    "Match",
    "Matches",
    "Passage",
    "Quantity",
    "Repair",
    "Report",
    "Section",
    "Shares",
    "Table",
    "ThemeLabel",
    "ThemedSection",
    "Token",
    "Tokens",
    "by_gravity",
]
