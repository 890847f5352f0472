"""Facts from tables: the headings above and beside a figure say what it counts, and in what.

A figure whose measure nothing states or implies is no fact, and neither is money without its scale: 7.5 may be yuan or
ten thousands of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import regex

from ..records import Fact, Report
from ..structure.normalize import normalize
from .headings import NOTHING, Heading, Measure
from .layout import YEAR, Entry, TableReader
from .linking import NO_LINK, Link, link_words, plan_heading, subject
from .periods import UNKNOWN, report_year, resolve

__all__ = ["with_tables"]

LABEL = 24
"""Characters of a label at most."""

BY_HEADING, BY_ROW, BY_CAPTION = 0.8, 0.7, 0.5
"""Confidence of a link by the column or row that also gives the measure, by the other one, and by what stands above both."""
UNLINKED = 0.2
ASSUMED = 0.6
"""What is left of it when the measure is only implied by the noun (会员数: people)."""

_SCALED = regex.compile(r"[万亿]")


def with_tables(report: Report, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of running text, with those of the report's tables in their places.

    Args:
        report: a report with its tables.
        facts: what running text gave, in order of place; what it read in cells that are read here is left out, and what
            reaches over the border of a cell.
    Returns:
        Facts in order of place, not overlapping; those of tables have the flag "table", sums of others also "total".

    Complexity: O(n log n) in cells and facts.

    Example:
        >>> from ..records import Cell, Document, Table
        >>> text = "慰问金（万元）\\t会员数（人）\\n7.5\\t1,203"
        >>> rows = ((Cell(0, 7, text[0:7]), Cell(8, 14, text[8:14])), (Cell(15, 18, "7.5"), Cell(19, 24, "1,203")))
        >>> report = Report("r", Document(text), 0, len(text), "", "", "", (), (Table(0, len(text), rows),))
        >>> [(f.quote, int(f.value), f.unit, f.indicator) for f in with_tables(report, ())]
        [('7.5', 75000, '元', '慰问金'), ('1,203', 1203, '人', '会员数')]
    """
    if not report.tables:
        return list(facts)
    normalized = normalize(report.document.text)
    plans = [(s.start, s.end) for s in report.walk() if plan_heading(s.heading)]
    year = report_year(report)
    found: list[Fact] = []
    taken: list[tuple[int, int]] = []
    for table in report.tables:
        in_plan = any(a <= table.start < b for a, b in plans)
        reader = TableReader(table, normalized, report.start, report.end)
        found += [fact for entry in reader.entries() if (fact := _fact(entry, normalized.raw, year, in_plan=in_plan)) is not None]
        taken += reader.taken
    borders = sorted({cell.start for table in report.tables for row in table.rows for cell in row})
    merged = sorted([*found, *_outside(facts, sorted(taken), borders)], key=lambda fact: (fact.start, fact.end))
    return list(_apart(merged))


def _outside(facts: Iterable[Fact], taken: list[tuple[int, int]], borders: list[int]) -> Iterator[Fact]:
    """Facts that touch no cell that was read, and stay inside theirs."""
    starts = [start for start, _ in taken]
    for fact in facts:
        i = bisect_left(starts, fact.end) - 1
        crosses = bisect_left(borders, fact.end) > bisect_right(borders, fact.start)
        if not crosses and (i < 0 or taken[i][1] <= fact.start):
            yield fact


