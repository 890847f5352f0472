"""Events that date a text: ``dated_events.tsv``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from ..lexicon import load_table
from .sieve import Sieve

__all__ = ["Event", "events_in"]


@dataclass(frozen=True, slots=True)
class Event:
    """An event: the year from which it was known, its own, and the last one in which it is spoken of."""

    name: str
    pattern: regex.Pattern[str]
    known: int
    year: int
    last: int | None


@cache
def _events() -> Sieve[Event]:
    rows = load_table("dated_events", ("event", "pattern", "known", "year", "last", "example", "counterexample", "source"))
    events = (Event(row["event"], regex.compile(row["pattern"]), int(row["known"] or row["year"]), int(row["year"]), int(row["last"]) if row["last"] else None) for row in rows)
    return Sieve(events, lambda event: event.pattern.pattern)


@lru_cache(maxsize=4)  # the year of a report and the audit of its time ask for those of the same text
def events_in(text: str) -> tuple[tuple[Event, tuple[tuple[int, int], ...]], ...]:
    """The events that a text names, in the order of the table, with the places of each.

    Example:
        >>> [(event.name, event.year, places) for event, places in events_in("喜迎党的十七大，迎世博，办好世博会")]
        [('党的十七大', 2007, ((4, 7),)), ('上海世博会', 2010, ((9, 11), (14, 17)))]
    """
    found = ((event, tuple([match.span() for match in event.pattern.finditer(text)])) for event in _events().possible(text))
    return tuple([(event, places) for event, places in found if places])
