"""One report in every format: the same text, tables, sections, facts and themes.

The files were made by LibreOffice from report.fodt, report.mht and report.zip by hand; report.txt is what a person reads there.
"""

import io
import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from unionnlp.facts.extract import extract_facts
from unionnlp.reading.read import read
from unionnlp.records import Document
from unionnlp.structure.parse import parse
from unionnlp.themes.model import classify_many

FILES = Path(__file__).parent / "files"
TEXT = (FILES / "report.txt").read_text(encoding="utf-8")
FORMATS = ("docx", "doc", "odt", "rtf", "mht")
ROWS = [
    ["项目", "人数", "", "慰问金"],
    ["", "困难职工（人）", "女职工（人）", "金额"],
    ["送温暖", "126", "41", "12.6"],
    ["金秋助学\n（含大病）", "35", "", "7"],
]


def folded(text: str) -> list[str]:
    """The lines of a text without what web pages do not keep: empty lines and tabs in running text."""
    return [" ".join(line.split(" ")) for line in text.replace("一是\t", "一是 ").split("\n") if line]


def said(document: Document) -> dict[str, object]:
    (report,) = parse(document)
    sections = list(report.walk())
    rows = [(document.text[s.start : s.end].replace("\n", ""), s.number + s.heading) for s in sections]
    return {
        "report": (report.title, report.unit, report.period),
        "sections": [(s.level, s.number, s.heading) for s in sections],
        "facts": [(f.quote, f.value, f.unit, f.indicator, f.status, f.period, f.flags) for f in extract_facts(report)],
        "themes": [label.theme for label in classify_many(rows)],
    }


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_text_and_its_table(suffix: str) -> None:
    document = read(FILES / f"report.{suffix}")
    assert document.text == TEXT if suffix != "mht" else folded(document.text) == folded(TEXT)
    (table,) = document.tables
    assert [[cell.text for cell in row] for row in table.rows] == ROWS
    for row in table.rows:
        for cell in row:
            assert document.text[cell.start : cell.end] == cell.text
    assert (table.start, table.end) == (table.rows[0][0].start, table.rows[-1][-1].end)


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_no_part_of_the_text(suffix: str) -> None:
    """A deletion and comments go, hidden text is told, headers and footers of pages are told."""
    document = read(FILES / f"report.{suffix}")
    assert "三百二十人" not in document.text
    assert document.text.count("组建率按已建会单位数") == 1
    assert "柳溪县总工会文件" not in document.text
    notes = ["hidden_text: 6 characters: 转载自某文库", "page_header: 柳溪县总工会文件", "page_footer: 第1页"]
    assert list(document.notes) == (notes if suffix != "mht" else ["encoding: gb18030", notes[0]])


@pytest.mark.parametrize("suffix", FORMATS)
def test_sections_facts_and_themes(suffix: str) -> None:
    found, expected = (said(read(FILES / f"report.{name}")) for name in (suffix, "docx"))
    assert found == expected
    assert [heading for _, _, heading in found["sections"]][:2] == ["夯实基层组织", "做实帮扶救助"]  # type: ignore[attr-defined]
    assert {("12.6万元", "慰问金"), ("97.5%", "组建率"), ("12.6", "慰问金")} <= {(fact[0], fact[3]) for fact in found["facts"]}  # type: ignore[attr-defined]


def test_names_that_promise_something_else() -> None:
    data = (FILES / "report.rtf").read_bytes()
    assert read(data, "总结.doc").notes[0] == "format: rtf, the name says doc"
    assert read((FILES / "report.doc").read_bytes(), "总结.wps").notes[0].startswith("hidden_text")


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_what_libreoffice_makes_of_a_word_file(tmp_path: Path) -> None:
    made = docx.Document()
    for line in ("某县总工会2021年工作总结", "一、帮扶救助", "走访慰问困难职工46户，发放慰问金9.2万元。"):
        made.add_paragraph(line)
    made.add_paragraph("健全制度", style="List Number")
    table = made.add_table(3, 3)
    for i, cell in enumerate(table._cells):
        cell.text = str(i)
    table.cell(0, 0).merge(table.cell(0, 1))
    inner = table.cell(2, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内", "12人"
    made.add_paragraph("𠮷某某")
    buffer = io.BytesIO()
    made.save(buffer)
    (tmp_path / "x.docx").write_bytes(buffer.getvalue())
    expected = read(tmp_path / "x.docx")
    for kind in ("doc:MS Word 97", "odt", "rtf"):
        command = [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            kind,
            "--outdir",
            str(tmp_path),
            str(tmp_path / "x.docx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        found = read(tmp_path / f"x.{kind.split(':')[0]}")
        assert found.text == expected.text, kind
        assert found.tables == expected.tables, kind
