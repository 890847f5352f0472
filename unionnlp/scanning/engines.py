"""What an engine of a scan can do: one plan runs on it, whether its tables are files beside DuckDB or data frames of Spark.

A table of an engine has columns of BIGINT, DOUBLE, STRING, BINARY, BOOLEAN and lists of these. A query is SQL that DuckDB and Spark
both read: window functions and ``WITH``, no ``QUALIFY``, no ``UNNEST``, no ``/`` (which divides integers differently).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Batches", "Engine", "Kernel"]

Batches: TypeAlias = "Iterator[pyarrow.RecordBatch]"

Kernel: TypeAlias = Callable[[Batches], Batches]
"""Work over some rows, in a worker: the signature of Spark's ``mapInArrow``. It is pickled, and may be called again for the same rows."""

Rows = TypeVar("Rows")
"""What the engine calls a table."""


class Engine(AbstractContextManager["Engine[Rows]"], Protocol[Rows]):
    """Tables, queries and workers; leaving its context gives back all that it holds.

    Rows of a table have no order, and neither do batches: what comes of a plan must not depend on how rows are dealt out.
    """

    def rows(self, batches: Iterable[pyarrow.RecordBatch], schema: pyarrow.Schema) -> Rows:
        """Bring a table in.

        Args:
            batches: taken one after another; they are never all held. There may be none.
        """
        ...

    def map(self, kernel: Kernel, rows: Rows, schema: pyarrow.Schema, by: str = "") -> Rows:
        """What a kernel makes of a table, some rows in one call, in the workers.

        Args:
            schema: of what it makes.
            by: a column of BIGINT. Rows that agree in it come in one call, side by side (the batches of a call may part them).
        """
        ...

    def sql(self, query: str, **tables: Rows) -> Rows:
        """What one query gives; it finds the tables under these names."""
        ...

    def kept(self, rows: Rows) -> Rows:
        """The same table, computed once though it be read several times."""
        ...

    def collect(self, rows: Rows) -> pyarrow.Table:
        """A small table, in this process."""
        ...
