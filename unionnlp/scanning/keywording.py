"""The keywords of the reports of a scan, over all of them at once: the words of each stand in columns of lists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from ..language.keywords import batch_idf, general_idf

if TYPE_CHECKING:
    import pyarrow

__all__ = ["TOP", "Keywording"]

TOP = 10
"""Keywords of a report."""


class Keywording:
    """Weighs the words of each report against the other reports of its scan; those of a single one against general Chinese.

    The same as ``language.keywords.keywords_each`` over all their texts.
    """

    def __init__(self) -> None:
        self._texts = 0
        self._texts_with: Counter[str] = Counter()
        self._idf: tuple[dict[str, float], float] | None = None

    def count(self, rows: pyarrow.Table) -> None:
        """Count the words of reports: columns terms and counts."""
        words, times = rows["terms"].combine_chunks().flatten().value_counts().flatten()
        self._texts += len(rows)
        self._texts_with.update(dict(zip(words.to_pylist(), times.to_pylist(), strict=True)))

    def weigh(self, rows: pyarrow.Table) -> list[str]:
        """The keywords of each report, heaviest first, joined by 、."""
        import pyarrow.compute as pc

        if self._idf is None:
            self._idf = general_idf() if self._texts == 1 else (batch_idf(self._texts_with, self._texts), 1.0)
        idf, missing = self._idf
        terms = rows["terms"].combine_chunks()
        encoded = terms.flatten().dictionary_encode()
        words = encoded.dictionary.to_pylist()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        counts = rows["counts"].combine_chunks().flatten().to_numpy()
        # A word that is there so often weighs the same in every report: all such pairs are put in order once, then whole numbers are sorted.
        several = int(counts.max(initial=0)) + 1
        pairs, pair = np.unique(codes * several + counts, return_inverse=True)
        code, count = np.divmod(pairs, several)
        alphabetical = np.empty(len(words), dtype=np.int64)
        alphabetical[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
        order = np.lexsort((alphabetical[code], -np.array([idf.get(word, missing) for word in words])[code] * count))
        rank = np.empty(len(pairs), dtype=np.int64)
        rank[order] = np.arange(len(pairs))
        report = pc.list_parent_indices(terms).to_numpy().astype(np.int64)
        ranked = np.sort(report * len(pairs) + rank[pair])
        edges = np.searchsorted(ranked, np.arange(len(rows) + 1) * len(pairs))
        ends = np.minimum(edges[1:], edges[:-1] + TOP)
        return ["、".join(words[code[order[at % len(pairs)]]] for at in ranked[start:end].tolist()) for start, end in zip(edges[:-1].tolist(), ends.tolist(), strict=True)]
