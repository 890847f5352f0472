"""The words by which the rules of time, place and lists know a plan from a deed and a guest from the host: ``wording_cues.tsv``."""

from __future__ import annotations

from functools import cache

import regex

from ..lexicon import load_table

__all__ = ["worded", "wording"]


@cache
def wording(name: str) -> regex.Pattern[str]:
    """The pattern of a cue."""
    rows = {row["cue"]: row["pattern"] for row in load_table("wording_cues", ("cue", "pattern", "example", "counterexample", "source"))}
    return regex.compile(rows[name])


def worded(name: str, words: str) -> bool:
    """Whether ``words`` hold a cue.

    Example:
        >>> worded("ahead", "力争到2030年建成"), worded("ahead", "荣获先进单位称号")
        (True, False)
    """
    return wording(name).search(words) is not None
