"""Cutting texts into marked pieces loses no character; changed words and figures are told from equal ones."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.dossier.marking import Mark, changed, compared, runs
from unionnlp.records import Passage

marks = st.lists(st.builds(Mark, st.integers(-3, 40), st.integers(-3, 40), st.sampled_from(["x", "y"])), max_size=8)


@given(st.text(max_size=30), marks, marks)
def test_the_pieces_put_together_are_the_text_and_every_place_shows_the_first_mark_that_covers_it(text, outer, inner):
    result = runs(text, outer, inner)
    assert "".join(part.text for run in result for part in run.parts) == text
    at = 0
    for run in result:
        for part in run.parts:
            assert part.text
            for i in range(at, at + len(part.text)):
                assert run.mark == next((m for m in outer if m.start <= i < m.end), None)
                assert part.mark == next((m for m in inner if m.start <= i < m.end), None)
            at += len(part.text)


def test_a_mark_that_is_cut_in_two_begins_once():
    result = runs("一二三四五", [Mark(2, 3, "top", anchor="t"), Mark(0, 5, "below", anchor="b")], [])
    assert [(run.mark.style, run.first) for run in result] == [("below", True), ("top", True), ("below", False)]


@pytest.mark.parametrize(
    ("a", "b", "only_a", "only_b"),
    [
        ("慰问困难职工235户", "慰问困难职工235户", [], []),
        ("慰问困难职工235户，发放慰问金", "慰问困难职工459户，发放慰问金", ["235"], ["459"]),
        ("开展送温暖活动", "开展了送温暖活动", [], ["了"]),
        ("组织劳动竞赛，评出能手", "组织劳动竞\n赛，评 出能手", [], []),  # line breaks are no change
        ("", "新写的一段", [], ["新写的一段"]),
    ],
)
def test_what_was_changed(a, b, only_a, only_b):
    spans_a, spans_b = changed(a, b)
    assert [a[i:j] for i, j in spans_a] == only_a
    assert [b[i:j] for i, j in spans_b] == only_b


@given(st.text("甲乙丙丁 ", max_size=60), st.text("甲乙丙丁 ", max_size=60))
def test_without_what_was_changed_both_texts_say_the_same(a, b):
    def rest(text, spans):
        return "".join(c for i, c in enumerate(text) if not c.isspace() and not any(x <= i < y for x, y in spans))

    spans_a, spans_b = changed(a, b)
    assert rest(a, spans_a) == rest(b, spans_b)


def test_repetitive_text_takes_no_longer_than_linear():
    began = time.process_time()
    changed("工会" * 50_000, "工会" * 50_000 + "会")
    runs("工" * 100_000, [Mark(i, i + 50_000, "same") for i in range(20_000)], [])
    assert time.process_time() - began < 5


def test_figures_in_twin_passages_agree_or_differ_and_elsewhere_only_agree_when_asked_for():
    a = [(0, 2, 68), (5, 7, 97), (20, 22, 12), (30, 32, 500)]
    b = [(1, 3, 86), (6, 8, 97), (25, 27, 12), (40, 42, 7)]
    passage = Passage(0, 10, 0, 10, "edited")
    assert compared(a, b, [passage]) == ({0: "differ", 1: "agree"}, {0: "differ", 1: "agree"})
    assert compared(a, b, [passage], everywhere=True)[0] == {0: "differ", 1: "agree", 2: "agree"}


def test_figures_of_a_stock_phrase_that_differ_mean_nothing():
    assert compared([(0, 2, 1)], [(0, 2, 2)], [Passage(0, 9, 0, 9, "stock")]) == ({}, {})


def test_a_figure_that_stands_twice_agrees_only_as_often_as_its_twin():
    assert compared([(0, 1, 5), (2, 3, 5)], [(0, 1, 5)], [Passage(0, 9, 0, 9, "same")])[0] == {0: "agree", 1: "differ"}
