"""The engine of one machine: tables are Parquet files in a folder that is removed at the end, DuckDB runs the queries, a pool of
workers the kernels.

Rows pass from one to the other as files, of which a worker is told the place: nothing large goes through this process.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .failures import CAUGHT
from .pool import Pool

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

    from .engines import Batches, Kernel

__all__ = ["LocalEngine", "Piece", "Table", "rows_at_once"]

MEMORY = "1GB"
"""What DuckDB may hold; beyond it sorts and joins go to the disk."""

TOGETHER = 512
TOGETHER_BYTES = 16_000_000
"""Rows that a worker is given at once, and their bytes: of reports some 5 MB, and a tenth of a second of work."""

WORTH_WORKERS = 4
"""Tasks for which workers are started: it takes each a second to begin."""

VALUES_TOGETHER = 64
"""Values of the column that rows are put together by, that a worker is given at once: of blocks of pairs 20 MB, and some seconds of work."""

FLUSHED = 8192
"""Rows that are dealt out together to the files of the workers: with their texts 75 MB a thread. Sorting rows by a column needs no less
memory than all of their texts, dealing them out does not."""

_PATTERN = re.compile(r"[\[*?]")


@dataclass(slots=True)
class Table:
    """A table: files, or a query over others that was not run yet."""

    files: tuple[Path, ...] = ()
    query: str = ""
    tables: Mapping[str, Table] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a worker is given of a table: rows of one file, or all of several."""

    files: tuple[Path, ...]
    first: int = 0
    last: int = 0


