"""What a batch consists of, in sentences: a percentage without the material it was compared with means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

__all__ = ["dates_of", "material_of", "scope_of"]

NAMED = 6
"""Batches that are named; of more the first and the last ones are."""


def scope_of(tables: Mapping[str, pandas.DataFrame]) -> str:
    """How many files and reports were scanned, in how many goes.

    Args:
        tables: completed tables.

    Returns:
        Chinese, without a full stop.

    Example:
        >>> import pandas
        >>> from .tables import complete
        >>> files = pandas.DataFrame({"file": ["甲.docx", "甲.pdf", "乙.txt"], "twin_of": ["", "甲.docx", ""], "scan": [1, 1, 2]})
        >>> scope_of(complete({"files": files, "reports": pandas.DataFrame({"report_id": ["a", "b"]})}))
        '历次扫描（共2次）现有3份文件（其中1份与另一份同文，已归并）、2篇报告，彼此比对'
    """
    files, reports = tables["files"], tables["reports"]
    twins, replaced = int((files["twin_of"] != "").sum()), int((files["replaced_by"] != "").sum())
    aside = [*([f"{twins}份与另一份同文，已归并"] if twins else []), *([f"{replaced}份已由后来报送的替换"] if replaced else [])]
    told = f"（其中{'；'.join(aside)}）" if aside else ""
    scans = _scans(tables)
    which = f"历次扫描（共{scans}次）现有" if scans > 1 else "本次扫描"
    return f"{which}{len(files) or reports['file'].nunique()}份文件{told}、{len(reports)}篇报告，彼此比对"


def material_of(tables: Mapping[str, pandas.DataFrame]) -> str:
    """Which batches, of which dates, and what the last of several scans added; empty where the tables do not say.

    Args:
        tables: completed tables.

    Returns:
        Chinese, without a full stop.

    Example:
        >>> import pandas
        >>> from .tables import complete
        >>> files = pandas.DataFrame({"file": ["甲.docx", "乙.txt"], "batch": ["2023", "2024"], "scan": [1, 2]})
        >>> reports = pandas.DataFrame({"report_id": ["a", "b"], "scan": [1, 2], "period_start": ["2023-01-01", None], "period_end": ["2023-12-31", None]})
        >>> material_of(complete({"files": files, "reports": reports}))
        '材料2批：2023、2024；报告期2023年（另有1篇未写明）；最近一次扫描加入1份文件、1篇报告'
    """
    files, reports, matches = tables["files"], tables["reports"], tables["matches"]
    told = [*_batches(files, reports), *(f"报告期{dates}" for dates in filter(None, [dates_of(reports)]))]
    last = _scans(tables)
    if last > 1:
        new = [int((table["scan"] == last).sum()) for table in (files, reports, matches)]
        told.append(f"最近一次扫描加入{new[0]}份文件、{new[1]}篇报告" + (f"，新比出疑似雷同{new[2]}对" if new[2] else ""))
    return "；".join(told)


def _scans(tables: Mapping[str, pandas.DataFrame]) -> int:
    """How many scans the tables are of: a scan that read nothing new has no rows, and none are counted that left no trace."""
    return int(max((table["scan"].max() for table in (tables["files"], tables["reports"]) if len(table)), default=0))


def _batches(files: pandas.DataFrame, reports: pandas.DataFrame) -> list[str]:
    names = [name for name in dict.fromkeys([*files["batch"], *reports["batch"]]) if name]
    if not names:
        return []
    shown = names if len(names) <= NAMED else [*names[: NAMED // 2], "……", *names[-NAMED // 2 :]]
    return [f"材料{len(names)}批：{'、'.join(shown)}"]


def dates_of(reports: pandas.DataFrame) -> str:
    """From when to when the reports tell, in Chinese; empty where none says.

    Example:
        >>> import pandas
        >>> from .tables import complete
        >>> frame = pandas.DataFrame({"period_start": ["2012-01-01", "2021-01-01"], "period_end": ["2012-06-30", "2021-12-31"]})
        >>> dates_of(complete({"reports": frame})["reports"])
        '2012年至2021年'
    """
    starts, ends = reports["period_start"], reports["period_end"]
    dated = ends.notna() | starts.notna()
    if not dated.any():
        return ""
    first, last = starts.fillna(ends).min(), ends.fillna(starts).max()
    if (first.month, last.month) == (1, 12):
        words = f"{first.year}年" + (f"至{last.year}年" if last.year > first.year else "")
    else:
        words = f"{first.year}年{first.month}月" + (f"至{last.year}年{last.month}月" if (first.year, first.month) != (last.year, last.month) else "")
    silent = int((~dated).sum())
    return words + (f"（另有{silent}篇未写明）" if silent else "")
