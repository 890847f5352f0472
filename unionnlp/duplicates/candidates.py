"""Candidates: pairs of a batch that may have something in common, from three indexes made in one pass over the texts.

Bands of the signature find whole texts that are alike, winnowed grams find passages, runs of figures find reworded texts.
The same pass shows what is stock: what stands in many clusters of otherwise different texts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .figures import figure_grams, scan_figures, telling
from .folding import GAP, batches
from .links import SMALL, Buckets, clusters, gather, gather_in_turns, in_many_clusters, pack, unique_pairs
from .minhash import EMPTY, MinHasher, Signatures, agreement
from .passages import winnow_batch
from .prepared import Common
from .shingles import Scratch, distinct

__all__ = ["BANDS", "Candidates", "band_keys", "candidates"]

BANDS = 32
"""Bands of 8 bins: all of 1,478 pairs at Jaccard >= 0.8 with 2,171 candidates; datasketch's own choice finds 78 %."""

ALIKE = 0.5
"""Estimated Jaccard from which on texts count as one cluster where stock is counted."""

SEEDS = 3
"""Shared grams near one diagonal that make a candidate; a copy of 100 characters has at least 9, a chance run one or two."""

SPREAD = 24
"""Characters between the first and the last of them; half of what a passage of 80 characters with 10 % edits still has."""

DRIFT = 16
"""Diagonals that far apart still belong together: words put in or left out on the way."""

SHORT_GRAMS = 12
"""A text with fewer grams (about 60 characters) needs one shared gram only: its pairs are few and cheap."""

FIGURE_HITS = 2
"""Shared runs of three telling figures that make a candidate."""

LINKS_AT_ONCE = 1 << 22
LOOKED_AT = 64
"""Links looked at together (300 MB of arrays), cut where a sample of them says."""

