"""``unionnlp compare`` says what a plagiarism report says, in the words of one who asks."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from unionnlp.lexicon import data_file

Run = Callable[..., Result]

SEVERAL = str(data_file("samples", "基层工会工作总结三篇.txt"))
BODY = "".join(f"第{i}车间的工会小组长逐户登记了困难职工的住址和难处。" for i in "甲乙丙丁戊己庚辛")
TEXT = f"云溪县总工会2018年工作总结\n一、帮扶\n走访慰问146人次，发放慰问金5.84万元。{BODY}\n二、协商\n签订集体合同38份。\n"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    a, b = tmp_path / "甲.txt", tmp_path / "乙.txt"
    a.write_text(TEXT, encoding="utf-8")
    b.write_text(TEXT.replace("146人次", "164人次").replace("云溪", "雁坪").replace("38份", "83份"), encoding="utf-8")
    return a, b


def test_shares_changed_figures_and_sections_are_told(pair: tuple[Path, Path], run: Run) -> None:
    out = run("compare", *pair).stdout
    for side, other in ("甲乙", "乙甲"):
        assert re.search(rf"^{side}的 \d\d\.\d% 见于{other}：总文字复制比 \d\d\.\d%，去除套话与引文复制比 \d\d\.\d%，单篇最大复制比 \d\d\.\d%；重合字数 \d+，总字数 \d+，疑似段落数 \d。$", out, re.M)
    assert "疑似略有改动，请核实。署名为不同单位，疑似沿用外单位材料，请核实。" in out
    assert "异数 2 处：146人次 → 164人次；38份 → 83份。" in out
    assert "“开头 至 二、协商”第" in out
    assert "仅就这两份材料而言" in out
    assert "抄袭" not in out


def test_the_page_is_written_when_asked_for(pair: tuple[Path, Path], tmp_path: Path, run: Run) -> None:
    page = tmp_path / "对照.html"
    out = run("compare", *pair, "--html", page).stdout
    assert f"左右对照：{page}" in out
    written = page.read_text(encoding="utf-8")
    assert "146人次 → 164人次" in written
    assert "请核实" in written


def test_a_page_that_cannot_be_written_is_one_line(pair: tuple[Path, Path], run: Run) -> None:
    result = run("compare", *pair, "--html", "/proc/对照.html")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_reports_of_one_file_are_compared_by_their_numbers(run: Run, tmp_path: Path) -> None:
    out = run("compare", f"{SEVERAL}#1", f"{SEVERAL}#2").stdout
    assert out.startswith(f"甲：{SEVERAL}#1\n乙：{SEVERAL}#2\n")
    assert "未见疑似雷同" in out
    same = run("compare", f"{SEVERAL}#3", f"{SEVERAL}#3", "--json").stdout
    assert '"kind": "identical"' in same
    alone = tmp_path / "总结#2.txt"
    alone.write_text(TEXT, encoding="utf-8")
    alone.rename(tmp_path / "总结#2")  # a file that is called so is that file
    assert "100.0% 见于" in run("compare", tmp_path / "总结#2", tmp_path / "总结#2").stdout


@pytest.mark.parametrize("number", ["0", "4"])
def test_a_report_that_is_not_there_is_one_line(number: str, run: Run) -> None:
    result = run("compare", SEVERAL, f"{SEVERAL}#{number}")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [f"{SEVERAL} 里有 3 篇报告，没有第 {number} 篇。用法见 unionnlp compare --help。"]
