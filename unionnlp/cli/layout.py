"""Help as a terminal shows it: a Chinese character takes two columns, and a line may end after any of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import click

__all__ = ["ChineseFormatter", "columns", "wrapped"]

_CLOSING = "，。、；：？！…”）》』」"
_PIECE = re.compile(rf"\s+|[“（《『「]*(?:[!-~]+|[^\s!-~])[{_CLOSING}]*")
"""What stays together on a line: a word of Latin letters, or a character, with the marks that open before and close after it."""


def columns(text: str) -> int:
    """How many columns of a terminal a text takes.

    Example:
        >>> columns("扫描 scan")
        9
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a paragraph, each at most so many columns wide where what stays together allows it.

    Example:
        >>> wrapped("比对两份文件：各有多少文字，改了哪些数字。", 16)
        ['比对两份文件：各', '有多少文字，改了', '哪些数字。']
    """
    lines = [""]
    for piece in _PIECE.findall(text.strip()):
        blank = piece.isspace()
        if not blank and lines[-1] and columns(lines[-1] + piece) > width and piece[0] not in _CLOSING:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        if not blank or lines[-1]:
            lines[-1] += " " if blank else piece
    return lines


class ChineseFormatter(click.HelpFormatter):
    """Counts columns where click counts characters."""

    def write_text(self, text: str) -> None:
        paragraphs = (wrapped(paragraph, self.width - self.current_indent) for paragraph in re.split(r"\n\s*\n", text.strip()))
        self.write("\n\n".join("\n".join(" " * self.current_indent + line for line in lines) for lines in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        left = min(max(columns(term) for term, _ in rows), col_max) + col_spacing
        for term, said in rows:
            first, *others = wrapped(said, max(self.width - self.current_indent - left, 20))
            beside = columns(term) + col_spacing <= left
            self.write(" " * self.current_indent + term + (" " * (left - columns(term)) + first if beside else "") + "\n")
            for line in others if beside else [first, *others]:
                self.write(" " * (self.current_indent + left) + line + "\n")
