"""The linear model that decides what a figure counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arrays import read_arrays, write_arrays
from ..lexicon import data_file, load_table
from .features import Before, Features, concept_feature, features, measure_of
from .linking import Link
from .surroundings import Figure

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

__all__ = ["FORMAT", "Linker", "allowed", "default_linker"]

FORMAT = 1
"""Of the .npz; a file with another number is refused."""

_SEPARATOR = "\x1f"
_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Linker:
    """Weights of features by indicator, and how sure a margin makes.

    Attributes:
        indicators: the classes; "" stands for none.
        rows: the row of ``weights`` of each feature.
        weights: float32 array (features, indicators).
        bias: float32 array (indicators,).
        slope, offset: the log odds that the best indicator is right, as a function of its margin over the second.
        card: what the model was made from and how it did on texts that it had not seen.
    """

    indicators: tuple[str, ...]
    rows: dict[str, int]
    weights: NDArray[numpy.float32]
    bias: NDArray[numpy.float32]
    slope: float
    offset: float
    card: dict[str, Any]

    def link(self, text: str, figure: Figure, heading: Features, earlier: Before | None) -> Link:
        """The indicator of a figure, with the cue word that spoke most for it.

        Args:
            text: the repaired text, in whose offsets the figure is.
            heading: the features of the heading above it.
            earlier: the figure before it in its sentence.
        """
        best, second, margin = self._best(text, figure, heading, earlier)
        confidence = 1.0 / (1.0 + exp(-(self.slope * margin + self.offset)))
        return Link(self.indicators[best] or None, self._cue(text, figure, best, second), confidence)

    def decide(self, text: str, figure: Figure, heading: Features, earlier: Before | None) -> tuple[str, str, float]:
        """The best indicator, the second, and the margin between their scores."""
        best, second, margin = self._best(text, figure, heading, earlier)
        return self.indicators[best], self.indicators[second], margin

    def _best(self, text: str, figure: Figure, heading: Features, earlier: Before | None) -> tuple[int, int, float]:
        scores = self.scores(features(text, figure, earlier) | heading)
        scores[~allowed(self.indicators, measure_of(figure.quantity.unit))] = _NEVER
        second, best = (int(i) for i in scores.argsort()[-2:])
        return best, second, float(scores[best] - scores[second])

    def scores(self, found: Features) -> NDArray[numpy.float32]:
        """The score of each indicator for the features of a figure; those that the model knows are brought to length one."""
        import numpy

        rows, known = [], []
        for name, weight in found.items():
            row = self.rows.get(name)
            if row is not None:
                rows.append(row)
                known.append(weight)
        if not rows:
            return self.bias.copy()
        weights = numpy.array(known, dtype=numpy.float32)
        scores: NDArray[numpy.float32] = weights @ self.weights[rows] / numpy.sqrt(weights @ weights) + self.bias
        return scores

    def _cue(self, text: str, figure: Figure, best: int, second: int) -> str:
        """The cue word whose weight for the best indicator over the second is greatest; "" when none speaks for it."""
        measure = measure_of(figure.quantity.unit)
        told = ((self._gain(concept_feature(zone.name, cue.concept, measure), best, second), cue) for zone, cues in zip(figure.zones, figure.cues, strict=True) for cue in cues)
        gain, cue = max(told, key=lambda each: each[0], default=(0.0, None))
        return text[cue.start : cue.end] if cue is not None and gain > 0 else ""

    def _gain(self, feature: str, best: int, second: int) -> float:
        row = self.rows.get(feature)
        return float(self.weights[row, best] - self.weights[row, second]) if row is not None else 0.0

    def save(self, path: str | Path) -> None:
        """Write the model as an .npz without pickle; the same model gives the same bytes. Weights are kept in half precision."""
        import numpy

        write_arrays(
            path,
            FORMAT,
            {
                "indicators": numpy.array(self.indicators),
                "card": numpy.array([json.dumps(self.card, ensure_ascii=False)]),
                "features": numpy.frombuffer(_SEPARATOR.join(self.rows).encode("utf-8", "surrogatepass"), dtype=numpy.uint8),
                "weights": self.weights.astype(numpy.float16),
                "bias": self.bias,
                "sigmoid": numpy.array([self.slope, self.offset]),
            },
        )

    @classmethod
    def load(cls, path: str | Path | Traversable) -> Linker:
        """Read a model that ``save`` wrote.

        Raises:
            ValueError: the file is no model, was written in another format, or holds pickled objects.
        """
        import numpy

        arrays = read_arrays(path, FORMAT, "linker")
        names = arrays["features"].tobytes().decode("utf-8", "surrogatepass").split(_SEPARATOR)
        return cls(
            tuple(arrays["indicators"].tolist()),
            {name: row for row, name in enumerate(names)},
            arrays["weights"].astype(numpy.float32),
            arrays["bias"],
            float(arrays["sigmoid"][0]),
            float(arrays["sigmoid"][1]),
            json.loads(str(arrays["card"][0])),
        )


@cache
def allowed(indicators: tuple[str, ...], measure: str) -> NDArray[numpy.bool_]:
    """Which indicators a measure allows: 人 is never 慰问金, 元 never 慰问人次; a figure of any measure may have none."""
    import numpy

    of = {row["indicator"]: row["measure"] for row in load_table("indicators", ("indicator", "measure", "meaning", "example"))}
    kind = measure if measure in ("money", "rate") else "count"
    return numpy.array([of.get(name, kind) == kind for name in indicators])


@cache
def default_linker() -> Linker:
    """The model that ships with the library; read on first use."""
    return Linker.load(data_file("linker_model.npz"))
