"""The index on disk: it answers like a comparison, grows, merges, survives its writers and refuses what it cannot read."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from unionnlp.duplicates import store
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
    assert len(list((tmp_path / "index").glob("part-*"))) == 1
    assert answers(index) == answers(DuplicateIndex.open(tmp_path / "index")) == EXPECTED
    assert index.add({"new": COPY}) == 1
    assert {m.b for m in index.query(COPY)} == {"y3", "new"}


def test_answers_are_exact(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add(YEARS)
    (match,) = index.query(COPY, name="q")
    exact = compare(COPY, YEARS["y3"]).match
    assert (match.a, match.jaccard, match.containment_a, match.passages) == ("q", exact.jaccard, exact.containment_a, exact.passages)


def test_a_large_family_does_not_swamp_a_query(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add({f"f{k}": planting.edited(YEARS["y0"], k, 0.01) for k in range(200)} | YEARS)
    assert len(index.query(YEARS["y0"])) == 64
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
    index = DuplicateIndex.open(tmp_path)
    index.add({"empty": "", "short": "工会", "汉字": "走访慰问困难职工三十八户"})
    assert [m.b for m in index.query("工会")] == ["short"]
    assert [m.b for m in index.query("走访慰问困难职工三十八户。")] == ["汉字"]
    assert index.query("") == ()


@pytest.mark.parametrize("name", ["bins", "hash_version", "folding", "format"])
def test_other_parameters_are_refused(tmp_path, name):
    DuplicateIndex.open(tmp_path).add(YEARS)
    parameters = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    (tmp_path / "index.json").write_text(json.dumps({**parameters, name: 12345}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match=name):
        DuplicateIndex.open(tmp_path)


def test_broken_and_foreign_folders_are_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="other files"):
        DuplicateIndex.open(tmp_path)
    (tmp_path / "index.json").write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        DuplicateIndex.open(tmp_path)
    with pytest.raises(WorkspaceError):
        DuplicateIndex.open(tmp_path / "notes.txt")


def test_no_pickle_is_read(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add(YEARS)
    (part,) = tmp_path.glob("part-*")
    np.save(part / "gram_keys.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(WorkspaceError):
        DuplicateIndex.open(tmp_path).query(COPY)


@pytest.mark.parametrize("step", range(12))
def test_a_writer_that_stops_at_any_file_leaves_the_index_whole(tmp_path, monkeypatch, step):
    index = DuplicateIndex.open(tmp_path)
    index.add(YEARS)
    calls = iter(range(100))

    def dying(handle, real=os.fsync):
        if next(calls) == step:
            raise KeyboardInterrupt
        real(handle)

    monkeypatch.setattr(store.os, "fsync", dying)
    with contextlib.suppress(KeyboardInterrupt):
        index.add({"new": planting.report(1)})
    monkeypatch.undo()
    again = DuplicateIndex.open(tmp_path)
    assert len(again) in (30, 31)
    assert answers(again) == EXPECTED
    again.merge()
    assert not list(tmp_path.glob("unfinished-*"))
    assert answers(again) == EXPECTED


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
import planting
from unionnlp.duplicates.index import DuplicateIndex
index = DuplicateIndex.open(sys.argv[1])
print("ready", flush=True)
for number in range(10_000):
    index.add({f"n{number}": planting.report(number, 300)})
    print(number, flush=True)
"""


def test_kill_nine_loses_nothing_acknowledged(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path / "index"), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(1)
        writer.send_signal(signal.SIGKILL)
        said = [line for line in writer.stdout.read().split("\n") if line]
    index = DuplicateIndex.open(tmp_path / "index")
    assert said
    assert all(f"n{number}" in index for number in said)
    assert len(index) in (len(said), len(said) + 1)
