"""One source as a worker takes it in: read, analysed, and sent back as rows."""

from __future__ import annotations

import hashlib
import os
import posixpath
from typing import Any, NamedTuple

from ..errors import EmptyDocument, ReadError
from ..reading.read import read_each
from ..reading.sniff import sniff
from ..records import Document
from .analyze import analyze_each as analyze  # what several reports show is asked of the whole batch
from .failures import CAUGHT, Failure
from .lines import Line, document_of
from .rows import Submission, rows_of
from .twins import format_of

__all__ = ["Intake", "Source", "Taken", "digest_of", "take_in", "warm_up"]


class Source(NamedTuple):
    """Something to read: a file, or a line of a JSON-lines file.

    ``name`` is its path below the scanned folder, ``place`` its turn among all sources of the scan.
    """

    name: str
    path: str
    place: int = 0
    line: Line | None = None


class Taken(NamedTuple):
    """A submission and its rows by table, turned into columns: a table without rows has none.

    They go to another process and wait there with those of hundreds of others: a hundred tuples less for each to be copied, and to be
    looked through whenever Python collects its garbage.
    """

    submission: Submission
    columns: dict[str, list[tuple[Any, ...]]]


class Intake(NamedTuple):
    """What became of a source: an archive holds several submissions, some of which may fail."""

    digest: str
    taken: tuple[Taken, ...]
    failures: tuple[Failure, ...]


def take_in(source: Source) -> Intake:
    """Read a source and analyse what is in it."""
    digest = digest_of(source)  # before it is read: of a file that changes meanwhile, the next scan sees that it did
    try:
        entries = [document_of(source.line, source.name)] if source.line else list(read_each(source.path))
        size = len(source.line.data) if source.line else os.stat(source.path).st_size
    except CAUGHT as error:
        return Intake(digest, (), (Failure.of(source.name, error),))
    taken: list[Taken] = []
    failures: list[Failure] = []
    for entry in entries:
        inside = source.name if source.line else source.name + entry.source.removeprefix(source.path)
        try:
            if isinstance(entry, ReadError):
                raise entry
            analysis = analyze(entry)
            if not analysis.reports:
                raise EmptyDocument(inside, "no report in it")
        except CAUGHT as error:
            failures.append(Failure.of(inside, error))
        else:
            kind = "" if source.line else _kind(entry, source.path)
            submission = Submission.of(analysis, inside, source.name, _folder(source.name, inside), kind)
            rows = rows_of(analysis, submission, digest, size)
            taken.append(Taken(submission, {table: list(zip(*own, strict=True)) for table, own in rows.items()}))
    return Intake(digest, tuple(taken), tuple(failures))


def digest_of(source: Source) -> str:
    """SHA-256 of the bytes of a source, hexadecimal; empty when they cannot be read."""
    if source.line:
        return hashlib.sha256(source.line.data).hexdigest()
    try:
        if not os.path.isfile(source.path):  # a pipe never ends
            return ""
        with open(source.path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def warm_up() -> None:
    """Load what every file needs, before the first one is timed."""
    text = "云溪县总工会2019年工作总结\n一、帮扶救助\n春节期间走访慰问困难职工120户，发放慰问金6万元。"
    analysis = analyze(Document(text))
    rows_of(analysis, Submission.of(analysis, "总结.txt"), "", 0)


def _kind(document: Document, path: str) -> str:
    """The format of a file; one whose name promises none is looked at again, unless it lies in an archive."""
    kind = format_of(document)
    if kind or document.source != path:
        return kind
    with open(path, "rb") as file:
        return sniff(file.read())


def _folder(name: str, inside: str) -> str:
    """What a file lies in: a folder, or the innermost archive, whatever folders that has.

    Args:
        name, inside: the file that was scanned, and the one in it; the same when it is no archive.

    Example:
        >>> _folder("县区/总结.doc", "县区/总结.doc"), _folder("报送.zip", "报送.zip/县区/总结.doc"), _folder("报送.zip", "报送.zip/下级.zip/河口镇/总结.doc")
        ('县区', '报送.zip', '报送.zip/下级.zip')
    """
    if inside == name:
        return posixpath.dirname(name)
    below = inside.removeprefix(name).split("/")[:-1]
    archives = [depth for depth, part in enumerate(below, 1) if depth == 1 or part.lower().endswith(".zip")]
    return name + "/".join(below[: archives[-1]])
