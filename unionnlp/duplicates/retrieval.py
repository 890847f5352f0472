"""Retrieval: the texts of an index that may have something in common with a new one, and what is stock there.

The rules are those of ``candidates`` for a batch: bands find whole texts that are alike, grams near one diagonal find
passages, runs of figures find reworded texts; what stands in many families is stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .candidates import DRIFT, FIGURE_HITS, SEEDS, SPREAD
from .families import known_families
from .links import SMALL, STOCK_CLUSTERS
from .minhash import MinHasher
from .parts import PLACE_UNIT, PLACES, Found, Parts, features, gram_keys
from .prepared import Common, Prepared, prepare
from .shingles import distinct

__all__ = ["MOST_VERIFIED", "Retrieval"]

MOST_VERIFIED = 64
"""Texts compared exactly for one query, those with the most in common."""

MOST_OWNERS = 1024
"""Texts looked at for one key of one part: more than ``STOCK_CLUSTERS``, so that stock is known as such."""

SLACK = DRIFT // PLACE_UNIT + 1
"""Units by which neighbours on one diagonal may differ: ``DRIFT``, and one for what rounding to units takes."""

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]


class Retrieval:
    """One text asked for in the parts of an index.

    Args:
        parts: the index as it stands.
        text: the text asked for.
    """

    def __init__(self, parts: Parts, hasher: MinHasher, text: str) -> None:
        self._parts = parts
        self._hasher = hasher
        self._text = text
        self._features = features(hasher, [text])
        grams, self._places = Prepared(text).grams
        self._grams = gram_keys(grams)
        self._family = int(known_families(hasher, parts, self._features)[0])

    def candidates(self) -> list[int]:
        """The numbers of the texts worth comparing, those with the most in common first, at most ``MOST_VERIFIED``.

        Complexity: a look-up a key and part, and a sort of what shares some.
        """
        bands = self._parts.look_up("bands", self._features.runs["bands"][0], MOST_OWNERS)
        grams, stock = self._own_grams
        grams = grams.where(~stock[grams.keys])
        keys = distinct(self._features.runs["figures"][0])
        figures, stock = self._look_up("figures", keys, np.ones(len(keys), dtype=bool))
        figures = figures.where(~stock[figures.keys])
        repeating, repeated = np.unique(figures.texts, return_counts=True)
        enough = repeated >= FIGURE_HITS
        evidence = (np.repeat(bands.texts, SEEDS), self._with_passages(grams), np.repeat(repeating[enough], repeated[enough]))
        texts, scores = np.unique(np.concatenate(evidence), return_counts=True)
        return [int(text) for text in self._stars(texts[np.lexsort((texts, -scores))])[:MOST_VERIFIED]]

    def prepare(self, texts: Sequence[str], offset: int) -> list[Prepared]:
        """The text asked for and others made ready for comparison, with what of them is stock in the index.

        Args:
            texts: candidates.
            offset: added to offsets of the text asked for.
        """
        runs = features(self._hasher, texts).runs
        _, stock = self._own_grams
        others = distinct(runs["grams"][0])
        others = others[~np.isin(others, self._grams)]
        _, others_stock = self._look_up("grams", others, np.zeros(len(others), dtype=bool))
        stock_grams = np.concatenate((self._grams[stock], others[others_stock]))
        own = self._features.runs["contexts"][0]
        contexts = distinct(np.concatenate((own, runs["contexts"][0])))
        stock_contexts = contexts[self._look_up("contexts", contexts, np.isin(contexts, own))[1]]
        common = Common(np.empty(0, dtype=np.int64), stock_contexts, 32)
        prepared = list(prepare([(self._text, offset), *((text, 0) for text in texts)], common))
        for one in prepared:
            one.stock_grams = np.sort(one.grams[1][np.isin(gram_keys(one.grams[0]), stock_grams)])
        return prepared

    @cached_property
    def _own_grams(self) -> tuple[Found, NDArray[np.bool_]]:
        """Who else has the grams of the text asked for, and which of them are stock."""
        return self._look_up("grams", self._grams, np.ones(len(self._grams), dtype=bool))

    def _look_up(self, name: str, keys: Keys, own: NDArray[np.bool_]) -> tuple[Found, NDArray[np.bool_]]:
        """Who has which keys, and which of them are stock; ``own`` are those of the text asked for."""
        found = self._parts.look_up(name, keys, MOST_OWNERS)
        return found, self._is_stock(found, own)

    def _is_stock(self, found: Found, own: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which keys stand in many families of otherwise different texts.

        Args:
            found: who has the keys.
            own: which of them the text asked for has, shape (keys,); it counts as a member of its family.
        """
        many = np.bincount(found.keys, minlength=len(own)) >= STOCK_CLUSTERS
        if many.any():
            inside = found.where(many[found.keys])
            asked = np.flatnonzero(many & own)
            keys = np.concatenate((inside.keys, asked))
            names = np.concatenate((self._parts.column("families", inside.texts), np.full(len(asked), self._family)))
            pairs = np.sort((keys << 33) | (names + 1))
            many = np.bincount(pairs[_firsts(pairs)] >> 33, minlength=len(own)) > STOCK_CLUSTERS
        return many

    def _with_passages(self, grams: Found) -> Ints:
        """The texts with enough shared grams near one diagonal, each as often as it has some there."""
        ordered = np.sort(grams.texts)
        texts = ordered[_firsts(ordered)]
        few = texts if self._features.short[0] else texts[self._parts.column("short", texts) > 0]  # one gram is enough
        several = ordered[SEEDS - 1 :][ordered[SEEDS - 1 :] == ordered[: max(0, len(ordered) - SEEDS + 1)]]
        chosen = grams.where(_among(grams.texts, several))
        place = self._places[chosen.keys]
        diagonal = (place // PLACE_UNIT - chosen.places) % PLACES
        wraps = diagonal <= SLACK  # a line may lie across the end of the modulus
        text, place = np.concatenate((chosen.texts, chosen.texts[wraps])), np.concatenate((place, place[wraps]))
        diagonal = np.concatenate((diagonal, diagonal[wraps] + PLACES))
        order = np.lexsort((diagonal, text))
        text, place, diagonal = text[order], place[order], diagonal[order]
        edges = np.flatnonzero(_firsts(text) | _firsts(diagonal, SLACK))
        if not len(edges):
            return few
        sizes = np.diff(np.append(edges, len(text)))
        spread = np.maximum.reduceat(place, edges) - np.minimum.reduceat(place, edges)
        lines = (sizes >= SEEDS) & (spread >= SPREAD - DRIFT)
        return np.concatenate((few, np.repeat(text[edges[lines]], sizes[lines])))

    def _stars(self, texts: Ints) -> Ints:
        """Of a family with many members among these its first text and the ``SMALL`` that come first, the rest as it is."""
        names = self._parts.column("families", texts)
        order = np.argsort(names, kind="stable")
        edges = np.flatnonzero(_firsts(names[order]))
        sizes = np.diff(np.append(edges, len(texts)))
        rank = np.empty(len(texts), dtype=np.int64)
        rank[order] = np.arange(len(texts)) - np.repeat(edges, sizes)
        large = names[order[edges[sizes > SMALL]]]
        named = self._parts.look_up("ids", large.astype(np.uint64), SMALL)
        hubs = named.texts[self._parts.column("families", named.texts) == large[named.keys]]
        kept = texts[rank < SMALL]
        return np.concatenate((hubs, kept[~_among(kept, np.sort(hubs))]))


def _firsts(values: Ints, step: int = 0) -> NDArray[np.bool_]:
    """Where in ascending values a new one begins, one more than ``step`` above the one before."""
    first = np.ones(len(values), dtype=bool)
    first[1:] = np.abs(np.diff(values)) > step
    return first


def _among(values: Ints, ordered: Ints) -> NDArray[np.bool_]:
    """Which values stand among sorted ones."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values)
