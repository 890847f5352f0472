"""From what was read to the parts of a scan: submissions in the order of their names, twins put together, ids given.

Nothing here depends on the order in which files were finished, nor on how often the scan was interrupted. What is held at
once is a window of submissions, not the scan.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..dossier.tables import DIFFERING
from .failures import Failure
from .frames import filled, schema
from .keywording import Keywording, count_words
from .pending import CHUNK_TABLES, Chunk
from .results import OF_REPORTS
from .rows import Submission
from .twins import Twin, find_twins
from .workspace import write_part

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Assembly", "Inventory", "assemble", "take_inventory"]

WINDOW = 2048
"""Submissions in a part …"""

MOST_CHARACTERS = 16_000_000
"""… or so many characters of theirs: 100 MB with their facts."""

TOGETHER = 2
"""Parts that are finished at a time, while the next one is put together."""

_OPEN = 4

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Item:
    """A submission, and where its rows lie: the turn of its source, the chunk, its number there."""

    place: int
    chunk: int
    number: int
    submission: Submission
    file: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a scan adds to a workspace: its parts by table, and its rows of files."""

    parts: Mapping[str, list[str]]
    files: pyarrow.Table


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the chunks hold that counts: the submissions in order, and what failed."""

    chunks: Sequence[Chunk]
    items: Sequence[_Item]
    failures: tuple[Failure, ...]

    @property
    def sources(self) -> set[str]:
        """Of which something could be read."""
        return {item.submission.source for item in self.items}


def take_inventory(chunks: Sequence[Chunk], places: Mapping[str, int]) -> Inventory:
    """See what was read; of a source that was read twice the later reading counts.

    Args:
        chunks: what was read, the latest last.
        places: by name, the turn of every source that counts; a chunk may hold others, which an interrupted scan read.
    """
    latest: dict[str, int] = {}
    items: list[_Item] = []
    failures: list[tuple[int, str, int, Failure]] = []
    for at, chunk in enumerate(chunks):
        sources, submissions, failed, files = chunk.tables("sources", "submissions", "failures", "files")
        names = sources["source"].to_pylist()
        latest.update(dict.fromkeys(names, at))
        for row, file in zip(submissions.to_pylist(), files.to_pylist(), strict=True):
            number = row.pop("submission")
            if row["source"] in places:
                own = Submission(**{**row, **{name: tuple(row[name]) for name in ("units", "periods", "body_periods")}})
                items.append(_Item(places[own.source], at, number, own, file))
        for row in failed.to_pylist():
            source = names[row.pop("submission")]
            if source in places:
                failures.append((places[source], source, at, Failure(**row)))
    kept = [item for item in items if latest[item.submission.source] == item.chunk]
    kept.sort(key=lambda item: (item.place, item.number))
    return Inventory(chunks, kept, tuple(failure for _, source, at, failure in failures if latest[source] == at))


def assemble(root: Path, inventory: Inventory, batch: str, scan: int, seen: Mapping[str, int]) -> Assembly:
    """Put together what was read.

    Args:
        root: the workspace; parts are written, which do not count yet.
        batch, scan: of this scan.
        seen: by the id of a text, how often the workspace has it already.

    Raises:
        WorkspaceError: a part cannot be written.

    Complexity: linear, beside ``find_twins``; memory for one window of submissions and some 500 bytes for each.
    """
    import pyarrow as pa

    items = inventory.items
    held = _Held(inventory.chunks)
    twins = find_twins([item.submission for item in items], _Texts(items, held))
    main = [item for item in items if item.submission.file not in twins]
    occurrences, given = Counter(seen), []
    for item in main:
        occurrences[item.submission.key] += 1
        given.append(occurrences[item.submission.key])
    parts: dict[str, list[str]] = {table: [] for table in OF_REPORTS}
    with ThreadPoolExecutor(TOGETHER) as threads, Keywording() as keywording:  # Arrow and numpy let go of the interpreter while they count, sort and compress
        terms = (_chosen(held.table(chunk, "terms"), numbers) for chunk, numbers in _by_chunk(main))
        for counted, reports in _ahead(threads, lambda rows: (count_words(rows), len(rows)), terms):
            keywording.add(counted, reports)
        weights = keywording.weights()

        def finish(tables: dict[str, pyarrow.Table]) -> dict[str, str]:
            more = {"scan": scan, "batch": batch, "keywords": pa.array(weights.keywords(tables["terms"]), pa.string())}
            return {table: write_part(root, table, filled(table, tables[table], **more)) for table in OF_REPORTS if len(tables[table])}

        windows = (_window(held, main[first:last], given[first:last]) for first, last in _windows(main))
        for names in _ahead(threads, finish, windows):
            for table, name in names.items():
                parts[table].append(name)
    return Assembly(parts, _files(items, twins, batch, scan))


def _ahead(threads: Executor, work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[Made]:
    """What comes of each item, in order; while one is waited for, the next ones are worked on, not more than ``TOGETHER``."""
    under_way: deque[Future[Made]] = deque()
    for item in items:
        if len(under_way) == TOGETHER:
            yield under_way.popleft().result()
        under_way.append(threads.submit(work, item))
    while under_way:
        yield under_way.popleft().result()


class _Held:
    """Tables of chunks, the last ones used kept ready."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks
        self._tables = lru_cache(maxsize=_OPEN)(lambda chunk: dict(zip(CHUNK_TABLES, chunks[chunk].tables(*CHUNK_TABLES), strict=True)))

    def table(self, chunk: int, name: str) -> pyarrow.Table:
        """One table; those before it in the chunk are read over."""
        return next(iter(self._chunks[chunk].tables(name)))

    def all(self, chunk: int) -> dict[str, pyarrow.Table]:
        """All tables."""
        return self._tables(chunk)


