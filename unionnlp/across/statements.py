"""The fact table made comparable: who states what, of which population, for when, and how exactly.

Two figures are comparable when unit, indicator, measure, population and time agree. The population is what is left of the words
beside a figure, and of its scope, when all that does not tell populations apart is taken out (全县现有会员 and 会员总数 are one,
县本级会员 and 女会员 are others). Words stand in ``across_cues.tsv``.

What a figure means follows from a few words that come again and again; it is found out once for each, and put together in arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import regex

from ..auditing.cues import says as audit_says
from ..facts.periods import DateSpan, resolve
from .batch import NONE, Codes, Senders
from .cues import cue, says, states

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["COLUMNS", "Statements", "floats", "numbered"]

COLUMNS: dict[str, str] = {
    **dict.fromkeys(("fact", "kind"), "int64"),
    **dict.fromkeys(("report", "sender", "indicator", "measure", "first", "last", "year"), "int32"),
    **dict.fromkeys(("state", "dated", "exact"), "bool"),
    **dict.fromkeys(("value", "low", "high"), "float64"),
}
"""``fact`` and ``report`` are numbers in the batch; ``sender``, the unit that the figure is of, ``indicator`` and ``measure`` are
codes, and ``kind`` is one number for indicator, measure and population; ``first`` and ``last`` are days (``first`` is ``NO_DAY`` for
a state); ``dated`` says that the text names the date, ``exact`` that it gives the figure without a bound; ``low`` and ``high``
enclose what the figure may mean."""

ABOUT, OPEN_END = 0.1, 0.5
"""An about-figure may be off by a tenth; 5万余 and 不足5万 by half of what they say."""

FIRM = frozenset({"table", "total"})
"""Flags under which a figure is compared; any other means that it is damaged."""

NO_DAY = -(1 << 31)

_EPOCH = date(1970, 1, 1).toordinal()
_BOUNDS = {"approx": (ABOUT, ABOUT), "at_least": (0.0, OPEN_END), "under": (OPEN_END, 0.0)}
_ROUNDED = regex.compile(r"\d(?:\.(?P<decimals>\d+))?\s*(?P<unit>[万亿%％‰])")
_MAY_BE_ROUNDED = "[万亿%％‰]"
_STEPS = {"万": 10_000.0, "亿": 100_000_000.0, "%": 1.0, "％": 1.0, "‰": 0.1}
_NO_WORD = regex.compile(r"[^\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Statements:
    """The comparable figures of a batch, read piece by piece: at most one a report and key, of a state the largest figure, of work done
    the only one.

    Complexity: linear in the facts; 70 bytes for each that is comparable.
    """

    senders: Senders
    indicators: Codes = field(default_factory=Codes)
    measures: Codes = field(default_factory=Codes)
    pieces: list[dict[str, NDArray[Any]]] = field(default_factory=list)

    def read(self, facts: pyarrow.Table, first: int) -> None:
        """Add the facts of some reports.

        Args:
            facts: columns ``OF_FACTS``, all facts of each report that it has some of.
            first: the number of the first fact.
        """
        import numpy as np

        numbers = np.flatnonzero(_comparable(facts))
        rows = facts.take(numbers)
        report = numbered(rows["report_id"], lambda report_id: self.senders.number.get(report_id, NONE))
        named = (report != NONE) & (self.senders.unit[report] != NONE)
        population, place = self._populations(rows)
        value, low, high = _intervals(rows)
        indicator, measure = numbered(rows["indicator"], self.indicators.code), numbered(rows["unit"], self.measures.code)
        state = numbered(rows["indicator"], lambda name: name in states()).astype(bool)
        begins, ends, dated = self._times(rows, report, state)
        kept = np.flatnonzero(named & (population != NONE) & ~np.isnan(low) & (ends != NO_DAY))
        sender = self.senders.unit[report]
        elsewhere = (place != NONE) & (place != sender)
        kind = mixed(np.where(elsewhere, _hashed(""), population), indicator, measure)
        exact = numbered(rows["bound"], lambda bound: bound == "exact")
        cells = (first + numbers, kind, report, np.where(elsewhere, place, sender), indicator, measure, begins, ends, _years(ends), state, dated, exact, value, low, high)
        found = {name: cell[kept].astype(type_) for cell, (name, type_) in zip(cells, COLUMNS.items(), strict=True)}
        chosen = _one_each(found)
        self.pieces.append({name: column[chosen] for name, column in found.items()})

    def table(self) -> pyarrow.Table:
        """All of them, with ``COLUMNS``."""
        import numpy as np
        import pyarrow as pa

        return pa.table({name: pa.chunked_array([piece[name] for piece in self.pieces], pa.from_numpy_dtype(np.dtype(kind))) for name, kind in COLUMNS.items()})

    def _populations(self, rows: pyarrow.Table) -> tuple[Ints, Ints]:
        """For each figure its population, or ``NONE`` when the words do not say it, and the unit that it names, or ``NONE``."""
        import numpy as np

        (labels, label), (scopes, scope) = (_coded(rows[name]) for name in ("label", "scope"))
        pairs, of = np.unique(label * (len(scopes) + 1) + scope, return_inverse=True)
        words = [_population(labels[pair // (len(scopes) + 1)], scopes[pair % (len(scopes) + 1)]) for pair in pairs.tolist()]
        populations = np.array([NONE if word is None else _hashed(word) for word in words], dtype=np.int64)
        places = np.array([NONE if word is None else self.senders.places.get(word, NONE) for word in words], dtype=np.int64)
        return populations[of], places[of]

    def _times(self, rows: pyarrow.Table, report: Ints, state: Flags) -> tuple[Ints, Ints, Flags]:
        """First and last day that each figure speaks for, the last one ``NO_DAY`` when it cannot be told; and whether the text names them."""
        import numpy as np

        periods, period = _coded(rows["period"])
        columns = (period, _days(rows["period_start"]), _days(rows["period_end"]), self.senders.period[report], state.astype(np.int64))
        combinations, of = _distinct(*columns)
        found = []
        for written, start, end, reported, is_state in combinations:
            when = _when(periods[written], _day(start), _day(end), self.senders.spans[reported], state=bool(is_state))
            first, last, dated = when or (None, None, False)
            found.append((NO_DAY if first is None else first.toordinal() - _EPOCH, NO_DAY if last is None else last.toordinal() - _EPOCH, dated))
        answers = np.array(found, dtype=np.int64).reshape(-1, 3)[of]
        return answers[:, 0], answers[:, 1], answers[:, 2].astype(bool)


def _comparable(facts: pyarrow.Table) -> Flags:
    """Which facts are of an indicator, achieved and undamaged."""
    import numpy as np

    firm = numbered(facts["flags"], lambda flags: not flags or set(flags.split("、")) <= FIRM).astype(bool)
    achieved = numbered(facts["status"], lambda status: status == "achieved").astype(bool)
    named: Flags = facts["indicator"].is_valid().to_numpy()
    return np.asarray(firm & achieved & named)


def _one_each(found: dict[str, NDArray[Any]]) -> Ints:
    """One statement for each report and key, in the order of the facts."""
    import numpy as np

    key = mixed(found["kind"], *(found[name] for name in ("report", "sender", "first", "last")))
    order = np.lexsort((found["value"], key))
    ends = np.flatnonzero(np.append(key[order][1:] != key[order][:-1], [True] * bool(len(order))))
    starts = np.append(0, ends[:-1] + 1)[: len(ends)]
    value = found["value"][order]
    # Two figures of one kind of work are two pieces of it, of which no rule can say which one another report repeats.
    kept = order[ends[found["state"][order[ends]] | (value[starts] == value[ends])]]
    kept.sort()
    return np.asarray(kept)


# ---------------------------------------------------------------------------------------------------- strings as numbers


def _coded(column: pyarrow.ChunkedArray) -> tuple[list[str], Ints]:
    """The different strings of a column, "" for null, and which of them each cell holds."""
    import pyarrow as pa

    encoded = pa.chunked_array(column.chunks, pa.string()).fill_null("").combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype("int64")


def numbered(column: pyarrow.ChunkedArray, number: Callable[[str], int]) -> Ints:
    """A number for each cell of a column of strings; it is asked for once for each different string, "" for null."""
    import numpy as np

    words, of = _coded(column)
    return np.array([number(word) for word in words], dtype=np.int64)[of]


def floats(column: pyarrow.ChunkedArray) -> Floats:
    """Figures as pandas has them, NaN for none; decimals go through their digits, for Arrow's own cast multiplies (97.89999999999999 of 97.9)."""
    import pyarrow as pa

    plain = column.cast(pa.string()) if pa.types.is_decimal(column.type) else column
    found: Floats = plain.cast(pa.float64()).to_numpy()
    return found


