"""The numbers of lists in a Word file, which stand nowhere in its text: 一、 （二） 3. are the headings of a report.

A paragraph names a list (numId) and a level, itself or through its style; the level says how its number is written
(numFmt, lvlText). Counters belong to the abstract list, so that two lists made of one go on counting.
Source: ECMA-376 part 1, 17.9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ..lexicon import Row, load_table

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Numbering", "attribute", "format_number", "local", "switched_on"]

_MOST_LABEL = 40
"""Characters of a level's text: a longer one on every paragraph would multiply the document."""

_MOST_ANCESTORS = 20
"""Styles that a style may be based on, one after the other; Word stops at 11."""

_LEVELS = 9


def local(element: etree._Element) -> str:
    """The name of an element without its namespace: transitional and strict files differ only there."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :]


def attribute(element: etree._Element, name: str = "val") -> str:
    """An attribute in the namespace of its element, empty when absent."""
    tag = element.tag
    return element.get(tag[: tag.rfind("}") + 1] + name, "")


def switched_on(element: etree._Element) -> bool:
    """Whether a toggle such as w:vanish is on: present and not set to a word for no."""
    return attribute(element) not in ("0", "false", "off")


def _integer(text: str, default: int) -> int:
    """A small whole number; anything else is ``default``."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


def format_number(number: int, style: str) -> str:
    """``number`` as Word writes it in a list.

    Args:
        number: 0 or more.
        style: a value of w:numFmt such as "chineseCounting"; unknown ones and numbers out of reach are written in
            decimal, "none" and "bullet" give nothing.

    Example:
        >>> [format_number(n, "chineseCountingThousand") for n in (3, 10, 12, 20, 105)]
        ['三', '十', '十二', '二十', '一百〇五']
        >>> format_number(4, "lowerRoman"), format_number(27, "upperLetter"), format_number(3, "none")
        ('iv', 'AA', '')
    """
    if style in ("none", "bullet"):
        return ""
    row = _formats().get(style)
    if row is None:
        return str(number)
    digits = row["digits"]
    match row["system"]:
        case "positional":
            return "".join(digits[int(d)] for d in str(number))
        case "padded":
            return f"{number:02d}"
        case "ring" if 1 <= number <= len(digits):
            return digits[number - 1]
        case "cycle" if 1 <= number <= 10 * len(digits):
            return digits[(number - 1) % len(digits)] * ((number - 1) // len(digits) + 1)
        case "roman" if 1 <= number <= 3999:
            return _roman(number, digits)
        case "counting" | "legal" if 0 <= number <= 9999:
            return _chinese(number, digits, row["units"], bare_ten=row["system"] == "counting")
    return str(number)


@cache
def _formats() -> dict[str, Row]:
    return {row["format"]: row for row in load_table("list_numerals", ("format", "system", "digits", "units", "example", "source"))}


def _roman(number: int, symbols: str) -> str:
    parts: list[str] = []
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        one, five, ten = (symbols[k : k + 1] for k in range(2 * place, 2 * place + 3))
        parts.append(("", one, one * 2, one * 3, one + five, five, five + one, five + one * 2, five + one * 3, one + ten)[int(digit)])
    return "".join(parts)


def _chinese(number: int, digits: str, units: str, *, bare_ten: bool) -> str:
    if number == 0:
        return digits[0]
    written = ""
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit:
            written += digits[digit] + (units[place - 1] if place else "")
        elif written and not written.endswith(digits[0]):
            written += digits[0]
    written = written.rstrip(digits[0])
    return written[1:] if bare_ten and 10 <= number <= 19 else written


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    restarts: bool = True
    legal: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """A list (w:num): the counters it shares, its levels, and the levels that it counts anew."""

    abstract: str
    levels: tuple[_Level, ...]
    restarted: tuple[int, ...] = ()


class Numbering:
    """Counts the paragraphs of one document and gives each its number.

    Args:
        numbering, styles: the roots of numbering.xml and styles.xml, or None.
    """

    __slots__ = ("_counters", "_lists", "_seen", "_styles")

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles: dict[str, tuple[str, str, str]] = {}  # style -> numId, ilvl, basedOn
        for style in styles if styles is not None else ():
            if local(style) == "style":
                self._styles[attribute(style, "styleId")] = _style_numbering(style)
        self._lists = self._read_lists(numbering) if numbering is not None else {}
        self._counters: dict[str, list[int | None]] = {}
        self._seen: set[str] = set()

    def _read_lists(self, numbering: etree._Element) -> dict[str, _List]:
        abstracts: dict[str, tuple[_Level, ...]] = {}
        links: dict[str, str] = {}  # abstract list -> the style whose list it stands for
        numbers: list[tuple[str, str, etree._Element]] = []
        for element in numbering:
            if local(element) == "abstractNum":
                key = attribute(element, "abstractNumId")
                abstracts[key] = _levels(element, (_Level(),) * _LEVELS)
                link = next((attribute(child) for child in element if local(child) == "numStyleLink"), "")
                if link:
                    links[key] = link
            elif local(element) == "num":
                target = next((attribute(child) for child in element if local(child) == "abstractNumId"), "")
                numbers.append((attribute(element, "numId"), target, element))
        targets = {key: target for key, target, _ in numbers}
        lists: dict[str, _List] = {}
        for key, target, element in numbers:
            if target in links:
                target = targets.get(self._styles.get(links[target], ("", "", ""))[0], target)
            levels, restarted = _overrides(element, abstracts.get(target, ()))
            if levels:
                lists[key] = _List(target, levels, restarted)
        return lists

    def number(self, list_id: str, level: str, style: str) -> str:
        """The number of the next paragraph, with the blank after it where it needs one; "" when it has none.

        Args:
            list_id, level: w:numId and w:ilvl of the paragraph, empty when it has none of its own.
            style: the paragraph's style.
        """
        from_style = not list_id
        for _ in range(_MOST_ANCESTORS):
            if list_id or style not in self._styles:
                break
            list_id, inherited, based_on = self._styles[style]
            level = level or inherited
            if not list_id:
                style = based_on
        found = self._lists.get(list_id)
        if found is None:
            return ""
        if from_style and not level:
            level = next((str(i) for i, candidate in enumerate(found.levels) if style and candidate.style == style), "")
        at = min(_integer(level, 0), _LEVELS - 1)
        self._count(list_id, found, at)
        return self._label(found, at)

    def _count(self, list_id: str, found: _List, at: int) -> None:
        counters = self._counters.setdefault(found.abstract, [None] * _LEVELS)
        if list_id not in self._seen:
            self._seen.add(list_id)
            for level in found.restarted:
                counters[level] = None
        before = counters[at]
        counters[at] = found.levels[at].start if before is None else before + 1
        for deeper in range(at + 1, _LEVELS):
            if found.levels[deeper].restarts:
                counters[deeper] = None

    def _label(self, found: _List, at: int) -> str:
        level = found.levels[at]
        if level.format == "bullet":
            return ""
        label = level.text
        for i, counter in enumerate(self._counters[found.abstract]):
            if f"%{i + 1}" in label:
                style = "decimal" if level.legal else found.levels[i].format
                label = label.replace(f"%{i + 1}", format_number(found.levels[i].start if counter is None else counter, style))
        label = label.strip()
        # Chinese marks carry their own space: 一、 stands close to its heading, 1. does not.
        return label + " " if label and label[-1].isascii() else label


def _style_numbering(style: etree._Element) -> tuple[str, str, str]:
    list_id = level = based_on = ""
    for child in style:
        if local(child) == "basedOn":
            based_on = attribute(child)
        elif local(child) == "pPr":
            for numbering in (inner for entry in child if local(entry) == "numPr" for inner in entry):
                if local(numbering) == "numId":
                    list_id = attribute(numbering)
                elif local(numbering) == "ilvl":
                    level = attribute(numbering)
    return list_id, level, based_on


def _levels(parent: etree._Element, base: tuple[_Level, ...]) -> tuple[_Level, ...]:
    """``base`` with the levels that ``parent`` defines."""
    levels = list(base)
    for element in parent:
        at = _integer(attribute(element, "ilvl"), _LEVELS) if local(element) == "lvl" else _LEVELS
        if at < _LEVELS:
            levels[at] = _level(element)
    return tuple(levels)


def _level(element: etree._Element) -> _Level:
    values = {local(child): child for child in element}
    value = {name: attribute(child) for name, child in values.items()}
    return _Level(
        format=value.get("numFmt", "decimal"),
        text=value.get("lvlText", "")[:_MOST_LABEL],
        start=_integer(value.get("start", ""), 1),
        restarts=value.get("lvlRestart") != "0",
        legal="isLgl" in values and switched_on(values["isLgl"]),
        style=value.get("pStyle", ""),
    )


def _overrides(number: etree._Element, levels: tuple[_Level, ...]) -> tuple[tuple[_Level, ...], tuple[int, ...]]:
    """The levels of a list that changes those of its abstract list, and those that it counts from a start of its own."""
    restarted: list[int] = []
    changed = list(levels)
    for override in number:
        at = _integer(attribute(override, "ilvl"), _LEVELS) if local(override) == "lvlOverride" else _LEVELS
        if at >= len(changed):
            continue
        changed = list(_levels(override, tuple(changed)))
        for child in override:
            if local(child) == "startOverride":
                changed[at] = replace(changed[at], start=_integer(attribute(child), 1))
                restarted.append(at)
    return tuple(changed), tuple(restarted)
