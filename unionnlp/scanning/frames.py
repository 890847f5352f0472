"""What columns a workspace has, and rows as tables.

This is the only place that knows the columns; Parquet parts, DataFrames and SQL views all have them as written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import regex

from ..records import FigurePair, Match, Passage

if TYPE_CHECKING:
    import pandas
    import pyarrow

__all__ = ["GIVEN_AT_LAST", "INSIDE", "TABLES", "Column", "Row", "arrow_columns", "arrow_table", "figures_as_kept", "filled", "match_rows", "parquet_errors", "schema", "to_frame"]

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its kind (text, int, bool, real, decimal, date, texts or ints), and what it holds in English and Chinese."""

    name: str
    kind: str
    english: str
    chinese: str


TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "files": (
        Column("file", "text", "path below the scanned folder, with /", "文件，相对于所扫描的文件夹"),
        Column("report_count", "int", "its rows in reports; 0 for a twin", "篇数"),
        Column("characters", "int", "characters of its text", "字数"),
        Column("notes", "text", "what the reader saw, joined by ；", "读取时的说明"),
        Column("digest", "text", "SHA-256 of its bytes, hexadecimal", "文件内容的 SHA-256"),
        Column("bytes", "int", "its size", "字节数"),
        Column("twin_of", "text", "the file of the same submission, with the same text in a surer format, whose reports are kept; else empty", "同一份材料的主文件"),
        Column("archive", "text", "the archive in the folder that it came in; else empty", "所在压缩包"),
        Column("batch", "text", "the batch that it came in: a file is known by its batch and its path", "批次"),
        Column("scan", "int", "the scan that read it, from 1", "第几次扫描"),
        Column("replaced_by", "text", "the files, each as batch/file, sent in later for the same unit and time, whose reports count in place of its own; else empty", "已被此件替换"),
    ),
    "reports": (
        Column("report_id", "text", "from content, position and occurrence; never from a path or a clock", "报告编号"),
        Column("file", "text", "its file, as in files", "文件"),
        Column("position", "int", "its place among the reports of the file, from 1", "在文件中的次序"),
        Column("start", "int", "first character, in the text of the file", "起"),
        Column("end", "int", "after its last character", "止"),
        Column("title", "text", "title, repaired", "标题"),
        Column("reporting_unit", "text", "the unit that reports, as written", "报送单位"),
        Column("period", "text", "the time reported on, as written", "报告期"),
        Column("characters", "int", "characters of its text", "字数"),
        Column("sections", "int", "its rows in sections", "章节数"),
        Column("facts", "int", "its rows in facts", "事实数"),
        Column("findings", "int", "its rows in findings that concern it alone, what holds included", "核对结果数"),
        Column("period_start", "date", "first day of the time reported on; empty where the text does not settle it", "报告期首日"),
        Column("period_end", "date", "last day of the time reported on; empty where the text does not settle it", "报告期末日"),
        Column("stock_rate", "real", "share of what is written that is set phrases, 0 to 1", "套话率"),
        Column("fact_density", "real", "facts in 1,000 written characters", "实数密度"),
        Column("keywords", "text", "the words that set it apart from the other reports of its scan, heaviest first, joined by 、", "关键词"),
        Column("batch", "text", "its batch, as in files", "批次"),
        Column("scan", "int", "its scan, as in files", "第几次扫描"),
        Column("text", "text", "the raw text; its first character has offset start", "原文"),
    ),
    "sections": (
        Column("report_id", "text", "its report", "报告编号"),
        Column("ordinal", "int", "its place among the sections of the report, from 1", "次序"),
        Column("start", "int", "first character of its number", "起"),
        Column("end", "int", "where the next section of its level or a higher one begins", "止"),
        Column("level", "int", "depth of nesting, from 1", "层级"),
        Column("number", "text", "its number as written", "编号"),
        Column("heading", "text", "its heading without the number", "标题"),
        Column("theme", "text", "the best guess", "主题"),
        Column("sure", "bool", "whether the guess clears the stated accuracy", "把握"),
        Column("probability", "real", "calibrated, 0 to 1", "概率"),
        Column("second_theme", "text", "the next best", "次要主题"),
        Column("heading_theme", "text", "what the heading promises where the section is about something else; else empty", "标题所示主题"),
        Column("audiences", "text", "whom it concerns, joined by 、", "对象"),
        Column("evidence", "text", "the sentences that decided, shortened", "依据"),
        Column("stock_rate", "real", "share of what is written that is set phrases, 0 to 1", "套话率"),
        Column("fact_density", "real", "facts in 1,000 written characters", "实数密度"),
        Column("scan", "int", "the scan of its report", "第几次扫描"),
    ),
    "facts": (
        Column("report_id", "text", "its report", "报告编号"),
        Column("reporting_unit", "text", "the unit that reports", "报送单位"),
        Column("start", "int", "first character, in the text of the file", "起"),
        Column("end", "int", "after its last character", "止"),
        Column("quote", "text", "the words themselves", "原文"),
        Column("value", "decimal", "in base units (元, percent points, plain counts); empty for ranges and blanks", "数值"),
        Column("low", "decimal", "low end of a range", "下限"),
        Column("high", "decimal", "high end of a range", "上限"),
        Column("unit", "text", "canonical unit of measure", "计量单位"),
        Column("bound", "text", "exact, approx, at_least, under, range or missing", "口径"),
        Column("indicator", "text", "id of the indicator; empty (null) for others", "指标"),
        Column("subject", "text", "whom or what it counts", "对象"),
        Column("label", "text", "the words beside it", "字面说法"),
        Column("period", "text", "as written", "期间"),
        Column("scope", "text", "as written", "范围"),
        Column("status", "text", "achieved, planned or rule", "状态"),
        Column("flags", "text", "what is wrong with it, joined by 、", "注意"),
        Column("cue", "text", "the words that decided the indicator", "依据"),
        Column("confidence", "real", "0 to 1", "可信度"),
        Column("period_start", "date", "first day of the period; empty where the text does not settle it", "期间首日"),
        Column("period_end", "date", "last day of the period; empty where the text does not settle it", "期间末日"),
        Column("scan", "int", "the scan of its report", "第几次扫描"),
    ),
    "findings": (
        Column("report_id", "text", "its report", "报告编号"),
        Column("rule", "text", "which rule", "规则"),
        Column("verdict", "text", "conflict, damaged, doubtful, unverifiable, signal or consistent", "判断"),
        Column("message", "text", "the computation in words", "说明"),
        Column("question", "text", "what to ask the unit", "请核实"),
        Column("computed", "decimal", "what comes out", "核算"),
        Column("stated", "decimal", "what the text says", "原文所称"),
        Column("start", "int", "first character of its first place", "起"),
        Column("end", "int", "after the last character of its first place", "止"),
        Column("quote", "text", "the words of its first place", "原文"),
        Column("spans", "text", "all its places: JSON list of [start, end]", "各处位置"),
        Column("report_ids", "text", "of a finding across reports the report of each place, joined by 、; else empty", "各处所在报告"),
        Column("scan", "int", "the scan of its report", "第几次扫描"),
    ),
    "matches": (
        Column("a", "text", "report_id of one side", "甲"),
        Column("b", "text", "report_id of the other", "乙"),
        Column("jaccard", "real", "shingles in both among those in either", "合计相似度"),
        Column("containment_a", "real", "share of a that stands in b", "甲见于乙"),
        Column("containment_b", "real", "share of b that stands in a", "乙见于甲"),
        Column("discounted_a", "real", "the same without stock and quoted text", "甲见于乙，去除套话与引文"),
        Column("discounted_b", "real", "the same without stock and quoted text", "乙见于甲，去除套话与引文"),
        Column("kind", "text", "identical, light_edit, figures_changed, figures_copied, cut_short, patchwork or passage", "类型"),
        Column("shared_figures", "int", "figures in both in the same order", "同序数字"),
        Column("passages", "text", "JSON list of [start_a, end_a, start_b, end_b, kind]", "段落"),
        Column("relation", "text", "self: one unit signs both for different times; other: two units do; empty: not known", "关系"),
        Column("cluster", "int", "number of the cluster of texts that hang together, from 1", "组号"),
        Column("source", "text", "report_id of the text that both most likely go back to, a hint; empty where nothing tells", "疑似来源（提示）"),
        Column("changes", "text", "figures changed under the same words: JSON list of [start_a, end_a, quote_a, value_a, start_b, end_b, quote_b, value_b]", "异数"),
        Column("figures", "text", "of figures_copied the figures that stayed: JSON list as in changes", "同数"),
        Column("earlier", "text", "report_id of the side that came in an earlier scan, or in one scan is of an earlier time; empty where neither tells", "在先的一篇"),
        Column("scan", "int", "the scan that found it", "第几次扫描"),
    ),
    "failures": (
        Column("file", "text", "path below the scanned folder, with /", "文件"),
        Column("code", "text", "stable word for what went wrong", "代码"),
        Column("reason", "text", "what went wrong, in English", "原因（技术说明）"),
        Column("advice", "text", "what to do, in Chinese", "建议"),
        Column("batch", "text", "the batch that it came in", "批次"),
        Column("scan", "int", "the scan that could not read it", "第几次扫描"),
    ),
}
"""The tables of a workspace, in the order of the work."""

