"""What looks at all places of a text at once finds what a look at one place after the other does."""

from __future__ import annotations

import numpy
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.codes import ANY, Marks, changes, pair_numbers, pairs_of, runs
from unionnlp.facts.context import mentions
from unionnlp.facts.openings import Openings, seconds
from unionnlp.facts.patterns import compiled
from unionnlp.facts.surroundings import Cues, Zone
from unionnlp.facts.trie import Trie
from unionnlp.lexicon import data_file, load_table
from unionnlp.reading.read import read

TABLES = {name: load_table(name, ("id", "opens", "pattern", "example", "counterexample", "source")) for name in ("periods", "scopes")}
ROWS = [row for rows in TABLES.values() for row in rows]
PIECES = [word for row in ROWS for word in (row["example"], row["counterexample"])]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text("今去上下本年月日半第一二十0129自到，。“\n\ud800\U0001f600", max_size=4), max_size=6).map("".join)
LETTERS = st.text("甲乙丙\U0001f600\ud800", max_size=12)
WORDS = st.lists(st.text("甲乙丙\U0001f600", min_size=1, max_size=4), unique=True, max_size=8)


def mentioned(text: str, rows: list) -> list[tuple[int, int]]:
    """The expressions of a table, every pattern tried at every place."""
    found, last = [], 0
    for at in range(len(text)):
        if at < last:
            continue
        tried = ((row, compiled(row["pattern"]).match(text, at)) for row in rows if text[at] in row["opens"])
        row, match = next(((row, match) for row, match in tried if match is not None), (None, None))
        if match is not None:
            last = match.end()
            if row.cells.get("role") != "base":
                found.append(match.span())
    return found


@pytest.mark.parametrize("table", TABLES)
@given(text=TEXTS)
def test_expressions_are_those_found_by_trying_every_pattern(table, text):
    found = mentions(text, table)
    assert list(zip(found.starts, found.ends, strict=True)) == mentioned(text, list(TABLES[table]))


@pytest.mark.parametrize("file", sorted(data_file("samples").iterdir(), key=lambda file: file.name), ids=lambda file: file.name)
def test_so_they_are_in_reports(file):
    text = read(file).text
    for table, rows in TABLES.items():
        found = mentions(text, table)
        assert list(zip(found.starts, found.ends, strict=True)) == mentioned(text, list(rows))


def test_none_begins_where_it_is_closed():
    assert mentions("今年上半年，去年", "periods").words == ("今年上半年", "去年")
    assert mentions("今年上半年，去年", "periods", closed={0, 1}).words == ("上半年", "去年")


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.file}:{row.line}" for row in ROWS])
def test_a_match_begins_with_one_of_the_two_characters(row):
    for match in regex.finditer(row["pattern"], row["example"]):
        told = seconds(row["pattern"], match[0][0])
        assert told is None or match[0][1] in told


def test_most_places_are_passed_over():
    openings = Openings([(row["pattern"], row["opens"], row["id"]) for row in TABLES["periods"]])
    text = "上级领导到场，年轻职工下井，本着为职工服务的宗旨，一年来深入基层"
    assert [text[at : at + 2] for at, _ in openings.places(text)] == ["本着", "服务", "一年"]


@given(WORDS, LETTERS)
def test_of_the_words_at_a_place_the_longest_is_found(words, text):
    told = {at: max((word for word in words if text.startswith(word, at)), key=len, default="") for at in range(len(text))}
    places, numbers = Trie(words).longest(text, numpy.arange(len(text)))
    assert {at: words[number] for at, number in zip(places.tolist(), numbers.tolist(), strict=True)} == {at: word for at, word in told.items() if word}


@given(LETTERS, st.lists(st.text("甲乙丙", min_size=2, max_size=2), max_size=5))
def test_the_pairs_of_a_text_are_those_that_stand_in_it(text, pairs):
    assert numpy.isin(pair_numbers([*pairs, ANY]), pairs_of(text)).tolist() == [*(pair in text for pair in pairs), True]


@given(LETTERS)
def test_marks_are_found_with_their_ranks(text):
    places, ranks = Marks("甲", "乙\n").found(text)
    assert list(zip(places.tolist(), ranks.tolist(), strict=True)) == [(at, 1 if char == "甲" else 2) for at, char in enumerate(text) if char in "甲乙\n"]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), max_size=6))
def test_runs_of_numbers(told):
    starts, counts = (numpy.array(each, dtype=numpy.int64) for each in (zip(*told, strict=True) if told else ((), ())))
    of, numbers = runs(starts, counts)
    assert list(zip(of.tolist(), numbers.tolist(), strict=True)) == [(i, start + k) for i, (start, count) in enumerate(told) for k in range(count)]


@given(st.lists(st.integers(0, 5)).map(sorted))
def test_where_equal_values_begin(values):
    assert changes(numpy.array(values, dtype=numpy.int64)).tolist() == [i for i, value in enumerate(values) if not i or values[i - 1] != value]


def test_cue_words_are_looked_for_in_stretches_only():
    text = "走访慰问职工，走访慰问职工"
    assert {cue.start for cue in Cues(text, [(7, 13)]).in_zones([Zone("near", 0, 13)])[0]} == {7, 9, 11}
    assert {cue.start for cue in Cues(text).in_zones([Zone("near", 0, 13)])[0]} == {0, 2, 4, 7, 9, 11}
