"""Whom a section is about: tags beside the theme (女职工, 农民工 …), by the words of a table."""

from __future__ import annotations

from functools import cache

import regex

from ..lexicon import load_table

__all__ = ["audiences_of"]

COLUMNS = ("audience", "surface", "example", "counterexample", "source")

EVERYONE = "全体"

CHARACTERS_A_MENTION = 150
"""A section is about a group when it names it once in so many characters, or in its heading. Over corpora/themes, tags
right and found: any mention 0.78 and 0.77 at one in 100, 0.84 and 0.85 at one in 150, 0.83 and 0.85 at one in 200."""


@cache
def _patterns() -> dict[str, regex.Pattern[str]]:
    surfaces: dict[str, list[str]] = {}
    for row in load_table("audiences", COLUMNS):
        surfaces.setdefault(row["audience"], []).append(row["surface"])
    return {audience: regex.compile("|".join(parts)) for audience, parts in surfaces.items()}


def audiences_of(text: str, heading: str = "") -> tuple[str, ...]:
    """The groups that a section is about, in the order of the table; 全体 when it singles out none.

    Args:
        text: the whole section.
        heading: the words of its heading: one mention there is enough.

    Complexity: O(n).

    Source: own rule and table, see ``CHARACTERS_A_MENTION``.

    Example:
        >>> audiences_of("走访慰问特困职工，为单亲女职工送去慰问金。"), audiences_of("召开职工代表大会。")
        (('女职工', '困难职工'), ('全体',))
    """
    found = []
    for audience, pattern in _patterns().items():
        if pattern.search(heading):
            found.append(audience)
            continue
        mentions = len(pattern.findall(text))
        if mentions and mentions * CHARACTERS_A_MENTION >= len(text):
            found.append(audience)
    return tuple(found) or (EVERYONE,)
