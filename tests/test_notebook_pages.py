"""What a notebook shows of a result by itself: Chinese words, the places, nothing that the text could break out with."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from lxml import html

from unionnlp import analyze
from unionnlp.records import Analysis, Document, Fact, Facts, FigurePair, Finding, Findings, Match, Matches, Passage, Report, Section
from unionnlp.spans import Span

AMOUNT = Fact(8, 15, "55.2万余元", Decimal(552000), None, None, "元", "at_least", ("table",), indicator="慰问金", period="今年")
RANGE = Fact(20, 24, "1—2名", None, Decimal(1), Decimal(2000), "人", "range", status="planned")
LOST = Fact(30, 32, "96", Decimal(96), None, None, "%", "exact", ("sign_lost", "table"))
CONFLICT = Finding("rate", "conflict", (Span(0, 3), Span(4, 6)), "186 ÷ 248 = 75%，报告写96%：打架", question="请核实")
CHANGE = FigurePair(0, 2, "12户", Decimal(12), 0, 2, "15户", Decimal(15))
MATCH = Match("甲镇", "乙<镇>", 0.7, 0.8, 0.9, 0.6, 0.75, "figures_changed", (Passage(0, 90, 5, 95, "same"), Passage(95, 99, 99, 103, "stock")), relation="other", source="甲镇", changes=(CHANGE,))


def rows(page: str) -> list[list[str]]:
    return [[cell.text_content() for cell in row.iter("td")] for row in html.fromstring(f"<div>{page}</div>").iter("tr") if list(row.iter("td"))]


def test_facts_are_said_in_chinese_with_their_places() -> None:
    assert rows(Facts([AMOUNT, RANGE, LOST])._repr_html_()) == [
        ["55.2万余元", "552,000", "元", "不少于", "慰问金", "", "今年", "已完成", "8–15"],
        ["1—2名", "1～2,000", "人", "区间", "", "", "", "计划", "20–24"],
        ["96", "96", "%", "疑缺百分号", "", "", "", "已完成", "30–32"],
    ]


def test_findings_are_said_in_chinese_with_all_their_places() -> None:
    assert rows(Findings([CONFLICT])._repr_html_()) == [["打架", "率与分子分母", CONFLICT.message, "请核实", "0–3、4–6"]]
    assert rows(Findings([CONFLICT]).html_beside("应建会企业248家"))[0][-1] == "应建会"
    many = dataclasses.replace(CONFLICT, spans=tuple(Span(i, i + 1) for i in range(9)))
    assert rows(Findings([many])._repr_html_())[0][-1] == "0–1、1–2、2–3、…"
    assert rows(Findings([dataclasses.replace(CONFLICT, spans=())]).html_beside("甲"))[0][-2:] == ["", ""]


@pytest.mark.parametrize("records", [Facts([AMOUNT] * 100), Findings([CONFLICT] * 100), Matches([MATCH] * 100)], ids=lambda records: type(records).__name__)
def test_a_long_table_is_cut_and_says_how_many_more(records: Facts | Findings | Matches) -> None:
    shown = rows(records._repr_html_())
    assert len(shown) == 61
    assert shown[-1] == ["… 另有 40 行"]


def test_a_match_shows_its_shares_its_passages_and_what_was_changed() -> None:
    page = MATCH._repr_html_()
    assert rows(page) == [
        ["甲", "甲镇", "80.0%", "60.0%", "是"],
        ["乙", "乙<镇>", "90.0%", "75.0%", ""],
        ["1", "同文", "90", "0–90", "5–95"],
        ["2", "套话", "4", "95–99", "99–103"],
    ]
    for words in ("疑似换数照搬，请核实", "署名为不同单位", "异数 1 处", "12户 → 15户", "乙&lt;镇&gt;"):
        assert words in page
    assert "<镇>" not in page


def test_a_match_of_nothing_but_stock_accuses_nobody() -> None:
    only_stock = Match("a", "b", 0.1, 0.1, 0.1, 0, 0, "passage", (Passage(0, 9, 0, 9, "stock"),))
    assert "未见疑似雷同" in only_stock._repr_html_()
    assert "疑似段落雷同" in dataclasses.replace(only_stock, passages=(Passage(0, 9, 0, 9, "edited"),))._repr_html_()


def test_matches_name_the_likely_source_by_its_side() -> None:
    (row,) = rows(Matches([MATCH])._repr_html_())
    assert row == ["", "甲镇", "乙<镇>", "换数照搬", "互抄", "80.0%（60.0%）", "90.0%（75.0%）", "1", "", "12户 → 15户", "甲"]
    assert rows(Matches([dataclasses.replace(MATCH, source="丙镇")])._repr_html_())[0][-1] == "丙镇"


def test_a_report_without_sections_says_so() -> None:
    report = Report("id", Document("走访慰问"), 0, 4, "", "甲县总工会", "2019年")
    assert "（无标题） 甲县总工会 2019年" in report._repr_html_()
    assert "4 字，没有分章节" in report._repr_html_()


def test_an_analysis_shows_themes_and_what_to_ask_before_the_rest() -> None:
    text = "云溪县总工会2019年工作总结\n一、组织建设\n全县应建会企业248家，已建186家，组建率96%。\n二、权益维护\n受理案件287件，办结262件，占91.3%。"
    page = analyze(Document(text, "收件/云溪<县>.txt"))._repr_html_()
    assert "<h3>云溪&lt;县&gt;.txt</h3>" in page
    first, second, conflict, *_ = rows(page)
    assert (first[:2], second[:2]) == (["一、组织建设", "组织建设"], ["二、权益维护", "权益维护"])
    assert conflict[:3] == ["打架", "率与分子分母", "186 ÷ 248 = 75%，报告写96%：打架"]
    assert conflict[-1] in text
    assert page.index("请核实 1 处") < page.index("核对相符 1 处") < page.index("数字 6 个")


def test_an_analysis_of_nothing_still_shows() -> None:
    document = Document("甲")
    page = Analysis(document, (Report("id", document, 0, 1, "", "", "", (Section(0, 1, 1, "", ""),)),), Facts(), (), Findings())._repr_html_()
    assert "请核实" not in page.split("<details>")[0]
    assert "数字 0 个" in page
