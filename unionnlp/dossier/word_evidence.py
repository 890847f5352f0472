"""The evidence in the Word 核查报告: the quotes of a finding with their places, and what was changed between two reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..display import shorten
from ..duplicates.folding import decode, fold
from ..records import Match, Passage
from ..spans import Span
from .asking import Ask
from .marking import changed
from .tables import Places, labels, say, spans_of

if TYPE_CHECKING:
    import pandas

__all__ = ["Evidence"]

PLACES = 4  # quoted for one finding
CHANGES = 20  # figures or stretches of text named for one pair
BESIDE = 14  # characters before and behind a figure that say what it counts
BLANK = "＿＿"
EDITED = 5_000  # characters of an edited passage that are compared

Row = dict[str, Any]

_CLAUSE_END = re.compile(r"[，。；：、！？,;:!?\s]")


class Evidence:
    """Cuts quotes from the reports of a batch and says where they stand.

    Args:
        tables: completed tables.
    """

    __slots__ = ("_findings", "names", "places", "reports")

    def __init__(self, tables: Mapping[str, pandas.DataFrame]) -> None:
        rows: list[Row] = tables["reports"].to_dict("records")  # type: ignore[assignment]  # the columns are strings
        self.reports = {row["report_id"]: row for row in rows}
        self.names = labels(tables["reports"])
        self.places = Places(tables["sections"])
        self._findings = tables["findings"]

    def quoted(self, ask: Ask) -> str:
        """The places of a finding with the words that stand there; those in another report with its name."""
        row: Row = self._findings.loc[ask.number].to_dict()  # type: ignore[assignment]  # the columns are strings
        spans = spans_of(row["spans"])
        owners = row["report_ids"].split("、") if row["report_ids"] else [ask.report_id] * len(spans)
        told: list[str] = []
        above = ("", "")
        for owner, start, end in _apart(zip(owners, spans, strict=True), first=ask.report_id):
            words, path = self.cut(owner, start, end), " › ".join(self.places.of(owner, start).split(" › ")[-2:])
            if words.strip():
                whose = "" if owner == ask.report_id else f"{self.short(owner)}："
                where = f"{path}；" if path and (owner, path) != above else ""
                told.append(f"{whose}{_in_quotes(words)}（{where}第{start + 1}字起）")
                above = (owner, path)
        if not told and ask.quote:
            told = [f"{_in_quotes(ask.quote)}（{ask.place}）"]
        more = f"等{len(told)}处" if len(told) > PLACES else ""
        return f"原文：{'；'.join(told[:PLACES])}{more}。" if told else ""

    def figures(self, match: Match) -> list[tuple[str, str, str]]:
        """The figures that were changed: the words around each, with a blank in its place, then the figure of either side."""
        return [(self._around(match.a, figure.start_a, figure.end_a), figure.quote_a, figure.quote_b) for figure in match.changes]

    def _around(self, report_id: str, start: int, end: int) -> str:
        """The words of the clause before a figure and behind it."""
        before = _CLAUSE_END.split(self.cut(report_id, start - BESIDE, start))[-1]
        behind = _CLAUSE_END.split(self.cut(report_id, end, end + BESIDE))[0]
        return f"{before}{BLANK}{behind}"

    def changes(self, match: Match, letters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """What else tells of copying, a label and the words: figures that stayed, then stretches of text that only one side has."""
        if match.figures:
            yield f"{letters[match.a]}、{letters[match.b]}{say('figure', 'agree')}{len(match.figures)}处", _some([figure.quote_a for figure in match.figures], "，")
        if match.a not in self.reports or match.b not in self.reports:
            return
        only: tuple[dict[str, None], dict[str, None]] = ({}, {})  # in order of place, each once
        for passage in match.passages:
            if passage.kind == "edited" and passage.end_a - passage.start_a <= EDITED:
                for words, own in zip(only, self._edits(match, passage), strict=True):
                    words.update(dict.fromkeys(own))
        for mine, other, words in ((match.a, match.b, only[0]), (match.b, match.a, only[1])):
            if words:
                yield f"{letters[mine]}有{letters[other]}无的字句{len(words)}处", _some([f"“{word}”" for word in words], "")

    def _edits(self, match: Match, passage: Passage) -> tuple[list[str], list[str]]:
        """The words of a passage that only one side has; figures are told apart, and which script it is written in changes nothing."""
        starts = (passage.start_a, passage.start_b)
        texts = (self.cut(match.a, passage.start_a, passage.end_a), self.cut(match.b, passage.start_b, passage.end_b))
        folded = (fold(texts[0]), fold(texts[1]))
        figures = ([(f.start_a, f.end_a) for f in match.changes], [(f.start_b, f.end_b) for f in match.changes])
        stretches = changed(decode(folded[0].codes), decode(folded[1].codes))
        result: tuple[list[str], list[str]] = ([], [])
        for words, text, side, spans, base, boxed in zip(result, texts, folded, stretches, starts, figures, strict=True):
            for span in spans:
                start, end = side.raw_span(*span)
                if not any(base + start < f_end and f_start < base + end for f_start, f_end in boxed):
                    words.append(shorten(text[start:end], 24))
        return result

    def cut(self, report_id: str, start: int, end: int) -> str:
        """The words of a report at a place in its file; nothing when the report is not known."""
        report = self.reports.get(report_id)
        return report["text"][max(0, start - report["start"]) : max(0, end - report["start"])] if report else ""

    def short(self, report_id: str) -> str:
        """The name of a report without its unit where the title says it already."""
        report, name = self.reports.get(report_id), self.names.get(report_id, report_id)
        return name.removeprefix(shorten(report["reporting_unit"], 16)) if report and report["reporting_unit"] in report["title"] else name


def _apart(places: Iterable[tuple[str, Span]], first: str) -> Iterator[tuple[str, int, int]]:
    """The places by report, those in ``first`` before the others; places that overlap are one."""
    last: tuple[str, int, int] | None = None
    for owner, span in sorted(places, key=lambda place: (place[0] != first, place[0], place[1].start)):
        if last and last[0] == owner and span.start < last[2]:
            last = (owner, last[1], max(last[2], span.end))
            continue
        if last:
            yield last
        last = (owner, span.start, span.end)
    if last:
        yield last


def _some(words: Sequence[str], between: str) -> str:
    return between.join(words[:CHANGES]) + (f" 等{len(words)}处" if len(words) > CHANGES else "") + "。"


def _in_quotes(words: str) -> str:
    """A quotation in its marks, unless it has such marks itself."""
    line = shorten(words, 80)
    return line if "“" in line or "”" in line else f"“{line}”"
