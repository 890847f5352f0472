"""How much of each of two texts is copied, in the figures that auditors know from plagiarism checks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..display import shorten
from ..records import Match, Report, Section, Shares
from ..spans import Span
from .prepared import Prepared

__all__ = ["headings_over", "inside_passages", "shares_of"]

HEADING = 24
"""Characters of a heading in a path."""



def shares_of(a: Prepared, b: Prepared, match: Match) -> tuple[Shares, Shares]:
    """The shares of both texts of a match.

    Passages overlap on neither side, so that their characters add up. White space counts nowhere.
    """
    spans = [(p.start_a, p.end_a, p.start_b, p.end_b) for p in match.passages if p.kind in ("same", "edited")]
    return (
        _of(a, [(start, end) for start, end, _, _ in spans], match.containment_a, match.discounted_a),
        _of(b, [(start, end) for _, _, start, end in spans], match.containment_b, match.discounted_b),
    )


def _of(text: Prepared, spans: list[tuple[int, int]], total: float, discounted: float) -> Shares:
    edges = np.searchsorted(text.folded.raw, np.array(spans, dtype=np.int64).reshape(-1, 2) - text.offset)
    copied = int((edges[:, 1] - edges[:, 0]).sum())
    return Shares(total, discounted, total, len(text.codes), copied, int(np.count_nonzero(text.discount)), len(spans))


def inside_passages(text: Prepared, places: NDArray[np.bool_], spans: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """Where folded places are marked inside some passages, in offsets of the document.

    Args:
        spans: the passages on this side, in offsets of the document.
    """
    chosen = np.zeros(len(places), dtype=bool)
    for start, end in np.searchsorted(text.folded.raw, np.array(spans, dtype=np.int64).reshape(-1, 2) - text.offset).tolist():
        chosen[start:end] = places[start:end]
    edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
    raw = (text.folded.raw_span(start, end) for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    return tuple(Span(start + text.offset, end + text.offset) for start, end in raw)


def headings_over(reports: Sequence[Report], start: int, end: int) -> str:
    """The headings above a stretch of a document, outermost first: those of its first character and, if others, of its last.

    Example:
        >>> from ..structure.parse import parse
        >>> text = "云溪县总工会2019年工作总结\\n一、帮扶\\n（一）走访\\n走访慰问12户。\\n二、维权\\n调解6件。"
        >>> headings_over(parse(text), text.index("走访慰问"), text.index("。")), headings_over(parse(text), 0, len(text))
        ('一、帮扶 › （一）走访', '开头 至 二、维权')
    """
    first, last = _path(reports, start), _path(reports, end - 1)
    return first if first == last else f"{first or '开头'} 至 {last}"


def _path(reports: Sequence[Report], at: int) -> str:
    path: list[str] = []
    level: Sequence[Section] = [section for report in reports if report.start <= at < report.end for section in report.sections]
    while (inside := next((section for section in level if section.start <= at < section.end), None)) is not None:
        path.append(shorten(inside.number + inside.heading, HEADING))
        level = inside.sections
    return " › ".join(path)
