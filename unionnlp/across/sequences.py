"""The same figures in the same order in reports that should have none in common: a number fingerprint (P10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..duplicates.edits import same_order
from ..duplicates.figures import RUN_FIGURES
from ..records import Finding, Match, Matches
from .batch import NONE, Codes, Senders
from .evidence import Evidence
from .figures import SIDES
from .statements import floats, numbered

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Fingerprints", "SharedFigures"]

SHARED = 0.5
"""Share of the figures of the shorter report that must stand in the other in the same order. Over 594 pairs of the real
reports and the samples, unrelated ones share 0.23 at most, linked ones 0.5 and more."""

DISTINCT = 5
"""Different values that the sequence must hold: six times 2名 is a form, no fingerprint."""

LARGE = 10
"""A figure below this is in every report and no evidence."""

_QUOTED = 4
"""Figures that a message quotes."""


@dataclass(frozen=True, slots=True)
class SharedFigures:
    """Reports that are linked by the same figures: the first figure of each, at most ``SIDES``, and some that they share."""

    reports: int
    figures: int
    sides: tuple[int, ...]
    quoted: tuple[int, ...]

    def finding(self, evidence: Evidence) -> Finding:
        """A signal for them."""
        quotes = "、".join(map(evidence.quote, self.quoted))
        words = f"{self.reports}篇报告中{self.figures}个数字相同且次序相同（{quotes}等），疑似数据雷同"
        return evidence.finding("same_figures", "signal", self.sides, words, float(self.figures), None, "请核实：各篇数据由谁统计？是否沿用他人或往期数据？")


class Fingerprints:
    """The figures of the reports that have text or figures in common with another.

    Args:
        senders: of the batch.
        matches: pairs, by ``report_id``.
        versions: by number whose report each is, and of when; two versions of one report share their figures rightly.
    Complexity: memory for the figures of the reports that match.
    """

    def __init__(self, senders: Senders, matches: Matches, versions: Ints) -> None:
        import numpy as np

        number = senders.number
        self._matches = [match for match in matches if match.shared_figures >= RUN_FIGURES and versions[number[match.a]] != versions[number[match.b]]]
        self._senders = senders
        self._wanted = np.zeros(len(senders.ids) + 1, dtype=bool)  # the last one is for facts of no report
        self._wanted[[number[side] for match in self._matches for side in (match.a, match.b)]] = True
        self._measures = Codes()
        self._pieces: list[tuple[NDArray[np.float64], Ints, Ints, Ints]] = []

    def read(self, facts: pyarrow.Table, first: int) -> None:
        """Add the facts of some reports, with report_id, value and unit; ``first`` is the number of the first one."""
        import numpy as np

        if not self._matches:
            return
        report = numbered(facts["report_id"], lambda report_id: self._senders.number.get(report_id, NONE))
        wanted = np.flatnonzero(self._wanted[report])
        rows = facts.select(["value", "unit"]).take(wanted)
        value = floats(rows["value"])
        kept = ~np.isnan(value)
        self._pieces.append((value[kept], numbered(rows["unit"], self._measures.code)[kept], report[wanted][kept], first + wanted[kept]))

    def shared(self) -> list[SharedFigures]:
        """The reports with the same figures in the same order: of all that are linked to one, one entry."""
        runs: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
        for match, run in self._runs():
            runs[match.a][match.b] = run
        taken: set[str] = set()
        found = []
        for hub in sorted(runs, key=lambda report_id: (-len(runs[report_id]), report_id)):
            others = {other: run for other, run in sorted(runs[hub].items()) if not {hub, other} <= taken}
            if not others:
                continue
            taken |= {hub, *others}
            longest = max(others.values(), key=len)
            sides = (longest[0][0], *(run[0][1] for run in list(others.values())[: SIDES - 1]))
            found.append(SharedFigures(len(others) + 1, len(longest), sides, tuple(fact for fact, _ in longest[:_QUOTED])))
        return found

    def _runs(self) -> Iterator[tuple[Match, list[tuple[int, int]]]]:
        """The pairs whose figures chance does not explain, with the facts that they share."""
        import numpy as np

        if not self._pieces:
            return
        value, measure, report, fact = (np.concatenate(column) for column in zip(*self._pieces, strict=True))
        order = np.argsort(report, kind="stable")
        value, measure, report, fact = value[order], measure[order], report[order], fact[order]

        def figures(report_id: str) -> tuple[list[tuple[float, int]], Sequence[int]]:
            number = self._senders.number[report_id]
            own = slice(*np.searchsorted(report, (number, number + 1)).tolist())
            return list(zip(value[own].tolist(), measure[own].tolist(), strict=True)), fact[own].tolist()

        for match in self._matches:
            (a, facts_a), (b, facts_b) = figures(match.a), figures(match.b)
            run = same_order(a, b)
            telling = {a[i] for i, _ in run if a[i][0] >= LARGE}
            if len(run) >= max(RUN_FIGURES, SHARED * min(len(a), len(b))) and len(telling) >= DISTINCT:
                yield match, [(facts_a[i], facts_b[j]) for i, j in run]
