"""Workbooks: what a person sees in the cells, as lines and tables."""

import datetime
import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from unionnlp.errors import Encrypted, ReadError, TooLarge, UnionNLPError, UnsupportedFormat
from unionnlp.facts.extract import extract_facts
from unionnlp.reading import sheet, xls
from unionnlp.reading.compound import Compound
from unionnlp.reading.number_formats import shown
from unionnlp.reading.read import read
from unionnlp.records import Document
from unionnlp.structure.parse import parse

FILES = Path(__file__).parent / "files"
TEXT = """柳溪县总工会2019年帮扶情况统计表
单位：万元
单位\t会员数（人）\t组建率\t慰问金
河口镇\t1,286\t97.5%\t12.6
大堰镇\t342\t96.0%\t0.3
填表日期\t2020年1月6日
隐藏内容"""


@pytest.mark.parametrize("suffix", ["xls", "xlsx"])
def test_a_form(suffix: str) -> None:
    """The same workbook, the .xls made of it by LibreOffice."""
    document = read(FILES / f"sheet.{suffix}")
    assert document.text == TEXT
    assert document.notes == ("hidden_text: 4 characters: 隐藏内容", "sheets: 帮扶情况、隐藏")
    assert [[len(row) for row in table.rows] for table in document.tables] == [[4, 4, 4], [2]]
    for table in document.tables:
        assert all(document.text[c.start : c.end] == c.text for row in table.rows for c in row)


@pytest.mark.parametrize("suffix", ["xls", "xlsx"])
def test_its_values_are_those_of_another_reader(suffix: str) -> None:
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(str(FILES / f"sheet.{suffix}"))
    words = {str(value) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for value in row if isinstance(value, str) and value}
    assert words
    assert all(word in read(FILES / f"sheet.{suffix}").text for word in words)


@pytest.mark.parametrize("suffix", ["xls", "xlsx"])
def test_facts_come_from_its_cells(suffix: str) -> None:
    (report,) = parse(read(FILES / f"sheet.{suffix}"))
    facts = {(fact.quote, fact.indicator): fact.value for fact in extract_facts(report)}
    assert facts[("12.6", "慰问金")] == 126000
    assert facts[("97.5%", "组建率")] == 97.5  # type: ignore[comparison-overlap]


def workbook(fill: object) -> bytes:
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(made)  # type: ignore[operator]
    made.close()
    return buffer.getvalue()


def rows(document: Document) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.rows] for table in document.tables]


def test_a_report_in_a_column_is_text() -> None:
    document = read(workbook(lambda made: made.add_worksheet().write_column(0, 0, ["工会工作总结", "一、组织建设", "新建工会12家。"])))
    assert (document.text, document.tables) == ("工会工作总结\n一、组织建设\n新建工会12家。", ())


def test_blocks_merged_cells_and_gaps() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.merge_range("B2:C2", "人数")
        page.write_row("A3", ["甲", 1, 2])
        page.write("C4", "仅此")
        page.write_row("A5", ["乙", "", 3])
        page.write_row("A8", ["另", "表"])

    assert rows(read(workbook(fill))) == [[["甲", "1", "2"], ["", "", "仅此"], ["乙", "", "3"]], [["另", "表"]]]


def test_hidden_rows_columns_and_sheets_are_told() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write_row(0, 0, ["会员", "备注"])
        page.write_row(1, 0, ["三十五人", "甲"])
        page.set_column(1, 1, None, None, {"hidden": True})
        page.set_row(1, None, None, {"hidden": True})

    document = read(workbook(fill))
    assert document.text == "会员\t备注\n三十五人\t甲"
    assert document.notes == ("hidden_text: 7 characters: 备注三十五人甲",)


def test_values_of_every_kind() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        bold = made.add_format({"bold": True})
        page.write_row(0, 0, [True, 12, "会员"])
        page.write_formula(1, 0, "=1+1", None, 2)
        page.write_formula(1, 1, '="人"', None, "人次")
        page.write_rich_string(1, 2, "慰", bold, "问", "金")
        page.write_datetime(2, 0, datetime.datetime(2019, 6, 30, 8, 5), made.add_format({"num_format": "yyyy/m/d h:mm"}))
        page.write(2, 1, "两\n行")

    assert rows(read(workbook(fill))) == [[["TRUE", "12", "会员"], ["2", "人次", "慰问金"], ["2019/6/30 8:05", "两\n行", ""]]]


