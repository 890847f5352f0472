"""Readers of figures: with a unit behind, in ranges and lists, masked, and without a unit."""

from __future__ import annotations

import re
from decimal import Decimal

from ..records import Quantity
from .around import CLAUSE, approximated, attempt, behind, bound_of, negative, priced_by, quantity_of, range_of, sign_lost, trimmed, unit_of, vague_in
from .grammar import Classifier, Grammar, Unit
from .numerals import is_chinese_range, parse_numeral, range_ends, signs

__all__ = ["bare", "grouped", "joined", "masked", "single"]

_CLOSING = frozenset("，,。；;、）)：:！!\n")
_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
_WAN = 10_000
_LONE_DIGIT = 10
_LARGEST_LOST_RATE = 200
"""Percent points: a bare figure above is no rate whose sign was lost."""

_UNSCALED = 1000
"""Figures of a list below it share the place of the last one (3、5万元); larger ones stand for themselves (8000和1.2万元)."""


def single(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """80余人次, 11.02万元, 一百二十多万人, 近百名, 三五百人."""
    numeral, inner, money, outer, after = match.group("numeral", "inner", "money", "outer", "after")
    unit, classifier = unit_of(match, rules)
    at, end = match.span()
    bare = numeral[0] in rules.bare_places
    if at and text[at - 1] in rules.indefinite and (bare or numeral[0] == "十"):
        return []  # 几十名, 数百家 hold no number
    start, before = approximated(text, at, rules, bare=bare)
    vague = inner or vague_in(numeral, rules)
    if bare and not (before or vague):
        return []  # 百家争鸣, 万元户: no figure before the place
    if classifier is not None and not bare and not before and not _counts(text, match, numeral, classifier, rules):
        return []
    if is_chinese_range(numeral):
        low, high = range_ends(numeral)
        return range_of(text, at, end, low * unit.factor, high * unit.factor, unit.unit, rules)
    value = parse_numeral(f"一{numeral}" if bare else numeral)
    if unit.factor != 1:
        value = trimmed(value * unit.factor)
    if money and (coins := rules.coins.get(unit.kind)) is not None and (small := coins.match(text, end)) is not None and small.end() > end:
        for name, share in (("tenths", _TENTH), ("cents", _CENT)):
            value += parse_numeral(small[name]) * share if small.groupdict().get(name) else 0
        end = small.end()
    if classifier is None and start == at and negative(text, at, rules):
        start, value = at - 1, -value
    if money and (priced := priced_by(text, at, rules)) is not None:
        near, said = approximated(text, priced[0], rules)
        if said or priced[1] != unit.unit:  # 约人民币5000元, 港币500元; 人民币5000元 says nothing that 5000元 does not
            start, before, unit = near, said, Unit(priced[1], unit.factor, unit.kind)
    bound = bound_of(before, ("inner", vague), ("outer", outer), ("after", after), rules=rules)
    return [quantity_of(text, start, end, value, unit.unit, bound)]


def _counts(text: str, match: re.Match[str], numeral: str, classifier: Classifier, rules: Grammar) -> bool:
    """Whether a numeral before a classifier counts; a small Chinese one often does not (两项重点, 三个代表, 一名职工)."""
    if numeral.isascii() or any("0" <= char <= "9" for char in numeral):
        return True
    if len(numeral) > 1 or match["inner"]:
        return classifier.small != "no" or len(numeral) > 2 or numeral[0] != "十"
    at, end = match.span()
    closes = end == len(text) or text[end] in _CLOSING
    counted = behind(rules.counting_word, text, at) is not None
    if numeral == "一":
        if classifier.small == "no" or behind(rules.denied, text, at, CLAUSE) is not None:
            return counted and classifier.small == "one"
        named = classifier.kind in {"person", "organisation", "thing"}  # 工会副主席一名
        governed = counted or behind(rules.counting_clause, text, at, CLAUSE) is not None  # 开办培训班一期
        return (closes and (governed or named)) or (counted and (classifier.small == "one" or classifier.kind == "event"))  # 开展了一次检查
    if classifier.small in ("yes", "one"):
        return True
    if classifier.small == "no":
        return False
    return closes or rules.counted_noun.match(text, end) is not None or (counted and classifier.kind != "thing")


def grouped(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """2 300人; 1，100人, unless the first group is a rate whose sign was lost (组建率达到100，300人参加)."""
    numeral = match["numeral"]
    comma = numeral.find("，")
    if comma >= 0 and sign_lost(text, match.start(), match.start() + comma, rules):
        return []
    unit, _ = unit_of(match, rules)
    start, before = approximated(text, match.start(), rules)
    bound = bound_of(before, ("inner", match["inner"]), ("outer", match["outer"]), ("after", match["after"]), rules=rules)
    return [quantity_of(text, start, match.end(), trimmed(parse_numeral(numeral) * unit.factor), unit.unit, bound)]


def joined(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """Two figures or more beside each other: a range, or figures that share the unit of the last one."""
    at = match.start()
    for pattern, read in ((rules.between, _range), (rules.range, _range), (rules.shared, _shared)):
        whole = pattern.match(text, at)
        if whole is not None and (found := attempt(read, text, whole, rules)):
            return found
    return []


def _range(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """5—6万家, 500元至1000元, 20余至30余人, 在85%和90%之间."""
    unit, _ = unit_of(match, rules)
    low, high = parse_numeral(match["low"]), parse_numeral(match["high"])
    if first := match["low_unit"]:
        own = rules.units.get(first)
        if own is None or own.unit != unit.unit:
            classifier = rules.classifiers.get(first)
            if classifier is None or classifier.unit != unit.unit:
                return []
            own = None
        low *= own.factor if own is not None else 1
    else:
        low *= _place_of(match["high"], low, match["low"], rules) * unit.factor
    return range_of(text, match.start(), match.end(), low, high * unit.factor, unit.unit, rules)


def _place_of(high: str, low_value: Decimal, low: str, rules: Grammar) -> Decimal:
    """The place that the first end shares with the last (5—6万, 三至五百); 8000—1.2万 and 五到二十 share none."""
    sign = high.strip()[-1:]
    if sign not in rules.bare_places or low.strip()[-1:] in rules.bare_places:
        return Decimal(1)
    place = parse_numeral(f"一{sign}")
    if place < _WAN and low_value >= _LONE_DIGIT:
        return Decimal(1)
    return place if low_value < parse_numeral(high) / place else Decimal(1)


def _shared(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """Figures that share the unit of the last one (3.8和3.6个百分点); two neighbours are a range (七、八个人)."""
    unit, classifier = unit_of(match, rules)
    places = list(rules.numeral.finditer(text, match.start("first"), match.end("first")))
    numerals = [place[0].strip() for place in places]
    last = numerals[-1]
    if classifier is not None and classifier.small == "no" and not any("0" <= char <= "9" for char in match["first"]):
        return []
    values = [parse_numeral(numeral) for numeral in numerals]
    between = text[places[0].end() : places[1].start()]
    if len(values) == 2 and between == "、" and _neighbours(numerals[0], last) and behind(rules.respectively, text, match.start(), CLAUSE) is None:
        scale = values[1] / parse_numeral(last[0])
        return range_of(text, match.start(), match.end(), values[0] * scale * unit.factor, values[1] * unit.factor, unit.unit, rules)
    scale = Decimal(1) if last[-1] not in rules.bare_places else parse_numeral(f"一{last[-1]}")
    found = []
    for place, numeral, value in zip(places, numerals, values, strict=True):
        lone = scale >= _WAN and value < _UNSCALED and numeral[-1] not in rules.bare_places
        end = match.end() if place is places[-1] else place.end()
        vague = vague_in(numeral, rules) or (match["inner"] if place is places[-1] else None)
        after = match["after"] if place is places[-1] else None
        start, before = approximated(text, place.start(), rules)
        bound = bound_of(before, ("inner", vague), ("after", after), rules=rules)
        found.append(quantity_of(text, start, end, trimmed(value * (scale if lone else 1) * unit.factor), unit.unit, bound))
    return found


def _neighbours(low: str, high: str) -> bool:
    """Two digits one apart, the second perhaps with a place (三、四个, 3、4百人)."""
    if len(low) > 1 or any(sign not in signs().places for sign in high[1:]):
        return False
    return parse_numeral(high[0]) - parse_numeral(low) == 1


# ----------------------------------------------------------------------------------------- figures whose unit is not behind


def masked(_text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """××家, xx万元, （  ）人."""
    unit, _ = unit_of(match, rules)
    return [Quantity(match.start(), match.end(), match[0], None, None, None, unit.unit, "missing", ("blank" if match["blank"] else "masked",))]


def bare(text: str, match: re.Match[str], rules: Grammar) -> list[Quantity]:
    """￥300; 发放慰问金5万， and 观众4000多； with the unit that the words before imply; a rate whose sign was lost (组建率达到100，)."""
    numeral, at = match["numeral"], match.start()
    if numeral[0] in rules.bare_places or is_chinese_range(numeral):
        return []
    words = (("inner", match["inner"] or vague_in(numeral, rules)), ("after", match["after"]))
    if (priced := priced_by(text, at, rules)) is not None:
        start, before = approximated(text, priced[0], rules)
        return [quantity_of(text, start, match.end(), parse_numeral(numeral), priced[1], bound_of(before, *words, rules=rules))]
    value = parse_numeral(numeral)
    whole = value >= _WAN and numeral[-1] in rules.bare_places
    if (whole or match["inner"]) and (match.end() == len(text) or text[match.end()] in _CLOSING):
        start, before = approximated(text, at, rules)
        if (implied := behind(rules.implied, text, start, CLAUSE)) is not None:
            return [quantity_of(text, start, match.end(), value, rules.implied_units[implied["word"]], bound_of(before, *words, rules=rules))]
    if numeral.isascii() and not match["inner"] and value <= _LARGEST_LOST_RATE and sign_lost(text, at, at + len(numeral), rules):
        return [quantity_of(text, at, match.end(), value, "%", bound_of("", *words, rules=rules), ("sign_lost",))]
    return []
