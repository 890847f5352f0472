"""The look of an official document (公文), after GB/T 9704-2012: page, fonts, headings, tables, page numbers, signature, annexes.

It knows nothing of reports; ``word.py`` says what stands in the document.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..display import printable, shorten

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import _Footer
    from docx.styles.style import ParagraphStyle, _TableStyle
    from docx.text.paragraph import Paragraph
    from lxml.etree import _Element

__all__ = ["Column", "OfficialDocument"]

# GB/T 9704-2012, 5.2.1: A4, 37 mm above and 28 mm left of the type area of 156 mm by 225 mm.
PAGE = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TYPE_AREA = PAGE[0] - LEFT - RIGHT
FOOTER = 22  # 7.5: the number stands 7 mm below the type area; its own line takes 6 mm more
BODY = 16.0  # points of 三号
SMALL = 10.5  # points of 五号, in tables
LINE = 28.0  # points from line to line: 22 lines a page

SONG, HEI, KAI, FANG, TITLE = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"
FALLBACKS = {TITLE: ("方正小标宋_GBK,华文中宋,宋体", "roman"), FANG: ("仿宋,华文仿宋", "modern"), KAI: ("楷体,华文楷体", "modern"), HEI: ("SimHei", "modern"), SONG: ("SimSun", "roman")}
"""The standard's fonts are not on every machine: the names to look for instead, and the family to fall back on."""

LEVELS = ("Heading 1", "Heading 2", "Heading 3", "Heading 4")
TOGETHER = 14  # rows of a table that stays on one page: half a page when each has two lines
KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer", "Title", "Body Text", *LEVELS}
RULED = "Three-Line Table"
THICK, THIN = 12, 6  # eighths of a point: 1.5 above and below the table, 0.75 below its heading
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, width in mm, and whether its cells are centred (figures, short words) or run from the left."""

    heading: str
    width: int
    centred: bool = False


class OfficialDocument:
    """A document that grows from the top down: title, headings, paragraphs, tables, then ``sign`` and annexes.

    Every text is shown as it is, on one line of text, with what XML cannot hold replaced; nothing in it is taken for markup.

    Args:
        title: of the document, also for its properties.
        unit: who issues it.
        date: when.
    """

    __slots__ = ("_counts", "_document", "_styles", "_tables")

    def __init__(self, title: str, unit: str, date: datetime.date) -> None:
        import docx

        self._document = docx.Document()
        self._counts = [0] * len(LEVELS)
        self._tables = 0
        _set_page(self._document)
        _set_styles(self._document)
        _name_fonts(self._document)
        self._styles = {style.name: style.style_id for style in self._document.styles}  # python-docx would look each up for 2 ms
        noon = datetime.datetime.combine(date, datetime.time(12))
        about = self._document.core_properties
        about.title, about.author, about.last_modified_by, about.comments, about.language = _line(title)[:255], _line(unit)[:255], "", "", "zh-CN"
        about.created = about.modified = noon
        self._add("Title", title)

    def address(self, name: str) -> None:
        """Whom it is sent to (主送机关), from the left margin."""
        self._add("Normal", f"{name}：")

    def heading(self, level: int, text: str) -> None:
        """A numbered heading: 一、 （一） 1. （1）; the count of a level starts anew under each heading above it."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (len(LEVELS) - level)
        self._add(LEVELS[level - 1], f"{_number(level, self._counts[level - 1])}{text}")

    def paragraph(self, text: str, *, label: str = "") -> None:
        """Body text, after a label in bold."""
        paragraph = self._add("Body Text", "")
        if label:
            paragraph.add_run(_line(label)).bold = True
        paragraph.add_run(_line(text))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, caption: str = "") -> None:
        """A three-line table (三线表) with a heading that repeats on every page; rows, and tables of few rows, are not torn apart.

        Args:
            caption: stands above it after the number of the table; none below the title of an annex, which says the same.

        Complexity: linear in the cells, some 0.4 ms each; the caller bounds the rows.
        """
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Mm

        cells = [[column.heading for column in columns], *rows]
        if caption:
            self._tables += 1
            self._add("Table Caption", f"表{self._tables}　{caption}")
        else:
            self._add("Table Gap", "")
        table = self._document.add_table(len(cells), len(columns), style=RULED)
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for column, made in zip(columns, table.columns, strict=True):
            made.width = Mm(column.width)
        for i, (row, line) in enumerate(zip(table.rows, cells, strict=True)):
            marks = row._tr.get_or_add_trPr()
            _child(marks, "w:cantSplit")
            if not i:
                _child(marks, "w:tblHeader")
            for column, cell, text in zip(columns, row.cells, line, strict=True):
                cell.width = Mm(column.width)
                paragraph = cell.paragraphs[0]
                paragraph._p.style = self._styles["Table Heading" if not i else "Table Centred" if column.centred else "Table Text"]
                paragraph.add_run(_line(text))
                if i + 1 < len(cells) <= TOGETHER:
                    paragraph.paragraph_format.keep_with_next = True
        self._add("Table Gap", "")  # two tables in a row would become one

    def sign(self, unit: str, date: datetime.date, annexes: Sequence[str], *, note: str = "") -> None:
        """What ends the main part: the list of annexes, the unit above the date, a note in brackets; 7.3.4 to 7.3.6 of the standard."""
        from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
        from docx.shared import Pt

        # The signature never stands on a page without words of the text.
        before = self._document.paragraphs[-1:]
        if annexes:
            before.append(self._add("Normal", ""))
        for i, annex in enumerate(annexes, 1):
            number = f"{i}. " if len(annexes) > 1 else ""
            paragraph = self._add("Normal", f"{'附件：' if i == 1 else ''}{number}{annex}")
            paragraph.paragraph_format.left_indent = Pt((2 if i == 1 else 5) * BODY)
            before.append(paragraph)
        for paragraph in before:
            paragraph.paragraph_format.keep_with_next = True
        written = f"{date.year}年{date.month}月{date.day}日"
        unit = _line(unit)
        # The date stands four characters from the right margin and the unit is centred over it, as under a seal.
        over = (_width(written) - _width(unit)) / 2
        for text, chars in (("", 0.0), (unit, 4 + over), (written, 4.0)):
            paragraph = self._add("Normal", text)
            paragraph.alignment = WD_PARAGRAPH_ALIGNMENT.RIGHT
            paragraph.paragraph_format.right_indent = Pt(max(0.0, chars) * BODY)
            paragraph.paragraph_format.keep_with_next = bool(note) or text != written
        if note:
            self._add("Body Text", f"（{note}）")

    def annex(self, title: str, number: str) -> None:
        """A page of its own for an annex, as 7.3.7 of the standard has it: 附件1 at the left, the title below."""
        paragraph = self._add("Annex", f"附件{number}")
        paragraph.paragraph_format.page_break_before = True
        self._add("Annex Title", title)

    def save(self, path: Path) -> None:
        """Write it.

        Raises:
            OSError: the file cannot be written.
        """
        self._document.save(str(path))

    def _add(self, style: str, text: str) -> Paragraph:
        paragraph = self._document.add_paragraph(_line(text))
        paragraph._p.style = self._styles[style]
        return paragraph


