"""Facts from tables: what headings, labels and captions say of figures; what running text leaves to them; what no table may break."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.extract import extract_facts
from unionnlp.facts.headings import heading, measures, stated_measures
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.reading.writer import TextWriter
from unionnlp.records import Cell, Document, Fact, Table
from unionnlp.structure.normalize import repairs

CASES = Path(__file__).parents[1] / "cases"
ROWS = [json.loads(line) for line in (CASES / "facts" / "tables.jsonl").read_text(encoding="utf-8").splitlines()]


def document(rows: list[list[str]], above: str = "", below: str = "") -> Document:
    """A document with one table, put together as the readers do."""
    writer = TextWriter()
    if above:
        writer.line(above)
    writer.open_table()
    for row in rows:
        writer.open_row()
        for words in row:
            writer.open_cell()
            if words:
                writer.line(words)
            writer.close_cell()
    writer.close_table()
    if below:
        writer.line(below)
    return writer.document("表.docx")


def said(fact: Fact) -> dict[str, Any]:
    """A fact with the fields of the cases; decimals are compared as numbers."""
    return {**fact.to_dict(), "value": fact.value, "low": fact.low, "high": fact.high}


def wanted(expected: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if name in ("value", "low", "high") and value is not None else value for name, value in expected.items()}


@pytest.mark.parametrize("case", [pytest.param(row, id=row["label"]) for row in ROWS])
def test_figures_are_read_with_their_headings(case: dict[str, Any]) -> None:
    text = document(case["rows"], case["above"])
    facts = extract_facts(text)
    assert [fact.quote for fact in facts] == [expected["quote"] for expected in case["expected"]]
    for fact, expected in zip(facts, case["expected"], strict=True):
        assert {name: said(fact)[name] for name in expected} == wanted(expected)
        assert text.text[fact.start : fact.end] == fact.quote


@pytest.mark.parametrize("case", [pytest.param(row, id=row["label"]) for row in ROWS if row["expected"]])
def test_without_its_table_the_text_does_not_say_so(case: dict[str, Any]) -> None:
    text = document(case["rows"], case["above"])
    assert extract_facts(text.text) != extract_facts(text)


def test_the_facts_of_running_text_stay_in_their_places_around_a_table() -> None:
    rows = [["项目", "单位", "数量"], ["慰问金", "万元", "7.5"]]
    facts = extract_facts(document(rows, "全年培训女职工500人次。", "走访困难职工30户。"))
    assert [(fact.quote, fact.indicator, fact.flags) for fact in facts] == [
        ("500人次", "培训人次", ()),
        ("7.5", "慰问金", ("table",)),
        ("30户", "慰问人次", ()),
    ]


def test_confidence_falls_with_the_distance_of_the_words_that_decide() -> None:
    by_column, implied, by_caption = (
        extract_facts(document(rows, above))[0]
        for rows, above in (
            ([["单位", "慰问人数（人）"], ["青河镇", "80"]], ""),
            ([["单位", "慰问人数"], ["青河镇", "80"]], ""),
            ([["单位", "人数（人）"], ["青河镇", "80"]], "走访慰问情况"),
        )
    )
    assert by_column.indicator == implied.indicator == by_caption.indicator == "慰问人次"
    assert 1 > by_column.confidence > implied.confidence > 0
    assert by_column.confidence > by_caption.confidence > 0
    assert (by_column.cue, by_caption.cue) == ("慰问", "走访")


def test_a_figure_that_was_taken_for_a_page_number_is_read_in_its_cell() -> None:
    rows = [["单位", "会员数（人）"], *([f"青河镇第{i}村联合工会女职工委员会", str(i)] for i in range(1, 30))]
    text = document(rows)
    assert any(repair.kind == "page_number" for repair in repairs(text.text))
    assert [fact.quote for fact in extract_facts(text)] == [str(i) for i in range(1, 30)]


def test_a_table_within_a_cell_is_read_once() -> None:
    inner = "会员数（人）\t1203"
    text = f"附表\n{inner}\n完"
    at = text.index(inner)
    cells = (Cell(at, at + 6, inner[:6]), Cell(at + 7, at + 11, "1203"))
    tables = (Table(0, len(text), ((Cell(0, len(text), text),),)), Table(at, at + 11, (cells,)), Table(at, at + 11, (cells,)))
    assert [fact.quote for fact in extract_facts(Document(text, tables=tables))] == ["1203"]


def test_spans_of_cells_in_a_web_page_are_followed() -> None:
    page = (
        "<meta charset='utf-8'><p>2023年工会工作情况（单位：万元）</p><table><tr><th rowspan=2>单位<th colspan=2>走访慰问<th rowspan=2>会员数"
        "<tr><th>户数<th>金额<tr><td>青河镇<td>12<td>2.5<td>1,203</table>"
    )
    facts = extract_facts(read(page.encode()))
    assert [(fact.quote, fact.value, fact.unit, fact.indicator, fact.scope, fact.period) for fact in facts] == [
        ("12", 12, "户", "慰问人次", "青河镇", "2023年"),
        ("2.5", 25000, "元", "慰问金", "青河镇", "2023年"),
        ("1,203", 1203, "人", "会员数", "青河镇", "2023年"),
    ]


TRUTH = [row for row in json.loads((CASES / "samples.json").read_text(encoding="utf-8"))["facts"] if row.get("table")]


@pytest.mark.parametrize("row", TRUTH, ids=lambda row: row["context"].replace("\t", " "))
def test_the_tables_of_the_samples_are_read(row: dict[str, Any]) -> None:
    text = read(data_file("samples", row["file"]))  # type: ignore[arg-type]  # a file on disk in every installed form
    at = text.text.index(row["context"]) + row["context"].index("\t" + row["quote"]) + 1
    (fact,) = [fact for fact in extract_facts(text) if fact.start == at]
    assert (fact.quote, fact.value, fact.unit, fact.bound, fact.indicator) == (row["quote"], row["value"], row["unit"], row["bound"], row["indicator"])
    if row["period"] in text.text[text.tables[0].start : text.tables[0].end]:
        assert fact.period == row["period"]
    assert fact.period_start is not None
    assert str(fact.period_start.year) == row["period"].removesuffix("年")


@pytest.mark.parametrize(
    ("words", "rest", "stated", "implied"),
    [
        ("慰问金（万元）", "慰问金", [("元", 10000)], "元"),
        ("走访慰问人（次）", "走访慰问人次", [], "人次"),
        ("会员数（含农民工）（人）", "会员数（含农民工）", [("人", 1)], "人"),
        ("救助标准（元/人）", "救助标准", [("元", 1), ("人", 1)], ""),
        ("慰问金额万元", "慰问金额", [("元", 10000)], "元"),
        ("人 次", "人次", [("人次", 1)], "人次"),
        ("青河镇", "青河镇", [], ""),
        ("2023年", "", [], ""),
    ],
)
def test_a_heading_says_in_what(words: str, rest: str, stated: list[tuple[str, int]], implied: str) -> None:
    head = heading(words)
    assert (head.words, [(m.unit, m.factor) for m in head.measures], head.implied) == (rest, stated, implied)


def test_measures_are_nothing_but_measures() -> None:
    assert [m.unit for m in measures("人/户")] == ["人", "户"]
    for words in ("", "项目", "人数", "2人", "元旦", "百", "/", "名单", "年"):
        assert measures(words) == ()
    assert [(m.unit, m.factor) for m in stated_measures("附表 计量单位: 千元、人次 2023年")] == [("元", 1000), ("人次", 1)]
    assert stated_measures("填报单位：青河镇总工会") == ()


# ----------------------------------------------------------------------------------------------------- for any table

WORDS = (
    *("", "", "会员数（人）", "慰问金（万元）", "组建率(%)", "人次", "金额", "数量", "单位", "项目", "序号", "备注", "合计", "青河镇", "走访慰问", "2023年", "2022", "单位：万元/人"),
    *("1", "2", "1,203", "97", "7.5", "80余人次", "7万余元", "三", "—", "/", "-3.5", "××人", "0", "1/3", "13800000000", "3月8日", "近200", "5-6", "\u200b12", "１２", " 8 "),
    *("走访困难职工80户，发放慰问金5万元。", "职工\n1203", "共有职工人", "會員數", "100人以上企业", "计划数", "\ud800", "。"),
)
any_rows = st.lists(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=6), max_size=8)


def assert_facts_hold(text: Document) -> None:
    last = 0
    for fact in extract_facts(text):
        assert last <= fact.start < fact.end <= len(text.text)
        assert text.text[fact.start : fact.end] == fact.quote
        assert 0 <= fact.confidence <= 1
        assert fact.value is not None or fact.low is not None or fact.bound == "missing"
        last = fact.end


@given(any_rows, st.sampled_from(("", "2023年情况表（单位：万元、人）", "全年走访慰问困难职工80户。")))
def test_any_table_gives_facts_whose_quotes_hold_in_order(rows: list[list[str]], above: str) -> None:
    assert_facts_hold(document(rows, above, "走访30户。"))


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("\t".join), st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4), max_size=4))
def test_cells_that_lie_about_their_place_break_nothing(text: str, places: list[list[tuple[int, int]]]) -> None:
    rows = tuple(tuple(Cell(start, end, "12") for start, end in row) for row in places)
    assert_facts_hold(Document(text, tables=(Table(0, len(text), rows), Table(3, 2, ()))))