def _apart(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Of facts that overlap (a table within a cell of another is read once) the first."""
    last = 0
    for fact in facts:
        if fact.start >= last:
            yield fact
            last = fact.end


# ------------------------------------------------------------------------------------------------------- one figure


def _fact(entry: Entry, raw: str, year: int | None, *, in_plan: bool) -> Fact | None:
    """An entry as a fact, or None where nothing says in what it counts."""
    figure, column, labels = entry.figure, entry.column, entry.labels
    nearest = next((label for label in reversed(labels) if label.measured), labels[-1] if labels else NOTHING)
    if nearest.roles & {"serial", "ignored"}:
        return None
    sure, measure = True, Measure(figure.unit, Decimal(1))
    if not figure.unit:
        found = _measure(entry, nearest)
        if found is None:
            return None
        measure, sure = found
    what = tuple(label for label in labels if not (label.named or label.words == entry.scope or "total" in label.roles))
    words = "".join(label.words for label in what)
    by_row = bool(words) and nearest.measured and not column.measured
    decided = _link(entry, words, measure.unit, by_row=by_row)
    if decided.indicator is None and not figure.unit and entry.beside is None and not (column.measured or nearest.measured):
        return None  # only the caption says in what, and nothing says of what
    factor = Decimal(1) if _SCALED.search(figure.quote) or figure.unit else measure.factor
    value, low, high = (None if number is None else number * factor for number in (figure.value, figure.low, figure.high))
    total = any("total" in head.roles for head in (column, *labels))
    planned = in_plan or any("planned" in head.roles for head in (column, *labels, entry.group))
    dates = resolve(f"{entry.period}年" if YEAR.fullmatch(entry.period) else entry.period, year) or UNKNOWN
    return Fact(
        entry.start,
        entry.end,
        raw[entry.start : entry.end],
        value,
        low,
        high,
        measure.unit,
        figure.bound,
        (*figure.flags, "table", *(("total",) if total else ())),
        indicator=decided.indicator,
        subject=subject(words + column.words, ""),
        label=f"{words}{column.words}"[-LABEL:],
        period=entry.period,
        scope=entry.scope,
        status="planned" if planned else "achieved",
        cue=decided.cue,
        confidence=round(decided.confidence if sure else decided.confidence * ASSUMED, 2),
        period_start=dates.first,
        period_end=dates.last,
    )


def _measure(entry: Entry, row: Heading) -> tuple[Measure, bool] | None:
    """In what a figure counts, and whether that is stated: by its column, the cell beside it, its row, or the caption
    for figures of its kind; else what the noun implies, but for money and fractions of 1, whose scale must be stated."""
    column, figure = entry.column, entry.figure
    if column.measures:
        return _of_kind(column.measures, column.implied) or column.measures[0], True
    kind = column.implied
    near = ((entry.beside,) if entry.beside is not None else ()) + row.measures
    if near and (not kind or "generic" in column.roles):
        return near[0], True
    kind = kind or row.implied
    above = entry.group.measures + entry.scales
    if not kind:
        return (above[0], True) if len(above) == 1 else None
    if (found := _of_kind(near + above, kind)) is not None:
        return found, True
    doubtful = (kind == "元" and not _SCALED.search(figure.quote)) or (kind == "%" and 0 < abs(figure.value or Decimal(0)) <= 1)
    return None if doubtful else (Measure(kind, Decimal(1)), False)


def _link(entry: Entry, row: str, unit: str, *, by_row: bool) -> Link:
    """The indicator: by the headings that also say in what (column or row); by the other ones where those only name a thing or
    nothing; by the group of rows and the caption last. Where the column says no more than 人数, the heading of the labels goes first."""
    generic = "generic" in entry.column.roles
    column = "" if generic or entry.column.named else entry.column.words
    own, other = (row, column) if by_row or not column else (column, row)
    found = [(link_words(entry.topic, unit), BY_HEADING)] if generic else []
    found += [(link_words(own, unit), BY_HEADING), (link_words(other, unit), BY_ROW)]
    found.append((link_words(entry.group.words + own + other, unit), BY_ROW))
    if not any(link.indicator for link, _ in found):
        found += [(link_words(entry.caption, unit), BY_CAPTION), (link_words(entry.column.words, unit), BY_CAPTION)]
    told = [(link, confidence) for link, confidence in found if link.indicator is not None]
    link, confidence = next((each for each in told if not each[0].attribute), told[0] if told else (NO_LINK, UNLINKED))
    return link._replace(confidence=confidence)


def _of_kind(measures: tuple[Measure, ...], kind: str) -> Measure | None:
    return next((measure for measure in measures if measure.unit == kind), None)