def _line(text: str) -> str:
    """Text as one line: a line break inside a quotation would tear the layout."""
    return shorten(printable(text), 10_000)


def _width(text: str) -> float:
    """Its width in full characters: what is not East Asian takes half the room."""
    return sum(1.0 if character > "\u2e7f" else 0.5 for character in text)


def _number(level: int, count: int) -> str:
    """The number of a heading, after 7.3.3 of the standard."""
    numeral = NUMERALS[count - 1] if level <= 2 and count <= len(NUMERALS) else str(count)
    return (f"{numeral}、", f"（{numeral}）", f"{count}. ", f"（{count}）")[level - 1]


# ------------------------------------------------------------------------------------------------------ page and styles


def _set_page(document: Document) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in PAGE)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (Mm(side) for side in (TOP, BOTTOM, LEFT, RIGHT))
    section.footer_distance = Mm(FOOTER)
    # 7.5: odd pages have their number at the right, even ones at the left, one character in.
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, right=True)
    _page_number(section.even_page_footer, right=False)


def _page_number(footer: _Footer, *, right: bool) -> None:
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
    from docx.shared import Pt

    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_PARAGRAPH_ALIGNMENT.RIGHT if right else WD_PARAGRAPH_ALIGNMENT.LEFT
    indent = "right_indent" if right else "left_indent"
    setattr(paragraph.paragraph_format, indent, Pt(14))
    paragraph.add_run("— ")
    field = _child(paragraph._p, "w:fldSimple", instr="PAGE")
    _child(_child(field, "w:r"), "w:t").text = "1"
    paragraph.add_run(" —")


