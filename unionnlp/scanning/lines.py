"""Files that hold a submission a line, streamed: JSON-lines files, and Parquet files, whose rows are read as such lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import EmptyDocument, ReadError, TooLarge
from ..reading.sniff import claimed
from ..records import Document
from .failures import Failure
from .parquet_lines import count_rows, is_parquet, parquet_lines

__all__ = ["LONGEST", "Line", "count_lines", "document_of", "is_lines", "read_lines"]

LONGEST = 32 * 1024 * 1024
"""Bytes of a line that is read at all; as for a file of text."""

_ENDINGS = (".jsonl", ".ndjson", ".jsonlines")
_LOOK = 1 << 16
_FIELDS = ("id", "text")


class Line(NamedTuple):
    """A line as it stands, with the number that it has in its file, from 1."""

    number: int
    data: bytes


def is_lines(path: Path) -> bool:
    """Whether a file holds a JSON object with a text in each line, or a table with one in each row: its name says so, or its name says
    nothing and its first line does."""
    name = path.name.lower()
    if name.endswith(_ENDINGS) or is_parquet(path):
        return True
    if claimed(name):
        return False
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            start = file.read(_LOOK)
    except OSError:  # said when it is read
        return False
    first, end, _ = start.partition(b"\n")
    if not first.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return False
    return _is_object(first) if end else b'"text"' in first and b'"id"' in first


def read_lines(name: str, path: str | os.PathLike[str]) -> Iterator[tuple[str, Line] | Failure]:
    """The lines of a file, each named by its id below the file, or what is wrong with it.

    Args:
        name: of the file. Line 3 of corpus.jsonl fails as corpus.jsonl:3.

    Complexity: O(n) in the bytes; one line (some rows of a Parquet file) is held at a time, and the ids.
    """
    seen: set[str] = set()
    number = 0
    try:
        for number, data in enumerate(parquet_lines(name, path) if is_parquet(path) else _json_lines(path), 1):
            line = f"{name}:{number}"
            if len(data) > LONGEST:
                yield Failure.of(line, TooLarge(name, f"line {number} is longer than {LONGEST} bytes"))
                continue
            data = data.strip(b"\xef\xbb\xbf \t\r\n")
            if not data:
                continue
            try:
                id_ = _fields(data, line)["id"]
                if id_ in seen:
                    raise ReadError(line, f"line {number}: its id stood in a line above")
            except ReadError as error:
                yield Failure.of(line, error)
                continue
            seen.add(id_)
            yield f"{name}/{id_}", Line(number, data)
    except (OSError, ReadError) as error:
        yield Failure.of(name, error)
        return
    if not number:
        yield Failure.of(name, EmptyDocument(name, "the file is empty"))


def _json_lines(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """Lines; of one that is too long the beginning."""
    with open(path, "rb") as file:
        while data := file.readline(LONGEST + 1):
            yield data
            while len(data) > LONGEST and not data.endswith(b"\n"):
                data = file.readline(LONGEST + 1) or b"\n"


def count_lines(path: str | os.PathLike[str]) -> int:
    """How many lines a file has, for a bar of progress; 0 when it cannot be read."""
    if is_parquet(path):
        return count_rows(path)
    try:
        with open(path, "rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 22), b""))
    except OSError:
        return 0


def document_of(line: Line, name: str) -> Document:
    """The submission that a line holds.

    Raises:
        EmptyDocument: no text in it.
    """
    fields = _fields(line.data, name)
    if not fields["text"].strip():
        raise EmptyDocument(name, "no text in it")
    own = fields.get("name")
    return Document(fields["text"], name, notes=(f"name: {own}",) if isinstance(own, str) and own else ())


def _fields(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReadError(name, f"{_where(name)}no JSON: {type(error).__name__}") from error
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ReadError(name, f'{_where(name)}no object with "id" and "text"')
    id_ = value.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int) or id_ == "":
        raise ReadError(name, f'{_where(name)}no "id"')
    return {**value, "id": str(id_).encode("utf-8", "replace").decode()}  # half of a character is no name


def _where(name: str) -> str:
    number = name.rpartition(":")[2]
    return f"line {number}: " if number.isdigit() else ""


def _is_object(data: bytes) -> bool:
    try:
        value = json.loads(data.lstrip(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and all(name in value for name in _FIELDS)
