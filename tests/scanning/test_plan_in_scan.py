"""A scan whose reports are too many for memory compares them by the plan, with the same tables in the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from unionnlp.errors import WorkspaceError
from unionnlp.scanning import comparing
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.local import scan
from unionnlp.scanning.results import Scan
from unionnlp.scanning.workspace import COMPARING

Ran = list[int]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Nothing fits into memory; how many reports each run of the plan had."""
    counts: Ran = []
    real = comparing.compare_all

    def counted(engine: object, texts: object, count: int) -> object:
        counts.append(count)
        return real(engine, texts, count)  # type: ignore[arg-type, type-var]

    monkeypatch.setattr(comparing, "compare_all", counted)
    monkeypatch.setattr(comparing, "IN_MEMORY", -1)
    return counts


def scanned_in_memory(source: Path, workspace: Path) -> Scan:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "IN_MEMORY", 1 << 40)
        return scan(source, workspace, workers=0)


def assert_same(found: Scan, expected: Scan) -> None:
    for table in TABLES:
        assert_frame_equal(getattr(found, table), getattr(expected, table))


def test_the_tables_are_the_same(inbox: Path, tmp_path: Path, ran: Ran) -> None:
    """Reports that do not begin where their file does are among them."""
    expected = scanned_in_memory(inbox, tmp_path / "in memory")
    assert not ran
    found = scan(inbox, tmp_path / "planned", workers=0)
    assert ran == [len(found.reports)]
    assert len(found.matches) >= 3
    assert found.reports["start"].max() > 0
    assert_same(found, expected)


def test_a_later_scan_is_compared_with_earlier_ones_beside_it(inbox: Path, tmp_path: Path, ran: Ran) -> None:
    later = tmp_path / "later"
    later.mkdir()
    text = (inbox / "县区" / "青河.txt").read_text(encoding="utf-8")
    for name, figure in (("甲", "68"), ("乙", "69")):
        (later / f"{name}.txt").write_text(text.replace("68", figure).replace("逐一", name), encoding="utf-8")
    for workspace in ("in memory", "planned"):
        scanned_in_memory(inbox, tmp_path / workspace)
    expected = scanned_in_memory(later, tmp_path / "in memory")
    assert_same(scan(later, tmp_path / "planned", workers=0), expected)
    assert ran == [2]


def test_what_a_killed_comparison_left_is_removed(inbox: Path, tmp_path: Path, ran: Ran) -> None:
    workspace = tmp_path / "planned"
    scan(inbox, workspace, workers=0)
    assert not (workspace / COMPARING).exists()
    (workspace / COMPARING / "spill").mkdir(parents=True)
    (workspace / COMPARING / "000001.parquet").write_bytes(b"half a tab")
    scan(inbox, workspace, workers=0)
    assert not (workspace / COMPARING).exists()
    assert len(ran) == 1  # there was nothing new to compare


def test_where_its_tables_cannot_be_written_the_error_says_so(inbox: Path, tmp_path: Path, ran: Ran) -> None:
    """And the workspace holds what it held before."""
    workspace = tmp_path / "planned"
    workspace.mkdir()
    (workspace / COMPARING).write_bytes(b"a file stands in its place")
    with pytest.raises(WorkspaceError, match="cannot be kept"):
        scan(inbox, workspace, workers=0)
    (workspace / COMPARING).unlink()
    assert_same(scan(inbox, workspace, workers=0), scanned_in_memory(inbox, tmp_path / "in memory"))
