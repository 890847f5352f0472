"""What people open beside a workspace, written when it does not show what the workspace holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..scanning.results import Scan

__all__ = ["DOSSIER", "WORKBOOK", "write_outputs"]

DOSSIER, WORKBOOK = "dossier.html", "workbook.xlsx"

_STAMP = "outputs.json"
_RENDERING = frozenset((".py", ".html", ".css", ".js"))


def write_outputs(workspace: Path) -> Scan:
    """Write the dossier and the workbook of a workspace, unless both lie there as this version of the library wrote them from the same parts.

    Returns:
        What they show.

    Raises:
        WorkspaceError: the workspace is damaged.
        OSError: they cannot be written.

    Complexity: of a workspace that did not change, their bytes are read.
    """
    from ..scanning.results import Scan
    from ..scanning.workspace import state_of, write_whole

    parts = state_of(workspace).parts
    found = Scan(workspace, parts)
    held = hashlib.sha256(json.dumps([_library(), {table: [path.name for path in paths] for table, paths in parts.items()}]).encode()).hexdigest()
    stamp, paths = workspace / _STAMP, [workspace / DOSSIER, workspace / WORKBOOK]
    if not stamp.is_file() or stamp.read_bytes() != _stamp(held, paths):
        stamp.unlink(missing_ok=True)
        found.to_html(paths[0])
        found.to_excel(paths[1])
        write_whole(workspace, stamp, _stamp(held, paths))
    return found


def _stamp(held: str, paths: list[Path]) -> bytes:
    """What was shown, and the bytes that show it; of a file that is missing, none."""
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in paths]
    return json.dumps({"shown": held, **{path.name: digest for path, digest in zip(paths, digests, strict=True)}}, indent=1).encode()


@cache
def _library() -> str:
    """A fingerprint of all that decides what they look like: the library's words and models, its code and its templates."""
    from ..scanning.workspace import made_with

    def files() -> Iterator[Path]:
        yield from sorted(path for path in Path(__file__).parent.parent.rglob("*") if path.suffix in _RENDERING)

    return hashlib.sha256(made_with().encode() + b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files())).hexdigest()
