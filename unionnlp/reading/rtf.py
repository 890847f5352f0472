"""Rich Text (.rtf): groups, control words and text in 8-bit characters, \\\\u for those that have none.

Kept: paragraphs with the numbers of lists, which RTF writes out, tables, notes and text boxes after the paragraph that
holds them. Left out: deletions, instructions of fields, pictures, comments. Source: Rich Text Format specification 1.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..errors import ReadError, TooLarge
from ..records import Document
from .flow import Flow
from .rtf_words import ASIDE, CHARACTERS, CHARSETS, PAGES, SIGNS, SKIPPED, STARRED
from .text import check_readable
from .writer import TextWriter, furniture_notes, hidden_note

__all__ = ["read_rtf"]

_BYTE = rb"\\'[0-9A-Fa-f]{2}"
_TOKENS = re.compile(
    rb"((?:\\u-?\d{1,6} ?(?:\?|" + _BYTE + rb")){2,})"  # running text: characters by number, each with one that stands in for it
    rb"|((?:" + _BYTE + rb")+)"
    rb"|\\(?:([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|(.))|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_NUMBERED = re.compile(rb"\\u(-?\d+) ?(\?|" + _BYTE + rb")")

_SURROGATES = re.compile("[\ud800-\udfff]")

_MOST_MARKS = 1_000_000
"""Backslashes and braces; 46,000 characters with all that LibreOffice says about them have 150,000."""

_DEEPEST = 1000
"""Groups within groups; real files stay under 50."""

_MOST_ASIDE = 20
"""Notes within notes."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    skipped: bool = False
    deleted: bool = False
    hidden: bool = False
    fonts: bool = False  # inside the table of fonts
    label: bool = False  # inside the number of a list
    inner: bool = False  # inside the properties of a row of a table in a cell
    font: int = -1
    after_unicode: int = 1  # characters that stand in for one that is given by its number
    streams: int = 1  # streams that were open when the group began


@dataclass(slots=True)
class _Stream:
    """A flow and the paragraph at hand: one for the body, one for each note while it is open."""

    kind: str
    flow: Flow = field(default_factory=Flow)
    parts: list[str] = field(default_factory=list)
    notes: list[Flow] = field(default_factory=list)  # to stand behind the paragraph
    in_table: bool = False
    depth: int = 0
    edges: list[int] = field(default_factory=lambda: [0])  # of the cells of the row, the left one first
    inner_edges: list[int] = field(default_factory=lambda: [0])  # the same for a table in a cell


def read_rtf(data: bytes, source: str) -> Document:
    """An .rtf file as a document.

    Args:
        data: the bytes of the file.
        source: its name.

    Returns:
        The text, a line a paragraph; tables with the offsets of their cells; notes about hidden text and the headers and
        footers of pages.

    Raises:
        ReadError: groups nested beyond reason.
        TooLarge: more control words than any report has.
        Undecodable: the text is mojibake.

    Complexity: O(n).

    Example:
        >>> read_rtf(rb"{\\rtf1\\ansi\\ansicpg936 \\'b9\\'a4\\'bb\\'e1\\par \\u24635?\\u32467?}", "x.rtf").text
        '工会\\n总结'
    """
    if data.count(b"\\") + data.count(b"{") > _MOST_MARKS:
        raise TooLarge(source, f"the document has more than {_MOST_MARKS} control words and groups")
    reader = _Reader(source)
    at = 0
    while at >= 0:
        at = reader.tokens(data, at)
    document = reader.document()
    check_readable(document.text, source)
    return document


