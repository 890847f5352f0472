"""What holds of every audit: places, order, reports kept apart, switches, repeatability, any input, linear time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.auditing.audit import RULES, audit, audit_report
from unionnlp.facts.extract import extract_facts
from unionnlp.records import VERDICTS, Document, Findings
from unionnlp.structure.parse import parse

REPORT = """2022年云溪县总工会工作总结
来源：网络整理
一、组织建设
全县应建工会310家，已建工会248家，组建率达92%。职工体检率达到98，满意率96%。
二、帮扶
走访困难职工12户，发放慰问金6000元。捐款元。我们喜迎党的十七大胜利召开，20xx年再创佳绩。
全年调处劳动争议41起，占全市总数的37%。走访企业46家，发放问卷涉及企业62家。
"""
"""A text with a finding of every verdict."""

COMPILATION = """第一篇：云溪县总工会2019年工作总结
一、组织建设
应建工会310家，已建工会248家，组建率92%。
二、帮扶
全县职工3200人。走访困难职工12户，发放慰问金6000元。

第二篇：东平县总工会2018年工作总结
一、组织建设
应建工会120家，已建工会60家，组建率90%。
二、帮扶
全县会员3300人。走访困难职工10户，发放慰问金5000元，入会率95%。
"""

FRAGMENTS = st.sampled_from(
    [
        *("应建工会", "已建工会", "组建率达", "入会率", "占总数的", "其中", "每人", "人均", "同比增长", "比上年增加", "慰问", "慰问金", "涉及企业", "会员", "职工"),
        *("12家", "8人", "500元", "3.5万元", "97%", "百分之九十", "0%", "0人", "近90%", "80余人次", "3~5户", "××户", "捐款元", "共有职工人", "20xx年", "第xx届"),
        *("六个方面", "两项工作", "以下三点", "一是", "二是", "第一，", "（一）", "\n一、", "2019年成立", "2011年获评", "一九九〇年担任主席至今", "十八年来", "2030年"),
        *("迎", "喜迎", "奥运会", "党的十七大", "工会十八大", "建党100周年", "向", "献礼", "2022年总结\n", "第二篇：", "来源：网络整理", "www.a.example", "- 2 -\n", " 3\n"),
        *("，", "。", "；", "、", "\n", " ", "“", "”", "《", "》", "率", "年", "%", "９９％", "職工", "\u200b", "\x00", "\U00020000"),
    ]
)
TEXTS = st.one_of(st.lists(FRAGMENTS, max_size=40).map("".join), st.text(max_size=120))


def assert_findings_hold(text: str, findings: Findings) -> None:
    reports = parse(text)
    for finding in findings:
        assert finding.verdict in VERDICTS
        assert finding.rule
        assert finding.message
        assert finding.spans
        for span in finding.spans:
            assert 0 <= span.start < span.end <= len(text)
            assert span.end - span.start <= 80
        inside = [r for r in reports if all(r.start <= s.start and s.end <= r.end for s in finding.spans)]
        assert len(inside) == 1
    gravity = [VERDICTS.index(finding.verdict) for finding in findings]
    assert gravity == sorted(gravity)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_findings_that_point_into_their_report(text: str) -> None:
    findings = audit(text)
    assert_findings_hold(text, findings)
    assert audit(text) == findings


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "。", "其中", "%", "占总数的0.00000000000000000000000000001%，计3起。", "组建率0%，应建0家，已建0家。"])
def test_next_to_nothing_is_no_alarm(text: str) -> None:
    assert not [f for f in audit(text) if f.verdict in ("conflict", "doubtful")]


@pytest.mark.parametrize(
    "text",
    [
        "捐款" + "9" * 40 + "元，慰问3人，慰问金" + "9" * 40 + "元。",
        "应建" + "9" * 35 + "家，已建" + "8" * 35 + "家，组建率达97%。",
        "应建10家，已建9家，组建率达9." + "9" * 40 + "%。",
        "计1" + "0" * 29 + "起，占总数的33.3%。",
        "救助3人，发放救助金" + "9" * 24 + "元。",
    ],
    ids=["money", "counts", "places", "share", "a head"],
)
def test_figures_longer_than_a_context_of_decimals_are_no_error(text: str) -> None:
    assert_findings_hold(text, audit(text))


def test_a_lone_surrogate_is_no_error() -> None:
    text = "\ud800全厂有职工640人，其中女职工710人。"
    assert [f.verdict for f in audit(text)] == ["conflict"]


def test_every_verdict_is_found_and_ordered() -> None:
    findings = audit(REPORT)
    assert_findings_hold(REPORT, findings)
    assert {f.verdict for f in findings} == set(VERDICTS)


def test_a_text_a_document_and_its_report_are_audited_alike() -> None:
    (report,) = parse(REPORT)
    assert audit(REPORT) == audit(Document(REPORT)) == audit(report) == audit_report(report) == audit_report(report, extract_facts(report))


def test_reports_of_one_text_are_kept_apart() -> None:
    """Each report has its own conflict, and the members of one are not held against the staff of the other."""
    first, second = parse(COMPILATION)
    findings = audit(COMPILATION)
    assert_findings_hold(COMPILATION, findings)
    conflicts = [f for f in findings if f.verdict == "conflict"]
    assert [any(r.start <= f.spans[0].start < r.end for f in conflicts) for r in (first, second)] == [True, True]
    assert len(conflicts) == 2
    assert sorted(findings, key=repr) == sorted((*audit(first), *audit(second)), key=repr)


def test_nothing_is_said_twice_of_the_same_places() -> None:
    for text in (REPORT, COMPILATION):
        keys = [(f.verdict, f.spans) for f in audit(text)]
        assert len(set(keys)) == len(keys)


SWITCHED: dict[str, tuple[str, str]] = {
    "rates": ("应建工会310家，已建工会248家，组建率达92%。", "rate"),
    "implied_base": ("全年调处劳动争议41起，占全市总数的37%。", "implied_base"),
    "parts_within_wholes": ("全厂有职工640人，其中女职工710人。", "part_whole"),
    "per_head": ("走访慰问困难职工38人，发放慰问金22.8万元。", "per_head"),
    "growth": ("新建工会36家，比去年增加6家，增长20%。", "growth"),
    "declared_counts": ("全年为职工办了三件实事：一是建书屋；二是建食堂。", "declared_count"),
    "period_against_content": ("2022年市总工会工作总结\n各级工会迎世博、讲文明。", "period"),
    "impossible_dates": ("厂工会2016年挂牌，2009年荣获“模范职工之家”称号。", "impossible_date"),
    "lost_signs": ("全县工会组建率达到97，再创新高。", "sign_lost"),
    "missing_figures": ("组织全院职工捐款元。", "missing_figure"),
    "masked_dates": ("20xx年，全体职工参加竞赛。", "masked_date"),
    "page_breaks": ("一、民主管理\n考核连续垫底的干部要 1\n让位，让职工满意，提案\n逐条答复。竞赛中不合 2\n格的，予以调整，人人支持，都说公 3\n平合理。", "page_break"),
    "residue": ("来源：网络整理\n全县走访困难职工30户。", "web_residue"),
    "truncation": ("全县工会深入开展送温暖活动，走访困难职工，不断推动女职工", "truncation"),
}
"""For every rule a text, and the name of the findings that go when it is switched off."""


def test_every_rule_can_be_switched_off() -> None:
    assert set(SWITCHED) == set(RULES)


@pytest.mark.parametrize("rule", SWITCHED)
def test_without_a_rule_its_findings_go_and_the_others_stay(rule: str) -> None:
    text, name = SWITCHED[rule]
    everything, without = audit(text), audit(text, without=[rule])
    assert name in {f.rule for f in everything}
    assert name not in {f.rule for f in without}
    assert [f for f in everything if f.rule != name] == list(without)


def test_without_all_rules_nothing_is_said() -> None:
    assert audit(REPORT, without=RULES) == ()


def seconds(work: Callable[[], object], most: float = 0.5) -> float:
    """CPU time of the quicker of two runs (one when a run is long)."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
        if best > most:
            break
    return best


