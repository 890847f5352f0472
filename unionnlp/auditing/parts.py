"""Parts within their wholes: 其中, and pairs that everybody knows (已建 of 应建, 办结 of 受理, 会员 of 职工)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ..lexicon import load_table
from ..records import Finding
from .case import LONGEST_GROUP, Case
from .cues import bare, found, last_of, says, shares_a_word, without_roles
from .items import BODIES, Item
from .phrases import finding, word
from .rates import is_members, is_staff, reading

__all__ = ["known_pairs", "of_which", "officers_of_bodies", "reached_and_visited"]


def of_which(case: Case) -> Iterator[Finding]:
    """R02: what 其中 names is not larger than the figure that it is a part of.

    Why: a part larger than its whole is a slip of the pen, or two populations. Every figure of the unit before it in the
    sentence may be the whole: the one that shares its noun, else the nearest.

    Example: 职工640人，其中女职工710人 (conflict).
    Counterexample: 困难职工180户，其中涉及子女260人 counts people in families; 职工12000人，会员7800人，其中企业职工8200人 is of the staff.
    """
    for sentence in case.item_sentences:
        for i, part in enumerate(sentence):
            if part.unit == "%" or not says("within", part.own):
                continue
            said = part.at - len(part.own) + last_of("within", part.own)
            wholes = [item for item in reversed(sentence[:i]) if item.unit == part.unit and item.end <= said and not says("each", item.own)]
            if not wholes:
                continue
            kin = [item for item in wholes if _share_a_noun(part, item)]
            whole = (kin or wholes)[0]
            larger = next((item for item in kin or wholes if part.low <= item.high), None)
            if larger is None:
                yield _finding(case, part, whole, word("why.of_which"), "conflict" if part.status == whole.status else "doubtful")
            else:
                yield _finding(case, part, larger, word("why.of_which"), "consistent")


def _share_a_noun(part: Item, whole: Item) -> bool:
    return shares_a_word(bare(part.own, "within"), whole.clause + whole.behind)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A row of ``part_whole.tsv``."""

    whole: str
    part: str
    units: frozenset[str]
    anywhere: bool
    verdict: str
    unless: re.Pattern[str] | None
    reason: str


@cache
def _table() -> tuple[_Pair, ...]:
    rows = load_table("part_whole", ("whole", "part", "units", "reach", "verdict", "unless", "reason", "example", "counterexample", "source"))
    return tuple(
        _Pair(
            row["whole"],
            row["part"],
            frozenset(row["units"].split()),
            row["reach"] == "report",
            row["verdict"],
            re.compile(row["unless"]) if row["unless"] else None,
            row["reason"],
        )
        for row in rows
    )


@cache
def _roles() -> frozenset[str]:
    return frozenset(role for pair in _table() for role in (pair.whole, pair.part))


def known_pairs(case: Case) -> Iterator[Finding]:
    """R02: no more are built than ought to be, settled than received, placed than registered; no more members than staff.

    Why: a funnel narrows (征集 ≥ 立案 ≥ 办结). A pair is compared in one sentence and one unit; where the whole stands in several
    figures (来信20件、来访30件) their sum is the whole.

    Example: 征集提案86件，立案92件 (conflict).
    Counterexample: 受理86件，办结历年积案92件; 签订合同1410份，覆盖企业1200家; 会员655人（含退休会员20人）.
    """
    for sentence in case.item_sentences:
        roles = [_roles_of(item) for item in sentence]
        for i, part in enumerate(sentence):
            if i and roles[i]:
                yield from _pairs_of(case, sentence, roles, i, part)
    for number, row in case.groups.items():
        if number < 0:  # of a table only what is wrong is told
            roles = [_roles_of(item) for item in row[:LONGEST_GROUP]]
            told = (each for i in range(1, len(roles)) if roles[i] for each in _pairs_of(case, row, roles, i, row[i]))
            yield from (each for each in told if each.verdict != "consistent")
    yield from _over_the_report(case)


def _roles_of(item: Item) -> frozenset[str]:
    roles = item.roles & _roles()
    if item.unit == "人" and is_members(item):
        roles |= {"members"}
    if item.unit == "人" and is_staff(item):
        roles |= {"staff"}
    return roles


