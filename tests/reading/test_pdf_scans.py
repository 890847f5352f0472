"""Scanned pages of PDF documents, read by a stand-in for OCR."""

import io
import zipfile
from typing import Any

import pdf_pages as made
import pytest

from unionnlp.errors import EmptyDocument, MissingExtra, TooLarge
from unionnlp.reading import ocr, pdf
from unionnlp.reading.ocr import RecognizedLine, RecognizedPage
from unionnlp.reading.pdf_tables import Ruling
from unionnlp.reading.read import read, read_all, read_each

TEXT = "走访慰问困难职工一百二十六户，发放慰问金十二万六千元，帮助解决困难。"


def lines(*words: str, left: float = 250, top: float = 300, size: float = 33, confidence: float = 0.98) -> tuple[RecognizedLine, ...]:
    return tuple(RecognizedLine(text, confidence, left, top + 60 * i, left + size * len(text), top + 60 * i + size) for i, text in enumerate(words) if text)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pictures that were read; each holds the same report in two lines and a page number."""
    pictures: list[Any] = []

    def recognize(image: Any) -> RecognizedPage:
        pictures.append(image)
        number = RecognizedLine(f"— {len(pictures)} —", 0.9, 780, 2200, 900, 2230)
        return RecognizedPage((*lines(TEXT[:20], TEXT[20:]), number))

    monkeypatch.setattr(ocr, "recognize", recognize)
    return pictures


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    def recognize(image: Any) -> RecognizedPage:
        raise MissingExtra("ocr", "reading a scanned page")

    monkeypatch.setattr(ocr, "recognize", recognize)


def test_a_scan_is_read_and_its_confidence_told(seen: list[Any]) -> None:
    document = read(made.pdf([made.picture(), made.picture()]), "x.pdf")
    assert document.text == f"{TEXT}\n{TEXT}"
    assert document.notes == ("page_footer: —1—", "ocr: pages 1-2, mean confidence 0.97")
    assert [(image.shape, str(image.dtype)) for image in seen] == [((2339, 1653, 3), "uint8")] * 2


def test_pages_of_text_are_not_read_by_ocr(seen: list[Any]) -> None:
    document = read(made.pdf([*made.set_text(TEXT, 20), made.picture(), made.picture(400, 20, 100, 30) + made.words("印章在右下。", 90, 700)]), "x.pdf")
    assert len(seen) == 1
    assert document.text == f"{TEXT}\n{TEXT}\n印章在右下。"


def test_what_a_scanning_program_signs_is_no_text_of_the_page(seen: list[Any]) -> None:
    assert read(made.pdf([made.picture() + made.words("某某扫描", 500, 20, 8)]), "x.pdf").text == TEXT


def test_a_huge_page_is_drawn_smaller(seen: list[Any]) -> None:
    read(made.pdf([made.picture(0, 0, 5000, 5000)], size=(5000, 5000)), "x.pdf")
    assert seen[0].shape[0] * seen[0].shape[1] <= 12_010_000


def test_tables_of_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = (*lines("项目", left=260, top=310), *lines("人数", left=560, top=310), *lines("慰问", left=260, top=370), *lines("126", left=560, top=370))
    rules = [*(Ruling(False, y, 250, 850) for y in (300, 355, 420)), *(Ruling(True, x, 300, 420) for x in (250, 550, 850))]
    monkeypatch.setattr(ocr, "recognize", lambda image: RecognizedPage(cells, tuple(rules)))
    (table,) = read(made.pdf([made.picture()]), "x.pdf").tables
    assert [[cell.text for cell in row] for row in table.rows] == [["项目", "人数"], ["慰问", "126"]]


def test_a_page_that_lies_on_its_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """OCR gives places on the page set upright, which is wider than the picture was."""
    monkeypatch.setattr(ocr, "recognize", lambda image: RecognizedPage((*lines("一、组建", left=2000), *lines("新建工会十二家。", left=300, top=500))))
    assert read(made.pdf([made.picture()]), "x.pdf").text == "一、组建\n新建工会十二家。"


@pytest.mark.usefixtures("without_ocr")
def test_without_the_extra_pages_of_text_are_given_and_the_others_told() -> None:
    document = read(made.pdf([*made.set_text(TEXT, 20), made.picture(), made.picture()]), "x.pdf")
    assert document.text == TEXT
    assert document.notes == ("unread_pages: 2-3 are scans; pip install 'unionnlp[ocr]' to read them",)


@pytest.mark.usefixtures("without_ocr")
def test_without_the_extra_a_scan_says_what_to_install() -> None:
    data = made.pdf([made.picture()])
    with pytest.raises(MissingExtra, match=r"pip install 'unionnlp\[ocr\]'"):
        read(data, "x.pdf")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("扫描.pdf", data)
        archive.writestr("总结.txt", TEXT)
    failed, good = read_each(buffer.getvalue(), "报送.zip")
    assert (failed.source, getattr(failed, "code", "")) == ("报送.zip/扫描.pdf", "missing_extra")
    assert "pip install 'unionnlp[ocr]'" in str(failed)
    assert [document.source for document in read_all(buffer.getvalue(), "报送.zip")] == [good.source] == ["报送.zip/总结.txt"]


def test_a_scan_in_which_nothing_is_found_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "recognize", lambda image: RecognizedPage(()))
    with pytest.raises(EmptyDocument):
        read(made.pdf([made.picture()]), "x.pdf")


def test_the_work_on_scans_is_bounded(seen: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_SCANS", 3)
    with pytest.raises(TooLarge, match="3 scanned pages"):
        read(made.pdf([made.picture()], repeat=4), "x.pdf")
    monkeypatch.setattr(pdf, "_MOST_DOTS", 10)
    with pytest.raises(TooLarge, match="dots"):
        read(made.pdf([made.picture()]), "x.pdf")
