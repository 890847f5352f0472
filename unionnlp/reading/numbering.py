"""The lists of a Word file (.docx).

A paragraph names a list (numId) and a level, itself or through its style; the level says how its number is written
(numFmt, lvlText). Source: ECMA-376 part 1, 17.9.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .counting import LEVELS, MOST_LABEL, Level, ListCounter, NumberedList

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Numbering", "attribute", "local", "switched_on"]

_MOST_ANCESTORS = 20
"""Styles that a style may be based on, one after the other; Word stops at 11."""


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


class Numbering:
    """Counts the paragraphs of one document and gives each its number.

    Args:
        numbering, styles: the roots of numbering.xml and styles.xml, or None.
    """

    __slots__ = ("_counter", "_styles")

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles: dict[str, tuple[str, str, str]] = {}  # style -> numId, ilvl, basedOn
        for style in styles if styles is not None else ():
            if local(style) == "style":
                self._styles[attribute(style, "styleId")] = _style_numbering(style)
        self._counter = ListCounter(self._read_lists(numbering) if numbering is not None else {})

    def _read_lists(self, numbering: etree._Element) -> dict[str, NumberedList]:
        abstracts: dict[str, tuple[Level, ...]] = {}
        links: dict[str, str] = {}  # abstract list -> the style whose list it stands for
        numbers: list[tuple[str, str, etree._Element]] = []
        for element in numbering:
            if local(element) == "abstractNum":
                key = attribute(element, "abstractNumId")
                abstracts[key] = _levels(element, (Level(),) * LEVELS)
                link = next((attribute(child) for child in element if local(child) == "numStyleLink"), "")
                if link:
                    links[key] = link
            elif local(element) == "num":
                target = next((attribute(child) for child in element if local(child) == "abstractNumId"), "")
                numbers.append((attribute(element, "numId"), target, element))
        targets = {key: target for key, target, _ in numbers}
        lists: dict[str, NumberedList] = {}
        for key, target, element in numbers:
            if target in links:
                target = targets.get(self._styles.get(links[target], ("", "", ""))[0], target)
            levels, restarted = _overrides(element, abstracts.get(target, ()))
            if levels:
                lists[key] = NumberedList(target, levels, restarted)
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
        found = self._counter.get(list_id)
        if found is None:
            return ""
        if from_style and not level:
            level = next((str(i) for i, candidate in enumerate(found.levels) if style and candidate.style == style), "")
        return self._counter.number(list_id, _integer(level, 0))


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


def _levels(parent: etree._Element, base: tuple[Level, ...]) -> tuple[Level, ...]:
    """``base`` with the levels that ``parent`` defines."""
    levels = list(base)
    for element in parent:
        at = _integer(attribute(element, "ilvl"), LEVELS) if local(element) == "lvl" else LEVELS
        if at < LEVELS:
            levels[at] = _level(element)
    return tuple(levels)


def _level(element: etree._Element) -> Level:
    values = {local(child): child for child in element}
    value = {name: attribute(child) for name, child in values.items()}
    return Level(
        format=value.get("numFmt", "decimal"),
        text=value.get("lvlText", "")[:MOST_LABEL],
        start=_integer(value.get("start", ""), 1),
        restarts=value.get("lvlRestart") != "0",
        legal="isLgl" in values and switched_on(values["isLgl"]),
        style=value.get("pStyle", ""),
    )


def _overrides(number: etree._Element, levels: tuple[Level, ...]) -> tuple[tuple[Level, ...], tuple[int, ...]]:
    """The levels of a list that changes those of its abstract list, and those that it counts from a start of its own."""
    restarted: list[int] = []
    changed = list(levels)
    for override in number:
        at = _integer(attribute(override, "ilvl"), LEVELS) if local(override) == "lvlOverride" else LEVELS
        if at >= len(changed):
            continue
        changed = list(_levels(override, tuple(changed)))
        for child in override:
            if local(child) == "startOverride":
                changed[at] = replace(changed[at], start=_integer(attribute(child), 1))
                restarted.append(at)
    return tuple(changed), tuple(restarted)
