"""Batches: every file through all stages, all reports against one another and against earlier scans, on one machine or on a cluster."""

from __future__ import annotations

import os
import pickle
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .concluding import conclude
from .engines import Engine
from .inputs import Inputs, find_inputs
from .inputs import Source as Places
from .intake import Intake, Source, take_in, warm_up
from .lines import count_lines
from .pending import Pending
from .pool import Pool
from .results import Scan
from .spark import SparkEngine
from .standing import read
from .taking import TakeIn, intake_of
from .turns import Turns, known_sources
from .workspace import made_with, state_of, writing

__all__ = ["scan"]

Intakes = Generator[tuple[str, Intake], None, None]
"""Names of sources with what became of each."""

ENGINES = ("local", "spark")

FEW = 24
"""Files that are read in this process unless workers are asked for: to start them takes longer."""

SMALL = 2_000_000
"""Bytes that those few may have together."""

TIMEOUT = 300.0
"""Seconds for one file: a scanned page takes five."""

LIMIT_MB = 1500.0
"""Of memory for one worker: text recognition takes 1,100, everything else 400."""


def scan(
    source: Places,
    workspace: str | os.PathLike[str],
    *,
    batch: str | None = None,
    workers: int | None = None,
    timeout: float = TIMEOUT,
    limit_mb: float = LIMIT_MB,
    prune: bool = False,
    progress: bool = False,
    engine: str = "local",
    master: str = "",
) -> Scan:
    """Read a batch of submissions and add what was found to a workspace.

    A file that cannot be read is a row of ``failures``; the rest goes on. Files that hold one text in two formats, such as Word
    and the sealed PDF, are one submission: all are rows of ``files``, the reports are those of the surest.

    A workspace grows scan by scan. Only what is new or changed is read, by content: a file is known by its batch and its path,
    its earlier row gives way when its bytes changed, and the same bytes under another name are another submission. What failed is tried again. New
    reports are compared with one another and with all earlier ones; one that a unit sends in again for the same time replaces what it sent
    in an earlier scan instead of matching it. All of a scan counts at once, when it is complete. One that was interrupted or killed, at whatever moment, goes on where it stopped
    when it is run again, and ends with the same tables.

    Args:
        source: a folder (with all folders in it), a file, or several of them; archives, JSON-lines files with an object of
            "id" and "text" in each line, and Parquet files with these columns.
        workspace: the folder to keep the results in; it is made when it does not exist.
        batch: what to call what is scanned; the name of the folder when not given. Folders of one name are told apart by it.
        workers: processes that read. 0 reads in this process, where no limit is kept; when not given, so do a few small files, and
            more are read by as many workers as there are cores.
        timeout: seconds for one file.
        limit_mb: megabytes for one worker.
        prune: forget the files of this batch that the folder has no more; else they stay.
        progress: whether to show a bar, in the terminal on stderr or in a notebook.
        engine: "local" is this machine; "spark" reads and compares on a cluster, with the same results. Then the files and the workspace
            lie on storage that every worker sees under the same path.
        master: of the cluster, as Spark writes it ("spark://host:7077"). Without it, the session that the program has, or what Spark is
            configured with.

    Returns:
        The workspace after the scan, also when every file failed. Two scans of the same files, wherever their folder lies, on whatever
        engine, and in whatever order they are finished, give equal tables.

    Raises:
        InputError: no such folder, or nothing in it.
        WorkspaceError: the workspace cannot be written, said before any file is read, or another scan writes it.
        ValueError: an engine that there is not.
        MissingExtra: the engine is not installed.
        EngineError: the cluster cannot be used, said before any file is read, or failed; what was read is kept for the next time.
        KeyboardInterrupt: what was read is kept for the next time.

    Complexity: linear in the characters that are new, near linear in the copies among the reports, and linear in all facts of the
        workspace, which are audited together.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     inbox = pathlib.Path(folder, "inbox")
        ...     inbox.mkdir()
        ...     _ = pathlib.Path(inbox, "总结.txt").write_text("某县总工会2023年工作总结\\n走访慰问困难职工120户。", encoding="utf-8")
        ...     found = scan(inbox, pathlib.Path(folder, "workspace"))
        ...     found.sql("select file, reporting_unit, quote from facts join reports using (report_id, reporting_unit)").values.tolist()
        [['总结.txt', '某县总工会', '120户']]
    """
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r} is none of {', '.join(ENGINES)}")
    inputs = find_inputs(source, workspace)
    batch = inputs.batch if batch is None else batch
    if workers is None:
        few = len(inputs.files) <= FEW and not inputs.lines and sum(_size(path) for _, path in inputs.files) <= SMALL
        workers = 0 if few else len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with writing(workspace) as root, _opened(engine, master, root, inputs, _Machine(workers, timeout, limit_mb)) as reader:
        state = state_of(root)
        pending = Pending(root, batch, made_with())
        known = known_sources(read(state.parts["files"], "files"), batch)
        turns = Turns(inputs, known, pending.open())
        total = sum(count_lines(path) if name in inputs.lines else 1 for name, path in inputs.files) if progress else None
        got = _read(reader.read(turns.fresh()), pending, turns, total)
        gone = turns.gone() if prune else set()
        while more := list(turns.related(got, gone)):
            got = _read(reader.read(more, few=len(more) <= FEW), pending, turns, None)
        found = conclude(root, state, pending.chunks, turns, batch, gone, workers, limit_mb, reader.engine)
        pending.remove()
        return found


