"""The tables of arithmetic: each row does in the audit what its example says, and leaves its counterexample alone."""

from __future__ import annotations

import pytest

from unionnlp.auditing.audit import audit
from unionnlp.auditing.phrases import verdict_words, word
from unionnlp.lexicon import Row, load_table
from unionnlp.records import VERDICTS

TERMS = load_table("audit_terms", ("role", "words", "source"))
ROLES = {row["role"] for row in TERMS} | {"staff", "members"}
NAMES = load_table("rate_terms", ("id", "pattern", "whole", "part", "units", "reach", "example", "counterexample", "source"))
PAIRS = load_table("part_whole", ("whole", "part", "units", "reach", "verdict", "unless", "reason", "example", "counterexample", "source"))
HEADS = load_table("per_head", ("pattern", "units", "low", "high", "reason", "example", "counterexample", "source"))
LIMITS = load_table("rate_limits", ("id", "pattern", "verdict", "reason", "example", "counterexample", "source"))
ALARMS = {"conflict", "doubtful"}


def alarms(text: str) -> list[tuple[str, str]]:
    return [(finding.verdict, finding.message) for finding in audit(text) if finding.verdict in ALARMS]


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: f"{row['part']} of {row['whole']}")
def test_a_pair_alarms_in_its_example_alone(row: Row) -> None:
    assert any(verdict == row["verdict"] and row["reason"] in message for verdict, message in alarms(row["example"]))
    assert not alarms(row["counterexample"])
    assert row["reach"] in {"sentence", "report"}
    assert {row["whole"], row["part"]} <= ROLES


@pytest.mark.parametrize("row", HEADS, ids=lambda row: row["reason"])
def test_an_amount_a_head_is_doubted_in_its_example_alone(row: Row) -> None:
    assert any(verdict == "doubtful" and row["reason"] in message for verdict, message in alarms(row["example"]))
    assert not alarms(row["counterexample"])
    assert 0 < float(row["low"]) < float(row["high"])


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row["id"])
def test_a_rate_above_its_limit_is_told(row: Row) -> None:
    assert any(verdict == row["verdict"] and row["reason"] in message for verdict, message in alarms(f"{row['example'].rstrip('%0123456789')}{112}%。"))
    assert row["verdict"] in ALARMS


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row["id"])
def test_the_name_of_a_rate_has_roles_that_exist(row: Row) -> None:
    assert set(row["whole"].split()) | set(row["part"].split()) <= ROLES
    assert row["reach"] in {"sentence", "report"}


def test_every_role_is_used_and_every_word_stands_once_in_its_role() -> None:
    used = {role for row in NAMES for side in ("whole", "part") for role in row[side].split()} | {row[side] for row in PAIRS for side in ("whole", "part")}
    assert ROLES - {"founded", "covered"} <= used | {"staff", "members"}
    for row in TERMS:
        words = row["words"].split()
        assert len(set(words)) == len(words)


def test_the_words_of_findings_come_from_tables() -> None:
    assert set(verdict_words()) == set(VERDICTS)
    assert word("way.rounded") == "四舍五入"
    rules = {row["word"] for row in load_table("display_words", ("kind", "word", "chinese", "explanation")) if row["kind"] == "rule"}
    questions = {row["id"].removeprefix("question.") for row in load_table("audit_words", ("id", "words", "note")) if row["id"].startswith("question.")}
    assert questions <= rules
