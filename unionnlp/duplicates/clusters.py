"""Texts that hang together by matches: who belongs to one cluster, whose it may be, and whether a unit repeats itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ..facts.periods import report_year, resolve
from ..records import Match, Report
from .folding import decode, fold
from .links import clusters

__all__ = ["WHOLE_TEXT", "Origin", "components", "in_clusters", "origin", "relation"]

WHOLE_TEXT = frozenset({"identical", "light_edit", "figures_changed", "cut_short"})
"""Kinds of match that make two texts versions of one. A shared passage does not: closing over such edges once joined nearly all
of a collection of 859,092 texts into a handful of groups."""


TELLING = 0.05
"""Share of a text by which it must be more complete than another of its time to be called its source."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose a text is and of when: the unit as folded, and the last day of the time reported on; empty and None when unknown."""

    unit: str = ""
    until: date | None = None


def origin(report: Report) -> Origin:
    """The unit of a report and the last day of its period.

    A year that the text contradicts was pasted on later and dates nothing.

    Example:
        >>> from ..structure.parse import parse
        >>> origin(*parse("云溪县总工会2019年上半年工作总结\\n今年以来，走访12户。"))
        Origin(unit='云溪县总工会', until=datetime.date(2019, 6, 30))
    """
    year = report_year(report)
    until = None
    if year is not None:
        span = resolve(report.period, year) if report.period else None
        until = span.last if span is not None and span.last is not None else date(year, 12, 31)
    return Origin(decode(fold(report.unit).codes), until)


def relation(a: Origin, b: Origin) -> str:
    """Whether a unit repeats itself ("self") or two units share ("other"); empty where a unit or both times are unknown.

    One unit that signs both for the same time may have sent one report twice, or another unit left its name in: not told.

    Example:
        >>> relation(Origin("甲县总工会", date(2018, 12, 31)), Origin("甲县总工会", date(2019, 12, 31))), relation(Origin("甲县总工会"), Origin("乙县总工会"))
        ('self', 'other')
    """
    if not a.unit or not b.unit:
        return ""
    if a.unit != b.unit:
        return "other"
    return "self" if a.until != b.until and a.until is not None and b.until is not None else ""


def in_clusters(matches: Sequence[Match], known: Mapping[str, Origin]) -> list[Match]:
    """Matches with their cluster, its most likely source, and whose the texts are.

    A cluster is a connected component over matches, which were all verified; it is numbered in the order of the matches, from
    1. Inside it, versions of one whole text have one source: the earliest of the dated; among those of one time, and where
    none is dated, the one that gives more than it takes (a text cut short is contained in the whole one). Of two texts that
    share a part the earlier is the source. Where dates and completeness tell nothing, none is named.

    Args:
        matches: most alike first.
        known: the origin of those texts that have one, by id.
    Complexity: near linear.
    """
    cluster, version = components(matches), components([match for match in matches if match.kind in WHOLE_TEXT])
    given: defaultdict[str, float] = defaultdict(float)
    for match in matches:
        given[match.a] += match.containment_b - match.containment_a
        given[match.b] += match.containment_a - match.containment_b

    def until(id_: str) -> date:
        return known.get(id_, Origin()).until or date.max

    ranked: defaultdict[int, list[str]] = defaultdict(list)
    for id_ in sorted(version, key=lambda id_: (until(id_), -round(given[id_], 6), id_)):
        ranked[version[id_]].append(id_)
    first = {number: one if until(one) < until(two) or given[one] - given[two] > TELLING else "" for number, (one, two, *_) in ranked.items()}

    def source(match: Match) -> str:
        if match.kind in WHOLE_TEXT:
            return first[version[match.a]]
        earlier, later = sorted((match.a, match.b), key=until)
        return earlier if until(earlier) < until(later) < date.max else ""

    numbers: dict[int, int] = {}
    return [
        replace(
            match,
            cluster=numbers.setdefault(cluster[match.a], len(numbers) + 1),
            source=source(match),
            relation=relation(known.get(match.a, Origin()), known.get(match.b, Origin())),
        )
        for match in matches
    ]


def components(matches: Sequence[Match]) -> dict[str, int]:
    """The number of its connected component, by id of every text that has a match."""
    ids = sorted({side for match in matches for side in (match.a, match.b)})
    number = {id_: i for i, id_ in enumerate(ids)}
    left, right = (np.array([number[getattr(match, side)] for match in matches], dtype=np.int64) for side in "ab")
    return dict(zip(ids, clusters(left, right, len(ids)).tolist(), strict=True))
