"""The words by which the rules across reports know what a figure is of: ``across_cues.tsv`` and ``state_indicators.tsv``."""

from __future__ import annotations

from functools import cache

import regex

from ..lexicon import load_table

__all__ = ["cue", "says", "states"]


@cache
def cue(name: str) -> regex.Pattern[str]:
    """A pattern of ``across_cues.tsv``."""
    rows = {row["cue"]: row["pattern"] for row in load_table("across_cues", ("cue", "pattern", "example", "counterexample", "source"))}
    return regex.compile(rows[name])


def says(name: str, words: str) -> bool:
    """Whether ``words`` hold a cue.

    Example:
        >>> says("revised", "经核实更正为51000人"), says("open_period", "2022年")
        (True, False)
    """
    return cue(name).search(words) is not None


@cache
def states() -> frozenset[str]:
    """Indicators that tell of a state, not of work done: stated again it is the same."""
    return frozenset(row["indicator"] for row in load_table("state_indicators", ("indicator", "example", "source")))
