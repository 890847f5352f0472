"""The streams of a compound file (OLE2), in which Office kept its documents until 2007 and WPS still does."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from ..errors import ReadError

if TYPE_CHECKING:
    from olefile import OleFileIO

__all__ = ["Compound"]

_BROKEN = (OSError, struct.error, ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError)
"""What olefile raises on damaged files; its own error is an OSError."""


class Compound:
    """The streams at the root of a compound file.

    Args:
        data: the bytes of the file.
        source: the name for errors.

    Raises:
        ReadError: not a compound file, or a broken one.
    """

    __slots__ = ("_file", "_source", "streams")

    def __init__(self, data: bytes, source: str) -> None:
        from olefile import OleFileIO

        self._source = source
        try:
            self._file: OleFileIO = OleFileIO(io.BytesIO(data))
            self.streams = frozenset(path[0] for path in self._file.listdir() if len(path) == 1)
        except _BROKEN as error:
            raise self._broken(error) from error

    def read(self, name: str) -> bytes:
        """The bytes of a stream, empty when there is none of that name.

        Raises:
            ReadError: the stream is cut off or its sectors are broken.
        """
        if name not in self.streams:
            return b""
        try:
            with self._file.openstream(name) as stream:
                data: bytes = stream.read()
        except _BROKEN as error:
            raise self._broken(error) from error
        return data

    def _broken(self, error: BaseException) -> ReadError:
        return ReadError(self._source, f"truncated or broken compound file: {error}")
