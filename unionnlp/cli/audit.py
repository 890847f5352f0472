"""``unionnlp audit``: what the figures of one file contradict."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .chinese import ChineseCommand, echo

__all__ = ["audit"]


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出全部字段。")
def audit(file: Path, as_json: bool) -> None:
    """核对一份报告：数字打架、残损、存疑之处，以及核对相符的数字。

    例：unionnlp audit 总结.docx
    """
    from ..across.audit import audit_across
    from ..auditing.audit import audit as audit_report
    from ..dossier.tables import say
    from ..reading.read import read
    from ..records import VERDICTS
    from ..structure.parse import parse
    from .telling import finding_line

    reports = {report.report_id: report for report in parse(read(file))}
    found = [(report, finding) for report in reports.values() for finding in audit_report(report)]
    found += [(reports[finding.report_ids[0]], finding) for finding in audit_across(reports.values())]
    found.sort(key=lambda pair: VERDICTS.index(pair[1].verdict))
    if as_json:
        click.echo(json.dumps([{"report_id": report.report_id, **finding.to_dict()} for report, finding in found], ensure_ascii=False, indent=1))
        return
    counts = "、".join(f"{say('verdict', verdict)} {count} 处" for verdict in VERDICTS if (count := sum(f.verdict == verdict for _, f in found)))
    echo(f"{file}：{counts or '没有可核对之处'}。")
    for report, finding in found:
        echo(finding_line(report, finding))
