"""The same report as a PDF: what LibreOffice makes of it reads as the report itself, text, tables, sections, facts and themes.

report.pdf was made by LibreOffice (tagged, as Word does) from report.fodt without its deletion and with lines around the cells.
"""

import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.shared import Pt

from unionnlp.facts.extract import extract_facts
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.records import Document
from unionnlp.structure.parse import parse
from unionnlp.themes.model import classify_many

FILES = Path(__file__).parent / "files"


def said(document: Document) -> list[dict[str, object]]:
    found = []
    for report in parse(document):
        sections = list(report.walk())
        rows = [(document.text[s.start : s.end].replace("\n", ""), s.number + s.heading) for s in sections]
        facts = extract_facts(report)
        found.append(
            {
                "report": (report.title, report.unit, report.period),
                "sections": [(s.level, s.number, s.heading) for s in sections],
                "facts": [(f.quote, f.value, f.unit, f.indicator, f.status, f.period, f.flags) for f in facts],
                "themes": [label.theme for label in classify_many(rows)],
            }
        )
    return found


def cells(document: Document) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.rows] for table in document.tables]


def folded(text: str) -> list[str]:
    """The lines of a text without what a page does not show: empty lines, tabs, blanks at the ends."""
    return [line for line in ("".join(line.split()) for line in text.split("\n")) if line]


def test_the_report_as_a_pdf() -> None:
    document, twin = read(FILES / "report.pdf"), read(FILES / "report.docx")
    aside = "联系人：李某某"  # a box that hangs beside the text: a page shows it lower than its anchor stands
    found, expected = folded(document.text), folded(twin.text.replace("转载自某文库", ""))
    assert aside in found
    assert [line for line in found if line != aside] == [line for line in expected if line != aside]
    assert cells(document) == cells(twin)
    assert document.notes == ("page_header: 柳溪县总工会文件", "page_footer: 第1页")
    assert said(document) == said(twin)


def set_as_word_file(text: str, path: Path) -> None:
    """A text as units set it: the title in the middle, first lines set in by two characters."""
    made = docx.Document()
    made.styles["Normal"].font.size = Pt(14)
    for i, line in enumerate(text.splitlines()):
        paragraph = made.add_paragraph(line)
        paragraph.alignment = 1 if i == 0 else 3
        paragraph.paragraph_format.first_line_indent = Pt(28 if i else 0)
        paragraph.paragraph_format.space_after = Pt(0)
    made.sections[0].header.paragraphs[0].text = "工会工作材料"
    made.save(str(path))


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_every_sample_says_the_same_as_a_pdf(tmp_path: Path) -> None:
    files = sorted(data_file("samples").iterdir(), key=lambda file: file.name)
    samples = [file for file in files if "扫描件转换" not in file.name]  # its page numbers are told by blanks that a page does not show
    for i, sample in enumerate(samples):
        if sample.name.endswith(".docx"):
            (tmp_path / f"{i}.docx").write_bytes(sample.read_bytes())
        else:
            set_as_word_file(read(sample.read_bytes()).text, tmp_path / f"{i}.docx")
    paths = [str(tmp_path / f"{i}.docx") for i in range(len(samples))]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    tagged = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
    subprocess.run(["soffice", "--headless", profile, "--convert-to", tagged, "--outdir", str(tmp_path), *paths], check=True, capture_output=True, timeout=300)
    for i, sample in enumerate(samples):
        document, twin = read(tmp_path / f"{i}.pdf"), read(tmp_path / f"{i}.docx")
        assert folded(document.text) == folded(twin.text), sample.name
        assert cells(document) == cells(twin)
        assert said(document) == said(twin), sample.name
