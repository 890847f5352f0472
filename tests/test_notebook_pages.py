"""What a notebook shows of a result by itself: Chinese words, the places, nothing that the text could break out with."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from lxml import html

from unionnlp import analyze, classify, compare, segment
from unionnlp.records import (
    Analysis,
    Document,
    Evidence,
    Fact,
    Facts,
    FigurePair,
    Finding,
    Findings,
    Match,
    Matches,
    Passage,
    Report,
    Section,
    Table,
    ThemeLabel,
    Tokens,
)
from unionnlp.records.pages import findings_html
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
    assert rows(findings_html(Findings([CONFLICT]), "应建会企业248家"))[0][-1] == "应建会"
    many = dataclasses.replace(CONFLICT, spans=tuple(Span(i, i + 1) for i in range(9)))
    assert rows(Findings([many])._repr_html_())[0][-1] == "0–1、1–2、2–3、…"
    assert rows(findings_html(Findings([dataclasses.replace(CONFLICT, spans=())]), "甲"))[0][-2:] == ["", ""]


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


def test_one_fact_and_one_finding_show_as_a_row_of_their_table() -> None:
    assert rows(AMOUNT._repr_html_()) == rows(Facts([AMOUNT])._repr_html_())
    assert rows(CONFLICT._repr_html_()) == rows(Findings([CONFLICT])._repr_html_())


def test_findings_are_counted_by_verdict_gravest_first() -> None:
    held = dataclasses.replace(CONFLICT, verdict="consistent")
    assert "共 3 条：打架 1、一致 2" in Findings([held, CONFLICT, held])._repr_html_()


def test_a_document_tells_its_size_what_was_noted_and_how_it_begins() -> None:
    document = Document("走访慰问\n" * 200, "收件/云溪<县>.txt", (Table(0, 4, ()),), ("encoding: gb18030", "hidden_text: 3 characters: 转<载"))
    page = document._repr_html_()
    for words in ("<b>云溪&lt;县&gt;.txt</b>", "1,000 字、表格 1 张", "编码：gb18030", "隐藏文字：3 characters: 转&lt;载", "走访慰问 走访慰问", "…"):
        assert words in page
    assert len(page) < 1500
    assert "文本" in Document("")._repr_html_()


def test_words_stand_in_boxes_and_blanks_do_not() -> None:
    tokens = Tokens("慰问 <女>工", [0, 2, 3, 6], [2, 3, 6, 7])
    page = tokens._repr_html_()
    assert "共 4 个词" in page
    assert [span.text_content() for span in html.fromstring(page).iter("span") if "border:" in (span.get("style") or "")] == ["慰问", "<女>", "工"]
    assert "另有 700 个" in Tokens("甲" * 1000, range(1000), range(1, 1001))._repr_html_()


def test_a_theme_shows_what_came_next_whom_it_concerns_and_why() -> None:
    ranking = (("帮扶救助", 1.0), ("组织建设", 0.02), ("其他", 0.001))
    label = ThemeLabel("帮扶救助", True, 1.0, ranking, (Evidence(0, 5, "走访<慰问", 4.68),), ("女职工", "农民工"), "民主管理")
    page = label._repr_html_()
    assert rows(page) == [["帮扶救助", "99.0%"], ["组织建设", "2.0%"], ["走访<慰问", "0–5", "4.7"]]
    assert "对象：女职工、农民工；标题像是“民主管理”，正文不同" in page
    assert "（待定）" not in page
    assert "帮扶救助（待定）" in dataclasses.replace(label, sure=False, evidence=())._repr_html_()


Colour = tuple[float, ...]


def channels(colour: int) -> Colour:
    return tuple(colour >> shift & 0xFF for shift in (16, 8, 0))


def over(ground: str, paper: Colour) -> Colour:
    """A half transparent ground (#rrggbbaa) as it looks on paper of some colour."""
    share = int(ground[7:], 16) / 255
    return tuple(share * own + (1 - share) * below for own, below in zip(channels(int(ground[1:7], 16)), paper, strict=True))


def contrast(a: Colour, b: Colour) -> float:
    """By the definition of WCAG 2.1."""
    low, high = sorted(sum(w * ((c / 255 + 0.055) / 1.055) ** 2.4 for w, c in zip((0.2126, 0.7152, 0.0722), colour, strict=True)) for colour in (a, b))
    return (high + 0.05) / (low + 0.05)


TEXT = "云溪县总工会2019年工作总结\n一、组织建设\n全县应建会企业248家，已建186家，组建率96%。\n二、帮扶救助\n走访慰问困难职工12户，发放慰问金3万元。"


@pytest.mark.parametrize(
    "shown",
    [
        lambda: analyze(Document(TEXT)),
        lambda: Facts([AMOUNT, LOST]),
        lambda: MATCH,
        lambda: Matches([MATCH]),
        lambda: compare(TEXT, TEXT.replace("12户", "15户")),
        lambda: segment(TEXT),
        lambda: classify(TEXT),
        lambda: Document(TEXT),
    ],
    ids=["analysis", "facts", "match", "matches", "comparison", "tokens", "label", "document"],
)
def test_a_page_reads_on_light_and_on_dark_ground_and_says_that_it_is_chinese(shown: Callable[[], Any]) -> None:
    """No colour of letters is set, and every ground lets through what is behind it: a notebook says nowhere which it is."""
    page = shown()._repr_html_()
    assert not re.search(r"[;\"]color:", page)
    grounds = re.findall(r"background:(?:linear-gradient\(to right,)?([^;\", )]+)", page)
    assert all(re.fullmatch("#[0-9a-f]{8}", ground) for ground in grounds), grounds
    for paper, ink in ((channels(0xFFFFFF), channels(0x212121)), (channels(0x111111), channels(0xE0E0E0))):
        for ground in set(grounds):  # what WCAG 2.1 asks of small letters; a figure that was changed lies on a passage
            assert contrast(over(ground, paper), ink) >= 4.5
            assert "2px solid" not in page or contrast(over(ground, over("#ff5a4640", paper)), ink) >= 4
    assert all(element.get("lang") == "zh-CN" for element in html.fragments_fromstring(page))
    assert not re.search("<(script|style|link|img)", page)


def test_long_values_are_cut() -> None:
    long = "甲" * 5000
    fact = dataclasses.replace(AMOUNT, quote=long, subject=long, period=long)
    match = dataclasses.replace(MATCH, a=long, b=long + "乙", source="丙" * 5000)
    finding = dataclasses.replace(CONFLICT, message=long, question=long)
    label = ThemeLabel("其他", False, 0.2, (("其他", 0.2),), (Evidence(0, 5000, long, 1.0),))
    report = Report("id", Document(long), 0, 5000, long, long, long, (Section(0, 5000, 1, "一、", long),))
    for record in (fact, match, Matches([match]), finding, label, report, Document(long, long)):
        page = record._repr_html_()
        assert "甲" * 300 not in page or isinstance(record, Document)


def test_a_section_shows_those_inside_it() -> None:
    section = Section(4, 90, 1, "一、", "组织建设", (Section(20, 90, 2, "（一）", "建会"),))
    assert rows(section._repr_html_()) == [["一、组织建设", "86", "4–90"], ["　（一）建会", "70", "20–90"]]


def test_a_report_without_sections_says_so() -> None:
    report = Report("id", Document("走访慰问"), 0, 4, "", "甲县总工会", "2019年")
    assert "（无标题） 甲县总工会 2019年" in report._repr_html_()
    assert "4 字，没有分章节" in report._repr_html_()


def test_an_analysis_shows_themes_and_what_to_ask_before_the_rest() -> None:
    text = "云溪县总工会2019年工作总结\n一、组织建设\n全县应建会企业248家，已建186家，组建率96%。\n二、权益维护\n受理案件287件，办结262件，占91.3%。"
    page = analyze(Document(text, "收件/云溪<县>.txt"))._repr_html_()
    assert "<b>云溪&lt;县&gt;.txt</b>" in page
    first, second, conflict, *_ = rows(page)
    assert (first[:2], second[:2]) == (["一、组织建设", "组织建设"], ["二、权益维护", "权益维护"])
    assert conflict[:3] == ["打架", "率与分子分母", "186 ÷ 248 = 75%，报告写96%：打架"]
    assert conflict[-1] in text
    assert page.index("请核实 1 处") < page.index("核对相符 1 处") < page.index("数字 6 个")


def test_an_analysis_of_nothing_still_shows() -> None:
    document = Document("甲")
    page = Analysis(document, (Report("id", document, 0, 1, "", "", "", (Section(0, 1, 1, "", ""),)),), Facts(), (), Findings())._repr_html_()
    assert "请核实" not in page.split("<details")[0]
    assert "数字 0 个" in page
