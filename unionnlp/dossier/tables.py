"""What the dossier and the workbook share: frames made ready to show, display words, places, roll-ups.

The input is plain data, one pandas frame a table, as a scan hands it out; ``COLUMNS`` says which columns are read.
Nothing here makes HTML or Excel.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..display import printable, shorten
from ..lexicon import display_words, explain, say
from ..records import FigurePair, Passage
from ..spans import Span

if TYPE_CHECKING:
    import pandas

__all__ = [
    "COLUMNS", "DIFFERING", "Places", "atomic", "complete", "display_words", "explain", "figures_of",
    "labels", "passages_of", "printable", "say", "sides_of", "spans_of", "twins_of",
]  # fmt: skip

COLUMNS: dict[str, str] = {
    "files": "file notes twin_of batch scan:int replaced_by",
    "reports": "report_id file position:int start:int end:int title reporting_unit period characters:int sections:int facts:int findings:int "
    "period_start:date period_end:date stock_rate:float fact_density:float keywords batch scan:int text",
    "sections": "report_id ordinal:int start:int end:int level:int number heading theme sure:bool probability:float second_theme heading_theme audiences evidence",
    "facts": "report_id reporting_unit start:int end:int quote value:float low:float high:float unit bound indicator subject label period scope status "
    "flags cue confidence:float period_start:date period_end:date",
    "findings": "report_id rule verdict message question computed:float stated:float start:int end:int quote spans report_ids",
    "matches": "a b jaccard:float containment_a:float containment_b:float discounted_a:float discounted_b:float kind shared_figures:int passages "
    "relation cluster:int source changes figures earlier scan:int",
    "failures": "file code reason advice",
}
"""The tables and their columns; a column without a type holds words, a date is a datetime64."""

DIFFERING = "figures_differ: "
"""Begins the note on a file that tells its figures apart from those of its main file."""


def complete(tables: Mapping[str, pandas.DataFrame]) -> dict[str, pandas.DataFrame]:
    """Every table with every column, in the types of ``COLUMNS``; what is missing is empty, 0, NaN or NaT.

    Args:
        tables: frames by name; a missing table or column is taken as empty.

    Returns:
        New frames with a plain index; words are printable strings, never None.
    """
    return {name: _complete(tables.get(name), columns.split()) for name, columns in COLUMNS.items()}


def _complete(frame: pandas.DataFrame | None, columns: Sequence[str]) -> pandas.DataFrame:
    import pandas

    data: dict[str, Any] = {}
    rows = 0 if frame is None else len(frame)
    for column in columns:
        name, _, kind = column.partition(":")
        values = [None] * rows if frame is None or name not in frame else frame[name].tolist()
        if kind == "date":
            data[name] = pandas.to_datetime(pandas.Series(values, dtype=object), errors="coerce").astype("datetime64[ns]")
        elif kind:
            numbers = pandas.to_numeric(pandas.Series(values, dtype=object), errors="coerce").astype("float64")
            data[name] = numbers if kind == "float" else numbers.fillna(0).to_numpy().astype(kind)
        else:
            words = [value if isinstance(value, str) else "" for value in values]
            whole = "".join(words)  # one look at all of a column: hardly any holds such a character
            data[name] = pandas.Series(words if printable(whole) == whole else list(map(printable, words)), dtype=object)
    return pandas.DataFrame(data)


# ----------------------------------------------------------------------------------------------------- spans and places


def spans_of(cell: str) -> tuple[Span, ...]:
    """The spans that a JSON cell holds.

    Example:
        >>> spans_of("[[3, 8]]")
        (Span(start=3, end=8),)
    """
    return tuple(Span(int(start), int(end)) for start, end in json.loads(cell)) if cell else ()


def sides_of(cell: str, names: Mapping[str, str]) -> str:
    """The reports that a finding across reports concerns, in the words of a ledger; empty for a finding in one report.

    Example:
        >>> sides_of("a、b", {"a": "甲县总工会", "b": "乙县总工会"}), sides_of("", {})
        ('涉及：甲县总工会、乙县总工会', '')
    """
    return "涉及：" + "、".join(names.get(side, side) for side in dict.fromkeys(cell.split("、"))) if cell else ""


def passages_of(cell: str) -> tuple[Passage, ...]:
    """The passages that a JSON cell holds, in the order of a.

    Example:
        >>> passages_of('[[0, 9, 4, 13, "same"]]')
        (Passage(start_a=0, end_a=9, start_b=4, end_b=13, kind='same'),)
    """
    if not cell:
        return ()
    passages = (Passage(int(a), int(a_end), int(b), int(b_end), str(kind)) for a, a_end, b, b_end, kind in json.loads(cell))
    return tuple(sorted(passages, key=lambda p: (p.start_a, p.start_b)))


def figures_of(cell: str) -> tuple[FigurePair, ...]:
    """The pairs of figures that a JSON cell holds.

    Example:
        >>> figures_of('[[0, 5, "1462户", "1462", 0, 5, "1506户", null]]')[0].words
        '1462户 → 1506户'
    """
    rows = json.loads(cell) if cell else []
    return tuple(FigurePair(a, a_end, quote_a, _decimal(value_a), b, b_end, quote_b, _decimal(value_b)) for a, a_end, quote_a, value_a, b, b_end, quote_b, value_b in rows)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


class Places:
    """Finds the headings above a place in a report.

    Args:
        sections: the completed table of sections.

    Complexity: O(log n) a lookup in the number of sections of the report.
    """

    __slots__ = ("_rows",)

    def __init__(self, sections: pandas.DataFrame) -> None:
        self._rows: dict[str, tuple[list[int], list[str]]] = {}
        open_: list[tuple[int, str]] = []
        last = ""
        columns = sections.sort_values(["report_id", "start", "level"], kind="stable")[["report_id", "start", "end", "number", "heading"]]
        for report_id, start, end, number, heading in columns.itertuples(index=False):
            if report_id != last:
                open_, last = [], report_id
            while open_ and open_[-1][0] <= start:
                open_.pop()
            above = f"{open_[-1][1]} › " if open_ else ""
            # Ten levels of long headings would fill the line; the innermost ones say where to look.
            path = above[-60:] + shorten(number + heading, 24)
            open_.append((end, path))
            starts, paths = self._rows.setdefault(report_id, ([], []))
            starts.append(start)
            paths.append(path)

    def of(self, report_id: str, at: int) -> str:
        """The path of the section that holds offset ``at``; empty before the first section."""
        starts, paths = self._rows.get(report_id, ([], []))
        i = bisect_right(starts, at) - 1
        return paths[i] if i >= 0 else ""

    def describe(self, report_id: str, start: int) -> str:
        """A place in the words of a ledger: section path and the ordinal of its first character in the file."""
        path = self.of(report_id, start)
        return f"{path}；第{start + 1}字起" if path else f"第{start + 1}字起"


def labels(reports: pandas.DataFrame, *, brief: bool = False) -> dict[str, str]:
    """A short name for every report, no two alike: unit and title, or the file where the text names neither.

    Args:
        reports: the completed table of reports.
        brief: only the first of them, for the axis of a chart.
    """
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for report_id, file, title, unit in reports[["report_id", "file", "title", "reporting_unit"]].itertuples(index=False):
        if brief:
            name = shorten(unit or title or file or report_id, 12)
        else:
            named = (shorten(unit, 16), f"《{shorten(title, 24)}》" if title.strip() else "")
            name = "".join(named) or shorten(file, 40) or report_id
        seen[name] += 1
        names[report_id] = name if seen[name] == 1 else f"{name}（第{seen[name]}份）"
    return names


def twins_of(files: pandas.DataFrame) -> dict[str, str]:
    """The other files of each submission, by its main file, with the figures that they read otherwise.

    Args:
        files: the completed table of files.

    Example:
        >>> import pandas
        >>> twins_of(pandas.DataFrame({"file": ["甲.docx", "甲.pdf"], "notes": ["", "figures_differ: 12户 → 72户"], "twin_of": ["", "甲.docx"]}))
        {'甲.docx': '甲.pdf（数字有出入，请核实：12户 → 72户）'}
    """
    twins: dict[str, list[str]] = {}
    for file, notes, main in files[["file", "notes", "twin_of"]].itertuples(index=False, name=None):
        if main:
            differing = "、".join(note.removeprefix(DIFFERING) for note in notes.split("；") if note.startswith(DIFFERING))
            twins.setdefault(main, []).append(f"{file}（数字有出入，请核实：{differing}）" if differing else file)
    return {main: "、".join(others) for main, others in twins.items()}


# --------------------------------------------------------------------------------------------------- files


@contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A name to write to beside ``path``; what was written takes its place only when the block ends well."""
    target = Path(path)
    written = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield written
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
