"""One page of a PDF as what stands on it: runs of characters, ruling lines, pictures. The only module that talks to PDFium.

PDFium gives characters in the order in which a program drew them, parted by blanks and line ends that it makes up where the
next one stands apart. Within such a part the characters follow one another, so that the boxes of the first and the last tell
where it stands: that is two calls a part instead of one a character, and a call costs more than all else here.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .pdf_drawings import read_drawings, ruling_between
from .pdf_tables import Ruling

__all__ = ["Page", "Run", "open_page"]

_SMALL = 0.75
"""Share of the size of the text that the numbers of notes have at most."""

_MOST_NOTES = 1_000
"""Notes and form fields of a page that are looked at."""

_SKEWED = 5.0
"""Degrees from upright above which text is a stamp or a watermark."""

_INVISIBLE = 3  # the way of drawing that OCR programs use for the words they put over a picture
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_CHARACTER = re.compile("[\ud800-\udbff][\udc00-\udfff]|\\S")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NARROW = re.compile("[\x00-\xff]")
_BLANK = re.compile(" ")
_APART = re.compile(r"[^\S ]| (?= )|[^\x00-\xff] (?=[^\x00-\xff])|[\x00-\xff] (?=[\x00-\xff])")
"""Blanks that may be more than the little space that programs leave between Chinese characters and figures."""

_LOOSE = 1.2
"""Widths of a character by which a line may be longer than its characters: stretched to the edge, but without a tab."""

_LENT = re.compile("[“”‘’…—·]")
"""Characters that programs take from another font than their neighbours and draw before or behind these."""

_PART = re.compile(r"[“”‘’…—·]|[^\s“”‘’…—·]+")


class Run(NamedTuple):
    """Characters that follow one another on one line, upright; in points, ``base`` is the line they stand on.

    ``size`` is that of the font. ``blank`` is the white space that was typed before them on their line. ``artifact`` tells that
    the program which made the file calls them furniture of the page. ``first`` and ``end`` are their places among the
    characters of the page, -1 when they are not from there.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    base: float
    size: float
    blank: str = ""
    artifact: bool = False
    first: int = -1
    end: int = -1


class _Style(NamedTuple):
    """How a line is set: the size of its font, the quarter turns of its text (None at other angles), the line that it stands on, whether
    it is furniture, whether it is invisible."""

    size: float
    quarter: int | None
    base: float
    artifact: bool = False
    unseen: bool = False


@dataclass(slots=True)
class Page:
    """What stands on a page, turned so that its text runs from left to right."""

    left: float
    bottom: float
    right: float
    top: float
    runs: list[Run] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    pictures: float = 0.0  # share of the page that they cover
    dots: int = 0  # of the pictures
    unseen: int = 0  # characters that are drawn invisibly
    aside: list[str] = field(default_factory=list)  # text at an angle
    notes_below: float | None = None  # the height of the line above its footnotes
    marks: list[str] = field(default_factory=list)  # their numbers as they stand in the text


