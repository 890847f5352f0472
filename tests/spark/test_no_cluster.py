"""Clusters that cannot be had are told in one line, and soon."""

from __future__ import annotations

import builtins
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import standalone
from measuring import children

from unionnlp.cli.chinese import error_line
from unionnlp.errors import EngineError, MissingExtra
from unionnlp.scanning import spark_session
from unionnlp.scanning.local import scan
from unionnlp.scanning.workspace import COMPARING

TEXT = "某县总工会2023年工作总结\n走访慰问困难职工120户。"

without_pyspark = pytest.mark.skipif("PySpark" in standalone.missing(), reason=standalone.missing())


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "总结.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_an_engine_that_there_is_not(inbox: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'flink' is none of local, spark"):
        scan(inbox, tmp_path / "w", engine="flink")


def test_pyspark_is_an_extra(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, globals_: Mapping[str, Any] | None = None, locals_: Mapping[str, Any] | None = None, fromlist: Sequence[str] = (), level: int = 0) -> Any:
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, globals_, locals_, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"unionnlp\[spark\]"):
        scan(inbox, tmp_path / "w", engine="spark", master="spark://127.0.0.1:1")


@without_pyspark
def test_no_java(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("pyspark.SparkContext._gateway", None)  # as if no test had started Java
    with pytest.raises(EngineError, match="no Java on this machine") as caught:
        scan(inbox, tmp_path / "w", engine="spark", master="spark://127.0.0.1:1")
    assert caught.value.code == "engine_no_java"
    assert "apt-get install openjdk-17" in error_line(caught.value)


@without_pyspark
@pytest.mark.skipif(not shutil.which("java"), reason="Java is asked for before the master")
@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "spark://no.such.host.invalid:7077", "spark://127.0.0.1", "spark://a:b,c:70777777"])
def test_a_master_that_is_not_there(master: str, inbox: Path, tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(EngineError, match="no master answers") as caught:
        scan(inbox, tmp_path / "w", engine="spark", master=master)
    assert time.monotonic() - start < 30
    assert caught.value.code == "engine_no_master"
    assert error_line(caught.value).startswith(master)
    assert not (tmp_path / "w" / COMPARING).exists()


def test_a_master_that_does_not_speak(cluster: standalone.Standalone, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody listens at the port and says nothing."""
    monkeypatch.setattr(spark_session, "REGISTER_SECONDS", 5.0)
    with socket.create_server((standalone.HOST, 0)) as silent, pytest.raises(EngineError, match="no master took us in") as caught:
        scan(inbox, tmp_path / "w", engine="spark", master=f"spark://{standalone.HOST}:{silent.getsockname()[1]}")
    assert caught.value.code == "engine_no_master"


def test_a_master_that_the_defaults_name(cluster: standalone.Standalone, inbox: Path, tmp_path: Path) -> None:
    """In a process of its own, for Java reads them once."""
    (tmp_path / "spark-defaults.conf").write_text("spark.master spark://127.0.0.1:1\n", encoding="utf-8")
    command = [sys.executable, "-m", "unionnlp", "scan", str(inbox), "--workspace", str(tmp_path / "w"), "--engine", "spark"]
    done = subprocess.run(command, env={**os.environ, "SPARK_CONF_DIR": str(tmp_path)}, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "spark://127.0.0.1:1: no master answers" in done.stderr


BUSY = "import sys, time\nwhile time.process_time() < 0.5: pass\nprint(flush=True); sys.stdin.readline()"


@pytest.mark.parametrize("ended", [False, True])
def test_java_that_has_others_work_does_not_wait(ended: bool) -> None:
    """Archives of the environment are unpacked by gzip and tar, while Java does nothing."""
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(BUSY)}; read ended"
    with subprocess.Popen(["sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        if ended:
            process.stdin.write(b"\n")
            deadline = time.monotonic() + 60
            while list(children(process.pid)) and time.monotonic() < deadline:
                time.sleep(0.01)
        assert spark_session._cpu_seconds(process.pid) > 0.4  # the kernel counts in ticks
        process.stdin.close()


@without_pyspark
@pytest.mark.parametrize("master", ["yarn", "k8s://https://host:6443", ""])
def test_a_queue_may_take_its_time(master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "REGISTER_SECONDS", 0.0)
    assert spark_session._waited_for(master, lambda: time.sleep(1.5) or "taken in") == "taken in"
