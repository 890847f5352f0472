"""Reads a submission, whatever format it came in: the reader is chosen by the bytes.

A reader takes ``(data, source)`` and gives a ``Document``; a new format is a new line in ``_READERS``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import cast

from ..errors import EmptyDocument, Encrypted, ReadError, TooLarge, UnsupportedFormat
from ..records import Document
from .sniff import KINDS, claimed, sniff

__all__ = ["MOST_BYTES", "read", "read_all"]

MOST_BYTES = 100 * 1024 * 1024
"""Size of a file that is read at all; a report with pictures has 1 to 20 MB."""

_READERS: dict[str, tuple[str, str]] = {
    "text": ("text", "read_text"),
    "docx": ("word", "read_docx"),
    "html": ("web", "read_html"),
}
"""Kind -> (module, function); a module is imported when a file of its kind is read."""


def read(source: str | os.PathLike[str] | bytes, name: str = "") -> Document:
    """The text of one submission, with its tables.

    Args:
        source: a path, or the bytes of a file.
        name: what to call the file; for a path the path itself unless given.

    Returns:
        The document: text as decoded, tables with the offsets of their cells, ``source``, and notes on what the reader
        saw, each "word: detail" (format, encoding, replaced, hidden_text).

    Raises:
        ReadError: no such file, not readable, or damaged.
        UnsupportedFormat: of a kind that no reader understands; the reason names the kind.
        Undecodable: no encoding gives readable text.
        Encrypted: protected by a password.
        EmptyDocument: no text in it.
        TooLarge: over ``MOST_BYTES``, or unpacks to more than a reader's limit.

    Complexity: O(n) in the size of the file.

    Example:
        >>> document = read("工会工作总结\\n一、组织建设".encode("gb18030"), "总结.doc")
        >>> document.text, document.notes
        ('工会工作总结\\n一、组织建设', ('format: text, the name says doc', 'encoding: gb18030'))
    """
    if isinstance(source, bytes):
        data = source
        if len(data) > MOST_BYTES:
            raise _too_large(name)
    else:
        name = name or os.fspath(source)
        data = _load(source, name)
    if not data:
        raise EmptyDocument(name, "the file is empty")
    kind = sniff(data)
    document = _reader(kind, name)(data, name)
    if not document.text.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0\x1a\0"):
        raise EmptyDocument(name, "the file holds no text")
    promised = claimed(name)
    if promised and kind not in promised:
        return replace(document, notes=(f"format: {kind}, the name says {' or '.join(promised)}", *document.notes))
    return document


def read_all(path: str | os.PathLike[str]) -> tuple[Document, ...]:
    """Every submission in a file: one, as long as archives are not read.

    Args:
        path: the file.

    Raises:
        ReadError: as ``read``.
    """
    return (read(path),)


def _too_large(source: str) -> TooLarge:
    return TooLarge(source, f"the file is larger than {MOST_BYTES} bytes")


def _load(path: str | os.PathLike[str], source: str) -> bytes:
    """The bytes of a file, no more than the limit; pipes and devices, which may never end, are refused."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(source, "not a file")
        if status.st_size > MOST_BYTES:
            raise _too_large(source)
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ReadError(source, "no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ReadError(source, "not readable") from error
    if len(data) > MOST_BYTES:
        raise _too_large(source)
    return data


def _reader(kind: str, source: str) -> Callable[[bytes, str], Document]:
    if kind == "encrypted":
        raise Encrypted(source, KINDS[kind])
    if kind not in _READERS:
        raise UnsupportedFormat(source, f"no reader for {kind}: {KINDS[kind]}")
    module, function = _READERS[kind]
    return cast(Callable[[bytes, str], Document], getattr(import_module(f".{module}", __package__), function))
