"""Pictures where people would rather look than read: who matches whom, shares copied, figures by unit and over time, themes.

They are plain data here; ``templates/pictures.html`` draws them as tables with coloured cells, bars, and lines, so that every value can be
read, followed to its place, and printed, and colours follow light and dark. Each is limited to what fits a screen and says what it leaves out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from ..display import shorten
from ..lexicon import load_table
from ..records import THEMES
from .families import Family
from .pairs import TEXT
from .tables import display_words, labels

if TYPE_CHECKING:
    import pandas

    from .batch import Batch
    from .volumes import Links

__all__ = ["Bar", "Bars", "Cell", "Grid", "Heading", "Line", "Lines", "Point", "brief_number", "copied_share", "figures_over_time", "indicators_by_unit", "themes_by_unit", "who_matches_whom"]

MOST = 30
"""Bars or rows of a picture: more cannot be read on one screen."""

ALIKE, OF_FAMILY = 20, 6
"""Reports of the matrix of matches, and those of one family, lest sixty copies of one text fill it."""

INDICATORS = 10
"""Columns of the picture of indicators by unit."""

SERIES, OF_UNIT = 12, 3
"""Lines of figures over time, each a small picture, and those of one unit."""

SEVERAL = 0.05
"""What several others have of a report beyond the largest share, from where on it is told."""

DAYS = 400
"""A figure of more days than a year has, reckoned generously, is of no one year."""

LABEL = 48
"""Of 200, what the words beside a point of a line take."""

SHADES = 5
"""Steps of colour of a cell, 0 being none."""



@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: words, a shade, what to say on hover, where it leads."""

    text: str = ""
    shade: int = 0
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a row or a column: short words, the full ones, where it leads."""

    text: str
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with coloured cells; ``said`` is what it shows in a sentence."""

    name: str
    title: str
    said: str
    corner: str
    columns: tuple[Heading, ...]
    rows: tuple[tuple[Heading, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: ``value`` of 1 is full, ``inner`` a darker part of it."""

    label: str
    value: float
    inner: float = 0.0
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars one below the other."""

    name: str
    title: str
    said: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a year, with its place in a picture of 200 by 60; ``labelled`` where its words do not lie over those of its neighbour."""

    year: int
    words: str
    x: float
    y: float
    labelled: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one unit through the years."""

    unit: str
    indicator: str
    points: tuple[Point, ...]
    change: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Small pictures of lines."""

    name: str
    title: str
    said: str
    lines: tuple[Line, ...]


# ------------------------------------------------------------------------------------------------------------- copies


def who_matches_whom(batch: Batch, links: Links) -> Grid | None:
    """How much of each report stands in each other one, those of one family side by side; None without matches."""
    chosen: dict[str, None] = {}
    for family in batch.families:
        chosen.update(dict.fromkeys(_foremost(family)))
    shown = list(chosen)[:ALIKE]
    if not shown:
        return None
    shares: dict[tuple[str, str], tuple[float, str]] = {}
    together: set[tuple[str, str]] = set()
    for family in batch.families:
        members = [name for name in family.members if name in chosen]
        if family.whole:
            together |= {(a, b) for a in members[:ALIKE] for b in members[:ALIKE]}
        for number, match in enumerate(family.pairs, 1):
            link = links.to("pair", f"{family.number}p{number}", f"c{family.number}p{number}") or links.to("family", str(family.number), f"c{family.number}")
            shares[match.a, match.b] = match.containment_a, link
            shares[match.b, match.a] = match.containment_b, link
    names = labels(batch.tables["reports"], brief=True)
    full = [batch.names.get(name, name) for name in shown]
    rows = []
    for i, row in enumerate(shown):
        cells = []
        for j, column in enumerate(shown):
            if (row, column) in shares:
                share, link = shares[row, column]
                cells.append(Cell(f"{share * 100:.0f}", _shade(share), f"{full[i]}的{share:.1%}见于{full[j]}", link))
            elif i == j:
                cells.append(Cell("—"))
            else:
                cells.append(Cell("·", 0, "同一组，未逐对列出") if (row, column) in together else Cell())
        rows.append((Heading(f"{i + 1} {names.get(row, row)}", full[i], links.to("report", row, batch.known(row)["anchor"])), tuple(cells)))
    columns = tuple(Heading(str(i), name) for i, name in enumerate(full, 1))
    involved = len(batch.shares)
    left = f"；只画最要紧的{len(shown)}篇，共{involved}篇有雷同" if involved > len(shown) else ""
    said = f"每格是横行的一篇有百分之几见于竖列的一篇，点一下看对照{left}。"
    return Grid("alike", "谁与谁雷同（%）", said, "横行见于竖列", columns, tuple(rows))


def _foremost(family: Family) -> list[str]:
    """The centre of a family and the first of its members."""
    return list(dict.fromkeys([family.centre, *family.members]))[:OF_FAMILY]


def copied_share(batch: Batch, links: Links) -> Bars | None:
    """The largest share of each report that stands in one other; None without matches."""
    names = labels(batch.tables["reports"], brief=True)
    ordered = sorted((report for report in batch.reports.values() if report["family"]), key=lambda report: (-report["share"], report["number"]))
    if not ordered:
        return None
    bars = []
    for report in ordered[:MOST]:
        several = f"，各篇合计{report['overlap']:.0%}" if report["partners"] > 1 and report["overlap"] > report["share"] + SEVERAL else ""
        bars.append(Bar(names[report["report_id"]], report["share"], min(report["discounted"], report["share"]), several, links.to("family", str(report["family"]), f"c{report['family']}")))
    left = f"；最高的{MOST}篇，共{len(ordered)}篇有雷同" if len(ordered) > MOST else ""
    said = f"括号内和深色的是去除套话与引文之后{left}。"
    return Bars("shares", "单篇最大复制比", said, tuple(bars))


# ------------------------------------------------------------------------------------------------------------- figures


def indicators_by_unit(batch: Batch, links: Links) -> Grid | None:
    """The largest figure that each unit gives for an indicator in the last of its years; None without such figures.

    The largest one is most often the total, and no sum has to be trusted: a sum would need to know what is a part of what.
    """
    facts = batch.tables["facts"]
    chosen = facts[_comparable(facts)]
    if not len(chosen):
        return None
    units = _units(batch)
    years = dict(zip(batch.tables["reports"]["report_id"], batch.tables["reports"]["period_end"].dt.year.fillna(0), strict=True))
    best: dict[tuple[str, tuple[str, str]], tuple[float, float, int]] = {}
    columns = (chosen[name].tolist() for name in ("report_id", "indicator", "unit", "value"))
    said_by: dict[tuple[str, tuple[str, str]], set[float]] = defaultdict(set)
    for number, report_id, indicator, measure, value in zip(chosen.index.tolist(), *columns, strict=True):
        if report_id in units:
            key = units[report_id], (indicator, measure)
            said_by[key].add(value)
            if key not in best or (years[report_id], value) > best[key][:2]:
                best[key] = years[report_id], value, number
    by_unit = Counter(unit for unit, _ in best)
    by_column: dict[tuple[str, str], float] = defaultdict(float)
    for (_, column), values in said_by.items():
        by_column[column] += 1 / len(values)  # where each unit gives ten figures (shares of this and that) the largest ones tell little
    picked = sorted(by_column, key=lambda column: (-by_column[column], column))[:INDICATORS]
    filled = Counter(unit for unit, column in best if column in set(picked))
    rows_of = sorted(by_unit, key=lambda unit: -filled[unit])[:MOST]
    largest = {column: max((best[unit, column][1] for unit in rows_of if (unit, column) in best), default=0.0) for column in picked}
    rows = []
    for unit in rows_of:
        cells = []
        for column in picked:
            if (unit, column) not in best:
                cells.append(Cell("", 0, "未见"))
                continue
            year, value, number = best[unit, column]
            fact = batch.row("facts", number)
            told = (f"{year:.0f}年" if year else "", fact["period"], f"“{shorten(fact['quote'], 30)}”", batch.places.of(fact["report_id"], fact["start"]))
            shade = _shade(value / largest[column] if largest[column] > 0 else 0)
            report = batch.reports[fact["report_id"]]
            anchor = f"f{number}" if fact["start"] - report["start"] < TEXT else report["anchor"]
            cells.append(Cell(brief_number(value, column[1]), shade, "；".join(filter(None, told)), links.to("report", fact["report_id"], anchor)))
        rows.append((Heading(shorten(unit, 16), unit), tuple(cells)))
    left = [*([f"填得最多的{MOST}个单位，共{len(by_unit)}个"] if len(by_unit) > MOST else []), *([f"可比单位最多的{INDICATORS}项指标，共{len(by_column)}项"] if len(by_column) > INDICATORS else [])]
    said = "每格是该单位最近一年里这项指标写到的最大一个数，颜色深浅只在一列之内可比，空格是未见" + (f"；{'；'.join(left)}" if left else "") + "。"
    return Grid("indicators", "各单位主要指标", said, "单位", tuple(Heading(f"{indicator}（{measure or '无单位'}）") for indicator, measure in picked), tuple(rows))


def figures_over_time(batch: Batch) -> Lines | None:
    """The largest figure that a unit gives for an indicator and a subject in each of several years; None where no unit does.

    A figure is of the year that the text gives it, else of the year of its report; one of several years together is left out.
    """
    reports, facts = batch.tables["reports"], batch.tables["facts"]
    years_of = dict(zip(reports["report_id"], reports["period_end"].dt.year, strict=True))
    several = reports["reporting_unit"].where(reports["period_end"].notna()).duplicated(keep=False) & (reports["reporting_unit"] != "")
    long = (facts["period_end"] - facts["period_start"]).dt.days > DAYS
    chosen = facts[facts["report_id"].isin(reports["report_id"][several]) & _comparable(facts) & ~long]
    series: dict[tuple[str, str, str, str], dict[int, float]] = defaultdict(dict)
    stated = chosen["period_end"].dt.year.where(chosen["period_end"].notna(), chosen["report_id"].map(years_of))
    columns = (chosen[name].tolist() for name in ("reporting_unit", "indicator", "unit", "subject", "value"))
    for year, unit, indicator, measure, subject, value in zip(stated.tolist(), *columns, strict=True):
        if not isnan(year):
            years = series[unit, indicator, measure, subject]
            years[int(year)] = max(value, years.get(int(year), value))
    ordered = sorted((-len(years), -_swing(years), key) for key, years in series.items() if len(years) > 1)
    if not ordered:
        return None
    of_unit: Counter[str] = Counter()
    picked: list[Line] = []
    for _, _, key in ordered:
        of_unit[key[0]] += 1
        if of_unit[key[0]] <= OF_UNIT and len(picked) < SERIES:
            picked.append(_line(key, series[key]))
    left = f"；每个单位至多{OF_UNIT}项，先画年份多、起落大的，共{len(ordered)}项" if len(ordered) > len(picked) else ""
    return Lines("years", "历年数字", f"同一单位、同一指标、同一对象各年写到的最大一个数，口径是否一致请核实{left}。", tuple(picked))


def _comparable(facts: pandas.DataFrame) -> pandas.Series[bool]:
    """Which figures are firm, of what was achieved, and of an indicator that is one thing in every report."""
    anything = {row["indicator"] for row in load_table("catch_all_indicators", ("indicator", "example", "source"))}
    return (facts["status"] == "achieved") & (facts["indicator"] != "") & ~facts["indicator"].isin(list(anything)) & facts["value"].notna() & (facts["flags"] == "")


def _swing(years: Mapping[int, float]) -> float:
    low, high = min(years.values()), max(years.values())
    return (high - low) / high if high > 0 else 0.0


def _line(key: tuple[str, str, str, str], years: Mapping[int, float]) -> Line:
    unit, indicator, measure, population = key
    ordered = sorted(years)
    first, last = ordered[0], ordered[-1]
    highest = max(max(years.values()), 1e-9)
    points: list[Point] = []
    right = 0.0  # where the last label lies
    for year in ordered:
        x = 16 + 168 * (year - first) / (last - first)
        labelled = year in (first, last) or min(x - right, 184 - x) > LABEL
        right = x if labelled else right
        # From 0 upwards: a line that begins at its least value makes a large change of a small one.
        points.append(Point(year, brief_number(years[year], measure), x, 52 - 36 * max(0.0, years[year]) / highest, labelled))
    before, after = years[ordered[-2]], years[ordered[-1]]
    change = "" if measure in display_words("not_summed") or before <= 0 else f"末期较前一期{(after - before) / before:+.1%}"
    return Line(unit, f"{indicator}{f'·{shorten(population, 10)}' if population else ''}（{measure or '无单位'}）", tuple(points), change)


# -------------------------------------------------------------------------------------------------------------- themes


def themes_by_unit(batch: Batch) -> Grid | None:
    """Which themes each unit covers or leaves out, by the number of sections; None without sections."""
    units = _units(batch)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for report_id, theme in zip(batch.tables["sections"]["report_id"], batch.tables["sections"]["theme"], strict=True):
        if theme and report_id in units:
            counts[units[report_id]][theme] += 1
    if not counts:
        return None
    covering = {theme: sum(theme in found for found in counts.values()) for theme in THEMES}
    shown = list(counts) if len(counts) <= MOST else sorted(counts, key=lambda unit: sum(theme in counts[unit] for theme in THEMES))[:MOST]
    most = max(max(found.values()) for found in counts.values())
    rows = [(Heading("涉及的单位", f"共{len(counts)}个单位"), tuple(Cell(f"{covering[theme] / len(counts):.0%}", 0, f"{covering[theme]}个单位") for theme in THEMES))]
    for unit in shown:
        found = counts[unit]
        cells = (Cell(str(found[theme]), max(1, _shade(found[theme] / most)), f"{unit}：{theme}{found[theme]}节") if found[theme] else Cell("", 0, f"{unit}：未见{theme}") for theme in THEMES)
        rows.append((Heading(shorten(unit, 16), unit), tuple(cells)))
    nobody = [theme for theme in THEMES if not covering[theme]]
    left = f"；涉及主题最少的{MOST}个单位，共{len(counts)}个" if len(counts) > MOST else ""
    said = f"每格是该单位写到这一主题的章节数，空格是未见{left}。" + (f"各单位均未见：{'、'.join(nobody)}。" if nobody else "")
    return Grid("themes", "各单位主题覆盖", said, "单位", tuple(map(Heading, THEMES)), tuple(rows))


# --------------------------------------------------------------------------------------------------------------- words


def _units(batch: Batch) -> dict[str, str]:
    """The unit of each report; one that names none stands for itself."""
    return {report_id: report["reporting_unit"] or report["label"] for report_id, report in batch.reports.items()}


def _shade(share: float) -> int:
    """A share of 0 to 1 as a shade, any at all being seen."""
    return 0 if share <= 0 else min(SHADES, 1 + int(share * SHADES))


def brief_number(value: float, measure: str = "") -> str:
    """A figure short enough for a cell; large ones in 万 and 亿.

    Example:
        >>> brief_number(1520.0), brief_number(912000.0), brief_number(97.1, "%"), brief_number(1.23e9), brief_number(float("nan"))
        ('1,520', '91.2万', '97.1%', '12.3亿', '')
    """
    if isnan(value):
        return ""
    for step, word in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= 10 * step or (abs(value) >= step and word == "亿"):
            return f"{value / step:,.1f}".removesuffix(".0") + word
    return f"{value:,.6g}{measure if measure in ('%', '‰') else ''}"
