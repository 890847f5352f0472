"""The pictures show what the tables hold, lead to it, and stay small however large the batch."""

import pandas
import pytest

from unionnlp.dossier.batch import Batch
from unionnlp.dossier.charts import (
    ALIKE,
    INDICATORS,
    MOST,
    OF_FAMILY,
    SERIES,
    brief_number,
    copied_share,
    figures_over_time,
    indicators_by_unit,
    themes_by_unit,
    who_matches_whom,
)
from unionnlp.dossier.tables import complete
from unionnlp.dossier.volumes import Links, Volumes
from unionnlp.records import THEMES


def looked_at(tables):
    batch = Batch(complete(tables))
    return batch, Links(Volumes(batch.asks, batch.families, list(batch.reports), beside=False), "", "", "")


def a_match(a, b, kind="identical", share=1.0):
    return {"a": a, "b": b, "jaccard": share, "kind": kind, **dict.fromkeys(("containment_a", "discounted_a"), share), **dict.fromkeys(("containment_b", "discounted_b"), share / 2)}


def a_fact(report_id, value, indicator="会员数", unit="人", **more):
    return {"report_id": report_id, "reporting_unit": report_id.split("-")[0], "indicator": indicator, "unit": unit, "value": value, "status": "achieved", "quote": f"{value:g}{unit}", **more}


def reports_of(*report_ids, **columns):
    return pandas.DataFrame([{"report_id": name, "reporting_unit": name.split("-")[0], "text": "文" * 9} for name in report_ids]).assign(**columns)


def cells(grid):
    return {(head.title or head.text, column.title or column.text): cell for head, row in grid.rows for column, cell in zip(grid.columns, row, strict=True)}


def test_the_matrix_has_both_directions_and_leads_to_the_pair(batch):
    looked, links = looked_at(batch)
    found = cells(who_matches_whom(looked, links))
    qinghe, cut = (looked.names[name] for name in ("r-qinghe", "r-cut"))
    assert (found[cut, qinghe].text, found[qinghe, cut].text) == ("98", "61")
    assert (found[cut, qinghe].shade, found[qinghe, cut].shade) == (5, 4)
    assert found[cut, qinghe].href == "#c1p2"
    assert found[qinghe, qinghe].text == "—"
    assert found[cut, looked.names["r-baishi"]].text == "·"  # of one family, not compared


def test_a_family_of_sixty_leaves_room_in_the_matrix_for_others():
    names = [f"样{i}" for i in range(61)]
    others = [f"甲{i}" for i in range(40)]
    matches = [a_match(names[0], name) for name in names[1:]] + [a_match(a, b, "passage", 0.2) for a, b in zip(others[::2], others[1::2], strict=True)]
    grid = who_matches_whom(*looked_at({"reports": reports_of(*names, *others), "matches": pandas.DataFrame(matches)}))
    assert len(grid.rows) == ALIKE
    assert sum("样" in head.title for head, _ in grid.rows) == OF_FAMILY
    assert "共101篇有雷同" in grid.said


def test_passages_do_not_make_a_family_of_two_texts():
    matches = [a_match("甲", "乙", "passage", 0.2), a_match("乙", "丙", "passage", 0.2)]
    found = cells(who_matches_whom(*looked_at({"reports": reports_of("甲", "乙", "丙"), "matches": pandas.DataFrame(matches)})))
    assert found["甲", "丙"].text == ""


def test_the_largest_share_is_shown_for_each_report_with_what_several_have_together():
    matches = pandas.DataFrame([a_match("拼", "甲", "patchwork", 0.5), a_match("拼", "乙", "patchwork", 0.4)])
    matches["passages"] = ['[[0, 5, 0, 5, "same"]]', '[[4, 9, 0, 5, "same"]]']
    bars = copied_share(*looked_at({"reports": reports_of("拼", "甲", "乙"), "matches": matches})).bars
    assert [(bar.label, bar.value, bar.note) for bar in bars] == [("拼", 0.5, "，各篇合计100%"), ("甲", 0.25, ""), ("乙", 0.2, "")]


