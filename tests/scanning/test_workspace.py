"""The folder of a scan: what it refuses, that nothing half written shows, and what people get from it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from pandas.testing import assert_frame_equal

from unionnlp.errors import WorkspaceError
from unionnlp.scanning import intake, workspace
from unionnlp.scanning.frames import TABLES, arrow_table
from unionnlp.scanning.local import scan
from unionnlp.scanning.workspace import FORMAT, KEPT, commit, open_workspace, write_part, writing


@pytest.fixture
def scanned(inbox: Path, tmp_path: Path) -> Path:
    scan(inbox, tmp_path / "w'工作[区]*")
    return tmp_path / "w'工作[区]*"


def _part(root: Path, table: str) -> Path:
    (path,) = (root / "parts" / table).iterdir()
    return path


def _failure(file: str) -> tuple[object, ...]:
    return file, "error", "r", "a", "批", 1


def _version(root: Path, **changes: object) -> None:
    path = root / "version.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def test_a_workspace_opens_later_with_the_same_tables(scanned: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scanned.parent)
    later = open_workspace(scanned.name)
    monkeypatch.chdir("/")
    now = scan(inbox, scanned)
    for table in TABLES:
        assert_frame_equal(getattr(later, table), getattr(now, table))


def test_it_says_what_made_it(scanned: Path) -> None:
    version = json.loads((scanned / "version.json").read_text(encoding="utf-8"))
    assert (version["made_by"], version["format"]) == ("unionnlp", FORMAT)
    assert len(version["lexicon"]["indicator_cues"]) == 16
    assert version["parts"].keys() == set(KEPT)
    assert version["scans"] == [{"scan": 1, "batch": "inbox"}]


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no version file": (lambda root: (root / "version.json").unlink(), "workspace_missing"),
    "version file cut short": (lambda root: (root / "version.json").write_bytes((root / "version.json").read_bytes()[:40]), "workspace_damaged"),
    "version file of another program": (lambda root: (root / "version.json").write_text('{"version": "1.2.3"}', encoding="utf-8"), "workspace_damaged"),
    "version file is no text": (lambda root: (root / "version.json").write_bytes(b"\xff\xfe\x00"), "workspace_damaged"),
    "version file nests without end": (lambda root: (root / "version.json").write_text("[" * 100_000, encoding="utf-8"), "workspace_damaged"),
    "a later format": (lambda root: _version(root, format=FORMAT + 1), "workspace_format"),
    "no list of parts": (lambda root: _version(root, parts=None), "workspace_damaged"),
    "a table too few": (lambda root: _version(root, parts={"facts": []}), "workspace_damaged"),
    "a part elsewhere": (lambda root: _version(root, parts={table: ["../../../etc/passwd"] for table in KEPT}), "workspace_damaged"),
    "a part missing": (lambda root: _part(root, "facts").unlink(), "workspace_damaged"),
    "a part cut short": (lambda root: _part(root, "facts").write_bytes(_part(root, "facts").read_bytes()[:-9]), "workspace_damaged"),
    "a part emptied": (lambda root: _part(root, "facts").write_bytes(b""), "workspace_damaged"),
    "a part whose column names are damaged": (lambda root: _part(root, "facts").write_bytes(_part(root, "facts").read_bytes().replace(b"indicator", b"indi\x80ator")), "workspace_damaged"),
    "a part of another table": (lambda root: shutil.copy(_part(root, "files"), _part(root, "facts")), "workspace_damaged"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_foreign_or_damaged_folder_is_refused(damage: str, scanned: Path) -> None:
    break_it, code = DAMAGE[damage]
    break_it(scanned)
    with pytest.raises(WorkspaceError) as caught:
        open_workspace(scanned)
    assert caught.value.code == code
    assert caught.value.folder == str(scanned)


def test_a_part_whose_pages_are_damaged_is_said_when_it_is_read(scanned: Path) -> None:
    path = _part(scanned, "reports")
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)
    path.write_bytes(data)
    with pytest.raises(WorkspaceError, match="damaged"):
        _ = open_workspace(scanned).reports


@pytest.mark.parametrize("damage", ["version file of another program", "a later format"])
def test_a_scan_does_not_write_over_what_is_not_its_own(damage: str, scanned: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    DAMAGE[damage][0](scanned)
    monkeypatch.setattr(intake, "analyze", None)  # no work is done before the workspace is known to be good
    with pytest.raises(WorkspaceError):
        scan(inbox, scanned)


def test_a_workspace_without_its_version_file_is_filled_anew(scanned: Path, inbox: Path) -> None:
    before = open_workspace(scanned)
    facts = before.facts
    DAMAGE["no version file"][0](scanned)
    assert_frame_equal(scan(inbox, scanned).facts, facts)


@pytest.mark.parametrize("damage", ["a part missing", "a part cut short"])
def test_a_scan_adds_nothing_to_a_damaged_workspace(damage: str, scanned: Path, inbox: Path) -> None:
    """What earlier scans found cannot be made anew from the folder at hand, and is not passed over in silence."""
    DAMAGE[damage][0](scanned)
    with pytest.raises(WorkspaceError, match="missing or damaged"):
        scan(inbox, scanned)


@pytest.mark.parametrize("place", ["a file", "below a file", "no rights", "a file inside"])
def test_a_workspace_that_cannot_be_written_is_refused_before_any_work(place: str, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "parts").write_text("", encoding="utf-8")
    # /proc refuses new folders to everybody, root included
    folder = {"a file": tmp_path / "file", "below a file": tmp_path / "file" / "w", "no rights": Path("/proc/w"), "a file inside": tmp_path / "taken"}[place]
    monkeypatch.setattr(intake, "analyze", None)
    with pytest.raises(WorkspaceError) as caught:
        scan(inbox, folder)
    assert caught.value.code == ("workspace_unwritable" if place == "no rights" else "workspace_is_file")


@pytest.mark.parametrize("step", range(1, 10))
def test_a_scan_that_dies_at_any_write_leaves_the_earlier_one_whole(step: int, scanned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {table: getattr(open_workspace(scanned), table) for table in TABLES}
    listed_before = json.loads((scanned / "version.json").read_text(encoding="utf-8"))["parts"]
    done = 0

    def dying(source: Path, target: Path) -> None:
        nonlocal done
        done += 1
        if done == step:
            raise OSError(28, "No space left on device")
        os.replace(source, target)

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "新.txt").write_text("东川县总工会2024年工作总结\n走访慰问困难职工12户。", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(workspace.Path, "replace", dying)
        with pytest.raises(WorkspaceError, match="No space left"):
            scan(tmp_path / "in", scanned)
    after = open_workspace(scanned)
    if len(after.files) == len(before["files"]):
        for table in TABLES:
            assert_frame_equal(before[table], getattr(after, table))
    else:  # only the index was left behind, which the next scan brings up to date
        assert step > 7
    assert not list(scanned.rglob("*.tmp"))
    assert scan(tmp_path / "in", scanned).files["file"].tolist() == [*before["files"]["file"], "新.txt"]
    listed_parts = json.loads((scanned / "version.json").read_text(encoding="utf-8"))["parts"]
    older = {name for table in KEPT for name in listed_before[table]}
    for table in KEPT:
        assert {path.name for path in (scanned / "parts" / table).iterdir()} - older == set(listed_parts[table]) - older
    assert not (scanned / "pending").exists()


def test_several_parts_are_one_table(tmp_path: Path) -> None:
    with writing(tmp_path / "w") as root:
        parts = dict.fromkeys(KEPT, ()) | {"failures": [write_part(root, "failures", arrow_table("failures", [_failure(name)])) for name in ("甲", "乙")]}
        found = commit(root, parts, ["批"])
    assert found.failures["file"].tolist() == ["甲", "乙"]
    assert found.sql("select count(*) as n from failures")["n"].tolist() == [2]


def test_the_same_rows_make_the_same_part(tmp_path: Path) -> None:
    names = set()
    for name in ("w1", "w2"):
        with writing(tmp_path / name) as root:
            names.add(write_part(root, "failures", arrow_table("failures", [_failure("甲")])))
    assert len(names) == 1


def test_sql_sees_every_table_by_its_columns(scanned: Path) -> None:
    found = open_workspace(scanned)
    for table, columns in TABLES.items():
        assert found.sql(f"select * from {table}").columns.tolist() == [column.name for column in columns]
    sums = found.sql("select reporting_unit, indicator, unit, count(*) as n, sum(value) as total from facts where indicator = '慰问金' group by all")
    assert sums.values.tolist() == [["青河县总工会", "慰问金", "元", 4, 4 * 228000.0]]


def test_parquet_keeps_decimals_and_frames_have_floats(scanned: Path) -> None:
    found = open_workspace(scanned)
    assert found.sql("select distinct typeof(value) as kind from facts")["kind"].tolist() == ["DECIMAL(38,6)"]
    assert found.facts["value"].dtype == "float64"
    assert found.facts["indicator"].isna().any() == (found.sql("select count(*) as n from facts where indicator is null")["n"][0] > 0)


def test_what_a_query_makes_is_gone_with_it(scanned: Path) -> None:
    found = open_workspace(scanned)
    found.sql("create table mine as select * from facts")
    with pytest.raises(duckdb.CatalogException):
        found.sql("select * from mine")


def test_a_scan_whose_parts_were_replaced_says_so(scanned: Path, inbox: Path) -> None:
    old = open_workspace(scanned)
    facts = open_workspace(scanned).facts
    for name in ("新", "更新"):
        (inbox / f"{name}.txt").write_text(f"{name}县总工会2024年工作总结\n走访慰问困难职工12户。", encoding="utf-8")
        scan(inbox, scanned)
        if name == "新":
            assert_frame_equal(old.facts, facts)
            assert len(old.sql("select * from files")) == 5, "what counted stays for whoever looks at it"
    for ask in (lambda: old.files, lambda: old.sql("select 1")):
        with pytest.raises(WorkspaceError, match="open the workspace again"):
            ask()


def test_what_people_open_is_written(scanned: Path, tmp_path: Path) -> None:
    found = open_workspace(scanned)
    found.to_html(tmp_path / "d.html")
    found.to_excel(tmp_path / "w.xlsx")
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert "青河县总工会" in page
    assert "5份文件" in page
    assert (tmp_path / "w.xlsx").read_bytes()[:2] == b"PK"
    assert "疑似雷同" in found._repr_html_()
    assert "files" in repr(found)
