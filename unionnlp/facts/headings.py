"""What the words of a table say of the figures under them: the measure they name, the one they imply, a role, a period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

import regex

from ..lexicon import load_table
from .context import mentions
from .quantities import scan

__all__ = ["LONGEST_HEADING", "NOTHING", "Heading", "Measure", "heading", "measures", "stated_measures"]

LONGEST_HEADING = 40
"""Characters of a longest heading; what is longer, or holds a full stop, is running text."""

_BLANKS = regex.compile(r"\s+")
_OPENING, _CLOSING = "（([【〔", "）)]】〕"
_PARENTHESES = regex.compile(rf"[{regex.escape(_OPENING)}]([^{regex.escape(_OPENING + _CLOSING)}]{{1,16}})[{regex.escape(_CLOSING)}]")
_STATED = regex.compile(r"(?:计量)?单位[ \t\u3000]*[:：][ \t\u3000]*([^\s（）()，,。；;]{1,8}(?:[、，,/][ ]?[^\s（）()，,。；;]{1,8}){0,5})")
_LIST = regex.compile(r"[、，,/]|和|及")
_TIMES = regex.compile(r"(?<=[人户家件场])[（(/·]次[)）]?")
_BEHIND = regex.compile(r"^(.+?)(?:[:：/、，,]([^:：/、，,]{1,5})|((?:[百千万亿]{1,2}(?:[元人户])(?:次)?|[元%])))$")
_DIGIT = regex.compile(r"[0-9.,零一二两三四五六七八九]")
_LONGEST_MEASURE = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit with its scale: 万元 is 10,000 of 元."""

    unit: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says. ``measures`` it names, ``implied`` is the unit that its last noun counts in."""

    words: str
    measures: tuple[Measure, ...] = ()
    implied: str = ""
    roles: frozenset[str] = frozenset()
    period: str = ""

    @property
    def measured(self) -> bool:
        """Whether it says in what its figures count."""
        return bool(self.measures or self.implied)

    @property
    def named(self) -> bool:
        """Whether it is the name of a unit (青河镇) and counts nothing."""
        return "organisation" in self.roles and not self.measured


NOTHING = Heading("")


@lru_cache(maxsize=1024)
def measures(text: str) -> tuple[Measure, ...]:
    """The measures that a text names and nothing else; none when any part of it is something else.

    Example:
        >>> [(m.unit, int(m.factor)) for m in measures("万元/人")], measures("人（次）")[0].unit, measures("青河镇")
        ([('元', 10000), ('人', 1)], '人次', ())
    """
    found: list[Measure] = []
    for part in _LIST.split(_TIMES.sub("次", text)):
        one = scan(f"1{part}") if 0 < len(part) <= _LONGEST_MEASURE and _DIGIT.match(part) is None else []
        if len(one) != 1 or one[0].value is None or one[0].quote != f"1{part}" or one[0].bound != "exact":
            return ()
        found.append(Measure(one[0].unit, one[0].value))
    return tuple(found)


def stated_measures(text: str) -> tuple[Measure, ...]:
    """The measures behind 单位： in a caption.

    Example:
        >>> [(m.unit, int(m.factor)) for m in stated_measures("2023年帮扶情况表（单位：万元、人）")]
        [('元', 10000), ('人', 1)]
    """
    found: list[Measure] = []
    for match in _STATED.finditer(text):
        found.extend(measure for part in _LIST.split(match[1]) for measure in measures(part.strip()))
    return tuple(found)


@cache
def _implied() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    rows = load_table("table_units", ("unit", "pattern", "example", "counterexample", "source"))
    return tuple((row["unit"], regex.compile(row["pattern"])) for row in rows)


@cache
def _roles() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    rows = load_table("table_headings", ("role", "pattern", "example", "counterexample", "source"))
    return tuple((row["role"], regex.compile(row["pattern"])) for row in rows)


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading:
    """What a heading says.

    Args:
        text: the words of its cell, repaired; blanks in them (合　计) do not count.

    Example:
        >>> h = heading("慰问金（万元）")
        >>> h.words, h.measures[0].unit, h.implied
        ('慰问金', '元', '元')
        >>> heading("组建率").implied, heading("2023年").period, sorted(heading("合　计").roles)
        ('%', '2023年', ['generic', 'total'])
    """
    words = _TIMES.sub("次", _BLANKS.sub("", text)[:LONGEST_HEADING])
    words, named = _without_measure(words)
    found = mentions(words, "periods").words
    roles = {role for role, pattern in _roles() if pattern.search(words)}
    period = words if "year" in roles else found[-1] if found else ""
    if period == words:
        words, roles = "", roles | {"generic"}
    noun = _PARENTHESES.sub("", words)
    implied = "" if "organisation" in roles else next((unit for unit, pattern in _implied() if pattern.search(noun)), "")
    return Heading(words, named, implied, frozenset(roles), period)


def _without_measure(words: str) -> tuple[str, tuple[Measure, ...]]:
    """A heading without its measure: 慰问金（万元）, 会员数/人, 组建率%, 慰问金额万元, or 人次 alone, which stays."""
    if whole := measures(words):
        return words, whole
    for match in _PARENTHESES.finditer(words):
        inner = match[1]
        if named := stated_measures(inner) or measures(inner):
            return words[: match.start()] + words[match.end() :], named
    behind = _BEHIND.match(words)
    if behind is not None and (named := measures(behind[2] or behind[3])):
        return behind[1], named
    return words, ()
