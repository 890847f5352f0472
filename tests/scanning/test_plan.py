"""The plan on an engine finds what is found with everything in memory, however rows are dealt out."""

from __future__ import annotations

import pickle
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "duplicates"))
import planting

from unionnlp.duplicates import batch_kernels
from unionnlp.duplicates.batch_kernels import text_schema
from unionnlp.duplicates.candidates import candidates
from unionnlp.duplicates.find import find_pairs
from unionnlp.duplicates.links import SMALL, STOCK_CLUSTERS
from unionnlp.scanning import local_engine, queries
from unionnlp.scanning.engines import Batches
from unionnlp.scanning.frames import match_rows
from unionnlp.scanning.local_engine import LocalEngine, Table
from unionnlp.scanning.plan import Verify, compare_all, find_candidates

STOCK_PARAGRAPH = planting.report(9000, 240)


def planted() -> dict[str, str]:
    """Texts with every kind of copy, families larger than a bucket that is linked pair by pair, and stock in more clusters than make it so."""
    rng = random.Random(11)
    reports = [planting.report(seed, 700, figures=0.25) for seed in range(STOCK_CLUSTERS + 24)]
    texts = {f"r{number:03}": report[:300] + STOCK_PARAGRAPH + report[300:] for number, report in enumerate(reports)}
    form = planting.report(500, 1200)
    texts |= {f"form{number:02}": planting.edited(form, number, 0.02) for number in range(SMALL + 8)}
    far = planting.edited(form, 77, 0.12)
    texts |= {f"far{number:02}": planting.edited(far, number, 0.02) for number in range(SMALL + 2)}
    texts |= {f"same{number:02}": reports[3] for number in range(SMALL + 3)}
    texts |= {"cut": reports[4][:350], "patch": "".join(reports[number][100:500] for number in (5, 6, 7)), "passage": planting.report(700, 600) + reports[8][200:420]}
    texts["figures"] = "".join(character if character.isdigit() else rng.choice("甲乙丙丁戊己庚辛壬癸子丑寅卯") for character in reports[9])
    texts |= {"short": "走访慰问困难职工九十七户，送去米面油。", "shorter": "走访慰问困难职工九十七户，送去棉衣。", "tiny": "无", "tiny again": "无", "empty": "", "blank": " \n"}
    return texts


TEXTS = planted()


@pytest.fixture(scope="module")
def expected() -> set[tuple[object, ...]]:
    return set(match_rows(find_pairs({name: (text, 7) for name, text in TEXTS.items()})))


def batches(texts: Sequence[str], at_once: int, start: int = 7) -> Iterator[pa.RecordBatch]:
    """Texts in batches, in an order of their own."""
    numbers = list(range(len(texts)))
    random.Random(at_once).shuffle(numbers)
    for first in range(0, len(numbers), at_once):
        chosen = numbers[first : first + at_once]
        yield pa.record_batch([chosen, [texts[number] for number in chosen], [start] * len(chosen)], schema=text_schema())


def rows_of(matches: pa.Table, ids: Sequence[str]) -> set[tuple[object, ...]]:
    return {(ids[a], ids[b], *cells) for a, b, *cells in zip(*(matches[name].to_pylist() for name in matches.column_names), strict=True)}


def planned(folder: Path, texts: dict[str, str], workers: int = 0, at_once: int = 64) -> set[tuple[object, ...]]:
    ids = sorted(texts)
    with LocalEngine(folder / "tables", workers) as engine:
        rows = engine.rows(batches([texts[name] for name in ids], at_once), text_schema())
        return rows_of(compare_all(engine, rows, len(ids)), ids)


def test_the_corpus_has_every_kind(expected: set[tuple[object, ...]]) -> None:
    """Otherwise equality says little."""
    assert {row[7] for row in expected} >= {"identical", "light_edit", "cut_short", "passage", "patchwork", "figures_copied"}


