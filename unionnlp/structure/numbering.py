"""The numerals that head sections and items: 一、 （一） 1. （1） ① 一是 第一，首先 …"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table

__all__ = ["Numbering", "line_numbers", "ordinal_value", "starts_with_number"]

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_BEFORE_INLINE = "。；;：:，,、！!？?”）) \t\n\u3000—"
"""What may stand before a numeral in mid-line; 一是 also follows a comma (000: …红旗集体,二是组织开展…)."""


@dataclass(frozen=True, slots=True)
class Numbering:
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
    inline: str


@cache
def _styles() -> tuple[tuple[_Style, ...], regex.Pattern[str], regex.Pattern[str]]:
    """The table as styles, with one pattern for starts of lines and one for anywhere."""
    rows = load_table("numbering", ("style", "family", "rank", "line", "inline", "opens", "pattern", "example", "counterexample", "source"))
    styles, parts = [], []
    for i, row in enumerate(rows):
        styles.append(_Style(row["family"], int(row["rank"]) if row["rank"] else None, row["inline"]))
        named = row["pattern"].replace("(?P<n>", f"(?P<n{i}>").replace("(?P<word>", f"(?P<n{i}>")
        parts.append(f"(?P<s{i}>{named})")
    inline = [part for part, style in zip(parts, styles, strict=True) if style.inline != "no"]
    opens = "".join(sorted({char for row in rows for char in row["opens"]}))  # one look a character saves the alternatives
    return tuple(styles), regex.compile("|".join(parts)), regex.compile(rf"(?=[{opens}])(?:{'|'.join(inline)})")


@cache
def _words() -> dict[str, int]:
    return {row["word"]: int(row["value"]) for row in load_table("ordinal_words", ("word", "value", "source"))}


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
    return _styles()[1].match(line.lstrip()) is not None


def line_numbers(text: str, start: int, end: int) -> Iterator[Numbering]:
    """The list numerals of one line: the one that opens it, then those in mid-line that follow punctuation."""
    styles, at_start, inline = _styles()
    at = start
    while at < end and text[at] in " \t\u3000":
        at += 1
    match = at_start.match(text, at, end)
    if match is not None:
        yield _numbering(styles, match, at_line=True)
        at = match.end()
    for found in inline.finditer(text, at, end):
        number = _numbering(styles, found, at_line=False)
        style = styles[int((found.lastgroup or "s0")[1:])]
        if style.inline == "yes" or (found.start() > start and text[found.start() - 1] in _BEFORE_INLINE):
            yield number


def _numbering(styles: tuple[_Style, ...], match: regex.Match[str], *, at_line: bool) -> Numbering:
    index = int((match.lastgroup or "s0")[1:])
    style = styles[index]
    return Numbering(match.start(), match.end(), match[0].strip(), style.family, style.rank, ordinal_value(match[f"n{index}"]), at_line)
