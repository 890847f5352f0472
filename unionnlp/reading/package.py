"""The parts of an Office package: a zip of XML files that anybody may have sent.

Everything that unpacks or parses stands here, with its limits: members are refused by the size they declare and cut
off by the size they have; XML is parsed without entities, network or document types.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import Encrypted, ReadError, TooLarge

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["MOST_UNPACKED", "Member", "Package", "check_tags", "parse_xml"]

MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that one member may unpack to. A report of 46,000 characters has a body of 0.1 to 2 MB."""

_MOST_MEMBERS = 20_000
"""Members of a package; zipfile builds an object for each before anything is read."""

_MOST_TAGS = 1_000_000
"""Start and end tags of one tree; the parser takes 120 bytes an element. 46,000 characters in runs of six make 80,000."""

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, OverflowError)
"""What zipfile raises on damaged files."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip: the key to read it by, its name, its size as declared, and packed."""

    key: str
    name: str
    size: int
    packed: int


class Package:
    """The members of a zip, read within limits.

    Args:
        data: the bytes of the zip.
        source: the name for errors.
        most: bytes that one member may unpack to, ``MOST_UNPACKED`` unless given.

    Raises:
        ReadError: not a zip, or a broken one.
        TooLarge: more members than any office file has.
    """

    __slots__ = ("_infos", "_most", "_related", "_source", "_zip")

    def __init__(self, data: bytes, source: str, most: int | None = None) -> None:
        self._source = source
        self._most = MOST_UNPACKED if most is None else most
        if data.count(b"PK\x01\x02") > _MOST_MEMBERS:
            raise TooLarge(source, f"the package has more than {_MOST_MEMBERS} members")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ReadError(source, f"truncated or broken zip: {error}") from error
        self._related: dict[str, list[tuple[str, str, str]]] = {}  # part -> (id, kind, part) it refers to
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in self._zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def members(self) -> list[Member]:
        """The files in it, in their order; folders are none."""
        return [Member(key, _name(info), info.file_size, info.compress_size) for key, info in self._infos.items() if not key.endswith("/")]

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            ReadError: no such member, or a damaged one.
            Encrypted: protected by a password.
            TooLarge: declares, or unpacks to, more than the limit.
        """
        info = self._infos.get(name)
        if info is None:
            raise ReadError(self._source, f"the package has no part {name}")
        if info.flag_bits & 0x1:
            raise Encrypted(self._source, f"{name} is protected by a password")
        if info.file_size > self._most:
            raise TooLarge(self._source, f"{name} declares {info.file_size} bytes, the limit is {self._most}")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ReadError(self._source, f"{name} is packed in a way that office files are not ({info.compress_type})")
        try:
            with self._zip.open(info) as stream:
                # zipfile stops at the declared size and then compares the checksum: a member that unpacks to more than
                # it declares costs no more than it declared, and is reported as broken.
                data = stream.read(self._most + 1)
        except _BROKEN as error:
            raise ReadError(self._source, f"truncated or broken zip: {name}: {error}") from error
        if len(data) > self._most:
            raise TooLarge(self._source, f"{name} unpacks to more than {self._most} bytes")
        return data

    def xml(self, name: str) -> etree._Element:
        """The root element of a member; raises as ``read`` and ``parse_xml`` do."""
        return parse_xml(self.read(name), self._source, name)

    def targets(self, part: str) -> dict[str, str]:
        """The first part of each kind that ``part`` refers to; a kind is the last word of the relationship type, such as "styles".

        ``part`` is "" for the package itself.
        """
        found: dict[str, str] = {}
        for _, kind, target in self._relations(part):
            found.setdefault(kind, target)
        return found

    def parts(self, part: str, kind: str) -> list[str]:
        """All parts of one kind that ``part`` refers to, each once."""
        return list(dict.fromkeys(target for _, other, target in self._relations(part) if other == kind))

    def references(self, part: str) -> dict[str, str]:
        """The parts that ``part`` refers to, by the id that it uses for them."""
        return {key: target for key, _, target in self._relations(part)}

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        if part not in self._related:
            folder, name = posixpath.split(part)
            relations = posixpath.join(folder, "_rels", f"{name}.rels")
            self._related[part] = [
                (
                    relation.get("Id", ""),
                    relation.get("Type", "").rpartition("/")[2],
                    posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
                )
                for relation in (self.xml(relations) if relations in self else ())
                if relation.get("TargetMode") != "External"
            ]
        return self._related[part]


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; programs that do not mark it as UTF-8 write that all the same, or GBK."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def check_tags(data: bytes, source: str, part: str) -> None:
    """Refuses markup that would make more elements than any report has, before it is parsed.

    Raises:
        TooLarge: more than ``_MOST_TAGS`` tags.
    """
    if data.count(b"<") > _MOST_TAGS:
        raise TooLarge(source, f"{part} has more than {_MOST_TAGS} tags")


def parse_xml(data: bytes, source: str, part: str) -> etree._Element:
    """The root element of an XML file that may be hostile.

    Raises:
        TooLarge: more elements than any report has.
        ReadError: not well-formed, or it has a document type declaration: office files have none, and entities are
            declared there.

    Example:
        >>> parse_xml(b"<a><b/></a>", "x.docx", "a.xml").tag
        'a'
    """
    from lxml import etree

    check_tags(data, source, part)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise ReadError(source, f"{part} is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # missing from the stubs
        raise ReadError(source, f"{part} has a document type declaration, which office files do not have")
    return root
