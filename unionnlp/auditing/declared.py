"""Declared counts: as many items follow as were announced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import islice

from ..facts.openings import Openings
from ..facts.patterns import Match, Pattern, compiled
from ..lexicon import load_table
from ..records import Finding
from ..structure.numbering import Numbering, line_numbers, ordinal_value
from .case import Case
from .wording import worded

__all__ = ["declared_counts"]

MOST_DECLARED = 40
"""Declared counts of one report that are looked into."""

LEAD, SHORT_LEAD = 120, 14
"""Characters between an announcement and its list, and of a second sentence between them (主要是：)."""

ITEMS_WITHIN = 6000
"""Characters behind an announcement in which its list must end; the longest section of the samples has 2,900."""

DEEPEST = 4
"""Lists inside items that are kept open."""

HEADING = 40
"""Characters of an item that tell whether it is one of those announced."""

_LINE = re.compile(r"[^\r\n]+")
_SENTENCE_END = re.compile(r"[。！!？?]")


@cache
def _declared() -> Openings[Pattern]:
    rows = load_table("declared_counts", ("id", "pattern", "example", "counterexample", "source", "opens"))
    return Openings([(row["pattern"], row["opens"], compiled(row["pattern"])) for row in rows])


def _announced(text: str) -> Iterator[Match]:
    """The announcements of a text; at each place the first pattern of the table."""
    last = 0
    for at, patterns in _declared().places(text):
        match = next((match for pattern in patterns if (match := pattern.match(text, at)) is not None), None) if at >= last else None
        if match is not None:
            last = match.end()
            yield match


def declared_counts(case: Case) -> Iterator[Finding]:
    """R04: as many items follow as were announced (“六个方面”: 一是 … 六是, or the headings （一） … （六）).

    The list must open right behind the announcement: in its sentence, on the next line, or behind a short 主要是：. Numbered
    sections behind the list (存在问题, 下步打算) may or may not be counted in. What others announced (落实市总八项要求) and a part of
    what was announced (十项工作中) is no declaration. Where no list opens, nothing is said.
    """
    announced = list(islice(_announced(case.text), MOST_DECLARED))
    for match, following in zip(announced, [*announced[1:], None], strict=False):
        stated = _value(match["n"])
        clause = case.text[case.context.clause(match.start(), match.end())[0] : match.start()]
        first = _first_item(case, match.end())
        if first is None or (following is not None and following.end() <= first.start) or worded("some_of", case.text[match.end() : match.end() + SHORT_LEAD]):
            continue
        items = _items(case, first)
        count = len(items)
        if first.rank is not None:
            own = [item for item in items if not worded("beyond_list", case.text[item.end : item.end + HEADING].split("\n")[0])]
            count = stated if len(own) <= stated <= count else (len(own) if stated < len(own) else count)
        if count != stated and (worded("handed_down", clause) or _is_name(case, match, first)):
            continue
        yield _finding(case, match, items, count, stated)


def _value(numeral: str) -> int:
    return ordinal_value(numeral.replace("两", "二"))


def _finding(case: Case, match: Match, items: list[Numbering], count: int, stated: int) -> Finding:
    last = items[min(count, len(items)) - 1]
    spans = (case.span(match.start(), match.end()), case.span(last.start, min(last.start + 20, len(case.text))))
    words = f"写“{match[0].strip('“”')}”，其后列出{count}项"
    if count == stated:
        return Finding("declared_count", "consistent", spans, f"{words}：一致", Decimal(count), Decimal(stated))
    verdict, word = ("conflict", "打架") if count < stated else ("doubtful", "存疑")
    return Finding("declared_count", verdict, spans, f"{words}：{word}", Decimal(count), Decimal(stated), "请核实：是否漏列或多列？")


def _is_name(case: Case, match: Match, first: Numbering) -> bool:
    """Whether a quoted count is a name (“两个普遍”) that the list behind it does not spell out."""
    return match[0].startswith("“") and len(case.text[match.end() : first.start].strip("”：:，,。；; \r\n\u3000")) > SHORT_LEAD


def _first_item(case: Case, start: int) -> Numbering | None:
    """The first numeral of a list that opens right behind ``start``."""
    stop = min(len(case.text), start + LEAD)
    for line in _LINE.finditer(case.text, start, stop):
        end = case.text.find("\n", line.start())
        whole = (line.start(), len(case.text) if end < 0 else min(end, line.start() + 2 * LEAD))
        for number in line_numbers(case.text, *whole):
            if number.start >= stop:
                return None
            at_line = number.at_line and line.start() > start
            if number.at_line and not at_line and number.start > start:
                at_line = not case.text[start : number.start].strip()
            if number.rank is not None and not at_line and number.family not in ("circled", "paren", "arabic_paren"):
                continue
            return number if number.value == 1 and _leads_in(case.text[start : number.start]) else None
    return None


def _leads_in(between: str) -> bool:
    """Whether words only lead from an announcement to its list: the rest of its sentence, and perhaps 主要是：."""
    sentence, *others = _SENTENCE_END.split(between)
    rest = [part.strip("”）) \r\n\u3000") for part in others]
    lines = [line for line in sentence.split("\n") if line.strip()]
    return len(lines) <= 1 and sum(map(len, rest)) <= SHORT_LEAD and all(not part or part[-1] in "：:，," for part in rest)


def _items(case: Case, first: Numbering) -> list[Numbering]:
    """The items of a list from its first on; lists of the same family inside its items are kept apart."""
    outer = _outer_rank(case, first)
    items, inner = [first], []  # type: list[Numbering], list[int]
    end = min(len(case.text), first.start + ITEMS_WITHIN)
    line_start = case.text.rfind("\n", 0, first.start) + 1
    for line in _LINE.finditer(case.text, line_start, end):
        for number in case.numerals(*line.span()):
            if number.start <= first.start:
                continue
            if number.at_line and number.rank is not None and number.family != first.family and number.rank <= outer:
                return items
            if number.family != first.family or (first.at_line and first.rank is not None and not number.at_line):
                continue
            if number.value == 1:
                if first.rank is not None and first.at_line and not inner and number.rank == first.rank and outer < 0:
                    return items
                inner = [*inner, 1][-DEEPEST:]
            elif inner and inner[-1] == number.value - 1:
                inner[-1] = number.value
            elif items[-1].value < number.value <= items[-1].value + 2:
                inner = []
                items.append(number)
            else:
                inner = [depth for depth in inner if depth < number.value]
    return items


def _outer_rank(case: Case, first: Numbering) -> int:
    """The rank of the headings that end a list: those of the section in which it stands."""
    if first.rank is not None:
        return first.rank - 1
    before = case.text[: case.text.rfind("\n", 0, first.start) + 1 or first.start]
    line_start = before.rfind("\n", 0, max(0, len(before) - 1)) + 1
    for at in (case.text.rfind("\n", 0, first.start) + 1, line_start):
        number = next(iter(line_numbers(case.text, at, min(len(case.text), at + HEADING))), None)
        if number is not None and number.at_line and number.rank is not None:
            return max(number.rank, 1)
    return 1
