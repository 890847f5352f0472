"""The audit across the reports of a workspace: what findings_across reads comes from the Parquet parts, a piece at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..across.audit import findings_across
from ..across.batch import OF_REPORTS
from ..across.wording import SharedError, wrong_words
from ..errors import WorkspaceError
from ..records import Findings, Matches
from .failures import CAUGHT
from .frames import Row, arrow_table, parquet_errors, schema
from .pool import Outcome, Pool
from .rows import across_rows
from .workspace import part_path

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

__all__ = ["Parts", "across_parts"]

MANY = 2000
"""Reports for which a worker is worth its start, of two seconds."""

AT_ONCE = 512
"""Reports whose texts are held at once: 5 MB."""


def across_parts(
    root: Path, parts: Mapping[str, Sequence[str]], hidden: pyarrow.Table, pairs: Matches, workers: int = 0, limit_mb: float = math.inf
) -> pyarrow.Table:
    """What all reports that show say together.

    Args:
        root: the workspace.
        parts: names of the parts of reports and facts.
        hidden: the reports in them that do not show, as scan and report_id.
        pairs: what the reports have in common, by report_id.
        workers, limit_mb: processes that may help with many reports, and what one may hold.
    Returns:
        Rows of findings, most serious first.
    Raises:
        WorkspaceError: a part is damaged.
    Complexity: the texts are read twice, twice more for wrong words, and those that findings begin in once again; memory as ``findings_across``.
    """
    import numpy as np

    batch = Parts(root, parts, hidden)
    about = batch.reports()
    pool = Pool(wrong_words, 1 if workers > 1 and len(about) >= MANY else 0, math.inf, limit_mb)
    with pool.meanwhile(Parts(root, parts, hidden)) as found:  # they need the texts alone, and a third of the time of the audit
        findings = findings_across(batch, pairs, lambda: _all_of(found()))
    ids, scans, starts = (about[name].to_pylist() for name in ("report_id", "scan", "start"))
    by_report: dict[str, list[int]] = defaultdict(list)
    for at, finding in enumerate(findings):
        by_report[finding.report_ids[0]].append(at)
    rows: dict[int, Row] = {}
    wanted = np.array([report_id in by_report for report_id in ids], dtype=bool)
    for numbers, texts in batch.texts(wanted) if findings else ():
        for number, text in zip(numbers, texts, strict=True):
            own = by_report[ids[number]]
            given = {ids[number]: (scans[number], starts[number], text)}
            rows.update(zip(own, across_rows(Findings(findings[at] for at in own), given), strict=True))
    return arrow_table("findings", [row for _, row in sorted(rows.items())])


def _all_of(found: Outcome[tuple[SharedError, ...]]) -> tuple[SharedError, ...]:
    """Nothing is passed over: the parts are of the workspace."""
    if isinstance(found, CAUGHT):
        raise found
    return found


class Parts:
    """The reports that show in a workspace as a ``Batch``.

    Args:
        root, parts, hidden: as for ``across_parts``.
        at_once: reports whose texts are read together.
    """

    def __init__(self, root: Path, parts: Mapping[str, Sequence[str]], hidden: pyarrow.Table, at_once: int = AT_ONCE) -> None:
        self._root = root
        self._paths = {table: [part_path(root, table, name) for name in parts[table]] for table in ("reports", "facts")}
        self._hidden = _keys(hidden) if len(hidden) else None
        self._at_once = at_once

    def reports(self) -> pyarrow.Table:
        """``OF_REPORTS`` and scan of all reports."""
        import pyarrow as pa

        return pa.concat_tables(self._about)

    def texts(self, wanted: NDArray[np.bool_] | None = None) -> Iterator[tuple[Sequence[int], Sequence[str]]]:
        """Numbers of reports and their texts."""
        import numpy as np

        first = 0
        for path, about in zip((None, *self._paths["reports"]), self._about, strict=True):
            own = np.ones(len(about), dtype=bool) if wanted is None else wanted[first : first + len(about)]
            if path is not None and own.any():
                last = 0
                for piece in self._pieces(path, "reports", ["text"], self._at_once):
                    chosen = np.flatnonzero(own[last : last + len(piece)])
                    yield (first + last + chosen).tolist(), piece["text"].take(chosen).to_pylist()
                    last += len(piece)
            first += len(about)

    def facts(self, columns: Sequence[str]) -> Iterator[pyarrow.Table]:
        """Columns of the facts, a part at a time."""
        import pyarrow as pa

        for path in self._paths["facts"]:
            yield pa.concat_tables([schema("facts").empty_table().select(columns), *self._pieces(path, "facts", columns, 1 << 16)])

    @cached_property
    def _about(self) -> list[pyarrow.Table]:
        """What is held of the reports, none first and then those of each part."""
        import pyarrow as pa

        columns = [*OF_REPORTS, "scan"]
        empty = schema("reports").empty_table().select(columns)
        return [empty, *(pa.concat_tables([empty, *self._pieces(path, "reports", columns, 1 << 16)]) for path in self._paths["reports"])]

    def _pieces(self, path: Path, table: str, columns: Sequence[str], at_once: int) -> Iterator[pyarrow.Table]:
        """Some rows of a part after another, without what does not show."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as parquet

        key = ["scan", "report_id"] if self._hidden is not None else []
        try:
            with parquet.ParquetFile(path) as file:
                for rows in file.iter_batches(at_once, columns=list(dict.fromkeys((*columns, *key)))):
                    piece = pa.Table.from_batches([rows])
                    if self._hidden is not None:
                        piece = piece.filter(pc.invert(pc.is_in(_keys(piece), value_set=self._hidden)))
                    yield piece.select(columns)
        except parquet_errors() as error:
            raise WorkspaceError(str(self._root), f"a part of {table} is damaged") from error


def _keys(rows: pyarrow.Table) -> pyarrow.Array:
    """Reports as a workspace knows them: scan/report_id."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(rows["scan"].cast(pa.string()), rows["report_id"], "/").combine_chunks()