def _days(column: pyarrow.ChunkedArray) -> Ints:
    """Dates as days, ``NO_DAY`` for none."""
    import pyarrow as pa

    days: Ints = column.cast(pa.date32()).cast(pa.int32()).fill_null(NO_DAY).to_numpy().astype("int64")
    return days


def _day(days: int) -> date | None:
    return None if days == NO_DAY else date.fromordinal(days + _EPOCH)


def _years(days: Ints) -> Ints:
    years: Ints = days.clip(-700_000).astype("datetime64[D]").astype("datetime64[Y]").astype("int64") + 1970
    return years


def _distinct(*columns: Ints) -> tuple[list[tuple[int, ...]], Ints]:
    """The different combinations in some columns, and which of them each row holds."""
    import numpy as np

    of = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, code = np.unique(column, return_inverse=True)
        of = np.unique(of * len(values) + code, return_inverse=True)[1]
    rows = np.zeros(int(of.max(initial=-1)) + 1, dtype=np.int64)
    rows[of] = np.arange(len(of))
    return list(zip(*(column[rows].tolist() for column in columns), strict=True)), of


def _hashed(word: str) -> int:
    """64 bits for a string, never ``NONE``; all that is asked of it is whether two are equal."""
    return hash(word) & ~1


def mixed(first: Ints, *others: Ints) -> Ints:
    """One number for each row of several columns; different rows have different ones, but for chances of 1 to 2 ** 64.

    Source: the multiplication and shift of the mixers of MurmurHash 3 (Appleby 2011).
    """
    import numpy as np

    key = first.astype(np.int64).view(np.uint64)
    for column in others:
        key = (key ^ column.astype(np.int64).view(np.uint64)) * np.uint64(0xFF51AFD7ED558CCD)
        key ^= key >> np.uint64(32)
    return key.view(np.int64)


