"""Readers of shares: fractions, tenths and discounts, all in percent points."""

from __future__ import annotations

import re
from decimal import Decimal

from ..records import Quantity
from .around import approximated, bound_of, quantity_of, range_of, trimmed, vague_in
from .grammar import Grammar
from .numerals import is_chinese_range, parse_numeral, range_ends, ratio

__all__ = ["share", "share_word", "slash", "tenths"]

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


def share(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """百分之九十点五, 三分之一, 千分之三, 百分之七八十, 百分之八十到九十."""
    whole = match["whole"]
    parts = parse_numeral(f"一{whole}" if whole in rules.bare_places else whole)
    if not parts:
        return []

    def points(part: Decimal) -> Decimal:
        return _points(ratio(part * _HUNDRED, parts))

    if match["high"]:
        return range_of(text, match.start(), match.end(), points(parse_numeral(match["low"])), points(parse_numeral(match["high"])), "%", rules)
    if is_chinese_range(match["low"]):
        low, high = range_ends(match["low"])
        return range_of(text, match.start(), match.end(), points(low), points(high), "%", rules)
    return _one_share(text, match, points(parse_numeral("一百" if match["low"] == "百" else match["low"])), rules)


def slash(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """近1/4."""
    start, before = approximated(text, match.start(), rules)
    value = _points(ratio(Decimal(match["upper"]) * _HUNDRED, Decimal(match["lower"])))
    return [quantity_of(text, start, match.end(), value, "%", bound_of(before, ("after", match["after"]), rules=rules))]


def share_word(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """近一半, 半数以上; without an approximator a figure of speech."""
    start, before = approximated(text, match.start(), rules, bare=True)
    bound = bound_of(before, ("after", match["after"]), rules=rules)
    return [quantity_of(text, start, match.end(), rules.shares[match["word"]], "%", bound)] if bound != "exact" else []


def tenths(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """八成三, 八成半, 七八成, 三到五成; of a discount two digits are decimals (七五折, 85折)."""
    unit = rules.units[match["rate"]]
    low = parse_numeral(match["low"]) * unit.factor
    if match["second"]:
        second = parse_numeral(match["second"])
        if unit.kind != "discount":
            return range_of(text, match.start(), match.end(), low, second * unit.factor, unit.unit, rules)
        low += second
    elif unit.kind == "discount" and match["low"].isdigit() and len(match["low"]) > 1:
        low /= unit.factor
    if low > _HUNDRED:
        return []
    if match["high"]:
        return range_of(text, match.start(), match.end(), low, parse_numeral(match["high"]) * unit.factor, unit.unit, rules)
    if match["rest"]:
        low += parse_numeral(match["rest"]) * (unit.factor if match["rest"] == "半" else 1)
    return _one_share(text, match, trimmed(low), rules)


def _one_share(text: str, match: re.Match[str], value: Decimal, rules: Grammar) -> list[Quantity]:
    start, before = approximated(text, match.start(), rules)
    bound = bound_of(before, ("share", match["share"]), ("inner", vague_in(match["low"], rules)), ("after", match["after"]), rules=rules)
    return [quantity_of(text, start, match.end(), value, "%", bound)]


def _points(value: Decimal) -> Decimal:
    """Percent points; those that have no end are rounded to two places."""
    exponent = value.as_tuple().exponent
    endless = isinstance(exponent, int) and exponent < -6
    return value.quantize(_CENT) if endless else trimmed(value)
