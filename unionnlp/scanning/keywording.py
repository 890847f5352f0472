"""The keywords of the reports of a scan, over all of them at once: the words of each stand in columns of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..language.keywords import batch_idf, general_idf

if TYPE_CHECKING:
    import pyarrow

__all__ = ["TOP", "Keywording"]

TOP = 10
"""Keywords of a report."""

AT_ONCE = 32
"""Counts of words that are added up together."""


class Keywording:
    """Weighs the words of each report against the other reports of its scan; those of a single one against general Chinese.

    The same as ``language.keywords.keywords_each`` over all their texts. Words stay in Arrow's arrays: a large scan has millions.
    """

    def __init__(self) -> None:
        self._texts = 0
        self._counted: list[pyarrow.Table] = []
        self._idf: tuple[pyarrow.Array, NDArray[np.float64], float] | None = None

    def count(self, rows: pyarrow.Table) -> None:
        """Count the words of reports: columns terms and counts."""
        import pyarrow as pa

        self._texts += len(rows)
        words, times = rows["terms"].combine_chunks().flatten().value_counts().flatten()
        self._counted.append(pa.table({"word": words, "times": times}))
        if len(self._counted) == AT_ONCE:
            self._counted = [self._added_up()]

    def weigh(self, rows: pyarrow.Table) -> list[str]:
        """The keywords of each report, heaviest first, joined by 、."""
        import pyarrow as pa
        import pyarrow.compute as pc

        terms = rows["terms"].combine_chunks()
        encoded = terms.flatten().dictionary_encode()
        words = encoded.dictionary
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        counts = rows["counts"].combine_chunks().flatten().to_numpy()
        # A word that is there so often weighs the same in every report: all such pairs are put in order once, then whole numbers are sorted.
        several = int(counts.max(initial=0)) + 1
        pairs, pair = np.unique(codes * several + counts, return_inverse=True)
        code, count = np.divmod(pairs, several)
        alphabetical = np.empty(len(words), dtype=np.int64)
        alphabetical[pc.sort_indices(words).to_numpy()] = np.arange(len(words))
        order = np.lexsort((alphabetical[code], -self._weights(words)[code] * count))
        rank = np.empty(len(pairs), dtype=np.int64)
        rank[order] = np.arange(len(pairs))
        report = pc.list_parent_indices(terms).to_numpy().astype(np.int64)
        ranked = np.sort(report * len(pairs) + rank[pair])
        edges = np.searchsorted(ranked, np.arange(len(rows) + 1) * len(pairs))
        lengths = np.minimum(np.diff(edges), TOP)
        ends = np.cumsum(lengths)
        chosen = np.arange(int(lengths.sum())) + np.repeat(edges[:-1] - ends + lengths, lengths)
        lists = pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), words.take(pa.array(code[order[ranked[chosen] % max(1, len(pairs))]])))
        joined: list[str] = pc.binary_join(lists, "、").to_pylist()
        return joined

    def _added_up(self) -> pyarrow.Table:
        """In how many texts each word stands."""
        import pyarrow as pa

        return pa.concat_tables(self._counted).group_by("word").aggregate([("times", "sum")]).rename_columns(["word", "times"])

    def _weights(self, words: pyarrow.Array) -> NDArray[np.float64]:
        """How rare words are."""
        import pyarrow.compute as pc

        if self._idf is None:
            self._idf = self._rarity()
        known, idf, missing = self._idf
        at = pc.fill_null(pc.index_in(words, value_set=known), -1).to_numpy()
        weights: NDArray[np.float64] = np.append(idf, missing)[at]
        return weights

    def _rarity(self) -> tuple[pyarrow.Array, NDArray[np.float64], float]:
        """Words, the idf of each, and that of any other."""
        import pyarrow as pa

        if self._texts == 1:
            table, missing = general_idf()
            return pa.array(list(table), pa.string()), np.array(list(table.values())), missing
        counted = self._added_up().combine_chunks()
        times, place = np.unique(counted["times"].to_numpy(), return_inverse=True)
        idf = batch_idf({str(n): n for n in times.tolist()}, self._texts)
        return counted["word"].combine_chunks(), np.array(list(idf.values()))[place], 1.0
