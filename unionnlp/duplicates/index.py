"""An index of texts on disk that grows year by year: what is new is compared with everything sent in before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WorkspaceError
from ..records import Document, Match, Matches, Report
from .candidates import BANDS, SEEDS, SHORT_GRAMS, band_keys
from .find import MIN_PASSAGE, check_limits, most_alike_first
from .folding import batches, table_fingerprint
from .links import STOCK_CLUSTERS
from .minhash import EMPTY, HASH_VERSION, MinHasher, Signatures
from .passages import GRAM, WINDOW, winnow_batch
from .prepared import Prepared, plain_text
from .store import ARRAYS, Part, current_parts, read_json, sweep, write_json, write_part
from .verify import examine

__all__ = ["DuplicateIndex"]

MOST_VERIFIED = 64
"""Texts compared exactly for one query, those with the most in common: a query against a family of thousands stays short."""

MOST_OWNERS = 1024
"""Texts looked at for one key of one part."""

FORMAT = 1


class DuplicateIndex:
    """Texts, their band runs and passage grams, in a folder.

    Band runs are sorted 32-bit keys, 256 bytes a text; grams and compressed texts lie beside them. Everything is mapped,
    nothing loaded; every addition is one immutable part.

    Example:
        >>> import tempfile
        >>> text = "全县走访慰问困难职工1462户，发放慰问金96.5万元。县总工会为三家企业的职工讨回工资，办结案件四十二件。" * 2
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     index = DuplicateIndex.open(folder)
        ...     _ = index.add({"东平2023": text, "南溪2023": "今年举办了职工运动会，二十三个单位参加。"})
        ...     [(m.a, m.b, m.kind) for m in DuplicateIndex.open(folder).query(text + "特此报告。", name="西安2024")]
        [('西安2024', '东平2023', 'light_edit')]
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hasher = MinHasher()
        self._parts: dict[str, Part] = {}
        self._refresh()

    @classmethod
    def open(cls, folder: str | PathLike[str]) -> DuplicateIndex:
        """Open an index, or make an empty one.

        Raises:
            WorkspaceError: the folder cannot be used, or the index was made with other parameters or another version of
                the hash: its signatures would not be comparable.
        """
        path = Path(folder)
        expected = cls._parameters()
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not (path / "index.json").exists():
                if any(path.iterdir()):
                    raise WorkspaceError(str(path), "holds other files and no index")
                write_json(path / "index.json", expected)
        except OSError as error:
            raise WorkspaceError(str(path), str(error)) from error
        found = read_json(path / "index.json")
        for name, value in expected.items():
            if found.get(name) != value:
                raise WorkspaceError(str(path), f"the index was made with {name} = {found.get(name)!r}, this version uses {value!r}")
        return cls(path)

    @staticmethod
    def _parameters() -> dict[str, Any]:
        hasher = MinHasher()
        sizes = {"bins": hasher.bins, "shingle": hasher.shingle, "bands": BANDS, "gram": GRAM, "window": WINDOW}
        return {"format": FORMAT, "hash_version": HASH_VERSION, "folding": table_fingerprint(), **sizes}

    def __len__(self) -> int:
        """Texts in the index."""
        return sum(part.texts for part in self._parts.values())

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self._find(id_) is not None

    def add(self, texts: Mapping[str, Report | Document | str]) -> int:
        """Add texts; when this returns they are on disk.

        Args:
            texts: by id. An id that is there with the same text is passed over.
        Returns:
            How many were added.
        Raises:
            WorkspaceError: an id is there with another text; nothing is added then.
        """
        self._refresh()
        fresh: dict[str, str] = {}
        for id_, value in texts.items():
            text, _ = plain_text(value)
            place = self._find(id_)
            if place is None:
                fresh[id_] = text
            elif place[0].text(place[1]) != text:
                raise WorkspaceError(str(self._folder), f"{id_!r} is in the index with another text")
        if fresh:
            write_part(self._folder, self._arrays_of(fresh), fresh.keys(), fresh.values())
            self._refresh()
        return len(fresh)

    def query(self, text: Report | Document | str, threshold: float = 0.5, min_passage: int = MIN_PASSAGE, name: str = "") -> Matches:
        """What of a text was sent in before.

        Args:
            text: the new text; it is not added.
            threshold, min_passage: as for ``find_duplicates``.
            name: stands as ``a`` in the matches; a report's id when empty.
        Returns:
            Matches, most alike first; ``b`` is the id in the index. At most 64 texts are compared exactly.
        Complexity: a binary search a key and part, and one count a text of the index.
        """
        check_limits(threshold, min_passage)
        self._refresh()
        plain, offset = plain_text(text)
        asked = Prepared(plain, offset)
        name = name or (text.report_id if isinstance(text, Report) else "")
        shares, stock = self._candidates(plain, asked)
        asked.stock_grams = asked.grams[1][np.isin(asked.grams[0], stock)]
        matches: list[Match] = []
        for part, number in shares:
            stored = Prepared(part.text(number))
            stored.stock_grams = stored.grams[1][np.isin(stored.grams[0], stock)]
            examined = examine(asked, stored, threshold, min_passage)
            if examined and examined.flagged(threshold, min_passage):
                matches.append(examined.match(name, part.id(number), examined.kind(threshold, min_passage)))
        return Matches(sorted(matches, key=most_alike_first))

    def merge(self) -> None:
        """Make one part of all, and remove what killed writers left. Nobody else may be writing to the folder."""
        self._refresh()
        if len(self._parts) > 1:
            names, parts = tuple(self._parts), tuple(self._parts.values())
            ids = (part.id(number) for part in parts for number in range(part.texts))
            texts = (part.text(number) for part in parts for number in range(part.texts))
            write_part(self._folder, _merged(parts), ids, texts, names)
            self._refresh()
            sweep(self._folder, names)
        else:
            sweep(self._folder)

    def _refresh(self) -> None:
        try:
            self._parts = current_parts(self._folder, self._parts)
        except OSError as error:
            raise WorkspaceError(str(self._folder), str(error)) from error

    def _find(self, id_: str) -> tuple[Part, int] | None:
        key = _id_key(id_)
        for part in self._parts.values():
            number = part.find_id(key, id_)
            if number is not None:
                return part, number
        return None

    def _arrays_of(self, fresh: Mapping[str, str]) -> dict[str, NDArray[Any]]:
        """The sorted runs of new texts."""
        texts = list(fresh.values())
        signatures = np.full((len(texts), self._hasher.bins), EMPTY, dtype=np.uint32)
        keys: list[NDArray[np.uint32]] = []
        owners: list[NDArray[np.uint32]] = []
        for first, batch in batches(texts):
            plain = batch.plain()
            self._hasher.fill(signatures[first : first + len(batch.starts)], plain)
            packed = winnow_batch(plain, 0, 32)
            places = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
            keys.append((packed >> np.uint64(32)).astype(np.uint32))
            owners.append((np.searchsorted(batch.starts, places, side="right") - 1 + first).astype(np.uint32))
        arrays = dict(zip(("gram_keys", "gram_texts"), _sorted_run(np.concatenate(keys), np.concatenate(owners)), strict=True))
        arrays |= _band_runs(signatures)
        id_keys = np.array([_id_key(id_) for id_ in fresh], dtype=np.uint64)
        order = np.argsort(id_keys, kind="stable")
        return {**arrays, "id_keys": id_keys[order], "id_texts": order.astype(np.uint32)}

    def _candidates(self, text: str, asked: Prepared) -> tuple[list[tuple[Part, int]], NDArray[np.uint64]]:
        """The texts worth comparing, those with the most in common first, and the grams that are stock here.

        A gram is stock when many texts hold it that are not like the text as a whole: a family of near-identical texts
        counts as one.
        """
        signatures = self._hasher.signatures([text])
        grams = asked.grams[0].astype(np.uint32)
        bands = (band_keys(signatures)[0] >> np.uint64(32)).astype(np.uint32)
        hits: list[tuple[Part, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        sharers = np.zeros(len(grams), dtype=np.int64)
        for part in self._parts.values():
            alike = np.zeros(part.texts, dtype=np.int64)
            if signatures[0, 0] != EMPTY:
                for band in range(BANDS):
                    _, owners = _look_up(part.array("band_keys")[band], part.array("band_texts")[band], bands[band : band + 1])
                    alike[owners] += 1
            number, owners = _look_up(part.array("gram_keys"), part.array("gram_texts"), grams)
            sharers += np.bincount(number[alike[owners] == 0], minlength=len(grams))
            hits.append((part, alike, number, owners))
        stock = sharers > STOCK_CLUSTERS
        needed = 1 if len(grams) < SHORT_GRAMS else SEEDS
        ranked: list[tuple[int, str, int, Part]] = []
        for part, alike, number, owners in hits:
            shared = np.bincount(owners[~stock[number]], minlength=part.texts)
            score = shared + alike * SEEDS
            chosen = np.flatnonzero((shared >= needed) | (alike > 0)).tolist()
            ranked += [(-int(score[text_number]), part.folder.name, text_number, part) for text_number in chosen]
        ranked.sort(key=lambda row: row[:3])
        return [(part, number) for _, _, number, part in ranked[:MOST_VERIFIED]], asked.grams[0][stock]


def _id_key(id_: str) -> int:
    return int.from_bytes(hashlib.blake2b(id_.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _sorted_run(keys: NDArray[np.uint32], owners: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Keys in order, each with its owner, a pair once."""
    packed = (keys.astype(np.uint64) << np.uint64(32)) | owners
    packed.sort()
    fresh = np.ones(len(packed), dtype=bool)
    fresh[1:] = packed[1:] != packed[:-1]
    packed = packed[fresh]
    return (packed >> np.uint64(32)).astype(np.uint32), packed.astype(np.uint32)


def _band_runs(signatures: Signatures) -> dict[str, NDArray[np.uint32]]:
    """One sorted run a band over the texts that have a signature, shape (BANDS, texts)."""
    present = np.flatnonzero(signatures[:, 0] != EMPTY).astype(np.uint32)
    keys = (band_keys(signatures[present]) >> np.uint64(32)).astype(np.uint32)
    runs = [_sorted_run(keys[:, band], present) for band in range(BANDS)]
    return {"band_keys": np.stack([run[0] for run in runs]), "band_texts": np.stack([run[1] for run in runs])}


def _look_up(keys: NDArray[np.uint32], texts: NDArray[np.uint32], asked: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which of the asked keys each owner has: (number of the key, text), at most ``MOST_OWNERS`` a key."""
    low = np.searchsorted(keys, asked, side="left")
    sizes = np.minimum(np.searchsorted(keys, asked, side="right") - low, MOST_OWNERS)
    ends = np.cumsum(sizes)
    at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(low - ends + sizes, sizes)
    return np.repeat(np.arange(len(asked)), sizes), texts[at].astype(np.int64)


def _merged(parts: tuple[Part, ...]) -> dict[str, NDArray[Any]]:
    """The runs of several parts as one; texts are numbered on from part to part."""
    shifts = np.cumsum([0, *(part.texts for part in parts)])[:-1].astype(np.uint32)
    joined: dict[str, NDArray[Any]] = {}
    for name in ARRAYS:
        if name.endswith("_ends"):
            continue
        moved = ((part.array(name) + shift) if name.endswith("_texts") else part.array(name) for part, shift in zip(parts, shifts, strict=True))
        joined[name] = np.concatenate(list(moved), axis=-1)
    order = np.argsort(joined["id_keys"], kind="stable")
    joined["id_keys"], joined["id_texts"] = joined["id_keys"][order], joined["id_texts"][order]
    joined["gram_keys"], joined["gram_texts"] = _sorted_run(joined["gram_keys"], joined["gram_texts"])
    runs = [_sorted_run(*row) for row in zip(joined["band_keys"], joined["band_texts"], strict=True)]
    return {**joined, "band_keys": np.stack([run[0] for run in runs]), "band_texts": np.stack([run[1] for run in runs])}
