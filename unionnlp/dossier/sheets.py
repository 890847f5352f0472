"""The look of a ledger sheet: headings, widths, heights, number formats with units, and what to do past Excel's limits.

It knows nothing of reports; ``workbook.py`` says what stands in the sheets. Nothing becomes a formula or a link: every word is
written as a string, whatever it begins with.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from .tables import atomic

if TYPE_CHECKING:
    import xlsxwriter
    import xlsxwriter.format
    import xlsxwriter.worksheet

__all__ = ["COUNT", "PERCENT", "RATIO", "ROWS", "SHEETS", "Amount", "Column", "Ledger", "Lines", "ledger"]

ROWS = 1_048_576  # of a sheet in Excel; xlsxwriter drops what lies beyond without a word
CELL = 32_767  # characters of a cell in Excel
SHEETS = 2  # that one table is spread over: a million rows take some five minutes to write and a minute to open
UNITS = 150  # number formats; Excel takes some 200 in all
UNIT = 8  # characters of a unit in a number format
PLACES = 4  # decimals that are shown
SHOWN = 8  # lines of a cell that are shown; the rest is there, and seen when the row is drawn higher
LINE = 15.75  # points of a line: 21 of the pixels that Excel counts heights in
WIDE = 200  # half-width characters from which on a line is too small to read on A4

COUNT, PERCENT, RATIO, DAY = "#,##0", "0.0%", "0.000", "yyyy-mm-dd"
FIRST_DAY = datetime.date(1900, 3, 1)  # Excel takes 1900 for a leap year

TOP = {"font_name": "宋体", "font_size": 10, "valign": "top"}
NUMBER = {**TOP, "align": "center", "num_format": "0"}
WORDS = {**TOP, "text_wrap": True}
NOTE = {**TOP, "italic": True}
HEADING = {**WORDS, "font_name": "黑体", "align": "center", "valign": "vcenter", "bg_color": "#E8EDF5", "border": 1, "border_color": "#C5CBD5"}

Lines = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, its width in half-width characters, and the number format of its cells, which words and amounts do without."""

    heading: str
    width: int
    format: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is shown with its unit and stays a number.

    Example:
        >>> Amount(228000.0, "元").format, Amount(97.08, "%").format, Amount(0.5, "").format
        ('#,##0"元"', '#,##0.00"%"', '#,##0.0')
    """

    value: float
    unit: str

    @property
    def format(self) -> str:
        """The number format. It has as many decimals as the number: those that Excel may leave out leave the point behind, 235.户."""
        decimals = len(f"{self.value:.{PLACES}f}".partition(".")[2].rstrip("0"))
        unit = f'"{self.unit}"' if self.unit and len(self.unit) <= UNIT and '"' not in self.unit else ""
        return COUNT + ("." + "0" * decimals if decimals else "") + unit


@contextmanager
def ledger(path: str | os.PathLike[str], *, rows: int = ROWS) -> Iterator[Ledger]:
    """A workbook that takes its place at ``path`` when the block ends well.

    Args:
        path: the file to write; an older one is replaced only when the new one is whole.
        rows: the most rows of a sheet, heading included.

    Raises:
        OSError: the file cannot be written.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "ledger.xlsx")
        ...     with ledger(path) as book:
        ...         book.sheet("慰问", [Column("单位", 20), Column("慰问金", 14)], [("甲县总工会", Amount(228000, "元"))])
        ...     path.read_bytes()[:2]
        b'PK'
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False, "constant_memory": True}
    with atomic(path) as written, xlsxwriter.Workbook(str(written), options) as book:
        book.use_zip64()  # full sheets may be larger than a plain zip can hold
        yield Ledger(book, rows)


