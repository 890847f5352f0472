"""One text made ready for exact comparison: each part is computed once, when first asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..records import Document, Report
from .figures import Figures, Numbered, numbered, telling
from .folding import Codes, Folded
from .passages import GRAM, LEAST, Grams
from .shingles import SHINGLE, Marked, Scratch, Shingles, distinct, marked, proving
from .together import Mask, Together, together

__all__ = ["COMMON_NOTHING", "Common", "Prepared", "Shelf", "plain_text", "prepare"]

PREPARED_AT_ONCE = 2048
"""Texts kept ready for comparison: 100 kB each."""

TOGETHER = 16
"""Texts made ready in one go: about a batch of ``folding``."""


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


class Shelf:
    """Texts of a batch made ready for comparison, several in one go, in the order in which they are needed.

    Args:
        texts: texts and offsets, as ``plain_text`` gives them.
        pairs: by number of the text, in the order in which they will be compared.
        stock_grams: places of stock grams in the text of a number.
        common: the stock of the batch.
    """

    def __init__(
        self, texts: Sequence[tuple[str, int]], pairs: Iterable[tuple[int, int]], stock_grams: Callable[[int], NDArray[np.int64]], common: Common
    ) -> None:
        self._texts = texts
        self._needed = list(dict.fromkeys(number for pair in pairs for number in pair))
        self._turn = {number: turn for turn, number in enumerate(self._needed)}
        self._stock_grams = stock_grams
        self._common = common
        self._ready: OrderedDict[int, Prepared] = OrderedDict()
        self._scratch = Scratch()

    def __getitem__(self, number: int) -> Prepared:
        if number not in self._ready:
            turn = self._turn[number]
            self._prepare([n for n in self._needed[turn : turn + TOGETHER] if n not in self._ready])
            while len(self._ready) > PREPARED_AT_ONCE:
                self._ready.popitem(last=False)
        self._ready.move_to_end(number)
        return self._ready[number]

    def _prepare(self, numbers: Sequence[int]) -> None:
        for number, text in zip(numbers, prepare([self._texts[number] for number in numbers], self._common, self._scratch), strict=True):
            text.stock_grams = self._stock_grams(number)
            self._ready[number] = text


def prepare(texts: Sequence[tuple[str, int]], common: Common, scratch: Scratch | None = None) -> Iterator[Prepared]:
    """Texts made ready in one go.

    Args:
        texts: texts and offsets, as ``plain_text`` gives them.
        common: the stock of the batch.
    """
    for first, several in together([text for text, _ in texts], scratch):
        for number, (text, offset) in enumerate(texts[first : first + len(several)]):
            yield Prepared(text, offset, common=common, made_with=(several, number))


class Prepared:
    """A text and what is compared of it.

    Args:
        text: the raw text.
        offset: added to every raw offset that is reported (the start of a report in its document).
        stock_grams: places in the folded text of grams that are stock in the batch.
        common: the stock of the batch.
        made_with: the texts that it was made ready with, and its number among them; alone when not given.
    """

    def __init__(
        self,
        text: str,
        offset: int = 0,
        stock_grams: NDArray[np.int64] | None = None,
        common: Common = COMMON_NOTHING,
        made_with: tuple[Together, int] | None = None,
    ) -> None:
        self.text = text
        self.offset = offset
        self.stock_grams = stock_grams
        self._common = common
        self._all, self._number = made_with or next((several, 0) for _, several in together([text]))

    @property
    def folded(self) -> Folded:
        return self._all.folded[self._number]

    @property
    def codes(self) -> Codes:
        """Folded, figures as they stand."""
        return self.folded.codes

    @cached_property
    def plain(self) -> Codes:
        """Folded, digits to one symbol."""
        return self._all.plain.codes[self._all.place(self._number)]

    @property
    def grams(self) -> Grams:
        """Winnowed grams and their places."""
        return self._all.grams[self._number]

    @cached_property
    def plain_shingles(self) -> Shingles:
        """All distinct shingles, digits to one symbol."""
        return distinct(self._plain_hashes)

    @cached_property
    def marked(self) -> Marked:
        """All distinct shingles, figures as they stand; marked where the middle character is stock or quoted."""
        return self._marked(self._all.hashes(self._number, plain=False), self.discount)

    @cached_property
    def plain_marked(self) -> Marked:
        """The same with digits folded to one symbol, those around a digit marked too: bare tables all look alike then."""
        return self._marked(self._plain_hashes, self.discount | (self.plain == ord("0")))

    @cached_property
    def proving(self) -> int:
        """Distinct shingles, figures as they stand, that have no mark."""
        return proving(self.marked)

    @cached_property
    def plain_proving(self) -> int:
        """The same with digits folded to one symbol."""
        return proving(self.plain_marked)

    @cached_property
    def quoted(self) -> Mask:
        """Folded places inside quoted titles and slogans."""
        return self._all.quoted[self._all.place(self._number)]

    @cached_property
    def stock(self) -> Mask:
        """Folded places inside stock phrases, inside what the batch has in common and inside what everybody writes."""
        return self._phrases | self.common

    @cached_property
    def _phrases(self) -> Mask:
        mask = self._all.phrases[self._all.place(self._number)]
        grams = self.stock_grams
        if grams is not None and len(grams):
            mask = mask.copy()
            first = np.flatnonzero(np.concatenate(([True], np.diff(grams) > GRAM)))
            starts, ends = grams[first], grams[np.append(first[1:], len(grams)) - 1] + GRAM
            long_enough = ends - starts >= LEAST  # a gram or two that many texts hold are ordinary words
            for start, end in zip(starts[long_enough].tolist(), ends[long_enough].tolist(), strict=True):
                mask[start:end] = True
        return mask

    @cached_property
    def common(self) -> Mask:
        """Folded places inside what everybody writes that are stock or quoted for no other reason."""
        return self._all.common[self._all.place(self._number)] & ~(self._phrases | self.quoted)

    @cached_property
    def discount(self) -> Mask:
        """Folded places that prove nothing: stock or quoted."""
        return self.stock | self.quoted

    @cached_property
    def discounted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the stretches of ``discount`` begin and end."""
        edges = np.flatnonzero(np.diff(self.discount, prepend=False, append=False))
        return edges[::2], edges[1::2]

    @property
    def figures(self) -> Figures:
        """The figures of the text."""
        return self._all.figures[self._number]

    @cached_property
    def own_figures(self) -> NDArray[np.bool_]:
        """Which figures are not stock in their context."""
        return ~self._common.holds(self.figures.contexts)

    @cached_property
    def telling(self) -> Figures:
        """Figures that are evidence: they say enough and are not stock."""
        return telling(self.figures.where(self.own_figures))

    @cached_property
    def evidence(self) -> NDArray[np.int64]:
        """Where figures begin that are evidence."""
        return self.telling.starts

    @cached_property
    def numbered_telling(self) -> Numbered:
        """The figures that are evidence, ready to be compared."""
        return numbered(self.telling)

    @cached_property
    def numbered_figures(self) -> Numbered:
        """All figures, ready to be compared."""
        return numbered(self.figures)

    @property
    def _plain_hashes(self) -> NDArray[np.uint64]:
        return self._all.hashes(self._number, plain=True)

    def _marked(self, hashes: NDArray[np.uint64], nothing: Mask) -> Marked:
        """Hashes of shingles in the order of the text, marked where the middle character proves nothing."""
        middle = min(SHINGLE // 2, len(self.codes) // 2)
        return marked(hashes, nothing[middle : middle + len(hashes)])
