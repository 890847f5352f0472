"""What stands around a figure: its unit, its approximators, a minus, a sign of money, the words of a lost sign."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from ..errors import NumeralError
from ..records import Quantity
from .grammar import Classifier, Grammar, Unit

__all__ = ["CLAUSE", "Reader", "approximated", "attempt", "behind", "bound_of", "negative", "priced_by", "quantity_of", "range_of", "sign_lost", "trimmed", "unit_of", "vague_in"]

CLAUSE = 20
"""Characters looked back for the verb that governs a counted noun (开办培训班一期)."""

NEAR = 8
"""Characters looked back for an approximator, a sign of money or a counting word; the longest has five."""

CONTEXT = 40
"""Characters looked back for the words of a lost sign."""


Reader = Callable[[str, "re.Match[str]", Grammar], list[Quantity]]
"""What makes quantities of a match in a text; none: the match was no quantity after all."""


def attempt(read: Reader, text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """What ``read`` finds; nothing when what looks like a numeral is none (3万40000)."""
    try:
        return read(text, match, rules)
    except NumeralError:
        return []


def unit_of(match: re.Match[str], rules: Grammar) -> tuple[Unit, Classifier | None]:
    """The unit of a match, and its classifier when it is one."""
    rate, money, surface = match.group("rate", "money", "classifier")
    if surface is not None:
        return rules.counted[surface], rules.classifiers[surface]
    return rules.units[rate or money], None


def behind(pattern: re.Pattern[str], text: str, at: int, far: int = NEAR) -> re.Match[str] | None:
    """``pattern``, which ends in ``$``, just before ``at``."""
    return pattern.search(text, max(0, at - far), at)


def approximated(text: str, start: int, rules: Grammar, *, bare: bool = False) -> tuple[int, str]:
    """Where a quantity begins with the approximator before it, and that one's bound ("" when there is none)."""
    match = (rules.before_place if bare else rules.before).match(text, start, NEAR)
    if match is None:
        return start, ""
    word = match["word"]
    return match.start(), rules.bounds.get(("before", word)) or rules.bounds["before_place", word]


def bound_of(before: str, *words: tuple[str, str | None], rules: Grammar) -> str:
    """The bound that the approximators make together: outside before inside, inside before behind."""
    if before:
        return before
    for place, word in words:
        if word:
            return rules.bounds[place, word]
    return "exact"


def vague_in(numeral: str, rules: Grammar) -> str | None:
    """The approximator inside a numeral (20多万, 一百二十余)."""
    return None if numeral.isascii() else next((char for char in numeral if ("inner", char) in rules.bounds), None)


def negative(text: str, start: int, rules: Grammar) -> bool:
    """Whether a minus stands before a figure (增长率为-3.2%): behind other words it is a dash or part of one (担负3项)."""
    return start > 1 and text[start - 1] in rules.minus and text[start - 2] in rules.minus[text[start - 1]]


def quantity_of(text: str, start: int, end: int, value: Decimal, unit: str, bound: str, flags: tuple[str, ...] = ()) -> Quantity:
    return Quantity(start, end, text[start:end], value, None, None, unit, bound, flags)


def range_of(text: str, start: int, end: int, low: Decimal, high: Decimal, unit: str, rules: Grammar) -> list[Quantity]:
    """A range, with the approximator before it; one that does not rise is none."""
    if low >= high:
        return []
    start, _ = approximated(text, start, rules)
    return [Quantity(start, end, text[start:end], None, trimmed(low), trimmed(high), unit, "range")]


def trimmed(value: Decimal) -> Decimal:
    """A whole number that a factor made, without zeros behind the point."""
    return value.to_integral_value() if value == value.to_integral_value() else value


def priced_by(text: str, at: int, rules: Grammar) -> tuple[int, str] | None:
    """Where the sign of money before a figure begins, and its unit (￥300, 港币500元)."""
    match = rules.price.match(text, at, NEAR)
    return (match.start(), rules.prices[match["word"]]) if match is not None else None


def sign_lost(text: str, start: int, end: int, rules: Grammar) -> bool:
    """Whether a rate must stand where a bare figure does."""
    return any(lost.after.match(text, end) is not None and behind(lost.before, text, start, CONTEXT) is not None for lost in rules.lost_signs)