class Ledger:
    """A workbook whose sheets are all made alike; ``ledger`` opens one."""

    __slots__ = ("_book", "_formats", "_rows")

    def __init__(self, book: xlsxwriter.Workbook, rows: int) -> None:
        self._book, self._rows = book, rows
        self._formats: dict[str, xlsxwriter.format.Format] = {}

    def sheet(self, name: str, columns: Sequence[Column], lines: Lines, notes: Sequence[str] = ()) -> None:
        """Write a table: frozen heading, filter, numbered lines, and notes below them.

        Lines past the last row of a sheet go on in a second one of the same form, and in further ones up to ``SHEETS`` in all; a last
        line says what was left out after that.

        Args:
            columns: the headings; the number of the line (序号) stands before them.
            lines: a cell a column: words, numbers, dates, amounts, or None for nothing.

        Complexity: linear in the cells; memory holds one line.
        """
        room = self._rows - 2 - len(notes)  # besides the heading, the notes, and the line that says where it goes on
        numbered = enumerate(lines, 1)
        waiting = next(numbered, None)
        for part in range(1, SHEETS + 1):
            sheet = self._begin(name if part == 1 else f"{name}（{part}）", columns)
            row = 0
            while waiting is not None and row < room:
                row += 1
                self._line(sheet, row, columns, waiting)
                waiting = next(numbered, None)
            sheet.autofilter(0, 0, max(row, 1), len(columns))
            if waiting is None or part == SHEETS:
                break
            self._note(sheet, row + 1, f"续见工作表“{name}（{part + 1}）”。")
        left = 0 if waiting is None else 1 + sum(1 for _ in numbered)
        cut = [f"受 Excel 行数限制，另有 {left:,} 行未列出，可在工作区的数据表中查询。"] if left else []
        for i, note in enumerate([*cut, *notes], row + 1):
            self._note(sheet, i, note)

    def _begin(self, name: str, columns: Sequence[Column]) -> xlsxwriter.worksheet.Worksheet:
        sheet = self._book.add_worksheet(name)
        numbered = (Column("序号", 6), *columns)
        sheet.set_row(0, LINE * max(_height(column.heading, column) for column in numbered) + LINE / 2)
        for i, column in enumerate(numbered):
            sheet.set_column(i, i, column.width)
            sheet.write_string(0, i, column.heading, self._format("heading", HEADING))
        sheet.freeze_panes(1, 2)  # whose line it is stays in sight, too
        sheet.set_paper(8 if sum(column.width for column in numbered) > WIDE else 9)  # A3 or A4
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.hide_gridlines(0)  # as lines on paper, too
        sheet.set_header("&L&A")
        sheet.set_footer("&C第 &P 页，共 &N 页")
        return sheet

    def _line(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, columns: Sequence[Column], line: tuple[int, Sequence[object]]) -> None:
        number, cells = line
        height = max((_height(cell, column) for cell, column in zip(cells, columns, strict=True) if isinstance(cell, str)), default=1)
        if height > 1:  # not every program finds the height of wrapped words by itself
            sheet.set_row(row, LINE * min(height, SHOWN))
        sheet.write_number(row, 0, number, self._format("number", NUMBER))
        words = self._format("words", WORDS)
        for i, cell in enumerate(cells, 1):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, i, cell if len(cell) <= CELL else cell[: CELL - 1] + "…", words)
            elif isinstance(cell, datetime.date):
                self._day(sheet, row, i, cell)
            elif cell is not None:
                self._amount(sheet, row, i, cell, columns[i - 1].format)

    def _amount(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: object, form: str) -> None:
        """A number; nothing for one that is none."""
        amount = cell if isinstance(cell, Amount) else Amount(cell, "") if isinstance(cell, int | float) else None
        if amount is not None and isfinite(amount.value):
            sheet.write_number(row, column, amount.value, self._number(form or amount.format, amount))

    def _day(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, day: datetime.date) -> None:
        """A date; nothing for that of pandas which is none."""
        if day != day:
            return
        plain = datetime.date(day.year, day.month, day.day)
        if plain < FIRST_DAY:
            sheet.write_string(row, column, plain.isoformat(), self._format("words", WORDS))
        else:
            sheet.write_datetime(row, column, plain, self._format(DAY, {**TOP, "num_format": DAY}))

    def _note(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, note: str) -> None:
        sheet.write_string(row, 0, note[:CELL], self._format("note", NOTE))

    def _number(self, form: str, amount: Amount) -> xlsxwriter.format.Format:
        """A number format; when there are too many, one without unit."""
        if form not in self._formats and len(self._formats) >= UNITS:
            form = Amount(amount.value, "").format
        return self._format(form, {**TOP, "num_format": form})

    def _format(self, name: str, properties: dict[str, Any]) -> xlsxwriter.format.Format:
        if name not in self._formats:
            self._formats[name] = self._book.add_format(properties)
        return self._formats[name]


def _height(words: str, column: Column) -> int:
    """Lines that words take in a column: a Chinese character is two bytes of GBK and two half-width characters wide."""
    if 2 * len(words) <= column.width:
        return 1
    return -(-len(words.encode("gbk", "replace")) // column.width) or 1
