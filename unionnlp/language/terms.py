"""Terms that the lexicon lacks: strings that stick together inside and stand free outside.

A string is a term when its parts meet far more often than chance explains (cohesion) and when many different
characters stand before and after it (boundary entropy): 户外劳动者驿站 is one, 外劳动者驿 always has 户 before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .keywords import stopwords
from .segmentation import Segmenter, default_segmenter, fold_width

__all__ = ["DiscoveredTerm", "discover_terms"]

Ints = NDArray[np.int64]

LONGEST = 6
"""Characters; of the 622 terms of the first lexicon 88 in a hundred have at most so many."""

LEAST_COHESION = 3.0
"""Nats. Two characters drawn independently meet at 0; 的 and its neighbours stay under 2."""

LEAST_ENTROPY = 1.0
"""Nats, on the poorer side: about three characters equally often."""


@dataclass(frozen=True, slots=True)
class DiscoveredTerm:
    """A candidate for the lexicon.

    ``cohesion`` is the least pointwise mutual information over all ways to cut it in two, ``entropy`` that of its
    neighbours on the poorer side (both in nats), ``weight`` their product with the logarithm of the count.
    """

    term: str
    count: int
    texts: int
    cohesion: float
    entropy: float
    weight: float


def discover_terms(texts: Iterable[str], top: int = 50, min_count: int = 5, segmenter: Segmenter | None = None) -> tuple[DiscoveredTerm, ...]:
    """Strings of 2 to 6 Chinese characters that behave like terms and stand in no dictionary.

    Args:
        texts: a batch; under some 50,000 characters little is found.
        top: how many candidates.
        min_count: times that a candidate must stand in the batch.
        segmenter: whose dictionary says what is known; the one with the domain lexicon unless given.

    Returns:
        Candidates, heaviest first.

    Complexity: O(n log n) in the characters, for each length.

    Source: Sproat & Shih 1990 (mutual information), Huang, Chien & Tan 1996 and the "accessor variety" of Feng et al.
        2004 (freedom of the boundaries); thresholds are own, see the constants.

    Example:
        >>> frames = ["甲厂昨天给装卸工送{}到仓库", "乙站冬天领{}回宿舍分给同伴", "丙队员工都夸{}里面东西齐", "丁校老师说{}比往届实用", "戊县用{}换来笑脸和掌声"]
        >>> others = ["年终组织青年教师读书沙龙与郊外徒步，另有茶话会助兴", "夏季高温期间为露天岗位调整作息，配发藿香正气水"]
        >>> [found.term for found in discover_terms([*(frame.format("暖心包") for frame in frames), *others])]
        ['暖心包']
    """
    batch = [fold_width(text) for text in texts]
    # One array for the whole batch: every text ends in a 0, and so does every character that is not Chinese.
    codes = np.frombuffer("".join(text + "\0" for text in batch).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    codes = np.where((codes >= 0x4E00) & (codes <= 0x9FFF), codes, 0)
    text_of = np.repeat(np.arange(len(batch)), [len(text) + 1 for text in batch])
    known = segmenter or default_segmenter()
    ignored = stopwords()

    size = len(codes)
    characters = max(1, int(np.count_nonzero(codes)))
    padded = np.concatenate([[0], codes, np.zeros(LONGEST + 1, dtype=np.int64)])
    ids, counts = _number(codes, codes > 0)
    counts_of = {1: counts}  # by length: how often the string that begins at each place stands in the batch, 0 if too rare
    found: list[DiscoveredTerm] = []
    for length in range(2, LONGEST + 1):
        # A frequent string has frequent parts: only where both halves of it are frequent need it be counted.
        shifted = np.concatenate([counts_of[length - 1][1:], [0]])
        alive = (counts_of[length - 1] >= min_count) & (shifted >= min_count)
        ids, counts = _number(ids * 0x110000 + padded[length : length + size], alive)
        counts_of[length] = counts
        places = np.flatnonzero(counts >= min_count)
        if not len(places):
            break
        _, first, group = np.unique(ids[places], return_index=True, return_inverse=True)
        left, right = padded[places], padded[places + 1 + length]
        entropy = np.minimum(_entropy(group, left, places), _entropy(group, right, places))
        heads = places[first]
        cohesion = np.min([_mutual(counts_of, heads, length, cut, characters) for cut in range(1, length)], axis=0)
        documents = np.bincount(np.unique(group * len(batch) + text_of[places]) // len(batch), minlength=len(heads))
        for i in np.flatnonzero((cohesion >= LEAST_COHESION) & (entropy >= LEAST_ENTROPY)).tolist():
            term = "".join(map(chr, codes[heads[i] : heads[i] + length].tolist()))
            if term[0] not in ignored and term[-1] not in ignored and not known.knows(term):
                count = int(counts[heads[i]])
                weight = float(cohesion[i] * entropy[i] * np.log(count))
                found.append(DiscoveredTerm(term, count, int(documents[i]), float(cohesion[i]), float(entropy[i]), weight))
    return tuple(sorted(found, key=lambda term: (-term.weight, term.term))[:top])


def _number(keys: Ints, alive: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Small numbers for equal keys, and how often each stands; both 0 where not alive."""
    ids = np.zeros(len(keys), dtype=np.int64)
    counts = np.zeros(len(keys), dtype=np.int64)
    _, inverse, times = np.unique(keys[alive], return_inverse=True, return_counts=True)
    ids[alive] = inverse + 1
    counts[alive] = times[inverse]
    return ids, counts


def _mutual(counts_of: dict[int, Ints], heads: Ints, length: int, cut: int, characters: int) -> NDArray[Any]:
    """Pointwise mutual information of both sides of a cut."""
    whole, head, tail = counts_of[length][heads], counts_of[cut][heads], counts_of[length - cut][heads + cut]
    return np.asarray(np.log(whole * float(characters) / (head * tail.astype(np.float64))))


def _entropy(group: Ints, neighbour: Ints, places: Ints) -> NDArray[np.float64]:
    """Entropy of the characters beside each group; the edge of a sentence counts as a new character each time."""
    neighbour = np.where(neighbour == 0, 0x110000 + places, neighbour)
    width = int(neighbour.max()) + 1
    pairs, times = np.unique(group * width + neighbour, return_counts=True)
    of = pairs // width
    total = np.bincount(of, times)
    share = times / total[of]
    return np.asarray(np.bincount(of, -share * np.log(share)))
