"""A workspace grows scan by scan: only what is new or changed is read, earlier scans are compared with, corrections replace."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from unionnlp.scanning import comparing, intake
from unionnlp.scanning.comparing import key_of
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.intake import Intake, Source
from unionnlp.scanning.local import scan
from unionnlp.scanning.results import Scan
from unionnlp.scanning.workspace import open_workspace

SAMPLES = Path(str(files("unionnlp") / "data" / "samples"))
CLOUD = (SAMPLES / "云溪县总工会2019年工作总结.txt").read_text(encoding="utf-8")
INK = (SAMPLES / "砚坪镇总工会2016年工作汇报.txt").read_text(encoding="utf-8")
ROCK = (SAMPLES / "桐源区总工会2006年工作总结.txt").read_text(encoding="utf-8")

Reads = list[str]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The names of the sources that were read, in this process."""
    names: Reads = []
    real = intake.take_in

    def counted(source: Source) -> Intake:
        names.append(source.name)
        return real(source)

    monkeypatch.setattr("unionnlp.scanning.local.take_in", counted)
    return names


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Writes texts into a folder below the test's own."""

    def written(folder: str, **texts: str) -> Path:
        place = tmp_path / folder
        place.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (place / f"{name}.txt").write_text(text, encoding="utf-8")
        return place

    return written


def of_file(found: Scan, name: str, table: str = "reports") -> list[str]:
    rows = getattr(found, table)
    return rows[rows["file"] == f"{name}.txt"]["report_id"].tolist()


def test_only_what_is_new_or_changed_is_read(put: Callable[..., Path], tmp_path: Path, reads: Reads) -> None:
    folder = put("2024", 云溪=CLOUD, 砚坪=INK)
    first = scan(folder, tmp_path / "w")
    assert reads == ["云溪.txt", "砚坪.txt"]
    version = (tmp_path / "w" / "version.json").read_bytes()
    for path in folder.iterdir():
        path.touch()
    again = scan(folder, tmp_path / "w")
    assert len(reads) == 2
    assert (tmp_path / "w" / "version.json").read_bytes() == version
    put("2024", 桐源=ROCK, 砚坪=INK.replace("6850人", "6580人"))
    third = scan(folder, tmp_path / "w")
    assert reads[2:] == ["桐源.txt", "砚坪.txt"]
    assert dict(zip(third.files["file"], third.files["scan"], strict=True)) == {"云溪.txt": 1, "桐源.txt": 2, "砚坪.txt": 2}
    for table in TABLES:
        assert_frame_equal(getattr(first, table), getattr(again, table))
    for table in ("reports", "sections", "facts", "findings"):
        rows = getattr(third, table)
        assert set(rows["report_id"]) <= set(third.reports["report_id"])
        assert_frame_equal(rows[rows["scan"] == 1].reset_index(drop=True), _of(getattr(first, table), of_file(first, "云溪")))
        assert len(third.sql(f"select * from {table}")) == len(rows)
    assert not third.facts["quote"].str.contains("6850人").any()
    assert third.facts["quote"].str.contains("6580人").any()


def _of(rows, ids):  # type: ignore[no-untyped-def]
    return rows[rows["report_id"].isin(ids)].reset_index(drop=True)


def test_a_file_that_was_changed_is_no_copy_of_what_it_was(put: Callable[..., Path], tmp_path: Path) -> None:
    text = CLOUD.replace("云溪县总工会", "")  # of no unit, so that nothing is replaced
    scan(put("2024", 总结=text), tmp_path / "w")
    found = scan(put("2024", 总结=text.replace("1460人次", "1640人次")), tmp_path / "w")
    assert found.matches.empty
    assert len(found.reports) == 1
    back = scan(put("2024", 总结=text), tmp_path / "w")
    assert back.matches.empty
    assert back.reports["report_id"].is_unique
    assert back.facts["quote"].tolist() == scan(put("2024"), tmp_path / "other").facts["quote"].tolist()


def test_two_folders_with_files_of_one_name_are_two_batches(put: Callable[..., Path], tmp_path: Path) -> None:
    scan(put("报送/2023", 总结=CLOUD), tmp_path / "w")
    found = scan(put("报送/2024", 总结=INK), tmp_path / "w")
    assert found.files[["batch", "file", "scan"]].values.tolist() == [["2023", "总结.txt", 1], ["2024", "总结.txt", 2]]
    assert found.reports["reporting_unit"].tolist() == ["云溪县总工会", "砚坪镇总工会"]
    third = scan(put("报送/2024", 总结=ROCK), tmp_path / "w", batch="2023")
    assert third.reports["reporting_unit"].tolist() == ["砚坪镇总工会", "桐源区总工会"]


def test_the_same_bytes_under_another_name_are_another_submission(put: Callable[..., Path], tmp_path: Path, reads: Reads) -> None:
    text = CLOUD.replace("云溪县总工会", "")
    scan(put("2023", 甲=text), tmp_path / "w")
    found = scan(put("2023", 乙=text), tmp_path / "w")
    assert reads == ["甲.txt", "乙.txt"]
    (first, second) = found.reports["report_id"]
    assert second == f"{first}~2"
    assert found.matches[["a", "b", "kind", "earlier", "scan"]].values.tolist() == [[second, first, "identical", first, 2]]


