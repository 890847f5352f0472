"""Numerals to exact decimals: Arabic, Chinese lower and financial forms, and their mixtures."""

from __future__ import annotations

from decimal import Decimal

from ..errors import NumeralError

__all__ = ["is_chinese_range", "parse_numeral", "range_ends"]

_DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    **dict.fromkeys("○O", 0),
    **dict.fromkeys("两俩", 2),
    "貳": 2, "參": 3, "陸": 6,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = (("亿", Decimal(10) ** 8), ("万", Decimal(10) ** 4), ("萬", Decimal(10) ** 4), ("億", Decimal(10) ** 8))
_FULL_WIDTH = {0xFF10 + i: 0x30 + i for i in range(10)} | {ord("．"): ord("."), ord("，"): ord(",")}
_VAGUE = "余多几来"

LONGEST = 64
"""Characters of the longest numeral read; real ones have under 20, and the reading recurses over 亿 and 万."""


def parse_numeral(text: str) -> Decimal:
    """The value of a numeral.

    Args:
        text: a numeral alone, such as "3万4000", "一百二十多万", "十万零五千", "三分之一", "二〇一二" or "1,100万". Inner blanks are
            read over; 余, 多, 几 and 来 leave the low end.
    Returns:
        An exact Decimal; a fraction that has no end (三分之一) is cut at 28 digits.
    Raises:
        NumeralError: no numeral (its ``position`` is the first character that does not fit), or a range (三五百).
    Source: the forms seen in real reports and in the test suites of other number readers.

    Examples:
        >>> parse_numeral("1亿2千3百多万"), parse_numeral("两万三"), parse_numeral("13万2")
        (Decimal('123000000'), Decimal('23000'), Decimal('132000'))
        >>> parse_numeral("三五百")
        Traceback (most recent call last):
        ...
        unionnlp.errors.NumeralError: '三五百', character 0: a range, not one value
    """
    plain = text.translate(_FULL_WIDTH)
    compact, places = _compact(plain)
    if not compact:
        raise NumeralError(text, 0, "empty")
    if len(compact) > LONGEST:
        raise NumeralError(text, places[LONGEST], "too long for a numeral")
    if "分之" in compact:
        base, _, part = compact.partition("分之")
        whole = _value(base, text, places)
        if not whole:
            raise NumeralError(text, 0, "a fraction of zero parts")
        return _value(part, text, places[len(base) + 2 :]) / whole
    if "/" in compact:
        part, _, base = compact.partition("/")
        whole = _value(base, text, places[len(part) + 1 :])
        if not whole:
            raise NumeralError(text, len(part) + 1, "a fraction of zero parts")
        return _value(part, text, places) / whole
    if is_chinese_range(compact):
        raise NumeralError(text, 0, "a range, not one value")
    return _value(compact, text, places)


def is_chinese_range(text: str) -> bool:
    """Whether two neighbouring digits stand for a range: 三五百, 十五六, 七八.

    Example:
        >>> [is_chinese_range(t) for t in ("三五百", "十五六", "七八", "二〇一二", "三百五", "一二三四")]
        [True, True, True, False, False, False]
    """
    runs: list[str] = []
    run = ""
    for char in text.partition("点")[0] + " ":
        if char in "一二两三四五六七八九" and char in _DIGITS:
            run += char
        else:
            if run:
                runs.append(run)
            run = ""
    doubled = [r for r in runs if len(r) > 1]
    if not doubled or any(c in "零〇○O" for c in text):
        return False
    return len(doubled) == 1 and len(doubled[0]) == 2 and _DIGITS[doubled[0][0]] < _DIGITS[doubled[0][1]]


def range_ends(text: str) -> tuple[Decimal, Decimal]:
    """Both ends of a range written with neighbouring digits.

    Example:
        >>> range_ends("三五百"), range_ends("十五六")
        ((Decimal('300'), Decimal('500')), (Decimal('15'), Decimal('16')))
    """
    if not is_chinese_range(text):
        raise NumeralError(text, 0, "no range")
    at = next(i for i in range(len(text) - 1) if text[i] in _DIGITS and text[i + 1] in _DIGITS)
    return parse_numeral(text[:at + 1] + text[at + 2 :]), parse_numeral(text[:at] + text[at + 1 :])


