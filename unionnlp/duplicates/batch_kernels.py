"""What a comparison of many texts does to record batches, in worker processes or on a cluster.

Each kernel is a picklable object called with an iterator of Arrow record batches, and gives such an iterator (the signature of
Spark's ``mapInArrow``). The rules are those of ``candidates`` and ``find``; between the kernels stands SQL (``scanning.plan``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .candidates import ALIKE, BANDS, SHORT_GRAMS, band_keys
from .figures import figure_grams, scan_figures, telling
from .find import with_figures
from .folding import Batch, batches
from .minhash import EMPTY, MinHasher, agreement
from .passages import winnow_batch
from .prepared import Common, Prepared, prepare
from .shingles import Scratch
from .verify import Examined, examine

if TYPE_CHECKING:
    import pyarrow

    from ..records import Match

__all__ = [
    "BAND", "CONTEXT", "GRAM", "LENGTH", "PLACES", "RUN", "SHORT", "Block", "Checked", "alike", "blocks", "check", "feature_schema", "features", "pair_schema", "text_schema",
]  # fmt: skip

Batches: TypeAlias = "Iterator[pyarrow.RecordBatch]"
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

KINDS = BAND, GRAM, RUN, CONTEXT, LENGTH, SHORT = range(6)
"""Kinds of features: a band of the signature, a winnowed gram, a run of figures, a figure in its context; and of each text its
length (the key is its number, the owner its characters) and, of one with few grams, that it is short."""

PLACE_BITS = 28
PLACES = 1 << PLACE_BITS
"""An owner is the number of a text times this, plus a place in it: one number to sort by, and half as much to move as two. A
key is the high bits of a hash that are left beside a place. 28 bits hold longer texts than are read; what lies beyond in a
longer one shares no grams with others."""


def text_schema() -> pyarrow.Schema:
    """Texts to compare: ``text`` is a number in the order of their sorted ids, ``start`` is added to offsets that are reported."""
    import pyarrow as pa

    return pa.schema([("text", pa.int64()), ("content", pa.string()), ("start", pa.int64())])


def feature_schema() -> pyarrow.Schema:
    """Features of texts: a key comes once a text, at its first place."""
    import pyarrow as pa

    return pa.schema([("kind", pa.int64()), ("key", pa.int64()), ("owner", pa.int64())])


def pair_schema() -> pyarrow.Schema:
    """Pairs of texts by their numbers, the smaller one first."""
    import pyarrow as pa

    return pa.schema([("a", pa.int64()), ("b", pa.int64())])


# --------------------------------------------------------------------------------------------------------- features


def features(texts: Batches) -> Batches:
    """By what texts find one another: rows of ``text_schema`` to rows of ``feature_schema``, a batch a kind.

    Complexity: O(characters).

    Example:
        >>> import pyarrow as pa
        >>> text = "全县走访慰问困难职工1462户，发放慰问金96.5万元，资助学生235人。"
        >>> rows = pa.record_batch([[0, 1], [text, ""], [0, 0]], schema=text_schema())
        >>> {batch["kind"][0].as_py(): len(batch) for batch in features(iter([rows])) if len(batch)} == {BAND: 32, GRAM: 11, RUN: 1, CONTEXT: 3, LENGTH: 2, SHORT: 2}
        True
    """
    import pyarrow as pa

    scratch, hasher = Scratch(), MinHasher()
    for rows in texts:
        contents = rows["content"].to_pylist()
        numbers = rows["text"].to_numpy()
        found: dict[int, list[tuple[Keys, Ints]]] = {kind: [] for kind in KINDS}
        for first, batch in batches(contents):
            for kind, keys, owners in _features(batch, numbers[first : first + len(batch.starts)], hasher, scratch):
                found[kind].append((keys, owners))
        for kind, pieces in found.items():
            keys = np.concatenate([keys for keys, _ in pieces]).view(np.int64)
            owners = np.concatenate([owners for _, owners in pieces])
            yield pa.record_batch([np.full(len(keys), kind), keys, owners], schema=feature_schema())


def _features(batch: Batch, numbers: Ints, hasher: MinHasher, scratch: Scratch) -> Iterator[tuple[int, Keys, Ints]]:
    """Features of a folded batch, by kind: keys and owners."""
    texts = numbers << PLACE_BITS
    plain = batch.plain()
    signatures = np.full((len(texts), hasher.bins), EMPTY, dtype=np.uint32)
    hasher.fill(signatures, plain, scratch)
    present = np.flatnonzero(signatures[:, 0] != EMPTY)
    bands = band_keys(signatures[present])
    bands -= bands % np.uint64(BANDS)
    bands += np.arange(BANDS, dtype=np.uint64)
    yield BAND, bands.ravel(), np.repeat(texts[present], BANDS)

    bits = max(PLACE_BITS, len(plain.codes).bit_length())
    packed = winnow_batch(plain, 0, bits, scratch)
    packed.sort()  # by hash and place: one sort of one array, in place
    places = (packed & np.uint64((1 << bits) - 1)).astype(np.int64)
    owners = np.searchsorted(batch.starts, places, side="right") - 1
    counts = np.bincount(owners, minlength=len(texts))
    inside = places - batch.starts[owners]
    near = inside < PLACES
    yield GRAM, *_firsts((packed >> np.uint64(bits) << np.uint64(bits))[near], (texts[owners] + inside)[near])

    figures = telling(scan_figures(batch.codes))
    owners = np.searchsorted(batch.starts, figures.starts, side="right") - 1
    yield CONTEXT, *_once_a_text(figures.contexts, texts[owners])
    runs, owners = figure_grams(figures, owners)
    yield RUN, *_once_a_text(runs, texts[owners])

    yield LENGTH, numbers.astype(np.uint64), batch.ends - batch.starts
    short = numbers[counts < SHORT_GRAMS]
    yield SHORT, short.astype(np.uint64), short


def _once_a_text(keys: Keys, owners: Ints) -> tuple[Keys, Ints]:
    """Each key of each text once."""
    order = np.lexsort((owners, keys))
    return _firsts(keys[order], owners[order])


def _firsts(keys: Keys, owners: Ints) -> tuple[Keys, Ints]:
    """Of keys and owners, sorted by both, the first of each text."""
    texts = owners >> PLACE_BITS
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (texts[1:] != texts[:-1])
    return keys[fresh], owners[fresh]


# ------------------------------------------------------------------------------------------------- pairs with their texts


@dataclass(slots=True)
class Block:
    """Some pairs and their texts: by number a text and its start."""

    texts: dict[int, tuple[str, int]] = field(default_factory=dict)
    pairs: list[tuple[int, int]] = field(default_factory=list)


def blocks(batches: Batches) -> Iterator[Block]:
    """Blocks of pairs, from rows in which those of a block stand side by side.

    Args:
        batches: columns block, text, other, start, content; a row is the pair (text, other), or, where other is null, a text.
    """
    current, block = None, Block()
    for rows in batches:
        columns = (rows[name].to_pylist() for name in ("block", "text", "other", "start", "content"))
        for number, text, other, start, content in zip(*columns, strict=True):
            if number != current:
                if block.pairs:
                    yield block
                current, block = number, Block()
            if other is None:
                block.texts[text] = content, start
            else:
                block.pairs.append((text, other))
    if block.pairs:
        yield block


def alike(batches: Batches) -> Batches:
    """Pairs whose signatures say that they are alike as a whole: rows as ``blocks`` reads them to rows of ``pair_schema``."""
    import pyarrow as pa

    hasher = MinHasher()
    for block in blocks(batches):
        numbers = np.array(sorted(block.texts), dtype=np.int64)
        signatures = hasher.signatures([block.texts[number][0] for number in numbers.tolist()])
        pairs = np.array(block.pairs, dtype=np.int64)
        left, right = np.searchsorted(numbers, pairs.T)
        found = agreement(signatures, left, signatures, right) >= ALIKE
        yield pa.record_batch([pairs[found, 0], pairs[found, 1]], schema=pair_schema())


# --------------------------------------------------------------------------------------------------------- verification


@dataclass(frozen=True, slots=True)
class Checked:
    """A pair that is a match: the match, what was found, and the places of either text that are neither stock nor quoted."""

    pair: tuple[int, int]
    match: Match
    examined: Examined
    own: tuple[NDArray[np.bool_], NDArray[np.bool_]]


def check(block: Block, stock_grams: Keys, stock_figures: Keys, threshold: float, min_passage: int, scratch: Scratch) -> Iterator[Checked]:
    """The matches among the pairs of a block, compared exactly; a text is called by its number there.

    Args:
        stock_grams, stock_figures: sorted keys, as among features, of what is stock in the whole of the texts.
        threshold, min_passage: as for ``find_duplicates``.
    """
    numbers = sorted(block.texts)
    common = Common(np.empty(0, dtype=np.int64), stock_figures)
    ready: dict[int, Prepared] = dict(zip(numbers, prepare([block.texts[number] for number in numbers], common, scratch), strict=True))
    stock = stock_grams >> np.uint64(32)
    for text in ready.values():
        keys, places = text.grams
        text.stock_grams = np.sort(places[_among(keys, stock)])
    for a, b in sorted(block.pairs):
        first, second = ready[a], ready[b]
        examined = examine(first, second, threshold, min_passage)
        if examined and examined.flagged(threshold, min_passage):
            match = with_figures(examined.match(str(a), str(b), examined.kind(threshold, min_passage)), first, second)
            yield Checked((a, b), match, examined, (~first.discount, ~second.discount))


def _among(keys: Keys, ordered: Keys) -> NDArray[np.bool_]:
    """Which keys stand among sorted ones."""
    if not len(ordered):
        return np.zeros(len(keys), dtype=bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys)
