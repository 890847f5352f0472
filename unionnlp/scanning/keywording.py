"""The keywords of the reports of a scan, over all of them at once: the words of each stand in columns of lists."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from ..language.keywords import batch_idf, general_idf
from ..spilling import spilling

if TYPE_CHECKING:
    import pyarrow

__all__ = ["TOP", "Keywording", "Weights", "count_words"]

TOP = 10
"""Keywords of a report."""

LIKELY = 3 * TOP
"""Words a report, on average, among which its keywords are looked for: a report with fewer than ``TOP`` of these is looked through whole."""

MEMORY = "500MB"
"""For the counts of a scan; what goes beyond it lies on the disk meanwhile."""


class Keywording:
    """Counts the words of the reports of a scan, of which a large one has millions: DuckDB holds them, and not all in memory.

    Example:
        >>> from collections import Counter
        >>> from unionnlp.scanning.frames import arrow_columns
        >>> from unionnlp.scanning.rows import terms_as_kept
        >>> counted = Counter(困难职工=3, 职工=1), Counter(劳模=1, 职工=2)
        >>> rows = arrow_columns("terms", list(zip(*map(terms_as_kept, counted))))
        >>> with Keywording() as keywording:
        ...     keywording.add(count_words(rows), len(rows))
        ...     keywording.weights().keywords(rows)
        ['困难职工、职工', '职工、劳模']
    """

    def __init__(self) -> None:
        self._texts = 0
        with ExitStack() as held:
            self._connection = held.enter_context(spilling(MEMORY, preserve_insertion_order=False))
            self._connection.execute("create table counted (word varchar, times bigint)")
            self._held = held.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def add(self, counted: pyarrow.Table, reports: int) -> None:
        """Add what ``count_words`` gave for so many reports."""
        self._texts += reports
        self._connection.register("added", counted)
        self._connection.execute("insert into counted select word, times from added")
        self._connection.unregister("added")

    def weights(self) -> Weights:
        """How rare the words are, once all reports are counted: each against the other reports of the scan; those of a single report
        against general Chinese."""
        import pyarrow as pa

        if self._texts == 1:
            table, missing = general_idf()
            return Weights(pa.array(list(table), pa.string()), np.array(list(table.values())), missing)
        query = "select word, cast(sum(times) as bigint) as times from counted group by word having sum(times) > 1"  # most words stand in one text alone
        counted = self._connection.sql(query).to_arrow_table()
        times, which = np.unique(counted["times"].to_numpy(), return_inverse=True)
        idf = batch_idf({str(n): n for n in (1, *times.tolist())}, self._texts)
        return Weights(counted["word"].combine_chunks(), np.array([idf[str(n)] for n in times.tolist()])[which], idf["1"])


def count_words(rows: pyarrow.Table) -> pyarrow.Table:
    """In how many of some reports, given by terms and counts, each word stands: columns word and times."""
    import pyarrow as pa

    words, times = _terms(rows).flatten().value_counts().flatten()
    return pa.table({"word": words, "times": times})


@dataclass(frozen=True, slots=True)
class Weights:
    """How rare words are.

    Args:
        words: those that are known.
        idf: of each.
        missing: of any other.
    """

    words: pyarrow.Array
    idf: NDArray[np.float64]
    missing: float

    def keywords(self, rows: pyarrow.Table) -> list[str]:
        """The keywords of each report, given by terms and counts, heaviest first, joined by 、; of equal weight, first as the alphabet has them.

        The same as ``language.keywords.keywords_each`` gives over all texts of the scan.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        terms = _terms(rows)
        words, report = terms.flatten(), pc.list_parent_indices(terms).to_numpy()
        weights = self._of(words) * np.frombuffer(b"".join(rows["counts"].to_pylist()), dtype="<i4")
        chosen = np.flatnonzero(_heavy(weights, report, len(rows)))
        columns = {"report": report[chosen], "weight": weights[chosen], "word": words.take(pa.array(chosen))}
        ordered = pa.table(columns).sort_by([("report", "ascending"), ("weight", "descending"), ("word", "ascending")])
        edges = np.searchsorted(ordered["report"].to_numpy(), np.arange(len(rows) + 1))
        lengths = np.minimum(np.diff(edges), TOP)
        ends = np.cumsum(lengths)
        first = np.arange(int(lengths.sum())) + np.repeat(edges[:-1] - ends + lengths, lengths)
        lists = pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), ordered["word"].combine_chunks().take(pa.array(first)))
        joined: list[str] = pc.binary_join(lists, "、").to_pylist()
        return joined

    def _of(self, words: pyarrow.Array) -> NDArray[np.float64]:
        import pyarrow.compute as pc

        at = pc.fill_null(pc.index_in(words, value_set=self.words), -1).to_numpy()
        weights: NDArray[np.float64] = np.append(self.idf, self.missing)[at]
        return weights


def _terms(rows: pyarrow.Table) -> pyarrow.Array:
    """The words of each report as ``rows.terms_as_kept`` put them together, as lists; of a report without any there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    joined = rows["terms"].combine_chunks()
    return pc.split_pattern(pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined), "\n")


def _heavy(weights: NDArray[np.float64], report: NDArray[np.int64], reports: int) -> NDArray[np.bool_]:
    """Words that may be among the ``TOP`` of their report, those among them: far fewer than there are, to put in order.

    Args:
        weights, report: of each word, and which report it stands in.
    """
    most = LIKELY * reports
    if len(weights) <= most:
        return np.ones(len(weights), dtype=bool)
    heavy: NDArray[np.bool_] = weights >= np.partition(weights, -most)[-most]
    few = np.bincount(report[heavy], minlength=reports) < TOP
    return heavy | few[report]
