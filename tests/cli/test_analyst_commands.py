"""``themes``, ``terms``, and what programs read of every command: one JSON document, or a table with places that hold."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from unionnlp.cli.layout import columns
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.records import THEMES

Run = Callable[..., Result]

SAMPLES = Path(str(data_file("samples")))
REPORT = SAMPLES / "云溪县总工会2019年工作总结.txt"
SEVERAL = SAMPLES / "基层工会工作总结三篇.txt"
TRADITIONAL = "總工會2012年工作總結\n一、幫扶救助\n元旦春節走訪慰問困難職工86戶，發放慰問金4.3萬元。困難職工子女助學12名，兌現助學金3.6萬元。\n"


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# ------------------------------------------------------------------------------------------------------------- themes


def test_every_section_is_told_with_its_theme_and_place(run: Run) -> None:
    out = run("themes", REPORT).stdout.splitlines()
    sections = list(filter(re.compile(rf"｜({'|'.join(THEMES)}) \d\d?%(（待定）)?｜.*第\d+字起$").search, out))
    assert len(sections) == 11
    assert out[0].endswith("报告 1 篇、章节 11 个。")
    assert any(line.startswith("　（一）") for line in sections)
    assert "100%" not in "".join(sections)


def test_a_heading_that_promises_something_else_is_told(run: Run) -> None:
    told = [line for line in run("themes", REPORT).stdout.splitlines() if "标题像是" in line]
    found = [row for row in rows(run("themes", REPORT, "--csv")) if row["heading_theme"]]
    assert len(told) == len(found) > 0
    assert all(row["heading_theme"] != row["theme"] for row in found)


def test_sentences_apart_are_told_with_their_section(run: Run) -> None:
    out = run("themes", SEVERAL).stdout
    assert re.search("^\\[下步计划\\] 再次，赛完了有回音；第\\d+字起：“今后要", out, re.M)
    assert out.index("桐浦街道总工会2018年工作总结") < out.index("一、楼宇建会")


def test_themes_as_json_and_csv_say_the_same_and_point_into_the_file(run: Run) -> None:
    text = read(SEVERAL).text
    as_json, as_csv = document(run("themes", SEVERAL, "--json")), rows(run("themes", SEVERAL, "--csv"))
    parts = {part: [row for row in as_csv if row["part"] == part] for part in ("section", "sentence")}
    assert [(row["theme"], str(row["start"])) for row in as_json["sections"]] == [(row["theme"], row["start"]) for row in parts["section"]]
    assert [(span["theme"], span["quote"]) for span in as_json["spans"]] == [(row["theme"], row["quote"]) for row in parts["sentence"]]
    for row in as_json["sections"]:
        assert text[row["start"] :].startswith(row["number"] + row["heading"][:2])
        assert all(text[sentence["start"] : sentence["end"]] == sentence["quote"] for sentence in row["evidence"])
        assert row["ranking"][0][0] == row["theme"]
    assert all(text[span["start"] : span["end"]] == span["quote"] for span in as_json["spans"])
    assert parts["section"][0]["second_theme"] == as_json["sections"][0]["ranking"][1][0]


def test_a_report_without_headings_is_one_section(run: Run, tmp_path: Path) -> None:
    (tmp_path / "短.txt").write_text("今年走访慰问困难职工12户，发放慰问金6万元。", encoding="utf-8")
    out = run("themes", tmp_path / "短.txt").stdout.splitlines()
    assert out[0].endswith("报告 1 篇、章节 0 个。")
    assert re.search("^全文｜帮扶救助 \\d\\d%", out[1])
    (section,) = document(run("themes", tmp_path / "短.txt", "--json"))["sections"]
    assert (section["level"], section["heading"]) == (0, "")


# -------------------------------------------------------------------------------------------------------------- terms


def test_keywords_of_one_text_and_of_many(run: Run, tmp_path: Path) -> None:
    one, many = rows(run("terms", REPORT, "--top", 5, "--csv")), rows(run("terms", REPORT, SEVERAL, "--csv"))
    assert (len(one), len(many)) == (5, 20)
    assert [float(row["weight"]) for row in one] == sorted((float(row["weight"]) for row in one), reverse=True)
    assert run("terms", REPORT, SEVERAL).stdout.startswith("材料 2 份，关键词 20 个。\n")


def test_a_concordance_lists_every_place_in_one_column(run: Run) -> None:
    text = read(REPORT).text
    found = document(run("terms", REPORT, "--kwic", "困难职工", "--width", 8, "--json"))
    assert len(found) == text.count("困难职工") > 2
    assert all(text[row["start"] : row["end"]] == row["quote"] == "困难职工" and len(row["left"]) <= 8 for row in found)
    assert all(row["file"] == REPORT.name for row in found)
    shown = run("terms", REPORT, "--kwic", "困难职工", "--width", 8).stdout.splitlines()[1:]
    assert {columns(line.partition("【")[0]) for line in shown} == {16}
    assert len(document(run("terms", REPORT, "--kwic", "困难职工", "--top", 2, "--json"))) == 2


def test_traditional_texts_count_as_simplified_ones_and_are_quoted_as_they_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "繁.txt").write_text(TRADITIONAL, encoding="utf-8")
    assert "困难职工" in {row["term"] for row in rows(run("terms", tmp_path / "繁.txt", "--csv"))}
    assert {row["concept"]: row["count"] for row in rows(run("terms", tmp_path / "繁.txt", "--concepts", "--csv"))}["困难职工"] == "2"
    found = document(run("terms", tmp_path / "繁.txt", "--kwic", "困难职工", "--json"))
    assert [row["quote"] for row in found] == ["困難職工"] * 2
    assert found[0]["right"].startswith("86戶")


def test_concepts_are_counted_with_the_texts_that_have_them(run: Run) -> None:
    found = rows(run("terms", REPORT, SEVERAL, "--concepts", "--csv"))
    assert {"1", "2"} == {row["texts"] for row in found}
    assert [int(row["count"]) for row in found] == sorted((int(row["count"]) for row in found), reverse=True)


def test_new_terms_are_found_in_a_folder(run: Run) -> None:
    found = rows(run("terms", SAMPLES, "--discover", "--top", 5, "--csv"))
    assert len(found) == 5
    assert all(int(row["count"]) >= 5 and 1 <= int(row["texts"]) <= 21 for row in found)


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "好.txt").write_text(TRADITIONAL, encoding="utf-8")
    (tmp_path / "行.jsonl").write_text('{"id": "甲", "text": "走访慰问困难职工12户。"}\n{"id": "乙"}\n', encoding="utf-8")
    result = run("terms", tmp_path, "--kwic", "慰问")
    assert result.exit_code == 0
    assert result.stdout.startswith("材料 2 份，")
    assert "行.jsonl/甲 第3字起" in result.stdout
    assert sorted(line.partition("：")[0] for line in result.stderr.splitlines()) == ["空.txt", "行.jsonl:2"]


def test_archives_are_opened(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as archive:
        archive.writestr("甲.txt", TRADITIONAL)
        archive.writestr("县区/乙.txt", "走访慰问困难职工12户。")
        archive.writestr("空.txt", "")
    result = run("terms", tmp_path / "报送.zip", "--kwic", "慰问", "--json")
    assert [row["file"] for row in document(result)] == ["报送.zip/甲.txt", "报送.zip/甲.txt", "报送.zip/县区/乙.txt"]
    assert result.stderr.startswith("报送.zip/空.txt：文件里没有文字。")


@pytest.mark.parametrize(
    "words",
    [
        ["terms", REPORT, "--discover", "--concepts"],
        ["terms", REPORT, "--kwic", ""],
        ["terms", REPORT, "--top", "0"],
        ["terms", "没有"],
        ["terms"],
        ["themes", "没有.txt"],
        ["completion", "csh"],
        ["index"],
        ["index", "grow"],
        ["index", "query", REPORT.parent, REPORT],
        ["dossier", REPORT.parent],
        ["dossier", REPORT.parent, "--unit", "云溪县总工会"],
    ],
    ids=lambda words: " ".join(word for word in words if isinstance(word, str)),
)
def test_what_cannot_be_done_is_said_in_one_chinese_line(words: list[object], run: Run) -> None:
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    if words != ["index"]:  # a group by itself shows its help
        (line,) = result.stderr.splitlines()
        assert re.search("[\u4e00-\u9fff]{4}", line)


def test_nothing_that_can_be_read_is_status_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    result = run("terms", tmp_path / "空.txt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == ["空.txt：文件里没有文字。请核对是否报送了空白文件或只含图片的文件，并请报送单位重新报送。"]


# --------------------------------------------------------------------------------------------------- audit and compare


def test_audit_as_json_and_csv_say_the_same(run: Run) -> None:
    file = SAMPLES / "芦湾工业园区工会联合会2022年工作总结.txt"
    text = read(file).text
    as_json, as_csv = document(run("audit", file, "--json")), rows(run("audit", file, "--csv"))
    assert [(row["rule"], row["verdict"], row["message"]) for row in as_json] == [(row["rule"], row["verdict"], row["message"]) for row in as_csv]
    assert as_csv[0]["verdict"] == "conflict"
    for given, row in zip(as_json, as_csv, strict=True):
        places = [[span["start"], span["end"]] for span in given["spans"]]
        assert json.loads(row["spans"]) == places
        assert text[int(row["start"]) : int(row["end"])] == row["quote"]


def test_compare_as_json_and_csv_say_the_same(run: Run, tmp_path: Path) -> None:
    mines = [SAMPLES / f"{mine}煤矿工会2008年工作总结.txt" for mine in ("白果梁", "乌桕沟")]
    page = tmp_path / "对照.html"
    as_json, as_csv = document(run("compare", *mines, "--json")), rows(run("compare", *mines, "--csv", "--html", page))
    assert as_json["verdict"] == "疑似换数照搬，请核实"
    assert as_json["match"]["kind"] == "figures_changed"
    passages = as_json["match"]["passages"]
    assert [(p["kind"], str(p["start_a"]), str(p["start_b"])) for p in passages] == [(row["kind"], row["start_a"], row["start_b"]) for row in as_csv]
    for side, mine in zip("ab", mines, strict=True):
        text = read(mine).text
        assert all(text[int(row[f"start_{side}"]) : int(row[f"end_{side}"])] == row[f"quote_{side}"] for row in as_csv)
    assert page.stat().st_size > 1000
