"""What a scan found, told in a terminal: the gravest first, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..display import quoted, shorten
from ..lexicon import say
from ..records import VERDICTS, Finding, Report

if TYPE_CHECKING:
    from ..scanning.results import Scan

__all__ = ["finding_line", "number", "place", "told"]

MOST = 20
"""Lines of a list; the rest stands in the dossier."""


def told(scan: Scan, dossier: Path, workbook: Path) -> Iterator[str]:
    """The lines that end a scan."""
    from ..scanning.failures import failure_words
    from ..scanning.overview import ASKED, verdict_counts

    failures = scan.failures
    held = f"得报告 {len(scan.reports)} 篇、章节 {len(scan.sections)} 个、事实 {len(scan.facts)} 条。"
    last = scan.files["scan"].max() if len(scan.files) else 0
    if last > 1:
        yield f"工作区现有 {len(scan.files)} 份文件（第 {last} 次扫描读入 {int((scan.files['scan'] == last).sum())} 份），{held}"
    else:
        yield f"读了 {len(scan.files)} 份文件，{held}"
    yield from _twins(scan)
    yield from _replaced(scan)
    yield from _copies(scan)
    yield from _asked(scan)
    if len(failures):
        yield f"\n读不出的文件 {len(failures)} 份："
        yield from _listed([f"{file}：{failure_words(code)['chinese']}。{advice}。" for file, code, advice in failures[["file", "code", "advice"]].itertuples(index=False)])
    counts = verdict_counts(scan)
    rest = "、".join(f"{say('verdict', verdict)} {counts[verdict]} 处" for verdict in VERDICTS if verdict not in ASKED and verdict in counts)
    if rest:
        yield f"\n另有{rest}。"
    yield f"\n卷宗：{dossier}\n台账：{workbook}"


def _twins(scan: Scan) -> Iterator[str]:
    from ..dossier.tables import twins_of

    twins = twins_of(scan.files)
    if twins:
        yield f"\n一份材料报来不止一种格式的 {len(twins)} 份，各归为一份，不算雷同："
        yield from _listed([f"{main}；同文另件：{others}" for main, others in twins.items()])


def _replaced(scan: Scan) -> Iterator[str]:
    files = scan.files[scan.files["replaced_by"] != ""]
    if len(files):
        yield f"\n同一单位同一时期重报、更正的 {len(files)} 份，以后报的为准，不算雷同："
        yield from _listed([f"{batch}/{file} → {by}" for batch, file, by in files[["batch", "file", "replaced_by"]].itertuples(index=False)])


def _copies(scan: Scan) -> Iterator[str]:
    from ..scanning.overview import copies

    first = {"a": "，甲在先", "b": "，乙在先", "": ""}
    lines = [f"[{say('match', c.kind)}] 甲：{c.a}；乙：{c.b}。甲的 {c.a_in_b:.1%} 见于乙，乙的 {c.b_in_a:.1%} 见于甲{first[c.earlier]}" for c in copies(scan)]
    yield f"\n疑似雷同 {len(lines)} 对，请核实：" if lines else "\n未见疑似雷同。"
    yield from _listed(lines)


def _asked(scan: Scan) -> Iterator[str]:
    from ..scanning.overview import ASKED, asked

    found = asked(scan)
    counts = "、".join(f"{say('verdict', verdict)} {sum(f.verdict == verdict for f in found)} 处" for verdict in ASKED)
    yield f"\n{counts}，请核实：" if found else "\n未见打架、残损、存疑之处。"
    yield from _listed([f"[{say('verdict', f.verdict)}] {f.file}，{f.place}：{quoted(shorten(f.quote, 40))} {f.message}" for f in found])


def _listed(lines: Sequence[str]) -> Iterator[str]:
    for i, line in enumerate(lines[:MOST], 1):
        yield f"{i:3}. {' '.join(line.split())}"
    if len(lines) > MOST:
        yield f"     另有 {len(lines) - MOST} 条，见卷宗。"


def place(report: Report, at: int) -> str:
    """The headings above an offset, and the ordinal of its character in the file."""
    path: list[str] = []
    level = report.sections
    while (inside := next((s for s in level if s.start <= at < s.end), None)) is not None:
        path.append(shorten(inside.number + inside.heading, 24))
        level = inside.sections
    return "；".join([*([" › ".join(path)] if path else []), f"第{at + 1}字起"])


def finding_line(report: Report, finding: Finding) -> str:
    """A finding with its place and its words."""
    first = finding.spans[0] if finding.spans else None
    where = f"{place(report, first.start)}：{quoted(shorten(first.of(report.document.text), 60))} " if first else ""
    return f"[{say('verdict', finding.verdict)}] {where}{'。'.join(filter(None, (' '.join(finding.message.split()), finding.question)))}"


def number(value: object) -> str:
    """A figure without zeros that say nothing.

    Example:
        >>> from decimal import Decimal
        >>> number(Decimal("96.50")), number(Decimal("1E+4")), number(None)
        ('96.5', '10000', '')
    """
    return "" if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
