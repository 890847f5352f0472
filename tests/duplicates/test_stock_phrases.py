"""Set phrases and quoted titles: every row matches its example, spans are bounded and in order."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.language.stock import quoted_spans, stock_spans
from unionnlp.lexicon import load_table

ROWS = load_table("stock_phrases", ("role", "phrase", "regex", "example", "source"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["phrase"])
def test_every_phrase_matches_its_example(row):
    assert re.fullmatch(row["regex"], row["example"])
    spans = stock_spans(f"甲，{row['example']}，乙")
    assert spans
    assert min(span.start for span in spans) >= 2


def test_every_alternative_begins_with_a_literal():
    """``re`` only skips to possible beginnings when each alternative begins with a character."""
    for row in ROWS:
        depth, begins = 0, True
        for character in row["regex"]:
            assert not (begins and character in "([.\\?*+"), row["regex"]
            depth += (character in "([") - (character in ")]")
            begins = character == "|" and depth == 0


@pytest.mark.parametrize(
    "text", ["东平县有基层工会1462家。", "会员变更登记于三月办结。", "工资集体合同由双方代表签字。", ""],
)  # fmt: skip
def test_plain_sentences_hold_no_stock(text):
    assert stock_spans(text) == ()


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("学习《工会法》《劳动合同法》", ["《工会法》", "《劳动合同法》"]),
        ("开展“安康杯”竞赛", ["“安康杯”"]),
        ('开展"安康杯"竞赛', ['"安康杯"']),
        ("「组織起來」", ["「组織起來」"]),
        ("他说：“今年我们走访慰问了全部困难职工，还将继续做下去。”", []),
        ("没有闭合的《工会法", []),
    ],
)
def test_titles_and_slogans_are_quoted(text, quoted):
    assert [span.of(text) for span in quoted_spans(text)] == quoted


LETTERS = "".join(sorted({letter for row in ROWS for letter in row["example"]})) + "，。\n\ud800\U0001f600"


@given(st.lists(st.one_of(st.sampled_from([row["example"] for row in ROWS]), st.text(alphabet=LETTERS, max_size=8)), max_size=12).map("".join))
def test_the_masks_find_what_the_phrases_as_one_pattern_find(text):
    pattern = "|".join(row["regex"] for row in ROWS)
    assert [(span.start, span.end) for span in stock_spans(text)] == [found.span() for found in re.finditer(pattern, text)]


@given(st.text(alphabet="在以的领导下《》“”工会，。为指导\n1", max_size=200))
def test_spans_are_in_order_and_inside(text):
    for spans in (stock_spans(text), quoted_spans(text)):
        last = 0
        for span in spans:
            assert last <= span.start < span.end <= len(text)
            last = span.end


@pytest.mark.parametrize("unit", ["在", "“", "《", "以为", "确保"])
def test_hostile_repetition_is_linear(unit):
    started = time.process_time()
    text = unit * (200_000 // len(unit))
    stock_spans(text)
    quoted_spans(text)
    assert time.process_time() - started < 5
