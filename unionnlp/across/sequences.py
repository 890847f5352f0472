"""The same figures in the same order in reports that should have none in common: a number fingerprint (P10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ..duplicates.edits import same_order
from ..duplicates.figures import RUN_FIGURES
from ..records import Finding, Matches
from .figures import SIDES, Batch

__all__ = ["shared_figures"]

SHARED = 0.5
"""Share of the figures of the shorter report that must stand in the other in the same order. Over 594 pairs of the real
reports and the samples, unrelated ones share 0.23 at most, linked ones 0.5 and more."""

DISTINCT = 5
"""Different values that the sequence must hold: six times 2名 is a form, no fingerprint."""

LARGE = 10
"""A figure below this is in every report and no evidence."""


def shared_figures(batch: Batch, matches: Matches, versions: Mapping[str, str]) -> Iterator[Finding]:
    """Reports with the same figures in the same order: one finding for all that are linked, at the first figure of each.

    Args:
        matches: pairs that have text or figures in common, by ``report_id``.
        versions: whose report each is, and of when; two versions of one report share their figures rightly.
    """
    figures: dict[str, list[tuple[tuple[float, str], int]]] = defaultdict(list)
    wanted = {side for match in matches for side in (match.a, match.b)}
    for fact, (report_id, value, measure) in enumerate(batch.facts[["report_id", "value", "unit"]].itertuples(index=False, name=None)):
        if report_id in wanted and value is not None and value == value:
            figures[report_id].append(((float(value), measure), fact))
    linked: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for match in matches:
        if match.shared_figures < RUN_FIGURES or versions[match.a] == versions[match.b]:
            continue
        a, b = figures[match.a], figures[match.b]
        run = same_order([key for key, _ in a], [key for key, _ in b])
        telling = {a[i][0] for i, _ in run if a[i][0][0] >= LARGE}
        if len(run) >= max(RUN_FIGURES, SHARED * min(len(a), len(b))) and len(telling) >= DISTINCT:
            linked[match.a][match.b] = [(a[i][1], b[j][1]) for i, j in run]
    taken: set[str] = set()
    for hub in sorted(linked, key=lambda report_id: (-len(linked[report_id]), report_id)):
        others = {other: run for other, run in sorted(linked[hub].items()) if not {hub, other} <= taken}
        if not others:
            continue
        taken |= {hub, *others}
        longest = max(others.values(), key=len)
        sides = [longest[0][0], *(run[0][1] for run in list(others.values())[: SIDES - 1])]
        quotes = "、".join(str(batch.facts["quote"].iat[fact]) for fact, _ in longest[:4])
        words = f"{len(others) + 1}篇报告中{len(longest)}个数字相同且次序相同（{quotes}等），疑似数据雷同"
        yield batch.finding("same_figures", "signal", sides, words, float(len(longest)), None, "请核实：各篇数据由谁统计？是否沿用他人或往期数据？")
