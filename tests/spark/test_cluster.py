"""A scan on a cluster: the same tables as on one machine, whatever happens to the workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bench_scan
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import standalone

from unionnlp.errors import EngineError
from unionnlp.scanning import spark, taking
from unionnlp.scanning.local import scan
from unionnlp.scanning.results import Scan
from unionnlp.scanning.spark_session import quiet
from unionnlp.scanning.workspace import COMPARING

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # PySpark leaves a socket to the collector when Java is ended

TEXTS = 36


def text(number: int) -> str:
    """A report; every fourth is the one before it, edited."""
    return bench_scan.planting.edited(text(number - 1), number, 0.02) if number % 4 == 3 else bench_scan.report(number)[:900]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files, JSON lines and Parquet, some of them broken."""
    folder = tmp_path_factory.mktemp("in") / "报送 [2024]"
    (folder / "县区").mkdir(parents=True)
    for number in range(TEXTS // 3):
        (folder / "县区" / f"{number}.txt").write_text(text(number), encoding="utf-8")
    rows = [{"id": f"r{number}", "text": text(number)} for number in range(TEXTS // 3, TEXTS)]
    half = len(rows) // 2
    lines = [json.dumps(row, ensure_ascii=False) for row in rows[:half]]
    (folder / "corpus.jsonl").write_text("\n".join([*lines, "{broken", lines[0]]) + "\n", encoding="utf-8")
    (folder / "数据集").mkdir()
    parquet.write_table(pa.Table.from_pylist([*rows[half:], {"id": None, "text": "无"}]), folder / "数据集" / "part-00000.parquet")
    (folder / "数据集" / "_SUCCESS").write_bytes(b"")
    (folder / "坏.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "空.docx").write_bytes(b"")
    (folder / "断链.txt").symlink_to("nowhere.txt")
    return folder


@pytest.fixture(scope="module")
def alone(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a scan on one machine."""
    workspace = tmp_path_factory.mktemp("alone") / "w"
    scan(inbox, workspace, workers=0)
    return workspace


def assert_equal(workspace: Path, other: Path) -> None:
    """The parts of a workspace are named by their content: the same parts are the same tables, row for row."""
    version, expected = (json.loads((folder / "version.json").read_bytes()) for folder in (workspace, other))
    assert version == expected
    assert {p.name for p in (workspace / "parts").rglob("*.parquet")} == {p.name for p in (other / "parts").rglob("*.parquet")}


def on_cluster(cluster: standalone.Standalone, source: Path, workspace: Path, **options: float) -> Scan:
    return scan(source, workspace, engine="spark", master=cluster.url, workers=0, **options)  # type: ignore[arg-type]


def test_both_engines_give_the_same_parts(cluster: standalone.Standalone, inbox: Path, alone: Path, tmp_path: Path) -> None:
    found = on_cluster(cluster, inbox, tmp_path / "工作区 {1}")
    assert len(found.reports) >= TEXTS
    assert len(found.matches) >= TEXTS // 4
    assert len(found.failures) >= 5
    assert_equal(tmp_path / "工作区 {1}", alone)
    assert not (tmp_path / "工作区 {1}" / COMPARING).exists()


def test_a_workspace_grows_on_either_engine(cluster: standalone.Standalone, tmp_path: Path) -> None:
    for engine in ("alone", "both"):
        folder = tmp_path / engine / "in"
        folder.mkdir(parents=True)
        for number in range(8):
            (folder / f"{number}.txt").write_text(text(number), encoding="utf-8")
        scan(folder, tmp_path / engine / "w", workers=0)
        (folder / "0.txt").write_text(text(20), encoding="utf-8")
        for number in range(8, 12):
            (folder / f"{number}.txt").write_text(text(number), encoding="utf-8")
        for number in range(4, 7):  # copies of what an earlier scan read
            (folder / f"{number}的抄本.txt").write_text(bench_scan.planting.edited(text(number), number, 0.03), encoding="utf-8")
    expected = scan(tmp_path / "alone" / "in", tmp_path / "alone" / "w", workers=0)
    assert len(expected.sql("select * from matches where scan = 2 and earlier <> ''")) >= 3
    on_cluster(cluster, tmp_path / "both" / "in", tmp_path / "both" / "w")
    assert_equal(tmp_path / "both" / "w", tmp_path / "alone" / "w")


@contextmanager
def a_worker_killed(cluster: standalone.Standalone) -> Iterator[list[int]]:
    """While the block runs, a worker is killed as soon as its tasks read documents, and another one started."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            for which, worker in enumerate(cluster.workers):
                # A process of a pool below it is reading.
                if any(b"unionnlp.scanning.worker" in _command(pid) for pid in standalone.children(worker.pid)):
                    cluster.kill_worker(which)
                    killed.append(worker.pid)
                    cluster.start_worker()
                    return

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_worker_that_is_killed_costs_nothing_but_time(
    cluster: standalone.Standalone, inbox: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "TOGETHER", 8)  # several tasks
    with a_worker_killed(cluster) as killed:
        on_cluster(cluster, inbox, tmp_path / "w")
    assert killed
    assert_equal(tmp_path / "w", alone)


@pytest.fixture
def poisonous(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents that kill, hang and eat memory, among good ones."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    import poisonous

    monkeypatch.setattr("unionnlp.scanning.local.take_in", poisonous.take_in)
    folder = tmp_path / "in"
    folder.mkdir()
    for number, name in enumerate(("甲", "杀", "乙", "停", "丙", "吃", "丁")):
        (folder / f"{name}.txt").write_text(text(number * 4), encoding="utf-8")
    return folder


def test_a_poisonous_document_is_a_row(cluster: standalone.Standalone, poisonous: Path, tmp_path: Path) -> None:
    found = on_cluster(cluster, poisonous, tmp_path / "w", timeout=8.0, limit_mb=900.0)
    assert found.files["file"].tolist() == ["丁.txt", "丙.txt", "乙.txt", "甲.txt"]
    failed = dict(zip(found.failures["file"], found.failures["code"], strict=True))
    assert failed == {"杀.txt": "worker_died", "停.txt": "timed_out", "吃.txt": "out_of_memory"}


def test_a_cluster_that_loses_all_workers_is_given_up(cluster: standalone.Standalone, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "NO_WORKERS_SECONDS", 5.0)
    while cluster.workers:
        cluster.kill_worker()
    try:
        with pytest.raises(EngineError, match="no worker for") as caught:
            on_cluster(cluster, inbox, tmp_path / "w")
    finally:
        cluster.start_worker()
        cluster.start_worker()
    assert caught.value.code == "engine_no_workers"


def test_workers_without_the_package_are_told(cluster: standalone.Standalone, inbox: Path, tmp_path: Path) -> None:
    bare = getattr(sys, "_base_executable", sys.executable)
    if bare == sys.executable:
        pytest.skip("the tests do not run in a virtual environment")
    done = subprocess.run(
        [sys.executable, "-m", "unionnlp", "scan", inbox, "-w", tmp_path / "w", "--engine", "spark", "--master", cluster.url],
        env={**os.environ, "PYSPARK_PYTHON": bare, "SPARK_LOCAL_IP": standalone.HOST},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "工作节点上没有装好本程序" in done.stderr
    assert "No module named" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_session_of_a_program_is_used_and_left(cluster: standalone.Standalone, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "甲.txt").write_text(text(0), encoding="utf-8")
    with quiet():
        session = SparkSession.builder.master(cluster.url).config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        session.conf.set("spark.sql.shuffle.partitions", 7)
        session.range(3).createOrReplaceTempView("texts")
        found = scan(folder, tmp_path / "w", engine="spark")
        assert found.files["file"].tolist() == ["甲.txt"]
        assert session.conf.get("spark.sql.shuffle.partitions") == "7"
        assert session.sql("select count(*) from texts").collect()[0][0] == 3
    finally:
        session.stop()