Ints = NDArray[np.int64]
Places = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to verify, ascending, by number of the text, and what was learned about the batch."""

    pairs: tuple[tuple[int, int], ...]
    common: Common
    starts: Ints
    ends: Ints

    def stock_grams(self, text: int) -> Ints:
        """Places in the folded text of grams that are stock."""
        return self.common.grams_of(int(self.starts[text]), int(self.ends[text]))


def band_keys(signatures: Signatures) -> NDArray[np.uint64]:
    """A 64-bit key for each band of each signature, shape (texts, BANDS)."""
    texts, bins = signatures.shape
    rows = bins // BANDS
    factors = np.array([pow(0x9E3779B97F4A7C15, k, 1 << 64) for k in range(1, rows + 1)], dtype=np.uint64)
    keys: NDArray[np.uint64] = (signatures.reshape(texts, BANDS, rows).astype(np.uint64) * factors).sum(axis=2, dtype=np.uint64)
    keys ^= keys >> np.uint64(32)
    keys *= np.uint64(0xFF51AFD7ED558CCD)
    keys ^= keys >> np.uint64(29)
    return keys


def candidates(texts: Sequence[str]) -> Candidates:
    """The pairs of texts worth comparing.

    Args:
        texts: in an order that does not depend on how they came in (the first of many sharers is the one all are linked to).
    Complexity: a few sorts of all kept grams; links are linear however many texts share a passage.
    """
    kernels.load_for(sum(map(len, texts)))
    hasher = MinHasher()
    count = len(texts)
    signatures = np.full((count, hasher.bins), EMPTY, dtype=np.uint32)
    starts, ends, gram_counts = (np.zeros(count, dtype=np.int64) for _ in range(3))
    bits = (sum(map(len, texts)) + 2 * GAP * (count + 1)).bit_length()
    text_bits = max(1, count.bit_length())
    grams: list[NDArray[np.uint64]] = []
    runs: list[NDArray[np.uint64]] = []
    contexts: list[NDArray[np.uint64]] = []
    base = 0
    scratch = Scratch()
    for first, batch in batches(texts):
        last = first + len(batch.starts)
        plain = batch.plain()
        hasher.fill(signatures[first:last], plain, scratch)
        starts[first:last], ends[first:last] = batch.starts + base, batch.ends + base
        kept = winnow_batch(plain, base, bits, scratch)
        edges = np.searchsorted(kept & np.uint64((1 << bits) - 1), np.append(starts[first:last], base + len(batch.codes)).astype(np.uint64))
        gram_counts[first:last] = np.diff(edges)
        grams.append(kept)
        figures = telling(scan_figures(batch.codes))
        owners = np.searchsorted(batch.starts, figures.starts, side="right") - 1 + first
        contexts.append(pack(figures.contexts, owners, text_bits))
        runs.append(pack(*figure_grams(figures, owners), text_bits))
        base += len(batch.codes)

    left, right = _from_bands(signatures, text_bits)
    cluster = _cluster(signatures, left, right)
    stock_figures = _stock_figures(np.concatenate(contexts) if contexts else np.empty(0, dtype=np.uint64), cluster, text_bits)
    stock_grams = [np.empty(0, dtype=np.int64)]
    links: list[tuple[Places, Places]] = []
    place = np.dtype(np.uint32 if bits <= 32 else np.int64)  # in a large batch there are hundreds of links a text
    for buckets in gather_in_turns(_joined(grams), bits, starts):
        owners = np.searchsorted(starts, buckets.owners, side="right") - 1
        stock = in_many_clusters(buckets, cluster[owners])
        place_a, place_b = buckets.links(~stock)
        links.append((place_a.astype(place), place_b.astype(place)))
        stock_grams.append(buckets.members(stock))
    pairs = [
        np.stack((left, right)),
        _from_passages(links, starts, gram_counts),
        _from_figures(np.concatenate(runs) if runs else np.empty(0, dtype=np.uint64), cluster, text_bits),
    ]
    joined = np.concatenate(pairs, axis=1)
    low, high, _ = unique_pairs(joined[0], joined[1], count)
    low, high = _as_stars(low, high, cluster, signatures)
    common = Common(np.sort(np.concatenate(stock_grams)), stock_figures, text_bits)
    return Candidates(tuple(zip(low.tolist(), high.tolist(), strict=True)), common, starts, ends)


def _from_bands(signatures: Signatures, text_bits: int) -> tuple[Ints, Ints]:
    present = np.flatnonzero(signatures[:, 0] != EMPTY)
    keys = band_keys(signatures[present])
    lefts: list[Ints] = []
    rights: list[Ints] = []
    for band in range(BANDS):
        buckets = gather(pack(keys[:, band], present, text_bits), text_bits)
        left, right = buckets.links(np.ones(len(buckets.sizes), dtype=bool))
        lefts.append(left)
        rights.append(right)
    low, high, _ = unique_pairs(np.concatenate(lefts), np.concatenate(rights), len(signatures))
    return low, high


def _cluster(signatures: Signatures, left: Ints, right: Ints) -> Ints:
    alike = agreement(signatures, left, signatures, right) >= ALIKE
    return clusters(left[alike], right[alike], len(signatures))


def _stock_figures(packed: NDArray[np.uint64], cluster: Ints, text_bits: int) -> NDArray[np.uint64]:
    """Hashes, cut to their high bits, of figures in context that many clusters share."""
    buckets = _by_text(packed, text_bits)
    return buckets.keys[in_many_clusters(buckets, cluster[buckets.owners])]


def _by_text(packed: NDArray[np.uint64], text_bits: int) -> Buckets:
    """Buckets of keys whose owners are texts, each text once a key."""
    return gather(distinct(packed), text_bits)


def _joined(pieces: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """One array of several, which are used up: they and it are never held whole at once."""
    joined = np.empty(sum(map(len, pieces)), dtype=np.uint64)
    end = len(joined)
    while pieces:
        piece = pieces.pop()
        joined[end - len(piece) : end] = piece
        end -= len(piece)
    return joined


def _from_passages(links: Sequence[tuple[Places, Places]], starts: Ints, gram_counts: Ints) -> Ints:
    """Pairs with enough shared grams near one diagonal, shape (2, n).

    Args:
        links: linked places in the joined texts, in any order. Those of a few texts are looked at together: texts that share
            a gram by chance are many.
    """
    sample = np.sort(np.concatenate([place_a[::LOOKED_AT] for place_a, _ in links] or [np.empty(0, dtype=np.int64)]))
    cuts = np.unique(np.searchsorted(starts, sample[:: LINKS_AT_ONCE // LOOKED_AT], side="right") - 1)
    found = [np.empty((2, 0), dtype=np.int64)]
    for low, high in itertools.pairwise([0, *starts[cuts[cuts > 0]].tolist(), np.iinfo(np.int64).max]):
        here = [(place_a >= low) & (place_a < high) for place_a, _ in links]
        place_a, place_b = (np.concatenate([one[side][own] for one, own in zip(links, here, strict=True)] or [sample]).astype(np.int64) for side in range(2))
        found.append(_near_one_diagonal(place_a, place_b, starts, gram_counts))
    return np.concatenate(found, axis=1)


def _near_one_diagonal(place_a: Ints, place_b: Ints, starts: Ints, gram_counts: Ints) -> Ints:
    """The same of some texts with all that they are linked to."""
    if not len(place_a):
        return np.empty((2, 0), dtype=np.int64)
    a, b = (np.searchsorted(starts, places, side="right") - 1 for places in (place_a, place_b))
    needed = np.where(np.minimum(gram_counts[a], gram_counts[b]) < SHORT_GRAMS, 1, SEEDS)
    pair = a * len(starts) + b
    order = np.argsort(pair, kind="stable")
    edges = _edges(pair[order])
    hits = np.diff(np.append(edges, len(order)))
    order = order[np.repeat(hits >= needed[order[edges]], hits)]  # most pairs share one gram by chance and go here
    place = (place_a - starts[a])[order]
    diagonal = place - (place_b - starts[b])[order]
    pair, needed = pair[order], needed[order]
    order = np.lexsort((diagonal, pair))
    pair, place, diagonal, needed = pair[order], place[order], diagonal[order], needed[order]
    edges = _edges(pair, np.abs(np.diff(diagonal)) > DRIFT)
    if not len(edges):
        return np.empty((2, 0), dtype=np.int64)
    spread = np.maximum.reduceat(place, edges) - np.minimum.reduceat(place, edges)
    few = needed[edges] < SEEDS
    found = pair[edges[few | ((np.diff(np.append(edges, len(pair))) >= SEEDS) & (spread >= SPREAD))]]
    return np.stack((found // len(starts), found % len(starts)))


def _edges(values: Ints, apart: NDArray[np.bool_] | None = None) -> Ints:
    """Where a new value begins in a sorted array, or a new part of one as ``apart`` says for each neighbour."""
    if not len(values):
        return np.empty(0, dtype=np.int64)
    fresh = values[1:] != values[:-1]
    return np.flatnonzero(np.concatenate(([True], fresh if apart is None else fresh | apart)))


def _from_figures(packed: NDArray[np.uint64], cluster: Ints, text_bits: int) -> Ints:
    """Pairs that share runs of figures which are not stock, shape (2, n)."""
    buckets = _by_text(packed, text_bits)
    left, right = buckets.links(~in_many_clusters(buckets, cluster[buckets.owners]))
    low, high, hits = unique_pairs(left, right, len(cluster))
    enough = hits >= FIGURE_HITS
    return np.stack((low[enough], high[enough]))


def _as_stars(low: Ints, high: Ints, cluster: Ints, signatures: Signatures) -> tuple[Ints, Ints]:
    """Inside a large cluster keep the links to its first text; others only where that text is not like both."""
    sizes = np.bincount(cluster, minlength=len(cluster))
    large = np.flatnonzero(sizes[cluster] > SMALL)
    hubs = cluster[large]
    near_hub = np.zeros(len(cluster), dtype=bool)
    near_hub[large] = agreement(signatures, large, signatures, hubs) >= ALIKE
    inside = (cluster[low] == cluster[high]) & near_hub[low] & near_hub[high]
    spokes = large[near_hub[large] & (hubs != large)]
    low, high, _ = unique_pairs(np.concatenate((low[~inside], cluster[spokes])), np.concatenate((high[~inside], spokes)), len(cluster))
    return low, high
