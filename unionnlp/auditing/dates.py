"""The time a report claims against the time its content betrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import regex

from ..facts.events import events_in
from ..records import Finding
from ..spans import Span
from .case import Case
from .cues import cue, says
from .wording import worded, wording

__all__ = ["YEAR", "Year", "named_years", "period_against_content", "title_against_body", "years_of"]

_DIGITS = {**{c: str(i) for i, c in enumerate("〇一二三四五六七八九")}, "○": "0", "零": "0", "O": "0", "Ｏ": "0"}
YEAR = r"(?<!\d)(?:19[5-9]|20[0-4])\d|[一二][九〇○零O0Ｏ][〇○零0OＯ一二三四五六七八九]{2}"
"""A year as figures or signs; what must follow it is up to the pattern that uses it."""

_YEAR = regex.compile(rf"({YEAR})(?=[年至到—])")
_TITLE_YEARS = regex.compile(rf"({YEAR})(?=年|[—\-－–~～至到]+(?:{YEAR})年?)")
_OPENS = regex.compile(rf"(?:^|[。！\n])[ \t\u3000]*({YEAR})年(?:度|全年|来|[上下]半年|第?[一二三四1-4]季度)?(?=[，,是我]|[^，,。；;\n以来]{{1,20}}工会)")
_DATELINE = regex.compile(rf"^[ \t\u3000]*[（(]?({YEAR})(?:年|[.\-/])(\d{{1,2}}|[一二三四五六七八九十]{{1,2}})(?:月|[.\-/])[^，,。；;\n]{{0,4}}[）)]?[ \t\u3000]*$", regex.MULTILINE)
_MONTHS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}

OPENING, ENDING = 200, 160
"""Characters of the body that open it, and at the end of the report in which its dateline stands."""

MENTIONS = 4
"""Places of one event that a finding shows."""

LATE, EARLY = 2, 5
"""A dateline so many years behind the title's year is late; a yearly summary dated up to this month of its own year is early."""

_ASK = "请核实：本文写于哪一年？"


class Year(NamedTuple):
    """A year named in a text and its place there."""

    start: int
    end: int
    year: int


def years_of(text: str) -> list[Year]:
    """The years that a text names, in order of place.

    Example:
        >>> [year for _, _, year in years_of("二〇〇一至2005年，20人")]
        [2001, 2005]
    """
    return [Year(m.start(), m.end(), year) for m in _YEAR.finditer(text) if (year := _year(m[1])) is not None]


def named_years(case: Case) -> list[Year]:
    """The years that a report names."""
    return case.once("years", lambda: years_of(case.text))


def _year(words: str) -> int | None:
    """The year that a word of a date names."""
    figures = "".join(_DIGITS.get(c, c) for c in words)
    return int(figures) if figures.isdigit() and len(figures) == 4 else None


class _Claim(NamedTuple):
    """The years that a report says it is about, where it says so, and the words for that place."""

    first: int
    last: int
    span: Span
    words: str


@dataclass(frozen=True)
class _Dates:
    """What title, opening and dateline of a report say of its time."""

    case: Case

    @cached_property
    def title(self) -> _Claim | None:
        title = self.case.report.title
        years = [year for match in _TITLE_YEARS.finditer(title) if (year := _year(match[1])) is not None]
        years += [year for _, _, year in years_of(title)]
        at = self.case.text.find(title) if years else -1
        return _Claim(min(years), max(years), self.case.span(at, at + len(title)), "标题") if at >= 0 else None

    @cached_property
    def body(self) -> int:
        """Where the body begins."""
        title = self.case.report.title
        at = self.case.text.find(title) if title else -1
        return at + len(title) if at >= 0 else 0

    @cached_property
    def opening(self) -> _Claim | None:
        """The year with which the body opens (2008年，在市总工会的领导下)."""
        text = self.case.text
        first = len(text) - len(text[self.body :].lstrip())
        match = _OPENS.search(text, self.body, min(len(text), first + OPENING))
        year = _year(match[1]) if match is not None and not worded("retrospect", text[match.end() : match.end() + OPENING].split("。")[0]) else None
        return _Claim(year, year, self.case.span(match.start(1), match.end(1) + 1), "正文开头") if match is not None and year is not None else None

    @cached_property
    def dateline(self) -> tuple[_Claim, int] | None:
        """The date that fills a line near the end, with its month."""
        text = self.case.text
        for match in reversed(list(_DATELINE.finditer(text, max(self.body, len(text) - ENDING)))):
            year, month = _year(match[1]), _MONTHS.get(match[2]) or (int(match[2]) if match[2].isdecimal() else 0)
            if year is not None and 1 <= month <= 12:
                return _Claim(year, year, self.case.span(match.start(), match.end()), "落款"), month
        return None

    @cached_property
    def claim(self) -> _Claim | None:
        """What the events are held against: the title's year, else the opening's, else the dateline's with the year before."""
        if self.title or self.opening or self.dateline is None:
            return self.title or self.opening
        claim = self.dateline[0]
        return claim._replace(first=claim.first - 1)


def _dates(case: Case) -> _Dates:
    return case.once("dates", lambda: _Dates(case))


