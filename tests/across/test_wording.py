"""Wrong words that several reports share, found without a list; right words beside terms are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.across.wording import shared_errors

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "across" / "wording.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_shared_errors(case: dict[str, list[str]]) -> None:
    texts = {str(i): text for i, text in enumerate(case["texts"])}
    errors = shared_errors(texts)
    assert [[error.wrong, error.right] for error in errors] == case["errors"]
    for error in errors:
        assert all(texts[i][at : at + len(error.wrong)] == error.wrong for i, at in error.places)


def test_versions_of_one_report_share_nothing() -> None:
    texts = {"a": "开展技术比舞", "b": "开展技术比舞活动"}
    assert not shared_errors(texts, {"a": "甲县 2022年", "b": "甲县 2022年"})
    assert shared_errors(texts, {"a": "甲县 2022年", "b": "甲县 2023年"})


@settings(deadline=None)  # the first example loads the dictionary
@given(st.lists(st.text(alphabet=st.sampled_from("劳动保护来到合法权益\n，a\ud800\U00020000"), max_size=40), max_size=4))
def test_places_hold_the_wrong_word(texts: list[str]) -> None:
    named = {str(i): text for i, text in enumerate(texts)}
    for error in shared_errors(named):
        assert len(error.places) > 1
        assert all(named[i].startswith(error.wrong, at) for i, at in error.places)
