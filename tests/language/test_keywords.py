"""Keywords against general text or the batch; concordance by characters; terms that the lexicon lacks."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.language.keywords import Keyword, concordance, keywords, keywords_each, stopwords, term_counts
from unionnlp.language.segmentation import Segmenter, default_segmenter, domain_terms, segment
from unionnlp.language.terms import discover_terms

BATCH = [
    "工会走访慰问困难职工，为困难职工送去慰问金。我们开展了各种活动。",
    "工会签订集体合同，推进工资集体协商，集体合同覆盖面扩大。",
    "工会举办篮球赛，篮球赛有十二支队伍。",
]


def test_one_text_is_weighed_against_general_chinese() -> None:
    found = keywords(BATCH[0], top=3)
    assert [keyword.term for keyword in found][:1] == ["困难职工"]
    assert found[0].count == 2
    assert [keyword.weight for keyword in found] == sorted((keyword.weight for keyword in found), reverse=True)


def test_a_batch_is_weighed_against_itself() -> None:
    assert {keyword.term for keyword in keywords(BATCH, top=4)} >= {"困难职工", "集体合同", "篮球赛"}
    counted = {keyword.term: keyword for keyword in keywords(BATCH, top=100)}
    assert counted["工会"] == Keyword("工会", 3, 3.0)  # in every text: idf 1
    assert counted["集体合同"].weight > 2.0


def test_each_text_of_a_batch_has_its_own() -> None:
    assert [words[0].term for words in keywords_each(BATCH, top=1)] == ["困难职工", "集体合同", "篮球赛"]
    assert keywords_each(BATCH[:1], top=5) == (keywords(BATCH[0], top=5),)


@pytest.mark.parametrize("nothing", ["", "   \n", "。，！", "12 345", "我们开展", []])
def test_what_says_nothing_has_no_keywords(nothing: str | list[str]) -> None:
    assert keywords(nothing) == ()


def test_function_words_and_single_characters_are_no_keywords() -> None:
    terms = {keyword.term for keyword in keywords(BATCH, top=1000)}
    assert not terms & stopwords()
    assert all(len(term) > 1 for term in terms)


@settings(deadline=None)
@given(st.text(st.sampled_from("工会职Ａa．.* \n(1１"), max_size=40), st.text(st.sampled_from("工会职Ａa．.*(1１"), min_size=1, max_size=3), st.integers(0, 9))
def test_every_line_of_a_concordance_stands_at_its_place(text: str, term: str, width: int) -> None:
    from unionnlp.language.segmentation import fold_width

    lines = concordance(text, term, width)
    assert len(lines) == fold_width(text).count(fold_width(term))
    for line in lines:
        assert text[line.start : line.end] == line.quote
        assert fold_width(line.quote) == fold_width(term)
        assert line.left == text[max(0, line.start - width) : line.start].replace("\n", " ")
        assert line.right == text[line.end : line.end + width].replace("\n", " ")


@pytest.mark.parametrize(("term", "width"), [("", 5), ("职工", -1)])
def test_a_concordance_of_nothing_is_an_error(term: str, width: int) -> None:
    with pytest.raises(ValueError, match="no concordance"):
        concordance("职工", term, width)


def _planted() -> list[str]:
    """Sentences with 流动红旗岗 in them, each time between other characters."""
    before, after = "甲乙丙丁戊己庚辛", "春夏秋冬晨午昏夜"
    filler = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"
    return [f"{filler[i : i + 12]}{a}爱心妈咪屋{b}{filler[-12 - i : len(filler) - i]}" for i, (a, b) in enumerate(zip(itertools.cycle(before), after, strict=False))]


def test_a_planted_term_is_found_whole() -> None:
    found = discover_terms(_planted())
    assert [term.term for term in found] == ["爱心妈咪屋"]
    assert (found[0].count, found[0].texts) == (8, 8)


def test_what_the_dictionary_knows_is_no_discovery() -> None:
    assert discover_terms(_planted(), segmenter=Segmenter([*domain_terms(), "爱心妈咪屋"])) == ()
    assert "爱心妈咪屋" not in segment("设立爱心妈咪屋一处").texts


def test_a_string_with_one_neighbour_is_no_term() -> None:
    assert all(term.term == "爱心妈咪屋" for term in discover_terms(_planted()))  # never 爱心妈咪 or 心妈咪屋


@pytest.mark.parametrize("texts", [[], [""], ["", "\0\0", "abc 123"], ["工" * 200_000], ["\ud800工会" * 10]])
def test_poor_and_hostile_batches_are_survived(texts: list[str]) -> None:
    assert discover_terms(texts) == ()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["困难职工", "工会", "的", "３５人次", "ＶＰＮ", "，", "a5", "慰问金", "\n", "帮扶中心", "我们"]), max_size=30).map("".join))
def test_counts_are_those_of_the_words(text: str) -> None:
    """Function words, single characters and words without a Chinese one are left out; the order is that of the text."""
    telling = [word for word in segment(text).texts if len(word) > 1 and word not in stopwords() and any("\u3400" <= character <= "\u9fff" for character in word)]
    halved = ["".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in word) for word in telling]
    assert list(term_counts(text).items()) == [(word, halved.count(word)) for word in dict.fromkeys(halved)]


@given(st.text(st.one_of(st.sampled_from("工会职困难的Ａa１2%é½㐀\ud800\U00020000，\r\n "), st.characters()), max_size=40))
def test_every_counted_term_is_chinese_and_no_function_word(text: str) -> None:
    counts = term_counts(text)
    assert all(len(term) > 1 and re.search(r"[\u4e00-\u9fff]", term) and term not in stopwords() for term in counts)
    assert counts.total() == sum(len(term) > 1 and bool(re.search(r"[\u3400-\u9fff]", term)) and term not in stopwords() for term in default_segmenter().words(text))
