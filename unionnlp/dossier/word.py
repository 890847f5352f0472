"""The Word 核查报告: what was scanned, what to ask about and how it was computed, in the form of an official document.

The same lines as in the dossier and the workbook; long lists are bounded and say what was left out.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..display import shorten
from ..records import VERDICTS
from .asking import Ask, asks
from .families import Family, copied_shares, families, matches_of
from .tables import atomic, complete, explain, say
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
SENTENCE = 300  # characters of a computation: one across a batch names its sixty reports
IN_PLACE = 8  # rows of a table among the text; a longer one becomes an annex
LISTED = 300  # rows of an annex
STEMS = "甲乙丙丁戊己庚辛壬癸"
UNSIGNED = "（核查单位）"

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
        tables: frames named files, reports, sections, facts, findings, matches and failures; ``dossier.tables.COLUMNS`` says which
            columns are read. A missing one is taken as empty.
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
    ready = complete(tables)
    if report_id and report_id not in set(ready["reports"]["report_id"]):
        raise ValueError(f"no report has the id {report_id!r}")
    made = _Letter(ready, report_id, unit or UNSIGNED, date or datetime.date.today()).document()
    with atomic(path) as written:
        made.save(written)


def _only(tables: Mapping[str, pandas.DataFrame], report_id: str) -> dict[str, pandas.DataFrame]:
    """The tables with what concerns one report; the reports stay, for their names are needed."""
    findings, matches, facts = tables["findings"], tables["matches"], tables["facts"]
    across = findings["report_ids"].map(lambda ids: report_id in ids.split("、"))
    return {
        **tables,
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
        self.paper.sign(self.unit, self.date, [annex.title for annex in self.annexes])
        for number, annex in enumerate(self.annexes, 1):
            self.paper.annex(annex.title, str(number) if len(self.annexes) > 1 else "")
            self._rows(annex, LISTED)
        return self.paper

    # -------------------------------------------------------------------------------------------------------- chapters

    def _scope(self) -> None:
        files, paper = self.tables["files"], self.paper
        twins = int((files["twin_of"] != "").sum())
        read = len(files) or self.tables["reports"]["file"].nunique()
        merged = f"（其中{twins}份与另一份同文，已归并）" if twins else ""
        batch = f"{read}份文件{merged}、{len(self.reports)}篇报告"
        if self.one:
            paper.address(self.one["reporting_unit"] or "报送单位")
            paper.paragraph("你单位报送的材料已经核查，现将有关情况和请核实的事项函告如下。")
            paper.heading(1, "核查范围")
            title, file = shorten(self.one["title"], 80) or "（无标题）", shorten(self.one["file"], 80)
            period = f"，报告期{self.one['period']}" if self.one["period"] else ""
            figures = f"识别文中数字{len(self.tables['facts'])}处，逐项核对，并与同批{batch}逐一比对"
            paper.paragraph(f"本次核查《{title}》（文件：{file}{period}），{figures}。")
            return
        paper.paragraph("现将本次工会报送材料的核查情况报告如下。")
        paper.heading(1, "核查范围")
        units = len({row["reporting_unit"] for row in self.reports.values()} - {""})
        unsigned = sum(not row["reporting_unit"] for row in self.reports.values())
        unnamed = f"，另有{unsigned}篇未写明报送单位" if unsigned else ""
        failed = f"另有{len(self.tables['failures'])}份文件未能读取。" if len(self.tables["failures"]) else ""
        paper.paragraph(f"本次核查读取{batch}，涉及报送单位{units}个{unnamed}；识别文中数字{len(self.tables['facts'])}处，逐项核对，各篇彼此比对。{failed}")
        asked = Counter(ask.report_id for ask in self.asks if ask.gravity in SPELLED_OUT)
        shares = copied_shares(self.matches)
        columns = (Column("序号", 13, True), Column("报送单位", 36), Column("标题", 41), Column("文件", 32), Column("请核实处数", 15, True), Column("最大复制比", 19, True))
        rows = [
            (str(i), row["reporting_unit"] or "未写明", shorten(row["title"], 60), shorten(row["file"], 60), str(asked[name] or ""), f"{shares[name].share:.1%}" if name in shares else "")
            for i, (name, row) in enumerate(self.reports.items(), 1)
        ]
        if rows:
            self._listed("核查材料清单", _Table("核查材料清单", columns, rows, "卷宗"))

    def _overview(self) -> None:
        paper, members = self.paper, {member for family in self.families for member in family.members}
        paper.heading(1, "总体情况")
        copied = f"疑似雷同材料{len(self.families)}组，涉及{len(members)}篇" if members else "未发现疑似雷同的材料"
        asked = sum(self.counts[verdict] for verdict in VERDICTS if verdict != "consistent")
        figures = f"数字和文字请核实之处{asked}处" if asked else "未发现数字和文字需要核实之处"
        paper.paragraph(f"经核查，{copied}；{figures}；已核对而前后一致的数字{self.counts['consistent']}处。分类如下。")
        rows = [(say("problem", "match"), f"{len(self.families)}组", explain("problem", "match")), *((say("verdict", v), f"{self.counts[v]}处", explain("verdict", v)) for v in VERDICTS)]
        paper.table((Column("类别", 26, True), Column("数量", 20, True), Column("含义", 110)), rows)
        if self.one and self.counts["consistent"]:
            held = self.tables["findings"][self.tables["findings"]["verdict"] == "consistent"]
            told = enumerate(held[["rule", "quote", "message"]].itertuples(index=False, name=None), 1)
            lines = [(str(i), say("rule", rule), shorten(quote, 80), shorten(message, SENTENCE)) for i, (rule, quote, message) in told]
            columns = (Column("序号", 13, True), Column("核对项目", 30), Column("原文", 50), Column("核算", 63))
            self._listed("已核一致的数字", _Table("已核一致的数字", columns, lines, "卷宗"))

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
            paper.paragraph("未发现与同批其他材料疑似雷同之处。" if self.one else "各篇之间未发现疑似雷同之处。")
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
        rows = [
            (f"{letters[one]}：{names(one)}（{shorten(self.reports.get(one, {}).get('file', ''), 40)}）", letters[other], f"{total:.1%}", f"{discounted:.1%}")
            for m in shown
            for one, other, total, discounted in sorted(((m.a, m.b, m.containment_a, m.discounted_a), (m.b, m.a, m.containment_b, m.discounted_b)), key=lambda row: row[0] != family.centre)
        ]
        paper.table((Column("本篇", 84), Column("见于", 16, True), Column(say("share", "total"), 28, True), Column(say("share", "discounted"), 28, True)), rows)
        self._more(len(family.pairs), PAIRS, "对", "台账“雷同”")
        for match in shown:
            for label, words in self.evidence.changes(match, letters):
                paper.paragraph(words, label=f"{label}：")
        source = family.pairs[0].source
        hint = f"疑似来源（仅供提示）：{letters[source]}。" if source in letters else ""
        paper.paragraph(f"{hint}{_ended(explain('question', 'match'))}")

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

    # ---------------------------------------------------------------------------------------------------------- pieces

    def _listed(self, said: str, table: _Table) -> None:
        """A short table here, a long one as an annex."""
        long = len(table.rows) > IN_PLACE
        self.paper.paragraph(f"{said}{'见附件' if long else '如下'}。")
        if long:
            self.annexes.append(table)
        else:
            self._rows(table, IN_PLACE)

    def _rows(self, table: _Table, most: int) -> None:
        self.paper.table(table.columns, table.rows[:most])
        self._more(len(table.rows), most, "行", table.elsewhere)

    def _more(self, there: int, most: int, measure: str, elsewhere: str) -> None:
        if there > most:
            self.paper.paragraph(f"以上列出{most}{measure}，另有{there - most}{measure}，见{elsewhere}。")


def _ended(sentence: str) -> str:
    """A sentence with its full stop; nothing stays nothing."""
    return sentence if not sentence or sentence.endswith(("。", "？", "！", "?")) else f"{sentence}。"
