"""Texts made ready many at a time are the same as texts made ready alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.duplicates import prepared
from unionnlp.duplicates.prepared import COMMON_NOTHING, Prepared, Shelf

ODD = "0123456789..．二三十百千万走访慰问困难　 \n\x00\uffff\U0010ffff\ud800Ａ“”體慰慰慰"
STOCK = np.empty(0, dtype=np.int64)
texts = st.lists(st.tuples(st.text(st.sampled_from(ODD), max_size=200), st.integers(0, 50)), min_size=1, max_size=20)


def shelf(of: list[tuple[str, int]]) -> Shelf:
    pairs = [(i, j) for i in range(len(of)) for j in range(i + 1, len(of))] or [(0, 0)]
    return Shelf(of, pairs, lambda number: STOCK, COMMON_NOTHING)


@given(texts)
def test_a_text_of_the_shelf_equals_one_alone(of: list[tuple[str, int]]) -> None:
    ready = shelf(of)
    for number, (text, offset) in enumerate(of):
        one, alone = ready[number], Prepared(text, offset, STOCK, COMMON_NOTHING)
        assert (one.text, one.offset) == (text, offset)
        pairs = [(one.codes, alone.codes), (one.folded.raw, alone.folded.raw), (one.plain, alone.plain), *zip(one.grams, alone.grams, strict=True)]
        pairs += [(getattr(one.figures, name), getattr(alone.figures, name)) for name in alone.figures.__slots__]
        for got, expected in pairs:
            assert got.dtype == expected.dtype
            assert np.array_equal(got, expected)


def test_a_small_shelf_gives_what_it_put_away_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "PREPARED_AT_ONCE", prepared.TOGETHER)
    of = [(f"走访慰问困难职工{number}户。" * 9, 0) for number in range(3 * prepared.TOGETHER)]
    ready = shelf(of)
    for number in (*range(len(of)), 0, len(of) - 1, 1):
        assert ready[number].text == of[number][0]
        assert np.array_equal(ready[number].codes, Prepared(of[number][0]).codes)
