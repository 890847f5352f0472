"""Copies are counted as people count them: versions of one text once, a shared passage apart."""

import pandas
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.dossier.families import copied_shares, families, matches_of
from unionnlp.dossier.tables import complete, display_words
from unionnlp.records import Match


def match(a, b, kind="identical", share_a=1.0, share_b=1.0):
    return Match(a, b, min(share_a, share_b), share_a, share_b, share_a, share_b, kind)


def reports(**lengths):
    return complete({"reports": pandas.DataFrame([{"report_id": name, "text": "文" * n} for name, n in lengths.items()])})["reports"]


def test_sixty_copies_linked_as_a_star_are_one_entry():
    found = families([match("centre", f"r{i}") for i in range(60)])
    assert len(found) == 1
    assert found[0].centre == "centre"
    assert len(found[0].members) == 61


def test_a_shared_passage_joins_no_families():
    found = families([match("a", "b"), match("c", "d"), match("b", "c", "passage", 0.1, 0.1)])
    assert [set(family.members) for family in found] == [{"a", "b"}, {"c", "d"}, {"b", "c"}]


def test_passages_between_the_same_two_families_are_one_entry():
    found = families([match("a", "b"), match("c", "d"), match("a", "c", "passage", 0.1, 0.1), match("b", "d", "passage", 0.1, 0.1)])
    assert [len(family.pairs) for family in found] == [1, 1, 2]


names = st.sampled_from("abcdef")


@given(st.lists(st.tuples(names, names, st.sampled_from(list(display_words("match")))), max_size=15))
def test_every_match_stands_in_exactly_one_family_and_numbers_run_from_one(edges):
    matches = [match(a, b, kind) for a, b, kind in edges if a != b]
    found = families(matches)
    assert sorted(map(repr, (m for family in found for m in family.pairs))) == sorted(map(repr, matches))
    assert [family.number for family in found] == list(range(1, len(found) + 1))


def test_gravest_kind_first_then_the_larger_share(tables):
    frame = complete(tables)["matches"]
    assert [m.kind for m in matches_of(frame)] == ["figures_changed", "cut_short"]
    assert [m.kind for m in matches_of(frame.iloc[::-1])] == ["figures_changed", "cut_short"]


def test_the_largest_share_names_its_source():
    shares = copied_shares([match("a", "b", "passage", 0.2, 0.3), match("c", "a", "cut_short", 1.0, 0.6)])
    assert (shares["a"].share, shares["a"].source) == (0.6, "c")
    assert shares["b"].source == "a"
