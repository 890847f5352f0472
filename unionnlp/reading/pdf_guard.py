"""Refuses PDF files that unpack to more than any report has, before PDFium unpacks them into memory, where it stops at 1 GB only."""

from __future__ import annotations

import re
import zlib

from ..errors import TooLarge

__all__ = ["check_streams"]

_MOST, _MOST_FONT, _MOST_PICTURE = 8 << 20, 32 << 20, 128 << 20
"""Bytes that a stream may unpack to: what is drawn on a page of text is under 1 MB, a whole Chinese font 20, an A4 page in colours 104 at 600 dpi."""

_MOST_RATIO = 1032
"""Deflate packs no better than that: shorter streams need no look."""

_CHUNK = 1 << 20
_WORD = b"stream"
_PACKED = re.compile(rb"/(?:Fl(?:ateDecode)?|LZW(?:Decode)?|RL|RunLengthDecode)(?![A-Za-z])")
_PICTURE, _FONT = re.compile(rb"/Subtype\s*/Image(?![A-Za-z])"), re.compile(rb"/Length1\s|/(?:CIDFontType0C|Type1C|OpenType)(?![A-Za-z])")
_HEAD = 2_000
"""Bytes before a stream in which its dictionary lies."""


def check_streams(data: bytes, source: str) -> None:
    """Looks at the size of every stream of a file; streams of encrypted files cannot be looked at.

    Raises:
        TooLarge: a stream unpacks to more than what it is for needs, or is packed twice.

    Complexity: O(n) in the file and what its longer streams unpack to, nothing of which is kept.
    """
    at = data.find(_WORD)
    while at >= 0:
        start = at + len(_WORD)
        end = data.find(_WORD, start)
        if data[at - 3 : at] != b"end" and data[start : start + 1] in (b"\r", b"\n"):
            _check(data, start, len(data) if end < 0 else end, source, data[max(0, at - _HEAD) : at].rpartition(b" obj")[2])
        at = end


def _check(data: bytes, start: int, end: int, source: str, head: bytes) -> None:
    packed = _PACKED.findall(head)
    if len(packed) > 1:
        raise TooLarge(source, "a stream of the PDF document is packed more than once")
    most = _MOST_PICTURE if _PICTURE.search(head) else _MOST_FONT if _FONT.search(head) else _MOST
    if not packed or (end - start) * _MOST_RATIO <= most:
        return
    unpacker, rest, size = zlib.decompressobj(), data[start:end].lstrip(b"\r\n"), 0
    try:
        while rest and not unpacker.eof:
            size += len(unpacker.decompress(rest, _CHUNK))
            rest = unpacker.unconsumed_tail
            if size > most:
                raise TooLarge(source, f"a stream of the PDF document unpacks to more than {most} bytes")
    except zlib.error:  # packed in another way, enciphered or damaged: PDFium tells
        return
