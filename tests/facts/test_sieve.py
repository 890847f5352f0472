"""A sieve leaves out no pattern that matches, and most of those that do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.events import events_in
from unionnlp.facts.sieve import Sieve, needs
from unionnlp.lexicon import data_file, load_table
from unionnlp.reading.read import read

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "facts" / "pattern_needs.jsonl").read_text(encoding="utf-8").splitlines()]
EVENTS = load_table("dated_events", ("event", "pattern", "known", "year", "last", "example", "counterexample", "source"))
WORDS = load_table("wrong_words", ("pattern", "right", "example", "counterexample", "source"))
ROWS = [*EVENTS, *WORDS, *load_table("residue", ("kind", "pattern", "example", "counterexample", "source"))]
ROWS += load_table("masked_dates", ("id", "pattern", "example", "counterexample", "source"))
ROWS += load_table("blanks", ("id", "pattern", "unit", "example", "counterexample", "source"))
PATTERNS = [regex.compile(row["pattern"]) for row in ROWS]
SIEVE = Sieve(PATTERNS, lambda pattern: pattern.pattern)


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_what_a_pattern_needs(case):
    assert [set(pairs) for pairs in needs(case["pattern"])] == [set(words.split()) for words in case["needs"]]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.file}:{row.line}" for row in ROWS])
def test_what_matches_holds_what_its_pattern_needs(row):
    (match, *_) = regex.compile(row["pattern"]).finditer(row["example"])
    assert all(any(pair in match[0] for pair in pairs) for pairs in needs(row["pattern"]))


def test_nearly_every_pattern_of_words_needs_some():
    assert sum(bool(needs(row["pattern"])) for row in ROWS) > 0.95 * len(ROWS)


@pytest.mark.parametrize("file", sorted(data_file("samples").iterdir(), key=lambda file: file.name), ids=lambda file: file.name)
def test_of_a_report_few_are_left_and_all_that_match(file):
    text = read(file).text
    left = SIEVE.possible(text)
    matching = [pattern for pattern in PATTERNS if pattern.search(text)]
    assert [pattern for pattern in left if pattern in matching] == matching
    assert len(left) < len(PATTERNS) / 4


@given(st.lists(st.sampled_from([word for row in ROWS for word in (row["example"], row["counterexample"])]) | st.text("。十五六大会工届次xX ", max_size=3), max_size=6))
def test_none_that_matches_is_left_out(words):
    text = "".join(words)
    left = SIEVE.possible(text)
    assert all(pattern in left for pattern in PATTERNS if pattern.search(text))


def test_without_patterns_nothing_is_possible():
    assert Sieve([], str).possible("工会") == []


def test_a_pattern_that_needs_nothing_is_always_possible():
    assert Sieve(["甲乙", "丙?"], str).possible("") == ["丙?"]


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row["event"])
def test_events_are_found_by_their_examples(row):
    assert row["event"] in {event.name for event, _ in events_in(row["example"])}
