"""Which texts hang together, whose they may be, and whether a unit repeats itself: hints, never verdicts."""

import random
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.duplicates.clusters import Origin, in_clusters, origin, relation
from unionnlp.duplicates.find import compare, find_duplicates
from unionnlp.records import Match, Matches
from unionnlp.structure.parse import parse

sys.path.insert(0, str(Path(__file__).parent))
import planting


def report(unit, year, body):
    (parsed,) = parse(f"{unit}{year}年工作总结\n{year}年，{body}")
    return parsed


def match(a, b, kind="light_edit", share_a=0.9, share_b=0.9):
    return Match(a, b, min(share_a, share_b), share_a, share_b, share_a, share_b, kind)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("云溪县总工会", 2018), ("云溪县总工会", 2019), "self"),
        (("云溪县总工会", 2018), ("雁坪县总工会", 2019), "other"),
        (("云溪县总工会", 2018), ("云溪县总工会", 2018), ""),
    ],
)
def test_a_unit_that_repeats_itself_is_told_from_one_that_repeats_another(first, second, said):
    body = planting.report(81)
    a, b = report(*first, body), report(*second, planting.edited(body, 1, 0.02))
    (found,) = find_duplicates({"a": a, "b": b})
    assert found.relation == compare(a, b).match.relation == said


def test_nothing_is_said_of_units_that_are_not_known():
    body = planting.report(82)
    (found,) = find_duplicates({"a": body, "b": body})
    assert (found.relation, found.cluster) == ("", 1)
    assert relation(Origin("甲县总工会", date(2018, 12, 31)), Origin()) == ""
    assert relation(Origin("甲县总工会"), Origin("甲县总工会", date(2018, 12, 31))) == ""


def test_the_earliest_dated_version_is_the_likely_source():
    body = planting.report(83)
    texts = {str(year): report(unit, year, planting.edited(body, year, 0.01)) for unit, year in (("云溪县总工会", 2021), ("雁坪县总工会", 2017), ("白石镇总工会", 2019))}
    matches = find_duplicates(texts)
    assert {m.source for m in matches} == {"2017"}
    (cluster,) = matches.clusters()
    assert (cluster.source, set(cluster.members)) == ("2017", set(texts))


def test_without_dates_the_whole_text_is_the_likely_source_of_its_cut():
    body = planting.report(84)
    (found,) = find_duplicates({"a": body[: len(body) // 2], "b": body})
    assert (found.kind, found.source) == ("cut_short", "b")


def test_where_nothing_tells_no_source_is_named():
    body = planting.report(86)
    (found,) = find_duplicates({"a": report("云溪县总工会", 2019, body), "b": report("雁坪县总工会", 2019, planting.edited(body, 1, 0.02))})
    assert (found.kind, found.source) == ("light_edit", "")


def test_a_year_that_the_text_contradicts_dates_nothing():
    (parsed,) = parse("云溪县总工会2021年工作总结\n今年，我们喜迎党的十七大，走访慰问困难职工12户。")
    assert origin(parsed).until is None


def test_a_shared_passage_joins_a_cluster_and_makes_no_source_without_both_dates():
    known = {"a": Origin("甲", date(2017, 12, 31)), "b": Origin("乙", date(2018, 12, 31))}
    found = in_clusters([match("a", "b", "passage", 0.2, 0.2), match("b", "c", "passage", 0.1, 0.1), match("d", "e")], known)
    assert [(m.cluster, m.source) for m in found] == [(1, "a"), (1, ""), (2, "")]
    assert Matches(found).clusters()[0].members == ("a", "b", "c")


def test_sixty_copies_are_one_cluster_of_few_matches():
    body = planting.report(85)
    matches = find_duplicates({f"u{k:02}": planting.edited(body, k, 0.02) for k in range(60)})
    (cluster,) = matches.clusters()
    assert len(cluster.members) == 60
    assert len(cluster.matches) == len(matches) < 120


names = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(names, names, st.sampled_from(["identical", "passage", "cut_short"])), max_size=12), st.randoms())
def test_clusters_are_the_connected_components_in_any_order(edges, rng):
    matches = [match(min(a, b), max(a, b), kind) for a, b, kind in edges if a != b]
    found = in_clusters(matches, {})
    groups = {frozenset(cluster.members) for cluster in Matches(found).clusters()}
    assert sum(map(len, groups)) == len({side for m in matches for side in (m.a, m.b)})
    for m in found:
        assert any({m.a, m.b} <= group for group in groups)
    assert sorted({m.cluster for m in found}) == list(range(1, len(groups) + 1))
    shuffled = random.Random(rng.random()).sample(matches, len(matches))
    again = {frozenset(cluster.members) for cluster in Matches(in_clusters(shuffled, {})).clusters()}
    assert again == groups
    assert {(m.a, m.b, m.kind, m.source) for m in found} == {(m.a, m.b, m.kind, m.source) for m in in_clusters(shuffled, {})}
