"""The workbook: an audit ledger (台账) that a person fills in and sends round.

Nothing in it becomes a formula or a link: a heading that begins with "=" stays words.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from .asking import asks
from .families import Family, copies, families, matches_of
from .tables import Places, atomic, complete, labels, roll_up, say

if TYPE_CHECKING:
    import pandas
    import xlsxwriter
    import xlsxwriter.worksheet

__all__ = ["write_workbook"]

ROWS = 1_048_576  # of a sheet in Excel; xlsxwriter drops what lies beyond without a word
CELL = 32_767  # characters of a cell in Excel

Cells = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading, its width in characters and the number format of its cells."""

    heading: str
    width: int
    format: str = ""


PLAIN = "#,##0.####"
PERCENT = "0.0%"
COUNT = "#,##0"


def write_workbook(tables: Mapping[str, pandas.DataFrame], path: str | os.PathLike[str], *, rows: int = ROWS) -> None:
    """Write the ledger of a batch as an Excel workbook.

    Sheets: 待核实清单, 雷同, 事实, 指标汇总, 章节主题, 失败. Sums count a copied report once, and leave out plans, rules, rates
    and whatever has no value.

    Args:
        tables: frames named reports, sections, facts, findings, matches and failures; ``dossier.tables.COLUMNS`` says which columns
            are read. A missing one is taken as empty.
        path: the file to write; an older one is replaced only when the new one is whole.
        rows: the most rows of a sheet, heading included; what lies beyond is left out and a last line says how much.

    Raises:
        OSError: the file cannot be written.

    Complexity: linear; rows are written as they come, so that memory holds the frames and not the workbook.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "workbook.xlsx")
        ...     write_workbook({}, path)
        ...     path.read_bytes()[:2]
        b'PK'
    """
    import xlsxwriter

    ready = complete(tables)
    matches = matches_of(ready["matches"])
    found = families(matches)
    places = Places(ready["sections"])
    names = labels(ready["reports"])
    counted = copies(ready["reports"], matches)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False, "constant_memory": True}
    with atomic(path) as written, xlsxwriter.Workbook(str(written), options) as book:
        _asking(book, ready, found, rows)
        _copies(book, ready, found, rows)
        _facts(book, ready, names, places, rows)
        _sums(book, ready, names, counted, rows)
        _themes(book, ready, names, rows)
        _failures(book, ready, rows)


