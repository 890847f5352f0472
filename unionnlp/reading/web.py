"""Web pages: those that Word and WPS save, and those that are saved from a browser.

A block element is a line, white space is folded as a browser folds it, except that a line end beside a Chinese
character gives nothing instead of a blank.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from ..errors import ReadError
from ..records import Document
from .package import check_tags
from .text import check_readable, decode, encoding_notes
from .writer import MOST_COLUMNS, TextWriter, hidden_note

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_html", "read_mhtml"]

_DECLARED = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w-]{1,40})""", re.IGNORECASE)
_HEAD = 8192
"""Bytes in which the encoding must be declared; the standard says 1,024, Word writes more before it."""

_LEFT_OUT = frozenset(("head", "title", "script", "style", "noscript", "template", "iframe", "object", "select", "svg", "math", "rt", "rp", "del", "textarea"))
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav"),
        *("ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_MOST_ROWS = 1000
"""Rows that a cell may span."""

_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)


_PAGE_PART = re.compile(rb"^content-type:\s*text/html", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_MOST_HEADERS = 16_384


def read_mhtml(data: bytes, source: str) -> Document:
    """The page of a web archive (.mht), as Word, WPS and browsers save it; the pictures beside it are passed over.

    Raises:
        ReadError: no page in the archive.
        Undecodable: no encoding gives readable text.

    Complexity: O(n).
    Source: RFC 2557, RFC 2046.
    """
    from email.parser import BytesHeaderParser

    # A part may itself be a list of parts (the page with and without its markup): the page is found all the same, up to its own border.
    page = _PAGE_PART.search(data)
    body = _BLANK_LINE.search(data, page.end(), page.end() + _MOST_HEADERS) if page else None
    before = data.rfind(b"\n--", 0, page.start()) + 1 if page else 0
    if page is None or body is None or not before:
        raise ReadError(source, "no page in the web archive")
    border, _, lines = data[before : body.end()][-_MOST_HEADERS:].partition(b"\n")
    headers = BytesHeaderParser().parsebytes(lines)
    end = data.find(b"\n" + border.strip(), body.end())
    content = data[body.end() : end if end >= 0 else len(data)]
    match str(headers.get("Content-Transfer-Encoding", "")).strip().lower():
        case "quoted-printable":
            content = binascii.a2b_qp(content)
        case "base64":
            content = _base64(content)
    return read_html(content, source, headers.get_content_charset() or "")


def _base64(data: bytes) -> bytes:
    """The bytes of a part; what is left of one that was cut off."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def read_html(data: bytes, source: str, charset: str = "") -> Document:
    """A web page as a document.

    Args:
        data: the bytes of the page.
        source: its name.
        charset: the encoding that came with the page, if any; the page's own word comes first.

    Returns:
        The text, a line a block; every table with the offsets of its cells; notes about the encoding and hidden text.

    Raises:
        Undecodable: no encoding gives readable text.
        TooLarge: more elements than a report has.
        ReadError: no page at all, or elements nested beyond what the parser follows.

    Complexity: O(n).

    Example:
        >>> read_html("<p>会员<b>35</b>人</p><table><tr><td>甲<td>乙</table>".encode(), "x.htm").text
        '会员35人\\n甲\\t乙'
    """
    from lxml import etree

    check_tags(data, source, source)
    declared = _DECLARED.search(data[:_HEAD])
    decoded = decode(data, source, declared.group(1).decode("ascii") if declared else charset)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(decoded.text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(source, f"not a web page: {error}") from error
    if root is None:
        raise ReadError(source, "not a web page: it has no element")
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise ReadError(source, "elements are nested too deep")
    page = _Page()
    for event, element in (walk := etree.iterwalk(root, events=("start", "end"))):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if name in _LEFT_OUT:
                walk.skip_subtree()
            else:
                page.start(element, name)
        else:
            if name not in _LEFT_OUT:
                page.end(element, name)
            page.after(element)
    page.flush()
    document = page.writer.document(source, (*encoding_notes(decoded), *page.notes()))
    check_readable(document.text, source)
    return document


class _Rows:
    """Where the cells of one table come to stand: a cell that reaches down takes its column in the rows below."""

    __slots__ = ("column", "open", "own", "reaching", "row_open", "span")

    def __init__(self) -> None:
        self.reaching: dict[int, int] = {}  # column -> rows that are still taken
        self.column = 0
        self.own = 0  # cells that the row has itself
        self.row_open = False
        self.open: etree._Element | None = None  # the cell at hand
        self.span = 1


class _Page:
    """One walk over the page."""

    __slots__ = ("_fragments", "_hidden", "_hidden_depth", "_preserved", "_tables", "writer")

    def __init__(self) -> None:
        self.writer = TextWriter()
        self._fragments: list[str] = []  # the line at hand, white space not yet folded
        self._tables: list[_Rows] = []
        self._preserved = 0  # inside <pre>
        self._hidden_depth = 0
        self._hidden: list[str] = []

    def notes(self) -> tuple[str, ...]:
        """What the walk has seen beside the text."""
        return hidden_note("".join(self._hidden))

    def start(self, element: etree._Element, name: str) -> None:
        """An element begins."""
        if name in _BLOCKS:
            self.flush()
        if self._hidden_depth or "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
            self._hidden_depth += 1
        if name == "br":
            self.flush()
        elif name == "pre":
            self._preserved += 1
        elif name == "table":
            self.writer.open_table()
            self._tables.append(_Rows())
        elif name == "tr" and self._tables and self._tables[-1].open is None:
            self._open_row(self._tables[-1])
        elif name in ("td", "th") and self._tables and self._tables[-1].open is None:
            self._open_cell(self._tables[-1], element)
        self._text(element.text)

    def end(self, element: etree._Element, name: str) -> None:
        """An element is over."""
        if name in _BLOCKS:
            self.flush()
        if self._hidden_depth:
            self._hidden_depth -= 1
        if name == "pre":
            self._preserved -= 1
        elif name == "table":
            self._close_row(self._tables.pop())
            self.writer.close_table()
        elif self._tables and self._tables[-1].open is element:
            self.writer.close_cell(self._tables[-1].span)
            self._tables[-1].open = None

    def after(self, element: etree._Element) -> None:
        """The characters behind an element."""
        self._text(element.tail)

    def flush(self) -> None:
        """The line at hand is over."""
        line = "".join(self._fragments)
        self._fragments.clear()
        if not self._preserved:
            line = _BLANKS.sub(_fold, line).strip(" ")
        if line.strip():
            self.writer.line(line)

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._hidden_depth and text.strip():
            self._hidden.append(text.strip())
        if not self._preserved:
            self._fragments.append(text)
            return
        *lines, last = text.replace("\r\n", "\n").split("\n")
        for line in lines:
            self._fragments.append(line)
            self.flush()
        self._fragments.append(last)

    def _open_row(self, table: _Rows) -> None:
        self._close_row(table)
        self.writer.open_row()
        table.row_open = True
        table.column = table.own = 0

    def _open_cell(self, table: _Rows, element: etree._Element) -> None:
        if not table.row_open:
            self._open_row(table)
        while table.reaching.get(table.column):
            self._empty_cell(table, table.column)
        table.open = element
        table.own += 1
        table.span = _span(element.get("colspan"), MOST_COLUMNS)
        rows = _span(element.get("rowspan"), _MOST_ROWS)
        for column in range(table.column, min(table.column + table.span, MOST_COLUMNS)):
            table.reaching[column] = rows - 1
        table.column += table.span
        self.writer.open_cell()

    def _close_row(self, table: _Rows) -> None:
        """Fills the columns at the end of a row that cells from above take; a row without a cell of its own stays empty."""
        for column in sorted(column for column, rows in table.reaching.items() if rows and column >= table.column and table.row_open):
            if table.own:
                self._empty_cell(table, column)
            else:
                table.reaching[column] -= 1

    def _empty_cell(self, table: _Rows, column: int) -> None:
        table.reaching[column] -= 1
        table.column = column + 1
        self.writer.empty_cells()


def _fold(blanks: re.Match[str]) -> str:
    """One blank for white space, nothing for a line end beside a Chinese character: editors wrap the source of a page there."""
    around = blanks.string[max(0, blanks.start() - 1) : blanks.start()] + blanks.string[blanks.end() : blanks.end() + 1]
    return "" if ("\n" in blanks[0] or "\r" in blanks[0]) and _HAN.search(around) else " "


def _span(value: str | None, most: int) -> int:
    value = (value or "").strip()
    return max(1, min(int(value[:5]), most)) if value.isascii() and value.isdigit() else 1
