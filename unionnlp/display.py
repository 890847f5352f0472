"""Escaping, small HTML tables and marked text: the only place where text becomes HTML by hand.

A notebook may be light or dark and says so nowhere that a result can see: no colour of a text or of its ground is set, and
what is coloured is half transparent, so that it reads on both.

Marks come in two layers: outer ones (passages, findings) and inner ones (figures, changed words). They may overlap as they
like; at every place the first of the list shows.
"""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import pairwise

__all__ = [
    *("Bar", "Mark", "Part", "Run", "Tint", "chips", "escape", "folded", "headline", "html_line", "html_page", "html_table"),
    *("printable", "quoted", "runs", "shorten", "side_by_side"),
]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_STYLE = "border-collapse:collapse;font-size:13px;margin:8px 0;min-width:18em"
_CAPTION = "caption-side:top;text-align:left;font-weight:600;padding:4px 0"
_LINE = "1px solid #88888866"
_CELL = f"border:{_LINE};padding:3px 8px;text-align:left;vertical-align:baseline"
_HEADING = _CELL + ";background:#88888822;font-weight:600"
_TONES = {"": "", "bad": ";background:#ff5a4640", "ask": ";background:#ffc80048", "good": ";background:#28aa5a30"}
"""Red for what must be answered, yellow for what should be looked at, green for what holds."""
_SHORT = 6
"""Characters of a cell that are kept on one line: a word of the tables, which Chinese breaks off at any character."""


@dataclass(frozen=True, slots=True)
class Tint:
    """A word in a cell of a colour: "bad", "ask", "good", or none."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of 0..1 in a cell: its percentage, and as much of the cell filled."""

    share: float


def html_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "", most: int = 60) -> str:
    """An HTML table with every cell escaped.

    Args:
        columns: the headings.
        rows: one sequence of cells a row; numbers stand to the right with their thousands apart, None is shown as nothing,
            a ``Tint`` in its colour, a ``Bar`` as a percentage.
        caption: a line above the table.
        most: rows shown; a last line says how many were left out.

    Example:
        >>> html_table(["a"], [["<b>"]]).count("&lt;b&gt;")
        1
        >>> "552,000" in html_table(["元"], [[552000]])
        True
    """
    body: list[str] = []
    left = 0
    for count, row in enumerate(rows):
        if count >= most:
            left += 1
            continue
        body.append("<tr>" + "".join(map(_cell, row)) + "</tr>")
    if left:
        body.append(f'<tr><td style="{_CELL}" colspan="{len(columns)}">… 另有 {left} 行</td></tr>')
    head = "".join(f'<th style="{_HEADING}{_kept(column)}">{escape(printable(column))}</th>' for column in columns)
    title = f'<caption style="{_CAPTION}">{escape(printable(caption))}</caption>' if caption else ""
    return f'<table lang="zh-CN" style="{_STYLE}">{title}<thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'


def _cell(value: object) -> str:
    number = isinstance(value, int | Decimal | Bar)
    style = _CELL + (";text-align:right" if number else "")
    match value:
        case None:
            text = ""
        case Bar(share):
            text, filled = f"{share:.1%}", f"{100 * min(max(share, 0), 1):.1f}%"
            style += f";background:linear-gradient(to right,#4a90d94d {filled},transparent {filled})"
        case Tint(text, tone):
            style += _TONES[tone]
        case Decimal():
            text = f"{value:,f}"
        case int():
            text = f"{value:,}"
        case _:
            text = str(value)
    return f'<td style="{style}{";white-space:nowrap" if number else _kept(text)}">{escape(printable(text))}</td>'


def _kept(text: str) -> str:
    return ";white-space:nowrap" if len(text) <= _SHORT else ""


def headline(title: str, words: str = "") -> str:
    """A bold title with a few words after it.

    Example:
        >>> "<b>甲&lt;乙</b>" in headline("甲<乙", "12 字")
        True
    """
    said = f'<span style="opacity:.75">　{escape(printable(words))}</span>' if words else ""
    return f'<p lang="zh-CN" style="margin:8px 0;font-size:15px"><b>{escape(printable(title))}</b>{said}</p>'


def folded(summary: str, inside: str) -> str:
    """HTML that opens when its summary is clicked.

    Example:
        >>> folded("3 < 4", "<p></p>")
        '<details lang="zh-CN" style="margin:8px 0"><summary style="cursor:pointer">3 &lt; 4</summary><p></p></details>'
    """
    return f'<details lang="zh-CN" style="margin:8px 0"><summary style="cursor:pointer">{escape(printable(summary))}</summary>{inside}</details>'


