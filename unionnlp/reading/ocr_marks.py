"""Punctuation as Chinese is set: the models of OCR give half-width marks and stray blanks where a page has full-width ones."""

from __future__ import annotations

import re

__all__ = ["mended"]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WIDE = f"{_HAN}，。、；：？！（）《》“”‘’【】…—"
_MARKS = dict(zip(",;:?!", "，；：？！", strict=True))
_BESIDE = re.compile(rf"(?<=[{_WIDE}])[,;:?!]|[,;:?!](?=[{_WIDE}])")
_STOP = re.compile(rf"(?<=[{_HAN}）”》])\.(?=$|[{_HAN}“《（])")
_BRACKET = re.compile("[()（）]")
_BLANK = re.compile(r"(?<=[，。、；：？！（《“])[ \u3000]+|[ \u3000]+(?=[，。、；：？！（）》”])")


def mended(line: str) -> str:
    """A recognized line with its punctuation full-width where it stands in Chinese.

    A mark beside a Chinese character, or beside full-width punctuation, is made full-width; between figures and Latin letters
    it stays. Both brackets of a pair follow if one does. Blanks beside full-width punctuation go, others stay.

    Args:
        line: one line of text.
    Returns:
        The line; only widths and blanks differ.

    Complexity: O(n).

    Example:
        >>> mended("会员1,286人,组建率95.2%(含女职工);培训 (人次)")
        '会员1,286人，组建率95.2%（含女职工）；培训（人次）'
        >>> mended("1.组建率97.5 (2012),9:30")
        '1.组建率97.5 (2012),9:30'
    """
    line = _BESIDE.sub(lambda mark: _MARKS[mark[0]], line.strip())
    line = _STOP.sub("。", line)
    return _BLANK.sub("", _brackets(line))


def _brackets(line: str) -> str:
    """Brackets as wide as their surroundings, both of a pair alike."""
    chars = list(line)
    open_: list[int] = []
    for match in _BRACKET.finditer(line):
        at = match.start()
        pair = [at]
        if line[at] in "(（":
            open_.append(at)
            continue
        if open_:
            pair.append(open_.pop())
        _widen(chars, line, pair)
    for at in open_:
        _widen(chars, line, [at])
    return "".join(chars)


def _widen(chars: list[str], line: str, pair: list[int]) -> None:
    beside = "".join(line[max(0, at - 1) : at] + line[at + 1 : at + 2] for at in pair)
    if re.search(f"[{_WIDE}]", beside) or any(line[at] in "（）" for at in pair):
        for at in pair:
            chars[at] = "（" if line[at] in "(（" else "）"
