"""Words: exact cover, terms kept whole, dictionaries apart, no trace left in jieba's globals."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unionnlp.errors import LexiconError
from unionnlp.language.fast_segmentation import available
from unionnlp.language.segmentation import Segmenter, Term, domain_collocations, domain_terms, fold_width, read_terms, segment

CASES = Path(__file__).parents[1] / "cases" / "language" / "segmentation.jsonl"
WAYS = [False, pytest.param(True, marks=pytest.mark.skipif(not available(), reason="rjieba, of the extra fast, is not installed"))]
"""Without and with rjieba."""

HEADER = "term\tfrequency\ttag\tsource\n"
TEXTS = st.text(st.one_of(st.sampled_from("工会女职工困难帮扶中心组建率达到九十７Ａb1.%-+# \t\r\n。，“”《》?龘\ud800\U00020000"), st.characters()), max_size=60)


@settings(deadline=None)
@given(TEXTS)
def test_tokens_cover_the_text_exactly(text: str) -> None:
    tokens = segment(text)
    assert "".join(tokens.texts) == text
    at = 0
    for token in tokens:
        assert token.start == at
        assert token.end > at
        assert text[token.start : token.end] == token.text
        at = token.end
    assert at == len(text)


@settings(deadline=None)
@given(TEXTS)
def test_full_width_text_is_cut_like_half_width(text: str) -> None:
    half = fold_width(text)
    assert len(half) == len(text)
    assert [(t.start, t.end) for t in segment(text)] == [(t.start, t.end) for t in segment(half)]


@pytest.fixture(scope="module")
def jieba_alone() -> Any:
    """A tokenizer set up by jieba itself, with the same words."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    for words in domain_collocations():
        tokenizer.total -= tokenizer.FREQ[words]
        tokenizer.FREQ[words] = 0
    for term in domain_terms():
        tokenizer.total -= tokenizer.FREQ.get(term.text, 0)
        tokenizer.add_word(term.text, term.frequency, term.tag)
    return tokenizer


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_words_are_those_of_jieba(jieba_alone: Any, text: str) -> None:
    half = fold_width(text)
    assert segment(half).texts == list(jieba_alone.cut(half))


@pytest.mark.parametrize("fast", WAYS)
@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in map(json.loads, CASES.read_text(encoding="utf-8").splitlines())])
def test_what_is_one_word(case: dict[str, Any], fast: bool) -> None:
    assert Segmenter(fast=fast).segment("".join(case["words"])).texts == case["words"]


@pytest.mark.parametrize("term", ["女职工委员会", "组建率", "金秋助学", "女职工专项集体合同", "互联网+工会", "新就业形态劳动者"])
def test_terms_of_union_work_stay_whole(term: str) -> None:
    assert term in segment(f"今年以来，{term}有了新进展。").texts


def test_the_lexicon_makes_the_difference() -> None:
    text = "建立女职工委员会"
    assert "女职工委员会" in segment(text).texts
    assert "女职工委员会" not in Segmenter(()).segment(text).texts


@pytest.mark.parametrize("fast", WAYS)
def test_two_segmenters_do_not_disturb_each_other(fast: bool) -> None:
    text = "积极开展女工夜校书屋活动"
    before = Segmenter((), (), fast=fast)
    plain = before.segment(text).texts
    own = Segmenter([Term("女工夜校书屋", 50)], ["积极开展"], fast=fast)
    assert own.segment(text).texts == ["积极", "开展", "女工夜校书屋", "活动"]
    assert before.segment(text).texts == plain == Segmenter((), (), fast=fast).segment(text).texts
    assert plain[0] == "积极开展"
    assert own.knows("女工夜校书屋")
    assert not before.knows("女工夜校书屋")


@pytest.mark.parametrize("fast", WAYS)
def test_a_collocation_that_is_no_word_of_the_dictionary_is_an_error(fast: bool) -> None:
    with pytest.raises(LexiconError, match=r"collocations, line 2: '积极女工' is no word"):
        Segmenter((), ["积极开展", "积极女工"], fast=fast).segment("积极开展")


