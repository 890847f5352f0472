"""Quotation marks, brackets and book titles that are opened and never closed, or closed and never opened."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from ..records import Finding
from .case import Case

__all__ = ["quotation"]

_PAIRS = {"“": "”", "《": "》", "（": "）"}
_OPENING = {closing: opening for opening, closing in _PAIRS.items()}
_ALIKE = {"(": "（", ")": "）", "「": "“", "」": "”", "『": "“", "』": "”"}
_MARKS = re.compile("[“”《》（）()「」『』]")
_MARKS_OF_LINES = re.compile("[“”《》（）()「」『』\n]")
_PLAIN = str.maketrans(_ALIKE)
_NUMERAL = regex.compile(r"(?:^|[\s。；;：:，,、])(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])$")

SHOWN = 12
"""Characters behind a mark that a finding shows."""

MOST = 4
"""Broken marks of one report that are shown; where more are broken the whole text was converted badly."""

PARAGRAPHS = 3
"""Lines over which speech may run before its quotation is closed."""


def quotation(case: Case) -> Iterator[Finding]:
    """Marks that lost their partner, one finding a report (开展“安康杯竞赛活动，…).

    Speech of several paragraphs may open each one and close the last; a bracket behind a numeral, 1）, opens nothing.
    """
    broken = list(_broken(case.text))
    if broken:
        shown = "、".join(f"“{case.text[at]}”" for at in dict.fromkeys(broken[:MOST]))
        spans = tuple(case.span(at, at + SHOWN) if case.text[at] in "“《（(「『" else case.span(max(0, at - SHOWN), at + 1) for at in broken[:MOST])
        yield Finding("quotation", "damaged", spans, f"{len(broken)}处标点不成对：{shown}", None, None, "请核实：引号、书名号或括号处是否缺字？")


def _broken(text: str) -> Iterator[int]:
    """Places of the marks without partners, line by line; a quotation may run over to the next lines."""
    carried: list[tuple[int, int]] = []  # quotations left open: place, and how many lines ago
    end = -1
    unpaired = _unpaired("".join(_MARKS_OF_LINES.findall(text)).translate(_PLAIN))
    for marks in unpaired.split("\n") if unpaired.strip("\n") else ():
        start = end + 1
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        if start == end or not (carried or marks):
            continue
        if carried and text[start:end].lstrip()[:1] == "“":  # the next paragraph of the same speech
            carried.clear()
        opened: list[int] = []
        for mark in _MARKS.finditer(text, start, end):
            sign = _ALIKE.get(mark[0], mark[0])
            at = mark.start()
            if sign in _PAIRS:
                opened.append(at)
                continue
            partner = next((i for i in range(len(opened) - 1, max(-1, len(opened) - 4), -1) if _ALIKE.get(text[opened[i]], text[opened[i]]) == _OPENING[sign]), None)
            if partner is not None:
                yield from opened[partner + 1 :]
                del opened[partner:]
            elif sign == "”" and carried:
                carried.clear()
            elif not (sign == "）" and _NUMERAL.search(text[max(start, at - 4) : at])):
                yield at
        speech = [at for at in opened if text[at] in "“「『"]
        yield from (at for at in opened if text[at] not in "“「『")
        carried = [(at, age + 1) for at, age in carried]
        yield from (at for at, age in carried if age >= PARAGRAPHS)
        carried = [(at, age) for at, age in carried if age < PARAGRAPHS] + [(at, 0) for at in speech]
    yield from (at for at, _ in carried)


def _unpaired(marks: str) -> str:
    """The marks of all lines without those that, as nearly always, close what their line opens, at most three deep."""
    for pair in ("“”", "《》", "（）") * 3:
        marks = marks.replace(pair, "")
    return marks
