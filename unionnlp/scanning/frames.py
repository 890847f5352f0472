"""From analyses to tables: what columns a workspace has, and the rows of one submission.

This is the only place that knows the columns; Parquet parts, DataFrames and SQL views all have them as written here.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import regex

from ..display import shorten
from ..dossier.tables import DIFFERING
from ..records import Analysis, FigurePair, Findings, Matches, Passage, Report

if TYPE_CHECKING:
    import pandas
    import pyarrow

__all__ = ["TABLES", "Column", "Submission", "across_rows", "arrow_table", "file_row", "match_rows", "rows_of", "schema", "to_frame"]

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its kind (text, int, bool, real, decimal or date), and what it holds in English and Chinese."""

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
        Column("findings", "int", "its rows in findings, what holds included", "核对结果数"),
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
        Column("audiences", "text", "whom it concerns, joined by 、", "对象"),
        Column("evidence", "text", "the sentences that decided, shortened", "依据"),
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
    ),
    "failures": (
        Column("file", "text", "path below the scanned folder, with /", "文件"),
        Column("code", "text", "stable word for what went wrong", "代码"),
        Column("reason", "text", "what went wrong, in English", "原因（技术说明）"),
        Column("advice", "text", "what to do, in Chinese", "建议"),
    ),
}
"""The tables of a workspace, in the order of the work."""

DIGITS, PLACES = 38, 6
"""Of a decimal: 38 is the most that DuckDB computes with; six places hold a rate of a rate."""

_DECIMALS = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_STEP = Decimal(1).scaleb(-PLACES)
_LARGEST = Decimal(10) ** (DIGITS - PLACES)
_LONE_SURROGATES = regex.compile("[\ud800-\udfff]")
_EVIDENCE = 120
"""Characters of a sentence of evidence; the section's own text stands in reports."""


@cache
def schema(table: str) -> pyarrow.Schema:
    """The Arrow schema of a table.

    Example:
        >>> schema("failures").names
        ['file', 'code', 'reason', 'advice']
    """
    import pyarrow as pa

    kinds = {"text": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "real": pa.float64(), "decimal": pa.decimal128(DIGITS, PLACES), "date": pa.date32()}
    return pa.schema([pa.field(column.name, kinds[column.kind]) for column in TABLES[table]])


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that was read: its name below the scanned folder, what its bytes are, and what was found in it.

    ``occurrence`` counts the submissions with the same text, from 1, in the order of their names. ``kind`` is the format of the
    file, one of ``sniff.KINDS``, empty when not known; ``folder`` what it lies in: the files of an archive lie in the archive.
    """

    file: str
    digest: str
    size: int
    analysis: Analysis
    occurrence: int = 1
    kind: str = ""
    folder: str = ""

    def report_id(self, report: Report) -> str:
        """The id of a report in the batch: the same text sent twice is two reports."""
        return report.report_id if self.occurrence == 1 else f"{report.report_id}~{self.occurrence}"


def rows_of(submission: Submission) -> dict[str, list[Row]]:
    """The rows of one submission for the tables files, reports, sections, facts and findings.

    Complexity: linear in the rows, with a search among the reports of the file for each.
    """
    analysis = submission.analysis
    document, reports = analysis.document, analysis.reports
    ids = [submission.report_id(report) for report in reports]
    place = {report.report_id: i for i, report in enumerate(reports)}
    starts = [report.start for report in reports]
    rows: dict[str, list[Row]] = {"files": [], "reports": [], "sections": [], "facts": [], "findings": []}
    counts = {name: [0] * len(reports) for name in ("sections", "facts", "findings")}

    def count(table: str, i: int) -> str:
        counts[table][i] += 1
        return ids[i]

    def holder(start: int) -> int:
        return max(0, bisect_right(starts, start) - 1)

    for themed in analysis.themes:
        i, section, label = place[themed.report_id], themed.section, themed.label
        second = label.ranking[1][0] if len(label.ranking) > 1 else ""
        evidence = "　".join(shorten(e.quote, _EVIDENCE) for e in label.evidence)
        report_id = count("sections", i)
        about = (section.start, section.end, section.level, section.number, section.heading)
        rows["sections"].append((report_id, counts["sections"][i], *about, label.theme, label.sure, label.probability, second, "、".join(label.audiences), evidence))
    for f in analysis.facts:
        i = holder(f.start)
        figures, flags = _figures((f.value, f.low, f.high), f.flags)
        said = (f.unit, f.bound, f.indicator, f.subject, f.label, f.period, f.scope, f.status, "、".join(flags), f.cue, f.confidence, f.period_start, f.period_end)
        rows["facts"].append((count("facts", i), reports[i].unit, f.start, f.end, f.quote, *figures, *said))
    for g in analysis.findings:
        start, end = (g.spans[0].start, g.spans[0].end) if g.spans else (0, 0)
        spans = json.dumps([[span.start, span.end] for span in g.spans])
        figures, _ = _figures((g.computed, g.stated), ())
        rows["findings"].append((count("findings", holder(start)), g.rule, g.verdict, g.message, g.question, *figures, start, end, document.text[start:end], spans, ""))
    for i, report in enumerate(reports):
        about_it = (i + 1, report.start, report.end, report.title, report.unit, report.period, report.end - report.start)
        rows["reports"].append((ids[i], submission.file, *about_it, *(counts[name][i] for name in counts), report.text))
    rows["files"].append(file_row(submission))
    return rows


def file_row(submission: Submission, twin_of: str = "", changes: Sequence[FigurePair] = ()) -> Row:
    """The row of a file.

    Args:
        twin_of: the main file when this one is its twin, whose reports are not kept.
        changes: figures that a twin reads otherwise, which a note tells.
    """
    document = submission.analysis.document
    notes = [*document.notes, *([DIFFERING + "、".join(change.words for change in changes)] if changes else [])]
    count = 0 if twin_of else len(submission.analysis.reports)
    return submission.file, count, len(document.text), "；".join(notes), submission.digest, submission.size, twin_of


def across_rows(findings: Findings, reports: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of findings across reports, each under the first report that it points to, and the rows of reports with their new counts."""
    names = [column.name for column in TABLES["reports"]]
    start_at, text_at, count_at = (names.index(name) for name in ("start", "text", "findings"))
    of = {row[0]: row for row in reports}
    counts: Counter[str] = Counter()
    rows: list[Row] = []
    for g in findings:
        first, report_id = g.spans[0], g.report_ids[0]
        offset, counts[report_id] = of[report_id][start_at], counts[report_id] + 1
        figures, _ = _figures((g.computed, g.stated), ())
        quote = of[report_id][text_at][first.start - offset : first.end - offset]
        spans = json.dumps([[span.start, span.end] for span in g.spans])
        rows.append((report_id, g.rule, g.verdict, g.message, g.question, *figures, first.start, first.end, quote, spans, "、".join(g.report_ids)))
    return rows, [(*row[:count_at], row[count_at] + counts[row[0]], *row[count_at + 1 :]) for row in reports]


