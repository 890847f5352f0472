"""When: a period as written to its first and last date, and the year that a report speaks of."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import regex

from ..errors import NumeralError
from ..lexicon import load_table
from ..records import Report
from ..structure.normalize import normalize
from .context import Mentions
from .events import events_in
from .numerals import parse_numeral

__all__ = ["UNKNOWN", "DateSpan", "Dated", "report_year", "resolve", "year_spoken_of"]

LONGEST = 32
"""Characters of the longest period that is read; 2018年10月25日至2019年3月15日 has 22."""

OPENING = 200
"""So many characters of the body are its opening, which says what time it reports on."""

ENDS = 300
"""A date that fills a line so near to either end of a report is its dateline."""

OWN_YEAR, GREETING = 40, 8
"""Characters before an event in which its own year, and in which a greeting of it may stand."""

WRITTEN_LATE = 2
"""A report dated in the first months, up to this one, may be that of the year before."""

_SEPARATOR = r"(?:[—\-－–~～]{1,2}|至|到)"
_PLAIN = {0xFF10 + i: 0x30 + i for i in range(10)} | dict.fromkeys(map(ord, "“”\"‘’ \u3000"))
_NUMERAL = regex.compile(rf"(?<![上下])[一二两三四五六七八九十][〇○零0OＯ一二三四五六七八九十]*(?=年|个?月|[日号]|个?季度|{_SEPARATOR})")
_YEAR_DIGITS = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
_SHARED_UNIT = regex.compile(rf"(?<!\d)(\d+)({_SEPARATOR})(\d+)(年|月|日|号|季度)")
_NEIGHBOURS = regex.compile(r"(?<!\d)(\d{1,2})、(\d{1,2})月")
_LAST_YEARS = regex.compile(r"(?P<near>近|过去的?|最近|这)?(?P<years>\d{1,2})年(?P<since>以来|来)?[间中里内]?")
_TENS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
_YEAR = r"(?<!\d)(?:(?:19[5-9]|20[0-4])\d|[一二][九〇○零0OＯ][〇○零0OＯ一二三四五六七八九]{2})"
_STATED = regex.compile(rf"({_YEAR})(?=年|[—\-－–~～至到]+{_YEAR}年)")
_OF_WHICH_IT_SPEAKS = regex.compile(rf"(?:^|[。！\n])[ \t\u3000]*({_YEAR})年(?:度|全年|[上下]半年|第?[一二三四1-4]季度)?(?=[，,是以来我]|[^，,。；;\n]{{1,20}}工会)")
_DATELINE = regex.compile(rf"^[ \t\u3000]*[（(]?({_YEAR})(?:年|[.\-/])(\d{{1,2}}|[一二三四五六七八九十]{{1,2}})(?:月|[.\-/])[^，,。；;\n]{{0,4}}[）)]?[ \t\u3000]*$", regex.MULTILINE)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """First and last day; None where that end is not known."""

    first: date | None
    last: date | None


UNKNOWN = DateSpan(None, None)


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The patterns of a whole period, and what its words stand for."""

    single: regex.Pattern[str]
    range: regex.Pattern[str]
    plan: regex.Pattern[str]
    names_year: regex.Pattern[str]
    words: dict[tuple[str, str], tuple[int, int]]


