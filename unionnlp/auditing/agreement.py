"""How a stated figure follows from a computed one: by rounding, by cutting, or within a bound."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, Overflow, localcontext

from .case import rounded
from .items import Item, rounding

__all__ = ["HUNDRED", "each_follows", "may_follow", "places", "quotient", "way_from", "way_from_figures"]

HUNDRED = Decimal(100)
_NARROW = 3
"""Percent points between the ends of a share of rounded figures up to which one between them is said to follow."""

_TOLERANCE = Decimal("0.01")
"""Share by which an amount a head may be off: authors round it (人均600元 of 601.3)."""


def places(stated: Decimal) -> int:
    """The decimals that a figure is stated with, as a negative exponent."""
    exponent = stated.normalize().as_tuple().exponent
    return min(0, exponent if isinstance(exponent, int) else 0)


def way_from(low: Decimal, high: Decimal, stated: Item) -> str:
    """The id of the way in which a stated rate follows from one computed between two ends; "" when it does not.

    A rate is accepted when rounding or cutting the computed one to the decimals stated gives it (67/68 is 98.53 % and
    written 98: that author cuts). Bounds are compared as intervals.
    """
    value, unit = stated.value, Decimal(1).scaleb(places(stated.value))
    bound = stated.fact.bound
    if low == high:
        if rounded(low, str(unit)) == value:
            return "equal" if low == value else "rounded"
        if rounded(low, str(unit), ROUND_DOWN) == value:
            return "cut"
    first, last = value - unit / 2, value + unit
    if bound == "at_least":
        last = max(HUNDRED, value * 2, high)
    elif bound == "under":
        first = stated.low
    elif bound in ("approx", "range"):
        first, last = stated.low, stated.high
    if bound == "exact" and low == high:
        return ""
    if high < first or low > last or (bound == "exact" and low >= last):
        return ""
    return bound if bound != "exact" else "within"


def quotient(part: Item, whole: Item, factor: Decimal = HUNDRED) -> tuple[Decimal, Decimal, Decimal]:
    """(low, nominal, high) of a part over its whole, in percent points."""
    with localcontext() as exact:
        exact.traps[Overflow] = False
        high = part.high * factor / whole.low
        return part.low * factor / whole.high, part.value * factor / whole.value, high


def way_from_figures(part: Item, whole: Item, stated: Item) -> str:
    """The way in which a rate follows from its part and its whole; figures in 万 stand for all that round to them."""
    low, _, high = quotient(part, whole)
    way = way_from(low, high, stated)
    if way:
        return way
    span = _unrounded(part, whole)
    return "scaled" if span is not None and span[1] - span[0] <= _NARROW and way_from(*span, stated) else ""


def may_follow(part: Item, whole: Item, stated: Item) -> bool:
    """Whether a rate may follow from the figures that its part and whole were rounded from (2.4万 of 2.5万: 92 to 100 %)."""
    span = _unrounded(part, whole)
    return span is not None and bool(way_from(*span, stated))


def _unrounded(part: Item, whole: Item) -> tuple[Decimal, Decimal] | None:
    """The ends of the share of figures of which at least one is rounded."""
    a, b = rounding(part), rounding(whole)
    if not (a or b) or whole.low <= b:
        return None
    return (part.low - a) * HUNDRED / (whole.high + b), (part.high + a) * HUNDRED / (whole.low - b)


def each_follows(amount: Item, heads: Item, each: Item) -> bool:
    """Whether an amount over its heads gives what is stated for each."""
    about = float(amount.value) / float(heads.value) / float(each.value)
    if not 0.4 < about < 2.5:
        return False  # a quick look that spares the exact one
    low, high = amount.low / heads.high, amount.high / heads.low
    slack = each.value * _TOLERANCE
    return low <= each.high + slack and high >= each.low - slack
