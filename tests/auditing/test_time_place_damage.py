"""Rules of time, place, lists and damage: their tables, hostile texts, and what they owe to the whole audit."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.auditing.audit import audit
from unionnlp.auditing.case import Case
from unionnlp.auditing.names import self_words
from unionnlp.lexicon import Row, load_table
from unionnlp.records import VERDICTS
from unionnlp.structure.parse import parse

TABLES = {
    "self_words": load_table("self_words", ("kind", "unit", "pattern", "unit_example", "example", "counterexample", "source")),
    "wrong_words": load_table("wrong_words", ("pattern", "right", "example", "counterexample", "source")),
    "events": load_table("dated_events", ("event", "pattern", "known", "year", "last", "example", "counterexample", "source")),
}
FRAGMENTS = st.sampled_from(
    [
        *("一是", "二是", "三是", "第一，", "首先，", "\n一、", "\n二、", "\n四、", "\n（一）", "\n3、", "六个方面", "抓好三项工作：", "十件实事中", "落实"),
        *("“", "”", "《", "》", "（", "）", "(", "[", "【填写】", "（略）", "来到保护权益", "己建", "小编为大家整理", "职工 人", "捐款____元", "第 届", "年 月 日"),
        *("2月30日", "13月", "6月20日至31日", "2019年至2018年", "自2025年以来", "二〇〇三年被评为", "2019年成立", "建厂50周年", "1958年建厂", "2019.13.5"),
        *("我市", "我县", "我校", "镇财政", "砚坪镇总工会", "白杨县委", "赴", "今年是", "“十一五”规划开局之年", "迎世博", "云溪县总工会2022年工作总结\n", "柳碓镇总工会\n"),
        *("\n2016年12月20日", "，", "。", "；", "：", "、", "\n", " ", "走访", "职工", "\u3000", "\x00", "\U00020000", "\ud800"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_findings_that_point_into_it(text: str) -> None:
    for finding in audit(text):
        assert finding.verdict in VERDICTS
        assert finding.spans
        assert all(0 <= span.start < span.end <= len(text) and span.end - span.start <= 80 for span in finding.spans), finding
        assert bool(finding.question) == (finding.verdict != "consistent")


@pytest.mark.parametrize("row", TABLES["self_words"], ids=lambda row: row["kind"])
def test_self_words_belong_to_a_kind_of_unit(row: Row) -> None:
    """The unit's example has the kind, the example alarms there, and the counterexample is what such a unit says."""
    assert regex.search(row["unit"], row["unit_example"])
    wrong, right = ([f for r in parse(f"{row['unit_example']}2019年工作总结\n{words}走访困难职工30户。") for f in self_words(Case.of(r, ()))] for words in (row["example"], row["counterexample"]))
    assert wrong
    assert not right


@pytest.mark.parametrize("row", TABLES["wrong_words"], ids=lambda row: row["right"] + row["example"])
def test_a_wrong_word_is_not_the_right_one(row: Row) -> None:
    assert not regex.search(row["pattern"], row["right"])


def test_an_event_is_known_at_the_latest_in_its_year() -> None:
    for row in TABLES["events"]:
        assert not row["known"] or int(row["known"]) <= int(row["year"]), row["event"]


@pytest.mark.parametrize("verdict", ["conflict", "doubtful", "damaged"])
def test_messages_say_the_verdict_in_words(verdict: str) -> None:
    text = "云溪县总工会2022年工作总结\n今年迎世博，2月30日到会120人（其中女职工80人，13月再办。我市工会抓好三项工作：一是组织；二是维权。"
    words = {"conflict": "打架", "doubtful": "存疑", "damaged": ""}[verdict]
    found = [f for f in audit(text) if f.verdict == verdict]
    assert found
    assert all(words in f.message for f in found)


def test_notes_of_one_kind_are_one_finding() -> None:
    """Masked dates, broken marks and templates may fill a report; each kind is told once."""
    text = "×月×日，“安康杯竞赛，走访【填写数字】户。\n×月×日，《工会法竞赛，慰问【金额】元。\n"
    rules = [f.rule for f in audit(text * 5) if f.verdict == "damaged"]
    assert {"masked_date", "quotation", "placeholder"} <= set(rules)
    assert all(rules.count(rule) == 1 for rule in ("masked_date", "quotation", "placeholder"))
