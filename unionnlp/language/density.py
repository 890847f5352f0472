"""How much of a text is set phrases, and how many facts it gives: 套话率 and 实数密度.

Both are shares of what is written: white space does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from ..spans import Span
from .stock import stock_spans

__all__ = ["fact_densities", "stock_rates"]

PER = 1000
"""Characters to which the density of facts refers."""


def _before(marks: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.int64]:
    """How much is marked before each place, the end included; shape (n + 1,)."""
    return np.concatenate([[0], np.cumsum(marks, dtype=np.int64)])


@cache
def _blank() -> NDArray[np.bool_]:
    """Whether each code point is white space, up to the last that is and one that stands for all behind it."""
    return np.array([chr(code).isspace() for code in range(0x3002)])


@lru_cache(maxsize=1)
def _written(text: str) -> NDArray[np.int64]:
    """How much is written before each place; kept, since both measures are asked of one text after the other."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _before(~_blank().take(codes, mode="clip"))


def _shares(marked: NDArray[np.int64], written: NDArray[np.int64], parts: Iterable[Span], per: int) -> tuple[float, ...]:
    counted = ((int(marked[part.end] - marked[part.start]), int(written[part.end] - written[part.start])) for part in parts)
    return tuple(per * marks / characters if characters else 0.0 for marks, characters in counted)


def stock_rates(text: str, parts: Sequence[Span] | None = None) -> tuple[float, ...]:
    """For each part of a text the share of it that is set phrases (套话率).

    Args:
        text: any text.
        parts: such as its sections, in any order, also one inside another; the whole text unless given.

    Returns:
        Shares in 0..1, one a part; 0 for a part where nothing is written.

    Complexity: one pass over the text, whatever the number of parts.

    Source: own measure over the phrases of ``stock_phrases.tsv``.

    Example:
        >>> text = "在市总工会的正确领导下，走访困难职工38户。"
        >>> stock_rates(text, [Span(0, 11), Span(12, 21)])
        (1.0, 0.0)
    """
    marks = np.zeros(len(text), dtype=bool)
    for span in stock_spans(text):
        marks[span.start : span.end] = True
    written = _written(text)
    marks &= np.diff(written) > 0
    return _shares(_before(marks), written, [Span(0, len(text))] if parts is None else parts, 1)


def fact_densities(text: str, starts: Iterable[int], parts: Sequence[Span] | None = None) -> tuple[float, ...]:
    """For each part of a text how many facts it gives in 1,000 characters (实数密度).

    Args:
        text: any text.
        starts: where its facts begin, such as ``[fact.start for fact in extract_facts(text)]``.
        parts: such as its sections, in any order, also one inside another; the whole text unless given.

    Returns:
        Numbers of facts, one a part; 0 for a part where nothing is written.

    Complexity: one pass over the text, whatever the number of parts.

    Example:
        >>> fact_densities("走访困难职工38户，慰问金共7万元整。", [6, 14])
        (105.26315789473684,)
    """
    marks = np.zeros(len(text), dtype=np.int64)
    np.add.at(marks, np.fromiter(starts, dtype=np.int64), 1)
    return _shares(_before(marks), _written(text), [Span(0, len(text))] if parts is None else parts, PER)
