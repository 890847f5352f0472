"""In which script a text is written, and the same text in simplified characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ..lexicon import load_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE", "TRADITIONAL_SHARE", "code_points", "in_simplified", "look_traditional", "looks_traditional", "simplified"]

TRADITIONAL_SHARE = 0.05
"""Share of Chinese characters that only traditional texts have, above which a text counts as traditional: the
traditional file among the samples has 0.30, simplified ones under 0.002 (`後`, `乾` in names)."""

SAMPLE = 4000
"""Characters by which the script of a text is judged."""

_FIRST_CHINESE = 0x3400
_SURROGATE = re.compile("[\ud800-\udfff]")


def looks_traditional(text: str) -> bool:
    """Whether a text is written in traditional characters, judged by its beginning.

    Example:
        >>> looks_traditional("總工會維權幫扶工作"), looks_traditional("总工会维权帮扶工作")
        (True, False)
    """
    return look_traditional([text])[0]


def look_traditional(texts: Sequence[str]) -> list[bool]:
    """What ``looks_traditional`` says of each of many texts, in one look at all of them.

    Example:
        >>> look_traditional(["總工會維權", "", "总工会维权"])
        [True, False, False]
    """
    import numpy

    samples = [text[:SAMPLE] for text in texts]
    codes, ends = code_points("".join(samples)), numpy.cumsum([0, *map(len, samples)])

    def counted(there: NDArray[np.bool_]) -> NDArray[np.int64]:
        return numpy.diff(numpy.append(0, there.cumsum()).take(ends))

    only = counted(_traditional_only().take(codes, mode="clip"))  # not what opencc would change: it costs twenty times as much
    return [bool(found) for found in (only > 1) & (only > TRADITIONAL_SHARE * counted(codes >= _FIRST_CHINESE))]


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    import numpy  # here, so that importing the package stays light

    return numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=numpy.uint32)


@cache
def _traditional_only() -> NDArray[np.bool_]:
    """Whether only traditional texts have a code point, up to U+FFFF, which stands for those above it."""
    import numpy

    table = numpy.zeros(0x10000, dtype=bool)
    table[[code for row in load_table("traditional", ("traditional", "simplified")) if (code := ord(row["traditional"])) < len(table)]] = True
    return table


@cache
def _opencc() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def _to_simplified(text: str) -> str:
    """``text`` through opencc, which refuses lone surrogates: they are kept aside."""
    if _SURROGATE.search(text) is None:
        return _opencc()(text)
    converted = _opencc()(_SURROGATE.sub("\ufffd", text))
    if len(converted) != len(text):
        return text
    return "".join(old if "\ud800" <= old <= "\udfff" else new for old, new in zip(text, converted, strict=True))


def in_simplified(text: str) -> str:
    """``text`` itself, or in simplified characters of the same length when it looks traditional.

    Example:
        >>> in_simplified("總工會維權幫扶")
        '总工会维权帮扶'
    """
    return simplified(text) if looks_traditional(text) else text


def simplified(text: str) -> str:
    """``text`` in simplified characters, of the same length; a line whose length would change is left as it is."""
    converted = _to_simplified(text)
    if len(converted) == len(text):
        return converted
    lines = [(line, _to_simplified(line)) for line in text.splitlines(keepends=True)]
    return "".join(new if len(new) == len(old) else old for old, new in lines)
