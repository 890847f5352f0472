"""The fact table made comparable: who states what, of which population, for when, and how exactly.

Two figures are comparable when unit, indicator, measure, population and time agree. The population is what is left of the words
beside a figure, and of its scope, when all that does not tell populations apart is taken out (全县现有会员 and 会员总数 are one,
县本级会员 and 女会员 are others). Words stand in ``across_cues.tsv``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from ..auditing.cues import says as audit_says
from ..facts.periods import UNKNOWN, DateSpan, resolve
from ..lexicon import load_table

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "cue", "place_of", "says", "states", "statements"]

COLUMNS: dict[str, str] = {
    "fact": "int64",
    **dict.fromkeys(("report_id", "sender", "indicator", "measure", "population", "first", "last"), "object"),
    "year": "int64",
    **dict.fromkeys(("state", "dated", "exact"), "bool"),
    **dict.fromkeys(("value", "low", "high"), "float64"),
}
"""``fact`` is the row in the table of facts, ``sender`` the unit that the figure is of; ``first`` and ``last`` are ISO dates (``first``
is empty for a state); ``dated`` says that the text names the date, ``exact`` that it gives the figure without a bound; ``low`` and
``high`` enclose what the figure may mean."""

ABOUT, OPEN_END = 0.1, 0.5
"""An about-figure may be off by a tenth; 5万余 and 不足5万 by half of what they say."""

AT_ONCE = 1 << 16
"""Facts looked at together."""

FIRM = frozenset({"table", "total"})
"""Flags under which a figure is compared; any other means that it is damaged."""

_ROUNDED = regex.compile(r"\d(?:\.(?P<decimals>\d+))?\s*(?P<unit>[万亿%％‰])")
_STEPS = {"万": 10_000.0, "亿": 100_000_000.0, "%": 1.0, "％": 1.0, "‰": 0.1}
_NO_WORD = regex.compile(r"[^\u4e00-\u9fff]+")


@cache
def cue(name: str) -> regex.Pattern[str]:
    """A pattern of ``across_cues.tsv``."""
    rows = {row["cue"]: row["pattern"] for row in load_table("across_cues", ("cue", "pattern", "example", "counterexample", "source"))}
    return regex.compile(rows[name])


def says(name: str, words: str) -> bool:
    """Whether ``words`` hold a cue.

    Example:
        >>> says("revised", "经核实更正为51000人"), says("open_period", "2022年")
        (True, False)
    """
    return cue(name).search(words) is not None


@cache
def states() -> frozenset[str]:
    """Indicators that tell of a state, not of work done: stated again it is the same."""
    return frozenset(row["indicator"] for row in load_table("state_indicators", ("indicator", "example", "source")))


def place_of(unit: str) -> str:
    """The name of a unit without what it is called as a union.

    Example:
        >>> place_of("云溪县柳碓镇总工会"), place_of("云溪县总工会女职工委员会")
        ('云溪县柳碓镇', '云溪县')
    """
    return cue("organisation").sub("", unit)


def statements(facts: pandas.DataFrame, reports: pandas.DataFrame) -> pandas.DataFrame:
    """The comparable figures of a batch.

    Args:
        facts: as ``Scan`` has them; its index is 0, 1, 2 …
        reports: columns report_id, reporting_unit and period.
    Returns:
        The columns of ``COLUMNS``, at most one row a report and key: of a state the largest figure, of work done the only one.
    Complexity: linear in the facts.
    """
    import pandas as pd

    rows = list(_rows(facts, reports))
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    key = ["report_id", "sender", "indicator", "measure", "population", "first", "last"]
    frame = frame.sort_values([*key, "value"], kind="stable")
    several = frame.groupby(key, sort=False)["value"].transform("nunique") > 1
    # Two figures of one kind of work are two pieces of it, of which no rule can say which one another report repeats.
    return frame[frame["state"] | ~several].drop_duplicates(key, keep="last").sort_values("fact").reset_index(drop=True)


def _rows(facts: pandas.DataFrame, reports: pandas.DataFrame) -> Iterator[tuple[Any, ...]]:
    about = {row[0]: (row[1] or "", row[2] or "") for row in reports[["report_id", "reporting_unit", "period"]].itertuples(index=False, name=None)}
    spans = {period: resolve(period, None) or UNKNOWN for period in sorted({period for _, period in about.values()})}
    places = _places({unit for unit, _ in about.values()})
    reduced: dict[tuple[str, str], str | None] = {}
    columns = ("report_id", "quote", "value", "low", "high", "unit", "bound", "indicator", "label", "scope", "status", "flags", "period", "period_start", "period_end")
    for number, fact in enumerate(_tuples(facts, columns)):
        report_id, quote, value, low, high, measure, bound, indicator, label, scope, status, flags, period, start, end = fact
        if not isinstance(indicator, str) or status != "achieved" or (flags and not set(flags.split("、")) <= FIRM):
            continue
        sender, reported = about.get(report_id, ("", ""))
        if (label, scope) not in reduced:
            reduced[label, scope] = _population(label, scope)
        population = reduced[label, scope]
        interval = _interval(quote, value, low, high, bound)
        state = indicator in states()
        when = _when(period, _day(start), _day(end), spans.get(reported, UNKNOWN), state=state)
        if not sender or population is None or interval is None or when is None:
            continue
        if population in places and places[population] != sender:
            sender, population = places[population], ""
        first, last, dated = when
        exact = bound == "exact"
        best = float(value) if value == value and value is not None else interval[0]
        yield (number, report_id, sender, indicator, measure, population, first, last, int(last[:4]), state, dated, exact, best, *interval)


def _tuples(facts: pandas.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of some columns, many at once: a column of pandas that lies in Arrow gives its cells one by one at 5 µs each."""
    for first in range(0, len(facts), AT_ONCE):
        part = facts.iloc[first : first + AT_ONCE]
        yield from zip(*(part[column].tolist() for column in columns), strict=True)


