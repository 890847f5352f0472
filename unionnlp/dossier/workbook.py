"""The workbook: an audit ledger (台账) that a person fills in and sends round."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..across.totals import totals_of
from ..display import shorten
from ..lexicon import display_words
from ..records import Match
from .asking import asks
from .families import Family, copied_shares, families, matches_of
from .ledger_tables import earlier_of, ready_tables
from .scope import material_of, scope_of
from .sheets import COUNT, PERCENT, RATIO, ROWS, Amount, Column, Ledger, Lines, ledger
from .tables import Places, labels, say

if TYPE_CHECKING:
    import pandas

__all__ = ["write_workbook"]

QUOTED = 160  # characters of a copied passage in the list of what to ask about; the sheet of copies has all of it
COPIES = 20  # reports left out of a sum that are named beside it

EXPLAINED = (("问题类型", "problem"), ("判断", "verdict"), ("雷同类型", "match"), ("关系", "relation"), ("复制比", "share"), ("口径", "bound"), ("状态", "status"), ("注意", "flag"))
"""Kinds of words that the last sheet explains, under the heading that they stand under."""


def write_workbook(tables: Mapping[str, pandas.DataFrame], path: str | os.PathLike[str], *, rows: int = ROWS) -> None:
    """Write the ledger of a batch as an Excel workbook.

    Sheets: 待核实清单, 雷同, 报告, 事实, 指标汇总, 章节主题, 失败, 说明. The sums are those of ``unionnlp.totals``: like is added to like,
    a copied report, a part of a whole and what is said twice count once, and what is not added stands beside the sum.

    Args:
        tables: frames named files, reports, sections, facts, findings, matches and failures, with the columns of a scan. A missing one is
            taken as empty.
        path: the file to write; an older one is replaced only when the new one is whole.
        rows: the most rows of a sheet, heading included; a longer table goes on in a second sheet, where a last line says how
            many rows were left out.

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
    content = _Content(tables)
    with ledger(path, rows=rows) as book:
        content.asked(book)
        content.copied(book)
        content.reported(book)
        content.counted(book)
        content.summed(book)
        content.themed(book)
        content.failed(book)
        content.explained(book)


