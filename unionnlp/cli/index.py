"""``unionnlp index``: texts that were sent in before, kept on disk, against which new ones are held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .chinese import ChineseCommand, ChineseGroup, Stopped, argument, echo
from .forms import forms, write_json, write_rows
from .submissions import submissions

if TYPE_CHECKING:
    from ..duplicates.index import DuplicateIndex
    from ..records import Match, Report

__all__ = ["index"]

_AT_ONCE = 4096
"""Reports added in one go: some 20 MB of text. A run that was stopped goes on where it was: what is there is passed over."""

_TROUBLE = {
    "workspace": "索引无法使用，请检查磁盘，或另建索引",
    "workspace_missing": "不是索引，请先用 unionnlp index add 建立",
    "workspace_format": "索引由另一个版本的程序写成，请用那个版本打开，或另建索引",
    "workspace_damaged": "索引已损坏，或文件夹里有别的文件，请另建索引",
    "workspace_unwritable": "索引无法写入，请检查权限和磁盘空间",
}
"""What the code of an error means for an index."""

_NAMED = 5
"""Names in an error."""

_SIZES = {"bands": "签名", "passages": "段落指纹", "figures": "数字序列", "texts": "压缩的原文", "ids": "编号"}

_folder = argument("folder", "索引", "存放索引的文件夹。", type=click.Path(path_type=Path))
_places = argument("places", "文件或文件夹…", "一份或多份材料，或装有材料的文件夹。", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group(cls=ChineseGroup)
def index() -> None:
    """往年材料的索引：逐年加进去，新报送的材料与它比对。

    例：unionnlp index add 往年索引 报送材料 --prefix 2023
    """


@index.command(cls=ChineseCommand)
@_folder
@_places
@click.option("--prefix", metavar="前缀", default="", help="加在每份材料名字前面，如年份、批次：不同年份的同名文件才不混淆。")
def add(folder: Path, places: tuple[Path, ...], prefix: str) -> None:
    """把材料加进索引；没有索引就新建，已有的同一份材料不重复加。

    例：unionnlp index add 往年索引 报送材料 --prefix 2023
    """
    from ..duplicates.index import DuplicateIndex

    with _in_chinese(folder):
        held = DuplicateIndex.open(folder)
        added = given = 0
        batch: dict[str, Report] = {}
        for name, report in _named(places):
            batch[f"{prefix}/{name}" if prefix else name] = report
            given += 1
            if len(batch) >= _AT_ONCE:
                added += _add(held, batch)
                batch = {}
        added += _add(held, batch)
        echo(f"加入 {added} 篇{f'，已有 {given - added} 篇' if given > added else ''}；索引共 {len(held)} 篇。")


@index.command(cls=ChineseCommand)
@_folder
@_places
@click.option("--threshold", metavar="比例", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="去除套话与引文后，相似到多少算疑似雷同。")
@click.option("--min-passage", metavar="字数", type=click.IntRange(min=1), default=80, show_default=True, help="照搬的一段至少多少字也算。")
@forms
def query(folder: Path, places: tuple[Path, ...], threshold: float, min_passage: int, form: str | None) -> None:
    """查材料与索引里的往年材料有无疑似雷同；所查的材料不加进索引。

    例：unionnlp index query 往年索引 总结.docx
    """
    from ..records import Match

    with _existing(folder) as held:
        asked = [(name, report, held.query(report, threshold, min_passage)) for name, report in _named(places)]
        if form:
            rows = ({"file": name, **replace(match, a=report.report_id).to_dict()} for name, report, matches in asked for match in matches)
            write_rows(form, rows, ["file", *(field.name for field in fields(Match))])
            return
        pairs = sum(len(matches) for _, _, matches in asked)
        echo(f"查 {len(asked)} 篇，与索引中的 {len(held)} 篇比对：{f'疑似雷同 {pairs} 对，请核实。' if pairs else '未见疑似雷同。'}")
        for name, report, matches in asked:
            for match in matches:
                echo(_match_line(name, report, match))


@index.command(cls=ChineseCommand)
@_folder
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出，单位为字节。")
def sizes(folder: Path, as_json: bool) -> None:
    """索引里有多少篇，各部分占多少磁盘。

    例：unionnlp index sizes 往年索引
    """
    with _existing(folder) as held:
        found = held.sizes()
        if as_json:
            write_json({"reports": len(held), "total": found.total, **asdict(found)})
            return
        echo(f"{folder}：{len(held)} 篇，共 {found.total:,} 字节。")
        for name, taken in asdict(found).items():
            echo(f"  {_SIZES[name]} {taken:,} 字节")


@index.command(cls=ChineseCommand)
@_folder
def merge(folder: Path) -> None:
    """把分几次加入的部分合成一个，此后查起来更快；合并时要有与索引一样大的空余磁盘。

    例：unionnlp index merge 往年索引
    """
    with _existing(folder) as held:
        held.merge()
        echo(f"已合并，索引共 {len(held)} 篇。")


@index.command(cls=ChineseCommand)
@_folder
def check(folder: Path) -> None:
    """通读索引，核对每一部分的校验码。

    例：unionnlp index check 往年索引
    """
    with _existing(folder) as held:
        held.check()
        echo(f"索引完好，共 {len(held)} 篇。")


@contextmanager
def _in_chinese(folder: Path) -> Iterator[None]:
    """What is wrong with an index, in words that speak of an index."""
    from ..errors import WorkspaceError

    try:
        yield
    except WorkspaceError as error:
        raise Stopped(f"{folder}：{_TROUBLE.get(error.code, _TROUBLE['workspace'])}") from error


def _add(held: DuplicateIndex, batch: dict[str, Report]) -> int:
    """Add reports; those whose name has another text in the index are named, and none of them is added."""
    from ..errors import WorkspaceError

    try:
        return held.add(batch)
    except WorkspaceError:
        other = [name for name in batch if name in held and not _is_same(held, name, batch[name])]
        if not other:
            raise
        more = f"等 {len(other)} 份" if len(other) > _NAMED else ""
        raise Stopped(f"索引里已有同名而文字不同的材料：{'、'.join(other[:_NAMED])}{more}。请用 --prefix 加上年份或批次") from None


def _is_same(held: DuplicateIndex, name: str, report: Report) -> bool:
    from ..errors import WorkspaceError

    try:
        held.add({name: report})  # passed over when it is the same
    except WorkspaceError:
        return False
    return True


@contextmanager
def _existing(folder: Path) -> Iterator[DuplicateIndex]:
    """The index in a folder; none is made."""
    from ..duplicates.index import DuplicateIndex
    from ..duplicates.store import read_list
    from ..errors import WorkspaceError

    with _in_chinese(folder):
        if read_list(folder) is None:
            raise WorkspaceError(str(folder), "no index", "workspace_missing")
        yield DuplicateIndex.open(folder)


def _named(places: tuple[Path, ...]) -> Iterator[tuple[str, Report]]:
    """Every report by the name of its file, numbered where a file holds several or an archive one name twice."""
    from ..structure.parse import parse

    seen: Counter[str] = Counter()
    for document in submissions(places):
        reports = parse(document)
        for number, report in enumerate(reports, 1):
            name = f"{document.source}#{number}" if len(reports) > 1 else document.source
            seen[name] += 1
            yield f"{name}（{seen[name]}）" if seen[name] > 1 else name, report


def _match_line(name: str, report: Report, match: Match) -> str:
    """Who is like whom, how much, and the longest passage."""
    from ..display import quoted, shorten
    from ..lexicon import say

    line = f"[{say('match', match.kind)}] {name} 与索引中的 {match.b}：前者的 {match.containment_a:.1%} 见于后者，后者的 {match.containment_b:.1%} 见于前者"
    copied = [passage for passage in match.passages if passage.kind in ("same", "edited")]
    if not copied:
        return f"{line}。"
    longest = max(copied, key=lambda passage: passage.end_a - passage.start_a)
    quote = shorten(report.document.text[longest.start_a : longest.end_a], 60)
    return f"{line}；相同或相近 {len(copied)} 处，最长一处 {longest.end_a - longest.start_a} 字，第{longest.start_a + 1}字起：{quoted(quote)}"