def test_its_pairs_are_those_found_in_memory(tmp_path: Path) -> None:
    texts = [TEXTS[name] for name in sorted(TEXTS)]
    known = candidates(texts)
    with LocalEngine(tmp_path / "tables", 0) as engine:
        found = find_candidates(engine, engine.rows(batches(texts, 50), text_schema()), len(texts))
        pairs = engine.collect(found.pairs)
    assert sorted(zip(pairs["a"].to_pylist(), pairs["b"].to_pylist(), strict=True)) == list(known.pairs)
    assert len(found.stock_grams)


@pytest.mark.parametrize(("workers", "at_once", "together"), [(0, 1000, 512), (0, 7, 5), (2, 64, 40)])
def test_its_matches_are_those_found_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: set[tuple[object, ...]], workers: int, at_once: int, together: int
) -> None:
    """Cell for cell, whatever the workers and the batches."""
    monkeypatch.setattr(local_engine, "rows_at_once", lambda source, most=0: together)
    monkeypatch.setattr(local_engine, "VALUES_TOGETHER", together // 8 + 1)
    assert planned(tmp_path, TEXTS, workers, at_once) == expected


pieces = st.sampled_from([planting.report(seed, 260, figures=0.3) for seed in range(6)] + ["走访慰问困难职工１４６２户。", "工", "", "\n"])


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(pieces, max_size=3).map("".join), max_size=18))
def test_any_small_batch_fares_alike(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    named = {f"{number:02}": text for number, text in enumerate(texts)}
    assert planned(tmp_path_factory.mktemp("plan"), named, at_once=5) == set(match_rows(find_pairs({name: (text, 7) for name, text in named.items()})))


def test_the_limits_are_those_of_the_search_in_memory(tmp_path: Path) -> None:
    texts = {name: TEXTS[name] for name in ("r008", "passage", "cut", "r004", "form00", "form01")}
    ids = sorted(texts)
    with LocalEngine(tmp_path / "tables", 0) as engine:
        found = compare_all(engine, engine.rows(batches([texts[name] for name in ids], 2), text_schema()), len(ids), 0.99, 300)
    assert rows_of(found, ids) == set(match_rows(find_pairs({name: (text, 7) for name, text in texts.items()}, 0.99, 300)))


def test_blocks_may_lie_across_batches() -> None:
    rows = [(1, 0, None, 5, "甲"), (1, 1, None, 6, "乙"), (1, 0, 1, None, None), (9, 0, None, 5, "甲"), (9, 2, None, 0, "丙"), (9, 0, 2, None, None)]
    schema = pa.schema([("block", pa.int64()), ("text", pa.int64()), ("other", pa.int64()), ("start", pa.int64()), ("content", pa.string())])
    for at_once in (1, 2, 6):
        dealt = (pa.record_batch(list(zip(*rows[first : first + at_once], strict=True)), schema=schema) for first in range(0, len(rows), at_once))
        first, second = batch_kernels.blocks(dealt)
        assert (first.texts, first.pairs) == ({0: ("甲", 5), 1: ("乙", 6)}, [(0, 1)])
        assert (second.texts, second.pairs) == ({0: ("甲", 5), 2: ("丙", 0)}, [(0, 2)])


def test_a_gram_beyond_the_places_that_are_kept_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """No place may run into the number of the text."""
    text = planting.report(1, 900)
    monkeypatch.setattr(batch_kernels, "PLACES", 256)
    owners = [
        row["owner"] - (3 << batch_kernels.PLACE_BITS)
        for batch in batch_kernels.features(iter([pa.record_batch([[3], [text], [0]], schema=text_schema())]))
        for row in batch.to_pylist()
        if row["kind"] == batch_kernels.GRAM
    ]
    assert owners
    assert 0 <= min(owners) <= max(owners) < 256


def test_kernels_of_the_plan_can_be_sent() -> None:
    kernel = Verify(np.array([1], dtype="u8"), np.array([], dtype="u8"), 0.5, 80)
    assert pickle.loads(pickle.dumps(kernel)).stock_grams.tolist() == [1]


@pytest.mark.parametrize("query", [getattr(queries, name) for name in queries.__all__])
def test_queries_say_nothing_that_one_engine_alone_reads(query: str) -> None:
    words = query.lower().split()
    assert not {"qualify", "unnest", "explode", "//", "div", "hugeint", "list_value"} & set(words)


# ---------------------------------------------------------------------------------------------------------- the local engine

NUMBERS = pa.schema([("key", pa.int64()), ("value", pa.int64())])


def sums(batches: Batches) -> Batches:
    """One row a call: how many keys came."""
    seen = [row["key"] for batch in batches for row in batch.to_pylist()]
    yield pa.record_batch([[seen[0] if seen else -1], [len(set(seen))]], schema=NUMBERS)


def changes(batches: Batches) -> Batches:
    """Each stretch of rows with the same key, and how long it is."""
    seen = [row["key"] for batch in batches for row in batch.to_pylist()]
    stretches = [(key, len(list(rows))) for key, rows in groupby(seen)]
    yield pa.record_batch([list(column) for column in zip(*stretches, strict=True)], schema=NUMBERS)


def failing(batches: Batches) -> Batches:
    for batch in batches:
        raise MemoryError("no room for a row")
        yield batch


def numbers(count: int) -> list[pa.RecordBatch]:
    return [pa.record_batch([[number % 7 for number in range(count)], list(range(count))], schema=NUMBERS)]


@pytest.mark.parametrize("together", [1, 3, 64])
def test_rows_of_one_key_come_in_one_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(local_engine, "VALUES_TOGETHER", together)
    with LocalEngine(tmp_path / "tables", 0) as engine:
        found = engine.collect(engine.map(sums, engine.rows(numbers(70), NUMBERS), NUMBERS, by="key"))
    assert sum(found["value"].to_pylist()) == 7
    assert (len(found) > 1) == (together < 7)


def test_rows_of_one_key_stand_side_by_side(tmp_path: Path) -> None:
    with LocalEngine(tmp_path / "tables", 0) as engine:
        found = engine.collect(engine.map(changes, engine.rows(numbers(70), NUMBERS), NUMBERS, by="key"))
    assert found.to_pydict() == {"key": list(range(7)), "value": [10] * 7}


def test_a_query_may_need_one_that_has_its_own_tables_of_the_same_names(tmp_path: Path) -> None:
    with LocalEngine(tmp_path / "tables", 0) as engine:
        rows = engine.rows(numbers(10), NUMBERS)
        small = engine.sql("select key, value from given where value < 2", given=rows)
        both = engine.sql("select max(g.value) as most, count(distinct s.value) as few from given g, small s", given=rows, small=small)
        assert engine.collect(both).to_pylist() == [{"most": 9, "few": 2}]


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    with LocalEngine(tmp_path / "tables", 2) as engine:
        empty = engine.rows((), NUMBERS)
        assert engine.collect(engine.map(sums, empty, NUMBERS, by="key")).schema.names == ["key", "value"]
        assert engine.collect(engine.sql("select key from given where value > 3", given=empty)).to_pydict() == {"key": []}


def test_a_query_finds_its_tables_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "年=2024 [甲]'s ?*" / "tables"
    with LocalEngine(folder, 0) as engine:
        rows = engine.rows(numbers(10), NUMBERS)
        more: Table = engine.sql("select x.key from here x join there y on x.value = y.value where x.value < 3", here=rows, there=engine.kept(rows))
        assert sorted(engine.collect(more)["key"].to_pylist()) == [0, 1, 2]


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "000001.parquet").write_bytes(b"of a scan that was killed")
    with pytest.raises(MemoryError, match="no room"):
        _use_and_fail(folder)
    assert not folder.exists()


def _use_and_fail(folder: Path) -> None:
    with LocalEngine(folder, 0) as engine:
        assert len(engine.collect(engine.rows(numbers(3), NUMBERS))) == 3
        engine.map(failing, engine.rows(numbers(3), NUMBERS), NUMBERS)
