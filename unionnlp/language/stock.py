"""Stock phrases and quoted titles: words that many reports share though nobody copied.

Law titles in 《…》 and short slogans in “…” are quoted; set phrases such as 在…的正确领导下 are stock. Both are taken out
of the discounted shares of a match, and the share of stock is a measure of emptiness of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..lexicon import load_table
from ..spans import Span

__all__ = ["quoted_spans", "stock_spans"]

MAX_TITLE = 60
"""Characters inside 《…》; the longest name of a law in the model reports has 29."""

MAX_SLOGAN = 20
"""Characters inside “…” that still make a slogan and no quoted sentence; 组织起来、切实维权 has 9."""

_QUOTED = re.compile(rf"《[^《》\n]{{1,{MAX_TITLE}}}》|“[^“”\n。！？]{{1,{MAX_SLOGAN}}}”|「[^「」\n。！？]{{1,{MAX_SLOGAN}}}」|\"[^\"\n。！？]{{1,{MAX_SLOGAN}}}\"")


@cache
def _phrases() -> tuple[dict[str, re.Pattern[str]], NDArray[np.uint64], NDArray[np.uint64]]:
    """The phrases by their first character, which is a literal (a test says so), and two masks by code point: the phrases that may
    begin with it, those that may have it second. Where the two masks of neighbours meet, and only there, one is looked for:
    at 200 places of a report instead of 850, and among two phrases instead of 200."""
    beginning: dict[str, list[str]] = defaultdict(list)
    for row in load_table("stock_phrases", ("role", "phrase", "regex", "example", "source")):
        try:
            re.compile(row["regex"])
        except re.error as error:
            raise row.error(f"regex: {error}") from error
        for alternative in _alternatives(row["regex"]):
            beginning[alternative[0]].append(alternative)
    first, second = np.zeros(0x10000, dtype=np.uint64), np.zeros(0x10000, dtype=np.uint64)
    for number, (character, phrases) in enumerate(beginning.items()):
        bit = np.uint64(1 << number % 64)
        first[ord(character)] |= bit
        for phrase in phrases:
            literal = len(phrase) > 1 and phrase[1] not in "([.\\" and phrase[2:3] not in {"?", "*", "{"}
            second[ord(phrase[1]) if literal else slice(None)] |= bit
    return {character: re.compile("|".join(phrases)) for character, phrases in beginning.items()}, first, second


def _alternatives(regex: str) -> list[str]:
    """The alternatives of a pattern, those inside brackets left together."""
    parts, depth = [""], 0
    for piece in re.findall(r"\\.|.", regex):
        depth += (piece in "([") - (piece in ")]")
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


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
    phrases, first, second = _phrases()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    spans: list[Span] = []
    end = 0
    for start in np.flatnonzero(first.take(codes[:-1], mode="clip") & second.take(codes[1:], mode="clip")).tolist():
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
