"""Numerals to exact decimals: Arabic, Chinese lower and financial forms, and their mixtures.

What a numeral is written with stands in ``numeral_signs.tsv``, the vague words that may stand inside (余, 多, 几, 来) in
``approximators.tsv``. A numeral is read in one pass from left to right: every place (十 … 亿) takes the figure before it
and, when it is larger, what smaller places have gathered so far (一万二千亿).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache, lru_cache

import regex

from ..errors import NumeralError
from ..lexicon import load_table

__all__ = ["EXACT", "Signs", "is_chinese_range", "parse_numeral", "range_ends", "ratio", "signs"]

LONGEST = 64
"""Characters of the longest numeral read; real ones have under 20."""

EXACT = Context(prec=1000)
"""Sums and products of numerals lose no digit: ``LONGEST`` times 兆 (10**12) has 64 * 12 digits, fewer than these. It is a
context of its own, so that a caller's decimal context changes nothing."""

_ROUNDED = Context(prec=28)
"""The only step that may round: a fraction that has no end (三分之一)."""

_FULL_WIDTH = {0xFF10 + i: str(i) for i in range(10)} | {ord("．"): ".", ord("，"): ",", ord("／"): "/"}
_THOUSANDS = regex.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_MIXED_NUMBER = regex.compile(r"(?<=[0-9])[ \u3000](?=[0-9]+[ ]?/[ ]?[0-9])")  # 3 1/2
_FIGURE = regex.compile(r"[0-9.]*")

_LARGE = 10_000
"""From this place on what stands before it may be a numeral of its own (二千三百万)."""

_AND = "又"
"""五又三分之一."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The table of signs, by what they do."""

    digits: dict[str, str]
    places: dict[str, Decimal]
    shorthands: dict[str, str]
    dozens: dict[str, Decimal]
    points: frozenset[str]
    minus: dict[str, str]
    vague: frozenset[str]
    plain: dict[int, str]


@cache
def signs() -> Signs:
    """The signs that make up numerals; read once."""
    rows = load_table("numeral_signs", ("sign", "role", "value", "only_behind", "example", "source"))
    approximators = load_table("approximators", ("surface", "place", "bound", "not_after", "example", "counterexample", "source"))

    def of(role: str, column: str = "value") -> dict[str, str]:
        return {row["sign"]: row[column] for row in rows if row["role"] == role}

    digits, points = of("digit"), frozenset(of("point"))
    plain = {ord(sign): value for sign, value in digits.items()} | {ord(sign): "." for sign in points} | _FULL_WIDTH
    return Signs(
        digits=digits,
        places={sign: Decimal(value) for sign, value in of("place").items()},
        shorthands=of("shorthand"),
        dozens={sign: Decimal(value) for sign, value in of("dozen").items()},
        points=points,
        minus=of("minus", "only_behind"),
        vague=frozenset(row["surface"] for row in approximators if row["place"] == "inner"),
        plain=plain,
    )


def parse_numeral(text: str) -> Decimal:
    """The value of a numeral.

    Args:
        text: a numeral alone, such as "3万4000", "一百二十多万", "十万零五千", "五又三分之一", "二〇一二", "-1,100万" or "廿八". Inner
            blanks are read over; 余, 多, 几 and 来 leave the low end. 兆 is 10**12, a dozen (打) is twelve. Units (个, %,
            元), exponents (1e9) and ordinals are no part of a numeral.
    Returns:
        A Decimal, exact whatever the length; only a fraction that has no end (三分之一) is cut, at 28 digits.
    Raises:
        NumeralError: no numeral (its ``position`` is the first character that does not fit), or a range (三五百).
    Source: the forms seen in real reports and in the test suites of other number readers.
    Complexity: O(n).

    Examples:
        >>> parse_numeral("1亿2千3百多万"), parse_numeral("两万三"), parse_numeral("13万2")
        (Decimal('123000000'), Decimal('23000'), Decimal('132000'))
        >>> parse_numeral("负二点五"), parse_numeral("3 1/2"), parse_numeral("千分之八")
        (Decimal('-2.5'), Decimal('3.5'), Decimal('0.008'))
        >>> parse_numeral("三五百")
        Traceback (most recent call last):
        ...
        unionnlp.errors.NumeralError: '三五百', character 0: a range, not one value
    """
    if text.isascii() and text.isdigit() and len(text) <= LONGEST:
        return Decimal(text)  # two of three figures of a report
    simple = _simple().fullmatch(text)
    if simple is not None:  # 11.02, 3.5万: nearly all others
        value = EXACT.multiply(Decimal(simple[1]), signs().places[simple[2]]) if simple[2] else Decimal(simple[1])
        return _without_zeros(value) if simple[2] else value
    return _read(text)


@cache
def _simple() -> re.Pattern[str]:
    """A plain number with one large place behind it, or none."""
    large = "".join(sign for sign, place in signs().places.items() if place >= _LARGE)
    return re.compile(rf"([0-9]{{1,{LONGEST // 3}}}(?:\.[0-9]{{1,{LONGEST // 3}}})?)([{large}]?)")


