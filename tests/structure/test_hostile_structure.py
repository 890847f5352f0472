"""Structure of hostile texts: time grows with the length, not with its square, and nothing runs out of stack."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from unionnlp.structure.parse import parse
from unionnlp.structure.sentences import clauses, sentences

SMALL = 4_000
"""Characters of the shorter run; the longer one has eight times as many."""

UNITS = [
    *("一、", "（1）", "（一）", "1.", "1、", "1）", "①", "①甲", "一是", "一是甲，二是乙。", "第一，", "首先，", "第一章", "第一篇\n", "第一篇：甲\n", "篇一：", "【篇一】\n", "范文一：\n"),
    *("（", "）", "(", ")", "【", "《", "》", "“", "”", "《（", "?", "?甲", "?甲?", "\n", "\r", "\r\n", "1\n", "甲\n", "甲 1\n", " ", "\u3000", "\t", "\u200b", "*", "，", "。", "、", "总"),
    *("甲", "甲，\n", "總", "總會\n", "１", "⼯", "(a", "（本站", "来源:", "www.", "http://", "免责声明:", "相关推荐\n", "时间:", "工会", "公司", "——", "年",),
    *("下步工作计划\n", "存在的问题", "一、甲 ", "一、甲\n（一）乙\n1.丙\n"),
    *("工会工作总结1\n", "（通用3篇）\n", "甲县总工会2019年总结\n一、甲\n二、乙\n", "- 1 -\n", "第1页\n", "第1页\n第2页\n", "甲的\n", "a" * 30 + "，的\n"),
]


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    parse("總會工作總結\n一、組織")


@pytest.mark.parametrize("unit", UNITS)
def test_parsing_grows_with_the_length(unit: str, check: Callable[[Callable[[str], object], str, int], None]) -> None:
    check(parse, unit, SMALL)


@pytest.mark.parametrize("unit", ["（", "(", "《", "【", "《（", "（《", "“", "。", "。”", "\n", "甲", "，", "（甲。", "《》", "（）"])
def test_sentences_grow_with_the_length(unit: str, check: Callable[[Callable[[str], object], str, int], None]) -> None:
    check(lambda text: (list(sentences(text)), list(clauses(text))), unit, SMALL)


@pytest.mark.parametrize("unit", ["一、", "（", "\n", "1\n", "?", "第一篇\n", "①"])
def test_a_hundred_thousand_characters_of_one_kind_are_parsed(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    reports = parse(text)
    assert "".join(report.text for report in reports) == (text if text.strip() else "")


@pytest.mark.parametrize(
    "line",
    [
        "第一，甲。一是乙。\n",
        "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n一是己\n",
        "一是甲：一是乙\n",
        "首先，甲；首先，乙。\n",
    ],
)
def test_a_style_repeated_a_thousand_times_does_not_nest_deeper_and_deeper(line: str) -> None:
    (report,) = parse(line * 1_500)
    assert max(section.level for section in report.walk()) <= 6