def chips(words: Sequence[str], total: int) -> str:
    """Words in boxes, one beside the other; a last line says how many of ``total`` were left out. Blanks alone get no box.

    Example:
        >>> chips(["慰问", " ", "职工"], 5).count("border:"), "另有 2 个" in chips(["慰问", " ", "职工"], 5)
        (2, True)
    """
    boxes = "".join(f'<span style="border:{_LINE};border-radius:3px;padding:0 3px;margin:0 2px">{escape(word)}</span>' if word.strip() else " " for word in map(printable, words))
    more = f"　… 另有 {total - len(words)} 个" if total > len(words) else ""
    return f'<div lang="zh-CN" style="line-height:2;font-size:14px">{boxes}{more}</div>'


def html_page(title: str, body: str) -> str:
    """A page that stands by itself around HTML made here: in the light or dark of the reader's system, no script, nothing fetched.

    Example:
        >>> html_page("甲<乙", "<p></p>").count("&lt;")
        1
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(printable(title))}</title></head>\n'
        f'<body style="font-family:system-ui,\'Noto Sans CJK SC\',\'Microsoft YaHei\',sans-serif;max-width:1280px;margin:0 auto;padding:16px">{body}</body></html>\n'
    )


def html_line(caption: str, words: Iterable[str], *, most: int = 60) -> str:
    """Short words one after another under a bold caption; words past ``most`` are counted.

    Example:
        >>> html_line("异数 1 处", ["3<4"])
        '<p lang="zh-CN" style="margin:8px 0"><b>异数 1 处</b>：3&lt;4</p>'
    """
    shown = [*(listed := list(words))[:most], *([f"… 另有 {len(listed) - most} 处"] if len(listed) > most else [])]
    return f'<p lang="zh-CN" style="margin:8px 0"><b>{escape(printable(caption))}</b>：{escape(printable("；".join(shown)))}</p>'


def shorten(text: str, most: int = 60) -> str:
    """One line of at most ``most`` characters; what was cut is marked by an ellipsis.

    Example:
        >>> shorten("走访慰问\\n困难职工", 7)
        '走访慰问 困…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def quoted(text: str) -> str:
    """Words in quotation marks, in square ones where the words bring marks of their own.

    Example:
        >>> quoted("组建率达96"), quoted("围绕“六个方面”")
        ('“组建率达96”', '「围绕“六个方面”」')
    """
    return f"「{text}」" if "“" in text or "”" in text else f"“{text}”"


def printable(text: str) -> str:
    """``text`` with every character that XML, HTML or UTF-8 cannot carry shown as U+FFFD; its length stays.

    So are the marks that reverse the direction of writing: with one of them evidence reads otherwise than it stands.

    Example:
        >>> printable("共有\\x00职工")
        '共有�职工'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


# ------------------------------------------------------------------------------------------------------- marked text


@dataclass(frozen=True, slots=True)
class Mark:
    """How a stretch is shown: a style, words to show on hover, its own anchor and where it leads."""

    start: int
    end: int
    style: str
    title: str = ""
    anchor: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Characters under at most one inner mark."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Parts under at most one outer mark; ``first`` where that mark begins, for anchors must not stand twice."""

    parts: tuple[Part, ...]
    mark: Mark | None = None
    first: bool = False


def _visible(marks: Sequence[Mark], length: int) -> list[tuple[int, int, int]]:
    """The stretches (start, end, index of the mark that shows) in order; earlier marks lie on top. O(n log n)."""
    clipped = [(max(0, m.start), min(length, m.end), i) for i, m in enumerate(marks)]
    waiting = sorted(c for c in clipped if c[0] < c[1])
    points = sorted({at for start, end, _ in waiting for at in (start, end)})
    active: list[tuple[int, int]] = []  # (index, end)
    shown: list[tuple[int, int, int]] = []
    next_ = 0
    for left, right in pairwise(points):
        while next_ < len(waiting) and waiting[next_][0] <= left:
            heapq.heappush(active, (waiting[next_][2], waiting[next_][1]))
            next_ += 1
        while active and active[0][1] <= left:
            heapq.heappop(active)
        if not active:
            continue
        index = active[0][0]
        if shown and shown[-1][1] == left and shown[-1][2] == index:
            shown[-1] = (shown[-1][0], right, index)
        else:
            shown.append((left, right, index))
    return shown


