"""Rates against their part and their whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..lexicon import load_table
from ..records import Finding
from .agreement import may_follow, quotient, way_from_figures
from .case import Case, figure
from .cues import bare, cue, found, says, shares_a_word, without_roles
from .items import Item, comparable
from .phrases import finding, word

__all__ = ["Reading", "is_members", "is_share", "is_staff", "part_of_share", "rate_name", "rates", "reading", "written"]

NEARBY, BEHIND = 8, 3
"""Figures looked at inside a paragraph before a rate for its part and whole, and inside its sentence behind it."""

PARTS, WHOLES = 3, 12
"""Parts of the own sentence and wholes of the report that are tried for a rate whose whole stands far away."""

SHOWN = 5
"""Rates of a table that the finding of those that hold points to."""

FAR_OFF = 2
"""A part that is so many times too small for its rate is counted in another population, where several wholes are stated."""

_RATE = re.compile(r"([\u4e00-\u9fff]{2})率")


@dataclass(frozen=True, slots=True)
class _Name:
    """A row of ``rate_terms.tsv``: how a rate is called, and the roles of its whole and its part."""

    pattern: re.Pattern[str]
    whole: frozenset[str]
    part: frozenset[str]
    units: frozenset[str]
    anywhere: bool

    @property
    def doubted(self) -> bool:
        """Whether the workforce is one of several wholes that the rate may have."""
        return _STAFF in self.whole and len(self.whole) > 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A rate with the part and the whole that it is of; ``way`` says how it follows from them, "" when it does not."""

    part: Item
    whole: Item
    rate: Item
    way: str
    sure: bool = True


@cache
def _names() -> tuple[_Name, ...]:
    rows = load_table("rate_terms", ("id", "pattern", "whole", "part", "units", "reach", "example", "counterexample", "source"))
    return tuple(
        _Name(re.compile(row["pattern"]), frozenset(row["whole"].split()), frozenset(row["part"].split()), frozenset(row["units"].split()), row["reach"] == "report")
        for row in rows
    )


def rates(case: Case) -> Iterator[Finding]:
    """R01: a rate equals its part divided by its whole.

    Why: it is the first thing that an auditor checks. Every pair of nearby figures of comparable units is tried, those named
    as part and whole first, before a rate is called wrong; it is called so only when its own sentence names one part and one
    whole (应建…已建…, 受理…办结…), or when the report states its members and its staff only once.

    Example: 应建1506家，已建1462家，组建率达97% (consistent); 应建310家，已建248家，组建率达92% (80 %: conflict).
    Counterexample: 应建5467个，已建4289个，涵盖5420家，组建率99.1% holds with another numerator; 应建310家，其中国有企业40家，
    已建248家，国有企业组建率达100% is of another population.
    """
    holding: dict[int, list[Reading]] = {}
    for rate in case.items:
        told = reading(case, rate)
        if told is None:
            continue
        if rate.group < 0 and told.way:
            holding.setdefault(rate.paragraph, []).append(told)
        else:
            yield _finding(case, told)
    for of_table in holding.values():
        yield _finding(case, of_table[0]) if len(of_table) == 1 else _table_finding(case, of_table)


def reading(case: Case, rate: Item) -> Reading | None:
    """How a rate is to be read, or None where its part and whole are not told; computed once for a case."""
    if rate.unit != "%":
        return None
    return case.once(("reading", rate.order), lambda: _read(case, rate))


def is_share(rate: Item) -> bool:
    """Whether a figure in percent is a part of a whole, and not a change, an older rate, or a share of a plan."""
    words = rate.clause
    if rate.unit != "%" or rate.status == "rule" or not says("ratio", words):
        return False
    return not (says("changed", rate.own) or says("older", rate.own) or says("of_plan", words) or says("over_plan", rate.own))