def _pairs_of(case: Case, sentence: list[Item], roles: list[frozenset[str]], i: int, part: Item) -> Iterator[Finding]:
    for pair in _table():
        if pair.part not in roles[i] or pair.whole in roles[i] or pair.anywhere or (pair.units and part.unit not in pair.units) or part.unit == "%":
            continue
        k = next((k for k in range(i - 1, -1, -1) if pair.whole in roles[k] and sentence[k].unit == part.unit), None)
        if k is None or says("within", part.own):
            continue
        whole = sentence[k]
        if part.status != whole.status or not (_elliptic(part) or found("narrower", whole.clause) <= found("narrower", part.clause + whole.behind)):
            continue
        if part.low <= whole.high:
            if not _in_a_rate(case, part, whole, sentence):
                yield _finding(case, part, whole, pair.reason, "consistent")
            return
        others = [item for j, item in enumerate(sentence[:i]) if j != k and item.unit == part.unit and not (roles[j] & {pair.part})]
        if part.low <= whole.high + sum(item.high for item in others) and others:
            continue
        around = case.text[whole.at - len(whole.own) : part.end + 24]
        if says("carried_over", part.own) or (pair.unless is not None and pair.unless.search(around)):
            continue
        yield _finding(case, part, whole, pair.reason, pair.verdict)
        return


def _in_a_rate(case: Case, part: Item, whole: Item, sentence: list[Item]) -> bool:
    """Whether a rate of the sentence is read as that of a pair: then it says all that there is to say."""
    told = (reading(case, rate) for rate in sentence if rate.unit == "%")
    return any(each is not None and each.part is part and each.whole is whole for each in told)


def _elliptic(part: Item) -> bool:
    """Whether a part names no noun of its own (应建女职工组织186家，已建192家)."""
    return len(bare(without_roles(part.own), "filler")) < 2


def _over_the_report(case: Case) -> Iterator[Finding]:
    """Pairs that are looked for in the whole report: the first of each kind."""
    for pair in _table():
        if not pair.anywhere:
            continue
        told = [item for item in case.items if item.unit in pair.units and item.status == "achieved" and item.roles]
        part = next((item for item in told if pair.part in item.roles and pair.whole not in item.roles), None)
        whole = next((item for item in told if pair.whole in item.roles and pair.part not in item.roles), None)
        if part is not None and whole is not None and whole.high < part.low < 2 * whole.high:
            yield _finding(case, part, whole, pair.reason, pair.verdict)


def reached_and_visited(case: Case) -> Iterator[Finding]:
    """R02: a sentence that reaches more firms than it visits counts two activities, or one of them wrongly.

    Example: 走访企业78家，发放调查问卷100份，涉及企业85家 (doubtful).
    Counterexample: 走访企业46家，涉及职工3200人 counts another unit.
    """
    for sentence in case.item_sentences:
        for i, item in enumerate(sentence):
            if item.unit != "家" or not says("reached", item.own):
                continue
            other = next((o for o in sentence[:i] if o.unit == item.unit and says("visited", o.own)), None)
            if other is not None and item.low > other.high:
                yield _finding(case, item, other, word("why.two_activities"), "doubtful")


def officers_of_bodies(case: Case) -> Iterator[Finding]:
    """R02: where bodies and their officers are told together, there is one for each at least.

    Why: it holds as a rule and is worth listing; one officer may serve several bodies, so fewer are no alarm.

    Example: 女职工委员会16个，女职工工作干部25人 (consistent).
    Counterexample: 基层工会310家，专职干部40人 says nothing.
    """
    for sentence in case.item_sentences:
        for bodies, officers in pairwise(sentence):
            if bodies.unit in BODIES and officers.unit == "人" and says("bodies", bodies.own) and says("officers", officers.own) and bodies.high <= officers.low:
                words = f"{bodies.quote} ≤ {officers.quote}"
                yield finding(case, "part_whole", "consistent", (bodies, officers), words, why=word("why.officers"), computed=officers.value, stated=bodies.value)


def _finding(case: Case, part: Item, whole: Item, reason: str, verdict: str) -> Finding:
    sign = "≤" if verdict == "consistent" else ">"
    return finding(case, "part_whole", verdict, (whole, part), f"{part.quote} {sign} {whole.quote}", why=reason, computed=part.value, stated=whole.value)
