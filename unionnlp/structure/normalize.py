"""Repair without loss: marks what is noise in a raw text and mends what was damaged, keeping the way back.

Two layers. The first deletes what does not belong to the text (page numbers and line breaks inside sentences, lines of
model-text sites, zero-width characters); the second replaces character by character (traditional to simplified, full
to half width, Kangxi radicals, lost quotation marks), so that both together are one list of edits over the raw text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from ..lexicon import load_table
from ..records import Repair
from ..spans import OffsetMap
from .compilation import is_marker
from .numbering import starts_with_number
from .script import code_points, looks_traditional, simplified

__all__ = ["Normalized", "normalize", "repairs"]

LONG_LINE = 25
"""A line of at least so many characters that holds punctuation and ends without is taken for a wrapped one; titles and
headings of the samples that hold punctuation are numbered or shorter."""

PARAGRAPH = 100
"""A line of so many characters is running text; the longest title of the samples has 44, and in running text a page has
some 800 characters, so that more than one joined page break a hundred is none."""

PAGE = 12
"""Characters between page numbers, on the average, below which they are serial numbers or cells of a table (under 10 a
row); real pages hold some 450."""

GLUED_HEADING = 60
"""Characters at the front of a numbered line in which a blank may part its heading from the body."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PAGE_LINE = re.compile(r"(?m)^[ \t\u3000]*(?:[-—－–]{1,2}[ \t]?(\d{1,3})[ \t]?[-—－–]{1,2}|第[ ]?(\d{1,3})[ ]?页(?:[ ]?[共/][ ]?\d{1,3}[ ]?页)?|(\d{1,3})(?:/\d{1,3})?)[ \t]*$")
_PAGE_TAIL = regex.compile(rf"(?m)(?<=[{_HAN}，,、。；;！!”])[ \t]+(\d{{1,3}})[ \t]*$")
_LINE_BREAK = regex.compile(r"\r?\n|\r")
_BLANK = re.compile("[ \u3000]")
_SENTENCE_MARK = regex.compile(r"[，,。；;：:！!]")
_FIGURES = re.compile(r"\d+")
_QUOTED = regex.compile(rf"\?(?=[{_HAN}“‘\d])([^?？。！!\r\n]{{1,40}}?)\?(?=[^?]|$)")
_UNCLOSED = regex.compile(r"“([^“”\n]{1,30})“(?=[、，。；：,;:!！？）)\s]|$)")
_QUESTION = regex.compile(r"[吗呢么吧]$")
_HAN_FIRST = regex.compile(rf"[{_HAN}]")
_OPENS_TEXT = regex.compile(rf"[{_HAN}“《?\d]")
_HAN_LAST = regex.compile(rf"[{_HAN}]$")
_WIDTH = {chr(code): chr(code - 0xFEE0) for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]}
_WIDTH |= {"％": "%", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "．": "."}
_RADICALS = {
    chr(code): folded
    for code in [*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00)]
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1 and folded != chr(code)
}
_FOLDED = {**dict.fromkeys(_WIDTH, "width"), **dict.fromkeys(_RADICALS, "radical")}
_FOLD = {**_WIDTH, **_RADICALS}
_FOLDABLE = re.compile(f"[{''.join(_FOLDED)}]")  # re: its big character sets are 20 times as fast as regex's


