"""What was planned against what was done."""

from __future__ import annotations

from collections.abc import Iterator

from ..records import Finding
from .agreement import HUNDRED, way_from
from .case import Case, figure
from .cues import says
from .items import Item
from .phrases import finding, word

__all__ = ["plans"]

BEHIND = 4
"""Figures behind a planned one among which the achieved one is looked for."""

_CLAIM = 30
"""Characters behind the achieved figure in which 超额完成 may stand."""


def plans(case: Case) -> Iterator[Finding]:
    """A plan that was fulfilled, surpassed or missed was so by its figures, and by the rate stated.

    Why: 超额完成 is written first and counted later.

    Example: 计划培训2000人次，全年培训1500人次，超额完成任务 (conflict); 计划发展会员500人，实际发展700人，完成任务的140% (consistent).
    Counterexample: 完成年度任务的140%，培训2800人次 states no plan; 明年计划培训2000人次 is of next year.
    """
    for item in case.items:
        if item.group < 0:
            continue
        if item.unit == "%":
            if says("of_plan", item.clause) or says("over_plan", item.own):
                yield from _rated(case, item)
        elif _is_plan(item):
            done = next((other for other in _behind(case, item) if other.unit == item.unit and not says("plan", other.own)), None)
            if done is not None and not says("changed", done.own):
                start = done.at - len(done.own)
                yield from _claimed(case, item, done, case.text[start : case.sentence_end(done.end, done.end + _CLAIM)])
        elif says("plan", item.behind) and not says("ahead", item.clause):  # 培训4500人次，超额完成培训4000人次的任务
            done = next((other for other in case.beside(item, BEHIND) if other.group == item.group and other.unit == item.unit), None)
            if done is not None:
                yield from _claimed(case, item, done, item.own + item.behind)


def _is_plan(item: Item) -> bool:
    return says("plan", item.own) and not says("ahead", item.clause)


def _behind(case: Case, item: Item) -> list[Item]:
    return [other for other in case.items[item.order + 1 : item.order + 1 + BEHIND] if other.group == item.group]


def _rated(case: Case, rate: Item) -> Iterator[Finding]:
    """A share of a plan against the plan and the achievement of its sentence, in whatever order they stand."""
    near = [item for item in case.beside(rate, BEHIND, BEHIND) if item.group == rate.group and item.unit != "%"]
    plan = next((item for item in near if _is_plan(item)), None)
    done = next((item for item in near if plan is not None and item.unit == plan.unit and not says("plan", item.own) and not says("changed", item.own)), None)
    if plan is None or done is None:
        return
    share = done.value * HUNDRED / plan.value
    over = says("over_plan", rate.own)
    computed = share - HUNDRED if over else share
    way = way_from(computed, computed, rate)
    shown = f"({figure(done.value)} − {figure(plan.value)})" if over else figure(done.value)
    words = f"{shown} ÷ {figure(plan.value)} = {figure(computed, '%')}，报告写{rate.quote}"
    exact = plan.exact and done.exact
    verdict = "consistent" if way else "conflict" if exact else "doubtful"
    if way or computed > 0:
        yield finding(case, "plan", verdict, (plan, done, rate), words, why=word(f"way.{way}") if way else "", computed=computed, stated=rate.value)


def _claimed(case: Case, plan: Item, done: Item, claim: str) -> Iterator[Finding]:
    """What the words claim: 超额 more than planned, 完成任务 as much, 未完成 less."""
    if says("failed", claim):
        holds, sign = done.low < plan.high, "<"
    elif says("beyond", claim):
        holds, sign = done.high > plan.low, ">"
    elif says("fulfilled", claim):
        holds, sign = done.high >= plan.low, "≥"
    else:
        return
    words = f"{word('plan.planned')}{plan.quote}，{word('plan.done')}{done.quote}"
    why = word("way.claim") if holds else word("why.claim").format(sign=sign)
    yield finding(case, "plan", "consistent" if holds else "conflict", (plan, done), words, why=why, computed=done.value, stated=plan.value)
