"""The kernel that reads, and how tables travel to the workers: all without a cluster."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.errors import EngineError
from unionnlp.scanning import taking
from unionnlp.scanning.intake import Source, take_in
from unionnlp.scanning.lines import Line
from unionnlp.scanning.spark import FILE_BYTES, _Chain, _file, _in_files, _Load, _reading, _Store
from unionnlp.scanning.taking import TakeIn, deal, sources_schema

pytest.importorskip("pyspark")

KERNEL = TakeIn(take_in, 60, 1500)
TEXT = "某县总工会2023年工作总结\n走访慰问困难职工120户。"


@pytest.fixture(autouse=True)
def crews_end() -> object:
    yield
    if taking._crew.cache_info().currsize:
        taking._crew(KERNEL).dismiss()
    taking._crew.cache_clear()


def test_a_kernel_gives_what_the_reader_gives(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "空.txt").write_bytes(b"")
    sources = [
        Source("甲.txt", str(tmp_path / "甲.txt"), 0),
        Source("c.jsonl/7", str(tmp_path / "c.jsonl"), 1, Line(3, b'{"id": 7, "text": "\xe6\x9f\x90\xe5\x8e\xbf"}')),
        Source("空.txt", str(tmp_path / "空.txt"), 2),
        Source("无.txt", str(tmp_path / "无.txt"), 3),
    ]
    kernel = pickle.loads(pickle.dumps(KERNEL))
    found = [row for batch in kernel(deal(sources)) for row in batch.to_pylist()]
    assert {row["name"]: pickle.loads(row["intake"]) for row in found} == {source.name: take_in(source) for source in sources}
    again = [row for batch in kernel(deal(sources[:1])) for row in batch.to_pylist()]  # by the same worker process
    assert again == [row for row in found if row["name"] == "甲.txt"]


@given(st.lists(st.integers(0, 5_000_000), max_size=200))
def test_sources_are_dealt_in_order_and_in_small_batches(sizes: list[int]) -> None:
    sources = [Source(f"c.jsonl/{n}", "/c.jsonl", n, Line(n + 1, bytes(size)) if n % 3 else None) for n, size in enumerate(sizes)]
    batches = list(deal(sources))
    assert [source for batch in batches for source in taking._sources(batch)] == sources
    for batch in batches:
        assert 0 < len(batch) <= taking.TOGETHER
        assert batch.schema == sources_schema()
        assert batch.nbytes < taking.BYTES_TOGETHER + 6_000_000


def test_a_path_travels_whatever_its_bytes() -> None:
    odd = os.fsdecode(b"/in/\xb9\xa4\xbb\xe1.txt")
    (batch,) = deal([Source("工会.txt", odd)])
    assert taking._sources(batch) == [Source("工会.txt", odd)]


def test_a_relative_path_means_the_same_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (batch,) = deal([Source("甲.txt", "甲.txt")])
    assert taking._sources(batch)[0].path == str(tmp_path / "甲.txt")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 400_000)), max_size=30))
def test_a_table_lies_in_files_of_bounded_size(sizes: list[tuple[int, int]]) -> None:
    schema = pa.schema({"text": pa.int64(), "content": pa.binary()})
    number = iter(range(10_000))
    given_ = [pa.record_batch([pa.array([next(number) for _ in range(rows)], pa.int64()), pa.array([bytes(size)] * rows, pa.binary())], schema=schema) for rows, size in sizes]
    files = list(_in_files(given_))
    assert [text for batches in files for batch in batches for text in batch["text"].to_pylist()] == [t for batch in given_ for t in batch["text"].to_pylist()]
    for batches in files:
        assert sum(batch.nbytes for batch in batches) <= 2 * FILE_BYTES + 400_000


def test_a_worker_loads_the_files_that_it_is_told(tmp_path: Path) -> None:
    schema = pa.schema({"text": pa.int64()})
    for number in range(3):
        with pa.OSFile(str(tmp_path / _file(number)), "wb") as sink, pa.ipc.new_stream(sink, schema) as stream:
            stream.write_batch(pa.record_batch([pa.array([number, number + 10])], schema=schema))
    asked = [pa.record_batch([pa.array([2, 0])], names=["id"]), pa.record_batch([pa.array([], pa.int64())], names=["id"])]
    assert [value for batch in _Load(str(tmp_path))(iter(asked)) for value in batch["text"].to_pylist()] == [2, 12, 0, 10]


def test_what_workers_write_is_what_is_loaded(tmp_path: Path) -> None:
    schema = pa.schema({"text": pa.int64()})
    given_ = [pa.record_batch([pa.array([n, n + 1])], schema=schema) for n in range(0, 10, 2)]
    names = [name for batch in _Chain((_Store(str(tmp_path)),))(iter(given_)) for name in batch["file"].to_pylist()]
    assert [value for name in names for batch in _reading(tmp_path / name) for value in batch["text"].to_pylist()] == list(range(10))
    assert not list(_Store(str(tmp_path))(iter([])))


SAID = {
    "An exception was thrown from the Python worker:\n  File …\nModuleNotFoundError: No module named 'unionnlp'\n": ("ModuleNotFoundError: No module named 'unionnlp'", "engine_worker"),
    'java.io.IOException: Cannot run program "/no/python": error=2, No such file': ('Cannot run program "/no/python": error=2, No such file', "engine_worker"),
    "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.9 than that in driver: 3.11": (
        "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.9 than that in driver: 3.11",
        "engine_worker",
    ),
    "Job aborted\nTraceback (most recent call last):\n  File …\nValueError: cannot be\n\n\tat org.apache.spark…": ("ValueError: cannot be", "engine_failed"),
    "Job 3 cancelled because SparkContext was shut down": ("Job 3 cancelled because SparkContext was shut down", "engine_failed"),
    "An error occurred while calling o9.getResult.\n: org.apache.spark.SparkException: Exception thrown in awaitResult: \n\tat org.apache.spark…\n"
    "Caused by: org.apache.spark.SparkException: Not enough memory\n\tat org.apache.spark…\n": ("SparkException: Not enough memory", "engine_failed"),
    "": ("PySparkException", "engine_failed"),
}


@pytest.mark.parametrize(("said", "expected"), SAID.items(), ids=[code for _, code in SAID.values()])
def test_what_spark_says_becomes_one_line(said: str, expected: tuple[str, str]) -> None:
    from pyspark.errors import PySparkException

    from unionnlp.scanning.spark_session import in_our_words

    with pytest.raises(EngineError) as caught, in_our_words("spark://a:1"):
        raise PySparkException(said)
    assert (caught.value.reason, caught.value.code) == expected
    assert caught.value.engine == "spark://a:1"
    assert isinstance(caught.value.__cause__, PySparkException)
