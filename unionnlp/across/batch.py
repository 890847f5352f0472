"""What the rules across reports read: reports and their facts, piece by piece, so that a batch need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

import regex

from ..facts.periods import UNKNOWN, DateSpan, resolve
from ..records import Facts, Report
from .cues import cue

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["NONE", "OF_FACTS", "OF_REPORTS", "Batch", "Codes", "Given", "Senders", "Versions", "place_of"]

OF_REPORTS = ("report_id", "reporting_unit", "period", "start")
"""Columns of reports that are held for all of them."""

OF_FACTS = (
    *("report_id", "quote", "value", "low", "high", "unit", "bound", "indicator", "label", "scope", "status", "flags"),
    *("period", "period_start", "period_end"),
)
"""Columns of facts that all facts are compared by."""

NONE = -1
"""The code of a unit that is not named."""

AT_ONCE = 1024
"""Reports of a piece."""

_LONE_SURROGATES = regex.compile("[\ud800-\udfff]")


class Batch(Protocol):
    """Reports and their facts; they are asked for more than once, and come in the same order every time."""

    def reports(self) -> pyarrow.Table:
        """``OF_REPORTS`` of all reports; the number of a report is its row here."""

    def texts(self, wanted: Flags | None = None) -> Iterator[tuple[Sequence[int], Sequence[str]]]:
        """Numbers of reports and their texts, some at a time; with ``wanted``, by number, only those."""

    def facts(self, columns: Sequence[str]) -> Iterator[pyarrow.Table]:
        """Columns of the facts, those of a report in one piece; the number of a fact is its place among all."""


class Given:
    """A batch that is in memory.

    Args:
        reports: by report_id the reports with their facts.
        at_once: reports of a piece.
    """

    def __init__(self, reports: Mapping[str, tuple[Report, Facts]], at_once: int = AT_ONCE) -> None:
        self._ids = list(reports)
        self._reports = list(reports.values())
        self._at_once = at_once

    def reports(self) -> pyarrow.Table:
        """``OF_REPORTS`` of all reports."""
        import pyarrow as pa

        about = [(report_id, report.unit, report.period) for report_id, (report, _) in zip(self._ids, self._reports, strict=True)]
        columns = [_strings(column) for column in zip(*about, strict=True)] if about else [_strings(())] * 3
        return pa.table([*columns, pa.array([report.start for report, _ in self._reports], pa.int64())], names=list(OF_REPORTS))

    def texts(self, wanted: Flags | None = None) -> Iterator[tuple[Sequence[int], Sequence[str]]]:
        """Numbers of reports and their texts."""
        for piece in self._pieces():
            numbers = [number for number in piece if wanted is None or wanted[number]]
            yield numbers, [self._reports[number][0].text for number in numbers]

    def facts(self, columns: Sequence[str]) -> Iterator[pyarrow.Table]:
        """Columns of the facts."""
        import pyarrow as pa

        for piece in self._pieces():
            rows = [(self._ids[number], fact) for number in piece for fact in self._reports[number][1]]
            cells = {name: [report_id for report_id, _ in rows] if name == "report_id" else [_cell(getattr(fact, name)) for _, fact in rows] for name in columns}
            yield pa.table({name: _array(name, values) for name, values in cells.items()})

    def _pieces(self) -> Iterator[range]:
        yield from (range(first, min(first + self._at_once, len(self._ids))) for first in range(0, len(self._ids), self._at_once))


def _cell(value: Any) -> Any:
    return "、".join(value) if isinstance(value, tuple) else value


def _array(name: str, values: Sequence[Any]) -> pyarrow.Array:
    import pyarrow as pa

    if name in ("value", "low", "high"):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    if name in ("start", "end"):
        return pa.array(values, pa.int64())
    return pa.array(values, pa.date32()) if name.startswith("period_") else _strings(values)


def _strings(values: Sequence[Any]) -> pyarrow.Array:
    """Strings as Arrow has them, which knows no halves of characters."""
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([value and _LONE_SURROGATES.sub("\ufffd", value) for value in values], pa.string())


class Codes:
    """A number for each string, from 0 in the order in which they come."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words: list[str] = []
        self._codes: dict[str, int] = {}
        for word in words:
            self.code(word)

    def code(self, word: str) -> int:
        """The number of a string."""
        found = self._codes.setdefault(word, len(self.words))
        if found == len(self.words):
            self.words.append(word)
        return found

    def known(self, word: str) -> int:
        """The number of a string that came before, else ``NONE``."""
        return self._codes.get(word, NONE)


