"""The index on disk: it answers like a comparison, grows and merges."""

import json
import sys
from pathlib import Path

import pytest

from unionnlp.duplicates.find import compare
from unionnlp.duplicates.index import DuplicateIndex
from unionnlp.errors import WorkspaceError

sys.path.insert(0, str(Path(__file__).parent))
import planting

YEARS = {f"y{seed}": planting.report(3000 + seed) for seed in range(30)}
COPY = planting.edited(YEARS["y3"], 1, 0.02)
PASSAGE = planting.report(1, 600) + YEARS["y7"][200:400] + planting.report(2, 600)


def answers(index):
    return [[(m.b, m.kind) for m in index.query(text)] for text in (COPY, PASSAGE, planting.report(99), "", "工会")]


EXPECTED = [[("y3", "light_edit")], [("y7", "passage")], [], [], []]


def test_add_query_add_more_merge(tmp_path):
    index = DuplicateIndex.open(tmp_path / "index")
    assert index.query(COPY) == ()
    ids = list(YEARS)
    assert index.add({i: YEARS[i] for i in ids[:10]}) == 10
    assert index.add({i: YEARS[i] for i in ids[5:]}) == 20
    assert index.add({}) == 0
    assert (len(index), "y29" in index, "y30" in index) == (30, True, False)
    assert answers(index) == EXPECTED
    assert answers(DuplicateIndex.open(tmp_path / "index")) == EXPECTED
    index.merge()
    assert len(list((tmp_path / "index").glob("*.part"))) == 1
    assert answers(index) == answers(DuplicateIndex.open(tmp_path / "index")) == EXPECTED
    assert index.add({"new": COPY}) == 1
    assert {m.b for m in index.query(COPY)} == {"y3", "new"}


def test_answers_are_exact(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add(YEARS)
    (match,) = index.query(COPY, name="q")
    exact = compare(COPY, YEARS["y3"]).match
    assert (match.a, match.jaccard, match.containment_a, match.passages) == ("q", exact.jaccard, exact.containment_a, exact.passages)


def test_a_large_family_is_a_star(tmp_path):
    """Of 201 texts of one form the first is given, and the twelve most like the text; the others do not swamp the query."""
    index = DuplicateIndex.open(tmp_path)
    index.add({f"f{k}": planting.edited(YEARS["y0"], k, 0.01) for k in range(200)} | YEARS)
    found = [m.b for m in index.query(YEARS["y0"] + YEARS["y3"])]
    assert {"f0", "y0", "y3"} <= set(found)
    assert len(found) in (13, 14)
    assert [m.b for m in index.query(COPY)] == ["y3"]


def test_another_reader_sees_what_was_added(tmp_path):
    reader = DuplicateIndex.open(tmp_path)
    DuplicateIndex.open(tmp_path).add(YEARS)
    assert [m.b for m in reader.query(COPY)] == ["y3"]


def test_the_same_id_again(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add(YEARS)
    assert index.add({"y1": YEARS["y1"]}) == 0
    with pytest.raises(WorkspaceError, match="another text"):
        index.add({"y1": "别的", "fresh": "新的"})
    assert "fresh" not in index


def test_empty_and_short_texts_can_be_added(tmp_path):
    """One shared gram makes a short text a candidate; whether it is a match is decided as for a batch."""
    index = DuplicateIndex.open(tmp_path)
    index.add({"empty": "", "short": "工会", "汉字": "九月在河边种了三十八棵柳树"})
    assert [m.b for m in index.query("工会")] == ["short"]
    assert [m.b for m in index.query("九月在河边种了三十八棵柳树。")] == ["汉字"]
    assert index.query("") == ()


@pytest.mark.parametrize("name", ["bins", "hash_version", "folding", "format"])
def test_other_parameters_are_refused(tmp_path, name):
    DuplicateIndex.open(tmp_path).add(YEARS)
    parameters = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    (tmp_path / "index.json").write_text(json.dumps({**parameters, name: 12345}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match=f"made with {name} = 12345") as caught:
        DuplicateIndex.open(tmp_path).query(COPY)
    assert caught.value.code == "workspace_format"
    with pytest.raises(WorkspaceError, match=name):
        DuplicateIndex.open(tmp_path).add({"new": "新的"})
