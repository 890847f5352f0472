"""What a scan found, gravest first: the lines that a terminal prints and a notebook shows.

Only the columns that are shown are read: the texts of a hundred thousand reports stay on disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..display import Bar, headline, html_line, html_table, shorten
from ..dossier.tables import Places
from ..lexicon import say
from ..records import VERDICTS
from ..records.pages import tinted_verdict
from .failures import failure_words
from .frames import to_frame

if TYPE_CHECKING:
    import pandas

    from .results import Scan

__all__ = ["ASKED", "Asked", "Copy", "asked", "copies", "overview_html", "verdict_counts"]

ASKED = VERDICTS[: VERDICTS.index("doubtful") + 1]
"""The verdicts that a person must look into."""

_MOST = 8
"""Rows of a list in a notebook; the tables of the scan have all."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A pair of reports by their names; ``earlier`` is "a", "b" or, where nothing tells, empty."""

    kind: str
    a: str
    b: str
    a_in_b: float
    b_in_a: float
    earlier: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding that must be looked into: in which file, where, which words, and why."""

    verdict: str
    file: str
    place: str
    quote: str
    message: str


def copies(scan: Scan) -> list[Copy]:
    """Every match, most alike first, with names for its sides."""
    names = _names(scan)
    found = _columns(scan, "matches", "a", "b", "kind", "containment_a", "containment_b", "earlier")
    return [
        Copy(kind, names[a], names[b], a_in_b, b_in_a, {a: "a", b: "b"}.get(earlier, "") if earlier else "")
        for a, b, kind, a_in_b, b_in_a, earlier in found.itertuples(index=False)
    ]


def _names(scan: Scan) -> dict[str, str]:
    """What to call every report: its unit and its file, with its place in the file where that holds several."""
    files = _columns(scan, "files", "batch", "file", "report_count")
    several = files["batch"].nunique() > 1
    count = {(batch, file): reports for batch, file, reports in files.itertuples(index=False)}
    columns = _columns(scan, "reports", "report_id", "batch", "file", "position", "reporting_unit", "title")
    return {
        report_id: f"{unit or shorten(title, 24) or '未署名'}（{batch + '/' if several else ''}{file}{f' 第{position}篇' if count[batch, file] > 1 else ''}）"
        for report_id, batch, file, position, unit, title in columns.itertuples(index=False)
    }


def asked(scan: Scan) -> list[Asked]:
    """Every finding that must be looked into, gravest first."""
    findings = _columns(scan, "findings", "report_id", "verdict", "message", "start", "quote")
    findings = findings[findings["verdict"].isin(ASKED)]
    reports = _columns(scan, "reports", "report_id", "batch", "file", "position")
    several = reports.duplicated(["batch", "file"], keep=False)
    numbered = (f"{file} 第{position}篇" if more else file for file, position, more in zip(reports["file"], reports["position"], several, strict=True))
    files = dict(zip(reports["report_id"], numbered, strict=True))
    places = Places(_columns(scan, "sections", "report_id", "start", "end", "level", "number", "heading"))
    rows = sorted(findings.itertuples(index=False, name=None), key=lambda row: VERDICTS.index(row[1]))
    return [Asked(verdict, files[report_id], places.describe(report_id, start), quote, message) for report_id, verdict, message, start, quote in rows]


def verdict_counts(scan: Scan) -> Mapping[str, int]:
    """How many findings there are of each verdict."""
    return Counter(_columns(scan, "findings", "verdict")["verdict"])


def overview_html(scan: Scan) -> str:
    """The scan as a notebook shows it: how much there is, then what to look into first."""
    scans = _columns(scan, "files", "scan")["scan"].nunique()
    found, asks, verdicts = copies(scan), asked(scan), verdict_counts(scan)
    held = {"文件": "files", "报告": "reports", "章节": "sections", "事实": "facts"}
    counts: dict[str, int] = {chinese: scan.rows(table, ["scan"]).num_rows for chinese, table in held.items()}
    counts |= {"疑似雷同（对）": len(found), **{say("verdict", verdict): verdicts.get(verdict, 0) for verdict in VERDICTS}}
    failures = _columns(scan, "failures", "file", "code", "advice")
    counts["读不出的文件"] = len(failures)
    parts = [headline("扫描结果", f"{scan.folder}{f'，历次扫描 {scans} 次' if scans > 1 else ''}"), html_table(list(counts), [list(counts.values())])]
    if found:
        rows = ((say("match", c.kind), c.a, c.b, Bar(c.a_in_b), Bar(c.b_in_a), {"a": "甲", "b": "乙"}.get(c.earlier, "")) for c in found)
        caption = f"疑似雷同 {len(found):,} 对，请核实{_first_of(found, 'matches')}"
        parts.append(html_table(["类型", "甲", "乙", "甲见于乙", "乙见于甲", "在先"], rows, caption=caption, most=_MOST))
    else:
        parts.append(html_line("雷同", ["未见疑似雷同"]))
    if asks:
        lines = ((tinted_verdict(f.verdict), f.file, f.place, shorten(f.quote, 40), shorten(f.message, 120)) for f in asks)
        parts.append(html_table(["判断", "文件", "位置", "原文", "说明"], lines, caption=f"须核实 {len(asks):,} 处{_first_of(asks, 'findings')}", most=_MOST))
    if len(failures):
        told = ((file, failure_words(code)["chinese"], advice) for file, code, advice in failures.itertuples(index=False))
        parts.append(html_table(["文件", "原因", "办法"], told, caption=f"读不出的文件 {len(failures):,} 份", most=_MOST))
    return "".join(parts)


def _first_of(rows: Sequence[object], table: str) -> str:
    return f"（列出前 {_MOST}，全部见 scan.{table}）" if len(rows) > _MOST else ""


def _columns(scan: Scan, table: str, *columns: str) -> pandas.DataFrame:
    return to_frame(scan.rows(table, columns))