def place_of(unit: str) -> str:
    """The name of a unit without what it is called as a union.

    Example:
        >>> place_of("云溪县柳碓镇总工会"), place_of("云溪县总工会女职工委员会")
        ('云溪县柳碓镇', '云溪县')
    """
    return cue("organisation").sub("", unit)


@dataclass
class Senders:
    """Who sent in which report, and of what time.

    Args:
        ids: of the reports, by number.
        starts: where each begins in its document.
        units: all units that are named, in alphabetical order; ``unit`` has the code of each report's, or ``NONE``.
        periods: all times reported on; ``period`` has the code of each report's.
    """

    ids: list[str]
    starts: Ints
    units: Codes
    unit: Ints
    periods: Codes
    period: Ints

    @classmethod
    def of(cls, reports: pyarrow.Table) -> Senders:
        """From a table with ``OF_REPORTS``."""
        import numpy as np

        units, periods = ([name or "" for name in reports[column].to_pylist()] for column in ("reporting_unit", "period"))
        known, times = Codes(sorted(set(units) - {""})), Codes(periods)
        unit, period = np.array([known.known(name) for name in units], dtype=np.int64), np.array([times.code(time) for time in periods], dtype=np.int64)
        return cls(reports["report_id"].to_pylist(), reports["start"].to_numpy(), known, unit, times, period)

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of a report by its id."""
        return {report_id: number for number, report_id in enumerate(self.ids)}

    @cached_property
    def spans(self) -> list[DateSpan]:
        """First and last day of the times reported on, by code."""
        return [resolve(period, None) or UNKNOWN for period in self.periods.words]

    @cached_property
    def stems(self) -> dict[str, int]:
        """Units by the place in their name."""
        return {place_of(unit): code for code, unit in enumerate(self.units.words)}

    @cached_property
    def above(self) -> dict[int, int]:
        """Units whose place begins with that of another (云溪县柳碓镇), each with the nearest such one (云溪县)."""
        found = {}
        for stem, unit in self.stems.items():
            higher = next((self.stems[stem[:n]] for n in range(len(stem) - 1, 1, -1) if stem[:n] in self.stems), None)
            if higher is not None:
                found[unit] = higher
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """Units by the place in their name, and by its last part (柳碓镇 of 云溪县柳碓镇), where one unit alone has it."""
        owners: dict[str, int] = {}
        for stem, unit in self.stems.items():
            for tail in {stem, *(stem[n:] for n in range(2, len(stem) - 1) if stem[:n] in self.stems)}:
                if len(tail) > 1 and owners.setdefault(tail, unit) != unit:
                    owners[tail] = NONE
        return {tail: unit for tail, unit in owners.items() if unit != NONE}


class Versions:
    """Whose report each is, and of when: reports that agree in both are versions of one. Without a unit its text tells them apart."""

    def __init__(self, senders: Senders) -> None:
        self._known: dict[tuple[int, int] | bytes, int] = {}
        self._senders = senders
        self.code = senders.unit * 0

    def read(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """Give reports their codes."""
        for number, text in zip(numbers, texts, strict=True):
            unit = int(self._senders.unit[number])
            key = (unit, int(self._senders.period[number])) if unit != NONE else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            self.code[number] = self._known.setdefault(key, len(self._known))