def growth_ratio(unit: str, size: int, audited: Callable[[str], Callable[[], object]]) -> float:
    """How many times longer four times the text takes: 4 when linear, 16 when quadratic."""
    small, large = (seconds(audited(unit * (n // len(unit)))) for n in (size, 4 * size))
    return large / max(small, 1e-3)


LINEAR = 9
"""Between 4 (linear, up to 5.5 measured here) and 16 (quadratic, down to 11 measured)."""


def whole(text: str) -> Callable[[], object]:
    return lambda: audit(text)


def rules_alone(text: str) -> Callable[[], object]:
    """The rules without reading the figures, which has its own tests."""
    prepared = [(report, extract_facts(report)) for report in parse(text)]
    return lambda: [audit_report(report, facts) for report, facts in prepared]


@pytest.mark.parametrize("unit", ["年", "其中", "1", "%", "率", "每人", "2008年", "迎世博", "20xx年", "2019年成立2011年获评"])
def test_repeated_words_take_linear_time(unit: str) -> None:
    audit("热身12人。")
    assert growth_ratio(unit, 20_000, whole) < LINEAR


@pytest.mark.parametrize("unit", ["12%。", "其中3人，", "职工640人，其中210人。", "慰问3人，慰问金5元，", "捐款元，", "涉及5家。", "www.a.example ", "六个方面"])
def test_repeated_figures_take_linear_time_in_the_rules(unit: str) -> None:
    assert growth_ratio(unit, 3_000, rules_alone) < LINEAR


@pytest.mark.parametrize(
    ("unit", "size"),
    [("每人500元", 320), ("8元增长12%", 320), ("占12%", 2_000), ("率95%，", 2_000), ("3起占12.5%。", 3_000)],
    ids=["pairs and triples of a sentence", "pairs for every rate", "one clause of rates", "one sentence of rates", "the facts before one"],
)
def test_sentences_without_end_take_linear_time(unit: str, size: int) -> None:
    assert growth_ratio(unit, size, rules_alone) < LINEAR


def test_only_so_many_announcements_of_a_report_are_looked_into() -> None:
    assert growth_ratio("六个方面一是", 3_000, rules_alone) < LINEAR
