"""Problems, plans and honours that stand in closing paragraphs without a heading of their own, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Document, Report
from ..structure.parse import parse
from ..structure.sentences import sentences

__all__ = ["ThemeSpan", "theme_spans"]

COLUMNS = ("theme", "place", "pattern", "example", "counterexample", "source")

Cues = dict[str, regex.Pattern[str]]


@dataclass(frozen=True, slots=True)
class ThemeSpan:
    """A sentence that speaks of ``theme`` where no heading says so; ``cue`` holds the words that decided it. Offsets are
    into the document's text."""

    start: int
    end: int
    theme: str
    quote: str
    cue: str


@cache
def _cues(place: str) -> Cues:
    """theme -> what to look for in a "heading", in a "sentence", or where a sentence "continues" the one before it."""
    patterns: dict[str, list[str]] = {}
    for row in load_table("theme_cues", COLUMNS):
        if row["place"] == place:
            patterns.setdefault(row["theme"], []).append(row["pattern"])
    return {theme: regex.compile("|".join(parts)) for theme, parts in patterns.items()}


def theme_spans(report: Report | Document | str) -> tuple[ThemeSpan, ...]:
    """The problems (存在问题), plans (下步计划) and honours (评先表彰) inside sections that have no such heading.

    Args:
        report: a report; a document or text is parsed into its reports first.

    Returns:
        One span a sentence and theme, in order of place. Sections with a heading of that theme are left to their label.

    Complexity: O(n).

    Source: own rule and table (``data/lexicon/theme_cues.tsv``).

    Example:
        >>> spans = theme_spans("女工委工作总结\\n一、活动\\n举办歌咏比赛。但活动形式还存在一些不足。今后我们将努力改进。")
        >>> [(span.theme, span.quote) for span in spans]
        [('存在问题', '但活动形式还存在一些不足。'), ('下步计划', '今后我们将努力改进。')]
    """
    reports = (report,) if isinstance(report, Report) else parse(report)
    return tuple(span for one in reports for span in _spans(one))


def _spans(report: Report) -> Iterator[ThemeSpan]:
    text = report.document.text
    named = {theme: _named(report, pattern) for theme, pattern in _cues("heading").items()}
    # Headings say what a section is about; that one of them names a prize or a plan makes no sentence of it.
    headings = {at for section in report.walk() for at in (section.start, section.start + len(section.number))}
    open_themes: dict[str, str] = {}
    last_end = report.start
    for start, end in sentences(text, report.start, report.end):
        if "\n" in text[last_end:start]:
            open_themes = {}  # a new paragraph takes up a new matter
        last_end = end
        going_on, open_themes = open_themes, {}
        if start in headings and not text[start:end].rstrip("”’」』）)").endswith(("。", "！", "？", "!", "?")):
            continue
        for theme, pattern in _cues("sentence").items():
            found = pattern.search(text, start, end)
            cue = found[0] if found else going_on.get(theme, "") if _goes_on(theme, text, start, end) else ""
            if not cue:
                continue
            open_themes[theme] = cue
            if not any(a <= start < b for a, b in named[theme]):
                yield ThemeSpan(start, end, theme, text[start:end], cue)


def _named(report: Report, pattern: regex.Pattern[str]) -> list[tuple[int, int]]:
    """The outermost sections whose heading matches."""
    places: list[tuple[int, int]] = []
    for section in report.walk():
        if (not places or section.start >= places[-1][1]) and pattern.search(section.heading):
            places.append((section.start, section.end))
    return places


def _goes_on(theme: str, text: str, start: int, end: int) -> bool:
    pattern = _cues("continues").get(theme)
    return pattern is not None and pattern.match(text, start, end) is not None
