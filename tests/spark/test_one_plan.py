"""The engines have no plan of their own: the same kernels run on both, and the same SQL, to the letter."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bench_scan
import pyarrow as pa
import pytest
import standalone

from unionnlp.duplicates.batch_kernels import text_schema
from unionnlp.duplicates.find import find_pairs
from unionnlp.scanning.engines import Engine, Kernel
from unionnlp.scanning.frames import match_rows
from unionnlp.scanning.local_engine import LocalEngine
from unionnlp.scanning.plan import compare_all
from unionnlp.scanning.spark import SparkEngine


class Recorder:
    """Passes on what an engine is asked, and notes it."""

    def __init__(self, engine: Engine[Any]) -> None:
        self.engine = engine
        self.asked: list[tuple[object, ...]] = []

    def rows(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Any:
        self.asked.append(("rows", schema))
        return self.engine.rows(batches, schema)

    def map(self, kernel: Kernel, rows: Any, schema: pa.Schema, by: str = "") -> Any:
        self.asked.append(("map", getattr(kernel, "__qualname__", type(kernel).__qualname__), schema, by))
        return self.engine.map(kernel, rows, schema, by)

    def sql(self, query: str, **tables: Any) -> Any:
        self.asked.append(("sql", query, *tables))
        return self.engine.sql(query, **tables)

    def kept(self, rows: Any) -> Any:
        return self.engine.kept(rows)

    def collect(self, rows: Any) -> pa.Table:
        return self.engine.collect(rows)


def texts() -> dict[str, str]:
    """Reports, some of them copies, one a patchwork, one short and one empty."""
    found = {f"{number:02}": bench_scan.report(number)[:1500] for number in range(16)}
    found |= {f"x{number}": bench_scan.planting.edited(found[f"{number:02}"], number, 0.03) for number in range(3)}
    return found | {"y": found["05"][100:700] + found["06"][100:700] + found["07"][100:700], "z": "", "zz": "走访慰问困难职工120户。"}


def compared(engine: Recorder) -> list[dict[str, object]]:
    """What the plan makes of them."""
    contents = [text for _, text in sorted(texts().items())]
    batch = pa.record_batch([pa.array(range(len(contents))), pa.array(contents), pa.array([0] * len(contents))], schema=text_schema())
    rows: list[dict[str, object]] = compare_all(engine, engine.rows([batch], text_schema()), len(contents)).to_pylist()  # type: ignore[arg-type]
    return sorted(rows, key=lambda row: (row["a"], row["b"]))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[object, ...]], list[dict[str, object]]]:
    """What the local engine was asked, and what came of it."""
    with LocalEngine(tmp_path_factory.mktemp("alone") / "t", 0) as engine:
        recorder = Recorder(engine)
        return recorder.asked, compared(recorder)


def test_the_plan_finds_what_is_found_in_memory(alone: tuple[list[tuple[object, ...]], list[dict[str, object]]]) -> None:
    ids = sorted(texts())
    expected = sorted(match_rows(find_pairs({id_: (text, 0) for id_, text in texts().items()})))
    assert [(ids[row["a"]], ids[row["b"]], *list(row.values())[2:]) for row in alone[1]] == expected  # type: ignore[call-overload]
    assert {row["kind"] for row in alone[1]} >= {"light_edit", "patchwork"}


def test_both_engines_are_asked_the_same(cluster: standalone.Standalone, alone: tuple[list[tuple[object, ...]], list[dict[str, object]]], tmp_path: Path) -> None:
    with SparkEngine(tmp_path, cluster.url) as engine:
        recorder = Recorder(engine)
        found = compared(recorder)
    assert recorder.asked == alone[0]
    assert found == alone[1]


def test_no_table_goes_through_the_driver_to_every_worker(cluster: standalone.Standalone, tmp_path: Path) -> None:
    """Of what a kernel gives Spark knows no size, and a small table of a test does not tell: what matters is how it joins."""
    table = pa.table({"key": [1, 2, 3]})
    with SparkEngine(tmp_path, cluster.url) as engine:
        joined = engine.sql("select l.key from l join r on l.key = r.key", l=engine.rows(table.to_batches(), table.schema), r=engine.rows(table.to_batches(), table.schema))
        assert sorted(engine.collect(joined)["key"].to_pylist()) == [1, 2, 3]
        plan = joined._jdf.queryExecution().toString()
    assert "SortMergeJoin" in plan
    assert "Broadcast" not in plan
