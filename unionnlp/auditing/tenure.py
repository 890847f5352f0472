"""Terms times their length against the years told of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import islice

import regex

from ..lexicon import load_table
from ..records import Finding
from ..structure.numbering import ordinal_value
from .case import Case, rounded
from .phrases import verdict_words, word

__all__ = ["terms_and_years"]

MOST = 10
"""Terms of office of one report that are looked into."""

NEAR = 200
"""Characters around a term of office in which its number and the years stand."""


@cache
def _patterns() -> dict[str, regex.Pattern[str]]:
    rows = load_table("terms_and_years", ("id", "pattern", "example", "counterexample", "source"))
    return {row["id"]: regex.compile(row["pattern"]) for row in rows}


def terms_and_years(case: Case) -> Iterator[Finding]:
    """So many terms of so many years make the years that the report tells of; so do a first and a last year.

    Why: it dates a report from within: 六届教代会，每届任期三年 with 十八年来 fixes its year.

    Example: 已召开了六届教代会，每届任期三年 … 十八年来 (consistent); 连任五届，每届三年，至今已任职二十年 (15: doubtful).
    Counterexample: 第五届, and 每届三年 without a number of terms.
    """
    patterns = _patterns()
    lengths = list(islice(patterns["each_term"].finditer(case.text), MOST))
    told = list(islice(patterns["years"].finditer(case.text), 4 * MOST)) if lengths else []
    for length in lengths:
        window = case.text[max(0, length.start() - NEAR) : length.start()]
        number = next(reversed(list(patterns["terms"].finditer(window))), None)
        if number is None:
            continue
        terms, years = _number(number["n"]), _number(length["n"])
        product = Decimal(terms * years)
        place = max(0, length.start() - NEAR) + number.start()
        same = next((match for match in told if _number(match["n"]) == product), None)
        near = next((match for match in told if length.end() <= match.start() <= length.end() + 30), None)
        match = same or near
        if match is None:
            continue
        verdict = "consistent" if same is not None else "doubtful"
        stated = Decimal(_number(match["n"]))
        message = f"{terms} × {years} = {product}，报告写{match['n']}年：{verdict_words()[verdict]}"
        spans = (case.span(place, place + len(number[0])), case.span(*length.span()), case.span(*match.span()))
        yield Finding("terms", verdict, spans, message, rounded(product), stated, "" if same is not None else word("question.terms"))
    for match in islice(patterns["span_of_years"].finditer(case.text), MOST):
        first, last = _year(match["first"]), _year(match["last"])
        if first is None or last is None or last < first:
            continue
        count, stated = Decimal(last - first + 1), Decimal(_number(match["n"]))
        verdict = "consistent" if count == stated else "doubtful"
        message = f"{last} − {first} + 1 = {count}，报告写{match['n']}：{verdict_words()[verdict]}"
        yield Finding("terms", verdict, (case.span(*match.span()),), message, count, stated, "" if count == stated else word("question.terms"))


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() else ordinal_value(words.replace("两", "二"))


_DIGITS = str.maketrans("〇○零OＯo一二三四五六七八九", "000000123456789")


def _year(words: str) -> int | None:
    figures = words.translate(_DIGITS)
    return int(figures) if figures.isdigit() else None