SHOWN = [
    (0.975, "0.00%", "97.50%"),
    (0.975, "0%", "98%"),
    (1286.4, "#,##0.00", "1,286.40"),
    (1286.4, "0.##", "1286.4"),
    (35.0, '0"人"', "35人"),
    (12.6, '0.00_ ;[Red]-0.00" "', "12.60"),
    (-3.5, "0.0", "-3.5"),
    (43836, "yyyy-mm-dd", "2020-01-06"),
    (43836, 'yyyy"年"m"月"', "2020年1月"),
    (59, "m/d", "2/28"),
    (0.5, "h:mm:ss", "12:00:00"),
    (12345678, "0.00E+00", "12345678"),
    (0.5, "# ?/?", "0.5"),
    (1e20, "General", "100000000000000000000"),
    (1e-7, "", "0.0000001"),
    (-1, "yyyy", "-1"),
    (float("nan"), "0", ""),
    (1e300, "0.00", "1" + "0" * 300 + ".00"),
]


@pytest.mark.parametrize(("value", "code", "text"), SHOWN)
def test_figures_are_shown_as_the_program_shows_them(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_days_from_1904() -> None:
    assert shown(43836 - 1462, "yyyy-m-d", from_1904=True) == "2020-1-6"


def test_cells_far_apart_take_no_room() -> None:
    """Readers that make room for the rectangle between the first and the last cell ask for 17,000 million cells here."""

    def fill(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write(0, 0, "工会")
        page.write(1_048_575, 16_383, "总结")

    assert read(workbook(fill)).text == "工会\n总结"


def test_a_workbook_of_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_CELLS", 3)
    for suffix in ("xls", "xlsx"):
        with pytest.raises(TooLarge):
            read(FILES / f"sheet.{suffix}")


def test_entities_are_not_expanded() -> None:
    data = (FILES / "sheet.xlsx").read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            member = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                member = member.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
            new.writestr(info.filename, member)
    with pytest.raises(ReadError, match="document type"):
        read(buffer.getvalue(), "x.xlsx")


# ----------------------------------------------------------------------------------------------- records of binary workbooks


def stream() -> bytes:
    return Compound((FILES / "sheet.xls").read_bytes(), "x").read("Workbook")


def test_a_protected_workbook() -> None:
    begin, rest = stream()[:20], stream()[20:]
    with pytest.raises(Encrypted):
        xls._Book(begin + struct.pack("<HH", 0x2F, 2) + b"\0\0" + rest, "x").sheets()


def test_an_old_workbook() -> None:
    data = bytearray(stream())
    data[4:6] = b"\x00\x05"
    with pytest.raises(UnsupportedFormat, match="Excel 95"):
        xls._Book(bytes(data), "x").sheets()


def test_every_truncation_of_the_records_is_an_error() -> None:
    data = stream()
    end = len(data.rstrip(b"\0")) - 4
    for cut in range(0, end, 97):
        with pytest.raises(UnionNLPError):
            xls._Book(data[:cut], "x").sheets()


def test_strings_over_the_border_of_records() -> None:
    """The width of characters is said anew behind the border."""
    first = struct.pack("<II", 2, 2) + struct.pack("<HB", 5, 1) + "工会".encode("utf-16-le")
    second = b"\1" + "工作好".encode("utf-16-le") + struct.pack("<HBH", 2, 8, 1) + b"ab" + b"\0\0\0\0"
    assert list(xls._Strings([first, second]).all()) == ["工会工作好", "ab"]
    assert list(xls._Strings([first, b"\0abc"]).all()) == ["工会abc"]
    assert list(xls._Strings([first]).all()) == ["工会"]


@pytest.mark.parametrize(
    ("packed", "value"),
    [(struct.pack("<i", 35 << 2 | 2), 35), (struct.pack("<i", 1260 << 2 | 3), 12.6), (b"\0\0\xf0\x3f", 1), (struct.pack("<i", -4 << 2 | 2), -4)],
)
def test_packed_numbers(packed: bytes, value: float) -> None:
    assert xls._rk(struct.unpack("<I", packed)[0]) == value
