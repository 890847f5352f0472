"""What a scan has to read: what is new or changed, by content, and what hangs together with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .failures import Failure
from .inputs import Inputs
from .intake import Source, digest_of
from .lines import read_lines
from .names import stem

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Turns", "known_sources"]


def known_sources(files: pyarrow.Table, batch: str) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """The sources of a batch that a workspace has: by name their digest and their rows of files. An archive is one source."""
    found: dict[str, tuple[str, list[dict[str, Any]]]] = {}
    for row in files.select(["file", "digest", "archive", "twin_of", "batch"]).to_pylist():
        if row["batch"] == batch:
            found.setdefault(row["archive"] or row["file"], (row["digest"], []))[1].append(row)
    return found


class Turns:
    """The sources of a scan in their order, and what was decided about each.

    Args:
        inputs: what was found.
        known: of the workspace, as ``known_sources`` gives it.
        pending: what an interrupted scan read: digest by name.
    """

    def __init__(self, inputs: Inputs, known: Mapping[str, tuple[str, list[dict[str, Any]]]], pending: Mapping[str, str]) -> None:
        self.places: dict[str, int] = {}  # the turn of every source that this scan reads, or has read before it was interrupted
        self.failures: list[Failure] = list(inputs.failures)  # of what is no source: folders, broken lines
        self.seen: set[str] = set()
        self.skipped = 0  # sources that need not be read
        self.lines = inputs.lines
        self._inputs = inputs
        self._known = known
        self._pending = pending
        self._unchanged: dict[str, Source] = {}

    def fresh(self) -> Iterator[Source]:
        """What is new or changed and not read yet; while this goes on, the rest becomes known."""
        turn = 0
        for found in self._sources():
            if isinstance(found, Failure):
                self.failures.append(found)
                continue
            source = found._replace(place=turn)
            turn += 1
            self.seen.add(source.name)
            digest = digest_of(source) if source.name in self._known or source.name in self._pending else None
            if source.name in self._known and self._known[source.name][0] == digest:
                self.skipped += 1
                if source.line is None:
                    self._unchanged[source.name] = source
                continue
            if self._take(source, digest):
                yield source
            else:
                self.skipped += 1

    def related(self, read: Collection[str], gone: Collection[str]) -> Iterator[Source]:
        """What did not change, but may be one submission with what did: the twins of old, and files of one name.

        Args:
            read: the sources of which something could be read.
            gone: those that are to be forgotten.
        """
        linked = self._links()
        names = {(folder, stem(name).lower()) for folder, _, name in (source.rpartition("/") for source in read)}
        todo = [name for name in self._unchanged if (name.rpartition("/")[0], stem(name.rpartition("/")[2]).lower()) in names]
        todo += [other for name in (*read, *gone) for other in linked.get(name, ())]
        while todo:
            source = self._unchanged.pop(todo.pop(), None)
            if source is not None:
                todo += linked.get(source.name, ())
                if self._take(source, digest_of(source) if source.name in self._pending else None):
                    yield source

    def gone(self) -> set[str]:
        """Sources that the workspace has and the folder has no more."""
        return self._known.keys() - self.seen

    def _take(self, source: Source, digest: str | None) -> bool:
        """Give a source its turn; whether it must be read now."""
        self.places[source.name] = source.place
        return digest is None or self._pending.get(source.name) != digest

    def _sources(self) -> Iterable[Source | Failure]:
        for name, path in self._inputs.files:
            if name not in self._inputs.lines:
                yield Source(name, str(path))
                continue
            for found in read_lines(name, path):
                yield found if isinstance(found, Failure) else Source(found[0], str(path), line=found[1])

    def _links(self) -> dict[str, set[str]]:
        """Sources that hold twins of one another."""
        home = {row["file"]: source for source, (_, rows) in self._known.items() for row in rows}
        links: defaultdict[str, set[str]] = defaultdict(set)
        for source, (_, rows) in self._known.items():
            for row in rows:
                if row["twin_of"]:
                    main = home.get(row["twin_of"], source)
                    links[source].add(main)
                    links[main].add(source)
        return links
