"""What is drawn on a page of a PDF beside its text: straight lines, and how much of the page pictures cover."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .pdf_tables import Ruling

__all__ = ["Drawings", "read_drawings", "ruling_between"]

_MOST_OBJECTS = 20_000
"""Objects of a page that are looked at; a page of text has 50 to 500, a drawing tens of thousands and no table."""

_MOST_SIDES = 6_000
"""Lines of a page; a table of 60 rows and 20 columns has 4,800 when each cell has its own four. A page with more is a drawing."""

_DEEPEST = 3
"""Forms (groups of objects) within forms that are looked into."""

_THIN = 3.0
"""Points: a filled shape not thicker is a line, which is how Word draws borders."""

_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5  # kinds of page objects

Box = tuple[float, float, float, float]  # left, bottom, right, top
Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Drawings:
    """The straight sides of shapes, thin as a line, as boxes on the page; the area of its pictures, in square points, and their dots."""

    sides: list[Box] = field(default_factory=list)
    area: float = 0.0
    dots: int = 0


def ruling_between(left: float, bottom: float, right: float, top: float) -> Ruling:
    """A thin box as a line along the page or across it.

    Example:
        >>> ruling_between(50, 700, 300, 701)
        Ruling(upright=False, at=700.5, low=50, high=300)
    """
    return Ruling(False, (bottom + top) / 2, left, right) if right - left > top - bottom else Ruling(True, (left + right) / 2, bottom, top)


def read_drawings(pdfium: Any, page: Any, count: int) -> Drawings:
    """What is drawn on an open page of ``count`` objects; nothing when they are too many.

    Complexity: O(n) in objects and their corners.
    """
    drawings = Drawings()
    if count <= _MOST_OBJECTS:
        _walk(pdfium, drawings, page, count, pdfium.FPDFPage_GetObject, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)
    if len(drawings.sides) > _MOST_SIDES:
        drawings.sides.clear()
    return drawings


def _walk(pdfium: Any, drawings: Drawings, group: Any, count: int, get: Callable[[Any, int], Any], outer: Matrix, depth: int) -> None:
    kind_of = pdfium.FPDFPageObj_GetType
    for i in range(min(count, _MOST_OBJECTS)):
        drawn = get(group, i)
        kind = kind_of(drawn)
        if kind == _TEXT:
            continue
        if kind == _PATH:
            if len(drawings.sides) <= _MOST_SIDES:
                drawings.sides += _sides(pdfium, drawn, outer)
        elif kind == _IMAGE:
            drawings.area += _area(pdfium, drawn)
            drawings.dots += _dots(pdfium, drawn)
        elif kind == _FORM and depth < _DEEPEST:
            inner = _product(_matrix(pdfium, drawn), outer)
            _walk(pdfium, drawings, drawn, pdfium.FPDFFormObj_CountObjects(drawn), pdfium.FPDFFormObj_GetObject, inner, depth + 1)


def _matrix(pdfium: Any, drawn: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawn, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _product(a: Matrix, b: Matrix) -> Matrix:
    """The matrix that does ``a``, then ``b``."""
    return (
        *(a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]),
        *(a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5]),
    )


def _area(pdfium: Any, drawn: Any) -> float:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges))
    left, bottom, right, top = (edge.value for edge in edges)
    return max(0.0, right - left) * max(0.0, top - bottom)


def _dots(pdfium: Any, drawn: Any) -> int:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(drawn, ctypes.byref(width), ctypes.byref(height))
    return width.value * height.value


def _sides(pdfium: Any, drawn: Any, outer: Matrix) -> Iterator[Box]:
    """The sides of a path that are drawn as lines, along the page or across it."""
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(drawn, ctypes.byref(filled), ctypes.byref(stroked))
    if not (filled.value or stroked.value):
        return
    for corners in _outlines(pdfium, drawn, _product(_matrix(pdfium, drawn), outer)):
        whole = _box(corners)
        if _is_thin(whole):
            yield whole
        elif stroked.value:
            yield from filter(_is_thin, map(_box, pairwise(corners)))


def _box(corners: Any) -> Box:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _is_thin(box: Box) -> bool:
    """Whether a box is a line: thin one way and not the other."""
    return (box[2] - box[0] <= _THIN) != (box[3] - box[1] <= _THIN)


def _outlines(pdfium: Any, drawn: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The corners of each stretch of a path that is made of straight lines."""
    a, b, c, d, e, f = matrix
    points: list[tuple[float, float]] = []
    straight = True
    for i in range(min(pdfium.FPDFPath_CountSegments(drawn), _MOST_OBJECTS)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if straight and len(points) > 1:
                yield points
            points, straight = [], True
        straight = straight and kind != pdfium.FPDF_SEGMENT_BEZIERTO
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if straight and len(points) > 1:
        yield points
