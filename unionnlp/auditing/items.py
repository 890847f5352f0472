"""A figure as the rules of arithmetic see it: its ends, and the words of its clause."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from ..records import Fact

__all__ = ["BODIES", "PEOPLE", "Item", "comparable", "ends"]

PEOPLE = frozenset({"人", "人次", "户", "户次", "名"})
BODIES = frozenset({"家", "个", "所"})
"""Units in which people and bodies are counted, which authors exchange; 份 of contracts is no 家 of firms."""

_SCALED = re.compile(r"[万亿]")
_APPROX = Decimal("0.05")
_NEARLY = Decimal("0.9")
"""近1500 is read as 1350 to 1500, 约500 as 475 to 525."""

_SIGNIFICANT = 3
"""Digits from which a figure in 万 counts as rounded (12.6万); 5万 is as a rule exact."""


class Item(NamedTuple):
    """A fact with the words around it. A named tuple: reports hold hundreds, and these are made five times as fast as dataclasses.

    Attributes:
        at, end: its place in the text of the case.
        clause: the words of its clause before it; ``own`` those behind the figure before; ``behind`` those up to the next.
        order: its number among the items of the report; ``group`` that of its sentence (above 0) or row of a table (below).
        value: the figure, of a range the low end; ``low`` and ``high`` the ends of what it may mean.
        roles: what its words say that it counts (rows of ``audit_terms.tsv``).
    """

    order: int
    fact: Fact
    at: int
    end: int
    clause: str
    own: str
    behind: str
    unit: str
    group: int
    paragraph: int
    value: Decimal
    low: Decimal
    high: Decimal
    roles: frozenset[str]

    @property
    def quote(self) -> str:
        return self.fact.quote

    @property
    def status(self) -> str:
        return self.fact.status

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def words(self) -> str:
        """The words on both sides."""
        return f"{self.own} {self.behind}"


def ends(fact: Fact) -> tuple[Decimal, Decimal] | None:
    """The smallest and the largest number that a figure may mean, or None where it holds no number.

    Example:
        >>> from ..facts.extract import extract_facts
        >>> [tuple(map(str, ends(fact))) for fact in extract_facts("职工1000多名，会员780名，近1500人参加")]
        [('1000', '1999'), ('780', '780'), ('1350.0', '1500')]
    """
    if fact.low is not None and fact.high is not None:
        return fact.low, fact.high
    value = fact.value
    if value is None:
        return None
    if fact.bound == "at_least":
        return value, value + _step(value) - (1 if fact.unit not in ("%", "元") else 0)
    if fact.bound == "under":
        return value * _NEARLY, value
    if fact.bound == "approx":
        return value * (1 - _APPROX), value * (1 + _APPROX)
    return value, value


def rounding(item: Item) -> Decimal:
    """Half a unit of the last digit that an exact figure in 万 or 亿 is written with; 0 of others."""
    if not item.exact or item.unit == "%" or _SCALED.search(item.quote) is None:
        return Decimal(0)
    digits = item.value.normalize().as_tuple().digits
    fraction = "." in item.quote
    return _step(item.value) / 2 if len(digits) >= _SIGNIFICANT or fraction else Decimal(0)


def _step(value: Decimal) -> Decimal:
    """One of the last place in which a figure has a digit (1200: 100)."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def comparable(part: Item, whole: Item) -> bool:
    """Whether one figure may be a part of the other by their units."""
    return part.unit == whole.unit or {part.unit, whole.unit} <= PEOPLE or {part.unit, whole.unit} <= BODIES
