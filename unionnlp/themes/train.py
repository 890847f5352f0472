"""Makes a theme model from labelled sections: linear SVMs, one a theme, with calibrated probabilities.

Rule 1: what is said about the quality of a model (card, threshold, calibration) comes from sections that the scored
weights had not seen. Rule 2: the same labels give the same model, whatever their order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..records import THEMES
from .features import Features, Rows
from .model import Sigmoid, ThemeModel

__all__ = ["ThemeExample", "train"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 5
ACCURACY = 0.90
"""A label is sure when labels as probable as it were right this often."""

SECOND_WEIGHT = 0.5
"""How much a section counts for its second theme. Out-of-fold first or second theme right over corpora/themes: 0.857
when it counts against it, 0.870 when it is left out, 0.883 at a half."""

_DECIMALS = 5
"""Weights are rounded so that the last bits, in which processors differ, do not reach the file."""


class ThemeExample(NamedTuple):
    """A labelled section; ``text`` holds the heading too when there is one."""

    text: str
    theme: str
    heading: str = ""
    second_theme: str = ""


def train(rows: Iterable[Sequence[str]]) -> ThemeModel:
    """A theme model from labelled sections; see ``ThemeModel.train``."""
    examples = sorted((ThemeExample(*row) for row in rows), key=lambda row: (hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).digest(), row))
    names = {row.theme for row in examples}
    themes = (*(theme for theme in THEMES if theme in names), *sorted(names.difference(THEMES)))
    first = np.array([themes.index(row.theme) for row in examples], dtype=np.int64)
    second = np.array([themes.index(row.second_theme) if row.second_theme in names else -1 for row in examples], dtype=np.int64)
    counts = np.bincount(first, minlength=len(themes))
    if len(themes) < 2 or counts.min() < 2:
        raise ValueError("at least two themes with two examples each are needed")

    fold = _folds(first)
    scores = np.zeros((len(examples), len(themes)))
    for held_out in _masks(fold):
        fitted = _fit(examples, first, second, np.flatnonzero(~held_out), themes)
        scores[held_out] = fitted.scores([(examples[i].text, examples[i].heading) for i in np.flatnonzero(held_out)])
    # The sigmoid too is judged on what they were not fitted to.
    unseen = np.zeros_like(scores)
    for held_out in _masks(fold):
        unseen[held_out] = _sigmoid(scores[~held_out], first[~held_out]).probabilities(scores[held_out])
    threshold, coverage = _threshold(unseen, first)

    model = _fit(examples, first, second, np.arange(len(examples)), themes)
    return replace(model, sigmoid=_sigmoid(scores, first), threshold=threshold, card=_card(themes, first, second, unseen, threshold, coverage))


def _folds(first: Ints) -> Ints:
    """A fold for each example, every theme spread evenly."""
    fold = np.zeros(len(first), dtype=np.int64)
    for theme in range(int(first.max()) + 1):
        members = np.flatnonzero(first == theme)
        fold[members] = np.arange(len(members)) % min(FOLDS, len(members))
    return fold


def _masks(fold: Ints) -> Iterator[NDArray[np.bool_]]:
    for number in range(int(fold.max()) + 1):
        yield fold == number


def _fit(examples: Sequence[ThemeExample], first: Ints, second: Ints, chosen: Ints, themes: tuple[str, ...]) -> ThemeModel:
    """Weights from the chosen examples; the sigmoid is left open."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    rows = [(examples[i].text, examples[i].heading) for i in chosen]
    features = Features.fit([text for text, _ in rows], [heading for _, heading in rows])
    widths = (len(features.text.grams), len(features.heading.grams))

    def matrix(part: Rows, width: int) -> Any:
        return csr_matrix((part.values, part.columns, part.bounds), shape=(len(rows), width))

    inputs = hstack([matrix(part, width) for part, width in zip(features.transform(rows), widths, strict=True)], format="csr")
    weights = np.zeros((len(features), len(themes)))
    bias = np.zeros(len(themes))
    for theme in range(len(themes)):
        also = second[chosen] == theme
        target = (first[chosen] == theme) | also
        importance = np.where(also, SECOND_WEIGHT, 1.0)
        svm = LinearSVC(C=1.0, random_state=0, tol=1e-5, max_iter=10_000).fit(inputs, target, sample_weight=importance)
        weights[:, theme] = svm.coef_[0]
        bias[theme] = svm.intercept_[0]
    return ThemeModel(themes, features, np.round(weights, _DECIMALS).astype(np.float32), np.round(bias, _DECIMALS), Sigmoid(1.0, 0.0), 1.0)


