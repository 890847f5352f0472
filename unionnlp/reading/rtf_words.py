"""The control words of Rich Text that a reader of text must know. Source: Rich Text Format specification 1.9.1."""

from __future__ import annotations

__all__ = ["ASIDE", "CHARACTERS", "CHARSETS", "PAGES", "SIGNS", "SKIPPED", "STARRED"]

CHARACTERS = {
    "tab": "\t",
    **dict.fromkeys(("line", "page", "column"), "\n"),
    **dict(zip(("lquote", "rquote", "ldblquote", "rdblquote", "emdash", "endash", "bullet"), "‘’“”—–•", strict=True)),
    **dict(zip(("emspace", "enspace", "qmspace"), "\u2003\u2002\u2005", strict=True)),
}
SIGNS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}

SKIPPED = frozenset(
    (
        *("colortbl", "stylesheet", "info", "pict", "objdata", "fldinst", "annotation", "atnid", "atnauthor", "atntime", "atnref", "atnicn", "xe", "tc"),
        *("nonshppict", "nonesttables", "filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "colorschememapping"),
        *("latentstyles", "datastore", "pgptbl", "pntxta", "pntxtb", "bkmkstart", "bkmkend", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn"),
        *("sp", "picprop", "userprops", "xmlnstbl", "mmathPr", "private", "template", "do", "txfieldtext", "shprslt"),
    )
)
"""Groups that hold no text of the document."""

STARRED = frozenset(("shppict", "shpinst", "shptxt", "nesttableprops", "footnote", "ftnalt", "listtext", "pntext"))
"""Groups marked as not understood by old programs that are read all the same."""

ASIDE = {
    "footnote": "note",
    "shptxt": "note",
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
}
"""Groups whose text stands elsewhere: behind the paragraph, or at the head and foot of pages."""

CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254", 204: "cp1251", 238: "cp1250"}
PAGES = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "big5hkscs", 54936: "gb18030", 65001: "utf-8"}
