"""The engine on a Spark cluster: the same kernels and the same SQL as on one machine, over data frames.

Tables lie as files in the workspace, which every worker sees, and are loaded where they are needed: the driver holds none of
them, and nothing is lost with a worker. No file name passes through Java, whose idea of Chinese names depends on the locale.
"""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from ..errors import EngineError
from .engines import Batches, Kernel
from .spark_session import SPARK, in_our_words, opened_session, quiet
from .taking import deal
from .workspace import COMPARING, made_with

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

    from .intake import Source

__all__ = ["SparkEngine"]

FILE_BYTES = 4_000_000
"""Of a file of a table, which is one task: half a thousand reports, a second or two of work on them."""

STORED_BYTES = 32_000_000
"""Of a file that a task writes."""

TASKS_A_CORE = 4
"""Into which rows are dealt by a column: a task that has more than its share then holds up the end by a quarter."""

BATCHES_A_CORE = 8
"""Batches of sources in a job of reading: some seconds of work, and as much is lost when the scan is killed."""

AHEAD = 2
"""Jobs of reading at a time: when the tasks of one run out, those of the next are there."""

LOOK_SECONDS = 0.5
NO_WORKERS_SECONDS = 90.0
"""After which a standalone cluster without workers is given up. To start them takes ten seconds; elsewhere than on a standalone cluster a
queue may be long, and the cluster knows."""


