"""Sentences of a repaired text."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["clauses", "sentences"]

LONGEST_ASIDE = 200
"""A bracket or title that is not closed within so many characters is taken for a stray mark, not for an aside."""

_ASIDE = "".join(rf"|\{left}[^{left}{right}\n]{{0,{LONGEST_ASIDE}}}+\{right}" for left, right in ("《》", "（）", "()", "【】"))
# A half-width ? is no stop: in files that went through a wrong encoding it is a lost quotation mark.
_SENTENCE = re.compile(rf"(?:[^。！？!\n《（(【]++{_ASIDE}|[《（(【])++(?:[。！？!]+[”’」』）)]*|(?=\n)|$)|[。！？!]+[”’」』）)]*")
_CLAUSE = re.compile(r"[^。！？!；;，,：:\n]+[。！？!；;，,：:]*[”’」』）)]*")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence; closing quotes stay with it, nothing breaks inside 《》 or brackets.

    Example:
        >>> text = "他说：“好。”大家都笑了。读《劳动法？》一书"
        >>> [text[a:b] for a, b in sentences(text)]
        ['他说：“好。”', '大家都笑了。', '读《劳动法？》一书']
    """
    for match in _SENTENCE.finditer(text, start, len(text) if end is None else end):
        words = match[0]
        bare = words.strip()
        if bare:
            at = match.start() + words.index(bare)
            yield at, at + len(bare)


def clauses(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """(start, end) of each clause, its punctuation included.

    Example:
        >>> text = "走访职工80人次，发放慰问金7万元。"
        >>> [text[a:b] for a, b in clauses(text)]
        ['走访职工80人次，', '发放慰问金7万元。']
    """
    for match in _CLAUSE.finditer(text, start, len(text) if end is None else end):
        yield match.span()
