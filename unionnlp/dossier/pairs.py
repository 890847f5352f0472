"""Two texts side by side: passages, edits and figures as marks, the ratios that auditors know, where each passage stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from ..display import shorten
from ..records import Match
from ..spans import Span
from .batch import Batch, Row
from .families import Family, copied_characters, written
from .marking import Figure, Mark, Run, changed, compared, runs
from .tables import say
from .volumes import Slice

__all__ = ["TEXT", "Copies", "OtherPair", "Pair", "Side", "anchors_of", "copies_of"]

TEXT = 60_000  # characters of one text that are shown; the longest real report has 15,000
CHANGED = 5_000  # characters of an edited passage whose changes are marked
LISTED = 200  # members of a family, and pairs of it that stand elsewhere
OVER_PASSAGES = ("stock", "quoted", "edited", "same")
"""Which kind shows where passages overlap: a stock phrase inside a copied paragraph is shown as what it is."""


@dataclass(frozen=True, slots=True)
class Side:
    """One text of a pair."""

    report: Row
    letter: str
    share: float
    discounted: float
    copied: int
    passages: int
    earlier: bool
    runs: tuple[Run, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts side by side; without ``sides`` one of the texts is not there."""

    anchor: str
    match: Match
    a: Row
    b: Row
    sides: tuple[Side, ...]
    passages: tuple[Row, ...]
    source: str


@dataclass(frozen=True, slots=True)
class OtherPair:
    """A pair of a family that is shown elsewhere, or nowhere."""

    key: str
    anchor: str
    match: Match
    a: Row
    b: Row


@dataclass(frozen=True, slots=True)
class Copies:
    """A family, or a part of it, as one file shows it; members and the pairs elsewhere are given where it is introduced."""

    family: Family
    opening: bool
    members: tuple[Row, ...]
    members_more: int
    pairs: tuple[Pair, ...]
    others: tuple[OtherPair, ...]
    others_more: int


def copies_of(batch: Batch, slices: Sequence[Slice]) -> list[Copies]:
    """What a file shows of some families.

    Complexity: linear in the texts of their pairs, but for what is edited.
    """
    taken = [(part, part.family.pairs[part.first - 1 : part.first - 1 + part.count]) for part in slices]
    facts = batch.rows("facts", dict.fromkeys(name for _, pairs in taken for match in pairs for name in (match.a, match.b)))
    return [_copies(batch, part, pairs, facts) for part, pairs in taken]


def _copies(batch: Batch, part: Slice, pairs: Sequence[Match], facts: Mapping[str, list[Row]]) -> Copies:
    family = part.family
    shown = range(part.first, part.first + part.count)
    elsewhere = [(i, match) for i, match in enumerate(family.pairs, 1) if i not in shown] if part.opening else []
    return Copies(
        family,
        part.opening,
        tuple(batch.known(member) for member in family.members[:LISTED]),
        max(0, len(family.members) - LISTED),
        tuple(_pair(batch, match, f"c{family.number}p{i}", facts) for i, match in zip(shown, pairs, strict=True)),
        tuple(OtherPair(f"{family.number}p{i}", f"c{family.number}p{i}", match, batch.known(match.a), batch.known(match.b)) for i, match in elsewhere[:LISTED]),
        max(0, len(elsewhere) - LISTED),
    )


def _pair(batch: Batch, match: Match, anchor: str, facts: Mapping[str, list[Row]]) -> Pair:
    a, b = batch.known(match.a), batch.known(match.b)
    source = batch.names.get(match.source, match.source)
    if not (a["text"] and b["text"]):
        return Pair(anchor, match, a, b, (), (), source)
    passages: tuple[list[Mark], list[Mark]] = ([], [])
    inner: tuple[list[Mark], list[Mark]] = ([], [])
    figures = [_figures(facts.get(name, ())) for name in (match.a, match.b)]
    said = compared(figures[0], figures[1], match.passages, everywhere=match.kind == "figures_copied")
    for report, boxed, found, words in zip((a, b), inner, figures, said, strict=True):
        boxed.extend(Mark(found[i][0] - report["start"], found[i][1] - report["start"], word, say("figure", word)) for i, word in words.items())
    listed: list[Row] = []
    for i, p in enumerate(match.passages):
        here, there = f"{anchor}a{i}", f"{anchor}b{i}"
        at_a, at_b = _inside(a, p.start_a, p.end_a), _inside(b, p.start_b, p.end_b)
        places = (batch.places.of(match.a, p.start_a), batch.places.of(match.b, p.start_b))
        title = f"{say('passage', p.kind)}；甲：{places[0] or '开头'}；乙：{places[1] or '开头'}"
        passages[0].append(Mark(at_a.start, at_a.end, p.kind, title, here, there))
        passages[1].append(Mark(at_b.start, at_b.end, p.kind, title, there, here))
        words_a, words_b = at_a.of(a["text"]), at_b.of(b["text"])
        if p.kind == "edited" and max(len(words_a), len(words_b)) <= CHANGED:
            for side, only, base in zip(inner, changed(words_a, words_b), (at_a.start, at_b.start), strict=True):
                side.extend(Mark(base + start, base + end, "changed") for start, end in only)
        listed.append({"href": here, "kind": p.kind, "places": places, "length": written(words_a), "words": shorten(words_a, 40)})
    texts = (a["text"][:TEXT], b["text"][:TEXT])
    shown = _twins(texts, passages, inner)
    anchors = anchors_of(shown[0])
    for row in listed:
        row["href"] = row["href"] if row["href"] in anchors else ""
    earlier = batch.earlier.get((match.a, match.b), "")
    spans = ([(p.start_a, p.end_a) for p in match.copied], [(p.start_b, p.end_b) for p in match.copied])
    shares = ((match.containment_a, match.discounted_a), (match.containment_b, match.discounted_b))
    sides = tuple(
        Side(report, letter, *share, copied_characters(report["text"], report["start"], places), len(places), report["report_id"] == earlier, cut, len(report["text"]) > TEXT)
        for report, letter, share, places, cut in zip((a, b), "甲乙", shares, spans, shown, strict=True)
    )
    return Pair(anchor, match, a, b, sides, tuple(listed), source)


def _inside(report: Row, start: int, end: int) -> Span:
    """A place in the file as a place in the text of the report."""
    return Span(max(0, start - report["start"]), max(0, end - report["start"]))


def anchors_of(shown: Sequence[Run]) -> set[str]:
    """The anchors that stand in a marked text."""
    return {run.mark.anchor for run in shown if run.mark and run.first}


def _twins(texts: tuple[str, str], passages: tuple[list[Mark], list[Mark]], inner: tuple[list[Mark], list[Mark]]) -> list[tuple[Run, ...]]:
    """Both texts cut into runs; a passage whose twin does not show (covered by another, or beyond what is shown) is left out."""
    outer = [sorted(marks, key=lambda m: OVER_PASSAGES.index(m.style) if m.style in OVER_PASSAGES else 0) for marks in passages]
    shown = [runs(*cut) for cut in zip(texts, outer, inner, strict=True)]
    left, right = map(anchors_of, shown)
    kept = [[m for m in marks if {m.anchor, m.href} <= left | right] for marks in outer]
    if kept == outer:
        return shown
    return [runs(*cut) for cut in zip(texts, kept, inner, strict=True)]


def _figures(facts: Sequence[Row]) -> list[Figure]:
    """Figures of a report; two are equal when value and unit are, or the words where there is no value."""
    return [(f["start"], f["end"], (f["quote"] if isnan(f["value"]) else f["value"], f["unit"])) for f in facts]
