"""What stands around a figure, zone by zone, and the cue words in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..lexicon import load_table
from ..records import Quantity
from .codes import runs
from .context import Context
from .trie import Trie

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["Cue", "Cues", "Figure", "Zone", "concepts_in", "cue_concepts", "figures"]

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
    begins; ``words`` are the cue words of its text.
    """

    quantity: Quantity
    left: int
    right: int
    sentence: int
    zones: tuple[Zone, ...]
    words: Cues

    @property
    def cues(self) -> tuple[tuple[Cue, ...], ...]:
        """The cue words of each zone."""
        return self.words.in_zones(self.zones)


def figures(context: Context, quantities: Sequence[Quantity]) -> list[Figure]:
    """The quantities of a text, each with what stands around it.

    Args:
        quantities: in offsets of the context's text, in order of place.
    """
    stretches: list[tuple[int, int]] = []
    words = Cues(context.text, stretches)
    found: list[Figure] = []
    before, clause, sentence, read = -1, -1, 0, 0
    above = tuple[Zone, ...]()
    following = [*(quantity.start for quantity in quantities[1:]), len(context.text)]
    for quantity, most in zip(quantities, following, strict=False):
        left, right = context.clause(quantity.start, quantity.end)
        right = min(right, most)
        number = context.clause_number(quantity.start)
        if number != clause:
            sentence = context.sentence_start(quantity.start)
        zones = beside = _beside(quantity, left, right, before)
        if number != clause:  # figures of one clause share what stands before it
            clause, above = number, _above(context, number, sentence)
            zones = beside + above
        end = max([zone[2] for zone in zones])
        if end > read:  # no character is looked at twice
            stretches.append((max(min([zone[1] for zone in zones]), read), end))
            read = end
        found.append(Figure(quantity, left, right, sentence, beside + above, words))
        before = quantity.end
    return found


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
def _concepts_of() -> dict[str, list[int]]:
    """Of each cue word the numbers of its concepts."""
    concepts: dict[str, list[int]] = {}
    for number, row in enumerate(load_table("cue_words", ("concept", "words", "source"))):
        for word in row["words"].split("|"):
            concepts.setdefault(word, []).append(number)
    return concepts


class _CueWords(NamedTuple):
    """The cue words; of each its length, and where in ``concepts`` the numbers of its own begin and how many they are."""

    words: Trie
    lengths: NDArray[numpy.int64]
    firsts: NDArray[numpy.int64]
    counts: NDArray[numpy.int64]
    concepts: NDArray[numpy.int64]


@cache
def _cue_words() -> _CueWords:
    import numpy

    concepts = _concepts_of()
    counts = numpy.array(list(map(len, concepts.values())))
    return _CueWords(Trie(concepts), numpy.array(list(map(len, concepts))), numpy.cumsum(counts) - counts, counts, numpy.array([number for of in concepts.values() for number in of]))


@cache
def cue_concepts() -> tuple[str, ...]:
    """What cue words speak of; a concept is known by its number here."""
    return tuple([row["concept"] for row in load_table("cue_words", ("concept", "words", "source"))])


@cache
def _sizes() -> dict[str, tuple[int, ...]]:
    """How long the cue words are that begin with a character, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in _concepts_of():
        sizes.setdefault(word[0], set()).add(len(word))
    return {char: tuple(sorted(found, reverse=True)) for char, found in sizes.items()}


def concepts_in(words: str) -> list[str]:
    """What a few words speak of, such as those of a heading: as ``Cues`` finds it, which pays for a whole text.

    Example:
        >>> concepts_in("走访慰问困难职工") == [cue.concept for cue in Cues("走访慰问困难职工").in_zones([Zone("near", 0, 8)])[0]]
        True
    """
    concepts, sizes, names = _concepts_of(), _sizes(), cue_concepts()
    found: list[int] = []
    for i, char in enumerate(words):
        for size in sizes.get(char, ()):
            if (numbers := concepts.get(words[i : i + size])) is not None:
                found += numbers
                break
    return [names[number] for number in found]


class Cues:
    """The cue words of a text: of those at one place the longest, once for each of its concepts.

    Args:
        stretches: in order of place, those in which words are looked for; the whole text unless given.
    """

    __slots__ = ("_found", "_stretches", "text")

    def __init__(self, text: str, stretches: Sequence[tuple[int, int]] | None = None) -> None:
        self.text = text
        self._stretches = [(0, len(text))] if stretches is None else stretches
        self._found: NDArray[numpy.int64] | None = None

    @property
    def found(self) -> NDArray[numpy.int64]:
        """All of them in order, array (3, n): where each begins and ends, and the number of its concept; looked for once."""
        if self._found is None:
            self._found = self._look()
        return self._found

    def _look(self) -> NDArray[numpy.int64]:
        import numpy

        table = _cue_words()
        begins, ends = numpy.array(self._stretches, dtype=numpy.int64).reshape(-1, 2).T
        places, words = table.words.longest(self.text, runs(begins, ends - begins)[1])
        of, told = runs(table.firsts.take(words), table.counts.take(words))
        starts = places.take(of)
        return numpy.array((starts, starts + table.lengths.take(words.take(of)), table.concepts.take(told)))

    def inside(self, starts: NDArray[numpy.int64], ends: NDArray[numpy.int64]) -> tuple[NDArray[numpy.int64], NDArray[numpy.int64]]:
        """The cue words that lie inside stretches of the text.

        Args:
            starts, ends: of n stretches.
        Returns:
            Two arrays: the number of a stretch, and that of a cue word inside it; in the order of the stretches, then of place.
        """
        import numpy

        begins, stops, _ = self.found
        first = begins.searchsorted(starts)
        stretch, cue = runs(first, numpy.maximum(begins.searchsorted(ends) - first, 0))
        kept = numpy.flatnonzero(stops.take(cue) <= ends.take(stretch))
        return stretch.take(kept), cue.take(kept)

    def in_zones(self, zones: Sequence[Zone]) -> tuple[tuple[Cue, ...], ...]:
        """The cue words that lie inside each zone, in order of place."""
        import numpy

        found: list[list[Cue]] = [[] for _ in zones]
        places = numpy.array([zone[1:] for zone in zones], dtype=numpy.int64).reshape(-1, 2).T
        names = cue_concepts()
        for zone, cue in zip(*(of.tolist() for of in self.inside(*places)), strict=True):
            start, end, concept = self.found[:, cue].tolist()
            found[zone].append(Cue(start, end, names[concept]))
        return tuple(map(tuple, found))
