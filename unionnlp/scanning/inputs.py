"""Which files a scan reads, and by what name they are known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from .failures import Failure
from .lines import is_lines
from .workspace import is_workspace, trouble

__all__ = ["Inputs", "Source", "find_inputs"]

Place = str | os.PathLike[str]

_END_OF_DATASET = "_SUCCESS"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files as (name, path), in the order of their names; those of them that hold a submission a line; folders that could not be listed.

    ``batch`` is the name of the folder that all of them lie in.
    """

    files: tuple[tuple[str, Path], ...]
    failures: tuple[Failure, ...]
    lines: frozenset[str] = frozenset()
    batch: str = ""


Source = Place | Iterable[Place]


def find_inputs(source: Source, workspace: Place) -> Inputs:
    """The files that a scan of ``source`` reads.

    Hidden files, Word's lock files (``~$…``), the empty file by which Spark ends a dataset, and folders that are workspaces are passed over; links to folders are not
    followed, so that a link back up cannot go round in circles.

    Args:
        source: a folder, a file, or several of them.
        workspace: where the scan will be kept.

    Returns:
        Names are paths below the folder, or below the deepest folder that holds all of ``source``; with / on every system,
        never absolute.

    Raises:
        InputError: no such folder or file ("no_such_folder"), or nothing in it ("empty_folder").
        WorkspaceError: the workspace is the folder itself.

    Complexity: O(n log n) in the files.
    """
    if isinstance(source, str | os.PathLike):
        top = Path(source)
        if not os.path.lexists(top):
            raise InputError(str(top), "no such folder or file", code="no_such_folder")
        root, tops = (top, [top]) if top.is_dir() else (top.parent, [top])
    else:
        tops = sorted({Path(os.path.abspath(place)) for place in source})
        root = Path(os.path.commonpath([place.parent for place in tops])) if tops else Path()
    if any(_same(place, Path(workspace)) for place in tops if place.is_dir()):
        raise trouble(workspace, "workspace_is_input", "the workspace is the folder that is to be scanned")
    failures: list[Failure] = []
    found = {path for place in tops for path in (_walk(place, Path(workspace), root, failures) if place.is_dir() else (place,))}
    if not found and not failures:
        raise InputError(", ".join(map(str, tops)), "no files to scan", code="empty_folder")
    files = tuple(sorted((_name(path, root), path) for path in found))
    batch = Path(os.path.abspath(root))
    return Inputs(files, tuple(failures), frozenset(name for name, path in files if is_lines(path)), _name(batch, batch))


def _walk(top: Path, workspace: Path, root: Path, failures: list[Failure]) -> Iterator[Path]:
    def unlisted(error: OSError) -> None:
        failures.append(Failure.of(_name(Path(error.filename), root), error))

    for folder, folders, files in os.walk(top, onerror=unlisted):
        here = Path(folder)
        if here != top and (_same(here, workspace) or is_workspace(here)):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (here / name for name in files if not (name.startswith((".", "~$")) or name == _END_OF_DATASET))


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:  # one of them does not exist yet
        return False


def _name(path: Path, root: Path) -> str:
    """The path below ``root`` with /; bytes that are not UTF-8 are read as GB18030, in which old archives name their files."""
    name = path.relative_to(root).as_posix() if path != root else path.name
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name
