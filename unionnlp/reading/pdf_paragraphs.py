"""Lines to paragraphs: a PDF does not say where one ends, its looks do.

A line goes on in the next one when the beginning of that would not have fitted on it. What is set apart otherwise (an indent,
a gap, another size, a numbered heading) opens a paragraph too. How a document sets its paragraphs is measured first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from ..lexicon import load_table
from .pdf_layout import Line, first_unit, width

__all__ = ["PlacedLine", "Setting", "paragraphs", "settings", "wrapped"]

_COMMON = 0.08
"""Share of the lines of a column that begin (end) at its edge, at least: what only a few reach is no edge of it."""

_BEYOND = 0.05
"""Share of the lines that may reach beyond the edge: where more do, the text is too short to have an edge that lines share."""

_NEAR_EDGE = 0.5
"""Widths of a character by which lines miss the edge that they are set to."""

_NARROW = 8.0
"""Widths of a character: no column is narrower, lines as short as that are paragraphs of their own."""

_JUSTIFIED = 0.8
"""Share of the full lines that end at the very edge, from which a text counts as justified."""

_INDENT = 0.8
"""Widths of a character from which a line counts as indented; first lines are set in by two."""

_DEEP = 6.0
"""Widths of a character to the right of the edge at which no first line begins: a signature, a title."""

_OTHER_SIZE = 0.12
_GAP = 1.3
"""Distances between lines, as a multiple of the usual one, from which a gap parts paragraphs."""

_HANGING = "，。、；：,.;:"
"""Punctuation that programs let stand out beyond the right edge."""

_SENTENCE_END = "。；;：:！!？?"


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line, the page it stands on, its column on that page, and what all columns have in common that are set as this one."""

    line: Line
    page: int
    column: int
    key: Hashable


@dataclass(frozen=True, slots=True)
class Setting:
    """How columns are set: their edges, the usual distance between lines (0 when unknown), whether lines are stretched to the right edge,
    whether first lines are indented."""

    left: float
    right: float
    pitch: float
    justified: bool
    indented: bool


@cache
def _number() -> Callable[[str], object]:
    rows = load_table("numbering", ("style", "family", "rank", "line", "inline", "opens", "pattern", "example", "counterexample", "source"))
    patterns = (re.sub(r"\(\?P<\w+>", "(?:", row["pattern"]) for row in rows if row["rank"])
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)).match


def settings(placed: Sequence[PlacedLine]) -> dict[Hashable, Setting]:
    """How the columns of each kind are set.

    Complexity: O(n log n) in lines.
    """
    groups: dict[Hashable, list[PlacedLine]] = {}
    for entry in placed:
        groups.setdefault(entry.key, []).append(entry)
    return {key: _setting(group) for key, group in groups.items()}


def _setting(group: Sequence[PlacedLine]) -> Setting:
    size = median(entry.line.size for entry in group)
    left = -_edge([-entry.line.left for entry in group], size)
    right = _edge([entry.line.right - (size if entry.line.text[-1] in _HANGING else 0) for entry in group], size)
    if right - left < _NARROW * size:
        right = float("inf")
    full = [entry.line.right for entry in group if entry.line.right >= right - size]
    justified = len(full) > 2 and sum(abs(end - right) <= 0.2 * size for end in full) >= _JUSTIFIED * len(full)
    pitches, after_end = [], []
    for a, b in pairwise(group):
        if (a.page, a.column) != (b.page, b.column):
            continue
        if a.line.right < right - 2 * size:
            after_end.append(b.line.left >= left + _INDENT * size)
        elif b.line.left <= left + _NEAR_EDGE * size and a.line.base > b.line.base:
            pitches.append(a.line.base - b.line.base)
    return Setting(left, right, median(pitches) if pitches else 0.0, justified, sum(after_end) > len(after_end) / 2)


