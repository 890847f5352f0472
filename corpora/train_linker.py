"""Rebuild the linker from the key of facts beside this file.

    python corpora/train_linker.py             # writes unionnlp/data/linker_model.npz and linker_model.json
    python corpora/train_linker.py FOLDER      # writes both into FOLDER

Trained on the parts and the passages; the texts held out are not read. The card tells how it did by cross-validation over
texts; ``python corpora/score_facts.py --held-out`` tells how the whole does on the texts held out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy
from score_facts import FOLDER, PARTS, Key, texts
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import normalize as to_length_one
from sklearn.svm import LinearSVC

from unionnlp.facts.context import Context
from unionnlp.facts.features import Features, before, features, heading_features
from unionnlp.facts.linker import Linker
from unionnlp.facts.quantities import scan
from unionnlp.facts.surroundings import Figure, figures
from unionnlp.structure.normalize import Normalized, normalize
from unionnlp.structure.parse import parse

COST = 2.0
"""Of LinearSVC; half a point better by cross-validation than 1, which was a point better than 0.5."""

KEPT = 20_000
"""Features of greatest weight that are kept; 15,000 to 30,000 did the same by cross-validation, all 120,000 a point worse."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One figure of the key in its text: what stands around it, and how it is linked ("" for none)."""

    text: str
    figure: Figure
    above: Features
    indicator: str
    accepted: frozenset[str]


def examples() -> Iterator[list[Example]]:
    """The figures of each text of the key, in order of place; what the grammar does not find is left out."""
    for part in (*PARTS, *sorted(path.stem for path in FOLDER.glob("linking*.jsonl"))):
        for _, text, keys in texts(part):
            yield list(_of_text(text, keys))


def _of_text(text: str, keys: list[Key]) -> Iterator[Example]:
    normalized = normalize(text)
    headings = _headings(normalized)
    above: Features = {}
    for figure in figures(Context(normalized.text), scan(normalized.text)):
        while headings and headings[0][0] <= figure.quantity.start:
            above = heading_features(headings.pop(0)[1])
        start, end = normalized.raw_span(figure.quantity.start, figure.quantity.end)
        key = next((key for key in keys if min(end, key.end) > max(start, key.start)), None)
        if key is not None:
            indicator = _named(key.facts["indicator"])
            yield Example(normalized.text, figure, above, indicator, frozenset({indicator, *map(_named, key.facts["alt"])}))


def in_sequence(rows: list[Example], linked: list[str]) -> list[Features]:
    """The features of the figures of one text, given how each of them is linked."""
    befores = [None, *(before(one.figure, indicator, other.figure) for one, indicator, other in zip(rows, linked, rows[1:], strict=False))]
    return [features(row.text, row.figure, earlier) | row.above for row, earlier in zip(rows, befores, strict=True)]


def _headings(normalized: Normalized) -> list[tuple[int, str]]:
    found = ((normalized.span(section.start, section.start)[0], section.heading) for report in parse(normalized.raw) for section in report.walk())
    return sorted(found)


def _named(indicator: str) -> str:
    return "" if indicator == "other" else indicator


def build() -> Linker:
    """The model that ships.

    A figure's features tell how the one before it was linked. In use that is the model's own answer, so it is trained on
    answers too: those of models that had not seen the text, which were trained with the key's.
    """
    rows = list(examples())
    told = [[row.indicator for row in text] for text in rows]
    answers = [[indicator for indicator, _ in text] for text in _cross_validated(rows, told)]
    checked = _cross_validated(rows, answers)
    margins = numpy.array([margin for text in checked for _, margin in text])
    pairs = [(row, indicator) for text, linked in zip(rows, checked, strict=True) for row, (indicator, _) in zip(text, linked, strict=True)]
    right = numpy.array([row.indicator == indicator for row, indicator in pairs])
    sigmoid = LogisticRegression(C=1e6).fit(margins.reshape(-1, 1), right)
    model = _fit(rows, answers)
    card = {
        "what": "characters, cue words and rules by zone; LinearSVC one against the rest; the sigmoid of the margin is its confidence",
        "labels": "corpora/facts, written for this project; no real report among them",
        "figures": len(pairs),
        "texts": len(rows),
        "features": len(model.rows),
        "folds": FOLDS,
        "indicator": round(float(right.mean()), 4),
        "indicator_or_accepted": round(float(numpy.mean([indicator in row.accepted for row, indicator in pairs])), 4),
    }
    return replace(model, slope=round(float(sigmoid.coef_[0, 0]), 6), offset=round(float(sigmoid.intercept_[0]), 6), card=card)


def _fit(rows: list[list[Example]], linked: list[list[str]]) -> Linker:
    """Two passes: the features of greatest weight in the first are the only ones of the second."""
    found = [one for text, answers in zip(rows, linked, strict=True) for one in in_sequence(text, answers)]
    labels = [row.indicator for text in rows for row in text]
    vectorizer = DictVectorizer(dtype=numpy.float32)
    matrix = vectorizer.fit_transform(found)
    first = LinearSVC(C=COST, random_state=0).fit(to_length_one(matrix), labels)
    kept = numpy.sort(numpy.argsort(-numpy.abs(first.coef_).max(axis=0), kind="stable")[:KEPT])
    second = LinearSVC(C=COST, random_state=0).fit(to_length_one(matrix[:, kept]), labels)
    names = vectorizer.get_feature_names_out()
    return Linker(
        tuple(str(name) for name in second.classes_),
        {str(names[column]): row for row, column in enumerate(kept)},
        second.coef_.T.astype(numpy.float16).astype(numpy.float32),
        second.intercept_.astype(numpy.float32),
        1.0,
        0.0,
        {},
    )


def _cross_validated(rows: list[list[Example]], linked: list[list[str]]) -> list[list[tuple[str, float]]]:
    """For each figure the answer of a model that saw no figure of its text, with the margin, one figure after the other."""
    answers: list[list[tuple[str, float]]] = [[] for _ in rows]
    for training, test in KFold(FOLDS, shuffle=True, random_state=0).split(rows):
        model = _fit([rows[i] for i in training], [linked[i] for i in training])
        for i in test:
            last: tuple[Figure, str] | None = None
            for row in rows[i]:
                indicator, _, margin = model.decide(row.text, row.figure, row.above, before(*last, row.figure) if last is not None else None)
                answers[i].append((indicator, margin))
                last = row.figure, indicator
    return answers


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "unionnlp" / "data"
    built = build()
    built.save(target / "linker_model.npz")
    (target / "linker_model.json").write_text(json.dumps(built.card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    print(json.dumps(built.card, ensure_ascii=False, indent=2))
