"""What was lost: signs, figures, dates, ends of sentences."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from ..facts.sieve import Sieve
from ..lexicon import load_table
from ..records import Fact, Finding
from ..spans import Span
from ..structure.numbering import starts_with_number
from .case import LONGEST_SPAN, Case
from .cues import says

__all__ = ["lost_signs", "masked_dates", "missing_figures", "page_breaks", "truncation"]

_ENDED = regex.compile(r"[。！!？?…；;：:”’」』）)】》.]$|[年月日]$")
_GAP = regex.compile(r"(?<=[\u4e00-\u9fff])(?:[ _＿\u3000]{1,20}|[（(][ _\u3000]{0,20}[）)]|[…]{1,2}|[?？]{1,4})(?=[\u4e00-\u9fff%])")
_OPEN_ENDS = ("，", ",", "、", "进一步", "积极", "不断", "通过", "以及", "并且", "为了", "对于", "关于", *"和与及把将")
_PUNCTUATION = regex.compile(r"[，,。；;：:、]")

BESIDE_GAP, LINE = 24, 400
"""Characters on either side of a gap that may belong to a blank, and of its line that are looked at for punctuation."""

SHOWN_BEFORE_CUT = 30
"""Characters before a break that a finding shows."""

ENOUGH_SECTIONS = 3
"""A report of fewer sections does not show whether its headings have bodies."""

MENTIONS = 5
"""Places that one finding shows."""

_SHORTEST_END = 12
"""A last line shorter than this is a signature, a date or a title, not a sentence cut off."""


def lost_signs(case: Case) -> Iterator[Finding]:
    """R09: rates without their sign (组建率达到100，); those of one sentence are one finding."""
    if not any("sign_lost" in fact.flags for fact in case.facts):
        return
    for sentence in case.sentences:
        lost = [fact for fact in sentence if "sign_lost" in fact.flags]
        if lost:
            words = "、".join(f"“{fact.quote}”" for fact in lost)
            stated = lost[0].value if len(lost) == 1 else None
            yield Finding("sign_lost", "damaged", tuple(case.shown(fact) for fact in lost), f"{words}后疑似丢失百分号", None, stated, "请核实：原文是否为百分数？")


def missing_figures(case: Case) -> Iterator[Finding]:
    """R10: a figure blanked or masked (共有职工人，捐款元，××家); blanks of one sentence are one finding."""
    places: set[int] = set()
    for sentence in case.sentences if any(fact.bound == "missing" for fact in case.facts) else ():
        missing = [fact for fact in sentence if fact.bound == "missing"]
        if missing:
            words = "、".join(f"“{fact.quote}”" for fact in missing)
            places.update(range(min(case.place(fact) for fact in missing), max(case.place(fact) + len(fact.quote) for fact in missing)))
            yield Finding("missing_figure", "damaged", tuple(_short(fact) for fact in missing), f"{words}处缺数", None, None, "请补报缺失的数字。")
    gaps: dict[int, list[tuple[int, int]]] = {}
    for start, end in _gaps(case.text):
        if end - 1 not in places:
            gaps.setdefault(case.context.sentence_start(start), []).append((start, end))
    for found in gaps.values():
        words = "、".join(f"“{case.text[start:end]}”" for start, end in found[:MENTIONS])
        yield Finding("missing_figure", "damaged", tuple(case.span(*gap) for gap in found[:MENTIONS]), f"{words}处缺数", None, None, "请补报缺失的数字。")


@cache
def _blanks() -> regex.Pattern[str]:
    rows = load_table("blanks", ("id", "pattern", "unit", "example", "counterexample", "source"))
    return regex.compile("|".join(f"(?:{row['pattern']})" for row in rows))


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """Figures blanked with a gap left open (职工 人，捐款____元): what reads as a blank once the gap is closed.

    Only in lines with punctuation: heads of tables are set with gaps.
    """
    for gap in _GAP.finditer(text):
        start, end = gap.span()
        before, behind = text[max(0, start - BESIDE_GAP) : start], text[end : end + BESIDE_GAP]
        if _PUNCTUATION.search(_line_around(text, start, end)) is None:
            continue
        at = len(before)
        match = next((m for m in _blanks().finditer(before + behind) if m.start() < at < m.end()), None)
        if match is not None:
            yield start - (at - match.start()), end + (match.end() - at)


def _line_around(text: str, start: int, end: int) -> str:
    """What of a line stands near a place in it."""
    low = max(text.rfind("\n", max(0, start - LINE), start) + 1, start - LINE, 0)
    high = text.find("\n", end, end + LINE)
    return text[low : high if high >= 0 else end + LINE]


def _short(fact: Fact) -> Span:
    return Span(fact.start, min(fact.end, fact.start + LONGEST_SPAN))


@cache
def _masks() -> Sieve[str]:
    """The patterns of masks, of which few texts need be searched for any."""
    rows = load_table("not_quantities", ("id", "opens", "pattern", "example", "counterexample", "source"))
    own = load_table("masked_dates", ("id", "pattern", "example", "counterexample", "source"))
    return Sieve([row["pattern"] for row in (*(row for row in rows if row["id"] == "masked_date"), *own)], str)


@cache
def _any_of(patterns: tuple[str, ...]) -> regex.Pattern[str]:
    return regex.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def masked_dates(case: Case) -> Iterator[Finding]:
    """R10: years, days and sessions masked or left blank (20xx年, 第xx届, 2019年 月 日); those of one report are one finding."""
    masks = tuple(_masks().possible(case.text))
    found = [match.span() for match in _any_of(masks).finditer(case.text)] if masks else []
    if found:
        words = f"“{case.text[slice(*found[0])]}”等{len(found)}处年份、日期或届次被遮盖或留空"
        yield Finding("masked_date", "damaged", tuple(case.span(*span) for span in found[:MENTIONS]), words, None, None, "请补报被遮盖的年份、日期、届次。")


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
    """R13: a report that stops in mid-sentence (000: …不断推动女职工), and a section that the next heading cuts off."""
    for end in _open_lines(case.text):
        start = max(case.text.rfind("\n", max(0, end - SHOWN_BEFORE_CUT), end) + 1, end - SHOWN_BEFORE_CUT)
        whole = end - start > _SHORTEST_END and _PUNCTUATION.search(case.text, start, end - 1) is not None
        if whole and starts_with_number(case.text[end : end + SHOWN_BEFORE_CUT].lstrip("\r\n")):
            verdict = "signal" if case.text[end - 1] in "，,、" else "damaged"  # a comma may be a slip for the full stop
            yield Finding("truncation", verdict, (case.span(start, end),), "此段在句中断开，疑似缺文", None, None, "请报送完整文本。")
    words = case.text.rstrip()
    line = words[words.rfind("\n") + 1 :]
    if starts_with_number(line) and _PUNCTUATION.search(line, 3) is None and _ends_in_heading(case):
        start = len(words) - len(line)
        yield Finding("truncation", "damaged", (case.span(start, len(words)),), "全文止于标题，标题下无正文，疑似缺尾", None, None, "请报送完整文本。")
        return
    if says("closing", line) or len(line.strip()) < _SHORTEST_END or _ENDED.search(line) is not None or not regex.search(r"[，,。；;：:]", line):
        return
    start = max(len(words) - SHOWN_BEFORE_CUT, len(words) - len(line))
    yield Finding("truncation", "damaged", (case.span(start, len(words)),), "全文在句中断开，疑似缺尾", None, None, "请报送完整文本。")


def _open_lines(text: str) -> Iterator[int]:
    """Where lines end that leave a sentence open."""
    at = text.find("\n")
    while at >= 0:
        end = at - 1 if text.startswith("\r", at - 1) and at else at
        if text.endswith(_OPEN_ENDS, 0, end):
            yield end
        at = text.find("\n", at + 1)


def _ends_in_heading(case: Case) -> bool:
    """Whether the last section is a heading without a body while the others of its level have bodies."""
    sections = list(case.report.walk())
    if len(sections) < ENOUGH_SECTIONS:
        return False
    last = sections[-1]
    text = case.report.document.text
    peers = [section for section in sections[:-1] if section.level == last.level]
    return not text[last.body : last.end].strip("。：: \r\n\t\u3000") and bool(peers) and all(len(text[peer.body : peer.end].strip()) > _SHORTEST_END for peer in peers)
