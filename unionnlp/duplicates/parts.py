"""The parts of an index seen as one: texts numbered on from part to part, runs asked all at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .candidates import BANDS, SHORT_GRAMS, band_keys
from .figures import figure_grams, scan_figures, telling
from .folding import batches
from .minhash import EMPTY, MinHasher, Signatures
from .passages import winnow_batch
from .runs import KEY_BITS, Run, merge_runs, write_run
from .shingles import Scratch
from .store import Part, PartWriter

__all__ = ["MOST_TEXTS", "PLACES", "PLACE_UNIT", "Features", "Found", "Parts", "features", "gram_keys", "id_keys", "merge_parts", "write_features"]

MOST_TEXTS = 1 << 24
"""Texts of a part: beside a number of that size 8 bits are left for the place of a gram."""

PLACES = 256
PLACE_UNIT = 16
"""A gram's place is kept in units of 16 characters, modulo 256 of them: enough to see whether several lie on one diagonal."""

MANY = 1000
"""Texts that are worth a second thread."""

_OF_TEXTS = ("grams", "figures", "contexts")
"""Runs of keys whose values are texts; those of bands come from the signatures."""

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
Values = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Features:
    """What is indexed of some texts: keys and values of the runs, in any order.

    ``short`` says which texts have so few grams that one shared gram counts.
    """

    signatures: Signatures
    runs: Mapping[str, tuple[Keys, Values]]
    short: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits of keys asked for: the number of the key, the text, and for grams the place, modulo ``PLACES`` units."""

    keys: Ints
    texts: Ints
    places: Ints

    def where(self, chosen: NDArray[np.bool_]) -> Found:
        """The chosen hits."""
        return Found(self.keys[chosen], self.texts[chosen], self.places[chosen])


class Parts:
    """Several parts, in the order in which they were added; text i of the second comes after the last of the first."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)
        self._bases = np.cumsum([0, *(part.texts for part in self.parts)])

    def __len__(self) -> int:
        return int(self._bases[-1])

    def look_up(self, name: str, keys: Keys, most: int) -> Found:
        """Who has which key, over all parts; at most ``most`` texts of each key and part."""
        numbers, texts, places = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for part, base in zip(self.parts, self._bases.tolist(), strict=False):
            number, values = Run(part, name).look_up(keys, most)
            text = values.astype(np.int64)
            if name == "grams":
                places.append(text % PLACES)
                text //= PLACES
            part.expect_texts(text)
            numbers.append(number)
            texts.append(text + base)
        found = np.concatenate(numbers), np.concatenate(texts)
        return Found(*found, np.concatenate(places) if name == "grams" else np.zeros_like(found[0]))

    def text(self, number: int) -> str:
        """A text by its number."""
        part, within = self._place(number)
        return part.text(within)

    def id(self, number: int) -> str:
        """Its id."""
        part, within = self._place(number)
        return part.id(within)

    def column(self, name: str, numbers: Ints) -> NDArray[np.int64]:
        """A value of each of these texts: "short" or "families"."""
        values = np.zeros(len(numbers), dtype=np.int64)
        owners = np.searchsorted(self._bases, numbers, side="right") - 1
        for owner, part in enumerate(self.parts):
            chosen = np.flatnonzero(owners == owner)
            if len(chosen):
                values[chosen] = part.array(name)[numbers[chosen] - self._bases[owner]]
        return values

    def find(self, ids: Sequence[str]) -> dict[str, int]:
        """The numbers of those ids that are there."""
        hits = self.look_up("ids", id_keys(ids), MOST_TEXTS)
        return {ids[key]: text for key, text in zip(hits.keys.tolist(), hits.texts.tolist(), strict=True) if self.id(text) == ids[key]}

    def _place(self, number: int) -> tuple[Part, int]:
        owner = int(np.searchsorted(self._bases, number, side="right")) - 1
        return self.parts[owner], number - int(self._bases[owner])


def id_keys(ids: Iterable[str]) -> Keys:
    """The keys of ids in their run."""
    digests = (hashlib.blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=4).digest() for id_ in ids)
    return np.frombuffer(b"".join(digests), dtype="<u4").astype(np.uint64)


def gram_keys(grams: Keys) -> Keys:
    """The keys of winnowed grams in their run: the high bits of 32."""
    return grams >> np.uint64(32 - KEY_BITS["grams"])


