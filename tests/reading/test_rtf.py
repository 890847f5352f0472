"""Rich Text: encodings, groups, tables, beyond what report.rtf shows (test_formats.py)."""

import pytest

from unionnlp.errors import ReadError, Undecodable
from unionnlp.reading.read import read
from unionnlp.reading.rtf import read_rtf


def rtf(body: str, head: str = r"\ansi\ansicpg936\deff0") -> bytes:
    return ("{\\rtf1" + head + " " + body + "}").encode("gb18030")


GBK = r"\'b9\'a4\'bb\'e1"  # 工会

FEATURES = {
    "paragraphs and lines": (r"甲\par\par 乙\line 丙", "甲\n\n乙\n丙"),
    "encoded bytes": (GBK + r"\'d7\'dc\'bd\'e1", "工会总结"),
    "raw bytes": ("工会总结", "工会总结"),
    "characters by number with what stands in for them": (r"\u24037?\u20250?\uc2\u24635 ab\uc0\u32467\uc1 。", "工会总结。"),
    "a stand-in of encoded bytes": (r"\uc2\u24037\'b9\'a4\u20250\'bb\'e1", "工会"),
    "negative numbers": (r"\u-225?", "\uff1f"),
    "pairs of surrogates": (r"\u-10178?\u-8261?", bytes.fromhex("3ed8bbdf").decode("utf-16-le")),
    "the encoding of a font": (r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset136 PMingLiU;}}甲\f1 \'a4\'bd\f0 乙", "甲公乙"),
    "signs": (r"\{甲\}\\\~乙\_丙\ldblquote 丁\rdblquote\emdash", "{甲}\\\xa0乙-丙“丁”—"),
    "deletions": (r"慰问{\deleted 困难\par}职工", "慰问职工"),
    "fields": (r"见{\field{\*\fldinst HYPERLINK x}{\fldrslt 附件}}", "见附件"),
    "pictures and unknown groups": (r"甲{\pict\wmetafile8 0102abcd}{\*\unknown x{\b y}}{\*\shppict{\pict ff}}乙", "甲乙"),
    "raw bytes of pictures": (r"甲{\pict\bin4 }}{{}乙", "甲乙"),
    "fonts, colours, styles, facts about the file": (r"{\colortbl;\red0;}{\stylesheet{\s0 Normal;}}{\info{\title 题}{\author 人}}甲", "甲"),
    "numbers of lists": (r"{\listtext\pard\plain \'d2\'bb\'a1\'a2\tab}组织\par{\pntext 1.\tab}建设\par{\listtext\'b7\tab}帮扶", "一、组织\n1. 建设\n帮扶"),
    "notes follow their paragraph": (r"甲{\footnote \chftn  注一}乙{\footnote 注二}\par 丙", "甲乙\n注一\n注二\n丙"),
    "text boxes": (r"甲{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt 框\par 内}}{\shprslt 框}}乙", "甲乙\n框\n内"),
    "comments": (r"甲{\*\atnid x}{\*\annotation 批注}乙", "甲乙"),
    "groups that do not end": (r"甲{\b 乙", "甲乙"),
    "groups that end twice": (r"甲}}}乙", "甲乙"),
}


@pytest.mark.parametrize(("body", "text"), FEATURES.values(), ids=FEATURES)
def test_feature(body: str, text: str) -> None:
    assert read_rtf(rtf(body), "x.rtf").text == text


def row(*cells: str, edges: tuple[int, ...] = ()) -> str:
    return r"\trowd" + "".join(rf"\cellx{edge}" for edge in edges) + r"\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row\pard "


TABLES = {
    "plain": (row("甲", "1", edges=(100, 200)) + row("乙", "2", edges=(100, 200)), [["甲", "1"], ["乙", "2"]]),
    "cells over several columns": (row("总", "3", edges=(2000, 3000)) + row("1", "2", "3", edges=(1000, 2000, 3000)), [["总", "", "3"], ["1", "2", "3"]]),
    "borders that miss each other by a little": (row("甲", "1", edges=(1000, 2000)) + row("乙", "2", edges=(1009, 2000)), [["甲", "1"], ["乙", "2"]]),
    "no edges": (row("甲", "1") + row("乙"), [["甲", "1"], ["乙"]]),
    "paragraphs in a cell": (row(r"甲\par 乙", "1", edges=(100, 200)), [["甲\n乙", "1"]]),
}


@pytest.mark.parametrize(("body", "rows"), TABLES.values(), ids=TABLES)
def test_table(body: str, rows: list[list[str]]) -> None:
    document = read_rtf(rtf(r"前\par " + body + "后"), "x.rtf")
    assert [[cell.text for cell in line] for line in document.tables[0].rows] == rows
    assert document.text == "\n".join(["前", *("\t".join(line) for line in rows), "后"])
    assert all(document.text[c.start : c.end] == c.text for line in document.tables[0].rows for c in line)


def test_what_is_no_part_of_the_text() -> None:
    document = read_rtf(rtf(r"{\header 文件\par}{\footer 第1页}甲{\v 转载\v0 }乙"), "x.rtf")
    assert document.text == "甲转载乙"
    assert document.notes == ("hidden_text: 2 characters: 转载", "page_header: 文件", "page_footer: 第1页")


def test_groups_nested_beyond_reason() -> None:
    for hostile in ("{" * 100_000, r"{\footnote" * 500, r"\header" * 1000):
        with pytest.raises(ReadError, match="nested"):
            read_rtf(rtf(hostile), "x.rtf")


def test_mojibake_is_a_failure() -> None:
    garbled = "走访慰问困难职工家庭，签订集体合同".encode().decode("gb18030", "ignore")
    with pytest.raises(Undecodable):
        read(rtf("".join(f"\\u{ord(c) if ord(c) < 0x8000 else ord(c) - 0x10000}?" for c in garbled)), "x.rtf")
