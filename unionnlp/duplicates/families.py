"""Families in an index: texts that are alike as a whole, so that a form sent in by sixty units counts as one text.

A batch finds its clusters anew each time; an index gives each text the name of its family when it is added.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .candidates import ALIKE
from .links import SMALL, clusters, unique_pairs
from .minhash import MinHasher, agreement
from .parts import Features, Parts, id_keys

__all__ = ["families", "known_families"]

Ints = NDArray[np.int64]

_NONE = np.iinfo(np.int64).max


def families(hasher: MinHasher, parts: Parts, ids: Sequence[str], found: Features) -> NDArray[np.uint32]:
    """The family of each new text, named by the key of its first member's id.

    Args:
        parts: what is in the index before.
        ids, found: of the new texts.
    Complexity: a sort of the bands, near linear in the texts that share one.
    """
    keys, owners = found.runs["bands"]
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    left, right, _ = unique_pairs(owners[order[same]].astype(np.int64), owners[order[same + 1]].astype(np.int64), len(ids))
    alike = agreement(found.signatures, left, found.signatures, right) >= ALIKE
    root = clusters(left[alike], right[alike], len(ids))
    before = known_families(hasher, parts, found)
    name = np.full(len(ids), _NONE)
    np.minimum.at(name, root[before >= 0], before[before >= 0])
    name = name[root]
    return np.where(name < _NONE, name, id_keys(ids).astype(np.int64)[root]).astype(np.uint32)


def known_families(hasher: MinHasher, parts: Parts, found: Features) -> Ints:
    """For each new text the family of the stored text that shares the most bands with it and is alike; -1 for none.

    Complexity: a look-up a band, and one signature a text that shares some.
    """
    names = np.full(len(found.signatures), -1, dtype=np.int64)
    keys, owners = found.runs["bands"]
    hits = parts.look_up("bands", keys, SMALL)
    pairs, counts = np.unique(owners[hits.keys].astype(np.int64) * max(1, len(parts)) + hits.texts, return_counts=True)
    if not len(pairs):
        return names
    new, old = pairs // len(parts), pairs % len(parts)
    order = np.lexsort((old, -counts, new))
    best = order[np.concatenate(([True], np.diff(new[order]) > 0))]
    new, old = new[best], old[best]
    stored, at = np.unique(old, return_inverse=True)
    signatures = hasher.signatures([parts.text(number) for number in stored.tolist()])
    alike = agreement(found.signatures, new, signatures, at) >= ALIKE
    names[new[alike]] = parts.column("families", old[alike])
    return names
