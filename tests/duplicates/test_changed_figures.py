"""A copy with other figures lists them, with quotes and values; other words around the same figures list those."""

import json
import random
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.duplicates.edits import changed, longest_rising
from unionnlp.duplicates.find import compare, find_duplicates
from unionnlp.records import Document, Report

sys.path.insert(0, str(Path(__file__).parent))
import planting

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "duplicates" / "changed_figures.jsonl").read_text(encoding="utf-8").splitlines()]
AROUND = [planting.report(seed, 200, figures=0) for seed in (71, 72)]
"""Words that stand before and behind on both sides, so that the case lies inside a passage."""


def told(pairs):
    return [[p.quote_a, p.value_a, p.quote_b, p.value_b] for p in pairs]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("why") or case["a"][:12])
def test_changes_are_listed_with_quotes_and_values(case):
    expected = [[x, v and Decimal(v), y, w and Decimal(w)] for x, v, y, w in case["changes"]]
    a, b = (AROUND[0] + case[side] + AROUND[1] for side in "ab")
    there, back = compare(a, b).match.changes, compare(b, a).match.changes
    assert told(there) == expected
    assert told(back) == [[y, w, x, v] for x, v, y, w in expected]
    for p in there:
        assert (a[p.start_a : p.end_a], b[p.start_b : p.end_b]) == (p.quote_a, p.quote_b)
    if expected:
        (match,) = find_duplicates({"a": a, "b": b})
        assert told(match.changes) == expected


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_exactly_the_figures_that_were_changed_are_listed(seed, rate):
    rng = random.Random(seed)
    a = AROUND[0] + planting.report(seed, 900, figures=0.4) + AROUND[1]
    parts, expected = [], []
    for piece in re.split(r"(\d+)", a):
        other = str(int(piece) + rng.randint(1, 5000)) if piece.isdigit() and rng.random() < rate else piece
        parts.append(other)
        if other != piece:
            expected.append((Decimal(piece), Decimal(other)))
    match = compare(a, "".join(parts)).match
    assert [(p.value_a, p.value_b) for p in match.changes] == expected


def test_places_are_those_of_the_documents():
    lead, body = planting.report(73, 300), AROUND[0] + CASES[0]["a"]
    document = Document(lead + body)
    report = Report("r", document, len(lead), len(lead + body), "", "", "")
    (change,) = compare(report, AROUND[0] + CASES[0]["b"]).match.changes
    assert document.text[change.start_a : change.end_a] == change.quote_a == "1462户"


def test_other_words_around_the_same_figures_list_the_figures():
    lines = [planting.figure_line(random.Random(seed)) for seed in range(12)]
    rng = random.Random(5)
    a, b = ("".join(planting.sentence(rng) + line.replace(*swap) for line in lines) for swap in (("人", "人"), ("人", "名同志")))
    (match,) = find_duplicates({"a": a, "b": b})
    assert match.kind == "figures_copied"
    assert len(match.figures) == match.shared_figures == 24
    for p in match.figures:
        assert p.value_a == p.value_b
        assert (a[p.start_a : p.end_a], b[p.start_b : p.end_b]) == (p.quote_a, p.quote_b)


def test_figures_that_were_changed_are_listed_for_no_other_kind():
    text = planting.report(74, figures=0.4)
    (match,) = find_duplicates({"a": text, "b": text})
    assert (match.changes, match.figures) == ((), ())


@given(st.lists(st.integers(0, 30), unique=True, max_size=12))
def test_the_longest_rising_chain_is_as_long_as_any(values):
    pairs = list(enumerate(values))
    chain = longest_rising(pairs)
    assert all(pair in pairs for pair in chain)
    assert chain == sorted(chain, key=lambda pair: pair[1])
    best = [1] * len(values)
    for i, value in enumerate(values):
        best[i] = max([1, *(best[j] + 1 for j in range(i) if values[j] < value)])
    assert len(chain) == max(best, default=0)


@given(st.text("甲乙丙丁 ", max_size=60))
def test_nothing_was_changed_in_an_equal_text(text):
    assert changed(text, text) == ([], [])
