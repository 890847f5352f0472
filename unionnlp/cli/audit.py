"""``unionnlp audit``: what the figures of one file contradict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .chinese import ChineseCommand, argument, echo
from .forms import forms, write_csv, write_json

if TYPE_CHECKING:
    from ..records import Finding, Report

__all__ = ["audit"]

_FIELDS = ("report_id", "rule", "verdict", "message", "question", "computed", "stated", "start", "end", "quote", "spans", "report_ids")


@click.command(cls=ChineseCommand)
@argument("file", "文件", "一份材料；一份文件里有几篇报告的，逐篇核对，并核对各篇之间。", type=click.Path(path_type=Path))
@forms
def audit(file: Path, form: str | None) -> None:
    """核对一份报告：数字打架、残损、存疑之处，以及核对相符的数字。

    例：unionnlp audit 总结.docx
    """
    from ..across.audit import audit_across
    from ..auditing.audit import audit as audit_report
    from ..lexicon import say
    from ..reading.read import read
    from ..records import VERDICTS
    from ..structure.parse import parse
    from .telling import finding_line

    reports = {report.report_id: report for report in parse(read(file))}
    found = [(report, finding) for report in reports.values() for finding in audit_report(report)]
    found += [(reports[finding.report_ids[0]], finding) for finding in audit_across(reports.values())]
    found.sort(key=lambda pair: VERDICTS.index(pair[1].verdict))
    if form == "json":
        write_json([{"report_id": report.report_id, **finding.to_dict()} for report, finding in found])
        return
    if form == "csv":
        write_csv((_row(report, finding) for report, finding in found), _FIELDS)
        return
    counts = "、".join(f"{say('verdict', verdict)} {count} 处" for verdict in VERDICTS if (count := sum(f.verdict == verdict for _, f in found)))
    echo(f"{file}：{counts or '没有可核对之处'}。")
    for report, finding in found:
        echo(finding_line(report, finding))


def _row(report: Report, finding: Finding) -> dict[str, Any]:
    """A row as the table of a scan has it: the first place apart, all places as pairs of offsets."""
    first = finding.spans[0] if finding.spans else None
    place = {"start": first.start, "end": first.end, "quote": first.of(report.document.text)} if first else {}
    return {"report_id": report.report_id, **finding.to_dict(), **place, "spans": [[span.start, span.end] for span in finding.spans]}
