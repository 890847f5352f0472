"""The tables of the audit: patterns match their examples and not their counterexamples; pairs name indicators that exist."""

from __future__ import annotations

import pytest
import regex

from unionnlp.lexicon import Row, load_table

CUES = load_table("audit_cues", ("cue", "pattern", "example", "counterexample", "source"))
COUNTS = load_table("declared_counts", ("id", "pattern", "example", "counterexample", "source"))
EVENTS = load_table("dated_events", ("event", "pattern", "known", "year", "last", "example", "counterexample", "source"))


@pytest.mark.parametrize("row", [*CUES, *COUNTS, *EVENTS], ids=lambda row: f"{row.file}:{row.line}")
def test_a_pattern_matches_its_example_and_not_its_counterexample(row: Row) -> None:
    pattern = regex.compile(row["pattern"])
    assert row["source"]
    assert row["example"]
    assert row["counterexample"]
    assert pattern.search(row["example"])
    assert not pattern.search(row["counterexample"])


@pytest.mark.parametrize("row", COUNTS, ids=lambda row: row["id"])
def test_a_declared_count_names_its_number(row: Row) -> None:
    match = regex.search(row["pattern"], row["example"])
    assert match is not None
    assert match["n"] in "一二两三四五六七八九十"


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row["event"])
def test_an_event_has_a_year_and_ends_after_it(row: Row) -> None:
    assert 1949 <= int(row["year"]) <= 2030
    assert not row["last"] or int(row["last"]) >= int(row["year"])


def test_names_stand_once() -> None:
    for rows, column in ((CUES, "cue"), (COUNTS, "id"), (EVENTS, "event")):
        assert len({row[column] for row in rows}) == len(rows)


def test_sixty_events_are_dated() -> None:
    assert len(EVENTS) >= 60
