"""Immutable parts of an index on disk, one file each: written beside, synced, renamed, listed, then only mapped.

A part counts once ``index.json`` lists it, and that small file is itself replaced by a rename: at whatever moment a writer
is killed, its part counts as a whole or not at all. What is not listed is removed by the next writer. A reader keeps the
parts it has mapped even when they are removed.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import struct
import sys
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..errors import WorkspaceError

__all__ = ["LIST", "Column", "Part", "PartWriter", "damaged", "is_own", "new_name", "only_writer", "read_list", "remove_all_but", "write_list"]

LIST = "index.json"
_LOCK, _UNFINISHED = "index.lock", ".unfinished"
_NAME = re.compile(r"[0-9a-f]{32}\.part")

_MAGIC = b"unionnlp"
_TAIL = struct.Struct("<QII8s")  # size of the file, length of the contents' list, its checksum

_ALIGNED = 64

_PIECE = 1 << 24
"""Bytes read or copied in one go."""

_LEVEL = 1
"""Of zlib: 6 makes real reports 3 % smaller and takes half as long again. Texts are compressed as UTF-16, which is smaller
by a tenth than from UTF-8 and, unlike GB 18030, the same in every version of Python."""


_TOGETHER = 1024
"""Texts that are given to the threads at once."""


def damaged(path: Path, reason: str) -> WorkspaceError:
    """The error of a file that does not hold what was written to it."""
    return WorkspaceError(str(path), f"damaged: {reason}", "workspace_damaged")


class Part:
    """One part, mapped; a page is read when it is first touched.

    Args:
        path: its file.
    Raises:
        FileNotFoundError: there is none.
        WorkspaceError: it cannot be read, or is not as long as it was written.
    """

    __slots__ = ("_arrays", "_bytes", "_sections", "path", "texts")

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise WorkspaceError(str(path), f"cannot be read: {error.strerror}") from error
        except ValueError as error:  # nothing to map
            raise damaged(path, "an empty file") from error
        about = self._about()
        self.texts = int(about["texts"])
        self._sections: dict[str, tuple[str, int, int, int]] = {name: tuple(entry) for name, entry in about["sections"].items()}
        self._arrays: dict[str, NDArray[Any]] = {}

    def array(self, name: str) -> NDArray[Any]:
        """A column of the part."""
        if name not in self._arrays:
            dtype, count, offset, _ = self._section(name)
            self._arrays[name] = np.frombuffer(self._bytes, dtype=np.dtype(dtype), count=count, offset=offset)
        return self._arrays[name]

    def id(self, number: int) -> str:
        """The id of a text."""
        return self._slice("ids", number).decode("utf-8", "surrogatepass")

    def text(self, number: int) -> str:
        """The text with this number.

        Raises:
            WorkspaceError: its bytes are damaged.
        """
        try:
            return zlib.decompress(self._slice("texts", number)).decode("utf-16-le", "surrogatepass")
        except (zlib.error, UnicodeDecodeError) as error:
            raise damaged(self.path, f"text {number}: {error}") from error

    def expect_texts(self, numbers: NDArray[np.int64]) -> None:
        """Raise if a run of this part names a text that it does not have."""
        if len(numbers) and int(numbers.max()) >= self.texts:
            raise damaged(self.path, f"a run names text {int(numbers.max())} of {self.texts}")

    def size(self, *prefixes: str) -> int:
        """Bytes of the columns whose names begin so."""
        return sum(count * np.dtype(dtype).itemsize for name, (dtype, count, _, _) in self._sections.items() if name.startswith(prefixes))

    def check(self) -> None:
        """Read everything and compare checksums.

        Raises:
            WorkspaceError: a column is not as it was written.
        """
        for name, (dtype, count, offset, checksum) in self._sections.items():
            size, found = count * np.dtype(dtype).itemsize, 0
            for at in range(offset, offset + size, _PIECE):
                found = zlib.crc32(self._bytes[at : min(at + _PIECE, offset + size)], found)
            if found != checksum:
                raise damaged(self.path, f"the checksum of {name} is wrong")

    def _about(self) -> dict[str, Any]:
        size = len(self._bytes)
        if size >= _TAIL.size:
            written, length, checksum, magic = _TAIL.unpack(self._bytes[-_TAIL.size :])
            listed = self._bytes[size - _TAIL.size - length : size - _TAIL.size] if length <= size - _TAIL.size else b""
            if magic == _MAGIC and written == size and zlib.crc32(listed) == checksum:
                about: dict[str, Any] = json.loads(listed)
                return about
        raise damaged(self.path, f"its end is missing or was overwritten ({size} bytes)")

    def _section(self, name: str) -> tuple[str, int, int, int]:
        return self._sections[name]

    def _slice(self, name: str, number: int) -> bytes:
        ends = self.array(f"{name}_ends")
        start, end = (int(ends[number - 1]) if number else 0), int(ends[number])
        _, count, offset, _ = self._section(name)
        if not 0 <= start <= end <= count:
            raise damaged(self.path, f"{name} {number} lies outside")
        return self._bytes[offset + start : offset + end]


class Column:
    """A column that is written piece by piece, in order."""

    __slots__ = ("_file", "at", "checksum", "count", "dtype", "offset")

    def __init__(self, file: BinaryIO, dtype: DTypeLike, count: int, offset: int) -> None:
        self._file = file
        self.dtype = np.dtype(dtype)
        self.count = count
        self.offset = self.at = offset
        self.checksum = 0

    def write(self, values: NDArray[Any]) -> None:
        """Write the next values."""
        self.write_bytes(np.ascontiguousarray(values, dtype=self.dtype).tobytes())

    def write_bytes(self, data: bytes) -> None:
        """Write the next bytes."""
        self._file.seek(self.at)
        self._file.write(data)
        self.at += len(data)
        self.checksum = zlib.crc32(data, self.checksum)


class PartWriter:
    """Writes one part; when ``with`` is left without an error, the part is on disk under its name, and not yet listed."""

    def __init__(self, folder: Path, name: str, texts: int) -> None:
        self._path = folder / name
        self._beside = folder / f"{name}{_UNFINISHED}"
        self._texts = texts
        self._columns: dict[str, Column] = {}
        self._end = 0

    def __enter__(self) -> PartWriter:
        self._file = self._beside.open("wb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            with self._file:
                if error is None:
                    self._finish()
            if error is None:
                self._beside.replace(self._path)
                _sync_folder(self._path.parent)
        finally:
            self._beside.unlink(missing_ok=True)

    def column(self, name: str, dtype: DTypeLike, count: int) -> Column:
        """Keep room for a column of so many values."""
        self._columns[name] = column = Column(self._file, dtype, count, self._end)
        size = count * column.dtype.itemsize
        self._end += -(-size // _ALIGNED) * _ALIGNED
        return column

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Write a whole column."""
        self.column(name, values.dtype, len(values)).write(values)

    def slices(self, name: str, values: Iterable[bytes]) -> None:
        """Write strings of bytes one after another, and where each ends."""
        column = self.column(name, np.uint8, 0)  # the last in the file until its length is known
        ends: list[int] = []
        for value in values:
            column.write_bytes(value)
            ends.append(column.at - column.offset)
        column.count = column.at - column.offset
        self._end += -(-column.count // _ALIGNED) * _ALIGNED
        self.array(f"{name}_ends", np.array(ends, dtype=np.uint64))

    def joined_slices(self, name: str, parts: Iterable[Part]) -> None:
        """Write the strings of bytes of several parts one after another."""
        columns = [(part.array(name), part.array(f"{name}_ends")) for part in parts]
        column = self.column(name, np.uint8, sum(len(data) for data, _ in columns))
        ends: list[NDArray[np.uint64]] = []
        for data, local in columns:
            ends.append(local + np.uint64(column.at - column.offset))
            for at in range(0, len(data), _PIECE):
                column.write(data[at : at + _PIECE])
        self.array(f"{name}_ends", np.concatenate(ends))

    def ids_and_texts(self, ids: Iterable[str], texts: Sequence[str]) -> None:
        """Write ids and texts."""
        self.slices("ids", (id_.encode("utf-8", "surrogatepass") for id_ in ids))
        with ThreadPoolExecutor(2) as threads:  # zlib lets go of the interpreter
            some = (texts[first : first + _TOGETHER] for first in range(0, len(texts), _TOGETHER))
            self.slices("texts", chain.from_iterable(threads.map(_compressed, part) for part in some))

    def _finish(self) -> None:
        sections = {name: (c.dtype.str, c.count, c.offset, c.checksum) for name, c in self._columns.items()}
        listed = json.dumps({"texts": self._texts, "sections": sections}).encode()
        self._file.seek(self._end)
        self._file.write(listed + _TAIL.pack(self._end + len(listed) + _TAIL.size, len(listed), zlib.crc32(listed), _MAGIC))
        self._file.flush()
        os.fsync(self._file.fileno())


def _compressed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-16-le", "surrogatepass"), _LEVEL)


def read_list(folder: Path) -> dict[str, Any] | None:
    """What ``index.json`` says; None where there is none.

    Raises:
        WorkspaceError: it cannot be read, or is damaged.
    """
    path = folder / LIST
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkspaceError(str(path), f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise damaged(path, "no JSON") from error
    if not isinstance(value, dict) or not isinstance(value.get("parts"), list) or not all(_is_part(name) for name in value["parts"]):
        raise damaged(path, "lists no parts")
    return value


def write_list(folder: Path, value: Mapping[str, Any]) -> None:
    """Replace ``index.json`` as a whole: from here on the parts that it lists count."""
    beside = folder / f"{LIST}{_UNFINISHED}"
    with beside.open("wb") as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / LIST)
    _sync_folder(folder)


def remove_all_but(folder: Path, listed: Iterable[str]) -> None:
    """Remove parts that do not count: merged into others, or left by a killed writer. For the only writer."""
    kept = set(listed)
    for path in folder.iterdir():
        if is_own(path.name) and path.name not in {*kept, LIST, _LOCK}:
            try:
                path.unlink(missing_ok=True)
            except PermissionError:  # Windows keeps what a reader has mapped; the next writer removes it
                continue


def new_name() -> str:
    """A name that no part has or had: a reader may still hold one that was removed."""
    return f"{uuid.uuid4().hex}.part"


def is_own(name: str) -> bool:
    """Whether a file of that name is one of ours."""
    finished = name.removesuffix(_UNFINISHED)
    return finished in (LIST, _LOCK) or _is_part(finished)


def _is_part(name: object) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Wait until nobody else writes to the folder, and keep others waiting. The system frees the lock of a killed process."""
    with (folder / _LOCK).open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened, and a rename is logged by the file system
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
