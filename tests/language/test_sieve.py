"""The sieve lets every place through at which a phrase begins."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.language.sieve import HeadSieve, alternatives

KINDS = (("女职工", "女工(?!业)", "女性?会员"), ("(?:困难|特困)[^，]{0,4}职工", "下岗(?:失业)?职工"), ("三八[节红]", "送"))
TEXTS = st.text(st.sampled_from("女职工业性会员困难特，下岗失三八节红送\U00020000\ud800 "), max_size=30)


@given(TEXTS)
def test_no_beginning_is_missed(text: str) -> None:
    places, bits = HeadSieve.of(KINDS).places(text)
    assert places == sorted(set(places))
    assert all(bits)
    passed = {(place, kind) for place, of in zip(places, bits, strict=True) for kind in range(len(KINDS)) if of >> kind & 1}
    for kind, phrases in enumerate(KINDS):
        pattern = re.compile("|".join(phrases))
        assert {(place, kind) for place in range(len(text)) if pattern.match(text, place)} <= passed


def test_it_tells_most_places_apart() -> None:
    """A kind that begins with one sure character passes wherever that stands."""
    assert HeadSieve.of(KINDS).places("送女会计去开会，女职工，特困户") == ([0, 1, 8, 12], [4, 1, 1, 2])
    assert HeadSieve.of([KINDS[0][:2], *KINDS[1:]]).places("送女会计去开会，女职工，特困户") == ([0, 8, 12], [4, 1, 2])


def test_more_kinds_than_bits_share_them() -> None:
    many = [(chr(0x4E00 + number),) for number in range(70)]
    assert HeadSieve.of(many).places("\u4e00\u4e41")[1] == [1, 2]


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [("甲|乙", ["甲", "乙"]), ("甲(?:乙|丙)|丁", ["甲(?:乙|丙)", "丁"]), (r"甲\|乙|[|]丙", [r"甲\|乙", "[|]丙"]), ("甲", ["甲"])],
)
def test_alternatives_inside_brackets_stay_together(pattern: str, parts: list[str]) -> None:
    assert alternatives(pattern) == parts
