"""Every example of the README is run; what it shows is what comes out."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from unionnlp.cli.main import main
from unionnlp.lexicon import display_words

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [(kind, textwrap.dedent(text)) for _, kind, text in re.findall(r"^( *)```(\w+)\n(.*?)^\1```", README, re.MULTILINE | re.DOTALL)]
TYPED = [
    line.removeprefix(".venv/bin/")
    for kind, text in BLOCKS
    if kind == "sh"
    for line in text.splitlines()
    if line.startswith(".venv/bin/unionnlp ")  # those of the reference are run by tests/cli/test_examples_of_the_help.py
]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words), prog_name="unionnlp", catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def shown_in_order(shown: str, printed: str) -> None:
    """Every line that the README shows is printed, in that order; … stands for lines left out, or for the rest of a line."""
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        if line.strip() in ("…", ""):
            continue
        whole = line.removesuffix("…")
        assert any(one == line or (whole != line and one.startswith(whole)) for one in lines), f"not printed, or not in this order: {line}"


def test_the_python_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unionnlp").symlink_to(ROOT / "unionnlp")
    monkeypatch.chdir(tmp_path)  # what the examples write goes there
    code = "\n".join(text for kind, text in BLOCKS if kind == "python")
    test = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    assert len(test.examples) >= 10
    failures = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert failures.failed == 0
    assert "慰问金" in (tmp_path / "indicators.svg").read_text(encoding="utf-8")


def test_five_lines_make_a_chart() -> None:
    first = next(text for kind, text in BLOCKS if kind == "python")
    assert "alt.Chart" in first
    assert len(first.strip().splitlines()) == 5


def test_the_links_inside_lead_somewhere() -> None:
    headings = {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    links = set(re.findall(r"\]\(#([^)]+)\)", README))
    assert links
    assert links <= headings
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).is_file(), path


def test_the_kinds_of_copies_are_explained_as_everywhere() -> None:
    for row in display_words("match").values():
        assert f"| {row['chinese']} | {row['explanation']} |" in README


@pytest.mark.parametrize("block", [text for kind, text in BLOCKS if kind == "console"], ids=lambda text: text.split("\n")[0])
def test_the_console_examples(block: str) -> None:
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "unionnlp"
    shown_in_order(shown, run(*words[1:]))


def test_the_demo_prints_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shown,) = (text for kind, text in BLOCKS if kind == "text")
    monkeypatch.chdir(tmp_path)
    shown_in_order(shown, run("demo"))
    assert (tmp_path / "demo-workspace" / "dossier.html").stat().st_size > 10_000
    assert (tmp_path / "demo-workspace" / "workbook.xlsx").stat().st_size > 5_000


def test_nothing_was_left_to_fill_in() -> None:
    assert "@@" not in README


def test_what_is_typed_after_the_demo_works_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with what the lines name: the demo's workspace, a folder to scan, three files."""
    samples = ROOT / "unionnlp" / "data" / "samples"
    few = sorted(path for path in samples.iterdir() if path.suffix == ".txt")[:3]
    (tmp_path / "报送材料").mkdir()
    for path in few:
        shutil.copy(path, tmp_path / "报送材料")
    for name, path in zip(("甲.txt", "乙.txt", "总结.docx"), (*few[:2], samples / "岚州市总工会2023年工作总结.docx"), strict=True):
        shutil.copy(path, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    run("scan", "报送材料", "--workspace", "demo-workspace")
    assert len(TYPED) >= 6
    for line in TYPED:
        typed, _, written = line.partition(" > ")
        assert run(*shlex.split(typed)[1:])
        for name in re.findall(r"\S+\.(?:xlsx|html)|\S*核查报告\.docx", typed):
            assert (tmp_path / name).stat().st_size > 1000
        assert not written or written == "事实.csv"


def test_ci_runs_the_command_that_the_readme_states() -> None:
    marked = re.search(r"<!-- test-command -->\n```sh\n(.+)\n```\n<!-- /test-command -->", README)
    assert marked is not None
    assert "\n" not in marked[1]
    for part in ("apt-get install", "python3 -m venv .venv", "pip install", "pytest"):
        assert part in marked[1]
    assert "<!-- test-command -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_room_of_the_architecture_section_is_there() -> None:
    section = README.split("## Architecture")[1].split("\n## ")[0]
    rooms = {room.rstrip("/") for room in re.findall(r"`([a-z_]+(?:/|\.py))`(?=[ ,|])", section)}
    for room in rooms:
        path = ROOT / "unionnlp" / room
        assert path.exists() or any((ROOT / "unionnlp").glob(f"*/{room}")), room
