"""The index finds the grams that a search among them finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.themes.gram_index import ALONE, SHIFT, GramIndex

CHARACTERS = st.sampled_from("工会送温暖a0。\uffff\U00020000\U0010ffff\0")
GRAM = st.builds(lambda first, second: ord(first) << SHIFT | (ord(second) if second else ALONE), CHARACTERS, st.one_of(st.just(""), CHARACTERS))


@given(st.sets(GRAM), st.lists(st.text(CHARACTERS, max_size=12), max_size=4))
def test_it_finds_what_a_search_finds(known: set[int], texts: list[str]) -> None:
    grams = np.array(sorted(known), dtype=np.int64)
    codes = np.array([ord(character) for text in texts for character in text], dtype=np.int64)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64) - 1
    expected = []
    for at, code in enumerate(codes.tolist()):
        alone, pair = code << SHIFT | ALONE, code << SHIFT | int(codes[at + 1]) if at not in ends else -1
        expected += [(at, sorted(known).index(gram)) for gram in (alone, pair) if gram in known]
    places, numbers = GramIndex.of(grams).find(codes, ends[ends >= 0][:-1] if len(ends) else ends)
    assert list(zip(places.tolist(), numbers.tolist(), strict=True)) == expected
