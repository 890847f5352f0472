"""The outline of a report: its headings and items as a tree, levels by nesting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import regex

from ..lexicon import load_table
from .numbering import Numbering, line_numbers

__all__ = ["Node", "is_unnumbered_heading", "outline"]

HEADING_LINE = 60
"""A numbered line of at most so many characters without a full stop inside is all heading; the longest of the samples
has 44."""

UNNUMBERED_LINE = 20
"""The longest unnumbered heading looked for (下一阶段女职工工作的打算和安排)."""

_STOP = regex.compile(r"[。；;：:！!？?]")
_CLAUSE_STOP = regex.compile(r"[。；;：:，,！!？?]")
_GLUE = regex.compile(r"(?<=[\u4e00-\u9fff”》])[ \u3000]+(?=[\u4e00-\u9fff“《])")
_LINE = regex.compile(r"[^\r\n]+")


@dataclass(slots=True)
class Node:
    """A section being built, in offsets of the repaired text; ``head`` is where the words of its heading lie."""

    start: int
    level: int
    number: str
    head: tuple[int, int]
    family: str
    rank: int | None
    value: int
    at_line: bool
    end: int = 0
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@cache
def _unnumbered() -> regex.Pattern[str]:
    rows = load_table("unnumbered_headings", ("id", "pattern", "example", "counterexample", "source"))
    return regex.compile("|".join(f"(?:{row['pattern']})" for row in rows))


def outline(text: str, start: int, end: int) -> list[Node]:
    """The sections of one report.

    Args:
        text: a repaired text.
        start, end: the report's body in it.
    Returns:
        The sections of level 1, others inside them, in offsets of ``text``.

    A numeral goes back to the level of the last open section that counts in its family; a new family nests below what is
    open, but a line's own numeral never below an item in mid-line, nor below a family of a lower usual rank.

    Complexity: O(n) in characters; each numeral pops what it closes once.
    """
    roots: list[Node] = []
    stack: list[Node] = []
    for line in _LINE.finditer(text, start, end):
        line_start, line_end = line.span()
        numbers = _accepted(list(line_numbers(text, line_start, line_end)), stack)
        if not numbers or not numbers[0].at_line:
            bare = _unnumbered_heading(text, line_start, line_end)
            if bare is not None:
                _place(bare, stack, roots)
        run_in = bool(numbers) and numbers[0].rank is None and any(after.family == numbers[0].family for after in numbers[1:])
        for i, number in enumerate(numbers):
            stop = numbers[i + 1].start if i + 1 < len(numbers) else line_end
            _place(_node(text, number, stop, run_in=i == 0 and run_in), stack, roots)
    _close(roots, end)
    return roots


def _accepted(numbers: list[Numbering], stack: list[Node]) -> list[Numbering]:
    """The numerals of a line that count: in mid-line only those that open a count or carry it on."""
    last: dict[str, int] = {node.family: node.value for node in stack}
    second_at = {number.family: i for i, number in enumerate(numbers) if number.value == 2}  # the last one of a family
    kept = []
    for i, number in enumerate(numbers):
        opens = number.value == 1 and (number.rank is None or number.family == "circled" or second_at.get(number.family, -1) > i)
        if number.at_line or opens or number.value == last.get(number.family, -1) + 1:
            kept.append(number)
            last[number.family] = number.value
    return kept


def _node(text: str, number: Numbering, stop: int, *, run_in: bool) -> Node:
    """The section that a numeral opens; its heading is the line, or the words up to the first stop.

    An item that opens a line in which its siblings follow (``run_in``: 一是…二是… in one paragraph) is headed as they are.
    """
    start = number.end
    while start < stop and text[start] in " \t\u3000":
        start += 1
    words = text[start:stop].rstrip()
    if not words and number.at_line:  # the number stands alone on its line: the next line is the heading
        below = _LINE.search(text, stop)
        if below is not None and len(below[0].strip()) <= HEADING_LINE and not text[stop : below.start()].strip():
            start = below.start() + len(below[0]) - len(below[0].lstrip())
            words = text[start : below.end()].rstrip()
    first = _STOP.search(words)
    glued = _GLUE.search(words)
    stands_alone = number.at_line and not run_in and len(words) <= HEADING_LINE and (first is None or first.end() == len(words))
    if number.at_line and glued is not None and glued.start() <= HEADING_LINE and (not stands_alone or (first is not None and first.start() > glued.start())):
        head = glued.start()  # a heading, a blank, and its body, which ends in a stop or goes on
    elif stands_alone:
        head = len(words) if first is None else first.start()
    else:
        pattern = _STOP if number.at_line and not run_in and first is not None and first.start() <= HEADING_LINE else _CLAUSE_STOP
        found = pattern.search(words)
        head = len(words) if found is None else found.start()
    return Node(number.start, 0, number.text, (start, start + min(head, 2 * HEADING_LINE)), number.family, number.rank, number.value, number.at_line)


def is_unnumbered_heading(words: str) -> bool:
    """Whether a line is a heading by its words alone.

    Example:
        >>> is_unnumbered_heading("下步工作计划"), is_unnumbered_heading("今后我们要继续努力")
        (True, False)
    """
    return 0 < len(words) <= UNNUMBERED_LINE and _unnumbered().fullmatch(words.rstrip("：:")) is not None


def _unnumbered_heading(text: str, start: int, end: int) -> Node | None:
    """A short line that is a heading by its words alone (下步工作计划)."""
    line = text[start:end]
    words = line.strip()
    if not is_unnumbered_heading(words):
        return None
    at = start + line.index(words)
    return Node(at, 0, "", (at, at + len(words.rstrip("：:"))), "", 0, 0, True)


def _place(node: Node, stack: list[Node], roots: list[Node]) -> None:
    """Put a section where it belongs and close what it ends."""
    same = [i for i, open_node in enumerate(stack) if open_node.family == node.family]
    family = next((i for i in reversed(same) if stack[i].at_line == node.at_line), same[-1] if same else None)
    if not node.family:
        del stack[:]
    elif family is not None and not (node.value == 1 and node.rank is None and stack[family].at_line != node.at_line):
        del stack[family:]
    else:
        if node.at_line:
            while stack and not stack[-1].at_line:
                stack.pop()
        if node.rank is not None:
            while stack and stack[-1].rank is not None and stack[-1].rank >= node.rank and stack[-1].family:
                stack.pop()
    siblings = stack[-1].children if stack else roots
    node.level = len(stack) + 1
    siblings.append(node)
    stack.append(node)


def _close(siblings: list[Node], end: int) -> None:
    """Set the ends: a section reaches to its next sibling, the last one to the end of what holds them."""
    for node, stop in zip(siblings, [*(after.start for after in siblings[1:]), end], strict=False):
        node.end = stop
        _close(node.children, stop)
