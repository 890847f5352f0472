"""The reporter's own name and level against those that the text uses: leftovers of a copied text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Finding
from .case import Case
from .wording import worded, wording

__all__ = ["foreign_names", "self_words"]

MENTIONS = 4
"""Places of one word that a finding shows."""

OFTEN = 3
"""So often must a report without a known sender say 我县 before its level counts as known."""

_OURS = regex.compile(r"(?<!自)我(省|市|县|区|镇|乡|街道|校)(?![场面域别亲外])")
_KINDS = {"校": "学校工会", **{level: f"{level}总工会" for level in ("省", "市", "县", "区", "镇", "乡", "街道")}}
_NAME = r"[\u4e00-\u9fff]{2,3}?"
_PLACE = regex.compile(rf"({_NAME})(街道|[省市县区镇乡])")
_UNION = r"(?:总工会|工会(?![主干小法章])|各级工会|委(?!员|托)|党委|政府|财政|职工|企业|女职工)"
_BOUNDARY = r"(?:^|(?<=[，。；：、\s“（由在经从被对受和与及为使让报]))"
_SIGNATURE = regex.compile(r"^[ \t\u3000]*([\u4e00-\u9fff（）()]{3,24}(?:工会|委员会|联合会))[ \t\u3000]*$", regex.MULTILINE)
_ENDING = 160
"""Characters at the end of a report in which its signature stands."""

_ASK = "请核实：是否为其他单位材料的残留？"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of reporter, by its unit's name, and the words that are not its own."""

    kind: str
    unit: regex.Pattern[str]
    wrong: regex.Pattern[str]


@cache
def _kinds() -> tuple[_Kind, ...]:
    rows = load_table("self_words", ("kind", "unit", "pattern", "unit_example", "example", "counterexample", "source"))
    return tuple(_Kind(row["kind"], regex.compile(row["unit"]), regex.compile(f"(?<!自)(?:{row['pattern']})")) for row in rows)


def self_words(case: Case) -> Iterator[Finding]:
    """R05: a report that calls its sender what it is not: 我市 in a county's report, 镇财政 in that of a 乡 (002).

    Quoted speech is somebody else's, and a county may speak of its city where it names its rank there (在我市率先). Where the
    sender is not known, what the report mostly calls itself stands for it.
    """
    unit = case.report.unit or case.report.title
    kinds = [kind for kind in _kinds() if kind.unit.search(unit)]
    if not kinds:
        said = Counter(match[1] for match in _OURS.finditer(case.text)).most_common(1)
        unit = _KINDS[said[0][0]] if said and said[0][1] >= OFTEN else ""
        kinds = [kind for kind in _kinds() if unit and kind.unit.search(unit)]
    for kind in kinds:
        found: dict[str, list[regex.Match[str]]] = {}
        for match in kind.wrong.finditer(case.text):
            if not _is_quoted(case.text, match.start()) and not _names_rank(case, match):
                found.setdefault(match[0], []).append(match)
        for word, places in found.items():
            words = f"报送单位为“{unit}”，文中却称“{word}”：存疑"
            spans = tuple(case.span(match.start(), match.end() + 6) for match in places[:MENTIONS])
            yield Finding("unit_level", "doubtful", spans, words, None, None, _ASK)


def _is_quoted(text: str, at: int) -> bool:
    """Whether a place lies in a quotation of its line."""
    start = text.rfind("\n", 0, at) + 1
    start = max(start, at - 120)
    return text.rfind("“", start, at) > text.rfind("”", start, at) or text.rfind("《", start, at) > text.rfind("》", start, at)


def _names_rank(case: Case, match: regex.Match[str]) -> bool:
    """Whether the clause tells of the sender's rank in the place above it, or of that place itself."""
    start, end = case.context.clause(match.start() + 1, match.end())
    return worded("ranking", case.text[max(start, match.start() - 20) : min(end, match.end() + 24)])


def foreign_names(case: Case) -> Iterator[Finding]:
    """P9: another county, town … where the sender's own name should stand (砚坪镇 in the report of 柳碓镇), or in the signature.

    Only places of the sender's own level count, since those below it belong to it, and only where they act or are spoken of
    twice; visits, exchanges and neighbours are named as such.
    """
    unit = case.report.unit or case.report.title
    own = _places(unit) | _places(case.report.title)
    if not own:
        return
    yield from _signature(case, unit, own)
    name, level = max(own, key=lambda place: unit.rfind(place[0] + place[1]))
    if level in "省市" or len(case.text) == 0:  # a city has cities below it
        return
    stems = {stem for stem, _ in own}
    others: dict[str, list[regex.Match[str]]] = {}
    pattern = _named_at(level)
    for match in pattern.finditer(case.text):
        stem = match[1]
        if stem in stems or any(stem.endswith(mine) or mine.endswith(stem) for mine in stems) or worded("not_a_name", stem):
            continue
        clause = case.text[case.context.clause(match.start(1), match.end())[0] : match.start(1)]
        around = clause[-20:] + case.text[match.end() : match.end() + 20]
        if wording("visiting").search(clause[-20:]) or wording("visiting").search(around) or _is_quoted(case.text, match.start(1)):
            continue
        others.setdefault(stem, []).append(match)
    for stem, places in others.items():
        acts = case.context.sentence_start(places[0].start(1)) == places[0].start(1)
        if len(places) > 1 or acts:
            words = f"报送单位在“{name}{level}”，文中却写“{stem}{level}”：存疑"
            spans = tuple(case.span(match.start(1), match.end() + 4) for match in places[:MENTIONS])
            yield Finding("foreign_name", "doubtful", spans, words, None, None, _ASK)


@cache
def _named_at(level: str) -> regex.Pattern[str]:
    return regex.compile(rf"{_BOUNDARY}({_NAME}){level}(?={_UNION})", regex.MULTILINE)


def _places(unit: str) -> set[tuple[str, str]]:
    """The places that a unit's name opens with, each with its level (岚州市云溪县总工会)."""
    found: set[tuple[str, str]] = set()
    at = 0
    while (match := _PLACE.match(unit, at)) is not None:
        if not worded("not_a_name", match[1]):
            found.add((match[1], match[2]))
        at = match.end()
    return found


def _signature(case: Case, unit: str, own: set[tuple[str, str]]) -> Iterator[Finding]:
    """A signature of another unit of the same level."""
    text = case.text
    for match in _SIGNATURE.finditer(text, max(0, len(text) - _ENDING)):
        signed = _places(match[1])
        levels = {level for _, level in own}
        other = {(stem, level) for stem, level in signed if level in levels} - own
        if other and not signed & own:
            words = f"标题单位为“{unit}”，落款为“{match[1]}”：存疑"
            yield Finding("foreign_name", "doubtful", (case.span(*match.span(1)),), words, None, None, _ASK)
            return
