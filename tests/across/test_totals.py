"""Totals: like is added to like, copies and parts count once, bounds are kept."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.across.totals import COLUMNS, totals, totals_of
from unionnlp.lexicon import load_table
from unionnlp.records import Match, Matches, Report
from unionnlp.scanning.analyze import analyze
from unionnlp.scanning.local import scan
from unionnlp.structure.parse import parse

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "across" / "totals.jsonl").read_text(encoding="utf-8").splitlines()]

LONG = "全县各级工会围绕中心、服务大局，把职工冷暖放在心上，扎实推进各项工作，受到普遍好评，{}主席多次到基层调研，帮助解决实际困难。"
ALPHA = "甲县总工会2019年工作总结\n今年，走访慰问困难职工80户，发放慰问金3万元，培训职工300人，举办文体活动12场。" + LONG.format("县总工会")


def report(text: str) -> Report:
    (one,) = parse(text)
    return one


def plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return None if value is pd.NaT or (isinstance(value, float) and math.isnan(value)) else value


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_totals(case: dict[str, Any]) -> None:
    frame = totals(map(report, case["texts"]), status=case.get("status", ("achieved",)))
    assert tuple(frame.columns) == COLUMNS
    rows = [{name: plain(row[name]) for name in expected} for expected, row in zip(case["expected"], frame.to_dict("records"), strict=True)]
    assert rows == case["expected"]


def households(frame: pd.DataFrame) -> list[tuple[str, float, int, str]]:
    rows = frame[frame["unit"] == "户"]
    return list(rows[["reporting_unit", "total_low", "reports", "copies"]].itertuples(index=False, name=None))


def test_a_copy_under_another_name_counts_once_and_is_named() -> None:
    first, copy = report(ALPHA), report(ALPHA.replace("甲县", "乙县"))
    kept, left = sorted((first, copy), key=lambda r: r.report_id)
    assert households(totals([first, copy])) == [(kept.unit, 80.0, 1, left.report_id)]
    assert [row[1:3] for row in households(totals([first, copy], Matches()))] == [(80.0, 1), (80.0, 1)]


def test_the_same_report_given_twice_counts_once() -> None:
    first = report(ALPHA)
    assert households(totals([first, report(ALPHA)])) == [("甲县总工会", 80.0, 1, f"{first.report_id}~2")]


def test_a_report_cut_short_is_a_copy_of_the_whole() -> None:
    whole, cut = report(ALPHA + "\n全年调解纠纷26件，签订集体合同45份，新建工会7家。"), report(ALPHA)
    match = Match(cut.report_id, whole.report_id, 0.7, 1.0, 0.7, 1.0, 0.7, "cut_short")
    assert households(totals([cut, whole], Matches([match]))) == [("甲县总工会", 80.0, 1, cut.report_id)]


@pytest.mark.parametrize(("kind", "unit", "copies"), [("figures_changed", "乙县", 0), ("figures_changed", "甲县", 1), ("light_edit", "乙县", 0), ("passage", "甲县", 0), ("patchwork", "甲县", 0)])
def test_changed_figures_count_unless_it_is_a_second_version_of_one_report(kind: str, unit: str, copies: int) -> None:
    changed = ALPHA.replace("80户", "95户").replace("300人", "420人").replace("12场", "15场").replace("甲县", unit)
    first, second = report(ALPHA), report(changed)
    match = Match(first.report_id, second.report_id, 0.8, 0.9, 0.9, 0.9, 0.9, kind)
    frame = totals([first, second], Matches([match]))
    assert frame["copies"].ne("").any() == bool(copies)
    kept = min((first, second), key=lambda r: r.report_id)
    assert frame.loc[frame["unit"] == "户", "total_low"].sum() == (175 if not copies else 80 if kept is first else 95)


def test_one_mended_figure_of_many_leaves_a_light_edit_a_copy() -> None:
    figures = "".join(f"今年，培训职工{n}人。" for n in range(201, 221))
    first, second = report("甲县总工会2019年工作总结\n" + figures), report("乙县总工会2019年工作总结\n" + figures.replace("210人", "410人"))
    match = Match(first.report_id, second.report_id, 0.8, 0.9, 0.9, 0.9, 0.9, "light_edit")
    assert len(totals([first, second], Matches([match]))) == 1


def test_a_family_joined_to_one_counts_once_also_when_that_one_was_cut_short() -> None:
    center, *leaves = [report(ALPHA.replace("甲县", f"{name}县") + ("" if name == "子" else "调解纠纷26件。")) for name in "子丑寅卯辰"]
    star = Matches(Match(center.report_id, leaf.report_id, 0.8, 1.0, 0.9, 1.0, 0.9, "light_edit") for leaf in leaves)
    ((_, total, reports, copies),) = households(totals([center, *leaves], star))
    assert (total, reports, len(copies.split("、"))) == (80.0, 1, 4)


def test_analyses_give_what_their_reports_give() -> None:
    texts = [ALPHA, "乙县总工会2019年工作总结\n上半年，举办讲座5场。"]
    pd.testing.assert_frame_equal(totals(map(analyze, texts)), totals(map(report, texts)))


def test_a_scan_gives_the_same_totals_as_its_reports(tmp_path: Path) -> None:
    texts = {"甲.txt": ALPHA, "乙.txt": ALPHA.replace("甲县", "乙县"), "丙.txt": "丙县总工会2019年工作总结\n上半年，举办讲座5场，慰问困难职工20余户。"}
    for name, text in texts.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    found = scan(tmp_path / "in", tmp_path / "out")
    pd.testing.assert_frame_equal(found.totals(), totals(map(report, texts.values())))
    assert found.totals(status=("planned",)).empty


def row(start: int, value: float | None, **about: Any) -> dict[str, Any]:
    given = {"report_id": "r", "reporting_unit": "甲", "start": start, "end": start + 1, "value": value, "low": None, "high": None, "unit": "户", "bound": "exact", "label": ""}
    said = {"indicator": "慰问人次", "subject": "", "scope": "", "status": "achieved", "period": "", "period_start": None, "period_end": None, "flags": "", "cue": "慰问"}
    return {**given, **said, **about}


def of_rows(*facts: dict[str, Any]) -> dict[str, Any]:
    reports = pd.DataFrame([("r", "甲", "", 0, "，" * 100)], columns=["report_id", "reporting_unit", "period", "start", "text"])
    (found,) = totals_of(pd.DataFrame(facts), reports, Matches().to_frame()).to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_the_sum_of_a_table_is_not_added_to_its_rows() -> None:
    found = of_rows(row(1, 30, flags="table", scope="东镇"), row(3, 50, flags="table", scope="西镇"), row(5, 80, flags="table、total"))
    assert (found["total_low"], found["facts"], found["repeated"]) == (80.0, 2, 1)
    assert of_rows(row(5, 80, flags="table、total"))["total_low"] == 80.0


def test_a_table_that_repeats_the_text_counts_once() -> None:
    for first, second in (("", "table"), ("table", "")):
        found = of_rows(row(1, 30, flags=first, scope="全县"), row(3, 30, flags=second, subject="职工"))
        assert (found["total_low"], found["repeated"]) == (30.0, 1)
    assert of_rows(row(1, 30, scope="东镇"), row(3, 30, scope="西镇"))["total_low"] == 60.0


def test_a_figure_too_large_for_the_tables_is_counted_apart() -> None:
    found = of_rows(row(1, None, flags="out_of_range"), row(3, 5))
    assert (found["total_low"], found["flagged"]) == (5.0, 1)


def test_the_indicators_of_states_are_those_of_the_cues() -> None:
    known = {r["indicator"] for r in load_table("indicator_cues", ("indicator", "units", "where", "cue", "example", "counterexample", "source"))}
    assert {r["indicator"] for r in load_table("state_indicators", ("indicator", "example", "source"))} <= known | {"合同覆盖人数"}


bounds = st.tuples(st.sampled_from(["exact", "approx", "at_least", "under", "range"]), st.integers(1, 10**9), st.integers(0, 10**6))


@given(st.lists(bounds, min_size=1, max_size=8, unique_by=lambda b: b[1]))
def test_the_ends_enclose_every_sum_that_the_figures_allow(figures: list[tuple[str, int, int]]) -> None:
    rows = [
        row(2 * i + 1, None if bound == "range" else value, bound=bound, low=value if bound == "range" else None, high=value + more if bound == "range" else None)
        for i, (bound, value, more) in enumerate(figures)
    ]
    found = of_rows(*rows)
    low = sum(0 if bound == "under" else value for bound, value, _ in figures)
    high = sum(value + (more if bound == "range" else 0) for bound, value, more in figures)
    assert found["total_low"] == low
    assert math.isnan(found["total_high"]) if "at_least" in {b for b, _, _ in figures} else found["total_high"] == high
    assert found["facts"] == len(figures)


def test_totals_do_not_depend_on_the_order_of_the_reports() -> None:
    reports = [report(ALPHA), report(ALPHA.replace("甲县", "乙县")), report("丙县总工会2019年工作总结\n上半年，举办讲座5场。")]
    numbers = [name for name in COLUMNS if name not in ("report_ids", "period")]
    pd.testing.assert_frame_equal(totals(reports)[numbers], totals(reversed(reports))[numbers])
