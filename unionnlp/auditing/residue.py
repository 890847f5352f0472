"""What was left in a text by the place it came from: lines of model-text sites, templates not filled in, wrong words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from ..facts.sieve import Sieve
from ..lexicon import load_table
from ..records import Finding
from ..spans import Span
from .case import LONGEST_SPAN, Case

__all__ = ["placeholders", "residue", "wrong_words"]

_NOISE = frozenset({"site_boilerplate", "url", "disclaimer"})
_ASK = "请核实：本文是否为本单位撰写？"

MENTIONS = 4
"""Places of one wrong word that a finding shows."""


@cache
def _left(kind: str) -> tuple[Sieve[str], regex.Pattern[str]]:
    """The patterns of one kind, as a sieve and as one pattern."""
    rows = load_table("residue", ("kind", "pattern", "example", "counterexample", "source"))
    patterns = [row["pattern"] for row in rows if row["kind"] == kind]
    return Sieve(patterns, str), regex.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def residue(case: Case) -> Iterator[Finding]:
    """R12: lines of a model-text site left in the text (来源:网络整理), and the phrases of writing programs."""
    for repair in case.normalized.repairs:
        if repair.kind in _NOISE and case.report.start <= repair.start < case.report.end:
            span = Span(repair.start, min(repair.end, repair.start + LONGEST_SPAN))
            yield Finding("web_residue", "signal", (span,), "疑似网站残留文字，正文可能取自范文网站", None, None, _ASK)
    for kind, words in (("web_residue", "疑似网站残留文字，正文可能取自范文网站"), ("machine_text", "疑似写作软件的套语，正文可能由软件生成")):
        sieve, pattern = _left(kind)
        for match in pattern.finditer(case.text) if sieve.possible(case.text) else ():
            yield Finding("web_residue", "signal", (case.span(*match.span()),), words, None, None, _ASK)


def placeholders(case: Case) -> Iterator[Finding]:
    """Templates not filled in (慰问金【金额】元) and text left out (此处省略300字); those of one report are one finding."""
    found = list(_left("placeholder")[1].finditer(case.text))
    if found:
        words = f"“{found[0][0]}”等{len(found)}处为未填的模板或省略的文字"
        yield Finding("placeholder", "damaged", tuple(case.span(*match.span()) for match in found[:MENTIONS]), words, None, None, "请补报所缺内容。")


@cache
def _wrong() -> Sieve[tuple[regex.Pattern[str], str]]:
    rows = load_table("wrong_words", ("pattern", "right", "example", "counterexample", "source"))
    return Sieve([(regex.compile(row["pattern"]), row["right"]) for row in rows], lambda row: row[0].pattern)


def wrong_words(case: Case) -> Iterator[Finding]:
    """R12: words miswritten as copies and scans miswrite them (001: 来到保护 for 劳动保护 in three reports); one finding a word."""
    for pattern, right in _wrong().possible(case.text):
        found = list(pattern.finditer(case.text))
        if found:
            words = f"“{found[0][0]}”疑为“{right}”之误" + (f"，共{len(found)}处" if len(found) > 1 else "")
            spans = tuple(case.span(match.start(), match.end() + 2) for match in found[:MENTIONS])
            yield Finding("wrong_word", "signal", spans, words, None, None, "请核实：是否为错字？（多份材料同错，疑似同源）")
