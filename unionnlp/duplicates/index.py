"""An index of texts on disk that grows year by year: what is new is compared with everything sent in before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import WorkspaceError
from ..records import Document, Match, Matches, Report
from .candidates import BANDS
from .families import families
from .find import MIN_PASSAGE, check_limits, patchwork, with_figures, with_patchworks
from .folding import table_fingerprint
from .minhash import HASH_VERSION, MinHasher
from .parts import MOST_TEXTS, Parts, features, merge_parts, write_features
from .passages import GRAM, WINDOW
from .prepared import plain_text
from .retrieval import Retrieval
from .store import LIST, Part, PartWriter, is_own, new_name, only_writer, read_list, remove_all_but, write_list
from .verify import Examined, examine

__all__ = ["DuplicateIndex", "IndexSizes"]

FORMAT = 2

AT_ONCE = 32_768
"""Texts made into one part: 300 MB of working arrays."""

MERGED_AT_ONCE = 4
GROWTH = 2
"""After an addition the last parts are merged when there are so many of which none is more than twice as large as those
after it together: texts added one by one leave a dozen parts for a million."""

MOST_MERGED = 131_072
"""Texts that an addition merges at most, some seconds of work; ``merge`` makes one part of all."""


@dataclass(frozen=True, slots=True)
class IndexSizes:
    """Bytes on disk: band runs, passage grams, runs of figures, compressed texts, and ids with the rest."""

    bands: int
    passages: int
    figures: int
    texts: int
    ids: int

    @property
    def total(self) -> int:
        return self.bands + self.passages + self.figures + self.texts + self.ids


class DuplicateIndex:
    """Texts and what finds them again, in a folder.

    Sorted runs of bands, passage grams and figures lie in immutable parts, the compressed texts beside them. Everything is
    mapped, nothing loaded. One process adds at a time, others wait; any number may ask meanwhile. What ``add`` returned
    from is on disk, whatever happens to the process afterwards.

    Args:
        folder: that of an index which is there; ``open`` makes one that is not.

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
        self._parts = Parts(())
        self._made_with: dict[str, Any] = {}
        self._refresh()

    @classmethod
    def open(cls, folder: str | PathLike[str]) -> DuplicateIndex:
        """Open an index, or make an empty one.

        Args:
            folder: where it lies; it is made when it does not exist.

        Returns:
            The index as it is now; it sees what others add when it is next asked.

        Raises:
            WorkspaceError: the folder cannot be used, holds other files, or a part of the index is missing or damaged; or
                the index was made with other parameters or another version of the hash: its signatures would not be
                comparable. (Another table of folding is found out when a text is first folded.)
        Complexity: a small file and the end of each part are read.
        """
        path = Path(folder)
        if read_list(path) is None:
            with _unwritable(path):
                path.mkdir(parents=True, exist_ok=True)
                if foreign := sorted(entry.name for entry in path.iterdir() if not is_own(entry.name)):
                    raise WorkspaceError(str(path), f"holds other files and no index ({foreign[0]})", "workspace_damaged")
                with only_writer(path):
                    if read_list(path) is None:
                        write_list(path, {**_parameters(), "folding": _folding(), "parts": []})
        return cls(path)

    def __len__(self) -> int:
        """Texts in the index."""
        return len(self._parts)

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and bool(self._parts.find([id_]))

    def add(self, texts: Mapping[str, Report | Document | str]) -> int:
        """Add texts; when this returns they are on disk. All of them are added at one moment, or none.

        Parts are merged afterwards when there are many; an error in that is raised, too, but leaves the texts added.

        Args:
            texts: by id. An id that is there with the same text is passed over.
        Returns:
            How many were added.
        Raises:
            WorkspaceError: an id is there with another text, or the folder cannot be written.
        """
        with self._writing():
            given = {id_: plain_text(value)[0] for id_, value in texts.items()}
            present = self._parts.find(list(given))
            for id_, number in present.items():
                if self._parts.text(number) != given[id_]:
                    raise WorkspaceError(str(self._folder), f"{id_!r} is in the index with another text")
            fresh = [id_ for id_ in given if id_ not in present]
            listed = list(self._parts.parts)
            for first in range(0, len(fresh), AT_ONCE):
                ids = fresh[first : first + AT_ONCE]
                listed.append(self._write(Parts(listed), ids, [given[id_] for id_ in ids]))
            if fresh:
                self._list(listed)
                self._merge(_due([part.texts for part in listed]))
        return len(fresh)

    def query(self, text: Report | Document | str, threshold: float = 0.5, min_passage: int = MIN_PASSAGE, name: str = "") -> Matches:
        """What of a text was sent in before.

        A pair is judged as by ``find_duplicates`` over the text and all that is in the index. Of a large family of
        near-identical texts the first and those most like the text are given.

        Args:
            text: the new text; it is not added.
            threshold, min_passage: as for ``find_duplicates``.
            name: stands as ``a`` in the matches; a report's id when empty. If it is the id of this very text in the index, that
                one is left out.
        Returns:
            Matches, most alike first; ``b`` is the id in the index. At most 64 texts are compared exactly.
        Raises:
            ValueError: a threshold outside 0..1, or a passage shorter than one character.
            WorkspaceError: the index is damaged.
        Complexity: a bucket of some 10 keys read a key and part, whatever the number of texts.
        """
        check_limits(threshold, min_passage)
        self._refresh()
        self._expect(folding=_folding())
        plain, offset = plain_text(text)
        name = name or (text.report_id if isinstance(text, Report) else "")
        asked = Retrieval(self._parts, self._hasher, plain)
        itself = {number for number in self._parts.find([name]).values() if self._parts.text(number) == plain}
        numbers = [number for number in asked.candidates() if number not in itself]
        if not numbers:
            return Matches()
        first, *others = asked.prepare([self._parts.text(number) for number in numbers], offset)
        kept: dict[tuple[int, int], Examined] = {}
        matches: dict[tuple[int, int], Match] = {}
        for number, (text_number, other) in enumerate(zip(numbers, others, strict=True), 1):
            examined = examine(first, other, threshold, min_passage)
            if examined and examined.flagged(threshold, min_passage):
                kept[0, number] = examined
                match = examined.match(name, self._parts.id(text_number), examined.kind(threshold, min_passage))
                matches[0, number] = with_figures(match, first, other)
        return Matches(with_patchworks(matches, patchwork(kept, {0: ~first.discount})))

    def merge(self) -> None:
        """Make one part of all (of the last 16 million texts), so that a query has one place to look. Others may ask meanwhile.

        Raises:
            WorkspaceError: the folder cannot be written (as much room as the index takes is needed), or a part is damaged.
        Complexity: linear; memory does not grow with the index, but for one number a bucket of keys.
        """
        with self._writing():
            sizes = [part.texts for part in self._parts.parts]
            self._merge(sum(size <= MOST_TEXTS for size in np.cumsum(sizes[::-1]).tolist()))

    def sizes(self) -> IndexSizes:
        """How much of the disk the index takes, by what it is for."""
        self._refresh()
        parts = self._parts.parts
        kinds = (("bands",), ("grams",), ("figures", "contexts"), ("texts",), ("ids", "short", "families"))
        return IndexSizes(*(sum(part.size(*names) for part in parts) for names in kinds))

    def check(self) -> None:
        """Read the whole index and compare the checksums of its parts.

        Raises:
            WorkspaceError: a part is not as it was written; it names the file.
        """
        self._refresh()
        for part in self._parts.parts:
            part.check()

    # ------------------------------------------------------------------------------------------------------- the folder

    def _refresh(self) -> None:
        """See what counts now."""
        known = {part.path.name: part for part in self._parts.parts}
        while True:
            listed = self._listed()
            try:
                self._parts = Parts(known.get(name) or Part(self._folder / name) for name in listed)
                return
            except FileNotFoundError as error:
                if self._listed() == listed:  # else it was merged with others since the list was read
                    raise WorkspaceError(str(self._folder), f"a part is missing: {error.filename}", "workspace_damaged") from error

    def _listed(self) -> list[str]:
        found = read_list(self._folder)
        if found is None:
            raise WorkspaceError(str(self._folder), f"{LIST} is missing", "workspace_missing")
        self._made_with = found
        self._expect(**_parameters())
        parts: list[str] = found["parts"]
        return parts

    def _expect(self, **parameters: int) -> None:
        """Refuse an index that was made with others."""
        for name, value in parameters.items():
            if self._made_with.get(name) != value:
                reason = f"the index was made with {name} = {self._made_with.get(name)!r}, this version uses {value!r}"
                raise WorkspaceError(str(self._folder), reason, "workspace_format")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone in the folder, with what counts known, and without what killed writers left."""
        with _unwritable(self._folder), only_writer(self._folder):
            self._refresh()
            self._expect(folding=_folding())
            remove_all_but(self._folder, [part.path.name for part in self._parts.parts])
            yield

    def _write(self, before: Parts, ids: list[str], texts: list[str]) -> Part:
        """Write a part of new texts, which does not count yet."""
        found = features(self._hasher, texts)
        families_ = families(self._hasher, before, ids, found)
        name = new_name()
        with PartWriter(self._folder, name, len(ids)) as writer:
            write_features(writer, ids, found, families_)
            writer.ids_and_texts(ids, texts)
        return Part(self._folder / name)

    def _list(self, parts: Sequence[Part]) -> None:
        """Make these parts count."""
        write_list(self._folder, {**self._made_with, "parts": [part.path.name for part in parts]})
        self._parts = Parts(parts)

    def _merge(self, count: int) -> None:
        """Merge the last parts, so many."""
        parts = self._parts.parts
        if count > 1:
            name = new_name()
            merge_parts(self._folder, name, parts[-count:])
            self._list([*parts[:-count], Part(self._folder / name)])
            remove_all_but(self._folder, [part.path.name for part in self._parts.parts])


@cache
def _parameters() -> dict[str, int]:
    """What must not differ between the index and the program."""
    hasher = MinHasher()
    sizes = {"bins": hasher.bins, "shingle": hasher.shingle, "bands": BANDS, "gram": GRAM, "window": WINDOW}
    return {"format": FORMAT, "hash_version": HASH_VERSION, **sizes}


@cache
def _folding() -> int:
    """The same of the table of folding. It is made when a text is first folded, which takes longer than opening an index."""
    return table_fingerprint()


def _due(sizes: Sequence[int]) -> int:
    """How many of the last parts to merge after an addition."""
    count, total = 1, sizes[-1]
    for size in reversed(sizes[:-1]):
        if size > GROWTH * total or size + total > MOST_MERGED:
            break
        count, total = count + 1, total + size
    return count if count >= MERGED_AT_ONCE else 0


@contextmanager
def _unwritable(folder: Path) -> Iterator[None]:
    """Say it in our own words when the folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(str(folder), f"cannot be written: {error.strerror or error}", "workspace_unwritable") from error
