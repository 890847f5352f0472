"""Which theme a section has: linear scores over characters, calibrated, with the sentences that speak for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import read_arrays, write_arrays
from ..lexicon import data_file
from ..records import Evidence, ThemeLabel
from ..structure.script import look_traditional, simplified
from ..structure.sentences import sentences
from .audiences import audiences_of_many
from .features import Features, Folded, Occurrences, Rows, Vectorizer

__all__ = ["Sigmoid", "ThemeModel", "classify", "classify_many", "default_model"]

Floats = NDArray[np.float64]

FORMAT = 1
"""Of the .npz; a file with another number is refused."""

_BATCH_CHARACTERS = 16_000
"""Texts are taken together up to this many characters: from 8,000 to a million the speed differs by a seventh at most
(tests/benchmarks/bench_themes.py), but the memory grows with it, 140 bytes a character."""

_PROMISED = 0.8
"""Probability from which on a heading alone promises a theme."""

_MOST_EVIDENCE = 3
_REST = "其他"  # the theme of what says nothing, where the model knows it


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """From scores to probabilities: one sigmoid for every theme, raised to a power, divided by the sum.

    One for all, because a sigmoid a theme (30 numbers from 540 sections) learns how the labelled texts are written: it
    gained 4 points on them and lost 20 on real reports, whose longer sections have lower scores throughout. The power
    makes up for the sum over themes, which holds every probability down (calibration error 11 points without, 4 with).
    """

    slope: float
    offset: float
    sharpness: float = 1.0

    def probabilities(self, scores: Floats) -> Floats:
        """Probabilities of raw scores, shape (rows, themes); each row adds up to 1."""
        logs = -np.logaddexp(0.0, -(self.slope * scores + self.offset)) * self.sharpness
        parts = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(parts / parts.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, eq=False)
class ThemeModel:
    """A trained classifier; ``ThemeModel.train(rows)`` makes one, for any set of themes.

    ``weights`` has shape (features, themes), the text's features above those of the heading, ``bias`` shape (themes,);
    the score of a theme is ``features @ weights + bias``. ``sigmoid`` makes probabilities of scores. ``threshold`` is the
    probability from which a label is sure; ``card`` says what the model was made from and how good it was found to be.

    Example:
        >>> model = default_model()
        >>> model.themes[:2], model.classify("举办职工篮球赛和歌咏比赛。").theme
        (('组织建设', '权益维护'), '文体活动')
    """

    themes: tuple[str, ...]
    features: Features
    weights: NDArray[np.float32]
    bias: Floats
    sigmoid: Sigmoid
    threshold: float
    card: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def train(cls, rows: Iterable[Sequence[str]]) -> ThemeModel:
        """A model from labelled sections.

        Args:
            rows: (text, theme), (text, theme, heading) or (text, theme, heading, second_theme); see ``ThemeExample``.

        Returns:
            A model whose probabilities are calibrated on sections held out in turn.

        Raises:
            ValueError: fewer than two themes, or a theme with fewer than two examples.

        Complexity: linear in the characters; 540 sections take 5 s.

        Example:
            >>> rows = [("签订集体合同三份", "权益维护"), ("调解劳动争议两件", "权益维护"), ("举办篮球比赛", "文体活动"), ("举办歌咏比赛", "文体活动")]
            >>> ThemeModel.train(rows).classify("举办乒乓球比赛").theme
            '文体活动'
        """
        from .train import train

        return train(rows)

    # ------------------------------------------------------------------------------------------------- prediction

    def scores(self, rows: Sequence[tuple[str, str]]) -> Floats:
        """The raw scores of sections.

        Args:
            rows: (text, heading) pairs as ``classify`` takes them, in simplified characters.

        Returns:
            Shape (rows, themes), in the order of ``themes``.
        """
        texts, headings = self.features.transform(rows)
        return self._scores(texts, headings)

    def classify(self, text: str, heading: str = "") -> ThemeLabel:
        """The theme of one section.

        Args:
            text, heading: as ``unionnlp.classify`` takes them.

        Returns:
            A label, as ``unionnlp.classify`` gives it.
        """
        return self.classify_many([(text, heading)])[0]

    def classify_many(self, rows: Iterable[tuple[str, str]]) -> tuple[ThemeLabel, ...]:
        """The themes of many sections.

        Args:
            rows: (text, heading) pairs; they are read in batches, so that an iterator of any length will do.

        Returns:
            One label a row, in order.
        """
        return tuple(label for batch in _batches(rows) for label in self._in_any_script(batch))

    def _in_any_script(self, rows: Sequence[tuple[str, str]]) -> Iterator[ThemeLabel]:
        """The labels of a batch, texts in traditional characters read as simplified ones of the same length."""
        traditional = look_traditional([_joined(text, heading) for text, heading in rows])
        simple = [_simplified(*row) if found else row for row, found in zip(rows, traditional, strict=True)]
        for (text, _), (read, _), label in zip(rows, simple, self._label(simple), strict=True):
            if read == text:
                yield label
            else:
                yield replace(label, evidence=tuple(replace(e, quote=text[e.start : e.end]) for e in label.evidence))

    def _scores(self, texts: Rows, headings: Rows) -> Floats:
        split = len(self.features.text.grams)
        return texts @ self.weights[:split] + headings @ self.weights[split:] + self.bias

    def _label(self, rows: Sequence[tuple[str, str]]) -> Iterator[ThemeLabel]:
        """The labels of a batch that is folded and weighed at once."""
        texts, headings = [text for text, _ in rows], [heading for _, heading in rows]
        number = len(rows)
        folded, weighed, found = self.features.weigh(texts, headings)  # a heading is read as a text too: what it promises by itself
        of_texts, as_texts, of_headings = (weighed @ self.weights).reshape(3, number, -1)
        scores = np.concatenate([of_texts + of_headings, as_texts + of_headings]) + self.bias
        probabilities, of_heading = self.sigmoid.probabilities(scores).reshape(2, number, -1)
        promised = self._promised(headings, of_heading)
        # A text without one known gram says nothing: every theme is as likely, and 其他 is named.
        known = np.diff(weighed.bounds).reshape(3, number)
        silent = known[0] + known[2] == 0
        probabilities[silent] = 1.0 / len(self.themes)
        order = np.argsort(-probabilities, axis=1, kind="stable")
        best = order[:, 0]
        if _REST in self.themes:
            best = np.where(silent, self.themes.index(_REST), best)
        evidence = self._evidence(texts, folded, found, weighed, best)
        audiences = audiences_of_many(rows)
        for i, (likely, ranked, first) in enumerate(zip(probabilities.tolist(), order.tolist(), best.tolist(), strict=True)):
            theme, probability = self.themes[first], likely[first]
            yield ThemeLabel(
                theme=theme,
                sure=probability >= self.threshold,
                probability=probability,
                ranking=((theme, probability), *((self.themes[k], likely[k]) for k in ranked if k != first)),
                evidence=evidence[i],
                audiences=audiences[i],
                heading_theme="" if promised[i] == theme else promised[i],
            )

    def _promised(self, headings: Sequence[str], probabilities: Floats) -> list[str]:
        """The theme that each heading promises by itself, given how likely each is; empty where it promises none."""
        best = probabilities.argmax(axis=1).tolist()
        return [self.themes[k] if heading and p[k] >= _PROMISED and self.themes[k] != _REST else "" for heading, k, p in zip(headings, best, probabilities.tolist(), strict=True)]

    def _evidence(self, texts: Sequence[str], folded: Folded, found: Occurrences, weighed: Rows, best: NDArray[np.int64]) -> list[tuple[Evidence, ...]]:
        """For each text the sentences that add most to the log odds of its theme.

        A gram's share of the score is divided evenly among the places where it stands, and each place belongs to the
        sentence in which it begins: the shares of all sentences add up to the text's part of the score.

        Args:
            folded: the texts, behind which other rows may stand.
        """
        theme = np.repeat(np.resize(best, folded.rows), np.diff(weighed.bounds))
        share = weighed.values / np.bincount(found.value) * self.weights[weighed.columns, theme] * self.sigmoid.slope
        bounds = [list(sentences(text)) for text in texts]
        # Each text has a slot for what stands before its first sentence, and one a sentence; all lie in one row.
        begin = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
        slots = [at + start for at, own in zip(begin.tolist(), bounds, strict=False) for start in (0, *(start for start, _ in own))]
        slot = np.cumsum(np.bincount(slots, minlength=int(begin[-1]))) - 1
        known = int(folded.bounds[len(texts)])
        by_character = np.bincount(found.at, share[found.value], minlength=len(folded.codes))[:known]
        weights = np.bincount(slot[folded.place[:known] + begin[folded.row[:known]]], by_character, minlength=len(slots)).tolist()
        labelled: list[tuple[Evidence, ...]] = []
        first = 0
        for text, own in zip(texts, bounds, strict=True):
            weight = weights[first + 1 : first + 1 + len(own)]
            first += 1 + len(own)
            strongest = sorted(range(len(own)), key=weight.__getitem__, reverse=True)[:_MOST_EVIDENCE]
            labelled.append(tuple(_quote(text, own[k], weight[k]) for k in strongest if weight[k] > 0))
        return labelled

    # ------------------------------------------------------------------------------------------------ save and load

    def save(self, path: str | Path) -> None:
        """Write the model as an .npz without pickle; the same model gives the same bytes.

        Args:
            path: the file to write.
        """
        arrays = {
            "themes": np.array(self.themes),
            "card": np.array([json.dumps(self.card, ensure_ascii=False)]),
            "text_grams": self.features.text.grams,
            "text_idf": self.features.text.idf,
            "heading_grams": self.features.heading.grams,
            "heading_idf": self.features.heading.idf,
            "heading_weight": np.array([self.features.heading_weight]),
            "weights": self.weights,
            "bias": self.bias,
            "sigmoid": np.array([self.sigmoid.slope, self.sigmoid.offset, self.sigmoid.sharpness]),
            "threshold": np.array([self.threshold]),
        }
        write_arrays(path, FORMAT, arrays)

    @classmethod
    def load(cls, path: str | Path | Traversable) -> ThemeModel:
        """Read a model that ``save`` wrote.

        Args:
            path: its file.

        Returns:
            A model that says the same as the one that was saved.

        Raises:
            ValueError: the file is no model, was written in another format, or holds pickled objects.
        """
        arrays = read_arrays(path, FORMAT, "theme model")
        return cls(
            themes=tuple(arrays["themes"].tolist()),
            features=Features(
                Vectorizer(arrays["text_grams"], arrays["text_idf"]),
                Vectorizer(arrays["heading_grams"], arrays["heading_idf"]),
                float(arrays["heading_weight"][0]),
            ),
            weights=arrays["weights"],
            bias=arrays["bias"],
            sigmoid=Sigmoid(*arrays["sigmoid"].tolist()),
            threshold=float(arrays["threshold"][0]),
            card=json.loads(str(arrays["card"][0])),
        )


def _quote(text: str, bounds: tuple[int, int], weight: float) -> Evidence:
    start, end = bounds
    return Evidence(start, end, text[start:end], weight)


def _batches(rows: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The rows in groups of about ``_BATCH_CHARACTERS`` characters."""
    batch: list[tuple[str, str]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row[0])
        if size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@cache
