"""Figures of different reports that cannot all be right, as SQL over the comparable ones.

Three rules: one unit states two values for the same; parts add up to more, or all parts to less, than the whole that the level
above states; a state moves by more than 30 % from one year to the next and nobody says why. What cannot be told from afar (another
day of counting, another population) is doubtful, never a conflict, and every message names it as an explanation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..auditing.case import figure
from ..lexicon import display_words, load_table
from ..records import Finding
from ..spilling import spilling
from .batch import NONE
from .branches import Branches
from .evidence import Evidence, decimal
from .statements import Statements

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Asked"]

MOVED = 0.3
"""A state that moves by more in a year is asked about (R14)."""

LEAST_MOVE = 10
"""A unit of nine members may double; so small a change needs no reason."""

YEARS_APART = 3
"""Reports further apart are not compared; between them the limit grows with the years."""

EXPLAINED = 0.7
"""Share of a move that the stated growth (新发展会员) must reach to explain it."""

SIDES = 6
"""Reports that a finding points to at most; its message counts the others."""

MEMORY = "1GB"
"""For DuckDB; what is more lies on disk meanwhile."""

AT_ONCE = 4096
"""Rows that are made Python objects together."""

CONTRADICTIONS = """
    WITH apart AS (
        SELECT sender, kind, first, last, min(fact) AS number FROM statements
        GROUP BY sender, kind, first, last HAVING min(report) < max(report) AND max(low) > min(high)
    )
    SELECT number, fact, report, sender, indicator, value, low, high, exact AND dated AS firm
    FROM statements JOIN apart USING (sender, kind, first, last)
    ORDER BY number, fact
"""

ONE_FIGURE = """
    CREATE VIEW one_figure AS
    SELECT sender, kind, first, last, year, state, min(indicator) AS indicator, min(measure) AS measure, min(low) AS low, max(high) AS high,
           bool_and(exact) AS exact, bool_and(dated) AS dated, min(fact) AS fact, arg_min(report, fact) AS report, arg_min(value, fact) AS value
    FROM statements GROUP BY sender, kind, first, last, year, state
"""

SUMS = f"""
    WITH wholes AS (SELECT * FROM one_figure WHERE sender IN (SELECT above FROM branches)),
    parts AS (SELECT * FROM one_figure WHERE sender IN (SELECT unit FROM branches))
    SELECT whole.fact AS whole, whole.low, whole.high, whole.value, whole.state, whole.sender, whole.indicator, whole.measure, sum(part.low) AS parts_low,
           sum(part.high) AS parts_high, sum(part.value) AS parts_value, count(*) AS parts, list(part.fact ORDER BY part.fact)[:{SIDES}] AS facts,
           bool_and(part.exact AND whole.exact) AS exact, bool_and(part.dated AND whole.dated) AS dated
    FROM wholes AS whole JOIN branches ON branches.above = whole.sender
    JOIN parts AS part ON part.sender = branches.unit AND part.kind = whole.kind AND part.first = whole.first AND part.last = whole.last
    WHERE NOT list_contains($not_added, whole.measure)
    GROUP BY ALL HAVING count(*) > 1 ORDER BY whole.fact
"""

JUMPS = f"""
    WITH yearly AS (
        SELECT sender, kind, year, min(indicator) AS indicator, max_by(low, last) AS low, max_by(high, last) AS high, max_by(value, last) AS value,
               max_by(fact, last) AS fact, max_by(report, last) AS report
        FROM one_figure WHERE state GROUP BY sender, kind, year
    ), beside AS (
        SELECT *, lag(year) OVER earlier AS year_before, lag(low) OVER earlier AS low_before, lag(high) OVER earlier AS high_before,
               lag(value) OVER earlier AS value_before, lag(fact) OVER earlier AS fact_before, lag(report) OVER earlier AS report_before
        FROM yearly WINDOW earlier AS (PARTITION BY sender, kind ORDER BY year)
    ), grown AS (
        SELECT sender, year, growth.state AS indicator, max(high) AS most
        FROM statements JOIN growth ON growth.growth = statements.indicator GROUP BY sender, year, growth.state
    )
    SELECT beside.* FROM beside LEFT JOIN grown USING (sender, year, indicator)
    WHERE year - year_before <= {YEARS_APART} AND report <> report_before AND abs(value - value_before) >= {LEAST_MOVE}
        AND (low > high_before * (1 + {MOVED}) ** (year - year_before) OR high < low_before * (1 - {MOVED}) ** (year - year_before))
        AND NOT (value > value_before AND coalesce(most, 0) >= {EXPLAINED}::DOUBLE * (value - value_before))
    ORDER BY fact
