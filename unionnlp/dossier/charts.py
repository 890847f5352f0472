"""Charts as inline SVG: altair draws, vl-convert renders, nothing is fetched and no script is left in the picture.

Colours of words and lines are left to the page, so that a chart follows light and dark. altair takes two seconds to import and is
imported inside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..records import THEMES, VERDICTS
from .families import CopiedShare
from .tables import labels, say

if TYPE_CHECKING:
    import altair
    import pandas

__all__ = ["MOST", "Chart", "copied_share", "facts_by_indicator", "findings_by_verdict", "themes_by_report"]

MOST = 30
"""Bars or rows of a chart: more cannot be read on one screen."""

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
BAR = "#3d6fb6"
COLOURS = {"conflict": "#c0392b", "damaged": "#b9770e", "doubtful": "#c9a227", "unverifiable": "#8a8f98", "signal": "#5b84b1", "consistent": "#3f8f5f"}
WIDTH, ROW, CELL = 200, 22, 24  # pixels; with a label of 12 characters a chart of bars fits a telephone


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its title and what it shows in words, for those who cannot see it."""

    title: str
    description: str
    svg: str
    wide: bool = False


def findings_by_verdict(findings: pandas.DataFrame) -> Chart | None:
    """How many findings there are of each verdict; None without findings."""
    counts = Counter(findings["verdict"])
    rows = [{"label": say("verdict", verdict), "count": counts[verdict], "colour": COLOURS[verdict]} for verdict in VERDICTS if counts[verdict]]
    return _bars("核对结果", rows, "条数")


def copied_share(reports: pandas.DataFrame, shares: Mapping[str, CopiedShare]) -> Chart | None:
    """The largest share of each report that stands in one other; None without matches."""
    names = labels(reports, brief=True)
    ordered = sorted(((share.share, names[report_id]) for report_id, share in shares.items() if report_id in names), reverse=True)
    rows = [{"label": name, "count": round(share * 100, 1), "colour": BAR} for share, name in ordered[:MOST]]
    title = "单篇最大复制比（%）" + (f"：最高{MOST}篇，共{len(ordered)}篇有雷同" if len(ordered) > MOST else "")
    return _bars(title, rows, "%", most=100)


def facts_by_indicator(facts: pandas.DataFrame) -> Chart | None:
    """How many facts each indicator has; None without facts."""
    counts = Counter(name for name in facts["indicator"] if name)
    rows = [{"label": name, "count": n, "colour": BAR} for name, n in counts.most_common(MOST)]
    title = "各指标的数字个数" + (f"：最多的{MOST}个，共{len(counts)}个指标" if len(counts) > MOST else "")
    return _bars(title, rows, "个")


def themes_by_report(reports: pandas.DataFrame, sections: pandas.DataFrame) -> Chart | None:
    """Which themes each report covers, as a map of the number of sections; None without sections."""
    import altair
    import pandas

    names = labels(reports, brief=True)
    counts: Counter[tuple[str, str]] = Counter(pair for pair in zip(sections["report_id"], sections["theme"], strict=True) if pair[0] in names and pair[1])
    if not counts:
        return None
    covered = dict.fromkeys(report_id for report_id in names if any((report_id, theme) in counts for theme in THEMES))
    shown = list(covered)[:MOST]
    cells = [{"report": names[r], "theme": theme, "count": counts[r, theme]} for r in shown for theme in THEMES]
    order = [names[r] for r in shown]
    scale = altair.Scale(domain=[0, max(counts.values())], range=["#bcd2ee", "#1f4e8c"])
    chart = (
        altair.Chart(pandas.DataFrame(cells))
        .mark_rect(stroke="#8886", strokeWidth=0.5)
        .encode(
            x=altair.X("theme:N", sort=list(THEMES), scale=altair.Scale(domain=list(THEMES)), title=None, axis=altair.Axis(orient="top", labelAngle=-45)),
            y=altair.Y("report:N", sort=order, title=None, scale=altair.Scale(domain=order)),
            color=altair.condition("datum.count > 0", altair.Color("count:Q", scale=scale, legend=None), altair.value("transparent")),
        )
        .properties(width=CELL * len(THEMES), height=ROW * len(order))
    )
    missing = [theme for theme in THEMES if not any(counts[r, theme] for r in covered)]
    title = "各篇主题覆盖（颜色越深，章节越多）" + (f"：前{MOST}篇，共{len(covered)}篇" if len(covered) > MOST else "")
    lines = (f"{names[r]}：{'、'.join(theme for theme in THEMES if counts[r, theme])}" for r in shown)
    return Chart(title, "；".join(lines) + (f"。各篇均未涉及：{'、'.join(missing)}" if missing else ""), _svg(chart), wide=True)


def _bars(title: str, rows: list[dict[str, Any]], unit: str, *, most: float | None = None) -> Chart | None:
    if not rows:
        return None
    import altair
    import pandas

    order = [row["label"] for row in rows]
    scale = altair.Scale(domain=[0, most]) if most else altair.Scale(domain=[0, max(row["count"] for row in rows)], nice=True)
    base = altair.Chart(pandas.DataFrame(rows)).encode(
        y=altair.Y("label:N", sort=order, title=None, scale=altair.Scale(domain=order)),
        x=altair.X("count:Q", title=None, scale=scale, axis=None),
    )
    # No round corners: they are drawn with clip paths whose numbers run on from chart to chart, so that no two pages would be equal.
    bars = base.mark_bar(height=ROW - 8).encode(color=altair.Color("colour:N", scale=None))
    numbers = base.mark_text(align="left", dx=4).encode(text="count:Q")
    said = "，".join(f"{row['label']} {row['count']:g}{'%' if unit == '%' else ''}" for row in rows)
    return Chart(title, said, _svg((bars + numbers).properties(width=WIDTH, height=ROW * len(rows))))


def _svg(chart: altair.TopLevelMixin) -> str:
    import vl_convert

    config = {
        "font": FONT,
        "background": None,
        "aria": False,
        "view": {"stroke": None},
        "axis": {"labelFontSize": 12, "labelLimit": 170, "grid": False, "domain": False, "ticks": False, "labelPadding": 6},
        "text": {"fontSize": 12},
    }
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(), config=config, allowed_base_urls=[])
    return svg
