"""Figures in hostile texts: time grows with the length, not with its square."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from unionnlp.facts.extract import extract_facts
from unionnlp.facts.quantities import find_quantities

SMALL = 2_000
"""Characters of the shorter run; the longer one has eight times as many."""

LINEAR = [
    *("1", "1,", "1.", "1 ", "1\n", "１", "1,000", "万", "1万", "3余", "一", "一、", "十", "半", "第", "一十", "零", "1/"),
    *("“", "‘", "《", "（", "(", "【", "〔", "”", "）", "》", "\n", "。", "，", " ", "\u200b", "皖A", "第一", "2008.", "2008年", "1月", "一月", "12351"),
    *("占", "率", "率高达", "达到", "共有", "职工", "捐款", "每年", "自", "截至", "合同", "慰问", "会员", "近", "约", "80人，", "80人。\n", "慰问80人，其中女职工3人，", "甲", "甲乙，"),
    *("1、", "1和", "1至", "20余至", "三成、", "一半", "两个半", "（ ", "(", "○", "2 300 ", "1，100", "人民币", "￥", "RMB", "3块", "数", "几", "分别", "每一次", "负1", "1人至"),
    *("x*", "*", "80人", "其中3人", "百分之", "一分之", "1元1角", "捐款元，80人，", "下步工作计划\n80人。\n", "慰问甲", "（含1"),
]
CHAINS = {"1-": 1_000, "1-2-": 1_000, "、1": 300, "A-": 1_200}
"""Chains that several patterns try again at each of their links, with a length that shows a quadratic path in under a
second."""


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    extract_facts("總會2008年慰问80人，捐款元。")


@pytest.mark.parametrize("unit", LINEAR)
def test_quantities_grow_with_the_length(unit: str, check: Callable[[Callable[[str], object], str, int], None]) -> None:
    check(find_quantities, unit, SMALL)


@pytest.mark.parametrize("unit", LINEAR)
def test_facts_grow_with_the_length(unit: str, check: Callable[[Callable[[str], object], str, int], None]) -> None:
    check(extract_facts, unit, SMALL)


@pytest.mark.parametrize(("unit", "length"), CHAINS.items())
def test_quantities_of_chains_grow_with_the_length(unit: str, length: int, check: Callable[[Callable[[str], object], str, int], None]) -> None:
    check(find_quantities, unit, length)


@pytest.mark.parametrize("unit", ["1", "9,", "甲", "\n", "万", "一", "“", "，", "1、", "。", "(", "（"])
def test_a_long_text_of_one_kind_is_read(unit: str) -> None:
    assert find_quantities(unit * 300_000) == ()
