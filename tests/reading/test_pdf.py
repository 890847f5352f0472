"""PDF documents: paragraphs, reading order, furniture of pages, notes, and what cannot be read."""

import json
import random
import zlib
from pathlib import Path

import pdf_pages as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.errors import EmptyDocument, Encrypted, ReadError, TooLarge, Undecodable
from unionnlp.reading import pdf
from unionnlp.reading.pdf import read_pdf
from unionnlp.reading.pdf_guard import check_streams
from unionnlp.reading.read import read
from unionnlp.records import Document
from unionnlp.structure.normalize import normalize

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "reading" / "pdf_paragraphs.jsonl").read_text(encoding="utf-8").splitlines()]
BODY = "全市各级工会围绕中心服务大局，新建工会一百二十六家，发展会员三千五百人，组建率达到百分之九十七点五。\n一、夯实基层组织\n走访慰问困难职工一百二十六户。"

LONG = "\n".join(f"（{name}）{line}" for name, line in zip("甲乙丙丁戊己庚辛壬癸子丑寅卯", BODY.replace("一、", "").split("\n") * 5, strict=False))


def read_made(*pages: str, **how: object) -> Document:
    return read(made.pdf(pages, **how), "x.pdf")  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------- paragraphs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_lines_of_a_paragraph_are_one(case: dict[str, object]) -> None:
    pages = made.set_text(str(case["text"]), int(str(case["count"])), indent=int(str(case["indent"])))
    assert read_made(*pages).text == case["text"]


WORDS = st.text(alphabet="全市各级工会围绕中心服务大局新建走访慰问困难职工", min_size=1, max_size=120)


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12), st.integers(15, 36))
def test_any_text_that_is_set_with_indents_comes_back(paragraphs: list[str], count: int) -> None:
    text = "走访慰问困难职工，" * 9 + "。\n" + "\n".join(f"{words}。" for words in paragraphs)  # the first says how wide the page is
    document = read_made(*made.set_text(text, count))
    assert document.text == text
    assert normalize(document.text).text == text


def test_text_comes_in_reading_order_whatever_the_order_of_drawing() -> None:
    page = made.set_text(BODY, 20)[0]
    drawn = page.splitlines(keepends=True)
    random.Random(1).shuffle(drawn)
    assert read_made("".join(drawn)).text == BODY


def test_columns_are_read_one_after_the_other_below_a_title_that_crosses_them() -> None:
    sides = ("走访慰问困难职工一百二十六户", "调处争议三十五件追回十二万元")
    rows = "".join(made.words(sides[0], 60, 740 - 20 * i) + made.words(sides[1], 310, 740 - 20 * i) for i in range(12))
    text = read_made(made.words("工会工作简报二〇一九年第一期", 180, 790, 16) + rows).text
    assert text.startswith("工会工作简报二〇一九年第一期\n")
    assert text.index(sides[1]) > text.rindex(sides[0])
    assert text.count(sides[0]) == text.count(sides[1]) == 12


def test_short_words_beside_one_another_are_no_columns() -> None:
    rows = "".join(made.words("张某某", 100, 740 - 20 * i) + made.words("工会主席", 300, 740 - 20 * i) for i in range(12))
    assert read_made(rows).text == "\n".join(["张某某\t工会主席"] * 12)


