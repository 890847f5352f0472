"""``unionnlp facts``: the numeric facts of one file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click

from .chinese import ChineseCommand, argument, echo
from .forms import forms, write_rows

__all__ = ["facts"]


@click.command(cls=ChineseCommand)
@argument("file", "文件", "一份材料；一份文件里有几篇报告的，逐篇列出。", type=click.Path(path_type=Path))
@forms
def facts(file: Path, form: str | None) -> None:
    """列出一份报告里的数字事实：原文、数值、指标、对象、期间和位置。

    例：unionnlp facts 总结.docx --csv > 事实.csv
    """
    from ..facts.extract import extract_facts
    from ..lexicon import say
    from ..reading.read import read
    from ..records import Fact
    from ..structure.parse import parse
    from .telling import number, place

    found = [(report, fact) for report in parse(read(file)) for fact in extract_facts(report)]
    if form:
        rows = ({"report_id": report.report_id, "reporting_unit": report.unit, **fact.to_dict()} for report, fact in found)
        write_rows(form, rows, ["report_id", "reporting_unit", *(field.name for field in fields(Fact))])
        return
    echo(f"{file}：事实 {len(found)} 条。")
    for report, fact in found:
        value = number(fact.value) or "～".join(filter(None, (number(fact.low), number(fact.high)))) or say("bound", "missing")
        bound = "" if fact.bound in ("exact", "missing") else say("bound", fact.bound)
        told = [fact.quote, f"{value} {fact.unit} {bound}".strip(), fact.indicator or "未归类", fact.subject, fact.period, fact.scope, say("status", fact.status)]
        echo("｜".join(" ".join(word.split()) for word in [*filter(None, told), place(report, fact.start)]))
