"""The numerals of lists and headings: gaps, repeats, lists that stop at their first item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from ..records import Finding
from ..structure.numbering import Numbering
from .case import Case
from .wording import worded

__all__ = ["numbering"]

FARTHEST_GAP = 3
"""A numeral that skips more is none of the list (a line that happens to open with a figure)."""

MOST_MISPLACED = 40
"""Numerals of one report that no list waits for and that are looked into; where more are wrong the lines are no lists."""

DEEPEST = 6
"""Open lists of one family that are looked through; the deepest nesting of the samples is 3."""

LONGEST_ITEM = 800
"""Characters before an item in which the one before it may stand behind other punctuation (四.问题.一是…)."""

LONE_ITEM = 300
"""Characters behind a lone 一是 in which the list may go on by other words."""

_LINE = re.compile(r"[^\r\n]+")
_ASK = "请核实：是否漏项、重号？"
_CHINESE = dict(enumerate("一二三四五六七八九", 1))
_SPELT = "首其再"
"""首先, 其次, 再次: words that also stand alone."""


@dataclass(slots=True)
class _List:
    """An open list: its last numeral and how many it has."""

    last: Numbering
    count: int = 1
    first: Numbering | None = field(default=None)


def numbering(case: Case) -> Iterator[Finding]:
    """R06: a numeral missing or standing twice, a list of which only 一是 is left (000/4: 一是 without 二是).

    Numerals of one family are followed in order of place; one goes on with the innermost list that waits for it, so that lists
    inside items are no gaps. Numerals that open lines count, in mid-line only words (一是, 第一，). A list carried on in another
    style (一、 2. 三、) is none of these.
    """
    lists: dict[str, list[_List]] = {}
    before: Numbering | None = None
    misplaced = 0
    for number in _numerals(case):
        stack = lists.setdefault(number.family, [])
        if number.value == 1:
            stack.append(_List(number, first=number))
            del stack[:-DEEPEST]
        elif (depth := _waiting(stack, number.value)) is not None:
            for closed in stack[depth + 1 :]:
                yield from _lone(case, closed)
            if stack[depth].count == 0:
                yield from _headless(case, stack[depth].last)
            del stack[depth + 1 :]
            stack[depth].last, stack[depth].count = number, stack[depth].count + 1
        else:
            if before is not None and before.family != number.family and before.value == number.value - 1:  # carried on in another style
                for carried in lists[before.family][-1:]:
                    carried.count += 1
                stack.append(_List(number))
            elif (misplaced := misplaced + 1) <= MOST_MISPLACED:
                yield from _misplaced(case, stack, number)
        before = number if number.at_line else before
    for stack in lists.values():
        for left in stack:
            yield from _lone(case, left)


def _numerals(case: Case) -> Iterator[Numbering]:
    """The numerals outside tables that open a line, or are words of a list."""
    tables = [case.normalized.span(table.start, table.end) for table in case.report.tables]
    for line in _LINE.finditer(case.text):
        at = line.start() + case.low
        if any(start <= at < end for start, end in tables):
            continue
        for number in case.numerals(*line.span()):
            if number.value and (number.at_line or number.rank is None) and number.text[0] not in _SPELT[1:]:
                yield number


def _waiting(stack: list[_List], value: int) -> int | None:
    """The innermost list whose next numeral this is."""
    return next((i for i in range(len(stack) - 1, -1, -1) if stack[i].last.value == value - 1), None)


def _misplaced(case: Case, stack: list[_List], number: Numbering) -> Iterator[Finding]:
    """A numeral that no open list waits for."""
    last = next((open_list for open_list in reversed(stack) if open_list.last.value <= number.value), None)
    if last is None:
        if not stack and number.value <= FARTHEST_GAP and case.text[: number.start].strip() and not _set_otherwise(case, number):
            if number.rank is None:
                yield from _headless(case, number)
            stack.append(_List(number, 0 if number.rank is not None else 2))  # a single heading may be an extract's
        elif stack or number.value <= FARTHEST_GAP:
            stack.append(_List(number, 2))
        return
    if number.value - last.last.value > FARTHEST_GAP:
        return
    if number.value > last.last.value and _set_otherwise(case, number):
        last.last, last.count = number, last.count + 1
        return
    spans = (case.span(last.last.start, last.last.end + 12), case.span(number.start, number.end + 12))
    if number.value == last.last.value:
        yield Finding("numbering", "damaged", spans, f"序号“{number.text}”重复", None, None, _ASK)
    else:
        yield Finding("numbering", "damaged", spans, f"序号由“{last.last.text}”跳到“{number.text}”，疑似缺项", None, None, _ASK)
    last.last, last.count = number, last.count + 1


def _headless(case: Case, number: Numbering) -> Iterator[Finding]:
    """A list whose first items are not there."""
    yield Finding("numbering", "damaged", (case.span(number.start, number.end + 12),), f"序号从“{number.text}”起，疑似缺前项", None, None, _ASK)


def _set_otherwise(case: Case, number: Numbering) -> bool:
    """Whether the numeral before this one stands in the text with other punctuation (五存在不足, 四.问题.一是)."""
    before = _CHINESE.get(number.value - 1, "")
    if number.rank is not None:
        return regex.search(rf"(?m)^[ \t\u3000]*[（(]?(?:{before or number.value - 1}|{number.value - 1})(?![\d年月日些个次方直定般系])", case.text, endpos=number.start) is not None
    near = case.text[max(0, number.start - LONGEST_ITEM) : number.start]
    return any(f"{word}" in near for word in (f"{before}是", f"第{before}", *(("首先", "其一") if number.value == 2 else ("其次",))))


def _lone(case: Case, left: _List) -> Iterator[Finding]:
    """A list that never went beyond its first item."""
    number = left.first
    if left.count != 1 or number is None or number.text[0] in _SPELT:
        return
    if number.rank is not None and not (number.at_line and number.rank == 1):
        return
    if not case.text[: number.start].strip():  # an extract
        return
    behind = case.text[number.end : number.end + LONE_ITEM]
    if number.rank is None and worded("more_items", behind):
        return
    span = case.span(number.start, number.end + 20)
    verdict = "damaged" if number.rank is None else "signal"
    yield Finding("numbering", verdict, (span,), f"只有“{number.text}”而无后项，疑似缺文", None, None, _ASK)
