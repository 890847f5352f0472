"""Every figure of a text with its unit, its bound and its place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import regex

from ..errors import NumeralError
from ..records import Quantity
from ..structure.normalize import Normalized, normalize
from .grammar import Classifier, Grammar, grammar
from .numerals import is_chinese_range, parse_numeral, range_ends

__all__ = ["find_quantities", "in_raw", "scan"]

_CONTEXT = 40
"""Characters looked back for the words of a lost sign and of an approximator."""

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a text, in order of place.

    Args:
        text: a raw text; it is repaired for reading, the offsets returned are the raw ones.
    Returns:
        Quantities that do not overlap. Dates, ordinals, list numerals, titles, slogans and idioms are none.

    Example:
        >>> [(q.quote, str(q.value), q.unit, q.bound) for q in find_quantities("走访慰问困难女工80余人次，发放慰问金7万余元，组建率达97%。")]
        [('80余人次', '80', '人次', 'at_least'), ('7万余元', '70000', '元', 'at_least'), ('97%', '97', '%', 'exact')]
    """
    normalized = normalize(text)
    return tuple(in_raw(normalized, quantity) for quantity in scan(normalized.text))


def in_raw(normalized: Normalized, quantity: Quantity) -> Quantity:
    """A quantity found in the repaired text, at its raw place with its raw quote."""
    start, end = normalized.raw_span(quantity.start, quantity.end)
    return replace(quantity, start=start, end=end, quote=normalized.raw[start:end])


def scan(text: str) -> list[Quantity]:
    """The quantities of a repaired text, in its own offsets."""
    rules = grammar()
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
        excluded = rules.excluded.match(text, at)
        if excluded is not None and excluded.end() > at:
            at = excluded.end()
            continue
        end = at
        for quantity in _at(text, at, rules):
            yield quantity
            end = quantity.end
        if end == at:
            run = rules.numeral_run.match(text, at)
            end = max(at + 1, run.end() if run is not None else at + 1)
        at = end


def _at(text: str, at: int, rules: Grammar) -> Iterator[Quantity]:
    """The quantity, or the quantities sharing a unit, that begin at ``at``."""
    if (match := rules.fraction.match(text, at)) is not None:
        yield from _fraction(text, match, rules)
    elif (match := rules.shared.match(text, at)) is not None:
        yield from _shared(text, match, rules)
    elif (match := rules.range.match(text, at)) is not None:
        yield from _range(text, match, rules)
    elif (match := rules.single.match(text, at)) is not None:
        yield from _single(text, match, rules)
    elif (match := rules.masked.match(text, at)) is not None:
        unit, _ = _unit(match, rules)
        yield Quantity(at, match.end(), match[0], None, None, None, unit, "missing", ("masked",))
    elif (match := rules.bare.match(text, at)) is not None:
        yield from _lost_sign(text, match, rules)


# -------------------------------------------------------------------------------------------------- the single kinds


def _unit(match: regex.Match[str], rules: Grammar) -> tuple[str, Classifier | None]:
    """The canonical unit of a match, and its classifier when it is one."""
    groups = match.groupdict()
    if groups.get("percent"):
        return ("%" if groups["percent"] == "%" else "个百分点"), None
    if groups.get("money"):
        return rules.money[groups["money"]], None
    surface = groups.get("classifier") or ""
    classifier = rules.classifiers[surface]
    return classifier.unit, classifier


def _approximated(text: str, start: int, rules: Grammar) -> tuple[int, str]:
    """Where a quantity begins with the approximator before it, and that one's bound ("" when there is none)."""
    match = rules.before.search(text, max(0, start - _CONTEXT), start)
    return (match.start(), rules.bounds[match[0]]) if match is not None else (start, "")


def _bound(before: str, inner: str | None, after: str | None, rules: Grammar) -> str:
    """The bound that the approximators make together: outside before inside, inside before behind."""
    for word in (before, rules.bounds.get(inner or "", ""), rules.bounds.get(after or "", "")):
        if word:
            return word
    return "exact"


def _vague(numeral: str) -> str | None:
    """The approximator inside a numeral (20多万, 一百二十余)."""
    return next((char for char in numeral if char in "余多几来"), None)


def _single(text: str, match: regex.Match[str], rules: Grammar) -> Iterator[Quantity]:
    numeral = match["numeral"].strip()
    unit, classifier = _unit(match, rules)
    if classifier is not None and not _counts(text, match, numeral, classifier, rules):
        return
    if numeral[0] in "百千万亿" or (numeral[0] == "十" and classifier is not None and classifier.small == "no"):
        return  # 百家争鸣, 万元户: no figure before the place
    if numeral[0] == "十" and match.start() and text[match.start() - 1] in "几数":
        return  # 几十名, 数十家 hold no number
    try:
        low, high = range_ends(numeral) if is_chinese_range(numeral) else (parse_numeral(numeral), None)
    except NumeralError:
        return
    start, before = _approximated(text, match.start(), rules)
    end = match.end()
    value: Decimal | None = low
    if match["money"] == "元":
        cents = rules.money_tail.match(text, end)
        if cents is not None and cents.end() > end:
            low += sum((parse_numeral(cents[name]) * share for name, share in (("jiao", Decimal("0.1")), ("fen", _CENT)) if cents[name]), Decimal(0))
            value, end = low, cents.end()
    if high is not None:
        yield Quantity(start, end, text[start:end], None, low, high, unit, "range")
        return
    bound = _bound(before, match["inner"] or _vague(numeral) or match["inner2"], match["after"], rules)
    yield Quantity(start, end, text[start:end], value, None, None, unit, bound)


