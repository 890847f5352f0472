"""The numbers of automatic lists, which stand nowhere in a text: 一、 （二） 3. are the headings of a report.

Every word processor counts alike: a level starts anew when a level above it has gone on. Counters belong to the abstract
list, so that two lists made of one go on counting. Source: ECMA-376 part 1, 17.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..lexicon import Row, load_table

__all__ = ["LEVELS", "MOST_LABEL", "Level", "ListCounter", "NumberedList", "format_number"]

LEVELS = 9

MOST_LABEL = 40
"""Characters of a level's text: a longer one on every paragraph would multiply the document."""


def format_number(number: int, style: str) -> str:
    """``number`` as Word writes it in a list.

    Args:
        number: 0 or more.
        style: a value of w:numFmt such as "chineseCounting"; unknown ones and numbers out of reach are written in
            decimal, "none" and "bullet" give nothing.

    Example:
        >>> [format_number(n, "chineseCountingThousand") for n in (3, 10, 12, 20, 105)]
        ['三', '十', '十二', '二十', '一百〇五']
        >>> format_number(4, "lowerRoman"), format_number(27, "upperLetter"), format_number(3, "none")
        ('iv', 'AA', '')
    """
    if style in ("none", "bullet"):
        return ""
    row = _formats().get(style)
    if row is None:
        return str(number)
    digits = row["digits"]
    match row["system"]:
        case "positional":
            return "".join(digits[int(d)] for d in str(number))
        case "padded":
            return f"{number:02d}"
        case "ring" if 1 <= number <= len(digits):
            return digits[number - 1]
        case "cycle" if 1 <= number <= 10 * len(digits):
            return digits[(number - 1) % len(digits)] * ((number - 1) // len(digits) + 1)
        case "roman" if 1 <= number <= 3999:
            return _roman(number, digits)
        case "counting" | "legal" if 0 <= number <= 9999:
            return _chinese(number, digits, row["units"], bare_ten=row["system"] == "counting")
    return str(number)


@cache
def _formats() -> dict[str, Row]:
    return {row["format"]: row for row in load_table("list_numerals", ("format", "system", "digits", "units", "example", "source"))}


def _roman(number: int, symbols: str) -> str:
    parts: list[str] = []
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        one, five, ten = (symbols[k : k + 1] for k in range(2 * place, 2 * place + 3))
        parts.append(("", one, one * 2, one * 3, one + five, five, five + one, five + one * 2, five + one * 3, one + ten)[int(digit)])
    return "".join(parts)


def _chinese(number: int, digits: str, units: str, *, bare_ten: bool) -> str:
    if number == 0:
        return digits[0]
    written = ""
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit:
            written += digits[digit] + (units[place - 1] if place else "")
        elif written and not written.endswith(digits[0]):
            written += digits[0]
    written = written.rstrip(digits[0])
    return written[1:] if bare_ten and 10 <= number <= 19 else written


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list writes its numbers: ``text`` has %1 to %9 where the numbers of the levels stand."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    restarts: bool = True
    legal: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list: the counters that it shares with others, its levels, and the levels that it counts anew."""

    abstract: str
    levels: tuple[Level, ...]
    restarted: tuple[int, ...] = ()


class ListCounter:
    """Counts the paragraphs of one document and gives each its number.

    Example:
        >>> lists = {"1": NumberedList("1", (Level("chineseCounting", "%1、"), Level("decimal", "%2.")) + (Level(),) * 7)}
        >>> counter = ListCounter(lists)
        >>> [counter.number("1", level) for level in (0, 1, 1, 0, 1)]
        ['一、', '1. ', '2. ', '二、', '1. ']
    """

    __slots__ = ("_counters", "_lists", "_seen")

    def __init__(self, lists: dict[str, NumberedList]) -> None:
        self._lists = lists
        self._counters: dict[str, list[int | None]] = {}
        self._seen: set[str] = set()

    def get(self, list_id: str) -> NumberedList | None:
        """The list of that name."""
        return self._lists.get(list_id)

    def number(self, list_id: str, level: int) -> str:
        """The number of the next paragraph, with the blank after it where it needs one; "" when it has none.

        Args:
            list_id: the list that the paragraph belongs to.
            level: from 0.
        """
        found = self._lists.get(list_id)
        if found is None:
            return ""
        at = max(0, min(level, LEVELS - 1))
        self._count(list_id, found, at)
        return self._label(found, at)

    def _count(self, list_id: str, found: NumberedList, at: int) -> None:
        counters = self._counters.setdefault(found.abstract, [None] * LEVELS)
        if list_id not in self._seen:
            self._seen.add(list_id)
            for level in found.restarted:
                counters[level] = None
        before = counters[at]
        counters[at] = found.levels[at].start if before is None else before + 1
        for deeper in range(at + 1, LEVELS):
            if found.levels[deeper].restarts:
                counters[deeper] = None

    def _label(self, found: NumberedList, at: int) -> str:
        level = found.levels[at]
        if level.format == "bullet":
            return ""
        label = level.text
        for i, counter in enumerate(self._counters[found.abstract]):
            if f"%{i + 1}" in label:
                style = "decimal" if level.legal else found.levels[i].format
                label = label.replace(f"%{i + 1}", format_number(found.levels[i].start if counter is None else counter, style))
        label = label.strip()
        # Chinese marks carry their own space: 一、 stands close to its heading, 1. does not.
        return label + " " if label and label[-1].isascii() else label