"""


class Asked:
    """What the three rules ask about, before anybody looked at the texts.

    Args:
        statements: of the batch.
        branches: which units stand below which.
    Complexity: a few groupings of the statements by DuckDB.
    """

    def __init__(self, statements: Statements, branches: Branches) -> None:
        self._statements = statements
        self._complete = branches.complete
        measures = [code for word in display_words("not_summed") if (code := statements.measures.known(word)) != NONE]
        growth = [(statements.indicators.known(state), statements.indicators.known(grown)) for state, grown in _growth()]
        with spilling(MEMORY) as connection:
            connection.register("statements", statements.table())
            connection.register("branches", _pairs("unit", "above", sorted(branches.above.items())))
            connection.register("growth", _pairs("state", "growth", growth))
            connection.execute(ONE_FIGURE)
            self._apart, self._moved = (connection.sql(query).to_arrow_table() for query in (CONTRADICTIONS, JUMPS))
            self._added: pyarrow.Table = connection.sql(SUMS, params={"not_added": measures}).to_arrow_table()

    @property
    def contradicting(self) -> Ints:
        """Facts that may contradict one another, by number."""
        return _numbers(self._apart["fact"])

    @property
    def moving(self) -> Ints:
        """Facts that moved from year to year, by number."""
        import numpy as np

        return np.concatenate([_numbers(self._moved[name]) for name in ("fact", "fact_before")])

    @property
    def adding(self) -> Ints:
        """Parts and wholes, by number."""
        import numpy as np

        return np.concatenate([_numbers(self._added["whole"]), _numbers(self._added["facts"].combine_chunks().flatten())])

    def findings(self, evidence: Evidence) -> Iterator[Finding]:
        """What is left to ask, with the places and words of all these facts."""
        yield from self._contradictions(evidence)
        yield from self._sums(evidence)
        yield from self._jumps(evidence)

    def _contradictions(self, evidence: Evidence) -> Iterator[Finding]:
        """One unit, indicator, population and time, and values that cannot mean the same (2022年末会员58000人 and 61000人).

        A conflict when both are exact and both name their time; doubtful when the time is only implied (目前) or a figure is about. Where one
        of them says that it corrects the others (经核实更正为…), nothing is asked.
        """
        for _, group in groupby(_rows(self._apart), key=itemgetter("number")):
            own = list(group)
            if any(evidence.revised(row["fact"]) for row in own):
                continue
            firm = [row for row in own if row["firm"]]
            own, verdict = (firm, "conflict") if _apart(firm) else (own, "doubtful")
            sides = _sides(own)
            unit, indicator = self._unit(own[0]), self._indicator(own[0])
            values = "、".join(evidence.says(row["fact"]) for row in sides)
            words = f"{unit}{indicator}在{len({row['report'] for row in own})}篇报告中数值不同：{values}：{'打架' if verdict == 'conflict' else '存疑'}（也可能统计时点、口径不同）"
            ask = f"请核实：{unit}{indicator}以哪一个数为准？统计时点、口径是否相同？"
            low, high = sides[0]["value"], sides[-1]["value"]
            yield evidence.finding("same_figure", verdict, [row["fact"] for row in sides], words, low, high, ask)

    def _sums(self, evidence: Evidence) -> Iterator[Finding]:
        """R15: what the units below report, added up, against what the level above reports for the same time.

        Parts may not exceed the whole. Where a list says that they are all, it is doubtful when they fall short of it: the level above may
        have unions of its own. Of work done it may count only its own, so that more is doubtful too.
        """
        for row in _rows(self._added):
            all_parts = self._complete.get(row["sender"], 0) == row["parts"]
            over, under = row["parts_low"] > row["high"], row["parts_high"] < row["low"]
            if under and not (all_parts and row["state"]):
                continue
            if not over and not under and not (all_parts and row["exact"] and row["state"]):
                continue
            verdict = "consistent" if not over and not under else "conflict" if over and row["state"] and row["exact"] and row["dated"] else "doubtful"
            unit, indicator = self._unit(row), self._indicator(row)
            total = figure(decimal(row["parts_value"]), self._statements.measures.words[row["measure"]])
            words = f"{row['parts']}家下级{indicator}合计{total}，{unit}写{evidence.says(row['whole'])}"
            words += "：一致" if verdict == "consistent" else f"：{'打架' if verdict == 'conflict' else '存疑'}（也可能统计时点、口径不同）"
            ask = "" if verdict == "consistent" else f"请核实：{unit}{indicator}是否含全部下级？统计时点是否相同？"
            yield evidence.finding("parts_across", verdict, [row["whole"], *row["facts"]], words, row["parts_value"], row["value"], ask)

    def _jumps(self, evidence: Evidence) -> Iterator[Finding]:
        """R14: a state that moves by more than 30 % from one year to the next without a word on it (会员数, 基层工会数).

        A word on it is a cue (合并, 改制, 口径) in the sentence of either figure or beside it, or as much growth (新发展会员) as it takes.
        """
        for row in _rows(self._moved):
            later, earlier = row["fact"], row["fact_before"]
            if evidence.explained(later) or evidence.explained(earlier):
                continue
            share = 100 * (row["value"] - row["value_before"]) / row["value_before"] if row["value_before"] else 0.0
            unit, indicator = self._unit(row), self._indicator(row)
            words = f"{unit}{indicator}{row['year_before']}年{evidence.quote(earlier)}，{row['year']}年{evidence.quote(later)}，"
            words += f"{'增' if share > 0 else '减'}{abs(share):.1f}%，未见说明（也可能统计时点、口径不同）"
            yield evidence.finding("jump", "signal", [earlier, later], words, round(share, 2), None, f"请核实：{unit}{indicator}为何变动？统计口径是否有变？")

    def _unit(self, row: dict[str, Any]) -> str:
        name: str = self._statements.senders.units.words[row["sender"]]
        return name

    def _indicator(self, row: dict[str, Any]) -> str:
        name: str = self._statements.indicators.words[row["indicator"]]
        return name


def _pairs(one: str, other: str, rows: Sequence[tuple[int, int]]) -> pyarrow.Table:
    import pyarrow as pa

    return pa.table({name: pa.array([row[at] for row in rows], pa.int32()) for at, name in enumerate((one, other))})


def _numbers(column: pyarrow.ChunkedArray | pyarrow.Array) -> Ints:
    numbers: Ints = column.to_numpy(zero_copy_only=False).astype("int64")
    return numbers


def _rows(table: pyarrow.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, made one batch after another: as Python objects they are ten times as large."""
    for piece in table.to_batches(max_chunksize=AT_ONCE):
        yield from piece.to_pylist()


def _apart(own: Sequence[dict[str, Any]]) -> bool:
    """Whether several reports state what cannot be the same."""
    return len({row["report"] for row in own}) > 1 and max(row["low"] for row in own) > min(row["high"] for row in own)


def _sides(own: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first row of each value, lowest value first."""
    firsts: dict[float, dict[str, Any]] = {}
    for row in own:
        firsts.setdefault(row["value"], row)
    found = [firsts[value] for value in sorted(firsts)]
    return found if len(found) <= SIDES else [*found[: SIDES - 1], found[-1]]


@cache
def _growth() -> tuple[tuple[str, str], ...]:
    """Indicators of a state, and those of its growth."""
    return tuple((row["state"], row["growth"]) for row in load_table("growth_indicators", ("state", "growth", "source")))