class _Reader:
    """One pass over the tokens."""

    __slots__ = (
        "_actions",
        "_bytes",
        "_charsets",
        "_codec",
        "_default_font",
        "_furniture",
        "_hidden",
        "_skip",
        "_source",
        "_stack",
        "_starred",
        "_state",
        "_streams",
    )

    def __init__(self, source: str) -> None:
        self._source = source
        self._state = _State()
        self._stack: list[_State] = []
        self._streams = [_Stream("body")]
        self._bytes = bytearray()  # text in the encoding of the font at hand
        self._codec = "cp1252"
        self._default_font = -1
        self._charsets: dict[int, str] = {}  # font -> its encoding
        self._skip = 0  # characters to pass over
        self._starred = False
        self._hidden: list[str] = []
        self._furniture: dict[str, list[str]] = {"header": [], "footer": []}
        self._actions: dict[str, Callable[[int | None], None]] = {
            "par": lambda _: self._paragraph(),
            "sect": lambda _: self._paragraph(),
            "cell": lambda _: self._cell(1),
            "nestcell": lambda _: self._cell(self._stream.depth),
            "row": lambda _: self._row(1, self._stream.edges),
            "nestrow": lambda _: self._row(self._stream.depth, self._stream.inner_edges),
            "trowd": lambda _: self._edges().__setitem__(slice(None), [0]),
            "cellx": lambda value: self._edges().append(value or 0),
            "trleft": lambda value: self._edges().__setitem__(0, value or 0),
            "intbl": lambda _: setattr(self._stream, "in_table", True),
            "itap": lambda value: setattr(self._stream, "depth", max(0, min(value or 0, 8))),
            "pard": lambda _: self._plain_paragraph(),
        }

    @property
    def _stream(self) -> _Stream:
        return self._streams[-1]

    def tokens(self, data: bytes, start: int) -> int:
        """Reads on from ``start``; gives the place behind raw bytes where to go on, -1 at the end."""
        for token in _TOKENS.finditer(data, start):
            if token[3] == b"bin":
                return token.end() + max(0, int(token[4] or 0))
            self._token(token)
        return -1

    def _token(self, token: re.Match[bytes]) -> None:
        numbered, encoded, word, number, sign, brace, text = token.groups()
        if text is not None:
            self._text(text)
        elif numbered is not None:
            self._numbered(numbered)
        elif encoded is not None:
            self._text(bytes.fromhex(encoded.replace(b"\\'", b"").decode()))
        elif word is not None:
            self._word(word.decode(), int(number) if number else None)
        elif brace == b"{":
            self._open()
        elif brace == b"}":
            self._close()
        elif sign == b"*":
            self._starred = True
        elif sign is not None:
            self._sign(sign.decode("latin-1"))

    def document(self) -> Document:
        """What the pass has found."""
        while len(self._streams) > 1:
            self._end_aside()
        self._flush()
        if self._stream.parts or self._stream.notes:
            self._paragraph()
        writer = TextWriter()
        self._stream.flow.write(writer)
        return writer.document(self._source, (*hidden_note("".join(self._hidden)), *furniture_notes(*self._furniture.values())))

    # ------------------------------------------------------------------------------------------------- groups and words

    def _open(self) -> None:
        self._flush()
        self._skip = 0
        self._stack.append(self._state)
        if len(self._stack) > _DEEPEST:
            raise ReadError(self._source, f"groups are nested more than {_DEEPEST} deep")

    def _close(self) -> None:
        self._flush()
        self._skip = 0
        self._starred = False
        if not self._stack:
            return
        before = self._stack.pop()
        while len(self._streams) > before.streams:
            self._end_aside()
        if self._state.label and not before.label:
            self._end_label()
        self._state = before

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if self._state.skipped or word in SKIPPED or (starred and word not in STARRED):
            self._flush()
            self._state = replace(self._state, skipped=True)
            return
        if word == "u":
            self._unicode(number or 0)
            return
        self._flush()
        if word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif word in ASIDE:
            if len(self._streams) > _MOST_ASIDE:
                raise ReadError(self._source, f"notes are nested more than {_MOST_ASIDE} deep")
            self._streams.append(_Stream(ASIDE[word]))
            self._state = replace(self._state, streams=len(self._streams))
        elif word in self._actions:
            if not (self._state.deleted and word in ("par", "sect")):  # a deleted end joins the next paragraph
                self._actions[word](number)
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        on = number != 0
        match word:
            case "v":
                self._state = replace(self._state, hidden=on)
            case "deleted":
                self._state = replace(self._state, deleted=on)
            case "plain":
                self._state = replace(self._state, hidden=False, deleted=False, font=-1)
            case "f":
                self._state = replace(self._state, font=number or 0)
            case "uc":
                self._state = replace(self._state, after_unicode=max(0, min(number or 0, 10)))
            case "fonttbl":
                self._state = replace(self._state, fonts=True)
            case "listtext" | "pntext":
                self._state = replace(self._state, label=True)
                self._stream.parts.append("\0")  # where the number begins
            case "fcharset" if self._state.fonts and number in CHARSETS:
                self._charsets[self._state.font] = CHARSETS[number]
            case "ansicpg":
                self._codec = PAGES.get(number or 0, "cp1252")
            case "nesttableprops":
                self._state = replace(self._state, inner=True)
            case "deff":
                self._default_font = number or 0

    def _sign(self, sign: str) -> None:
        if sign in "\r\n":
            self._flush()
            if not self._state.skipped:
                self._paragraph()
        elif sign in SIGNS:
            self._flush()
            self._put(SIGNS[sign])

    # ------------------------------------------------------------------------------------------------- text

    def _text(self, text: bytes) -> None:
        if self._skip:
            passed = min(self._skip, len(text))
            self._skip -= passed
            text = text[passed:]
        if not (self._state.skipped or self._state.fonts):
            self._bytes += text

    def _numbered(self, run: bytes) -> None:
        if self._state.skipped:
            return
        if self._state.after_unicode == 1 and not self._skip:
            self._flush()
            self._put("".join([chr(int(number) & 0xFFFF) for number, _ in _NUMBERED.findall(run)]))
            return
        for number, stand_in in _NUMBERED.findall(run):
            self._unicode(int(number))
            self._text(b"?" if stand_in == b"?" else bytes.fromhex(stand_in[2:].decode()))

    def _unicode(self, number: int) -> None:
        if self._bytes:
            self._flush()
        self._put(chr(number & 0xFFFF))
        self._skip = self._state.after_unicode

    def _flush(self) -> None:
        """The bytes so far, in the encoding of their font."""
        if self._bytes:
            codec = self._charsets.get(self._state.font if self._state.font >= 0 else self._default_font, self._codec)
            text = self._bytes.decode(codec, "replace")
            self._bytes.clear()
            self._put(text)

    def _put(self, text: str) -> None:
        if self._state.skipped or self._state.fonts or self._state.deleted:
            return
        if self._state.hidden and text.strip():
            self._hidden.append(text.strip())
        self._stream.parts.append(text)

    def _taken(self) -> str:
        """The paragraph at hand, which is over."""
        text = "".join(self._stream.parts).replace("\0", "")
        self._stream.parts.clear()
        if _SURROGATES.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    def _end_label(self) -> None:
        """The number of a list as every reader writes it: no tab, a blank after signs that carry no space of their own."""
        parts = self._stream.parts
        begin = len(parts) - 1 - parts[::-1].index("\0") if "\0" in parts else len(parts)
        label = "".join(parts[begin:]).strip("\0 \t\xa0")
        del parts[begin:]
        if label and any(c.isalnum() for c in label):  # others are bullets
            parts.append(label + " " if label[-1].isascii() else label)

    # ------------------------------------------------------------------------------------------------- paragraphs and tables

    def _depth(self) -> int:
        return max(self._stream.depth, 1) if self._stream.in_table else 0

    def _paragraph(self) -> None:
        self._add(self._taken(), self._depth())

    def _add(self, text: str, depth: int) -> None:
        stream = self._stream
        if len(self._streams) > 1:
            text = text.lstrip()
        stream.flow.paragraph(text, depth)
        for note in stream.notes:
            for line in note.lines():
                stream.flow.paragraph(line, depth)
        stream.notes.clear()

    def _cell(self, depth: int) -> None:
        depth = max(depth, 1)
        text = self._taken()
        if text or self._stream.notes:
            self._add(text, depth)
        self._stream.flow.end_cell(depth)

    def _row(self, depth: int, edges: list[int]) -> None:
        self._stream.parts.clear()
        self._stream.flow.end_row(max(depth, 1), edges)

    def _edges(self) -> list[int]:
        return self._stream.inner_edges if self._state.inner else self._stream.edges

    def _plain_paragraph(self) -> None:
        self._stream.in_table = False
        self._stream.depth = 0

    def _end_aside(self) -> None:
        stream = self._stream
        self._flush()
        if stream.parts:
            self._paragraph()
        self._streams.pop()
        if stream.kind == "note":
            self._stream.notes.append(stream.flow)
        else:
            self._furniture[stream.kind] += [" ".join(stream.flow.lines())]
