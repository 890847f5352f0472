"""The program in a terminal and out of one: colours, completion, and what its help may cost."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from unionnlp.cli.chinese import echo
from unionnlp.cli.reference import commands

Run = Callable[..., Result]

HEAVY = {
    *("unionnlp.display", "unionnlp.lexicon", "unionnlp.records", "numpy", "pandas", "pyarrow", "duckdb", "sklearn", "scipy"),
    *("jieba", "altair", "jinja2", "lxml", "regex", "tqdm", "docx", "xlsxwriter", "opencc", "datasketch"),
}


def test_no_help_loads_anything_heavy() -> None:
    code = (
        "import sys\nfrom unionnlp.cli.main import main\n"
        "for words in sys.argv[1:]:\n try: main([*words.split(), '--help'], prog_name='unionnlp')\n except SystemExit as end: assert not end.code\n"
        f"print(sorted({HEAVY} & sys.modules.keys()))"
    )
    paths = [context.command_path.removeprefix("unionnlp").strip() for context, _ in commands()]
    out = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert out.count("用法：") >= len(paths)
    assert out.splitlines()[-1] == "[]"


@click.command()
def _speak() -> None:
    echo("[打架] 186 ÷ 248 = 75%")
    echo("  3. [一致] 相符")
    echo("没有标记\x1b[31m")


@pytest.mark.parametrize(("colour", "no_colour", "coloured"), [(True, "", True), (False, "", False), (True, "1", False)])
def test_verdicts_are_coloured_in_a_terminal_only(colour: bool, no_colour: str, coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", no_colour)
    out = CliRunner().invoke(_speak, color=colour).stdout.splitlines()
    assert out[0] == ("\x1b[31m[打架]\x1b[0m 186 ÷ 248 = 75%" if coloured else "[打架] 186 ÷ 248 = 75%")
    assert out[1] == ("  3. \x1b[32m[一致]\x1b[0m 相符" if coloured else "  3. [一致] 相符")
    assert out[2] == "没有标记\ufffd[31m"  # what a submission holds is never obeyed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_calls_the_program(shell: str, run: Run) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert f"_UNIONNLP_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("unionnlp fa", {"facts"}),
        ("unionnlp index ", {"add", "query", "sizes", "merge", "check"}),
        ("unionnlp facts --c", {"--csv"}),
        ("unionnlp completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_the_shell_is_told_what_may_follow(typed: str, offered: set[str], tmp_path: Path) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - (not typed.endswith(" "))), "_UNIONNLP_COMPLETE": "bash_complete"}
    code = "from unionnlp.cli.main import main; main(prog_name='unionnlp')"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", env={**os.environ, **words}, cwd=tmp_path).stdout
    assert {line.partition(",")[2] for line in out.splitlines()} == offered
