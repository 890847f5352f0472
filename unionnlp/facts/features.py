"""A figure's surroundings as weighted features, the same in training and in use.

Three kinds: characters (n-grams by zone, and what stands right beside the figure), concepts (cue words by zone and measure),
and what is known already (the unit, the link of the figure before, what the rules of ``indicator_cues.tsv`` say). The weight
of a kind and zone says how much it may count beside the others; MEASURED by cross-validation on the key, weights gave four
points over equal ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..lexicon import load_table
from .linking import indicators_by_rule
from .surroundings import Cue, Cues, Figure, Zone

__all__ = ["Before", "Features", "before", "concept_feature", "features", "heading_features", "measure_of"]

Features = dict[str, float]

_GRAMS: dict[str, tuple[str, float, tuple[int, ...]]] = {
    "near": ("N", 1.0, (1, 2, 3)),
    "right": ("R", 1.0, (1, 2, 3)),
    "beyond": ("C", 0.5, (2, 3)),
    "earlier": ("P", 0.7, (2, 3)),
    "before_that": ("Q", 0.35, (2,)),
}
_BESIDE, _LONGEST_BESIDE = 1.5, 5
_CONCEPT = {"near": 2.4, "right": 1.8, "beyond": 1.0, "earlier": 1.4, "before_that": 0.7}
_RULE = 2.5
_KNOWN = 1.5
_HEADING_GRAM, _HEADING_CONCEPT = 0.4, 0.6


@dataclass(frozen=True, slots=True)
class Before:
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
def _money_units() -> frozenset[str]:
    return frozenset(row["unit"] for row in load_table("money_units", ("surface", "unit")))


def measure_of(unit: str) -> str:
    """What kind of measure a unit is: "money", "rate", "people" or "thing".

    Example:
        >>> [measure_of(unit) for unit in ("元", "个百分点", "户", "家")]
        ['money', 'rate', 'people', 'thing']
    """
    if unit in _money_units():
        return "money"
    return {"%": "rate", "个百分点": "rate", "人": "people", "人次": "people", "户": "people"}.get(unit, "thing")


def features(text: str, figure: Figure, earlier: Before | None) -> Features:
    """The features of a figure in running text.

    Args:
        text: the repaired text, in whose offsets the figure is.
        earlier: the figure before it in its sentence.
    """
    unit = figure.quantity.unit
    measure = measure_of(unit)
    found: Features = {f"u={unit}": _KNOWN, f"k={measure}": _KNOWN}
    of_which = False
    for zone, inside in zip(figure.zones, figure.cues, strict=True):
        words = text[zone.start : zone.end]
        letter, weight, sizes = _GRAMS[zone.name]
        for size in sizes:
            for i in range(len(words) - size + 1):
                found[letter + words[i : i + size]] = weight
        if zone.name == "near":
            of_which = any(cue.concept == "of_which" for cue in inside)
            for size in range(1, _LONGEST_BESIDE + 1):
                found["E" + words[-size:]] = _BESIDE
        elif zone.name == "right":
            for size in range(1, _LONGEST_BESIDE + 1):
                found["B" + words[:size]] = _BESIDE
        for cue in inside:
            found[concept_feature(zone, cue, measure)] = _CONCEPT[zone.name]
        for name in _by_rule(unit, zone, words):
            found[name] = _RULE
    if earlier is not None:
        found[f"prev={earlier.indicator}|{earlier.unit == unit}"] = _KNOWN
        found[f"prevk={earlier.indicator}|{measure}|{earlier.same_clause}"] = _KNOWN
        if of_which:
            found[f"of={earlier.indicator}|{measure}"] = _KNOWN
    return found


def concept_feature(zone: Zone, cue: Cue, measure: str) -> str:
    """The name of the feature that a cue word in a zone makes."""
    return f"c{_GRAMS[zone.name][0]}:{cue.concept}|{measure}"


def _by_rule(unit: str, zone: Zone, words: str) -> Iterator[str]:
    first = True
    for indicator in indicators_by_rule(unit, words):
        if first:
            yield f"first{zone.name}:{indicator}"
            first = False
        yield f"rule{zone.name}:{indicator}"


def heading_features(heading: str) -> Features:
    """The features that a heading lends to every figure below it."""
    found: Features = {"H" + heading[i : i + 2]: _HEADING_GRAM for i in range(len(heading) - 1)}
    if heading:
        found |= {f"cH:{cue.concept}": _HEADING_CONCEPT for cue in Cues(heading).in_zones([Zone("near", 0, len(heading))])[0]}
    return found
