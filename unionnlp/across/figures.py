"""Figures of different reports that cannot all be right, as SQL over the fact table.

Three rules: one unit states two values for the same; parts add up to more, or all parts to less, than the whole that the level
above states; a state moves by more than 30 % from one year to the next and nobody says why. What cannot be told from afar (another
day of counting, another population) is doubtful, never a conflict, and every message names it as an explanation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from ..auditing.case import LONGEST_SPAN, figure
from ..errors import NumeralError
from ..facts.numerals import parse_numeral
from ..lexicon import load_table
from ..records import Finding
from ..spans import Span
from .statements import cue, place_of, says, statements

if TYPE_CHECKING:
    import duckdb
    import pandas

__all__ = ["Batch", "contradictions", "jumps", "sums"]

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

SENTENCE = 200
"""Characters on either side of a figure in which a reason for it would stand."""

_WORDS_BEFORE = 24
"""Characters that a figure is shown with."""

_ENDS = "。！？!?；;\n"

CONTRADICTIONS = """
    SELECT list(fact ORDER BY fact) AS facts FROM statements
    GROUP BY sender, indicator, measure, population, first, last
    HAVING count(DISTINCT report_id) > 1 AND max(low) > min(high)
    ORDER BY min(fact)
"""

ONE_FIGURE = """
    CREATE VIEW one_figure AS
    SELECT sender, indicator, measure, population, first, last, year, state, min(low) AS low, max(high) AS high, bool_and(exact) AS exact,
           bool_and(dated) AS dated, arg_min(fact, fact) AS fact, arg_min(report_id, fact) AS report_id, arg_min(value, fact) AS value
    FROM statements GROUP BY sender, indicator, measure, population, first, last, year, state
"""

SUMS = """
    SELECT whole.fact AS whole, whole.low, whole.high, whole.value, whole.state, whole.sender AS sender, sum(part.low) AS parts_low,
           sum(part.high) AS parts_high, sum(part.value) AS parts_value, count(*) AS parts, list(part.fact ORDER BY part.fact) AS facts,
           bool_and(part.exact AND whole.exact) AS exact, bool_and(part.dated AND whole.dated) AS dated
    FROM one_figure AS whole
    JOIN branches ON branches.above = whole.sender
    JOIN one_figure AS part ON part.sender = branches.unit
        AND part.indicator = whole.indicator AND part.measure = whole.measure AND part.population = whole.population AND part.first = whole.first AND part.last = whole.last
    WHERE NOT list_contains($not_added, whole.measure)
    GROUP BY ALL HAVING count(*) > 1 ORDER BY whole.fact
"""

JUMPS = f"""
    WITH yearly AS (
        SELECT sender, indicator, measure, population, year, max_by(low, last) AS low, max_by(high, last) AS high, max_by(value, last) AS value,
               max_by(fact, last) AS fact, max_by(report_id, last) AS report_id
        FROM one_figure WHERE state GROUP BY ALL
    ), beside AS (
        SELECT *, lag(year) OVER earlier AS year_before, lag(low) OVER earlier AS low_before, lag(high) OVER earlier AS high_before,
               lag(value) OVER earlier AS value_before, lag(fact) OVER earlier AS fact_before, lag(report_id) OVER earlier AS report_before
        FROM yearly WINDOW earlier AS (PARTITION BY sender, indicator, measure, population ORDER BY year)
    )
    SELECT * FROM beside
    WHERE year - year_before <= {YEARS_APART} AND report_id <> report_before AND abs(value - value_before) >= {LEAST_MOVE}
        AND (low > high_before * (1 + {MOVED}) ** (year - year_before) OR high < low_before * (1 - {MOVED}) ** (year - year_before))
    ORDER BY fact
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """The tables of a batch, as ``Scan`` has them: facts (its index is 0, 1, 2 …), reports with their texts, and the comparable figures."""

    facts: pandas.DataFrame
    texts: Mapping[str, tuple[str, int]]
    units: Mapping[str, str]
    stated: pandas.DataFrame

    @classmethod
    def of(cls, facts: pandas.DataFrame, reports: pandas.DataFrame) -> Batch:
        """A batch of both tables."""
        facts = facts.reset_index(drop=True)
        texts = {row[0]: (row[1], row[2]) for row in reports[["report_id", "text", "start"]].itertuples(index=False, name=None)}
        units = {row[0]: row[1] or "" for row in reports[["report_id", "reporting_unit"]].itertuples(index=False, name=None)}
        return cls(facts, texts, units, statements(facts, reports))

    def place(self, fact: int) -> tuple[str, int, int]:
        """The report of a fact and its place in the text of that report."""
        report_id, start, end = (self.cell(fact, name) for name in ("report_id", "start", "end"))
        offset = self.texts[report_id][1]
        return report_id, int(start) - offset, int(end) - offset

    def cell(self, fact: int, name: str) -> Any:
        """What a column of the table of facts holds for a fact."""
        return self.facts[name].iat[fact]

    def sentence(self, fact: int) -> str:
        """The sentence of a fact."""
        report_id, start, end = self.place(fact)
        text = self.texts[report_id][0]
        near, far = max(0, start - SENTENCE), end + SENTENCE
        before = max(near, *(text.rfind(mark, near, start) + 1 for mark in _ENDS))
        ends = [at for mark in _ENDS if (at := text.find(mark, end, far)) >= 0]
        return text[before : min(ends, default=far)]

    def shown(self, fact: int) -> Span:
        """A fact with the words of its clause before it."""
        report_id, start, end = self.place(fact)
        text, offset = self.texts[report_id]
        clause = max(text.rfind(mark, max(0, start - _WORDS_BEFORE), start) for mark in _ENDS + "，,：:") + 1
        first = max(clause, start - _WORDS_BEFORE, 0)
        first = first if end - first <= LONGEST_SPAN else start
        return Span(offset + first, offset + min(end, first + LONGEST_SPAN))

    def finding(self, rule: str, verdict: str, facts: Sequence[int], message: str, computed: float | None, stated: float | None, question: str) -> Finding:
        """A finding that points to these facts, each in its report."""
        ids = tuple(self.place(fact)[0] for fact in facts)
        return Finding(rule, verdict, tuple(map(self.shown, facts)), message, _decimal(computed), _decimal(stated), question, ids)

    def says(self, fact: int) -> str:
        """A figure as it stands, with the time that it is given for."""
        quote, period = self.cell(fact, "quote"), self.cell(fact, "period")
        return f"{quote}（{period}）" if period else f"{quote}"

    def connect(self) -> duckdb.DuckDBPyConnection:
        """DuckDB with the comparable figures as ``statements``."""
        import duckdb

        connection = duckdb.connect()
        connection.register("statements", self.stated)
        connection.execute(ONE_FIGURE)
        return connection


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).normalize() + 0