def runs(text: str, outer: Sequence[Mark], inner: Sequence[Mark]) -> tuple[Run, ...]:
    """The text cut at every edge of a mark that shows.

    Args:
        text: the text; the offsets of the marks are relative to it, what lies outside is dropped.
        outer, inner: marks, most important first.

    Returns:
        Runs whose parts, put together, are the text.

    Example:
        >>> [(run.mark and run.mark.style, [part.text for part in run.parts]) for run in runs("走访78家企业", [Mark(2, 5, "same")], [Mark(2, 4, "number")])]
        [(None, ['走访']), ('same', ['78', '家']), (None, ['企业'])]
    """
    inner_shown = _visible(inner, len(text))
    inner_ends = [end for _, end, _ in inner_shown]

    def parts(start: int, end: int) -> tuple[Part, ...]:
        result: list[Part] = []
        at, i = start, bisect_left(inner_ends, start + 1)
        while i < len(inner_shown) and inner_shown[i][0] < end:
            left, right = max(start, inner_shown[i][0]), min(end, inner_shown[i][1])
            if at < left:
                result.append(Part(text[at:left]))
            result.append(Part(text[left:right], inner[inner_shown[i][2]]))
            at, i = right, i + 1
        if at < end:
            result.append(Part(text[at:end]))
        return tuple(result)

    result: list[Run] = []
    begun: set[int] = set()
    at = 0
    for start, end, index in _visible(outer, len(text)):
        if at < start:
            result.append(Run(parts(at, start)))
        result.append(Run(parts(start, end), outer[index], index not in begun))
        begun.add(index)
        at = end
    if at < len(text):
        result.append(Run(parts(at, len(text))))
    return tuple(result)


_COLOURS = {
    "same": "background:#ff5a4640",
    "edited": "background:#ff5a4640",
    "stock": "background:#8090a44d",
    "quoted": "background:#28aa5a40",
    "changed": "background:#ffc80054",
    "agree": "outline:1px solid #5b8fc9;outline-offset:-1px;border-radius:2px",
    "differ": "background:#ffc80054;outline:2px solid #e0453a;outline-offset:-1px;border-radius:2px;font-weight:600",
}
"""What auditors are used to: the same is red, what was changed yellow, stock grey, quotations green, figures boxed."""
_MOST = 60_000  # characters of a text that are shown; the longest real report has 15,000
_PANE = "max-height:32em;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.8;padding:8px 12px;border:1px solid #88888866;border-radius:4px;unicode-bidi:isolate"


def side_by_side(title: str, panes: Sequence[tuple[str, str, Sequence[Mark], Sequence[Mark]]], legend: Sequence[tuple[str, str]], tables: Sequence[str]) -> str:
    """Texts next to each other with their marks, for a notebook: no script, no style sheet, nothing fetched.

    Args:
        title: a line above it all.
        panes: of each text its name, itself, and the outer and inner marks that ``runs`` takes; their styles are those of the legend.
        legend: (style, word) pairs.
        tables: HTML that follows: the first above the texts, the others below.

    Example:
        >>> side_by_side("", [("甲", "走访<78>家", [Mark(0, 2, "same")], [])], [("same", "同文")], []).count("&lt;78&gt;")
        1
    """
    keys = "".join(f'<span style="{_COLOURS[style]};padding:0 4px;margin-right:1em">{escape(word)}</span>' for style, word in legend)
    sides = []
    for name, text, outer, inner in panes:
        shown = "".join(_coloured(run) for run in runs(text[:_MOST], outer, inner))
        cut = f"<em>（只显示前 {_MOST} 字）</em>" if len(text) > _MOST else ""
        sides.append(f'<div style="flex:1 1 22em;min-width:0"><div style="font-weight:600;margin:4px 0">{escape(printable(name))}</div><div style="{_PANE}">{shown}{cut}</div></div>')
    parts = [
        f'<div style="font-weight:600;font-size:15px">{escape(printable(title))}</div>',
        *tables[:1],
        f'<div style="margin:6px 0">{keys}</div>',
        f'<div style="display:flex;flex-wrap:wrap;gap:12px">{"".join(sides)}</div>',
        *tables[1:],
    ]
    return f'<div lang="zh-CN" style="font-size:14px">{"".join(parts)}</div>'


def _coloured(run: Run) -> str:
    inside = "".join(f'<span style="{_COLOURS[part.mark.style]}">{escape(printable(part.text))}</span>' if part.mark else escape(printable(part.text)) for part in run.parts)
    return f'<span style="{_COLOURS[run.mark.style]}">{inside}</span>' if run.mark else inside
