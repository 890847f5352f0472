"""``unionnlp dossier``: what people open, written again from a workspace."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .chinese import ChineseCommand, Misuse, argument, echo
from .forms import forms, write_rows

if TYPE_CHECKING:
    import pandas

__all__ = ["dossier"]

_FIELDS = ("report_id", "batch", "file", "position", "reporting_unit", "period", "title", "characters", "sections", "facts", "findings")

_SHOWN = 5
"""Reports named in an error; --list has all."""


@click.command(cls=ChineseCommand)
@argument("workspace", "工作区", "unionnlp scan 写成的文件夹。", type=click.Path(path_type=Path))
@click.option("--html", "page", metavar="网页文件", type=click.Path(path_type=Path), help="卷宗写到这里。")
@click.option("--excel", "workbook", metavar="表格文件", type=click.Path(path_type=Path), help="台账写到这里（.xlsx）。")
@click.option("--word", "letter", metavar="公文文件", type=click.Path(path_type=Path), help="核查报告写到这里（.docx）。")
@click.option("--report", metavar="报告", default="", help="核查报告只写这一篇：报告编号，或它的文件名、报送单位（不重名时）。")
@click.option("--unit", metavar="单位", default="", help="核查报告的落款单位；不写则留空待填。")
@click.option("--date", metavar="日期", type=click.DateTime(["%Y-%m-%d"]), help="核查报告的日期，如 2024-03-01；不写就是今天。")
@click.option("--list", "listed", is_flag=True, help="只列出工作区里的报告及其编号；--json、--csv 与它一起用。")
@forms
def dossier(
    workspace: Path, page: Path | None, workbook: Path | None, letter: Path | None, report: str, unit: str, date: datetime.datetime | None, listed: bool, form: str | None
) -> None:
    """由已有的工作区重新写出卷宗、台账，或写一份核查报告；不再读原文件。

    一样也不指定时，卷宗和台账写回工作区。

    例：unionnlp dossier 结果 --word 核查报告.docx --unit 云溪县总工会
    """
    from ..scanning.workspace import open_workspace

    if (report or unit or date) and letter is None:
        raise Misuse("--report、--unit、--date 只用于核查报告，要与 --word 一起用")
    if form and not listed:
        raise Misuse("--json、--csv 只用于报告的清单，要与 --list 一起用")
    scan = open_workspace(workspace)
    if form:
        write_rows(form, scan.rows("reports", _FIELDS).to_pylist(), _FIELDS)
        return
    if listed:
        for line in _lines(scan.reports):
            echo(line)
        return
    report_id = _report_id(scan.reports, report) if report else ""
    if page is None and workbook is None and letter is None:
        page, workbook = workspace / "dossier.html", workspace / "workbook.xlsx"
    if page is not None:
        scan.to_html(page)
        echo(f"卷宗：{page}")
    if workbook is not None:
        scan.to_excel(workbook)
        echo(f"台账：{workbook}")
    if letter is not None:
        scan.to_word(letter, report_id=report_id, unit=unit, date=date.date() if date else None)
        echo(f"核查报告：{letter}")


def _lines(reports: pandas.DataFrame) -> list[str]:
    from ..display import shorten

    columns = reports[["report_id", "file", "reporting_unit", "title"]].itertuples(index=False)
    return ["｜".join(filter(None, (report_id, file, unit, shorten(title, 40)))) for report_id, file, unit, title in columns]


def _report_id(reports: pandas.DataFrame, words: str) -> str:
    """The id of the one report that is called so."""
    for column in ("report_id", "file", "reporting_unit"):
        found = reports[reports[column] == words]
        if len(found) == 1:
            return str(found["report_id"].iloc[0])
        if len(found):
            more = f"等 {len(found)} 篇" if len(found) > _SHOWN else ""
            raise Misuse(f"叫“{words}”的报告不止一篇，请写报告编号：{'；'.join(_lines(found.head(_SHOWN)))}{more}")
    raise Misuse(f"工作区里没有报告“{words}”，--list 列出全部")
