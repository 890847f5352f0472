"""Words: exact cover, terms kept whole, dictionaries apart, no trace left in jieba's globals."""

from __future__ import annotations

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
from unionnlp.language.segmentation import Segmenter, Term, domain_terms, fold_width, read_terms, segment

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
    """A tokenizer set up by jieba itself, with the same terms."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    for term in domain_terms():
        tokenizer.add_word(term.text, term.frequency, term.tag)
    return tokenizer


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_words_are_those_of_jieba(jieba_alone: Any, text: str) -> None:
    half = fold_width(text)
    assert segment(half).texts == list(jieba_alone.cut(half))


@pytest.mark.parametrize("term", ["女职工委员会", "组建率", "金秋助学", "女职工专项集体合同", "互联网+工会", "新就业形态劳动者"])
def test_terms_of_union_work_stay_whole(term: str) -> None:
    assert term in segment(f"今年以来，{term}有了新进展。").texts


def test_the_lexicon_makes_the_difference() -> None:
    text = "建立女职工委员会"
    assert "女职工委员会" in segment(text).texts
    assert "女职工委员会" not in Segmenter(()).segment(text).texts


def test_two_segmenters_do_not_disturb_each_other() -> None:
    text = "户外劳动者驿站开放"
    before = Segmenter(())
    plain = before.segment(text).texts
    own = Segmenter([Term("户外劳动者驿站", 50)])
    assert own.segment(text).texts == ["户外劳动者驿站", "开放"]
    assert before.segment(text).texts == plain == Segmenter(()).segment(text).texts
    assert own.knows("户外劳动者驿站")
    assert not before.knows("户外劳动者驿站")


def test_a_plain_string_gets_the_frequency_that_keeps_it_whole() -> None:
    assert "会员普惠服务" in Segmenter([*domain_terms(), "会员普惠服务"]).segment("推进会员普惠服务项目").texts


def test_travels_to_another_process() -> None:
    own = Segmenter(["户外劳动者驿站"])
    assert pickle.loads(pickle.dumps(own)).segment("户外劳动者驿站").texts == ["户外劳动者驿站"]


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

    segment("慰问困难职工")
    assert not jieba.dt.initialized or "女职工委员会" not in jieba.dt.FREQ
    assert not jieba.finalseg.Force_Split_Words
    assert logging.getLogger().level == logging.WARNING