@cache
def _grammar() -> _Grammar:
    rows = load_table("period_dates", ("kind", "word", "first", "last", "example", "source"))
    words = {(row["kind"], row["word"]): (int(row["first"]), int(row["last"])) for row in rows}
    year, part, plan = ("|".join(sorted((word for kind, word in words if kind == wanted), key=len, reverse=True)) for wanted in ("year", "part", "plan"))

    def point(n: int) -> str:
        return (
            rf"(?:(?P<year{n}>\d{{4}}|\d{{2}})年度?|(?P<word{n}>{year}))?"
            rf"(?:(?P<part{n}>{part})|(?P<top{n}>[第前])?(?P<quarter{n}>[1-4])个?季度|(?:(?P<month{n}>\d{{1,2}})月份?)?(?:(?P<day{n}>\d{{1,2}})[日号])?)"
            rf"(?:年?(?P<edge{n}>[初底末])|(?P<tens{n}>[上中下])旬)?"
        )

    return _Grammar(
        regex.compile(rf"(?:(?P<until>截至|截止到?|到|至)|(?P<from>自从?|从)|[于在])?{point(1)}(?:(?P<since>以来|来|起)|期间|间)?"),
        regex.compile(rf"[自从于在]?{point(1)}{_SEPARATOR}{point(2)}(?:期间|间)?"),
        regex.compile(rf"(?P<plan>{plan})(?:规划|计划)?(?:期间|时期)"),
        regex.compile(rf"\d{{4}}年|(?<!\d)\d{{2}}年(?!来|以来|[间内中里])|{year}"),
        words,
    )


@lru_cache(maxsize=4096)
def resolve(period: str, year: int | None) -> DateSpan | None:
    """The first and the last date of a period as written.

    What begins and has no stated end (今年以来, 自2019年以来, 两年来) has no last date; what is a state at a time (截至2012年底) has no
    first. 近三年 and 三年来 are counted in whole years, the report's own as the last. What is vague stays None: feasts and seasons
    (春节期间, 入夏以来), 目前, 几年来, 三年内, 年底 without 截至, terms of office, masked years, dates that do not exist.

    Args:
        period: an expression of time alone, as ``Fact.period`` has it.
        year: the year that the report speaks of (see ``report_year``); without it only what names its own year resolves.
    Returns:
        Dates, of which one may be None, or None when neither is known.
    Source: own rules; the words are those of ``period_dates.tsv``.

    Example:
        >>> span = resolve("去年下半年", 2012)
        >>> str(span.first), str(span.last)
        ('2011-07-01', '2011-12-31')
        >>> str(resolve("截至二○一二年底", None).last), resolve("春节期间", 2012), resolve("1—6月份", None)
        ('2012-12-31', None, None)
    """
    if len(period) > LONGEST:
        return None
    try:
        plain = _plain(period)
        grammar = _grammar()
        if match := grammar.plan.fullmatch(plain):
            first, last = grammar.words["plan", match["plan"]]
            return DateSpan(date(first, 1, 1), date(last, 12, 31))
        if match := _LAST_YEARS.fullmatch(plain):
            return _last_years(match, year)
        if (match := grammar.range.fullmatch(plain)) and (span := _range(match, year)):
            return span
        if match := grammar.single.fullmatch(plain):  # also 到年底, whose 到 separates nothing
            return _single(match, year)
    except (ValueError, NumeralError):  # no such day, or a numeral such as 一二十
        return None
    return None


def _plain(period: str) -> str:
    """A period in Arabic numerals, each number with its own unit: 一至九月 as 1月至9月."""
    plain = _NUMERAL.sub(lambda match: _arabic(match[0]), period.translate(_PLAIN))
    plain = _SHARED_UNIT.sub(r"\1\4\2\3\4", plain)
    return _NEIGHBOURS.sub(lambda match: f"{match[1]}月至{match[2]}月" if int(match[2]) == int(match[1]) + 1 else match[0], plain)


def _arabic(numeral: str) -> str:
    if len(numeral) == 4 and "十" not in numeral:
        return numeral.translate(_YEAR_DIGITS)
    return str(int(parse_numeral(numeral)))


def _last_years(match: regex.Match[str], year: int | None) -> DateSpan | None:
    if year is None or not int(match["years"]) or not (match["near"] or match["since"]):
        return None
    return DateSpan(date(year - int(match["years"]) + 1, 1, 1), None if match["since"] else date(year, 12, 31))


