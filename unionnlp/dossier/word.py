"""The Word 核查报告: what was scanned, what to ask about and how it was computed, in the form of an official document.

The same lines as in the dossier and the workbook; long lists are bounded and say what was left out.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..display import shorten
from ..records import VERDICTS, Match
from .asking import Ask, asks
from .families import Family, copied_shares, families, matches_of
from .ledger_tables import earlier_of, ready_tables
from .scope import material_of, scope_of
from .tables import atomic, explain, say
from .word_evidence import Evidence
from .word_layout import Column, OfficialDocument

if TYPE_CHECKING:
    import pandas

__all__ = ["write_word"]

SPELLED_OUT = ("conflict", "damaged", "doubtful")
"""What a report on a batch asks about; a letter on one report also has what cannot be checked and the hints."""

# A person reads some twenty pages; a batch of 2,000 reports has a thousand lines to ask about, and the workbook holds them all.
FINDINGS = 40  # of one verdict
FAMILIES = 20  # of copies
PAIRS = 6  # of one family
FIGURES = 12  # changed between two reports
SENTENCE = 300  # characters of a computation: one across a batch names its sixty reports
IN_PLACE = 8  # rows of a table among the text; a longer one becomes an annex
LISTED = 300  # rows of an annex
STEMS = "甲乙丙丁戊己庚辛壬癸"
UNSIGNED, UNNAMED = "（核查单位）", "（报送单位）"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that stands among the text or, when it is long, becomes an annex; ``elsewhere`` says where the rows beyond are."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    elsewhere: str


def write_word(
    tables: Mapping[str, pandas.DataFrame], path: str | os.PathLike[str], *, report_id: str = "", unit: str = "", date: datetime.date | None = None
) -> None:
    """Write the report of a check as a Word document in official form, ready to be signed and sent.

    Args:
        tables: frames named files, reports, sections, facts, findings, matches and failures, with the columns of a scan. A missing one is
            taken as empty.
        path: the .docx to write; an older one is replaced only when the new one is whole.
        report_id: a letter to the unit of this one report, on what concerns it; empty for a report on the batch.
        unit: who signs; a place to fill in when empty.
        date: of the document; today when not given.

    Raises:
        ValueError: no report has this id.
        OSError: the file cannot be written.

    Complexity: linear in the tables; the document itself is bounded and says what it leaves to the workbook.
    Source: layout after GB/T 9704-2012; the tone (疑似, 请核实) is that of an auditor who asks.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "核查报告.docx")
        ...     write_word({}, path)
        ...     path.read_bytes()[:2]
        b'PK'
    """
    ready = ready_tables(tables)
    if report_id and report_id not in set(ready["reports"]["report_id"]):
        raise ValueError(f"no report has the id {report_id!r}")
    made = _Letter(ready, report_id, unit or UNSIGNED, date or datetime.date.today()).document()
    with atomic(path) as written:
        made.save(written)


def _only(tables: Mapping[str, pandas.DataFrame], report_id: str) -> dict[str, pandas.DataFrame]:
    """The tables with what concerns one report; the reports stay, for their names are needed."""
    findings, matches, facts, sections = tables["findings"], tables["matches"], tables["facts"], tables["sections"]
    across = findings["report_ids"].map(lambda ids: report_id in ids.split("、"))
    return {
        **tables,
        "sections": sections[sections["report_id"] == report_id],
        "facts": facts[facts["report_id"] == report_id],
        "findings": findings[(findings["report_id"] == report_id) | across],
        "matches": matches[(matches["a"] == report_id) | (matches["b"] == report_id)],
        "failures": tables["failures"].head(0),
    }


class _Letter:
    """Puts the document together, chapter by chapter."""

    def __init__(self, tables: Mapping[str, pandas.DataFrame], report_id: str, unit: str, date: datetime.date) -> None:
        self.evidence = Evidence(tables)
        self.reports, self.short = self.evidence.reports, self.evidence.short
        self.one = self.reports.get(report_id)
        self.tables = _only(tables, report_id) if self.one else dict(tables)
        self.matches = matches_of(self.tables["matches"])
        self.earlier = earlier_of(self.tables["matches"])
        # In a letter on one report "this report" must be that one.
        self.families = [replace(family, centre=report_id) if self.one else family for family in families(self.matches)]
        self.asks = asks(self.tables, self.families)
        self.counts = Counter(self.tables["findings"]["verdict"])
        self.unit, self.date = unit, date
        self.annexes: list[_Table] = []
        self.paper = OfficialDocument("关于核实报送材料有关情况的函" if self.one else "工会报送材料核查报告", unit, date)

    def document(self) -> OfficialDocument:
        """The whole document."""
        self._scope()
        self._overview()
        self._findings()
        self._copies()
        self._failures()
        self._notes()
        note = "联系人：＿＿＿＿＿＿，联系电话：＿＿＿＿＿＿" if self.one else ""
        self.paper.sign(self.unit, self.date, [annex.title for annex in self.annexes], note=note)
        for number, annex in enumerate(self.annexes, 1):
            self.paper.annex(annex.title, str(number) if len(self.annexes) > 1 else "")
            self._rows(annex, LISTED)
        return self.paper

    # -------------------------------------------------------------------------------------------------------- chapters

    def _scope(self) -> None:
        paper, scope, material = self.paper, scope_of(self.tables), material_of(self.tables)
        if self.one:
            paper.address(self.one["reporting_unit"] or UNNAMED)
            paper.paragraph("你单位报送的材料已经核查，现将有关情况和请核实的事项函告如下。")
            paper.heading(1, "核查范围")
            title, file = shorten(self.one["title"], 80) or "（无标题）", shorten(self.one["file"], 80)
            period = f"，报告期{self.one['period']}" if self.one["period"] else ""
            figures = f"识别文中数字{len(self.tables['facts'])}处，逐项核对，并与所收材料逐一比对"
            paper.paragraph(f"本次核查《{title}》（文件：{file}{period}），{figures}。所收材料：{scope}。{self._manner(self.one)}")
            return
        paper.paragraph("现将本次工会报送材料的核查情况报告如下。")
        paper.heading(1, "核查范围")
        units = len({row["reporting_unit"] for row in self.reports.values()} - {""})
        unsigned = sum(not row["reporting_unit"] for row in self.reports.values())
        unnamed = f"，另有{unsigned}篇未写明报送单位" if unsigned else ""
        failed = f"另有{len(self.tables['failures'])}份文件未能读取。" if len(self.tables["failures"]) else ""
        paper.paragraph(f"{scope}，涉及报送单位{units}个{unnamed}；识别文中数字{len(self.tables['facts'])}处，逐项核对。{_ended(material)}{failed}")
        asked = Counter(ask.report_id for ask in self.asks if ask.gravity in SPELLED_OUT)
        shares = copied_shares(self.matches)
        columns = (
            *(Column("序号", 12, True), Column("报送单位", 33), Column("标题", 38), Column("文件", 29)),
            *(Column("请核实处数", 14, True), Column("最大复制比", 16, True), Column("套话率", 14, True)),
        )
        rows = [
            (
                *(str(i), row["reporting_unit"] or "未写明", shorten(row["title"], 60), shorten(row["file"], 60)),
                *(str(asked[name] or ""), _percent(shares[name].share) if name in shares else "", _percent(row["stock_rate"])),
            )
            for i, (name, row) in enumerate(self.reports.items(), 1)
        ]
        if rows:
            self._listed("核查材料清单", _Table("核查材料清单", columns, rows, "卷宗"))

    def _manner(self, row: Row) -> str:
        """How it is written, as far as the scan says."""
        rate, density = row["stock_rate"], row["fact_density"]
        told = [
            f"全文{row['characters']}字" if row["characters"] else "",
            f"套话率{rate:.1%}" if isfinite(rate) else "",
            f"每千字数字{density:.1f}处" if isfinite(density) else "",
        ]
        words = f"区别于其他各篇的关键词：{shorten(row['keywords'], 80)}。" if row["keywords"] else ""
        return (_ended("，".join(filter(None, told))) if any(told[1:]) else "") + words

    def _overview(self) -> None:
        paper, members = self.paper, {member for family in self.families for member in family.members}
        paper.heading(1, "总体情况")
        copied = f"疑似雷同材料{len(self.families)}组，涉及{len(members)}篇" if members else "未发现疑似雷同的材料"
        asked = sum(self.counts[verdict] for verdict in VERDICTS if verdict != "consistent")
        figures = f"数字和文字请核实之处{asked}处" if asked else "未发现数字和文字需要核实之处"
        paper.paragraph(f"经核查，{copied}；{figures}；已核对而前后一致的数字{self.counts['consistent']}处。分类如下。")
        rows = [(say("problem", "match"), f"{len(self.families)}组", explain("problem", "match")), *((say("verdict", v), f"{self.counts[v]}处", explain("verdict", v)) for v in VERDICTS)]
        paper.table((Column("类别", 26, True), Column("数量", 20, True), Column("含义", 110)), rows, caption="核查结果分类")
        if self.one and self.counts["consistent"]:
            held = self.tables["findings"][self.tables["findings"]["verdict"] == "consistent"]
            told = enumerate(held[["rule", "quote", "message"]].itertuples(index=False, name=None), 1)
            lines = [(str(i), say("rule", rule), shorten(quote, 80), shorten(message, SENTENCE)) for i, (rule, quote, message) in told]
            columns = (Column("序号", 13, True), Column("核对项目", 30), Column("原文", 50), Column("核算", 63))
            self._listed("已核一致的数字", _Table("已核一致的数字", columns, lines, "卷宗"))
        if self.one:
            self._astray()

    def _astray(self) -> None:
        """The sections of one report whose heading promises another theme than their text has."""
        sections = self.tables["sections"]
        astray = sections[sections["heading_theme"] != ""]
        told = enumerate(astray[["number", "heading", "heading_theme", "theme"]].itertuples(index=False, name=None), 1)
        rows = [(str(i), shorten(f"{number}{heading}", 60), promised, theme) for i, (number, heading, promised, theme) in told]
        if rows:
            columns = (Column("序号", 13, True), Column("章节", 83), Column("标题所示主题", 30, True), Column("正文主题", 30, True))
            self._listed("标题与正文主题不一的章节供你单位修改时参考，", _Table("标题与正文主题不一的章节", columns, rows, "台账“章节主题”"))

    def _findings(self) -> None:
        paper = self.paper
        paper.heading(1, "需要核实的问题")
        verdicts = tuple(v for v in VERDICTS if v != "consistent") if self.one else SPELLED_OUT
        told = [(verdict, [ask for ask in self.asks if ask.gravity == verdict]) for verdict in verdicts]
        if not any(lines for _, lines in told):
            paper.paragraph("未发现需要核实的问题。")
        for verdict, lines in told:
            if lines:
                paper.heading(2, f"{say('problem', verdict)}（{len(lines)}处）")
                self._asked(lines)
        rest = [f"{say('verdict', verdict)}{self.counts[verdict]}处" for verdict in VERDICTS if verdict not in (*verdicts, "consistent") and self.counts[verdict]]
        if rest:
            paper.paragraph(f"另有{'、'.join(rest)}，列于台账“待核实清单”，供审核时参考。")

    def _asked(self, lines: Sequence[Ask]) -> None:
        grouped: dict[str, list[Ask]] = {}
        for ask in lines[:FINDINGS]:
            grouped.setdefault(ask.report_id, []).append(ask)
        for report_id, own in grouped.items():
            self.paper.heading(3, self.short(report_id) or "（未写明）")
            for i, ask in enumerate(own, 1):
                number = f"（{i}）" if len(own) > 1 else ""
                self.paper.paragraph(self.evidence.quoted(ask), label=f"{number}{ask.problem}。")
                self.paper.paragraph(_ended(shorten(ask.computation, SENTENCE)), label="核算：")
                self.paper.paragraph(_ended(shorten(ask.question, SENTENCE)))
        self._more(len(lines), FINDINGS, "处", "台账“待核实清单”")

    def _copies(self) -> None:
        paper = self.paper
        paper.heading(1, "疑似雷同材料")
        if not self.families:
            paper.paragraph("未发现与所收其他材料疑似雷同之处。" if self.one else "各篇之间未发现疑似雷同之处。")
            return
        for family in self.families[:FAMILIES]:
            self._family(family)
        self._more(len(self.families), FAMILIES, "组", "台账“雷同”")

    def _family(self, family: Family) -> None:
        paper, names = self.paper, self.short
        others = [member for member in family.members if member != family.centre]
        paper.heading(2, f"{names(family.centre)}与{names(others[0])}" if len(others) == 1 else f"{names(family.centre)}等{len(family.members)}篇")
        paper.paragraph(f"{_ended(explain('match', family.kind))}{self._bearing(family)}", label=f"疑似{say('match', family.kind)}。")
        shown = family.pairs[:PAIRS]
        involved = dict.fromkeys(member for m in shown for member in (family.centre, m.a, m.b))
        letters = {member: STEMS[i] if i < len(STEMS) else f"第{i + 1}篇" for i, member in enumerate(involved)}
        shares = (Column(say("share", "total"), 28, True), Column(say("share", "discounted"), 28, True))
        timed = any((m.a, m.b) in self.earlier for m in shown)
        columns = (Column("本篇", 70 if timed else 85), Column("见于", 15, True), *((Column("先后", 15, True),) if timed else ()), *shares)
        rows = [
            (
                *(f"{letters[one]}：{names(one)}（{shorten(self.reports.get(one, {}).get('file', ''), 40)}）", letters[other]),
                *([self._order(m, one)] if timed else ()),
                *(_percent(total), _percent(discounted)),
            )
            for m in shown
            for one, other, total, discounted in sorted(((m.a, m.b, m.containment_a, m.discounted_a), (m.b, m.a, m.containment_b, m.discounted_b)), key=lambda row: row[0] != family.centre)
        ]
        paper.table(columns, rows, caption=f"第{family.number}组材料的复制比")
        self._more(len(family.pairs), PAIRS, "对", "台账“雷同”")
        for match in shown:
            self._changed(match, letters)
            for label, words in self.evidence.changes(match, letters):
                paper.paragraph(words, label=f"{label}：")
        source = family.pairs[0].source
        hint = f"疑似来源（仅供提示）：{letters[source]}。" if source in letters else ""
        paper.paragraph(f"{hint}{_ended(explain('question', 'match'))}")

    def _order(self, match: Match, side: str) -> str:
        """Whether a side of a match came first or last, where that is known."""
        earlier = self.earlier.get((match.a, match.b), "")
        return "在先" if side == earlier else "在后" if earlier else "未知"

    def _changed(self, match: Match, letters: Mapping[str, str]) -> None:
        """The figures that were changed between two reports."""
        rows = [(str(i), *figures) for i, figures in enumerate(self.evidence.figures(match), 1)]
        if rows:
            sides = (Column(letters[match.a], 36, True), Column(letters[match.b], 36, True))
            caption = f"{letters[match.a]}、{letters[match.b]}{say('figure', 'differ')}（{len(rows)}处）"
            self.paper.table((Column("序号", 13, True), Column("文句", 71), *sides), rows[:FIGURES], caption=caption)
            self._more(len(rows), FIGURES, "处", "台账“雷同”")

    def _bearing(self, family: Family) -> str:
        """What speaks for or against it, beside the shares."""
        first = family.pairs[0]
        units = {self.reports[member]["reporting_unit"] if member in self.reports else "" for member in family.members}
        told = [
            f"共{len(family.members)}篇，最高复制比{family.share:.1%}" if len(family.members) > 2 else "",
            f"次序相同的数字{first.shared_figures}个" if first.shared_figures else "",
            explain("relation", first.relation) or (explain("question", "same_unit") if len(units) == 1 and units != {""} else ""),
        ]
        return _ended("；".join(filter(None, told)))

    def _failures(self) -> None:
        failures = self.tables["failures"]
        if len(failures):
            self.paper.heading(1, "未能读取的文件")
            told = enumerate(failures[["file", "advice"]].itertuples(index=False, name=None), 1)
            rows = [(str(i), shorten(file, 80), advice) for i, (file, advice) in told]
            said = f"有{len(failures)}份文件未能读取，不在核查之列，请按建议处理。文件和建议"
            self._listed(said, _Table("未能读取的文件", (Column("序号", 13, True), Column("文件", 60), Column("建议", 83)), rows, "台账“失败”"))

    def _notes(self) -> None:
        paper = self.paper
        paper.heading(1, "有关说明")
        ratios = "；".join(f"{say('share', word)}：{explain('share', word)}" for word in ("total", "discounted"))
        paper.paragraph(f"复制比只就本次核查的材料而言，两个方向分别计算。{ratios}。引文位置中的“第几字”按文件全文计。")
        asked = "请你单位对照原件逐项核实，书面说明情况；确有错漏的，请更正后重新报送。" if self.one else "请各有关单位对照原件逐项核实，书面说明情况；确有错漏的，请更正后重新报送。"
        paper.paragraph(f"以上各项均为疑似，由程序按固定规则核对得出，不作为结论。{asked}")
        if self.one:
            paper.paragraph("特此函告。")

    # ---------------------------------------------------------------------------------------------------------- pieces

    def _listed(self, said: str, table: _Table) -> None:
        """A short table here, a long one as an annex."""
        long = len(table.rows) > IN_PLACE
        self.paper.paragraph(f"{said}{'见附件' if long else '如下'}。")
        if long:
            self.annexes.append(table)
        else:
            self._rows(table, IN_PLACE, caption=table.title)

    def _rows(self, table: _Table, most: int, caption: str = "") -> None:
        self.paper.table(table.columns, table.rows[:most], caption=caption)
        self._more(len(table.rows), most, "行", table.elsewhere)

    def _more(self, there: int, most: int, measure: str, elsewhere: str) -> None:
        if there > most:
            self.paper.paragraph(f"以上列出{most}{measure}，另有{there - most}{measure}，见{elsewhere}。")


def _percent(share: float) -> str:
    return f"{share:.1%}" if isfinite(share) else ""


def _ended(sentence: str) -> str:
    """A sentence with its full stop; nothing stays nothing."""
    return sentence if not sentence or sentence.endswith(("。", "？", "！", "?")) else f"{sentence}。"