def _places(units: set[str]) -> dict[str, str]:
    """Units by the place in their name, and by its last part (柳碓镇 of 云溪县柳碓镇), where one unit alone has it."""
    named: dict[str, set[str]] = {}
    stems = {place_of(unit): unit for unit in sorted(units) if unit}
    for stem, unit in stems.items():
        tails = {stem, *(stem[len(above) :] for above in (stem[:n] for n in range(2, len(stem) - 1)) if above in stems)}
        for tail in tails:
            if len(tail) > 1:
                named.setdefault(tail, set()).add(unit)
    return {tail: next(iter(owners)) for tail, owners in named.items() if len(owners) == 1}


def _population(label: str, scope: str) -> str | None:
    """What tells a figure's population from others; None when the words do not say (其中12人, 人均600元)."""
    if audit_says("each", label):
        return None
    words, within = cue("within").subn("", label)
    rest, whole = (_NO_WORD.sub("", cue("filler").sub("", part)) for part in (words, scope))
    if within and not rest:
        return None
    return rest if not whole or whole in rest else f"{whole}/{rest}"


def _interval(quote: str, value: float | None, low: float | None, high: float | None, bound: str) -> tuple[float, float] | None:
    """What a figure may mean: 5.86万 is anything that is written so, cut or rounded."""
    if bound == "range" and low == low and high == high and low is not None and high is not None:
        return float(low), float(high)
    if value is None or value != value:
        return None
    figure = float(value)
    match = _ROUNDED.search(quote)
    step = _STEPS[match["unit"]] * 10.0 ** -len(match["decimals"] or "") if match else 0.0
    below, above = {"approx": (ABOUT, ABOUT), "at_least": (0.0, OPEN_END), "under": (OPEN_END, 0.0)}.get(bound, (0.0, 0.0))
    return figure * (1 - below) - step / 2, figure * (1 + above) + step


def _day(value: Any) -> date | None:
    """A day as the frames hold it: a date, a timestamp, or nothing."""
    if value is None or value != value:  # NaT
        return None
    day: date = value.date() if hasattr(value, "date") else value
    return day


def _when(period: str, start: date | None, end: date | None, reported: DateSpan, *, state: bool) -> tuple[str, str, bool] | None:
    """First and last day that a figure speaks for, and whether the text names them; None when they cannot be told.

    今年 in the report of a half-year is that half-year. A state (members there are) holds on a day: without one of its own that is the
    last of the time reported on.
    """
    first, last, open_ended = start, end, not period or says("open_period", period)
    dated = not open_ended
    if first is None and last is None and dated:  # of a state 2021年末 is a day, of work done it is none
        last = _until(period, reported.last.year if reported.last else None) if state else None
    elif (first is None and last is None) or _holds(first, last, reported):
        first, last = reported.first, reported.last
    if last is None or (first is None and not state):
        return None
    if state:
        return "", last.isoformat(), dated and (says("dated", period) or first is None)
    assert first is not None
    return first.isoformat(), last.isoformat(), dated


@cache
def _until(period: str, year: int | None) -> date | None:
    """The day that a period names when it is said of a state."""
    span = resolve(cue("until").pattern + period, year)
    return span.last if span else None


def _holds(first: date | None, last: date | None, reported: DateSpan) -> bool:
    """Whether a time holds the shorter one that the report is about."""
    if first is None or last is None or reported.first is None or reported.last is None:
        return False
    return (first, last) != (reported.first, reported.last) and first <= reported.first and reported.last <= last
