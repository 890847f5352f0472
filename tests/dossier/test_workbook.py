"""The ledger: its sheets, its numbers, and that no word of a submission becomes a formula."""

import zipfile

import pandas
import pytest
from lxml import etree

from unionnlp.dossier.workbook import write_workbook

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
SHEETS = ["待核实清单", "雷同", "事实", "指标汇总", "章节主题", "失败"]


class Book:
    """What Excel would read."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as file:
            assert file.testzip() is None
            names = etree.fromstring(file.read("xl/workbook.xml")).xpath("//m:sheet/@name", namespaces=NS)
            self.sheets = {name: etree.fromstring(file.read(f"xl/worksheets/sheet{i}.xml")) for i, name in enumerate(names, 1)}
            self.files = file.namelist()

    def rows(self, name):
        """Cells by column letter: numbers as float, words as str."""
        result = []
        for row in self.sheets[name].iterfind(".//m:row", NS):
            cells = {}
            for cell in row.iterfind("m:c", NS):
                words = "".join(cell.itertext())
                if words:
                    cells[cell.get("r").rstrip("0123456789")] = words if cell.get("t") == "inlineStr" else float(words)
            result.append(cells)
        return result


@pytest.fixture
def write(tmp_path):
    def written(tables, **options):
        path = tmp_path / "台账.xlsx"
        write_workbook(tables, path, **options)
        return Book(path)

    return written


def test_the_sheets_have_frozen_headings_filters_and_widths(write, tables):
    book = write(tables)
    assert list(book.sheets) == SHEETS
    for sheet in book.sheets.values():
        assert sheet.find(".//m:pane", NS).get("state") == "frozen"
        assert sheet.find("m:autoFilter", NS) is not None
        assert sheet.find("m:cols", NS) is not None
    assert list(book.rows("待核实清单")[0].values()) == ["单位", "报告", "文件", "问题类型", "判断", "原文", "位置", "核算", "请核实", "整改", "复核"]


def test_the_ledger_lists_what_to_ask_with_room_for_what_was_done(write, tables):
    rows = write(tables).rows("待核实清单")
    assert [row["E"] for row in rows[1:-1]] == ["换数照搬", "打架", "打架", "残损", "存疑", "无从核", "提示"]
    assert rows[2]["G"] == "第28字起"
    assert all("J" not in row and "K" not in row for row in rows[1:])
    assert "另有 1 处已核一致" in rows[-1]["A"]


def test_copies_are_ratios_in_both_directions(write, tables):
    (changed, cut) = write(tables).rows("雷同")[1:]
    assert (changed["I"], changed["J"], changed["K"], changed["L"]) == pytest.approx((0.93, 0.94, 0.9, 0.91))
    assert cut["H"] == "截取"
    assert cut["P"].startswith("在县委和上级工会的领导下")


def test_facts_are_numbers_with_their_place(write, tables):
    rows = write(tables).rows("事实")
    assert len(rows) == 1 + len(tables["facts"])
    (money,) = [row for row in rows if row.get("D") == "22.8万元" and row["A"] == "青河县总工会"]
    assert (money["G"], money["J"], money["N"], money["R"]) == (228000.0, "元", "已完成", "二、做实帮扶救助；第181字起")


def test_sums_leave_out_plans_rates_and_copies_and_say_so(write, tables):
    rows = write(tables).rows("指标汇总")
    assert {row["A"] for row in rows if "B" in row} >= {"青河县总工会", "白石镇总工会"}
    assert "柳林街道总工会" not in {row["A"] for row in rows}
    assert not [row for row in rows if row.get("B") == "走访数"]
    (rate,) = [row for row in rows if row.get("B") == "组建率" and row["A"] == "青河县总工会"]
    assert "F" not in rate
    assert rate["H"] == 97.0
    assert any(row["A"].startswith("未计入：柳林街道总工会") for row in rows)


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(\"https://example.com\")", "https://example.com", "12", "{=1}"]


def test_nothing_becomes_a_formula_a_link_or_a_number(write):
    reports = pandas.DataFrame([{"report_id": str(i), "title": words, "file": words, "reporting_unit": words} for i, words in enumerate(FORMULAS)])
    findings = pandas.DataFrame([{"report_id": str(i), "verdict": "conflict", "message": words, "quote": words} for i, words in enumerate(FORMULAS)])
    failures = pandas.DataFrame([{"file": words, "advice": words} for words in FORMULAS])
    book = write({"reports": reports, "findings": findings, "failures": failures})
    for sheet in book.sheets.values():
        assert not sheet.xpath("//m:f | //m:hyperlink", namespaces=NS)
    assert [row["A"] for row in book.rows("待核实清单")[1:-1]] == FORMULAS
    assert [row["A"] for row in book.rows("失败")[1:]] == FORMULAS
    assert not [name for name in book.files if "externalLink" in name or "_rels/sheet" in name]


def test_rows_past_the_limit_are_cut_with_a_line_that_says_so(write, tables):
    rows = write(tables, rows=10).rows("事实")
    assert len(rows) == 10
    assert rows[-1]["A"] == f"受 Excel 行数限制，另有 {len(tables['facts']) - 8} 行未列出。"


def test_characters_that_xml_forbids_and_endless_cells_are_written(write):
    book = write({"failures": pandas.DataFrame([{"file": "坏\x00\x1b\ud800名", "reason": "长" * 40_000}], dtype=object)})
    (row,) = book.rows("失败")[1:]
    assert row["A"] == "坏\ufffd\ufffd\ufffd名"
    assert len(row["C"]) == 32_767


def test_an_empty_batch_is_a_workbook_too(write):
    assert list(write({}).sheets) == SHEETS


def test_copies_have_their_changed_figures_and_likely_source(write, tables):
    matches = tables["matches"].assign(changes='[[0, 3, "68家", "68", 0, 3, "86家", "86"]]', relation="other", source="r-qinghe")
    heading, first, *_ = write({**tables, "matches": matches}).rows("雷同")
    letters = {words: letter for letter, words in heading.items()}
    assert [first[letters[name]] for name in ("关系", "异数")] == ["互抄", "68家 → 86家"]
    assert "青河县总工会" in first[letters["疑似来源（提示）"]]