@pytest.mark.parametrize(("degrees", "turn"), [(90, (0, 1, -1, 0)), (180, (-1, 0, 0, -1)), (270, (0, -1, 1, 0))])
def test_a_page_is_read_in_the_direction_of_its_text(degrees: int, turn: tuple[float, float, float, float]) -> None:
    places = {90: lambda i: (100 + 20 * i, 100), 180: lambda i: (500, 100 + 20 * i), 270: lambda i: (500 - 20 * i, 700)}
    page = "".join(made.words(line, *places[degrees](i), 12, turn) for i, line in enumerate(("一、组建", "新建工会十二家。", "二、维权")))
    assert read_made(page, rotate=degrees).text == "一、组建\n新建工会十二家。\n二、维权"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (made.words("工作总结", 200, 700, 20, spacing=20), "工作总结"),
        (made.words("联系人：李某", 90, 700) + made.words("电话：某某", 300, 700), "联系人：李某\t电话：某某"),
        (made.words("新建工会", 90, 700) + made.words("12", 141, 700) + made.words("家。", 156, 700), "新建工会12家。"),
        (made.words("第一\u00ad季度", 90, 700), "第一季度"),
        (made.words("⼯会⽤⼼，会员２０人", 90, 700), "⼯会⽤⼼，会员２０人"),  # as decoded: normalize mends it
        (made.words("\U00020bb7某某同志", 90, 700), "\U00020bb7某某同志"),
        (made.words("”获“先进称号", 90, 700), "”获“先进称号"),
        (made.words("获", 90, 700) + made.words("先进", 114, 700) + made.words("“", 102, 700) + made.words("”称号", 138, 700), "获“先进”称号"),
    ],
)
def test_blanks_and_characters_of_a_line(page: str, text: str) -> None:
    assert read_made(page).text == text


# ------------------------------------------------------------------------------------------------------- furniture


@pytest.mark.parametrize("number", ["— %d —", "- %d -", "第 %d 页 共 9 页", "%d", "%d/9", "Page %d of 9"])
def test_headers_and_page_numbers_are_told_and_not_in_the_text(number: str) -> None:
    text = LONG * 3
    pages = made.set_text(text, 20)
    assert len(pages) > 2
    dressed = [made.words("某县总工会文件", 240, 815, 9) + page + made.words(number % (i + 1), 280, 40, 9) for i, page in enumerate(pages)]
    document = read_made(*dressed)
    assert document.text == text
    assert document.notes == ("page_header: 某县总工会文件", "page_footer: " + "".join((number % 1).split()))


def test_what_stands_at_the_head_of_pages_and_is_no_furniture_stays() -> None:
    """Titles of the reports in a file, lines that happen to be alike far apart, a year at the foot."""
    pages = [made.words("工会工作总结", 220, 780, 22) + made.words(f"某{name}工会新建工会{i}家。", 90, 700) for i, name in enumerate("甲乙丙丁")]
    assert read_made(*pages).text.count("工会工作总结") == 4
    far = [made.words(line, 90, 800) for line in ("一、组建工作", "走访职工", "调处争议", "发展会员", "一、组建工作")]
    assert read_made(*far).text.count("一、组建工作") == 2
    twice = made.set_text(BODY, 20, y=800)[0]
    assert read_made(twice, twice).text == f"{BODY}\n{BODY}"
    assert read_made(made.words("工会工作总结", 90, 700) + made.words("2019", 90, 60)).text.endswith("2019")


def test_words_behind_and_beside_the_text_are_told() -> None:
    pages = made.set_text(LONG * 3, 20)
    behind = made.words("内部资料", 200, 300, 40, (0.7, 0.7, -0.7, 0.7))
    large = made.words("机密文件", 150, 500, 60)
    beside = "".join(made.words(char, 30, y) for char, y in zip("装订线", (600, 400, 200), strict=True))
    document = read_made(*(behind + large + beside + page for page in pages))
    assert document.text == LONG * 3
    assert document.notes == ("rotated_text: 内部资料; 装订线; 机密文件",)


def test_footnotes_stand_behind_their_paragraph() -> None:
    mark = made.words("组建率达到97.5%", 90, 700) + made.words("1", 90 + 12 * 7.5, 706, 7) + made.words("。会员三百人。", 90 + 12 * 7.5 + 4, 700)
    note = "90 110 m 200 110 l S\n" + made.words("1按应建会单位数计算。", 90, 95, 9)
    following = made.words("二、帮扶救助", 90, 680)
    assert read_made(mark + following + note).text == "组建率达到97.5%。会员三百人。\n按应建会单位数计算。\n二、帮扶救助"
    assert read_made(mark + following).text == "组建率达到97.5%1。会员三百人。\n二、帮扶救助"


