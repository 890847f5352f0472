"""Text, and the ruling lines of tables, from the picture of a page.

Seals are taken off, lines are found, the page is set upright, each line is cut out and read. Searching on a smaller copy and reading
in the full picture is as accurate as the engine's own way, in half the time and half the memory. What comes out stands in frames like those of
text that is set, so that columns, rows and paragraphs are told by the same layout as on pages of text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .ocr_engine import find_lines, load, read_line
from .ocr_marks import mended
from .ocr_rulings import rulings_of
from .ocr_seals import without_seals
from .pdf_layout import columns, lines_of, rows_of, width
from .pdf_page import Run
from .pdf_paragraphs import PlacedLine, paragraphs, settings
from .pdf_tables import Ruling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    Corners = NDArray[np.float32]
    Frame = tuple[float, float, float, float]  # left, top, right, bottom

__all__ = ["RecognizedLine", "RecognizedPage", "recognize"]

_LEAST_SURE = 0.5
"""Confidence under which what was read is no text: dust, the strokes of a drawing, a seal."""

_SURE = 0.8
"""Confidence of a page that lies the right way up: 0.95 and more for any page that can be read at all, under 0.7 for one upside down."""

_TRIED = 8
"""Lines that tell whether a page lies on its head: reading all of a page that cannot be read at all would double its cost."""

_STRAIGHT = 0.002
"""Radians of skew that are left: the end of a line misses its beginning by a tenth of a character."""

_SAME_HEIGHT, _SAME_PITCH = 0.2, 0.1
"""Shares of the usual height, and of the usual space for a character, by which lines in one size of type differ; headings in the next size differ
by 0.3 in both. Short lines get tall frames, and lines that are stretched to the margin wide ones: it takes both for another size."""

_OPENING, _CLOSING = "“‘《〈（【", "，。、；：！？”’》〉）】"
"""Marks whose ink fills but the right half of their square, and but the left."""

_LONGEST = 100
"""Width of a line in its heights at which it is cut off, so that a bar across a huge picture costs no memory; text has 60 at most."""


@dataclass(frozen=True, slots=True)
class RecognizedLine:
    """A line, or a part of one that stands apart (a cell), and its place in pixels from the top left corner of the page set upright.

    ``confidence`` is the mean over its characters, 0 to 1. The frame is that of the type, not of the ink: as high as the type is
    large, the same for all lines in about the usual size, with the whole square of a mark at either end.
    """

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float

    def run(self, place: int = -1) -> Run:
        """The line as the layout of pages takes it, where heights grow upwards; ``place`` is its ``first``."""
        return Run(self.text, self.left, self.right, -self.bottom, -self.top, -self.bottom, self.bottom - self.top, first=place)


@dataclass(frozen=True, slots=True)
class RecognizedPage:
    """What was read on a page, in reading order: from the top, columns one after the other.

    ``rulings`` are straight lines as those of tables, in pixels from the top left corner as well; ``width`` and ``height`` are those of
    the page set upright.
    """

    lines: tuple[RecognizedLine, ...]
    rulings: tuple[Ruling, ...] = ()
    width: int = 0
    height: int = 0

    @property
    def text(self) -> str:
        """The page's text, a paragraph a line, as the layout of pages of text tells it.

        The lines of a paragraph are joined, because only the page shows where one begins; cells are parted by tabs; page numbers stay.
        For the pages of one document give ``lines`` of all to that layout instead.

        Example:
            >>> lines = [RecognizedLine("走访慰问困难女工80", 0.99, 80, 0, 440, 40), RecognizedLine("余人次。", 0.99, 0, 60, 160, 100)]
            >>> RecognizedPage(tuple(lines)).text
            '走访慰问困难女工80余人次。'
        """
        placed = [
            PlacedLine(line, 0, place, place) for place, column in enumerate(columns([line.run() for line in self.lines])) for line in lines_of(column.runs)
        ]
        return "\n".join(paragraphs(placed, settings(placed)))

    @property
    def confidence(self) -> float:
        """Mean confidence over the characters; 0 for a page without any."""
        characters = sum(len(line.text) for line in self.lines)
        return sum(line.confidence * len(line.text) for line in self.lines) / characters if characters else 0.0


def recognize(image: Image) -> RecognizedPage:
    """What stands on the picture of a page.

    Args:
        image: shape (height, width, 3), red, green, blue. 150 to 300 pixels an inch are best; the caller bounds the size.
    Returns:
        Lines in reading order, the page turned upright when it lies askew, on a side or on its head. A red seal is left out, one in
        black (a fax) is not.
    Raises:
        MissingExtra: rapidocr or onnxruntime is not installed.
        ValueError: not such an image.

    Complexity: O(pixels); an A4 page takes 4 to 8 s of one core, the process 550 to 800 MB, whatever the size of the picture adds.
    """
    if image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(f"an image of shape (height, width, 3) is needed, not {image.shape}")
    load()  # before the pictures are prepared with a library that comes with the engine
    import numpy as np

    page = without_seals(image)
    corners = find_lines(page)
    first, other = (1, 3) if _sideways(corners) else (0, 2)
    turned = np.ascontiguousarray(np.rot90(page, first))
    found = _read(turned, find_lines(turned) if first else corners)
    if not len(corners) or found.confidence >= _SURE:
        return found
    turned = np.ascontiguousarray(np.rot90(page, other))
    corners = find_lines(turned)
    longest = np.argsort(np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1))[-_TRIED:]
    return _read(turned, corners) if _read(turned, corners[longest]).confidence > found.confidence else found


def _sideways(corners: Corners) -> bool:
    """Whether most of the text stands in upright stripes."""
    import numpy as np

    across = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
    down = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    return bool((down > 3 * across).sum() > (across > 3 * down).sum())


def _read(page: Image, corners: Corners) -> RecognizedPage:
    """What stands at these corners, and the ruling lines."""
    height, across = page.shape[:2]
    if not len(corners):
        return RecognizedPage((), (), across, height)
    page, corners = _straight(page, corners)
    sides = ((corners[:, [0, 3], 0]), (corners[:, [0, 1], 1]), (corners[:, [1, 2], 0]), (corners[:, [2, 3], 1]))
    frames: list[Frame] = list(zip(*(side.mean(axis=1).tolist() for side in sides), strict=True))
    rulings = rulings_of(page, _median([bottom - top for _, top, _, bottom in frames], [right - left for left, _, right, _ in frames]))
    lines = []
    for left, top, right, bottom in _between(frames, rulings):
        text, confidence = read_line(_cut(page, (left, top, right, bottom)))
        text = mended(text)
        if text and confidence >= _LEAST_SURE:
            lines.append(RecognizedLine(text, confidence, left, top, right, bottom))
    return RecognizedPage(_in_order(_squared(lines)), rulings, across, height)


def _straight(page: Image, corners: Corners) -> tuple[Image, Corners]:
    """The page and the corners turned so that lines run along the page: by the median of their angles, longer ones weightier."""
    import cv2
    import numpy as np

    along = corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]
    skew = _median(np.arctan2(along[:, 1], along[:, 0]), np.linalg.norm(along, axis=1))
    if abs(skew) < _STRAIGHT:
        return page, corners
    height, across = page.shape[:2]
    turn = cv2.getRotationMatrix2D((across / 2, height / 2), float(np.degrees(skew)), 1.0)
    turned = cv2.warpAffine(page, turn, (across, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return turned.astype(np.uint8, copy=False), (corners @ turn[:, :2].T + turn[:, 2]).astype(np.float32)


def _cut(page: Image, frame: Frame) -> Image:
    """The part of a page in a frame, no longer than a line can be."""
    left, top, right, bottom = (max(0, round(edge)) for edge in frame)
    left, top = min(left, page.shape[1] - 1), min(top, page.shape[0] - 1)
    return page[top : max(bottom, top + 1), left : max(min(right, left + _LONGEST * (bottom - top)), left + 1)]


def _between(frames: Iterable[Frame], rulings: Sequence[Ruling]) -> Iterator[Frame]:
    """The frames, parted where a line across the page runs through them: the words of neighbouring cells."""
    walls = sorted((rule for rule in rulings if rule.upright), key=lambda rule: rule.at)
    for left, top, right, bottom in frames:
        least = (bottom - top) / 2
        for wall in walls[bisect_left(walls, left + least, key=lambda rule: rule.at) : bisect_right(walls, right - least, key=lambda rule: rule.at)]:
            if wall.low <= (top + bottom) / 2 <= wall.high and wall.at - left >= least:
                yield left, top, wall.at, bottom
                left = wall.at
        yield left, top, right, bottom


# ------------------------------------------------------------------------------------------------- frames of type


def _squared(lines: list[RecognizedLine]) -> list[RecognizedLine]:
    """The lines in frames as type is set, a square for each Chinese character; the engine frames the ink, with room around it.

    The size of type is what a character takes on the lines of running text; what their frames are higher than that is the room.
    """
    if not lines:
        return lines
    weights = [len(line.text) for line in lines]
    usual = _median([line.bottom - line.top for line in lines], weights)
    size = min(_median([(line.right - line.left) / width(line.text, 1) for line in lines], weights), usual)
    room = (usual - size) / 2
    squared = []
    for line in lines:
        height, middle = line.bottom - line.top, (line.top + line.bottom) / 2
        taller, wider = height / usual - 1, (line.right - line.left) / width(line.text, size) - 1
        other = abs(taller) > _SAME_HEIGHT and taller * wider > 0 and abs(wider) > _SAME_PITCH
        own = max(height - 2 * room, size / 2) if other else size
        left = line.left + room - (own / 2 if line.text[0] in _OPENING else 0)
        right = line.right - room + (own / 2 if line.text[-1] in _CLOSING else 0)
        squared.append(replace(line, left=left, top=middle - own / 2, right=max(right, left + own / 4), bottom=middle + own / 2))
    return squared


def _median(values: Sequence[float] | NDArray[np.floating], weights: Sequence[float] | NDArray[np.floating]) -> float:
    """The median of values that count with their weights."""
    import numpy as np

    order = np.argsort(values)
    total = np.cumsum(np.asarray(weights)[order])
    return float(np.asarray(values)[order][np.searchsorted(total, total[-1] / 2)])


def _in_order(lines: Sequence[RecognizedLine]) -> tuple[RecognizedLine, ...]:
    """The lines as they are read."""
    runs = [line.run(place) for place, line in enumerate(lines)]
    return tuple(lines[run.first] for column in columns(runs) for row in rows_of(column.runs) for run in row)