GIVEN_AT_LAST: Final = frozenset(("batch", "scan", "replaced_by", "keywords"))
"""Columns that are not known when a file has been read, only when its scan is complete."""


def _inside(words: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind or "text", "", "") for name, _, kind in (word.partition(":") for word in words.split()))


INSIDE: Final[Mapping[str, tuple[Column, ...]]] = {
    # kept beside the tables: pairs of reports as they were compared, and reports that no longer show
    "pairs": (*(column for column in TABLES["matches"] if column.name not in ("relation", "cluster", "source", "earlier")), *_inside("scan_a:int scan_b:int")),
    "hidden": _inside("scan:int report_id replaced_by by_scan:int"),
    # while a scan is under way: what was looked at, what is to know of a submission besides its rows, the words of each report
    "sources": _inside("source digest"),
    "submissions": _inside("source file folder kind recognised:bool notes:int key units:texts periods:texts body_periods:texts text"),
    "terms": _inside("terms counts:bytes"),
}
"""Tables that nobody asks for: the columns explain themselves where they are used."""

DIGITS, PLACES = 38, 6
"""Of a decimal: 38 is the most that DuckDB computes with; six places hold a rate of a rate."""

_DECIMALS = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_STEP = Decimal(1).scaleb(-PLACES)
_LARGEST = Decimal(10) ** (DIGITS - PLACES)
_LONE_SURROGATES = regex.compile("[\ud800-\udfff]")