def _read(case: Case, rate: Item) -> Reading | None:
    if not is_share(rate):
        return None
    name = next((name for name in _names() if name.pattern.search(rate.clause)), None)
    near = [item for item in case.beside(rate, NEARBY, BEHIND) if item.unit != "%" and item.status == rate.status and not (name and name.units and item.unit not in name.units)]
    marked = _marked(case, name, near, rate)
    if len(marked) == 1 and (told := _holds(marked[0], rate)) is not None:
        return told
    fallback = _pairs(name, near, rate)
    if marked:
        fallback = [pair for pair in fallback if any(pair[0] is part or pair[1] is whole for part, whole in marked)]
    told = next((told for pair in [*marked, *fallback] if (told := _holds(pair, rate)) is not None), None)
    if told is not None:
        return told
    if marked and (says("share", rate.clause) or _of_one_population(*marked[0], name, rate)):
        part, whole = marked[0]
        sure = len({pair[0].order for pair in marked}) == 1 and part.unit == whole.unit and _same_subject(part, whole, rate) and not may_follow(part, whole, rate)
        if name is not None and name.doubted and not whole.roles & name.whole:
            sure = False  # the workforce, of which only some may be due
        return Reading(part, whole, rate, "", sure)
    return _anywhere(case, name, near, rate)


def _holds(pair: tuple[Item, Item], rate: Item) -> Reading | None:
    part, whole = pair
    if not _about(part, whole, rate):
        return None
    way = way_from_figures(part, whole, rate)
    return Reading(part, whole, rate, way) if way else None


def _about(part: Item, whole: Item, rate: Item) -> bool:
    """A quick look in floats that spares the exact one."""
    low, high = float(part.low) / float(whole.high), float(part.high) / float(whole.low)
    slack = 1 + float(rate.high) * 0.1
    if rate.fact.bound == "at_least":
        return high * 100 >= float(rate.low) - slack
    return low * 100 <= float(rate.high) + slack and high * 100 >= float(rate.low) - slack


def _pairs(name: _Name | None, near: list[Item], rate: Item) -> list[tuple[Item, Item]]:
    """Every (part, whole) of comparable figures: those with the roles of the name first, then the nearest."""

    def strangeness(pair: tuple[Item, Item]) -> tuple[int, int, int]:
        part, whole = pair
        unnamed = (not part.roles & name.part) + (not whole.roles & name.whole) if name is not None else 0
        return unnamed, max(abs(rate.order - part.order), abs(rate.order - whole.order)), part.order < whole.order

    pairs = [(part, whole) for whole in near for part in near if part is not whole and comparable(part, whole) and part.low <= whole.high]
    return sorted((pair for pair in pairs if name is None or not _turned_round(name, *pair)), key=strangeness)


def _turned_round(name: _Name, part: Item, whole: Item) -> bool:
    """Whether what stands for the part is named as the whole, and the other way round (会员220人 of 职工210人)."""
    return _is_whole(name, part) and not _is_part(name, part) and _is_part(name, whole)


def _is_part(name: _Name, item: Item) -> bool:
    return bool(item.roles & name.part) or (_MEMBERS in name.part and is_members(item))


def _is_whole(name: _Name, item: Item) -> bool:
    return bool(item.roles & name.whole) or (_STAFF in name.whole and is_staff(item))


def _marked(case: Case, name: _Name | None, near: list[Item], rate: Item) -> list[tuple[Item, Item]]:
    """The pairs of a rate's own sentence that its words name as part and whole, nearest first."""
    own = [item for item in near if item.group == rate.group]
    if says("share", rate.own):
        return _shared(own, rate)
    if says("share", rate.clause) and not bare(rate.own, "filler"):
        return _named_whole(own, rate)
    if name is not None:
        parts = [item for item in own if _is_part(name, item)]
        wholes = [item for item in own if _is_whole(name, item)]
    else:
        called = _RATE.search(rate.own)
        wholes = [item for item in own if item.roles & _every("whole") or _is_due(item, called)]
        parts = [item for item in own if called is not None and (called[1] in item.own or (item.roles & _every("part") and any(char in item.own for char in called[1])))]
    wholes = [item for item in wholes if item not in parts] or wholes
    parts = [item for item in parts if item not in wholes]
    pairs = [(part, whole) for part in parts for whole in wholes if comparable(part, whole) and part.low <= whole.high and _in_order(part, whole, rate)]
    segment = [pair for pair in pairs if not _parted(case, min(*pair, rate, key=_place), max(*pair, rate, key=_place))]
    return sorted(segment or pairs, key=lambda pair: max(abs(rate.order - pair[0].order), abs(rate.order - pair[1].order)))


