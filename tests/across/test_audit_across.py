"""What only a batch shows: planted contradictions are found, look-alikes are left in peace."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unionnlp as un
from unionnlp.across.audit import audit, audit_across
from unionnlp.auditing.audit import audit as audit_each
from unionnlp.records import VERDICTS, Finding, Matches, Report
from unionnlp.scanning.analyze import analyze
from unionnlp.structure.parse import parse

CASES = Path(__file__).parents[1] / "cases" / "across"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def report(text: str) -> Report:
    (one,) = parse(text)
    return one


def across(*texts: str) -> list[Finding]:
    return list(audit_across(map(report, texts)))


def named(findings: Iterable[Finding], names: dict[str, str]) -> set[tuple[str, str, frozenset[str]]]:
    return {(f.rule, f.verdict, frozenset(names[i] for i in f.report_ids)) for f in findings}


@pytest.mark.parametrize("batch", ["batch", "held_out"])
def test_all_that_is_planted_is_found_and_nothing_is_invented(batch: str) -> None:
    reports = {row["id"]: report(row["text"]) for row in lines(batch)}
    names = {r.report_id: name for name, r in reports.items()}
    found = audit_across(reports.values())
    expected = lines("expected" if batch == "batch" else f"{batch}_expected")
    assert named(found, names) == {(row["rule"], row["verdict"], frozenset(row["reports"])) for row in expected}
    assert len(found) == len(expected)
    for row in expected:
        (finding,) = (f for f in found if named([f], names) == {(row["rule"], row["verdict"], frozenset(row["reports"]))} and all(w in f.message for w in row["words"]))
        assert finding.question.startswith("请核实") or finding.verdict == "consistent"


@pytest.mark.parametrize("batch", ["batch", "held_out"])
def test_every_span_points_into_its_report(batch: str) -> None:
    reports = {r.report_id: r for r in (report(row["text"]) for row in lines(batch))}
    for finding in audit_across(reports.values()):
        assert len(finding.spans) == len(finding.report_ids) > 1
        assert finding.verdict in VERDICTS
        for span, report_id in zip(finding.spans, finding.report_ids, strict=True):
            assert reports[report_id].start <= span.start < span.end <= reports[report_id].end
            assert span.end - span.start <= 80


def test_the_order_of_the_reports_does_not_matter() -> None:
    reports = [report(row["text"]) for row in lines("batch")]
    assert {f.message for f in audit_across(reports)} == {f.message for f in audit_across(reports[::-1])}


def test_analyses_give_what_their_reports_give() -> None:
    texts = [row["text"] for row in lines("batch")]
    assert audit_across(map(analyze, texts)) == audit_across(map(report, texts))


@pytest.mark.parametrize("texts", [(), ("云溪县总工会2022年工作总结\n截至2022年底，全县会员5万人。",)])
def test_one_report_or_none_shows_nothing(texts: Sequence[str]) -> None:
    assert not across(*texts)


def test_the_same_report_given_twice_is_one() -> None:
    one = report(lines("batch")[0]["text"])
    assert not audit_across([one, one])


def test_matches_that_are_given_are_used() -> None:
    reports = [report(row["text"]) for row in lines("batch")]
    assert "same_figures" not in {f.rule for f in audit_across(reports, Matches())}
    assert "same_figures" in {f.rule for f in audit_across(reports)}


# --------------------------------------------------------------------------------------------------- several in a text

BOTH = """篇一：云溪县总工会2021年工作总结
一、组织建设
截至2021年底，全县共有会员51200人。全县应建女职工组织1506家，已建女职工组织1462家，组建率达97%。
篇二：云溪县总工会2022年工作总结
一、组织建设
截至2021年底，全县共有会员48900人，截至2022年底共有会员52300人。
"""


def test_a_text_that_holds_several_reports_is_audited_across_them_too() -> None:
    assert len(parse(BOTH)) == 2
    found = audit(BOTH)
    conflict = found[0]
    assert (conflict.rule, conflict.verdict) == ("same_figure", "conflict")
    assert sorted(s.of(BOTH) for s in conflict.spans) == ["全县共有会员48900人", "全县共有会员51200人"]
    assert set(audit_each(BOTH)) < set(found)
    assert {f.message for f in un.analyze(BOTH).findings} == {f.message for f in found}


def test_a_single_report_is_audited_as_before() -> None:
    text = lines("batch")[0]["text"]
    assert audit(text) == audit_each(text) == audit(report(text))


# ----------------------------------------------------------------------------------------------------------- any batch


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(2019, 2022), st.integers(1, 99_999), st.sampled_from(["会员", "基层工会"]), st.sampled_from("甲乙丙")), min_size=2, max_size=6))
def test_no_state_contradicts_itself_and_every_contradiction_is_named(rows: list[tuple[int, int, str, str]]) -> None:
    texts = [f"{unit}川县总工会{year}年工作总结（{i}）\n截至{year}年底，全县共有{noun}{count}{'人' if noun == '会员' else '家'}。" for i, (year, count, noun, unit) in enumerate(rows)]
    values: dict[tuple[int, str, str], set[int]] = {}
    for year, count, noun, unit in rows:
        values.setdefault((year, noun, unit), set()).add(count)
    contradicted = {key for key, counts in values.items() if len(counts) > 1}
    assert sum(f.rule == "same_figure" for f in across(*texts)) == len(contradicted)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_texts_are_audited(texts: list[str]) -> None:
    audit_across(r for text in texts for r in parse(text))
