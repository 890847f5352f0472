"""What a figure counts: the indicator, the subject, and whether it is done, planned or a rule.

A row of ``indicator_cues.tsv`` holds for certain units only, so that 人 is never 基层工会数. The clause of the figure is
searched first, then the clauses before it; in each the rows apply in the order of the table, in which words of action
(慰问, 走访, 追讨) stand before attributes (职工, 企业): MEASURED on the real reports, that order gave four points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Quantity
from .context import Context
from .patterns import Pattern, compiled

__all__ = ["OF_WHICH", "Link", "indicators_by_rule", "link", "plan_heading", "status", "subject"]

OF_WHICH = regex.compile(r"其中")
NEAREST, FARTHER = 0.9, 0.7
"""Confidence of a link by the figure's own clause and by the one before it; each further clause takes 0.1."""


@dataclass(frozen=True, slots=True)
class Link:
    """An indicator with the words that decided it; ``attribute`` when those only name a thing."""

    indicator: str | None
    cue: str
    confidence: float
    attribute: bool = False


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


def indicators_by_rule(unit: str, words: str) -> Iterator[str]:
    """The indicators whose cue stands in some words, for a figure of a unit, in the order of the table.

    Example:
        >>> list(indicators_by_rule("人次", "走访慰问困难职工"))
        ['慰问人次', '帮扶人次', '职工数']
    """
    return (rule.indicator for rule in _rules().get(unit, ()) if rule.pattern.search(words))


def link(context: Context, quantity: Quantity, left: int, right: int, before: Sequence[tuple[Quantity, Link]]) -> Link:
    """The indicator of a quantity.

    Args:
        context: the text around it.
        quantity: in offsets of that text.
        left, right: how far its own clause reaches on both sides, cut at the figures beside it.
        before: the quantities before it in the same sentence, each with its link.
    """
    rules = _rules().get(quantity.unit, ())
    if not rules:
        return Link(None, "", 0.0)
    text = context.text
    behind = text[left : quantity.start]
    own = _first(rules, behind, text[quantity.end : right], quantity.quote if quantity.bound == "missing" else "")
    if own is None or own.attribute:
        inherited = _of_which(quantity, behind, before)
        if inherited is not None:
            return inherited
    if own is not None:
        return _by_antecedent(own, behind, before)
    for distance, (start, end) in enumerate(context.clauses_before(quantity.start)):
        found = _first(rules, text[start:end], "", "")
        if found is not None:
            return Link(found.indicator, found.cue, max(0.3, FARTHER - 0.1 * distance), found.attribute)
    return Link(None, "", 0.2)


@cache
def _antecedents() -> tuple[tuple[str, regex.Pattern[str], str], ...]:
    rows = load_table("ratio_antecedents", ("antecedent", "behind", "indicator", "example", "source"))
    return tuple((row["antecedent"], regex.compile(row["behind"]), row["indicator"]) for row in rows)


def _by_antecedent(own: Link, behind: str, before: Sequence[tuple[Quantity, Link]]) -> Link:
    """A bare share (占…的95%) named by the figure that it divides (会员780名: a membership rate)."""
    if own.attribute and before:
        for antecedent, pattern, indicator in _antecedents():
            if before[-1][1].indicator == antecedent and pattern.search(behind):
                return Link(indicator, own.cue, own.confidence)
    return own


def _of_which(quantity: Quantity, behind: str, before: Sequence[tuple[Quantity, Link]]) -> Link | None:
    """其中 takes the indicator of the nearest figure of its kind before it (慰问459户…，其中女职工235人)."""
    match = OF_WHICH.search(behind)
    if match is None:
        return None
    whole = next((found for other, found in reversed(before) if _same_kind(other, quantity)), None)
    return Link(whole.indicator, match[0], FARTHER) if whole is not None and whole.indicator else None


def _first(rules: tuple[_Rule, ...], left: str, right: str, blank: str) -> Link | None:
    """The first rule that the words behind or before the figure satisfy; those behind it count first for each rule."""
    for rule in rules:
        match = rule.pattern.search(left + blank) or (rule.pattern.search(right) if right else None)
        if match is not None:
            return Link(rule.indicator, match[0], NEAREST, rule.attribute)
    return None


_PEOPLE = frozenset({"人", "人次", "户"})


def _same_kind(a: Quantity, b: Quantity) -> bool:
    return a.unit == b.unit or (a.unit in _PEOPLE and b.unit in _PEOPLE)


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
    for words in (right, left):
        if words and _any_subject().search(words) is not None:
            return next(name for name, pattern in _subjects() if pattern.search(words) is not None)
    return ""


@cache
def _status_rules() -> tuple[tuple[str, str, Pattern], ...]:
    rows = load_table("status_cues", ("status", "where", "pattern", "example", "counterexample", "source"))
    short = ("clause", "after")  # in long words regex finds a beginning sooner than re
    return tuple((row["status"], row["where"], (compiled if row["where"] in short else regex.compile)(row["pattern"])) for row in rows)


def plan_heading(heading: str) -> bool:
    """Whether a section with this heading speaks of what is to be done.

    Example:
        >>> plan_heading("下步工作计划"), plan_heading("基本情况")
        (True, False)
    """
    return any(pattern.search(heading) for state, where, pattern in _status_rules() if where == "heading" and state == "planned")


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
    for state, where, pattern in _status_rules():
        if (where == "clause" and pattern.search(left)) or (where == "after" and pattern.match(after)) or (where == "sentence" and pattern.search(sentence)):
            return state
    return "planned" if in_plan else "achieved"
