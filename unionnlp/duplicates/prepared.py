"""One text made ready for exact comparison: each part is computed once, when first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..language.stock import quoted_spans, stock_spans
from ..records import Document, Report
from .figures import Figures, scan_figures, telling
from .folding import Codes, Folded, decode, fold, fold_digits
from .passages import GRAM, LEAST, winnow
from .shingles import SHINGLE, Shingles, distinct, shingle_hashes

__all__ = ["COMMON_NOTHING", "Common", "Prepared", "plain_text"]

Mask = NDArray[np.bool_]


def plain_text(value: Report | Document | str) -> tuple[str, int]:
    """The text of a value, and what to add to a place in it to get an offset of its document."""
    if isinstance(value, str):
        return value, 0
    return value.text, value.start if isinstance(value, Report) else 0


class Common:
    """What many otherwise different texts of a batch share.

    Args:
        grams: places of stock grams in the joined folded texts, ascending.
        figures: sorted hashes of figures in their context that are stock, cut to the bits above ``figure_bits``.
    """

    __slots__ = ("_figure_bits", "_figures", "_grams")

    def __init__(self, grams: NDArray[np.int64], figures: NDArray[np.uint64], figure_bits: int = 0) -> None:
        self._grams = grams
        self._figures = figures
        self._figure_bits = np.uint64(figure_bits)

    def grams_of(self, start: int, end: int) -> NDArray[np.int64]:
        """Places of stock grams in the text that lies at ``start``..``end``, counted from its start."""
        low, high = np.searchsorted(self._grams, (start, end))
        return self._grams[low:high] - start

    def holds(self, contexts: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of these figures in context are stock."""
        if not len(self._figures):
            return np.zeros(len(contexts), dtype=bool)
        keys = contexts >> self._figure_bits
        at = np.minimum(np.searchsorted(self._figures, keys), len(self._figures) - 1)
        return np.asarray(self._figures[at] == keys)


COMMON_NOTHING = Common(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64))
"""For two texts alone: there is no batch to learn from."""


class Prepared:
    """A text and what is compared of it.

    Args:
        text: the raw text.
        offset: added to every raw offset that is reported (the start of a report in its document).
        stock_grams: places in the folded text of grams that are stock in the batch.
        common: the stock of the batch.
    """

    def __init__(self, text: str, offset: int = 0, stock_grams: NDArray[np.int64] | None = None, common: Common = COMMON_NOTHING) -> None:
        self.text = text
        self.offset = offset
        self.stock_grams = stock_grams
        self._common = common

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @property
    def codes(self) -> Codes:
        """Folded, figures as they stand."""
        return self.folded.codes

    @cached_property
    def plain(self) -> Codes:
        """Folded, digits to one symbol."""
        return fold_digits(self.codes)

    @cached_property
    def grams(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Winnowed grams and their places."""
        return winnow(self.plain)

    @cached_property
    def shingles(self) -> Shingles:
        """All distinct shingles, figures as they stand."""
        return distinct(self._hashes)

    @cached_property
    def plain_shingles(self) -> Shingles:
        """All distinct shingles, digits to one symbol."""
        return distinct(self._plain_hashes)

    @cached_property
    def quoted(self) -> Mask:
        """Folded places inside quoted titles and slogans."""
        return self._mask([(span.start, span.end) for span in quoted_spans(self.text)])

    @cached_property
    def stock(self) -> Mask:
        """Folded places inside stock phrases and inside what the batch has in common."""
        mask = self._mask([(span.start, span.end) for span in stock_spans(self._simplified)])
        grams = self.stock_grams
        if grams is not None and len(grams):
            first = np.flatnonzero(np.concatenate(([True], np.diff(grams) > GRAM)))
            starts, ends = grams[first], grams[np.append(first[1:], len(grams)) - 1] + GRAM
            long_enough = ends - starts >= LEAST  # a gram or two that many texts hold are ordinary words
            for start, end in zip(starts[long_enough].tolist(), ends[long_enough].tolist(), strict=True):
                mask[start:end] = True
        return mask

    @cached_property
    def discount(self) -> Mask:
        """Folded places that prove nothing: stock or quoted."""
        return self.stock | self.quoted

    @cached_property
    def own_shingles(self) -> Shingles:
        """Distinct shingles, figures as they stand, whose middle character is neither stock nor quoted."""
        return self._own(self._hashes)

    @cached_property
    def own_plain_shingles(self) -> Shingles:
        """The same with digits folded to one symbol, those around a digit left out: bare tables all look alike then."""
        return self._own(self._plain_hashes, self.plain == ord("0"))

    @cached_property
    def figures(self) -> Figures:
        """The figures of the text."""
        return scan_figures(self.codes)

    @cached_property
    def own_figures(self) -> NDArray[np.bool_]:
        """Which figures are not stock in their context."""
        return ~self._common.holds(self.figures.contexts)

    @cached_property
    def telling(self) -> Figures:
        """Figures that are evidence: they say enough and are not stock."""
        return telling(self.figures.where(self.own_figures))

    @property
    def _simplified(self) -> str:
        """The raw text with traditional characters made simple, of the same length, for the phrases of the table."""
        raw = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        letters = (self.codes >= 0x2E80) & (self.codes < 0xFF00)
        places, simple = self.folded.raw[letters], self.codes[letters]
        if np.array_equal(raw[places], simple):
            return self.text
        raw = raw.copy()
        raw[places] = simple
        return decode(raw)

    def _mask(self, spans: list[tuple[int, int]]) -> Mask:
        """Folded places inside raw spans."""
        mask = np.zeros(len(self.codes), dtype=bool)
        if spans:
            edges = np.searchsorted(self.folded.raw, np.array(spans, dtype=np.int64))
            for start, end in edges.tolist():
                mask[start:end] = True
        return mask

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        return shingle_hashes(self.codes)

    @cached_property
    def _plain_hashes(self) -> NDArray[np.uint64]:
        return shingle_hashes(self.plain)

    def _own(self, hashes: NDArray[np.uint64], besides: Mask | None = None) -> Shingles:
        """The distinct ones among hashes of shingles, in the order of the text, whose middle character proves something."""
        middle = min(SHINGLE // 2, len(self.codes) // 2)
        nothing = self.discount if besides is None else self.discount | besides
        return distinct(hashes[~nothing[middle : middle + len(hashes)]])
