"""A batch: what is read, what is a failure, and that two runs give the same."""

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

from unionnlp.errors import InputError, WorkspaceError
from unionnlp.language.density import fact_densities, stock_rates
from unionnlp.language.keywords import keywords_each
from unionnlp.records import Analysis
from unionnlp.scanning import intake, local
from unionnlp.scanning.failures import failure_words
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.local import scan
from unionnlp.scanning.pool import Lost, Pool
from unionnlp.scanning.results import Scan
from unionnlp.scanning.workspace import open_workspace

GOOD = ["两篇.txt", "县区/青河.txt", "县区/青河（重报）.txt", "另一份青河.txt", "白石.txt"]
BROKEN = {"坏.txt": "undecodable", "打包.rar": "unsupported_format", "断链.txt": "unreadable", "空.txt": "empty_document", "管道": "unreadable"}


def _equal(a: Scan, b: Scan) -> None:
    for table in TABLES:
        assert_frame_equal(getattr(a, table), getattr(b, table))


def test_good_files_are_read_and_broken_ones_listed_with_what_to_do(inbox: Path, tmp_path: Path) -> None:
    found = scan(inbox, tmp_path / "w")
    assert found.files["file"].tolist() == GOOD
    codes = dict(zip(found.failures["file"], found.failures["code"], strict=True))
    assert codes.keys() == BROKEN.keys()
    assert {name: code for name, code in codes.items() if name != "坏.txt"} == {name: code for name, code in BROKEN.items() if name != "坏.txt"}
    assert codes["坏.txt"] in ("undecodable", "unsupported_format")
    assert found.failures["advice"].str.len().min() > 5
    assert not found.failures["reason"].str.contains(str(tmp_path), regex=False).any()


def test_broken_files_change_nothing_for_the_good_ones(inbox: Path, tmp_path: Path) -> None:
    with_broken = scan(inbox, tmp_path / "w1")
    for name in BROKEN:
        (inbox / name).unlink()
    alone = scan(inbox, tmp_path / "w2")
    assert alone.failures.empty
    for table in TABLES.keys() - {"failures"}:
        assert_frame_equal(getattr(with_broken, table), getattr(alone, table))


