"""What a scan has read so far, on disk: a scan that is killed and run again goes on from there.

Finished files are kept in chunks, each one immutable file: its tables one after another as Arrow streams, its name their
checksum. Whether a chunk counts depends on nothing but the library that made it; whether a file in it does, on its bytes.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failures import Failure
from .frames import arrow_columns, schema
from .intake import Intake
from .workspace import write_whole

if TYPE_CHECKING:
    import pyarrow

__all__ = ["CHUNK_TABLES", "Chunk", "Pending"]

CHUNK_TABLES: tuple[str, ...] = ("sources", "submissions", "failures", "files", "terms", "reports", "sections", "facts", "findings")
"""In the order of the streams in a chunk: what is asked for often comes first."""

AT_ONCE = 512
"""Sources in a chunk: 5 MB compressed, 40 ms to write."""

SECONDS = 5.0
"""After which a chunk is written in any case: so much work is done again after a kill."""

MOST_CHARACTERS = 8_000_000
"""Characters in a chunk, after which it is written."""

_FOLDER = "pending"
_NAME = re.compile(r"(\d{6,})-([0-9a-f]{32})\.arrow", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk on disk."""

    path: Path

    def tables(self, *names: str) -> Iterator[pyarrow.Table]:
        """The tables of these names, in the order of ``CHUNK_TABLES``; nothing behind the last of them is read."""
        import pyarrow as pa

        last = max(CHUNK_TABLES.index(name) for name in names)
        with pa.OSFile(str(self.path)) as file:
            for name in CHUNK_TABLES[: last + 1]:
                with pa.ipc.open_stream(file) as stream:
                    if name in names:
                        yield stream.read_all()
                    else:
                        for _ in stream:
                            pass


class Pending:
    """The chunks of one batch.

    Args:
        root: the workspace.
        batch: what is being scanned.
        made_with: the fingerprint of what decides the rows; chunks made with another are removed.
    """

    def __init__(self, root: Path, batch: str, made_with: str) -> None:
        self._root = root
        self._folder = root / _FOLDER / hashlib.sha256(batch.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._made_with = made_with
        self.chunks: list[Chunk] = []
        self._next = 0
        self._clear()

    def open(self) -> dict[str, str]:
        """Find what an interrupted scan left.

        Returns:
            The digest of every source that was read, by name.
        """
        found: dict[str, str] = {}
        for path in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            match = _NAME.fullmatch(path.name)
            if match is None or _checksum(self._made_with, path.read_bytes()) != match[2]:
                path.unlink(missing_ok=True)
                continue
            chunk = Chunk(path)
            self.chunks.append(chunk)
            self._next = int(match[1]) + 1
            (sources,) = chunk.tables("sources")
            found.update(zip(sources["source"].to_pylist(), sources["digest"].to_pylist(), strict=True))
        return found

    def add(self, name: str, intake: Intake) -> None:
        """Keep what became of a source, in the order of the sources."""
        place = self._height("sources")
        self._extend("sources", ((place,), (name,), (intake.digest,)))
        for submission, own in intake.taken:
            number = self._height("submissions")
            s = submission
            about = (s.source, s.file, s.folder, s.kind, s.recognised, s.notes, s.key, s.units, s.periods, s.body_periods, s.text)
            self._extend("submissions", [(cell,) for cell in (number, *about)])
            for table, columns in own.items():
                if columns:
                    self._extend(table, ([number] * len(columns[0]), *columns))
            self._characters += sum(map(len, own["reports"][-1]))
        for failure in intake.failures:
            self._extend("failures", [(cell,) for cell in (place, *_cells(failure))])
        if place + 1 >= AT_ONCE or self._characters >= MOST_CHARACTERS or time.monotonic() - self._since >= SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what was kept and is not on disk yet.

        Raises:
            WorkspaceError: it cannot be written.
        """
        import pyarrow as pa

        if not self._height("sources"):
            return
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="lz4")  # not the smallest: it is kept for minutes
        for table in CHUNK_TABLES:
            with pa.ipc.new_stream(sink, schema(table, pending=True), options=options) as stream:
                stream.write_table(arrow_columns(table, self._columns[table], pending=True))
        data = sink.getvalue().to_pybytes()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._next:06}-{_checksum(self._made_with, data)}.arrow"
        write_whole(self._root, path, data)
        self.chunks.append(Chunk(path))
        self._next += 1
        self._clear()

    def remove(self) -> None:
        """Remove the chunks: they are committed."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            path.unlink(missing_ok=True)
        for folder in (self._folder, self._folder.parent):
            try:
                folder.rmdir()
            except OSError:  # another batch is pending
                return

    def _height(self, table: str) -> int:
        """How many rows of a table are kept."""
        return len(self._columns[table][0])

    def _extend(self, table: str, columns: Iterable[Sequence[Any]]) -> None:
        for cells, more in zip(self._columns[table], columns, strict=True):
            cells.extend(more)

    def _clear(self) -> None:
        self._columns: dict[str, list[list[Any]]] = {table: [[] for _ in schema(table, pending=True)] for table in CHUNK_TABLES}
        self._characters = 0
        self._since = time.monotonic()


def _cells(failure: Failure) -> tuple[str, str, str, str]:
    return failure.file, failure.code, failure.reason, failure.advice


def _checksum(made_with: str, data: bytes) -> str:
    return hashlib.sha256(made_with.encode() + data).hexdigest()[:32]