# ------------------------------------------------------------------------------------------------------- what they mean


@lru_cache(maxsize=1 << 16)
def _population(label: str, scope: str) -> str | None:
    """What tells a figure's population from others; None when the words do not say (其中12人, 人均600元)."""
    if audit_says("each", label):
        return None
    words, within = cue("within").subn("", label)
    rest, whole = (_NO_WORD.sub("", cue("filler").sub("", part)) for part in (words, scope))
    if within and not rest:
        return None
    return rest if not whole or whole in rest else f"{whole}/{rest}"


def _intervals(rows: pyarrow.Table) -> tuple[Floats, Floats, Floats]:
    """Each figure and what it may mean, NaN where it says nothing: 5.86万 is anything that is written so, cut or rounded."""
    import numpy as np

    value, low, high = (floats(rows[name]) for name in ("value", "low", "high"))
    bounds, bound = _coded(rows["bound"])
    below, above = (np.array([_BOUNDS.get(name, (0.0, 0.0))[side] for name in bounds], dtype=np.float64)[bound] for side in (0, 1))
    step = _steps(rows["quote"])
    ranges = np.array([name == "range" for name in bounds], dtype=bool)[bound] & ~np.isnan(low) & ~np.isnan(high)
    least, most = np.where(ranges, low, value * (1 - below) - step / 2), np.where(ranges, high, value * (1 + above) + step)
    return np.where(np.isnan(value), least, value), least, most


def _steps(quotes: pyarrow.ChunkedArray) -> Floats:
    """The last digit that each quote gives."""
    import numpy as np
    import pyarrow.compute as pc

    steps = np.zeros(len(quotes), dtype=np.float64)
    may_be = np.flatnonzero(pc.match_substring_regex(quotes, _MAY_BE_ROUNDED).to_numpy())
    for at, quote in zip(may_be.tolist(), quotes.take(may_be).to_pylist(), strict=True):
        if match := _ROUNDED.search(quote):
            steps[at] = _STEPS[match["unit"]] * 10.0 ** -len(match["decimals"] or "")
    return steps


def _when(period: str, start: date | None, end: date | None, reported: DateSpan, *, state: bool) -> tuple[date | None, date, bool] | None:
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
    return (None, last, dated and (says("dated", period) or first is None)) if state else (first, last, dated)


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
