"""Which reports stand: what a new scan takes the place of, and the tables that follow from it.

A file whose bytes changed takes the place of what it was. A report that the same unit sent in for the same time in an earlier
scan, with the same text in substance, is replaced by the new one: whoever sends a correction does not copy. Rows of what no
longer stands stay in their parts and do not show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..duplicates.clusters import WHOLE_TEXT, Origin, in_clusters
from ..records import Match, Matches
from .comparing import key_of
from .frames import filled, schema
from .names import folded, stated_by_names, unlike

if TYPE_CHECKING:
    import pyarrow

__all__ = ["LIGHT", "Standing", "read", "stand"]

LIGHT = ("scan", "report_id", "batch", "file", "position", "reporting_unit", "period", "period_start", "period_end", "start")
"""What is to know of a report besides its text."""

WHAT_IS_ONE = ("reporting_unit", "period", "period_start", "period_end")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a workspace shows after a scan.

    Args:
        files: their rows, with what replaced them.
        hidden: reports that no longer show, and what replaced them.
        matches: the rows of matches; ``pairs`` the same as records, without their passages, by the ids that show.
        keys: of all reports that show.
    """

    files: pyarrow.Table
    hidden: pyarrow.Table
    matches: pyarrow.Table
    pairs: Matches
    keys: frozenset[str]


def read(parts: Sequence[Path], table: str, columns: Sequence[str] | None = None) -> pyarrow.Table:
    """The rows of some parts of a table."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    own = schema("findings" if table == "across" else table)
    empty = own.empty_table() if columns is None else own.empty_table().select(list(columns))
    return pa.concat_tables([empty, *(parquet.ParquetFile(part).read(columns=columns) for part in parts)])


def stand(files: pyarrow.Table, reports: pyarrow.Table, pairs: pyarrow.Table, hidden: pyarrow.Table, scan: int) -> Standing:
    """What shows after a scan.

    Args:
        files: the rows of all files that stand.
        reports: ``LIGHT`` columns of all reports that any part holds.
        pairs: of all scans, this one's at the end.
        hidden: what no longer showed before this scan.
        scan: this one.
    """
    standing = _keys(files, "scan", "batch", "file")
    light = {key_of(row["scan"], row["report_id"]): row for row in reports.to_pylist()}
    gone = {key for key, row in light.items() if (row["scan"], row["batch"], row["file"]) not in standing}
    rows = [row for row in pairs.to_pylist() if not {key_of(row["scan_a"], row["a"]), key_of(row["scan_b"], row["b"])} & gone]
    replaced = {
        key: by
        for row in hidden.to_pylist()
        if row["replaced_by"] and (key := key_of(row["scan"], row["report_id"])) not in gone and (by := key_of(row["by_scan"], row["replaced_by"])) not in gone
    }
    for old, new in _sent_again((row for row in rows if row["scan_a"] == scan and row["scan_b"] < scan and row["kind"] in WHOLE_TEXT), light):
        replaced.setdefault(old, new)
    shown = light.keys() - gone - replaced.keys()
    visible = [row for row in rows if key_of(row["scan_a"], row["a"]) in shown and key_of(row["scan_b"], row["b"]) in shown]
    matches = _matches(visible, light)
    return Standing(_with_replaced(files, replaced, light), _hidden(gone, replaced, light), matches, Matches(map(_slim, visible)), frozenset(shown))


def _keys(table: pyarrow.Table, *columns: str) -> set[tuple[Any, ...]]:
    return set(zip(*(table[name].to_pylist() for name in columns), strict=True))


def _sent_again(rows: Iterator[dict[str, Any]], light: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Earlier reports, each with the one that takes its place."""
    for row in rows:
        new, old = key_of(row["scan_a"], row["a"]), key_of(row["scan_b"], row["b"])
        if _one_report(light[new], light[old]):
            yield old, new


def _one_report(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether two texts state one unit and one time, and their names no other: who copies may leave in the text whose it was."""
    if not all(row["reporting_unit"] and row["period"] for row in (a, b)) or folded(a["reporting_unit"]) != folded(b["reporting_unit"]):
        return False
    if not _one_time(a, b):
        return False
    return not unlike(stated_by_names(a["file"]), stated_by_names(b["file"]))


def _one_time(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    days = [(row["period_start"], row["period_end"]) for row in (a, b)]
    return days[0] == days[1] if None not in (*days[0], *days[1]) else folded(a["period"]) == folded(b["period"])


def _slim(row: Mapping[str, Any]) -> Match:
    names = ("a", "b", "jaccard", "containment_a", "containment_b", "discounted_a", "discounted_b", "kind", "shared_figures")
    return Match(**{name: row[name] for name in names})


def _matches(rows: list[dict[str, Any]], light: Mapping[str, dict[str, Any]]) -> pyarrow.Table:
    """The rows of matches: pairs with their clusters and with which came first."""
    import pyarrow as pa

    rows.sort(key=lambda row: (-max(row["containment_a"], row["containment_b"]), -row["jaccard"], row["a"], row["b"]))
    sides = [(light[key_of(row["scan_a"], row["a"])], light[key_of(row["scan_b"], row["b"])]) for row in rows]
    known = {side["report_id"]: Origin(folded(side["reporting_unit"]), side["period_end"]) for both in sides for side in both}
    found = in_clusters([_slim(row) for row in rows], known)
    for row, match, (a, b) in zip(rows, found, sides, strict=True):
        row |= {"relation": match.relation, "cluster": match.cluster, "source": match.source, "earlier": _earlier(a, b)}
    table = pa.Table.from_pylist(rows, schema=pa.schema({**{field.name: field.type for field in schema("pairs")}, **{f.name: f.type for f in schema("matches")}}))
    return filled("matches", table)


def _earlier(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """Which of two reports came first: by the scan, in one scan by the time reported on; empty when neither tells."""
    for name in ("scan", "period_end"):
        if None in (a[name], b[name]):
            return ""
        if a[name] != b[name]:
            return str(min((a, b), key=lambda row: row[name])["report_id"])
    return ""


def _hidden(gone: Collection[str], replaced: Mapping[str, str], light: Mapping[str, dict[str, Any]]) -> pyarrow.Table:
    import pyarrow as pa

    rows = []
    for key in sorted({*gone, *replaced}):
        by = light.get(replaced.get(key, ""))
        about = {"replaced_by": by["report_id"], "by_scan": by["scan"]} if by and key not in gone else {"replaced_by": "", "by_scan": 0}
        rows.append({"scan": light[key]["scan"], "report_id": light[key]["report_id"], **about})
    return pa.Table.from_pylist(rows, schema=schema("hidden"))


def _with_replaced(files: pyarrow.Table, replaced: Mapping[str, str], light: Mapping[str, dict[str, Any]]) -> pyarrow.Table:
    """The rows of files with what replaced the reports in them."""
    import pyarrow as pa

    by: dict[tuple[Any, ...], list[str]] = {}
    for old in sorted(replaced, key=lambda key: light[key]["position"]):
        file = tuple(light[old][name] for name in ("scan", "batch", "file"))
        new = light[replaced[old]]
        by.setdefault(file, []).append(f"{new['batch']}/{new['file']}")
    cells = zip(*(files[name].to_pylist() for name in ("scan", "batch", "file")), strict=True)
    named = [by.get(cell, []) for cell in cells]
    return filled("files", files, replaced_by=pa.array(["、".join(dict.fromkeys(names)) for names in named], pa.string()))
