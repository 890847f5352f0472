"""Figures and what they count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .base import Record, Records, names

__all__ = ["BOUNDS", "Fact", "Facts", "Quantity"]

BOUNDS: tuple[str, ...] = ("exact", "approx", "at_least", "under", "range", "missing")
"""How a quantity limits its value."""


@dataclass(frozen=True, slots=True)
class Quantity(Record):
    """A figure with its unit.

    ``value`` is in base units (元, percent points, plain counts): the low end with 余/多, None for ranges and blanks;
    ``low`` and ``high`` are the ends of a range. ``unit`` is canonical (名 and 位 are 人, 起 and 宗 are 件); ``bound`` is
    one of ``BOUNDS``.

    Example:
        >>> quantity = Quantity(5, 9, "7万余元", Decimal(70000), None, None, "元", "at_least")
        >>> "发放慰问金7万余元"[quantity.start : quantity.end] == quantity.quote
        True
    """

    start: int
    end: int
    quote: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    bound: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact(Quantity):
    """A quantity that says something about work done, people, organisations, money, rates or events.

    ``indicator`` is an id of the indicator table or None; ``cue`` holds the words that decided it. ``status`` is
    "achieved", "planned" or "rule". ``period`` and ``scope`` are as written, empty when the text does not say;
    ``period_start`` and ``period_end`` are the first and last day of the period, None where the text does not settle them.

    Example:
        >>> fact = Fact(5, 9, "7万余元", Decimal(70000), None, None, "元", "at_least", indicator="慰问金")
        >>> fact.indicator, fact.status, fact.to_dict()["value"]
        ('慰问金', 'achieved', '70000')
    """

    indicator: str | None = None
    subject: str = ""
    label: str = ""
    period: str = ""
    scope: str = ""
    status: str = "achieved"
    cue: str = ""
    confidence: float = 0.0
    period_start: date | None = None
    period_end: date | None = None

    def _repr_html_(self) -> str:
        from .pages import fact_html

        return fact_html(self)


class Facts(Records[Fact]):
    """A tuple of facts, in order of place; ``to_frame()`` makes a table of them.

    Example:
        >>> fact = Fact(5, 9, "7万余元", Decimal(70000), None, None, "元", "at_least", indicator="慰问金")
        >>> Facts([fact]).to_frame()[["quote", "value", "unit"]].values.tolist()
        [['7万余元', 70000.0, '元']]
    """

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return names(Fact)

    def _repr_html_(self) -> str:
        from .pages import facts_html

        return facts_html(self)
