"""What stands around a figure, zone by zone, and the cue words in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ..lexicon import load_table
from ..records import Quantity
from .context import Context

__all__ = ["Cue", "Cues", "Figure", "Zone", "figures"]

NEAR, RIGHT, BEYOND, EARLIER = 24, 20, 24, 30
"""Characters read of a zone, counted from the figure; longer windows changed nothing by cross-validation on the key."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of text near a figure.

    ``name`` is "near" (between the figure before it, or the start of its clause, and the figure), "right" (behind it, up to
    the next figure or the end of the clause), "beyond" (the clause before the figure before it), "earlier" (the clause
    before) or "before_that".
    """

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word found in a text, with what it speaks of."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in its context.

    Its clause reaches from ``left`` to ``right``, to the right cut at the next figure; ``sentence`` is where its sentence
    begins; ``cues`` holds the cue words of each zone.
    """

    quantity: Quantity
    left: int
    right: int
    sentence: int
    zones: tuple[Zone, ...]
    cues: tuple[tuple[Cue, ...], ...]


def figures(context: Context, quantities: Sequence[Quantity]) -> Iterator[Figure]:
    """The quantities of a text, each with what stands around it.

    Args:
        quantities: in offsets of the context's text, in order of place.
    """
    words = Cues(context.text)
    before = -1
    for i, quantity in enumerate(quantities):
        left, right = context.clause(quantity.start, quantity.end)
        if i + 1 < len(quantities):
            right = min(right, quantities[i + 1].start)
        zones = _zones(context, quantity, left, right, before)
        yield Figure(quantity, left, right, context.sentence_start(quantity.start), zones, words.in_zones(zones))
        before = quantity.end


def _zones(context: Context, quantity: Quantity, left: int, right: int, before: int) -> tuple[Zone, ...]:
    """The zones around a figure; ``before`` is where the figure before it ends."""
    near = max(left, before)
    end = quantity.end if quantity.bound == "missing" else quantity.start  # the quote of a blank holds the nouns themselves
    found = [Zone("near", max(near, end - NEAR), end), Zone("right", quantity.end, min(right, quantity.end + RIGHT))]
    if near > left:
        found.append(Zone("beyond", max(left, near - BEYOND), near))
    for name, (start, stop) in zip(("earlier", "before_that"), context.clauses_before(quantity.start), strict=False):
        found.append(Zone(name, max(start, stop - EARLIER), stop))
    return tuple(found)


@cache
def _cue_words() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """The concepts of each word, and the lengths of the words that a character opens, longest first."""
    concepts: dict[str, tuple[str, ...]] = {}
    for row in load_table("cue_words", ("concept", "words", "source")):
        for word in row["words"].split("|"):
            concepts[word] = (*concepts.get(word, ()), row["concept"])
    lengths: dict[str, set[int]] = {}
    for word in concepts:
        lengths.setdefault(word[0], set()).add(len(word))
    return concepts, {char: tuple(sorted(found, reverse=True)) for char, found in lengths.items()}


class Cues:
    """The cue words of a text, looked for where figures stand."""

    __slots__ = ("_found", "_starts", "_until", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: list[Cue] = []
        self._starts: list[int] = []
        self._until = 0

    def in_zones(self, zones: Sequence[Zone]) -> tuple[tuple[Cue, ...], ...]:
        """The cue words that lie inside each zone, the longest at each place, in order.

        Complexity: figures are asked for in order of place, and no character is looked at twice.
        """
        self._read(min(zone.start for zone in zones), max(zone.end for zone in zones))
        return tuple(self._within(zone) for zone in zones)

    def _within(self, zone: Zone) -> tuple[Cue, ...]:
        first, last = bisect_left(self._starts, zone.start), bisect_left(self._starts, zone.end)
        return tuple(cue for cue in self._found[first:last] if cue.end <= zone.end)

    def _read(self, start: int, end: int) -> None:
        concepts, lengths = _cue_words()
        text = self.text
        for at in range(max(start, self._until), end):
            for length in lengths.get(text[at], ()):
                word = text[at : at + length]
                named = concepts.get(word)
                if named is not None:
                    for concept in named:
                        self._found.append(Cue(at, at + len(word), concept))
                        self._starts.append(at)
                    break
        self._until = max(end, self._until)
