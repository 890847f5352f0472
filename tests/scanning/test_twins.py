"""Files that hold one text in two formats are one submission; two texts of one format, or of two units, never are."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from unionnlp.cli.telling import told
from unionnlp.records import Analysis, Document, Facts, Findings
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.local import scan
from unionnlp.scanning.results import Scan
from unionnlp.scanning.rows import Submission
from unionnlp.scanning.twins import find_twins, format_of
from unionnlp.structure.parse import parse

SAMPLES = files("unionnlp") / "data" / "samples"
BASES = {
    "": (SAMPLES / "云溪县总工会2019年工作总结.txt").read_text(encoding="utf-8"),
    "other": (SAMPLES / "砚坪镇总工会2016年工作汇报.txt").read_text(encoding="utf-8"),
    "table": "云溪县总工会2019年帮扶情况统计表\n项目\t人数\t金额\n送温暖（元旦春节走访慰问困难职工）\t1520人\t91.2万元\n金秋助学\t138人\t41.4万元\n送清凉\t5200人\t26万元\n",
}
CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "scanning" / "twins.jsonl").read_text(encoding="utf-8").splitlines()]
READ = Path(__file__).parents[1] / "reading" / "files"


def misread(text: str, rate: float) -> str:
    """A text as recognised from a picture: below its title some characters are taken for others, digits for digits."""
    rng = random.Random(7)
    title, rest = text.split("\n", 1)
    wrong = [rng.choice("0123456789" if c.isdigit() else "曰己巳末士入") if rng.random() < rate and not c.isspace() else c for c in rest]
    return "\n".join((title, "".join(wrong)))


TEXTS: dict[Submission, str] = {}


def submission(file: str, text: str, notes: Sequence[str] = (), kind: str | None = None, folder: str | None = None) -> Submission:
    document = Document(text, file, notes=tuple(notes))
    analysis = Analysis(document, parse(document), Facts(), (), Findings())
    made = Submission.of(analysis, file, "", file.rpartition("/")[0] if folder is None else folder, format_of(document) if kind is None else kind)
    TEXTS[made] = text
    return made


def submissions(case: dict[str, Any]) -> list[Submission]:
    made = []
    for row in case["files"]:
        text = BASES[row.get("base", "")]
        for old, new in row.get("edits", ()):
            assert old in text, old
            text = text.replace(old, new)
        if "noise" in row:
            text = misread(text, row["noise"])
        made.append(submission(row["file"], text, row.get("notes", ()), row.get("kind"), row.get("folder")))
    return made


def mains(found: Sequence[Submission]) -> dict[str, str]:
    return {file: twin.main for file, twin in find_twins(found, TEXTS.__getitem__).items()}


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_which_files_are_twins(case: dict[str, Any]) -> None:
    assert mains(submissions(case)) == case["twins"]


MIXED = [
    *(submission(f"报送/{name}", BASES[""]) for name in ("总结.docx", "总结.doc", "总结.pdf", "总结（重报）.docx", "盖章件.pdf", "总结.txt")),
    submission("报送/总结.rtf", misread(BASES[""], 0.01), ["ocr: mean confidence 0.97"]),
    submission("东坪/总结.docx", BASES[""].replace("云溪县", "东坪县")),
    submission("东坪/总结.pdf", BASES[""].replace("云溪县", "东坪县")),
    submission("东坪/无名.pdf", BASES[""].replace("云溪县总工会", "")),
    submission("砚坪/汇报.doc", BASES["other"]),
    submission("砚坪/汇报（盖章）.pdf", BASES["other"]),
    submission("砚坪/汇报（另件）.pdf", BASES["other"].replace("6850人", "6580人")),
]


@settings(max_examples=25)
@given(st.permutations(MIXED), st.integers(0, len(MIXED)))
def test_the_order_of_the_files_decides_nothing(order: list[Submission], count: int) -> None:
    chosen = order[:count]
    found = find_twins(chosen, TEXTS.__getitem__)
    assert found == find_twins(sorted(chosen, key=lambda one: one.file), TEXTS.__getitem__)
    of = {one.file: one for one in chosen}
    assert not {twin.main for twin in found.values()} & found.keys()
    groups: dict[str, list[str]] = {}
    for file in of:
        groups.setdefault(found[file].main if file in found else file, []).append(file)
    for members in groups.values():
        assert max(Counter(of[file].kind for file in members).values()) == 1
        assert len({of[file].units[0] for file in members} - {""}) <= 1


def test_all_formats_of_a_text_are_one_and_the_rest_stays_apart() -> None:
    found = mains(MIXED)
    assert found["砚坪/汇报（盖章）.pdf"] == "砚坪/汇报.doc"
    assert found["东坪/总结.pdf"] == "东坪/总结.docx"
    assert {file for file, main in found.items() if main == "报送/总结.docx"} == {"报送/总结.doc", "报送/总结.pdf", "报送/总结.txt", "报送/总结.rtf"}
    assert found["报送/盖章件.pdf"] == "报送/总结（重报）.docx"
    assert len(found) == 7


@pytest.mark.parametrize("name", ["总结.docx", "一.docx", "总结终稿.docx"])
def test_figures_that_a_scan_reads_otherwise_are_told(name: str) -> None:
    case = next(case for case in CASES if case["label"] == "a scan that misread two figures")
    case = {"files": [{**case["files"][0], "file": name}, case["files"][1]]}
    (twin,) = find_twins(submissions(case), TEXTS.__getitem__).values()
    assert [change.words for change in twin.changes] == ["1460人次 → 1468人次", "3260人 → 8260人"]


def test_many_files_of_one_text_are_each_compared_with_a_few() -> None:
    """A form that a unit sent in hundreds of times: every file finds the one of its own name."""
    text = BASES[""][:400]
    many = [submission(f"{i // 100}/{i:03}.{ending}", text) for i in range(200) for ending in ("docx", "pdf")]
    assert mains(many) == {f"{i // 100}/{i:03}.pdf": f"{i // 100}/{i:03}.docx" for i in range(200)}


# ---------------------------------------------------------------------------------------------------------- in a scan


def once(found: Scan, main: str, twins: set[str]) -> None:
    """That a scan holds one submission, from ``main``, and what it says once."""
    of = dict(zip(found.files["file"], found.files["twin_of"], strict=True))
    assert of == {main: "", **dict.fromkeys(twins, main)}
    assert found.reports["file"].tolist() == [main]
    assert found.files.set_index("file")["report_count"].to_dict() == {main: 1, **dict.fromkeys(twins, 0)}
    (report_id,) = found.reports["report_id"]
    for table in ("sections", "facts", "findings"):
        assert set(getattr(found, table)["report_id"]) == {report_id}
    assert found.facts[["start", "end"]].duplicated().sum() == 0
    assert found.matches.empty


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def test_a_text_in_every_format_is_one_submission(inbox: Path, tmp_path: Path) -> None:
    for ending in ("docx", "doc", "odt", "rtf", "mht", "txt"):
        shutil.copy(READ / f"report.{ending}", inbox / f"report.{ending}")
    shutil.copy(READ / "sheet.xls", inbox / "report.xls")
    (inbox / "report.xls").rename(inbox / "附表.xls")
    found = scan(inbox, tmp_path / "all")
    assert found.matches.empty
    assert found.reports["file"].tolist() == ["report.docx", "附表.xls"]
    (inbox / "附表.xls").unlink()
    once(scan(inbox, tmp_path / "w"), "report.docx", {f"report.{ending}" for ending in ("doc", "odt", "rtf", "mht", "txt")})


def test_members_of_an_archive_and_files_without_an_ending(inbox: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(inbox / "报送.ZIP", "w") as made:
        made.write(READ / "report.docx", "Word/报告.docx")
        made.write(READ / "report.rtf", "RTF/报告.rtf")
    shutil.copy(READ / "report.odt", inbox / "报告")
    once(scan(inbox, tmp_path / "w"), "报送.ZIP/Word/报告.docx", {"报送.ZIP/RTF/报告.rtf", "报告"})


def test_the_same_text_twice_in_one_format_is_a_copy(inbox: Path, tmp_path: Path) -> None:
    for name, ending in (("报告", "docx"), ("报告（重报）", "docx"), ("报告", "rtf")):
        shutil.copy(READ / f"report.{ending}", inbox / f"{name}.{ending}")
    found = scan(inbox, tmp_path / "w")
    assert found.files["twin_of"].tolist() == ["", "报告.docx", ""]
    (first, second) = found.reports["report_id"]
    assert second == f"{first}~2"
    assert found.matches["kind"].tolist() == ["identical"]


@pytest.mark.parametrize("first", ["txt", "docx"])
def test_a_twin_that_comes_later_joins(first: str, inbox: Path, tmp_path: Path) -> None:
    shutil.copy(READ / f"report.{first}", inbox / f"报告.{first}")
    before = scan(inbox, tmp_path / "w").reports["report_id"].tolist()
    later = "docx" if first == "txt" else "txt"
    shutil.copy(READ / f"report.{later}", inbox / f"报告.{later}")
    found = scan(inbox, tmp_path / "w")
    once(found, "报告.docx", {"报告.txt"})
    assert found.reports["report_id"].tolist() == before


def test_a_twin_changes_nothing_but_its_row(inbox: Path, tmp_path: Path, make_inbox: Callable[[Path], Path]) -> None:
    folder = make_inbox(inbox / "all")
    shutil.copy(READ / "report.docx", folder / "报告.docx")
    before = scan(folder, tmp_path / "w1")
    shutil.copy(READ / "report.rtf", folder / "报告.rtf")
    after = scan(folder, tmp_path / "w2")
    assert_frame_equal(after.files[after.files["file"] != "报告.rtf"].reset_index(drop=True), before.files)
    assert len(after.files) == len(before.files) + 1
    for table in TABLES.keys() - {"files"}:
        assert_frame_equal(getattr(before, table), getattr(after, table))


def test_people_are_told(inbox: Path, tmp_path: Path) -> None:
    for ending in ("docx", "rtf"):
        shutil.copy(READ / f"report.{ending}", inbox / f"报告.{ending}")
    found = scan(inbox, tmp_path / "w")
    lines = "\n".join(told(found, Path("d.html"), Path("w.xlsx")))
    assert "报告.docx；同文另件：报告.rtf" in lines
    assert "未见疑似雷同" in lines
    found.to_html(tmp_path / "d.html")
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert "本次扫描2份文件（其中1份与另一份同文，已归并）、1篇报告" in page
    assert "同文另件" in page
