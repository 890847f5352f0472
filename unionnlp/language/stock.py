"""Stock phrases and quoted titles: words that many reports share though nobody copied.

Law titles in 《…》 and short slogans in “…” are quoted; set phrases such as 在…的正确领导下 are stock. Both are taken out
of the discounted shares of a match, and the share of stock is a measure of emptiness of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
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

HEAD = 3
"""Characters at the front of a phrase that are compared before it is looked for."""

_LITERALS = re.compile(r"(?:[^\\.|()\[\]?*+{}](?![?*+{]))*")
_GROUP = re.compile(r"\(\?:([^()]*)\)(?![?*+{])")

_QUOTED = re.compile(rf"《[^《》\n]{{1,{MAX_TITLE}}}》|“[^“”\n。！？]{{1,{MAX_SLOGAN}}}”|「[^「」\n。！？]{{1,{MAX_SLOGAN}}}」|\"[^\"\n。！？]{{1,{MAX_SLOGAN}}}\"")


_Masks = NDArray[np.uint64]


@cache
def _phrases() -> tuple[dict[str, re.Pattern[str]], _Masks]:
    """The phrases by their first character, which is a literal (a test says so), and masks of shape (HEAD, 0x10000): which of them
    may have a code point first, second, third. Only where the masks of three neighbours meet is one looked for: at 100 places of
    a report instead of 850, and among two phrases instead of 200."""
    beginning: dict[str, list[str]] = defaultdict(list)
    for row in load_table("stock_phrases", ("role", "phrase", "regex", "example", "source")):
        try:
            re.compile(row["regex"])
        except re.error as error:
            raise row.error(f"regex: {error}") from error
        for alternative in _alternatives(row["regex"]):
            beginning[alternative[0]].append(alternative)
    masks = np.zeros((HEAD, 0x10000), dtype=np.uint64)
    for number, phrases in enumerate(beginning.values()):
        for head in (head for phrase in phrases for head in _heads(phrase)):
            for place in range(HEAD):
                masks[place, ord(head[place]) if place < len(head) else slice(None)] |= np.uint64(1 << number % 64)
    return {character: re.compile("|".join(phrases)) for character, phrases in beginning.items()}, masks


def _heads(regex: str) -> Iterator[str]:
    """The literals, ``HEAD`` at most, that what matches must begin with: 是(?:做好|搞好) has 是做好 and 是搞好."""
    head = _LITERALS.match(regex)
    assert head is not None
    rest = regex[head.end() :]
    group = _GROUP.match(rest)
    if group is None or len(head[0]) >= HEAD:
        yield head[0][:HEAD]
    else:
        for alternative in group[1].split("|"):
            yield from _heads(head[0] + alternative + rest[group.end() :])


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
    phrases, masks = _phrases()
    codes = np.frombuffer((text + "\n" * (HEAD - 1)).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    likely = masks[0].take(codes, mode="clip")
    for place in range(1, HEAD):
        likely = likely[:-1] & masks[place].take(codes[place:], mode="clip")
    spans: list[Span] = []
    end = 0
    for start in np.flatnonzero(likely).tolist():
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
