"""Escaping and small HTML tables: the only place where text becomes HTML by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["escape", "html_table", "shorten"]

_STYLE = "border-collapse:collapse;font-size:13px"
_CELL = "border:1px solid #c8c8c8;padding:3px 8px;text-align:left;vertical-align:top"


def html_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, caption: str = "", most: int = 60) -> str:
    """An HTML table with every cell escaped.

    Args:
        columns: the headings.
        rows: one sequence of cells a row; None is shown as nothing.
        caption: a line above the table.
        most: rows shown; a last line says how many were left out.

    Example:
        >>> html_table(["a"], [["<b>"]]).count("&lt;b&gt;")
        1
    """
    body: list[str] = []
    left = 0
    for count, row in enumerate(rows):
        if count >= most:
            left += 1
            continue
        body.append("<tr>" + "".join(f'<td style="{_CELL}">{escape("" if cell is None else str(cell))}</td>' for cell in row) + "</tr>")
    if left:
        body.append(f'<tr><td style="{_CELL}" colspan="{len(columns)}">… 另有 {left} 行</td></tr>')
    head = "".join(f'<th style="{_CELL}">{escape(column)}</th>' for column in columns)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<table style="{_STYLE}">{title}<thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'


def shorten(text: str, most: int = 60) -> str:
    """One line of at most ``most`` characters; what was cut is marked by an ellipsis.

    Example:
        >>> shorten("走访慰问\\n困难职工", 7)
        '走访慰问 困…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