def _set_styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    styles = document.styles
    for style in [style for style in styles if style.name not in KEPT]:  # 150 of the template that a person would have to scroll through
        style.delete()
    _set_language(document)
    _style(styles["Normal"], FANG, BODY, LINE)
    _style(styles["Body Text"], FANG, BODY, LINE, indent=2)
    _style(styles["Title"], TITLE, 22, 36, align="CENTER", before=LINE, after=LINE)
    for name, font, bold in zip(LEVELS, (HEI, KAI, FANG, FANG), (False, False, True, False), strict=True):
        _style(styles[name], font, BODY, LINE, indent=2, bold=bold, level=LEVELS.index(name) + 1)
    _style(styles["Footer"], SONG, 14, 18)
    for name in ("Table Text", "Table Centred", "Table Heading", "Table Caption", "Table Gap", "Annex", "Annex Title"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _style(styles["Table Text"], FANG, SMALL, 15, align="LEFT", before=2, after=2)
    _style(styles["Table Centred"], FANG, SMALL, 15, align="CENTER", before=2, after=2)
    _style(styles["Table Heading"], HEI, SMALL, 15, align="CENTER", before=2, after=2)
    _style(styles["Table Caption"], HEI, 12, 18, align="CENTER", before=6, after=3)
    styles["Table Caption"].paragraph_format.keep_with_next = True
    _style(styles["Table Gap"], FANG, 4, 6)
    _style(styles["Annex"], HEI, BODY, LINE)
    _style(styles["Annex Title"], TITLE, 22, 36, align="CENTER", before=LINE / 2, after=LINE / 2)
    _rule_tables(styles.add_style(RULED, WD_STYLE_TYPE.TABLE))


def _rule_tables(style: _TableStyle) -> None:
    """Three lines: above, below, and under the heading."""
    style.base_style = None
    table = _child(style.element, "w:tblPr")
    borders = _child(table, "w:tblBorders")
    for side in ("top", "bottom"):
        _child(borders, f"w:{side}", val="single", sz=str(THICK), space="0", color="auto")
    margins = _child(table, "w:tblCellMar")
    for side in ("left", "right"):
        _child(margins, f"w:{side}", w="85", type="dxa")  # 1.5 mm
    heading = _child(style.element, "w:tblStylePr", type="firstRow")
    _child(_child(_child(heading, "w:tcPr"), "w:tcBorders"), "w:bottom", val="single", sz=str(THIN), space="0", color="auto")


def _style(
    style: ParagraphStyle, font: str, size: float, line: float, *, indent: int = 0, align: str = "JUSTIFY", bold: bool = False, level: int = 0, before: float = 0, after: float = 0
) -> None:
    """Define a style anew: the template's own colours, borders and theme fonts are dropped."""
    from docx.enum.text import WD_LINE_SPACING, WD_PARAGRAPH_ALIGNMENT
    from docx.shared import Pt

    for name in ("w:pPr", "w:rPr", "w:link"):
        _drop(style.element, name)
    form = style.paragraph_format
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing, form.space_before, form.space_after = Pt(line), Pt(before), Pt(after)
    form.alignment = WD_PARAGRAPH_ALIGNMENT[align]
    form.keep_with_next = bool(level)
    form.widow_control = False  # 5.2.3: every page has its 22 lines
    if indent:
        form.first_line_indent = Pt(indent * size)
        # Word measures an indent in characters too, which stays two characters when the size is changed.
        style.element.pPr.ind.set(_name("w:firstLineChars"), str(100 * indent))
    if level:
        _child(style.element.pPr, "w:outlineLvl", val=str(level - 1))
    style.font.size, style.font.bold = Pt(size), bold
    # One font for every character: in a Latin one Chinese quotation marks would shrink to half a character.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for use in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(_name(f"w:{use}"), font)
    fonts.set(_name("w:hint"), "eastAsia")


def _set_language(document: Document) -> None:
    """Chinese as the language of East Asian text: it decides where lines break and which form of a character is shown."""
    for language in document.styles.element.iter(_name("w:lang")):
        language.set(_name("w:eastAsia"), "zh-CN")
    for language in document.settings.element.iter(_name("w:themeFontLang")):
        language.set(_name("w:eastAsia"), "zh-CN")


def _name_fonts(document: Document) -> None:
    """The table of fonts, with what to use in place of one that is missing."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import OxmlElement
    from lxml import etree

    fonts = OxmlElement("w:fonts")
    for name, (others, family) in FALLBACKS.items():
        font = _child(fonts, "w:font", name=name)
        _child(font, "w:altName", val=others)
        _child(font, "w:charset", val="86")
        _child(font, "w:family", val=family)
        _child(font, "w:pitch", val="variable")
    part = document.part
    old = next(key for key, relation in part.rels.items() if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
    part.rels.pop(old)
    blob = etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True)
    part.relate_to(Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, blob, part.package), RELATIONSHIP_TYPE.FONT_TABLE)


# ------------------------------------------------------------------------------------------------------------- elements


def _name(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


def _child(parent: _Element, tag: str, **attributes: str) -> Any:
    """A new last child, its attributes in the namespace of Word."""
    from docx.oxml import OxmlElement

    child = OxmlElement(tag)
    for attribute, value in attributes.items():
        child.set(_name(f"w:{attribute}"), value)
    parent.append(child)
    return child


def _drop(parent: _Element, name: str) -> None:
    for child in parent.findall(_name(name)):
        parent.remove(child)
