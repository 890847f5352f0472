"""Concepts: every way to write one is found, inside others too, and none twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.language.concepts import concepts
from unionnlp.language.segmentation import fold_width
from unionnlp.lexicon import load_table

CASES = Path(__file__).parents[1] / "cases" / "language" / "concepts.jsonl"
ROWS = load_table("concepts", ("surface", "concept", "category", "source"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in map(json.loads, CASES.read_text(encoding="utf-8").splitlines())])
def test_cases(case: dict[str, Any]) -> None:
    assert [[mention.quote, mention.concept] for mention in concepts(case["text"])] == case["mentions"]


def test_every_surface_is_found_as_its_concept() -> None:
    for row in ROWS:
        first = concepts(f"推进{row['surface']}。")[0]
        assert (first.quote, first.concept, first.category) == (row["surface"], row["concept"], row["category"])


def test_a_concept_has_one_category_and_is_folded() -> None:
    categories: dict[str, set[str]] = {}
    for row in ROWS:
        categories.setdefault(row["concept"], set()).add(row["category"])
        assert fold_width(row["surface"]) == row["surface"]
    assert {concept: of for concept, of in categories.items() if len(of) > 1} == {}


@given(st.lists(st.one_of(st.sampled_from([row["surface"] for row in ROWS]), st.text(st.sampled_from("工会职困难，+＋"), max_size=4)), max_size=8).map("".join))
def test_mentions_are_exact_complete_and_never_inside_their_own_concept(text: str) -> None:
    found = concepts(text)
    for mention in found:
        assert text[mention.start : mention.end] == mention.quote
        assert not [other for other in found if other != mention and other.concept == mention.concept and other.start <= mention.start and mention.end <= other.end]
    folded = fold_width(text)
    assert {row["concept"] for row in ROWS if row["surface"] in folded} == {mention.concept for mention in found}
    assert [(mention.start, -mention.end) for mention in found] == sorted((mention.start, -mention.end) for mention in found)
