"""Rates against parts and wholes, parts within wholes, amounts per head, declared counts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from functools import cache
from itertools import islice, pairwise

import regex

from ..lexicon import Row, load_table
from ..records import Fact, Finding
from ..structure.numbering import line_numbers, ordinal_value
from .case import Case, figure, rounded
from .cues import last_of, says

__all__ = ["declared_counts", "implied_base", "parts_within_wholes", "per_head", "rates", "said_rate"]

GROWTH, SHARE, MEMBERSHIP, MEMBERS, STAFF = "增长率", "占比", "入会率", "会员数", "职工数"
"""Ids of the indicator table that have rules of their own."""

OTHER_PEOPLE = 2
"""A part so many times its whole is counted in another population (the county's members, the office's staff)."""

_RATE_NAME = regex.compile(r"([\u4e00-\u9fff]{2})率")

NEARBY = 8
"""Figures looked back inside a paragraph for the part and the whole of a rate."""

_PEOPLE = frozenset({"人", "人次", "户", "名"})
_BODIES = frozenset({"家", "个", "所", "份"})
_HUNDRED = Decimal(100)


def said_rate(computed: Decimal, fact: Fact) -> str:
    """How a stated rate follows from the computed one: 四舍五入, 截断, a bound's word, or "" when it does not.

    A rate is accepted when rounding or cutting the computed one to the decimals stated gives it (67/68 is 98.53 % and
    written 98: that author cuts). Bounds are compared as intervals.
    """
    stated = fact.value
    if stated is None:
        return ""
    exponent = stated.normalize().as_tuple().exponent
    places = str(Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0)))
    if rounded(computed, places) == stated:
        return "四舍五入" if computed != stated else "相等"
    if rounded(computed, places, ROUND_DOWN) == stated:
        return "截断"
    if fact.bound == "at_least" and computed >= stated:
        return "不低于"
    if fact.bound == "under" and stated * Decimal("0.9") <= computed <= stated:
        return "接近"
    if fact.bound == "approx" and abs(computed - stated) <= stated * Decimal("0.05"):
        return "约数"
    return ""


def rates(case: Case) -> Iterator[Finding]:
    """R01: a rate equals its part divided by its whole (应建1506家，已建1462家，组建率达97%).

    Every pair of nearby counts of comparable units is tried, nearest first, before a rate is called wrong; it is called
    so only when exactly one pair of its own sentence is marked as part and whole (应建…已建…).
    """
    for fact in case.facts:
        if fact.unit != "%" or fact.indicator == GROWTH or not fact.value or fact.status == "rule" or not says("ratio", case.words_before(fact)):
            continue
        units = _rate_units().get(fact.indicator or "")
        counts = [f for f in case.before(fact, NEARBY) if f.value and f.unit not in ("%", "元") and f.status == fact.status and (units is None or f.unit in units)]
        pairs = [(part, whole) for whole in counts for part in counts if part is not whole and _comparable(part, whole) and part.value <= whole.value]  # type: ignore[operator]
        pairs.sort(key=lambda pair: min(case.place(pair[0]), case.place(pair[1])), reverse=True)
        held = next(((p, w, how) for p, w in pairs if (how := said_rate(_share(p, w), fact))), None)
        if held is not None:
            part, whole, how = held
            yield _rate_finding(case, part, whole, fact, how)
            continue
        marked = _marked_pair(case, fact, counts)
        if marked is not None and _speaks_of(case, fact, *marked):
            yield _rate_finding(case, *marked, fact, "")
        elif fact.indicator == MEMBERSHIP:
            yield from _members_anywhere(case, fact)


@cache
def _rate_units() -> dict[str, frozenset[str]]:
    """The units in which the parts of a rate may be counted, where the table limits them."""
    return {row["part"]: frozenset(row["units"].split()) for row in _pairs("rate")}


def _comparable(part: Fact, whole: Fact) -> bool:
    return part.unit == whole.unit or {part.unit, whole.unit} <= _PEOPLE or {part.unit, whole.unit} <= _BODIES


def _share(part: Fact, whole: Fact) -> Decimal:
    assert part.value is not None
    assert whole.value is not None
    return part.value * _HUNDRED / whole.value


def _marked_pair(case: Case, fact: Fact, counts: list[Fact]) -> tuple[Fact, Fact] | None:
    """The part and the whole of a rate that its own sentence names as such, when there is just one of each."""
    sentence = case.context.sentence_start(case.place(fact))
    own = [f for f in counts if case.place(f) >= sentence]
    wholes = [f for f in own if says("whole", case.words_before(f))]
    parts = [f for f in own if says("part", case.words_before(f)) and f not in wholes]
    if len(wholes) != 1 or len(parts) != 1 or not _comparable(parts[0], wholes[0]):
        return None
    if (parts[0].value or 0) > (wholes[0].value or 0):
        return None  # that is for parts_within_wholes to say
    return parts[0], wholes[0]


def _speaks_of(case: Case, fact: Fact, part: Fact, whole: Fact) -> bool:
    """Whether a rate is the rate of a marked part and whole, and not of last year, of a change, or of another noun.

    The rates that the table limits to a unit (组建率 of bodies, 入会率 of people) are; any other must share a character with
    its part (已办结171件…办结率, 实检698人…受检率), which 满意率 beside them does not.
    """
    words = case.words_before(fact)
    if says("moved", words) or (fact.subject and whole.subject and fact.subject != whole.subject):
        return False
    name = _RATE_NAME.search(words)
    return (fact.indicator or "") in _rate_units() or (name is not None and any(char in case.words_before(part) for char in name[1]))


def _members_anywhere(case: Case, fact: Fact) -> Iterator[Finding]:
    """A membership rate against the members and the staff that the report states anywhere (003: 780名 of 1000多名, 95％以上)."""
    members = [f for f in case.facts if f.indicator == MEMBERS and f.value and f.status == "achieved"]
    staff = [f for f in case.facts if f.indicator == STAFF and f.value and f.unit == "人" and f.status == "achieved"]
    if not members or not staff:
        return
    part = max(members, key=lambda f: f.value or Decimal(0))
    whole = max(staff, key=lambda f: f.value or Decimal(0))
    share = _share(part, whole)
    if said_rate(share, fact):
        yield _rate_finding(case, part, whole, fact, said_rate(share, fact))
    elif whole.bound in ("at_least", "exact") and (fact.value or share) / 2 < share < (fact.value or share):  # farther off it is another population
        yield _rate_finding(case, part, whole, fact, "")


def _rate_finding(case: Case, part: Fact, whole: Fact, fact: Fact, how: str) -> Finding:
    computed = _share(part, whole)
    bound = "至多" if whole.bound == "at_least" else ""
    words = f"{figure(part.value)} ÷ {figure(whole.value)} = {bound}{figure(computed, '%')}，报告写{fact.quote}"
    mixed = "；户与人不宜相除，请留意口径" if {part.unit, whole.unit} >= {"户", "人"} else ""
    spans = (case.shown(whole), case.shown(part), case.shown(fact))
    computed = rounded(computed)
    if how:
        return Finding("rate", "consistent", spans, f"{words}：一致（{how}）{mixed}", computed, fact.value)
    question = f"请核实：{fact.indicator}的分子、分母各是多少？"
    return Finding("rate", "conflict", spans, f"{words}：打架", computed, fact.value, question)


def implied_base(case: Case) -> Iterator[Finding]:
    """R03: the whole that a share leaves out, worked back from the part (48起，占…46.1%: 104 in all).

    A share stated to one decimal or more admits few whole numbers: when one of them gives it back, that is consistent.
    A share in whole percent admits many, and the base stays unverifiable (220人…占50%: 440, never stated).
    """
    for fact in case.facts:
        if fact.unit != "%" or fact.indicator != SHARE or not fact.value or not says("share", case.words_before(fact)):
            continue
        sentence = case.context.sentence_start(case.place(fact))
        parts = [f for f in case.before(fact, 4) if f.value and f.unit not in ("%", "元", "美元") and case.place(f) >= sentence]
        if not parts or any(said_rate(_share(a, b), fact) for a in parts for b in parts if a is not b and b.value):
            continue
        part = parts[0]
        assert part.value is not None
        base = part.value * _HUNDRED / fact.value
        spans = (case.shown(part), case.shown(fact))
        words = f"{figure(part.value)} ÷ {fact.quote} ≈ {figure(base)}"
        if fact.value == fact.value.to_integral_value():
            question = "请核实：总数是多少？"
            yield Finding("implied_base", "unverifiable", spans, f"{words}，总数未写明，无从核", rounded(base, "0.1"), fact.value, question)
            continue
        whole = base.to_integral_value()
        if any(said_rate(part.value * _HUNDRED / n, fact) for n in (whole, whole + 1, whole - 1) if n > 0):
            yield Finding("implied_base", "consistent", spans, f"{words}，有整数总数与之相符：一致（反推）", rounded(base, "0.1"), fact.value)
        else:
            yield Finding("implied_base", "doubtful", spans, f"{words}，没有整数总数与之相符：存疑", rounded(base, "0.1"), fact.value, "请核实：总数是多少？")


@cache
def _pairs(rule: str) -> tuple[Row, ...]:
    rows = load_table("audit_pairs", ("rule", "part", "whole", "units", "reach", "verdict", "reason", "source"))
    return tuple(row for row in rows if row["rule"] == rule)


def parts_within_wholes(case: Case) -> Iterator[Finding]:
    """R02: a part is not larger than its whole (其中…, 会员 of 职工, 已建 of 应建)."""
    for sentence in case.sentences:
        for i, fact in enumerate(sentence):
            if fact.value is None or not says("within", case.words_before(fact)):
                continue
            said = case.place(fact) - len(case.words_before(fact)) + last_of("within", case.words_before(fact))
            whole = next((f for f in reversed(sentence[:i]) if f.value is not None and f.unit == fact.unit != "%" and case.place(f) < said), None)
            if whole is not None:
                yield _part_finding(case, fact, whole, "其中数", "conflict")
        yield from _same_count_twice(case, sentence)
    for row in _pairs("part_whole"):
        groups = case.sentences if row["reach"] == "sentence" else (case.facts,)
        for group in groups:
            found = _one_of_each(group, row)
            if found is not None and (found[1].value or 0) < (found[0].value or 0) < OTHER_PEOPLE * (found[1].value or 0):
                yield _part_finding(case, *found, row["reason"], row["verdict"])


def _one_of_each(group: tuple[Fact, ...], row: Row) -> tuple[Fact, Fact] | None:
    units = row["units"].split()
    sides = [[f for f in group if f.indicator == row[side] and f.unit in units and f.value is not None and f.status == "achieved"] for side in ("part", "whole")]
    return (sides[0][0], sides[1][0]) if sides[0] and sides[1] else None


def _part_finding(case: Case, part: Fact, whole: Fact, reason: str, verdict: str) -> Finding:
    spans = (case.shown(whole), case.shown(part))
    if (part.value or 0) <= (whole.value or 0):
        return Finding("part_whole", "consistent", spans, f"{part.quote} ≤ {whole.quote}：一致（{reason}）", part.value, whole.value)
    word = "打架" if verdict == "conflict" else "存疑"
    question = "请核实：两个数的统计口径是否相同？"
    return Finding("part_whole", verdict, spans, f"{part.quote} > {whole.quote}：{word}（{reason}）", part.value, whole.value, question)


def _same_count_twice(case: Case, sentence: tuple[Fact, ...]) -> Iterator[Finding]:
    """One sentence that counts the same thing twice with the reached more than the visited (走访企业78家，…涉及企业85家)."""
    for i, fact in enumerate(sentence):
        if not fact.value or fact.unit != "家" or not says("reached", case.words_before(fact)):
            continue
        other = next((f for f in sentence[:i] if f.indicator == fact.indicator and f.unit == fact.unit and f.value), None)
        if other is not None and other.value is not None and other.value < fact.value:
            yield _part_finding(case, fact, other, "同句两数不等，可能是两项活动", "doubtful")


def per_head(case: Case) -> Iterator[Finding]:
    """R11: an amount divided by its heads is of a plausible size (38人，22.8万元: 6000 each), or of the size stated.

    The ranges in the table are wide: a probe for wrong units (万 for 元), not a judgement of generosity. An amount stated
    for each (每人500元) is none to divide.
    """
    for sentence in case.sentences:
        stated = [f for f in sentence if f.value and f.unit != "%" and says("each", case.words_before(f))]
        for each in stated:
            yield from _stated_each(case, sentence, each)
        rest = [f for f in sentence if f.value and f not in stated and f.status != "rule"]
        for heads, amount in pairwise(rest):
            row = next((row for row in _pairs("per_head") if heads.indicator == row["part"] and amount.indicator == row["whole"]), None)
            if row is not None and heads.unit in row["units"].split() and amount.unit not in ("%", heads.unit) and heads.status == amount.status:
                yield _per_head_finding(case, heads, amount, row)


def _per_head_finding(case: Case, heads: Fact, amount: Fact, row: Row) -> Finding:
    assert amount.value is not None
    assert heads.value is not None
    low, high = (Decimal(end) for end in row["verdict"].split())
    each = rounded(amount.value / heads.value)
    words = f"{amount.quote} ÷ {heads.quote} ≈ {figure(each)}（{row['reason']}）"
    spans = (case.shown(heads), case.shown(amount))
    if low <= each <= high:
        return Finding("per_head", "consistent", spans, f"{words}：合理", each)
    return Finding("per_head", "doubtful", spans, f"{words}：偏离常见范围 {low}–{high}，存疑", each, None, "请核实：金额或人数的单位是否有误？")


def _stated_each(case: Case, sentence: tuple[Fact, ...], each: Fact) -> Iterator[Finding]:
    """An amount for each that two other figures of the sentence give back (1520人次，91.2万元，人均600元)."""
    assert each.value is not None
    for amount in sentence:
        for heads in sentence:
            if each in (amount, heads) or not amount.value or not heads.value or amount.unit != each.unit or heads.unit in (each.unit, "%"):
                continue
            quotient = amount.value / heads.value
            if abs(quotient - each.value) <= each.value / 100:
                words = f"{amount.quote} ÷ {heads.quote} ≈ {figure(quotient)}，报告写{each.quote}：一致"
                yield Finding("per_head", "consistent", (case.shown(heads), case.shown(amount), case.shown(each)), words, rounded(quotient), each.value)
                return


def growth(case: Case) -> Iterator[Finding]:
    """R04: a growth rate follows from two figures of its sentence, last year's and this year's or the difference.

    002: 收入8400万元，比去年增加900万元，同比增长12%: 900 ÷ 7500. Where no pair gives it back nothing is said, since the base
    may stand elsewhere.
    """
    for sentence in case.sentences:
        for i, fact in enumerate(sentence):
            if fact.unit != "%" or fact.indicator != GROWTH or not fact.value:
                continue
            figures = [f for f in sentence[:i] if f.value and f.unit != "%"]
            for later, earlier in ((b, a) for k, b in enumerate(figures) for a in figures[:k] if a.unit == b.unit):
                found = _growth_of(earlier, later, not says("falls", case.words_before(fact)), fact)
                if found is not None:
                    words, computed = found
                    spans = (case.shown(earlier), case.shown(later), case.shown(fact))
                    yield Finding("growth", "consistent", spans, f"{words} = {figure(computed, '%')}，报告写{fact.quote}：一致", rounded(computed), fact.value)
                    break


def _growth_of(first: Fact, second: Fact, rises: bool, fact: Fact) -> tuple[str, Decimal] | None:
    """The reading of two figures that gives a growth rate: from first to second, or second as the difference to last year."""
    a, b = first.value, second.value
    assert a is not None
    assert b is not None
    readings: list[tuple[str, Decimal, Decimal]] = []
    if (b > a) == rises:
        readings.append((f"({figure(max(a, b))} − {figure(min(a, b))}) ÷ {figure(a)}", abs(b - a), a))
    if b < a:
        sign, base = ("−", a - b) if rises else ("+", a + b)
        readings.append((f"{figure(b)} ÷ ({figure(a)} {sign} {figure(b)})", b, base))
    return next(((words, part * _HUNDRED / base) for words, part, base in readings if base and said_rate(part * _HUNDRED / base, fact)), None)


@cache
def _declared() -> regex.Pattern[str]:
    rows = load_table("declared_counts", ("id", "pattern", "example", "counterexample", "source"))
    return regex.compile("|".join(f"(?:{row['pattern'].replace('(?P<n>', f'(?P<n{i}>')})" for i, row in enumerate(rows)))


_ITEMS_WITHIN = 1500
"""Characters behind a declared count in which its items must begin."""

_MOST_DECLARED = 40
"""Declared counts of one report that are looked into."""


def declared_counts(case: Case) -> Iterator[Finding]:
    """R04: as many items follow as were announced (“六个方面”: 一是 … 六是).

    The items are the first list of words (一是, 第一，) or of numerals that opens behind the announcement, before any
    heading of the level in which it stands ends it. Where no list opens, nothing is said.
    """
    for match in islice(_declared().finditer(case.text), _MOST_DECLARED):
        declared = ordinal_value(next(v for v in match.groupdict().values() if v).replace("两", "二"))
        items = _items_behind(case, match.end())
        if not items:
            continue
        spans = (case.span(match.start(), match.end()), case.span(items[-1], min(items[-1] + 20, len(case.text))))
        words = f"写“{match[0].strip('“”')}”，其后列出{len(items)}项"
        count, stated = Decimal(len(items)), Decimal(declared)
        if count == stated:
            yield Finding("declared_count", "consistent", spans, f"{words}：一致", count, stated)
            continue
        verdict, word = ("conflict", "打架") if count < stated else ("doubtful", "存疑")
        yield Finding("declared_count", verdict, spans, f"{words}：{word}", count, stated, "请核实：是否漏列或多列？")


def _items_behind(case: Case, start: int) -> list[int]:
    """Where the items of the list behind ``start`` begin; the list must open in the same sentence or the next line."""
    end = min(len(case.text), start + _ITEMS_WITHIN)
    opened: list[int] = []
    family, expected = "", 1
    for line in regex.finditer(r"[^\n]+", case.text, pos=start, endpos=end):
        for number in line_numbers(case.text, *line.span()):
            if not family and number.value == 1 and number.rank is None and number.start - start < 120:
                family = number.family
            if number.family == family and number.value == expected:
                opened.append(number.start)
                expected += 1
            elif family and number.at_line and number.rank is not None and number.rank <= 1:
                return opened
    return opened