def test_of_several_years_the_last_one_counts_and_of_that_the_largest_figure():
    reports = reports_of("甲-1", "甲-2", "乙-1", period_end=["2021-12-31", "2022-12-31", None])
    facts = pandas.DataFrame([a_fact("甲-1", 900), a_fact("甲-2", 500), a_fact("甲-2", 30), a_fact("乙-1", 120_000), a_fact("乙-1", 7, status="planned"), a_fact("甲-2", 97, "占比", "%")])
    grid = indicators_by_unit(*looked_at({"reports": reports, "facts": facts}))
    assert [head.text for head in grid.columns] == ["会员数（人）"]
    found = cells(grid)
    assert (found["甲", "会员数（人）"].text, found["乙", "会员数（人）"].text) == ("500", "12万")
    assert found["甲", "会员数（人）"].href == "#f1"
    assert found["甲", "会员数（人）"].title == "2022年；“500人”"


def test_figures_of_several_years_are_joined_by_subject_and_drawn_from_nothing():
    reports = reports_of("甲-1", "甲-2", "乙-1", period_end=["2021-12-31", "2022-12-31", "2022-12-31"])
    facts = [
        *(a_fact("甲-1", 100), a_fact("甲-2", 150), a_fact("甲-2", 9, subject="女职工"), a_fact("乙-1", 80), a_fact("甲-2", 60, period_end="2020-12-31", period_start="2020-01-01")),
        a_fact("甲-2", 5_000, period_start="2018-01-01", period_end="2022-12-31"),  # of five years together
    ]
    (line,) = figures_over_time(Batch(complete({"reports": reports, "facts": pandas.DataFrame(facts)}))).lines
    assert [(point.year, point.words) for point in line.points] == [(2020, "60"), (2021, "100"), (2022, "150")]
    assert line.change == "末期较前一期+50.0%"
    assert [round(52 - point.y, 2) for point in line.points] == [14.4, 24, 36]


def test_themes_covered_and_left_out_are_told_by_unit():
    sections = pandas.DataFrame([{"report_id": name, "theme": theme} for name, theme in (("甲-1", "帮扶救助"), ("甲-2", "帮扶救助"), ("乙-1", "组织建设"))])
    grid = themes_by_unit(Batch(complete({"reports": reports_of("甲-1", "甲-2", "乙-1"), "sections": sections})))
    found = cells(grid)
    assert (found["甲", "帮扶救助"].text, found["甲", "组织建设"].text, found["甲", "组织建设"].title) == ("2", "", "甲：未见组织建设")
    assert found["共2个单位", "帮扶救助"].text == "50%"
    assert "各单位均未见：权益维护" in grid.said


def test_pictures_stay_small_with_many_reports():
    names = [f"单位{i}-1" for i in range(500)]
    reports = pandas.concat([reports_of(*names, period_end="2022-12-31"), reports_of(*(name[:-1] + "2" for name in names), period_end="2023-12-31")])
    facts = pandas.DataFrame([a_fact(name, 5 + k, "会员数", f"种{k}") for name in reports["report_id"] for k in range(12)])
    sections = pandas.DataFrame([{"report_id": name, "theme": theme} for name in reports["report_id"] for theme in THEMES[: 1 + hash(name) % 2]])
    matches = pandas.DataFrame([a_match(a, b, "passage", 0.3) for a, b in zip(names[::2], names[1::2], strict=True)])
    looked, links = looked_at({"reports": reports, "facts": facts, "sections": sections, "matches": matches})
    grid = indicators_by_unit(looked, links)
    assert (len(grid.rows), len(grid.columns)) == (MOST, INDICATORS)
    assert "共500个" in grid.said
    assert "共12项" in grid.said
    assert len(themes_by_unit(looked).rows) == MOST + 1
    assert len(copied_share(looked, links).bars) == MOST
    lines = figures_over_time(looked)
    assert len(lines.lines) == SERIES
    assert "共6000项" in lines.said


@pytest.mark.parametrize("picture", [who_matches_whom, copied_share, indicators_by_unit])
def test_without_anything_to_show_there_is_no_picture(picture):
    assert picture(*looked_at({})) is None
    assert themes_by_unit(Batch(complete({}))) is None
    assert figures_over_time(Batch(complete({}))) is None


@pytest.mark.parametrize(
    ("value", "measure", "words"),
    [(0.0, "人", "0"), (99_999, "元", "99,999"), (100_000, "元", "10万"), (99_990_000, "元", "9,999万"), (1e8, "元", "1亿"), (1e13, "元", "100,000亿"), (-2.5, "%", "-2.5%")],
)
def test_large_figures_are_shortened(value, measure, words):
    assert brief_number(value, measure) == words
