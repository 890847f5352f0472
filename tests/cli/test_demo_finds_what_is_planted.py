"""The demo finds everything that tests/cases/samples.json says is planted in the samples that ship."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.scanning.results import Scan
from unionnlp.scanning.workspace import open_workspace

TRUTH: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "samples.json").read_text(encoding="utf-8"))
ASKED = [row for row in TRUTH["findings"] if row["verdict"] in ("conflict", "damaged")]
FACTS = [row for row in TRUTH["facts"] if not row.get("table")]


@pytest.fixture(scope="session")
def scan(demo: tuple[Result, Path]) -> Scan:
    return open_workspace(demo[1])


@pytest.fixture(scope="session")
def texts(demo: tuple[Result, Path]) -> dict[str, str]:
    return {path.name: read(str(path)).text for path in Path(str(data_file("samples"))).iterdir()}


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    at = text.find(words)
    while at >= 0:
        yield at, at + len(words)
        at = text.find(words, at + 1)


def test_it_ends_well_and_says_where_everything_is(demo: tuple[Result, Path]) -> None:
    result, workspace = demo
    assert result.exit_code == 0, result.output
    for name in ("dossier.html", "workbook.xlsx"):
        assert (workspace / name).stat().st_size > 10_000
        assert str(workspace / name) in result.stdout
    for word in ("21 份文件", "报告 23 篇", "疑似雷同 8 对", "全文相同", "打架", "残损", "请核实"):
        assert word in result.stdout
    assert "抄袭" not in result.output
    assert "读不出" not in result.stdout


def test_every_file_and_report_is_there(scan: Scan) -> None:
    assert dict(zip(scan.files["file"], scan.files["report_count"], strict=True)) == {file: row["reports"] for file, row in TRUTH["files"].items()}
    assert scan.failures.empty


@pytest.mark.parametrize("file", [file for file, row in TRUTH["files"].items() if row["reports"] > 1])
def test_every_report_of_a_compilation_has_its_title_and_unit(file: str, scan: Scan) -> None:
    rows = scan.reports[scan.reports["file"] == file].sort_values("position")
    assert rows["title"].tolist() == TRUTH["files"][file]["titles"]
    assert rows["reporting_unit"].tolist() == TRUTH["files"][file]["units"]


@pytest.mark.parametrize("planted", TRUTH["copies"], ids=lambda row: f"{row['kind']}-{row['b'][:6]}")
def test_every_copy_is_found_with_its_kind(planted: dict[str, Any], scan: Scan) -> None:
    file = dict(zip(scan.reports["report_id"], scan.reports["file"], strict=True))
    pairs = {frozenset((file[a], file[b])): kind for a, b, kind in scan.matches[["a", "b", "kind"]].values}
    found = pairs.get(frozenset((planted["a"], planted["b"])))
    assert found is not None
    # Which script it is written in makes a text no other text.
    assert found == ("light_edit" if planted["kind"] == "traditional" else planted["kind"])


def test_nothing_else_is_called_a_copy(scan: Scan) -> None:
    assert len(scan.matches) == len(TRUTH["copies"])


@pytest.mark.parametrize("planted", ASKED, ids=lambda row: f"{row['rule']}-{row['quote'][:12]}")
def test_every_conflict_and_every_damage_is_found_where_it_stands(planted: dict[str, Any], scan: Scan, texts: dict[str, str]) -> None:
    places = list(_places(texts[planted["file"]], planted["quote"]))
    assert places
    joined = scan.findings.merge(scan.reports[["report_id", "file"]], on="report_id")
    here = joined[(joined["file"] == planted["file"]) & (joined["verdict"] == planted["verdict"])]
    found = [row for row in here.to_dict("records") if any(start < e and s < end for s, e in json.loads(row["spans"]) for start, end in places)]
    assert found, here["message"].tolist()
    if "computed" in planted:
        assert any(row["computed"] == pytest.approx(planted["computed"], abs=0.01) for row in found)


@pytest.mark.parametrize("planted", FACTS, ids=lambda row: f"{row['file'][:4]}-{row['context'][:14]}")
def test_every_fact_has_its_value_and_unit(planted: dict[str, Any], scan: Scan, texts: dict[str, str]) -> None:
    inside = list(_places(texts[planted["file"]], planted["context"]))
    assert inside
    joined = scan.facts.merge(scan.reports[["report_id", "file"]], on="report_id")
    facts = joined[(joined["file"] == planted["file"]) & (joined["quote"] == planted["quote"])]
    found = [(f.value, f.unit, f.bound) for f in facts.itertuples() if any(start <= f.start and f.end <= end for start, end in inside)]
    value = float(planted["value"]) if planted["value"] is not None else pytest.approx(float("nan"), nan_ok=True)
    assert (value, planted["unit"], planted["bound"]) in found
