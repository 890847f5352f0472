"""Scanned pages: drawn as pictures for OCR, and what it read put back on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pdf_page import Page, Run
from .pdf_tables import Ruling

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from .ocr import RecognizedPage

__all__ = ["picture_of", "place"]

_DPI, _MOST_PIXELS = 200, 12_000_000
"""How fine a scan is drawn for OCR, and at most: an A3 page has 8 million."""


def place(recognized: RecognizedPage, page: Page, height: int, width: int) -> None:
    """Puts on a page what was read in its picture; OCR turns pages that lie on their sides."""
    turned = any(line.right > width or line.bottom > height for line in recognized.lines)
    scale = (page.right - page.left) / max(1, width)
    if turned:
        page.right, page.bottom = page.left + height * scale, page.top - width * scale
    page.rulings = [
        Ruling(True, page.left + rule.at * scale, page.top - rule.high * scale, page.top - rule.low * scale)
        if rule.upright
        else Ruling(False, page.top - rule.at * scale, page.left + rule.low * scale, page.left + rule.high * scale)
        for rule in recognized.rulings
    ]
    for line in recognized.lines:
        left, right, bottom, top = page.left + line.left * scale, page.left + line.right * scale, page.top - line.bottom * scale, page.top - line.top * scale
        page.runs.append(Run(line.text, left, right, bottom, top, bottom, top - bottom))


def picture_of(document: Any, index: int) -> NDArray[uint8]:
    """A page as it looks, (height, width, 3) RGB."""
    import numpy

    page = document[index]
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    image: NDArray[uint8] = numpy.array(bitmap.to_numpy()[:, :, :3])
    return image