def test_a_copy_of_an_earlier_year_is_found_with_its_places_and_which_came_first(put: Callable[..., Path], tmp_path: Path) -> None:
    scan(put("2023", 云溪=CLOUD, 砚坪=INK), tmp_path / "w")
    copied = CLOUD.replace("云溪", "雁坪").replace("2019年", "2020年")
    found = scan(put("2024", 雁坪="第一篇：" + ROCK + "\n第二篇：" + copied), tmp_path / "w")
    (row,) = found.matches.to_dict("records")
    (old,) = of_file(found, "云溪")
    new = of_file(found, "雁坪")[1]
    assert (row["a"], row["b"], row["earlier"], row["scan"], row["relation"]) == (new, old, old, 2, "other")
    texts = {report_id: (start, text) for report_id, start, text in found.reports[["report_id", "start", "text"]].values}
    passages = json.loads(row["passages"])
    assert passages
    for start_a, end_a, start_b, end_b, kind in passages:
        a, b = (texts[side][1][start - texts[side][0] : end - texts[side][0]] for side, start, end in (("a", start_a, end_a), ("b", start_b, end_b)) for side in [row[side]])
        assert a
        assert b
        if kind == "same":
            assert "".join(a.split()) == "".join(b.split())
    for change in json.loads(row["changes"]):
        for (start, end, quote), side in ((change[:3], row["a"]), (change[4:7], row["b"])):
            assert texts[side][1][start - texts[side][0] : end - texts[side][0]] == quote


def test_clusters_grow_over_scans(put: Callable[..., Path], tmp_path: Path) -> None:
    for year in ("2020", "2021", "2022"):
        found = scan(put(year, 总结=CLOUD.replace("云溪", "东溪西溪南溪"[2 * (int(year) - 2020) :][:2]).replace("2019年", f"{year}年")), tmp_path / "w")
    assert len(found.matches) == 3
    assert set(found.matches["cluster"]) == {1}
    first = found.reports["report_id"][0]
    assert set(found.matches["source"]) == {first}


# ------------------------------------------------------------------------------------------------------- sent again


def test_a_correction_replaces_what_the_unit_sent_before(put: Callable[..., Path], tmp_path: Path) -> None:
    scan(put("一报", 云溪=CLOUD, 砚坪=INK), tmp_path / "w")
    found = scan(put("二报", 更正=CLOUD.replace("1460人次", "1640人次")), tmp_path / "w")
    assert found.matches.empty
    assert found.reports["file"].tolist() == ["砚坪.txt", "更正.txt"]
    assert dict(zip(found.files["file"], found.files["replaced_by"], strict=True)) == {"云溪.txt": "二报/更正.txt", "砚坪.txt": "", "更正.txt": ""}
    for table in ("sections", "facts", "findings"):
        assert set(getattr(found, table)["report_id"]) <= set(found.reports["report_id"])
        assert len(found.sql(f"select * from {table}")) == len(getattr(found, table))
    assert found.facts["quote"].str.contains("1640人次").any()
    assert not found.facts["quote"].str.contains("1460人次").any()
    third = scan(put("三报", 再更正=CLOUD.replace("1460人次", "1650人次")), tmp_path / "w")
    assert third.reports["file"].tolist() == ["砚坪.txt", "再更正.txt"]
    assert third.matches.empty
    assert third.files["replaced_by"].tolist() == ["二报/更正.txt", "", "三报/再更正.txt", ""]


KEPT_APART = {
    "another unit": (CLOUD.replace("云溪", "雁坪"), "总结"),
    "another time": (CLOUD.replace("2019年", "2020年"), "总结"),
    "no unit": (CLOUD.replace("云溪县总工会", ""), "总结"),
    "another unit on the file": (CLOUD, "雁坪县总工会2019年工作总结"),
    "another text": (ROCK.replace("桐源区总工会2006年", "云溪县总工会2019年"), "总结"),
}


@pytest.mark.parametrize("case", KEPT_APART)
def test_what_is_no_correction_stays_beside_the_earlier_one(case: str, put: Callable[..., Path], tmp_path: Path) -> None:
    text, name = KEPT_APART[case]
    scan(put("一报", 云溪县总工会2019年工作总结=CLOUD), tmp_path / "w")
    found = scan(put("二报", **{name: text}), tmp_path / "w")
    assert len(found.reports) == 2
    assert (found.files["replaced_by"] == "").all()
    assert len(found.matches) == (case != "another text")


def test_within_one_scan_nobody_knows_which_is_the_correction(put: Callable[..., Path], tmp_path: Path) -> None:
    found = scan(put("一报", 甲=CLOUD, 乙=CLOUD.replace("1460人次", "1640人次")), tmp_path / "w")
    assert len(found.matches) == 1
    both = scan(put("二报", 丙=CLOUD.replace("1460人次", "1650人次")), tmp_path / "w")
    assert both.reports["file"].tolist() == ["丙.txt"]
    assert set(both.files["replaced_by"]) == {"二报/丙.txt", ""}


