"""What holds for the reports and sections of any text, and for those of the samples that ship."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.lexicon import data_file, load_table
from unionnlp.reading.read import read
from unionnlp.records import Report, Section
from unionnlp.structure.compilation import is_marker, split_compilation
from unionnlp.structure.normalize import repairs
from unionnlp.structure.parse import parse
from unionnlp.structure.script import SAMPLE, TRADITIONAL_SHARE, look_traditional, looks_traditional
from unionnlp.structure.sentences import clauses, sentences

SAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "samples.json").read_text(encoding="utf-8"))["files"]

PIECES = (
    *"一二三甲乙的了，。、；：？！“”（）《》\n\n\n \t0123?.",
    *("一、", "二、", "三、", "（一）", "（二）", "1、", "2.", "3．", "（1）", "(2)", "1）", "①", "②", "一是", "二是", "第一，", "首先，", "其次，", "第一章 ", "下步工作计划\n"),
    *("第一篇：", "第二篇：", "第三篇\n", "【篇一】", "篇二 ", "范文三：", "\n第一篇\n", "\n第二篇\n", "工会工作总结\n", "云溪县总工会2019年工作汇报\n", "存在的问题\n", "\r\n", "\r"),
    *("职工", "组织建设", "取得了明显成效。", "广大女职工在各级工会的领导下积极参加各项活动，展示了广大女职工的\n", " 3\n", "\n- 4 -\n", "\n5\n",),
    *("總工會維護", "\u200b", "\ufeff", "１２", "2008年", "，，"),
)
any_text = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def check_sections(sections: tuple[Section, ...], low: int, high: int, level: int) -> None:
    """Children inside their parent, siblings in order and apart, body inside its section, levels by nesting."""
    last = low
    for section in sections:
        assert last <= section.start < section.end <= high
        assert section.start <= section.body <= section.end
        assert section.level == level
        check_sections(section.sections, section.start, section.end, level + 1)
        last = section.end
    for before, after in pairwise(sections):
        assert before.end == after.start


def check_reports(text: str, reports: tuple[Report, ...]) -> None:
    last = 0
    between = []
    for report in reports:
        assert last <= report.start < report.end <= len(text)
        assert report.text == text[report.start : report.end]
        between += [text[last : report.start], report.text]
        check_sections(report.sections, report.start, report.end, 1)
        if report.sections:
            assert report.sections[-1].end == report.end
        last = report.end
    assert "".join([*between, text[last:]]) == text


@given(any_text)
def test_reports_and_sections_of_any_text(text: str) -> None:
    reports = parse(text)
    assert bool(reports) == bool(text.strip())
    check_reports(text, reports)
    assert parse(text) == reports


def test_lone_surrogates_are_parsed() -> None:
    check_reports("\ud800總工會維護職工權益\ud801\n一、組織", parse("\ud800總工會維護職工權益\ud801\n一、組織"))


@given(st.text(st.sampled_from("一二三四五十百、（）()1234.．①②是第，首先其次再\n甲。：；"), max_size=60))
def test_sections_of_any_mixture_of_numerals(text: str) -> None:
    check_reports(text, parse(text))


@given(any_text)
def test_sentences_and_clauses_of_any_text_are_in_order_and_lose_no_word(text: str) -> None:
    for parts in (list(sentences(text)), list(clauses(text))):
        assert all(start < end for start, end in parts)
        assert all(a <= b for (_, a), (b, _) in pairwise(parts))
    covered = {i for start, end in sentences(text) for i in range(start, end)}
    assert all(i in covered for i, char in enumerate(text) if not char.isspace())
    assert all(text[start:end] == text[start:end].strip() for start, end in sentences(text))


# ------------------------------------------------------------------------------------------------------------ the samples


@pytest.mark.parametrize("name", SAMPLES)
def test_the_reports_of_the_samples(name: str) -> None:
    document = read(data_file("samples", name))  # type: ignore[arg-type]  # a file on disk in every installed form
    truth: dict[str, Any] = SAMPLES[name]
    reports = parse(document)
    check_reports(document.text, reports)
    assert len(reports) == truth["reports"]
    for report in reports:
        assert [section.level for section in report.sections] == [1] * len(report.sections)
        assert report.sections


@pytest.mark.parametrize("name", [name for name, truth in SAMPLES.items() if truth.get("titles")])
def test_the_titles_of_the_samples(name: str) -> None:
    reports = parse(read(data_file("samples", name)))  # type: ignore[arg-type]
    simplified = read_simplified(SAMPLES[name])
    assert [report.title for report in reports] == simplified["titles"]
    if len(reports) == 1:
        assert reports[0].unit == simplified["unit"]


def read_simplified(truth: dict[str, Any]) -> dict[str, Any]:
    """The truth as a report's title and unit read: both are given in simplified characters."""
    from unionnlp.structure.normalize import normalize

    return {"titles": [normalize(title).text for title in truth["titles"]], "unit": normalize(truth["unit"]).text if truth.get("unit") else ""}


@given(any_text, st.data())
def test_sentences_of_a_stretch_are_those_of_its_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for parts in (sentences, clauses):
        assert [(a - start, b - start) for a, b in parts(text, start, end)] == list(parts(text[start:end]))


@given(st.lists(st.one_of(any_text, st.text(alphabet="總維工会，a\U0002a600\ud800\uffff", max_size=60)), max_size=5))
def test_the_script_is_told_by_characters_that_only_traditional_texts_have(texts: list[str]) -> None:
    only = {row["traditional"] for row in load_table("traditional", ("traditional", "simplified")) if row["traditional"] <= "\uffff"}
    expected = []
    for text in texts:
        found, chinese = sum(char in only for char in text[:SAMPLE]), sum(char >= "\u3400" for char in text[:SAMPLE])
        expected.append(found > 1 and found > TRADITIONAL_SHARE * chinese)
    assert look_traditional(texts) == [looks_traditional(text) for text in texts] == expected


def test_noise_without_words_is_of_characters_that_do_not_print() -> None:
    """The patterns of such rows are only tried on texts that hold some."""
    wordless = [row for row in load_table("noise", ("id", "needs", "pattern", "example", "counterexample", "source")) if not row["needs"]]
    assert wordless
    for row in wordless:
        assert not any(re.search(row["pattern"], character) for character in map(chr, range(0x110000)) if character.isprintable() or character in "\t\n\r\u3000")
    assert [repair.kind for repair in repairs("工\u200b会\x07\n\t\u3000")] == ["zero_width", "control"]


@given(any_text)
def test_only_lines_that_are_markers_open_reports(text: str) -> None:
    for piece in split_compilation(text)[1:]:
        if piece.body > piece.start:
            assert is_marker(text[piece.start :].split("\n")[0])


def test_markers_are_found_on_whatever_lines_they_stand() -> None:
    text = "第一篇：甲\n一篇范文，篇幅不长。\n\n第二篇：乙\n篇\n第三篇\n正文。"
    assert [text[piece.start : piece.body] for piece in split_compilation(text)] == ["第一篇：", "第二篇：", "第三篇"]
