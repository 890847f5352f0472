"""Periods: how they are found, what dates they have, and what year a report speaks of; as data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.context import mentions
from unionnlp.facts.extract import extract_facts
from unionnlp.facts.periods import UNKNOWN, Dated, DateSpan, report_year, resolve
from unionnlp.lexicon import load_table
from unionnlp.structure.parse import parse

CASES = Path(__file__).parents[1] / "cases" / "facts"


def cases(name: str) -> list[Any]:
    rows = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [pytest.param(row, id=row["label"]) for row in rows]


def iso(end: date | None) -> str | None:
    return end and end.isoformat()


@pytest.mark.parametrize("case", cases("periods"))
def test_a_period_has_its_dates_and_what_is_vague_has_none(case: dict[str, Any]) -> None:
    span = resolve(case["period"], case["year"])
    assert (iso(span.first), iso(span.last)) == (case["first"], case["last"]) if span else (case["first"], case["last"]) == (None, None)
    assert span != UNKNOWN


@pytest.mark.parametrize("case", cases("period_mentions"))
def test_periods_are_found_whole(case: dict[str, Any]) -> None:
    assert list(mentions(case["text"], "periods").words) == case["expected"]


@pytest.mark.parametrize("case", cases("report_years"))
def test_the_year_a_report_speaks_of(case: dict[str, Any]) -> None:
    (report,) = parse(case["text"])
    assert report_year(report) == case["year"]


@pytest.mark.parametrize("row", load_table("period_dates", ("kind", "word", "first", "last", "example", "source")), ids=lambda row: f"{row['kind']} {row['word']}")
def test_every_word_of_the_table_has_its_dates(row: Any) -> None:
    span = resolve(row["example"], 2012)
    first, last = int(row["first"]), int(row["last"])
    if row["kind"] == "part":
        assert span is not None
        assert (span.first.month, span.last.month) == (first, last)  # type: ignore[union-attr]
    else:
        years = (first, last) if row["kind"] == "plan" else (2012 + first, 2012 + last)
        assert span == DateSpan(date(years[0], 1, 1), date(years[1], 12, 31))


PIECES = ("今年", "去年", "20", "08", "2012", "二00八", "二○一二", "年", "月", "日", "份", "上半年", "季度", "第", "前", "三", "十", "一二", "至", "—", "、", "截至", "自", "以来", "来", "底", "初",
          "上旬", "期间", "十二五", "近", "0")  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.sampled_from([None, 1, 2012, 9999]))
def test_any_words_give_dates_in_order_or_none(words: str, year: int | None) -> None:
    span = resolve(words, year)
    if span is not None:
        assert span != UNKNOWN
        assert span.first is None or span.last is None or span.first <= span.last


@given(st.integers(1990, 2049), st.integers(1, 12), st.integers(1, 12))
def test_months_from_to_cover_whole_months(year: int, low: int, high: int) -> None:
    span = resolve(f"{year}年{low}—{high}月份", None)
    if low > high:
        assert span is None
    else:
        assert span is not None
        assert span.first == date(year, low, 1)
        assert span.last is not None
        assert (span.last.month, span.last.toordinal() + 1) == (high, date(year + high // 12, high % 12 + 1, 1).toordinal())


def test_a_month_behind_another_year_of_the_same_paragraph_has_no_dates() -> None:
    text = "2006年，公司获奖。上半年培训。\n上半年培训。今年，上半年培训。"
    dated = Dated(mentions(text, "periods"), 2008)
    half = DateSpan(date(2008, 1, 1), date(2008, 6, 30))
    second = text.index("\n") + 1
    assert dated.last(0, second) == ("上半年", UNKNOWN)
    assert dated.last(second, second + 6) == ("上半年", half)
    assert dated.last(second, len(text)) == ("上半年", half)
    assert dated.last(0, 3) == ("", UNKNOWN)


def test_facts_carry_the_dates_of_their_period() -> None:
    text = "甲县总工会2012年上半年工作总结\n今年1—6月份，走访职工80户。截至5月底，会员达120人。春节期间，走访12户。\n培训职工30人。"
    first, member, feast, unsaid = facts = extract_facts(text)
    assert (first.period_start, first.period_end) == (date(2012, 1, 1), date(2012, 6, 30))
    assert (member.period_start, member.period_end) == (None, date(2012, 5, 31))
    assert (feast.period, feast.period_start, feast.period_end) == ("春节期间", None, None)
    assert (unsaid.period, unsaid.period_start) == ("", None)
    assert first.to_dict()["period_end"] == "2012-06-30"
    frame = facts.to_frame()
    assert [str(kind) for kind in frame.dtypes[["period_start", "period_end"]]] == ["datetime64[ms]"] * 2
    assert frame["period_end"].dt.date.tolist()[:2] == [date(2012, 6, 30), date(2012, 5, 31)]
    assert frame["period_end"].isna().tolist() == [False, False, True, True]


def test_no_dates_from_a_year_that_the_body_contradicts() -> None:
    (fact,) = extract_facts("甲县总工会2021年工作总结\n今年，以喜迎党的十七大胜利召开为契机，走访职工80户。")
    assert (fact.period, fact.period_start) == ("今年", None)
