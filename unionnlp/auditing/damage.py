"""What was lost or does not belong: signs, figures, ends of sentences, residue of model-text sites."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Fact, Finding
from ..spans import Span
from .case import LONGEST_SPAN, Case
from .cues import says

__all__ = ["lost_signs", "masked_dates", "missing_figures", "page_breaks", "residue", "truncation"]

_RESIDUE = frozenset({"site_boilerplate", "url", "disclaimer"})
_ENDED = regex.compile(r"[。！!？?…；;：:”’」』）)】》.]$|[年月日]$")
_SHORTEST_END = 12
"""A last line shorter than this is a signature, a date or a title, not a sentence cut off."""


def lost_signs(case: Case) -> Iterator[Finding]:
    """R09: rates without their sign (组建率达到100，); those of one sentence are one finding."""
    for sentence in case.sentences:
        lost = [fact for fact in sentence if "sign_lost" in fact.flags]
        if lost:
            words = "、".join(f"“{fact.quote}”" for fact in lost)
            stated = lost[0].value if len(lost) == 1 else None
            yield Finding("sign_lost", "damaged", tuple(case.shown(fact) for fact in lost), f"{words}后疑似丢失百分号", None, stated, "请核实：原文是否为百分数？")


def missing_figures(case: Case) -> Iterator[Finding]:
    """R10: a figure blanked or masked (共有职工人，捐款元，××家); blanks of one sentence are one finding."""
    for sentence in case.sentences:
        missing = [fact for fact in sentence if fact.bound == "missing"]
        if missing:
            words = "、".join(f"“{fact.quote}”" for fact in missing)
            yield Finding("missing_figure", "damaged", tuple(_short(fact) for fact in missing), f"{words}处缺数", None, None, "请补报缺失的数字。")


def _short(fact: Fact) -> Span:
    return Span(fact.start, min(fact.end, fact.start + LONGEST_SPAN))


@cache
def _masked() -> regex.Pattern[str]:
    rows = load_table("not_quantities", ("id", "opens", "pattern", "example", "counterexample", "source"))
    return regex.compile("|".join(row["pattern"] for row in rows if row["id"] == "masked_date"))


def masked_dates(case: Case) -> Iterator[Finding]:
    """R10: years and sessions masked (20xx年, 第xx届); those of one report are one finding."""
    found = [match.span() for match in _masked().finditer(case.text)]
    if found:
        words = f"“{case.text[slice(*found[0])]}”等{len(found)}处年份或届次被遮盖"
        yield Finding("masked_date", "damaged", tuple(case.span(*span) for span in found[:5]), words, None, None, "请补报被遮盖的年份、届次。")


def residue(case: Case) -> Iterator[Finding]:
    """R12: lines of a model-text site left in the text (来源:网络整理)."""
    for repair in case.normalized.repairs:
        if repair.kind in _RESIDUE and case.report.start <= repair.start < case.report.end:
            span = Span(repair.start, min(repair.end, repair.start + LONGEST_SPAN))
            yield Finding("web_residue", "signal", (span,), "疑似网站残留文字，正文可能取自范文网站", None, None, "请核实：本文是否为本单位撰写？")


def page_breaks(case: Case) -> Iterator[Finding]:
    """Page numbers inside sentences, as scanning and conversion leave them; those of one report are one finding."""
    text = case.normalized.raw
    spans, numbers = [], []
    for repair in case.normalized.repairs:
        if repair.kind != "page_number" or not case.report.start <= repair.start < case.report.end:
            continue
        line = text[text.rfind("\n", 0, repair.start) + 1 : repair.start]
        if line.strip() and _ENDED.search(line.rstrip()) is None:
            start = max(case.report.start, repair.start - 10)
            spans.append(Span(start, min(repair.end + 8, case.report.end, start + LONGEST_SPAN)))
            numbers.append(text[repair.start : repair.end].strip())
    if spans:
        words = f"页码{'、'.join(numbers)}混入句中"
        yield Finding("page_break", "damaged", tuple(spans), words, None, None, "请核对原件分页处是否缺字。")


def truncation(case: Case) -> Iterator[Finding]:
    """R13: a report that stops in mid-sentence (000: …不断推动女职工)."""
    words = case.text.rstrip()
    line = words[words.rfind("\n") + 1 :]
    if says("closing", line) or len(line.strip()) < _SHORTEST_END or _ENDED.search(line) is not None or not regex.search(r"[，,。；;：:]", line):
        return
    start = max(len(words) - 30, len(words) - len(line))
    yield Finding("truncation", "damaged", (case.span(start, len(words)),), "全文在句中断开，疑似缺尾", None, None, "请报送完整文本。")
