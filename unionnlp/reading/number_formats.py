"""The figures of a workbook as a person sees them: 0.975 under the format 0.0% is 97.5%.

Only what reports use is followed: decimals, thousands, percent, words beside the figure, dates; other formats show the plain
figure. Source: ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

__all__ = ["BUILT_IN", "shown"]

_YEAR_MONTH, _MONTH_DAY, _FULL_DATE = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'

BUILT_IN: dict[int, str] = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy-m-d",
    15: "yyyy-m-d",
    16: "m-d",
    17: "yyyy-m",
    22: "yyyy-m-d h:mm",
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    45: "mm:ss",
    46: "h:mm:ss",
    47: "mm:ss",
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    **dict.fromkeys((30, 31), _FULL_DATE),
    **dict.fromkeys((37, 38, 41, 42), "#,##0"),
    **dict.fromkeys((39, 40, 43, 44), "#,##0.00"),
}
"""Formats that files name by number, as Excel in Chinese shows them."""

_PIECE = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(y+|m+|d+|h+|s+|am/pm|上午/下午|a{3,})|([#0?.,%]+)|(.)', re.IGNORECASE)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_DIGITS = 15
"""Digits that a workbook keeps of a figure: 0.1 + 0.2 is 0.3."""

_ROUND = Context(prec=_DIGITS, rounding=ROUND_HALF_UP)
_FIRST_DAY, _LAST = datetime(1899, 12, 30), 2_958_466
_LONGEST = 200


@lru_cache(maxsize=1000)
def _pieces(code: str) -> tuple[tuple[str, str], ...]:
    """The format of positive figures as (kind, text): "words", "date" or "digits"."""
    section = _SECTION.match(code[:_LONGEST])
    found: list[tuple[str, str]] = []
    for quoted, escaped, date, digits, other in _PIECE.findall(section[0] if section else ""):
        if date:
            found.append(("date", date.lower()))
        elif digits:
            found.append(("digits", digits))
        elif quoted or escaped or other:
            found.append(("words", quoted or escaped or other))
    return tuple(found)


def shown(value: float, code: str = "", *, from_1904: bool = False) -> str:
    """``value`` under a number format.

    Args:
        value: as stored.
        code: the format, empty for the general one.
        from_1904: whether the workbook counts days from 1904.

    Example:
        >>> [shown(0.975, "0.0%"), shown(1286, "#,##0"), shown(43836, 'yyyy"年"m"月"d"日"'), shown(12.6), shown(0.1 + 0.2), shown(35, '0"人"')]
        ['97.5%', '1,286', '2020年1月6日', '12.6', '0.3', '35人']
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    pieces = _pieces(code)
    kinds = [kind for kind, _ in pieces]
    if "date" in kinds and code.lower() != "general":
        return _date(value + 1462 * from_1904, pieces) or _plain(value)
    if kinds.count("digits") != 1 or any(kind == "words" and text in "Ee/" for kind, text in pieces):
        return _plain(value)
    sign = "-" if value < 0 else ""
    return sign + "".join(_figure(abs(value), text) if kind == "digits" else text for kind, text in pieces).strip()


def _plain(value: float) -> str:
    text = format(_ROUND.create_decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _figure(value: float, pattern: str) -> str:
    """A figure by a pattern such as #,##0.00 or 0%."""
    number = _ROUND.create_decimal(repr(value))
    if "%" in pattern:
        number *= 100
    whole, _, decimals = pattern.replace("%", "").partition(".")
    number = number.scaleb(-3 * (len(whole) - len(whole.rstrip(",")) + decimals.count(",")))
    decimals = decimals.replace(",", "")
    number = number.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP, context=Context(prec=400))
    text = format(number, ",f" if "," in whole.rstrip(",") else "f")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional):
        text = text.removesuffix("0") if "." in text else text
    return text.removesuffix(".") + "%" * ("%" in pattern)


def _date(serial: float, pieces: tuple[tuple[str, str], ...]) -> str:
    if not 0 <= serial < _LAST:
        return ""
    # Day 60 is 29 February 1900, which never was.
    moment = _FIRST_DAY + timedelta(days=serial + (serial < 60), seconds=0.0005)
    units = [(i, text[0]) for i, (kind, text) in enumerate(pieces) if kind == "date"]
    minutes = {i for k, (i, unit) in enumerate(units) if unit == "m" and ((k and units[k - 1][1] == "h") or (k + 1 < len(units) and units[k + 1][1] == "s"))}
    written: list[str] = []
    for i, (kind, text) in enumerate(pieces):
        if kind != "date":
            written.append(text)
        elif text[0] == "y":
            written.append(f"{moment.year:04d}"[-2 if len(text) < 3 else 0 :])
        elif text[0] in "mdhs":
            unit = moment.minute if i in minutes else {"m": moment.month, "d": moment.day, "h": moment.hour, "s": moment.second}[text[0]]
            written.append(f"{unit:02d}" if len(text) == 2 else str(unit))
    return "".join(written).strip()
