"""``unionnlp compare``: two files side by side."""

from __future__ import annotations

from pathlib import Path

import click

from ..display import shorten
from .chinese import ChineseCommand, echo

__all__ = ["compare"]


@click.command(cls=ChineseCommand)
@click.argument("first", metavar="甲文件", type=click.Path(path_type=Path))
@click.argument("second", metavar="乙文件", type=click.Path(path_type=Path))
def compare(first: Path, second: Path) -> None:
    """比对两份文件：各有多少文字见于对方，相同和改动的段落在哪里。

    例：unionnlp compare 甲镇总结.docx 乙镇总结.txt
    """
    from ..dossier.tables import say
    from ..duplicates.find import compare as compare_texts
    from ..duplicates.find import find_duplicates
    from ..reading.read import read

    a, b = read(first), read(second)
    compared = compare_texts(a, b)
    match = compared.match
    echo(f"甲：{first}\n乙：{second}")
    echo(f"甲的 {match.containment_a:.1%} 见于乙，乙的 {match.containment_b:.1%} 见于甲，合计相似度 {match.jaccard:.3f}。")
    echo(f"去除套话与引文后：甲的 {match.discounted_a:.1%} 见于乙，乙的 {match.discounted_b:.1%} 见于甲；次序相同的数字 {match.shared_figures} 个。")
    # Any two reports share some words; only what the batch would list as a match is called one.
    said = f"疑似{say('match', match.kind)}，请核实" if find_duplicates({"甲": a, "乙": b}) else "未见疑似雷同"
    echo(f"{said}。相同或相近的文字 {len(match.passages)} 处{'：' if match.passages else '。'}")
    for i, p in enumerate(match.passages, 1):
        echo(f"{i:3}. [{say('passage', p.kind)}] 甲第{p.start_a + 1}字起，共{p.end_a - p.start_a}字：{shorten(compared.text_a[p.start_a : p.end_a], 80)}")
        echo(f"     乙第{p.start_b + 1}字起，共{p.end_b - p.start_b}字：{shorten(compared.text_b[p.start_b : p.end_b], 80)}")
