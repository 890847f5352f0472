"""The words by which the rules know a whole from a part, and a greeting from a mention: ``audit_cues.tsv``."""

from __future__ import annotations

from functools import cache

import regex

from ..lexicon import load_table

__all__ = ["cue", "last_of", "says"]


@cache
def cue(name: str) -> regex.Pattern[str]:
    """The pattern of a cue."""
    rows = {row["cue"]: row["pattern"] for row in load_table("audit_cues", ("cue", "pattern", "example", "counterexample", "source"))}
    return regex.compile(rows[name])


def says(name: str, words: str) -> bool:
    """Whether ``words`` hold a cue.

    Example:
        >>> says("whole", "全市应建女职工组织"), says("whole", "已建女职工组织")
        (True, False)
    """
    return cue(name).search(words) is not None


def last_of(name: str, words: str) -> int:
    """Where the last cue of its kind begins in ``words``; -1 when there is none.

    Example:
        >>> last_of("within", "会员580人，其中女会员")
        7
    """
    return max((match.start() for match in cue(name).finditer(words)), default=-1)
