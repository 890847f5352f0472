"""``unionnlp compare``: two files side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .chinese import ChineseCommand, Misuse, argument, echo
from .forms import forms, write_csv, write_json

if TYPE_CHECKING:
    from ..records import Comparison, Document, FigurePair, Report, Shares

__all__ = ["compare"]

_FIELDS = ("kind", "start_a", "end_a", "start_b", "end_b", "headings_a", "headings_b", "quote_a", "quote_b")

FIGURES = 20
"""Changed figures that are listed; the page has all."""

_NUMBERED = re.compile(r"(.+)#([0-9]{1,6})")


@click.command(cls=ChineseCommand)
@argument("first", "甲文件", "一份材料；一份文件里有几篇报告的，写成 文件#2 只取第 2 篇。", type=click.Path(path_type=Path))
@argument("second", "乙文件", "与它比对的另一份；写法同上，可以是同一份文件里的另一篇。", type=click.Path(path_type=Path))
@click.option("--html", "page", metavar="网页文件", type=click.Path(path_type=Path), help="另存一页左右对照的网页，用浏览器打开。")
@forms
def compare(first: Path, second: Path, page: Path | None, form: str | None) -> None:
    """比对两份文件：各有多少文字见于对方，相同和改动的段落在哪里，改了哪些数字。

    例：unionnlp compare 甲镇总结.docx 乙镇总结.txt --html 对照.html
    """
    from ..display import html_page
    from ..duplicates.find import compare as compare_texts
    from ..records.pages import comparison_html

    compared = compare_texts(_read(first), _read(second))
    if form == "json":
        write_json({"verdict": compared.verdict, **compared.to_dict()})
    elif form == "csv":
        write_csv(_passages(compared), _FIELDS)
    else:
        echo(f"甲：{first}\n乙：{second}")
        for line in _told(compared):
            echo(line)
    if page is not None:
        page.write_text(html_page("左右对照", comparison_html(compared)), encoding="utf-8")
        echo(f"左右对照：{page}", err=form is not None)


def _read(place: Path) -> Report | Document:
    """A file, or the one of its reports that the number after its name means."""
    from ..reading.read import read
    from ..structure.parse import parse

    numbered = _NUMBERED.fullmatch(str(place))
    if numbered is None or place.exists():
        return read(place)
    file, number = numbered[1], int(numbered[2])
    reports = parse(read(file))
    if not 1 <= number <= len(reports):
        raise Misuse(f"{file} 里有 {len(reports)} 篇报告，没有第 {number} 篇")
    return reports[number - 1]


def _told(compared: Comparison) -> Iterator[str]:
    from ..display import shorten
    from ..lexicon import explain, say

    match = compared.match
    yield _shares("甲", "乙", compared.a.share)
    yield _shares("乙", "甲", compared.b.share)
    yield f"合计相似度 {match.jaccard:.3f}；次序相同的数字 {match.shared_figures} 个。比例仅就这两份材料而言。"
    # Any two reports share some words; only what a batch would list as a match is called one.
    related = explain("relation", match.relation)
    yield f"{compared.verdict}。{f'{related}。' if related else ''}"
    yield from _figures("differ", match.changes)
    yield from _figures("agree", match.figures)
    yield f"相同或相近的文字 {len(match.passages)} 处{'：' if match.passages else '。'}"
    for i, (p, place_a, place_b) in enumerate(zip(match.passages, compared.a.places, compared.b.places, strict=True), 1):
        yield f"{i:3}. [{say('passage', p.kind)}] 甲{_place(place_a, p.start_a, p.end_a)}：{shorten(compared.text_a[p.start_a : p.end_a], 80)}"
        yield f"     乙{_place(place_b, p.start_b, p.end_b)}：{shorten(compared.text_b[p.start_b : p.end_b], 80)}"


def _passages(compared: Comparison) -> Iterator[dict[str, Any]]:
    """The passages as a table, each with its words and the headings above it."""
    for p, place_a, place_b in zip(compared.match.passages, compared.a.places, compared.b.places, strict=True):
        quotes = {"quote_a": compared.text_a[p.start_a : p.end_a], "quote_b": compared.text_b[p.start_b : p.end_b]}
        yield {**p.to_dict(), "headings_a": place_a, "headings_b": place_b, **quotes}


def _shares(this: str, other: str, share: Shares) -> str:
    from ..lexicon import say

    return (
        f"{this}的 {share.total:.1%} 见于{other}：{say('share', 'total')} {share.total:.1%}，{say('share', 'discounted')} {share.discounted:.1%}，"
        f"{say('share', 'largest')} {share.largest:.1%}；{say('share', 'copied')} {share.copied}，{say('share', 'characters')} {share.characters}，{say('share', 'passages')} {share.passages}。"
    )


def _figures(word: str, pairs: tuple[FigurePair, ...]) -> Iterator[str]:
    from ..lexicon import say

    if pairs:
        more = f"；另有 {len(pairs) - FIGURES} 处" if len(pairs) > FIGURES else ""
        yield f"{say('figure', word)} {len(pairs)} 处：{'；'.join(pair.words for pair in pairs[:FIGURES])}{more}。"


def _place(headings: str, start: int, end: int) -> str:
    return f"{f'“{headings}”' if headings else ''}第{start + 1}字起，共{end - start}字"
