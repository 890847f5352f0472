"""Amounts a head: those stated, and those that an amount and its heads give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from ..lexicon import load_table
from ..records import Finding
from .agreement import each_follows
from .case import Case, figure
from .cues import bare, says, shares_a_word
from .items import PEOPLE, Item
from .phrases import finding, word

__all__ = ["per_head", "stated_each", "yearly_from_monthly"]

NEARBY = 6
"""Figures of a paragraph around an amount for each that may be its amount and its heads."""

_COUNTED = frozenset({"人", "人次"})
MONTHS = 12
_MONEY = "元"
_COURSES = frozenset({"期", "场", "次", "班"})


@dataclass(frozen=True, slots=True)
class _Range:
    """A row of ``per_head.tsv``: the words of an amount, who may be its heads, and what is common for each."""

    pattern: re.Pattern[str]
    units: frozenset[str]
    low: Decimal
    high: Decimal
    reason: str


@cache
def _ranges() -> tuple[_Range, ...]:
    rows = load_table("per_head", ("pattern", "units", "low", "high", "reason", "example", "counterexample", "source"))
    return tuple(_Range(re.compile(row["pattern"]), frozenset(row["units"].split()), Decimal(row["low"]), Decimal(row["high"]), row["reason"]) for row in rows)


def per_head(case: Case) -> Iterator[Finding]:
    """R11: an amount divided by its heads is of a plausible size, or of a size that the paragraph states.

    Why: the amount a head is the best probe for a wrong unit (万 for 元). The ranges are wide: no judgement of generosity.

    Example: 38名患妇科大病的女职工，发放保障金22.8万元 (6000 each, as the plan says: consistent); 32316人，上交互助金2631760万元 (doubtful).
    Counterexample: 每份60元, 最高3000元 are no amounts to divide; 320户、5200人次，发放慰问金32万元 has two kinds of heads.
    """
    for sentence in case.item_sentences:
        for i, amount in enumerate(sentence):
            if not i or amount.unit != _MONEY or amount.status == "rule" or _is_for_each(amount):
                continue
            row = next((row for row in _ranges() if row.pattern.search(amount.own)), None)
            heads = _heads(sentence, i, row.units if row is not None else PEOPLE)
            if heads is None or heads.status != amount.status:
                continue
            stated = _stated_before(case, heads, amount)
            if stated is not None:
                yield _each(case, heads, amount, stated)
            elif row is not None:
                yield _plausible(case, heads, amount, row.low, row.high, row.reason)
        yield from _courses(case, sentence)


def _is_for_each(item: Item) -> bool:
    return says("each", item.own) or says("most", item.own) or says("monthly", item.own)


def _heads(sentence: list[Item], i: int, units: frozenset[str]) -> Item | None:
    """The heads of an amount: the nearest figure of people before it with no other amount between, when it is the only one of its clause."""
    for k in range(i - 1, max(-1, i - 3), -1):
        item = sentence[k]
        if item.unit == _MONEY and not _is_for_each(item):
            return None
        if item.unit in units and not says("each", item.own) and item.status != "rule":
            sibling = k and sentence[k - 1].unit in PEOPLE and sentence[k - 1].end > item.at - len(item.clause)
            return None if sibling else item
    return None


def _stated_before(case: Case, heads: Item, amount: Item) -> Item | None:
    """An amount of the paragraph that the quotient gives to the yuan (一次性保障金6000元)."""
    if not (heads.exact and amount.exact):
        return None
    quotient = amount.value / heads.value
    near = case.items[max(0, heads.order - NEARBY) : heads.order]
    return next((item for item in near if item.unit == _MONEY and item.paragraph == amount.paragraph and item.value == quotient and heads.value != 1), None)


def _each(case: Case, heads: Item, amount: Item, each: Item) -> Finding:
    quotient = amount.value / heads.value
    words = f"{amount.quote} ÷ {heads.quote} ≈ {figure(quotient)}，报告写{each.quote}"
    return finding(case, "per_head", "consistent", (each, heads, amount), words, computed=quotient, stated=each.value)


def _plausible(case: Case, heads: Item, amount: Item, low: Decimal, high: Decimal, reason: str) -> Finding:
    each = amount.value / heads.value
    words = f"{amount.quote} ÷ {heads.quote} ≈ {figure(each)}（{reason}）"
    if low <= each <= high:
        return finding(case, "per_head", "consistent", (heads, amount), words, why=word("way.plausible"), computed=each)
    return finding(case, "per_head", "doubtful", (heads, amount), words, why=word("why.unlikely").format(low=low, high=high), computed=each)


_COURSE_SIZE = (Decimal(2), Decimal(2000))
"""People in one course; the largest of the samples, a lecture in a theatre, has 1,200."""


def _courses(case: Case, sentence: list[Item]) -> Iterator[Finding]:
    """People a course (培训班36期，培训职工4200人次)."""
    for courses, people in pairwise(sentence):
        if courses.unit not in _COURSES or people.unit not in ("人", "人次") or courses.status != people.status:
            continue
        if "trained" in people.roles and says("course", courses.own + courses.behind):
            yield _plausible(case, courses, people, *_COURSE_SIZE, word("why.course"))


def stated_each(case: Case) -> Iterator[Finding]:
    """R11: an amount stated for each follows from an amount and its heads near by.

    Why: it is the one division that reports write out. Every amount and every figure of heads around it is tried before one is
    called doubtful, which takes exactly one of each in its own sentence.

    Example: 1520人次，慰问金91.2万元，人均600元 (consistent); …人均800元 (doubtful).
    Counterexample: 每人500元，最高3000元 has nothing to divide; 人均收入3110元 is of no amount here.
    """
    for each in case.items:
        if each.unit == "%" or each.group < 0 or not says("each", each.own) or says("most", each.own) or says("monthly", each.own):
            continue
        near = [item for item in case.beside(each, NEARBY, 3) if item.unit != "%" and not says("most", item.own)]
        same = _COUNTED if each.unit in _COUNTED else {each.unit}
        amounts = [item for item in near if item.unit in same and not says("each", item.own)]
        heads = [item for item in near if item.unit not in same and item.unit != _MONEY]
        told = next(((a, h) for a in amounts for h in heads if h.value > 1 and each_follows(a, h, each)), None)
        if told is not None:
            yield _stated(case, *told, each, "consistent")
            continue
        own_amounts = [item for item in amounts if item.group == each.group and item.order < each.order]
        own_heads = [item for item in heads if item.group == each.group and item.order < each.order]
        alone = len(own_amounts) == 1 and len(own_heads) == 1 and own_heads[0].unit in PEOPLE and _names_nothing_else(each, own_amounts[0])
        if alone and each.order - min(own_heads[0].order, own_amounts[0].order) == 2 and each.status == "achieved":
            yield _stated(case, own_amounts[0], own_heads[0], each, "doubtful")


def _names_nothing_else(each: Item, amount: Item) -> bool:
    """Whether an amount for each opens its clause and is of the noun of the amount (人均600元, not 户均增收4200元)."""
    noun = bare(each.own, "each", "filler")
    return each.own == each.clause and (len(noun) < 2 or shares_a_word(noun, amount.clause))


def _stated(case: Case, amount: Item, heads: Item, each: Item, verdict: str) -> Finding:
    quotient = amount.value / heads.value
    words = f"{amount.quote} ÷ {heads.quote} ≈ {figure(quotient)}，报告写{each.quote}"
    return finding(case, "per_head", verdict, (heads, amount, each), words, computed=quotient, stated=each.value)


def yearly_from_monthly(case: Case) -> Iterator[Finding]:
    """R11: a monthly amount for each and the yearly sum say for how many.

    Why: the number is often nowhere else, and can be held against the workforce.

    Example: 每人每月发放卫生费10元，仅此一项每年就要支出5万余元 (417 people: consistent, worked back).
    Counterexample: 每月召开例会2次，全年支出5万元 is no amount for each.
    """
    for each in case.items:
        if each.unit != _MONEY or not says("each", each.own) or not says("monthly", each.own):
            continue
        following = case.items[each.order + 1 : each.order + 3]
        total = next((item for item in following if item.group == each.group and item.unit == _MONEY and says("yearly", item.own)), None)
        if total is None:
            continue
        heads = total.value / (each.value * MONTHS)
        words = f"{total.quote} ÷ ({figure(each.value)} × {MONTHS}) ≈ {figure(heads)}"
        yield finding(case, "per_head", "consistent", (each, total), words, why=word("way.worked_back"), computed=heads)
