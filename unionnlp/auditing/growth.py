"""Rates of change against the figures of both years, or a figure and the difference."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..records import Finding
from .agreement import HUNDRED, way_from
from .case import LONGEST_GROUP, Case, figure
from .cues import bare, says
from .items import Item
from .phrases import finding, word

__all__ = ["growth"]

NEARBY = 5
"""Figures before a rate of change that may be those it is of."""


def growth(case: Case) -> Iterator[Finding]:
    """R04: a rate of change follows from this year's and last year's figure, or from one of them and the difference.

    Why: it is often copied from last year's report. The words say which figure is which (去年, 由…到, 比上年增加), in either order; a
    fall is none of growth. Where no base is stated nothing is said.

    Example: 收入8400万元，比去年增加900万元，同比增长12% (900 ÷ 7500: consistent); 去年100万元，今年88万元，增长12% (conflict: it fell).
    Counterexample: 会员2800人，会费收入增长8% has no base; 满意率由84%升到91.5% changes by points.
    """
    for rate in case.items:
        if rate.unit != "%" or not says("changed", rate.own) or says("average", rate.own) or rate.status == "rule":
            continue
        near = [item for item in case.beside(rate, NEARBY) if item.unit != "%" and item.group == rate.group]
        told = _told(case, rate, near) or _from_table(case, rate, near)
        if told is not None:
            yield told


def _told(case: Case, rate: Item, near: list[Item]) -> Finding | None:
    sign = -1 if says("falls", rate.own) else 1
    readings = [reading for later in near for earlier in near if later is not earlier and later.unit == earlier.unit for reading in _readings(later, earlier, sign)]
    for way_items, words, computed in readings:
        way = way_from(computed, computed, rate)
        if way:
            return finding(case, "growth", "consistent", (*way_items, rate), f"{words} = {figure(computed, '%')}，报告写{rate.quote}", why=word(f"way.{way}"), computed=computed, stated=rate.value)
    roled = [reading for reading in readings if _plain(reading[0])]
    if len(roled) != 1 or not _same_subject(rate, roled[0][0]) or len({item.unit for item in near}) != 1:
        return None
    items, words, computed = roled[0]
    return finding(case, "growth", "conflict", (*items, rate), f"{words} = {figure(computed, '%')}，报告写{rate.quote}", computed=computed, stated=rate.value)


Reading = tuple[tuple[Item, Item], str, Decimal]


def _readings(now: Item, other: Item, sign: int) -> Iterator[Reading]:
    """The rates of change that two figures give: other is last year's, or the difference. Positive in the direction told."""
    if (_difference(other) or says("added", other.own)) and not _difference(now):
        falls = -1 if says("falls", other.own) else 1
        base = now.value if says("older", now.own) else now.value - falls * other.value
        if base > 0:
            shown = figure(now.value) if says("older", now.own) else f"({figure(now.value)} {'−' if falls > 0 else '+'} {figure(other.value)})"
            yield (now, other), f"{figure(other.value)} ÷ {shown}", sign * falls * other.value * HUNDRED / base
    elif _last(other) and not _last(now) and not _difference(now):
        yield (other, now), f"({figure(now.value)} − {figure(other.value)}) ÷ {figure(other.value)}", sign * (now.value - other.value) * HUNDRED / other.value


def _difference(item: Item) -> bool:
    """Whether a figure is the amount of a change (比上年增加9万元)."""
    return says("changed", item.own)


def _last(item: Item) -> bool:
    """Whether a figure is last year's (由上年的500万元, 去年48万元)."""
    return says("older", item.own) and not _difference(item)


def _plain(items: tuple[Item, Item]) -> bool:
    """Whether the words leave no doubt which figure is which."""
    now, other = items
    return all(item.exact and item.status == "achieved" for item in items) and (_difference(now) or _difference(other) or _last(now) or _last(other))


def _same_subject(rate: Item, items: tuple[Item, Item]) -> bool:
    """Whether the clause of a rate names nothing that its figures do not (慰问职工增长20% beside 培训职工5000人)."""
    own = bare(rate.own, "comparison")
    told = "".join(item.clause + item.behind for item in items)
    return all(own[i : i + 2] in told for i in range(len(own) - 1))


def _from_table(case: Case, rate: Item, near: list[Item]) -> Finding | None:
    """Growth whose base is last year's figure in a table (送温暖支出1386万元，同比增加10%: the table has 1260 for last year)."""
    rows = case.once("rows", lambda: _rows(case))
    sign = -1 if says("falls", rate.own) else 1
    for now in near:
        for row in rows.get((now.value, now.unit), ()):
            for base in case.groups[row][:LONGEST_GROUP]:
                if base.value == now.value or base.unit != now.unit:
                    continue
                computed = sign * (now.value - base.value) * HUNDRED / base.value
                way = way_from(computed, computed, rate)
                if way:
                    words = f"({figure(now.value)} − {figure(base.value)}) ÷ {figure(base.value)} = {figure(computed, '%')}，报告写{rate.quote}"
                    return finding(case, "growth", "consistent", (base, now, rate), words, why=word(f"way.{way}"), computed=computed, stated=rate.value)
    return None


def _rows(case: Case) -> dict[tuple[Decimal, str], list[int]]:
    """The rows of tables in which a figure stands."""
    rows: dict[tuple[Decimal, str], list[int]] = {}
    for item in case.items:
        if item.group < 0:
            rows.setdefault((item.value, item.unit), []).append(item.group)
    return rows
