"""Offsets between raw and repaired text: any edits, any span, there and back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.records import Repair
from unionnlp.spans import Edit, OffsetMap, Span
from unionnlp.structure.normalize import normalize, repairs

LETTERS = "甲乙丙丁戊己庚辛"


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A raw text and edits in order and apart: deletions, insertions, replacements of any length, some beside each other."""
    raw = draw(st.text(LETTERS, max_size=30))
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    edits = [(start, end, draw(st.text("abcxyz", max_size=4))) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return raw, edits


def replaced(raw: str, edits: list[Edit]) -> str:
    """The reference: from the last edit to the first, so that offsets stay good."""
    for start, end, replacement in reversed(edits):
        raw = raw[:start] + replacement + raw[end:]
    return raw


def origins(raw: str, edits: list[Edit]) -> list[int | None]:
    """For each repaired character the raw index it was copied from, None for what an edit put there."""
    found: list[int | None] = []
    at = 0
    for start, end, replacement in edits:
        found += [*range(at, start), *([None] * len(replacement))]
        at = end
    return [*found, *range(at, len(raw))]


@given(edited())
def test_apply_is_plain_replacement(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    assert OffsetMap(edits).apply(raw) == replaced(raw, edits)
    assert OffsetMap(edits).edits == tuple(edits)


@given(edited())
def test_untouched_characters_map_to_themselves_both_ways(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    at = OffsetMap(edits)
    for new, old in enumerate(origins(raw, edits)):
        if old is not None:
            assert at.raw_span(new, new + 1) == (old, old + 1)
            assert at.repaired_span(old, old + 1) == (new, new + 1)


@given(edited())
def test_a_raw_span_holds_the_raw_place_of_each_of_its_characters(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    at = OffsetMap(edits)
    repaired = at.apply(raw)
    come_from = origins(raw, edits)
    for start in range(len(repaired)):
        for end in range(start + 1, len(repaired) + 1):
            low, high = at.raw_span(start, end)
            assert 0 <= low <= high <= len(raw)
            assert all(low <= old < high for old in come_from[start:end] if old is not None)


@given(edited())
def test_a_repaired_span_holds_every_character_that_stayed(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    at = OffsetMap(edits)
    become = {old: new for new, old in enumerate(origins(raw, edits)) if old is not None}
    for start in range(len(raw)):
        for end in range(start + 1, len(raw) + 1):
            low, high = at.repaired_span(start, end)
            assert 0 <= low <= high <= len(at.apply(raw))
            assert all(low <= become[old] < high for old in range(start, end) if old in become)


@given(edited())
def test_the_way_there_and_back_never_loses_a_character(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    at = OffsetMap(edits)
    come_from = origins(raw, edits)
    for start in range(len(come_from)):
        for end in range(start + 1, len(come_from) + 1):
            low, high = at.repaired_span(*at.raw_span(start, end))
            kept = [new for new in range(start, end) if come_from[new] is not None]
            assert not kept or (low <= kept[0] and kept[-1] < high)


@given(edited())
def test_the_map_is_monotone(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    at = OffsetMap(edits)
    for size, span in ((len(at.apply(raw)), at.raw_span), (len(raw), at.repaired_span)):
        starts = [span(i, i + 1)[0] for i in range(size)]
        ends = [span(i, i + 1)[1] for i in range(size)]
        assert all(a <= b for a, b in pairwise(starts))
        assert all(a <= b for a, b in pairwise(ends))
        assert all(a <= b for a, b in zip(starts, ends, strict=True))


@given(edited(), st.integers(0, 30))
def test_an_empty_span_stays_empty(case: tuple[str, list[Edit]], place: int) -> None:
    raw, edits = case
    at = OffsetMap(edits)
    for size, span in ((len(at.apply(raw)), at.raw_span), (len(raw), at.repaired_span)):
        low, high = span(min(place, size), min(place, size))
        assert low == high


@pytest.mark.parametrize("edits", [[(3, 4, ""), (1, 2, "")], [(1, 3, ""), (2, 4, "")], [(2, 1, "")], [(-1, 0, "")]])
def test_edits_out_of_order_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="in order and apart"):
        OffsetMap(edits)


def test_deletions_at_the_edge_of_a_span_stay_outside_and_within_it_inside() -> None:
    raw = "慰问(广告)困难-职工 3"
    at = OffsetMap([(2, 6, ""), (8, 9, ""), (11, 13, "")])
    repaired = at.apply(raw)
    assert repaired == "慰问困难职工"
    low, high = at.raw_span(2, 6)
    assert raw[low:high] == "困难-职工"


def test_an_edit_of_another_length_is_one_block() -> None:
    at = OffsetMap([(2, 4, "xyz")])
    assert {at.raw_span(i, i + 1) for i in (2, 3, 4)} == {(2, 4)}
    assert {at.repaired_span(i, i + 1) for i in (2, 3)} == {(2, 5)}


def test_an_edit_of_the_same_length_maps_character_by_character() -> None:
    at = OffsetMap([(2, 4, "xy")])
    assert [at.raw_span(i, i + 1) for i in range(5)] == [(i, i + 1) for i in range(5)]


def test_a_span_is_cut_from_its_text_and_turns_into_plain_types() -> None:
    assert Span(2, 5).of("组建率达97%") == "率达9"
    assert Span(2, 5).to_dict() == {"start": 2, "end": 5}


# ------------------------------------------------------------------------------------------ the same for what is repaired

PARTS = (
    *"一二三十百年月日人名个家元工会职组建率达第篇的和与12370，,。；;：:？?！!“”（）()《》【】①② \t\n\r\u3000",
    *("\n\n", "\r\n", "１", "２", "％", "Ａ", "．", "?先进单位?", " 3\n", "\n- 4 -\n", "\n1\n", "\n2\n", "\n3\n", "第 5 页", "，，", "。。", "、、", "*"),
    *("\u200b", "\ufeff", "\u00ad", "\x07", "⼯", "⾼", "總工會", "維護權益", "發放慰問金", "幫扶困難", "(gōng huì)", "www.example.net"),
    *("(本站推荐范文网)", "来源:网络", "免责声明:无", "相关推荐", "广大女职工积极参加各项文体活动，展示了广大女职工的", "第一篇：", "一、", "（二）", "1."),
)
damaged = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)
"""Texts with every kind of damage that normalising looks for, in any order."""


def replayed(text: str, found: tuple[Repair, ...]) -> str:
    return replaced(text, [(repair.start, repair.end, repair.replacement) for repair in found])


@given(st.one_of(damaged, st.text(max_size=60)))
def test_replaying_the_repairs_gives_the_repaired_text(text: str) -> None:
    found = repairs(text)
    last = 0
    for repair in found:
        assert last <= repair.start <= repair.end <= len(text)
        assert text[repair.start : repair.end] != repair.replacement
        last = repair.end
    assert replayed(text, found) == normalize(text).text


@given(damaged)
def test_each_character_of_the_repaired_text_knows_its_raw_place(text: str) -> None:
    normalized = normalize(text)
    changed = {i for repair in normalized.repairs for i in range(repair.start, repair.end)}
    last = 0
    for i, char in enumerate(normalized.text):
        start, end = normalized.raw_span(i, i + 1)
        assert end == start + 1
        assert start >= last
        assert text[start] == char or start in changed
        assert normalized.span(start, end) == (i, i + 1)
        last = end


@given(damaged)
def test_normalising_never_lengthens_and_does_not_hang_on_what_was_asked_before(text: str) -> None:
    before = normalize(text)
    normalize.cache_clear()
    assert normalize(text).repairs == before.repairs
    assert len(before.text) <= len(text)
