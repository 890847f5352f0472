"""``unionnlp scan``: a folder of submissions becomes part of a workspace, a dossier and a workbook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .chinese import ChineseCommand, Stopped, argument, echo

__all__ = ["run", "scan"]


@click.command(cls=ChineseCommand)
@argument("folder", "文件夹", "装有报送材料的文件夹，子文件夹一并读入；也可以是一份文件。", type=click.Path(path_type=Path))
@click.option("--workspace", "-w", metavar="工作区", required=True, type=click.Path(path_type=Path), help="存放结果的文件夹；没有就新建，有就把这次的结果加进去。")
@click.option("--batch", metavar="批次", help="这批材料叫什么，不写就是文件夹的名字。同一批次里路径相同的算同一份文件。")
@click.option("--workers", metavar="个数", type=click.IntRange(0, 1024), help="用几个进程读文件，不写就是处理器核数；0 表示不另开进程。")
@click.option("--limit-mb", metavar="兆", type=click.FloatRange(100), help="每个进程最多用多少兆内存，超过的那份文件列为读不出。")
@click.option("--timeout", metavar="秒", type=click.FloatRange(0, min_open=True), help="一份文件最多读多少秒，超过的列为读不出。")
@click.option("--prune", is_flag=True, help="文件夹里已经没有的文件，从工作区里去掉；不写就保留。")
@click.option("--engine", metavar="local|spark", type=click.Choice(("local", "spark")), help="在哪里做：local 是本机（不写就是它），spark 是 Spark 集群；结果相同。")
@click.option("--master", metavar="地址", help="Spark 主节点的地址，如 spark://主机:7077；不写就按 Spark 自己的设置。")
@click.option("--strict", is_flag=True, help="只要有一份文件读不出，退出状态就是 1。")
def scan(folder: Path, workspace: Path, strict: bool, **options: Any) -> None:
    """扫描一个文件夹（或一份文件），写出卷宗和台账。

    只读新的和改动过的文件，与工作区里历次的材料一并比对；同一单位同一时期重报、更正的，替换先前一份。

    压缩包、JSON 行文件（每行一个 {"id": …, "text": …}）、有 id 和 text 两列的 Parquet 文件也读。读不出的文件列在“读不出的文件”里，其余照常处理。

    中断后再次运行同一命令，就从中断处接着做。

    例：unionnlp scan 报送/2024 --workspace 结果 --workers 4
    """
    if options["master"] and options["engine"] != "spark":
        raise Stopped("--master 要与 --engine spark 同用")
    run(folder, workspace, strict=strict, **options)


def run(folder: Path, workspace: Path, *, strict: bool = False, **options: Any) -> None:
    """Scan, write what people open, tell what was found.

    Status 2 when nothing could be read, 1 when some file could not and that is to count, 130 when it was interrupted.
    """
    from ..scanning.local import scan as scan_folder
    from .outputs import DOSSIER, WORKBOOK, write_outputs
    from .telling import told

    given = {name: value for name, value in options.items() if value is not None}
    try:
        scan_folder(folder, workspace, progress=sys.stderr.isatty(), **given)
    except KeyboardInterrupt:
        click.echo("已中断。已读过的文件保存在工作区里，再次运行同一命令就从中断处接着做。", err=True)
        click.get_current_context().exit(130)
    found = write_outputs(workspace)
    for line in told(found, workspace / DOSSIER, workspace / WORKBOOK):
        echo(line)
    if not len(found.files):
        click.echo("没有一份文件能读出，原因见上。", err=True)
        click.get_current_context().exit(2)
    if strict and len(found.failures):
        click.get_current_context().exit(1)
