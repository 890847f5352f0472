"""The lists of a binary Word file: the tables that number its paragraphs. Source: [MS-DOC] 2.9.131 to 2.9.150."""

from __future__ import annotations

import struct
from dataclasses import replace

from .counting import LEVELS, MOST_LABEL, Level, ListCounter, NumberedList
from .word_binary import Binary, Paragraph, sprms

__all__ = ["BinaryNumbering"]

_FORMATS = (
    *("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "cardinalText", "ordinalText", "hex", "chicago", "ideographDigital"),
    *("japaneseCounting", "aiueo", "iroha", "decimalFullWidth", "decimalHalfWidth", "japaneseLegal", "japaneseDigitalTenThousand", "decimalEnclosedCircle"),
    *("decimalFullWidth2", "aiueoFullWidth", "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung", "decimalEnclosedFullstop"),
    *("decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographEnclosedCircle", "ideographTraditional", "ideographZodiac"),
    *("ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional", "taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting"),
    *("chineseLegalSimplified", "chineseCountingThousand"),
)
"""The names of .docx for the codes of numbers: ST_NumberFormat follows the order of MSONFC."""

_LIST_SIZE, _LEVEL_SIZE, _OVERRIDE_SIZE = 28, 28, 16
_MOST_ANCESTORS = 20


class BinaryNumbering:
    """Counts the paragraphs of one document and gives each its number."""

    __slots__ = ("_counter", "_styles")

    def __init__(self, binary: Binary) -> None:
        self._counter = ListCounter(_lists(binary))
        self._styles = _styles(binary.structure(1))

    def number(self, paragraph: Paragraph) -> str:
        """The number of the next paragraph; "" when it has none."""
        list_id, level, style = paragraph.list_id, paragraph.level, paragraph.style
        for _ in range(_MOST_ANCESTORS):
            if list_id is not None or style not in self._styles:
                break
            list_id, inherited, style = self._styles[style]
            level = inherited if level is None else level
        return self._counter.number(str(list_id), level or 0) if list_id else ""


def _lists(binary: Binary) -> dict[str, NumberedList]:
    levels = _abstract_lists(binary.structure(73, beyond=True))
    data = binary.structure(74)
    count = min(int.from_bytes(data[:4], "little"), max(0, len(data) - 4) // _OVERRIDE_SIZE)
    at = 4 + _OVERRIDE_SIZE * count
    lists: dict[str, NumberedList] = {}
    for i in range(count):
        list_id, _, _, overrides = struct.unpack_from("<iiiB", data, 4 + _OVERRIDE_SIZE * i)
        changed = list(levels.get(list_id, ()))
        restarted: list[int] = []
        at += 4
        for _ in range(overrides):
            if at + 8 > len(data):
                break
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            level = flags & 0xF
            if flags & 0x20:
                own, at = _level(data, at)
                if level < len(changed):
                    changed[level] = own
            if flags & 0x10 and level < len(changed):
                changed[level] = replace(changed[level], start=start)
                restarted.append(level)
        if changed:
            lists[str(i + 1)] = NumberedList(str(list_id), tuple(changed), tuple(restarted))
    return lists


def _abstract_lists(data: bytes) -> dict[int, tuple[Level, ...]]:
    """The levels of each list by its id; they follow the table of lists."""
    count = min(int.from_bytes(data[:2], "little"), max(0, len(data) - 2) // _LIST_SIZE)
    at = 2 + _LIST_SIZE * count
    found: dict[int, tuple[Level, ...]] = {}
    for i in range(count):
        list_id = struct.unpack_from("<i", data, 2 + _LIST_SIZE * i)[0]
        simple = data[2 + _LIST_SIZE * i + 26] & 1
        levels = [Level()] * LEVELS
        for k in range(1 if simple else LEVELS):
            levels[k], at = _level(data, at)
        found[list_id] = tuple(levels)
    return found


def _level(data: bytes, at: int) -> tuple[Level, int]:
    """The level at an offset, and the offset behind it."""
    if at + _LEVEL_SIZE + 2 > len(data):
        return Level(), len(data)
    start, code, flags = struct.unpack_from("<iBB", data, at)
    characters, paragraphs = data[at + 24], data[at + 25]
    at += _LEVEL_SIZE + characters + paragraphs
    length = int.from_bytes(data[at : at + 2], "little")
    text = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")[:MOST_LABEL]
    label = "".join(f"%{ord(c) + 1}" if ord(c) < LEVELS else c for c in text)
    name = _FORMATS[code] if code < len(_FORMATS) else "none" if code == 255 else "decimal"
    return Level(name, label, max(0, min(start, 999_999)), restarts=not flags & 8, legal=bool(flags & 4)), at + 2 + 2 * length


def _styles(data: bytes) -> dict[int, tuple[int | None, int | None, int]]:
    """Paragraph styles by number: their list, its level, and the style they are based on. Source: [MS-DOC] 2.9.260, 2.9.271."""
    if len(data) < 6:
        return {}
    header, count, base = struct.unpack_from("<HHH", data)
    at = 2 + header
    styles: dict[int, tuple[int | None, int | None, int]] = {}
    for style in range(count):
        if at + 2 > len(data):
            break
        size = int.from_bytes(data[at : at + 2], "little")
        std = data[at + 2 : at + 2 + size]
        at += 2 + size + size % 2
        if len(std) < base + 4 or base < 6 or std[2] & 0xF != 1:  # not a paragraph style
            continue
        parent = int.from_bytes(std[2:4], "little") >> 4
        name = int.from_bytes(std[base : base + 2], "little")
        properties = base + 2 + 2 * name + 2
        length = int.from_bytes(std[properties : properties + 2], "little")
        values = dict(sprms(std[properties + 4 : properties + 2 + length]))
        list_id = int.from_bytes(values[0x460B], "little", signed=True) if 0x460B in values else None
        styles[style] = (list_id, values[0x260A][0] if values.get(0x260A) else None, parent)
    return styles