@contextmanager
def open_page(document: Any, index: int) -> Iterator[PageReader | None]:
    """The page of a ``PdfDocument`` at ``index``; None when it is broken. What the form fields and typed notes on it say is drawn into it."""
    import pypdfium2.raw as pdfium

    handle = pdfium.FPDF_LoadPage(document.raw, index)
    if handle and _has_fields(pdfium, handle) and pdfium.FPDFPage_Flatten(handle, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
        pdfium.FPDF_ClosePage(handle)
        handle = pdfium.FPDF_LoadPage(document.raw, index)
    text = pdfium.FPDFText_LoadPage(handle) if handle else None
    try:
        yield PageReader(pdfium, handle, text) if text else None
    finally:
        if text:
            pdfium.FPDFText_ClosePage(text)
        if handle:
            pdfium.FPDF_ClosePage(handle)


def _has_fields(pdfium: Any, handle: Any) -> bool:
    drawn = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
    for i in range(min(pdfium.FPDFPage_GetAnnotCount(handle), _MOST_NOTES)):
        annotation = pdfium.FPDFPage_GetAnnot(handle, i)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in drawn:
            return True
    return False


class PageReader:
    """An open page."""

    __slots__ = ("_box", "_box_of", "_content", "_page", "_pdfium", "_quarter", "_rect", "_text")

    def __init__(self, pdfium: Any, page: Any, text: Any) -> None:
        self._pdfium = pdfium
        self._page = page
        self._text = text
        self._rect = pdfium.FS_RECTF()
        self._box = ctypes.byref(self._rect)
        self._box_of = pdfium.FPDFText_GetLooseCharBox
        self._quarter = 0
        self._content = ""

    def count(self) -> int:
        """How many characters the page has."""
        return max(0, int(self._pdfium.FPDFText_CountChars(self._text)))

    def objects(self) -> int:
        """How many things are drawn on the page."""
        return max(0, int(self._pdfium.FPDFPage_CountObjects(self._page)))

    def page(self) -> Page:
        """Everything on the page but its pictures' contents.

        Complexity: O(n) in characters and objects.
        """
        runs, quarters, aside, unseen = self._runs()
        self._quarter = max(quarters, key=lambda quarter: quarters[quarter], default=0)
        aside += [run.text for quarter, run in runs if quarter != self._quarter]
        box = self._pdfium.FS_RECTF()
        self._pdfium.FPDF_GetPageBoundingBox(self._page, ctypes.byref(box))
        page = Page(*self._turned(box.left, box.bottom, box.right, box.top), unseen=unseen, aside=aside)
        turned = (self._turn(run) for quarter, run in runs if quarter == self._quarter)
        page.runs = [run for run in turned if run.right > page.left and run.left < page.right and run.top > page.bottom and run.bottom < page.top]
        drawings = read_drawings(self._pdfium, self._page, self.objects())
        page.rulings = [ruling_between(*self._turned(*side)) for side in drawings.sides]
        page.pictures = drawings.area / max(1.0, (page.right - page.left) * (page.top - page.bottom))
        page.dots = drawings.dots
        return page

    def characters(self, run: Run) -> list[Run]:
        """A run character by character, upright like the page."""
        if run.end - run.first < 2:
            return [run]
        text = self._content[run.first : run.end]
        return [self._turn(part) for part in self._single(text, run.first, _Style(run.size, self._quarter, run.base, run.artifact), run.blank)]

    def small_parts(self, run: Run) -> list[tuple[Run, bool]]:
        """A run in parts, with whether they are set in a font much smaller than its own."""
        if run.first < 0 or self._quarter:
            return [(run, False)]
        style = _Style(run.size, self._quarter, run.base, run.artifact)
        small = [self._style(i).size < _SMALL * run.size for i in range(run.first, run.end)]
        parts: list[tuple[Run, bool]] = []
        start = run.first
        for end in range(run.first + 1, run.end + 1):
            if end == run.end or small[end - run.first] != small[start - run.first]:
                words = self._content[start:end]
                found = self._parts(words.strip(), start + len(words) - len(words.lstrip()), style, run.blank if start == run.first else "")
                parts += [(part, small[start - run.first]) for part in found]
                start = end
        return parts

    # ------------------------------------------------------------------------------------------------- text

    def _characters(self) -> str:
        """The characters of the page, each in the place that PDFium counts it at; those above U+FFFF take two."""
        count = self.count()
        units = (ctypes.c_ushort * (count + 1))()
        if self._pdfium.FPDFText_GetText(self._text, 0, count, units) == count + 1:  # with the NUL at the end
            content = bytes(units)[: 2 * count].decode("utf-16-le", "surrogatepass")
            return content if len(content) == count else "".join(map(chr, units[:count]))
        return "".join([chr(self._pdfium.FPDFText_GetUnicode(self._text, i)) for i in range(count)])  # some are no text for PDFium

    def _runs(self) -> tuple[list[tuple[int, Run]], Counter[int], list[str], int]:
        """(quarter turns of its text, run) as drawn, how much text runs which way, the text at other angles, how much is invisible."""
        runs: list[tuple[int, Run]] = []
        quarters: Counter[int] = Counter()
        aside: list[str] = []
        unseen = at = 0
        self._content = self._characters()
        for line in self._content.split("\r\n"):
            start, at = at, at + len(line) + 2
            words = line.strip()
            if not words:
                continue
            first = start + line.index(words[0])
            style = self._style(first)
            if style.unseen:
                unseen += len(words)
            if style.quarter is None:
                aside.append(words)
                continue
            quarters[style.quarter] += len(words)
            typed = self._typed(start, line[: first - start]) if first > start else ""
            whole = self._whole(words, first, style, typed)
            runs += [(style.quarter, run) for run in ([whole] if whole else self._parts(words, first, style, typed))]
        return runs, quarters, aside, unseen

    def _whole(self, words: str, first: int, style: _Style, typed: str) -> Run | None:
        """A line as one run, if it is as long as its characters take side by side with a little space around figures.

        Most lines are, and looking at all their parts would cost three times as much.
        """
        if style.quarter or _APART.search(words):
            return None
        left, bottom, _, top = self._place(first)
        _, low, right, high = self._place(first + len(words) - 1)
        blanks = words.count(" ")
        usual = style.size * (len(words) - 0.5 * len(_NARROW.findall(words)) - 0.25 * blanks)
        if not -0.5 < (right - left - usual) / style.size < _LOOSE:
            return None
        for mark in _LENT.finditer(words):
            i = first + mark.start()
            if (i > first and self._place(i - 1)[0] > self._place(i)[0]) or (i < first + len(words) - 1 and self._place(i)[0] > self._place(i + 1)[0]):
                return None
        text = words
        if blanks:
            is_generated, page = self._pdfium.FPDFText_IsGenerated, self._text
            text = _BLANK.sub(lambda blank: "" if is_generated(page, first + blank.start()) else blank[0], words)
        text = _clean(text)
        if not text:
            return None
        return Run(text, left, right, min(bottom, low), max(top, high), style.base, style.size, typed, style.artifact, first, first + len(words))

    def _parts(self, words: str, first: int, style: _Style, typed: str) -> Iterator[Run]:
        """The runs of a line between white space, drawn or made up."""
        place = 0
        for part in _PART.finditer(words):
            start, end = part.span()
            blank = self._typed(first + place, words[place:start]) if start > place else "" if start else typed
            yield from self._part(part[0], first + start, style, blank)
            place = end

    def _style(self, index: int) -> _Style:
        pdfium = self._pdfium
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text, index, ctypes.byref(matrix))
        size = abs(pdfium.FPDFText_GetFontSize(self._text, index)) * math.hypot(matrix.c, matrix.d)
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
        quarter = round(angle / 90) % 4
        if abs((angle + 45) % 90 - 45) > _SKEWED:
            return _Style(size, None, 0.0)
        base = (matrix.f, -matrix.e, -matrix.f, matrix.e)[quarter]
        drawn = pdfium.FPDFText_GetTextObject(self._text, index)
        if not drawn:
            return _Style(size, quarter, base)
        return _Style(size, quarter, base, self._is_artifact(drawn), pdfium.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE)

    def _is_artifact(self, drawn: Any) -> bool:
        pdfium = self._pdfium
        for i in range(min(pdfium.FPDFPageObj_CountMarks(drawn), 8)):
            name = (ctypes.c_ushort * 16)()
            length = ctypes.c_ulong()
            pdfium.FPDFPageObjMark_GetName(pdfium.FPDFPageObj_GetMark(drawn, i), name, 32, ctypes.byref(length))
            if bytes(name)[: max(0, length.value - 2)].decode("utf-16-le", "replace") == "Artifact":
                return True
        return False

    def _typed(self, first: int, blank: str) -> str:
        """What of the white space that begins at ``first`` is drawn, and not made up."""
        return "".join(char for i, char in enumerate(blank, first) if not self._pdfium.FPDFText_IsGenerated(self._text, i))

    def _part(self, text: str, first: int, style: _Style, blank: str) -> list[Run]:
        """A part of a line with its place; in single characters when they do not follow one another."""
        count = len(text)
        left, bottom, right, top = head = self._place(first)
        if count > 1:
            tail = self._place(first + count - 1)
            quarter = style.quarter or 0
            length = tail[quarter % 2 + 2] - head[quarter % 2] if quarter < 2 else head[quarter % 2 + 2] - tail[quarter % 2]
            wide = count - len(_NARROW.findall(text))
            usual = style.size * (wide + count) / 2
            follows = tail[quarter % 2] >= head[quarter % 2] if quarter < 2 else tail[quarter % 2] <= head[quarter % 2]
            if not follows or not 0.5 * usual <= length <= 2 * usual:
                return self._single(text, first, style, blank)
            left, bottom, right, top = min(left, tail[0]), min(bottom, tail[1]), max(right, tail[2]), max(top, tail[3])
        text = _clean(text)
        return [Run(text, left, right, bottom, top, style.base, style.size, blank, style.artifact, first, first + count)] if text else []

    def _single(self, text: str, first: int, style: _Style, blank: str) -> list[Run]:
        runs = []
        for character in _CHARACTER.finditer(text):
            start, end = first + character.start(), first + character.end()
            char = _clean(character[0])
            if char:
                left, bottom, right, top = self._place(start)
                runs.append(Run(char, left, right, bottom, top, style.base, style.size, blank if start == first else "", style.artifact, start, end))
        return runs

    def _place(self, index: int) -> tuple[float, float, float, float]:
        self._box_of(self._text, index, self._box)
        rect = self._rect
        return rect.left, rect.bottom, rect.right, rect.top

    # ------------------------------------------------------------------------------------------------- turning

    def _turned(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box on the page turned upright."""
        match self._quarter:
            case 1:
                return bottom, -right, top, -left
            case 2:
                return -right, -top, -left, -bottom
            case 3:
                return -top, left, -bottom, right
            case _:
                return left, bottom, right, top

    def _turn(self, run: Run) -> Run:
        if not self._quarter:
            return run
        left, bottom, right, top = self._turned(run.left, run.bottom, run.right, run.top)
        return run._replace(left=left, right=right, bottom=bottom, top=top)


def _clean(text: str) -> str:
    """Characters without those that nobody sees, and whole where they come in halves."""
    text = _UNSEEN.sub("", text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _SURROGATE.search(text) else text
