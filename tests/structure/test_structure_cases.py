"""Reports, outline, titles, repairs and sentences on constructions from the habits of real files, as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unionnlp.records import Document
from unionnlp.structure.normalize import normalize, repairs
from unionnlp.structure.parse import parse, reports_of
from unionnlp.structure.script import looks_traditional
from unionnlp.structure.sentences import sentences

CASES = Path(__file__).parents[1] / "cases" / "structure"


def cases(name: str) -> list[Any]:
    """The rows of a file as parameters."""
    rows = (json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [pytest.param(row, id=row["label"]) for row in rows]


@pytest.mark.parametrize("case", cases("compilations"))
def test_the_reports_of_a_file(case: dict[str, Any]) -> None:
    reports = parse(case["text"])
    assert [report.title for report in reports] == [expected["title"] for expected in case["expected"]]
    for report, expected in zip(reports, case["expected"], strict=True):
        assert report.text.lstrip().startswith(expected["starts"].strip())
    assert "".join(report.text for report in reports) == case["text"]
    assert len({report.report_id for report in reports}) == len(reports)


@pytest.mark.parametrize("case", cases("outlines"))
def test_the_headings_of_a_report(case: dict[str, Any]) -> None:
    (report,) = parse(case["text"])
    assert [[section.level, section.number, section.heading] for section in report.walk()] == case["expected"]


@pytest.mark.parametrize("case", cases("outlines"))
def test_a_section_ends_where_the_next_of_its_level_or_a_higher_one_begins(case: dict[str, Any]) -> None:
    (report,) = parse(case["text"])
    normalized = normalize(case["text"])
    sections = list(report.walk())
    for i, section in enumerate(sections):
        following = (other.start for other in sections[i + 1 :] if other.level <= section.level)
        assert section.end == next(following, report.end)
        words = normalized.text[slice(*normalized.span(section.start, section.body))]
        assert words.startswith(section.number)
        assert words.endswith(section.heading)


@pytest.mark.parametrize("case", cases("no_headings"))
def test_no_numeral_of_a_sentence_becomes_a_heading(case: dict[str, Any]) -> None:
    (report,) = parse(case["text"])
    assert list(report.walk()) == []


@pytest.mark.parametrize("case", cases("titles"))
def test_title_unit_and_period(case: dict[str, Any]) -> None:
    (report,) = parse(case["text"])
    assert (report.title, report.unit, report.period) == (case["title"], case["unit"], case["period"])


@pytest.mark.parametrize("case", cases("repairs"))
def test_what_is_marked_or_mended(case: dict[str, Any]) -> None:
    assert [[case["text"][repair.start : repair.end], repair.kind, repair.replacement] for repair in repairs(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", cases("no_repairs"))
def test_what_is_no_damage_is_left_alone(case: dict[str, Any]) -> None:
    assert repairs(case["text"]) == ()


@pytest.mark.parametrize("case", cases("sentences"))
def test_sentences(case: dict[str, Any]) -> None:
    assert [case["text"][start:end] for start, end in sentences(case["text"])] == case["expected"]


# ------------------------------------------------------------------------------------------------------ single behaviours


@pytest.mark.parametrize("text", ["", " ", "\n\u3000\r\n", "\t"])
def test_a_text_without_a_word_holds_no_report(text: str) -> None:
    assert parse(text) == ()


def test_the_identity_of_a_report_comes_from_content_and_position_only() -> None:
    text = "第一篇：甲镇工会总结\n正文。\n第二篇：乙镇工会总结\n正文。"
    first, second = parse(Document(text, "a.txt"))
    assert [first.report_id, second.report_id] == [report.report_id for report in parse(Document(text, "elsewhere/b.docx", notes=("x",)))]
    assert first.report_id != second.report_id
    assert parse(text + "。")[0].report_id != first.report_id


def test_a_report_stands_for_itself_and_a_text_for_its_reports() -> None:
    text = "第一篇：甲镇工会总结\n正文。\n第二篇：乙镇工会总结\n正文。"
    reports = parse(text)
    assert reports_of(reports[1]) == (reports[1],)
    assert reports_of(text) == reports_of(Document(text)) == reports


def test_a_notebook_shows_the_outline() -> None:
    (report,) = parse("云溪县总工会2019年工作总结\n一、<组织>\n（一）建会\n正文。")
    shown = report._repr_html_()
    assert "一、&lt;组织&gt;" in shown
    assert "　（一）建会" in shown
    assert "云溪县总工会 2019年" in shown


@pytest.mark.parametrize(("text", "traditional"), [("總工會維權幫扶工作", True), ("总工会维权帮扶工作", False), ("", False), ("abc 123", False), ("工會" + "工作总结维护职工权益" * 20, False)])
def test_script_is_judged_by_the_share_of_characters(text: str, traditional: bool) -> None:
    assert looks_traditional(text) is traditional


def test_sentences_of_a_stretch() -> None:
    text = "甲。乙。丙。"
    assert [text[a:b] for a, b in sentences(text, 2, 4)] == ["乙。"]
