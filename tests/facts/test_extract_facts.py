"""Facts: indicator, period, scope and status as data; what holds for any text; the truth about the samples that ship."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.extract import extract_facts
from unionnlp.facts.quantities import find_quantities
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.records import Document, Fact, Facts
from unionnlp.structure.parse import parse

CASES = Path(__file__).parents[1] / "cases"


def cases(name: str, kind: str = "") -> list[Any]:
    """Rows of a file as parameters; known failures are strict."""
    rows = [json.loads(line) for line in (CASES / "facts" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [pytest.param(r, id=r["label"], marks=[pytest.mark.xfail(strict=True, reason=r["reason"])] if kind else []) for r in rows if not kind or r["kind"] == kind]


@pytest.mark.parametrize("case", [*cases("facts"), *cases("known_failures", "fact")])
def test_a_fact_says_what_when_where_and_whether(case: dict[str, Any]) -> None:
    facts = extract_facts(case["text"])
    assert [fact.quote for fact in facts] == [expected["quote"] for expected in case["expected"]]
    for fact, expected in zip(facts, case["expected"], strict=True):
        assert {name: getattr(fact, name) for name in expected} == expected


@pytest.mark.parametrize("case", cases("facts"))
def test_facts_are_the_quantities_with_more_said_about_them(case: dict[str, Any]) -> None:
    def measure(quantity: Any) -> tuple[object, ...]:
        return quantity.start, quantity.end, quantity.value, quantity.low, quantity.high, quantity.unit, quantity.bound, quantity.flags

    assert [measure(fact) for fact in extract_facts(case["text"])] == [measure(quantity) for quantity in find_quantities(case["text"])]


def test_no_context_reaches_from_one_report_of_a_file_into_the_next() -> None:
    first, second = "第一篇：甲镇工会工作总结\n2007年，全镇开展活动。举办比赛12场。\n", "第二篇：乙镇工会工作总结\n举办比赛15场。\n"
    of_both = extract_facts(first + second)
    assert [(fact.quote, fact.period, fact.scope) for fact in of_both] == [("12场", "2007年", "全镇"), ("15场", "", "")]
    assert [fact for report in parse(first + second) for fact in extract_facts(report)] == list(of_both)
    assert extract_facts(Document(first + second)) == of_both


def test_nothing_to_read_gives_no_facts() -> None:
    for text in ("", " \n\u3000", "工会", "，。"):
        assert extract_facts(text) == Facts()


def test_cue_and_confidence_say_how_an_indicator_was_decided() -> None:
    near, far = extract_facts("走访慰问困难女工80余人次，发放2万元。")
    assert near.cue in "走访慰问困难女工"
    assert near.subject == "困难女职工"
    assert 0 < far.confidence < near.confidence <= 1
    assert far.indicator == "慰问金"


# ----------------------------------------------------------------------------------------------------- for any text

PIECES = (
    *"一二三十百万亿零年月人名个家元户次%，。、；：“”（）\n\n0123456789余多约至—",
    *("今年上半年，", "2008年", "两年来", "全市", "我镇", "走访慰问", "困难职工", "女职工", "发放慰问金", "组建率达", "签订集体合同", "培训", "举办", "其中", "力争", "计划", "将"),
    *("一、组织建设\n", "（一）", "下步工作计划\n", "第一篇：甲\n", "第二篇：乙\n", "80余人次", "7万余元", "97%", "共有职工人", "捐款元", "100，", "\u200b", "總會維護", " 3\n", "?三好?"),
)
any_text = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


@given(any_text)
def test_any_text_gives_facts_whose_quotes_hold_in_order(text: str) -> None:
    last = 0
    for fact in extract_facts(text):
        assert last <= fact.start < fact.end <= len(text)
        assert text[fact.start : fact.end] == fact.quote
        assert fact.status in {"achieved", "planned", "rule"}
        assert 0 <= fact.confidence <= 1
        assert fact.indicator != "other"
        last = fact.end


@pytest.mark.parametrize("text", ["\ud800慰问困难职工80人。", "\ud800總工會維護職工權益，慰問困難職工80人。", "總會\x00慰問80人。", "慰问80人\udfff。"])
def test_lone_surrogates_and_control_characters_are_read_over(text: str) -> None:
    assert [(fact.quote, fact.indicator) for fact in extract_facts(text)] == [("80人", "慰问人次")]


def said(fact: Fact, shift: int) -> tuple[object, ...]:
    return fact.start - shift, fact.quote, fact.value, fact.low, fact.high, fact.unit, fact.bound, fact.flags, fact.indicator, fact.status


@pytest.mark.parametrize("case", cases("facts"))
def test_facts_are_found_again_when_the_text_stands_inside_a_longer_one(case: dict[str, Any]) -> None:
    text = case["text"].removesuffix("。")
    before, behind = "工会认真履行职责，开展了各项工作。\n", "。\n职工反映良好。"
    alone = [said(fact, 0) for fact in extract_facts(text + "。")]
    assert [said(fact, len(before)) for fact in extract_facts(before + text + behind)] == alone


# ---------------------------------------------------------------------------------------- the samples that ship with it

TRUTH = [row for row in json.loads((CASES / "samples.json").read_text(encoding="utf-8"))["facts"] if not row.get("table")]


@cache
def sample(name: str) -> tuple[str, Facts]:
    document = read(data_file("samples", name))  # type: ignore[arg-type]  # a file on disk in every installed form
    return document.text, extract_facts(document)


def at(row: dict[str, Any]) -> tuple[int, int]:
    """Where the quote of a truth row stands: in its context."""
    text, _ = sample(row["file"])
    context = text.index(row["context"])
    start = context + row["context"].index(row["quote"])
    return start, start + len(row["quote"])


@pytest.mark.parametrize("row", TRUTH, ids=lambda row: f"{row['file'][:8]} {row['context']}")
def test_the_figures_of_the_samples_are_found_with_value_and_unit(row: dict[str, Any]) -> None:
    place = at(row)
    (fact,) = [fact for fact in sample(row["file"])[1] if (fact.start, fact.end) == place]
    expected = row["value"]
    got: object = float(fact.value) if fact.value is not None else [float(fact.low), float(fact.high)] if fact.low is not None and fact.high is not None else None
    assert got == expected
    assert (fact.unit, fact.bound) == (row["unit"], row["bound"])
    assert ("sign_lost" in fact.flags) == bool(row.get("sign_lost"))


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['file'][:8]} {row['context']}") for row in TRUTH])
def test_the_figures_of_the_samples_have_an_accepted_indicator(row: dict[str, Any]) -> None:
    place = at(row)
    (fact,) = [fact for fact in sample(row["file"])[1] if (fact.start, fact.end) == place]
    assert (fact.indicator or "other") in {row["indicator"], *row.get("alt", ())}
    assert row.get("period") in (None, fact.period)
