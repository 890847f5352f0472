"""The ruling lines of tables on the picture of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .pdf_tables import Ruling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["rulings_of"]

_ALONG, _ACROSS = 3.0, 1.0
"""Heights of a line's frame, which is 1.1 to 1.5 times its type, that a line along the page is long at least, and one across it: 3 is longer
than 一 in any title; rows of tables are 1.5 sizes high and more. Strokes of titles are as long as that: what runs across the page must do so
from one line along it to another."""

_THICK = 0.4
"""Heights from which a dark bar is no line."""

_DARKER = 40
"""By how much a line is darker than its surroundings; thin grey lines on a grey scan have 60."""

_BREAK = 0.05
"""Heights of the breaks that dust, noise or a threshold may leave in a line; strokes of neighbouring characters are 0.1 apart."""

_MOST = 1_000
"""Lines of a page in one direction that are told; a drawing has more, and no table."""


def rulings_of(page: NDArray[np.uint8], size: float) -> tuple[Ruling, ...]:
    """The straight lines along and across a page that is upright.

    Args:
        page: shape (height, width, 3).
        size: the height of the frames around its lines, in pixels.
    Returns:
        Lines in pixels from the top left corner, ``at`` their middle.

    Complexity: O(pixels), and lines along the page times lines across it, both bounded.
    """
    import cv2
    import numpy as np

    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    window = max(3, 2 * round(size) + 1)
    dark = (cv2.blur(grey, (window, window)).astype(np.int16) - grey > _DARKER).astype(np.uint8)
    found: list[Ruling] = []
    for upright, least in ((False, _ALONG * size), (True, _ACROSS * size)):
        # thickened across its way first, since a line that is a trace askew steps from row to row
        whole = cv2.dilate(dark, np.ones((1, 3) if upright else (3, 1), np.uint8))
        stretch = (round(least), 1) if upright else (1, round(least))
        gap = 1 + max(1, round(_BREAK * size))
        mended = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((gap, 1) if upright else (1, gap), np.uint8))
        lines = cv2.morphologyEx(mended, cv2.MORPH_OPEN, np.ones(stretch, np.uint8))
        _, _, frames, _ = cv2.connectedComponentsWithStats(lines)
        for left, top, across, down, _ in frames[1 : _MOST + 1].tolist():
            if upright and across <= _THICK * size:
                found.append(Ruling(True, left + across / 2, top, top + down))
            elif not upright and down <= _THICK * size:
                found.append(Ruling(False, top + down / 2, left, left + across))
    along = [ruling for ruling in found if not ruling.upright]
    return (*along, *(ruling for ruling in found if ruling.upright and _ends(ruling, along, size / 3)))


def _ends(ruling: Ruling, along: Sequence[Ruling], near: float) -> bool:
    """Whether a line across the page begins and ends at lines along it."""
    met = [other.at for other in along if other.low - near <= ruling.at <= other.high + near]
    return all(any(abs(at - end) <= near for at in met) for end in (ruling.low, ruling.high))
