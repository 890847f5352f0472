"""What words say of a figure: an indicator by the rules, the subject, and whether it is done, planned or a rule.

A row of ``indicator_cues.tsv`` holds for certain units only, so that 人 is never 基层工会数. The rows apply in the order of the
table, in which words of action (慰问, 走访, 追讨) stand before attributes (职工, 企业): MEASURED on the real reports, that order
gave four points. In running text the linker decides, to which the rules are features; in tables they decide alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from ..lexicon import load_table
from .context import Context
from .patterns import Match, Pattern, compiled

__all__ = ["NO_LINK", "Link", "indicators_by_rule", "link_words", "plan_heading", "status", "subject"]


class Link(NamedTuple):
    """An indicator with the words that decided it; ``attribute`` when those only name a thing.

    What words alone decide has confidence 0 until the caller says how near they stand.
    """

    indicator: str | None
    cue: str
    confidence: float
    attribute: bool = False


NO_LINK = Link(None, "", 0.0)


_Found = Callable[[str], Match | None]
"""A look at some words."""


@dataclass(frozen=True, slots=True)
class _Rule:
    indicator: str
    pattern: Pattern
    attribute: bool


@cache
def _rules() -> dict[str, tuple[_Rule, ...]]:
    """The rules by unit, in the order of the table."""
    rules: dict[str, list[_Rule]] = {}
    for row in load_table("indicator_cues", ("indicator", "units", "where", "cue", "example", "counterexample", "source")):
        rule = _Rule(row["indicator"], compiled(row["cue"]), row["where"] == "attribute")
        for unit in row["units"].split():
            rules.setdefault(unit, []).append(rule)
    return {unit: tuple(found) for unit, found in rules.items()}


@cache
def _looks() -> dict[str, list[tuple[str, _Found]]]:
    """By unit the indicators with the look of each at some words."""
    return {unit: [(rule.indicator, rule.pattern.search) for rule in rules] for unit, rules in _rules().items()}


def indicators_by_rule(unit: str, words: str) -> list[str]:
    """The indicators whose cue stands in some words, for a figure of a unit, in the order of the table.

    Example:
        >>> indicators_by_rule("人次", "走访慰问困难职工")
        ['慰问人次', '帮扶人次', '职工数']
    """
    return [indicator for indicator, look in _looks().get(unit, ()) if look(words)]


@lru_cache(maxsize=4096)  # the headings of a table stand over many cells
def link_words(words: str, unit: str) -> Link:
    """The indicator of a figure of a unit that stands behind some words alone, as in a table.

    The whole of them is searched first, then their clauses, the last one first.

    Example:
        >>> link_words("慰问困难职工", "户").indicator, link_words("序号", "户").indicator
        ('慰问人次', None)
    """
    rules = _rules().get(unit, ())
    if not words or not rules:
        return NO_LINK
    found = _first(rules, words)
    if found is not None:
        return found
    clauses = (words[start:end] for start, end in Context(words).clauses_before(len(words)))
    return next((link for clause in clauses if (link := _first(rules, clause)) is not None), NO_LINK)


def _first(rules: tuple[_Rule, ...], words: str) -> Link | None:
    """The first rule that some words satisfy."""
    for rule in rules:
        match = rule.pattern.search(words)
        if match is not None:
            return Link(rule.indicator, match[0], 0.0, rule.attribute)
    return None


@cache
def _subjects() -> tuple[tuple[str, Pattern], ...]:
    rows = load_table("subjects", ("subject", "pattern", "example", "counterexample", "source"))
    return tuple((row["subject"], compiled(row["pattern"])) for row in rows)


@cache
def _any_subject() -> Pattern:
    return compiled("|".join(f"(?:{pattern.pattern})" for _, pattern in _subjects()))


def subject(left: str, right: str) -> str:
    """Who or what a figure speaks of, from the words around it; narrower subjects come first in the table.

    Example:
        >>> subject("走访慰问困难女工", "")
        '困难女职工'
    """
    return _named_in(right) or _named_in(left)


@lru_cache(maxsize=4096)  # the words around figures are few and come back
def _named_in(words: str) -> str:
    if not words or _any_subject().search(words) is None:
        return ""
    return next(name for name, pattern in _subjects() if pattern.search(words) is not None)


_WHERE = ("clause", "after", "sentence")
"""The words that a status is told by, in the order in which ``status`` looks at them."""


@cache
def _status_rules() -> tuple[tuple[str, int, _Found], ...]:
    """In the order of the table the status of each rule, the number in ``_WHERE`` of its words, and its look at them."""
    rows = load_table("status_cues", ("status", "where", "pattern", "example", "counterexample", "source"))
    looks: dict[str, Callable[[str], _Found]] = {
        "clause": lambda pattern: compiled(pattern).search,
        "after": lambda pattern: compiled(pattern).match,
        "sentence": lambda pattern: regex.compile(pattern).search,  # in long words it finds a beginning sooner than re
    }
    return tuple((row["status"], _WHERE.index(row["where"]), looks[row["where"]](row["pattern"])) for row in rows if row["where"] in _WHERE)


@cache
def _plan_headings() -> tuple[_Found, ...]:
    rows = load_table("status_cues", ("status", "where", "pattern", "example", "counterexample", "source"))
    return tuple(regex.compile(row["pattern"]).search for row in rows if row["where"] == "heading" and row["status"] == "planned")


def plan_heading(heading: str) -> bool:
    """Whether a section with this heading speaks of what is to be done.

    Example:
        >>> plan_heading("下步工作计划"), plan_heading("基本情况")
        (True, False)
    """
    return any(look(heading) is not None for look in _plan_headings())


def status(left: str, after: str, *, in_plan: bool, sentence: str = "") -> str:
    """Whether a figure was achieved, is planned or states a rule.

    Args:
        left: the words of its clause before it.
        after: the words behind it.
        in_plan: it stands under a heading of plans.
        sentence: its sentence up to it; a plan announced there (明年要…) holds for all that follows.

    Example:
        >>> status("力争组建率达到", "", in_plan=False), status("", "以上的单位建立了", in_plan=False)
        ('planned', 'rule')
    """
    words = (left, after, sentence)
    for state, where, look in _status_rules():
        if look(words[where]) is not None:
            return state
    return "planned" if in_plan else "achieved"