def _shared(own: list[Item], rate: Item) -> list[tuple[Item, Item]]:
    """The pairs of a share: the figure right before 占 as the part; as the whole what the words behind 占 name (占职工总数的), or
    where they name nothing the figure that 其中 is of."""
    part = part_of_share(own, rate)
    base = cue("base").search(rate.own)
    if part is None or base is None:
        return []
    noun = base["base"]
    earlier = [item for item in own if item.order < part.order and item.unit == part.unit and part.low <= item.high]
    if cue("vague_base").fullmatch(noun):
        return [(part, earlier[0])] if earlier and says("within", part.own) else []
    narrow = found("narrower", noun)
    return [(part, item) for item in earlier if shares_a_word(noun, item.clause + item.behind) and found("narrower", item.own + item.behind) == narrow]


def _named_whole(own: list[Item], rate: Item) -> list[tuple[Item, Item]]:
    """The pair of a share whose whole stands in its words (女会员1860人，占会员总数3200人的58%)."""
    earlier = [item for item in own if item.order < rate.order]
    if len(earlier) < 2 or earlier[0].order != rate.order - 1 or not says("share", earlier[0].own):
        return []
    return [(item, earlier[0]) for item in earlier[1:2] if item.unit == earlier[0].unit]


def part_of_share(own: list[Item], rate: Item) -> Item | None:
    """The figure before 占, when nothing else is its subject (党员占15% speaks of no figure)."""
    subject = rate.own[: rate.own.rfind("占")]
    if len(bare(subject, "filler")) > 1 or rate.group < 0:
        return None
    return next((item for item in own if item.order < rate.order), None)


def _place(item: Item) -> int:
    return item.at


def _parted(case: Case, first: Item, last: Item) -> bool:
    """Whether a semicolon stands between two figures: each side of it tells of its own."""
    between = case.text[first.end : last.at]
    return "；" in between or ";" in between


def _same_subject(part: Item, whole: Item, rate: Item) -> bool:
    """Whether the words of a rate before its name, if there are any that mean something, are those of its figures."""
    noun = bare(_RATE.sub("", rate.own), "filler", "ratio")
    if len(noun) < 2 or says("share", rate.clause) or shares_a_word(noun, part.clause + part.behind + whole.clause + whole.behind):
        return True
    return all(len(bare(without_roles(item.own), "filler")) < 2 for item in (part, whole))  # 结案率99%，共受理75件，结案72件


def _is_due(item: Item, called: re.Match[str] | None) -> bool:
    """Whether a figure counts those due for what a rate is called after (应换届120家 for 换届率)."""
    return called is not None and called[1] in item.own and says("due", item.own)


def _in_order(part: Item, whole: Item, rate: Item) -> bool:
    """Whether the part stands before its rate, or both stand behind it (体检率97%（应检820人，实检798人）)."""
    return part.order < rate.order or (whole.order > rate.order and not says("share", rate.own))


_MEMBERS, _STAFF = "members", "staff"


@cache
def _every(side: str) -> frozenset[str]:
    return frozenset().union(*(getattr(name, side) for name in _names()))


def is_members(item: Item) -> bool:
    """Whether a figure counts all the members of somebody (现有会员780名)."""
    return item.unit == "人" and says("members", item.own) and not says("action", item.own)


def is_staff(item: Item) -> bool:
    """Whether a figure counts the workforce of somebody (在册职工1286人), and not those who were visited or trained."""
    return item.unit == "人" and says("staff", item.own) and not says("action", item.own) and not says("members", item.own)


def _of_one_population(part: Item, whole: Item, name: _Name | None, rate: Item) -> bool:
    """Whether nothing narrows the rate or its part beyond its whole (国有企业组建率 beside the unions of all firms); what belongs to
    the name of the rate does not (女职工组织组建率)."""
    if says("respectively", rate.clause):
        return False
    called = name.pattern.search(rate.clause) if name is not None else None
    of_whole, of_part = found("narrower", whole.clause + whole.behind), found("narrower", part.own)
    of_name = found("narrower", called[0]) if called is not None else frozenset()
    return of_part <= of_whole | of_name and found("narrower", rate.own) <= of_whole | of_part