class SparkEngine:
    """Tables, queries and workers of a cluster; ``engines.Engine`` says what each method does.

    Args:
        root: the workspace, on storage that every worker sees under the same path.
        master: as for ``spark_session.opened_session``.
        read: what the workers have to see besides, such as the first of the files that they are to read.
    Raises:
        MissingExtra: PySpark is not installed.
        EngineError: no Java, no master that answers, no workers, or workers that are not like this machine.
    """

    def __init__(self, root: Path, master: str = "", read: Sequence[Path] = ()) -> None:
        self._master = master or SPARK
        self._folder = (root / COMPARING).absolute()
        self._numbers = count()
        self._files: list[DataFrame] = []
        self._group = f"unionnlp-{uuid4().hex}"
        self._workers_seen = time.monotonic()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        self._held = ExitStack()
        with self._held:
            self._held.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._session: SparkSession = self._held.enter_context(opened_session(master, root.absolute()))
            self._context = self._session.sparkContext
            self._master = self._context.master or self._master
            self._threads = self._held.enter_context(ThreadPoolExecutor(AHEAD, initializer=self._enter_group))
            self._held.callback(self._stop_all)
            self._expect_likeness([self._folder, *read])
            self._session.conf.set("spark.sql.shuffle.partitions", TASKS_A_CORE * self._cores)  # not 200, whatever the cluster
            self._held = self._held.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def rows(self, batches: Iterable[pyarrow.RecordBatch], schema: pyarrow.Schema) -> DataFrame:
        """Bring a table in."""
        return self._loaded(*self._written(_in_files(batches), schema), schema)

    def map(self, kernel: Kernel, rows: DataFrame, schema: pyarrow.Schema, by: str = "") -> DataFrame:
        """What a kernel makes of a table."""
        from pyspark.sql.pandas.types import from_arrow_schema

        if by:
            rows = rows.repartition(TASKS_A_CORE * self._cores, by).sortWithinPartitions(by)
        with quiet():
            return rows.mapInArrow(kernel, from_arrow_schema(schema))

    def sql(self, query: str, **tables: DataFrame) -> DataFrame:
        """What one query gives."""
        try:
            for name, rows in tables.items():
                rows.createOrReplaceTempView(name)
            return self._session.sql(query)
        finally:
            for name in tables:
                self._session.catalog.dropTempView(name)

    def kept(self, rows: DataFrame) -> DataFrame:
        """The same table, computed now and written by the workers: nothing of it is lost with one of them.

        Not ``persist``: the plan of a data frame is a tree, which repeats all that a table was made of wherever it is read, and in which
        Spark then looks for what it has; a comparison spent minutes on that.
        """
        from pyspark.sql.pandas.types import to_arrow_schema

        if any(rows is one for one in self._files):
            return rows
        folder = self._new_folder()
        files = self.collect(self.map(_Store(os.fspath(folder)), rows, _stored()))["file"].to_pylist()
        for number, name in enumerate(files):  # what tasks wrote that were then lost bears other names
            os.rename(folder / name, folder / _file(number))
        return self._loaded(folder, len(files), to_arrow_schema(rows.schema))

    def collect(self, rows: DataFrame) -> pyarrow.Table:
        """A small table, in this process.

        Raises:
            EngineError: the job failed, or the cluster has no workers any more.
        """
        return self._result(self._begin(rows))

    def read(self, kernel: Kernel, sources: Iterable[Source]) -> Generator[pyarrow.RecordBatch, None, None]:
        """What a kernel makes of sources, job by job in their order.

        Args:
            kernel: takes batches of sources as ``taking.deal`` makes them.
        """
        under_way: deque[tuple[Path, Path, Future[pyarrow.Table]]] = deque()
        batches = deal(sources)
        while True:
            while len(under_way) < AHEAD and (first := next(batches, None)) is not None:
                job = chain([first], islice(batches, BATCHES_A_CORE * self._cores - 1))
                given, files = self._written(([batch] for batch in job), first.schema)
                made = self._new_folder()
                work = _Chain((_Load(os.fspath(given)), kernel, _Store(os.fspath(made))))
                under_way.append((given, made, self._begin(self.map(work, self._numbered(files), _stored()))))
            if not under_way:
                return
            given, made, future = under_way.popleft()
            for name in self._result(future)["file"].to_pylist():
                yield from _reading(made / name)
            shutil.rmtree(given)
            shutil.rmtree(made)

    # ------------------------------------------------------------------------------------------------------------ tables

    def _new_folder(self) -> Path:
        folder = self._folder / f"{next(self._numbers):06}"
        folder.mkdir()
        return folder

    def _written(self, files: Iterable[list[pyarrow.RecordBatch]], schema: pyarrow.Schema) -> tuple[Path, int]:
        """A folder, and how many files are in it: one for the batches of each task."""
        folder = self._new_folder()
        number = -1
        for number, batches in enumerate(files):
            with _writing(folder / _file(number), schema) as stream:
                for batch in batches:
                    stream.write_batch(batch)
        return folder, number + 1

    def _loaded(self, folder: Path, files: int, schema: pyarrow.Schema) -> DataFrame:
        """The table in a folder, which stays there as long as the engine is open."""
        self._files.append(self._load(folder, files, schema))
        return self._files[-1]

    def _load(self, folder: Path, files: int, schema: pyarrow.Schema) -> DataFrame:
        return self.map(_Load(os.fspath(folder)), self._numbered(files), schema)

    def _numbered(self, tasks: int) -> DataFrame:
        """A number for each task."""
        return self._session.range(0, tasks, 1, max(tasks, 1))

    # -------------------------------------------------------------------------------------------------------------- jobs

    @property
    def _cores(self) -> int:
        """Of the workers that are there now."""
        return max(self._context.defaultParallelism, 1)

    def _begin(self, rows: DataFrame) -> Future[pyarrow.Table]:
        self._workers_seen = time.monotonic()
        return self._threads.submit(rows.toArrow)

    def _result(self, future: Future[pyarrow.Table]) -> pyarrow.Table:
        """What a job gave, waited for as long as somebody works on it."""
        with in_our_words(self._master):
            while True:
                try:
                    return future.result(LOOK_SECONDS)
                except TimeoutError:
                    self._expect_workers()

    def _expect_workers(self) -> None:
        now = time.monotonic()
        if not self._master.startswith("spark://") or self._context._jsc.sc().getExecutorMemoryStatus().size() > 1:  # the driver counts as one
            self._workers_seen = now
        elif now - self._workers_seen > NO_WORKERS_SECONDS:
            raise EngineError(self._master, f"no worker for {NO_WORKERS_SECONDS:g} seconds", "engine_no_workers")

    def _enter_group(self) -> None:
        self._context.setJobGroup(self._group, "unionnlp")

    def _stop_all(self) -> None:
        """End what is still under way: nobody waits for it any more."""
        from py4j.protocol import Py4JError

        with suppress(Py4JError):  # Java is gone, and the jobs with it
            self._context.cancelJobGroup(self._group)

    # ------------------------------------------------------------------------------------------------------------ workers

    def _expect_likeness(self, places: Iterable[Path]) -> None:
        """See that the workers are such as this machine is, and see what it sees."""
        import pyarrow as pa

        look = _Look(tuple(place for path in places if os.path.exists(place := os.fsencode(path.absolute()))))
        mine = look.found()
        tasks = TASKS_A_CORE * self._cores
        looked = self.map(look, self._numbered(tasks), pa.schema(dict.fromkeys(mine, pa.string())))
        for found in self.collect(looked).to_pylist():
            if found["missing"]:
                raise EngineError(self._master, f"{found['host']} does not see {found['missing']}", "engine_not_shared")
            for what, name in _ALIKE.items():
                if found[what] != mine[what]:
                    raise EngineError(self._master, f"{found['host']} has another {name}: {found[what]}, here {mine[what]}", "engine_worker")