def _counts(text: str, match: regex.Match[str], numeral: str, classifier: Classifier, rules: Grammar) -> bool:
    """Whether a numeral before a classifier counts; a small Chinese one often does not (两项重点, 三个代表, 一名职工)."""
    if any(char.isdigit() for char in numeral) or len(numeral) > 1 or match["inner"]:
        return classifier.small != "no" or any(char.isdigit() for char in numeral)
    following = text[match.end() : match.end() + 1]
    closes = not following or following in "，,。；;、）)：:！!\n"
    if numeral == "一":
        counted = rules.counting_word.search(text, max(0, match.start() - 6), match.start()) is not None
        named = classifier.kind in {"person", "organisation", "thing"}  # 工会副主席一名
        return (closes and classifier.small != "no" and (counted or named)) or (counted and classifier.small == "one")
    if classifier.small in ("yes", "one"):
        return True
    if classifier.small == "no":
        return False
    noun = rules.counted_noun.match(text, match.end()) is not None
    counted = rules.counting_word.search(text, max(0, match.start() - 6), match.start()) is not None
    return closes or noun or (counted and classifier.kind != "thing")


def _range(text: str, match: regex.Match[str], rules: Grammar) -> Iterator[Quantity]:
    unit, _ = _unit(match, rules)
    try:
        low, high = parse_numeral(match["low"]), parse_numeral(match["high"])
    except NumeralError:
        return
    scale = _scale(match["high"])
    if scale > 1 and _scale(match["low"]) == 1 and match["first_unit"] is None and low < high / scale:
        low *= scale  # 5—6万元
    if match["first_unit"] in ("万", "万元") and _scale(match["low"]) == 1:
        low *= 10000
    if low >= high:
        return
    start, _ = _approximated(text, match.start(), rules)
    yield Quantity(start, match.end(), text[start : match.end()], None, low, high, unit, "range")


def _scale(numeral: str) -> Decimal:
    """The last place that a numeral ends in: 万 or 亿, else one."""
    return {"万": Decimal(10000), "亿": Decimal(10) ** 8}.get(numeral.strip()[-1:], Decimal(1))


def _shared(text: str, match: regex.Match[str], rules: Grammar) -> Iterator[Quantity]:
    """Figures that share the unit of the last one (3.8和3.6个百分点), or a lost sign (30、10和40、20的优惠)."""
    lost = not (match["percent"] or match["money"] or match["classifier"])
    unit = "%" if lost else _unit(match, rules)[0]
    if lost and not any(before.search(text, max(0, match.start() - _CONTEXT), match.start()) for before, _ in rules.lost_signs):
        return
    scale = {"万": Decimal(10000), "亿": Decimal(10) ** 8}.get(match["scale"] or "", Decimal(1))
    places = list(regex.finditer(r"[0-9,.]+", match["first"]))
    for i, place in enumerate(places):
        start = match.start() + place.start()
        end = match.end() if i == len(places) - 1 and not lost else match.start() + place.end()
        bound = _bound("", match["inner"], None, rules) if i == len(places) - 1 else "exact"
        yield Quantity(start, end, text[start:end], parse_numeral(place[0]) * scale, None, None, unit, bound, ("sign_lost",) if lost else ())


def _fraction(text: str, match: regex.Match[str], rules: Grammar) -> Iterator[Quantity]:
    """百分之九十点五, 三分之一, 近1/4, 八成三: all in percent points."""
    low = high = None
    try:
        if match["whole"]:
            if not parse_numeral(match["whole"]):
                return
            if is_chinese_range(match["part"]):
                low, high = (end * _HUNDRED / parse_numeral(match["whole"]) for end in range_ends(match["part"]))
            else:
                low = parse_numeral(match["part"]) * _HUNDRED / parse_numeral(match["whole"])
        elif match["upper"]:
            low = Decimal(match["upper"]) * _HUNDRED / Decimal(match["lower"])
        else:
            tenths = match["tenths"].replace("、", "")
            ends = [parse_numeral(c) * 10 for c in tenths]
            low, high = ends[0], (ends[1] if len(ends) > 1 else None)
            if match["rest"]:
                low += 5 if match["rest"] == "半" else parse_numeral(match["rest"])
    except NumeralError:
        return
    if high is not None and low >= high:
        return  # 一一成 is no range
    start, before = _approximated(text, match.start(), rules)
    if low != low.to_integral_value():
        low = low.quantize(_CENT) if low.as_tuple().exponent < -6 else low  # type: ignore[operator]  # finite by construction
    quote = text[start : match.end()]
    if high is not None:
        yield Quantity(start, match.end(), quote, None, low, high, "%", "range")
        return
    after = match["after"] or match["after2"] or match["after3"]
    yield Quantity(start, match.end(), quote, low, None, None, "%", _bound(before, "多" if match["inner"] else None, after, rules))


def _lost_sign(text: str, match: regex.Match[str], rules: Grammar) -> Iterator[Quantity]:
    """A bare figure where a rate must stand (组建率达到100，)."""
    behind = text[max(0, match.start() - _CONTEXT) : match.start()]
    value = parse_numeral(match["figure"])
    if value <= 200 and any(before.search(behind) and after.match(text, match.end()) for before, after in rules.lost_signs):
        bound = _bound("", None, match["after"], rules)
        yield Quantity(match.start(), match.end(), match[0], value, None, None, "%", bound, ("sign_lost",))


def _blanks(text: str, rules: Grammar) -> Iterator[Quantity]:
    """Nouns and units between which the figure was left out (共有职工人, 捐款元)."""
    last = -1
    hits = sorted(((m.start(), m.end(), unit) for pattern, unit in rules.blanks for m in pattern.finditer(text)), key=lambda hit: (hit[0], -hit[1]))
    for start, end, unit in hits:
        if start >= last:
            yield Quantity(start, end, text[start:end], None, None, None, unit, "missing", ("blank",))
            last = end
