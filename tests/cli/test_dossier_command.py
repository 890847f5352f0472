"""``unionnlp dossier`` writes what people open from a workspace, without the files that were scanned."""

import csv
import datetime
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from unionnlp.lexicon import data_file

Run = Callable[..., Result]

SAMPLES = Path(str(data_file("samples")))
NAMES = ("芦湾工业园区工会联合会2022年工作总结.txt", "基层工会工作总结三篇.txt", "砚坪镇总工会2016年工作汇报.txt", "柳碓镇总工会2016年工作汇报.txt")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    top = tmp_path_factory.mktemp("dossier")
    (top / "报送").mkdir()
    for name in NAMES:
        shutil.copy(SAMPLES / name, top / "报送" / name)
    result = run("scan", top / "报送", "--workspace", top / "结果", "--workers", 0)
    assert result.exit_code == 0, result.output
    shutil.rmtree(top / "报送")
    return top / "结果"


def letter(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_dossier_and_workbook_are_written_back_when_nothing_is_asked_for(workspace: Path, run: Run) -> None:
    for name in ("dossier.html", "workbook.xlsx"):
        (workspace / name).unlink()
    result = run("dossier", workspace)
    assert result.stdout.splitlines() == [f"卷宗：{workspace / 'dossier.html'}", f"台账：{workspace / 'workbook.xlsx'}"]
    assert "芦湾工业园区" in (workspace / "dossier.html").read_text(encoding="utf-8")
    assert (workspace / "workbook.xlsx").read_bytes().startswith(b"PK")


def test_only_what_is_asked_for_is_written(workspace: Path, tmp_path: Path, run: Run) -> None:
    assert run("dossier", workspace, "--html", tmp_path / "卷宗.html", "--excel", tmp_path / "台账.xlsx").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["卷宗.html", "台账.xlsx"]


@pytest.mark.parametrize("called", ["芦湾工业园区工会联合会2022年工作总结.txt", "芦湾工业园区工会联合会"])
def test_a_letter_on_one_report_that_is_called_by_its_file_or_unit(called: str, workspace: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "核查报告.docx"
    result = run("dossier", workspace, "--word", path, "--report", called, "--unit", "云溪县总工会", "--date", "2024-03-01")
    assert result.stdout == f"核查报告：{path}\n", result.output
    written = letter(path)
    assert "芦湾工业园区工会联合会" in written
    assert "云溪县总工会" in written
    assert "2024年3月1日" in written


def test_the_letter_on_the_batch_bears_the_date_of_today(workspace: Path, tmp_path: Path, run: Run) -> None:
    run("dossier", workspace, "--word", tmp_path / "核查报告.docx")
    today = datetime.date.today()
    assert f"{today.year}年" in letter(tmp_path / "核查报告.docx")


def test_reports_are_listed_with_the_ids_that_letters_take(workspace: Path, tmp_path: Path, run: Run) -> None:
    lines = run("dossier", workspace, "--list").stdout.splitlines()
    assert len(lines) == 6
    (one,) = (line for line in lines if "桐浦街道总工会" in line)
    assert run("dossier", workspace, "--word", tmp_path / "信.docx", "--report", one.split("｜")[0]).exit_code == 0
    assert "桐浦街道总工会" in letter(tmp_path / "信.docx")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report", "基层工会工作总结三篇.txt", "--word", "w.docx"], "不止一篇"),
        (["--report", "没有", "--word", "w.docx"], "没有报告“没有”"),
        (["--report", "没有"], "要与 --word 一起用"),
        (["--date", "昨天", "--word", "w.docx"], "参数有误：--date"),
        (["--html", "/proc/卷宗.html"], "无法读写文件"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(words: list[str], said: str, workspace: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("dossier", workspace, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert said in line
    assert not list(tmp_path.iterdir())


def test_the_list_as_json_and_csv_says_the_same(workspace: Path, run: Run) -> None:
    as_json = json.loads(run("dossier", workspace, "--list", "--json").stdout)
    as_csv = list(csv.DictReader(io.StringIO(run("dossier", workspace, "--list", "--csv").stdout)))
    assert [{name: str(value) for name, value in row.items()} for row in as_json] == as_csv
    assert [row["position"] for row in as_json if row["file"] == "基层工会工作总结三篇.txt"] == [1, 2, 3]
    ids = {line.split("｜")[0] for line in run("dossier", workspace, "--list").stdout.splitlines()}
    assert {row["report_id"] for row in as_json} == ids


def test_the_forms_are_of_the_list_alone(workspace: Path, run: Run) -> None:
    result = run("dossier", workspace, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--list" in result.stderr