def _edge(ends: Sequence[float], size: float) -> float:
    """The farthest place that more than a few lines reach."""
    counts: Counter[int] = Counter()
    step = max(_NEAR_EDGE * size, 1.0)
    for end in ends:
        counts.update((int(end // step), int(end // step) + 1))  # each end in two bins, so that no border parts near ones
    enough = max(2, _COMMON * len(ends))
    best = max((place for place, count in counts.items() if count >= enough), default=None)
    if best is None or sum(end // step > best for end in ends) > max(1, _BEYOND * len(ends)):
        return max(ends)
    return max(end for end in ends if int(end // step) in (best, best - 1))


def paragraphs(placed: Sequence[PlacedLine], known: dict[Hashable, Setting]) -> Iterator[str]:
    """The paragraphs of lines that follow one another.

    Args:
        placed: the lines in reading order, over pages.
        known: what ``settings`` gives for them or for more of the same document.

    Complexity: O(n) in characters.
    """
    if not placed:
        return
    first = placed[0].line
    parts = [first.text]
    for before, entry in pairwise(placed):
        line = entry.line
        if _opens(before, entry, first, known[entry.key]):
            yield _text(parts)
            parts, first = [line.text], line
        else:
            parts += [_seam(parts[-1], line.text), line.text.lstrip()]
    yield _text(parts)


def _text(parts: Sequence[str]) -> str:
    """The parts together; a soft hyphen only says where a word may be parted."""
    return "".join(parts).replace("\xad", "")


def _seam(before: str, after: str) -> str:
    """What stands between two lines that are one: a blank between Latin words."""
    return " " if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() else ""


def _opens(before: PlacedLine, entry: PlacedLine, first: Line, setting: Setting) -> bool:
    """Whether a line opens a paragraph; ``first`` is the first line of the one before it."""
    a, b, size = before.line, entry.line, entry.line.size
    if abs(a.size - b.size) > _OTHER_SIZE * max(a.size, b.size) or "\t" in a.text or "\t" in b.text:
        return True
    together = (before.page, before.column) == (entry.page, entry.column)
    if together and setting.pitch and a.base - b.base > _GAP * setting.pitch:
        return True
    left, right = (setting.left, setting.right) if before.key == entry.key else (a.left, a.right)
    in_a, in_b = a.left - left, b.left - left
    room = right - a.right
    if abs(in_a - room) <= size and in_a > size:  # centred: it could have grown to both sides
        if abs(in_b - (setting.right - b.right)) > 2 * size:
            return True
        room += in_a
    elif in_a > _DEEP * size or _indented(b, first, in_a, in_b, setting):
        return True
    if room > (_NEAR_EDGE * size if setting.justified else 0) and room > _need(b, setting):
        return True
    return not setting.indented and a.text[-1] in _SENTENCE_END and _number()(b.text.lstrip()) is not None


def _need(line: Line, setting: Setting) -> float:
    """The room that the beginning of a line takes; in justified text the least that shows."""
    if setting.justified:
        return _NEAR_EDGE * line.size
    return width(first_unit(line.text), line.size) + 0.3 * line.size


def _indented(b: Line, first: Line, in_a: float, in_b: float, setting: Setting) -> bool:
    """Whether a line is set in like a first line, and not like the further lines of a numbered item."""
    if in_b < _INDENT * b.size:
        return False
    hanging = b.left - first.left >= _INDENT * b.size and _number()(first.text.lstrip()) is not None
    if abs(in_a - in_b) < _NEAR_EDGE * b.size:
        return not hanging and (setting.indented or _number()(b.text.lstrip()) is not None)
    return not hanging


def wrapped(lines: Sequence[Line], left: float, right: float) -> str:
    """The text of a cell between two rules, a line a paragraph.

    Example:
        >>> words = [Line("困难职工", 5, 45, 40, 10), Line("（人）", 5, 35, 28, 10), Line("另计", 5, 25, 16, 10)]
        >>> wrapped(words, 0, 50)
        '困难职工（人）\\n另计'
    """
    parts = [line.text for line in lines[:1]]
    margin = max(0.0, min((min(line.left - left, right - line.right) for line in lines), default=0.0))
    for before, line in pairwise(lines):
        room = right - left - 2 * margin - (before.right - before.left)
        ends = room >= width(first_unit(line.text), line.size)
        parts += ["\n" if ends else _seam(before.text, line.text), line.text]
    return _text(parts)