def match_rows(matches: Matches) -> list[Row]:
    """The rows of the table of matches."""
    return [
        (
            *(m.a, m.b, m.jaccard, m.containment_a, m.containment_b, m.discounted_a, m.discounted_b, m.kind, m.shared_figures),
            *(_json(m.passages), m.relation, m.cluster, m.source, _json(m.changes), _json(m.figures)),
        )
        for m in matches
    ]


def _json(records: Sequence[Passage | FigurePair]) -> str:
    """Records as a JSON list of their fields, decimals as strings."""
    return json.dumps([list(record.to_dict().values()) for record in records], ensure_ascii=False)


def _figures(values: Sequence[Decimal | None], flags: tuple[str, ...]) -> tuple[list[Decimal | None], tuple[str, ...]]:
    """Values as the tables hold them; one that is too large is left out, which a flag says."""
    large = any(value is not None and not abs(value) < _LARGEST for value in values)
    kept = [None if value is None or large else value.quantize(_STEP, context=_DECIMALS) for value in values]
    return kept, (*flags, "out_of_range") if large else flags


def arrow_table(table: str, rows: Iterable[Row]) -> pyarrow.Table:
    """Rows as an Arrow table with the schema of ``table``.

    What UTF-8 cannot carry (half of a surrogate pair) becomes U+FFFD, character for character, so that offsets hold.
    """
    import pyarrow as pa

    target = schema(table)
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(target)
    return pa.Table.from_arrays([_array(values, field.type) for values, field in zip(columns, target, strict=True)], schema=target)


def _array(values: Sequence[Any], kind: pyarrow.DataType) -> pyarrow.Array:
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([value and _LONE_SURROGATES.sub("\ufffd", value) for value in values], kind)


def to_frame(table: pyarrow.Table) -> pandas.DataFrame:
    """An Arrow table as people get it: decimals as float64 and dates as datetime64, for pandas computes with those.

    They go through their digits: Arrow's own cast multiplies, and makes 97.89999999999999 of 97.9.
    """
    import pyarrow as pa

    fields: Iterator[Any] = iter(table.schema)
    columns = [table[f.name].cast(pa.string()).cast(pa.float64()) if pa.types.is_decimal(f.type) else table[f.name] for f in fields]
    frame: pandas.DataFrame = pa.table(columns, names=table.column_names).to_pandas(date_as_object=False)
    return frame
