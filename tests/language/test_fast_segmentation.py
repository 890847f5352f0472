"""rjieba gives what jieba gives, or is not asked."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.errors import MissingExtra
from unionnlp.language import fast_segmentation, segmentation
from unionnlp.language.fast_segmentation import LONGEST_RUN, available
from unionnlp.language.segmentation import Segmenter

needs_rjieba = pytest.mark.skipif(not available(), reason="rjieba, of the extra fast, is not installed")
ALPHABET = "工会女职工困难帮扶中心积极开展组建率达到九十七Ａb1２.．%％-_+#& \t\r\n。，“”《》?龘㐀鿖豈\ud800\U00020000éあ"
TEXTS = st.text(st.one_of(st.sampled_from(ALPHABET), st.characters()), max_size=60)


@pytest.fixture(scope="module")
def ways() -> tuple[Segmenter, Segmenter]:
    return Segmenter(fast=True), Segmenter(fast=False)


@needs_rjieba
@given(text=TEXTS)
def test_words_and_offsets_are_the_same(ways: tuple[Segmenter, Segmenter], text: str) -> None:
    fast, slow = (way.segment(text) for way in ways)
    assert list(fast) == list(slow)
    assert fast.texts == slow.texts == [text[token.start : token.end] for token in fast]


@needs_rjieba
def test_strings_made_to_find_a_difference_are_cut_the_same(ways: tuple[Segmenter, Segmenter]) -> None:
    from bench_segmentation import strings
    from measuring import samples

    fast, slow = ways
    assert [text for text in strings(3000, samples(), seed=2) if list(fast.segment(text)) != list(slow.segment(text))] == []


@needs_rjieba
@pytest.mark.parametrize(
    "text",
    [
        *("网址www.example.cn见附件", "2019-2020年度", "1.2.3版", "A+B计划", "5.5km", "㐀工会", "工会\ud800职工", "", "\r\n", "７５％"),
        *("职" * (LONGEST_RUN + 1), "职工" * LONGEST_RUN + "。工会", "。" + "a-" * LONGEST_RUN, "㐀" * (LONGEST_RUN + 1), ("工会" * 400 + "，") * 3),
    ],
)
def test_where_rjieba_would_differ_jieba_cuts(ways: tuple[Segmenter, Segmenter], text: str) -> None:
    fast, slow = (way.segment(text) for way in ways)
    assert list(fast) == list(slow)


@needs_rjieba
def test_jieba_is_asked_only_for_the_runs_that_may_differ() -> None:
    asked: list[str] = []

    def reference(text: str) -> list[str]:
        asked.append(text)
        return [text]

    cutter = fast_segmentation.FastCutter((), (), reference)
    assert cutter.cut("慰问职工，见a-b工会。金额7.5万元，占3%；1.2.3版，完") == ["慰问", "职工", "，", "见a-b工会", "。", "金额", "7.5", "万元", "，", "占", "3%", "；", "1.2.3版", "，", "完"]
    assert asked == ["见a-b工会", "1.2.3版"]


@needs_rjieba
@pytest.mark.parametrize("unit", ["a-", "职工", "1.", "㐀", "a.b ", "，a-b"])
def test_time_grows_with_the_length(check: object, ways: tuple[Segmenter, Segmenter], unit: str) -> None:
    check(ways[0].segment, unit, 2000)  # type: ignore[operator]


def test_without_rjieba_jieba_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "available", lambda: False)
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert Segmenter().segment("慰问困难职工").texts == ["慰问", "困难职工"]


def test_asking_for_rjieba_where_it_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(MissingExtra, match=r"unionnlp\[fast\]"):
        Segmenter(fast=True)
