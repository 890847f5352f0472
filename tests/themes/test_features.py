"""The features are those of scikit-learn, and lie where the characters stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.themes.features import PIECE, Features, Folded, Rows, Vectorizer, fold

TEXTS = [
    "一、送温暖\n春节前走访慰问困难职工120户，发放慰问金6万元。",
    "签订集体合同４５份，覆盖企业 212 家；调解劳动争议3件。",
    "",
    "举办篮球赛、歌咏比赛，ＡＢＣ与abc，比赛比赛比赛。",
    "工会工会工会工会",
    "工会送温暖：走访困难职工，调解争议。",
]


def dense(rows: Rows, width: int) -> np.ndarray:
    matrix = np.zeros((len(rows.bounds) - 1, width))
    for i, (start, end) in enumerate(zip(rows.bounds, rows.bounds[1:], strict=False)):
        matrix[i, rows.columns[start:end]] = rows.values[start:end]
    return matrix


@pytest.mark.parametrize("min_texts", [1, 2])
def test_equals_scikit_learn(min_texts: int) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    folded = [fold(text) for text in TEXTS]
    reference = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, lowercase=False, min_df=min_texts)
    expected = reference.fit_transform(folded).toarray()
    ours = Vectorizer.fit(TEXTS, min_texts=min_texts)
    names = ["".join(chr(code) for code in (int(gram) >> 21, int(gram) & 0x1FFFFF) if code != 0x1FFFFF) for gram in ours.grams]
    assert sorted(names) == sorted(reference.vocabulary_)
    columns = [reference.vocabulary_[name] for name in names]
    np.testing.assert_allclose(dense(ours.transform(TEXTS), len(names)), expected[:, columns], rtol=0, atol=1e-12)
    unseen = ["慰问职工与工会比赛", "无关", "工"]
    np.testing.assert_allclose(dense(ours.transform(unseen), len(names)), reference.transform([fold(t) for t in unseen]).toarray()[:, columns], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [("ＡＢＣ１２３", "abc000"), ("a\t b\u3000c\r\nd\u00a0e\ufeff", "abcde"), ("", ""), ("９７．５％", "00.0%"), ("女职工", "女职工"), ("\ud800x\U00020000", "\ud800x\U00020000")],
)
def test_folding(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@given(st.lists(st.text(st.one_of(st.sampled_from("工会 职\n１a。"), st.characters()), max_size=20), max_size=6))
def test_places_are_those_of_the_raw_texts(texts: list[str]) -> None:
    folded = Folded.of(texts)
    assert folded.rows == len(texts)
    for code, row, place in zip(folded.codes, folded.row, folded.place, strict=True):
        assert fold(texts[row][place]) == chr(code)


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("工会职困难 １a。龘\n"), max_size=20), min_size=1, max_size=6))
def test_a_batch_has_the_rows_of_its_texts(texts: list[str]) -> None:
    vectorizer = Vectorizer.fit(TEXTS)
    width = len(vectorizer.grams)
    together = dense(vectorizer.transform(texts), width)
    for i, text in enumerate(texts):
        alone = dense(vectorizer.transform([text]), width)[0]
        assert (together[i] == alone).all()
        assert np.isclose(np.sum(alone**2), 1.0) or not alone.any()


def test_a_long_text_is_the_mean_of_its_pieces() -> None:
    """A piece is the sentences that begin in one stretch; each has a row of length 1 and counts by its characters."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    sentences = ["签订集体合同，调解劳动争议，" * 12 + "。", "举办歌咏比赛 。", "走访慰问困难职工" * 3 + "！", "工会送温暖。"]
    pieces = [sentences[0], "".join(sentences[1:])]
    assert PIECE < len(sentences[0]) < len("".join(sentences)) < 2 * PIECE
    ours = Vectorizer.fit(TEXTS)
    reference = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, lowercase=False).fit([fold(text) for text in TEXTS])
    names = ["".join(chr(code) for code in (int(gram) >> 21, int(gram) & 0x1FFFFF) if code != 0x1FFFFF) for gram in ours.grams]
    grams = [fold("".join(sentences)), *map(fold, pieces)]
    each = reference.transform(grams[1:]).toarray()[:, [reference.vocabulary_[name] for name in names]]
    sizes = np.array([len(fold(piece)) for piece in pieces])
    mean = (sizes / sizes.sum()) @ each
    np.testing.assert_allclose(dense(ours.transform(["".join(sentences)]), len(names))[0], mean, atol=1e-12)


def test_no_gram_spans_two_texts() -> None:
    vectorizer = Vectorizer.fit(["甲乙", "丙丁", "乙丙"])
    assert not dense(vectorizer.transform(["甲", "乙"]), len(vectorizer.grams))[:, vectorizer.grams == (ord("甲") << 21 | ord("乙"))].any()


def test_a_very_frequent_character_is_damped() -> None:
    vectorizer = Vectorizer.fit(["工会", "会员"])
    assert np.isfinite(vectorizer.transform(["工" * 10_000 + "会"]).values).all()


def test_the_product_is_that_of_dense_matrices() -> None:
    vectorizer = Vectorizer.fit(TEXTS)
    weights = np.random.default_rng(0).normal(size=(len(vectorizer.grams), 4))
    rows = vectorizer.transform(TEXTS)
    np.testing.assert_allclose(rows @ weights, dense(rows, len(vectorizer.grams)) @ weights, atol=1e-12)


def test_the_heading_counts_less_than_the_text() -> None:
    features = Features.fit(TEXTS, ["送温暖", "", "", "文体活动", "", ""], heading_weight=0.5)
    _, headings = features.transform([(TEXTS[0], "送温暖")])
    assert np.isclose(np.sum(headings.values**2), 0.25)
