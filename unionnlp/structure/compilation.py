"""Where one report ends and the next begins in a file that holds several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from ..lexicon import load_table
from .numbering import ordinal_value

__all__ = ["Piece", "is_marker", "split_compilation"]

OWN_TEXT = 60
"""So many characters before the first marker make a report of their own (002: the first of two bears no marker); the
longest preface of a model-text site seen before a first marker has 40."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One report's stretch of a text; ``body`` is where it goes on behind its marker."""

    start: int
    end: int
    body: int


@cache
def _markers() -> regex.Pattern[str]:
    rows = load_table("compilation_markers", ("id", "pattern", "example", "counterexample", "source"))
    parts = [row["pattern"].replace("(?P<n>", f"(?P<n{i}>") for i, row in enumerate(rows)]
    return regex.compile(r"(?m)^[ \t\u3000\ufeff]*(?:" + "|".join(parts) + ")")


def is_marker(line: str) -> bool:
    """Whether a line opens a new report of a compilation.

    Example:
        >>> is_marker("第二篇：工会工作总结"), is_marker("第二篇章由大家书写")
        (True, False)
    """
    return _markers().match(line if line.endswith("\n") else line + "\n") is not None


def split_compilation(text: str) -> tuple[Piece, ...]:
    """The reports of a text, in order; together they cover it.

    A marker counts when its number continues the count (or opens it), so that a 第三篇 quoted in a report starts nothing.

    Args:
        text: a repaired text.

    Example:
        >>> [(p.start, p.end, p.body) for p in split_compilation("第一篇：甲\\n正文。\\n第二篇：乙\\n正文。")]
        [(0, 10, 4), (10, 19, 14)]
    """
    accepted: list[tuple[int, int]] = []
    expected: int | None = None
    for match in _markers().finditer(text):
        number = ordinal_value(next(value for value in match.groupdict().values() if value is not None))
        if expected is None or number == expected:
            accepted.append((match.start(), match.end()))
            expected = number + 1
    if not accepted:
        return (Piece(0, len(text), 0),)
    pieces: list[Piece] = []
    first = accepted[0][0]
    if len(text[:first].split()) and sum(map(len, text[:first].split())) >= OWN_TEXT:
        pieces.append(Piece(0, first, 0))
    elif first:
        accepted[0] = (0 if not text[:first].strip() else first, accepted[0][1])
    ends = [start for start, _ in accepted[1:]] + [len(text)]
    pieces += [Piece(start, end, body) for (start, body), end in zip(accepted, ends, strict=True)]
    return tuple(pieces)