@lru_cache(maxsize=1024)  # 一, 三, 十二: few, and they come back
def _read(text: str) -> Decimal:
    """Any numeral, sign by sign."""
    numeral = _compact(text)
    end = len(numeral.signs)
    if not end:
        raise NumeralError(text, 0, "empty")
    if end > LONGEST:
        raise numeral.error(LONGEST, "too long for a numeral")
    if numeral.is_range:
        raise NumeralError(text, 0, "a range, not one value")
    return _signed(_whole_and_fraction, numeral, 0, end)


def is_chinese_range(text: str) -> bool:
    """Whether two neighbouring digits stand for a range: 三五百, 十五六, 七八. They are one or two apart.

    Example:
        >>> [is_chinese_range(t) for t in ("三五百", "十五六", "七八", "二〇一二", "三百五", "一二三四", "三八")]
        [True, True, True, False, False, False, False]
    """
    return _pair(text) >= 0


def range_ends(text: str) -> tuple[Decimal, Decimal]:
    """Both ends of a range written with neighbouring digits.

    Example:
        >>> range_ends("三五百"), range_ends("十五六")
        ((Decimal('300'), Decimal('500')), (Decimal('15'), Decimal('16')))
    """
    at = _pair(text)
    if at < 0:
        raise NumeralError(text, 0, "no range")
    return parse_numeral(text[: at + 1] + text[at + 2 :]), parse_numeral(text[:at] + text[at + 1 :])


def _pair(text: str) -> int:
    """Where the only two neighbouring Chinese digits stand, when they can be the ends of a range; else -1."""
    if text.isascii():
        return -1
    digits = signs().digits
    found, run = -1, 0
    for i, char in enumerate(text):
        value = digits.get(char)
        if value == "0" or char in signs().points:
            break
        run = run + 1 if value else 0
        if run > 2 or (run == 2 and found >= 0):
            return -1
        if run == 2:
            found = i - 1
    else:
        i = len(text)
    if found < 0 or any(digits.get(char) == "0" for char in text[i:]):
        return -1
    return found if 1 <= int(digits[text[found + 1]]) - int(digits[text[found]]) <= 2 else -1


# -------------------------------------------------------------------------------------------------- reading, in one pass


@dataclass(frozen=True, slots=True)
class _Compact:
    """A numeral without blanks, separators and vague words, its digits in ASCII, and where each sign stood."""

    text: str
    signs: str
    places: tuple[int, ...]
    is_range: bool

    def error(self, i: int, reason: str) -> NumeralError:
        return NumeralError(self.text, self.places[i] if i < len(self.places) else len(self.text), reason)


def _compact(text: str) -> _Compact:
    """``text`` made compact; a vague word must stand behind a figure or place, and no digit behind it (1余2)."""
    table = signs()
    mended = _MIXED_NUMBER.sub(_AND, text.translate(_FULL_WIDTH))
    commas = {match.start() for match in _THOUSANDS.finditer(mended.replace(" ", ""))} if "," in mended else set()
    kept: list[str] = []
    places: list[int] = []
    written: list[str] = []
    vague = blanks = 0
    for i, char in enumerate(mended):
        if char.isspace():
            blanks += char == " "
            continue
        if char == "," and i - blanks in commas:
            continue
        if char in table.vague and kept and not vague:
            vague = len(kept)
            continue
        for sign in table.shorthands.get(char, char):
            plain = sign.translate(table.plain)
            if vague == len(kept) and vague and (plain.isdigit() or plain == "."):
                raise NumeralError(text, i, "a digit behind a vague word")
            kept.append(plain)
            places.append(i)
            written.append(sign)
        vague = vague if vague == len(kept) - 1 else 0
    return _Compact(text, "".join(kept), tuple(places), is_chinese_range("".join(written)))


def _signed(read: Callable[[_Compact, int, int], Decimal], numeral: _Compact, start: int, end: int) -> Decimal:
    """What ``read`` makes of a numeral, negative behind a minus (负三分之二, 百分之负五, 零下五)."""
    for minus in signs().minus:
        plain = minus.translate(signs().plain)
        if numeral.signs.startswith(plain, start, end):
            return read(numeral, start + len(plain), end).copy_negate()
    return read(numeral, start, end)


def _whole_and_fraction(numeral: _Compact, start: int, end: int) -> Decimal:
    """五又三分之一: a whole and a fraction; or one of both."""
    at = numeral.signs.find(_AND, start, end)
    if at < 0:
        return _fraction(numeral, start, end)
    return EXACT.add(_amount(numeral, start, at), _fraction(numeral, at + 1, end))


def _fraction(numeral: _Compact, start: int, end: int) -> Decimal:
    """三分之一, 百分之九十点五, 1/4; without a fraction the amount itself."""
    at = numeral.signs.find("分之", start, end)
    if at >= 0:
        whole = _nonzero(numeral, start, at)
        return ratio(_signed(_amount, numeral, at + 2, end), whole)
    at = numeral.signs.find("/", start, end)
    if at >= 0:
        return ratio(_amount(numeral, start, at), _nonzero(numeral, at + 1, end))
    return _amount(numeral, start, end)


