"""Items against their total, in sentences and in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..records import Finding
from .case import Case, figure
from .cues import found, last_of, says
from .items import Item
from .phrases import finding, word

__all__ = ["sums", "table_sums"]

_NOT_SUMMED = frozenset({"%", "倍", "百分点", "个百分点", "‰"})

SHOWN = 8
"""Items of a sum that its finding points to."""


def sums(case: Case) -> Iterator[Finding]:
    """Items behind 其中, or before 合计, add up to their whole.

    Why: a total is often changed without its items. Items need not be all: only a sum above its whole, or one of kinds that
    leave nothing out (专职 and 兼职), is doubtful.

    Example: 工会干部640人，其中专职152人、兼职488人 (640: consistent); 接待430人次，其中咨询260人次，援助95人次，介绍210人次 (565: doubtful).
    Counterexample: 案件60件，其中工资类6件、社保类18件 need not be all; 女职工210人，党员35人 may be the same people.
    """
    for sentence in case.item_sentences:
        for i, first in enumerate(sentence):
            if first.unit != "%" and says("within", first.own):
                yield from _of_which(case, sentence, i)
            elif i > 1 and first.unit != "%" and says("total", first.own) and not says("each", first.clause):
                yield from _before_total(case, sentence, i)


def _of_which(case: Case, sentence: Sequence[Item], i: int) -> Iterator[Finding]:
    first = sentence[i]
    said = first.at - len(first.own) + last_of("within", first.own)
    whole = next((item for item in reversed(sentence[:i]) if item.unit == first.unit and item.end <= said), None)
    if whole is None:
        return
    items = [first]
    for item in sentence[i + 1 :]:
        if item.unit != whole.unit or any(says(other, item.own) for other in ("within", "older", "changed", "most", "each")) or _parted(case, items[-1], item):
            break
        items.append(item)
    if len(items) < 2 or not all(item.exact for item in (whole, *items)):
        return
    total = _total(items)
    kinds = [found("complement", item.own) for item in items]
    complete = len(items) == 2 and kinds[0] and kinds[1] and kinds[0] != kinds[1]
    words = f"{' + '.join(figure(item.value) for item in items)} = {figure(total)}，{word('sum.whole')}{whole.quote}"
    told = (whole, *items[:SHOWN])
    larger = next((item for item, kind in zip(items[1:], kinds[1:], strict=True) if item.value > whole.value and (kind or item.own.startswith("、"))), None)
    if larger is not None:
        shown = f"{larger.quote} > {whole.quote}"
        yield finding(case, "part_whole", "conflict", (whole, larger), shown, why=word("why.of_which"), computed=larger.value, stated=whole.value)
    elif total == whole.value:
        yield finding(case, "sum", "consistent", told, words, why=word("way.sum"), computed=total, stated=whole.value)
    elif (total > whole.value and all(item.value <= whole.value for item in items) and not _mixed(items)) or complete:
        yield finding(case, "sum", "doubtful", told, words, why=word("why.sum"), computed=total, stated=whole.value)


def _parted(case: Case, item: Item, following: Item) -> bool:
    """Whether a semicolon stands between two items: what follows it is told of something else."""
    return any(mark in case.text[item.end : following.at] for mark in "；;")


def _mixed(items: Sequence[Item]) -> bool:
    """Whether items are of kinds that overlap (女职工, 党员), or the later ones belong to another figure."""
    return any(says("overlapping", item.own) for item in items)


def _before_total(case: Case, sentence: Sequence[Item], i: int) -> Iterator[Finding]:
    total = sentence[i]
    items = [item for item in sentence[:i] if item.unit == total.unit and not says("each", item.own)]
    for start in range(len(items) - 1):
        run = items[start:]
        if all(item.exact for item in run) and _total(run) == total.value:
            words = f"{' + '.join(figure(item.value) for item in run)} = {figure(total.value)}，{word('sum.whole')}{total.quote}"
            yield finding(case, "sum", "consistent", (*run[:SHOWN], total), words, why=word("way.sum"), computed=total.value, stated=total.value)
            return
    run = [item for item in items if item.status == total.status]
    if len(run) > 1 and len(run) == i and total.exact and all(item.exact for item in run):
        value = _total(run)
        words = f"{' + '.join(figure(item.value) for item in run)} = {figure(value)}，{word('sum.whole')}{total.quote}"
        yield finding(case, "sum", "doubtful", (*run[:SHOWN], total), words, why=word("why.sum"), computed=value, stated=total.value)


def table_sums(case: Case) -> Iterator[Finding]:
    """The rows of a table add up to its 合计, and the columns to theirs.

    Why: annexes are typed by hand. A sub-total (小计) stands for the rows above it. Of a column in which a figure is missing
    a mismatch is only doubtful; of a column of sums one is told only where the other rows hold.

    Example: 东镇 12, 西镇 15, 合计 30 (27: conflict).
    Counterexample: rates have no sum; 合计 over columns that are parts of one another (其中) is left alone.
    """
    for rows in _tables(case).values():
        columns: dict[int, list[tuple[Item, bool]]] = {}
        for row in rows:
            total = _is_total_row(row)
            for k, item in enumerate(row):
                columns.setdefault(k, []).append((item, total))
        whole = len({len(row) for row in rows}) == 1
        for column in columns.values():
            yield from _column(case, column, whole=whole)
        yield from _across(case, rows)


def _tables(case: Case) -> dict[int, list[list[Item]]]:
    """The rows of figures of each table."""
    tables: dict[int, list[list[Item]]] = {}
    for number, group in case.groups.items():
        if number < 0:
            tables.setdefault(group[0].paragraph, []).append(group)
    return tables


def _is_total_row(row: Sequence[Item]) -> bool:
    return all("total" in item.fact.flags for item in row)


def _column(case: Case, column: Sequence[tuple[Item, bool]], *, whole: bool) -> Iterator[Finding]:
    """The totals of one column, each over the rows above it, those since the last total, or the sub-totals; one that stands first
    over the rows below it."""
    units = {item.unit for item, _ in column}
    if len(units) != 1 or units & _NOT_SUMMED or any(says("within", item.own) for item, _ in column):
        return
    parts = [item for item, total in column if not total]
    totals = [item for item, total in column if total]
    if totals and column[0][1]:
        if len(totals) == 1 and len(parts) > 1:
            yield _sum_of(case, parts, totals[0], sure=whole)
        return
    since: list[Item] = []
    above: list[Item] = []
    subtotals: list[Item] = []
    for item, total in column:
        if not total:
            since.append(item)
            above.append(item)
            continue
        readings = [run for run in (since, above, subtotals) if len(run) > 1]
        if readings:
            yield _sum_of(case, next((run for run in readings if _total(run) == item.value), readings[0]), item, sure=whole)
        subtotals.append(item)
        since = []


def _across(case: Case, rows: Sequence[Sequence[Item]]) -> Iterator[Finding]:
    """Columns of sums (男, 女, 合计): where most rows hold, those that do not are told."""
    holds: dict[int, int] = {}
    fails: dict[int, list[tuple[list[Item], Item]]] = {}
    for row in rows:
        if _is_total_row(row):
            continue
        run: list[Item] = []
        for k, item in enumerate(row):
            if "total" not in item.fact.flags:
                run.append(item)
                continue
            run = [part for part in run if part.unit == item.unit]
            if len(run) > 1 and item.unit not in _NOT_SUMMED:
                if _total(run) == item.value:
                    holds[k] = holds.get(k, 0) + 1
                else:
                    fails.setdefault(k, []).append((run, item))
            run = []
    for k, found_wrong in fails.items():
        if holds.get(k, 0) >= len(found_wrong):
            for run, item in found_wrong:
                yield _sum_of(case, run, item, sure=holds[k] > len(found_wrong))


def _total(items: Sequence[Item]) -> Decimal:
    return sum((item.value for item in items), Decimal(0))


def _sum_of(case: Case, items: Sequence[Item], total: Item, *, sure: bool) -> Finding:
    value = _total(items)
    words = f"{word('sum.items').format(n=len(items), sum=figure(value, total.unit))}，{word('sum.whole')}{figure(total.value, total.unit)}"
    shown = (*items[: SHOWN - 1], total)
    if value == total.value:
        return finding(case, "sum", "consistent", shown, words, why=word("way.sum"), computed=value, stated=total.value)
    sure = sure and total.exact and all(item.exact for item in items)
    return finding(case, "sum", "conflict" if sure else "doubtful", shown, words, why=word("why.sum"), computed=value, stated=total.value)
