"""Folding: what two writings of the same words have in common, as code points.

Copies travel through full-width keyboards, traditional characters, other white space and other quotation marks. Folding
takes these away with one lookup table over code points, so that everything after it compares plain arrays of numbers;
an array of raw offsets beside them leads back to the text as it was sent in.

``str.translate`` caps at 5,000 texts a second, the table at 37,000 (3,040 characters a text).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..lexicon import load_table
from . import kernels

__all__ = ["GAP", "SEPARATOR", "Batch", "Codes", "Folded", "batches", "code_points", "decode", "fold", "fold_digits", "fold_table", "plain_table", "table_fingerprint"]

Codes = NDArray[np.uint32]
"""Folded code points."""

SEPARATOR = 0xFFFF
"""Stands between the texts of a batch: a noncharacter, which no text should hold."""

GAP = 16
"""Separators before and after each text: more than the windows of ``passages`` and ``shingles`` are wide, so that none spans two texts."""

BATCH_CHARACTERS = 49_152
"""Characters folded in one go: about 14 reports, whose working arrays stay in the cache (twice as many are 20 % slower, a third
as many too)."""

_WIDE_RANGES = ((0x2E80, 0x2FE0), (0xF900, 0xFB00), (0xFE30, 0xFE70), (0xFF00, 0xFFF0), (0x2F800, 0x2FA20))
"""Radicals, compatibility characters, small and full-width forms: each has a plain form in Unicode."""

_INVISIBLE = (0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF)

_MARKS = {"“": '"', "”": '"', "„": '"', "‟": '"', "「": '"', "」": '"', "『": '"', "』": '"', "〝": '"', "〞": '"', "‘": "'", "’": "'",
          "—": "-", "―": "-", "–": "-", "─": "-", "━": "-", "‐": "-", "‑": "-", "−": "-", "•": "·", "・": "·", "‧": "·", "∙": "·", "〜": "~", "､": "、", "｡": "。"}  # fmt: skip
"""Marks that keyboards and converters exchange for one another."""


@dataclass(frozen=True, slots=True)
class Folded:
    """One folded text: ``codes[i]`` stands at ``raw[i]`` in the text as given."""

    codes: Codes
    raw: NDArray[np.int64]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Raw offsets of the folded stretch ``start``..``end``, which must not be empty."""
        return int(self.raw[start]), int(self.raw[end - 1]) + 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Several folded texts in one array, ``GAP`` separators before and after each; text i is ``codes[starts[i]:ends[i]]``.

    ``dropped`` are the places in the joined raw texts, separators included, of what folding took away.
    """

    codes: Codes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    dropped: NDArray[np.int64]

    def plain(self) -> Batch:
        """The batch with digits folded to one symbol."""
        return Batch(fold_digits(self.codes), self.starts, self.ends, self.dropped)

    def folded(self) -> list[Folded]:
        """The texts one by one."""
        raw = np.delete(np.arange(len(self.codes) + len(self.dropped)), self.dropped)
        begins = raw[self.starts - 1] + 1  # a separator is never dropped
        return [Folded(self.codes[s:e], raw[s:e] - begin) for s, e, begin in zip(self.starts.tolist(), self.ends.tolist(), begins.tolist(), strict=True)]


@cache
def fold_table() -> Codes:
    """The code point that each code point folds to; 0 for what is dropped. Shape (0x110000,)."""
    table = np.arange(0x110000, dtype=np.uint32)
    for row in load_table("traditional", ("traditional", "simplified")):
        table[ord(row["traditional"])] = ord(row["simplified"])
    script = table.copy()
    for first, last in _WIDE_RANGES:
        for code in range(first, last):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1:
                table[code] = script[ord(plain)]
    for mark, plain in _MARKS.items():
        table[ord(mark)] = ord(plain)
    letters = np.arange(ord("A"), ord("Z") + 1)
    table[np.isin(table, letters)] += 32
    dropped = [code for code in range(0x3001) if chr(code).isspace() or unicodedata.category(chr(code)) == "Cc"]
    table[[*dropped, *_INVISIBLE]] = 0
    table[table == 0x20] = 0
    table.setflags(write=False)
    return table


@cache
def plain_table() -> Codes:
    """The same with every digit folded to 0."""
    table = fold_digits(fold_table())
    table.setflags(write=False)
    return table


def table_fingerprint() -> int:
    """A checksum of the table, kept beside whatever was hashed from folded text."""
    return zlib.crc32(fold_table().tobytes())


def code_points(text: str) -> Codes:
    """The text as numbers, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def fold(text: str) -> Folded:
    """Fold one text.

    Width, script (per character), white space, invisible characters, case and exchangeable marks are folded; figures
    stay as they stand.

    Example:
        >>> folded = fold("組建率 ９７％")
        >>> decode(folded.codes), folded.raw.tolist()
        ('组建率97%', [0, 1, 2, 4, 5, 6])
    """
    codes = fold_table()[code_points(text)]
    raw = np.flatnonzero(codes)
    return Folded(codes[raw], raw)


def batches(texts: Sequence[str], plain: bool = False) -> Iterator[tuple[int, Batch]]:
    """Folded texts in batches small enough for the cache, each with the number of its first text.

    Args:
        plain: fold digits to one symbol as well.
    """
    table = plain_table() if plain else fold_table()
    first, size = 0, 0
    for number, text in enumerate(texts):
        if size and size + len(text) > BATCH_CHARACTERS:
            yield first, _fold_batch(texts[first:number], table)
            first, size = number, 0
        size += len(text) + GAP
    if first < len(texts):
        yield first, _fold_batch(texts[first:], table)


def _fold_batch(texts: Sequence[str], table: Codes) -> Batch:
    gap = chr(SEPARATOR) * GAP
    raw = code_points(gap.join(["", *texts, ""]))
    fast = kernels.loaded()
    if fast:
        codes, dropped = fast.fold(raw, table)
    else:
        codes = table.take(raw, mode="clip")  # clip only spares numpy a second pass
        kept = codes != 0
        dropped = np.flatnonzero(~kept)
        codes = codes[kept] if len(dropped) else codes
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.cumsum(lengths + GAP)
    starts = ends - lengths
    if len(dropped):
        starts -= np.searchsorted(dropped, starts)
        ends -= np.searchsorted(dropped, ends)
    return Batch(codes, starts, ends, dropped)


def fold_digits(codes: Codes) -> Codes:
    """The codes with every digit folded to 0: a text and its copy with other figures become one.

    Example:
        >>> decode(fold_digits(fold("97人").codes))
        '00人'
    """
    folded = codes.copy()
    folded[np.flatnonzero(codes - np.uint32(48) < 10)] = 48  # few: by place it is twice as fast as by mask
    return folded


def decode(codes: Codes) -> str:
    """The folded text as a string."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def make_table() -> Iterator[str]:
    """Lines of ``data/lexicon/traditional.tsv`` from opencc, one character at a time.

    ``python -m unionnlp.duplicates.folding > unionnlp/data/lexicon/traditional.tsv`` writes the table. It ships because
    signatures kept for years must not change with the version of opencc that is installed.
    """
    import opencc

    characters = [chr(code) for first, last in ((0x3400, 0xA000), (0x20000, 0x2F800)) for code in range(first, last)]
    converted = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    yield "traditional\tsimplified\n"
    for traditional, simplified in zip(characters, converted, strict=True):
        if traditional != simplified and len(simplified) == 1:
            yield f"{traditional}\t{simplified}\n"


if __name__ == "__main__":
    import sys

    for line in make_table():
        sys.stdout.buffer.write(line.encode("utf-8"))