def _compact(text: str) -> tuple[str, list[int]]:
    """``text`` without blanks, thousands separators and vague words, and where each kept character stood."""
    kept, places = [], []
    for i, char in enumerate(text):
        separator = char == "," and 0 < i < len(text) - 3 and text[i - 1].isdigit() and text[i + 1 : i + 4].isdigit()
        vague = char in _VAGUE and i > 0
        if char.isspace() or separator or vague:
            continue
        kept.append(char)
        places.append(i)
    return "".join(kept), places


def _value(text: str, whole: str, places: list[int]) -> Decimal:
    """The value of a compact numeral; 亿 and 万 divide it, the rightmost of the largest first."""
    if not text:
        raise NumeralError(whole, len(whole), "a part is missing")
    for sign, factor in sorted(_LARGE, key=lambda pair: -pair[1]):
        at = text.rfind(sign)
        if at >= 0:
            left = _value(text[:at], whole, places) if at else _missing(whole, places[0])
            return left * factor + _tail(text[at + 1 :], factor, whole, places[at + 1 :])
    return _small(text, whole, places)


def _missing(whole: str, place: int) -> Decimal:
    raise NumeralError(whole, place, "no figure before 万 or 亿")


def _tail(text: str, factor: Decimal, whole: str, places: list[int]) -> Decimal:
    """What stands behind 万 or 亿: a lone digit counts in the next lower place (13万2 is 132,000)."""
    if not text:
        return Decimal(0)
    if len(text) == 1 and (text in _DIGITS or "0" <= text <= "9") and text not in "零〇0":
        return _digit(text) * factor / 10
    return _value(text, whole, places)


def _digit(char: str) -> Decimal:
    return Decimal(_DIGITS[char]) if char in _DIGITS else Decimal(char)


def _small(text: str, whole: str, places: list[int]) -> Decimal:
    """A numeral below 万: Arabic, positional (二〇一二), or with 千百十."""
    if text == "半":
        return Decimal("0.5")
    if not any(char in _SMALL for char in text):
        return _positional(text, whole, places)
    if "点" in text:
        before, _, after = text.partition("点")
        fraction = _positional("0." + after, whole, [*places[:1] * 2, *places[len(before) + 1 :]])
        return _small(before, whole, places) + fraction
    total, number, last = Decimal(0), "", Decimal(0)
    for i, char in enumerate(text):
        if char not in _SMALL:
            number += char
            continue
        unit = Decimal(_SMALL[char])
        if last and unit >= last:
            raise NumeralError(whole, places[i], f"{char} after a smaller place")
        bare = number.lstrip("零〇")
        total += unit * (_positional(bare, whole, places[i - len(bare) :]) if bare else 1)
        number, last = "", unit
    if not number:
        return total
    rest = places[len(text) - len(number) :]
    if len(number) == 1 and last > 10 and number not in "零〇":
        return total + _positional(number, whole, rest) * last / 10
    value = _positional(number.lstrip("零〇") or "零", whole, rest)
    if value >= last:
        raise NumeralError(whole, rest[0], "more digits than the place has room for")
    return total + value


def _positional(text: str, whole: str, places: list[int]) -> Decimal:
    """Digits one after the other, with at most one decimal point (点 or .)."""
    figures, points = "", 0
    for i, char in enumerate(text):
        if char in ".点":
            points += 1
            if points > 1 or i in (0, len(text) - 1):
                raise NumeralError(whole, places[i] if i < len(places) else len(whole), "a point out of place")
            figures += "."
        elif char in _DIGITS:
            figures += str(_DIGITS[char])
        elif "0" <= char <= "9":
            figures += char
        else:
            raise NumeralError(whole, places[i] if i < len(places) else len(whole), f"{char!r} is no digit")
    return Decimal(figures)
