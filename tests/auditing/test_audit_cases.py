"""What the audit says of single texts: the cases under ``tests/cases/auditing``.

A row has a label, a text and the findings expected of it. Alarms (conflict, doubtful, damaged) that a row does not expect
fail it, and so do the further verdicts that it forbids. ``no_alarm.jsonl`` holds the texts over which a naive rule cries wolf,
``known_failures.jsonl`` what the rules do not do yet, each with the reason; a rule that is still to be written has no name
there.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from unionnlp.auditing.audit import audit
from unionnlp.records import VERDICTS, Finding

CASES = Path(__file__).parents[1] / "cases" / "auditing"
ALARMS = {"conflict", "doubtful", "damaged"}

Case = dict[str, Any]


def load(name: str) -> list[Case]:
    return [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


KINDS = sorted(path.stem for path in CASES.glob("*.jsonl") if path.stem != "known_failures")
ROWS = [(kind, case) for kind in KINDS for case in load(kind)]
KNOWN_FAILURES = load("known_failures")


def touches(finding: Finding, text: str, quote: str) -> bool:
    """Whether a span of the finding touches one of the places where the words stand."""
    at = text.find(quote)
    while at >= 0:
        if any(span.start < at + len(quote) and at < span.end for span in finding.spans):
            return True
        at = text.find(quote, at + 1)
    return False


def is_expected(finding: Finding, expected: Case, text: str) -> bool:
    return (
        finding.verdict == expected["verdict"]
        and finding.rule == expected.get("rule", finding.rule)
        and ("computed" not in expected or finding.computed == Decimal(expected["computed"]))
        and all(touches(finding, text, quote) for quote in expected["quotes"])
    )


def complaints(case: Case) -> list[str]:
    """What of a case does not hold, in words."""
    text, findings = case["text"], audit(case["text"])
    forbidden = ALARMS | set(case.get("forbidden", ()))
    missing = [f"missing {want}" for want in case["expected"] if not any(is_expected(f, want, text) for f in findings)]
    unexpected = [
        f"unexpected {f.rule} {f.verdict}: {f.message}"
        for f in findings
        if f.verdict in forbidden and not any(is_expected(f, want, text) for want in case["expected"])
    ]
    return missing + unexpected


@pytest.mark.parametrize("case", [case for _, case in ROWS], ids=[f"{kind}: {case['label']}" for kind, case in ROWS])
def test_findings_are_those_expected(case: Case) -> None:
    assert complaints(case) == []


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["label"], marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["reason"])) for case in KNOWN_FAILURES],
)
def test_known_failures(case: Case) -> None:
    assert complaints(case) == []


def test_cases_are_well_formed() -> None:
    """Labels and texts stand once, quotes stand in their text, and about half of the cases are ones to be silent about."""
    cases = [*(case for _, case in ROWS), *KNOWN_FAILURES]
    assert len({case["label"] for case in cases}) == len(cases)
    assert len({case["text"] for case in cases}) == len(cases)
    for case in cases:
        assert all(quote in case["text"] for want in case["expected"] for quote in want["quotes"]), case["label"]
        assert {want["verdict"] for want in case["expected"]} | set(case.get("forbidden", ())) <= set(VERDICTS), case["label"]
    silent = [case for case in cases if not any(want["verdict"] in ALARMS for want in case["expected"])]
    assert len(cases) >= 150
    assert len(silent) * 2 >= len(cases)


def test_a_rate_names_how_it_was_accepted() -> None:
    """Rounding, cutting and bounds are told apart in words, with the computation before them."""
    ways = {
        "全县应建工会68家，已建工会67家，组建率达99%。": "67 ÷ 68 = 98.53%，报告写99%：一致（四舍五入）",
        "全县应建工会68家，已建工会67家，组建率达98%。": "67 ÷ 68 = 98.53%，报告写98%：一致（截断）",
        "全县应建工会68家，已建工会67家，组建率达98%以上。": "67 ÷ 68 = 98.53%，报告写98%以上：一致（截断）",
        "全县应建工会68家，已建工会67家，组建率达90%以上。": "67 ÷ 68 = 98.53%，报告写90%以上：一致（不低于）",
        "全县应建工会68家，已建工会34家，组建率达50%。": "34 ÷ 68 = 50%，报告写50%：一致（相等）",
    }
    assert {text: audit(text)[0].message for text in ways} == ways


def test_families_divided_by_people_are_remarked() -> None:
    (finding,) = (f for f in audit("全市走访慰问困难职工560户，其中单亲女职工212人，占38%。") if f.rule == "rate")
    assert "户与人" in finding.message


def test_an_alarm_asks_a_question() -> None:
    """A finding that wants an answer says what to ask the unit; one that holds asks nothing."""
    for _, case in ROWS:
        for finding in audit(case["text"]):
            assert bool(finding.question) == (finding.verdict != "consistent"), finding
            assert "抄袭" not in finding.message + finding.question
