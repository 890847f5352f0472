"""Keywords of a scan: the same words as over all texts in memory, also where few of many words are looked at."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.language.keywords import batch_idf
from unionnlp.scanning import keywording
from unionnlp.scanning.frames import arrow_columns
from unionnlp.scanning.keywording import TOP, Keywording, count_words
from unionnlp.scanning.rows import terms_as_kept

WORDS = [f"{a}{b}" for a in "工会职组织维权帮扶" for b in "劳模班竞赛培训慰问"]
COUNTED = st.lists(st.dictionaries(st.sampled_from(WORDS), st.integers(1, 4), max_size=60), min_size=2, max_size=12)


def keywords(counted: list[dict[str, int]], at_once: int) -> list[str]:
    rows = [arrow_columns("terms", list(zip(*(terms_as_kept(Counter(one)) for one in counted[i : i + at_once]), strict=True))) for i in range(0, len(counted), at_once)]
    with Keywording() as words:
        for some in rows:
            words.add(count_words(some), len(some))
        weights = words.weights()
    return [joined for some in rows for joined in weights.keywords(some)]


def weighed(counted: list[dict[str, int]]) -> list[str]:
    idf = batch_idf(Counter(word for one in counted for word in one), len(counted))
    return ["、".join(sorted(one, key=lambda word: (-idf[word] * one[word], word))[:TOP]) for one in counted]


@given(COUNTED, st.integers(1, 5))
def test_the_heaviest_words_of_each_report(counted, at_once):
    assert keywords(counted, at_once) == weighed(counted)


@pytest.mark.parametrize("likely", [1, TOP, 3 * TOP, 1000])
def test_looking_at_few_words_changes_nothing(likely, monkeypatch):
    """A report of rare words beside reports of common ones takes up most of what is looked at; the others are looked through whole."""
    monkeypatch.setattr(keywording, "LIKELY", likely)
    common = [dict.fromkeys(WORDS[i % 7 : 40 + i % 11], 1 + i % 3) for i in range(30)]
    counted = [*common, dict.fromkeys(WORDS, 9), {}, {WORDS[-1]: 1}]
    assert keywords(counted, 10) == weighed(counted)


def test_reports_without_words():
    assert keywords([{}, {}, {}], 2) == ["", "", ""]


def test_no_reports():
    assert keywords([], 2) == []
    assert keywords([{}], 2) == [""]


def test_counts_that_do_not_fit_into_memory(monkeypatch):
    monkeypatch.setattr(keywording, "MEMORY", "40MB")
    with Keywording() as words:
        for piece in range(10):
            rare = pa.array([f"词{piece}之{number:06}" for number in range(100_000)])
            words.add(pa.table({"word": pa.concat_arrays([rare, pa.array(["职工", f"词{piece}"])]), "times": np.full(100_002, 2 if piece else 1)}), 2)
        weights = words.weights()
    assert len(weights.words) == 900_000 + 10  # all but the words of the first piece, which stand in one text
    assert weights.words.index("职工").as_py() >= 0
