"""Tables of PDF documents: cells, tables over page breaks, and what is no table."""

import io
from itertools import pairwise

import pdf_pages as made
import pdfplumber
import pytest

from unionnlp.facts.extract import extract_facts
from unionnlp.reading.pdf_tables import Ruling, find_grids
from unionnlp.reading.read import read
from unionnlp.records import Document, Table
from unionnlp.structure.parse import parse

ROWS = [["项目", "人数（人）", "慰问金（万元）"], ["送温暖", "126", "12.6"], ["金秋助学", "35", "7"]]
XS = [90, 200, 300, 420]


def read_made(*pages: str) -> Document:
    return read(made.pdf(pages), "x.pdf")


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_a_table_stands_in_the_text_where_it_stood() -> None:
    document = read_made(made.words("情况见下表。", 114, 780) + made.table(ROWS, XS, 750) + made.words("以上情况请审议。", 114, 660))
    assert document.text == "情况见下表。\n" + "\n".join("\t".join(row) for row in ROWS) + "\n以上情况请审议。"
    (table,) = document.tables
    assert texts(table) == ROWS
    assert all(document.text[cell.start : cell.end] == cell.text for row in table.rows for cell in row)
    (report,) = parse(document)
    assert {("12.6", "慰问金"), ("7", "慰问金")} <= {(fact.quote, fact.indicator) for fact in extract_facts(report)}


def test_text_that_is_drawn_over_a_border_is_parted_there() -> None:
    page = made.rules([90, 150, 210], [720, 700, 680]) + made.words("会员人数三百五十", 92, 706, 14) + made.words("甲", 92, 686) + made.words("乙", 152, 686)
    assert texts(read_made(page).tables[0]) == [["会员人数", "三百五十"], ["甲", "乙"]]


def test_cells_of_several_columns_and_rows_and_of_several_lines() -> None:
    xs, ys = [90, 170, 250, 330], [700, 680, 660, 620]
    sides = [made.rules([90, 330], [700, 620]), made.rules([90, 170], [660, 620])]
    inner = "170 680 m 330 680 l S\n170 700 m 170 620 l S\n250 680 m 250 620 l S\n90 660 m 330 660 l S\n"
    cells = [("项目", 95, 675), ("人数", 230, 685), ("困难职工", 175, 665), ("女职工", 255, 665), ("金秋助学", 95, 645), ("含大病", 95, 630)]
    words = "".join(made.words(text, x, y, 10) for text, x, y in cells) + made.words("在工会帮扶中心建", 173, 645, 9) + made.words("档的困难职工", 173, 630, 9)
    (table,) = read_made("".join(sides) + inner + words).tables
    assert len(xs) - 1 == len(table.rows[0])
    assert len(ys) - 1 == len(table.rows)
    assert texts(table) == [["项目", "人数", ""], ["", "困难职工", "女职工"], ["金秋助学\n含大病", "在工会帮扶中心建档的困难职工", ""]]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_goes_on_over_a_page_break(repeated: bool) -> None:
    more = [["互助保障", "12", "3.5"], ["医疗救助", "8", "2"]]
    first = made.words("情况表", 250, 200) + made.table(ROWS, XS, 160) + made.words("— 1 —", 280, 40, 9)
    second = made.table([*ROWS[:1], *more] if repeated else more, XS, 780) + made.words("以上情况请审议。", 114, 660) + made.words("— 2 —", 280, 40, 9)
    document = read_made(first, second)
    (table,) = document.tables
    assert texts(table) == [*ROWS, *more]
    assert document.text.count("项目") == 1


def test_tables_that_do_not_go_on() -> None:
    other = made.table(ROWS, [90, 150, 250, 420], 780)
    assert len(read_made(made.table(ROWS, XS, 160), other).tables) == 2
    assert len(read_made(made.table(ROWS, XS, 160), made.words("又一表", 114, 790) + made.table(ROWS, XS, 760)).tables) == 2
    assert len(read_made(made.table(ROWS, XS, 400) + made.table(ROWS, XS, 300)).tables) == 2


@pytest.mark.parametrize("page", [made.rules([90, 300], [720, 690]), "90 690 m 300 690 l S\n", made.rules([90, 300], [720, 690, 400]), "90 690 210 0.8 re f\n"])
def test_frames_and_lines_are_no_tables(page: str) -> None:
    document = read_made(page + made.words("工会工作总结", 114, 700))
    assert document.tables == ()
    assert document.text == "工会工作总结"


def test_borders_that_are_drawn_as_thin_boxes_or_frames_of_cells() -> None:
    boxes = "".join(f"90 {y} 330 0.5 re f\n" for y in (750, 730, 710, 690)) + "".join(f"{x} 690 0.5 60 re f\n" for x in XS)
    frames = "".join(f"{a} {y} {b - a} 20 re S\n" for a, b in pairwise(XS) for y in (730, 710, 690))
    turned = "q 1 0 0 -1 0 1440 cm\n" + made.rules(XS, [690, 710, 730, 750]) + "Q\n"
    words = made.table(ROWS, XS, 750).partition("BT")
    for borders in (boxes, frames, turned):
        assert [texts(table) for table in read_made(borders + words[1] + words[2]).tables] == [ROWS]


def test_a_drawing_is_no_table_and_costs_nothing() -> None:
    lines = [Ruling(upright, at * 4.0, 0, 5000) for at in range(1000) for upright in (True, False)]
    assert find_grids(lines) == []


@pytest.mark.parametrize(
    "page",
    [
        made.table(ROWS, XS, 750),
        made.table(ROWS, XS, 750) + made.table(ROWS[:2], [100, 180, 260, 500], 600),
        made.rules([90, 330], [700, 620]) + "170 700 m 170 620 l S\n90 660 m 330 660 l S\n250 660 m 250 620 l S\n",
    ],
)
def test_the_cells_are_those_that_pdfplumber_finds(page: str) -> None:
    data = made.pdf([page + made.words("工会", 92, 645)])
    with pdfplumber.open(io.BytesIO(data)) as reference:
        expected = [sorted(tuple(round(edge) for edge in cell) for cell in table.cells) for table in reference.pages[0].find_tables()]
    import pypdfium2

    from unionnlp.reading.pdf_page import open_page

    document = pypdfium2.PdfDocument(data)
    with open_page(document, 0) as reader:
        assert reader is not None
        grids = find_grids(reader.page().rulings)
    document.close()
    height = made.A4[1]
    found = [sorted((round(c.left), round(height - c.top), round(c.right), round(height - c.bottom)) for c in grid.cells) for grid in grids]
    assert found == expected