def _single(match: regex.Match[str], year: int | None) -> DateSpan | None:
    span = _point(match, 1, _year(match, 1, year), None)
    if span is None:
        return None
    edge, since = match["edge1"], match["from"] or match["since"]
    if (edge == "初" and not since) or (edge and edge != "初" and not match["until"]) or (since and match["until"]):
        return None
    return DateSpan(None, span[1]) if match["until"] else DateSpan(span[0], None if since else span[1])


def _range(match: regex.Match[str], year: int | None) -> DateSpan | None:
    first_year = _year(match, 1, year)
    first = _point(match, 1, first_year, None)
    last = _point(match, 2, _year(match, 2, year) if match["year2"] or match["word2"] else first_year, match["month1"])
    if first is None or last is None or match["edge1"] not in (None, "初") or match["edge2"] == "初" or first[0] > last[1]:
        return None
    return DateSpan(first[0], last[1])


def _year(match: regex.Match[str], n: int, year: int | None) -> int | None:
    """The year of a point: its own, or one counted from the report's."""
    if match[f"year{n}"]:
        own = int(match[f"year{n}"])
        return own if own > 99 else own + (2000 if own < 50 else 1900)
    if match[f"word{n}"] and year is not None:
        return year + _grammar().words["year", match[f"word{n}"]][0]
    return year


def _point(match: regex.Match[str], n: int, year: int | None, month: str | None) -> tuple[date, date] | None:
    """First and last day of a point; ``month`` is that of the point before it."""
    part, quarter, day, tens = (match[f"{name}{n}"] for name in ("part", "quarter", "day", "tens"))
    month = match[f"month{n}"] or (month if day else None)
    if year is None or not any(match[f"{name}{n}"] for name in ("year", "word", "part", "quarter", "month", "day", "edge")) or (tens and (day or not month)) or (day and not month):
        return None
    if part:
        low, high = _grammar().words["part", part]
    elif quarter:
        low, high = 1 if match[f"top{n}"] == "前" else 3 * int(quarter) - 2, 3 * int(quarter)
    else:
        low, high = (int(month), int(month)) if month else (1, 12)
    end = calendar.monthrange(date(year, high, 1).year, high)[1]  # date() refuses a 13th month
    first_day, last_day = (int(day), int(day)) if day else _TENS[tens] if tens else (1, end)
    return date(year, low, first_day), date(year, high, min(last_day, end) if tens else last_day)


class Dated:
    """The periods found in a text with their dates.

    Args:
        found: the mentions of periods.
        year: the year that the report speaks of.
    """

    __slots__ = ("_other_year", "_spans", "found")

    def __init__(self, found: Mentions, year: int | None) -> None:
        self.found = found
        self._spans: list[DateSpan] = []
        self._other_year: list[int] = []  # where a mention names no year: the start of the last one before it that names another
        other = -1
        for start, word in zip(found.starts, found.words, strict=True):
            span = resolve(word, year) or UNKNOWN
            named = _names_year(word)
            if named:
                ends = {end.year for end in (span.first, span.last) if end is not None}
                other = -1 if year in ends else start
            self._spans.append(span)
            self._other_year.append(-1 if named else other)

    def last(self, start: int, end: int) -> tuple[str, DateSpan]:
        """The last period that stands wholly inside ``start``..``end``, as written and in dates.

        A half-year or month behind another year in the same paragraph (2006年，公司…。上半年…) may be of either: its dates stay unknown.
        """
        i = self.found.index(start, end)
        if i < 0:
            return "", UNKNOWN
        return self.found.written[i], UNKNOWN if self._other_year[i] >= start else self._spans[i]


@lru_cache(maxsize=4096)
def _names_year(period: str) -> bool:
    """Whether a period names its year."""
    try:
        plain = _plain(period)
    except NumeralError:
        plain = period
    return _grammar().names_year.search(plain) is not None


# ------------------------------------------------------------------------------------------ the year of a whole report


