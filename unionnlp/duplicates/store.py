"""Immutable parts of an index on disk: written beside, synced, renamed into place, then only mapped.

A part is a folder of plain ``.npy`` arrays and two files of bytes. Whatever moment a writer is killed at, a part is there
as a whole or not at all: the rename of its folder is what makes it count.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
import zlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WorkspaceError

__all__ = ["ARRAYS", "Part", "current_parts", "read_json", "sweep", "write_json", "write_part"]

ARRAYS = ("band_keys", "band_texts", "gram_keys", "gram_texts", "id_keys", "id_texts", "id_ends", "text_ends")
"""The arrays of a part: sorted keys with their texts, and where ids and texts end in their files."""

_PART, _UNFINISHED = "part-", "unfinished-"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_bytes(path: Path, chunks: Iterable[bytes]) -> list[int]:
    """Write and sync a file; where each chunk ends in it."""
    ends: list[int] = []
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            size += len(chunk)
            ends.append(size)
        file.flush()
        os.fsync(file.fileno())
    return ends


def _write_array(path: Path, array: NDArray[Any]) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a small JSON file as a whole: beside, synced, renamed."""
    beside = path.with_name(f"{_UNFINISHED}{uuid.uuid4().hex}")
    _write_bytes(beside, [json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")])
    beside.rename(path)
    _sync_folder(path.parent)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of an index.

    Raises:
        WorkspaceError: it cannot be read, or holds something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkspaceError(str(path), str(error)) from error
    if not isinstance(value, dict):
        raise WorkspaceError(str(path), "holds no JSON object")
    return value


class Part:
    """One part, its arrays mapped on first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = read_json(folder / "part.json")
        self.texts = int(about["texts"])
        self.replaces: tuple[str, ...] = tuple(about["replaces"])

    def array(self, name: str) -> NDArray[Any]:
        """One of ``ARRAYS``."""
        array: NDArray[Any] = self._arrays[name]
        return array

    def id(self, number: int) -> str:
        """The id of a text."""
        return self._slice("ids.bin", self.array("id_ends"), number).decode("utf-8", "surrogatepass")

    def text(self, number: int) -> str:
        """The text with this number."""
        return zlib.decompress(self._slice("texts.bin", self.array("text_ends"), number)).decode("utf-8", "surrogatepass")

    def find_id(self, key: int, id_: str) -> int | None:
        """The number of the text with an id, whose hash is ``key``."""
        keys = self.array("id_keys")
        at = int(np.searchsorted(keys, np.uint64(key)))
        while at < len(keys) and int(keys[at]) == key:
            number = int(self.array("id_texts")[at])
            if self.id(number) == id_:
                return number
            at += 1
        return None

    @cached_property
    def _arrays(self) -> dict[str, NDArray[Any]]:
        try:
            # an empty file cannot be mapped; what is small is as well read
            return {name: np.load(path, mmap_mode="r" if path.stat().st_size > 4096 else None, allow_pickle=False)
                    for name in ARRAYS for path in [self.folder / f"{name}.npy"]}  # fmt: skip
        except (OSError, ValueError) as error:
            raise WorkspaceError(str(self.folder), str(error)) from error

    def _slice(self, file: str, ends: NDArray[Any], number: int) -> bytes:
        start = int(ends[number - 1]) if number else 0
        with (self.folder / file).open("rb") as handle:
            handle.seek(start)
            return handle.read(int(ends[number]) - start)


def current_parts(folder: Path, known: Mapping[str, Part]) -> dict[str, Part]:
    """The parts that count, by name: all that are whole, less those that a merged one replaces."""
    parts = {name: known.get(name) or Part(folder / name) for name in sorted(os.listdir(folder)) if name.startswith(_PART)}
    replaced = {name for part in parts.values() for name in part.replaces}
    return {name: part for name, part in parts.items() if name not in replaced}


def write_part(folder: Path, arrays: Mapping[str, NDArray[Any]], ids: Iterable[str], texts: Iterable[str], replaces: tuple[str, ...] = ()) -> None:
    """Write a part; when this returns it is on disk.

    Args:
        arrays: those of ``ARRAYS`` but for the two ends, which are made here.
    """
    beside = folder / f"{_UNFINISHED}{uuid.uuid4().hex}"
    beside.mkdir()
    id_ends = _write_bytes(beside / "ids.bin", (id_.encode("utf-8", "surrogatepass") for id_ in ids))
    text_ends = _write_bytes(beside / "texts.bin", (zlib.compress(text.encode("utf-8", "surrogatepass"), 6) for text in texts))
    for name, array in {**arrays, "id_ends": np.array(id_ends, dtype=np.uint64), "text_ends": np.array(text_ends, dtype=np.uint64)}.items():
        _write_array(beside / f"{name}.npy", array)
    _write_bytes(beside / "part.json", [json.dumps({"texts": len(id_ends), "replaces": list(replaces)}).encode("utf-8")])
    _sync_folder(beside)
    number = max((int(name.removeprefix(_PART)) for name in os.listdir(folder) if name.startswith(_PART)), default=0)
    while True:
        number += 1
        try:
            beside.rename(folder / f"{_PART}{number:08d}")
            break
        except FileExistsError:
            continue  # another writer took the number
        except OSError as error:
            if not (folder / f"{_PART}{number:08d}").exists():
                raise WorkspaceError(str(folder), str(error)) from error
    _sync_folder(folder)


def sweep(folder: Path, names: Iterable[str] = ()) -> None:
    """Remove replaced parts, and what killed writers left. Nobody else may be writing."""
    for name in [*names, *(name for name in os.listdir(folder) if name.startswith(_UNFINISHED))]:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
