"""Bytes to text when nothing says in which encoding they are.

In this order: a byte order mark; strict UTF-8, which other encodings do not pass by chance; what the file itself
declares; then whichever of the encodings of Chinese gives the most plausible text. Plausible means made of frequent
characters: GBK read as Big5 or UTF-16 gives characters too, but rare ones. Whatever was decoded, by us or by the
program that wrote the file, must be plausible in the end: mojibake is a failure, not a result.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..errors import LexiconError, Undecodable
from ..lexicon import load_table
from ..records import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Decoded", "check_readable", "decode", "plausibility", "read_text"]

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_CHINESE: tuple[str, ...] = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")

_NAMES: dict[str, str] = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030", "hz-gb-2312"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode"), "utf-16-le"),
    "utf-16be": "utf-16-be",
}
"""What files call their encoding -> the codec; the wider one, because files that say gb2312 hold GBK. Other names are not believed."""

_PLAUSIBLE = 0.3
"""Least plausibility of text decoded by score. Windows of 12 characters cut from real reports have 0.37 and more, 99% over 0.67. Read with
a wrong encoding, 99% of them stay under 0.35; windows of 200 characters have 0.78 and more, wrongly read under 0.17. At 12 characters
the best of the candidates was the right one for each of 11,000 windows."""

_MOJIBAKE = 0.2
"""Text that is valid UTF-8, or comes from a Word file, and is less plausible than this was decoded wrongly before it was saved. Lower than
``_PLAUSIBLE``, because valid UTF-8 speaks for itself: a roster of rare names must pass."""

_ENOUGH = 8
"""Fewer characters outside ASCII than this are no evidence of mojibake."""

_SAMPLE = 5000
"""Characters looked at, spread over the text: the score does not change in the second digit with more."""

_MOST_REPLACED = 0.005
"""Share of characters that may be undecodable: a file cut within a character, or with a stray byte, is still worth reading."""

_MOST_CONTROLS = 0.01
_CONTROLS = re.compile("[\x01-\x06\x08\x0e-\x19\x1b-\x1d\x7f]")
"""Control characters that text never has. Word leaves 07, 1e and 1f in its exports, DOS 1a at the end."""

_JUNK, _PLAIN, _PUNCTUATION = -2.0, 0.0, 0.5
_OTHERS: tuple[tuple[float | None, tuple[str, ...]], ...] = (
    (_JUNK, ("\x80\x84", "\x86\x9f", "\ue000\uf8ff", "\ufffd\uffff", "\U000f0000\U0010ffff")),
    (_PUNCTUATION, ("··", "××", "——", "‘’", "“”", "……", "‰‰", "℃℃", "①⑳", "\u3000\u301f", "\uff01\uff5e")),
    (None, ("\x00\x7f", "\xa0\xa0", "\u2500\u25ff")),  # ASCII and the lines of drawn tables say nothing about the encoding
)
"""What characters weigh that are not in the table of frequent ones: first and last of a range. The rest are rare."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that gave it, and how many characters could not be decoded."""

    text: str
    encoding: str
    replaced: int = 0


