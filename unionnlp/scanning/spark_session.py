"""Reaching a Spark cluster, and saying in one line why it cannot be reached."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import EngineError, MissingExtra

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["SPARK", "in_our_words", "opened_session", "quiet"]

SPARK = "Spark"
"""What the engine is called where no master was named."""

LOG = "spark.log"
"""In the workspace: what Java has to say. A terminal is no place for it."""

ANSWER_SECONDS = 10.0
"""For a connection to the port of a master."""

REGISTER_SECONDS = 25.0
"""In which Java does nothing but wait to be taken in by a master; Spark itself tries for a minute."""

IDLE = 0.05
"""Share of a core below which Java waits, with what it started. To start takes three seconds on an idle machine, and minutes on one that has too much to do."""

_STANDALONE = re.compile(r"spark://(.+)")

SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1024",  # 10,000 reports in a batch would be 90 MB, and as much again for each thing made of them
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
    # Of what a kernel gives Spark knows no size, takes it for a few bytes, and would send it whole through the Java of the driver to every worker.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": "-1",
}
"""Of our own session: those of the program that lent us its cluster stay as they are."""


@contextmanager
def opened_session(master: str, folder: Path) -> Iterator[SparkSession]:
    """A session on the cluster; the one that the program has already, where it has one.

    Args:
        master: its address as Spark writes it: spark://host:7077, local[2], yarn; empty for what ``spark.master`` says.
        folder: where the log of Java is to lie.

    Raises:
        MissingExtra: PySpark is not installed.
        EngineError: no Java, or no master that answers, said within some 30 seconds.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("spark", "an engine on a cluster") from error
    lent = SparkSession.getActiveSession()
    session = lent or _start(master, folder / LOG)
    try:
        own = session.newSession()
        for name, value in SETTINGS.items():
            own.conf.set(name, value)
        yield own
    finally:
        if lent is None:
            session.stop()


def _start(master: str, log: Path) -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    if SparkContext._gateway is None:
        _expect_java(master)
    _expect_answer(master)
    # On a cluster whose workers have it elsewhere, PYSPARK_PYTHON names the place; "python3", which Spark takes without it, is hardly ever ours.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with in_our_words(master), quiet():
        if SparkContext._gateway is None:
            _start_java(log)
        if not master and (master := SparkConf().get("spark.master") or ""):  # as spark-defaults.conf names it
            _expect_answer(master)
        builder = SparkSession.builder.appName("unionnlp").config("spark.ui.showConsoleProgress", "false")
        session: SparkSession = _waited_for(master, (builder.master(master) if master else builder).getOrCreate)
        return session


def _expect_java(master: str) -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(os.path.join(home, "bin", "java") if home else "java")
    if java is None:
        raise EngineError(master or SPARK, f"no Java in {home}" if home else "no Java on this machine", "engine_no_java")


def _expect_answer(master: str) -> None:
    """Whether anybody listens at the port of a standalone master; several may be named, of which one leads."""
    named = _STANDALONE.fullmatch(master)
    if not named:
        return
    reasons = []
    for address in named[1].split(","):
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS):
                return
        except (OSError, ValueError, OverflowError) as error:
            reasons.append(f"{address}: {getattr(error, 'strerror', None) or error}")
    raise EngineError(master, f"no master answers ({'; '.join(reasons)})", "engine_no_master")


def _start_java(log: Path) -> None:
    from pyspark import SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    with log.open("ab") as file:
        try:
            gateway: Any = launch_gateway(popen_kwargs={"stdout": file, "stderr": file})  # type: ignore[no-untyped-call]
        except PySparkRuntimeError as error:
            raise EngineError(SPARK, f"Java did not start: {_last_words(log)}", "engine_no_java") from error
    SparkContext._ensure_initialized(gateway=gateway)


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")[::-1]
    return next((line.strip() for line in lines if "Error" in line or "Exception" in line), "it says nothing")


def _waited_for(master: str, work: Callable[[], Any]) -> Any:
    """What ``work`` gives, unless Java waits too long for a standalone master: then it is ended, for nothing else frees it.

    YARN and Kubernetes have queues in which a program may wait for long; what they refuse, they say.
    """
    from pyspark import SparkContext

    if not _STANDALONE.fullmatch(master):
        return work()

    gateway: Any = SparkContext._gateway
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(work)
        waited, spent = 0.0, 0.0
        while not wait([future], 1.0).done:
            before, spent = spent, _cpu_seconds(gateway.proc.pid) if gateway.proc else 0.0
            waited += spent - before < IDLE
            if waited > REGISTER_SECONDS and gateway.proc:  # else the program started Java elsewhere, and Spark gives up by itself
                gateway.proc.kill()
                gateway.proc.communicate()
                SparkContext._gateway = SparkContext._jvm = None
                raise EngineError(master or SPARK, f"no master took us in within {REGISTER_SECONDS:g} seconds", "engine_no_master")
    return future.result()


def _cpu_seconds(pid: int) -> float:
    """What a process and those below it have computed so far, also those that ended: Java has archives unpacked by others. 0 where there is no ``/proc``."""
    place = Path(f"/proc/{pid}")
    try:
        ticks = (place / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[11:15]
        below = [int(child) for task in (place / "task").iterdir() for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(map(_cpu_seconds, below))


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warning that PySpark is not sure of pandas 3: no row of ours passes through pandas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        yield


# ------------------------------------------------------------------------------------------------- what Spark says, in our words


@dataclass(frozen=True, slots=True)
class _Saying:
    """What stands in a message of Spark, and the code of what it means."""

    words: re.Pattern[str]
    code: str


_SAYINGS = (
    _Saying(re.compile(r"ModuleNotFoundError: .*|No module named .*"), "engine_worker"),
    _Saying(re.compile(r"Cannot run program .*"), "engine_worker"),
    _Saying(re.compile(r"\[PYTHON_VERSION_MISMATCH\].*"), "engine_worker"),
    _Saying(re.compile(r"master URL must be set.*|MASTER_URL_NOT_SET.*|Could not parse Master URL.*|Invalid master URL.*"), "engine_no_master"),
    _Saying(re.compile(r"All masters are unresponsive.*|Master removed our application.*"), "engine_no_master"),
)

_RAISED = re.compile(r"^(?:[A-Za-z_]\w*\.)*\w*(?:Error|Exception|Lost)\b.*", re.MULTILINE)
"""The last line of a traceback."""

_CAUSE = re.compile(r"^(?:Caused by)?: (?:[a-z]\w*\.)*(.*\S)", re.MULTILINE)
"""What Java says of an exception, and of that which caused it, without where its class lies."""

_LONGEST = 300


@contextmanager
def in_our_words(master: str) -> Iterator[None]:
    """Say what Spark raises as an EngineError of one line; the whole of it is the cause."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = str(error)
        for saying in _SAYINGS:
            if found := saying.words.search(said):
                raise EngineError(master or SPARK, found[0].strip()[:_LONGEST], saying.code) from error
        lines = _RAISED.findall(said) or _CAUSE.findall(said) or [said.strip().partition("\n")[0] or type(error).__name__]
        raise EngineError(master or SPARK, lines[-1].strip()[:_LONGEST], "engine_failed") from error
