"""A scan holds what only the batch shows, and the dossier names all sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from unionnlp.cli.main import main
from unionnlp.scanning.local import scan
from unionnlp.scanning.results import Scan

TEXTS = {
    "2021.txt": "云溪县总工会2021年工作总结\n一、组织建设\n截至2021年底，全县共有会员51200人。",
    "2022.txt": "云溪县总工会2022年工作总结\n一、组织建设\n截至2022年底，全县共有会员52300人，截至2021年底会员48900人。",
}


@pytest.fixture
def found(tmp_path: Path) -> Scan:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, text in TEXTS.items():
        (inbox / name).write_text(text, encoding="utf-8")
    return scan(inbox, tmp_path / "workspace")


def test_the_finding_names_the_report_of_every_place(found: Scan) -> None:
    (row,) = found.findings[found.findings["report_ids"] != ""].to_dict("records")
    assert (row["rule"], row["verdict"]) == ("same_figure", "conflict")
    ids = row["report_ids"].split("、")
    assert row["report_id"] == ids[0]
    assert set(ids) == set(found.reports["report_id"])
    texts = dict(zip(found.reports["report_id"], found.reports["text"], strict=True))
    assert {texts[i][a:b] for i, (a, b) in zip(ids, json.loads(row["spans"]), strict=True)} == {"全县共有会员51200人", "截至2021年底会员48900人"}
    assert row["quote"] == texts[ids[0]][row["start"] : row["end"]]


def test_the_reports_count_the_rows_of_their_own_findings(found: Scan) -> None:
    own = found.findings[found.findings["report_ids"] == ""]
    assert 0 < len(own) < len(found.findings)
    counted = own["report_id"].value_counts()
    assert {row.report_id: row.findings for row in found.reports.itertuples()} == {i: int(counted.get(i, 0)) for i in found.reports["report_id"]}


def test_sql_reaches_the_findings_across(found: Scan) -> None:
    assert found.sql("select count(*) as n from findings where report_ids <> ''")["n"].tolist() == [1]


def test_the_dossier_names_both_sides(found: Scan, tmp_path: Path) -> None:
    found.to_html(tmp_path / "dossier.html")
    found.to_excel(tmp_path / "workbook.xlsx")
    page = (tmp_path / "dossier.html").read_text(encoding="utf-8")
    assert "涉及：云溪县总工会《云溪县总工会2022年工作总结》、云溪县总工会《云溪县总工会2021年工作总结》" in page


def test_the_command_line_audits_across_a_file_of_several(tmp_path: Path) -> None:
    path = tmp_path / "汇编.txt"
    path.write_text("\n".join(f"篇{number}：{text}" for number, text in zip("一二", TEXTS.values(), strict=True)), encoding="utf-8")
    assert "云溪县总工会会员数在2篇报告中数值不同" in CliRunner().invoke(main, ["audit", str(path)]).output
