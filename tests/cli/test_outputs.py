"""The dossier and the workbook are written when they do not show what the workspace holds, and left alone when they do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from unionnlp.cli import outputs
from unionnlp.cli.main import main
from unionnlp.scanning.results import Scan

TEXT = "云溪县总工会2021年工作总结\n一、组织建设\n截至2021年底，全县共有会员51200人。"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "2021.txt").write_text(TEXT, encoding="utf-8")
    return inbox, tmp_path / "workspace"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were written, by name."""
    names: list[str] = []

    def noted(write: Callable[[Scan, Path], None]) -> Callable[[Scan, Path], None]:
        def again(self: Scan, path: Path) -> None:
            names.append(path.name)
            write(self, path)

        return again

    for method in ("to_html", "to_excel"):
        monkeypatch.setattr(Scan, method, noted(getattr(Scan, method)))
    return names


def run(folders: tuple[Path, Path]) -> str:
    result = CliRunner().invoke(main, ["scan", str(folders[0]), "--workspace", str(folders[1]), "--workers", "0"])
    assert result.exit_code == 0, result.output
    return result.output


BOTH = ["dossier.html", "workbook.xlsx"]


def test_a_scan_with_nothing_new_writes_nothing_and_tells_the_same(folders: tuple[Path, Path], written: list[str]) -> None:
    first = run(folders)
    assert written == BOTH
    assert run(folders) == first
    assert written == BOTH


def test_what_is_new_is_shown(folders: tuple[Path, Path], written: list[str]) -> None:
    run(folders)
    (folders[0] / "2022.txt").write_text(TEXT.replace("2021", "2022"), encoding="utf-8")
    run(folders)
    assert written == BOTH * 2
    assert "2022.txt" in (folders[1] / "dossier.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BOTH)
def test_what_was_removed_or_changed_is_written_again(folders: tuple[Path, Path], written: list[str], name: str) -> None:
    run(folders)
    path = folders[1] / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    run(folders)
    assert written == BOTH * 2
    path.unlink()
    run(folders)
    assert written == BOTH * 3
    assert path.is_file()


def test_another_version_of_the_library_writes_them_again(folders: tuple[Path, Path], written: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run(folders)
    monkeypatch.setattr(outputs, "_library", lambda: "another")
    run(folders)
    assert written == BOTH * 2
