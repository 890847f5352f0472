"""Numerals of a line are found where they can stand: at its front, behind punctuation, and as signs of their own anywhere."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from unionnlp.structure.numbering import Numbering, line_number, line_numbers

NUMERALS = ["一是", "二是", "（一）", "(2)", "①", "②", "㈢", "⑷", "第一，", "首先，", "其次", "一、", "1."]
LINES = st.lists(st.sampled_from([*NUMERALS, "职工", "。", "；", "：", "，", "、", " ", "—", "）", "”"]), max_size=10).map("".join)
SIGNS = "①②㈢⑷"
BEFORE = "。；;：:，,、！!？?”）) \t\n\u3000—"


def one_by_one(text: str) -> list[tuple[int, int]]:
    """The places of the numerals, each place of the line tried as if a mark stood before it."""
    first = line_number(text, 0, len(text))
    found: list[Numbering] = [first] if first is not None else []
    at = first.end if first is not None else 0
    for place in range(at, len(text)):
        if place >= at and (text[place] in SIGNS or (place and text[place - 1] in BEFORE)):
            (numeral, *_) = [*line_numbers(f"x。{text[place:]}", 0, len(text) - place + 2), None]
            if numeral is not None and numeral.start == 2:
                found.append(numeral._replace(start=place, end=place + numeral.end - 2))
                at = found[-1].end
    return [(numeral.start, numeral.end) for numeral in found]


@given(LINES)
@example("一、①职工②会员；一是建会，二是建制")
@example("。①，一是")
def test_numerals_stand_behind_marks_or_are_signs(text: str) -> None:
    assert [(numeral.start, numeral.end) for numeral in line_numbers(text, 0, len(text))] == one_by_one(text)


def test_behind_words_only_signs_are_numerals() -> None:
    assert [numeral.text for numeral in line_numbers("职工一是建会①建制", 0, 9)] == ["①"]
