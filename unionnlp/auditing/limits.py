"""Rates that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..lexicon import load_table
from ..records import Finding
from .case import Case
from .cues import says
from .phrases import finding
from .rates import rate_name, written

__all__ = ["rate_limits"]


@cache
def _limits() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    rows = load_table("rate_limits", ("id", "pattern", "verdict", "reason", "example", "counterexample", "source"))
    return tuple((re.compile(row["pattern"]), row["verdict"], row["reason"]) for row in rows)


def rate_limits(case: Case) -> Iterator[Finding]:
    """A part cannot be more than its whole: no rate of members, of bodies or of those present is above 100 %.

    Example: 职工入会率达103% (conflict).
    Counterexample: 完成年度任务的140%, 同比增长112%, 预算执行率104% may well be.
    """
    for rate in case.items:
        if rate.unit != "%" or rate.low <= 100 or rate.status == "rule" or says("changed", rate.own) or says("of_plan", rate.clause):
            continue
        told = next(((verdict, reason) for pattern, verdict, reason in _limits() if pattern.search(rate.clause)), None)
        if told is not None:
            yield finding(case, "rate_limit", told[0], (rate,), f"{written(rate)} > 100%", why=told[1], stated=rate.value, name=rate_name(rate))
