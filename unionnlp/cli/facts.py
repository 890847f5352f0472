"""``unionnlp facts``: the numeric facts of one file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import click

from .chinese import ChineseCommand, echo

__all__ = ["facts"]


@click.command(cls=ChineseCommand)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--json", "form", flag_value="json", help="以 JSON 输出全部字段。")
@click.option("--csv", "form", flag_value="csv", help="以 CSV 输出全部字段。")
def facts(file: Path, form: str | None) -> None:
    """列出一份报告里的数字事实：原文、数值、指标、对象、期间和位置。

    例：unionnlp facts 总结.docx --csv > 事实.csv
    """
    from ..dossier.tables import say
    from ..facts.extract import extract_facts
    from ..reading.read import read
    from ..structure.parse import parse
    from .telling import number, place

    found = [(report, fact) for report in parse(read(file)) for fact in extract_facts(report)]
    if form:
        rows: list[dict[str, Any]] = [{"report_id": report.report_id, "reporting_unit": report.unit, **fact.to_dict()} for report, fact in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if form == "json" else _csv(rows), nl=form == "json")
        return
    echo(f"{file}：事实 {len(found)} 条。")
    for report, fact in found:
        value = number(fact.value) or "～".join(filter(None, (number(fact.low), number(fact.high)))) or say("bound", "missing")
        bound = "" if fact.bound in ("exact", "missing") else say("bound", fact.bound)
        told = [fact.quote, f"{value} {fact.unit} {bound}".strip(), fact.indicator or "未归类", fact.subject, fact.period, fact.scope, say("status", fact.status)]
        echo("｜".join(" ".join(word.split()) for word in [*filter(None, told), place(report, fact.start)]))


def _csv(rows: list[dict[str, Any]]) -> str:
    from dataclasses import fields

    from ..records import Fact

    out = io.StringIO()
    writer = csv.DictWriter(out, ["report_id", "reporting_unit", *(field.name for field in fields(Fact))], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "flags": "、".join(row["flags"])} for row in rows)
    return out.getvalue()
