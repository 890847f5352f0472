"""What kind of file it is, from its bytes and never from its name: units send .doc files that are web pages."""

from __future__ import annotations

import codecs
import io
import posixpath
import re
import struct
import zipfile
import zlib

from ..errors import ReadError

__all__ = ["KINDS", "claimed", "sniff"]

KINDS: dict[str, str] = {
    "text": "plain text",
    "docx": "Word document (.docx)",
    "html": "web page",
    "pdf": "PDF document",
    "doc": "Word 97-2003 or WPS Writer document (.doc, .wps)",
    "xls": "Excel 97-2003 or WPS Spreadsheets workbook (.xls, .et)",
    "ppt": "PowerPoint 97-2003 or WPS Presentation (.ppt, .dps)",
    "ole2": "compound file of an unknown program",
    "encrypted": "Office document protected by a password",
    "xlsx": "Excel workbook (.xlsx)",
    "pptx": "PowerPoint presentation (.pptx)",
    "odt": "OpenDocument text (.odt)",
    "ods": "OpenDocument spreadsheet (.ods)",
    "ofd": "OFD document",
    "rtf": "Rich Text document (.rtf)",
    "mhtml": "web archive (.mht)",
    "xml": "XML document",
    "zip": "zip archive",
    "rar": "RAR archive",
    "7z": "7-Zip archive",
    "gzip": "gzip archive",
    "png": "PNG picture",
    "jpeg": "JPEG picture",
    "gif": "GIF picture",
    "bmp": "BMP picture",
    "tiff": "TIFF picture",
    "webp": "WebP picture",
    "media": "sound or video",
    "program": "program",
    "database": "SQLite database",
}
"""Every kind that is recognised, with the words for it. Bytes of no recognised kind count as text: if they are not, no encoding fits."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"OggS", "media"),
    (b"ID3\x03", "media"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3\0", "database"),
)

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE2_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "ppt"),
)
"""Streams that only one program writes, in the order in which they are looked for: an encrypted package is none of the others."""

_PACKAGES: tuple[tuple[str, str], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("OFD.xml", "ofd"))
"""The first words of member names that tell packages apart."""

_MIMETYPES: dict[bytes, str] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}

_HEAD = 4096
"""Bytes in which the first element of a web page must begin."""

_BEFORE_MARKUP = re.compile(r"(?>\s+|<\?(?!mso-application)[^>]*>|<!--(?:(?!-->).)*-->)*", re.DOTALL)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|style|script|link|div|table|center|font|p|h[1-6]|span|br)(?=[\s>/])", re.IGNORECASE)
_MHTML = re.compile(r"\A\s*(?:mime-version|from|content-type|date|subject):.*?\bmultipart/related", re.IGNORECASE | re.DOTALL)

_EXTENSIONS: dict[str, tuple[str, ...]] = {
    ".txt": ("text",),
    ".md": ("text",),
    ".csv": ("text",),
    ".docx": ("docx",),
    ".docm": ("docx",),
    ".doc": ("doc",),
    ".wps": ("doc",),
    ".htm": ("html",),
    ".html": ("html",),
    ".pdf": ("pdf",),
    ".xls": ("xls",),
    ".et": ("xls",),
    ".xlsx": ("xlsx",),
    ".ppt": ("ppt",),
    ".pptx": ("pptx",),
    ".odt": ("odt",),
    ".rtf": ("rtf",),
    ".mht": ("mhtml",),
    ".mhtml": ("mhtml",),
    ".xml": ("xml",),
    ".zip": ("zip",),
    ".rar": ("rar",),
    ".7z": ("7z",),
    ".png": ("png",),
    ".jpg": ("jpeg",),
    ".jpeg": ("jpeg",),
}


def claimed(name: str) -> tuple[str, ...]:
    """The kinds that a file's name promises; empty when its extension promises nothing.

    Example:
        >>> claimed("2014年总结.DOC"), claimed("总结")
        (('doc',), ())
    """
    return _EXTENSIONS.get(posixpath.splitext(name.replace("\\", "/"))[1].lower(), ())


def sniff(data: bytes) -> str:
    """The kind of a file, a key of ``KINDS``.

    Example:
        >>> sniff("工会工作总结".encode()), sniff(b"%PDF-1.7"), sniff(b"<html><body>")
        ('text', 'pdf', 'html')
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(_OLE2):
        return _compound(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _package(data)
    if b"%PDF-" in data[:1024]:  # the standard allows that much before it
        return "pdf"
    if data[:4] == b"RIFF":
        return "webp" if data[8:12] == b"WEBP" else "media"
    if data[4:8] == b"ftyp":
        return "media"
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return "bmp"
    if data[:2] == b"MZ" and b"\0" in data[:64]:
        return "program"
    return _markup(data[:_HEAD])


def _compound(data: bytes) -> str:
    """Which program's file a compound file is; one with another inside it is told by the streams at its root."""
    found = [(stream, kind) for stream, kind in _OLE2_STREAMS if stream.encode("utf-16-le") in data]
    if len(found) > 1:
        from .compound import Compound

        try:
            streams = Compound(data, "").streams
        except ReadError:  # so broken that only the order tells
            streams = frozenset()
        found = [entry for entry in found if entry[0] in streams] or found
    return found[0][1] if found else "ole2"


def _package(data: bytes) -> str:
    """Which program's package a zip is; a truncated one is known by the names that are left in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name.replace("\\", "/").lstrip("/") for name in archive.namelist()]
            mimetype = _mimetype(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return next((kind for prefix, kind in _PACKAGES if prefix.encode() in data), "zip")
    if "[Content_Types].xml" in names or "OFD.xml" in names:
        return next((kind for prefix, kind in _PACKAGES if any(name.startswith(prefix) for name in names)), "zip")
    return _MIMETYPES.get(mimetype, "zip")


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    """What an OpenDocument package says it is; a few bytes, stored first and as they are unless somebody packed it anew."""
    info = archive.NameToInfo.get("mimetype")
    if info is None or info.file_size > 100 or info.flag_bits & 0x1:
        return b""
    try:
        return archive.read(info).strip()
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, NotImplementedError):
        return b""


def _markup(head: bytes) -> str:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16", errors="replace") if wide else head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    if _MHTML.match(text):
        return "mhtml"
    before = _BEFORE_MARKUP.match(text)
    at = before.end() if before else 0
    if _HTML.match(text, at):
        return "html"
    return "xml" if text[:at].lstrip().startswith("<?xml") or text.startswith("<?mso-application", at) else "text"
