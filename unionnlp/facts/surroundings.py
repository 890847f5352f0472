"""What stands around a figure, zone by zone, and the cue words in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ..lexicon import load_table
from ..records import Quantity
from .context import Context

__all__ = ["Cue", "Cues", "Figure", "Zone", "figures"]

NEAR, RIGHT, BEYOND, EARLIER = 24, 20, 24, 30
"""Characters read of a zone, counted from the figure; longer windows changed nothing by cross-validation on the key."""


class Zone(NamedTuple):
    """A stretch of text near a figure.

    ``name`` is "near" (between the figure before it, or the start of its clause, and the figure), "right" (behind it, up to
    the next figure or the end of the clause), "beyond" (the clause before the figure before it), "earlier" (the clause
    before) or "before_that".
    """

    name: str
    start: int
    end: int


class Cue(NamedTuple):
    """A cue word found in a text, with what it speaks of."""

    start: int
    end: int
    concept: str


class Figure(NamedTuple):
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
    before, clause = -1, -1
    above, above_cues = tuple[Zone, ...](), tuple[tuple[Cue, ...], ...]()
    for i, quantity in enumerate(quantities, 1):
        left, right = context.clause(quantity.start, quantity.end)
        sentence = context.sentence_start(quantity.start)
        number = context.clause_number(quantity.start)
        if i < len(quantities):
            right = min(right, quantities[i].start)
        beside = _beside(quantity, left, right, before)
        if number != clause:  # figures of one clause share what stands before it
            clause, above = number, _above(context, number, sentence)
            words.read(beside + above)
            above_cues = words.in_zones(above)
        yield Figure(quantity, left, right, sentence, beside + above, words.in_zones(beside) + above_cues)
        before = quantity.end


def _beside(quantity: Quantity, left: int, right: int, before: int) -> tuple[Zone, ...]:
    """The zones around a figure in its own clause; ``before`` is where the figure before it ends."""
    near = max(left, before)
    end = quantity.end if quantity.bound == "missing" else quantity.start  # the quote of a blank holds the nouns themselves
    found = Zone("near", max(near, end - NEAR), end), Zone("right", quantity.end, min(right, quantity.end + RIGHT))
    return (*found, Zone("beyond", max(left, near - BEYOND), near)) if near > left else found


def _above(context: Context, clause: int, sentence: int) -> tuple[Zone, ...]:
    """The zones before a clause, of its own sentence."""
    clauses = context.clauses_above(clause, sentence, most=2)
    return tuple([Zone(name, max(start, stop - EARLIER), stop) for name, (start, stop) in zip(("earlier", "before_that"), clauses, strict=False)])


@cache
def _cue_words() -> tuple[re.Pattern[str], dict[str, tuple[tuple[str, tuple[str, ...]], ...]]]:
    """The characters that open a cue word, each before one that may follow; and by what it begins with (two characters, or its
    only one) the words, longest first, each with its concepts."""
    concepts: dict[str, tuple[str, ...]] = {}
    for row in load_table("cue_words", ("concept", "words", "source")):
        for word in row["words"].split("|"):
            concepts[word] = (*concepts.get(word, ()), row["concept"])
    longest_first = sorted(concepts, key=len, reverse=True)
    starts = {word[:2] for word in concepts}
    words = {start: tuple((word, concepts[word]) for word in longest_first if word[:2] in (start, start[0])) for start in starts}
    first, second = (re.escape("".join(sorted({start[i] for start in starts if len(start) > 1}))) for i in (0, 1))
    alone = re.escape("".join(sorted(start for start in starts if len(start) == 1)))
    return re.compile(f"[{alone}{first}](?:(?<=[{alone}])|(?=[{second}]))"), words  # one set in front: re skips to it


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
        if zones:
            self.read(zones)
        return tuple([self._within(start, end) for _, start, end in zones])

    def _within(self, start: int, end: int) -> tuple[Cue, ...]:
        first = bisect_left(self._starts, start)
        found = self._found[first : bisect_left(self._starts, end, first)]
        return tuple([cue for cue in found if cue[1] <= end])

    def read(self, zones: Sequence[Zone]) -> None:
        """Look for cue words from the first of some zones to the last."""
        end = max([zone[2] for zone in zones])
        if end <= self._until:
            return
        start = max(min([zone[1] for zone in zones]), self._until)
        opens, words = _cue_words()
        text = self.text
        for opening in opens.finditer(text, start, min(end + 1, len(text))):  # one more, which may be the second of two
            at = opening.start()
            if at == end:
                break
            for word, concepts in words.get(text[at : at + 2]) or words.get(text[at], ()):
                if text.startswith(word, at):
                    for concept in concepts:
                        self._found.append(Cue(at, at + len(word), concept))
                        self._starts.append(at)
                    break
        self._until = end
