"""Every example of the README is run; what it shows is what comes out."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from unionnlp.cli.main import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words), prog_name="unionnlp", catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def shown_in_order(shown: str, printed: str) -> None:
    """Every line that the README shows is printed, in that order; … stands for lines left out."""
    at = 0
    lines = printed.splitlines()
    for line in shown.splitlines():
        if line.strip() in ("…", ""):
            continue
        assert line in lines[at:], f"not printed, or not in this order: {line}"
        at += lines[at:].index(line) + 1


def test_the_python_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unionnlp").symlink_to(ROOT / "unionnlp")
    monkeypatch.chdir(tmp_path)  # what the examples write goes there
    code = "\n".join(text for kind, text in BLOCKS if kind == "python")
    test = doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0)
    assert len(test.examples) >= 10
    failures = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert failures.failed == 0


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


def test_the_commands_in_shell_blocks_exist() -> None:
    commands = set(re.findall(r"unionnlp (scan|compare|facts|audit|demo|\w+) ", "\n".join(text for kind, text in BLOCKS if kind == "sh")))
    assert commands <= set(main.list_commands(None))  # type: ignore[arg-type]


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