def report_year(report: Report) -> int | None:
    """The year that a report speaks of, which gives 今年 and 上半年 their dates.

    The title's year counts unless the body contradicts it: by a dateline of another time, by opening with another year, or by an
    event that was greeted in an earlier year or known only later (a title of 2022 over 喜迎党的十七大: the year was pasted on). Without
    a year in the title, what the body opens with or the dateline tells.

    Returns:
        The year, or None when the text does not say or contradicts itself.
    Source: own rule; measured on real reports, two of five files had a pasted-on year. Events: ``dated_events.tsv``.

    Example:
        >>> from ..structure.parse import parse
        >>> [report_year(*parse(text)) for text in ("甲县总工会2019年工作总结\\n今年，走访12户。", "甲县总工会2021年工作总结\\n今年，喜迎党的十七大。")]
        [2019, None]
    """
    normalized = normalize(report.document.text)
    return year_spoken_of(report.title, normalized.text[slice(*normalized.span(report.start, report.end))])


@lru_cache(maxsize=16)  # the facts of a report and what is told of it as a whole ask for the same
def year_spoken_of(title: str, text: str) -> int | None:
    """The same of a repaired text with its title."""
    body = text.replace(title, "") if title else text
    titled = max((year for match in _STATED.finditer(title) if (year := _stated(match[1]))), default=None)
    dated = _dateline(body)
    year = _by_body(titled, body) if dated is None else _by_dateline(titled, _DATELINE.sub("", body), *dated)
    return None if year is None or _contradicted(year, text) else year


def _stated(words: str) -> int | None:
    figures = words.translate(_YEAR_DIGITS)
    return int(figures) if figures.isdigit() else None


def _by_body(titled: int | None, body: str) -> int | None:
    """The title's year unless the body opens with another one and never names the title's."""
    if titled is not None and any(_stated(match[1]) == titled for match in _STATED.finditer(body)):
        return titled
    opening = body.strip()[:OPENING]
    if match := _OF_WHICH_IT_SPEAKS.search(opening):
        return _stated(match[1])
    if titled is not None:
        return titled
    early = {_stated(match[1]) for match in _STATED.finditer(opening)}
    return early.pop() if len(early) == 1 else None


def _dateline(body: str) -> tuple[int, int] | None:
    """Year and month of a date that fills a line near the end, else near the beginning."""
    for part in (body[-ENDS:], body[:ENDS]):
        for match in reversed(list(_DATELINE.finditer(part))):
            year, month = _stated(match[1]), int(_arabic(match[2])) if match[2][0] not in "0123456789" else int(match[2])
            if year is not None and 1 <= month <= 12:
                return year, month
    return None


def _by_dateline(titled: int | None, body: str, year: int, month: int) -> int | None:
    """The title's or the opening's year where it fits the time of writing, else that time."""
    for candidate in (titled, _by_body(None, body)):
        if candidate is not None and year - 1 <= candidate <= year:
            return candidate
    return year if month > WRITTEN_LATE else None


@cache
def _welcomes() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """The words before and behind an event that is still to come."""
    rows = {row["cue"]: regex.compile(row["pattern"]) for row in load_table("audit_cues", ("cue", "pattern", "example", "counterexample", "source"))}
    return rows["greeting"], rows["tribute"]


def _contradicted(year: int, text: str) -> bool:
    """Whether a text names an event that was not known in ``year``, greets one that was past, or keeps a jubilee of another time.

    What tells its own year (2010年世博会期间) and what is looked back on for years, such as a five-year plan, says nothing.
    """
    before, behind = _welcomes()
    for event, places in events_in(text):
        if year < event.known:
            return True
        if year <= event.year:
            continue
        past = event.last is not None and event.year <= event.last <= event.year + 1 and year > event.last
        for start, end in places:
            if f"{event.year}年" not in text[max(0, start - OWN_YEAR) : start]:
                if past:
                    return True
                if before.search(text, max(0, start - GREETING), start) or behind.search(text[end : end + GREETING]):
                    return True
    return False
