"""Which file of the dossier holds what: the main one, or one of those beside it once there is more than a browser opens at once."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from .asking import Ask
from .families import Family

__all__ = ["MAIN", "Links", "Slice", "Volume", "Volumes", "numbered_files"]

MAIN = ""
"""The name of the main file, whatever it is called on disk."""

# Elements cost a browser its time, not characters: see tests/benchmarks/bench_dossier.py.
LINES = 500  # lines of the list of what to ask in the main file
LINES_BESIDE = 2_000  # in each file beside it
PAIRS, REPORTS = 40, 100  # pairs with both texts and reports with theirs that the main file has room for
PAIRS_OF_MANY, REPORTS_OF_MANY = 20, 20  # that it has when these are more: what is beside is one click away
PAIRS_OF_FAMILY = 6  # of one family, so that sixty copies of one text do not use up all of them
PAIRS_BESIDE, REPORTS_BESIDE = 50, 100
MOST_LINES, MOST_PAIRS, MOST_REPORTS = 20_000, 3_000, 10_000
"""In all files together; what lies beyond is in the workbook."""

_NUMBERED = re.compile(r"(?:asks|pairs|reports)-\d{3,}\.html")


@dataclass(frozen=True, slots=True)
class Slice:
    """Pairs of a family that stand in one file, from ``first`` (counted from 1) on; ``opening`` where the family is introduced."""

    family: Family
    first: int
    count: int
    opening: bool


@dataclass(slots=True)
class Volume:
    """What one file holds; ``kind`` is "main", "asks", "pairs" or "reports"."""

    name: str
    kind: str
    number: int = 0
    asks: list[Ask] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)


class Volumes:
    """The files of a dossier and where everything stands in them.

    Args:
        asks: the list of what to ask, gravest first.
        families: in order of gravity.
        report_ids: those to show first in front.
        beside: whether there are files beside the main one; without them what does not fit is left out.

    Complexity: linear.

    Example:
        >>> shelf = Volumes([], [], [f"r{i}" for i in range(101)], beside=True)
        >>> [volume.name for volume in shelf.volumes], shelf.file_of("report", "r100"), shelf.file_of("report", "r0")
        (['', 'reports-001.html'], 'reports-001.html', '')
    """

    def __init__(self, asks: Sequence[Ask], families: Sequence[Family], report_ids: Sequence[str], *, beside: bool) -> None:
        pairs = sum(len(family.pairs) for family in families)
        self.pairs_in_front = PAIRS if pairs <= PAIRS or not beside else min(PAIRS, PAIRS_OF_MANY)
        self.reports_in_front = REPORTS if len(report_ids) <= REPORTS or not beside else min(REPORTS, REPORTS_OF_MANY)
        self.main = Volume(MAIN, "main", asks=list(asks[:LINES]), reports=list(report_ids[: self.reports_in_front]))
        self.volumes = [self.main]
        self._files: dict[tuple[str, str], str] = {}
        self._place_pairs(families, beside)
        if beside:
            for first in range(LINES, min(len(asks), MOST_LINES), LINES_BESIDE):
                self._open("asks").asks = list(asks[first : min(first + LINES_BESIDE, MOST_LINES)])
            for first in range(self.reports_in_front, min(len(report_ids), MOST_REPORTS), REPORTS_BESIDE):
                self._open("reports").reports = list(report_ids[first : min(first + REPORTS_BESIDE, MOST_REPORTS)])
        for volume in self.volumes:
            for part in volume.slices:
                if part.opening:
                    self._files["family", str(part.family.number)] = volume.name
                for number in range(part.first, part.first + part.count):
                    self._files["pair", f"{part.family.number}p{number}"] = volume.name
            for report_id in volume.reports:
                self._files["report", report_id] = volume.name

    def _open(self, kind: str) -> Volume:
        number = 1 + sum(volume.kind == kind for volume in self.volumes)
        self.volumes.append(Volume(f"{kind}-{number:03}.html", kind, number))
        return self.volumes[-1]

    def _place_pairs(self, families: Sequence[Family], beside: bool) -> None:
        """The gravest in front; the others follow in order, a family in one file as long as it fits."""
        left, here, room, total = self.pairs_in_front, self.main, 0, 0
        for family in families:
            take = min(left, PAIRS_OF_FAMILY, len(family.pairs))
            if take or not beside:
                self.main.slices.append(Slice(family, 1, take, True))
            left, done, opening = left - take, take, not take
            total += take
            while beside and done < len(family.pairs) and total < MOST_PAIRS:
                if room <= 0:
                    here, room = self._open("pairs"), PAIRS_BESIDE
                count = min(room, len(family.pairs) - done, MOST_PAIRS - total)
                here.slices.append(Slice(family, done + 1, count, opening))
                done, room, total, opening = done + count, room - count, total + count, False

    def file_of(self, kind: str, key: str) -> str | None:
        """The file that holds a "family", "pair" or "report"; None when none does."""
        return self._files.get((kind, key))

    def of_kind(self, kind: str) -> list[Volume]:
        """The files of one kind, in order."""
        return [volume for volume in self.volumes if volume.kind == kind]


@dataclass(frozen=True, slots=True)
class Links:
    """Where links lead from one file of a dossier.

    Args:
        volumes: the files.
        here: the one that holds the links.
        main, folder: what the main file and the folder beside it are called on disk.

    Example:
        >>> volumes = Volumes([], [], [f"r{i}" for i in range(101)], beside=True)
        >>> front, back = (Links(volumes, name, "卷 宗.html", "卷 宗_files") for name in ("", "reports-001.html"))
        >>> front.to("report", "r0", "r1"), front.to("report", "r100", "r101"), back.to("report", "r100", "r101"), back.to("report", "gone", "r9")
        ('#r1', '%E5%8D%B7%20%E5%AE%97_files/reports-001.html#r101', '#r101', '')
        >>> back.to("report", "r0", "r1"), back.file("reports-002.html")
        ('../%E5%8D%B7%20%E5%AE%97.html#r1', 'reports-002.html#main')
    """

    volumes: Volumes
    here: str
    main: str
    folder: str

    def to(self, kind: str, key: str, anchor: str) -> str:
        """The address of an anchor in the file that holds a "family", "pair" or "report"; empty when none does."""
        there = self.volumes.file_of(kind, key)
        return "" if there is None else self.file(there, anchor)

    def file(self, name: str, anchor: str = "main") -> str:
        """The address of an anchor in a file."""
        if name == self.here:
            return f"#{anchor}"
        path = f"../{quote(self.main)}" if name == MAIN else name if self.here != MAIN else f"{quote(self.folder)}/{name}"
        return f"{path}#{anchor}"


@contextmanager
def numbered_files(folder: Path) -> Iterator[Path]:
    """A folder to write the files beside the main one to; they take the place of those in ``folder`` only when the block ends well.

    Older ones that there are no new ones for are removed; files with other names stay.
    """
    written = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        yield written
        new = sorted(file.name for file in written.iterdir()) if written.exists() else []
        if new:
            folder.mkdir(exist_ok=True)
        for name in new:
            (written / name).replace(folder / name)
        if folder.is_dir():
            for file in list(folder.iterdir()):
                if _NUMBERED.fullmatch(file.name) and file.name not in new:
                    file.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()
    finally:
        shutil.rmtree(written, ignore_errors=True)
