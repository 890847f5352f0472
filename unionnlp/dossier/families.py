"""Copies as people count them: families of versions of one text, the share copied, and which report counts.

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

__all__ = ["CopiedShare", "Family", "copied_characters", "copied_shares", "copies", "families", "matches_of", "written"]

SAME_FIGURES = frozenset({"identical", "light_edit", "cut_short"})
"""Kinds of match whose two sides report the same work twice."""

COPY_CONTAINMENT = 0.9
"""From here on a report inside another is the same submission again: real copies lie at 0.98 and above, unrelated texts below 0.06."""


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


def copies(reports: pandas.DataFrame, matches: Sequence[Match]) -> dict[str, str]:
    """Reports that say again what another one says, each with the one that counts.

    Of texts that contain one another the longest counts, the first of equals; a text cut short gives way to the whole.
    """
    order = {report_id: (-length, i) for i, (report_id, length) in enumerate(zip(reports["report_id"], reports["text"].str.len(), strict=True))}
    alike = [m for m in matches if m.kind in SAME_FIGURES and m.a in order and m.b in order]
    group = components([m for m in alike if min(m.containment_a, m.containment_b) >= COPY_CONTAINMENT])
    kept: dict[int | str, str] = {}
    for report_id in sorted(order, key=order.__getitem__):
        kept.setdefault(group.get(report_id, report_id), report_id)
    inside: dict[str, str] = {}
    for m in alike:
        small, large, share = (m.a, m.b, m.containment_a) if m.containment_a > m.containment_b else (m.b, m.a, m.containment_b)
        part, whole = (kept[group.get(side, side)] for side in (small, large))
        if share >= COPY_CONTAINMENT and order[whole] < order[part]:
            inside.setdefault(part, whole)
    counted: dict[str, str] = {}
    for report_id in order:
        keeper = kept[group.get(report_id, report_id)]
        while keeper in inside:  # every step leads to a longer or an earlier text, so it ends
            keeper = inside[keeper]
        if keeper != report_id:
            counted[report_id] = keeper
    return counted
