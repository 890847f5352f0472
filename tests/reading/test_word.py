"""Word files: the words a person sees, once each, with list numbers and the places of tables."""

import io
import zipfile
from collections.abc import Mapping

import docx
import pytest

from unionnlp.display import shorten
from unionnlp.errors import Encrypted, ReadError, TooLarge, Undecodable, UnionNLPError
from unionnlp.lexicon import load_table
from unionnlp.reading import package
from unionnlp.reading.counting import format_number
from unionnlp.reading.read import read
from unionnlp.records import Document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="r{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{0}" Target="{1}"/>'


def packed(body: str, numbering: str = "", styles: str = "", prolog: str = "", extra: Mapping[str, bytes] | None = None) -> bytes:
    """A .docx file with this body."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", RELATIONS.format(RELATION.format("officeDocument", "word/document.xml")))
        archive.writestr("word/document.xml", f"{prolog}<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/_rels/document.xml.rels", RELATIONS.format(RELATION.format("numbering", "numbering.xml") + RELATION.format("styles", "/word/styles.xml")))
        if numbering:
            archive.writestr("word/numbering.xml", f"<w:numbering {SPACES}>{numbering}</w:numbering>")
        if styles:
            archive.writestr("word/styles.xml", f"<w:styles {SPACES}>{styles}</w:styles>")
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


def p(inside: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inside}</w:p>"


BOX = f"<w:txbxContent>{p(run('框内'))}</w:txbxContent>"
CONTROL = f"<w:sdt><w:sdtContent>{run('乙')}</w:sdtContent></w:sdt>"

FEATURES = {
    "runs join": (p(run("走访") + run("慰问")), "走访慰问"),
    "paragraphs are lines, empty ones too": (p(run("甲")) + p("") + p(run("乙")), "甲\n\n乙"),
    "tabs and line breaks": (p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/></w:r>"), "甲\t乙\n丙-"),
    "a tab stop is no tab": (p(run("甲"), '<w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>'), "甲"),
    "an insertion stays": (p(run("慰问") + f"<w:ins>{run('困难')}</w:ins>" + run("职工")), "慰问困难职工"),
    "a deletion goes": (p(run("慰问") + "<w:del><w:r><w:delText>困难</w:delText><w:t>旧</w:t></w:r></w:del>" + run("职工")), "慰问职工"),
    "moved text stands where it went": (p(f"<w:moveFrom>{run('甲')}</w:moveFrom>" + run("乙") + f"<w:moveTo>{run('甲')}</w:moveTo>"), "乙甲"),
    "a deleted paragraph end joins": (p(run("加强"), "<w:rPr><w:del/></w:rPr>") + p(run("建设")), "加强建设"),
    "a deleted end of the last paragraph": (p(run("加强"), "<w:rPr><w:del/></w:rPr>"), "加强"),
    "a wholly deleted paragraph": (p("<w:del><w:r><w:delText>甲</w:delText></w:r></w:del>", "<w:rPr><w:del/></w:rPr>") + p(run("乙")), "乙"),
    "content controls": ("<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>" + p(run("甲") + CONTROL) + "</w:sdtContent></w:sdt>", "甲乙"),
    "links and fields": (p(f"<w:hyperlink>{run('链接')}</w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r><w:fldSimple>{run('3')}</w:fldSimple>"), "链接3"),
    "formulas": (p("<m:oMath><m:r><m:t>97%</m:t></m:r></m:oMath>"), "97%"),
    "phonetic guides": (p("<w:r><w:ruby><w:rt><w:r><w:t>gong</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>工</w:t></w:r></w:rubyBase></w:ruby></w:r>"), "工"),
    "symbols": (p('<w:r><w:sym w:font="宋体" w:char="2460"/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:char="x"/></w:r>'), "①"),
    "a text box of old programs": (p(run("前") + f"<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r>" + run("后")), "前后\n框内"),
    "a text box in two versions counts once": (
        p(
            f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>" + run("段")
        ),
        "段\n框内",
    ),
    "two text boxes keep their order": (p(f"<w:r>{BOX}</w:r><w:r>{BOX.replace('框内', '第二')}</w:r>" + run("段")) + p(run("尾")), "段\n框内\n第二\n尾"),
    "a text box inside a text box": (p(f"<w:r><w:txbxContent>{p(run('外') + f'<w:r>{BOX}</w:r>')}</w:txbxContent></w:r>" + run("段")), "段\n外\n框内"),
    "comments and instructions": (p("<!-- no --><?no no?>" + run("甲<!-- no -->乙")), "甲乙"),
}


def with_parts(body: str, **parts: str) -> bytes:
    """A .docx file with notes and headers: the kind of each part and its content."""
    relations = "".join(RELATION.format(kind, f"{kind}.xml") for kind in parts)
    data = packed(body, extra={f"word/{kind}.xml": f"<w:x {SPACES}>{content}</w:x>".encode() for kind, content in parts.items()})
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, RELATIONS.format(relations) if info.filename == "word/_rels/document.xml.rels" else old.read(info))
    return buffer.getvalue()


def note(number: int, *paragraphs: str, kind: str = "footnote") -> str:
    return f'<w:{kind} w:id="{number}">{"".join(p(run(words)) for words in paragraphs)}</w:{kind}>'


def mark(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def test_notes_follow_their_paragraph_once_each() -> None:
    body = p(run("甲") + mark(2) + run("乙") + mark(3)) + p(run("丙") + mark(2)) + p(run("丁") + mark(1, "endnote")) + p(f"<w:del>{mark(4)}</w:del>" + run("戊"))
    notes = note(0, "分隔") + note(2, " 注一", "续") + note(3, "注二") + note(4, "已删")
    document = read(with_parts(body, footnotes=notes, endnotes=note(1, "尾注", kind="endnote")))
    assert document.text == "甲乙\n注一\n续\n注二\n丙\n丁\n尾注\n戊"


def test_headers_and_footers_of_pages_are_told() -> None:
    document = read(with_parts(p(run("甲")), header=p(run("某县总工会") + run("文件")), footer=p(run("第1页"))))
    assert (document.text, document.notes) == ("甲", ("page_header: 某县总工会文件", "page_footer: 第1页"))


@pytest.mark.parametrize(("body", "text"), FEATURES.values(), ids=FEATURES)
def test_feature(body: str, text: str) -> None:
    assert read(packed(body)).text == text


def test_strict_files_read_the_same() -> None:
    body = p(run("慰问") + "<w:del><w:r><w:t>旧</w:t></w:r></w:del>") + table([["甲", "乙"]])
    assert read(packed(body.replace(W, STRICT))) == read(packed(body))


def test_hidden_text_stays_and_is_told() -> None:
    document = read(packed(p(run("走访") + run("文章来源于网络", "<w:rPr><w:vanish/></w:rPr>") + run("慰问", '<w:rPr><w:vanish w:val="0"/></w:rPr>'))))
    assert document.text == "走访文章来源于网络慰问"
    assert document.notes == ("hidden_text: 7 characters: 文章来源于网络",)
    assert shorten("文章来源于网络", 20) in document.notes[0]


# ------------------------------------------------------------------------------------------------------------- tables


def cell(inside: str, properties: str = "") -> str:
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{inside}</w:tc>"


def table(rows: list[list[str]]) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{''.join(cell(p(run(c)) if c else p('')) for c in row)}</w:tr>" for row in rows) + "</w:tbl>"


def check_cells(document: Document) -> None:
    for found in document.tables:
        cells = [c for row in found.rows for c in row]
        assert [found.start, found.end] == [cells[0].start, cells[-1].end]
        for c in cells:
            assert document.text[c.start : c.end] == c.text


def rows_of(document: Document, index: int = 0) -> list[list[str]]:
    return [[c.text for c in row] for row in document.tables[index].rows]


def test_a_table_stands_where_it_stood() -> None:
    document = read(packed(p(run("前")) + table([["单位", "人数"], ["一公司", ""], ["合计", "35"]]) + p(run("后"))))
    assert document.text == "前\n单位\t人数\n一公司\t\n合计\t35\n后"
    assert rows_of(document) == [["单位", "人数"], ["一公司", ""], ["合计", "35"]]
    check_cells(document)


def test_a_table_in_a_table() -> None:
    inner = table([["甲", "1"], ["乙", "2"]])
    body = "<w:tbl><w:tr>" + cell(p(run("外"))) + cell(p(run("前")) + inner + p("")) + cell(p(run("末"))) + "</w:tr></w:tbl>" + p(run("后"))
    document = read(packed(body))
    assert document.text == "外\t前\n甲\t1\n乙\t2\t末\n后"
    assert rows_of(document) == [["外", "前\n甲\t1\n乙\t2", "末"]]
    assert rows_of(document, 1) == [["甲", "1"], ["乙", "2"]]
    check_cells(document)


def test_spans_rows_and_cells_that_are_wrapped_or_deleted() -> None:
    two, many, before = '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="999999999"/>', '<w:gridBefore w:val="1"/>'
    body = (
        "<w:tbl>"
        f"<w:tr>{cell(p(run('总')), two)}{cell(p(run('丙')))}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr><w:sdt><w:sdtContent>{cell(p(run('甲')))}</w:sdtContent></w:sdt>{cell(p(run('一')) + p(run('二')))}{cell(p(''))}</w:tr></w:sdtContent></w:sdt>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell(p(run('删')))}</w:tr>"
        f"<w:tr><w:trPr>{before}</w:trPr>{cell(p(run('乙')))}{cell(p(run('旧')), '<w:cellDel/>')}{cell(p(run('丁')), many)}</w:tr>"
        "</w:tbl>"
    )
    document = read(packed(body))
    first, second, third = rows_of(document)
    assert [first, second, third[:3]] == [["总", "", "丙"], ["甲", "一\n二", ""], ["", "乙", "丁"]]
    assert len(third) == 2 + 63, "a hostile span is cut"
    check_cells(document)


# ------------------------------------------------------------------------------------------------------- list numbers


def level(at: int, style: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def item(text: str, list_id: int = 1, at: int = 0) -> str:
    return p(run(text), f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{list_id}"/></w:numPr>')


def abstract(*levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'


ABSTRACT = abstract(level(0, "chineseCountingThousand", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%3."), level(3, "decimal", "%1.%4", "<w:isLgl/>"))
NUM = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'


def test_list_numbers_are_headings() -> None:
    body = item("组织建设") + item("建会", at=1) + item("入会", at=1) + item("甲", at=2) + item("帮扶") + item("慰问", at=1) + item("乙", at=3) + item("无", list_id=0)
    assert read(packed(body, ABSTRACT + NUM)).text.split("\n") == ["一、组织建设", "（一）建会", "（二）入会", "1. 甲", "二、帮扶", "（一）慰问", "2.1 乙", "无"]


def test_lists_of_one_kind_count_on_and_may_start_anew() -> None:
    numbering = ABSTRACT + NUM + '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
    numbering += '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    body = item("甲") + item("乙", 2) + item("丙", 3) + item("丁", 3)
    assert read(packed(body, numbering)).text == "一、甲\n二、乙\n五、丙\n六、丁"


def test_styles_bring_numbers() -> None:
    numbering = abstract(level(0, "upperRoman", "%1."), level(1, "decimal", "第%2条", '<w:pStyle w:val="B"/>')) + NUM
    styles = (
        '<w:style w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="B"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="C"><w:basedOn w:val="A"/></w:style>'
        '<w:style w:styleId="X"><w:basedOn w:val="Y"/></w:style><w:style w:styleId="Y"><w:basedOn w:val="X"/></w:style>'
    )
    body = "".join(p(run("文"), f'<w:pStyle w:val="{style}"/>') for style in "ABCXZ") + p(run("文"), '<w:pStyle w:val="A"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert read(packed(body, numbering, styles)).text == "I. 文\n第1条文\nII. 文\n文\n文\n文"


def test_bullets_and_unknown_lists_give_nothing() -> None:
    numbering = abstract(level(0, "bullet", chr(0xF06C))) + NUM
    assert read(packed(item("甲") + item("乙", 9), numbering)).text == "甲\n乙"


def test_a_long_label_does_not_multiply_the_document() -> None:
    numbering = abstract(level(0, "lowerLetter", "长" * 100_000 + "%1").replace('"1"/>', '"999999"/>', 1)) + NUM
    assert len(read(packed(item("甲工会") * 50, numbering)).text) < 5000


@pytest.mark.parametrize("row", load_table("list_numerals", ("format", "system", "digits", "units", "example", "source")), ids=lambda row: row["format"])
def test_the_twelfth_number_of_each_format(row: Mapping[str, str]) -> None:
    assert format_number(12, row["format"]) == row["example"]
    assert format_number(10**6, row["format"]), "out of reach is written all the same"


NUMBERS = [
    *((1, "chineseCounting", "一"), (10, "chineseCounting", "十"), (11, "japaneseCounting", "十一"), (20, "chineseCountingThousand", "二十"), (21, "chineseCounting", "二十一")),
    *((101, "chineseCountingThousand", "一百〇一"), (110, "chineseCountingThousand", "一百一十"), (1001, "chineseCountingThousand", "一千〇一"), (0, "chineseCounting", "〇")),
    *((10, "chineseLegalSimplified", "壹拾"), (9, "decimalZero", "09"), (1994, "upperRoman", "MCMXCIV"), (4000, "upperRoman", "4000"), (28, "lowerLetter", "bb"), (3, "", "3")),
]


@pytest.mark.parametrize(("number", "style", "written"), NUMBERS)
def test_numbers_as_word_writes_them(number: int, style: str, written: str) -> None:
    assert format_number(number, style) == written


# ------------------------------------------------------------------------------------------------------ hostile files


def test_a_declared_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_UNPACKED", 100_000)
    with pytest.raises(TooLarge, match="declares"):
        read(packed(p(run("工会" * 100_000))), "bomb.docx")


def test_a_bomb_that_lies_costs_what_it_declares() -> None:
    """The sizes in the directory say 1,000 bytes; unpacking stops there."""
    honest = packed(p(run("工" * 20_000_000)))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        info = archive.getinfo("word/document.xml")
    declared = info.file_size.to_bytes(4, "little")
    assert honest.count(declared) >= 2
    with pytest.raises(ReadError, match="broken zip"):
        read(honest.replace(declared, (1000).to_bytes(4, "little")), "bomb.docx")


def test_more_tags_than_any_report_has() -> None:
    for data in (packed("<w:p/>" * 4_000_001), b"<html>" + b"<a>" * 4_000_001):
        with pytest.raises(TooLarge, match="tags"):
            read(data, "x")


def test_spans_do_not_multiply_a_document() -> None:
    rows = 2000
    body = "<w:tbl>" + ("<w:tr>" + cell(p(run("总")), '<w:gridSpan w:val="60"/>') + "</w:tr>") * rows + "</w:tbl>"
    document = read(packed(body))
    assert [row[0].text for row in document.tables[0].rows] == ["总"] * rows
    assert sum(len(row) for row in document.tables[0].rows) < 60_000
    check_cells(document)


def test_more_members_than_any_office_file_has() -> None:
    with pytest.raises(TooLarge, match="members"):
        package.Package(b"PK\x01\x02" * 30_000, "x.docx")


ENTITY = '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x {}>]>'


@pytest.mark.parametrize("entity", ['SYSTEM "file:///etc/hostname"', '"工会"', 'SYSTEM "http://localhost:9/x"'])
def test_entities_are_refused(entity: str) -> None:
    with pytest.raises(ReadError, match="document type"):
        read(packed(p(run("甲&x;乙")), prolog=ENTITY.format(entity)), "x.docx")


def test_a_password_is_named() -> None:
    data = bytearray(packed(p(run("工会"))))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    with pytest.raises(Encrypted):
        read(bytes(data), "x.docx")


def test_deep_nesting_is_an_error_or_fine() -> None:
    for wrapper in ("sdt", "ins", "txbxContent"):
        body = f"<w:{wrapper}>" * 200 + p(run("底")) + f"</w:{wrapper}>" * 200
        with pytest.raises(ReadError, match="nested"):
            read(packed(body), "x.docx")
    tables = "<w:tbl><w:tr><w:tc>" * 60 + p(run("底")) + "</w:tc></w:tr></w:tbl>" * 60
    document = read(packed(tables))
    assert document.text == "底"
    assert len(document.tables) == 8
    with pytest.raises(ReadError):
        read(packed("<w:ins>" * 5000 + "</w:ins>" * 5000), "x.docx")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_named_so(share: float) -> None:
    data = packed(p("".join(run(f"工会第{i}届") for i in range(3000))))
    with pytest.raises(ReadError, match="truncated or broken zip"):
        read(data[: int(len(data) * share)], "x.docx")


def test_a_package_without_its_main_part() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/other.xml", "<x/>")
    with pytest.raises(ReadError, match="no part"):
        read(buffer.getvalue(), "x.docx")


def test_mojibake_in_a_word_file_is_a_failure() -> None:
    with pytest.raises(Undecodable):
        read(packed(p(run("走访慰问困难职工家庭，签订集体合同".encode().decode("gb18030", "ignore")))), "x.docx")


def test_files_of_python_docx_read_whole() -> None:
    made = docx.Document()
    made.add_heading("工会工作总结", 0)
    made.add_paragraph("一、组织建设")
    made.add_paragraph("建会", style="List Number")
    made.add_paragraph("入会", style="List Number")
    grid = made.add_table(2, 2)
    for at, words in enumerate(("会员", "人数", "一公司", "35")):
        grid.cell(at // 2, at % 2).text = words
    buffer = io.BytesIO()
    made.save(buffer)
    document = read(buffer.getvalue())
    assert document.text == "工会工作总结\n一、组织建设\n1. 建会\n2. 入会\n会员\t人数\n一公司\t35"
    check_cells(document)


def test_errors_are_of_one_tree() -> None:
    with pytest.raises(UnionNLPError):
        read(packed("<w:p>"), "x.docx")
