"""Load, validate and fingerprint the tables in ``data/lexicon``.

A table is a TSV file in UTF-8: a header line, then one row a line; a line that starts with ``#`` is a comment.
Chinese domain words live there, never in the code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from .errors import LexiconError

__all__ = ["Row", "data_file", "display_words", "explain", "fingerprint", "load_table", "parse_table", "say"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells by column name, and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def error(self, reason: str) -> LexiconError:
        """An error that names this row."""
        return LexiconError(self.file, self.line, reason)


def data_file(*parts: str) -> Traversable:
    """A file that ships with the package, such as ``data_file("samples")``."""
    return resources.files(__package__).joinpath("data", *parts)


def parse_table(text: str, file: str, columns: Sequence[str]) -> tuple[Row, ...]:
    """The rows of a table given as text.

    Args:
        text: the file's text.
        file: its name, for errors.
        columns: the columns that must be there, in this order; more may follow.

    Raises:
        LexiconError: a missing column, a row with another number of cells, an empty first cell, or a row that
            stands twice.

    Example:
        >>> [row["surface"] for row in parse_table("surface\\tunit\\n名\\t人\\n", "x.tsv", ["surface", "unit"])]
        ['名']
    """
    lines = text.replace("\r\n", "\n").split("\n")  # not splitlines: a cell may hold other separators as its example
    header = lines[0].split("\t") if lines else []
    if header[: len(columns)] != list(columns):
        raise LexiconError(file, 1, f"columns are {header}, expected {list(columns)}")
    rows: list[Row] = []
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) > len(header):
            raise LexiconError(file, number, f"{len(cells)} cells under {len(header)} columns")
        cells += [""] * (len(header) - len(cells))
        if not cells[0].strip():
            raise LexiconError(file, number, "the first cell is empty")
        if line in seen:
            raise LexiconError(file, number, "this row stands twice")
        seen.add(line)
        rows.append(Row(file, number, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    return tuple(rows)


@cache
def load_table(name: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows of ``data/lexicon/<name>.tsv``; read once."""
    file = f"{name}.tsv"
    return parse_table(data_file("lexicon", file).read_text(encoding="utf-8"), file, columns)


def fingerprint(*names: str) -> str:
    """A short hash of tables, kept beside results made with them.

    Example:
        >>> len(fingerprint("failures"))
        16
    """
    digest = hashlib.sha256()
    for name in names:
        digest.update(data_file("lexicon", f"{name}.tsv").read_bytes())
    return digest.hexdigest()[:16]


@cache
def display_words(kind: str) -> dict[str, Row]:
    """The rows of ``display_words.tsv`` of one kind by word, in the order of the table.

    Example:
        >>> [row["chinese"] for row in display_words("match").values()][:3]
        ['全文相同', '略有改动', '换数照搬']
    """
    return {row["word"]: row for row in load_table("display_words", ("kind", "word", "chinese", "explanation")) if row["kind"] == kind}


def say(kind: str, word: str) -> str:
    """The Chinese for a word of the records; the word itself where the table has none.

    Example:
        >>> say("verdict", "conflict"), say("rule", "R01")
        ('打架', 'R01')
    """
    row = display_words(kind).get(word)
    return row["chinese"] if row else word


def explain(kind: str, word: str) -> str:
    """What a display word means, in Chinese; empty where the table has none."""
    row = display_words(kind).get(word)
    return row["explanation"] if row else ""
