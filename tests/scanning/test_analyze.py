"""One submission through all stages."""

from pathlib import Path

import pytest

from unionnlp.errors import ReadError, UnsupportedFormat
from unionnlp.records import VERDICTS, Document
from unionnlp.scanning.analyze import analyze

TEXT = "青河县总工会2023年工作总结\n一、组织建设\n应建工会248家，已建186家，组建率达到96%。\n二、帮扶救助\n走访慰问困难职工235户。\n"


@pytest.mark.parametrize("form", ["text", "document", "path", "str path"])
def test_a_path_a_document_and_a_text_give_the_same(form: str, tmp_path: Path) -> None:
    path = tmp_path / "总结.txt"
    path.write_text(TEXT, encoding="utf-8")
    analysis = analyze({"text": TEXT, "document": Document(TEXT), "path": path, "str path": str(path)}[form])
    assert analysis.document.text == TEXT
    assert [fact.quote for fact in analysis.facts] == ["248家", "186家", "96%", "235户"]
    assert [themed.section.heading for themed in analysis.themes] == ["组织建设", "帮扶救助"]
    assert {themed.report_id for themed in analysis.themes} == {report.report_id for report in analysis.reports}


def test_findings_come_most_serious_first_and_quotes_stand_where_they_say() -> None:
    analysis = analyze(TEXT)
    ranks = [VERDICTS.index(finding.verdict) for finding in analysis.findings]
    assert ranks == sorted(ranks)
    assert analysis.findings[0].verdict == "conflict"
    assert all(TEXT[fact.start : fact.end] == fact.quote for fact in analysis.facts)


def test_a_str_that_names_no_file_is_a_text() -> None:
    assert analyze("走访80人.").document.text == "走访80人."


def test_a_str_that_looks_like_the_name_of_a_file_is_one() -> None:
    with pytest.raises(ReadError):
        analyze("没有这份总结.txt")


@pytest.mark.parametrize(("name", "data", "error"), [("没有.txt", None, ReadError), ("a.rar", b"Rar!\x1a\x07\x00", UnsupportedFormat)])
def test_a_file_that_cannot_be_read_raises(name: str, data: bytes | None, error: type[Exception], tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(error):
        analyze(tmp_path / name)


def test_no_text_has_no_reports() -> None:
    assert analyze("").reports == ()


def test_what_was_found_reads_well_in_a_notebook() -> None:
    assert "组建率" in analyze(TEXT)._repr_html_()
