"""``unionnlp scan``: a folder of submissions becomes a workspace, a dossier and a workbook."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .chinese import ChineseCommand, echo

__all__ = ["run", "scan"]


@click.command(cls=ChineseCommand)
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--workspace", "-w", metavar="工作区", required=True, type=click.Path(path_type=Path), help="存放结果的文件夹；没有就新建，有就以这次的结果替换。")
def scan(folder: Path, workspace: Path) -> None:
    """扫描一个文件夹（或一份文件），写出卷宗和台账。

    读不出的文件列在“读不出的文件”里，其余照常处理。

    例：unionnlp scan 报送材料 --workspace 结果
    """
    run(folder, workspace)


def run(folder: Path, workspace: Path) -> None:
    """Scan, write what people open, tell what was found; status 2 when nothing could be read."""
    from ..scanning.local import scan as scan_folder
    from .telling import told

    found = scan_folder(folder, workspace, progress=sys.stderr.isatty())
    dossier, workbook = workspace / "dossier.html", workspace / "workbook.xlsx"
    found.to_html(dossier)
    found.to_excel(workbook)
    for line in told(found, dossier, workbook):
        echo(line)
    if not len(found.files):
        click.echo("没有一份文件能读出，原因见上。", err=True)
        click.get_current_context().exit(2)
