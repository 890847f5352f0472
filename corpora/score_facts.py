"""Scores ``extract_facts`` against the key in ``corpora/facts``.

    python corpora/score_facts.py                 # the parts the rules were made with
    python corpora/score_facts.py --held-out      # the third that was kept aside
    python corpora/score_facts.py --errors part2  # one part, with what was missed, invented or misread

A row of the key holds a text in which every fact stands between ⟦ and ⟧, and the facts in the same order.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from unionnlp import extract_facts
from unionnlp.records import Fact

FOLDER = Path(__file__).parent / "facts"
PARTS = ("part1", "part2", "part3")
HELD_OUT = ("held_out1", "held_out2")

_MARK = re.compile("[⟦⟧]")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Key:
    """One fact of the key at its place in the text."""

    start: int
    end: int
    facts: dict[str, Any]


def texts(part: str) -> Iterator[tuple[dict[str, Any], str, list[Key]]]:
    """(row, text without marks, key) of each text of a part.

    Raises:
        ValueError: a row whose marks and facts differ in number.
    """
    for line in (FOLDER / f"{part}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        places = [match.start() - i for i, match in enumerate(_MARK.finditer(row["text"]))]
        facts = row.get("facts", [{}])  # a negative has one mark and no fact
        if len(places) != 2 * len(facts):
            raise ValueError(f"{row.get('id', line[:40])}: {len(places) / 2} marks, {len(facts)} facts")
        keys = [Key(start, end, fact) for start, end, fact in zip(places[::2], places[1::2], facts, strict=True)]
        yield row, _MARK.sub("", row["text"]), keys


def matched(keys: list[Key], found: list[Fact]) -> tuple[list[Fact | None], list[Fact]]:
    """For each key the fact that covers more than half of the longer of both, and the facts that no key has."""
    left = list(found)
    pairs: list[Fact | None] = []
    for key in keys:
        best = max(left, key=lambda fact: min(fact.end, key.end) - max(fact.start, key.start), default=None)
        shared = min(best.end, key.end) - max(best.start, key.start) if best is not None else 0
        if best is None or shared * 2 < max(key.end - key.start, best.end - best.start):
            pairs.append(None)
            continue
        left.remove(best)
        pairs.append(best)
    return pairs, left


def verdicts(key: dict[str, Any], fact: Fact) -> dict[str, bool]:
    """Which fields of a found fact agree with the key; a field that the key does not state is left out."""
    named = fact.indicator or "other"
    agree = {
        "value": _same_value(key["value"], fact),
        "unit": fact.unit == key["unit"],
        "bound": fact.bound == key["bound"],
        "indicator": named == key["indicator"],
        "accepted": named in (key["indicator"], *key["alt"]),
        "status": fact.status == key["status"],
    }
    if key["period"] and not key["period"].startswith("每"):  # 每人每月 says how often, not when
        agree["period"] = bool(fact.period) and (key["period"] in fact.period or fact.period in key["period"])
    if key["scope"]:
        agree["scope"] = fact.scope == key["scope"]
    return agree


def _same_value(value: str | list[str] | None, fact: Fact) -> bool:
    if value is None or isinstance(value, list):
        return fact.value is None and [fact.low, fact.high] == ([Decimal(end) for end in value] if value else [None, None])
    return fact.value is not None and abs(fact.value - Decimal(value)) < _CENT


def score(parts: tuple[str, ...], *, errors: bool = False) -> dict[str, float]:
    """Shares right of each field over the facts found, with precision, recall and F1 of finding them."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    extra = 0
    for part in parts:
        for row, text, keys in texts(part):
            pairs, loose = matched(keys, list(extract_facts(text)))
            loose = [fact for fact in loose if fact.status != "rule" or fact.unit in ("元", "%")]
            extra += len(loose)
            for fact in loose:
                _tell(errors, "EXTRA", row["id"], text, fact.start, fact.end)
            for key, fact in zip(keys, pairs, strict=True):
                asked["found"] += 1
                if fact is None:
                    _tell(errors, "MISSED", row["id"], text, key.start, key.end)
                    continue
                right["found"] += 1
                for field, agrees in {"span": (fact.start, fact.end) == (key.start, key.end), **verdicts(key.facts, fact)}.items():
                    asked[field] += 1
                    right[field] += agrees
                    if not agrees and field != "accepted":
                        got = f"{fact.quote} {fact.value} {fact.low} {fact.high} {fact.unit} {fact.bound} {fact.indicator} {fact.period} {fact.scope} {fact.status} [{fact.cue}]"
                        wanted = {"span": text[key.start : key.end], **key.facts}.get(field)
                        alternatives = key.facts["alt"] if field == "indicator" else ""
                        _tell(errors, f"{field} {wanted}{alternatives}", row["id"], text, key.start, key.end, got)
    recall, precision = right["found"] / asked["found"], right["found"] / (right["found"] + extra)
    figures = {"facts": float(asked["found"]), "precision": precision, "recall": recall, "F1": 2 * precision * recall / (precision + recall)}
    return figures | {field: right[field] / asked[field] for field in asked if field != "found"}


def _tell(errors: bool, what: str, where: str, text: str, start: int, end: int, got: str = "") -> None:
    if errors:
        around = text[max(0, start - 40) : start] + "⟦" + text[start:end] + "⟧" + text[end : end + 24]
        print(f"{what} | {where} | {around!r} {'| got: ' + got if got else ''}")


def negatives(*, errors: bool = False) -> tuple[int, int]:
    """How many sentences without a fact there are, and in how many of them one is found all the same."""
    wrong = total = 0
    for row, text, (mark,) in texts("negatives"):
        total += 1
        found = [fact for fact in extract_facts(text) if fact.status != "rule" or fact.unit in ("元", "%")]
        wrong += bool(found)
        for fact in found:
            _tell(errors, f"NO FACT ({row['why']})", text[mark.start : mark.end], text, fact.start, fact.end)
    return total, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, *HELD_OUT, []])
    parser.add_argument("--held-out", action="store_true", help="the texts kept aside instead of the others")
    parser.add_argument("--errors", action="store_true", help="name every disagreement")
    options = parser.parse_args()
    parts = tuple(options.parts) or (HELD_OUT if options.held_out else PARTS)
    for field, figure in score(parts, errors=options.errors).items():
        print(f"{field:10} {figure:.0f}" if field == "facts" else f"{field:10} {figure:.3f}")
    if not options.parts and not options.held_out:
        total, wrong = negatives(errors=options.errors)
        print(f"negatives  {wrong} of {total} sentences without a fact give one")


if __name__ == "__main__":
    main()
