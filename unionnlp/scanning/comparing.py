"""New reports against one another and against all that the workspace has: pairs as they are kept.

A report is known by its key, ``scan/report_id``: an id may come again in a later scan when the file that had it changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..duplicates.find import find_pairs, most_alike_first
from ..duplicates.index import DuplicateIndex
from ..errors import WorkspaceError
from ..records import FigurePair, Match, Passage
from .failures import CAUGHT
from .frames import arrow_table, match_rows
from .pool import Pool

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Texts", "bring_up_to_date", "find_new_pairs", "key_of", "texts_in"]

Texts = dict[str, tuple[str, int]]
"""By report_id the text of a report and its start in the file."""

MANY = 200
"""Reports that are worth starting workers for: at 5 ms each they take as long as a worker needs to begin."""

TOGETHER = 32
"""Reports that a worker is given at once to ask for."""

ADDED_AT_ONCE = 16_384
"""Texts added to the index together: 300 MB of texts and arrays."""

_FOLDER = "index"


def key_of(scan: int, report_id: str) -> str:
    """What a report is known by in a workspace."""
    return f"{scan}/{report_id}"


def texts_in(parts: Sequence[Path]) -> Iterator[tuple[int, str, str, int]]:
    """The reports in some parts: scan, report_id, text and start."""
    import pyarrow.parquet as parquet

    for part in parts:
        rows = parquet.ParquetFile(part).read(columns=["scan", "report_id", "text", "start"])
        yield from zip(*(rows[name].to_pylist() for name in ("scan", "report_id", "text", "start")), strict=True)


def bring_up_to_date(root: Path, parts: Sequence[Path]) -> DuplicateIndex:
    """The index of the workspace, with all reports in ``parts``: those committed, whatever was killed since.

    An index that is damaged, or was made by another version, is made anew.

    Raises:
        WorkspaceError: it cannot be written.
    """
    folder = root / _FOLDER
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
        adding.update((key_of(scan, report_id), text) for scan, report_id, text, _ in texts_in([part]))
        if len(adding) >= ADDED_AT_ONCE:
            index.add(adding)
            adding = {}
    index.add(adding)
    return index


def _last(part: Path) -> tuple[int, str]:
    import pyarrow.parquet as parquet

    rows = parquet.ParquetFile(part).read(columns=["scan", "report_id"])
    return rows["scan"][-1].as_py(), rows["report_id"][-1].as_py()


def find_new_pairs(texts: Texts, scan: int, root: Path, earlier: Mapping[str, int], workers: int, limit_mb: float) -> pyarrow.Table:
    """What the new reports have in common with one another and with those that stand.

    Args:
        texts: the reports of this scan.
        earlier: by key, the start of every report of earlier scans that counts; the index knows others, too.
        workers: processes that ask the index when there is much to ask.

    Returns:
        The table of pairs, most alike first; against an earlier scan ``a`` is the new report.
    """
    rows = [(match, scan) for match in find_pairs(texts)]
    if earlier:
        for match in _against_earlier(texts, scan, root, earlier, workers, limit_mb):
            by, report_id = match.b.split("/", 1)
            rows.append((replace(_shifted(match, texts[match.a][1], earlier[match.b]), b=report_id), int(by)))
    rows.sort(key=lambda row: most_alike_first(row[0]))
    return arrow_table("pairs", [(*cells, scan, scan, other) for cells, (_, other) in zip(match_rows(match for match, _ in rows), rows, strict=True)])


def _against_earlier(texts: Texts, scan: int, root: Path, earlier: Mapping[str, int], workers: int, limit_mb: float) -> Iterator[Match]:
    asked = [(report_id, text) for report_id, (text, _) in texts.items()]
    tasks = [asked[first : first + TOGETHER] for first in range(0, len(asked), TOGETHER)]
    pool = Pool(_Ask(root / _FOLDER, scan), workers if len(asked) >= MANY else 0, float("inf"), limit_mb)
    with closing(pool.run(tasks)) as answers:
        for _, found in answers:
            if isinstance(found, CAUGHT):  # the index is part of the workspace: nothing is passed over
                raise found
            yield from (match for match in found if match.b in earlier)


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
