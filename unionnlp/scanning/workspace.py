"""The folder a scan is kept in: immutable Parquet parts, and one small file that says which of them count.

    version.json                       format, library, lexicon fingerprints, rules of the audit, and the parts of every table
    parts/<table>/<content hash>.parquet

A file is written under another name beside its place, synced and renamed, so that nothing half written is ever seen under
its name. ``version.json`` is replaced last: a reader sees all of the old scan or all of the new one. There is no database
file, so a notebook reads a workspace while a scan writes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WorkspaceError
from ..lexicon import data_file, fingerprint
from .frames import TABLES, schema
from .results import Scan

if TYPE_CHECKING:
    import pyarrow

__all__ = ["FORMAT", "commit", "is_workspace", "open_workspace", "prepare", "trouble", "write_part"]

FORMAT = 4
"""Of the folder; a workspace with another number is refused. 2: facts have the dates of their period. 3: findings across reports.
4: files name the file that they are twins of."""

_MAKER = "unionnlp"
_VERSION = "version.json"
_PARTS = "parts"
_NAME = re.compile(r"[0-9a-f]{32}\.parquet", re.ASCII)


def trouble(folder: str | os.PathLike[str], code: str, reason: str) -> WorkspaceError:
    """A WorkspaceError with a finer code than its class has, by which the command line finds its words."""
    return WorkspaceError(os.fspath(folder), reason, code)


def open_workspace(folder: str | os.PathLike[str]) -> Scan:
    """The scan that a workspace holds, now or while another one is written.

    Args:
        folder: what was given to ``scan`` as its workspace.

    Raises:
        WorkspaceError: no workspace, of another format, or damaged: the reason says which.

    Complexity: reads the footer of every part; rows are read when a table is asked for.

    Example:
        >>> open_workspace("no/such/folder")
        Traceback (most recent call last):
        unionnlp.errors.WorkspaceError: no/such/folder: no workspace: it has no version.json
    """
    root = Path(folder)
    version = _version(root)
    if version is None:
        raise trouble(folder, "workspace_missing", f"no workspace: it has no {_VERSION}")
    listed = version.get("parts")
    if not isinstance(listed, dict) or set(listed) != set(TABLES):
        raise trouble(folder, "workspace_damaged", f"{_VERSION} does not list the tables of format {FORMAT}")
    parts = {table: tuple(_part(root, table, name) for name in listed[table]) for table in TABLES}
    return Scan(root, parts)


def prepare(folder: str | os.PathLike[str]) -> Path:
    """Make sure that a workspace can be written, before any work is done for it.

    Returns:
        The folder, which now exists.

    Raises:
        WorkspaceError: a file stands in its place, it cannot be written, or it belongs to another format.
    """
    root = Path(folder)
    if root.exists() and not root.is_dir():
        raise trouble(folder, "workspace_is_file", "a file stands in its place")
    _version(root)
    try:
        for table in TABLES:
            (root / _PARTS / table).mkdir(parents=True, exist_ok=True)
        for place in (root, *(root / _PARTS / table for table in TABLES)):
            probe = _beside(place / "probe")
            probe.write_bytes(b"")
            probe.unlink()
    except (FileExistsError, NotADirectoryError) as error:
        raise trouble(folder, "workspace_is_file", f"a file stands in its place: {error.filename}") from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    return root


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
    _write(root, root / _PARTS / table / name, data)
    return name


def commit(root: Path, parts: Mapping[str, Iterable[str]]) -> Scan:
    """Make ``parts`` the content of the workspace, and remove the parts that no longer count.

    Args:
        root: a prepared workspace; one scan at a time writes it.
        parts: names that ``write_part`` gave, by table.

    Raises:
        WorkspaceError: it cannot be written.
    """
    from ..auditing.audit import rules_without  # a workspace is also read where nothing is audited

    listed = {table: sorted(parts[table]) for table in TABLES}
    tables = sorted(entry.name.removesuffix(".tsv") for entry in data_file("lexicon").iterdir() if entry.name.endswith(".tsv"))
    version = {
        "made_by": _MAKER,
        "format": FORMAT,
        "library": _library_version(),
        "lexicon": {name: fingerprint(name) for name in tables},
        "rules": rules_without(),
        "parts": listed,
    }
    _write(root, root / _VERSION, json.dumps(version, ensure_ascii=False, indent=1).encode("utf-8"))
    for table, names in listed.items():
        for path in (root / _PARTS / table).iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)
    return open_workspace(root)


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


def _part(root: Path, table: str, name: object) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise trouble(root, "workspace_damaged", f"{_VERSION} lists {name!r}, which is no part")
    path = root.absolute() / _PARTS / table / name
    try:
        found = parquet.ParquetFile(path).schema_arrow
    except (OSError, pa.ArrowException) as error:
        raise trouble(root, "workspace_damaged", f"{_PARTS}/{table}/{name} is missing or damaged") from error
    if not found.equals(schema(table)):
        raise trouble(root, "workspace_damaged", f"{_PARTS}/{table}/{name} has other columns")
    return path


def _write(root: Path, path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, whole or not at all, also when the machine stops."""
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


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _unwritable(folder: str | os.PathLike[str], error: OSError) -> WorkspaceError:
    return trouble(folder, "workspace_unwritable", f"cannot be written: {error.strerror or error}")


def _library_version() -> str:
    try:
        return metadata.version(_MAKER)
    except metadata.PackageNotFoundError:  # run from a source tree that is not installed
        return ""