@cache
def schema(table: str, *, pending: bool = False) -> pyarrow.Schema:
    """The Arrow schema of a table.

    Args:
        pending: as it is while the scan is under way: with the number of its submission in front, and without what is given at last.

    Example:
        >>> schema("failures").names, schema("failures", pending=True).names
        (['file', 'code', 'reason', 'advice', 'batch', 'scan'], ['submission', 'file', 'code', 'reason', 'advice'])
    """
    import pyarrow as pa

    kinds = {
        "text": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "real": pa.float64(), "decimal": pa.decimal128(DIGITS, PLACES), "date": pa.date32(),
        "texts": pa.list_(pa.string()), "bytes": pa.binary(),
    }
    columns = TABLES.get(table) or INSIDE[table]
    fields = [pa.field(column.name, kinds[column.kind]) for column in columns if not (pending and column.name in GIVEN_AT_LAST)]
    return pa.schema([pa.field("submission", pa.int64()), *fields] if pending else fields)


def match_rows(matches: Iterable[Match]) -> list[tuple[Any, ...]]:
    """Matches as rows of the table of pairs, but for the scans."""
    return [
        (
            *(m.a, m.b, m.jaccard, m.containment_a, m.containment_b, m.discounted_a, m.discounted_b, m.kind, m.shared_figures),
            *(_json(m.passages), _json(m.changes), _json(m.figures)),
        )
        for m in matches
    ]


