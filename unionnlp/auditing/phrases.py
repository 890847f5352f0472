"""The words of findings, from the tables: what is said of a computation, how it holds, and what to ask the unit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from ..lexicon import load_table
from ..records import Finding
from .case import Case, rounded
from .items import Item

__all__ = ["finding", "verdict_words", "word"]


@cache
def _words() -> dict[str, str]:
    return {row["id"]: row["words"] for row in load_table("audit_words", ("id", "words", "note"))}


def word(name: str) -> str:
    """The words of a row of ``audit_words.tsv``.

    Example:
        >>> word("way.cut")
        '截断'
    """
    return _words()[name]


@cache
def verdict_words() -> dict[str, str]:
    """The auditors' words for the verdicts: 一致, 打架, 存疑 …"""
    rows = load_table("display_words", ("kind", "word", "chinese", "explanation"))
    return {row["word"]: row["chinese"] for row in rows if row["kind"] == "verdict"}


def finding(
    case: Case,
    rule: str,
    verdict: str,
    items: Sequence[Item],
    computation: str,
    *,
    why: str = "",
    computed: Decimal | None = None,
    stated: Decimal | None = None,
    note: str = "",
    name: str = "",
) -> Finding:
    """A finding about some figures: the computation, the verdict, why, and (unless it holds) the question.

    Args:
        computation: the computation in words (1462 ÷ 1506 = 97.08%，报告写97%).
        why: how it holds, or what is wrong, in words.
        name: what the question calls the figure.
    """
    message = f"{computation}：{verdict_words()[verdict]}{f'（{why}）' if why else ''}{note}"
    question = "" if verdict == "consistent" else word(f"question.{rule}").format(name=name or word("name.rate"))
    shown = tuple(case.shown_item(item) for item in items)
    return Finding(rule, verdict, shown, message, None if computed is None else _shown(computed), stated, question)


def _shown(value: Decimal) -> Decimal:
    """A computed figure to two places; a whole one without any."""
    return rounded(value) if value != value.to_integral_value() else value.to_integral_value()