def default_model() -> ThemeModel:
    """The model that ships with the library; read on first use."""
    return ThemeModel.load(data_file("theme_model.npz"))


def _joined(text: str, heading: str) -> str:
    """What the script of a section is judged over: a heading alone is too short to tell."""
    return f"{heading}\n{text}"


def _simplified(text: str, heading: str) -> tuple[str, str]:
    """A section in simplified characters."""
    both = simplified(_joined(text, heading))
    return both[len(heading) + 1 :], both[: len(heading)]


def classify(text: str, heading: str = "") -> ThemeLabel:
    """The theme of a section.

    Args:
        text: the whole section, heading included when it has one.
        heading: the words of the heading alone; they count beside the text with less weight, so that the body wins
            where the two disagree.

    Returns:
        A label whose ``theme`` is always the best guess. ``sure`` says that the probability clears the threshold from
        which the model was right nine times in ten on sections that it had not seen; offsets of the evidence are in
        ``text``.

    Complexity: O(n log n) in the characters; many sections are much faster through ``classify_many``.

    Source: character n-gram TF-IDF and linear SVM (Joachims 1998), sigmoid calibration (Platt 1999; Lin, Lin & Weng
        2007); labels: corpora/themes, card: data/theme_model.json.

    Example:
        >>> label = classify("春节期间走访慰问困难职工120户，发放慰问金6万元。", heading="送温暖")
        >>> label.theme
        '帮扶救助'
    """
    return default_model().classify(text, heading)


def classify_many(rows: Iterable[tuple[str, str]]) -> tuple[ThemeLabel, ...]:
    """The themes of many sections.

    Args:
        rows: (text, heading) pairs as ``classify`` takes them.

    Returns:
        One label a row, in order, equal to what ``classify`` says of the row alone.

    Example:
        >>> [label.theme for label in classify_many([("举办职工篮球赛和歌咏比赛。", ""), ("签订集体合同，调解劳动争议。", "")])]
        ['文体活动', '权益维护']
    """
    return default_model().classify_many(rows)
