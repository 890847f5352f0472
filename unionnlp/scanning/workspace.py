"""The folder that scans are kept in: immutable Parquet parts, and one small file that says which of them count.

    version.json                       format, library, lexicon fingerprints, rules of the audit, the scans, and the parts of every table
    parts/<table>/<content hash>.parquet
    pending/<batch>/                   what an interrupted scan has read (pending.py)
    comparing/                         tables of a comparison under way (local_engine.py)
    index/                             the index of duplicates, which can be made anew from the parts (earlier.py)

A file is written under another name beside its place, synced and renamed, so that nothing half written is ever seen under
its name. ``version.json`` is replaced last: a reader sees all of the old state or all of the new one. There is no database
file, so a notebook reads a workspace while a scan writes it.

Parts of reports, sections, facts, findings and pairs are written once, by the scan that read them. The small tables that
change with every scan (files, failures, matches, findings across reports, and what no longer shows) are written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WorkspaceError
from ..lexicon import data_file, fingerprint
from .frames import TABLES, parquet_errors, schema
from .lock import Busy, only_one
from .results import Scan

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "COMPARING", "FORMAT", "KEPT", "State", "commit", "is_workspace", "made_with", "open_workspace", "part_path", "state_of", "trouble", "write_part", "write_whole", "writing",
]  # fmt: skip

FORMAT = 6
"""Of the folder; a workspace with another number is refused. 2: facts have the dates of their period. 3: findings across reports.
4: files name the file that they are twins of. 5: scans add up; densities, keywords, what came first and what was replaced.
6: sections say what a heading promises that its text does not keep."""

PENDING_FORMAT = 2
"""Of what a scan has read so far: with another number it is read again. 2: the words of a report in one string."""

KEPT: tuple[str, ...] = (*TABLES, "across", "pairs", "hidden")
"""Tables that have parts: those that people see, findings across reports, and what is kept for the scans to come."""

COMPARING = "comparing"
"""The folder of tables that a comparison needs while it is under way."""

WAIT = 3.0
"""Seconds that a scan waits for another one that writes the workspace."""

_MAKER = "unionnlp"
_VERSION = "version.json"
_PARTS = "parts"
_LOCK = "scan.lock"
_NAME = re.compile(r"[0-9a-f]{32}\.parquet", re.ASCII)


@dataclass(frozen=True, slots=True)
class State:
    """What a workspace holds: the batch of every scan so far, and the parts of every kept table."""

    batches: tuple[str, ...] = ()
    parts: Mapping[str, tuple[Path, ...]] = field(default_factory=lambda: dict.fromkeys(KEPT, ()))


def trouble(folder: str | os.PathLike[str], code: str, reason: str) -> WorkspaceError:
    """A WorkspaceError with a finer code than its class has, by which the command line finds its words."""
    return WorkspaceError(os.fspath(folder), reason, code)


def open_workspace(folder: str | os.PathLike[str]) -> Scan:
    """The scan that a workspace holds, now or while another one is written.

    Args:
        folder: what was given to ``scan`` as its workspace.

    Returns:
        The tables as they were when it was opened; open it again to see what was scanned since.

    Raises:
        WorkspaceError: no workspace, of another format, or damaged: the reason says which.

    Complexity: reads the footer of every part; rows are read when a table is asked for.

    Example:
        >>> open_workspace("no/such/folder")
        Traceback (most recent call last):
        unionnlp.errors.WorkspaceError: no/such/folder: no workspace: it has no version.json
    """
    root = Path(folder)
    while True:
        version = _version(root)
        if version is None:
            raise trouble(folder, "workspace_missing", f"no workspace: it has no {_VERSION}")
        try:
            return Scan(root, _state(root, version).parts)
        except WorkspaceError:
            if _version(root) == version:  # else a scan has just put other parts in place of these
                raise


@contextmanager
def writing(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Make sure that a workspace can be written, before any work is done for it, and keep other scans out.

    Yields:
        The folder, which now exists.

    Raises:
        WorkspaceError: a file stands in its place, it cannot be written, it belongs to another format, or another scan writes it.
    """
    root = Path(folder)
    if root.exists() and not root.is_dir():
        raise trouble(folder, "workspace_is_file", "a file stands in its place")
    _version(root)
    try:
        for table in KEPT:
            (root / _PARTS / table).mkdir(parents=True, exist_ok=True)
        for place in (root, *(root / _PARTS / table for table in KEPT)):
            probe = _beside(place / "probe")
            probe.write_bytes(b"")
            probe.unlink()
    except (FileExistsError, NotADirectoryError) as error:
        raise trouble(folder, "workspace_is_file", f"a file stands in its place: {error.filename}") from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        with only_one(root / _LOCK, WAIT):
            _sweep(root)
            yield root
    except Busy:
        raise trouble(folder, "workspace_busy", "another scan is writing it") from None


def state_of(root: Path) -> State:
    """What a workspace holds; nothing when it is new.

    Raises:
        WorkspaceError: of another format, or damaged.
    """
    version = _version(root)
    return State() if version is None else _state(root, version)


def is_workspace(folder: Path) -> bool:
    """Whether a folder holds a workspace of any format."""
    try:
        return _version(folder) is not None
    except WorkspaceError as error:
        return error.code == "workspace_format"


