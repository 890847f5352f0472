"""A query says of a pair what find_duplicates says of it, however the texts came into the index."""

import random
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.duplicates.find import find_duplicates
from unionnlp.duplicates.index import DuplicateIndex
from unionnlp.duplicates.minhash import MinHasher
from unionnlp.duplicates.parts import features
from unionnlp.structure.parse import parse

sys.path.insert(0, str(Path(__file__).parent))
import planting

REPORTS = [planting.report(seed, 900, 0.3) for seed in range(12)]


def reworded(text):
    """Other words around the same figures."""
    rng = random.Random(text)
    return "".join(c if c.isdigit() else rng.choice("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥") for c in text)


CORPUS = {
    **{f"r{number}": text for number, text in enumerate(REPORTS)},
    "again": REPORTS[0],
    "edited": planting.edited(REPORTS[1], 1, 0.04),
    "figures": "".join("7" if c.isdigit() else c for c in planting.report(4, 900, 0.5)),
    "figures' source": planting.report(4, 900, 0.5),
    "cut": REPORTS[2][:500],
    "passage": planting.report(20, 400) + REPORTS[3][300:480] + planting.report(21, 400),
    "patchwork": "".join(REPORTS[k][100:500] for k in (5, 6, 7)),
    "reworded": reworded(planting.report(30, 900, 0.6)),
    "reworded's source": planting.report(30, 900, 0.6),
    "late": planting.report(22, 6000) + REPORTS[8][200:500] + planting.report(23, 5000),
    "short": "走访慰问困难职工三十八户，送去米面油",
    "short too": "走访慰问困难职工三十八户，送去米面油。",
    "empty": "",
}


def plain(match):
    """A match without what is said of the whole batch."""
    return replace(match, relation="", cluster=0, source="", kind="" if match.kind == "patchwork" else match.kind)


def answers(index, texts):
    return {id_: [plain(match) for match in index.query(text, name=id_)] for id_, text in texts.items()}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    index = DuplicateIndex.open(tmp_path_factory.mktemp("at_once"))
    index.add(CORPUS)
    return answers(index, CORPUS)


def test_a_query_says_what_find_duplicates_says(at_once):
    found = find_duplicates(CORPUS)
    asked = {(match.a, match.b): match for matches in at_once.values() for match in matches}
    assert {frozenset(pair) for pair in asked} == {frozenset((match.a, match.b)) for match in found}
    assert len(asked) == 2 * len(found)
    for match in found:
        again = asked[match.a, match.b]
        assert again == replace(plain(match), kind=again.kind)
        assert match.kind in (again.kind, "patchwork")
    assert {match.kind for match in found} == {"identical", "light_edit", "figures_changed", "figures_copied", "cut_short", "passage", "patchwork"}


def test_a_patchwork_is_named_when_it_is_asked(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add(CORPUS)
    matches = index.query(CORPUS["patchwork"], name="patchwork")
    assert {match.b: match.kind for match in matches} == dict.fromkeys(("r5", "r6", "r7"), "patchwork")
    assert "identical" in {match.kind for match in index.query(CORPUS["patchwork"], name="another")}


SMALL = {id_: CORPUS[id_] for id_ in ("r0", "again", "r1", "edited", "r3", "passage", "reworded", "reworded's source", "short", "short too", "empty")}


@settings(max_examples=10, deadline=None)
@given(st.permutations(sorted(SMALL)), st.sets(st.integers(1, len(SMALL) - 1)), st.sampled_from(["never", "at last", "always"]))
def test_one_by_one_or_at_once(tmp_path_factory, order, cuts, merging):
    index = DuplicateIndex.open(tmp_path_factory.mktemp("index"))
    edges = [0, *sorted(cuts), len(order)]
    for first, last in pairwise(edges):
        index.add({id_: SMALL[id_] for id_ in order[first:last]})
        if merging == "always":
            index.merge()
    if merging == "at last":
        index.merge()
    whole = DuplicateIndex.open(tmp_path_factory.mktemp("whole"))
    whole.add(SMALL)
    assert answers(index, SMALL) == answers(whole, SMALL)


PARAGRAPH = planting.report(77, 250)
HOSTS = {f"h{k}": planting.report(500 + k, 250) for k in range(160)}


def spread(kept):
    """The paragraph in so many otherwise different texts."""
    return {id_: text[:100] + PARAGRAPH + text[100:] if number < kept else text for number, (id_, text) in enumerate(HOSTS.items())}


@pytest.mark.parametrize(("kept", "stock"), [(60, False), (160, True)])
@pytest.mark.parametrize("batch", [160, 40])
def test_stock_is_what_many_otherwise_different_texts_share(tmp_path, kept, stock, batch):
    texts = spread(kept)
    index = DuplicateIndex.open(tmp_path)
    for first in range(0, 160, batch):
        index.add(dict(list(texts.items())[first : first + batch]))
    new = planting.report(3, 400) + PARAGRAPH + planting.report(5, 400)
    assert (not index.query(new)) == stock
    assert (not [m for m in find_duplicates({**texts, "new": new}) if "new" in (m.a, m.b)]) == stock


@pytest.mark.parametrize("batch", [160, 16])
def test_a_family_counts_as_one_text(tmp_path, batch):
    """A form that 160 units sent in is no stock: a passage of it in a new text is found, and it answers as one star."""
    form = planting.report(78, 900)
    family = {f"f{k:03}": planting.edited(form, k, 0.02) for k in range(160)}
    index = DuplicateIndex.open(tmp_path)
    for first in range(0, 160, batch):
        index.add(dict(list(family.items())[first : first + batch]))
    new = planting.report(3, 900) + form[300:600] + planting.report(5, 900)
    matches = index.query(new)
    assert {match.kind for match in matches} == {"passage"}
    assert "f000" in {match.b for match in matches}
    assert len(matches) <= 13
    assert [m for m in find_duplicates({**family, "new": new}) if "new" in (m.a, m.b)]


def test_offsets_of_a_report_are_those_of_its_document(tmp_path):
    (report,) = parse("\n\n关于2023年工作的总结\n" + REPORTS[0])
    index = DuplicateIndex.open(tmp_path)
    index.add({"old": REPORTS[0]})
    (match,) = index.query(report)
    assert match.a == report.report_id
    (passage,) = match.passages
    assert report.document.text[passage.start_a : passage.end_a] == REPORTS[0][passage.start_b : passage.end_b]


def test_what_two_threads_index_is_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"走访慰问困难职工{number + 1462}户，发放慰问金{number + 38}万元，救助困难职工{number + 274}人次。" * (number % 5) for number in range(11)]
    one = features(MinHasher(), texts)
    monkeypatch.setattr("unionnlp.duplicates.parts.MANY", 2)
    two = features(MinHasher(), texts)
    assert (one.signatures == two.signatures).all()
    assert (one.short == two.short).all()
    for name, runs in one.runs.items():
        assert sorted(zip(*(column.tolist() for column in runs), strict=True)) == sorted(zip(*(column.tolist() for column in two.runs[name]), strict=True))
        assert len(runs[0])
