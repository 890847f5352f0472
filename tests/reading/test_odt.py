"""OpenDocument texts, beyond what report.odt shows (test_formats.py)."""

import io
import zipfile

import pytest

from unionnlp.errors import Encrypted, ReadError
from unionnlp.reading.read import read
from unionnlp.records import Document

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name if name not in ("fo", "draw") else {"fo": "xsl-fo-compatible", "draw": "drawing"}[name]}:1.0"'
    for name in ("office", "text", "table", "style", "draw")
)
LISTS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/>'
    '<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2" style:num-suffix="."/>'
    '<text:list-level-style-bullet text:level="3" text:bullet-char="•"/></text:list-style>'
    '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
)
OUTLINE = '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format=""/></text:outline-style>'


def packed(body: str, *, prolog: str = "", manifest: str = "<m/>", styles: str = OUTLINE) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("META-INF/manifest.xml", manifest)
        made.writestr("styles.xml", f"<office:document-styles {SPACES}><office:styles>{styles}</office:styles></office:document-styles>")
        content = f"<office:document-content {SPACES}><office:automatic-styles>{LISTS}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        made.writestr("content.xml", prolog + content)
    return buffer.getvalue()


def item(*paragraphs: str) -> str:
    return f"<text:list-item>{''.join(f'<text:p>{p}</text:p>' for p in paragraphs)}</text:list-item>"


NOTE = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body></text:note>"

FEATURES = {
    "white space folds, elements stand for it": (
        "<text:p>\n  甲 <text:span>\n乙</text:span><text:s text:c='2'/>丙<text:tab/>丁<text:line-break/>戊 </text:p>",
        "甲 乙  丙\t丁\n戊",
    ),
    "empty lines": ("<text:p>甲</text:p><text:p/><text:p>乙</text:p>", "甲\n\n乙"),
    "deletions, comments, phonetic guides": (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>甲<office:annotation><text:p>批注</text:p></office:annotation><text:ruby><text:ruby-base>工</text:ruby-base><text:ruby-text>gong</text:ruby-text></text:ruby></text:p>",
        "甲工",
    ),
    "notes and boxes follow": (
        f"<text:p>甲{NOTE}乙<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame></text:p><text:p>丙</text:p>",
        "甲乙\n注\n框\n丙",
    ),
    "sections and contents": (
        "<text:section><text:table-of-content><text:index-body><text:p>目录</text:p></text:index-body></text:table-of-content><text:p>甲</text:p></text:section>",
        "目录\n甲",
    ),
    "lists": (
        f'<text:list text:style-name="L">{item("甲", "续")}<text:list-item><text:list>{item("子")}</text:list></text:list-item>{item("乙")}</text:list>',
        "一、甲\n续\n一.1. 子\n二、乙",
    ),
    "a list begins anew, one that goes on does not": (
        f'<text:list xml:id="a" text:style-name="L">{item("甲")}</text:list><text:list text:style-name="L">{item("乙")}</text:list>'
        f'<text:list text:continue-list="a" text:style-name="L">{item("丙")}</text:list><text:list text:continue-numbering="true" text:style-name="L">{item("丁")}</text:list>',
        "一、甲\n一、乙\n二、丙\n三、丁",
    ),
    "headers of lists have no number": ('<text:list text:style-name="L"><text:list-header><text:p>甲</text:p></text:list-header></text:list>', "甲"),
    "a table in a list": (
        '<text:list text:style-name="L"><text:list-item><text:p>甲</text:p><table:table><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>'
        "</table:table-row></table:table></text:list-item></text:list>",
        "一、甲\n1",
    ),
    "numbers of headings": (
        '<text:h text:outline-level="1">甲</text:h><text:h text:outline-level="2">乙</text:h>'
        '<text:h text:outline-level="1" text:is-list-header="true">丙</text:h>',
        "I. 甲\n乙\n丙",
    ),
}


@pytest.mark.parametrize(("body", "text"), FEATURES.values(), ids=FEATURES)
def test_feature(body: str, text: str) -> None:
    assert read(packed(body), "x.odt").text == text


def rows(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for row in document.tables[0].rows]


def test_spanned_and_repeated_cells() -> None:
    body = (
        "<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>总</text:p></table:table-cell><table:covered-table-cell/>"
        "</table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-repeated='999999'/></table:table-row></table:table>"
    )
    found = rows(read(packed(body)))
    assert found[0] == ["总", ""]
    assert found[1][:2] == ["甲", ""]
    assert len(found[1]) <= 64


def test_hidden_text_stays_and_is_told() -> None:
    document = read(packed('<text:p>甲<text:span text:style-name="H">转载</text:span>乙</text:p>'))
    assert (document.text, document.notes) == ("甲转载乙", ("hidden_text: 2 characters: 转载",))


def test_hostile_packages() -> None:
    with pytest.raises(Encrypted):
        read(packed("<text:p>x</text:p>", manifest="<m><encryption-data/></m>"))
    with pytest.raises(ReadError, match="document type"):
        read(packed("<text:p>&a;</text:p>", prolog='<!DOCTYPE x [<!ENTITY a "aaaa">]>'))
    for element in ("text:section", "text:span"):
        with pytest.raises(ReadError):
            read(
                packed("<text:p>" + f"<{element}>" * 300 + "甲" + f"</{element}>" * 300 + "</text:p>")
                if "span" in element
                else packed(f"<{element}>" * 300 + f"</{element}>" * 300)
            )


def test_blanks_without_end() -> None:
    assert len(read(packed("<text:p>甲" + "<text:s text:c='999999'/>" * 50 + "乙</text:p>")).text) < 110_000