def ratio(part: Decimal, whole: Decimal) -> Decimal:
    """``part / whole``, exact when it ends within 28 digits.

    Example:
        >>> ratio(Decimal(1), Decimal(4))
        Decimal('0.25')
    """
    return _ROUNDED.divide(part, whole)


def _nonzero(numeral: _Compact, start: int, end: int) -> Decimal:
    """What a fraction divides by; a place may stand alone there (万分之三)."""
    base = signs().places.get(numeral.signs[start:end]) or _amount(numeral, start, end)
    if not base:
        raise numeral.error(start, "a fraction of zero parts")
    return base


@dataclass(slots=True)
class _Reader:
    """The terms read so far, each a value and the place that closed it, the largest first (1亿2千: 1e8, 2e3)."""

    numeral: _Compact
    terms: list[tuple[Decimal, Decimal]]

    def close(self, i: int, figure: Decimal | None, place: Decimal, *, adjoining: bool) -> None:
        """The place sign at ``i``, with the figure before it."""
        large = place >= _LARGE
        smaller = Decimal(0)
        while self.terms and self.terms[-1][1] < place and large:
            smaller = EXACT.add(smaller, self.terms.pop()[0])
        if self.terms and self.terms[-1][1] <= place:
            if not (large and figure is None and not smaller and adjoining and self.terms[-1][1] == place):
                raise self.numeral.error(i, f"{self.numeral.signs[i]} after the same or a smaller place")
            value, _ = self.terms.pop()  # 一万万
            self.terms.append((EXACT.multiply(value, place), EXACT.multiply(place, place)))
            return
        if figure is None and not smaller:
            if large:
                raise self.numeral.error(i, f"no figure before {self.numeral.signs[i]}")
            figure = Decimal(1)  # 十五, 一百十五
        value = EXACT.multiply(EXACT.add(smaller, figure or Decimal(0)), place)
        self._has_room(i, value)
        self.terms.append((value, place))

    def finish(self, i: int, figure: Decimal, *, lone: bool) -> None:
        """The figure at the end; a lone digit counts in the next lower place (13万2 is 132,000)."""
        last = self.terms[-1][1] if self.terms else Decimal(1)
        value = EXACT.divide(EXACT.multiply(figure, last), Decimal(10)) if lone and last > 10 else figure
        self._has_room(i, value)
        self.terms.append((value, Decimal(1)))

    def _has_room(self, i: int, value: Decimal) -> None:
        if self.terms and value >= self.terms[-1][1]:
            raise self.numeral.error(i, "more digits than the place has room for")

    def value(self) -> Decimal:
        """The sum; a whole number that places made is written without its zeros behind the point."""
        total = Decimal(0)
        for value, _ in self.terms:
            total = EXACT.add(total, value)
        if len(self.terms) == 1 and self.terms[0][1] == 1:
            return self.terms[0][0]
        return _without_zeros(total)


def _without_zeros(value: Decimal) -> Decimal:
    """A whole number without zeros behind the point."""
    whole = value.to_integral_value()
    return whole if value == whole else value


def _amount(numeral: _Compact, start: int, end: int) -> Decimal:
    """A numeral without sign and fraction."""
    if start == end:
        raise numeral.error(start, "a part is missing")
    text, table = numeral.signs, signs()
    if text[end - 1] in table.dozens and end - start > 1:
        return EXACT.multiply(_amount(numeral, start, end - 1), table.dozens[text[end - 1]])
    if text[start:end] == "半":
        return Decimal("0.5")
    reader = _Reader(numeral, [])
    decimals = False
    at = start
    while at < end:
        behind = _FIGURE.match(text, at, end)
        stop = behind.end() if behind is not None else at
        figure = _figure(numeral, at, stop, behind_place=at > start) if stop > at else None
        if figure is not None and decimals:
            raise numeral.error(at, "a figure behind decimals")
        if stop == end:
            if figure is not None:
                reader.finish(at, figure, lone=stop - at == 1 and figure > 0 and at > start)
            break
        place = table.places.get(text[stop])
        if place is None:
            raise numeral.error(stop, f"{text[stop]!r} is no digit")
        point = text.find(".", at, stop)
        if point >= 0 and place == 10 and numeral.text[numeral.places[point]] in table.points:
            raise numeral.error(stop, "a time of day, not a numeral")  # 八点三十
        decimals = decimals or point >= 0
        reader.close(stop, figure, place, adjoining=stop == at and at > start)
        at = stop + 1
    return reader.value()


def _figure(numeral: _Compact, start: int, stop: int, *, behind_place: bool) -> Decimal | None:
    """Digits with at most one point between them, which may open them behind a place (十点五); zeros alone there are a gap."""
    figure = numeral.signs[start:stop]
    if behind_place and not figure.strip("0"):
        return None
    first = figure.find(".")
    if first >= 0:
        second = figure.find(".", first + 1)
        if second >= 0:
            raise numeral.error(start + second, "a point out of place")
        if first == len(figure) - 1 or (first == 0 and not behind_place):
            raise numeral.error(start + first, "a point out of place")
    return Decimal(f"0{figure}" if first == 0 else figure)
