"""One scan at a time writes a workspace."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["Busy", "only_one"]

_LOOK = 0.05


class Busy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def only_one(path: Path, wait: float) -> Iterator[None]:
    """Keep others out while the block runs. The system frees the lock of a killed process.

    Args:
        path: of the file that stands for the lock; it is made, and left.
        wait: seconds to wait for another that holds it.

    Raises:
        Busy: it is still held after that.
        OSError: the file cannot be made.
    """
    with path.open("ab") as file:
        end = time.monotonic() + wait
        while not _taken(file):
            if time.monotonic() > end:
                raise Busy
            time.sleep(_LOOK)
        yield


def _taken(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
