"""From texts to numbers: TF-IDF over characters and pairs of characters, of the whole section and of its heading.

A section is weighed piece by piece, and the pieces count by their length: in a long one every theme touches on every word, and
what most of it is about shows in its pieces. For each piece these are the numbers of scikit-learn's
``TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)`` over the folded text (a test compares them), made for a
whole batch at once and without scikit-learn, whose import takes longer than the classification of 3,000 sections.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Features", "Folded", "Rows", "Vectorizer", "fold"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HEADING_WEIGHT = 0.5
"""How much the heading counts beside the whole text, of which it is a part. Cross-validated over corpora/themes (540
sections, 250 with a heading), first choice: 0 gives 0.781, 0.3 0.778, 0.5 0.770, 0.8 0.769; body and heading apart 0.772.
All within chance; a half lets a telling heading decide over a body that says little, which those sections seldom have."""

PIECE = 150
"""Characters between the first sentences of two pieces. Trained on all writers but one and asked about that one's sections, first
choice: 0.923 with pieces of 150, 0.921 without pieces (five writers, 1,026 sections)."""

_ENDS = tuple(map(ord, "。；;！!？?\n"))

_MANY = 200
"""From so many texts on, a gram of one text alone is left out; of fewer, too little would remain."""

_ALONE = 0x1FFFFF  # stands for "no second character" in a gram: beyond the last code point
_SHIFT = 21
_DROPPED = 0xFFFFFFFF


@cache
def _folding() -> NDArray[np.uint32]:
    """What each code point is read as: half width, lower case, every digit 0; white space is dropped."""
    table = np.arange(0x110000, dtype=np.uint32)
    table[0xFF01:0xFF5F] -= 0xFEE0
    table[table == ord("　")] = ord(" ")
    upper = (table >= ord("A")) & (table <= ord("Z"))
    table[upper] += 32
    table[(table >= ord("0")) & (table <= ord("9"))] = ord("0")  # which figure it is says nothing about the theme
    for code in (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF):
        table[code] = _DROPPED
    return table


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded characters of a batch, one after the other.

    ``codes`` are code points, ``row`` the text that each belongs to, ``place`` its index in the raw text, ``piece`` the number of
    its piece, counted over all texts; ``rows`` is the number of texts. A piece is all sentences that begin in the same stretch of
    ``PIECE`` raw characters.
    """

    codes: Ints
    row: Ints
    place: Ints
    piece: Ints
    rows: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Folded:
        """Fold a batch of texts. Complexity: O(characters)."""
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        codes = _folding()[raw]
        kept = codes != _DROPPED
        row = np.repeat(np.arange(len(texts)), lengths)
        place = np.arange(len(raw)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        begins = np.flatnonzero((place == 0) | np.concatenate(([True], np.isin(raw[:-1], _ENDS)))) if len(raw) else row
        stretch = np.repeat(place[begins] // PIECE, np.diff(np.append(begins, len(raw))))[kept]
        row, place = row[kept], place[kept]
        piece = np.cumsum((np.diff(row, prepend=-1) != 0) | (np.diff(stretch, prepend=-1) != 0)) - 1
        return cls(codes[kept].astype(np.int64), row, place, piece, len(texts))


def fold(text: str) -> str:
    """What the features see of ``text``.

    Example:
        >>> fold("组建率 ９７％，ＶＰＮ")
        '组建率00%,vpn'
    """
    return Folded.of([text]).codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows, as in scipy's CSR: row i has ``columns[bounds[i]:bounds[i + 1]]`` with these ``values``."""

    bounds: Ints
    columns: Ints
    values: Floats

    def __matmul__(self, weights: NDArray[Any]) -> Floats:
        """The product with a dense matrix, shape (columns, k): shape (rows, k)."""
        product = np.zeros((len(self.bounds) - 1, weights.shape[1]))
        filled = np.flatnonzero(np.diff(self.bounds))
        if len(filled):
            product[filled] = np.add.reduceat(weights[self.columns] * self.values[:, None], self.bounds[filled], axis=0)
        return product


@cache
def _damped() -> Floats:
    """1 + ln n for counts n up to 4095. By ``math.log``: numpy's differs in the last bit from one processor to the next."""
    return np.array([0.0, *(1.0 + math.log(n) for n in range(1, 4096))])


def _damp(counts: Ints) -> Floats:
    damped = _damped()[np.minimum(counts, 4095)]
    large = counts > 4095
    if large.any():
        damped[large] = [1.0 + math.log(n) for n in counts[large].tolist()]
    return damped


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every known gram of a batch where it begins: index into ``Folded``, its column."""

    at: Ints
    columns: Ints


@dataclass(frozen=True, slots=True)
class Vectorizer:
    """TF-IDF of one field.

    ``grams`` are sorted codes (first character << 21 | second, or a mark for none), ``idf`` their weights; both (n,).
    """

    grams: Ints
    idf: Floats

    @classmethod
    def fit(cls, texts: Sequence[str], min_texts: int = 1) -> Vectorizer:
        """Learn the grams that stand in at least ``min_texts`` of ``texts``, and how rare each is."""
        folded = Folded.of(texts)
        found, at = _grams(folded)
        grams, columns = np.unique(found, return_inverse=True)
        in_text = np.unique(columns * max(1, folded.rows) + folded.row[at])  # each gram once a text
        texts_with = np.bincount(in_text // max(1, folded.rows), minlength=len(grams))
        kept = texts_with >= min_texts
        idf = [math.log((1 + len(texts)) / (1 + n)) + 1.0 for n in texts_with[kept].tolist()]
        return cls(grams[kept], np.array(idf, dtype=np.float64))

    def find(self, folded: Folded) -> Occurrences:
        """The known grams of a batch. Complexity: O(n log grams)."""
        grams, at = _grams(folded)
        if not len(self.grams):
            return Occurrences(at[:0], at[:0])
        columns = np.minimum(np.searchsorted(self.grams, grams), len(self.grams) - 1)
        known = self.grams[columns] == grams
        return Occurrences(at[known], columns[known])

    def weigh(self, folded: Folded, found: Occurrences) -> tuple[Rows, Ints]:
        """The rows of a batch, and for each occurrence its index into their values.

        The TF-IDF row of a piece has length 1; the row of a text is the mean of those of its pieces, by their characters.
        """
        width = max(1, len(self.grams))
        distinct, inverse, counts = np.unique(folded.piece[found.at] * width + found.columns, return_inverse=True, return_counts=True)
        piece, columns = distinct // width, distinct % width
        values = _damp(counts) * self.idf[columns] if len(columns) else np.zeros(0)
        sizes = np.bincount(folded.piece)
        row_of = folded.row[np.cumsum(sizes) - sizes]
        share = sizes / np.bincount(folded.row, minlength=folded.rows)[row_of]
        values *= (share / np.maximum(np.sqrt(np.bincount(piece, values * values, minlength=len(sizes))), 1e-300))[piece]
        of_texts, merged = np.unique(row_of[piece] * width + columns, return_inverse=True)
        bounds = np.zeros(folded.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(of_texts // width, minlength=folded.rows), out=bounds[1:])
        of_text = np.asarray(np.bincount(merged, values, minlength=len(of_texts)), dtype=np.float64)
        return Rows(bounds, of_texts % width, of_text), merged[inverse]

    def transform(self, texts: Sequence[str]) -> Rows:
        """The rows of texts."""
        folded = Folded.of(texts)
        return self.weigh(folded, self.find(folded))[0]


def _grams(folded: Folded) -> tuple[Ints, Ints]:
    """The code of every character and every pair inside one text, and where it begins."""
    alone = folded.codes << _SHIFT | _ALONE
    inside = np.flatnonzero(folded.row[:-1] == folded.row[1:])
    pairs = folded.codes[inside] << _SHIFT | folded.codes[inside + 1]
    return np.concatenate([alone, pairs]), np.concatenate([np.arange(len(alone)), inside])


@dataclass(frozen=True, slots=True)
class Features:
    """Both fields of a section: its whole text and, with less weight, its heading."""

    text: Vectorizer
    heading: Vectorizer
    heading_weight: float = HEADING_WEIGHT

    @classmethod
    def fit(cls, texts: Sequence[str], headings: Sequence[str], heading_weight: float = HEADING_WEIGHT) -> Features:
        """Learn both vocabularies. A gram that one text alone has is left out: a third of the size, no point lost."""
        return cls(Vectorizer.fit(texts, min_texts=2 if len(texts) >= _MANY else 1), Vectorizer.fit([h for h in headings if h.strip()]), heading_weight)

    def __len__(self) -> int:
        """The number of columns: those of the text, then those of the heading."""
        return len(self.text.grams) + len(self.heading.grams)

    def transform(self, rows: Iterable[tuple[str, str]]) -> tuple[Rows, Rows]:
        """The rows of (text, heading) pairs, the heading's already weighed down."""
        pairs = list(rows)
        return self.text.transform([text for text, _ in pairs]), self.weighed(self.heading.transform([heading for _, heading in pairs]))

    def weighed(self, headings: Rows) -> Rows:
        """The rows of headings with the weight that a heading has."""
        return Rows(headings.bounds, headings.columns, headings.values * self.heading_weight)
