"""The example in the help of every command is run as it is written, on the samples."""

import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from unionnlp.cli.reference import commands, example_of
from unionnlp.lexicon import data_file

Run = Callable[..., Result]

CASES: dict[str, dict[str, Any]] = {
    case["command"]: case for case in map(json.loads, (Path(__file__).parents[1] / "cases" / "cli" / "examples.jsonl").read_text(encoding="utf-8").splitlines())
}
SAMPLES = Path(str(data_file("samples")))
DOCX = {"乙": "驰岭物流集团工会2023年工作报告.docx"}
FOLDER = ("云溪县总工会2019年工作总结.txt", "白杨县总工会女职委2021年上半年总结.txt", "禾川农商行工会2017年工作总结.txt")
BY_PATH = {context.command_path: (context, command) for context, command in commands()}
EXAMPLES = list(dict.fromkeys(example_of(command) for _, command in BY_PATH.values()))


def command_of(example: str) -> str:
    return max((path for path in BY_PATH if f"{example} ".startswith(f"{path} ")), key=len)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A small workspace, to copy."""
    top = tmp_path_factory.mktemp("examples")
    folder(top / "报送")
    result = run("scan", top / "报送", "--workspace", top / "结果", "--workers", 0)
    assert result.exit_code == 0, result.output
    return top / "结果"


def folder(path: Path) -> None:
    path.mkdir(parents=True)
    for name in FOLDER:
        shutil.copy(SAMPLES / name, path / name)


def place(path: Path) -> None:
    """A file as its name says, or a folder of three."""
    if path.suffix == ".docx":
        shutil.copy(SAMPLES / DOCX.get(path.name[0], "岚州市总工会2023年工作总结.docx"), path)
    elif path.suffix:
        shutil.copy(SAMPLES / "雁坪县总工会2022年工作总结.txt", path)
    else:
        folder(path)


def set_up(example: str, words: list[str], run: Run, workspace: Path) -> None:
    """What the arguments of an example name, in the folder where it is run."""
    path = command_of(example)
    context, command = BY_PATH[path]
    given = command.make_context(path.split()[-1], words[len(path.split()) :], parent=context.parent)
    for argument in command.get_params(given):
        named = given.params.get(argument.name or "")
        match argument.metavar, named:
            case "文件" | "甲文件" | "乙文件" | "文件夹", Path():
                place(named)
            case "文件或文件夹…", tuple():
                for one in named:
                    place(one)
            case "工作区", Path() if argument.param_type_name == "argument":
                shutil.copytree(workspace, named)
            case "索引", Path() if path != "unionnlp index add":
                folder(Path("往年"))
                assert run("index", "add", named, "往年").exit_code == 0


def test_every_command_has_a_case() -> None:
    assert set(CASES) == {command_of(example) for example in EXAMPLES}
    groups = {path for path in BY_PATH if any(other.startswith(f"{path} ") for other in BY_PATH)}
    assert set(CASES) == set(BY_PATH) - groups


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_does_what_it_says(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, workspace: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    typed, _, written = re.sub(">+", ">", example).partition(">")
    words = shlex.split(typed)
    set_up(example, words, run, workspace)
    result = run(*words[1:])
    assert result.exit_code == 0, result.output
    if written:
        Path(os.path.expanduser(written.strip())).write_text(result.stdout, encoding="utf-8")
    case = CASES[command_of(example)]
    for pattern in case["says"]:
        assert re.search(pattern, result.stdout, re.MULTILINE), f"{pattern} is not said:\n{result.stdout}"
    for name in case["writes"]:
        assert Path(os.path.expanduser(name)).stat().st_size > 100, name
    assert "抄袭" not in result.output