def write_part(root: Path, table: str, rows: pyarrow.Table) -> str:
    """Write rows as one part, which counts once it is committed.

    Returns:
        Its name: the same rows give the same name.

    Raises:
        WorkspaceError: the disk is full or the folder cannot be written any more.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(rows, sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.parquet"
    write_whole(root, part_path(root, table, name), data)
    return name


def part_path(root: Path, table: str, name: str) -> Path:
    """Where a part lies."""
    return root.absolute() / _PARTS / table / name


def commit(root: Path, parts: Mapping[str, Sequence[str]], batches: Sequence[str]) -> Scan:
    """Make ``parts`` the content of the workspace, and remove the parts that do not count any more.

    Those that counted until now stay until the next commit: a notebook that looks at them goes on doing so.

    Args:
        root: a workspace that is held for ``writing``.
        parts: names that ``write_part`` gave, by table, in the order of their rows.
        batches: the batch of every scan, this one last.

    Raises:
        WorkspaceError: it cannot be written.
    """
    listed = {table: list(parts[table]) for table in KEPT}
    version = {"made_by": _MAKER, "format": FORMAT, **_maker(), "scans": [{"scan": i, "batch": batch} for i, batch in enumerate(batches, 1)], "parts": listed}
    before = state_of(root)
    write_whole(root, root / _VERSION, json.dumps(version, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
    for table, names in listed.items():
        kept = {*names, *(path.name for path in before.parts[table])}
        for path in (root / _PARTS / table).iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)
    return open_workspace(root)


def made_with() -> str:
    """A fingerprint of all that decides what is found in a file, and how it is kept: the formats, the library, its tables and models, the rules."""
    return hashlib.sha256(json.dumps([FORMAT, PENDING_FORMAT, _maker(), _data()], sort_keys=True).encode()).hexdigest()[:32]


def _maker() -> dict[str, Any]:
    from ..auditing.audit import rules_without  # a workspace is also read where nothing is audited

    tables = sorted(entry.name.removesuffix(".tsv") for entry in data_file("lexicon").iterdir() if entry.name.endswith(".tsv"))
    return {"library": _library_version(), "lexicon": {name: fingerprint(name) for name in tables}, "rules": rules_without()}


@cache
def _data() -> dict[str, str]:
    """Fingerprints of the models."""
    return {entry.name: hashlib.sha256(entry.read_bytes()).hexdigest() for entry in data_file().iterdir() if entry.is_file()}


def _version(root: Path) -> dict[str, Any] | None:
    """What ``version.json`` says; None where there is none."""
    try:
        version = json.loads((root / _VERSION).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise trouble(root, "workspace_damaged", f"{_VERSION} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8
        raise trouble(root, "workspace_damaged", f"{_VERSION} is damaged or belongs to another program") from error
    if not isinstance(version, dict) or version.get("made_by") != _MAKER:
        raise trouble(root, "workspace_damaged", f"{_VERSION} is damaged or belongs to another program")
    if version.get("format") != FORMAT:
        raise trouble(root, "workspace_format", f"written in format {version.get('format')!r}, this version reads format {FORMAT}")
    return version


def _state(root: Path, version: Mapping[str, Any]) -> State:
    listed, scans = version.get("parts"), version.get("scans")
    if not isinstance(listed, dict) or set(listed) != set(KEPT) or not isinstance(scans, list):
        raise trouble(root, "workspace_damaged", f"{_VERSION} does not list the tables of format {FORMAT}")
    batches = tuple(str(scan["batch"]) for scan in scans)
    return State(batches, {table: tuple(_part(root, table, name) for name in listed[table]) for table in KEPT})


def _part(root: Path, table: str, name: object) -> Path:
    import pyarrow.parquet as parquet

    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise trouble(root, "workspace_damaged", f"{_VERSION} lists {name!r}, which is no part")
    path = part_path(root, table, name)
    try:
        found = parquet.ParquetFile(path).schema_arrow
    except parquet_errors() as error:
        raise trouble(root, "workspace_damaged", f"{_PARTS}/{table}/{name} is missing or damaged") from error
    if not found.equals(schema("findings" if table == "across" else table)):
        raise trouble(root, "workspace_damaged", f"{_PARTS}/{table}/{name} has other columns")
    return path


def write_whole(root: Path, path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, whole or not at all, also when the machine stops.

    Raises:
        WorkspaceError: the disk is full or the folder cannot be written any more.
    """
    written = _beside(path)
    try:
        with open(written, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
        if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is logged by the file system
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise _unwritable(root, error) from error


def _sweep(root: Path) -> None:
    """Remove what killed scans left half written; the parts that do not count go with the next commit."""
    for place in (root, *(root / _PARTS / table for table in KEPT)):
        for path in place.glob(".*.tmp"):
            path.unlink(missing_ok=True)
    shutil.rmtree(root / COMPARING, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _unwritable(folder: str | os.PathLike[str], error: OSError) -> WorkspaceError:
    return trouble(folder, "workspace_unwritable", f"cannot be written: {error.strerror or error}")


def _library_version() -> str:
    try:
        return metadata.version(_MAKER)
    except metadata.PackageNotFoundError:  # run from a source tree that is not installed
        return ""
