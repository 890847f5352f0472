"""Web pages: a line a block, white space as a browser shows it, tables with their places."""

import contextlib
import time

import pytest

from unionnlp.errors import EmptyDocument, ReadError, Undecodable
from unionnlp.reading.read import read
from unionnlp.records import Document

PAGES = {
    "blocks are lines": ("<p>甲</p><div>乙<p>丙</p>丁</div>戊", "甲\n乙\n丙\n丁\n戊"),
    "inline elements are not": ("<p>走访<b>慰问</b><span>困难</span>职工</p>", "走访慰问困难职工"),
    "line breaks": ("<p>甲<br>乙<br/><br/>丙</p>", "甲\n乙\n丙"),
    "white space folds": ("<p>  a \n b\t c </p>", "a b c"),
    "a line end beside a Chinese character is nothing": ("<p>困难\r\n   职工，\n<b>3 人</b>\n次 A\nB 丙</p>", "困难职工，3 人次 A B 丙"),
    "entities": ("<p>&lt;甲&gt;&amp;&#24037;&#x4f1a;&nbsp;&ldquo;乙&rdquo;</p>", "<甲>&工会\xa0“乙”"),
    "no script, style, comment or title": ("<title>题</title><script>var a='<p>x</p>'</script><style>p{}</style><!-- <p>y</p> --><p>甲</p><noscript>z</noscript>", "甲"),
    "conditional comments of Word": ("<p><![if !supportLists]>一、<![endif]>组织<!--[if gte mso 9]><xml>x</xml><![endif]--></p>", "一、组织"),
    "lists": ("<ul><li>甲<li>乙</ul>", "甲\n乙"),
    "preformatted": ("<pre>甲\n  乙  丙\n</pre>丁", "甲\n  乙  丙\n丁"),
    "what was deleted": ("<p>甲<del>乙</del>丙</p>", "甲丙"),
    "phonetic guides": ("<ruby>工<rt>gong</rt></ruby>会", "工会"),
}


def page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><body>{body}</body></html>".encode()


@pytest.mark.parametrize(("body", "text"), PAGES.values(), ids=PAGES)
def test_page(body: str, text: str) -> None:
    assert read(page(body)).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "GBK", "iso-8859-1", ""])
def test_any_encoding_whatever_is_declared(encoding: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    html = f"<html><head>{meta}</head><body><p>工会工作总结，加强自身建设</p></body></html>"
    assert read(html.encode(encoding)).text == "工会工作总结，加强自身建设"


def test_the_declaration_decides_where_the_score_cannot() -> None:
    html = '<html><meta charset="big5"><p>一</p></html>'
    assert read(html.encode("big5")).text == "一"


def rows_of(document: Document, index: int = 0) -> list[list[str]]:
    for found in document.tables:
        for row in found.rows:
            for c in row:
                assert document.text[c.start : c.end] == c.text
    return [[c.text for c in row] for row in document.tables[index].rows]


TABLES = {
    "plain": ("<table><tr><th>单位</th><th>人数</th></tr><tr><td>甲</td><td></td></tr></table>", [["单位", "人数"], ["甲", ""]]),
    "end tags left out": ("<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>", [["甲", "乙"], ["丙", "丁"]]),
    "head and body": ("<table><thead><tr><td>甲</tr></thead><tbody><tr><td>乙</tr></tbody></table>", [["甲"], ["乙"]]),
    "columns spanned": ('<table><tr><td colspan="2">总<td>丙</tr></table>', [["总", "", "丙"]]),
    "rows spanned": (
        '<table><tr><td rowspan="3">甲<td>1<td rowspan=2>末</tr><tr><td>2</tr><tr><td>3<td>4</tr><tr><td>乙<td>5<td>6</tr></table>',
        [["甲", "1", "末"], ["", "2", ""], ["", "3", "4"], ["乙", "5", "6"]],
    ),
    "paragraphs in a cell": ("<table><tr><td><p>甲</p><p>乙</p></td><td>丙</td></tr></table>", [["甲\n乙", "丙"]]),
    "cells without a row": ("<table><td>甲</td><td>乙</td></table>", [["甲", "乙"]]),
    "strange spans": ('<table><tr><td colspan="-1" rowspan="x">甲<td colspan="0">乙</tr></table>', [["甲", "乙"]]),
}


@pytest.mark.parametrize(("body", "rows"), TABLES.values(), ids=TABLES)
def test_table(body: str, rows: list[list[str]]) -> None:
    document = read(page(f"前{body}后"))
    assert rows_of(document) == rows
    assert document.text == "\n".join(["前", *("\t".join(row) for row in rows), "后"])


def test_a_table_in_a_table() -> None:
    document = read(page("<table><tr><td>外<td><table><tr><td>甲<td>1</table></table>"))
    assert rows_of(document) == [["外", "甲\t1"]]
    assert rows_of(document, 1) == [["甲", "1"]]


def test_hidden_text_stays_and_is_told() -> None:
    document = read(page('<p>甲<span style="DISPLAY: none">文章来源</span>乙<i hidden>x</i></p>'))
    assert document.text == "甲文章来源乙x"
    assert document.notes == ("hidden_text: 5 characters: 文章来源x",)


def test_text_that_begins_otherwise_is_text() -> None:
    for text in ("工会<p>总结</p>", "<工会>总结", "< 3 人", "<b"):
        assert read(text.encode()).text == text


@pytest.mark.parametrize("body", ["<script>工会</script>", "", "<p>&nbsp;</p>", "<table><tr><td></td></tr></table>"])
def test_a_page_without_words_is_empty(body: str) -> None:
    with pytest.raises(EmptyDocument):
        read(page(body), "x.htm")


def test_mojibake_is_a_failure() -> None:
    garbled = "走访慰问困难职工家庭，签订集体合同".encode().decode("gb18030", "ignore")
    with pytest.raises(Undecodable):
        read(page(f"<p>{garbled}</p>"), "x.htm")
    entities = "".join(f"&#{ord(c)};" for c in garbled)
    with pytest.raises(Undecodable):
        read(page(f"<p>{entities}</p>"), "x.htm")


def test_entities_of_xml_are_not_expanded() -> None:
    html = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>甲&x;乙</p></body></html>'
    assert "root" not in read(html.encode()).text


def test_hostile_pages_take_linear_time() -> None:
    """Each stays far under a second; a quadratic path would take minutes."""
    n = 100_000
    hostile = (
        "<p>" + "工 " * n,
        "<p>工" + " " * (4 * n) + "会",
        "<table>" + "<tr><td rowspan=9999 colspan=63>工" * (n // 20) + "</table>",
        "<!--" * n + "<p>工会",
        "<b>" * n + "工会",
        "<meta charset=" * n,
        "&lt;" * n,
    )
    for html in hostile:
        began = time.process_time()
        with contextlib.suppress(ReadError):
            read(b"<html><body>" + html.encode())
        assert time.process_time() - began < 5
