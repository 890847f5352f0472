"""From a document to its reports: the public entry of this stage."""

from __future__ import annotations

import hashlib
from functools import cache

import regex

from ..lexicon import load_table
from ..records import Document, Report, Section
from .compilation import Piece, split_compilation
from .normalize import Normalized, normalize
from .numbering import starts_with_number
from .outline import Node, is_unnumbered_heading, outline

__all__ = ["parse", "reports_of"]

TITLE_LINES = 8
"""A title stands among the first so many lines that are not blank (002 opens with a cover of seven)."""

TITLE_LENGTH = 60

OPENING = 200
"""So many characters of the body are its opening, which says what time it reports on."""

SIGNATURE = 120
"""So many characters at the end may hold a signature and a date."""

_LINE = regex.compile(r"[^\r\n]+")
_DASH = regex.compile(r"[-—－]{2,}")
_ASIDE = regex.compile(r"[（(]")
_SENTENCE_END = "。！!；;，,"
_BREAK = regex.compile(r"\s*[\r\n]\s*")
_SPACED = regex.compile(r"(?<!\S)\S(?:[ \t\u3000]\S)+(?!\S)")
_DATE = regex.compile(r"(?:(?:19|20)\d{2}|[一二][〇○零0OＯ一二三四五六七八九]{3})年[^\n]{0,8}$")


def parse(document: Document | str) -> tuple[Report, ...]:
    """The reports of a document; a compilation file gives several.

    Args:
        document: a Document as a reader delivers it, or a text.
    Returns:
        Reports in order of place; none for a text without any word. Offsets are into the document's raw text.

    Example:
        >>> report, = parse("云溪县总工会2019年工作总结\\n一、组织建设\\n新建工会12家。\\n二、维权\\n调解纠纷3起。")
        >>> report.title, report.unit, report.period
        ('云溪县总工会2019年工作总结', '云溪县总工会', '2019年')
        >>> [(s.number, s.heading) for s in report.walk()]
        [('一、', '组织建设'), ('二、', '维权')]
    """
    if isinstance(document, str):
        document = Document(document)
    if not document.text.strip():
        return ()
    normalized = normalize(document.text)
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    pieces = split_compilation(normalized.text, normalized.pages())
    starts = [0, *(normalized.raw_span(piece.start, piece.start)[0] for piece in pieces[1:]), len(document.text)]
    return tuple(
        _report(document, normalized, piece, f"{digest}-{number}", start, end)
        for number, (piece, start, end) in enumerate(zip(pieces, starts, starts[1:], strict=False), 1)
    )


def reports_of(text: Report | Document | str) -> tuple[Report, ...]:
    """The reports that an argument stands for: itself, or what its text is parsed into."""
    return (text,) if isinstance(text, Report) else parse(text)


def _report(document: Document, normalized: Normalized, piece: Piece, report_id: str, start: int, end: int) -> Report:
    lines = _first_lines(normalized.text, piece)
    title_span = _title(normalized.text, piece, lines)
    title = _in_one_line(normalized.text[slice(*title_span)]) if title_span else ""
    body = title_span[1] if title_span and title_span[0] == piece.body else piece.body
    sections = tuple(_section(normalized, node, start, end) for node in outline(normalized.text, body, piece.end))
    return Report(
        report_id,
        document,
        start,
        end,
        title,
        _unit(normalized.text, piece, title, lines),
        _period(title),
        sections,
        tuple(table for table in document.tables if start <= table.start < end),
        _period(normalized.text[body : min(body + OPENING, piece.end)]),
    )


def _section(normalized: Normalized, node: Node, low: int, high: int) -> Section:
    """A node in raw offsets; ends snap to the start of what follows, so that siblings touch."""
    start = max(low, normalized.raw_span(node.start, node.start + 1)[0])
    end = high if node.end >= len(normalized.text) else min(high, normalized.raw_span(node.end, node.end + 1)[0])
    children = tuple(_section(normalized, child, start, end) for child in node.children)
    body = max(start, normalized.raw_span(*node.head)[1])
    return Section(start, end, node.level, node.number, normalized.text[slice(*node.head)], children, min(body, end))