def test_the_earlier_one_comes_back_when_its_correction_is_withdrawn(put: Callable[..., Path], tmp_path: Path) -> None:
    first = scan(put("一报", 云溪=CLOUD), tmp_path / "w")
    folder = put("二报", 更正=CLOUD.replace("1460人次", "1640人次"))
    scan(folder, tmp_path / "w")
    (folder / "更正.txt").write_text(ROCK, encoding="utf-8")
    found = scan(folder, tmp_path / "w")
    assert found.reports["file"].tolist() == ["云溪.txt", "更正.txt"]
    assert_frame_equal(found.facts[found.facts["scan"] == 1], first.facts)


# ------------------------------------------------------------------------------------------------------------- gone


def test_files_that_are_gone_stay_unless_they_are_to_be_forgotten(put: Callable[..., Path], tmp_path: Path) -> None:
    folder = put("2024", 云溪=CLOUD, 砚坪=INK)
    (folder / "空.txt").write_bytes(b"")
    scan(folder, tmp_path / "w")
    scan(put("2023", 桐源=ROCK), tmp_path / "w")
    (folder / "云溪.txt").unlink()
    (folder / "空.txt").unlink()
    stayed = scan(folder, tmp_path / "w")
    assert stayed.files["file"].tolist() == ["云溪.txt", "砚坪.txt", "桐源.txt"]
    assert stayed.failures["file"].tolist() == ["空.txt"]
    pruned = scan(folder, tmp_path / "w", prune=True)
    assert pruned.files["file"].tolist() == ["砚坪.txt", "桐源.txt"]
    assert pruned.reports["file"].tolist() == ["砚坪.txt", "桐源.txt"]
    assert len(pruned.sql("select * from facts")) == len(pruned.facts)
    assert set(pruned.facts["report_id"]) <= set(pruned.reports["report_id"])


def test_what_failed_is_tried_again_and_forgotten_when_it_can_be_read(put: Callable[..., Path], tmp_path: Path) -> None:
    folder = put("2024", 云溪=CLOUD)
    (folder / "砚坪.txt").write_bytes(b"")
    first = scan(folder, tmp_path / "w")
    again = scan(folder, tmp_path / "w")
    assert_frame_equal(first.failures, again.failures)
    put("2024", 砚坪=INK)
    mended = scan(folder, tmp_path / "w")
    assert mended.failures.empty
    assert mended.files["scan"].tolist() == [1, 2]
    (folder / "砚坪.txt").write_bytes(b"")
    broken = scan(folder, tmp_path / "w")
    assert broken.failures["file"].tolist() == ["砚坪.txt"]
    assert broken.reports["file"].tolist() == ["云溪.txt", "砚坪.txt"], "what was sent before stays until it can be read again"


# ------------------------------------------------------------------------------------------------------------ twins

READ = Path(__file__).parents[1] / "reading" / "files"


def test_a_main_file_that_changes_leaves_its_twin_a_submission_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for ending in ("docx", "rtf"):
        shutil.copy(READ / f"report.{ending}", folder / f"报告.{ending}")
    assert scan(folder, tmp_path / "w").files["twin_of"].tolist() == ["", "报告.docx"]
    (folder / "报告.docx").unlink()
    (folder / "报告.txt").write_text(ROCK, encoding="utf-8")
    found = scan(folder, tmp_path / "w", prune=True)
    assert dict(zip(found.files["file"], found.files["twin_of"], strict=True)) == {"报告.rtf": "", "报告.txt": ""}
    assert sorted(found.reports["file"]) == ["报告.rtf", "报告.txt"]


# ------------------------------------------------------------------------------------------------------------ index


def test_the_index_is_made_again_when_it_is_lost_or_was_left_behind(put: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("unionnlp.scanning.concluding.bring_up_to_date", lambda *_: None)  # killed between the two
        first = scan(put("2023", 云溪=CLOUD, 砚坪=INK), tmp_path / "w")
    assert not (tmp_path / "w" / "index").exists()
    copied = put("2024", 雁坪=CLOUD.replace("云溪", "雁坪"))
    found = scan(copied, tmp_path / "w")
    assert len(found.matches) == 1
    for path in (tmp_path / "w" / "index").glob("*.part"):
        path.write_bytes(path.read_bytes()[:-100])
    third = scan(put("2025", 松坪=CLOUD.replace("云溪", "松坪")), tmp_path / "w")
    assert len(third.matches) == 3
    parts = tuple((tmp_path / "w" / "parts" / "reports").iterdir())
    index = comparing.bring_up_to_date(tmp_path / "w", parts)
    assert all(key_of(1, report_id) in index for report_id in first.reports["report_id"])
    assert len(index) == 4


def test_a_reader_sees_one_state_while_another_is_written(put: Callable[..., Path], tmp_path: Path) -> None:
    scan(put("2023", 云溪=CLOUD), tmp_path / "w")
    before = open_workspace(tmp_path / "w")
    facts = len(before.facts)
    scan(put("2024", 砚坪=INK), tmp_path / "w")
    assert len(before.facts) == facts
    assert set(before.sections["scan"]) == {1}, "parts of reports are never taken away"