def test_two_runs_and_a_moved_folder_give_equal_tables(inbox: Path, tmp_path: Path, make_inbox: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    first = scan(inbox, tmp_path / "w")
    again = scan(inbox, tmp_path / "other" / "w")
    _equal(first, again)
    moved = make_inbox(tmp_path / "一年" / "year=2024" / "inbox")
    for path in moved.rglob("*.txt"):
        if not path.is_symlink():
            os.utime(path, (1, 1))
    monkeypatch.chdir(moved.parent)
    _equal(first, scan(moved.name, tmp_path / "year=2024" / "w"))
    _equal(first, scan(inbox, tmp_path / "w"))
    _equal(first, scan(inbox, tmp_path / "two", workers=2))


def test_the_same_text_sent_again_is_another_report_and_a_match(inbox: Path, tmp_path: Path) -> None:
    found = scan(inbox, tmp_path / "w")
    ids = {file: report_id for file, report_id, position in found.reports[["file", "report_id", "position"]].values if position == 1}
    first = ids["县区/青河.txt"]
    assert [ids["县区/青河（重报）.txt"], ids["另一份青河.txt"]] == [f"{first}~2", f"{first}~3"]
    assert found.reports["report_id"].is_unique
    identical = found.matches[found.matches["kind"] == "identical"]
    assert {frozenset(pair) for pair in identical[["a", "b"]].values.tolist()} >= {frozenset((first, f"{first}~2")), frozenset((first, f"{first}~3"))}


def test_every_place_gives_back_its_words(inbox: Path, tmp_path: Path) -> None:
    found = scan(inbox, tmp_path / "w")
    texts = {report_id: (start, text) for report_id, start, text in found.reports[["report_id", "start", "text"]].values}
    for table in ("facts", "findings"):
        rows = getattr(found, table)
        assert len(rows)
        for report_id, start, end, quote in rows[["report_id", "start", "end", "quote"]].values:
            base, text = texts[report_id]
            assert text[start - base : end - base] == quote
    counted = found.facts["report_id"].value_counts()
    assert {r: n for r, n in found.reports[["report_id", "facts"]].values.tolist() if n} == counted.to_dict()
    assert found.sections.groupby("report_id")["ordinal"].apply(list).map(lambda o: o == list(range(1, len(o) + 1))).all()
    for a, b, passages in found.matches[["a", "b", "passages"]].values:
        for start_a, end_a, start_b, end_b, kind in json.loads(passages):
            if kind == "same":
                sides = (texts[a][1][start_a - texts[a][0] : end_a - texts[a][0]], texts[b][1][start_b - texts[b][0] : end_b - texts[b][0]])
                assert "".join(sides[0].split()) == "".join(sides[1].split())


def test_a_file_and_a_list_of_files_and_folders_are_scanned(inbox: Path, tmp_path: Path) -> None:
    assert scan(inbox / "白石.txt", tmp_path / "w1").files["file"].tolist() == ["白石.txt"]
    several = scan([inbox / "白石.txt", inbox / "县区", str(inbox / "白石.txt"), inbox / "没有.txt"], tmp_path / "w2")
    assert several.files["file"].tolist() == ["县区/青河.txt", "县区/青河（重报）.txt", "白石.txt"]
    assert several.failures["file"].tolist() == ["没有.txt"]


def test_workspaces_inside_the_folder_are_no_submissions(inbox: Path, tmp_path: Path) -> None:
    for name in ("结果", "旧结果"):
        found = scan(inbox, inbox / name)
        found.to_html(inbox / name / "dossier.html")
        assert found.files["file"].tolist() == GOOD


def test_a_name_in_an_old_encoding_is_read(inbox: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    shutil.copy(inbox / "白石.txt", os.fsencode(folder) + b"/" + "白石总结.txt".encode("gb18030"))
    assert scan(folder, tmp_path / "w").files["file"].tolist() == ["白石总结.txt"]


def test_all_files_broken_still_makes_a_scan(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "空.txt").write_bytes(b"")
    found = scan(tmp_path / "in", tmp_path / "w")
    assert (len(found.files), len(found.reports), found.failures["file"].tolist()) == (0, 0, ["空.txt"])
    assert found.sql("select count(*) as n from facts")["n"].tolist() == [0]


@pytest.mark.parametrize(("make", "code"), [(False, "no_such_folder"), (True, "empty_folder")])
def test_no_folder_and_an_empty_one(make: bool, code: str, tmp_path: Path) -> None:
    if make:
        (tmp_path / "in" / "sub").mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        scan(tmp_path / "in", tmp_path / "w")
    assert caught.value.code == code
    assert not (tmp_path / "w").exists()


def test_a_scan_into_the_scanned_folder_is_refused(inbox: Path) -> None:
    with pytest.raises(WorkspaceError, match="to be scanned"):
        scan(inbox, inbox)


@pytest.mark.parametrize(("error", "code"), [(RecursionError("deep"), "too_deep"), (MemoryError(), "out_of_memory"), (PermissionError(13, "Permission denied"), "unreadable")])
def test_what_one_file_does_to_the_machine_stops_only_that_file(error: Exception, code: str, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = intake.analyze

    def failing(document: object) -> Analysis:
        if str(getattr(document, "source", "")).endswith("白石.txt"):
            raise error
        return real(document)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "analyze", failing)
    found = scan(inbox, tmp_path / "w")
    assert found.failures.set_index("file").loc["白石.txt", "code"] == code
    assert len(found.files) == len(GOOD) - 1


def test_a_bug_is_not_swallowed_and_leaves_the_earlier_scan(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scan(inbox, tmp_path / "w")

    def broken(document: object) -> Analysis:
        raise KeyError("a bug")

    monkeypatch.setattr(intake, "analyze", broken)
    (inbox / "新.txt").write_text("东川县总工会2024年工作总结\n走访慰问困难职工12户。", encoding="utf-8")
    with pytest.raises(KeyError):
        scan(inbox, tmp_path / "w")
    _equal(before, open_workspace(tmp_path / "w"))


def test_progress_goes_to_stderr(inbox: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    scan(inbox, tmp_path / "w", progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "扫描" in err


def test_a_worker_that_is_lost_costs_its_file_only(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Losing(Pool):  # type: ignore[type-arg]
        def run(self, tasks: Iterable[Any], *, in_order: bool = True) -> Generator[tuple[Any, Any], None, None]:
            for task, outcome in super().run(tasks, in_order=in_order):
                yield task, Lost("timed_out", "took longer than 1 seconds") if getattr(task, "name", "") == "白石.txt" else outcome

    whole = scan(inbox, tmp_path / "w1")
    with monkeypatch.context() as patch:
        patch.setattr(local, "Pool", Losing)
        found = scan(inbox, tmp_path / "w2")
    assert found.failures.set_index("file").loc["白石.txt", ["code", "advice"]].tolist() == ["timed_out", failure_words("timed_out")["advice"]]
    assert found.files["file"].tolist() == [name for name in GOOD if name != "白石.txt"]
    again = scan(inbox, tmp_path / "w2")
    assert sorted(again.files["file"]) == sorted(whole.files["file"])


def test_keywords_are_those_of_the_batch(inbox: Path, tmp_path: Path) -> None:
    found = scan(inbox, tmp_path / "w")
    each = keywords_each(found.reports["text"], top=10)
    assert found.reports["keywords"].tolist() == ["、".join(word.term for word in words) for words in each]


def test_densities_are_those_of_the_texts(inbox: Path, tmp_path: Path) -> None:
    found = scan(inbox, tmp_path / "w")
    for row in found.reports.itertuples():
        facts = [start - row.start for start in found.facts[found.facts["report_id"] == row.report_id]["start"]]
        assert row.stock_rate == pytest.approx(stock_rates(row.text)[0])
        assert row.fact_density == pytest.approx(fact_densities(row.text, facts)[0])
    assert found.sections["stock_rate"].between(0, 1).all()
    assert (found.sections["fact_density"] > 0).any()