def test_form_fields_are_read_where_they_stand() -> None:
    field = "<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [130 695 330 715] /F 4 /AP << /N %s >> >>"
    assert read_made(made.words("姓名", 90, 700), annotations=[field]).text.split() == ["姓名", "职工"]


def test_attachments_and_invisible_words_are_told() -> None:
    catalog = "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> >>] >> >>"
    assert read_made(made.words("见附件", 90, 700), catalog=catalog).notes == ("attachments: 1 files attached are not read",)
    words = "".join(made.words(line, 90, 700 - 20 * i, mode=3) for i, line in enumerate(BODY.split("\n")[1:]))
    assert read_made(words).notes[0].startswith("hidden_text: 23 characters")
    assert read_made(made.picture() + words).notes == ("ocr_layer: pages 1 are pictures; the text is what a scanner recognized in them",)


# ------------------------------------------------------------------------------------------------------- what cannot be read


def test_passwords() -> None:
    pages = made.set_text(BODY, 20)
    with pytest.raises(Encrypted):
        read(made.pdf(pages, password="secret"), "x.pdf")
    assert read(made.pdf(pages, password=""), "x.pdf").text == BODY


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4\n", made.pdf([""])[:300], made.pdf(made.set_text(BODY, 20))[:-900], b"%PDF-1.7" + random.Random(1).randbytes(9000)]
)
def test_broken_files(data: bytes) -> None:
    with pytest.raises(ReadError, match="truncated or broken"):
        read(data, "x.pdf")


def test_empty_pages() -> None:
    with pytest.raises(EmptyDocument):
        read_made("", "")


def test_too_many_pages_characters_or_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge, match="2001 pages"):
        read(made.pdf([""], repeat=2001), "x.pdf")
    monkeypatch.setattr(pdf, "_MOST_OBJECTS", 50)
    with pytest.raises(TooLarge, match="50 objects"):
        read(made.pdf(["0 0 m 9 9 l S\n" * 10], repeat=6), "x.pdf")
    monkeypatch.setattr(pdf, "_MOST_CHARACTERS", 60)
    with pytest.raises(TooLarge, match="60 characters"):
        read(made.pdf(made.set_text(BODY, 20)), "x.pdf")


def test_a_drawing_of_many_lines_has_no_tables() -> None:
    drawing = "".join(f"{x} 100 m {x} 700 l S\n90 {100 + x / 2} m 500 {100 + x / 2} l S\n" for x in range(90, 500, 8)) * 60
    assert read_made(made.words("工会工作总结", 90, 780) + drawing).tables == ()


def packed(size: int, entries: str = "/Filter /FlateDecode", times: int = 1) -> bytes:
    data = b" " * size
    for _ in range(times):
        data = zlib.compress(data, 9)
    return f"9 0 obj\n<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream\nendobj\n"


@pytest.mark.parametrize(
    "stream",
    [
        packed(10_000_000),
        packed(40_000_000, "/Length1 9 /Filter /FlateDecode"),
        packed(1000, "/Filter [/FlateDecode /FlateDecode]", 2),
        packed(10_000_000)[:-30],
    ],
)
def test_streams_that_unpack_to_more_than_any_report_has(stream: bytes) -> None:
    with pytest.raises(TooLarge):
        read_pdf(b"%PDF-1.7\n" + stream, "x.pdf")


@pytest.mark.parametrize(
    "stream", [packed(7_000_000), packed(40_000_000, "/Subtype /Image /Filter /FlateDecode"), b"stream stream\nendstream" * 9, packed(99)[:60]]
)
def test_streams_as_files_have_them(stream: bytes) -> None:
    check_streams(b"%PDF-1.7\n" + stream, "x.pdf")


def test_fonts_that_do_not_say_what_they_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where OCR finds nothing either, the file is undecodable, and no garbage is given."""
    from unionnlp.reading import ocr

    monkeypatch.setattr(ocr, "recognize", lambda image: ocr.RecognizedPage(()))
    garbled = "".join(chr(0xE000 + i) for i in range(60))
    with pytest.raises(Undecodable):
        read_made(made.words(garbled[:30], 90, 700) + made.words(garbled[30:], 90, 680))
