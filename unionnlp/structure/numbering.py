"""The numerals that head sections and items: 一、 （一） 1. （1） ① 一是 第一，首先 …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from ..lexicon import load_table

__all__ = ["Numbering", "line_number", "line_numbers", "ordinal_value", "starts_with_number"]

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_BEFORE_INLINE = "。；;：:，,、！!？?”）) \t\n\u3000—"
"""What may stand before a numeral in mid-line; 一是 also follows a comma (000: …红旗集体,二是组织开展…)."""


class Numbering(NamedTuple):
    """A numeral found: its place, the family it counts in, its value, and how it ranks among families.

    ``rank`` is the family's usual depth (GB/T 9704: 一、 over （一） over 1. over （1）), None for words such as 一是 which
    may nest anywhere. ``at_line`` tells whether it opens a line.
    """

    start: int
    end: int
    text: str
    family: str
    rank: int | None
    value: int
    at_line: bool


@dataclass(frozen=True, slots=True)
class _Style:
    family: str
    rank: int | None
    group: str


@dataclass(frozen=True, slots=True)
class _Styles:
    """The table compiled: the styles by the name of their group, one pattern for the start of a line and one for mid-line.

    ``openers`` are the characters that open a numeral, ``signs`` those that are one wherever they stand. In mid-line a numeral
    can stand at a match of ``places`` that is a sign, and behind any other one: a look that saves the patterns elsewhere.
    """

    by_group: dict[str, _Style]
    openers: frozenset[str]
    at_start: re.Pattern[str]
    inline: re.Pattern[str]
    signs: frozenset[str]
    places: re.Pattern[str]


@cache
def _styles() -> _Styles:
    rows = load_table("numbering", ("style", "family", "rank", "line", "inline", "opens", "pattern", "example", "counterexample", "source"))
    styles: dict[str, _Style] = {}
    parts: dict[str, list[str]] = {"no": [], "after": [], "yes": []}
    opens = {"no": "", "after": "", "yes": ""}
    every = []
    for i, row in enumerate(rows):
        styles[f"s{i}"] = _Style(row["family"], int(row["rank"]) if row["rank"] else None, f"n{i}")
        named = row["pattern"].replace("(?P<n>", f"(?P<n{i}>").replace("(?P<word>", f"(?P<n{i}>")
        every.append(f"(?P<s{i}>{named})")
        parts[row["inline"]].append(every[-1])
        opens[row["inline"]] += row["opens"]
    return _Styles(
        styles,
        frozenset("".join(opens.values())),
        re.compile("|".join(every)),
        re.compile("|".join(parts["after"] + parts["yes"])),
        frozenset(opens["yes"]),
        re.compile(f"[{re.escape(_BEFORE_INLINE)}{opens['yes']}](?:(?<=[{opens['yes']}])|(?=[{opens['after']}]))"),
    )


@cache
def _words() -> dict[str, int]:
    return {row["word"]: int(row["value"]) for row in load_table("ordinal_words", ("word", "value", "source"))}


@lru_cache(maxsize=1024)  # 一, 二, 三: few, and they come back
def ordinal_value(numeral: str) -> int:
    """The value of a list numeral.

    Example:
        >>> [ordinal_value(n) for n in ("三", "十二", "二十", "7", "④", "㈢", "其次")]
        [3, 12, 20, 7, 4, 3, 2]
    """
    if numeral in _words():
        return _words()[numeral]
    if numeral.isdecimal():
        return int(numeral)
    if len(numeral) == 1:
        return int(unicodedata.numeric(numeral, 0))
    head, ten, tail = numeral.partition("十")
    if not ten:
        return int("".join(str(_DIGITS.get(c, 0)) for c in numeral) or 0)
    return (_DIGITS[head[-1]] if head and head[-1] in _DIGITS else 1) * 10 + (_DIGITS.get(tail[0], 0) if tail else 0)


def starts_with_number(line: str) -> bool:
    """Whether a line opens with a list numeral.

    Example:
        >>> starts_with_number("（三）尊师重教"), starts_with_number("三个结合")
        (True, False)
    """
    line = line.lstrip()
    return line[:1] in _styles().openers and _styles().at_start.match(line) is not None


def line_number(text: str, start: int, end: int) -> Numbering | None:
    """The list numeral that opens a line."""
    styles = _styles()
    while start < end and text[start] in " \t\u3000":
        start += 1
    if start == end or text[start] not in styles.openers:
        return None
    match = styles.at_start.match(text, start, end)
    return _numbering(styles, match, at_line=True) if match is not None else None


def line_numbers(text: str, start: int, end: int) -> Iterator[Numbering]:
    """The list numerals of one line: the one that opens it, then those in mid-line that follow punctuation."""
    styles = _styles()
    at = start
    first = line_number(text, start, end)
    if first is not None:
        yield first
        at = first.end
    for found in styles.places.finditer(text, max(start, at - 1), end):
        place = found.start() if found[0] in styles.signs else found.end()
        match = styles.inline.match(text, place, end) if place >= at else None
        if match is not None:
            yield _numbering(styles, match, at_line=False)
            at = match.end()


def _numbering(styles: _Styles, match: re.Match[str], *, at_line: bool) -> Numbering:
    style = styles.by_group[match.lastgroup or ""]
    return Numbering(match.start(), match.end(), match[0].strip(), style.family, style.rank, ordinal_value(match[style.group]), at_line)
