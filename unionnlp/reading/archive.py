"""Archives (.zip): the files in them, and those in archives in them, a few deep.

Nothing is written to disk. An archive that was made to harm (names that lead out of it, more files or bytes than a batch of
reports has) is refused whole; a file in it that cannot be unpacked is an error of its own, the others go on.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import ReadError, TooLarge
from .package import Package
from .sniff import sniff

__all__ = ["unpack"]

_DEEPEST = 4
"""Archives within archives; units that pack what their own units sent them reach three."""

_MOST_FILES = 10_000
_MOST_TOTAL, _MOST_RATIO = 256 * 1024 * 1024, 30
"""Bytes that all files may unpack to: the one, or that many times the archive. Word files and pictures do not shrink again, texts to a fifth."""

_LARGE, _LARGE_RATIO = 8 * 1024 * 1024, 100
"""A file of more bytes than the one that shrank to less than a hundredth is no report."""

_MOST_BYTES = 100 * 1024 * 1024
_PASSED_OVER = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini"))
"""What systems put beside the files of people; hidden files and Word's lock files (~$…) are passed over too."""


@dataclass(slots=True)
class _Budget:
    """What is left for all files of an archive and of those within it."""

    size: int
    files: int = _MOST_FILES

    def take(self, size: int, source: str) -> None:
        self.size -= size
        self.files -= 1
        if self.size < 0:
            raise TooLarge(source, "the archive unpacks to more than a batch of reports has")
        if self.files < 0:
            raise TooLarge(source, f"the archive holds more than {_MOST_FILES} files")


def unpack(data: bytes, source: str) -> Iterator[tuple[str, bytes | ReadError]]:
    """The files of an archive, each by its path below ``source``, or the error that keeps it from being unpacked.

    Args:
        data: the bytes of the archive.
        source: its name.

    Raises:
        ReadError: not a zip, a broken one, or one with names that lead out of it.
        TooLarge: more files or bytes than a batch of reports has.

    Complexity: O(n) in the bytes unpacked; one file is held at a time, and the archives around it.

    Example:
        >>> import io, zipfile
        >>> buffer = io.BytesIO()
        >>> with zipfile.ZipFile(buffer, "w") as archive:
        ...     archive.writestr("县区/总结.txt", "工会")
        >>> [(name, data.decode()) for name, data in unpack(buffer.getvalue(), "报送.zip")]
        [('报送.zip/县区/总结.txt', '工会')]
    """
    yield from _unpack(data, source, 1, _Budget(max(_MOST_TOTAL, _MOST_RATIO * len(data))))


def _unpack(data: bytes, source: str, depth: int, budget: _Budget) -> Iterator[tuple[str, bytes | ReadError]]:
    package = Package(data, source, most=_MOST_BYTES)
    members = [(member, _inside(member.name, source)) for member in package.members()]
    for member, path in members:  # names are looked at first: nothing is read out of an archive that was made to harm
        if _passed_over(path):
            continue
        place, size, packed = f"{source}/{path}", member.size, member.packed
        budget.take(size, source)
        if size > _LARGE and size > _LARGE_RATIO * packed:
            yield place, TooLarge(place, f"declares {size} bytes in {packed}")
            continue
        try:
            content = package.read(member.key)
        except ReadError as error:
            yield place, type(error)(place, error.reason)
            continue
        if sniff(content) != "zip":
            yield place, content
        elif depth >= _DEEPEST:
            yield place, TooLarge(place, f"archives are nested more than {_DEEPEST} deep")
        else:
            try:
                yield from _unpack(content, place, depth + 1, budget)
            except TooLarge:
                raise
            except ReadError as error:
                yield place, error


def _inside(name: str, source: str) -> str:
    """The path of a file below its archive; drives and roots, which some programs store, are dropped.

    Raises:
        ReadError: the path leads out of the archive.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".") and not (len(part) == 2 and part[1] == ":")]
    if ".." in parts:
        raise ReadError(source, f"the archive holds a name that leads out of it: {name[:80]}")
    return posixpath.join(*parts) if parts else "_"


def _passed_over(path: str) -> bool:
    return any(part.startswith((".", "~$")) or part in _PASSED_OVER for part in path.split("/"))
