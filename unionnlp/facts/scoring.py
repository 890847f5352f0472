"""The linker over all figures of a report at once.

``Linker.link`` puts the names of a figure's features together and looks each of them up: right for training, and too slow for
reading. Here the same features are rows from the start: characters become numbers once a report, n-grams are looked up in
arrays, and the scores of many figures are one sum. A test holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain, product
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from .codes import changes
from .features import (
    BESIDE,
    GRAMS,
    LONGEST_BESIDE,
    MEASURES,
    OF_WHICH,
    before,
    before_features,
    concept_feature,
    heading_features,
    measure_of,
    rule_features,
    unit_features,
    weight_of,
)
from .grams import Grams
from .linker import Linker, allowed, default_linker
from .linking import Link
from .surroundings import Cues, Figure, cue_concepts

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["Scorer", "default_scorer"]

AT_ONCE = 256
"""Figures scored together; some 5 MB."""

_TINY = 1e-12
"""In place of the length of a figure that has no known feature, whose sum is 0."""

_ZONES = {zone: i for i, zone in enumerate(GRAMS)}


class Scorer:
    """A linker made ready for many figures.

    Args:
        linker: the model.
    """

    def __init__(self, linker: Linker) -> None:
        import numpy

        self._linker = linker
        names = linker.rows
        told = numpy.array([weight_of(name) for name in names], dtype=numpy.float32)
        self._weights = linker.weights * told[:, None]
        self._squares = told * told
        self._grams = Grams([_behind(letter, names) for letter, _, _ in GRAMS.values()])
        self._before, self._behind = (_behind(letter, names) for letter in BESIDE)
        self._barred = numpy.array([~allowed(linker.indicators, measure) for measure in MEASURES])
        self._of_heading = lru_cache(maxsize=1024)(lambda heading: self._rows(heading_features(heading)))
        self._of_unit = lru_cache(maxsize=256)(lambda unit: (_MEASURES[measure_of(unit)], self._rows(unit_features(unit))))
        self._of_rules = lru_cache(maxsize=4096)(lambda *where: self._rows(rule_features(*where)))
        self._right_before, self._right_behind = (lru_cache(maxsize=4096)(found) for found in (self._ends_of, self._begins_of))
        concepts = cue_concepts()
        # the row of a cue word by its zone, its concept and the measure; -1 where the model knows none
        self._cue_rows = numpy.array([[[names.get(concept_feature(zone, concept, m), -1) for m in MEASURES] for concept in concepts] for zone in GRAMS])
        self._of_which = concepts.index(OF_WHICH)
        # what the features of the figure before add, for each way in which it may stand and each indicator that it may have
        rows = [[self._rows(before_features(indicator, *way)) for indicator in linker.indicators] for way in _WAYS]
        self._way_weights = numpy.array([[self._weights[list(found)].sum(axis=0) for found in of_way] for of_way in rows])
        self._way_squares = numpy.array([[self._squares[list(found)].sum() for found in of_way] for of_way in rows])

    def link(self, text: str, figures: Sequence[Figure], headings: Sequence[str]) -> list[Link]:
        """The link of each figure of a text, as ``Linker.link`` gives it one after the other.

        Args:
            text: the repaired text, in whose offsets the figures are.
            figures: all of them, in order of place.
            headings: the heading above each.
        Complexity: linear in the text and in the figures.
        """
        links: list[Link] = []
        last = 0
        for start in range(0, len(figures), AT_ONCE):
            some = figures[start : start + AT_ONCE]
            found, last = self._link(text, some, headings[start : start + AT_ONCE], figures[start - 1] if start else None, last)
            links += found
        return links

    def _link(self, text: str, figures: Sequence[Figure], headings: Sequence[str], earlier: Figure | None, last: int) -> tuple[list[Link], int]:
        """The links of some figures, and the number of the last one's indicator; ``last`` is that of the figure ``earlier``."""
        import numpy

        around = self._around(figures)
        sums, squares = self._sums(text, figures, headings, around)
        scores, best = self._settled(around.measures, sums, squares, self._ways_of(figures, around, earlier), last)
        every = numpy.arange(len(figures))
        highest = scores[every, best]
        scores[every, best] = -numpy.inf
        second = scores.argmax(axis=1)
        model = self._linker
        margins = (highest - scores[every, second]).tolist()
        words = self._words(figures[0].words, around, best, second)
        links = [
            Link(model.indicators[i] or None, cue, 1.0 / (1.0 + exp(-(model.slope * margin + model.offset))))
            for i, cue, margin in zip(best.tolist(), words, margins, strict=True)
        ]
        return links, int(best[-1])

    # ------------------------------------------------------------------------- what does not depend on the figure before

    def _around(self, figures: Sequence[Figure]) -> _Around:
        """The figures' surroundings in arrays."""
        import numpy

        measures = numpy.array([self._of_unit(figure.quantity.unit)[0] for figure in figures])
        places = [number for i, figure in enumerate(figures) for name, start, end in figure.zones for number in (i, _ZONES[name], start, end)]
        zones = numpy.ascontiguousarray(numpy.array(places, dtype=numpy.int64).reshape(-1, 4).T)
        words = figures[0].words
        zone, cues = words.inside(zones[2], zones[3])
        owners, kinds, concepts = zones[0].take(zone), zones[1].take(zone), words.found[2].take(cues)
        rows = self._cue_rows[kinds, concepts, measures.take(owners)]
        parts = numpy.zeros(len(figures), dtype=bool)
        parts[owners[(concepts == self._of_which) & (kinds == 0)]] = True
        known = numpy.flatnonzero(rows >= 0)
        return _Around(measures, zones, parts, owners.take(known), rows.take(known), cues.take(known))

    def _sums(self, text: str, figures: Sequence[Figure], headings: Sequence[str], around: _Around) -> tuple[NDArray[numpy.float32], NDArray[numpy.float32]]:
        """The weighted sum of each figure's features, and the sum of the squares of their weights."""
        import numpy

        rows = [[*self._single(text, figure), *self._of_heading(heading)] for figure, heading in zip(figures, headings, strict=True)]
        owners = numpy.repeat(numpy.arange(len(figures)), list(map(len, rows)))
        bits = len(self._squares).bit_length()
        found = [owners << bits | numpy.array(list(chain.from_iterable(rows)), dtype=numpy.int64), around.owners << bits | around.rows]
        found += [owner << bits | row for owner, row in self._grams.rows(text, around.zones)]
        every = numpy.sort(numpy.concatenate(found))
        every = every.take(changes(every))  # a feature counts once, however often it stands there
        owner, row = every >> bits, every & ((1 << bits) - 1)
        sums = numpy.zeros((len(figures), self._weights.shape[1]), dtype=numpy.float32)
        squares = numpy.zeros(len(figures), dtype=numpy.float32)
        starts = changes(owner)
        present = owner[starts]
        if len(present):
            sums[present] = numpy.add.reduceat(self._weights.take(row, axis=0), starts, axis=0)
            squares[present] = numpy.add.reduceat(self._squares.take(row), starts)
        return sums, squares

    def _single(self, text: str, figure: Figure) -> list[int]:
        """The rows of a figure's unit, of what stands right beside it, and of the rules."""
        unit = figure.quantity.unit
        (_, start, end), (_, begin, stop) = figure.zones[:2]
        rows = [*self._of_unit(unit)[1], *self._right_before(text[max(start, end - LONGEST_BESIDE) : end]), *self._right_behind(text[begin : min(stop, begin + LONGEST_BESIDE)])]
        for name, start, end in figure.zones:
            rows += self._of_rules(unit, name, text[start:end])
        return rows

    def _ends_of(self, words: str) -> list[int]:
        """The rows of what ends with some words."""
        return [row for size in range(1, LONGEST_BESIDE + 1) if (row := self._before.get(words[-size:])) is not None]

    def _begins_of(self, words: str) -> list[int]:
        """The rows of what begins with some words."""
        return [row for size in range(1, LONGEST_BESIDE + 1) if (row := self._behind.get(words[:size])) is not None]

    def _rows(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple([row for name in names if (row := self._linker.rows.get(name)) is not None])

    def _words(self, cues: Cues, around: _Around, best: NDArray[numpy.int64], second: NDArray[numpy.int64]) -> list[str]:
        """For each figure the first cue word whose weight for the best indicator over the second is greatest; "" where none speaks for it."""
        owners, weights = around.owners, self._linker.weights
        gains = weights[around.rows, best.take(owners)] - weights[around.rows, second.take(owners)]
        greatest, chosen = [0.0] * len(best), [-1] * len(best)
        for owner, gain, cue in zip(owners.tolist(), gains.tolist(), around.cues.tolist(), strict=True):
            if gain > greatest[owner]:
                greatest[owner], chosen[owner] = gain, cue
        starts, ends, _ = cues.found
        return [cues.text[starts[cue] : ends[cue]] if cue >= 0 else "" for cue in chosen]

    # ---------------------------------------------------------------------------------------- what the figure before tells

    def _settled(
        self, measures: NDArray[numpy.int64], sums: NDArray[numpy.float32], squares: NDArray[numpy.float32], ways: NDArray[numpy.int64], last: int
    ) -> tuple[NDArray[numpy.float32], NDArray[numpy.int64]]:
        """The scores of all figures, and the number of the best indicator of each.

        A figure is scored again whenever the one before it changes. The first is settled at once, and then each by the one before
        it; most never change, so that two or three rounds settle a report.
        """
        import numpy

        barred = self._barred.take(measures, axis=0)
        scores = self._scored(sums, squares)
        scores[barred] = -numpy.inf
        best = scores.argmax(axis=1)
        open_ = numpy.flatnonzero(ways >= 0)
        while len(open_):
            befores = numpy.where(open_ > 0, best[open_ - 1], last)
            at = ways[open_]
            again = self._scored(sums[open_] + self._way_weights[at, befores], squares[open_] + self._way_squares[at, befores])
            again[barred[open_]] = -numpy.inf
            scores[open_] = again
            found = again.argmax(axis=1)
            moved = open_[found != best[open_]] + 1
            best[open_] = found
            open_ = moved[moved < len(ways)]
            open_ = open_[ways[open_] >= 0]
        return scores, best

    def _scored(self, sums: NDArray[numpy.float32], squares: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
        import numpy

        lengths = numpy.sqrt(numpy.maximum(squares, numpy.float32(_TINY)))
        scores: NDArray[numpy.float32] = numpy.add(sums / lengths[:, None], self._linker.bias)
        return scores

    def _ways_of(self, figures: Sequence[Figure], around: _Around, earlier: Figure | None) -> NDArray[numpy.int64]:
        """For each figure the number of the way in which it stands to the one before it; -1 where a sentence ends between them."""
        import numpy

        befores = [earlier, *figures[:-1]]
        told = zip(befores, figures, around.measures.tolist(), around.parts.tolist(), strict=True)
        return numpy.array([_way(one, other, measure, of_which) if one is not None else -1 for one, other, measure, of_which in told], dtype=numpy.int64)


class _Around(NamedTuple):
    """What stands around some figures.

    Attributes:
        measures: of each the number of its measure.
        zones: array (4, n), of each zone whose it is, its kind, where it begins and ends.
        parts: of each whether the words before it make it a part of another one (其中).
        owners, rows, cues: of each cue word that the model knows whose it is, its row, and its number among the cue words of the text.
    """

    measures: NDArray[numpy.int64]
    zones: NDArray[numpy.int64]
    parts: NDArray[numpy.bool_]
    owners: NDArray[numpy.int64]
    rows: NDArray[numpy.int64]
    cues: NDArray[numpy.int64]


def _way(one: Figure, other: Figure, measure: int, of_which: bool) -> int:
    """The number in ``_WAYS`` of how a figure stands to the one before it."""
    told = before(one, "", other)
    if told is None:
        return -1
    return _NUMBERS[told.unit == other.quantity.unit, MEASURES[measure], told.same_clause, of_which]


_WAYS = tuple(product((True, False), MEASURES, (True, False), (True, False)))
"""How a figure may stand to the one before it: of one unit, its measure, in one clause, as a part of it."""

_NUMBERS = {way: number for number, way in enumerate(_WAYS)}
_MEASURES = {measure: number for number, measure in enumerate(MEASURES)}


def _behind(letter: str, names: dict[str, int]) -> dict[str, int]:
    """The rows of the features that begin with a letter, by what stands behind it."""
    return {name[1:]: row for name, row in names.items() if name[0] == letter}


@cache
def default_scorer() -> Scorer:
    """That of the model that ships; made on first use."""
    return Scorer(default_linker())
