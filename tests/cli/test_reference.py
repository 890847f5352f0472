"""The reference in the README is what the commands say, all of it, in Chinese."""

import re
from pathlib import Path

import click
import pytest

from unionnlp.cli.chinese import ChineseCommand
from unionnlp.cli.main import STATUSES
from unionnlp.cli.reference import MARKS, commands, example_of, reference, with_reference

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = [pytest.param(context, command, id=context.command_path) for context, command in commands()]
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_the_readme_has_the_reference_as_it_is_now() -> None:
    assert with_reference(README) == README, "run: .venv/bin/python -m unionnlp.cli.reference README.md"


def test_a_text_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="command-reference"):
        with_reference(f"{MARKS[0]} and no end")


@pytest.mark.parametrize(("context", "command"), COMMANDS)
def test_every_argument_and_option_is_explained_in_chinese(context: click.Context, command: ChineseCommand) -> None:
    section = reference().split(f"#### `{context.command_path}`\n")[1].split("\n#### ")[0]
    assert example_of(command) in section
    told = {term.replace("\\|", "|"): said for term, said in re.findall(r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE)}
    for option in (parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option) and "--help" not in parameter.opts):
        said = [words for term, words in told.items() if set(option.opts) <= set(re.findall(r"-[\w-]+", term))]
        assert len(said) == 1, option.opts
        assert CHINESE.search(said[0])
    for argument in (parameter for parameter in command.get_params(context) if isinstance(parameter, click.Argument)):
        assert CHINESE.search(told.get(argument.human_readable_name, "")), f"{argument.human_readable_name} is not explained"
        assert argument.metavar, f"{argument.name} has no Chinese name"
    assert all(said.endswith(("。", "）")) for said in told.values())


@pytest.mark.parametrize(("context", "command"), COMMANDS)
def test_help_says_the_same_as_the_reference(context: click.Context, command: ChineseCommand) -> None:
    shown = "".join(command.get_help(context).split())
    for term, said in [*command.arguments_told(context), *command.options_told(context)]:
        assert "".join(f"{term}{said}".split()) in shown
    assert not re.search(r"required|default|arguments|options|<=|>=", shown, re.IGNORECASE)


def test_the_exit_statuses_are_in_the_help_and_in_the_reference() -> None:
    context, command = next(commands())
    shown = "".join(command.get_help(context).split())
    for status, meaning in STATUSES:
        assert "".join(f"{status}{meaning}".split()) in shown
        assert f"| {status} | {meaning}。 |" in reference()
