"""Pictures of pages: what is taken off them, how the engine's pieces become lines, and, where the engine is installed, what it reads."""

import difflib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.errors import MissingExtra
from unionnlp.reading import ocr, ocr_engine
from unionnlp.reading.ocr import RecognizedLine, RecognizedPage, recognize
from unionnlp.reading.ocr_marks import mended
from unionnlp.reading.pdf_tables import Ruling

CASES = Path(__file__).parents[1] / "cases" / "reading" / "ocr_marks.jsonl"
BLANK = np.full((1000, 800, 3), 255, np.uint8)


# ------------------------------------------------------------------------------------------------- without the engine


@pytest.fixture
def fresh_engine() -> Iterator[None]:
    ocr_engine._engines.cache_clear()
    yield
    ocr_engine._engines.cache_clear()


@pytest.mark.usefixtures("fresh_engine")
@pytest.mark.parametrize("module", ["rapidocr", "onnxruntime", "cv2"])
def test_without_the_extra_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Whatever part of it is missing: the pictures are prepared with a library that comes with the engine."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"pip install 'unionnlp\[ocr\]'"):
        recognize(BLANK)


@pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4), (0, 10, 3)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="height, width, 3"):
        recognize(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("case", [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()], ids=lambda case: case["label"])
def test_punctuation(case: dict[str, str]) -> None:
    assert mended(case["line"]) == case["expected"]
    assert mended(mended(case["line"])) == case["expected"]


@given(st.text(alphabet=st.sampled_from("工会12aB,，;:?!()（）.。、 %“”"), max_size=40))
def test_only_widths_and_blanks_of_marks_change(line: str) -> None:
    def folded(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", char) for char in text if not char.isspace()).replace("。", ".")

    assert folded(mended(line)) == folded(line)
    assert len(mended(line)) <= len(line)


def test_confidence_counts_characters() -> None:
    assert RecognizedPage(()).confidence == 0
    assert RecognizedPage((RecognizedLine("工会工", 1.0, 0, 0, 1, 1), RecognizedLine("会", 0.6, 0, 0, 1, 1))).confidence == pytest.approx(0.9)
    assert RecognizedPage(()).text == ""


Pieces = list[tuple[str, float, tuple[float, float, float, float]]]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RecognizedPage]:
    """Reads a page on which the engine finds these pieces: text, confidence, frame; one without extent is what it reads beside a ruling line."""

    def read(pieces: Pieces, rulings: tuple[Ruling, ...] = ()) -> RecognizedPage:
        left_to_read = list(pieces)
        corners = np.array([[[a, b], [c, b], [c, d], [a, d]] for _, _, (a, b, c, d) in pieces if c > a], np.float32).reshape(-1, 4, 2)
        monkeypatch.setattr(ocr, "load", lambda: None)
        monkeypatch.setattr(ocr, "find_lines", lambda page: corners)
        monkeypatch.setattr(ocr, "read_line", lambda line: left_to_read.pop(0)[:2])
        monkeypatch.setattr(ocr, "without_seals", lambda page: page)
        monkeypatch.setattr(ocr, "rulings_of", lambda page, size: rulings)
        return recognize(BLANK)

    return read


def set_line(text: str, left: float, top: float, size: float = 20) -> tuple[str, float, tuple[float, float, float, float]]:
    """As the engine frames it: the ink, with some room."""
    return text, 0.99, (left - 3, top - 3, left + size * sum(0.5 if char.isascii() else 1 for char in text) + 3, top + size + 3)


def test_lines_become_paragraphs(engine: Callable[..., RecognizedPage]) -> None:
    page = engine(
        [
            set_line("一、组织建设", 140, 100),
            set_line("全年走访慰问困难女职工共八十", 140, 140),
            set_line("余人次，发放慰问金七万余元，其中", 100, 180),
            set_line("女职工三十人。", 100, 220),
            set_line("全市新建基层工会三十五家，会", 140, 260),
            ("员四千人。", 0.99, (97, 290, 193, 330)),  # the engine frames short lines higher than they are
        ]
    )
    assert page.text == "一、组织建设\n全年走访慰问困难女职工共八十余人次，发放慰问金七万余元，其中女职工三十人。\n全市新建基层工会三十五家，会员四千人。"
    assert {round(line.bottom - line.top, 3) for line in page.lines} == {round(page.lines[0].bottom - page.lines[0].top, 3)}


def test_columns_are_read_one_after_the_other(engine: Callable[..., RecognizedPage]) -> None:
    left, right = "左栏第一行的文字共有十二", "右栏第一行的文字共有十二"
    rows = [set_line(text, at, 100 + 40 * i) for i in range(8) for text, at in ((left, 60), (right, 420))]
    assert [line.text for line in engine(rows).lines] == [left] * 8 + [right] * 8


def test_words_on_both_sides_of_a_ruling_line_are_two(engine: Callable[..., RecognizedPage]) -> None:
    """The engine finds them as one; a line in another table at the same place parts nothing here."""
    both = ("会员数", 0.99, (100, 100, 300, 130))
    line = ("会员数三万余人", 0.99, (100, 500, 300, 530))
    rulings = (Ruling(True, 200, 80, 160), Ruling(True, 200, 700, 900), Ruling(True, 104, 80, 160), Ruling(True, 297, 80, 160), Ruling(False, 80, 100, 300))
    page = engine([both, ("35800", 0.99, (0, 0, 0, 0)), line], rulings)
    assert [piece.text for piece in page.lines] == ["会员数", "35800", "会员数三万余人"]
    assert page.lines[0].right <= 200 + 10 <= page.lines[1].left + 20
    assert page.rulings == rulings


def test_what_is_hardly_sure_is_no_text(engine: Callable[..., RecognizedPage]) -> None:
    page = engine([set_line("工会工作总结报告", 100, 100), ("MA", 0.3, (100, 200, 140, 230)), ("", 0.0, (100, 300, 140, 330))])
    assert page.text == "工会工作总结报告"


def test_a_blank_page_has_no_text(engine: Callable[..., RecognizedPage]) -> None:
    page = engine([])
    assert (page.lines, page.text, page.width, page.height) == ((), "", 800, 1000)


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_page_is_turned_until_it_can_be_read(monkeypatch: pytest.MonkeyPatch, quarter: int) -> None:
    upright = BLANK.copy()
    upright[100:120, 100:400] = (0, 0, 200)
    laid = np.rot90(upright, -quarter)

    def find_lines(page: Any) -> Any:
        y, x = np.nonzero(page[:, :, 0] == 0)
        a, b, c, d = x.min(), y.min(), x.max() + 1, y.max() + 1
        return np.array([[[a, b], [c, b], [c, d], [a, d]]], np.float32)

    seen: list[tuple[int, ...]] = []

    def read_line(line: Any) -> tuple[str, float]:
        seen.append(line.shape)
        return "工会", 0.6

    monkeypatch.setattr(ocr, "load", lambda: None)
    monkeypatch.setattr(ocr, "find_lines", find_lines)
    monkeypatch.setattr(ocr, "read_line", read_line)
    monkeypatch.setattr(ocr, "without_seals", lambda page: page)
    sides: list[Any] = []

    def rulings_of(page: Any, size: float) -> tuple[()]:
        sides.append(page)
        return ()

    monkeypatch.setattr(ocr, "rulings_of", rulings_of)
    recognize(laid)
    assert seen[0] == (20, 300, 3)
    assert any(np.array_equal(side, upright) for side in sides)


# ------------------------------------------------------------------------------------------------- with the engine

installed = pytest.mark.skipif(not all(find_spec(name) for name in ("rapidocr", "onnxruntime")), reason="needs pip install 'unionnlp[ocr]'")


@pytest.fixture
def draw() -> Any:
    """The module that draws pages."""
    import page_images

    if page_images.font_file() is None:
        pytest.skip("needs fontconfig and a Chinese font: apt-get install fontconfig fonts-noto-cjk")
    return page_images


TEXT = """某县总工会2023年工作总结
一、组织建设
全县现有基层工会1,286家，会员3.58万人，组建率97.5%；今年新建工会（含联合会）45家，发展会员2300人，其中女职工1100人。
指标\t2022年\t2023年
会员数\t35800\t38100
慰问金\t\t12.6
二、帮扶救助
走访慰问困难职工80余人次，发放慰问金12.6万元。"""


@installed
def test_a_seal_is_taken_off_and_type_in_red_stays(draw: Any) -> None:
    from unionnlp.reading.ocr_seals import without_seals

    page = draw.pages(TEXT, draw.Setting(dpi=100))[0]
    assert without_seals(page) is page
    sealed = draw.stamped(page, (0.5, 0.2))
    cleaned = without_seals(sealed)
    assert np.abs(sealed.astype(int) - page).max() > 200
    assert np.abs(cleaned.astype(int) - page).max() < 60
    red = np.where(page < 128, np.array([220, 30, 40]), page).astype(np.uint8)
    assert without_seals(red) is red


@installed
def test_ruling_lines_are_those_of_the_table(draw: Any) -> None:
    from unionnlp.reading.ocr_rulings import rulings_of
    from unionnlp.reading.pdf_tables import find_grids

    setting = draw.Setting(dpi=150)
    page = draw.pages(TEXT, setting)[0]
    (grid,) = find_grids(rulings_of(page, setting.size)[::-1])
    assert (len(grid.xs), len(grid.ys), len(grid.cells)) == (4, 4, 9)
    assert rulings_of(draw.pages("工\n田" * 20, setting)[0], setting.size) == ()


@installed
def test_a_stamped_page_askew_is_read(draw: Any) -> None:
    page = draw.pages(TEXT, draw.Setting(dpi=150, points=14))[0][:800]
    found = recognize(draw.squeezed(draw.noisy(draw.turned(draw.stamped(page, (0.6, 0.3)), 1.5), sigma=8), 60))
    want, got = TEXT.replace("\t\t", "\t"), found.text.replace(" ", "")
    wrong = sum(max(b - a, d - c) for kind, a, b, c, d in difflib.SequenceMatcher(None, want, got, autojunk=False).get_opcodes() if kind != "equal")
    assert wrong <= 0.01 * len(want), got
    assert found.confidence > 0.95
    assert found.lines[0].text == "某县总工会2023年工作总结"
    assert 0 < found.lines[0].left < found.lines[0].right < found.width


@installed
@pytest.mark.usefixtures("fresh_engine")
def test_nothing_is_logged_and_nothing_fetched(draw: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert recognize(BLANK[:200, :300]).lines == ()
    assert capfd.readouterr() == ("", "")