class _Content:
    """What stands in the sheets, one method a sheet."""

    def __init__(self, given: Mapping[str, pandas.DataFrame]) -> None:
        self.tables = ready_tables(given)
        self.earlier = earlier_of(self.tables["matches"])
        reports = self.tables["reports"]
        self.matches = matches_of(self.tables["matches"])
        self.families = families(self.matches)
        self.names, self.places = labels(reports), Places(self.tables["sections"])
        about = (reports[name] for name in ("report_id", "reporting_unit", "title", "file"))
        self.about = {report_id: (unit, title, file) for report_id, unit, title, file in zip(*about, strict=True)}
        self.texts = {report_id: (start, text) for report_id, start, text in zip(reports["report_id"], reports["start"], reports["text"], strict=True)}
        self.sums = totals_of(self.tables["facts"], reports, self.tables["matches"])

    def who(self, report_id: str) -> tuple[str, str, str]:
        """Unit, title and file."""
        return self.about.get(report_id, ("", self.names.get(report_id, report_id), ""))

    def rows(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a table with these columns."""
        return iter(self.tables[table][columns.split()].itertuples(index=False, name=None))

    def longest(self, match: Match) -> tuple[str, str]:
        """The longest stretch of a that stands in b too, and where it begins."""
        start, text = self.texts.get(match.a, (0, ""))
        passage = max(match.copied, key=lambda p: p.end_a - p.start_a, default=None)
        if passage is None:
            return "", ""
        return " ".join(text[max(0, passage.start_a - start) : max(0, passage.end_a - start)].split()), self.places.describe(match.a, passage.start_a)

    # ------------------------------------------------------------------------------------------------------------ sheets

    def asked(self, book: Ledger) -> None:
        """What to ask about, gravest first, with room for what was done about it."""
        columns = [
            *(Column("单位", 17), Column("报告", 22), Column("文件", 17), Column("问题类型", 10), Column("判断", 8), Column("原文", 30)),
            *(Column("位置", 20), Column("核算", 34), Column("建议", 28), Column("整改", 16), Column("复核", 12)),
        ]
        by_number: dict[int, Family] = {family.number: family for family in self.families}

        def lines() -> Lines:
            for a in asks(self.tables, self.families):
                quote, place = self.longest(by_number[a.number].pairs[0]) if a.gravity == "match" else (a.quote, a.place)
                yield a.unit, a.title, a.file, a.problem, a.verdict, shorten(quote, QUOTED), place, a.computation, a.question, "", ""

        holds = int((self.tables["findings"]["verdict"] == "consistent").sum())
        book.sheet("待核实清单", columns, lines(), [f"以上均为疑似，请对照原件核实。另有 {holds} 处已核一致，见卷宗。"])

    def copied(self, book: Ledger) -> None:
        """Pairs of reports that have more in common than chance and stock phrases explain, by family."""
        columns = [
            *(Column("组号", 6, COUNT), Column("甲单位", 17), Column("甲报告", 22), Column("甲文件", 17), Column("乙单位", 17), Column("乙报告", 22), Column("乙文件", 17)),
            *(Column("类型", 10), Column("甲见于乙：总文字复制比", 11, PERCENT), Column("乙见于甲：总文字复制比", 11, PERCENT)),
            *(Column("甲：去除套话与引文复制比", 11, PERCENT), Column("乙：去除套话与引文复制比", 11, PERCENT), Column("合计相似度（Jaccard）", 11, RATIO)),
            *(Column("同序数字", 9, COUNT), Column("疑似段落数", 9, COUNT), Column("最长一段（甲）", 40), Column("位置（甲）", 20)),
            *(Column("关系", 8), Column("异数", 40), Column("在先的一篇", 22), Column("疑似来源（提示）", 22)),
        ]

        def lines() -> Lines:
            for family in self.families:
                for m in family.pairs:
                    earlier = self.earlier.get((m.a, m.b), "")
                    told = (say("relation", m.relation), "；".join(pair.words for pair in m.changes), self.names.get(earlier, earlier), self.names.get(m.source, m.source))
                    shares = (m.containment_a, m.containment_b, m.discounted_a, m.discounted_b, m.jaccard)
                    yield (family.number, *self.who(m.a), *self.who(m.b), say("match", m.kind), *shares, m.shared_figures, len(m.copied), *self.longest(m), *told)

        book.sheet("雷同", columns, lines())

    def reported(self, book: Ledger) -> None:
        """Every report with what was found in it and how it is written."""
        columns = [
            *(Column("单位", 20), Column("报告", 28), Column("文件", 24), Column("批次", 12), Column("报告期", 14), Column("字数", 9, COUNT), Column("章节数", 8, COUNT)),
            *(Column("事实数", 8, COUNT), Column("请核实处数", 8, COUNT), Column("单篇最大复制比", 10, PERCENT), Column("去除套话与引文", 10, PERCENT)),
            *(Column("套话率", 9, PERCENT), Column("实数密度（每千字）", 10, "0.0"), Column("关键词", 36), Column("汇总", 12)),
        ]
        findings, shares = self.tables["findings"], copied_shares(self.matches)
        asked = Counter(findings["report_id"][findings["verdict"] != "consistent"])
        left_out = {copy for cell in self.sums["copies"] for copy in cell.split("、") if copy}

        def lines() -> Lines:
            for report_id, batch, period, *sizes, stock, density, words in self.rows("reports", "report_id batch period characters sections facts stock_rate fact_density keywords"):
                share = shares.get(report_id)
                copied = (share.share, share.discounted) if share else (None, None)
                yield (*self.who(report_id), batch, period, *sizes, asked[report_id] or None, *copied, stock, density, words, "雷同，未计入" if report_id in left_out else "计入")

        book.sheet("报告", columns, lines())

    def counted(self, book: Ledger) -> None:
        """The numeric facts, each with its place."""
        columns = [
            *(Column("单位", 20), Column("报告", 24), Column("文件", 20), Column("原文", 14), Column("指标", 14), Column("对象", 12), Column("数值", 14)),
            *(Column("下限", 12), Column("上限", 12), Column("计量单位", 9), Column("口径", 8), Column("期间", 14), Column("期间首日", 11), Column("期间末日", 11)),
            *(Column("范围", 12), Column("状态", 8), Column("注意", 12), Column("依据", 16), Column("可信度", 8, "0.00"), Column("位置", 30)),
        ]
        wanted = "report_id quote indicator subject value low high unit bound period period_start period_end scope status flags cue confidence start"

        def lines() -> Lines:
            for report_id, quote, indicator, subject, value, low, high, unit, bound, period, first, last, scope, status, flags, cue, confidence, start in self.rows("facts", wanted):
                amounts = (Amount(value, unit), Amount(low, unit), Amount(high, unit))
                noted = "、".join(say("flag", flag) for flag in flags.split("、") if flag)
                when = (period, first, last)
                yield (
                    *(*self.who(report_id), quote, indicator, subject, *amounts, unit, say("bound", bound), *when, scope),
                    *(say("status", status), noted, cue, confidence, self.places.describe(report_id, start)),
                )

        book.sheet("事实", columns, lines())

    def summed(self, book: Ledger) -> None:
        """What the units report together, by unit and indicator."""
        columns = [
            *(Column("单位", 22), Column("指标", 14), Column("计量单位", 9), Column("期间", 16), Column("期间首日", 11), Column("期间末日", 11), Column("合计下限", 16)),
            *(Column("合计上限", 16), Column("口径", 8), Column("最小", 14), Column("最大", 14), Column("数字个数", 8, COUNT), Column("报告篇数", 8, COUNT)),
            *(Column("缺数", 7, COUNT), Column("有疑", 7, COUNT), Column("人均数", 7, COUNT), Column("其中数", 7, COUNT), Column("重复", 7, COUNT)),
            *(Column("报告", 38), Column("雷同未计入的报告", 38)),
        ]
        wanted = "reporting_unit indicator unit period period_start period_end total_low total_high bound least most report_ids copies facts reports missing flagged per_head parts repeated"

        def lines() -> Lines:
            for unit, indicator, measure, *rest in self.sums[wanted.split()].itertuples(index=False, name=None):
                *when, low, high, bound, least, most, reports, copies, facts, counted = rest[:12]
                apart = (count or None for count in rest[12:])  # most are none
                ends = (Amount(low, measure), Amount(high, measure), say("bound", bound), Amount(least, measure), Amount(most, measure))
                which = self._named(reports)  # reports that name no unit are not added up with one another
                yield (unit or which, indicator, measure, *when, *ends, facts, counted, *apart, which, self._named(copies))

        notes = [
            "只汇总已完成的工作，计划和要求不计；同一单位、指标、计量单位和期间的数字相加，合计上下限由约数和区间而来，没有上限的留空。",
            "率、人均等不能相加的只列最小和最大；会员数等存量取其中最大的一个。缺数、有疑、人均数、其中数、重复各列数字个数，均未计入合计。",
        ]
        book.sheet("指标汇总", columns, lines(), notes)

    def _named(self, cell: str) -> str:
        ids = [report_id for report_id in cell.split("、") if report_id]
        return "、".join(self.names.get(report_id, report_id) for report_id in ids[:COPIES]) + (f" 等{len(ids)}篇" if len(ids) > COPIES else "")

    def themed(self, book: Ledger) -> None:
        """The sections with their themes."""
        columns = [
            *(Column("单位", 20), Column("报告", 24), Column("文件", 20), Column("层级", 6, COUNT), Column("编号", 8), Column("标题", 32), Column("主题", 12)),
            *(Column("把握", 8), Column("概率", 8, "0%"), Column("次要主题", 12), Column("标题所示主题", 13), Column("对象", 14), Column("依据", 46)),
            *(Column("套话率", 9, PERCENT), Column("实数密度（每千字）", 10, "0.0")),
        ]
        wanted = "report_id sure level number heading theme probability second_theme heading_theme audiences evidence stock_rate fact_density"

        def lines() -> Lines:
            for report_id, sure, level, number, heading, theme, *rest in self.rows("sections", wanted):
                yield (*self.who(report_id), level, number, heading, theme, say("sure", "yes" if sure else "no"), *rest)

        book.sheet("章节主题", columns, lines(), ["“标题所示主题”只在标题与正文不同时列出，主题以正文为准。"])

    def failed(self, book: Ledger) -> None:
        """The files that could not be read, and what to do."""
        columns = [Column("文件", 40), Column("建议", 50), Column("原因（技术说明）", 50), Column("代码", 20)]
        book.sheet("失败", columns, self.rows("failures", "file advice reason code"))

    def explained(self, book: Ledger) -> None:
        """What the ledger covers and what its words mean."""
        told = (scope_of(self.tables), f"识别文中数字{len(self.tables['facts'])}处", material_of(self.tables))
        scope = ("范围", "", "；".join(filter(None, told)))
        measures = [
            ("报告", "套话率", "套话、引文在正文中所占的比例"),
            ("报告", "实数密度", "每千字中识别出的数字个数"),
            ("报告", "关键词", "使本篇区别于同次扫描其他各篇的词，权重大的在前"),
            ("雷同", "在先的一篇", "较早一次扫描收到的一篇；同次收到的，取报告期较早的一篇；都不能判断的留空"),
            ("雷同", "疑似来源（提示）", "两篇最可能共同出自的一篇，仅供提示，请核实"),
        ]
        words = [(heading, row["chinese"], row["explanation"]) for heading, kind in EXPLAINED for row in display_words(kind).values()]
        book.sheet("说明", [Column("栏目", 12), Column("用语", 22), Column("含义", 90)], [scope, *measures, *words])