def _anywhere(case: Case, name: _Name | None, near: list[Item], rate: Item) -> Reading | None:
    """A rate whose whole, or whose part too, stands elsewhere in the report (003: 会员780名，占职工总人数的95％以上 … 职工1000多名)."""
    if rate.group < 0:
        return None
    parts = [item for item in near if item.group == rate.group and item.order < rate.order][:PARTS]
    wholes = _wholes(case, name)[:WHOLES]
    exact = rate.fact.bound == "exact" and rate.value != rate.value.to_integral_value()
    for part in parts:
        if name is not None and not name.anywhere and not part.roles & name.part:
            continue
        if name is None and not exact:
            continue
        for whole in wholes:
            if part is not whole and comparable(part, whole) and part.low <= whole.high and (told := _holds((part, whole), rate)) is not None:
                return told
    if name is None or _MEMBERS not in name.part or rate.status != "achieved":
        return None
    return _members(case, parts, wholes, rate)


def _wholes(case: Case, name: _Name | None) -> list[Item]:
    """The figures of a report that may be the whole of a rate far from them."""
    if name is not None and _STAFF not in name.whole:
        roles = name.whole
        return case.once(("wholes", roles), lambda: [item for item in case.items if item.roles & roles and item.status == "achieved"])
    return case.once("staff", lambda: [item for item in case.items if is_staff(item) and item.status == "achieved"])


def _members(case: Case, parts: list[Item], wholes: list[Item], rate: Item) -> Reading | None:
    members = [item for item in parts if is_members(item)]
    if not members and says("share", rate.own):
        return None  # a share of the workforce, of somebody else
    members = members or case.once("members", lambda: [item for item in case.items if is_members(item) and item.status == "achieved"])
    if not members or not wholes:
        return None
    part, whole = max(members[:WHOLES], key=lambda item: item.value), max(wholes, key=lambda item: item.value)
    if told := _holds((part, whole), rate):
        return told
    if part.low > whole.high or says("respectively", rate.clause) or rate.fact.period != part.fact.period or found("narrower", part.own + whole.own) != found("narrower", rate.clause):
        return None
    one = len({item.value for item in wholes[:WHOLES]}) == 1 and len({item.value for item in members[:WHOLES]}) == 1
    share = quotient(part, whole)[1]
    near = rate.value / FAR_OFF < share < rate.value
    return Reading(part, whole, rate, "") if one or near else None


def _finding(case: Case, told: Reading) -> Finding:
    part, whole, rate = told.part, told.whole, told.rate
    computed = quotient(part, whole)[1]
    most = word("way.most") if whole.fact.bound == "at_least" and part.exact else ""
    words = f"{figure(part.value)} ÷ {figure(whole.value)} = {most}{figure(computed, '%')}，报告写{written(rate)}"
    note = word("note.families") if {part.unit, whole.unit} >= {"户", "人"} else ""
    verdict = "consistent" if told.way else "conflict" if told.sure else "doubtful"
    why = word(f"way.{told.way}") if told.way else ""
    return finding(case, "rate", verdict, (whole, part, rate), words, why=why, computed=computed, stated=rate.value, note=note, name=rate_name(rate))


def rate_name(rate: Item) -> str:
    """What a rate is called in its clause (组建率), or ""."""
    called = _RATE.search(rate.clause)
    return called[0] if called is not None else ""


def written(rate: Item) -> str:
    """A rate as written; in a table the sign stands in the heading."""
    return rate.quote if rate.group > 0 or "%" in rate.quote else f"{rate.quote}%"


def _table_finding(case: Case, holding: list[Reading]) -> Finding:
    """The rates of one table that hold are one finding."""
    words = word("rate.table").format(n=len(holding))
    return finding(case, "rate", "consistent", [told.rate for told in holding[:SHOWN]], words)
