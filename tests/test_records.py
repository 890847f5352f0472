"""The nouns: frozen, plain when asked, tables when there are many."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest

from unionnlp import records
from unionnlp.records import (
    Analysis,
    Comparison,
    Document,
    Fact,
    Facts,
    Finding,
    Findings,
    Match,
    Matches,
    Passage,
    Quantity,
    Report,
    Section,
    Tokens,
    by_gravity,
)
from unionnlp.spans import Span

RATE = Fact(3, 6, "97%", Decimal("97.08"), None, None, "%", "exact", ("sign_lost",), indicator="组建率", period="今年", confidence=0.9)
RANGE = Fact(8, 12, "1—2名", None, Decimal(1), Decimal(2), "人", "range")
CLASSES = [value for value in vars(records).values() if dataclasses.is_dataclass(value) and isinstance(value, type) and value is not Span]


def finding(verdict: str, at: int) -> Finding:
    return Finding("rate", verdict, (Span(at, at + 1),), "说明")


@pytest.mark.parametrize("record", CLASSES, ids=lambda record: record.__name__)
def test_every_record_is_frozen_and_slotted(record: type) -> None:
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert not hasattr(object.__new__(record), "__dict__")
    assert not any("list" in str(field.type) or "dict" in str(field.type) for field in dataclasses.fields(record))


def test_results_cannot_change_after_they_were_handed_out() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RATE.value = Decimal(1)  # type: ignore[misc]
    assert hash(RATE) == hash(dataclasses.replace(RATE))


def test_a_record_turns_into_plain_types() -> None:
    plain = RATE.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert (plain["value"], plain["low"], plain["flags"]) == ("97.08", None, ["sign_lost"])


def test_a_report_turns_into_plain_types_without_the_document_it_is_cut_from() -> None:
    report = Report("id", Document("一、组织\n正文", "a.txt"), 0, 7, "题", "", "", (Section(0, 7, 1, "一、", "组织", (), 4),))
    plain = report.to_dict()
    assert "document" not in plain
    assert plain["sections"][0]["heading"] == "组织"
    json.dumps(plain)


def test_sections_are_walked_depth_first() -> None:
    leaf = Section(2, 3, 2, "（一）", "甲")
    report = Report("id", Document("abcdef"), 1, 5, "", "", "", (Section(1, 4, 1, "一、", "乙", (leaf,)), Section(4, 5, 1, "二、", "丙")))
    assert [section.heading for section in report.walk()] == ["乙", "甲", "丙"]
    assert report.text == "bcde"


def test_tokens_are_a_sequence_made_on_access() -> None:
    tokens = Tokens("走访慰问困难职工", [0, 4, 6], [4, 6, 8])
    assert len(tokens) == 3
    assert [token.text for token in tokens] == tokens.texts == ["走访慰问", "困难", "职工"]
    assert [token.text for token in tokens[1:]] == ["困难", "职工"]
    assert tokens[-1].start == 6
    assert repr(tokens) == "走访慰问/困难/职工"
    with pytest.raises(IndexError):
        tokens[3]
    assert repr(Tokens("甲" * 60, range(60), range(1, 61))).endswith("/…")


def test_facts_turn_into_a_frame_with_numbers() -> None:
    frame = Facts([RATE, RANGE]).to_frame()
    assert list(frame.columns) == [field.name for field in dataclasses.fields(Fact)]
    assert frame["value"].dtype == float
    assert frame["value"][0] == 97.08
    assert frame["value"].isna().tolist() == [False, True]
    assert frame["high"][1] == 2.0
    assert frame["flags"].tolist() == ["sign_lost", ""]


@pytest.mark.parametrize("records_class", [Facts, Findings, Matches])
def test_no_records_give_an_empty_frame_with_columns(records_class: type[Facts] | type[Findings] | type[Matches]) -> None:
    frame = records_class().to_frame()
    assert len(frame) == 0
    assert len(frame.columns) > 5
    assert "共 0 条" in records_class()._repr_html_()


def test_findings_and_matches_keep_their_places_as_json() -> None:
    assert Findings([finding("conflict", 3)]).to_frame()["spans"].tolist() == ['[{"start": 3, "end": 4}]']
    match = Match("a", "b", 0.5, 0.6, 0.7, 0.5, 0.5, "passage", (Passage(0, 2, 0, 2, "same"), Passage(3, 4, 3, 4, "edited")))
    (passages,) = Matches([match]).to_frame()["passages"]
    assert [tuple(passage.values()) for passage in json.loads(passages)] == [(0, 2, 0, 2, "same"), (3, 4, 3, 4, "edited")]


def test_a_notebook_shows_chinese_headings_and_escaped_text() -> None:
    shown = Facts([dataclasses.replace(RATE, quote="<script>")])._repr_html_()
    assert "原文" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    comparison = Comparison(Match("a", "b", 0.5, 1, 0.5, 0, 0, "passage", (Passage(0, 3, 0, 3, "same"),)), "<b>x", "<i>y")
    assert "&lt;b&gt;" in comparison._repr_html_()
    assert "甲含于乙 100.0%" in comparison._repr_html_()


def test_findings_are_sorted_most_serious_first_then_by_place() -> None:
    sorted_findings = by_gravity([finding("consistent", 0), finding("signal", 1), finding("conflict", 9), finding("conflict", 2), Finding("x", "conflict", (), "")])
    assert [(f.verdict, f.spans[0].start if f.spans else None) for f in sorted_findings] == [("conflict", None), ("conflict", 2), ("conflict", 9), ("signal", 1), ("consistent", 0)]


def test_an_analysis_keeps_the_reports_of_a_file_apart() -> None:
    document = Document("<甲>" + "x" * 20, "a<b>.txt")
    first, second = (Report(str(i), document, start, start + 10, "题", "", "") for i, start in enumerate((0, 10)))
    analysis = Analysis(document, (first, second), Facts([RATE, dataclasses.replace(RANGE, start=10)]), (), by_gravity([finding("conflict", 11), Finding("x", "signal", (), "")]))
    assert [fact.start for fact in analysis.facts_of(first)] == [3]
    assert [fact.start for fact in analysis.facts_of(second)] == [10]
    assert len(analysis.findings_of(second)) == 1
    assert not analysis.findings_of(first)
    assert "a&lt;b&gt;.txt" in analysis._repr_html_()
    assert "document" not in analysis.to_dict()


def test_a_fact_is_a_quantity() -> None:
    assert isinstance(RATE, Quantity)
    assert sorted(records.__all__, key=lambda name: (not name.isupper(), name)) == records.__all__
