"""The ledger: its sheets, its numbers, and that no word of a submission becomes a formula."""

import csv
import datetime
import re
import shutil
import subprocess
import zipfile
from importlib.resources import as_file

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from unionnlp.dossier import sheets
from unionnlp.dossier.sheets import CELL, SHEETS, SHOWN, UNITS, Amount, Column, ledger
from unionnlp.dossier.workbook import write_workbook
from unionnlp.lexicon import data_file, display_words
from unionnlp.scanning.local import scan

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NAMES = ["待核实清单", "雷同", "报告", "事实", "指标汇总", "章节主题", "失败", "说明"]


class Book:
    """What Excel would read."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as file:
            assert file.testzip() is None
            names = etree.fromstring(file.read("xl/workbook.xml")).xpath("//m:sheet/@name", namespaces=NS)
            self.sheets = {name: etree.fromstring(file.read(f"xl/worksheets/sheet{i}.xml")) for i, name in enumerate(names, 1)}
            self.files = file.namelist()
            styles = etree.fromstring(file.read("xl/styles.xml"))
        codes = {node.get("numFmtId"): node.get("formatCode") for node in styles.iterfind(".//m:numFmt", NS)}
        self.formats = [codes.get(node.get("numFmtId"), "") for node in styles.iterfind("m:cellXfs/m:xf", NS)]

    def _lines(self, name):
        """Cells by column letter: numbers as float, words as str."""
        for row in self.sheets[name].iterfind(".//m:row", NS):
            cells = {}
            for cell in row.iterfind("m:c", NS):
                words = "".join(cell.itertext())
                if words:
                    cells[cell.get("r").rstrip("0123456789")] = words if cell.get("t") == "inlineStr" else float(words)
            yield cells

    def headings(self, name):
        return list(next(self._lines(name)).values())

    def rows(self, name):
        """The numbered lines by heading."""
        heading, *lines = self._lines(name)
        return [{heading[letter]: value for letter, value in line.items()} for line in lines if isinstance(line["A"], float)]

    def notes(self, name):
        return [line["A"] for line in self._lines(name) if isinstance(line["A"], str)][1:]

    def shown(self, name, heading):
        """The number formats of a column."""
        letter = {words: letter for letter, words in next(self._lines(name)).items()}[heading]
        return [self.formats[int(cell.get("s"))] for cell in self.sheets[name].iterfind(".//m:c", NS) if re.fullmatch(rf"{letter}\d+", cell.get("r"))][1:]


@pytest.fixture
def write(tmp_path):
    def written(tables, **options):
        path = tmp_path / "台账.xlsx"
        write_workbook(tables, path, **options)
        return Book(path)

    return written


@pytest.fixture
def make(tmp_path):
    """One sheet of its own."""

    def made(columns, lines, *, rows=sheets.ROWS, notes=()):
        with ledger(tmp_path / "表.xlsx", rows=rows) as book:
            book.sheet("表", columns, lines, notes)
        return Book(tmp_path / "表.xlsx")

    return made


# ---------------------------------------------------------------------------------------------------------------- form


def test_the_sheets_have_frozen_headings_filters_and_widths(write, tables):
    book = write(tables)
    assert list(book.sheets) == NAMES
    for sheet in book.sheets.values():
        assert sheet.find(".//m:pane", NS).get("state") == "frozen"
        assert sheet.find(".//m:pane", NS).get("ySplit") == "1"
        assert sheet.find("m:autoFilter", NS) is not None
        assert all(float(column.get("width")) >= 5 for column in sheet.find("m:cols", NS))
    assert book.headings("待核实清单") == ["序号", "单位", "报告", "文件", "问题类型", "判断", "原文", "位置", "核算", "建议", "整改", "复核"]


def test_the_sheets_print_on_one_page_across_with_their_heading_on_each(write, tables):
    for name, sheet in write(tables).sheets.items():
        setup = sheet.find("m:pageSetup", NS)
        assert (setup.get("orientation"), setup.get("fitToHeight")) == ("landscape", "0")
        assert setup.get("paperSize") == ("9" if name in ("失败", "说明") else "8")
        assert "第 &P 页" in sheet.find("m:headerFooter/m:oddFooter", NS).text


@given(st.floats(-1e9, 1e9))
def test_a_number_is_shown_with_the_decimals_that_it_has(value):
    code = Amount(value, "元").format
    assert re.fullmatch(r'#,##0(\.0{1,4})?"元"', code)
    decimals = code.count("0") - 1
    assert float(f"{value:.{decimals}f}") == pytest.approx(value, abs=1e-4)
    assert not decimals or f"{value:.{decimals}f}"[-1] != "0"


def test_a_unit_that_would_break_out_of_the_format_is_left_out(make):
    lines = [(Amount(3.0, unit),) for unit in ("户", '";[Red]"', "超过八个字的计量单位", "")]
    assert make([Column("数", 9)], lines).shown("表", "数") == ['#,##0"户"', "#,##0", "#,##0", "#,##0"]


def test_thousands_of_units_stay_numbers_within_the_formats_that_excel_takes(make):
    book = make([Column("数", 9)], ((Amount(float(i), f"单{i}"),) for i in range(1000)))
    assert len(set(book.formats)) <= UNITS + 5
    assert [row["数"] for row in book.rows("表")] == list(range(1000))
    assert set(book.shown("表", "数")[-100:]) == {"#,##0"}


def test_dates_are_dates_where_excel_has_them(make):
    days = [datetime.date(2023, 6, 30), pandas.Timestamp("2023-06-30"), pandas.NaT, None, datetime.date(1899, 5, 1)]
    cells = [row.get("日") for row in make([Column("日", 11)], [(day,) for day in days]).rows("表")]
    assert cells == [45107.0, 45107.0, None, None, "1899-05-01"]


def test_rows_are_as_high_as_their_words_up_to_a_bound(make):
    heights = [row.get("ht") for row in make([Column("话", 20)], [("短",), ("两行" * 8,), ("长" * 9000,)]).sheets["表"].iterfind(".//m:row", NS)][1:]
    assert [height and float(height) for height in heights] == [None, 2 * sheets.LINE, SHOWN * sheets.LINE]


# ------------------------------------------------------------------------------------------------------------- content


def test_the_ledger_lists_what_to_ask_with_room_for_what_was_done(write, tables):
    book = write(tables)
    rows = book.rows("待核实清单")
    assert [row["判断"] for row in rows] == ["换数照搬", "打架", "打架", "残损", "存疑", "无从核", "提示"]
    assert [row["序号"] for row in rows] == list(range(1, 8))
    assert rows[1]["位置"] == "第28字起"
    assert all(row["建议"] for row in rows)
    assert all("整改" not in row and "复核" not in row for row in rows)
    assert "另有 1 处已核一致" in book.notes("待核实清单")[-1]


def test_a_copy_in_the_list_has_its_longest_passage(write, tables):
    first = write(tables).rows("待核实清单")[0]
    assert first["原文"].startswith("一、夯实组织基础 全年新建工会组织68家")
    assert first["位置"].startswith("一、夯实组织基础；第")


def test_copies_are_ratios_in_both_directions(write, tables):
    book = write(tables)
    changed, cut = book.rows("雷同")
    shares = ["甲见于乙：总文字复制比", "乙见于甲：总文字复制比", "甲：去除套话与引文复制比", "乙：去除套话与引文复制比"]
    assert [changed[name] for name in shares] == pytest.approx([0.93, 0.94, 0.9, 0.91])
    assert set(book.shown("雷同", shares[0])) == {"0.0%"}
    assert cut["类型"] == "截取"
    assert cut["最长一段（甲）"].startswith("在县委和上级工会的领导下")


def test_copies_have_their_changed_figures_what_came_first_and_their_likely_source(write, tables):
    matches = tables["matches"].assign(changes='[[0, 3, "68家", "68", 0, 3, "86家", "86"]]', relation="other", source="r-qinghe", earlier=["r-baishi", ""])
    first, second = write({**tables, "matches": matches}).rows("雷同")
    assert (first["关系"], first["异数"]) == ("互抄", "68家 → 86家")
    assert "青河县总工会" in first["疑似来源（提示）"]
    assert "白石镇" in first["在先的一篇"]
    assert "在先的一篇" not in second


def test_reports_have_how_they_are_written_and_whether_they_count(write, tables):
    reports = tables["reports"].assign(stock_rate=0.125, fact_density=31.25, keywords="女职工、慰问", batch="2023年度")
    book = write({**tables, "reports": reports})
    rows = {row["报告"]: row for row in book.rows("报告")}
    own, cut = rows["国营第三纺织厂工会工作总结"], rows["柳林街道总工会年度总结"]
    assert (own["套话率"], own["实数密度（每千字）"], own["关键词"], own["批次"]) == (0.125, 31.25, "女职工、慰问", "2023年度")
    assert (own["请核实处数"], own["汇总"]) == (4, "计入")
    assert (cut["单篇最大复制比"], cut["汇总"]) == (0.98, "雷同，未计入")
    assert "套话率" not in write(tables).rows("报告")[0]  # not known, which is not 0


def test_sections_have_what_the_heading_promises_where_the_text_differs(write, tables):
    sections = tables["sections"].assign(heading_theme=["宣传教育", *[""] * (len(tables["sections"]) - 1)], stock_rate=0.5, fact_density=12.0)
    first, second, *_ = write({**tables, "sections": sections}).rows("章节主题")
    assert (first["标题所示主题"], first["套话率"], first["实数密度（每千字）"]) == ("宣传教育", 0.5, 12.0)
    assert "标题所示主题" not in second


def test_facts_are_numbers_shown_with_their_unit_and_place(write, tables):
    facts = tables["facts"].assign(period_start=pandas.Timestamp("2023-01-01"))
    book = write({**tables, "facts": facts})
    rows = book.rows("事实")
    assert len(rows) == len(facts)
    (money,) = [row for row in rows if row.get("原文") == "22.8万元" and row["单位"] == "青河县总工会"]
    assert (money["数值"], money["计量单位"], money["状态"], money["位置"]) == (228000.0, "元", "已完成", "二、做实帮扶救助；第181字起")
    assert money["期间首日"] == 44927.0
    assert {'#,##0"元"', '#,##0"%"', '#,##0"户"'} <= set(book.shown("事实", "数值"))


def test_sums_leave_out_plans_rates_and_copies_and_say_so(write, tables):
    rows = write(tables).rows("指标汇总")
    assert {row["单位"] for row in rows} >= {"青河县总工会", "白石镇总工会"}
    assert "柳林街道总工会" not in {row["单位"] for row in rows}
    assert not [row for row in rows if row["指标"] == "走访数"]
    (rate,) = [row for row in rows if row["指标"] == "组建率" and row["单位"] == "青河县总工会"]
    assert "合计下限" not in rate
    assert rate["最大"] == 97.0
    assert "柳林街道总工会" in rate["雷同未计入的报告"]


def test_the_sums_are_those_of_the_scan(tmp_path):
    with as_file(data_file("samples")) as texts:
        found = scan(texts, tmp_path / "workspace")
    found.to_excel(tmp_path / "台账.xlsx")
    book, summed = Book(tmp_path / "台账.xlsx"), found.totals()
    rows = book.rows("指标汇总")
    assert len(rows) == len(summed) > 300
    for row, expected in zip(rows, summed.to_dict("records"), strict=True):
        assert (row["指标"], row["计量单位"], row.get("期间", ""), row["数字个数"]) == (expected["indicator"], expected["unit"], expected["period"], expected["facts"])
        for heading, column in (("合计下限", "total_low"), ("合计上限", "total_high"), ("最小", "least"), ("最大", "most")):
            assert row.get(heading, float("nan")) == pytest.approx(expected[column], nan_ok=True)
    assert {row["关键词"] for row in book.rows("报告")} == set(found.reports["keywords"])
    assert [row.get("标题所示主题", "") for row in book.rows("章节主题")] == list(found.sections["heading_theme"])
    assert any(found.sections["heading_theme"])


def test_the_words_of_the_ledger_are_explained_in_it(write, tables):
    book = write({**tables, "files": pandas.DataFrame({"file": ["甲.txt", "乙.txt", "丙.txt"], "scan": [1, 1, 2]})})
    told = {row["用语"]: row["含义"] for row in book.rows("说明") if "用语" in row}
    for row in book.rows("待核实清单"):
        assert told[row["判断"]]
    assert {word["chinese"] for kind in ("verdict", "match", "bound", "relation") for word in display_words(kind).values()} <= set(told)
    assert book.rows("说明")[0]["含义"].startswith("历次扫描（共2次）现有3份文件、5篇报告")


# ------------------------------------------------------------------------------------------------- bounds and bad input

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(\"https://example.com\")", "https://example.com", "12", "{=1}"]


def test_nothing_becomes_a_formula_a_link_or_a_number(write):
    ids = [str(i) for i in range(len(FORMULAS))]
    reports = pandas.DataFrame([{"report_id": i, "title": words, "file": words, "reporting_unit": words, "keywords": words, "batch": words} for i, words in zip(ids, FORMULAS, strict=True)])
    findings = pandas.DataFrame([{"report_id": i, "verdict": "conflict", "message": words, "quote": words} for i, words in zip(ids, FORMULAS, strict=True)])
    facts = pandas.DataFrame([{"report_id": i, "indicator": words, "unit": words, "period": words, "value": 3.0, "status": "achieved"} for i, words in zip(ids, FORMULAS, strict=True)])
    failures = pandas.DataFrame([{"file": words, "advice": words} for words in FORMULAS])
    book = write({"reports": reports, "findings": findings, "facts": facts, "failures": failures})
    for sheet in book.sheets.values():
        assert not sheet.xpath("//m:f | //m:hyperlink", namespaces=NS)
    assert [row["单位"] for row in book.rows("待核实清单")] == FORMULAS
    assert [row["文件"] for row in book.rows("失败")] == FORMULAS
    assert [row["关键词"] for row in book.rows("报告")] == FORMULAS
    assert sorted(row["指标"] for row in book.rows("指标汇总")) == sorted(FORMULAS)
    assert not [name for name in book.files if "externalLink" in name or "_rels/sheet" in name]


def test_rows_past_the_limit_of_a_sheet_go_on_in_a_second_one(write, tables):
    whole, split = write(tables).rows("事实"), write(tables, rows=len(tables["facts"]))
    assert split.notes("事实") == ["续见工作表“事实（2）”。"]
    assert split.headings("事实（2）") == split.headings("事实")
    assert split.sheets["事实（2）"].find("m:autoFilter", NS) is not None
    assert split.rows("事实") + split.rows("事实（2）") == whole


def test_rows_past_the_last_sheet_are_cut_with_a_line_that_says_how_many(make):
    book = make([Column("数", 9)], ((i,) for i in range(100)), rows=20, notes=["注。"])
    listed = [row["数"] for name in book.sheets for row in book.rows(name)]
    assert len(book.sheets) == SHEETS
    assert all(sheet.find("m:dimension", NS) is not None and len(sheet.findall(".//m:row", NS)) <= 20 for sheet in book.sheets.values())
    assert listed == list(range(len(listed)))
    assert book.notes(list(book.sheets)[-1]) == [f"受 Excel 行数限制，另有 {100 - len(listed)} 行未列出，可在工作区的数据表中查询。", "注。"]


@pytest.mark.parametrize("count", [0, 1, 16, 17])
def test_a_table_that_fits_stays_on_one_sheet(make, count):
    book = make([Column("数", 9)], ((i,) for i in range(count)), rows=20, notes=["注。"])
    assert len(book.rows("表")) == count
    assert (list(book.sheets), book.notes("表")) == (["表"], ["注。"])


def test_characters_that_xml_forbids_and_endless_cells_are_written(write):
    book = write({"failures": pandas.DataFrame([{"file": "坏\x00\x1b\ud800名", "reason": "长" * 40_000}], dtype=object)})
    (row,) = book.rows("失败")
    assert row["文件"] == "坏\ufffd\ufffd\ufffd名"
    assert len(row["原因（技术说明）"]) == CELL


HOSTILE = st.text(st.characters(), max_size=40)


@settings(max_examples=15)  # each makes a whole workbook
@given(words=HOSTILE, unit=HOSTILE, title=HOSTILE, value=st.floats())
def test_whatever_a_submission_holds_it_can_be_written_and_read(tmp_path_factory, words, unit, title, value):
    path = tmp_path_factory.getbasetemp() / "任意.xlsx"
    reports = pandas.DataFrame([{"report_id": name, "title": title, "reporting_unit": unit, "file": words, "text": words, "keywords": words, "stock_rate": value} for name in "ab"], dtype=object)
    findings = pandas.DataFrame([{"report_id": "a", "verdict": "conflict", "rule": words, "message": words, "question": words, "quote": words}], dtype=object)
    facts = pandas.DataFrame([{"report_id": "a", "indicator": words, "unit": unit, "value": value, "status": "achieved", "period": words, "flags": words}], dtype=object)
    match = {"a": "a", "b": "b", "kind": "passage", "passages": f'[[0, {len(words)}, 0, {len(words)}, "edited"]]'}
    write_workbook({"reports": reports, "findings": findings, "facts": facts, "matches": pandas.DataFrame([match])}, path)
    book = Book(path)
    assert [len(book.rows(name)) for name in NAMES[:4]] == [2, 1, 2, 1]
    assert not any(sheet.xpath("//m:f", namespaces=NS) for sheet in book.sheets.values())


def test_an_empty_batch_is_a_workbook_too(write):
    assert list(write({}).sheets) == NAMES


def test_an_older_file_stays_when_the_new_one_cannot_be_made(write, tables, tmp_path, monkeypatch):
    write(tables)
    before = (tmp_path / "台账.xlsx").read_bytes()
    monkeypatch.setattr(sheets.Ledger, "_note", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        write(tables)
    assert (tmp_path / "台账.xlsx").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["台账.xlsx"]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_office_program_shows_numbers_with_their_units(write, tables, tmp_path):
    write(tables)
    number = NAMES.index("事实") + 1
    form = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,{number}"  # as shown, in UTF-8
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", form, "--outdir", str(tmp_path), str(tmp_path / "台账.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    (path,) = tmp_path.glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        shown = {row["原文"]: row["数值"] for row in csv.DictReader(file)}
    assert (shown["22.8万元"], shown["11.02万元"], shown["97%"], shown["68家"]) == ("228,000元", "110,200元", "97%", "68家")
