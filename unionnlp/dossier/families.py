"""Copies as people count them: families of versions of one text, and the share copied.

A batch of sixty copies has 1,770 pairs; an auditor wants to hear of it once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ..duplicates.clusters import WHOLE_TEXT, components
from ..records import Match
from .tables import display_words, figures_of, passages_of

if TYPE_CHECKING:
    import pandas

__all__ = ["CopiedShare", "Family", "copied_characters", "copied_shares", "families", "matches_of", "written"]


@dataclass(frozen=True, slots=True)
class Family:
    """Reports that hang together by matches: one entry in every list.

    ``centre`` is the report with most pairs; ``pairs`` are in order of gravity, those with the centre first.
    """

    number: int
    members: tuple[str, ...]
    pairs: tuple[Match, ...]
    centre: str

    @property
    def kind(self) -> str:
        """The gravest kind among its pairs."""
        return self.pairs[0].kind

    @property
    def whole(self) -> bool:
        """Whether its members are versions of one text, compared with each other or not."""
        return any(m.kind in WHOLE_TEXT for m in self.pairs)

    @property
    def share(self) -> float:
        """The largest share of one text that stands in another."""
        return max(max(m.containment_a, m.containment_b) for m in self.pairs)


@dataclass(frozen=True, slots=True)
class CopiedShare:
    """The largest share of a report that stands in one other, with and without stock and quoted text."""

    share: float
    discounted: float
    source: str


def matches_of(frame: pandas.DataFrame) -> tuple[Match, ...]:
    """The records of the completed table of matches, gravest first."""
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]  # the columns are strings
    read = {"passages": passages_of, "changes": figures_of, "figures": figures_of}
    names = [field.name for field in fields(Match)]  # the table has more: what the scan knows of a pair
    found: list[Match] = []
    for row in rows:
        cells: dict[str, Any] = {name: read[name](row[name]) if name in read else row[name] for name in names}
        found.append(Match(**cells))
    return tuple(sorted(found, key=_gravity))


def _gravity(match: Match) -> tuple[int, float, str, str]:
    kinds = list(display_words("match"))
    rank = kinds.index(match.kind) if match.kind in kinds else len(kinds)
    return rank, -max(match.discounted_a, match.discounted_b, match.containment_a, match.containment_b), match.a, match.b


def families(matches: Sequence[Match]) -> tuple[Family, ...]:
    """One entry for all reports that are versions of one text, and one for what two such groups share beyond that.

    Args:
        matches: in order of gravity.

    Returns:
        Families in order of gravity, numbered from 1. Every match stands in exactly one.
    """
    group = components([match for match in matches if match.kind in WHOLE_TEXT])
    entries: dict[frozenset[int | str], list[Match]] = defaultdict(list)
    for match in matches:
        entries[frozenset(group.get(side, side) for side in (match.a, match.b))].append(match)
    result: list[Family] = []
    for number, pairs in enumerate(entries.values(), 1):
        degree = Counter(name for match in pairs for name in (match.a, match.b))
        centre = degree.most_common(1)[0][0]
        pairs.sort(key=lambda m, centre=centre: centre not in (m.a, m.b))  # type: ignore[misc]
        result.append(Family(number, tuple(degree), tuple(pairs), centre))
    return tuple(result)


def copied_shares(matches: Sequence[Match]) -> dict[str, CopiedShare]:
    """The largest copied share of every report that has a match."""
    shares: dict[str, CopiedShare] = {}
    for match in matches:
        sides = ((match.a, match.containment_a, match.discounted_a, match.b), (match.b, match.containment_b, match.discounted_b, match.a))
        for report_id, share, discounted, source in sides:
            if report_id not in shares or share > shares[report_id].share:
                shares[report_id] = CopiedShare(share, discounted, source)
    return shares


def written(text: str) -> int:
    """Characters of a text as auditors count them: white space left out.

    Example:
        >>> written("走访 12户\\n")
        5
    """
    return len("".join(text.split()))


def copied_characters(text: str, start: int, spans: Iterable[tuple[int, int]]) -> int:
    """Characters of a report that stand in at least one of some passages, white space left out.

    Args:
        text: of the report.
        start: its first character in the file.
        spans: passages in offsets of the file; they may overlap, as those shared with several others do.

    Complexity: O(n log n) in the passages, linear in the text.

    Example:
        >>> copied_characters("走访12户", 100, [(100, 103), (102, 104), (90, 101)])
        4
    """
    count, at = 0, 0
    for first, last in sorted(spans):
        begin, end = max(at, first - start), min(len(text), last - start)
        if begin < end:
            count += written(text[begin:end])
            at = end
    return count
