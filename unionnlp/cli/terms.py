"""``unionnlp terms``: the words of one text or many, for analysts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .chinese import ChineseCommand, Misuse, argument, echo
from .forms import forms, write_rows
from .layout import columns
from .submissions import submissions

if TYPE_CHECKING:
    from ..language.keywords import ConcordanceLine
    from ..records import Document

__all__ = ["terms"]

_KEYWORDS = ("term", "count", "weight")
_DISCOVERED = ("term", "count", "texts", "cohesion", "entropy", "weight")
_LINES = ("file", "start", "end", "left", "quote", "right")
_CONCEPTS = ("concept", "category", "count", "texts")


@click.command(cls=ChineseCommand)
@argument("places", "文件或文件夹…", "一份或多份材料，或装有材料的文件夹。", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--discover", is_flag=True, help="改为找词典里没有的新词：材料合计五万字以上才见效。")
@click.option("--concepts", is_flag=True, help="改为统计工会工作的概念（同一概念的不同写法合在一起）各出现多少次、见于几份材料。")
@click.option("--kwic", "word", metavar="词", help="改为列出这个词的每一处及其前后文。")
@click.option("--top", metavar="个数", type=click.IntRange(min=1), help="最多列多少个；不写时，关键词 20 个，新词 50 个，其余全列。")
@click.option("--width", metavar="字数", type=click.IntRange(min=0), default=20, show_default=True, help="--kwic 前后各列多少字。")
@forms
def terms(places: tuple[Path, ...], discover: bool, concepts: bool, word: str | None, top: int | None, width: int, form: str | None) -> None:
    """列出最能说明材料内容的关键词；也可找新词、统计概念、查一个词的上下文。

    一份材料与一般汉语相比，多份材料彼此相比。读不出的文件另行说明，其余照常。

    例：unionnlp terms 报送材料 --kwic 困难职工
    """
    if discover + concepts + (word is not None) > 1:
        raise Misuse("--discover、--concepts、--kwic 一次只能用一个")
    if word == "":
        raise Misuse("--kwic 后面要有一个词")
    documents = list(submissions(places))
    if word is not None:
        _concordance(documents, word, width, top, form)
    elif concepts:
        _concepts(documents, top, form)
    elif discover:
        _discovered(documents, top, form)
    else:
        _keywords(documents, top, form)


def _simplified(documents: Sequence[Document]) -> list[str]:
    """The texts, those in traditional characters in simplified ones: 職工 and 职工 are one word."""
    from ..structure.script import in_simplified

    return [in_simplified(document.text) for document in documents]


def _keywords(documents: Sequence[Document], top: int | None, form: str | None) -> None:
    from ..language.keywords import keywords

    texts = _simplified(documents)
    found = keywords(texts[0] if len(texts) == 1 else texts, top or 20)
    lines = (f"{word.term}｜{word.count} 次｜权重 {word.weight:.1f}" for word in found)
    _tell(f"材料 {len(texts)} 份，关键词 {len(found)} 个。", lines, [asdict(word) for word in found], _KEYWORDS, form)


def _discovered(documents: Sequence[Document], top: int | None, form: str | None) -> None:
    from ..language.terms import discover_terms

    found = discover_terms(_simplified(documents), top or 50)
    lines = (f"{term.term}｜{term.count} 次｜见于 {term.texts} 份｜凝固度 {term.cohesion:.1f}｜自由度 {term.entropy:.1f}" for term in found)
    _tell(f"材料 {len(documents)} 份，疑似新词 {len(found)} 个。", lines, [asdict(term) for term in found], _DISCOVERED, form)


def _concordance(documents: Sequence[Document], word: str, width: int, top: int | None, form: str | None) -> None:
    from ..language.keywords import concordance
    from ..structure.script import in_simplified

    sought = in_simplified(word)
    found = [(document.source, _as_written(line, document.text)) for document in documents for line in concordance(in_simplified(document.text), sought, width)][:top]
    rows = [{"file": file, **asdict(line)} for file, line in found]
    # Blanks by columns, not characters, so that the word stands under itself.
    lines = (f"{' ' * (2 * width - columns(line.left))}{line.left}【{line.quote}】{line.right}｜{file} 第{line.start + 1}字起" for file, line in found)
    _tell(f"材料 {len(documents)} 份，“{word}” {len(rows)} 处。", lines, rows, _LINES, form)


def _as_written(line: ConcordanceLine, text: str) -> ConcordanceLine:
    """A line found in simplified characters, in those of the text."""
    left, right = text[line.start - len(line.left) : line.start], text[line.end : line.end + len(line.right)]
    return replace(line, left=" ".join(re.split(r"\s", left)), quote=text[line.start : line.end], right=" ".join(re.split(r"\s", right)))


def _concepts(documents: Sequence[Document], top: int | None, form: str | None) -> None:
    from ..language.concepts import concepts

    count: Counter[tuple[str, str]] = Counter()
    texts: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for number, text in enumerate(_simplified(documents)):
        for mention in concepts(text):
            count[mention.concept, mention.category] += 1
            texts[mention.concept, mention.category].add(number)
    found = sorted(count, key=lambda key: (-count[key], key))[:top]
    rows = [{"concept": key[0], "category": key[1], "count": count[key], "texts": len(texts[key])} for key in found]
    lines = (f"{row['concept']}｜{row['category']}｜{row['count']} 次｜见于 {row['texts']} 份" for row in rows)
    _tell(f"材料 {len(documents)} 份，概念 {len(rows)} 个。", lines, rows, _CONCEPTS, form)


def _tell(summary: str, lines: Iterable[str], rows: list[dict[str, Any]], fields: Sequence[str], form: str | None) -> None:
    """Rows for a program, or a line of summary and the lines for people."""
    if form:
        write_rows(form, rows, fields)
        return
    echo(summary)
    for line in lines:
        echo(line)