def test_collocations_are_entries_of_jieba_and_no_terms() -> None:
    words = Segmenter((), (), fast=False)
    assert [entry for entry in domain_collocations() if not words.frequency(entry)] == []
    assert set(domain_collocations()).isdisjoint(term.text for term in domain_terms())
    assert Segmenter().knows("积极开展")
    assert Segmenter().frequency("积极开展") == 0


def test_a_plain_string_gets_the_frequency_that_keeps_it_whole() -> None:
    assert "会员普惠服务" in Segmenter([*domain_terms(), "会员普惠服务"]).segment("推进会员普惠服务项目").texts


@pytest.mark.parametrize("fast", WAYS)
def test_travels_to_another_process(fast: bool) -> None:
    text = "积极开展女工夜校书屋活动"
    own = Segmenter(["女工夜校书屋"], (), fast=fast)
    assert pickle.loads(pickle.dumps(own)).segment(text).texts == own.segment(text).texts == ["积极开展", "女工夜校书屋", "活动"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("走访 慰问\t3\tnz\tx", "always cuts"),
        ("“娘家人”\t3\tnz\tx", "always cuts"),
        ("会\t3\tnz\tx", "single character"),
        ("工会卡\t0\tnz\tx", "not a positive"),
        ("工会卡\t-1\tnz\tx", "not a positive"),
        ("工会卡\t\tnz\tx", "not a positive"),
        ("工会卡\t３\tnz\tx", "not a positive"),
        ("工会卡\t3\tnz\tx\textra", "5 cells under 4"),
        ("\t3\tnz\tx", "first cell is empty"),
        ("组建率\t9\tnz\tx", "stands twice"),
    ],
)
def test_a_bad_row_is_an_error_with_file_and_line(row: str, words: str) -> None:
    with pytest.raises(LexiconError, match=words) as caught:
        read_terms(f"{HEADER}# 注\n组建率\t3\tnz\tx\n{row}\n", "mine.tsv")
    assert (caught.value.file, caught.value.line) == ("mine.tsv", 4)


def test_line_ends_of_windows_are_read_and_a_byte_order_mark_is_an_error() -> None:
    assert read_terms(f"{HEADER}组建率\t3\tnz\tx\n".replace("\n", "\r\n")) == (Term("组建率", 3),)
    with pytest.raises(LexiconError, match="columns"):
        read_terms(f"\ufeff{HEADER}组建率\t3\tnz\tx\n")


@pytest.mark.parametrize("term", [Term("组建率", 0), Term("走访 慰问", 3), Term("", None)])
def test_a_term_that_can_never_come_out_is_refused(term: Term) -> None:
    with pytest.raises(LexiconError):
        Segmenter([term])


@pytest.mark.parametrize("text", ["龘" * 20_000, "工会" * 50_000, "1" * 100_000, "。" * 100_000, " " * 100_000, "a-" * 50_000])
def test_hostile_runs_are_cut_and_covered(text: str) -> None:
    assert "".join(segment(text).texts) == text


def test_loading_leaves_no_cache_file_no_log_and_no_warning(tmp_path: Path) -> None:
    """jieba would write jieba.cache into the temporary folder and report on stderr."""
    program = "from unionnlp.language.segmentation import segment; import sys; assert 'jieba' not in sys.modules; print(segment('慰问困难职工').texts)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", program],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=Path(__file__).parents[2],
        env={"TMPDIR": str(tmp_path), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert "困难职工" in done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_default_tokenizer_of_jieba_is_left_alone() -> None:
    import jieba

    Segmenter(fast=False).segment("慰问困难职工，积极开展活动")
    assert not jieba.dt.initialized or "女职工委员会" not in jieba.dt.FREQ
    assert not jieba.finalseg.Force_Split_Words
    assert logging.getLogger().level == logging.WARNING
