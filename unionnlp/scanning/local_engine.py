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
from itertools import accumulate, pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from .failures import CAUGHT
from .pool import Pool

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

    from .engines import Batches, Kernel

__all__ = ["LocalEngine", "Table", "rows_at_once"]

MEMORY = "1GB"
"""What DuckDB may hold; beyond it sorts and joins go to the disk."""

TOGETHER = 512
TOGETHER_BYTES = 16_000_000
"""Rows that a worker is given at once, and their bytes: of reports some 5 MB, and a tenth of a second of work."""

WORTH_WORKERS = 4
"""Tasks for which workers are started: it takes each a second to begin."""

ROW_GROUP = 2048
"""Rows written together where texts go along with them: the fewest that DuckDB writes, 20 MB."""

_PATTERN = re.compile(r"[\[*?]")


@dataclass(slots=True)
class Table:
    """A table: files, or a query over others that was not run yet."""

    files: tuple[Path, ...] = ()
    query: str = ""
    tables: Mapping[str, Table] = field(default_factory=dict)


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
        files = (self._run(rows, by),) if by else self._files(rows)
        tasks = [(*piece, self._path()) for file in files for piece in _pieces(file, by)]
        workers = self._workers if len(tasks) >= WORTH_WORKERS else 0
        pool = Pool(_Apply(kernel, schema), workers, math.inf, math.inf)
        with closing(pool.run(tasks, in_order=False)) as outcomes:
            for _, outcome in outcomes:
                if isinstance(outcome, CAUGHT):  # nothing is passed over
                    raise outcome
        return Table(tuple(path for *_, path in tasks)) if tasks else self.rows((), schema)

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
        if not table.files:
            table.files = (self._run(table, ""),)
        return table.files

    def _run(self, table: Table, by: str) -> Path:
        """Write a table as one file; sorted by a column where one is named, for the workers."""
        path = self._path()
        for name, other in (table.tables if table.query else {"given": table}).items():
            files = ", ".join(_literal(_PATTERN.sub(r"[\g<0>]", str(file))) for file in self._files(other))
            self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}], hive_partitioning = false)")
        order, options = (f" ORDER BY {by}", f", ROW_GROUP_SIZE {ROW_GROUP}") if by else ("", "")
        query = f"SELECT * FROM ({table.query or 'SELECT * FROM given'}) answer{order}"
        self._connection.execute(f"COPY ({query}) TO {_literal(str(path))} (FORMAT parquet{options})")
        return path

    def _path(self) -> Path:
        self._written += 1
        return self._folder / f"{self._written:06}.parquet"


def _literal(text: str) -> str:
    """A string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def rows_at_once(source: pyarrow.parquet.ParquetFile, most: int = TOGETHER) -> int:
    """How many rows of a file are taken together: fewer where they are large."""
    groups = range(source.metadata.num_row_groups)
    size: int = sum(source.metadata.row_group(group).total_byte_size for group in groups)
    count: int = source.metadata.num_rows
    return max(1, min(most, TOGETHER_BYTES * count // max(1, size)))


def _pieces(file: Path, by: str) -> Iterator[tuple[Path, int, int]]:
    """First and last row of what workers are given of a file: rows that agree in ``by`` stay together, in a file sorted by it."""
    import numpy as np
    import pyarrow.parquet as parquet

    source = parquet.ParquetFile(file)
    count = source.metadata.num_rows
    borders = np.arange(0, count, rows_at_once(source))
    if by and count:
        values = source.read(columns=[by])[by].to_numpy()
        fresh = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
        borders = np.unique(fresh[np.searchsorted(fresh, borders, side="right") - 1])
    yield from ((file, int(first), int(last)) for first, last in pairwise([*borders, count]))


def _write(path: Path, batches: Iterable[pyarrow.RecordBatch], schema: pyarrow.Schema) -> None:
    """Write rows as one file, a row group a batch."""
    import pyarrow.parquet as parquet

    with parquet.ParquetWriter(path, schema, use_dictionary=False) as writer:
        for batch in batches:
            if len(batch):
                writer.write_batch(batch)


@dataclass(frozen=True, slots=True)
class _Apply:
    """What a worker does with some rows of a file: the kernel's answer becomes another file."""

    kernel: Kernel
    schema: pyarrow.Schema

    def __call__(self, task: tuple[Path, int, int, Path]) -> None:
        file, first, last, path = task
        _write(path, self.kernel(_read(file, first, last)), self.schema)


def _read(file: Path, first: int, last: int) -> Batches:
    """Some rows of a file."""
    import pyarrow.parquet as parquet

    source = parquet.ParquetFile(file)
    sizes = [source.metadata.row_group(group).num_rows for group in range(source.metadata.num_row_groups)]
    ends = list(accumulate(sizes))
    groups = [group for group, end in enumerate(ends) if end > first and end - sizes[group] < last]
    start = ends[groups[0]] - sizes[groups[0]]
    for batch in source.iter_batches(rows_at_once(source), row_groups=groups):
        low, high = max(first - start, 0), min(last - start, len(batch))
        if low < high:
            yield batch.slice(low, high - low)
        start += len(batch)
