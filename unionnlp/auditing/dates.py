"""The time a report claims against the time its content betrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Finding
from ..spans import Span
from .case import Case

__all__ = ["impossible_dates", "period_against_content"]

_DIGITS = {**{c: str(i) for i, c in enumerate("〇一二三四五六七八九")}, "○": "0", "零": "0", "O": "0", "Ｏ": "0", "0": "0"}
_YEAR = regex.compile(r"(?<!\d)((?:19[5-9]|20[0-4])\d)年|([一二][九〇○零O0Ｏ][〇○零0OＯ一二三四五六七八九]{2})(?=[年至到—])")
_FOUNDED = regex.compile(r"(?:((?:19|20)\d{2})年(?:\d{1,2}月)?[^，,。；;\n]{0,8}(?:成立|组建|建会|挂牌)(?:的|以来|，)?)")
_HONOUR = regex.compile(r"评为|获|授予|荣|被评")
_SINCE = regex.compile(r"([十二三四五六七八九]{1,3}|\d{1,2})年来")
_GREETING = regex.compile(r"(?:喜?迎接?|备战)[^，,。；;、\n]{0,4}$")
_STARTED = regex.compile(r"(?:任|担任|参加工作|从事|开始)")


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    pattern: regex.Pattern[str]
    year: int


@cache
def _events() -> tuple[_Event, ...]:
    rows = load_table("dated_events", ("event", "pattern", "year", "last", "example", "counterexample", "source"))
    return tuple(_Event(row["event"], regex.compile(row["pattern"]), int(row["year"])) for row in rows)


def _year(words: str) -> int | None:
    """The year that a word of a date names."""
    figures = "".join(_DIGITS.get(c, c) for c in words)
    return int(figures) if figures.isdigit() and len(figures) == 4 else None


def period_against_content(case: Case) -> Iterator[Finding]:
    """R07: a text greets an event of another year than its title bears (2022年 over 迎世博, which was 2010).

    An event greeted (迎世博) dates the text to its year or the year before it; an event only named dates it to that year or
    later. A title earlier than an event that it names, or later than one that it greets, is a conflict; without a year in
    the title the date is a signal.
    """
    title = _title_year(case)
    for event in _events():
        for match in event.pattern.finditer(case.text):
            greeting = _GREETING.search(case.text, max(0, match.start() - 8), match.start())
            greeted = greeting is not None
            start = match.start() if greeting is None else greeting.start()
            quote = case.text[start : match.end()]
            span = case.span(start, match.end())
            if title is None:
                if greeted:
                    words = f"文中“{quote}”说明写于{event.year}年前后（{event.name}）"
                    yield Finding("period", "signal", (span,), words, None, None, "请核实：本文写于哪一年？")
                    break
                continue
            year, title_span = title
            words = f"标题写{year}年，文中“{quote}”（{event.name}，{event.year}年）"
            if (greeted and year > event.year) or year < event.year - (3 if greeted else 0):
                yield Finding("period", "conflict", (title_span, span), f"{words}：打架", None, None, "请核实：本文写于哪一年，标题年份是否后改？")
            elif greeted or year == event.year:
                yield Finding("period", "consistent", (title_span, span), f"{words}：一致")
            else:
                continue
            break


def _title_year(case: Case) -> tuple[int, Span] | None:
    """The year in the title, with the title's place."""
    title = case.report.title
    match = _YEAR.search(title)
    if match is None or not title:
        return None
    at = case.text.find(title)
    year = _year(match[1] or match[2])
    return (year, case.span(at, at + len(title))) if at >= 0 and year is not None else None


def impossible_dates(case: Case) -> Iterator[Finding]:
    """R08: a unit honoured before it was founded, or years of service that do not reach the years told of.

    003: founded in 2025, honoured from 2001 to 2005; in office since 1990 for 十八年 (to 2008), yet 2025 is told of.
    """
    years = [(m.start(), m.end(), year) for m in _YEAR.finditer(case.text) if (year := _year(m[1] or m[2])) is not None]
    founded = next(iter(_FOUNDED.finditer(case.text)), None)
    if founded is not None:
        for start, end, year in years:
            if year < int(founded[1]) and _HONOUR.search(case.text, end, min(len(case.text), end + 40)) is not None and start > founded.end():
                words = f"{founded[1]}年成立，却写{year}年获评：打架"
                yield Finding("impossible_date", "conflict", (case.span(founded.start(), founded.end()), case.span(start, min(end + 12, len(case.text)))), words, None, None, "请核实：成立年份是否有误？")
                break
    yield from _service(case, years)


def _service(case: Case, years: list[tuple[int, int, int]]) -> Iterator[Finding]:
    """A first year with a length of time (一九九O年…至今, 十八年来) against later years in the same text."""
    since = _SINCE.search(case.text)
    if since is None:
        return
    from ..structure.numbering import ordinal_value

    length = ordinal_value(since[1])
    for start, end, first in years:
        if _STARTED.search(case.text, end, min(len(case.text), end + 12)) is None or "至今" not in case.text[end : end + 30]:
            continue
        last = first + length
        later = next(((a, b, year) for a, b, year in years if year > last + 1), None)
        if later is not None:
            words = f"{first}年起{since[0]}即写于{last}年前后，文中却有{later[2]}年：打架"
            spans = (case.span(start, min(end + 20, len(case.text))), case.span(since.start(), since.end()), case.span(later[0], later[1] + 8))
            yield Finding("impossible_date", "conflict", spans, words, None, None, "请核实：文中年份是否后改？")
        return
