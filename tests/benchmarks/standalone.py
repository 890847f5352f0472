"""A standalone Spark cluster on loopback: a master and some workers of one core, as processes of this machine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from measuring import children

SECONDS = 180.0
"""For a process to say that it is ready, on a machine that has much else to do."""

HOST = "127.0.0.1"


def missing() -> str:
    """Why there can be no cluster here; empty when there can."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed: pip install 'unionnlp[spark]'"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "Java is not installed: apt-get install openjdk-17-jre-headless"
    return ""


class Standalone:
    """The cluster; workers may be killed and others started while it runs.

    Args:
        folder: for logs and what workers keep.
        environment: of the workers, beside that of this process.
    """

    def __init__(self, folder: Path, workers: int = 2, memory: str = "1g", **environment: str) -> None:
        self._folder = folder
        self._memory = memory
        self._environment = {"SPARK_LOCAL_IP": HOST, "PYSPARK_PYTHON": sys.executable, **environment}
        self._started = 0
        self._master: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.workers: list[subprocess.Popen[bytes]] = []
        self._first = workers

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._master, said = self._start("master", "deploy.master.Master", r"Starting Spark master at (\S+)", "--host", HOST, "--port", "0")
        self.url = said
        for _ in range(self._first):
            self.start_worker()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        while self.workers:
            self.kill_worker()
        if self._master:
            self._master.kill()
            self._master.wait()

    def start_worker(self) -> None:
        """One more worker, of one core."""
        place = self._folder / f"worker{self._started}"
        words = ("--host", HOST, "-c", "1", "-m", self._memory, "-d", str(place), self.url)
        process, _ = self._start(place.name, "deploy.worker.Worker", "(Successfully registered) with master", *words)
        self.workers.append(process)

    def kill_worker(self, which: int = 0) -> None:
        """kill -9 of a worker, the oldest if none is named, and of all that it started."""
        process = self.workers.pop(which)
        for pid in (process.pid, *children(process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def _start(self, name: str, what: str, ready: str, *words: str) -> tuple[subprocess.Popen[bytes], str]:
        import pyspark

        self._started += 1
        log = self._folder / f"{name}.log"
        command = [str(Path(pyspark.__file__).parent / "bin" / "spark-class"), f"org.apache.spark.{what}", *words, "--webui-port", "0"]
        with log.open("wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, env={**os.environ, **self._environment})
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and process.poll() is None:
            if found := re.search(ready, log.read_text(encoding="utf-8", errors="replace")):
                return process, found[1]
            time.sleep(0.1)
        process.kill()
        raise RuntimeError(f"{name} did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