def _sigmoid(scores: Floats, first: Ints) -> Sigmoid:
    """The sigmoid for scores of examples that the weights had not seen, shape (examples, themes)."""
    right = np.zeros(scores.shape, dtype=bool)
    right[np.arange(len(first)), first] = True
    slope, offset = _platt(scores.ravel(), right.ravel())
    tried = [Sigmoid(slope, offset, sharpness / 100) for sharpness in range(50, 301)]
    return min(tried, key=lambda sigmoid: -float(np.sum(np.log(np.maximum(sigmoid.probabilities(scores)[right], 1e-300)))))


def _platt(scores: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset of the log odds as a function of the score.

    Targets are pulled in by Laplace's rule, as Platt did, so that separable scores do not give infinite slopes.

    Source: Platt 1999; the Newton steps with backtracking are those of Lin, Lin & Weng 2007, "A note on Platt's
        probabilistic outputs for support vector machines".
    """
    yes, no = int(right.sum()), int((~right).sum())
    target = np.where(right, (yes + 1.0) / (yes + 2.0), 1.0 / (no + 2.0))

    def loss(slope: float, offset: float) -> float:
        odds = slope * scores + offset
        return float(np.sum(np.logaddexp(0.0, odds) - target * odds))

    slope, offset = 0.0, float(np.log((yes + 1.0) / (no + 1.0)))
    at = loss(slope, offset)
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-(slope * scores + offset)))
        gradient = np.array([np.sum((p - target) * scores), np.sum(p - target)])
        if np.abs(gradient).max() < 1e-8:
            break
        w = p * (1.0 - p)
        cross = np.sum(w * scores)
        hessian = np.array([[np.sum(w * scores * scores) + 1e-12, cross], [cross, np.sum(w) + 1e-12]])
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while size > 1e-10:
            tried = loss(slope - size * step[0], offset - size * step[1])
            if tried < at + 1e-4 * size * float(-gradient @ step):
                break
            size /= 2.0
        else:
            break
        slope, offset, at = slope - size * float(step[0]), offset - size * float(step[1]), tried
    return round(slope, _DECIMALS), round(offset, _DECIMALS)


def _threshold(probabilities: Floats, first: Ints) -> tuple[float, float]:
    """The least probability from which labels are right with ``ACCURACY``, and the share of labels that reach it."""
    best = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == first
    order = np.argsort(-best, kind="stable")
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(accuracy >= ACCURACY)
    if not len(good):
        return 1.01, 0.0  # never
    return float(np.floor(best[order[good[-1]]] * 1e4) / 1e4), float((good[-1] + 1) / len(order))


def calibration_error(probabilities: Floats, first: Ints, bins: int = 10) -> float:
    """How far the probability of the first choice is from how often it is right: the mean over equal bins, 0..1.

    Source: expected calibration error, Naeini et al. 2015.
    """
    best = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == first
    within = np.minimum((best * bins).astype(np.int64), bins - 1)
    return float(sum(abs(best[within == b].sum() - right[within == b].sum()) for b in range(bins)) / len(first))


def _card(themes: tuple[str, ...], first: Ints, second: Ints, probabilities: Floats, threshold: float, coverage: float) -> dict[str, Any]:
    """What the model was made from and how it did on sections that it had not seen."""
    best = probabilities.argmax(axis=1)
    sure = probabilities.max(axis=1) >= threshold
    two = np.argsort(-probabilities, axis=1, kind="stable")[:, :2]
    by_theme = {}
    for theme, name in enumerate(themes):
        hit = int(np.sum((best == theme) & (first == theme)))
        given, there = int(np.sum(best == theme)), int(np.sum(first == theme))
        by_theme[name] = {"sections": there, "precision": _rounded(hit / max(1, given)), "recall": _rounded(hit / there)}
    return {
        "sections": len(first),
        "sections_with_second_theme": int(np.sum(second >= 0)),
        "folds": FOLDS,
        "first_choice": _rounded(np.mean(best == first)),
        "first_or_second_theme": _rounded(np.mean((best == first) | (best == second))),
        "theme_among_top_two": _rounded(np.mean((two == first[:, None]).any(axis=1))),
        "calibration_error": _rounded(calibration_error(probabilities, first)),
        "sure": {
            "stated_accuracy": ACCURACY,
            "threshold": threshold,
            "coverage": _rounded(coverage),
            "accuracy": _rounded(np.mean(best[sure] == first[sure])) if sure.any() else None,
        },
        "themes": by_theme,
    }


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
