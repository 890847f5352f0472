"""Stock phrases and quoted titles: words that many reports share though nobody copied.

Law titles in 《…》 and short slogans in “…” are quoted; set phrases such as 在…的正确领导下 are stock. Both are taken out
of the discounted shares of a match, and the share of stock is a measure of emptiness of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from ..lexicon import load_table
from ..spans import Span
from .sieve import HeadSieve, alternatives

__all__ = ["quoted_spans", "stock_spans"]

MAX_TITLE = 60
"""Characters inside 《…》; the longest name of a law in the model reports has 29."""

MAX_SLOGAN = 20
"""Characters inside “…” that still make a slogan and no quoted sentence; 组织起来、切实维权 has 9."""

_QUOTED = re.compile(rf"《[^《》\n]{{1,{MAX_TITLE}}}》|“[^“”\n。！？]{{1,{MAX_SLOGAN}}}”|「[^「」\n。！？]{{1,{MAX_SLOGAN}}}」|\"[^\"\n。！？]{{1,{MAX_SLOGAN}}}\"")


@cache
def _phrases() -> tuple[dict[str, re.Pattern[str]], HeadSieve]:
    """The phrases by their first character, which is a literal (a test says so), and the sieve that says where one may begin: at 100
    places of a report instead of 850, where two phrases are tried instead of 200."""
    beginning: dict[str, list[str]] = defaultdict(list)
    for row in load_table("stock_phrases", ("role", "phrase", "regex", "example", "source")):
        try:
            re.compile(row["regex"])
        except re.error as error:
            raise row.error(f"regex: {error}") from error
        for alternative in alternatives(row["regex"]):
            beginning[alternative[0]].append(alternative)
    return {character: re.compile("|".join(phrases)) for character, phrases in beginning.items()}, HeadSieve.of(beginning.values())


def stock_spans(text: str) -> tuple[Span, ...]:
    """Where set phrases of the genre stand, in order, not overlapping.

    Args:
        text: any text, simplified characters.
    Returns:
        Spans in raw offsets.
    Complexity: one pass; every phrase is bounded, so linear in the text.
    Source: 125 phrases gathered from model reports, ``data/lexicon/stock_phrases.tsv``.

    Example:
        >>> text = "在市总工会的正确领导下，我们走访慰问困难职工38人。"
        >>> [span.of(text) for span in stock_spans(text)]
        ['在市总工会的正确领导下', '走访慰问']
    """
    phrases, sieve = _phrases()
    spans: list[Span] = []
    end = 0
    for start in sieve.places(text)[0]:
        if start >= end and (found := phrases[text[start]].match(text, start)):
            end = found.end()
            spans.append(Span(start, end))
    return tuple(spans)


def quoted_spans(text: str) -> tuple[Span, ...]:
    """Where titles in 《…》 and short slogans in quotation marks stand, marks included.

    Example:
        >>> text = "学习《工会法》，开展“安康杯”竞赛，他说：“今年我们走访慰问了全部困难职工，还将继续做下去。”"
        >>> [span.of(text) for span in quoted_spans(text)]
        ['《工会法》', '“安康杯”']
    """
    return tuple(Span(*found.span()) for found in _QUOTED.finditer(text))