def period_against_content(case: Case) -> Iterator[Finding]:
    """R07: a text greets an event of another year than it claims to be of (2022年 over 迎世博, which was 2010).

    An event greeted (迎世博) dates the text to its year or before; an event named dates it to the year in which it became
    known or later (the Games were awarded in 2001), an anniversary or a campaign to its time. A claim earlier than an event
    that it names, or later than one that it greets or that it calls this year's, is a conflict; without any claim, or with an
    anniversary long past, the date is a signal.
    """
    claim = _dates(case).claim
    for event, places in events_in(case.text):
        mentions = [_mention(case, *place) for place in places]
        greeted = [mention for mention in mentions if mention[2]]
        start, end, _ = (greeted or mentions)[0]
        spans = tuple(case.span(a, b) for a, b, _ in (greeted or mentions)[:MENTIONS])
        quote = case.text[start:end]
        if claim is None:
            if greeted:
                yield Finding("period", "signal", spans, f"文中“{quote}”说明写于{event.year}年前后（{event.name}）", None, None, _ASK)
            continue
        first, last, place, where = claim
        spans = tuple(dict.fromkeys((place, *spans)))
        words = f"{where}写{_years(first, last)}年，文中“{quote}”（{event.name}，{event.year}年）"
        sentence = case.text[case.context.sentence_start(start) : end]
        if first > event.year and f"{event.year}年" in sentence:
            continue  # the sentence dates itself: it tells of the past
        dated_now = event.last is not None and event.last <= event.year + 1 and worded("now", case.text[case.context.clause(start, end)[0] : start])
        if ((greeted or dated_now) and first > event.year) or last < (min(event.known, event.year - 1) if greeted else event.known):
            yield Finding("period", "conflict", spans, f"{words}：打架", None, None, f"{_ASK}{where}年份是否后改？")
        elif event.last is not None and first > event.last:
            yield Finding("period", "signal", spans, f"{words}：疑似沿用旧稿", None, None, _ASK)
        elif greeted or first <= event.year <= last:
            yield Finding("period", "consistent", spans, f"{words}：一致")


def _mention(case: Case, start: int, end: int) -> tuple[int, int, bool]:
    """Where an event is named, the greeting before it included, and whether it is greeted or paid tribute to."""
    greeting = cue("greeting").search(case.text, max(0, start - 8), start)
    tribute = cue("tribute").search(case.text[end : end + 8])
    return (start if greeting is None else greeting.start()), end, greeting is not None or tribute is not None


def _years(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}—{last}"


# ----------------------------------------------------------------------------------------------- the title and the body


def title_against_body(case: Case) -> Iterator[Finding]:
    """R07: the year of the title against those of the body: its opening, its dateline, honours of a later year.

    003: titles and bodies over which 2025年 was pasted keep a signature of 2008. A summary may be signed in the year after its
    own; a paper that looks ahead in the year before.
    """
    dates = _dates(case)
    title = dates.title
    if title is None:
        return
    years = [found for found in named_years(case) if found.start >= dates.body]
    opening = dates.opening
    if opening is not None and not title.first <= opening.first <= title.last and not any(title.first <= year <= title.last for _, _, year in years):
        yield from _other_year(title, opening, "conflict" if opening.first < title.first else "doubtful")
    if dates.dateline is not None:
        yield from _against_dateline(case.report.title, title, *dates.dateline)
    later = [found for found in years if found.year > title.last + 1 and _is_done(case, found)]
    if later:
        spans = (title.span, *(case.span(found.start, found.end + 10) for found in later[:MENTIONS]))
        words = f"标题写{_years(title.first, title.last)}年，文中却叙述{later[0].year}年已发生的事：打架"
        yield Finding("title_year", "conflict", spans, words, None, None, "请核实：标题或正文的年份是否有误？")


def _other_year(title: _Claim, other: _Claim, verdict: str) -> Iterator[Finding]:
    word = {"conflict": "打架", "doubtful": "存疑"}[verdict]
    words = f"标题写{_years(title.first, title.last)}年，{other.words}写{other.first}年：{word}"
    yield Finding("title_year", verdict, (title.span, other.span), words, None, None, "请核实：标题或正文的年份是否有误？")


def _against_dateline(words: str, title: _Claim, dateline: _Claim, month: int) -> Iterator[Finding]:
    """Whether a paper was signed when it can have been written."""
    ahead, back = worded("plan_title", words), worded("summary_title", words)
    if dateline.first < title.first - 1 or (dateline.first < title.first and back and not ahead):
        yield from _other_year(title, dateline, "conflict" if back and not ahead else "doubtful")
    elif dateline.first >= title.last + LATE or (dateline.first == title.first == title.last and month <= EARLY and worded("yearly_title", words) and not (ahead or worded("part_of_year", words))):
        yield from _other_year(title, dateline, "doubtful")
    else:
        said = f"标题写{_years(title.first, title.last)}年，落款写{dateline.first}年：一致"
        yield Finding("title_year", "consistent", (title.span, dateline.span), said)


def _is_done(case: Case, found: Year) -> bool:
    """Whether something is told as done in a year: an honour won, and no word of plans in the sentence before it."""
    sentence = case.text[max(case.context.sentence_start(found.start), found.start - 80) : found.end + 40]
    return says("honour", case.text[found.end : found.end + 30]) and wording("ahead").search(sentence) is None