_ALIKE = {"python": "version of Python", "made_with": "version of unionnlp or of its tables"}


@dataclass(frozen=True, slots=True)
class _Chain:
    """Kernel: one after another, in one process."""

    kernels: tuple[Kernel, ...]

    def __call__(self, batches: Batches) -> Batches:
        for kernel in self.kernels:
            batches = kernel(batches)
        return batches


@dataclass(frozen=True, slots=True)
class _Load:
    """Kernel: numbers of files in, their rows out."""

    folder: str

    def __call__(self, batches: Batches) -> Batches:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from _reading(Path(self.folder, _file(number)))


@dataclass(frozen=True, slots=True)
class _Store:
    """Kernel: rows in, names of the files out that they were written to."""

    folder: str

    def __call__(self, batches: Batches) -> Batches:
        import pyarrow as pa

        for held in _in_files(batches, STORED_BYTES):
            name = f"{uuid4().hex}.arrow"
            with _writing(Path(self.folder, name), held[0].schema) as stream:
                for batch in held:
                    stream.write_batch(batch)
            yield pa.RecordBatch.from_arrays([pa.array([name])], schema=_stored())


def _stored() -> pyarrow.Schema:
    import pyarrow as pa

    return pa.schema({"file": pa.string()})


@dataclass(frozen=True, slots=True)
class _Look:
    """Kernel: says what a worker is like, and which of some places it does not see."""

    places: tuple[bytes, ...]

    def found(self) -> dict[str, str]:
        """About this process."""
        missing = next((os.fsdecode(place) for place in self.places if not os.path.exists(place)), "")
        return {
            "host": platform.node(),
            "python": ".".join(platform.python_version_tuple()[:2]),
            "made_with": made_with(),
            "missing": missing.encode("utf-8", "replace").decode(),
        }

    def __call__(self, batches: Batches) -> Batches:
        import pyarrow as pa

        for _ in batches:
            yield pa.RecordBatch.from_pylist([self.found()])


def _file(number: int) -> str:
    return f"{number:06}.arrow"


@contextmanager
def _writing(path: Path, schema: pyarrow.Schema) -> Iterator[Any]:
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(os.fspath(path), "wb") as sink, pa.ipc.new_stream(sink, schema, options=options) as stream:
        yield stream


def _reading(path: Path) -> Batches:
    import pyarrow as pa

    with pa.OSFile(os.fspath(path)) as file, pa.ipc.open_stream(file) as stream:
        yield from stream


def _in_files(batches: Iterable[pyarrow.RecordBatch], most: int = FILE_BYTES) -> Iterator[list[pyarrow.RecordBatch]]:
    """Batches put together, and cut, to the size of files."""
    held: list[pyarrow.RecordBatch] = []
    size = 0
    for whole in batches:
        step = max(1, int(len(whole) * most / max(whole.nbytes, 1)))
        for first in range(0, len(whole), step):
            batch = whole.slice(first, step)
            held.append(batch)
            size += batch.nbytes
            if size >= most:
                yield held
                held, size = [], 0
    if held:
        yield held