def features(hasher: MinHasher, texts: Sequence[str]) -> Features:
    """What is indexed of texts.

    Complexity: O(characters), in batches that fit the cache; of many texts by two threads, since numpy lets go of the interpreter.
    """
    signatures = np.full((len(texts), hasher.bins), EMPTY, dtype=np.uint32)
    short = np.zeros(len(texts), dtype=bool)
    if len(texts) < MANY:
        pieces = [_runs(hasher, texts, (0, len(texts)), signatures, short)]
    else:
        half = len(texts) // 2
        with ThreadPoolExecutor(2) as threads:
            pieces = list(threads.map(lambda span: _runs(hasher, texts, span, signatures, short), [(0, half), (half, len(texts))]))
    joined = {}
    for name in _OF_TEXTS:
        keys, values = zip(*(found for own in pieces for found in own[name]), strict=True)
        joined[name] = np.concatenate(keys), np.concatenate(values)
    return Features(signatures, {"bands": _bands(signatures), **joined}, short)


def _runs(
    hasher: MinHasher, texts: Sequence[str], span: tuple[int, int], signatures: Signatures, short: NDArray[np.bool_]
) -> dict[str, list[tuple[Keys, Values]]]:
    """Keys and owners of some of the texts, batch by batch; their signatures, and which of them are short, are filled in."""
    pieces: dict[str, list[tuple[Keys, Values]]] = {name: [] for name in _OF_TEXTS}
    scratch = Scratch()
    for begin, batch in batches(texts[slice(*span)]):
        first = span[0] + begin
        plain = batch.plain()
        hasher.fill(signatures[first : first + len(batch.starts)], plain, scratch)
        packed = winnow_batch(plain, 0, 32, scratch)
        packed.sort()
        places = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
        owners = np.searchsorted(batch.starts, places, side="right") - 1
        short[first : first + len(batch.starts)] = np.bincount(owners, minlength=len(batch.starts)) < SHORT_GRAMS
        keys = gram_keys(packed >> np.uint64(32))
        fresh = np.ones(len(keys), dtype=bool)  # a gram counts once a text, at its first place
        fresh[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        values = (owners + first) * PLACES + (places - batch.starts[owners]) // PLACE_UNIT % PLACES
        pieces["grams"].append((keys[fresh], values[fresh].astype(np.uint32)))
        figures = telling(scan_figures(batch.codes))
        owners = np.searchsorted(batch.starts, figures.starts, side="right") - 1 + first
        pieces["contexts"].append((figures.contexts >> np.uint64(32), owners.astype(np.uint32)))
        runs, owners = figure_grams(figures, owners)
        pieces["figures"].append((runs >> np.uint64(32), owners.astype(np.uint32)))
    return pieces


def _bands(signatures: Signatures) -> tuple[Keys, Values]:
    """Keys of the bands of all signatures that are not empty, the number of the band before a hash."""
    present = np.flatnonzero(signatures[:, 0] != EMPTY)
    bits = np.uint64(KEY_BITS["bands"] - (BANDS - 1).bit_length())
    keys = (band_keys(signatures[present]) >> (np.uint64(64) - bits)) | (np.arange(BANDS, dtype=np.uint64) << bits)
    return keys.ravel(), np.repeat(present, BANDS).astype(np.uint32)


def write_features(writer: PartWriter, ids: Sequence[str], found: Features, families: Values) -> None:
    """Write the runs and columns of new texts."""
    for name, (keys, values) in {"ids": (id_keys(ids), np.arange(len(ids), dtype=np.uint32)), **found.runs}.items():
        write_run(writer, name, keys, values)
    writer.array("short", found.short.astype(np.uint8))
    writer.array("families", families)


def merge_parts(folder: Path, name: str, parts: Sequence[Part]) -> None:
    """Write several parts as one.

    Raises:
        WorkspaceError: one of them is damaged; nothing is written then.
    """
    for part in parts:
        part.check()
    whole = Parts(parts)
    shifts = [sum(part.texts for part in parts[:number]) for number in range(len(parts))]
    with PartWriter(folder, name, len(whole)) as writer:
        for run in KEY_BITS:
            merge_runs(writer, run, [Run(part, run) for part in parts], [shift * PLACES if run == "grams" else shift for shift in shifts])
        for column in ("short", "families"):
            writer.array(column, np.concatenate([part.array(column) for part in parts]))
        writer.joined_slices("ids", parts)
        writer.joined_slices("texts", parts)
