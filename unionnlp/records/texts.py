"""Texts and their parts: documents, tables, repairs, reports, sections, words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from .base import Record

__all__ = ["Cell", "Document", "Repair", "Report", "Section", "Table", "Token", "Tokens"]


@dataclass(frozen=True, slots=True)
class Cell(Record):
    """A cell of a table and its place in the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table(Record):
    """A table where it stood in the text: rows of cells.

    Example:
        >>> table = Table(0, 7, ((Cell(0, 2, "单位"), Cell(3, 5, "人数")),))
        >>> [[cell.text for cell in row] for row in table.rows]
        [['单位', '人数']]
    """

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Document(Record):
    """One submission as read: the text as decoded, before any repair.

    ``source`` is the file's name or path as given; ``notes`` say what the reader saw (an encoding that is not UTF-8,
    a name that claims another format).

    Example:
        >>> document = Document("一、帮扶救助\\n走访慰问困难职工12户。", "总结.txt")
        >>> len(document.text), document.tables, document.notes
        (19, (), ())
    """

    text: str
    source: str = ""
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        from .pages import document_html

        return document_html(self)


@dataclass(frozen=True, slots=True)
class Repair(Record):
    """One edit that turns the raw text into the repaired one; ``kind`` says what was wrong there.

    Example:
        >>> repair = Repair(2, 4, "page_number", "")
        >>> "组织12建设"[: repair.start] + repair.replacement + "组织12建设"[repair.end :]
        '组织建设'
    """

    start: int
    end: int
    kind: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Section(Record):
    """A section of a report: ``start`` at its number, ``end`` at the next section of the same or a higher level.

    ``level`` counts from 1 by nesting in this report. ``number`` and ``heading`` are empty when absent; ``body`` is
    where the words of the heading end in the text.

    Example:
        >>> inner = Section(6, 20, 2, "（一）", "建会")
        >>> [section.heading for section in Section(0, 20, 1, "一、", "组织建设", (inner,)).walk()]
        ['组织建设', '建会']
    """

    start: int
    end: int
    level: int
    number: str
    heading: str
    sections: tuple[Section, ...] = ()
    body: int = 0

    def walk(self) -> Iterator[Section]:
        """This section and every one inside it, depth first."""
        yield self
        for section in self.sections:
            yield from section.walk()

    def _repr_html_(self) -> str:
        from .pages import section_html

        return section_html(self)


@dataclass(frozen=True, slots=True)
class Report(Record):
    """One report; a compilation file holds several.

    ``unit`` is the reporting unit and ``period`` the time that the title names, as written; ``body_period`` is what the
    opening of the body says of its time, kept apart, since a year may have been pasted on the title later. They are empty
    where the text does not say. ``tables`` are those of the document that stand inside the report.

    Example:
        >>> report = Report("r1", Document("乙县\\n甲县总工会2019年总结"), 3, 15, "甲县总工会2019年总结", "甲县总工会", "2019年")
        >>> report.text
        '甲县总工会2019年总结'
    """

    report_id: str
    document: Document = field(repr=False, metadata={"shown": False})
    start: int
    end: int
    title: str
    unit: str
    period: str
    sections: tuple[Section, ...] = field(default=(), repr=False)
    tables: tuple[Table, ...] = field(default=(), repr=False)
    body_period: str = ""

    @property
    def text(self) -> str:
        """The raw text of this report alone."""
        return self.document.text[self.start : self.end]

    def walk(self) -> Iterator[Section]:
        """Every section, depth first."""
        for section in self.sections:
            yield from section.walk()

    def _repr_html_(self) -> str:
        from .pages import report_html

        return report_html(self)


@dataclass(frozen=True, slots=True)
class Token(Record):
    """A word and its place.

    Example:
        >>> Token(4, 6, "困难").to_dict()
        {'start': 4, 'end': 6, 'text': '困难'}
    """

    start: int
    end: int
    text: str


class Tokens(Sequence[Token]):
    """The words of a text; tokens are made on access over offset arrays.

    Args:
        text: the text.
        starts, ends: the offsets of each word, of equal length, in order.

    Example:
        >>> tokens = Tokens("走访慰问困难职工", [0, 4, 6], [4, 6, 8])
        >>> tokens.texts
        ['走访慰问', '困难', '职工']
        >>> tokens[1]
        Token(start=4, end=6, text='困难')
    """

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.text = text
        self._starts = starts
        self._ends = ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> list[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | list[Token]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        start, end = int(self._starts[index]), int(self._ends[index])
        return Token(start, end, self.text[start:end])

    @property
    def texts(self) -> list[str]:
        """The words alone."""
        return [self.text[start:end] for start, end in zip(self._starts, self._ends, strict=True)]

    def __repr__(self) -> str:
        return "/".join(self.texts[:50]) + ("/…" if len(self) > 50 else "")

    def _repr_html_(self) -> str:
        from .pages import tokens_html

        return tokens_html(self)
