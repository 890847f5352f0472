"""Every figure of a text with its unit, its bound and its place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from decimal import localcontext
from functools import cache

from ..records import Quantity
from ..structure.normalize import Normalized, normalize
from .around import Reader, attempt
from .figures import bare, grouped, joined, masked, single
from .grammar import Grammar, grammar
from .numerals import EXACT
from .shares import share, share_word, slash, tenths

__all__ = ["find_quantities", "in_raw", "scan"]


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a text, in order of place.

    Args:
        text: a raw text; it is repaired for reading, the offsets returned are the raw ones.
    Returns:
        Quantities that do not overlap. Dates, ordinals, list numerals, titles, slogans, idioms, durations, ages, lengths
        and areas are none. Values are exact; only shares that have no end (三分之一) are rounded, to two places.

    Example:
        >>> [(q.quote, str(q.value), q.unit, q.bound) for q in find_quantities("走访慰问困难女工80余人次，发放慰问金7万余元，组建率达97%。")]
        [('80余人次', '80', '人次', 'at_least'), ('7万余元', '70000', '元', 'at_least'), ('97%', '97', '%', 'exact')]
    """
    normalized = normalize(text)
    return tuple(in_raw(normalized, quantity) for quantity in scan(normalized.text))


def in_raw(normalized: Normalized, quantity: Quantity) -> Quantity:
    """A quantity found in the repaired text, at its raw place with its raw quote."""
    if not normalized.repairs:
        return quantity
    start, end = normalized.raw_span(quantity.start, quantity.end)
    return replace(quantity, start=start, end=end, quote=normalized.raw[start:end])


def scan(text: str) -> list[Quantity]:
    """The quantities of a repaired text, in its own offsets."""
    rules = grammar()
    with localcontext(EXACT):
        found = list(_figures(text, rules))
    starts = [quantity.start for quantity in found]
    blanks = [blank for blank in _blanks(text, rules) if not _taken(found, starts, blank)]
    return sorted(found + blanks, key=lambda quantity: quantity.start) if blanks else found


def _taken(found: list[Quantity], starts: list[int], blank: Quantity) -> bool:
    """Whether a figure stands where a blank was seen."""
    i = bisect_left(starts, blank.end) - 1
    return i >= 0 and found[i].end > blank.start


def _figures(text: str, rules: Grammar) -> Iterator[Quantity]:
    at = 0
    while (start := rules.start.search(text, at)) is not None:
        at = start.start()
        exclusions = rules.excluded.get(text[at])
        excluded = exclusions.match(text, at) if exclusions is not None else None
        if excluded is not None and excluded.end() > at:
            at = excluded.end()
            continue
        found, listed = _begins(text, at, rules)
        if found:
            yield from found
            at = found[-1].end
        else:
            skipped = (rules.chain.match(text, at) if listed else None) or rules.skipped.match(text, at)
            at = skipped.end() if skipped is not None else at + 1


def _begins(text: str, at: int, rules: Grammar) -> tuple[list[Quantity], bool]:
    """The quantities that begin here, and whether a list of figures may.

    A numeral by itself, as most are, goes to its readers at once: the others need a sign of ``Grammar.doubt`` between the
    numeral and the end of the longest unit behind it, or another beginning.
    """
    if rules.promising.match(text, at) is None:
        return [], False
    if text[at] not in rules.other_opens:
        match = rules.single.match(text, at)
        numeral = match or rules.bare.match(text, at)
        if numeral is not None and rules.doubt.search(text, end := numeral.end("numeral"), end + rules.reach) is None:
            if match is not None:
                return attempt(single, text, match, rules) or _first(text, at, rules, ((rules.bare, bare),)), False
            return _first(text, at, rules, ((rules.grouped, grouped),)) or attempt(bare, text, numeral, rules), False
    return _first(text, at, rules, _readers()), True


def _first(text: str, at: int, rules: Grammar, readers: tuple[tuple[re.Pattern[str], Reader], ...]) -> list[Quantity]:
    """What the first reader finds that finds anything."""
    for pattern, read in readers:
        match = pattern.match(text, at)
        if match is not None and (found := attempt(read, text, match, rules)):
            return found
    return []


@cache
def _readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """The patterns in the order in which they are tried, each with what reads its match; none read means: try the next."""
    rules = grammar()
    return (
        (rules.share, share),
        (rules.slash, slash),
        (rules.word, share_word),
        (rules.tenths, tenths),
        (rules.masked, masked),
        (rules.grouped, grouped),
        (rules.joined, joined),
        (rules.single, single),
        (rules.bare, bare),
    )


def _blanks(text: str, rules: Grammar) -> Iterator[Quantity]:
    """Nouns and units between which the figure was left out (共有职工人, 捐款元)."""
    last = -1
    hits = sorted(((m.start(), m.end(), unit) for pattern, unit in rules.blanks.possible(text) for m in pattern.finditer(text)), key=lambda hit: (hit[0], -hit[1]))
    for start, end, unit in hits:
        if start >= last:
            yield Quantity(start, end, text[start:end], None, None, None, unit, "missing", ("blank",))
            last = end
