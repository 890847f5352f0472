"""What the workbook and the Word report need besides what the dossier has: densities of sections, which report came first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .tables import complete

if TYPE_CHECKING:
    import pandas

__all__ = ["earlier_of", "ready_tables"]

DENSITIES = ("stock_rate", "fact_density")


def ready_tables(given: Mapping[str, pandas.DataFrame]) -> dict[str, pandas.DataFrame]:
    """Every table with every column of ``tables.COLUMNS``, and the densities of the sections.

    Args:
        given: frames as a scan hands them out; a missing table or column is taken as empty.
    """
    ready = complete(given)
    sections = given.get("sections")
    for name in DENSITIES:
        ready["sections"][name] = float("nan") if sections is None or name not in sections else sections[name].astype("float64").tolist()
    return ready


def earlier_of(matches: pandas.DataFrame) -> dict[tuple[str, str], str]:
    """By pair of reports the one that came first, where the scan could tell.

    Args:
        matches: completed.

    Example:
        >>> import pandas
        >>> earlier_of(pandas.DataFrame({"a": ["r2", "r3"], "b": ["r1", "r1"], "earlier": ["r1", ""]}))
        {('r2', 'r1'): 'r1'}
    """
    return {(a, b): earlier for a, b, earlier in zip(matches["a"], matches["b"], matches["earlier"], strict=True) if earlier in (a, b)}