@dataclass(frozen=True, slots=True)
class Normalized:
    """A raw text, what was repaired in it, the repaired text, and the way between their offsets."""

    raw: str
    text: str
    offsets: OffsetMap
    repairs: tuple[Repair, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Raw offsets of a span of the repaired text."""
        return self.offsets.raw_span(start, end)

    def pages(self) -> list[tuple[int, int]]:
        """(place in the repaired text, number) of the page numbers that were taken out."""
        numbers = ((r, _FIGURES.search(self.raw, r.start, r.end)) for r in self.repairs if r.kind == "page_number")
        return [(self.span(r.start, r.start)[0], int(number[0])) for r, number in numbers if number is not None]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Repaired offsets of a span of the raw text."""
        return self.offsets.repaired_span(start, end)


def repairs(text: str) -> tuple[Repair, ...]:
    """What normalising marks as noise or mends, in order of place.

    Args:
        text: a raw text.
    Returns:
        Repairs in raw offsets, not overlapping. Replacing each gives the text that all later stages read.

    Example:
        >>> repairs("会员１２０人，荣获?先进单位?称号")[0]
        Repair(start=2, end=5, kind='width', replacement='120')
        >>> [(r.start, r.end, r.kind, r.replacement) for r in repairs("维(本站推荐范文网:www.example.net)护")]
        [(1, 26, 'site_boilerplate', '')]
    """
    return normalize(text).repairs


@lru_cache(maxsize=16)
def normalize(text: str) -> Normalized:
    """The repaired text with its map; the last few are kept, since every stage asks for the same one."""
    deletions = list(_deletions(text))
    layer = OffsetMap((start, end, "") for start, end, _ in deletions)
    clean = layer.apply(text)
    found = [Repair(start, end, kind, "") for start, end, kind in deletions]
    found += _replacements(clean, layer)
    found.sort(key=lambda repair: (repair.start, repair.end))
    offsets = OffsetMap((r.start, r.end, r.replacement) for r in found)
    return Normalized(text, offsets.apply(text), offsets, tuple(found))


# ------------------------------------------------------------------------------------------------- layer one: deletions


@cache
def _noise() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    """(kind, words, pattern) of each row; a text that holds none of the words holds no such noise. Rows without words are of characters
    that do not print."""
    rows = load_table("noise", ("id", "needs", "pattern", "example", "counterexample", "source"))
    return tuple((row["id"], tuple(filter(None, row["needs"].split("|"))), re.compile(row["pattern"], re.MULTILINE)) for row in rows)


def _deletions(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of everything to delete, in order and apart; of two that overlap the earlier one stays."""
    prints = text.replace("\n", "").replace("\r", "").replace("\t", "").replace("\u3000", "").isprintable()
    found = [
        (match.start(), match.end(), kind)
        for kind, needs, pattern in _noise()
        if (any(word in text for word in needs) if needs else not prints)
        for match in pattern.finditer(text)
        if match.end() > match.start()
    ]
    found += _page_numbers(text)
    found += _broken_lines(text, found)
    found += _inner_blanks(text)
    found.sort(key=lambda f: (f[0], -f[1]))
    last = 0
    for start, end, kind in found:
        if start >= last:
            yield start, end, kind
            last = end


def _page_numbers(text: str) -> list[tuple[int, int, str]]:
    """Page numbers on lines of their own, and at the end of lines where a sentence goes on behind them.

    A number at the end of a line may be a cell of a table, so it must break a sentence, or stand in a chain 1, 2, 3 …
    of such numbers. On a line of its own a bare number counts only in a chain too.
    """
    alone = [(m.start(), m.end(), int(m[1] or m[2] or m[3]), bool(m[1] or m[2])) for m in _PAGE_LINE.finditer(text)]
    tails = [(m.start(), m.end(), int(m[1]), _breaks_sentence(text, m.start(), m.end())) for m in _PAGE_TAIL.finditer(text)]
    every = sorted(alone + tails)
    numbers = {number for _, _, number, _ in every}
    counted = len(numbers) >= 3 and min(numbers) <= 3 and every[-1][0] - every[0][0] >= PAGE * (len(every) - 1)
    return [
        (start, end, "page_number")
        for start, end, number, sure in every
        if sure or (counted and (number - 1 in numbers or number + 1 in numbers))
    ]


def _breaks_sentence(text: str, start: int, end: int) -> bool:
    """Whether the line before ``start`` is a long one cut in mid-sentence that goes on behind ``end``."""
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    following = text[end : end + 40].lstrip()
    goes_on = _HAN_FIRST.match(following) is not None and not starts_with_number(following)
    return start - line_start >= LONG_LINE and text[start - 1] not in "。！!；;" and goes_on


@cache
def _dangling() -> regex.Pattern[str]:
    rows = load_table("dangling_ends", ("pattern", "example", "counterexample", "source"))
    return regex.compile(f"(?:{'|'.join(row['pattern'] for row in rows)})$")


def _broken_lines(text: str, noise: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Line breaks inside sentences, as page breaks and converters leave them.

    Before a report's first full stop stand its title and its signature, which are lines of their own: only what cuts a word
    is joined there, and a numbered heading that cannot end so.
    """
    pages = {end: start for start, end, kind in noise if kind == "page_number"}
    line, line_start, broken = "", 0, 0
    titles = True
    for match in _LINE_BREAK.finditer(text):
        start, end = match.span()
        page = pages.get(start)
        words = text[line_start : start if page is None else page].strip()
        line_start = end
        alone = page is not None and not words
        if not alone:  # a page number on a line of its own leaves the sentence before it open
            line, broken = words, start
        if is_marker(line):
            titles = True
        if "。" in line or len(line) > 3 * LONG_LINE:
            titles = False
        if page is not None:
            while (blank := _LINE_BREAK.match(text, end)) is not None:  # the page break's own blank lines
                end = blank.end()
        following = text[end : end + 40]
        if not (_cut_word(line, following) if titles and not starts_with_number(line) else _goes_on(line, following)):
            continue
        if page is not None and alone and broken < page:
            yield broken, page, "broken_line"
        yield start, end, "broken_line"


def _inner_blanks(text: str) -> Iterator[tuple[int, int, str]]:
    """Single blanks inside the sentences of a paragraph, left by page breaks that were joined (003: 高级教 师).

    Only in long lines, where they are few: titles are set with blanks, and rows of tables are full of them. A blank near
    the front of a numbered line ends a heading glued to its body.
    """
    lines: dict[int, list[int]] = {}
    line_start, line_end = 0, text.find("\n")
    for blank in _BLANK.finditer(text):
        at = blank.start()
        while 0 <= line_end < at:
            line_start, line_end = line_end + 1, text.find("\n", line_end + 1)
        if 0 < at < len(text) - 1 and _is_han(text[at - 1]) and _is_han(text[at + 1]):
            lines.setdefault(line_start, []).append(at)
    for start, blanks in lines.items():
        end = text.find("\n", blanks[-1])
        length = (len(text) if end < 0 else end) - start
        if length < PARAGRAPH or len(blanks) > 1 + length // PARAGRAPH:
            continue
        glued = blanks[0] - start <= GLUED_HEADING and starts_with_number(text[start : start + 12])
        for at in blanks[1:] if glued else blanks:
            yield at, at + 1, "broken_line"


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence that ``line`` leaves open goes on in ``following``."""
    if not line or _OPENS_TEXT.match(following) is None or starts_with_number(following) or is_marker(following):
        return False
    if _cut_word(line, following):
        return True
    numbered = starts_with_number(line)
    if line[-1] in "，,、" or _dangling().search(line, max(0, len(line) - 6)) is not None:
        return not (numbered and len(line) < 8)
    if _HAN_LAST.match(line, len(line) - 1) is None:
        return False
    if numbered and "。" not in line:
        return False  # a heading
    return len(line) >= LONG_LINE and _SENTENCE_MARK.search(line) is not None


@cache
def _terms() -> tuple[frozenset[str], dict[str, list[tuple[str, str]]], int]:
    """The domain's words of three and more characters; by the characters on both sides of a line break, the two parts of words that
    it may cut there; and the length of the longest.

    A term of four characters that breaks in the middle is two words side by side (组建|工会), and both are whole.
    """
    words = frozenset(row["term"] for row in load_table("userdict", ("term", "frequency", "tag", "source")) if len(row["term"]) >= 3)
    halves: dict[str, list[tuple[str, str]]] = {}
    for word in words:
        for cut in range(1, len(word)):
            if not cut == len(word) - cut == 2:
                halves.setdefault(word[cut - 1 : cut + 1], []).append((word[:cut], word[cut:]))
    return words, halves, max(map(len, words))


def _cut_word(line: str, following: str) -> bool:
    """Whether a line break cuts a word of the domain (003: 把女职|工维权工作) that the line does not end without it."""
    words, halves, longest = _terms()
    at_break = halves.get(line[-1:] + following[:1], ())
    cut = any(line.endswith(head) and following.startswith(tail) for head, tail in at_break)
    return cut and words.isdisjoint(line[-length:] for length in range(1, longest + 1))


# ---------------------------------------------------------------------------------------------- layer two: replacements


def _replacements(clean: str, layer: OffsetMap) -> Iterator[Repair]:
    """Character-for-character repairs of the text that layer one leaves, in raw offsets, a run each."""
    mended = _FOLDABLE.sub(lambda match: _FOLD[match[0]], clean)
    if looks_traditional(clean):
        mended = simplified(mended)
    if "?" in mended:
        mended = _QUOTED.sub(lambda m: m[0] if _QUESTION.search(m[1]) else f"“{m[1]}”", mended)
    if "“" in mended:
        mended = _UNCLOSED.sub(r"“\1”", mended)
    if mended == clean:
        return
    import numpy

    changed = numpy.flatnonzero(code_points(clean) != code_points(mended))
    starts, lengths = zip(*((start, end - start) for start, end, _ in layer.edits), strict=True) if layer.edits else ((), ())
    before = numpy.cumsum([0, *lengths])  # layer one only deletes: a character stood as much farther back as was deleted before it
    places = numpy.array(starts, dtype=numpy.int64) - before[:-1]
    raw = (changed + before[numpy.searchsorted(places, changed, side="right")]).tolist()
    kinds = [_FOLDED.get(clean[i]) or ("quotation_mark" if clean[i] in "?“" else "traditional") for i in changed.tolist()]
    words = [mended[i] for i in changed.tolist()]
    first = 0
    for i in range(1, len(raw) + 1):
        if i == len(raw) or raw[i] != raw[i - 1] + 1 or kinds[i] != kinds[i - 1]:
            yield Repair(raw[first], raw[i - 1] + 1, kinds[first], "".join(words[first:i]))
            first = i
