"""What a person types and what the program answers: Chinese, one line for an error, no traceback."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from unionnlp.cli.chinese import error_line
from unionnlp.cli.main import COMMANDS
from unionnlp.errors import MissingExtra
from unionnlp.scanning import local, workspace

Run = Callable[..., Result]

TEXT = "恒阜纺织公司工会2007年工作总结\n一、公司概况\n现有在册职工1286人，其中加入工会的会员1342人。\n二、帮扶\n走访慰问146人次，发放慰问金5.84万元。\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "总结.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def _one_chinese_line(result: Result) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert re.search("[\u4e00-\u9fff]{4}", line)
    assert "Traceback" not in result.output


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=lambda words: words[0])
def test_help_is_chinese_with_an_example(words: list[str], run: Run) -> None:
    result = run(*words)
    assert result.exit_code == 0
    assert "例：unionnlp" in result.stdout
    assert not re.search(r"Usage|Options|Commands|Show|Arguments|Default|\bdefault\b", result.stdout)
    if words == ["--help"]:
        assert all(re.search(rf"^  {name} +[\u4e00-\u9fff]", result.stdout, re.M) for name in COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom unionnlp.cli.main import main\ntry: main(['scan', '--help'], prog_name='unionnlp')\nexcept SystemExit: pass\n"
        "print(sorted({'pandas', 'pyarrow', 'numpy', 'duckdb', 'sklearn', 'jieba', 'altair', 'jinja2', 'lxml', 'regex', 'tqdm'} & sys.modules.keys()))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert out.splitlines()[-1] == "[]"


def _bad_folders(tmp_path: Path) -> dict[str, tuple[Path, Path]]:
    (tmp_path / "空文件夹").mkdir()
    (tmp_path / "文件").write_text("不是工作区", encoding="utf-8")
    good, fresh = tmp_path, tmp_path / "w"
    return {
        "empty folder": (tmp_path / "空文件夹", fresh),
        "no such folder": (tmp_path / "没有", fresh),
        "workspace is a file": (good, tmp_path / "文件"),
        "workspace below a file": (good, tmp_path / "文件" / "w"),
        "workspace cannot be written": (good, Path("/proc/w")),
        "workspace is the folder": (good, good),
    }


@pytest.mark.parametrize("case", ["empty folder", "no such folder", "workspace is a file", "workspace below a file", "workspace cannot be written", "workspace is the folder"])
def test_bad_input_is_one_line_and_status_2(case: str, tmp_path: Path, run: Run) -> None:
    folder, workspace = _bad_folders(tmp_path)[case]
    _one_chinese_line(run("scan", folder, "--workspace", workspace))
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    "words",
    [["scan"], ["scan", "x"], ["scann"], ["scan", "x", "-w"], ["scan", "x", "y", "-w", "z"], ["facts", "x", "--fast"], ["--fast"], ["facts", "没有.txt"], ["audit", "/tmp"], ["compare", "a", "b"]],
    ids=" ".join,
)
def test_wrong_usage_is_one_chinese_line_too(words: list[str], run: Run) -> None:
    _one_chinese_line(run(*words))


def test_no_command_shows_the_help(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "命令:" in result.output


def test_failures_are_listed_while_the_rest_goes_on(report: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "二进制.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "打包.rar").write_bytes(b"Rar!\x1a\x07\x00")
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "断链.txt").symlink_to("nowhere")
    result = run("scan", tmp_path, "-w", tmp_path / "w")
    assert result.exit_code == 0, result.output
    assert "读了 1 份文件" in result.stdout
    assert "读不出的文件 4 份" in result.stdout
    for name, word in {"二进制.txt": "请", "打包.rar": "暂不能读这种格式", "空.txt": "没有文字", "断链.txt": "无法打开"}.items():
        assert re.search(rf"{re.escape(name)}：.*{word}", result.stdout)
    page = (tmp_path / "w" / "dossier.html").read_text(encoding="utf-8")
    assert "打包.rar" in page


def test_nothing_read_is_status_2_with_the_list(tmp_path: Path, run: Run) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    result = run("scan", tmp_path, "-w", tmp_path / "w")
    assert result.exit_code == 2
    assert "空.txt：文件里没有文字" in result.stdout


def test_findings_are_told_gravest_first_with_file_place_and_words(report: Path, tmp_path: Path, run: Run) -> None:
    out = run("scan", report, "-w", tmp_path / "w").stdout
    assert re.search(r"1\. \[打架\] 总结\.txt，一、公司概况；第\d+字起：“现有在册职工1286人", out)
    assert "未见疑似雷同" in out


def test_long_lists_say_how_many_are_left(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in").mkdir()
    for i in range(25):
        (tmp_path / "in" / f"{i:02}.pdf").write_bytes(b"%PDF-1.4\n")
    out = run("scan", tmp_path / "in", "-w", tmp_path / "w").stdout
    assert "19.pdf" in out
    assert "20.pdf" not in out
    assert "另有 5 条" in out


def test_what_a_submission_holds_cannot_steer_the_terminal(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "坏\x1b[31m.pdf").write_bytes(b"%PDF-1.4\n")
    out = run("scan", tmp_path / "in", "-w", tmp_path / "w").output
    assert "\x1b" not in out
    assert ".pdf" in out


def test_facts_are_listed(report: Path, run: Run) -> None:
    out = run("facts", report).stdout
    assert "事实 4 条" in out
    assert re.search("^5.84万元｜58400 元｜慰问金｜.*二、帮扶；第\\d+字起$", out, re.M)


def test_facts_as_json_and_csv_say_the_same(report: Path, run: Run) -> None:
    as_json = json.loads(run("facts", report, "--json").stdout)
    as_csv = list(csv.DictReader(io.StringIO(run("facts", report, "--csv").stdout)))
    assert [row["quote"] for row in as_json] == [row["quote"] for row in as_csv] == ["1286人", "1342人", "146人次", "5.84万元"]
    assert all(TEXT[row["start"] : row["end"]] == row["quote"] for row in as_json)
    assert [row["value"] for row in as_csv] == [str(row["value"]) for row in as_json]
    assert as_csv[0]["reporting_unit"] == "恒阜纺织公司工会"


def test_audit_lists_the_gravest_first(report: Path, run: Run) -> None:
    out = run("audit", report).stdout.splitlines()
    assert "打架 1 处" in out[0]
    assert out[1].startswith("[打架] 一、公司概况；第")
    as_json = json.loads(run("audit", report, "--json").stdout)
    assert as_json[0]["verdict"] == "conflict"
    assert as_json[0]["spans"]


def test_compare_tells_copies_from_texts_that_share_a_phrase(report: Path, tmp_path: Path, run: Run) -> None:
    long = TEXT + "".join(f"第{i}车间的工会小组长逐户登记了困难职工的住址和难处。" for i in "甲乙丙丁戊己庚辛")
    (tmp_path / "a.txt").write_text(long, encoding="utf-8")
    (tmp_path / "b.txt").write_text(long.replace("146人次", "164人次"), encoding="utf-8")
    (tmp_path / "c.txt").write_text("东川县总工会2020年总结\n举办职工运动会，走访慰问困难职工12户。\n", encoding="utf-8")
    alike = run("compare", tmp_path / "a.txt", tmp_path / "b.txt").stdout
    assert re.search("甲的 9\\d.\\d% 见于乙", alike)
    assert "疑似" in alike
    assert "请核实" in alike
    apart = run("compare", tmp_path / "a.txt", tmp_path / "c.txt").stdout
    assert "未见疑似雷同" in apart
    assert "抄袭" not in alike + apart


def test_an_interrupt_is_one_line_and_status_130(report: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "find_inputs", interrupted)
    result = run("scan", report, "-w", tmp_path / "w")
    assert (result.exit_code, result.stderr.strip()) == (130, "已中断。已读过的文件保存在工作区里，再次运行同一命令就从中断处接着做。")


def test_a_missing_extra_names_the_command_that_installs_it() -> None:
    assert "pip install 'unionnlp[ocr]'" in error_line(MissingExtra("ocr", "reading scans"))


@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}], ids=["C", "ascii"])
def test_the_program_itself_in_a_terminal_without_utf_8(locale: dict[str, str], report: Path, tmp_path: Path) -> None:
    def program(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, "-m", "unionnlp", *words], capture_output=True, env={**os.environ, **locale}, cwd=tmp_path)

    good = program("facts", report.name)
    assert good.returncode == 0, good.stderr.decode("utf-8", "replace")
    assert "慰问金" in good.stdout.decode("utf-8")
    bad = program("scan", "none", "--workspace", "w")
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.decode("utf-8").splitlines() == ["none：找不到这个文件夹或文件。请检查路径是否写对。"]


def test_a_reader_that_leaves_early_gets_no_traceback(report: Path) -> None:
    report.write_text(TEXT * 600, encoding="utf-8")
    command = f"{sys.executable} -m unionnlp facts '{report}' --csv | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.startswith("report_id,")
    assert done.stderr == ""


def test_strict_makes_any_failure_a_status(report: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "in").mkdir()
    report.rename(tmp_path / "in" / "总结.txt")
    assert run("scan", tmp_path / "in", "-w", tmp_path / "w", "--strict").exit_code == 0
    (tmp_path / "in" / "空.txt").write_bytes(b"")
    assert run("scan", tmp_path / "in", "-w", tmp_path / "w").exit_code == 0
    assert run("scan", tmp_path / "in", "-w", tmp_path / "w", "--strict").exit_code == 1


def test_a_second_batch_is_told_beside_the_first(report: Path, tmp_path: Path, run: Run) -> None:
    long = TEXT + "".join(f"第{i}车间的工会小组长逐户登记了困难职工的住址和难处。" for i in "甲乙丙丁戊己庚辛")
    report.write_text(long, encoding="utf-8")
    run("scan", report, "-w", tmp_path / "w", "--batch", "一报", "--workers", "0")
    report.write_text(long.replace("恒阜", "恒远"), encoding="utf-8")
    out = run("scan", report, "-w", tmp_path / "w", "--batch", "二报", "--workers", "1", "--timeout", "60", "--limit-mb", "2000").stdout
    assert "工作区现有 2 份文件（第 2 次扫描读入 1 份）" in out
    assert "（二报/总结.txt）；乙：" in out
    assert "，乙在先" in out
    report.write_text(long.replace("恒阜", "恒远").replace("146人次", "164人次"), encoding="utf-8")
    out = run("scan", report, "-w", tmp_path / "w", "--batch", "三报").stdout
    assert "同一单位同一时期重报、更正的 1 份，以后报的为准，不算雷同：\n  1. 二报/总结.txt → 三报/总结.txt" in out


@pytest.mark.parametrize("option", [["--workers", "-1"], ["--workers", "x"], ["--limit-mb", "1"], ["--timeout", "0"]], ids=" ".join)
def test_a_limit_that_means_nothing_is_wrong_usage(option: list[str], report: Path, tmp_path: Path, run: Run) -> None:
    _one_chinese_line(run("scan", report, "-w", tmp_path / "w", *option))


def test_a_workspace_that_another_scan_writes_is_one_line(report: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "WAIT", 0.1)
    with workspace.writing(tmp_path / "w"):
        result = run("scan", report, "-w", tmp_path / "w")
    _one_chinese_line(result)
    assert "另一次扫描正在写这个工作区" in result.stderr
