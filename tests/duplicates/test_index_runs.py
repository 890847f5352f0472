"""Runs find what a dictionary finds, and merged runs are what one run of all would be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.duplicates.runs import KEY_BITS, Run, merge_runs, write_run
from unionnlp.duplicates.store import Part, PartWriter

NAMES = st.sampled_from(sorted(KEY_BITS))


def pairs_of(name):
    near = st.integers(0, 40)
    key = near | st.integers(0, (1 << KEY_BITS[name]) - 1) | near.map(lambda n: (1 << KEY_BITS[name]) - 1 - n)
    return st.lists(st.tuples(key, st.integers(0, 999)), max_size=120)


def written(folder, number, name, pairs):
    with PartWriter(folder, f"{number}.part", 1000) as writer:
        write_run(writer, name, *columns(pairs))
    return Run(Part(folder / f"{number}.part"), name)


def columns(pairs):
    return np.array([key for key, _ in pairs], dtype=np.uint64), np.array([value for _, value in pairs], dtype=np.uint32)


def everything(run):
    keys, values = run.slice(0, 1 << KEY_BITS[run.name])
    return list(zip(keys.tolist(), values.tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_look_up_finds_what_a_dictionary_finds(tmp_path_factory, data):
    name = data.draw(NAMES)
    pairs = data.draw(pairs_of(name))
    asked = data.draw(pairs_of(name)) + pairs
    run = written(tmp_path_factory.mktemp("run"), 1, name, pairs)
    keys, _ = columns(asked)
    numbers, values = run.look_up(keys, 1000)
    assert list(zip(numbers.tolist(), values.tolist(), strict=True)) == [
        (number, value) for number, (key, _) in enumerate(asked) for value in sorted({v for k, v in pairs if k == key})
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_merged_runs_are_one_run_of_all(tmp_path_factory, data):
    name = data.draw(NAMES)
    folder = tmp_path_factory.mktemp("runs")
    lists = data.draw(st.lists(pairs_of(name), min_size=1, max_size=4))
    runs = [written(folder, number, name, pairs) for number, pairs in enumerate(lists)]
    with PartWriter(folder, "all.part", 4000) as writer:
        merge_runs(writer, name, runs, [1000 * number for number in range(len(runs))])
    moved = {(key, value + 1000 * number) for number, pairs in enumerate(lists) for key, value in pairs}
    assert everything(Run(Part(folder / "all.part"), name)) == sorted(moved)


def test_merging_in_slices_gives_the_same(tmp_path, monkeypatch):
    rng = np.random.default_rng(3)
    pairs = [list(zip(rng.integers(0, 1 << 30, 500).tolist(), rng.integers(0, 999, 500).tolist(), strict=True)) for _ in range(3)]
    runs = [written(tmp_path, number, "grams", some) for number, some in enumerate(pairs)]
    monkeypatch.setattr("unionnlp.duplicates.runs._CHUNK", 64)
    with PartWriter(tmp_path, "all.part", 4000) as writer:
        merge_runs(writer, "grams", runs, [0, 1000, 2000])
    assert everything(Run(Part(tmp_path / "all.part"), "grams")) == sorted((k, v + 1000 * n) for n, some in enumerate(pairs) for k, v in some)


def test_of_a_key_that_many_have_some_from_all_over_are_given(tmp_path):
    run = written(tmp_path, 1, "figures", [(7, value) for value in range(1000)] + [(8, 3)])
    numbers, values = run.look_up(np.array([8, 7], dtype=np.uint64), 10)
    assert numbers.tolist() == [0] + [1] * 10
    assert values.tolist() == [3, *range(0, 1000, 100)]
