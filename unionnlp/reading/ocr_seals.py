"""Takes red seals off the picture of a page and leaves what is printed under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]

__all__ = ["without_seals"]

_WIDTH = 600
"""Pixels across the copy on which seals are searched: one is 100 wide there, its ring 3 to 5 thick."""

_REDNESS = 40
"""By how much red outdoes green and blue: a fresh seal has 180, a pale one 80; the fringes of black type under chroma subsampling stay under 30."""

_SMALLEST, _LARGEST = 15 / 210, 70 / 210
"""Sides of a seal as shares of the page's width: 15 mm (a chop) to 70 mm of A4. The seals of unions have 38 to 45 mm."""

_GAP = 9
"""Pixels that a line of type cuts out of the ring at most: 3 mm."""

_SLIMMEST = 0.6
"""Height over width and width over height of a seal at least: round ones 1, oval ones 0.67."""

_OUTSIDE = 0.04
"""Share of its red that may lie outside the ellipse in its frame. A ring has next to none there, a block of red type 0.2, which is left alone."""


def without_seals(page: Image) -> Image:
    """The page without its round and oval red seals.

    Within a seal only the red channel is looked at: there red ink is as bright as paper and black type as dark as ever, also
    where the one lies on the other. Letterheads, underlines and words in red are no rings and stay.

    Args:
        page: shape (height, width, 3), red, green, blue.
    Returns:
        The page itself when it has no seal, else a copy.
    """
    import cv2
    import numpy as np

    height, width = page.shape[:2]
    scale = min(1.0, _WIDTH / width)
    small = cv2.resize(page, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA).astype(np.int16)
    red = (small[:, :, 0] - small[:, :, 1:].max(axis=2) > _REDNESS).astype(np.uint8)
    if not red.any():
        return page
    closed = cv2.morphologyEx(red, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP, _GAP)))
    _, labels, frames, _ = cv2.connectedComponentsWithStats(closed)
    cleaned = page
    for label, (left, top, across, down, _) in enumerate(frames[1:].tolist(), 1):
        if not all(_SMALLEST <= side / small.shape[1] <= _LARGEST for side in (across, down)) or min(across, down) < _SLIMMEST * max(across, down):
            continue
        own = labels[top : top + down, left : left + across] == label
        if own[~_ellipse(down, across)].sum() > _OUTSIDE * own.sum():
            continue
        if cleaned is page:
            cleaned = page.copy()
        box = tuple(round(edge / scale) for edge in (top, top + down, left, left + across))
        _bleach(cleaned[max(0, box[0] - 2) : box[1] + 2, max(0, box[2] - 2) : box[3] + 2])
    return cleaned


def _ellipse(height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels of a frame lie in its ellipse, with a little room for ragged edges."""
    import numpy as np

    y, x = np.ogrid[:height, :width]
    inside: NDArray[np.bool_] = ((2 * y + 1) / height - 1) ** 2 + ((2 * x + 1) / width - 1) ** 2 <= 1.1
    return inside


def _bleach(part: Image) -> None:
    """Paints a part of a page in its red channel, in place, so bright that red ink is as bright as the paper."""
    import numpy as np

    ellipse = _ellipse(*part.shape[:2])
    pixels = part[ellipse].astype(np.int16)
    inked = pixels[:, 0] - pixels[:, 1:].max(axis=1) > _REDNESS
    if not inked.any():
        return
    paper = float(np.median(pixels[~inked, 0])) if not inked.all() else 255.0
    level = max(64.0, float(np.percentile(pixels[inked, 0], 10)))
    part[ellipse] = np.minimum(paper, pixels[:, :1] * max(1.0, paper / level)).astype(np.uint8)
