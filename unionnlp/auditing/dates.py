"""The time a report claims against the time its content betrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Finding
from ..spans import Span
from ..structure.numbering import ordinal_value
from .case import Case
from .cues import cue, says

__all__ = ["impossible_dates", "period_against_content"]

_DIGITS = {**{c: str(i) for i, c in enumerate("〇一二三四五六七八九")}, "○": "0", "零": "0", "O": "0", "Ｏ": "0", "0": "0"}
_YEAR = regex.compile(r"(?<!\d)((?:19[5-9]|20[0-4])\d)年|([一二][九〇○零O0Ｏ][〇○零0OＯ一二三四五六七八九]{2})(?=[年至到—])")
_FULL_YEAR = regex.compile(r"(?<!\d)((?:19|20)\d{2})年(?:\d{1,2}月)?")
_SINCE = regex.compile(r"([十二三四五六七八九]{1,3}|\d{1,2})年来")


MENTIONS = 4
"""Places of one event that a finding shows."""


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    pattern: regex.Pattern[str]
    known: int
    year: int
    last: int | None


@cache
def _events() -> tuple[_Event, ...]:
    rows = load_table("dated_events", ("event", "pattern", "known", "year", "last", "example", "counterexample", "source"))
    return tuple(_Event(row["event"], regex.compile(row["pattern"]), int(row["known"] or row["year"]), int(row["year"]), int(row["last"]) if row["last"] else None) for row in rows)


def _year(words: str) -> int | None:
    """The year that a word of a date names."""
    figures = "".join(_DIGITS.get(c, c) for c in words)
    return int(figures) if figures.isdigit() and len(figures) == 4 else None


def period_against_content(case: Case) -> Iterator[Finding]:
    """R07: a text greets an event of another year than its title bears (2022年 over 迎世博, which was 2010).

    An event greeted (迎世博) dates the text to its year or before; an event named dates it to the year in which it became
    known or later (the Games were awarded in 2001), an anniversary or a campaign to its time. A title earlier than an event that it names, or later than one that it greets,
    is a conflict; without a year in the title, or with an anniversary long past, the date is a signal.
    """
    title = _title_year(case)
    for event in _events():
        mentions = [_mention(case, match) for match in event.pattern.finditer(case.text)]
        if not mentions:
            continue
        greeted = [mention for mention in mentions if mention[2]]
        start, end, _ = (greeted or mentions)[0]
        spans = tuple(case.span(a, b) for a, b, _ in (greeted or mentions)[:MENTIONS])
        quote = case.text[start:end]
        ask = "请核实：本文写于哪一年？"
        if title is None:
            if greeted:
                yield Finding("period", "signal", spans, f"文中“{quote}”说明写于{event.year}年前后（{event.name}）", None, None, ask)
            continue
        first, last, title_span = title
        spans = (title_span, *spans)
        words = f"标题写{_years(first, last)}年，文中“{quote}”（{event.name}，{event.year}年）"
        sentence = case.text[case.context.sentence_start(start) : end]
        if first > event.year and f"{event.year}年" in sentence:
            continue  # the sentence dates itself: it tells of the past
        if (greeted and first > event.year) or last < event.known:
            yield Finding("period", "conflict", spans, f"{words}：打架", None, None, f"{ask}标题年份是否后改？")
        elif event.last is not None and first > event.last:
            yield Finding("period", "signal", spans, f"{words}：疑似沿用旧稿", None, None, ask)
        elif greeted or first <= event.year <= last:
            yield Finding("period", "consistent", spans, f"{words}：一致")


def _mention(case: Case, match: regex.Match[str]) -> tuple[int, int, bool]:
    """Where an event is named, the greeting before it included, and whether it is greeted or paid tribute to."""
    greeting = cue("greeting").search(case.text, max(0, match.start() - 8), match.start())
    tribute = cue("tribute").search(case.text[match.end() : match.end() + 8])
    return (match.start() if greeting is None else greeting.start()), match.end(), greeting is not None or tribute is not None


def _years(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}—{last}"


def _title_year(case: Case) -> tuple[int, int, Span] | None:
    """The first and the last year in the title, with the title's place."""
    title = case.report.title
    years = [year for match in _YEAR.finditer(title) if (year := _year(match[1] or match[2])) is not None]
    at = case.text.find(title) if years else -1
    return (min(years), max(years), case.span(at, at + len(title))) if at >= 0 else None


def impossible_dates(case: Case) -> Iterator[Finding]:
    """R08: a unit honoured before it was founded, or years of service that do not reach the years told of.

    003: founded in 2025, honoured from 2001 to 2005; in office since 1990 for 十八年 (to 2008), yet 2025 is told of.
    """
    years = [(m.start(), m.end(), year) for m in _YEAR.finditer(case.text) if (year := _year(m[1] or m[2])) is not None]
    founded = next((m for m in _FULL_YEAR.finditer(case.text) if says("founded", _clause_behind(case, m.end(), 12))), None)
    if founded is not None:
        for start, end, year in years:
            if year < int(founded[1]) and start > founded.end() and says("honour", case.text[end : end + 40]):
                words = f"{founded[1]}年成立，却写{year}年获评：打架"
                spans = (case.span(founded.start(), founded.end() + 4), case.span(start, end + 12))
                yield Finding("impossible_date", "conflict", spans, words, None, None, "请核实：成立年份是否有误？")
                break
    yield from _service(case, years)


def _clause_behind(case: Case, start: int, most: int) -> str:
    """The rest of a clause behind ``start``, at most so many characters."""
    return regex.split(r"[，,。；;\n]", case.text[start : start + most])[0]


def _service(case: Case, years: list[tuple[int, int, int]]) -> Iterator[Finding]:
    """A first year with a length of time (一九九O年…至今, 十八年来) against later years in the same text."""
    since = _SINCE.search(case.text)
    if since is None:
        return
    length = ordinal_value(since[1])
    for start, end, first in years:
        if not says("started", case.text[end : end + 12]) or not says("until_now", case.text[end : end + 30]):
            continue
        last = first + length
        later = next(((a, b, year) for a, b, year in years if year > last + 1), None)
        if later is not None:
            words = f"{first}年起{since[0]}即写于{last}年前后，文中却有{later[2]}年：打架"
            spans = (case.span(start, end + 20), case.span(since.start(), since.end()), case.span(later[0], later[1] + 8))
            yield Finding("impossible_date", "conflict", spans, words, None, None, "请核实：文中年份是否后改？")
        return
