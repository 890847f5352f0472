"""``unionnlp demo``: the samples that the package ships, scanned."""

from __future__ import annotations

from pathlib import Path

import click

from .chinese import ChineseCommand, echo

__all__ = ["demo"]


@click.command(cls=ChineseCommand)
@click.option("--workspace", "-w", metavar="工作区", default="demo-workspace", type=click.Path(path_type=Path), help="存放结果的文件夹，不写就是 demo-workspace。")
def demo(workspace: Path) -> None:
    """扫描随程序附带的样例报告，看看能得到什么。

    样例是虚构的，其中埋有雷同、数字打架和残损之处。

    例：unionnlp demo --workspace 试用
    """
    from importlib.resources import as_file

    from ..lexicon import data_file
    from .scan import run

    with as_file(data_file("samples")) as samples:
        run(samples, workspace)
    echo("\n接下来：用浏览器打开卷宗，点“疑似雷同”里的一对，左右对照看改了什么；扫描自己的材料：unionnlp scan 文件夹 --workspace 工作区")
