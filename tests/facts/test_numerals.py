"""Numerals to exact decimals: forms as data, wrong forms with their place."""

from __future__ import annotations

import json
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.errors import NumeralError
from unionnlp.facts import numerals
from unionnlp.facts.numerals import LONGEST, is_chinese_range, parse_numeral, range_ends

CASES = Path(__file__).parents[1] / "cases" / "facts"
DIGITS = "零一二三四五六七八九"


def cases(name: str, kind: str = "") -> list[Any]:
    """Rows of a file as parameters; known failures are strict."""
    rows = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [pytest.param(r, id=r["label"], marks=[pytest.mark.xfail(strict=True, reason=r["reason"])] if kind else []) for r in rows if not kind or r["kind"] == kind]


def exactly(value: str) -> Decimal:
    """A value as written in the data: a decimal, or two with a slash between."""
    upper, _, lower = value.partition("/")
    return Decimal(upper) / Decimal(lower) if lower else Decimal(upper)


@pytest.mark.parametrize("case", [*cases("numerals"), *cases("known_failures", "numeral")])
def test_a_numeral_has_its_exact_value(case: dict[str, str]) -> None:
    value = parse_numeral(case["text"])
    assert isinstance(value, Decimal)
    assert value == exactly(case["value"])


@pytest.mark.parametrize("case", [*cases("numerals_wrong"), *cases("known_failures", "wrong_numeral")])
def test_a_wrong_form_is_refused_with_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(NumeralError) as error:
        parse_numeral(case["text"])
    assert (error.value.text, error.value.position) == (case["text"], case["position"])
    assert error.value.reason


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("三五百", 300, 500), ("十五六", 15, 16), ("七八", 7, 8), ("两三千", 2000, 3000), ("一二十", 10, 20), ("三四万", 30000, 40000), ("一百二三十", 120, 130), ("一千四五百", 1400, 1500)],
)
def test_neighbouring_digits_are_a_range(text: str, low: int, high: int) -> None:
    assert is_chinese_range(text)
    assert range_ends(text) == (low, high)
    with pytest.raises(NumeralError, match="a range, not one value"):
        parse_numeral(text)


@pytest.mark.parametrize("text", ["二〇一二", "一二三四", "三百五", "五三", "三三", "25", "二十", "", "一九九八"])
def test_other_digits_are_none(text: str) -> None:
    assert not is_chinese_range(text)
    with pytest.raises(NumeralError, match="no range"):
        range_ends(text)


def in_chinese(number: int) -> str:
    """A number below 10**12 as it is read out."""

    def below(number: int) -> str:
        words, gap = "", False
        for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = number // place % 10
            if digit:
                words += ("零" if gap and words else "") + DIGITS[digit] + name
            gap = not digit
        return words

    words = ""
    for value, name in ((number // 10**8, "亿"), (number // 10**4 % 10**4, "万"), (number % 10**4, "")):
        if value:
            words += ("零" if words and value < 1000 else "") + below(value) + name
    return words.removeprefix("一") if words.startswith("一十") else words or "零"


@given(st.one_of(st.integers(0, 200), st.integers(0, 10**6), st.integers(0, 10**12 - 1)))
def test_every_number_read_out_is_read_back(number: int) -> None:
    assert parse_numeral(in_chinese(number)) == number
    assert parse_numeral(str(number)) == number
    assert parse_numeral(f"{number:,}") == number
    assert parse_numeral(str(number).translate({0x30 + i: 0xFF10 + i for i in range(10)})) == number


@given(st.integers(1, 9999), st.integers(0, 99), st.sampled_from([("万", 10**4), ("亿", 10**8), ("百", 100), ("千", 1000)]))
def test_decimals_before_a_place_are_exact(whole: int, cents: int, place: tuple[str, int]) -> None:
    word, factor = place
    assert parse_numeral(f"{whole}.{cents:02}{word}") == Decimal(f"{whole}.{cents:02}") * factor


NUMERIC = st.text(st.sampled_from("0123456789０９零〇一二两三九十百千万亿点.,，余多几来半分之/壹拾佰萬 \u3000৪%第a"), max_size=12)


@given(st.one_of(st.text(), NUMERIC))
def test_any_string_gives_a_number_or_a_numeral_error(text: str) -> None:
    try:
        value = parse_numeral(text)
    except NumeralError as error:
        place = error.position
    else:
        place = 0
        assert value.is_finite()
    assert 0 <= place <= len(text)


@pytest.mark.parametrize("text", ["1" * 100_000, "万" * 100_000, "一" * 100_000, "1万" * 50_000, "一分之" * 50_000, "," * 100_000, "1," * 50_000])
def test_what_is_too_long_is_refused_at_once(text: str) -> None:
    with pytest.raises(NumeralError):
        parse_numeral(text)


def test_no_decimal_context_of_the_caller_rounds_a_numeral() -> None:
    forms = ["1234567890123万", "-12.345678亿", "三分之一", "五又三分之一", "1" * LONGEST]
    expected = [parse_numeral(form) for form in forms]
    with localcontext(prec=3):
        assert [parse_numeral(form) for form in forms] == expected


def test_the_largest_product_is_exact() -> None:
    assert parse_numeral("9" * 60 + "万亿") == int("9" * 60 + "0" * 12)
    assert parse_numeral("0." + "9" * 58 + "万亿兆") == Decimal("9" * 24 + "." + "9" * 34)


def test_the_longest_numeral_is_read() -> None:
    assert parse_numeral("1" * LONGEST) == int("1" * LONGEST)


@given(st.from_regex(r"[0-9]{1,8}(?:\.[0-9]{1,6})?[万亿萬億兆]?", fullmatch=True))
def test_simple_numerals_are_read_as_all_others_are(text: str) -> None:
    assert str(parse_numeral(text)) == str(numerals._read(text))
    assert text.isdigit() or numerals._simple().fullmatch(text) is not None
