"""The linker over all figures of a report at once.

``Linker.link`` puts the names of a figure's features together and looks each of them up: right for training, and too slow for
reading. Here the same features are rows from the start: characters become numbers once a report, n-grams are looked up in
arrays, and the scores of many figures are one sum. A test holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise, product
from math import exp
from typing import TYPE_CHECKING

from .features import (
    BESIDE,
    GRAMS,
    LONGEST_BESIDE,
    MEASURES,
    before,
    before_features,
    concept_feature,
    heading_features,
    measure_of,
    of_which,
    rule_features,
    unit_features,
    weight_of,
)
from .grams import Grams
from .linker import Linker, allowed, default_linker
from .linking import Link
from .surroundings import Cue, Figure

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
        self._allowed = {measure: ~allowed(linker.indicators, measure) for measure in MEASURES}
        self._of_heading = lru_cache(maxsize=1024)(lambda heading: self._rows(heading_features(heading)))
        self._of_unit = lru_cache(maxsize=256)(lambda unit: self._rows(unit_features(unit)))
        self._of_rules = lru_cache(maxsize=4096)(lambda *where: self._rows(rule_features(*where)))
        self._of_cue = lru_cache(maxsize=4096)(lambda *what: names.get(concept_feature(*what)))
        self._places: dict[tuple[bool, str, bool, bool], int] = {}
        rows: list[list[list[int]]] = []
        for key in product((True, False), MEASURES, (True, False), (True, False)):
            self._places[key] = len(rows)
            rows.append([list(self._rows(before_features(indicator, *key))) for indicator in linker.indicators])
        # what the features of the figure before add, for each way in which it may stand and each indicator that it may have
        self._place_weights = numpy.array([[self._weights[found].sum(axis=0) for found in of_place] for of_place in rows])
        self._place_squares = numpy.array([[self._squares[found].sum() for found in of_place] for of_place in rows])

    def link(self, text: str, figures: Sequence[Figure], headings: Sequence[str]) -> list[Link]:
        """The link of each figure of a text, as ``Linker.link`` gives it one after the other.

        Args:
            text: the repaired text, in whose offsets the figures are.
            figures: all of them, in order of place.
            headings: the heading above each.
        Complexity: linear in the text and in the figures.
        """
        numbered = self._grams.numbered(text)
        links: list[Link] = []
        last = 0
        for start in range(0, len(figures), AT_ONCE):
            some = figures[start : start + AT_ONCE]
            found, last = self._link(text, numbered, some, headings[start : start + AT_ONCE], figures[start - 1] if start else None, last)
            links += found
        return links

    def _link(
        self, text: str, numbered: Sequence[NDArray[numpy.int32]], figures: Sequence[Figure], headings: Sequence[str], earlier: Figure | None, last: int
    ) -> tuple[list[Link], int]:
        """The links of some figures, and the number of the last one's indicator; ``last`` is that of the figure ``earlier``."""
        import numpy

        cues = [self._cues(figure) for figure in figures]
        sums, squares = self._sums(text, numbered, figures, headings, cues)
        scores, best = self._settled(figures, sums, squares, self._places_of(figures, earlier), last)
        every = numpy.arange(len(figures))
        highest = scores[every, best]
        scores[every, best] = -numpy.inf
        second = scores.argmax(axis=1)
        model = self._linker
        margins = (highest - scores[every, second]).tolist()
        words = self._words(text, cues, best, second)
        links = [
            Link(model.indicators[i] or None, cue, 1.0 / (1.0 + exp(-(model.slope * margin + model.offset))))
            for i, cue, margin in zip(best.tolist(), words, margins, strict=True)
        ]
        return links, int(best[-1])

    # ------------------------------------------------------------------------- what does not depend on the figure before

    def _sums(
        self, text: str, numbered: Sequence[NDArray[numpy.int32]], figures: Sequence[Figure], headings: Sequence[str], cues: Sequence[Sequence[tuple[int, Cue]]]
    ) -> tuple[NDArray[numpy.float32], NDArray[numpy.float32]]:
        """The weighted sum of each figure's features, and the sum of the squares of their weights."""
        import numpy

        places = [number for i, figure in enumerate(figures) for name, start, end in figure.zones for number in (i, _ZONES[name], start, end)]
        zones = numpy.array(places, dtype=numpy.int64).reshape(-1, 4).T
        rows = [
            [*self._single(text, figure), *self._of_heading(heading), *(row for row, _ in told)] for figure, heading, told in zip(figures, headings, cues, strict=True)
        ]
        owners = numpy.repeat(numpy.arange(len(figures)), list(map(len, rows)))
        pairs = [(owners, numpy.fromiter(chain.from_iterable(rows), dtype=numpy.int64)), *self._grams.rows(numbered, zones)]
        size = len(self._squares)
        found = numpy.sort(numpy.concatenate([owner * size + row for owner, row in pairs]))
        found = found[numpy.diff(found, prepend=-1) > 0]  # a feature counts once, however often it stands there
        owner, row = numpy.divmod(found, size)
        sums = numpy.zeros((len(figures), self._weights.shape[1]), dtype=numpy.float32)
        squares = numpy.zeros(len(figures), dtype=numpy.float32)
        starts = numpy.flatnonzero(numpy.diff(owner, prepend=-1))
        present = owner[starts]
        if len(present):
            sums[present] = numpy.add.reduceat(self._weights[row], starts, axis=0)
            squares[present] = numpy.add.reduceat(self._squares[row], starts)
        return sums, squares

    def _single(self, text: str, figure: Figure) -> list[int]:
        """The rows of a figure's unit, of what stands right beside it, and of the rules."""
        unit = figure.quantity.unit
        rows = [*self._of_unit(unit)]
        (_, start, end), (_, begin, stop) = figure.zones[:2]
        near, right = text[start:end][-LONGEST_BESIDE:], text[begin:stop][:LONGEST_BESIDE]
        before, behind = self._before, self._behind
        for size in range(1, LONGEST_BESIDE + 1):
            if (row := before.get(near[-size:])) is not None:
                rows.append(row)
            if (row := behind.get(right[:size])) is not None:
                rows.append(row)
        for name, start, end in figure.zones:
            rows += self._of_rules(unit, name, text[start:end])
        return rows

    def _rows(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(row for name in names if (row := self._linker.rows.get(name)) is not None)

    def _cues(self, figure: Figure) -> list[tuple[int, Cue]]:
        """The cue words around a figure that the model knows, with their rows."""
        measure = measure_of(figure.quantity.unit)
        return [
            (row, cue)
            for zone, cues in zip(figure.zones, figure.cues, strict=True)
            for cue in cues
            if (row := self._of_cue(zone.name, cue.concept, measure)) is not None
        ]

    def _words(self, text: str, cues: Sequence[Sequence[tuple[int, Cue]]], best: NDArray[numpy.int64], second: NDArray[numpy.int64]) -> list[str]:
        """For each figure the cue word whose weight for the best indicator over the second is greatest."""
        import numpy

        counts = list(map(len, cues))
        rows = numpy.fromiter((row for told in cues for row, _ in told), dtype=numpy.int64)
        weights = self._linker.weights
        gains = iter((weights[rows, numpy.repeat(best, counts)] - weights[rows, numpy.repeat(second, counts)]).tolist())
        words = []
        for told in cues:
            gain, cue = max(((next(gains), cue) for _, cue in told), key=lambda each: each[0], default=(0.0, None))
            words.append(text[cue.start : cue.end] if cue is not None and gain > 0 else "")
        return words

    # ---------------------------------------------------------------------------------------- what the figure before tells

    def _settled(
        self, figures: Sequence[Figure], sums: NDArray[numpy.float32], squares: NDArray[numpy.float32], places: NDArray[numpy.int64], last: int
    ) -> tuple[NDArray[numpy.float32], NDArray[numpy.int64]]:
        """The scores of all figures, and the number of the best indicator of each.

        A figure is scored again whenever the one before it changes. The first is settled at once, and then each by the one before
        it; most never change, so that two or three rounds settle a report.
        """
        import numpy

        barred = numpy.array([self._allowed[measure_of(figure.quantity.unit)] for figure in figures])
        scores = self._scored(sums, squares)
        scores[barred] = -numpy.inf
        best = scores.argmax(axis=1)
        open_ = numpy.flatnonzero(places >= 0)
        while len(open_):
            befores = numpy.where(open_ > 0, best[open_ - 1], last)
            at = places[open_]
            again = self._scored(sums[open_] + self._place_weights[at, befores], squares[open_] + self._place_squares[at, befores])
            again[barred[open_]] = -numpy.inf
            scores[open_] = again
            found = again.argmax(axis=1)
            moved = open_[found != best[open_]] + 1
            best[open_] = found
            open_ = moved[moved < len(figures)]
            open_ = open_[places[open_] >= 0]
        return scores, best

    def _scored(self, sums: NDArray[numpy.float32], squares: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
        import numpy

        lengths = numpy.sqrt(numpy.maximum(squares, numpy.float32(_TINY)))
        scores: NDArray[numpy.float32] = numpy.add(sums / lengths[:, None], self._linker.bias)
        return scores

    def _places_of(self, figures: Sequence[Figure], earlier: Figure | None) -> NDArray[numpy.int64]:
        """For each figure the number of how it stands to the one before it; -1 where a sentence ends between them."""
        import numpy

        first = self._place(earlier, figures[0]) if earlier is not None else -1
        return numpy.array([first, *(self._place(one, other) for one, other in pairwise(figures))], dtype=numpy.int64)

    def _place(self, one: Figure, other: Figure) -> int:
        told = before(one, "", other)
        if told is None:
            return -1
        unit = other.quantity.unit
        return self._places[told.unit == unit, measure_of(unit), told.same_clause, of_which(other)]


def _behind(letter: str, names: dict[str, int]) -> dict[str, int]:
    """The rows of the features that begin with a letter, by what stands behind it."""
    return {name[1:]: row for name, row in names.items() if name[0] == letter}


@cache
def default_scorer() -> Scorer:
    """That of the model that ships; made on first use."""
    return Scorer(default_linker())
