"""Reads a submission, whatever format it came in: the reader is chosen by the bytes.

A reader takes ``(data, source)`` and gives a ``Document``; a new format is a new line in ``_READERS``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import cast

from ..errors import EmptyDocument, Encrypted, MissingExtra, ReadError, TooLarge, UnsupportedFormat
from ..records import Document
from .sniff import KINDS, claimed, sniff

__all__ = ["MOST_BYTES", "read", "read_all", "read_each"]

MOST_BYTES = 100 * 1024 * 1024
"""Size of a file that is read at all; a report with pictures has 1 to 20 MB."""

_MOST_TEXT = 32 * 1024 * 1024
"""Size of a file whose bytes are its text: a hundred times the longest compilation."""

_TEXTUAL = frozenset(("text", "html", "rtf"))

_READERS: dict[str, tuple[str, str]] = {
    "text": ("text", "read_text"),
    "docx": ("word", "read_docx"),
    "doc": ("legacy_word", "read_doc"),
    "html": ("web", "read_html"),
    "mhtml": ("web", "read_mhtml"),
    "rtf": ("rtf", "read_rtf"),
    "odt": ("odt", "read_odt"),
    "pdf": ("pdf", "read_pdf"),
    "xlsx": ("xlsx", "read_xlsx"),
    "xls": ("xls", "read_xls"),
}
"""Kind -> (module, function); a module is imported when a file of its kind is read."""


def read(source: str | os.PathLike[str] | bytes, name: str = "") -> Document:
    """The text of one submission, with its tables.

    Args:
        source: a path, or the bytes of a file.
        name: what to call the file; for a path the path itself unless given.

    Returns:
        The document: text as decoded, tables with the offsets of their cells, ``source``, and notes on what the reader
        saw, each "word: detail" (format, encoding, replaced, hidden_text, page_header, page_footer, sheets; of PDF files
        rotated_text, ocr, unread_pages, broken_pages, ocr_layer, attachments).

    Raises:
        ReadError: no such file, not readable, or damaged.
        UnsupportedFormat: of a kind that no reader understands; the reason names the kind. An archive is for ``read_all``.
        Undecodable: no encoding gives readable text.
        Encrypted: protected by a password.
        EmptyDocument: no text in it.
        TooLarge: over ``MOST_BYTES``, or unpacks to more than a reader's limit.
        MissingExtra: a PDF file of scanned pages, and the ``ocr`` extra is not installed.

    Complexity: O(n) in the size of the file.

    Example:
        >>> document = read("工会工作总结\\n一、组织建设".encode("gb18030"), "总结.doc")
        >>> document.text, document.notes
        ('工会工作总结\\n一、组织建设', ('format: text, the name says doc', 'encoding: gb18030'))
    """
    data, name = _bytes(source, name)
    return _document(data, name, sniff(data))


def read_all(source: str | os.PathLike[str] | bytes, name: str = "") -> tuple[Document, ...]:
    """Every submission in a file: those in an archive (.zip), and in archives in it a few deep, or the one that it is.

    What cannot be read in an archive beside what can (pictures, a broken file) is left out; ``read_each`` tells of it.

    Args:
        source, name: as for ``read``.

    Returns:
        The documents, in the order of the archive; ``source`` of each is its path in the archive below the archive's own.

    Raises:
        ReadError: as ``read``; for an archive when nothing in it can be read, or when it was made to harm: names that lead
            out of it, more files or bytes than a batch of reports has (``TooLarge``).

    Example:
        >>> import io, zipfile
        >>> buffer = io.BytesIO()
        >>> with zipfile.ZipFile(buffer, "w") as archive:
        ...     for name in ("甲.txt", "县区/乙.txt"):
        ...         archive.writestr(name, "工会工作总结")
        >>> [document.source for document in read_all(buffer.getvalue(), "报送.zip")]
        ['报送.zip/甲.txt', '报送.zip/县区/乙.txt']
    """
    found = list(read_each(source, name))
    documents = tuple(entry for entry in found if isinstance(entry, Document))
    if not documents:
        raise next((entry for entry in found if isinstance(entry, ReadError)), EmptyDocument(_named(source, name), "the archive holds no files"))
    return documents


def read_each(source: str | os.PathLike[str] | bytes, name: str = "") -> Iterator[Document | ReadError]:
    """As ``read_all``, one by one, with the error of each file in an archive that cannot be read in its place.

    Raises:
        ReadError: the file itself cannot be read, or the archive was made to harm.
    """
    data, name = _bytes(source, name)
    kind = sniff(data)
    if kind != "zip":
        yield _document(data, name, kind)
        return
    from .archive import unpack

    for place, content in unpack(data, name):
        if isinstance(content, ReadError):
            yield content
            continue
        try:
            yield _document(content, place, sniff(content))
        except ReadError as error:
            yield error
        except MissingExtra as error:
            yield _not_readable_here(place, error)


def _not_readable_here(place: str, error: MissingExtra) -> ReadError:
    """The error of a file in an archive that needs an optional part: the others go on."""
    failure = ReadError(place, str(error))
    failure.code = error.code
    return failure


def _named(source: str | os.PathLike[str] | bytes, name: str) -> str:
    return name if name or isinstance(source, bytes) else os.fspath(source)


def _bytes(source: str | os.PathLike[str] | bytes, name: str) -> tuple[bytes, str]:
    """What a file holds, and what to call it."""
    name = _named(source, name)
    if isinstance(source, bytes):
        if len(source) > MOST_BYTES:
            raise _too_large(name)
        return source, name
    return _load(source, name), name


def _document(data: bytes, name: str, kind: str) -> Document:
    if not data:
        raise EmptyDocument(name, "the file is empty")
    if kind in _TEXTUAL and len(data) > _MOST_TEXT:
        raise TooLarge(name, f"the {KINDS[kind]} is larger than {_MOST_TEXT} bytes")
    document = _reader(kind, name)(data, name)
    if not document.text.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0\x1a\0"):
        raise EmptyDocument(name, "the file holds no text")
    promised = claimed(name)
    if promised and kind not in promised:
        return replace(document, notes=(f"format: {kind}, the name says {' or '.join(promised)}", *document.notes))
    return document


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
    if kind == "zip":
        raise UnsupportedFormat(source, "an archive may hold several documents: read_all reads them")
    if kind not in _READERS:
        raise UnsupportedFormat(source, f"no reader for {kind}: {KINDS[kind]}")
    module, function = _READERS[kind]
    return cast(Callable[[bytes, str], Document], getattr(import_module(f".{module}", __package__), function))
