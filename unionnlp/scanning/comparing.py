"""New reports against one another and against all that the workspace has: pairs as they are kept.

A report is known by its key, ``scan/report_id``: an id may come again in a later scan when the file that had it changed.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..duplicates.batch_kernels import text_schema
from ..duplicates.find import find_pairs
from ..duplicates.index import DuplicateIndex
from ..errors import WorkspaceError
from ..records import FigurePair, Match, Passage
from .failures import CAUGHT
from .frames import Row, arrow_table, filled, match_rows
from .local_engine import TOGETHER, LocalEngine, rows_at_once
from .plan import compare_all
from .pool import Pool
from .workspace import COMPARING, trouble

if TYPE_CHECKING:
    import pyarrow

    from .engines import Batches, Engine

__all__ = ["bring_up_to_date", "find_new_pairs", "key_of", "texts_in"]

Rows = TypeVar("Rows")

IN_MEMORY = 16_000_000
"""Characters of new reports up to which they are compared in this process: some 5,000 reports, and 0.6 GB. The plan takes two and a half
times the work, spread over the workers, and its memory does not grow (bench_plan.py)."""

MANY = 200
"""Reports that are worth starting workers for: at 5 ms each they take as long as a worker needs to begin."""

ASKED_AT_ONCE = 32
"""Reports that a worker is given at once to ask for."""

ADDED_AT_ONCE = 16_384
"""Texts added to the index together: 300 MB of texts and arrays."""

_INDEX = "index"


def key_of(scan: int, report_id: str) -> str:
    """What a report is known by in a workspace."""
    return f"{scan}/{report_id}"


def texts_in(parts: Sequence[Path], most: int = TOGETHER) -> Iterator[list[tuple[int, str, str, int]]]:
    """The reports in some parts, so many at a time at the most: scan, report_id, text and start."""
    import pyarrow.parquet as parquet

    columns = ["scan", "report_id", "text", "start"]
    for part in parts:
        source = parquet.ParquetFile(part)
        for rows in source.iter_batches(rows_at_once(source, most), columns=columns):
            yield list(zip(*(rows[name].to_pylist() for name in columns), strict=True))


def bring_up_to_date(root: Path, parts: Sequence[Path]) -> DuplicateIndex:
    """The index of the workspace, with all reports in ``parts``: those committed, whatever was killed since.

    An index that is damaged, or was made by another version, is made anew.

    Raises:
        WorkspaceError: it cannot be written.
    """
    folder = root / _INDEX
    try:
        return _with_all(DuplicateIndex.open(folder), parts)
    except WorkspaceError as error:
        if error.code == "workspace_unwritable":
            raise
        shutil.rmtree(folder, ignore_errors=True)
        return _with_all(DuplicateIndex.open(folder), parts)


def _with_all(index: DuplicateIndex, parts: Sequence[Path]) -> DuplicateIndex:
    adding: dict[str, str] = {}
    for part in parts:
        scan, report_id = _last(part)
        if key_of(scan, report_id) in index:  # a part is added as a whole
            continue
        adding.update((key_of(scan, report_id), text) for rows in texts_in([part]) for scan, report_id, text, _ in rows)
        if len(adding) >= ADDED_AT_ONCE:
            index.add(adding)
            adding = {}
    index.add(adding)
    return index


def _last(part: Path) -> tuple[int, str]:
    import pyarrow.parquet as parquet

    rows = parquet.ParquetFile(part).read(columns=["scan", "report_id"])
    return rows["scan"][-1].as_py(), rows["report_id"][-1].as_py()


def find_new_pairs(
    parts: Sequence[Path], scan: int, root: Path, earlier: Mapping[str, int], workers: int, limit_mb: float, engine: Engine[Any] | None = None
) -> pyarrow.Table:
    """What the new reports have in common with one another and with those that stand.

    Args:
        parts: the reports of this scan.
        earlier: by key, the start of every report of earlier scans that counts; the index knows others, too.
        workers, limit_mb: processes that compare when there is much to compare, and what one may hold in asking the index.
        engine: what compares the new reports with one another and asks the index; None leaves that to this machine.

    Returns:
        The table of pairs, most alike first; against an earlier scan ``a`` is the new report.

    Raises:
        WorkspaceError: what a comparison of many needs meanwhile cannot be written.
    """
    import pyarrow as pa

    starts = _column(parts, "report_id", "start")
    if engine:
        among = _among_many(engine, parts, sorted(starts), scan)
    elif sum(_column(parts, "report_id", "characters").values()) <= IN_MEMORY:
        found = find_pairs({report_id: (text, start) for rows in texts_in(parts) for _, report_id, text, start in rows})
        among = arrow_table("pairs", ((*cells, scan, scan, scan) for cells in match_rows(found)))
    else:
        among = _among_many_here(parts, sorted(starts), scan, root, workers)
    if not earlier:
        return _most_alike_first(among)
    known = _ask_everywhere(engine, parts, root, scan) if engine else _ask_here(parts, root, scan, workers if len(starts) >= MANY else 0, limit_mb)
    return _most_alike_first(pa.concat_tables((among, arrow_table("pairs", _against_earlier(known, starts, scan, earlier)))))


def _among_many_here(parts: Sequence[Path], ids: Sequence[str], scan: int, root: Path, workers: int) -> pyarrow.Table:
    """The same as ``_among_many`` on this machine, with tables in a folder of the workspace meanwhile."""
    import duckdb

    try:
        with LocalEngine(root / COMPARING, workers) as engine:
            return _among_many(engine, parts, ids, scan)
    except (OSError, duckdb.OperationalError) as error:
        raise trouble(root, "workspace_unwritable", f"the tables of a comparison cannot be kept in it: {error}") from error


def _among_many(engine: Engine[Rows], parts: Sequence[Path], ids: Sequence[str], scan: int) -> pyarrow.Table:
    """What many reports have in common, by the plan: their texts are never all in memory.

    Args:
        ids: of the reports, sorted.
    """
    import pyarrow as pa

    target, numbers = text_schema(), {report_id: number for number, report_id in enumerate(ids)}
    texts = (
        pa.record_batch([[numbers[report_id] for _, report_id, _, _ in rows], [text for *_, text, _ in rows], [start for *_, start in rows]], schema=target)
        for rows in texts_in(parts)
    )
    found = compare_all(engine, engine.rows(texts, target), len(ids))
    names = pa.array(ids, pa.string())
    for side in "ab":
        found = found.set_column(found.column_names.index(side), side, names.take(found[side].combine_chunks()))
    return filled("pairs", found, scan=scan, scan_a=scan, scan_b=scan)


def _most_alike_first(pairs: pyarrow.Table) -> pyarrow.Table:
    """Pairs in the order of ``most_alike_first``."""
    import pyarrow.compute as pc

    most = pc.max_element_wise(pairs["containment_a"], pairs["containment_b"])
    keys = [("most", "descending"), ("jaccard", "descending"), ("a", "ascending"), ("b", "ascending"), ("scan_b", "ascending")]
    return pairs.take(pc.sort_indices(pairs.append_column("most", most), keys))


def _column(parts: Sequence[Path], key: str, name: str) -> dict[str, int]:
    """A column of the reports in some parts, by another."""
    import pyarrow.parquet as parquet

    tables = (parquet.ParquetFile(part).read(columns=[key, name]) for part in parts)
    return {report_id: value for table in tables for report_id, value in zip(table[key].to_pylist(), table[name].to_pylist(), strict=True)}


def _against_earlier(found: Iterable[Match], starts: Mapping[str, int], scan: int, earlier: Mapping[str, int]) -> Iterator[Row]:
    """Rows of the table of pairs.

    Args:
        found: what the index has of the new reports, those too that count no more.
        starts: of the new reports, by id.
    """
    for match in found:
        if match.b in earlier:
            by, report_id = match.b.split("/", 1)
            (cells,) = match_rows([replace(_shifted(match, starts[match.a], earlier[match.b]), b=report_id)])
            yield (*cells, scan, scan, int(by))


def _ask_here(parts: Sequence[Path], root: Path, scan: int, workers: int, limit_mb: float) -> Iterator[Match]:
    """What the index has of new reports."""
    tasks = ([(report_id, text) for _, report_id, text, _ in rows] for rows in texts_in(parts, ASKED_AT_ONCE))
    with closing(Pool(_Ask(root / _INDEX, scan), workers, float("inf"), limit_mb).run(tasks)) as answers:
        for _, found in answers:
            if isinstance(found, CAUGHT):  # the index is part of the workspace: nothing is passed over
                raise found
            yield from found


def _ask_everywhere(engine: Engine[Rows], parts: Sequence[Path], root: Path, scan: int) -> Iterator[Match]:
    """The same by the workers of an engine, who see the workspace."""
    import pyarrow as pa

    given = pa.schema({"report_id": pa.string(), "text": pa.string()})
    texts = (pa.record_batch([[report_id for _, report_id, _, _ in rows], [text for *_, text, _ in rows]], schema=given) for rows in texts_in(parts))
    kernel = _AskInBatches(_Ask((root / _INDEX).absolute(), scan))
    yield from map(pickle.loads, engine.collect(engine.map(kernel, engine.rows(texts, given), _asked()))["match"].to_pylist())


def _asked() -> pyarrow.Schema:
    import pyarrow as pa

    return pa.schema({"match": pa.binary()})


@dataclass(frozen=True, slots=True)
class _AskInBatches:
    """Kernel: ids and texts of new reports in, matches out."""

    ask: _Ask

    def __call__(self, batches: Batches) -> Batches:
        import pyarrow as pa

        for batch in batches:
            found = self.ask(list(zip(*(column.to_pylist() for column in batch.columns), strict=True)))
            yield pa.record_batch([[pickle.dumps(match) for match in found]], schema=_asked())


class _Ask:
    """Asks the index for some texts; each worker opens it once."""

    def __init__(self, folder: Path, scan: int) -> None:
        self._folder = folder
        self._scan = scan
        self._index: DuplicateIndex | None = None

    def __call__(self, texts: Sequence[tuple[str, str]]) -> list[Match]:
        self._index = self._index or DuplicateIndex.open(self._folder)
        return [replace(match, a=report_id) for report_id, text in texts for match in self._index.query(text, name=key_of(self._scan, report_id))]


def _shifted(match: Match, by_a: int, by_b: int) -> Match:
    """A match with places in the files, given one with places in the reports."""

    def passage(p: Passage) -> Passage:
        return Passage(p.start_a + by_a, p.end_a + by_a, p.start_b + by_b, p.end_b + by_b, p.kind)

    def pair(p: FigurePair) -> FigurePair:
        return replace(p, start_a=p.start_a + by_a, end_a=p.end_a + by_a, start_b=p.start_b + by_b, end_b=p.end_b + by_b)

    return replace(match, passages=tuple(map(passage, match.passages)), changes=tuple(map(pair, match.changes)), figures=tuple(map(pair, match.figures)))
