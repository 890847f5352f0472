"""What the units of a batch report together: sums by unit, indicator, measure and period that count nothing twice.

Rule 1: only like is added to like. People, households and person-times stay apart, and so do periods; rates are listed, never added,
and neither is what each one got (人均600元). Of a state (members, staff, unions there are) the largest figure stands, for several are
parts or repetitions of it.
Rule 2: a report that is a copy of another is not counted.
Rule 3: a part (其中 …, and what follows it in the sentence) is not added to its whole, a sum in a table not to its rows, and what one
report says twice counts once.
Rule 4: what is no firm figure (a blank, one that is flagged) is counted apart, and bounds are kept: 80余 and 20 are 100 at least.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from ..auditing.cues import cue, says
from ..duplicates.find import find_duplicates
from ..facts.extract import extract_facts
from ..lexicon import display_words, load_table
from ..records import Analysis, Facts, Matches, Report

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "copies_left_out", "totals", "totals_of"]

COLUMNS = (
    *("reporting_unit", "indicator", "unit", "period", "period_start", "period_end", "status", "facts", "reports", "total_low", "total_high", "bound"),
    *("least", "most", "missing", "flagged", "per_head", "parts", "repeated", "report_ids", "copies"),
)

APART = ("missing", "flagged", "per_head", "parts", "repeated")
"""Why a figure is not added, and the columns that count such."""

SAME_TEXT = frozenset({"identical", "light_edit", "figures_changed", "cut_short"})
"""Kinds of matches that join whole reports; passages, patchworks and repeated figures join parts of different ones."""

SAME_FIGURES = 0.9
"""Share of the figures of the shorter report that stand in the other one of a copy. A light edit that turns 2场 into 2次, or mends one
figure, keeps 57 of 58; a copy with changed figures keeps one or two of 52 (both in the samples)."""

FIRM = frozenset({"table", "total"})
"""Flags under which a figure still counts."""

_BREAK = regex.compile(r"[。！？!?；;\n]")

Fact = Mapping[str, Any]


def totals(reports: Iterable[Report | Analysis], matches: Matches | None = None, *, status: Sequence[str] = ("achieved",)) -> pandas.DataFrame:
    """What reports say together, by unit, indicator, measure and period.

    Args:
        reports: reports, or analyses of submissions, whose facts are then used; one whose ``report_id`` came before is a copy.
        matches: what ``find_duplicates`` found among them by ``report_id``; when not given it is called. ``Matches()`` switches the
            search for copies off.
        status: what is counted: "achieved", "planned", "rule"; each in rows of its own.
    Returns:
        A row a group, with the columns of ``COLUMNS``. ``facts`` were added (a rate: listed), from ``reports`` reports, ``report_ids``.
        ``total_low`` and ``total_high`` enclose the sum, NaN where there is none or no upper end; ``bound`` is one of ``BOUNDS``:
        about-figures count as they stand, those that stay under a figure from 0. Rates and what else cannot be added have no total;
        ``least`` and ``most`` of a figure are given for all. ``missing`` blanks, ``flagged`` figures, amounts ``per_head``, ``parts`` of a stated whole and
        figures ``repeated`` in the same report (said again, or the sum of a table beside its rows) are not added. ``copies`` are the reports left out for those in the row. Periods that
        have dates are one group when these agree (上半年, 今年1—6月份), others when they are written alike; reports that name no
        unit stay apart. Facts without an indicator are left out.

    Complexity: linear in the facts, besides the search for copies.
    Source: own rules.

    Example:
        >>> from ..structure.parse import parse
        >>> texts = ("甲县总工会2019年工作总结\\n今年，走访慰问困难职工80余户，其中女职工30户。", "甲县总工会2019年工会工作汇报\\n2019年，走访慰问20户、15人。")
        >>> frame = totals(report for text in texts for report in parse(text))
        >>> frame[["reporting_unit", "indicator", "unit", "facts", "reports", "total_low", "bound"]].values.tolist()
        [['甲县总工会', '慰问人次', '人', 1, 1, 15.0, 'exact'], ['甲县总工会', '慰问人次', '户', 2, 2, 100.0, 'at_least']]
    """
    import pandas as pd

    found: dict[str, tuple[Report, Facts]] = {}
    again: Counter[str] = Counter()
    repeated: dict[str, str] = {}
    for given in reports:
        for report in given.reports if isinstance(given, Analysis) else (given,):
            again[report.report_id] += 1
            if report.report_id in found:
                repeated[f"{report.report_id}~{again[report.report_id]}"] = report.report_id
                continue
            found[report.report_id] = report, given.facts_of(report) if isinstance(given, Analysis) else extract_facts(report)
    if matches is None:
        matches = find_duplicates({report_id: report for report_id, (report, _) in found.items()})
    facts = [facts.to_frame().assign(report_id=report_id, reporting_unit=report.unit) for report_id, (report, facts) in found.items() if facts]
    about = [(report_id, report.unit, report.period, report.start, report.text) for report_id, (report, _) in found.items()]
    return totals_of(
        pd.concat(facts, ignore_index=True) if facts else Facts().to_frame().assign(report_id="", reporting_unit=""),
        pd.DataFrame(about, columns=["report_id", "reporting_unit", "period", "start", "text"]),
        matches.to_frame(),
        status=status,
        repeated=repeated,
    )


def totals_of(
    facts: pandas.DataFrame, reports: pandas.DataFrame, matches: pandas.DataFrame, *, status: Sequence[str] = ("achieved",), repeated: Mapping[str, str] | None = None
) -> pandas.DataFrame:
    """The same over the tables of a workspace.

    Args:
        facts, reports, matches: as ``Scan`` has them.
        status: as for ``totals``.
        repeated: reports already known to be copies, each with the one it repeats.
    """
    import pandas as pd

    own: dict[str, list[Fact]] = defaultdict(list)
    for row in facts.astype(object).where(facts.notna(), None).to_dict("records"):
        own[row["report_id"]].append({str(name): value for name, value in row.items()})
    left_out = {**(repeated or {}), **copies_left_out(own, reports, matches)}
    copies: dict[str, list[str]] = defaultdict(list)
    for copy in sorted(left_out):
        copies[_kept(left_out, copy)].append(copy)
    groups: dict[tuple[str, ...], _Group] = {}
    for report_id, unit, start, text in reports[["report_id", "reporting_unit", "start", "text"]].itertuples(index=False, name=None):
        if report_id not in left_out:
            _count(groups, report_id, unit or "", sorted(own[report_id], key=lambda fact: fact["start"]), text, start, status)
    rows = [group.row(copies) for _, group in sorted(groups.items())]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds = {**dict.fromkeys(("period_start", "period_end"), "datetime64[ms]"), **dict.fromkeys(("total_low", "total_high", "least", "most"), "float64")}
    return frame.astype({**kinds, **dict.fromkeys(("facts", "reports", *APART), "int64")})


# --------------------------------------------------------------------------------------------------------------- copies


def copies_left_out(facts: Mapping[str, Sequence[Fact]], reports: pandas.DataFrame, matches: pandas.DataFrame) -> dict[str, str]:
    """The reports that are copies, each with the one that is counted for it: the one with the most figures, then the first by id.

    Among reports that matches join whole (``SAME_TEXT``) one is a copy when nearly all its figures (``SAME_FIGURES``) stand in another,
    or when unit and period of both titles are the same: a second version of one report. A copy whose figures were changed for another
    unit or year is counted: that unit reports them, whatever is to be asked about them.
    """
    joined: dict[str, set[str]] = defaultdict(set)
    for a, b, kind in matches[["a", "b", "kind"]].itertuples(index=False, name=None):
        if kind in SAME_TEXT:
            joined[a].add(b)
            joined[b].add(a)
    about = {row[0]: row[1:] for row in reports[["report_id", "reporting_unit", "period"]].itertuples(index=False, name=None)}
    figures = {i: Counter((f["value"], f["low"], f["high"]) for f in facts.get(i, ())) for i in joined}
    copies: dict[str, str] = {}
    for cluster in _clusters(joined):
        kept: dict[Any, str] = {}  # by what it says and by whose it is
        originals: set[str] = set()
        for report_id in sorted(cluster & set(about), key=lambda i: (-figures[i].total(), i)):
            unit, period = about[report_id]
            version = (unit, period) if unit and period else report_id
            content = frozenset(figures[report_id].items())
            # Of a large family all are joined to one: hence also what those beside it are copies of, and the first that was kept.
            beside = {copies.get(i, i) for i in joined[report_id]} & originals
            near = [*sorted(beside), *list(kept.values())[:1]]
            original = kept.get(content) or kept.get(version) or next((i for i in near if _same_figures(figures[report_id], figures[i])), None)
            if original is None:
                kept[content] = kept[version] = report_id
                originals.add(report_id)
            else:
                copies[report_id] = original
    return copies


def _same_figures(shorter: Counter[Any], longer: Counter[Any]) -> bool:
    return (shorter & longer).total() >= SAME_FIGURES * shorter.total()


def _clusters(joined: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """Reports that are joined, over any number of steps."""
    seen: set[str] = set()
    for first in sorted(joined):
        cluster, open_ends = set(), [first]
        while open_ends:
            report_id = open_ends.pop()
            if report_id not in seen:
                seen.add(report_id)
                cluster.add(report_id)
                open_ends.extend(joined[report_id])
        if cluster:
            yield cluster


def _kept(left_out: Mapping[str, str], copy: str) -> str:
    """The report that is counted for a copy, also for the copy of a copy."""
    while copy in left_out:
        copy = left_out[copy]
    return copy


# --------------------------------------------------------------------------------------------------------------- counting


@dataclass(slots=True)
class _Group:
    """What is added up in one row."""

    about: tuple[Any, ...]
    periods: dict[str, None] = field(default_factory=dict)
    added: list[Fact] = field(default_factory=list)
    apart: Counter[str] = field(default_factory=Counter)
    report_ids: dict[str, None] = field(default_factory=dict)

    def row(self, copies: Mapping[str, Sequence[str]]) -> tuple[Any, ...]:
        unit, indicator, measure, start, end, status = self.about
        if indicator in _states() and len(self.added) > 1:
            self.apart["parts"] += len(self.added) - 1
            self.added = [max(self.added, key=lambda fact: _ends(fact)[0] or _ends(fact)[1] or 0)]
        low, high, bound = _enclosed(self.added) if measure not in display_words("not_summed") else (math.nan, math.nan, "")
        ends = [end for fact in self.added for end in _ends(fact) if end is not None]
        return (
            *(unit, indicator, measure, "、".join(self.periods), start, end, status, len(self.added), len(self.report_ids), low, high, bound),
            *(float(min(ends, default=math.nan)), float(max(ends, default=math.nan)), *(self.apart[why] for why in APART)),
            *("、".join(self.report_ids), "、".join(copy for report_id in self.report_ids for copy in copies.get(report_id, ()))),
        )


@cache
def _states() -> frozenset[str]:
    return frozenset(row["indicator"] for row in load_table("state_indicators", ("indicator", "example", "source")))


def _count(groups: dict[tuple[str, ...], _Group], report_id: str, unit: str, facts: Sequence[Fact], text: str, offset: int, status: Sequence[str]) -> None:
    """Put the facts of one report into their groups."""
    said: dict[tuple[Any, ...], set[tuple[Any, ...]]] = defaultdict(set)
    in_rows = {_kind(fact) for fact in facts if "table" in _flags(fact) and "total" not in _flags(fact)}
    for fact, part in zip(facts, _parts(facts, text, offset), strict=True):
        if not fact["indicator"] or fact["status"] not in status:
            continue
        start, end = fact["period_start"], fact["period_end"]
        when = (str(start), str(end)) if start is not None or end is not None else (fact["period"] or "", "")
        key = (unit, "" if unit else report_id, fact["indicator"], fact["unit"], *when, fact["status"])
        group = groups.setdefault(key, _Group((unit, fact["indicator"], fact["unit"], start, end, fact["status"])))
        group.report_ids[report_id] = None
        if fact["period"]:
            group.periods[fact["period"]] = None
        figure, source = (*key, fact["value"], fact["low"], fact["high"]), ("table",) if "table" in _flags(fact) else (fact["subject"], fact["scope"])
        # The same figure in a table and beside it is one statement; in running text it is when subject and scope are the same too.
        again = source in said[figure] if source != ("table",) else bool(said[figure])
        again = again or ("table",) in said[figure] or ("total" in _flags(fact) and _kind(fact) in in_rows)
        said[figure].add(source)
        why = _not_counted(fact, part, again)
        if why:
            group.apart[why] += 1
        else:
            group.added.append(fact)


def _not_counted(fact: Fact, part: bool, again: bool) -> str:
    """Why a fact is not added: a column of the result, or ""."""
    if part:
        return "parts"
    if fact["bound"] == "missing":
        return "missing"
    if _flags(fact) - FIRM or all(fact[name] is None for name in ("value", "low", "high")):
        return "flagged"
    if says("each", fact["label"]):
        return "per_head"
    return "repeated" if again else ""


def _kind(fact: Fact) -> tuple[str, str]:
    return fact["indicator"] or "", fact["unit"]


def _flags(fact: Fact) -> set[str]:
    return set(filter(None, fact["flags"].split("、")))


def _parts(facts: Sequence[Fact], text: str, offset: int) -> list[bool]:
    """For each fact whether it is a part of one before it in the sentence (会员1038人，其中女会员772人、农民工会员90人).

    Behind 其中 every figure of an indicator that stands before it is a part, until the words of action that decided the whole are
    repeated (慰问100人，其中女职工30人，慰问农民工50人: the last is none).
    """
    parts: list[bool] = []
    wholes: dict[str, str] = {}
    last, inside = 0, False
    for fact in facts:
        between = text[max(0, last) : fact["start"] - offset]
        if parts and (broken := list(_BREAK.finditer(between))):
            between, wholes, inside = between[broken[-1].end() :], {}, False
        indicator = fact["indicator"] or ""
        if parts and says("within", between):
            inside = True
        elif inside and wholes.get(indicator) and wholes[indicator] in between:
            inside = False
        part = bool(indicator) and (cue("within").fullmatch(fact["cue"]) is not None or (inside and indicator in wholes))
        if not part:
            wholes.setdefault(indicator, fact["cue"])
        parts.append(part)
        last = fact["end"] - offset
    return parts


def _ends(fact: Fact) -> tuple[Decimal | None, Decimal | None]:
    """The lowest and the highest that a figure may mean; about-figures as they stand."""
    value, low, high = (None if fact[name] is None else Decimal(str(fact[name])) for name in ("value", "low", "high"))
    if fact["bound"] == "range" or value is None:
        return low, high
    return (value, None) if fact["bound"] == "at_least" else (Decimal(0), value) if fact["bound"] == "under" else (value, value)


def _enclosed(facts: Sequence[Fact]) -> tuple[float, float, str]:
    """The ends of a sum and its bound: about if any part is, else at least, else a range or under where all that is not exact is."""
    if not facts:
        return math.nan, math.nan, "missing"
    lows, highs = zip(*map(_ends, facts), strict=True)
    bounds = {fact["bound"] for fact in facts} - {"exact"}
    bound = next((name for name in ("approx", "at_least") if name in bounds), None) or ("range" if len(bounds) > 1 else next(iter(bounds), "exact"))
    return float(sum(low or 0 for low in lows)), math.nan if None in highs else float(sum(highs)), bound
