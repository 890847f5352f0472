"""Decoding: the text comes back whatever its encoding, and what is no text is refused."""

import codecs
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.errors import ReadError, Undecodable
from unionnlp.lexicon import load_table
from unionnlp.reading.read import read
from unionnlp.reading.text import check_readable, decode, plausibility

SIMPLIFIED = (
    *("走访慰问困难职工家庭", "签订集体合同", "一、强化组织建设，", "组建率达到97.5%，", "女职工委员会", "开展劳动竞赛活动。", "深化厂务公开民主管理", "（一）"),
    *("送温暖资金12万元；", "职工代表大会", "困难职工子女上学", "加强工会自身建设", "举办培训班3期，", "参加人数560人次。", "下一步工作打算", "劳模先进事迹"),
)
TRADITIONAL = (
    *("走訪慰問困難職工家庭", "簽訂集體合同", "一、強化組織建設，", "組建率達到97.5%，", "女職工委員會", "開展勞動競賽活動。", "深化廠務公開民主管理", "（一）"),
    *("送溫暖資金12萬元；", "職工代表大會", "困難職工子女上學", "加強工會自身建設", "舉辦培訓班3期，", "參加人數560人次。", "下一步工作打算"),
)


def texts(phrases: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Common text of at least 12 characters, most of them Chinese."""
    joined = st.lists(st.sampled_from((*phrases, "\r\n", "\n", "\t")), min_size=3, max_size=30).map("".join)
    return joined.filter(lambda text: sum(character > "\u3fff" for character in text) >= 12)


@given(text=texts(SIMPLIFIED), encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]))
@settings(max_examples=300, deadline=None)
def test_simplified_text_comes_back(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@given(text=texts(TRADITIONAL), encoding=st.sampled_from(["big5", "cp950", "gb18030", "utf-8", "utf-16-le"]))
@settings(max_examples=200, deadline=None)
def test_traditional_text_comes_back(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("phrase", [p for p in SIMPLIFIED if len(p) >= 6])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be"])
def test_one_phrase_is_enough(phrase: str, encoding: str) -> None:
    assert decode(phrase.encode(encoding)).text == phrase


def test_line_ends_stay_and_the_mark_goes() -> None:
    assert decode(codecs.BOM_UTF8 + "工会\r\n总结\r".encode()).text == "工会\r\n总结\r"
    assert decode("工会总结\r\n".encode("utf-16")).text == "工会总结\r\n"


def test_the_encoding_is_noted_unless_it_is_utf8() -> None:
    text = "工会工作总结，加强自身建设"
    assert read(text.encode("gb18030")).notes == ("encoding: gb18030",)
    assert read(text.encode()).notes == read(text.encode("utf-8-sig")).notes == ()


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "rot13", "zlib", "no-such-encoding", "utf-8", "big5"])
def test_a_wrong_or_strange_declaration_does_no_harm(declared: str) -> None:
    text = "工会工作总结，加强自身建设"
    assert decode(text.encode("gb18030"), declared=declared).text == text
    assert decode(text.encode(), declared=declared).text == text


def test_a_stray_byte_is_replaced_and_told() -> None:
    text = "走访慰问困难职工家庭，签订集体合同。" * 20
    for encoding in ("utf-8", "gb18030"):
        document = read(text.encode(encoding)[:-1])
        assert document.text.startswith(text[:-1])
        assert any(note.startswith("replaced: 1 ") for note in document.notes)


@pytest.mark.parametrize("text", ["report", "2014", "a\tb\r\n", "x" * 5000, "宸", "张一李二", "（一）", "……", "┌──┬──┐\n│　　│　　│"])
def test_short_or_plain_text_is_fine(text: str) -> None:
    assert decode(text.encode()).text == text


MOJIBAKE = {
    "UTF-8 read as GBK": lambda text: text.encode().decode("gb18030", "ignore"),
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "UTF-8 read as Windows-1252": lambda text: text.encode().decode("cp1252", "replace"),
    "GBK read as Latin-1": lambda text: text.encode("gbk").decode("latin-1"),
    "GBK read as Big5": lambda text: text.encode("gbk").decode("big5hkscs", "replace"),
    "GBK read as UTF-8": lambda text: text.encode("gbk").decode("utf-8", "replace"),
    "UTF-16 the wrong way round": lambda text: text.encode("utf-16-le").decode("utf-16-be", "replace"),
}


@pytest.mark.parametrize("garble", MOJIBAKE.values(), ids=MOJIBAKE)
def test_mojibake_is_a_failure(garble) -> None:  # type: ignore[no-untyped-def]
    """Text that was decoded wrongly before it was saved is valid UTF-8, and still no report."""
    text = "".join(SIMPLIFIED)
    garbled = garble(text)
    assert plausibility(garbled) < 0.2 < 0.6 < plausibility(text)
    with pytest.raises(Undecodable):
        check_readable(garbled, "x.docx")
    with pytest.raises(Undecodable) as caught:
        read(garbled.encode(), "x.txt")
    assert caught.value.tried[:2] == ("utf-8", "gb18030")
    check_readable(text, "x.docx")


@pytest.mark.parametrize("extension", ["txt", "docx", "html", "doc", "pdf", "zip", "xlsx", "png", ""])
def test_binary_junk_is_a_read_error(extension: str) -> None:
    for seed in range(30):
        junk = b"\x01" + random.Random(seed).randbytes(20 + seed * 50)
        with pytest.raises(ReadError) as caught:
            read(junk, f"x.{extension}")
        assert caught.value.source == f"x.{extension}"
    for data in (b"\0" * 100, "工会工作总结".encode() + b"\0" * 8, b"\x01\x02\x03\x04" * 50):
        with pytest.raises(Undecodable) as refused:
            read(data, f"x.{extension}")
        assert "utf-8" in refused.value.tried


def test_every_frequent_character_stands_once() -> None:
    rows = load_table("frequent_characters", ("characters", "script", "weight"))
    characters = "".join(row["characters"] for row in rows)
    assert len(characters) == len(set(characters))
    assert {row["script"] for row in rows} == {"both", "simplified", "traditional"}
    assert all(0 < float(row["weight"]) <= 1 for row in rows)
    assert not any(character.isascii() for character in characters)


def test_what_characters_weigh() -> None:
    assert [plausibility(text) for text in ("a─工", "a─", "：", "工：", "\ue000", "\U000f0000", "\U00020000", "龘")] == [1.0, 1.0, 0.5, 0.75, -2.0, -2.0, 0.0, 0.0]
