"""A figure's surroundings as weighted features, the same in training and in use.

Three kinds: characters (n-grams by zone, and what stands right beside the figure), concepts (cue words by zone and measure),
and what is known already (the unit, the link of the figure before, what the rules of ``indicator_cues.tsv`` say). The weight
of a kind and zone says how much it may count beside the others; MEASURED by cross-validation on the key, weights gave four
points over equal ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ..lexicon import load_table
from .linking import indicators_by_rule
from .surroundings import Figure, concepts_in

__all__ = [
    "BESIDE",
    "GRAMS",
    "LONGEST_BESIDE",
    "MEASURES",
    "OF_WHICH",
    "Before",
    "Features",
    "before",
    "before_features",
    "concept_feature",
    "features",
    "heading_features",
    "measure_of",
    "of_which",
    "rule_features",
    "unit_features",
    "weight_of",
]

Features = dict[str, float]

MEASURES = ("money", "rate", "people", "thing")

GRAMS: dict[str, tuple[str, float, tuple[int, ...]]] = {
    "near": ("N", 1.0, (1, 2, 3)),
    "right": ("R", 1.0, (1, 2, 3)),
    "beyond": ("C", 0.5, (2, 3)),
    "earlier": ("P", 0.7, (2, 3)),
    "before_that": ("Q", 0.35, (2,)),
}
"""The letter, the weight and the sizes of the n-grams of each zone."""

BESIDE = ("E", "B")
"""The letters of what ends right before the figure, and of what begins right behind it."""

LONGEST_BESIDE = 5

OF_WHICH = "of_which"
"""The concept of the words that make a figure a part of another one (其中)."""

_BESIDE = 1.5
_CONCEPT = {"near": 2.4, "right": 1.8, "beyond": 1.0, "earlier": 1.4, "before_that": 0.7}
_RULE = 2.5
_KNOWN = 1.5
_HEADING_GRAM, _HEADING_CONCEPT = 0.4, 0.6


class Before(NamedTuple):
    """The figure before in the same sentence: its unit, its indicator ("" for none), and whether no clause parts both."""

    unit: str
    indicator: str
    same_clause: bool


def before(one: Figure, indicator: str, other: Figure) -> Before | None:
    """What a figure knows of the one before it in the text; None when a sentence ends between them."""
    if one.quantity.start < other.sentence:
        return None
    return Before(one.quantity.unit, indicator, one.quantity.start >= other.left)


@cache
def _measures() -> dict[str, str]:
    money = {row["unit"]: "money" for row in load_table("money_units", ("surface", "unit"))}
    return {"%": "rate", "个百分点": "rate", "人": "people", "人次": "people", "户": "people"} | money


def measure_of(unit: str) -> str:
    """What kind of measure a unit is: "money", "rate", "people" or "thing".

    Example:
        >>> [measure_of(unit) for unit in ("元", "个百分点", "户", "家")]
        ['money', 'rate', 'people', 'thing']
    """
    return _measures().get(unit, "thing")


def features(text: str, figure: Figure, earlier: Before | None) -> Features:
    """The features of a figure in running text.

    Args:
        text: the repaired text, in whose offsets the figure is.
        earlier: the figure before it in its sentence.
    """
    unit = figure.quantity.unit
    measure = measure_of(unit)
    found: Features = dict.fromkeys(unit_features(unit), _KNOWN)
    ends, begins = BESIDE
    for zone, inside in zip(figure.zones, figure.cues, strict=True):
        words = text[zone.start : zone.end]
        letter, weight, sizes = GRAMS[zone.name]
        for size in sizes:
            for i in range(len(words) - size + 1):
                found[letter + words[i : i + size]] = weight
        if zone.name == "near":
            for size in range(1, LONGEST_BESIDE + 1):
                found[ends + words[-size:]] = _BESIDE
        elif zone.name == "right":
            for size in range(1, LONGEST_BESIDE + 1):
                found[begins + words[:size]] = _BESIDE
        for cue in inside:
            found[concept_feature(zone.name, cue.concept, measure)] = _CONCEPT[zone.name]
        for name in rule_features(unit, zone.name, words):
            found[name] = _RULE
    if earlier is not None:
        found |= dict.fromkeys(before_features(earlier.indicator, earlier.unit == unit, measure, earlier.same_clause, of_which(figure)), _KNOWN)
    return found


def unit_features(unit: str) -> tuple[str, str]:
    """The names of the features that a unit makes."""
    return f"u={unit}", f"k={measure_of(unit)}"


def concept_feature(zone: str, concept: str, measure: str) -> str:
    """The name of the feature that a cue word in a zone makes."""
    return f"c{GRAMS[zone][0]}:{concept}|{measure}"


def rule_features(unit: str, zone: str, words: str) -> Iterator[str]:
    """The names of the features that the rules for a unit make of the words of a zone."""
    for i, indicator in enumerate(indicators_by_rule(unit, words)):
        if not i:
            yield f"first{zone}:{indicator}"
        yield f"rule{zone}:{indicator}"


def before_features(indicator: str, same_unit: bool, measure: str, same_clause: bool, of_which: bool) -> Iterator[str]:
    """The names of the features that the figure before makes: its indicator, and how both figures stand to each other."""
    yield f"prev={indicator}|{same_unit}"
    yield f"prevk={indicator}|{measure}|{same_clause}"
    if of_which:
        yield f"of={indicator}|{measure}"


def of_which(figure: Figure) -> bool:
    """Whether the words right before a figure make it a part of another one (其中)."""
    return any(cue.concept == OF_WHICH for cue in figure.cues[0])


def weight_of(name: str) -> float:
    """How much the feature of a name counts; ``features`` and ``heading_features`` give it the same.

    Example:
        >>> weight_of("N慰问"), weight_of("cR:慰问|people"), weight_of("prev=慰问金|True")
        (1.0, 1.8, 1.5)
    """
    letter = name[0]
    if letter in _OF_LETTER:
        return _OF_LETTER[letter]
    if letter == "c":
        return _OF_CONCEPT[name[1]]
    return _RULE if name.startswith(("first", "rule")) else _KNOWN


_OF_LETTER = {letter: weight for letter, weight, _ in GRAMS.values()} | dict.fromkeys(BESIDE, _BESIDE) | {"H": _HEADING_GRAM}
_OF_CONCEPT = {GRAMS[zone][0]: weight for zone, weight in _CONCEPT.items()} | {"H": _HEADING_CONCEPT}


def heading_features(heading: str) -> Features:
    """The features that a heading lends to every figure below it."""
    found: Features = {"H" + heading[i : i + 2]: _HEADING_GRAM for i in range(len(heading) - 1)}
    return found | {f"cH:{concept}": _HEADING_CONCEPT for concept in concepts_in(heading)}
