"""The end of a scan: what was read becomes part of the workspace, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from .across_parts import across_parts
from .assembly import assemble, take_inventory
from .comparing import bring_up_to_date, find_new_pairs, key_of
from .engines import Engine
from .frames import arrow_table
from .pending import Chunk
from .results import OF_REPORTS, Scan
from .standing import LIGHT, read, stand
from .turns import Turns
from .workspace import State, commit, open_workspace, part_path, write_part

if TYPE_CHECKING:
    import pyarrow

__all__ = ["conclude"]

def conclude(
    root: Path,
    state: State,
    chunks: Sequence[Chunk],
    turns: Turns,
    batch: str,
    gone: Collection[str],
    workers: int,
    limit_mb: float,
    engine: Engine[Any] | None = None,
) -> Scan:
    """Put together what was read, compare it with what there is, and commit all of it.

    Args:
        root: the workspace, held for ``writing``; ``state`` is what it holds.
        chunks: what was read.
        turns: what was decided about each source.
        batch: of this scan.
        gone: sources of the batch that are to be forgotten.
        workers, limit_mb: processes that help, and what one may hold.
        engine: what compares; None leaves that to this machine.

    Raises:
        WorkspaceError: it cannot be written; then it holds what it held before.
    """
    scan = len(state.batches) + 1
    before = {table: read(state.parts[table], table) for table in ("files", "failures", "pairs", "hidden")}
    light = read(state.parts["reports"], "reports", LIGHT)
    inventory = take_inventory(chunks, turns.places)
    kept = _without_sources(before["files"], batch, inventory.sources | set(gone))
    failures = _failures(before["failures"], turns, gone, [*turns.failures, *inventory.failures], batch, scan)
    if state.batches and not inventory.items and len(kept) == len(before["files"]) and failures.equals(before["failures"]):
        return open_workspace(root)
    standing = _standing(kept, light)
    new = assemble(root, inventory, batch, scan, _occurrences(standing))
    parts = {table: [path.name for path in paths] for table, paths in state.parts.items()}
    for table in OF_REPORTS:
        parts[table] += new.parts[table]
    own = [part_path(root, "reports", name) for name in new.parts["reports"]]
    if standing and own:
        bring_up_to_date(root, state.parts["reports"])
    starts = {key_of(row["scan"], row["report_id"]): row["start"] for row in standing}
    pairs = find_new_pairs(own, scan, root, starts, workers, limit_mb, engine)
    del starts, standing
    parts["pairs"] += _part(root, "pairs", pairs)
    shown = stand(_joined(kept, new.files), _joined(light, read(own, "reports", LIGHT)), _joined(before["pairs"], pairs), before["hidden"], scan)
    derived = {"files": shown.files, "matches": shown.matches, "failures": failures, "hidden": shown.hidden}
    for table, rows in derived.items():
        parts[table] = _part(root, table, rows)
    parts["across"] = _part(root, "across", across_parts(root, parts, shown.hidden, shown.pairs, workers, limit_mb))
    found = commit(root, parts, (*state.batches, batch))
    bring_up_to_date(root, [part_path(root, "reports", name) for name in parts["reports"]])
    return found


def _part(root: Path, table: str, rows: pyarrow.Table) -> list[str]:
    return [write_part(root, table, rows)] if len(rows) else []


def _joined(*tables: pyarrow.Table) -> pyarrow.Table:
    import pyarrow as pa

    return pa.concat_tables(tables)


def _sources(files: pyarrow.Table) -> list[str]:
    return [archive or file for archive, file in zip(files["archive"].to_pylist(), files["file"].to_pylist(), strict=True)]


def _without_sources(files: pyarrow.Table, batch: str, sources: Collection[str]) -> pyarrow.Table:
    import pyarrow as pa

    own = zip(files["batch"].to_pylist(), _sources(files), strict=True)
    return files.filter(pa.array([not (name == batch and source in sources) for name, source in own], pa.bool_()))


def _standing(files: pyarrow.Table, light: pyarrow.Table) -> list[dict[str, Any]]:
    """The reports of some files, also those that another one replaces."""
    columns = ("scan", "batch", "file")
    own = set(zip(*(files[name].to_pylist() for name in columns), strict=True))
    return [row for row in light.to_pylist() if tuple(row[name] for name in columns) in own]


def _occurrences(reports: Iterable[dict[str, Any]]) -> Counter[str]:
    """How often each text was sent in already: an id tells, as 3f2a~2 does of the second time."""
    seen: Counter[str] = Counter()
    for row in reports:
        key, _, number = row["report_id"].partition("~")
        seen[key] = max(seen[key], int(number or 1))
    return seen


def _failures(before: pyarrow.Table, turns: Turns, gone: Collection[str], now: Sequence[Any], batch: str, scan: int) -> pyarrow.Table:
    """What could not be read, in the order of names; what failed as it did before keeps the number of its scan."""
    old = before.to_pylist()
    tried = {*turns.places, *gone, *turns.lines}
    fine = {*turns.seen, *(folder.as_posix() for name in turns.seen for folder in PurePosixPath(name).parents)}
    rows = {(row["batch"], row["file"]): row for row in old if row["batch"] != batch or not (row["file"] in fine or _belongs(row["file"], tried))}
    known = {tuple(row[name] for name in ("batch", "file", "code", "reason")): row["scan"] for row in old}
    for f in now:
        rows[batch, f.file] = {"file": f.file, "code": f.code, "reason": f.reason, "advice": f.advice, "batch": batch}
        rows[batch, f.file]["scan"] = known.get((batch, f.file, f.code, f.reason), scan)
    ordered = sorted(rows.values(), key=lambda row: (row["scan"], row["batch"], row["file"], row["code"]))
    return arrow_table("failures", [tuple(row.values()) for row in ordered])


def _belongs(file: str, tried: Collection[str]) -> bool:
    """Whether a failure belongs to a source that was tried now: the file itself, an archive that it lies in, a file whose line it is."""
    steps = file.split("/")
    return any("/".join(steps[:n]) in tried for n in range(1, len(steps) + 1)) or file.rpartition(":")[0] in tried
