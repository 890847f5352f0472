"""The rows of the tables."""

import json
from decimal import Decimal
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.dossier.families import matches_of
from unionnlp.dossier.tables import COLUMNS, complete
from unionnlp.reading.read import read
from unionnlp.records import Analysis, Document, Fact, Facts, FigurePair, Finding, Findings, Match, Passage, Report, Section, ThemedSection, ThemeLabel
from unionnlp.scanning.analyze import analyze_each
from unionnlp.scanning.frames import TABLES, Row, arrow_columns, arrow_table, filled, match_rows, to_frame
from unionnlp.scanning.intake import Source, digest_of, take_in
from unionnlp.scanning.rows import Submission, rows_of
from unionnlp.spans import Span


def _rows(text: str, values: list[Decimal | None]) -> dict[str, list[Row]]:
    document = Document(text, "甲.txt", notes=("encoding: gb18030", "hidden_text: 2"))
    half = len(text) // 2
    reports = (Report("id-1", document, 0, half, "一", "甲工会", "2023年"), Report("id-2", document, half, len(text), "二", "乙工会", ""))
    facts = Facts(Fact(i, i + 1, text[i], value, None, None, "人", "exact", ("sign_lost",)) for i, value in enumerate(values))
    findings = Findings([Finding("rate", "conflict", (Span(half, half + 2), Span(0, 1)), "算得75%", Decimal("75.00"), Decimal(96))])
    analysis = Analysis(document, reports, facts, (), findings)
    return rows_of(analysis, Submission.of(analysis, "县区/甲.txt"), "ab12", 77)


def _frame(table: str, rows: list[Row]) -> pandas.DataFrame:
    """Rows of one submission as a frame, before its scan is complete."""
    return to_frame(arrow_table(table, [(0, *row) for row in rows], pending=True))


def test_each_row_belongs_to_the_report_it_stands_in() -> None:
    rows = _rows("0123456789", [Decimal(i) for i in range(10)])
    facts = _frame("facts", rows["facts"])
    assert facts["report_id"].tolist() == ["id-1"] * 5 + ["id-2"] * 5
    assert facts["reporting_unit"].unique().tolist() == ["甲工会", "乙工会"]
    reports = _frame("reports", rows["reports"])
    assert reports[["report_id", "position", "facts", "findings", "text"]].values.tolist() == [["id-1", 1, 5, 0, "01234"], ["id-2", 2, 5, 1, "56789"]]
    finding = _frame("findings", rows["findings"]).iloc[0]
    assert (finding["quote"], finding["spans"], finding["computed"], finding["stated"]) == ("56", "[[5, 7], [0, 1]]", 75.0, 96.0)
    assert rows["files"] == [("县区/甲.txt", 2, 10, "encoding: gb18030；hidden_text: 2", "ab12", 77, "", "")]


@given(st.lists(st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e31"), max_value=Decimal("1e31"), places=6)), max_size=6))
def test_decimals_survive(values: list[Decimal | None]) -> None:
    rows = _rows("工会报告文字十个字呀", values)["facts"]
    assert arrow_table("facts", [(0, *row) for row in rows], pending=True).column("value").to_pylist() == values


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-10_000_000, max_value=10_000_000, places=2))
def test_people_get_the_float_nearest_to_the_decimal(value: Decimal) -> None:
    rows = _rows("工会报告文字十个字呀", [value])["facts"]
    assert _frame("facts", rows)["value"].tolist() == [float(value)]


def test_a_value_that_no_table_holds_is_left_out_and_flagged() -> None:
    rows = _rows("工会报告文字十个字呀", [Decimal("9e40"), Decimal("0.00000049")])["facts"]
    facts = _frame("facts", rows)
    assert facts["value"].isna().tolist() == [True, False]
    assert facts["flags"].tolist() == ["sign_lost、out_of_range", "sign_lost"]


def test_sections_have_what_the_heading_promises_beside_what_the_text_is_about() -> None:
    document = Document("一、组织建设\n走访慰问困难职工。", "甲.txt")
    report = Report("id-1", document, 0, len(document.text), "", "", "")
    labels = [ThemeLabel("帮扶救助", True, 0.9, (("帮扶救助", 0.9), ("权益维护", 0.1)), heading_theme=promised) for promised in ("组织建设", "")]
    themed = tuple(ThemedSection("id-1", Section(0, 16, 1, "一、", "组织建设"), label) for label in labels)
    analysis = Analysis(document, (report,), Facts(), themed, Findings())
    sections = _frame("sections", rows_of(analysis, Submission.of(analysis, "甲.txt"), "ab12", 77)["sections"])
    assert sections[["theme", "second_theme", "heading_theme"]].values.tolist() == [["帮扶救助", "权益维护", "组织建设"], ["帮扶救助", "权益维护", ""]]


def test_half_a_character_keeps_its_place() -> None:
    table = arrow_table("failures", [("甲\ud800乙", "code", "r", "", "", 1)])
    assert table.column("file").to_pylist() == ["甲\ufffd乙"]


def test_an_empty_table_has_its_columns() -> None:
    assert to_frame(arrow_table("facts", ())).columns.tolist() == [column.name for column in TABLES["facts"]]


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_the_dossier_reads_the_columns_that_are_written(table: str) -> None:
    assert {column.partition(":")[0] for column in COLUMNS[table].split()} <= {column.name for column in TABLES[table]}


def test_every_column_says_what_it_holds() -> None:
    assert all(column.english and column.chinese for columns in TABLES.values() for column in columns)


def test_a_match_becomes_a_row_and_is_read_again_as_it_was() -> None:
    change = FigurePair(3, 8, "1462户", Decimal(1462), 3, 8, "1506户", None)
    match = Match("a", "b", 0.5, 0.75, 0.625, 0.5, 0.5, "light_edit", (Passage(0, 9, 0, 9, "edited"),), 4, "other", 2, "a", (change,), (change,))
    (row,) = match_rows([match])
    pairs = arrow_table("pairs", [(*row, 1, 1, 1)])
    frame = to_frame(filled("matches", pairs, relation="other", cluster=2, source="a", earlier="b"))
    assert frame[["relation", "cluster", "source", "earlier"]].values.tolist() == [["other", 2, "a", "b"]]
    assert json.loads(frame["changes"][0]) == [[3, 8, "1462户", "1462", 3, 8, "1506户", None]]
    assert matches_of(complete({"matches": frame})["matches"]) == (match,)


def test_columns_make_the_table_that_their_rows_make(tmp_path: Path) -> None:
    """Also of a submission without figures, whose table of facts has no rows and so no columns."""
    for text in ("云溪县总工会2019年工作总结\n走访慰问困难职工120户，发放慰问金6万元。", "工会工作总结\n开展活动。"):
        path = tmp_path / "总结.txt"
        path.write_text(text, encoding="utf-8")
        (taken,) = take_in(Source("总结.txt", str(path))).taken
        rows = rows_of(analyze_each(read(path)), taken.submission, digest_of(Source("总结.txt", str(path))), path.stat().st_size)
        assert list(taken.columns) == list(rows)
        for table, columns in taken.columns.items():
            numbered = [[0] * len(rows[table]), *columns] if columns else []
            assert arrow_columns(table, numbered, pending=True).equals(arrow_table(table, [(0, *row) for row in rows[table]], pending=True))
            assert bool(columns) == bool(rows[table])
