"""Concepts of union work: phrases found on characters, which may nest.

A segmenter cuts 送温暖活动 in two and never gives both 困难职工 and 困难职工帮扶中心. Counting what reports speak of wants neither: a
concept has several ways to be written, stands wherever its characters stand, and may stand inside another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..lexicon import load_table
from .segmentation import fold_width

__all__ = ["ConceptMention", "concepts"]


@dataclass(frozen=True, slots=True)
class ConceptMention:
    """A place where a concept stands: ``text[start:end] == quote``."""

    start: int
    end: int
    quote: str
    concept: str
    category: str


@cache
def _surfaces() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[int, ...]]]:
    """Concept and category by surface, and by first character the lengths of surfaces, longest first.

    Raises:
        LexiconError: a surface that stands twice.
    """
    by_surface: dict[str, tuple[str, str]] = {}
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for row in load_table("concepts", ("surface", "concept", "category", "source")):
        surface = row["surface"]
        if surface in by_surface:
            raise row.error(f"{surface!r} stands twice")
        by_surface[surface] = row["concept"], row["category"]
        lengths[surface[0]].add(len(surface))
    return by_surface, {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()}


def _mentions(text: str) -> Iterator[ConceptMention]:
    by_surface, lengths = _surfaces()
    folded = fold_width(text)
    covered: dict[str, int] = {}  # by concept, where its last mention ends: one inside another of its own is no second
    for start, first in enumerate(folded):
        for length in lengths.get(first, ()):
            end = start + length
            known = by_surface.get(folded[start:end])
            if known and covered.get(known[0], 0) < end:
                covered[known[0]] = end
                yield ConceptMention(start, end, text[start:end], *known)


def concepts(text: str) -> tuple[ConceptMention, ...]:
    """What a text speaks of, in the words of the field.

    Args:
        text: any text, simplified characters; full and half width letters and digits are the same.

    Returns:
        Mentions by place, the longer of two that begin together first. A mention may stand inside one of another concept, never
        inside one of its own.

    Complexity: O(n): at most a dozen lengths are tried at a character.

    Source: own list, ``data/lexicon/concepts.tsv``.

    Example:
        >>> [(mention.quote, mention.concept) for mention in concepts("依托困难职工帮扶中心开展送温暖活动")]
        [('困难职工帮扶中心', '帮扶中心'), ('困难职工', '困难职工'), ('送温暖活动', '送温暖')]
    """
    return tuple(_mentions(text))