class _Texts:
    """Gives the text of a submission."""

    def __init__(self, items: Sequence[_Item], held: _Held) -> None:
        self._items = {item.submission.file: item for item in items}
        self._held = held

    def __call__(self, submission: Submission) -> str:
        if submission.text is not None:
            return submission.text
        item = self._items[submission.file]
        reports = self._held.all(item.chunk)["reports"]
        return "".join(_chosen(reports, [item.number])["text"].to_pylist())


def _by_chunk(items: Sequence[_Item]) -> Iterator[tuple[int, list[int]]]:
    numbers: dict[int, list[int]] = {}
    for item in items:
        numbers.setdefault(item.chunk, []).append(item.number)
    yield from sorted(numbers.items())


def _chosen(table: pyarrow.Table, numbers: Sequence[int]) -> pyarrow.Table:
    """The rows of some submissions."""
    mask = np.isin(table["submission"].to_numpy(), numbers)
    return table if mask.all() else table.filter(mask)


def _windows(items: Sequence[_Item]) -> Iterator[tuple[int, int]]:
    first = characters = 0
    for last, item in enumerate(items, 1):
        characters += item.file["characters"]
        if last - first >= WINDOW or characters >= MOST_CHARACTERS or last == len(items):
            yield first, last
            first, characters = last, 0


def _window(held: _Held, items: Sequence[_Item], occurrences: Sequence[int]) -> dict[str, pyarrow.Table]:
    """The rows of some submissions in their order, with their ids."""
    import pyarrow as pa
    import pyarrow.compute as pc

    turn = {(item.chunk, item.number): at for at, item in enumerate(items)}
    found: dict[str, list[pyarrow.Table]] = {table: [] for table in (*OF_REPORTS, "terms")}
    turns: dict[str, list[Any]] = {table: [] for table in found}
    for chunk, numbers in _by_chunk(items):
        for table in found:
            rows = _chosen(held.all(chunk)[table], numbers)
            found[table].append(rows)
            turns[table].append(np.array([turn[chunk, number] for number in rows["submission"].to_pylist()], dtype=np.int64))
    endings = np.array(["" if n == 1 else f"~{n}" for n in occurrences], dtype=object)
    ordered = {}
    for table, pieces in found.items():
        rows, at = pa.concat_tables(pieces).combine_chunks(), np.concatenate(turns[table])
        order = np.argsort(at, kind="stable")
        rows = rows.take(order)
        if "report_id" in rows.column_names and any(endings):
            ids = pc.binary_join_element_wise(rows["report_id"], pa.array(endings[at[order]], pa.string()), "")
            rows = rows.set_column(rows.schema.get_field_index("report_id"), "report_id", ids)
        ordered[table] = rows
    return ordered


def _files(items: Sequence[_Item], twins: Mapping[str, Twin], batch: str, scan: int) -> pyarrow.Table:
    """The rows of the files: a twin has no reports, and tells of the figures that it reads otherwise."""
    import pyarrow as pa

    rows = []
    for item in items:
        row = {**item.file, "batch": batch, "scan": scan, "replaced_by": ""}
        twin = twins.get(row["file"])
        if twin:
            notes = [row["notes"], DIFFERING + "、".join(change.words for change in twin.changes) if twin.changes else ""]
            row |= {"report_count": 0, "twin_of": twin.main, "notes": "；".join(filter(None, notes))}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=schema("files"))
