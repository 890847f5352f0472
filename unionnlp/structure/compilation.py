"""Where one report ends and the next begins in a file that holds several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import regex

from ..lexicon import Row, load_table
from .numbering import line_number, ordinal_value

__all__ = ["Piece", "is_marker", "split_compilation"]

OWN_TEXT = 60
"""So many characters before the first marker make a report of their own (002: the first of two bears no marker); the
longest preface of a model-text site seen before a first marker has 40."""

_LINE = regex.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One report's stretch of a text; ``body`` is where it goes on behind its marker."""

    start: int
    end: int
    body: int


@cache
def _markers() -> regex.Pattern[str]:
    return regex.compile(rf"(?m)^[ \t\u3000\ufeff]*(?:{_alternatives('marker')})")


@cache
def _pattern(place: str) -> regex.Pattern[str]:
    return regex.compile(_alternatives(place), regex.MULTILINE)


def _alternatives(place: str) -> str:
    """The patterns of the table for one place, their number group told apart."""
    return "|".join(row["pattern"].replace("(?P<n>", f"(?P<n{i}>") for i, row in enumerate(_rows(place)))


def _rows(place: str) -> list[Row]:
    rows = load_table("compilation_markers", ("id", "place", "needs", "pattern", "example", "counterexample", "source"))
    return [row for row in rows if row["place"] == place]


@cache
def _marker_words() -> re.Pattern[str]:
    """Words of which every marker holds one: a cheap look, which saves most texts and lines the patterns."""
    return re.compile("|".join(sorted({word for row in _rows("marker") for word in row["needs"].split("|")})))


def _marker_lines(text: str) -> Iterator[regex.Match[str]]:
    """The markers of a text, in order: only lines that hold a word of one are looked at."""
    end = 0
    while (word := _marker_words().search(text, end)) is not None:
        start = text.rfind("\n", end, word.start()) + 1 or end
        found = _markers().match(text, start)
        if found is not None:
            yield found
        end = text.find("\n", word.end()) + 1 or len(text)


def _number(match: regex.Match[str]) -> int:
    """The number that a marker bears."""
    return ordinal_value(next(value for name, value in match.groupdict().items() if name != "stem" and value is not None))


def is_marker(line: str) -> bool:
    """Whether a line opens a new report of a compilation.

    Example:
        >>> is_marker("第二篇：工会工作总结"), is_marker("第二篇章由大家书写")
        (True, False)
    """
    return _marker_words().search(line) is not None and _markers().match(line if line.endswith("\n") else line + "\n") is not None


def split_compilation(text: str, pages: Sequence[tuple[int, int]] = ()) -> tuple[Piece, ...]:
    """The reports of a text, in order; together they cover it.

    A marker counts when its number continues the count (or opens it), so that a 第三篇 quoted in a report starts nothing.
    Where the text says how many it holds （通用4篇）, lines that repeat one title with a running number are markers too. A
    stretch without markers is split where a second title page begins: a title after which the headings start again, or
    which follows the last page before the page numbers start again.

    Args:
        text: a repaired text.
        pages: (place, number) of the page numbers that were taken out of it.

    Example:
        >>> [(p.start, p.end, p.body) for p in split_compilation("第一篇：甲\\n正文。\\n第二篇：乙\\n正文。")]
        [(0, 10, 4), (10, 19, 14)]
    """
    accepted = _counted(_marker_lines(text)) or _numbered_titles(text)
    if not accepted:
        return tuple(_by_title_pages(text, Piece(0, len(text), 0), pages))
    pieces: list[Piece] = []
    first = accepted[0][0]
    if sum(map(len, text[:first].split())) >= OWN_TEXT:
        pieces.append(Piece(0, first, 0))
    else:
        accepted[0] = (0, accepted[0][1])  # a blank or a short preface belongs to the first report
    ends = [start for start, _ in accepted[1:]] + [len(text)]
    pieces += [Piece(start, end, body) for (start, body), end in zip(accepted, ends, strict=True)]
    return tuple(pieces)


def _counted(matches: Iterable[regex.Match[str]]) -> list[tuple[int, int]]:
    """(start, body) of the markers whose numbers count on from the first."""
    accepted: list[tuple[int, int]] = []
    expected: int | None = None
    for match in matches:
        number = _number(match)
        if expected is None or number == expected:
            titled = match.groupdict().get("stem") is not None  # then the marker's line is the title too
            accepted.append((match.start(), match.start() if titled else match.end()))
            expected = number + 1
    return accepted


def _numbered_titles(text: str) -> list[tuple[int, int]]:
    """Titles with a running number (工会工作总结1, 工会工作总结 篇2), in a text that says how many it holds."""
    if _pattern("count").search(text) is None:
        return []
    stems: dict[str, list[regex.Match[str]]] = {}
    for match in _pattern("numbered_title").finditer(text):
        stems.setdefault(match["stem"].strip(), []).append(match)
    best = max((_counted(found) for found in stems.values() if _number(found[0]) == 1), key=len, default=[])
    return best if len(best) > 1 else []


def _after_last_pages(text: str, pages: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Where a title follows the last page of one submission, the next page number being 1 again."""
    lines = (line for line in _LINE.finditer(text) if line[0].strip())
    line = next(lines, None)
    for (place, number), (_, following) in pairwise(pages):
        while line is not None and line.start() < place:  # places come in order: each line is looked at once
            line = next(lines, None)
        if line is None:
            return
        if following == 1 and number > 1 and _pattern("title_page").fullmatch(line[0].strip()) is not None:
            yield line.start()


def _by_title_pages(text: str, piece: Piece, pages: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """A piece cut where a title stands between a heading past the first and headings that start from one again, or behind
    the last of a run of page numbers."""
    cuts: list[int] = []
    reached, title = 0, -1
    for line in _LINE.finditer(text, piece.body, piece.end):
        words = line[0].strip()
        number = line_number(text, line.start(), line.end())
        if number is not None and number.rank is not None and number.rank <= 1:
            if number.value == 1 and reached >= 2 and title >= 0:
                cuts.append(title)
                reached = 0
            reached, title = max(reached, number.value), -1
        elif title < 0 and reached >= 2 and words and _pattern("title_page").fullmatch(words) is not None:
            title = line.start()
    cuts = sorted({*cuts, *_after_last_pages(text, pages)})
    starts = [piece.start, *cuts]
    for i, (start, end) in enumerate(zip(starts, [*cuts, piece.end], strict=True)):
        yield Piece(start, end, piece.body if i == 0 else start)
