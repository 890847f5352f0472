"""The grammar of quantities, compiled from the tables of classifiers, approximators and exclusions.

One pass: a cheap look for a character with which a figure or an exclusion can begin, then the patterns in this order:
exclusions (titles, slogans, dates, ordinals), fractions, figures that share a unit, ranges, single figures, masks. What
begins like a numeral and fits none of them is skipped whole, so that no tail of it is read (2008 never gives 008).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import regex

from ..lexicon import load_table

__all__ = ["Classifier", "Grammar", "grammar"]

_ARABIC = r"(?:\d{1,3}(?:,\d{3})++(?:\.\d++)?|\d{1,24}+(?:\.\d{1,12}+)?)"
_CHINESE = r"[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]"
_MIXED = rf"{_ARABIC}[ ]?(?:[余多几来]?[十百千万亿]{{1,2}}(?:(?:\d{{1,4}}+(?:\.\d++)?)[余多几]?[十百千万亿]){{0,4}}(?:[余多几][十百千万亿])?(?:\d{{1,4}}+(?![\d.]))?)?"
_SPOKEN = rf"{_CHINESE}{{1,16}}+(?:点[零〇一二三四五六七八九]{{1,6}}[十百千万亿]{{0,2}})?(?:[余多几来][十百千万亿]{{1,2}})?"
_NUMERAL_START = r"0-9零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟×xX＊*○□_"
"""Characters with which a figure or a mask can begin; the exclusions say in their table with which they do."""

NUMERAL = rf"(?:{_MIXED}|{_SPOKEN})"
"""3万4000, 20多万, 1,100; 一百二十多万, 三十二点五."""

_DASH = r"[ ]?(?:[-—－–~～至到]|——)[ ]?"


@dataclass(frozen=True, slots=True)
class Classifier:
    """A counting word: its canonical unit, its kind, and whether a small Chinese numeral may stand before it."""

    surface: str
    unit: str
    kind: str
    small: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled tables."""

    start: regex.Pattern[str]
    excluded: regex.Pattern[str]
    numeral_run: regex.Pattern[str]
    fraction: regex.Pattern[str]
    shared: regex.Pattern[str]
    range: regex.Pattern[str]
    single: regex.Pattern[str]
    money_tail: regex.Pattern[str]
    masked: regex.Pattern[str]
    bare: regex.Pattern[str]
    before: regex.Pattern[str]
    blanks: tuple[tuple[regex.Pattern[str], str], ...]
    lost_signs: tuple[tuple[regex.Pattern[str], regex.Pattern[str]], ...]
    classifiers: dict[str, Classifier]
    money: dict[str, str]
    bounds: dict[str, str]
    counted_noun: regex.Pattern[str]
    counting_word: regex.Pattern[str]


def _alternation(words: list[str]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def grammar() -> Grammar:
    """The grammar, compiled once."""
    classifier_rows = load_table("classifiers", ("surface", "unit", "kind", "after", "small", "example", "counterexample", "source"))
    classifiers = {row["surface"]: Classifier(row["surface"], row["unit"], row["kind"], row["small"]) for row in classifier_rows}
    guarded = "|".join(
        regex.escape(row["surface"]) + row["after"] for row in sorted(classifier_rows, key=lambda row: -len(row["surface"]))
    )
    money = {row["surface"]: row["unit"] for row in load_table("money_units", ("surface", "unit", "example", "source"))}
    approximators = load_table("approximators", ("surface", "place", "bound", "not_after", "example", "counterexample", "source"))
    place = {name: [row for row in approximators if row["place"] == name] for name in ("before", "inner", "after")}
    before = "|".join(
        (f"(?<![{row['not_after']}])" if row["not_after"] else "") + regex.escape(row["surface"])
        for row in sorted(place["before"], key=lambda row: -len(row["surface"]))
    )
    inner = "".join(row["surface"] for row in place["inner"])
    after = _alternation([row["surface"] for row in place["after"]])
    unit = rf"(?:(?P<percent>%|个?百分点)|(?P<money>{_alternation(list(money))})|(?P<classifier>{guarded}))"
    tail = rf"(?P<inner>[{inner}])?[ ]?{unit}(?P<inner2>多(?=[的，,。；;]))?(?P<after>{after})?"
    excluded = load_table("not_quantities", ("id", "opens", "pattern", "example", "counterexample", "source"))
    blanks = load_table("blanks", ("id", "pattern", "unit", "example", "counterexample", "source"))
    lost = load_table("lost_signs", ("id", "before", "after", "example", "counterexample", "source"))
    nouns = [row["noun"] for row in load_table("counted_nouns", ("noun", "example", "source"))]
    words = [row["word"] for row in load_table("counting_words", ("word", "example", "source"))]
    compiled = partial(regex.compile, flags=regex.ASCII)  # the digits of other scripts are no figures here
    return Grammar(
        start=compiled(rf"[{_NUMERAL_START}{''.join(sorted({char for row in excluded for char in row['opens']}))}]"),
        excluded=compiled("|".join(f"(?:{row['pattern']})" for row in excluded)),
        numeral_run=compiled(rf"(?:[\d,.，]++|{_CHINESE}++|[余多几来])++|[“《×xX＊*○□A-Za-z〔第前后头]"),
        fraction=compiled(
            rf"(?P<whole>百|千|{_CHINESE}{{1,4}})分之(?P<part>(?:{_CHINESE}|点|\d|\.){{1,10}}+)(?P<inner>[多强])?(?P<after>{after})?"
            rf"|(?P<upper>\d)/(?P<lower>[2-9]|10)(?![\d年月])(?P<after2>{after})?|(?P<tenths>[一二三四五六七八九]{{1,2}}|\d(?:、\d)?)成(?P<rest>[一二三四五六七八九半])?(?P<after3>{after})?(?![为立员功果绩长效就熟批套本型交都品行林了人群])"
        ),
        shared=compiled(rf"(?P<first>{_ARABIC}(?:[、和及与]{_ARABIC}){{1,30}}+)(?:(?P<inner>[{inner}])?(?P<scale>[万亿])?{unit}|(?=的?(?:优惠|折扣)))"),
        range=compiled(rf"(?P<low>{NUMERAL})(?P<first_unit>%|万元|元|人|名|家|次|万)?{_DASH}(?P<high>{NUMERAL}){tail}"),
        single=compiled(rf"(?P<numeral>{NUMERAL}){tail}"),
        money_tail=compiled(r"(?:(?P<jiao>\d|[一二三四五六七八九])角)?(?:(?P<fen>\d|[一二三四五六七八九])分(?![之会公支局队]))?"),
        masked=compiled(rf"[×xX＊*○□_]{{1,6}}(?P<scale>[余多]?[万亿]?[余多]?)(?:(?P<percent>%)|(?P<money>元)|(?P<classifier>{guarded}))"),
        bare=compiled(rf"(?P<figure>{_ARABIC})(?P<after>{after})?"),
        before=compiled(rf"(?:{before})$"),
        blanks=tuple((compiled(row["pattern"]), row["unit"]) for row in blanks),
        lost_signs=tuple((compiled(row["before"]), compiled(row["after"] or "", flags=regex.ASCII | regex.MULTILINE)) for row in lost),
        classifiers=classifiers,
        money=money,
        bounds={row["surface"]: row["bound"] for row in approximators},
        counted_noun=compiled(rf"(?:{_alternation(nouns)})"),
        counting_word=compiled(rf"(?:{_alternation(words)})(?:了)?$"),
    )