def _json(records: Sequence[Passage | FigurePair]) -> str:
    """Records as a JSON list of their fields, decimals as strings."""
    return json.dumps([list(record.to_dict().values()) for record in records], ensure_ascii=False)


def figures_as_kept(values: Sequence[Decimal | None], flags: tuple[str, ...]) -> tuple[list[Decimal | None], tuple[str, ...]]:
    """Values as the tables hold them; one that is too large is left out, which a flag says."""
    large = any(value is not None and not abs(value) < _LARGEST for value in values)
    kept = [None if value is None or large else value.quantize(_STEP, context=_DECIMALS) for value in values]
    return kept, (*flags, "out_of_range") if large else flags


def arrow_table(table: str, rows: Iterable[Row], *, pending: bool = False) -> pyarrow.Table:
    """Rows as an Arrow table with the schema of ``table``.

    What UTF-8 cannot carry (half of a surrogate pair) becomes U+FFFD, character for character, so that offsets hold.
    """
    return arrow_columns(table, list(zip(*rows, strict=True)), pending=pending)


def arrow_columns(table: str, columns: Sequence[Sequence[Any]], *, pending: bool = False) -> pyarrow.Table:
    """As ``arrow_table``, of what is there column by column; without any, a table without rows."""
    import pyarrow as pa

    target = schema(table, pending=pending)
    arrays = [_array(values, field.type) for values, field in zip(columns or [()] * len(target), target, strict=True)]
    return pa.Table.from_arrays(arrays, schema=target)


def _array(values: Sequence[Any], kind: pyarrow.DataType) -> pyarrow.Array:
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([_whole(value) for value in values], kind)


def _whole(value: Any) -> Any:
    """A cell without halves of characters."""
    if isinstance(value, tuple | list):
        return [_whole(item) for item in value]
    return value and _LONE_SURROGATES.sub("\ufffd", value)


def filled(table: str, rows: pyarrow.Table, **given: Any) -> pyarrow.Table:
    """A table with the columns of ``table``: those that it has, the others as given.

    Args:
        given: by column, one value for all rows or an array.
    """
    import pyarrow as pa

    target = schema(table)
    columns = []
    for field in target:
        value = rows[field.name] if field.name in rows.column_names and field.name not in given else given[field.name]
        columns.append(value if isinstance(value, pa.Array | pa.ChunkedArray) else pa.repeat(pa.scalar(value, field.type), len(rows)))
    return pa.Table.from_arrays(columns, schema=target)


def parquet_errors() -> tuple[type[Exception], ...]:
    """What reading a Parquet file raises that is damaged: pages, footer, or, with the last of them, names of columns."""
    import pyarrow as pa

    return pa.ArrowException, OSError, UnicodeDecodeError


def to_frame(table: pyarrow.Table) -> pandas.DataFrame:
    """An Arrow table as people get it: decimals as float64 and dates as datetime64, for pandas computes with those.

    They go through their digits: Arrow's own cast multiplies, and makes 97.89999999999999 of 97.9.
    """
    import pyarrow as pa

    fields: Iterator[Any] = iter(table.schema)
    columns = [table[f.name].cast(pa.string()).cast(pa.float64()) if pa.types.is_decimal(f.type) else table[f.name] for f in fields]
    frame: pandas.DataFrame = pa.table(columns, names=table.column_names).to_pandas(date_as_object=False)
    return frame
