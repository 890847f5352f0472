"""PDF documents: pages to text and tables, as their .docx twins give them.

A PDF holds characters at places and lines that are drawn; what is a line, a paragraph, a cell, a page header is found again
by their looks. Pages that are pictures are read by the ``ocr`` extra.

PDFium, which reads the file, must not be used by two threads at once: ``read_pdf`` lets one in after the other, for speed
use processes. A file made to crash it takes its process with it.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import Encrypted, MissingExtra, ReadError, TooLarge, Undecodable
from ..records import Document
from .pdf_cells import FoundTable, join_table, tables_of, write_table
from .pdf_furniture import clear
from .pdf_guard import check_streams
from .pdf_layout import columns, lines_of
from .pdf_notes import find_marks, take_notes, with_marks
from .pdf_page import Page, open_page
from .pdf_paragraphs import PlacedLine, paragraphs, settings
from .pdf_scans import picture_of, place
from .text import check_readable
from .writer import TextWriter, furniture_notes, hidden_note

__all__ = ["read_pdf"]

_MOST_PAGES = 2_000
_MOST_SCANS = 300
"""Pages that are read by OCR, at 4 to 5 s each."""

_MOST_CHARACTERS = 3_000_000
"""Characters of a document; the longest compilation has a tenth."""

_MOST_OBJECTS = 500_000
"""Objects on all pages; PDFium takes 50 s for as many, and 2,000 pages of text have half of them."""

_MOST_DOTS = 100_000_000
"""Dots of the pictures on a page that is read by OCR; an A3 page at 600 dpi has 70 million."""

_PICTURE, _FEW = 0.3, 20
"""A page with fewer characters than this, and a picture on more of it than that share, is a scan that a program signed."""

_SOME_PICTURE = 0.02
"""Share of a page that a picture covers, from which a page without any text is a scan."""

_SAMPLE = 150
"""Characters of a page by which it is judged whether its fonts say what they draw."""

_PDFIUM = threading.Lock()


@dataclass(slots=True)
class _Reading:
    """What is known after a pass over the pages."""

    pages: list[Page] = field(default_factory=list)
    tables: list[list[tuple[float, FoundTable]]] = field(default_factory=list)  # of each page, by their upper edges
    unread: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    recognized: list[tuple[int, float, int]] = field(default_factory=list)  # page, confidence, characters
    scans: int = 0  # pages that OCR has looked at
    layered: list[int] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    garbled: Undecodable | None = None
    missing: MissingExtra | None = None


def read_pdf(data: bytes, source: str) -> Document:
    """A .pdf file as a document.

    Args:
        data: the bytes of the file.
        source: its name.

    Returns:
        The text in reading order, a line a paragraph; tables drawn with lines, one that goes on over a page break as one, with
        the offsets of their cells; notes about page headers, footers and numbers, text at an angle, pages read by OCR (with
        the mean confidence) and pages that could not be read (with what to install), attachments.

    Raises:
        ReadError: truncated or broken.
        Encrypted: protected by a password that is needed to open it.
        TooLarge: more pages or characters than the limits.
        MissingExtra: every page is a picture, and the ``ocr`` extra is not installed.
        Undecodable: its fonts do not say which characters they draw, or the text is mojibake.

    Complexity: O(n log n) in characters and objects of its pages; a page of text costs 1 to 2 ms, a scan 4 to 5 s.
    """
    check_streams(data, source)
    with _PDFIUM:
        document = _open(data, source)
        try:
            count = len(document)
            if count > _MOST_PAGES:
                raise TooLarge(source, f"the document has {count} pages, more than {_MOST_PAGES}")
            reading = _read_pages(document, count, source)
            attachments = document.count_attachments()
        finally:
            document.close()
    if len(reading.broken) == count:
        raise ReadError(source, "truncated or broken PDF document: no page can be read")
    return _written(reading, source, attachments)


def _open(data: bytes, source: str) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
            raise Encrypted(source, "the PDF document is protected by a password") from error
        raise ReadError(source, "truncated or broken PDF document") from error


# ------------------------------------------------------------------------------------------------- pages


def _read_pages(document: Any, count: int, source: str) -> _Reading:
    reading = _Reading()
    characters = objects = 0
    for index in range(count):
        with open_page(document, index) as reader:
            if reader is None:
                reading.broken.append(index + 1)
                continue
            characters += reader.count()
            objects += reader.objects()
            if characters > _MOST_CHARACTERS or objects > _MOST_OBJECTS:
                raise TooLarge(source, f"the document has more than {_MOST_CHARACTERS} characters or {_MOST_OBJECTS} objects")
            page = reader.page()
            if not _is_scan(page, source, reading):
                find_marks(page, index, reader.small_parts)
                tables = list(tables_of(page, index, reader.characters))
                reading.pages.append(page)
                reading.tables.append(tables)
                continue
        page = _recognized(document, index, page, source, reading)
        reading.tables.append(list(tables_of(page, index, lambda run: [run])))
        reading.pages.append(page)
    return reading


def _is_scan(page: Page, source: str, reading: _Reading) -> bool:
    """Whether a page is to be read from its looks: it has a picture and no text, or its fonts do not say which characters they draw."""
    text = "".join(run.text for run in page.runs)
    if not text:
        return page.pictures >= _SOME_PICTURE
    if len(text) < _FEW and page.pictures >= _PICTURE:
        return True
    try:
        check_readable(text[:_SAMPLE], source)
    except Undecodable as error:
        reading.garbled = error
        return True
    if 2 * page.unseen > len(text):
        if page.pictures >= _PICTURE:
            reading.layered.append(len(reading.pages) + 1)
        else:
            reading.hidden.append(text)
    return False


def _recognized(document: Any, index: int, page: Page, source: str, reading: _Reading) -> Page:
    """A page as OCR reads it; without text if OCR is not installed."""
    found = Page(page.left, page.bottom, page.right, page.top)
    if reading.scans >= _MOST_SCANS:
        raise TooLarge(source, f"the document has more than {_MOST_SCANS} scanned pages")
    if reading.missing is None:
        from .ocr import recognize

        if page.dots > _MOST_DOTS:
            raise TooLarge(source, f"the pictures on page {index + 1} have more than {_MOST_DOTS} dots")
        try:
            image = picture_of(document, index)
            recognized = recognize(image)
        except MissingExtra as error:
            reading.missing = error
        else:
            reading.scans += 1
            if recognized.lines:
                reading.recognized.append((index + 1, recognized.confidence, sum(len(line.text) for line in recognized.lines)))
                place(recognized, found, image.shape[0], image.shape[1])
            return found
    reading.unread.append(index + 1)
    return found


# ------------------------------------------------------------------------------------------------- the document


def _written(reading: _Reading, source: str, attachments: int) -> Document:
    furniture = clear(reading.pages)
    notes = {(index, number): text for index, page in enumerate(reading.pages) for number, text in take_notes(page).items()}
    blocks = list(_blocks(reading))
    known = settings([block for block in blocks if isinstance(block, PlacedLine)])
    writer = TextWriter()
    for part in _joined_blocks(blocks):
        if isinstance(part, FoundTable):
            write_table(part, writer)
        else:
            for paragraph in paragraphs(part, known):
                for line in with_marks(paragraph, notes):
                    writer.line(line)
    aside = [*dict.fromkeys(text for page in reading.pages for text in page.aside), *furniture.aside]
    document = writer.document(
        source, (*hidden_note("".join(reading.hidden)), *furniture_notes(furniture.headers, furniture.footers), *_notes(reading, aside, attachments))
    )
    if not document.text.strip():
        if reading.garbled is not None:
            raise reading.garbled
        if reading.missing is not None:
            raise reading.missing
    check_readable(document.text, source)
    return document


def _blocks(reading: _Reading) -> Iterator[PlacedLine | FoundTable]:
    """Lines and tables in reading order."""
    for index, (page, tables) in enumerate(zip(reading.pages, reading.tables, strict=True)):
        runs = page.runs
        place = 0
        size = (round(page.right - page.left), round(page.top - page.bottom))
        for top, table in [*tables, (float("-inf"), None)]:
            above = [run for run in runs if run.base > top]
            runs = [run for run in runs if run.base <= top]
            found = columns(above)
            for column in found:
                key: Hashable = size if len(found) == 1 else (size, round(column.left / 20))
                for line in lines_of(column.runs):
                    yield PlacedLine(line, index, place, key)
                place += 1
            if table is not None:
                yield table


def _joined_blocks(blocks: Sequence[PlacedLine | FoundTable]) -> Iterator[list[PlacedLine] | FoundTable]:
    """Stretches of lines, and tables, those that go on over a page break as one."""
    lines: list[PlacedLine] = []
    table: FoundTable | None = None
    for block in blocks:
        if isinstance(block, PlacedLine):
            if table is not None:
                yield table
                table = None
            lines.append(block)
            continue
        if lines:
            yield lines
            lines = []
        if table is None or not join_table(table, block):
            if table is not None:
                yield table
            table = block
    if lines:
        yield lines
    if table is not None:
        yield table


def _notes(reading: _Reading, aside: Sequence[str], attachments: int) -> Iterator[str]:
    if aside:
        yield f"rotated_text: {'; '.join(aside)[:60]}"
    if reading.recognized:
        confidence = sum(confidence * count for _, confidence, count in reading.recognized) / sum(count for _, _, count in reading.recognized)
        yield f"ocr: pages {_listed([page for page, _, _ in reading.recognized])}, mean confidence {confidence:.2f}"
    if reading.unread:
        yield f"unread_pages: {_listed(reading.unread)} are scans; pip install 'unionnlp[ocr]' to read them"
    if reading.broken:
        yield f"broken_pages: {_listed(reading.broken)}"
    if reading.layered:
        yield f"ocr_layer: pages {_listed(reading.layered)} are pictures; the text is what a scanner recognized in them"
    if attachments:
        yield f"attachments: {attachments} files attached are not read"


def _listed(pages: Sequence[int]) -> str:
    """Page numbers, runs of them as ranges.

    Example:
        >>> _listed([1, 2, 3, 7])
        '1-3, 7'
    """
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
