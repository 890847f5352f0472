"""Dates and orders of time that cannot be, whatever the report's own year."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

import regex

from ..records import Finding
from ..structure.numbering import ordinal_value
from .case import Case
from .cues import cue, says
from .dates import YEAR, Year, named_years, years_of
from .wording import worded

__all__ = ["impossible_dates"]

_NUMBER = r"\d{1,2}|三十[一二三四五六七八九]?|二?十[一二三四五六七八九]?|[一二三四五六七八九]"
_DATE = regex.compile(rf"(?<![\d.第个一二三四五六七八九十百千几数])(?:({YEAR})年[ ]?)?({_NUMBER})月份?(?:({_NUMBER})[日号])?(?![龄薪嫂子息])")
_DOTTED = regex.compile(r"(?<![\d.\-/])((?:19|20)\d{2})([./\-])(\d{1,2})\2(\d{1,2})(?![\d./\-])")
_TO = r"[ ]?(?:至|到|[—\-－–~～]{1,2})[ ]?"
_PERIOD = regex.compile(
    rf"(?:({YEAR})(?:年[ ]?(?:({_NUMBER})月份?)?(?:({_NUMBER})[日号])?[初底末]?)?{_TO}({YEAR})年(?:({_NUMBER})月份?)?(?:({_NUMBER})[日号])?"
    rf"|(?<![\d.一二三四五六七八九十])({_NUMBER})月({_NUMBER})[日号]?{_TO}(?:({_NUMBER})月)?({_NUMBER})[日号])"
)
_JOINED = re.compile(r"[至到—\-－–~～](?<=[\d年月份日号初底末〇○零OＯ一二三四五六七八九十 ].)")
"""What joins the ends of a period, behind what may be its first: a look that saves most texts the pattern above."""
_FULL_YEAR = regex.compile(r"(?<!\d)((?:19|20)\d{2})年(?:\d{1,2}月)?")
_ESTABLISHED = regex.compile(rf"({YEAR})年[^，,。；;：:\n]{{0,4}}(建[厂校院矿局]|始建|创建)")
_JUBILEE = regex.compile(r"(建[厂校院矿局])(\d{2,3})周年")
_SINCE = regex.compile(r"([十二三四五六七八九]{1,3}|\d{1,2})年来")
_SINCE_YEAR = regex.compile(rf"自从?({YEAR})年[^，,。；;\n]{{0,6}}(?:以来|起|至今)")

BEHIND_SINCE = 60
"""Characters behind 自…年以来 in which an earlier year contradicts it."""

BEFORE_HONOUR = 24
"""Characters before the year of an honour in which its holder stands."""

_ASK = "请核实：日期是否有误？"


def impossible_dates(case: Case) -> Iterator[Finding]:
    """R08: days that the calendar does not have, periods that end before they begin, honours before the founding, years of
    service that do not reach the years told of.

    003: founded in 2025, honoured from 2001 to 2005; in office since 1990 for 十八年 (to 2008), yet 2025 is told of.
    """
    yield from _no_such_days(case)
    yield from _turned_periods(case)
    years = named_years(case)
    founded = next((match for match in _FULL_YEAR.finditer(case.text) if _founds_reporter(case, match)), None)
    if founded is not None:
        yield from _founding(case, founded, years)
    yield from _earlier_than_since(case, founded, years)
    yield from _service(case, years)
    yield from _jubilees(case, years)


# ---------------------------------------------------------------------------------------------------- days and periods


def _no_such_days(case: Case) -> Iterator[Finding]:
    """2月30日, 13月. The 29th of February is only held against a year that stands with it."""
    for match in _DATE.finditer(case.text):
        month, day = ordinal_value(match[2]), ordinal_value(match[3]) if match[3] else 0
        if _is_day(int(_figures(match[1])) if match[1] else None, month, day) or _in_title(case.text, match.start()):
            continue
        sure = bool(match[1] or match[3])
        yield _impossible(case, match.start(), match.end(), f"“{match[0].strip()}”在历法上不存在", "conflict" if sure else "doubtful")
    for match in _DOTTED.finditer(case.text):
        month, day = int(match[3]), int(match[4])
        if not _is_day(int(match[1]), month, day):
            yield _impossible(case, match.start(), match.end(), f"“{match[0]}”在历法上不存在", "conflict" if month <= 12 and match[2] == "." else "doubtful")


def _is_day(year: int | None, month: int, day: int) -> bool:
    """Whether the calendar has a month and its day; day 0 stands for none given."""
    return 1 <= month <= 12 and day <= calendar.monthrange(year or 2000, month)[1]


def _figures(words: str) -> str:
    return str(years_of(words + "年")[0].year)


def _in_title(text: str, at: int) -> bool:
    """Whether a place lies inside the 《…》 of a name."""
    return text.rfind("《", max(0, at - 30), at) > text.rfind("》", max(0, at - 30), at)


def _impossible(case: Case, start: int, end: int, words: str, verdict: str) -> Finding:
    word = {"conflict": "打架", "doubtful": "存疑"}[verdict]
    return Finding("impossible_date", verdict, (case.span(start, end),), f"{words}：{word}", None, None, _ASK)


def _turned_periods(case: Case) -> Iterator[Finding]:
    """2019年5月至2018年3月; 5月20日至10日. Months without years may run over the new year and are left alone."""
    for match in _PERIOD.finditer(case.text) if _JOINED.search(case.text) is not None else ():
        if match[1]:
            first = [int(_figures(match[1])), *(ordinal_value(match[n]) if match[n] else 0 for n in (2, 3))]
            last = [int(_figures(match[4])), *(ordinal_value(match[n]) if match[n] else 0 for n in (5, 6))]
            depth = next((n for n in range(3) if not first[n] or not last[n]), 3)
        else:
            if match[9]:
                continue
            month = ordinal_value(match[7])
            first, last, depth = [month, ordinal_value(match[8])], [month, ordinal_value(match[10])], 2
            if 1 <= month <= 12 and last >= first and not _is_day(None, *last):
                yield _impossible(case, match.start(), match.end(), f"“{match[0]}”：{month}月没有{last[1]}日", "conflict")
                continue
        if last[:depth] < first[:depth]:
            yield _impossible(case, match.start(), match.end(), f"“{match[0]}”的终止早于起始", "conflict")


# --------------------------------------------------------------------------------------------- founding, service, jubilee


def _founding(case: Case, founded: regex.Match[str], years: list[Year]) -> Iterator[Finding]:
    """A unit honoured before it was founded; an honour of a person, or of the company before its union, is somebody else's."""
    clause = case.text[case.context.clause(founded.start(), founded.end())[0] : founded.end() + 12]
    is_union = worded("union_body", clause)
    for start, end, year in years:
        if year < int(founded[1]) and start > founded.end() and says("honour", case.text[end : end + 40]) and not _of_another(case, start, end, is_union=is_union):
            words = f"{founded[1]}年成立，却写{year}年获评：打架"
            spans = (case.span(founded.start(), founded.end() + 4), case.span(start, end + 12))
            yield Finding("impossible_date", "conflict", spans, words, None, None, "请核实：成立年份是否有误？")
            return


