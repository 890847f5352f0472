"""Several texts made ready in one go: what is computed over all their characters at once.

A report is short: on one alone numpy spends as much on being called as on its characters. Everything here is computed when first
asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..language.stock import quoted_spans, stock_spans
from ..spans import Span
from .common_shingles import common_places
from .figures import Figures, scan_figures
from .folding import GAP, Batch, Codes, Folded, batches, code_points, decode
from .passages import Grams, winnow_each
from .shingles import SHINGLE, Scratch, gram_hashes, shingle_hashes

__all__ = ["Mask", "Together", "together"]

Mask = NDArray[np.bool_]

_BETWEEN = "\n" * GAP
"""As long as what stands between the texts of a batch; no phrase and no quotation goes on across it."""


def together(texts: Sequence[str], scratch: Scratch | None = None) -> Iterator[tuple[int, Together]]:
    """Texts in batches small enough for the cache, each with the number of its first text."""
    for first, batch in batches(texts):
        yield first, Together(texts[first : first + len(batch.starts)], batch, scratch or Scratch())


class Together:
    """Texts that lie in one array.

    Args:
        texts: as they were sent in.
        batch: the same, folded.
    """

    def __init__(self, texts: Sequence[str], batch: Batch, scratch: Scratch) -> None:
        self._texts = texts
        self._batch = batch
        self._scratch = scratch

    def __len__(self) -> int:
        return len(self._texts)

    def place(self, number: int) -> slice:
        """Where a text lies among the folded characters of all."""
        return slice(int(self._batch.starts[number]), int(self._batch.ends[number]))

    def hashes(self, number: int, plain: bool) -> NDArray[np.uint64]:
        """The hash of each shingle of a text in order; of a text that is shorter than one the hash of the whole."""
        start, end = int(self._batch.starts[number]), int(self._batch.ends[number])
        if end - start < SHINGLE:
            return shingle_hashes((self.plain if plain else self._batch).codes[start:end])
        return (self._plain_hashes if plain else self._hashes)[start : end - SHINGLE + 1]

    @cached_property
    def folded(self) -> list[Folded]:
        """Each text folded, figures as they stand."""
        return self._batch.folded()

    @cached_property
    def plain(self) -> Batch:
        """All folded, digits to one symbol."""
        return self._batch.plain()

    @cached_property
    def grams(self) -> list[Grams]:
        """Winnowed grams and their places, for each text."""
        return winnow_each(self.plain, self._scratch)

    @cached_property
    def figures(self) -> list[Figures]:
        """The figures of each text."""
        return scan_figures(self._batch.codes).split(self._batch.starts)

    @cached_property
    def phrases(self) -> Mask:
        """Folded places inside stock phrases of the table."""
        return self._mask(stock_spans(self._simplified))

    @cached_property
    def quoted(self) -> Mask:
        """Folded places inside quoted titles and slogans."""
        return self._mask(quoted_spans(self._joined))

    @cached_property
    def common(self) -> Mask:
        """Folded places inside what everybody writes."""
        return common_places(self.plain.codes, self._plain_hashes)

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        return gram_hashes(self._batch.codes, SHINGLE)

    @cached_property
    def _plain_hashes(self) -> NDArray[np.uint64]:
        return gram_hashes(self.plain.codes, SHINGLE)

    @cached_property
    def _joined(self) -> str:
        return _BETWEEN.join(["", *self._texts, ""])

    @cached_property
    def _simplified(self) -> str:
        """The raw texts with traditional characters made simple, of the same length, for the phrases of the table."""
        raw: Codes = code_points(self._joined)
        changed = np.flatnonzero(raw[self._raw] != self._batch.codes)
        letters = self._batch.codes[changed]
        letter = (letters >= 0x2E80) & (letters < 0xFF00)
        if not letter.any():
            return self._joined
        raw = raw.copy()
        raw[self._raw[changed[letter]]] = letters[letter]
        return decode(raw)

    @cached_property
    def _raw(self) -> NDArray[np.int64]:
        """The place of each folded character in the joined raw texts."""
        return np.delete(np.arange(len(self._batch.codes) + len(self._batch.dropped)), self._batch.dropped)

    def _mask(self, spans: Iterable[Span]) -> Mask:
        """Folded places inside raw spans that do not overlap."""
        mask = np.zeros(len(self._batch.codes), dtype=bool)
        edges = np.searchsorted(self._raw, np.array([(span.start, span.end) for span in spans], dtype=np.int64).reshape(-1, 2))
        for start, end in edges.tolist():
            mask[start:end] = True
        return mask
