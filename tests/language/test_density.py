"""Shares of stock phrases and facts in 1,000 characters, for a text and for its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.language import density
from unionnlp.language.density import fact_densities, stock_rates
from unionnlp.language.stock import stock_spans
from unionnlp.spans import Span

STOCK = "在市总工会的正确领导下"
PLAIN = "今年二车间换了三台机床"


def test_all_half_and_nothing() -> None:
    assert stock_rates(STOCK) == (1.0,)
    assert stock_rates(STOCK + PLAIN) == (0.5,)
    assert stock_rates(PLAIN) == (0.0,)


def test_each_part_has_its_own_and_parts_may_nest() -> None:
    text = f"{STOCK}{PLAIN}"
    half = len(STOCK)
    assert stock_rates(text, [Span(half, len(text)), Span(0, half), Span(0, len(text))]) == (0.0, 1.0, 0.5)
    assert fact_densities(text, [2, half, half + 3], [Span(half, len(text)), Span(0, half)]) == (pytest.approx(2000 / 11), pytest.approx(1000 / 11))


@pytest.mark.parametrize("nothing", ["", "  \n\u3000"])
def test_where_nothing_is_written_there_is_no_share(nothing: str) -> None:
    assert stock_rates(nothing) == fact_densities(nothing, []) == (0.0,)
    assert stock_rates(nothing, []) == ()


def test_two_facts_at_one_place_are_two() -> None:
    assert fact_densities("慰问职工十户。。。", [4, 4]) == (pytest.approx(2000 / 9),)


@given(st.text(st.sampled_from(f"{STOCK}38户 \n　"), max_size=80))
def test_white_space_counts_nowhere(text: str) -> None:
    spans = stock_spans(text)
    written = len("".join(text.split()))
    covered = sum(not character.isspace() for span in spans for character in text[span.start : span.end])
    assert stock_rates(text) == ((covered / written if written else 0.0),)
    assert 0.0 <= stock_rates(text)[0] <= 1.0


def test_every_white_space_is_known() -> None:
    """The table ends behind the last one."""
    spaces = [code for code in range(0x110000) if chr(code).isspace()]
    assert spaces[-1] == len(density._blank()) - 2
    assert fact_densities("".join(map(chr, spaces)) + "\ufeff\u200b\U00020000", []) == (0.0,)
    assert density._written("".join(map(chr, spaces)))[-1] == 0