def _founds_reporter(case: Case, match: regex.Match[str]) -> bool:
    behind = _clause_behind(case, match.end(), 16)
    word = cue("founded").search(behind, 0, 12)
    return word is not None and not worded("not_body", behind)


def _of_another(case: Case, start: int, end: int, *, is_union: bool) -> bool:
    """Whether the honour of a year is a person's, or that of the body to which a union belongs."""
    before = case.text[max(case.context.sentence_start(start), start - BEFORE_HONOUR) : start]
    behind = case.text[end : end + 40]
    honour = cue("honour").search(behind)
    about = before + (behind[: honour.start()] if honour is not None else "")
    if worded("person_honoured", about):
        return True
    rest = _clause_behind(case, end, 40)
    return is_union and worded("parent_body", about) and not worded("union_body", about + rest)


def _clause_behind(case: Case, start: int, most: int) -> str:
    """The rest of a clause behind ``start``, at most so many characters."""
    return regex.split(r"[，,。；;\n]", case.text[start : start + most])[0]


def _earlier_than_since(case: Case, founded: regex.Match[str] | None, years: list[Year]) -> Iterator[Finding]:
    """自2025年以来，…二00一至二00五年…被评为: what happened since a year is told of an earlier one.

    Where the same year is said to be that of the founding, its place is shown too: both were pasted over.
    """
    for match in _SINCE_YEAR.finditer(case.text):
        since = int(_figures(match[1]))
        for start, end, year in years:
            if not match.end() <= start <= match.end() + BEHIND_SINCE:
                continue
            if year < since and case.context.sentence_start(start) <= match.start() and says("honour", case.text[end : end + 40]):
                spans = [case.span(match.start(), match.end()), case.span(start, end + 12)]
                if founded is not None and int(founded[1]) == since:
                    spans.insert(0, case.span(founded.start(), founded.end() + 4))
                yield Finding("impossible_date", "conflict", tuple(spans), f"写“{match[0]}”，所述却是{year}年的事：打架", None, None, "请核实：文中年份是否后改？")
                return


def _service(case: Case, years: list[Year]) -> Iterator[Finding]:
    """A first year with a length of time (一九九O年…至今, 十八年来) against later years in the same text."""
    since = _SINCE.search(case.text)
    if since is None:
        return
    length = ordinal_value(since[1])
    for start, end, first in years:
        if not says("started", case.text[end : end + 12]) or not says("until_now", case.text[end : end + 30]):
            continue
        last = first + length
        later = next(((a, b, year) for a, b, year in years if year > last + 1 and not worded("ahead", case.text[max(0, a - 20) : b + 10])), None)
        if later is not None:
            words = f"{first}年起{since[0]}即写于{last}年前后，文中却有{later[2]}年：打架"
            spans = (case.span(start, end + 20), case.span(since.start(), since.end()), case.span(later[0], later[1] + 8))
            yield Finding("impossible_date", "conflict", spans, words, None, None, "请核实：文中年份是否后改？")
        return


def _jubilees(case: Case, years: list[Year]) -> Iterator[Finding]:
    """建厂60周年 of a works founded in 1950, in a sentence that names its year."""
    jubilee = _JUBILEE.search(case.text)
    established = _ESTABLISHED.search(case.text) if jubilee is not None else None
    if jubilee is None or established is None:
        return
    sentence = case.context.sentence_start(jubilee.start())
    own = next((found for found in years if sentence <= found.start < jubilee.start() and found.start != established.start(1)), None)
    first = int(_figures(established[1]))
    if own is not None and abs(first + int(jubilee[2]) - own.year) > 1:
        words = f"{first}年{established[2]}，{own.year}年应为{own.year - first}周年，报告写“{jubilee[0]}”：存疑"
        spans = (case.span(established.start(), established.end()), case.span(own.start, own.end + 1), case.span(jubilee.start(), jubilee.end()))
        yield Finding("impossible_date", "doubtful", spans, words, None, None, _ASK)
