"""Every notebook runs from top to bottom on the samples, and shows tables and charts that need no network."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LEAST = {"01": (3, 6), "02": (5, 5), "03": (3, 6), "04": (2, 6)}
"""Charts and tables that each notebook shows at least."""

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name[:2])


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(notebook: Any, kind: str) -> list[str]:
    return [output.data[kind] for cell in code_cells(notebook) for output in cell.outputs if kind in output.get("data", {})]


@each
def test_a_notebook_runs_on_the_samples(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy of the folder, for workspaces land beside the notebook; twice in a row would find them there."""
    folder = shutil.copytree(FOLDER, tmp_path / "notebooks", ignore=shutil.ignore_patterns("demo-workspace", ".ipynb_checkpoints"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = read(folder / path.name)
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()

    said = [output.text for cell in code_cells(notebook) for output in cell.outputs if output.output_type == "stream" and output.name == "stderr"]
    assert said == []  # no warning is shown to an analyst
    charts, tables = shown(notebook, "image/svg+xml"), [page for page in shown(notebook, "text/html") if "<table" in page]
    least_charts, least_tables = LEAST[path.name[:2]]
    assert (len(charts) >= least_charts, len(tables) >= least_tables) == (True, True), (len(charts), len(tables))
    for chart in charts:
        assert re.search("[\u4e00-\u9fff]", chart)
        assert "null" not in re.findall(r">([^<]+)</text>", chart)
    for page in (*charts, *tables):
        assert "<script" not in page
        assert not re.search(r"https?://(?!www\.w3\.org/)", page)
    beside = {entry.name for entry in folder.iterdir()} - {notebook.name for notebook in NOTEBOOKS}
    assert beside <= {"demo-workspace"}  # what git leaves alone


@each
def test_a_notebook_is_kept_without_what_it_printed(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)  # type: ignore[no-untyped-call]
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(notebook))


@each
def test_a_notebook_uses_public_names_alone_and_speaks_chinese(path: Path) -> None:
    notebook = read(path)
    for cell in code_cells(notebook):
        tree = ast.parse(cell.source)
        imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unionnlp")]
        assert not imported, cell.source
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr)]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert len(re.findall("[\u4e00-\u9fff]", prose)) > 200
    assert "抄袭" not in prose
    for link in re.findall(r"\]\(([^)]+)\)", prose):
        assert (path.parent / link).is_file(), link


def test_five_lines_make_a_chart() -> None:
    """From the import to a picture: what a newcomer reads first."""
    first = code_cells(read(NOTEBOOKS[0]))[0]
    assert len([line for line in first.source.splitlines() if line.strip()]) == len(ast.parse(first.source).body) == 5
    assert "import unionnlp" in first.source
    assert first.source.splitlines()[-1].startswith("alt.Chart(")


def test_there_are_four_in_the_order_of_reading() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01-", "02-", "03-", "04-"]
