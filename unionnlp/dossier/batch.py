"""A batch as the pages of the dossier look at it: names, families, what each report has, and rows by report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .asking import asks
from .families import copied_characters, copied_shares, families, matches_of, written
from .tables import Places, labels, twins_of

if TYPE_CHECKING:
    import pandas

__all__ = ["Batch", "Row"]

Row = dict[str, Any]

_UNKNOWN: Row = {
    **dict.fromkeys(("title", "reporting_unit", "period", "file", "anchor", "source", "text", "twins"), ""),
    **dict.fromkeys(("start", "family", "figures", "characters"), 0),
    **dict.fromkeys(("share", "overlap"), 0.0),
}
"""What is shown of a report that a match names and the tables do not have."""


class Batch:
    """Completed tables, and what is worked out of them once for all pages.

    Args:
        tables: as ``tables.complete`` gives them.

    Complexity: linear in the tables but for sorting.
    """

    def __init__(self, tables: Mapping[str, pandas.DataFrame]) -> None:
        self.tables = tables
        self.names = labels(tables["reports"])
        self.matches = matches_of(tables["matches"])
        self.families = families(self.matches)
        self.shares = copied_shares(self.matches)
        self.places = Places(tables["sections"])
        self.asks = asks(tables, self.families)
        self.family_of = {member: family.number for family in reversed(self.families) for member in family.members}
        pairs = tables["matches"]
        self.earlier = dict(zip(zip(pairs["a"], pairs["b"], strict=True), pairs["earlier"], strict=True))
        self._partners = Counter(side for match in self.matches for side in (match.a, match.b))
        self._verdicts: dict[str, Counter[str]] = defaultdict(Counter)
        for report_id, verdict in zip(tables["findings"]["report_id"], tables["findings"]["verdict"], strict=True):
            self._verdicts[report_id][verdict] += 1
        self._figures = Counter(tables["facts"]["report_id"])
        self._twins = twins_of(tables["files"])
        self._rows = {name: _lists(tables[name]) for name in ("sections", "facts", "findings")}
        rows: list[Row] = tables["reports"].to_dict("records")  # type: ignore[assignment]  # the columns are strings
        copied = self._copied()
        self.reports: dict[str, Row] = {row["report_id"]: self._report(row, i, copied) for i, row in enumerate(rows, 1)}

    def _copied(self) -> dict[str, list[tuple[int, int]]]:
        """The passages of each report that stand in others, stock and quotations left out."""
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in self.matches:
            for passage in match.copied:
                spans[match.a].append((passage.start_a, passage.end_a))
                spans[match.b].append((passage.start_b, passage.end_b))
        return spans

    def _report(self, row: Row, number: int, copied: Mapping[str, list[tuple[int, int]]]) -> Row:
        report_id = row["report_id"]
        share = self.shares.get(report_id)
        spans = copied.get(report_id)
        characters = written(row["text"])
        return {
            **row,
            "number": number,
            "anchor": f"r{number}",
            "label": self.names[report_id],
            "twins": self._twins.get(row["file"], ""),
            "figures": self._figures[report_id],
            "verdicts": self._verdicts.get(report_id, Counter()),
            "written": characters,
            "share": share.share if share else 0.0,
            "discounted": share.discounted if share else 0.0,
            "source": self.names.get(share.source, share.source) if share else "",
            "overlap": copied_characters(row["text"], row["start"], spans) / max(1, characters) if spans else 0.0,
            "partners": self._partners[report_id],
            "family": self.family_of.get(report_id, 0),
        }

    def known(self, report_id: str) -> Row:
        """The report, or its bare id when the tables do not have it."""
        return self.reports.get(report_id) or {**_UNKNOWN, "report_id": report_id, "label": report_id}

    def row(self, name: str, number: int) -> Row:
        """One row of sections, facts or findings by its number in the whole table."""
        return {column: cells[number] for column, cells in self._rows[name][0].items()}

    def rows(self, name: str, report_ids: Iterable[str]) -> dict[str, list[Row]]:
        """The rows of some reports in sections, facts or findings, in order of place; ``row`` is their number in the whole table."""
        lists, indices = self._rows[name]
        names = list(lists)
        found: dict[str, list[Row]] = {}
        for report_id in report_ids:
            rows = (dict(zip(names, cells, strict=True)) for cells in zip(*([lists[n][i] for i in indices.get(report_id, ())] for n in names), strict=True))
            if taken := sorted(rows, key=lambda row: (row["start"], row["end"])):
                found[report_id] = taken
        return found


def _lists(frame: pandas.DataFrame) -> tuple[dict[str, list[Any]], dict[str, list[int]]]:
    """The columns of a table as lists, its numbers as ``row``, and which of them each report has: to ask pandas report by report takes ten times as long."""
    indices: dict[str, list[int]] = defaultdict(list)
    for number, report_id in enumerate(frame["report_id"].tolist()):
        indices[report_id].append(number)
    return {"row": list(range(len(frame))), **{str(name): frame[name].tolist() for name in frame}}, indices