@cache
def _weights() -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The number of its weight for each code point, and the weights; number 0 is of those that say nothing."""
    import numpy as np

    weights: list[float | None] = [None, _PLAIN]
    number = np.ones(0x110000, dtype=np.uint8)

    def set_weight(codes: slice | list[int], weight: float | None) -> None:
        if weight not in weights:
            weights.append(weight)
        number[codes] = weights.index(weight)

    for weight, ranges in _OTHERS:
        for ends in ranges:
            set_weight(slice(ord(ends[0]), ord(ends[1]) + 1), weight)
    for row in load_table("frequent_characters", ("characters", "script", "weight")):
        try:
            set_weight([ord(character) for character in row["characters"]], float(row["weight"]))
        except ValueError as error:
            raise LexiconError(row.file, row.line, "the weight is no number") from error
    return number, np.array([weight or 0.0 for weight in weights])


def _evidence(text: str) -> tuple[float, int, int]:
    """(plausibility, characters that speak for or against it, characters looked at)."""
    import numpy as np

    sample = text[:: max(1, len(text) // _SAMPLE)]
    number, weights = _weights()
    codes = np.frombuffer(sample.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    times = np.bincount(number.take(codes, mode="clip"), minlength=len(weights))
    counted = len(sample) - int(times[0])
    return (float(times @ weights) / counted if counted else 1.0), counted, len(sample)


def plausibility(text: str) -> float:
    """How much a text looks like Chinese that was decoded rightly.

    Returns:
        The mean weight of its characters outside ASCII: frequent ones up to 1, punctuation 0.5, rare ones 0, private-use
        and replacement characters -2. 1 when there are none.

    Complexity: O(n) with a small constant: at most ``_SAMPLE`` characters are weighed.

    Example:
        >>> plausibility("走访慰问困难职工") > 0.6 > 0.2 > plausibility("走访慰问困难职工".encode().decode("gb18030"))
        True
    """
    return _evidence(text)[0]


def _binary(text: str) -> bool:
    sample = text[:: max(1, len(text) // _SAMPLE)]
    return "\0" in text or len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample)


def _garbled(text: str) -> bool:
    """Whether a text that was validly encoded is mojibake all the same."""
    value, counted, _ = _evidence(text)
    return counted >= _ENOUGH and value < _MOJIBAKE


def check_readable(text: str, source: str, tried: tuple[str, ...] = ()) -> None:
    """Refuses text that is mojibake or binary; every reader calls it last.

    Raises:
        Undecodable: enough characters outside ASCII, and too few of them frequent in Chinese; or NUL and control
            characters.
    """
    if _binary(text) or _garbled(text):
        raise Undecodable(source, tried)


def decode(data: bytes, source: str = "", declared: str = "") -> Decoded:
    """The text of ``data``; line ends stay as they are, a byte order mark is dropped.

    Args:
        data: the bytes.
        source: the name for errors.
        declared: the encoding that the file itself names, if any; believed only when it fits.

    Raises:
        Undecodable: no encoding gives plausible text.

    Complexity: O(n) an encoding tried; binary data is given up after its first errors.

    Example:
        >>> decode("一、强化组织建设，夯实维权基础".encode("gb18030"))
        Decoded(text='一、强化组织建设，夯实维权基础', encoding='gb18030', replaced=0)
    """
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    declared = _NAMES.get(declared.strip().lower(), "")
    tried: list[str] = []
    for encoding in filter(None, (marked, declared)):
        tried.append(encoding)
        text = _strict(body, encoding)
        trusted = encoding == marked
        if text is not None and not (_garbled(text) if trusted else plausibility(text) < _PLAUSIBLE):
            return Decoded(text, encoding)
    tried += [encoding for encoding in _CHINESE if encoding not in tried]
    found = _best((encoding, _strict(body, encoding)) for encoding in _CHINESE)
    if found is None:
        found = _best((encoding, _tolerant(body, encoding)) for encoding in dict.fromkeys((marked, *_CHINESE)))
    if found is None:
        raise Undecodable(source, tuple(tried))
    return found


def _strict(data: bytes, encoding: str) -> str | None:
    """The text, or None when it is not valid or not text."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _binary(text) else text


def _tolerant(data: bytes, encoding: str) -> str | None:
    """The text with U+FFFD for the few bytes that do not fit, or None when they are many."""
    for part in (data[:65536], data):  # decoding binary data to its end would be slow
        text = part.decode(encoding, errors="replace")
        if text.count("\ufffd") > max(1, _MOST_REPLACED * len(text)) or _binary(text):
            return None
    return text


def _best(candidates: Iterable[tuple[str, str | None]]) -> Decoded | None:
    """The most plausible candidate, the earlier one of equals; None when none is plausible."""
    scored = [(plausibility(text), encoding, text) for encoding, text in candidates if text is not None]
    value, encoding, text = max(scored, key=lambda entry: entry[0], default=(0.0, "", ""))
    return Decoded(text, encoding, text.count("\ufffd")) if value >= _PLAUSIBLE else None


def read_text(data: bytes, source: str) -> Document:
    """A plain text file as a document; notes name an encoding that is not UTF-8 and bytes that could not be decoded.

    Raises:
        Undecodable: no encoding gives readable text.
    """
    decoded = decode(data, source)
    return Document(decoded.text, source, (), encoding_notes(decoded))


def encoding_notes(decoded: Decoded) -> tuple[str, ...]:
    """What to tell about how a text was decoded."""
    notes = [f"encoding: {decoded.encoding}"] if decoded.encoding != "utf-8" else []
    if decoded.replaced:
        notes.append(f"replaced: {decoded.replaced} characters could not be decoded")
    return tuple(notes)