class LocalEngine:
    """An engine (see ``engines.Engine``) of this machine.

    Args:
        folder: where its tables lie while it is open. What is there is removed at the beginning and at the end.
        workers: processes that run kernels; 0 runs them in this one.

    Example:
        >>> import tempfile
        >>> import pyarrow as pa
        >>> lengths = pa.table({"text": [0, 1, 2], "characters": [320, 41, 87]})
        >>> with tempfile.TemporaryDirectory() as folder, LocalEngine(Path(folder, "tables"), workers=0) as engine:
        ...     known = engine.rows(lengths.to_batches(), lengths.schema)
        ...     engine.collect(engine.sql("select text from known where characters < 50", known=known)).to_pydict()
        {'text': [1]}
    """

    def __init__(self, folder: Path, workers: int) -> None:
        import duckdb

        self._folder = folder
        self._workers = workers
        self._written = 0
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._connection = duckdb.connect(
            config={"memory_limit": MEMORY, "temp_directory": str(folder / "spill"), "threads": max(1, workers), "preserve_insertion_order": False}
        )
        self._connection.execute(f"SET partitioned_write_flush_threshold = {FLUSHED}")

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def rows(self, batches: Iterable[pyarrow.RecordBatch], schema: pyarrow.Schema) -> Table:
        path = self._path()
        _write(path, batches, schema)
        return Table((path,))

    def map(self, kernel: Kernel, rows: Table, schema: pyarrow.Schema, by: str = "") -> Table:
        pieces = self._dealt(rows, by) if by else (piece for file in self._files(rows) for piece in _pieces(file))
        tasks = [(piece, self._path()) for piece in pieces]
        workers = self._workers if len(tasks) >= WORTH_WORKERS else 0
        pool = Pool(_Apply(kernel, schema, by), workers, math.inf, math.inf)
        with closing(pool.run(tasks, in_order=False)) as outcomes:
            for _, outcome in outcomes:
                if isinstance(outcome, CAUGHT):  # nothing is passed over
                    raise outcome
        return Table(tuple(path for _, path in tasks)) if tasks else self.rows((), schema)

    def sql(self, query: str, **tables: Table) -> Table:
        return Table(query=query, tables=tables)

    def kept(self, rows: Table) -> Table:
        self._files(rows)
        return rows

    def collect(self, rows: Table) -> pyarrow.Table:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        return pa.concat_tables([parquet.ParquetFile(file).read() for file in self._files(rows)])

    def _files(self, table: Table) -> tuple[Path, ...]:
        """The files of a table, which is written when it is first needed."""
        if not table.files:
            path = self._path()
            self._connection.execute(f"COPY ({self._query(table)}) TO {_literal(path)} (FORMAT parquet)")
            table.files = (path,)
        return table.files

    def _query(self, table: Table) -> str:
        """The query that gives a table, once the tables that it reads can be seen."""
        tables = {"given": table} if table.files else table.tables
        found = {name: self._files(other) for name, other in tables.items()}  # before any can be seen: they may need others of the same names
        for name, files in found.items():
            listed = ", ".join(_literal(_PATTERN.sub(r"[\g<0>]", str(file))) for file in files)
            self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{listed}], hive_partitioning = false)")
        return "SELECT * FROM given" if table.files else table.query

    def _dealt(self, table: Table, by: str) -> list[Piece]:
        """A table dealt out to files, so that rows that agree in a column lie in the same of these."""
        query = self._query(table)
        ((values,),) = self._connection.execute(f"SELECT count(DISTINCT {by}) FROM ({query}) dealt").fetchall()
        many = max(1, values // VALUES_TOGETHER, min(values, WORTH_WORKERS * self._workers))
        folder = self._path().with_suffix("")
        self._connection.execute(
            f"COPY (SELECT *, hash({by}) % {many} AS dealt FROM ({query}) given) TO {_literal(folder)} (FORMAT parquet, PARTITION_BY (dealt), ROW_GROUP_SIZE 2048)"
        )
        return [Piece(tuple(sorted(part.iterdir()))) for part in sorted(folder.iterdir())] if values else []

    def _path(self) -> Path:
        self._written += 1
        return self._folder / f"{self._written:06}.parquet"


def _literal(text: object) -> str:
    """A string of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def rows_at_once(source: pyarrow.parquet.ParquetFile, most: int = TOGETHER) -> int:
    """How many rows of a file are taken together: fewer where they are large."""
    groups = range(source.metadata.num_row_groups)
    size: int = sum(source.metadata.row_group(group).total_byte_size for group in groups)
    count: int = source.metadata.num_rows
    return max(1, min(most, TOGETHER_BYTES * count // max(1, size)))


def _pieces(file: Path) -> Iterator[Piece]:
    """What workers are given of a file."""
    import pyarrow.parquet as parquet

    source = parquet.ParquetFile(file)
    count = source.metadata.num_rows
    step = rows_at_once(source)
    return (Piece((file,), first, min(first + step, count)) for first in range(0, count, step))


def _write(path: Path, batches: Iterable[pyarrow.RecordBatch], schema: pyarrow.Schema) -> None:
    """Write rows as one file, a row group a batch."""
    import pyarrow.parquet as parquet

    with parquet.ParquetWriter(path, schema, use_dictionary=False) as writer:
        for batch in batches:
            if len(batch):
                writer.write_batch(batch)


@dataclass(frozen=True, slots=True)
class _Apply:
    """What a worker does with a piece of a table: the kernel's answer becomes a file of another."""

    kernel: Kernel
    schema: pyarrow.Schema
    by: str

    def __call__(self, task: tuple[Piece, Path]) -> None:
        piece, path = task
        _write(path, self.kernel(_sorted(piece, self.by) if self.by else _read(piece)), self.schema)


def _sorted(piece: Piece, by: str) -> Batches:
    """All rows of some files, sorted by a column."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    rows = pa.concat_tables([parquet.ParquetFile(file).read() for file in piece.files])
    yield from rows.sort_by(by).to_batches(TOGETHER)


def _read(piece: Piece) -> Batches:
    """Some rows of a file."""
    import pyarrow.parquet as parquet

    source = parquet.ParquetFile(*piece.files)
    sizes = [source.metadata.row_group(group).num_rows for group in range(source.metadata.num_row_groups)]
    ends = list(accumulate(sizes))
    groups = [group for group, end in enumerate(ends) if end > piece.first and end - sizes[group] < piece.last]
    start = ends[groups[0]] - sizes[groups[0]]
    for batch in source.iter_batches(rows_at_once(source), row_groups=groups):
        low, high = max(piece.first - start, 0), min(piece.last - start, len(batch))
        if low < high:
            yield batch.slice(low, high - low)
        start += len(batch)