def _rows(connection: duckdb.DuckDBPyConnection, query: str, **values: Any) -> Iterator[dict[str, Any]]:
    result = connection.execute(query, values or None)
    names = [column[0] for column in result.description]
    return (dict(zip(names, row, strict=True)) for row in result.fetchall())


# ------------------------------------------------------------------------------------------------- the same twice


def contradictions(batch: Batch, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """One unit, indicator, population and time, and values that cannot mean the same (2022年末会员58000人 and 61000人).

    A conflict when both are exact and both name their time; doubtful when the time is only implied (目前) or a figure is about. Where one
    of them says that it corrects the others (经核实更正为…), nothing is asked.
    """
    about = batch.stated.set_index("fact")
    for row in _rows(connection, CONTRADICTIONS):
        if any(says("revised", batch.sentence(fact)) for fact in row["facts"]):
            continue
        own = about.loc[row["facts"]]
        verdict = "doubtful"
        firm = own[own["exact"] & own["dated"]]
        if _apart(firm):
            own, verdict = firm, "conflict"
        if not _apart(own):
            continue
        sides = _sides(own)
        first = own.iloc[0]
        values = "、".join(batch.says(fact) for fact in sides)
        words = f"{first['sender']}{first['indicator']}在{own['report_id'].nunique()}篇报告中数值不同：{values}：{'打架' if verdict == 'conflict' else '存疑'}（也可能统计时点、口径不同）"
        low, high = own.loc[sides, "value"].min(), own.loc[sides, "value"].max()
        ask = f"请核实：{first['sender']}{first['indicator']}以哪一个数为准？统计时点、口径是否相同？"
        yield batch.finding("same_figure", verdict, sides, words, float(low), float(high), ask)


def _apart(own: pandas.DataFrame) -> bool:
    return own["report_id"].nunique() > 1 and own["low"].max() > own["high"].min()


def _sides(own: pandas.DataFrame) -> list[int]:
    """One fact for each value, lowest value first."""
    firsts = own.reset_index().drop_duplicates("value").sort_values("value")["fact"].tolist()
    return [int(fact) for fact in (firsts if len(firsts) <= SIDES else [*firsts[: SIDES - 1], firsts[-1]])]


# --------------------------------------------------------------------------------------------------- parts and whole


@cache
def _not_added() -> tuple[str, ...]:
    return tuple(row["word"] for row in load_table("display_words", ("kind", "word", "chinese", "explanation")) if row["kind"] == "not_summed")


def sums(batch: Batch, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """R15: what the units below report, added up, against what the level above reports for the same time.

    Which unit stands below which is read from the names (云溪县柳碓镇 below 云溪县) and from lists (下辖柳碓镇、砚坪镇). Parts may not
    exceed the whole. Where the list says that they are all, it is doubtful when they fall short of it: the level above may have unions of
    its own. Of work done it may count only its own, so that more is doubtful too.
    """
    import pandas as pd

    branches, complete = _branches(batch)
    connection.register("branches", pd.DataFrame(branches, columns=["unit", "above"], dtype=object))
    for row in _rows(connection, SUMS, not_added=list(_not_added())):
        all_parts = complete.get(row["sender"], 0) == row["parts"]
        over, under = row["parts_low"] > row["high"], row["parts_high"] < row["low"]
        if under and not (all_parts and row["state"]):
            continue
        if not over and not under and not (all_parts and row["exact"] and row["state"]):
            continue
        verdict = "consistent" if not over and not under else "conflict" if over and row["state"] and row["exact"] and row["dated"] else "doubtful"
        indicator, measure = batch.cell(row["whole"], "indicator"), batch.cell(row["whole"], "unit")
        total = figure(_decimal(row["parts_value"]), measure)
        words = f"{row['parts']}家下级{indicator}合计{total}，{row['sender']}写{batch.says(row['whole'])}"
        words += "：一致" if verdict == "consistent" else f"：{'打架' if verdict == 'conflict' else '存疑'}（也可能统计时点、口径不同）"
        ask = "" if verdict == "consistent" else f"请核实：{row['sender']}{indicator}是否含全部下级？统计时点是否相同？"
        yield batch.finding("parts_across", verdict, [row["whole"], *row["facts"][:SIDES]], words, row["parts_value"], row["value"], ask)


def _branches(batch: Batch) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Each unit with the one above it, and of the units whose parts are all in the batch how many they are."""
    units = {place_of(unit): unit for unit in sorted(set(batch.units.values())) if unit}
    above: dict[str, str] = {}
    for place, unit in units.items():
        higher = next((units[place[:n]] for n in range(len(place) - 1, 1, -1) if place[:n] in units), None)
        if higher is not None:
            above[unit] = higher
    complete: dict[str, int] = {}
    for report_id, (text, _) in batch.texts.items():
        own = batch.units[report_id]
        if not own:
            continue
        for names, declared in _lists(text):
            found = {below for name in names if (below := units.get(place_of(own) + name) or units.get(name)) and below != own}
            for below in found:
                above.setdefault(below, own)
            if len(found) > 1 and len(found) == (declared or len(names)):
                complete[own] = len(found)
    return sorted(above.items()), complete


def _lists(text: str) -> Iterator[tuple[list[str], int]]:
    """Names listed as the units below (下辖柳碓镇、砚坪镇等2个镇), with how many there are said to be (0: not said)."""
    for match in cue("comprises").finditer(text):
        rest = text[match.end() : match.end() + 400]
        rest = rest[: min((at for mark in _ENDS + "，," if (at := rest.find(mark)) >= 0), default=len(rest))]
        declared, several = 0, cue("several").search(rest)
        if several is not None:
            try:
                declared = int(parse_numeral(several[1]))
            except NumeralError:
                continue
            rest = rest[: several.start()] if several.start() else rest[several.end() :]
        names = [name.strip("：:（）() 等和及共") for name in rest.replace("和", "、").replace("及", "、").split("、")]
        yield [name for name in names if name], declared


# ------------------------------------------------------------------------------------------------- from year to year


@cache
def _growth() -> dict[str, str]:
    return {row["state"]: row["growth"] for row in load_table("growth_indicators", ("state", "growth", "source"))}


def jumps(batch: Batch, connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """R14: a state that moves by more than 30 % from one year to the next without a word on it (会员数, 基层工会数).

    A word on it is a cue (合并, 改制, 口径) in the sentence of either figure or beside it, or as much growth (新发展会员) as it takes.
    """
    grown = _stated_growth(batch)
    for row in _rows(connection, JUMPS):
        later, earlier = row["fact"], row["fact_before"]
        growth = grown.get((row["sender"], _growth().get(row["indicator"], ""), row["year"]), 0.0)
        if growth >= EXPLAINED * (row["value"] - row["value_before"]) > 0 or any(says("explained", _around(batch, fact)) for fact in (later, earlier)):
            continue
        share = 100 * (row["value"] - row["value_before"]) / row["value_before"] if row["value_before"] else 0.0
        words = f"{row['sender']}{row['indicator']}{row['year_before']}年{batch.cell(earlier, 'quote')}，{row['year']}年{batch.cell(later, 'quote')}，"
        words += f"{'增' if share > 0 else '减'}{abs(share):.1f}%，未见说明（也可能统计时点、口径不同）"
        yield batch.finding("jump", "signal", [earlier, later], words, round(share, 2), None, f"请核实：{row['sender']}{row['indicator']}为何变动？统计口径是否有变？")


def _around(batch: Batch, fact: int) -> str:
    """The paragraph of a fact, where a reason would stand."""
    report_id, start, end = batch.place(fact)
    text = batch.texts[report_id][0]
    near, far = max(0, start - SENTENCE), end + SENTENCE
    after = text.find("\n", end, far)
    return text[max(near, text.rfind("\n", near, start) + 1) : far if after < 0 else after]


def _stated_growth(batch: Batch) -> dict[tuple[str, str, int], float]:
    """The most that a unit says it grew by, by indicator and year."""
    frame = batch.stated[batch.stated["indicator"].isin(list(_growth().values()))]
    return {(str(key[0]), str(key[1]), int(key[2])): float(most) for key, most in _most(frame)}


def _most(frame: pandas.DataFrame) -> Iterable[tuple[Any, float]]:
    return frame.groupby(["sender", "indicator", "year"])["high"].max().items() if len(frame) else ()
