"""The wholes that shares leave out, worked back from their parts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from ..records import Finding
from .agreement import HUNDRED, places, way_from
from .case import Case, figure, rounded
from .cues import cue, says
from .items import Item
from .phrases import finding, word
from .rates import is_share, part_of_share, reading

__all__ = ["implied_base", "shared_base"]

PARTS = 4
"""Figures before a share that may be its part."""

_MOST = Decimal(10) ** 12
"""Bases beyond this are none of people or bodies."""


def implied_base(case: Case) -> Iterator[Finding]:
    """R03: the whole that a share leaves out, worked back from the part.

    Why: a share stated to one decimal or more admits few whole numbers; when none gives it back, it was not computed.
    A share in whole percent admits many, and the base stays unverifiable.

    Example: 48起，占总投诉案件的46.1% (104 in all, cut: consistent); 220人，占女职工总数的50% (440, never stated: unverifiable).
    Counterexample: 占 where the whole stands before (460户，其中…235户，占51%) is a rate.
    """
    for share in case.items:
        part = _part(case, share)
        if part is None:
            continue
        base = part.value * HUNDRED / share.value
        words = f"{figure(part.value)} ÷ {share.quote} ≈ {figure(base)}"
        computed = rounded(base, "0.1")
        if share.value == share.value.to_integral_value():
            verdict, why = "unverifiable", word("why.no_base")
        elif _whole_numbers(part, share) is not None:
            verdict, why = "consistent", word("way.back")
        else:
            verdict, why = "doubtful", word("why.no_whole")
        yield finding(case, "implied_base", verdict, (part, share), words, why=why, computed=computed, stated=share.value)


def shared_base(case: Case) -> Iterator[Finding]:
    """R03: the bases implied by several shares of one whole agree.

    Why: where the whole is never stated, its shares can only be held against one another.

    Example: 走访125户，占建档户数的62.5%；救助90户，占建档户数的60% (200 and 150: conflict); 女职工286人，占职工总数的35.75%，党员120人，
    占职工总数的15% (800 both: consistent).
    Counterexample: shares of wholes that are named differently, or of years that differ, have nothing to agree on.
    """
    groups: dict[tuple[str, int, str], list[tuple[Item, Item]]] = {}
    for share in case.items:
        part = _part(case, share)
        match = cue("base").search(share.own)
        if part is not None and match is not None and part.exact and share.fact.bound == "exact" and not cue("vague_base").fullmatch(match["base"]):
            groups.setdefault((match["base"], share.paragraph, share.fact.period), []).append((part, share))
    for pairs in groups.values():
        for (part, share), (other, second) in pairwise(pairs):
            if (part.value, share.value) == (other.value, second.value) or part.unit != other.unit:
                continue
            yield _agreement(case, part, share, other, second)


def _agreement(case: Case, part: Item, share: Item, other: Item, second: Item) -> Finding:
    first_low, first_high = _bases(part, share)
    low, high = _bases(other, second)
    least, most = max(first_low, low), min(first_high, high)
    bases = [item.value * HUNDRED / of.value for item, of in ((part, share), (other, second))]
    words = "，".join(f"{figure(item.value)} ÷ {of.quote} ≈ {figure(base)}" for item, of, base in zip((part, other), (share, second), bases, strict=True))
    holds = least.to_integral_value(ROUND_CEILING) <= most
    why = word("way.sibling") if holds else word("why.bases_differ")
    return finding(case, "implied_base", "consistent" if holds else "conflict", (part, share, other, second), words, why=why, computed=bases[0], stated=None)


def _part(case: Case, share: Item) -> Item | None:
    """The part of a share whose whole is not told."""
    return case.once(("part", share.order), lambda: _find_part(case, share)) if share.unit == "%" and share.group > 0 else None


def _find_part(case: Case, share: Item) -> Item | None:
    if not says("share", share.own) or not is_share(share) or reading(case, share) is not None:
        return None
    near = [item for item in case.beside(share, PARTS) if item.group == share.group and item.unit not in ("%", "元", "美元") and item.status == share.status]
    part = part_of_share(near, share)
    return part if part is not None and part.value * HUNDRED / share.value < _MOST else None


def _bases(part: Item, share: Item) -> tuple[Decimal, Decimal]:
    """The least and the largest whole that rounding or cutting turns into the share."""
    unit = Decimal(1).scaleb(places(share.value))
    return part.value * HUNDRED / (share.value + unit), part.value * HUNDRED / max(share.value - unit / 2, unit / 100)


def _whole_numbers(part: Item, share: Item) -> Decimal | None:
    """A whole number that gives the share back, or None."""
    base = (part.value * HUNDRED / share.value).to_integral_value(ROUND_FLOOR)
    return next((n for n in (base, base + 1, base - 1) if n > 0 and way_from(part.value * HUNDRED / n, part.value * HUNDRED / n, share)), None)
