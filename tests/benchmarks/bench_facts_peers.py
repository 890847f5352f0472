"""Coverage, precision and speed of the figures beside JioNLP and Recognizers-Text, on the key in ``corpora/facts``.

    .venv/bin/pip install -e '.[peers]'
    python tests/benchmarks/bench_facts_peers.py                 # the parts the library's rules were made with
    python tests/benchmarks/bench_facts_peers.py --held-out      # the texts kept aside

A fact of the key is covered when what a tool finds at its place has its value; ranges and blanks, which hold no single value,
are left out. Precision is the share of what a tool finds that has the value of a fact at its place. Each tool is asked only
for what it offers: JioNLP reads money, Recognizers-Text money, percentages and plain numbers. Both are made for text of any
kind: numbers of dates and lists are right answers to their own question, and wrong ones to ours. A peer that is not installed
is named as such.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import jieba
from measuring import clock

sys.path.insert(0, str(Path(__file__).parents[2] / "corpora"))
from score_facts import HELD_OUT, PARTS, texts

from unionnlp.facts.extract import extract_facts
from unionnlp.facts.features import measure_of
from unionnlp.facts.quantities import find_quantities
from unionnlp.records import Quantity

Key = list[tuple[str, list[tuple[str, "Found"]]]]
"""Each text with its facts and what each of them is."""

KINDS = ("money", "rates", "counts")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Found:
    """A figure at its place; ``value`` is None for what is no single number."""

    start: int
    end: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Tool:
    """A way to find figures of some kinds; ``kind_of`` is what a figure of the library counts."""

    name: str
    kinds: tuple[str, ...]
    find: Callable[[str], Iterator[Found]]


def kind_of(unit: str) -> str:
    return {"money": "money", "rate": "rates"}.get(measure_of(unit), "counts")


def number(words: object) -> Decimal | None:
    try:
        return Decimal(str(words).rstrip("%"))
    except InvalidOperation:
        return None


def ours(call: Callable[[str], tuple[Quantity, ...]]) -> Callable[[str], Iterator[Found]]:
    return lambda text: (Found(q.start, q.end, q.value) for q in call(text) if q.value is not None)


def jionlp() -> list[Tool]:
    with contextlib.redirect_stdout(io.StringIO()):  # it greets
        money = import_module("jionlp").ner.extract_money

    def find(text: str) -> Iterator[Found]:
        for row in money(text, with_parsing=True):
            start, end = row["offset"]
            yield Found(start, end, number((row["detail"] or {}).get("num")))

    return [Tool("JioNLP extract_money", ("money",), find)]


def recognizers() -> list[Tool]:
    numbers, units = import_module("recognizers_number"), import_module("recognizers_number_with_unit")
    culture = import_module("recognizers_text").Culture.Chinese

    def finder(model: Any) -> Callable[[str], Iterator[Found]]:
        return lambda text: (Found(row.start, row.end + 1, number((row.resolution or {}).get("value"))) for row in model.parse(text))

    return [
        Tool("Recognizers-Text currency", ("money",), finder(units.NumberWithUnitRecognizer(culture).get_currency_model())),
        Tool("Recognizers-Text percentage", ("rates",), finder(numbers.NumberRecognizer(culture).get_percentage_model())),
        Tool("Recognizers-Text number", KINDS, finder(numbers.NumberRecognizer(culture).get_number_model())),
    ]


def installed(make: Callable[[], list[Tool]]) -> list[Tool]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # both are written for an older Python
            return make()
    except ImportError as error:
        print(f"{make.__name__}: not installed ({error})")
        return []


def judged(tool: Tool, key: Key) -> tuple[dict[str, float], float]:
    """Coverage of each kind, and precision, over all texts."""
    covered, asked = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    right = total = 0
    for text, facts in key:
        found = list(tool.find(text))
        for kind, fact in facts:
            asked[kind] += fact.value is not None
            covered[kind] += any(_same(fact, one) for one in found)
        left_out = [fact for _, fact in facts if fact.value is None]
        found = [one for one in found if not any(_overlap(one, fact) for fact in left_out)]
        total += len(found)
        right += sum(any(_same(fact, one) for _, fact in facts) for one in found)
    return {kind: covered[kind] / asked[kind] for kind in tool.kinds}, right / total


def _all(tool: Tool, key: Key) -> int:
    return sum(len(list(tool.find(text))) for text, _ in key)


def _overlap(a: Found, b: Found) -> bool:
    return min(a.end, b.end) > max(a.start, b.start)


def _same(a: Found, b: Found) -> bool:
    return a.value is not None and b.value is not None and abs(a.value - b.value) < _CENT and _overlap(a, b)


def main() -> None:
    jieba.setLogLevel(logging.ERROR)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    key = []
    for part in HELD_OUT if "--held-out" in sys.argv[1:] else PARTS:
        for _, text, rows in texts(part):
            facts = [(kind_of(row.facts["unit"]), Found(row.start, row.end, number(row.facts["value"]))) for row in rows]
            key.append((text, facts))
    single = [kind for _, facts in key for kind, fact in facts if fact.value is not None]
    characters = sum(len(text) for text, _ in key)
    print(f"{len(key)} texts, {characters} characters, " + ", ".join(f"{single.count(kind)} {kind}" for kind in KINDS))
    tools = [Tool("find_quantities", KINDS, ours(find_quantities)), Tool("extract_facts", KINDS, ours(extract_facts)), *installed(jionlp), *installed(recognizers)]
    print("| tool | money | rates | counts | precision | characters/s |\n|---|---|---|---|---|---|")
    for tool in tools:
        coverage, precision = judged(tool, key)
        speed = characters / clock(partial(_all, tool, key))
        print(f"| {tool.name} | {' | '.join(f'{coverage[kind]:.3f}' if kind in coverage else '' for kind in KINDS)} | {precision:.3f} | {speed:,.0f} |")
    print(f"| jieba.lcut (reference) | | | | | {characters / clock(lambda: [segmenter.lcut(text) for text, _ in key]):,.0f} |")


if __name__ == "__main__":
    main()
