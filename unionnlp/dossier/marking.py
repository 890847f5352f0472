"""Which figures of two texts agree and which differ, for the dossier; what shows marks lies in ``display``."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

from ..display import Mark, Part, Run, runs
from ..duplicates.edits import changed
from ..records import Passage

__all__ = ["Mark", "Part", "Run", "changed", "compared", "runs"]

Figure = tuple[int, int, Hashable]
"""(start, end, what makes two figures equal)."""


def compared(
    figures_a: Sequence[Figure], figures_b: Sequence[Figure], passages: Iterable[Passage], *, everywhere: bool = False
) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Which figures of two texts agree and which differ.

    A figure inside a copied passage agrees when its twin passage holds an equal one and differs otherwise: a number changed
    while the words stayed. Outside of passages equal figures are only said to agree, and only when asked for: small counts agree
    by chance in any two reports.

    Args:
        figures_a, figures_b: in order of place.
        passages: in the offsets of the figures.
        everywhere: look outside of passages too.

    Returns:
        For each side "agree" or "differ" by the index of the figure; the others are left out.
    """
    said_a: dict[int, str] = {}
    said_b: dict[int, str] = {}
    starts_a, starts_b = [f[0] for f in figures_a], [f[0] for f in figures_b]
    for p in passages:
        inside_a = range(bisect_left(starts_a, p.start_a), bisect_left(starts_a, p.end_a))
        inside_b = range(bisect_left(starts_b, p.start_b), bisect_left(starts_b, p.end_b))
        _compare(figures_a, figures_b, inside_a, inside_b, said_a, said_b, "differ" if p.kind in ("same", "edited") else "")
    if not everywhere:
        return said_a, said_b
    left_a = [i for i in range(len(figures_a)) if i not in said_a]
    left_b = [i for i in range(len(figures_b)) if i not in said_b]
    _compare(figures_a, figures_b, left_a, left_b, said_a, said_b, "")
    return said_a, said_b


def _compare(
    figures_a: Sequence[Figure], figures_b: Sequence[Figure], those_a: Sequence[int], those_b: Sequence[int], said_a: dict[int, str], said_b: dict[int, str], else_: str
) -> None:
    for figures, those, said, other, others in (
        (figures_a, those_a, said_a, figures_b, those_b),
        (figures_b, those_b, said_b, figures_a, those_a),
    ):
        there = Counter(other[i][2] for i in others)
        for i in those:
            word = "agree" if there[figures[i][2]] > 0 else else_
            there[figures[i][2]] -= 1
            if word:
                said.setdefault(i, word)
