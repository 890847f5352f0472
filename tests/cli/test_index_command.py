"""``unionnlp index``: this year's submissions against those of earlier years."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from unionnlp.cli import index as index_command
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read

Run = Callable[..., Result]

SAMPLES = Path(str(data_file("samples")))
OLD = ("砚坪镇总工会2016年工作汇报.txt", "云溪县总工会2019年工作总结.txt", "基层工会工作总结三篇.txt")
COPY = SAMPLES / "柳碓镇总工会2016年工作汇报.txt"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    folder = tmp_path / "往年"
    folder.mkdir()
    for name in OLD:
        shutil.copy(SAMPLES / name, folder / name)
    return folder


@pytest.fixture
def held(tmp_path: Path, earlier: Path, run: Run) -> Path:
    assert run("index", "add", tmp_path / "索引", earlier, "--prefix", "2019").exit_code == 0
    return tmp_path / "索引"


def test_a_copy_of_what_was_sent_before_is_found_and_not_added(held: Path, run: Run) -> None:
    for _ in range(2):
        out = run("index", "query", held, COPY).stdout.splitlines()
        assert out[0] == "查 1 篇，与索引中的 5 篇比对：疑似雷同 1 对，请核实。"
        assert out[1].startswith(f"[全文相同] {COPY.name} 与索引中的 2019/砚坪镇总工会2016年工作汇报.txt：前者的 100.0% 见于后者")
        assert "最长一处" in out[1]


def test_the_very_file_of_an_earlier_year_sent_again_is_found(held: Path, earlier: Path, run: Run) -> None:
    """Under its own name, too: what is asked about is never taken for what is in the index."""
    assert run("index", "add", held, earlier).exit_code == 0
    found = json.loads(run("index", "query", held, earlier / OLD[0], "--json").stdout)
    assert {row["b"] for row in found} == {OLD[0], f"2019/{OLD[0]}"}


def test_matches_as_json_and_csv_say_the_same(held: Path, run: Run) -> None:
    as_json = json.loads(run("index", "query", held, SAMPLES / "雁坪县总工会2022年工作总结.txt", COPY, "--json").stdout)
    as_csv = list(csv.DictReader(io.StringIO(run("index", "query", held, SAMPLES / "雁坪县总工会2022年工作总结.txt", COPY, "--csv").stdout)))
    assert [(row["file"], row["b"], row["kind"]) for row in as_json] == [(row["file"], row["b"], row["kind"]) for row in as_csv]
    assert {row["file"] for row in as_json} == {"雁坪县总工会2022年工作总结.txt", COPY.name}
    assert len(as_json) == 2
    text = read(COPY).text
    (identical,) = (row for row in as_json if row["kind"] == "identical")
    assert all(text[passage["start_a"] : passage["end_a"]] for passage in identical["passages"])


def test_what_is_there_is_not_added_twice(held: Path, earlier: Path, run: Run) -> None:
    assert run("index", "add", held, earlier, "--prefix", "2019").stdout == "加入 0 篇，已有 5 篇；索引共 5 篇。\n"


@pytest.mark.parametrize("at_once", [1, 4096])
def test_another_text_under_a_known_name_is_refused_by_name(at_once: int, held: Path, earlier: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_command, "_AT_ONCE", at_once)
    (earlier / OLD[0]).write_text("砚坪镇总工会2016年工作汇报\n全年走访慰问困难职工12户。\n", encoding="utf-8")
    result = run("index", "add", held, earlier, "--prefix", "2019")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"索引里已有同名而文字不同的材料：2019/{OLD[0]}。请用 --prefix 加上年份或批次。\n"
    assert json.loads(run("index", "sizes", held, "--json").stdout)["reports"] == 5


def test_sizes_merge_and_check(held: Path, run: Run) -> None:
    assert run("index", "add", held, COPY).stdout == "加入 1 篇；索引共 6 篇。\n"
    sizes = json.loads(run("index", "sizes", held, "--json").stdout)
    assert sizes["reports"] == 6
    assert sizes["total"] == sum(size for name, size in sizes.items() if name not in ("reports", "total"))
    assert f"共 {sizes['total']:,} 字节" in run("index", "sizes", held).stdout
    assert run("index", "merge", held).stdout == "已合并，索引共 6 篇。\n"
    assert len(list(held.glob("*.part"))) == 1
    assert run("index", "check", held).stdout == "索引完好，共 6 篇。\n"


def test_a_damaged_index_is_said(held: Path, run: Run) -> None:
    (part,) = held.glob("*.part")
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 0xFF
    part.write_bytes(content)
    result = run("index", "check", held)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "索引已损坏" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["query", "{}", COPY], ["sizes", "{}"], ["merge", "{}"], ["check", "{}"]], ids=lambda words: words[0])
def test_only_add_makes_an_index(words: list[object], tmp_path: Path, run: Run) -> None:
    result = run("index", *(tmp_path / "没有" if word == "{}" else word for word in words))
    assert result.exit_code == 2
    assert "不是索引" in result.stderr
    assert not (tmp_path / "没有").exists()


def test_an_index_is_not_made_among_other_files(earlier: Path, run: Run) -> None:
    result = run("index", "add", earlier, COPY)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert sorted(path.name for path in earlier.iterdir()) == sorted(OLD)
