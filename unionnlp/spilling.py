"""DuckDB within a bound of memory: what is more lies on disk meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["spilling"]


@contextmanager
def spilling(memory: str, **config: str | bool) -> Iterator[DuckDBPyConnection]:
    """A database of its own, which is gone at the end of the block with what it laid on disk.

    Args:
        memory: what it may hold, as DuckDB writes it.
        config: further settings of DuckDB.

    Example:
        >>> with spilling("100MB", preserve_insertion_order=False) as connection:
        ...     connection.sql("select sum(range) from range(10)").fetchall()
        [(45,)]
    """
    import duckdb

    with TemporaryDirectory() as folder, duckdb.connect(config={"memory_limit": memory, "temp_directory": folder, **config}) as connection:
        yield connection