@cache
def _patterns() -> dict[str, regex.Pattern[str]]:
    rows = load_table("titles", ("id", "pattern", "example", "counterexample", "source"))
    return {row["id"]: regex.compile(row["pattern"]) for row in rows}


def _first_lines(text: str, piece: Piece) -> list[tuple[int, int]]:
    """The lines above the body, among which the title and the unit may stand."""
    lines = []
    for match in _LINE.finditer(text, piece.body, piece.end):
        words = match[0].strip()
        if not words:
            continue
        at = match.start() + match[0].index(words)
        if starts_with_number(words) or is_unnumbered_heading(words) or len(words) > TITLE_LENGTH or words[-1] in _SENTENCE_END or "。" in words:
            break
        lines.append((at, at + len(words)))
        if len(lines) == TITLE_LINES:
            break
    return lines


def _title(text: str, piece: Piece, lines: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the title stands: behind the marker, else the first line that says what it is, else the first line.

    A line that says nothing but that (汇 报 材 料 on a cover), or that a dash opens, is the end of the title that stands in
    the line before it.
    """
    if not lines:
        return None
    if piece.body > piece.start and "\n" not in text[piece.body : lines[0][0]]:
        return lines[0]
    kinds = [line for line in lines if _patterns()["title_word"].search(_ASIDE.split(text[slice(*line)])[0])]
    for line in kinds:
        if not _bare(text, line) and _DASH.match(text, *line) is None:
            return line
        above = lines[lines.index(line) - 1] if line != lines[0] else line
        if not _bare(text, above) and _DATE.search(text, *above) is None:
            return above[0], line[1]
    return (kinds or lines)[0]


def _in_one_line(title: str) -> str:
    """A title without its line breaks and without the blanks of spaced-out words (汇 报 材 料)."""
    spaced = _SPACED.sub(lambda match: "".join(match[0].split()), title)
    return _BREAK.sub("", spaced)


def _bare(text: str, line: tuple[int, int]) -> bool:
    """Whether a line names a kind of paper and nothing more."""
    return _patterns()["bare_kind"].fullmatch(text, *line) is not None


def _unit(text: str, piece: Piece, title: str, lines: list[tuple[int, int]]) -> str:
    """The reporting unit: what the title opens with, else a line above the body or in the signature that names nothing else."""
    found = _unit_names(title)
    if found:
        return found[0]
    above = [text[slice(*line)] for line in lines]
    below = text[max(piece.body, piece.end - SIGNATURE) : piece.end].splitlines()[-4:]
    for line in [*above, *reversed(below)]:
        undated = _patterns()["letterhead"].sub("", _ASIDE.split(_DATE.sub("", line.strip()))[0])
        for name in _unit_names(undated):
            if line.strip().endswith(name) or name == undated.strip():
                return name
    return ""


def _unit_names(line: str) -> list[str]:
    """Names of units that a line, or its part behind a dash, opens with."""
    parts = [part.strip() for part in _DASH.split(line)]
    names = [match[1] for part in reversed(parts) if (match := _unit_name().match(part)) is not None]
    return [name for name in names if _patterns()["not_unit"].match(name) is None]


@cache
def _unit_name() -> regex.Pattern[str]:
    """A name up to its first ending, and on to the union of what it names so far (云岭矿|务局工会)."""
    unit, union, between = (_patterns()[name].pattern for name in ("unit", "union", "not_in_unit"))
    return regex.compile(rf"(?:{_patterns()['opening'].pattern})?([\u4e00-\u9fff（）()·×]{{2,24}}?{unit}+(?:(?<!会)(?:(?!{between})[\u4e00-\u9fff]){{0,8}}?{union})?)")


def _period(words: str) -> str:
    """The first time that a title, or the opening of a body, names."""
    found = _patterns()["period"].search(words)
    return found[0] if found else ""
