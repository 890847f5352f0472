"""From texts to numbers: TF-IDF over characters and pairs of characters, of the whole section and of its heading.

A section is weighed piece by piece, and the pieces count by their length: in a long one every theme touches on every word, and
what most of it is about shows in its pieces. For each piece these are the numbers of scikit-learn's
``TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)`` over the folded text (a test compares them), made for a
whole batch at once and without scikit-learn, whose import takes longer than the classification of 3,000 sections.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .gram_index import ALONE, SHIFT, GramIndex

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

_ENDS = "。；;！!？?\n"

_MANY = 200
"""From so many texts on, a gram of one text alone is left out; of fewer, too little would remain."""

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


@cache
def _ends() -> NDArray[np.bool_]:
    """Whether a sentence ends with each code point, up to the last with which one does and one that stands for all behind it."""
    table = np.zeros(max(map(ord, _ENDS)) + 2, dtype=bool)
    table[[ord(end) for end in _ENDS]] = True
    return table


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded characters of a batch, one after the other.

    ``codes`` are code points, ``row`` the text that each belongs to, ``place`` its index in the raw text, ``piece`` the number of
    its piece, counted over all texts; ``bounds`` are where the texts begin among them, and the end. A piece is all sentences that
    begin in the same stretch of ``PIECE`` raw characters.
    """

    codes: Ints
    row: Ints
    place: Ints
    piece: Ints
    bounds: Ints

    @property
    def rows(self) -> int:
        """The number of texts."""
        return len(self.bounds) - 1

    @classmethod
    def of(cls, texts: Sequence[str]) -> Folded:
        """Fold a batch of texts. Complexity: O(characters)."""
        bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])
        raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        codes = _folding().take(raw, mode="clip")
        kept = np.flatnonzero(codes != _DROPPED)
        own = np.searchsorted(kept, bounds)
        row, place = _in_rows(kept, bounds, own)
        first = np.zeros(len(raw) + 1, dtype=bool)
        first[1:] = _ends().take(raw, mode="clip")
        first[bounds] = True
        # Pieces are told sentence by sentence: there are fifty times fewer of them than characters.
        begins = np.flatnonzero(first[:-1])
        sizes = _lengths(np.searchsorted(kept, begins), len(kept))
        begins, sizes = begins[sizes > 0], sizes[sizes > 0]
        of, at = _in_rows(begins, bounds, np.searchsorted(begins, bounds))
        piece = np.repeat(np.cumsum(_changes(of) | _changes(at // PIECE)) - 1, sizes)
        return cls(codes[kept].astype(np.int64), row, place, piece, own)

    def known(self, index: GramIndex, first: int = 0, last: int | None = None) -> tuple[Ints, Ints]:
        """The grams of an index that stand in the texts from ``first`` up to ``last``: where each begins, and its number."""
        bounds = self.bounds[first : None if last is None else last + 1]
        start, inner = int(bounds[0]), bounds[1:-1]
        at, number = index.find(self.codes[start : int(bounds[-1])], inner[inner > start] - start - 1)
        return at + start, number


def _in_rows(places: Ints, bounds: Ints, own: Ints) -> tuple[Ints, Ints]:
    """Sorted places in joined texts as rows and places in those; ``bounds`` are where the texts begin, and the end, ``own`` the same
    among the places."""
    row = np.repeat(np.arange(len(bounds) - 1), np.diff(own))
    return row, places - bounds[row]


def _changes(values: Ints) -> NDArray[np.bool_]:
    """Where a value is not the one before it; the first is not."""
    changes = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def _lengths(begins: Ints, end: int) -> Ints:
    """How far it is from each place to the next, or the end."""
    return np.concatenate((begins[1:], [end])) - begins


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
            parts = np.multiply(weights.take(self.columns, axis=0), self.values[:, None], dtype=np.float64)
            product[filled] = np.add.reduceat(parts, self.bounds[filled], axis=0)
        return product


@cache
def _damped() -> Floats:
    """1 + ln n for counts n up to 4095. By ``math.log``: numpy's differs in the last bit from one processor to the next."""
    return np.array([0.0, *(1.0 + math.log(n) for n in range(1, 4096))])


def _damp(counts: Ints) -> Floats:
    damped = _damped().take(counts, mode="clip")
    large = counts > 4095
    if large.any():
        damped[large] = [1.0 + math.log(n) for n in counts[large].tolist()]
    return damped


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every known gram of a batch where it begins: index into ``Folded``; ``value`` is the index of its row and column into the values
    of the rows."""

    at: Ints
    value: Ints


@dataclass(frozen=True, slots=True)
class Vectorizer:
    """TF-IDF of one field.

    ``grams`` are sorted codes (see ``gram_index``), ``idf`` their weights; both (n,).
    """

    grams: Ints
    idf: Floats
    index: GramIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", GramIndex.of(self.grams))

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

    def transform(self, texts: Sequence[str]) -> Rows:
        """The rows of texts."""
        folded = Folded.of(texts)
        return _weigh(folded, *folded.known(self.index), self.idf)[0]


def _weigh(folded: Folded, at: Ints, columns: Ints, idf: Floats) -> tuple[Rows, Occurrences]:
    """The rows of a batch, and the grams that they count.

    The TF-IDF row of a piece has length 1; the row of a text is the mean of those of its pieces, by their characters.

    Args:
        at, columns: where known grams begin, and the column of each, whose weight is in ``idf``.

    Complexity: O(n log n) in the characters, for a sort.
    """
    width = max(1, len(idf))
    sizes = np.bincount(folded.piece)
    row_of = folded.row[np.cumsum(sizes) - sizes]
    # By texts and columns, and inside those by place: equal ones stand together, those of a piece are counted, those of a text added up.
    text_column = folded.row[at] * width + columns
    order = _stable_order(text_column)
    at, columns, text_column = at[order], columns[order], text_column[order]
    piece = folded.piece[at]
    begins_value = _changes(text_column)
    begins_count = np.flatnonzero(begins_value | _changes(piece))
    value = np.cumsum(begins_value) - 1
    piece = piece[begins_count]
    parts = _damp(_lengths(begins_count, len(at))) * idf[columns[begins_count]]
    share = sizes / np.diff(folded.bounds)[row_of]
    parts *= (share / np.maximum(np.sqrt(np.bincount(piece, parts * parts, minlength=len(sizes))), 1e-300))[piece]
    begins = np.flatnonzero(begins_value)
    values = np.asarray(np.bincount(value[begins_count], parts, minlength=len(begins)), dtype=np.float64)
    bounds = np.searchsorted(text_column[begins], np.arange(folded.rows + 1) * width)
    return Rows(bounds, columns[begins], values), Occurrences(at, value)


def _stable_order(keys: Ints) -> Ints:
    """As ``np.argsort(keys, kind="stable")`` for keys from 0 up, in a third of the time: numpy sorts numbers alone in vector registers."""
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)) >> (63 - bits):
        return np.argsort(keys, kind="stable")
    return np.asarray(np.sort(keys << bits | np.arange(len(keys))) & ((1 << bits) - 1))


def _grams(folded: Folded) -> tuple[Ints, Ints]:
    """The code of every character and every pair inside one text, and where it begins."""
    alone = folded.codes << SHIFT | ALONE
    inside = np.flatnonzero(folded.row[:-1] == folded.row[1:])
    pairs = folded.codes[inside] << SHIFT | folded.codes[inside + 1]
    return np.concatenate([alone, pairs]), np.concatenate([np.arange(len(alone)), inside])


@dataclass(frozen=True, slots=True)
class Features:
    """Both fields of a section: its whole text and, with less weight, its heading."""

    text: Vectorizer
    heading: Vectorizer
    heading_weight: float = HEADING_WEIGHT
    idf: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "idf", np.concatenate([self.text.idf, self.heading.idf]))

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
        headings = self.heading.transform([heading for _, heading in pairs])
        return self.text.transform([text for text, _ in pairs]), Rows(headings.bounds, headings.columns, headings.values * self.heading_weight)

    def weigh(self, texts: Sequence[str], headings: Sequence[str]) -> tuple[Folded, Rows, Occurrences]:
        """One batch of the texts, the headings read as texts too, and the headings as such, already weighed down: for a few sections,
        one pass over all three takes little longer than one over the texts."""
        folded = Folded.of([*texts, *headings, *headings])
        as_texts = len(texts) + len(headings)
        parts = folded.known(self.text.index, 0, as_texts), folded.known(self.heading.index, as_texts)
        at, columns = np.concatenate([at for at, _ in parts]), np.concatenate([parts[0][1], parts[1][1] + len(self.text.grams)])
        weighed, found = _weigh(folded, at, columns, self.idf)
        weighed.values[weighed.bounds[as_texts] :] *= self.heading_weight
        return folded, weighed, found