def _sheet(book: xlsxwriter.Workbook, name: str, columns: Sequence[_Column], lines: Cells, rows: int, notes: Sequence[str] = ()) -> None:
    """One sheet: a frozen heading, a filter, the lines, and notes below them."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EDF5", "border": 1, "border_color": "#C5CBD5"})
    formats = [book.add_format({"valign": "top", "text_wrap": not c.format, **({"num_format": c.format} if c.format else {})}) for c in columns]
    for i, (column, cell_format) in enumerate(zip(columns, formats, strict=True)):
        sheet.set_column(i, i, column.width, cell_format)
        sheet.write_string(0, i, column.heading, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    room = rows - 1 - len(notes) - 1  # the heading, the notes, and the line that says what was left out
    last = left = 0
    for line in lines:
        if last >= room:
            left += 1
            continue
        last += 1
        for i, cell in enumerate(line):
            _write(sheet, last, i, cell, formats[i])
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    said = [*([f"受 Excel 行数限制，另有 {left} 行未列出。"] if left else []), *notes]
    for i, note in enumerate(said, 1):
        sheet.write_string(last + i, 0, note[:CELL], book.add_format({"italic": True}))


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: object, cell_format: object) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell if len(cell) <= CELL else cell[: CELL - 1] + "…", cell_format)
    elif isinstance(cell, int | float) and isfinite(cell):
        sheet.write_number(row, column, cell, cell_format)


def _about(reports: pandas.DataFrame) -> dict[str, tuple[str, str, str]]:
    """Unit, title and file of every report."""
    columns = (reports[name] for name in ("report_id", "reporting_unit", "title", "file"))
    return {report_id: (unit, title, file) for report_id, unit, title, file in zip(*columns, strict=True)}


def _asking(book: xlsxwriter.Workbook, tables: Mapping[str, pandas.DataFrame], found: Sequence[Family], rows: int) -> None:
    columns = [
        *(_Column("单位", 22), _Column("报告", 30), _Column("文件", 24), _Column("问题类型", 12), _Column("判断", 10), _Column("原文", 36)),
        *(_Column("位置", 28), _Column("核算", 44), _Column("请核实", 36), _Column("整改", 20), _Column("复核", 14)),
    ]
    lines = ((a.unit, a.title, a.file, a.problem, a.verdict, a.quote, a.place, a.computation, a.question, "", "") for a in asks(tables, found))
    holds = int((tables["findings"]["verdict"] == "consistent").sum())
    notes = [f"以上均为疑似，请对照原件核实。另有 {holds} 处已核一致，见卷宗。"]
    _sheet(book, "待核实清单", columns, lines, rows, notes)


def _copies(book: xlsxwriter.Workbook, tables: Mapping[str, pandas.DataFrame], found: Sequence[Family], rows: int) -> None:
    about, names = _about(tables["reports"]), labels(tables["reports"])
    texts = dict(zip(tables["reports"]["report_id"], zip(tables["reports"]["start"], tables["reports"]["text"], strict=True), strict=True))
    columns = [
        *(_Column("组号", 6, COUNT), _Column("甲单位", 20), _Column("甲报告", 28), _Column("甲文件", 20), _Column("乙单位", 20), _Column("乙报告", 28), _Column("乙文件", 20)),
        *(_Column("类型", 10), _Column("甲见于乙：总文字复制比", 12, PERCENT), _Column("乙见于甲：总文字复制比", 12, PERCENT)),
        *(_Column("甲：去除套话与引文复制比", 12, PERCENT), _Column("乙：去除套话与引文复制比", 12, PERCENT), _Column("合计相似度（Jaccard）", 10, "0.000")),
        *(_Column("同序数字", 8, COUNT), _Column("疑似段落数", 8, COUNT), _Column("最长一段", 60)),
        *(_Column("关系", 8), _Column("异数", 50), _Column("疑似来源（提示）", 28)),
    ]

    def lines() -> Cells:
        for family in found:
            for m in family.pairs:
                start, text = texts.get(m.a, (0, ""))
                marked = [p for p in m.passages if p.kind in ("same", "edited")]
                longest = max((text[max(0, p.start_a - start) : max(0, p.end_a - start)] for p in marked), key=len, default="")
                sides = (*about.get(m.a, ("", m.a, "")), *about.get(m.b, ("", m.b, "")))
                told = (say("relation", m.relation), "；".join(pair.words for pair in m.changes), names.get(m.source, m.source))
                shares = (m.containment_a, m.containment_b, m.discounted_a, m.discounted_b, m.jaccard)
                yield (family.number, *sides, say("match", m.kind), *shares, m.shared_figures, len(marked), " ".join(longest.split()), *told)

    _sheet(book, "雷同", columns, lines(), rows)


def _facts(book: xlsxwriter.Workbook, tables: Mapping[str, pandas.DataFrame], names: Mapping[str, str], places: Places, rows: int) -> None:
    about = _about(tables["reports"])
    columns = [
        *(_Column("单位", 22), _Column("报告", 30), _Column("文件", 22), _Column("原文", 16), _Column("指标", 16), _Column("对象", 14)),
        *(_Column("数值", 14, PLAIN), _Column("下限", 12, PLAIN), _Column("上限", 12, PLAIN), _Column("计量单位", 9), _Column("口径", 8), _Column("期间", 14)),
        *(_Column("范围", 14), _Column("状态", 8), _Column("注意", 12), _Column("依据", 18), _Column("可信度", 8, "0.00"), _Column("位置", 30)),
    ]

    def lines() -> Cells:
        wanted = ["report_id", "quote", "indicator", "subject", "value", "low", "high", "unit", "bound", "period", "scope", "status", "flags", "cue", "confidence", "start"]
        for cells in tables["facts"][wanted].itertuples(index=False, name=None):
            report_id, quote, indicator, subject, value, low, high, unit, bound, period, scope, status, flags, cue, confidence, start = cells
            who = about.get(report_id, ("", names.get(report_id, report_id), ""))
            yield (
                *(*who, quote, indicator, subject, value, low, high, unit, say("bound", bound), period, scope, say("status", status)),
                *("、".join(say("flag", flag) for flag in flags.split("、") if flag), cue, confidence, places.describe(report_id, start)),
            )

    _sheet(book, "事实", columns, lines(), rows)


def _sums(book: xlsxwriter.Workbook, tables: Mapping[str, pandas.DataFrame], names: Mapping[str, str], counted: Mapping[str, str], rows: int) -> None:
    columns = [
        *(_Column("单位", 26), _Column("指标", 18), _Column("对象", 16), _Column("计量单位", 10), _Column("期间", 16), _Column("合计", 16, PLAIN)),
        *(_Column("最小", 14, PLAIN), _Column("最大", 14, PLAIN), _Column("数字个数", 9, COUNT), _Column("其中约数", 9, COUNT)),
        *(_Column("缺数或区间（未计入）", 12, COUNT), _Column("报告篇数", 9, COUNT)),
    ]
    summed = roll_up(tables, counted)
    order = ["reporting_unit", "indicator", "subject", "unit", "period", "total", "least", "most", "facts", "approximate", "unread", "reports"]
    notes = [
        "只汇总已完成的工作，计划和要求不计；比率不相加；约数按下限计；同一篇中指标、对象、期间和数值都相同的只计一次。",
        "同一指标可能含有总数与其中数（如会员与女会员），合计仅供查找，请对照事实表。",
        *(f"未计入：{names[copy]}，与{names[kept]}相同或为其一部分。" for copy, kept in list(counted.items())[:1000]),
        *([f"另有 {len(counted) - 1000} 篇雷同报告未计入。"] if len(counted) > 1000 else []),
    ]
    lines: list[tuple[Any, ...]] = [tuple(_plain(cell) for cell in line) for line in summed[order].itertuples(index=False, name=None)]
    _sheet(book, "指标汇总", columns, lines, rows, notes)


def _plain(cell: Any) -> Any:
    """numpy's numbers as Python's."""
    return cell.item() if hasattr(cell, "item") else cell


def _themes(book: xlsxwriter.Workbook, tables: Mapping[str, pandas.DataFrame], names: Mapping[str, str], rows: int) -> None:
    about = _about(tables["reports"])
    columns = [
        *(_Column("单位", 22), _Column("报告", 30), _Column("文件", 22), _Column("层级", 6, COUNT), _Column("编号", 8), _Column("标题", 36), _Column("主题", 12)),
        *(_Column("把握", 8), _Column("概率", 8, "0%"), _Column("次要主题", 12), _Column("对象", 14), _Column("依据", 50)),
    ]

    def lines() -> Cells:
        wanted = ["report_id", "level", "number", "heading", "theme", "sure", "probability", "second_theme", "audiences", "evidence"]
        for report_id, level, number, heading, theme, sure, *rest in tables["sections"][wanted].itertuples(index=False, name=None):
            who = about.get(report_id, ("", names.get(report_id, report_id), ""))
            yield (*who, level, number, heading, theme, say("sure", "yes" if sure else "no"), *rest)

    _sheet(book, "章节主题", columns, lines(), rows)


def _failures(book: xlsxwriter.Workbook, tables: Mapping[str, pandas.DataFrame], rows: int) -> None:
    columns = [_Column("文件", 40), _Column("建议", 50), _Column("原因（技术说明）", 50), _Column("代码", 20)]
    lines = tables["failures"][["file", "advice", "reason", "code"]].itertuples(index=False, name=None)
    _sheet(book, "失败", columns, lines, rows)
