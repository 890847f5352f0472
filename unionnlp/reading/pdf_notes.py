"""Footnotes: taken from the foot of a page and put behind the paragraph that has their mark, as in other formats.

Word processors draw a short line above the notes of a page, and the marks in a small font.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .pdf_layout import Line, lines_of
from .pdf_page import Page, Run
from .pdf_paragraphs import wrapped

__all__ = ["find_marks", "take_notes", "with_marks"]

_SHORT, _LONG = 30.0, 0.45
"""Length of the line above notes: points at least, share of the page's width at most."""

_NEAR = 3.0
_NUMBER = re.compile(r"[\[［(（]?(\d{1,3}|[①-⑳])[\]］)）]?[ 　.、]*")
_MARK = re.compile("\x01(\\d+):([^\x02]*)\x02")

Parts = Callable[[Run], list[tuple[Run, bool]]]


def _border(page: Page) -> float | None:
    """The height of the line above the notes of a page: a short one that no other line touches, with text below."""
    longest = _LONG * (page.right - page.left)
    upright = [rule for rule in page.rulings if rule.upright]
    for rule in sorted((rule for rule in page.rulings if not rule.upright and _SHORT <= rule.high - rule.low <= longest), key=lambda rule: rule.at):
        touched = any(rule.low - _NEAR <= other.at <= rule.high + _NEAR and other.low - _NEAR <= rule.at <= other.high + _NEAR for other in upright)
        below = lines_of(run for run in page.runs if run.base < rule.at)
        if not touched and below and _NUMBER.match(below[0].text) and abs(below[0].left - rule.low) <= 4 * below[0].size:
            return rule.at
    return None


def find_marks(page: Page, index: int, parts: Parts) -> None:
    """Marks the numbers of notes in the text of a page that has notes; on other pages, that is on most, it looks at its lines only.

    Args:
        page: a page as read, its runs are changed.
        index: its place in the document.
        parts: takes a run apart, into characters in a small font and what is between them.
    """
    page.notes_below = _border(page) if page.rulings else None
    if page.notes_below is None:
        return
    runs: list[Run] = []
    for run in page.runs:
        if run.base < page.notes_below or not any(char.isdigit() for char in run.text):
            runs.append(run)
            continue
        for part, small in parts(run):
            if small and _NUMBER.fullmatch(part.text):
                page.marks.append(part.text)
                part = part._replace(text=f"\x01{index}:{part.text}\x02")
            runs.append(part)
    page.runs = runs


def take_notes(page: Page) -> dict[str, str]:
    """Takes the notes off a page: their text by their number. All stay when one of them has no mark in the text.

    Complexity: O(n log n) in runs below the line.
    """
    if page.notes_below is None or not page.marks:
        return {}
    below = [run for run in page.runs if run.base < page.notes_below]
    notes: list[tuple[str, list[Line]]] = []
    for line in lines_of(below):
        number = _NUMBER.match(line.text)
        if number and number[1] in page.marks and number[1] not in (name for name, _ in notes):
            notes.append((number[1], [Line(line.text[number.end() :], line.left, line.right, line.base, line.size)]))
        elif notes:
            notes[-1][1].append(line)
        else:
            return {}
    page.runs = [run for run in page.runs if run.base >= page.notes_below]
    return {name: "".join(wrapped(lines, page.left, page.right).split("\n")) for name, lines in notes}


def with_marks(text: str, notes: dict[tuple[int, str], str]) -> list[str]:
    """A paragraph without its marks, and the notes that they stand for; a small number that has no note stays.

    Example:
        >>> with_marks("组建率达97.5%\x010:1\x02。面积30m\x010:2\x02。", {(0, "1"): "按应建数计算。"})
        ['组建率达97.5%。面积30m2。', '按应建数计算。']
    """
    if "\x01" not in text:
        return [text]
    found = [(int(mark[1]), mark[2]) for mark in _MARK.finditer(text)]
    words = _MARK.sub(lambda mark: "" if (int(mark[1]), mark[2]) in notes else mark[2], text)
    return [words, *(notes[mark] for mark in dict.fromkeys(found) if mark in notes)]