class _Reader(Protocol):
    """Where sources are read and reports compared."""

    @property
    def engine(self) -> Engine[Any] | None:
        """What compares; None leaves that to this machine."""

    def read(self, sources: Iterable[Source], *, few: bool = False) -> Intakes:
        """Read sources; of a few, workers are not worth the start."""


@dataclass(frozen=True, slots=True)
class _Machine:
    """This one, with a pool of workers."""

    workers: int
    timeout: float
    limit_mb: float
    engine: Engine[Any] | None = None

    def read(self, sources: Iterable[Source], *, few: bool = False) -> Intakes:
        pool = Pool(take_in, 0 if few else self.workers, self.timeout, self.limit_mb, warm_up)
        with closing(pool.run(sources)) as answers:
            for source, found in answers:
                yield source.name, intake_of(source, found)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """One of Spark, whose tasks keep the same limits."""

    engine: SparkEngine
    timeout: float
    limit_mb: float

    def read(self, sources: Iterable[Source], *, few: bool = False) -> Intakes:
        with closing(self.engine.read(TakeIn(take_in, self.timeout, self.limit_mb), sources)) as batches:
            for batch in batches:
                yield from zip(batch["name"].to_pylist(), map(pickle.loads, batch["intake"].to_pylist()), strict=True)


@contextmanager
def _opened(engine: str, master: str, root: Path, inputs: Inputs, machine: _Machine) -> Iterator[_Reader]:
    """What reads and compares: ``machine``, or a cluster under the same limits, which is left at the end."""
    if engine == "local":
        yield machine
        return
    files = [path for name, path in inputs.files if name not in inputs.lines]
    with SparkEngine(root, master, files[:1]) as cluster:
        yield _Cluster(cluster, machine.timeout, machine.limit_mb)


def _read(intakes: Intakes, pending: Pending, turns: Turns, total: int | None) -> set[str]:
    """Keep what came of sources; the names of those of which something could be read.

    Args:
        total: how many sources there are, the unchanged ones among them; None to show no progress.
    """
    got: set[str] = set()
    try:
        with closing(intakes):
            for name, intake in intakes if total is None else _shown(intakes, turns, total):
                if intake.taken:
                    got.add(name)
                pending.add(name, intake)
    finally:  # also when it is interrupted, or a file uncovers a bug: what was read is not read again
        pending.flush()
    return got


def _shown(intakes: Intakes, turns: Turns, total: int) -> Iterator[tuple[str, Intake]]:
    from tqdm.auto import tqdm

    with tqdm(total=total, desc="扫描", unit="份", leave=False) as bar:
        for intake in intakes:
            bar.total = max(total - turns.skipped, bar.n + 1)
            bar.update()
            yield intake


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # said when it is read
        return 0
