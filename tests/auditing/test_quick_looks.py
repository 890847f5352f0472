"""The quick looks that spare the audit its slower ones change nothing: each is held against the plain way."""

from __future__ import annotations

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from unionnlp.auditing import chronology, damage, quotation
from unionnlp.auditing.case import Case
from unionnlp.facts.context import Context, context_of
from unionnlp.structure.numbering import line_numbers
from unionnlp.structure.parse import parse

MARKS = st.text("“”《》（）()「」『』\n1） 职工")
DATES = st.lists(st.sampled_from(["2019年", "二○一九", "2018", "5月", "5月份", "十二月", "3日", "号", "底", " ", "至", "到", "—", "--", "～", "职工", "，"]), max_size=9).map("".join)
LINES = st.lists(st.sampled_from(["职工", "，", ",", "、", "进一步", "积极", "和", "把", "\n", "\r\n", "\r", "一、", "。"]), max_size=12).map("".join)
PROSE = st.text("职工，,；;：:。！!？?\n（）()、.")

OPEN_LINE = regex.compile(r"(?:[，,、]|进一步|积极|不断|通过|以及|并且|为了|对于|关于|[和与及把将])(?=\r?\n)")


@given(MARKS)
@example("“《安康杯》竞赛（（甲）乙）”")
@example("“甲《乙”丙》")
@example("“一\n\n“二\n三\n四")
def test_lines_whose_marks_are_paired_break_none(text):
    found = list(quotation._broken(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotation, "_unpaired", lambda marks: marks.replace("\n", "？\n") + "？")  # every line is looked at
        assert list(quotation._broken(text)) == found


@pytest.mark.parametrize(("marks", "left"), [("", ""), ("“《》（）”", ""), ("（（（）））", ""), ("“", "“"), ("”“", "”“"), ("“《”》", "“《”》"), ("“\n”（）\n《》", "“\n”\n")])
def test_marks_that_their_line_leaves_unpaired(marks, left):
    assert quotation._unpaired(marks) == left


@given(DATES)
@example("5月份至3月2日")
@example("二○一九 至二○一八年")
def test_no_period_stands_without_what_joins_it(text):
    if chronology._PERIOD.search(text) is not None:
        assert chronology._JOINED.search(text) is not None


@given(LINES)
@example("\n")
@example("，\r\n和\n")
def test_lines_left_open_are_those_of_the_pattern(text):
    assert list(damage._open_lines(text)) == [match.end() for match in OPEN_LINE.finditer(text)]


@given(PROSE, st.data())
def test_sentences_and_paragraphs_begin_behind_their_marks(text, data):
    context, at = Context(text), data.draw(st.integers(0, len(text)))
    assert context.sentence_start(at) == max((match.end() for match in regex.finditer(r"[。！!？?\n]", text) if match.end() <= at), default=0)
    assert context.paragraph_start(at) == text.rfind("\n", 0, at) + 1


def test_the_context_of_a_text_is_made_once():
    assert context_of("走访职工12户。") is context_of("走访职工12户。")


def test_numerals_of_a_line_are_found_once():
    (report,) = parse("云溪县总工会2019年工作总结\n一、组织建设。一是建会，二是建制。")
    case = Case.of(report)
    line = (case.text.index("\n") + 1, len(case.text))
    assert case.numerals(*line) == list(line_numbers(case.text, *line))
    assert case.numerals(*line) is case.numerals(*line)
