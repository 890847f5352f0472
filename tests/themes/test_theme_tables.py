"""Audiences and hidden spans: every row of their tables matches its example and not its counterexample."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.lexicon import Row, load_table
from unionnlp.records import THEMES
from unionnlp.structure.parse import parse
from unionnlp.themes import audiences, hidden
from unionnlp.themes.audiences import CHARACTERS_A_MENTION, audiences_of, audiences_of_many
from unionnlp.themes.hidden import theme_spans

CUES = load_table("theme_cues", hidden.COLUMNS)
GROUPS = load_table("audiences", audiences.COLUMNS)


@pytest.mark.parametrize("row", [*CUES, *GROUPS], ids=lambda row: f"{row.file}:{row.line}")
def test_a_row_matches_its_example_and_not_its_counterexample(row: Row) -> None:
    pattern = regex.compile(row.cells.get("pattern") or row["surface"])
    find = pattern.match if row.cells.get("place") == "continues" else pattern.search
    assert row["source"]
    assert row["counterexample"]
    assert find(row["example"])
    assert not find(row["counterexample"])


def test_themes_and_places_are_known() -> None:
    assert {row["theme"] for row in CUES} <= set(THEMES)
    assert {row["place"] for row in CUES} == {"heading", "sentence", "continues"}


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("走访慰问特困职工，为单亲女职工送去慰问金。", "", ("女职工", "困难职工")),
        ("召开职工代表大会，审议行政工作报告。", "", ("全体",)),
        ("", "", ("全体",)),
        ("为外卖骑手和快递员建立驿站。", "", ("新就业形态",)),
        ("全年举办讲座五场。", "女职工素质提升", ("女职工",)),
        ("本单位有职工三百人，其中女职工四十人。" + "全年工作按计划推进，各项任务都如期完成，没有拖延。" * 12, "", ("全体",)),
    ],
)
def test_audiences(text: str, heading: str, expected: tuple[str, ...]) -> None:
    assert audiences_of(text, heading) == expected


REPORT = """云溪县总工会2019年工作总结
一、组织建设
新建工会12家。工会还被评为全市先进单位。
二、活动开展
举办歌咏比赛。但工作中还存在一些不足。一是形式单一。二是参加的人少。职工反映良好。
下一步，我们将继续办好比赛。力争人人参加。
为今后工作打下了良好基础。
三、今后打算
明年我们将新建工会20家。
"""


def test_problems_plans_and_honours_without_a_heading_are_found() -> None:
    spans = theme_spans(REPORT)
    assert [(span.theme, span.quote) for span in spans] == [
        ("评先表彰", "工会还被评为全市先进单位。"),
        ("存在问题", "但工作中还存在一些不足。"),
        ("存在问题", "一是形式单一。"),
        ("存在问题", "二是参加的人少。"),
        ("下步计划", "下一步，我们将继续办好比赛。"),
        ("下步计划", "力争人人参加。"),
    ]
    assert spans[1].cue == "还存在一些不足"


def test_a_section_with_such_a_heading_is_left_to_its_label() -> None:
    assert "明年我们将新建工会20家。" not in [span.quote for span in theme_spans(REPORT)]
    renamed = REPORT.replace("三、今后打算", "三、会员服务")
    assert "明年我们将新建工会20家。" in [span.quote for span in theme_spans(renamed)]


def test_a_report_and_its_text_give_the_same_spans() -> None:
    (report,) = parse(REPORT)
    assert theme_spans(report) == theme_spans(REPORT)
    shifted = parse("\n\n" + REPORT)[0]
    assert [span.start for span in theme_spans(shifted)] == [span.start + 2 for span in theme_spans(report)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["一、情况\n", "今后我们将努力。", "还存在一些不足，", "荣获先进称号", "一是", "。", "\n", "\r\n", " ", "《", "工会"]), max_size=25).map("".join))
def test_quotes_stand_at_their_places(text: str) -> None:
    spans = theme_spans(text)
    assert [(span.start, span.theme) for span in spans] == sorted({(span.start, span.theme) for span in spans}, key=[(s.start, s.theme) for s in spans].index)
    for span in spans:
        assert text[span.start : span.end] == span.quote
        assert span.theme in THEMES


@pytest.mark.parametrize("text", ["还" * 100_000, "还存在" * 50_000, "今后" * 50_000, "荣获" * 50_000, "与要求" * 30_000], ids=["also", "exist", "later", "won", "gap"])
def test_hostile_text_takes_linear_time(text: str) -> None:
    theme_spans(text)
    audiences_of(text)


WORDS = ("女", "性", "会员", "职工", "女工", "业", "困难", "特困", "户", "，", "的家庭", "农民工", "民工潮", "离退休", "退休", "教师", "工人", "三八节", "外卖", "\n", "今年" * 20)
NAMES = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=5))
def test_audiences_of_many_are_those_that_each_pattern_finds(rows: list[tuple[str, str]]) -> None:
    surfaces: dict[str, list[str]] = {}
    for row in GROUPS:
        surfaces.setdefault(row["audience"], []).append(row["surface"])
    expected = []
    for text, heading in rows:
        times = {audience: len(regex.findall("|".join(parts), text)) for audience, parts in surfaces.items()}
        named = {audience for audience, parts in surfaces.items() if regex.search("|".join(parts), heading)}
        expected.append(tuple(a for a in surfaces if a in named or (times[a] and times[a] * CHARACTERS_A_MENTION >= len(text))) or ("全体",))
    assert audiences_of_many(rows) == expected
