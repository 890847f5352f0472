"""The reference of the commands, in Markdown, made from the commands themselves.

``python -m unionnlp.cli.reference README.md`` writes it between its marks in a file; without a file it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from .chinese import ChineseCommand, ChineseGroup
from .main import STATUSES, main

__all__ = ["MARKS", "commands", "example_of", "reference", "with_reference"]

MARKS = ("<!-- command-reference -->", "<!-- /command-reference -->")

_EXAMPLE = re.compile(r"^\s*例：(.+)$", re.MULTILINE)


def commands() -> Iterator[tuple[click.Context, ChineseCommand]]:
    """Every command with its context, a group before the commands in it, in the order of the help.

    Example:
        >>> [context.command_path for context, _ in commands()][:2]
        ['unionnlp', 'unionnlp scan']
    """
    return _under(main, main.context_class(main, info_name="unionnlp"))


def _under(command: click.Command, context: click.Context) -> Iterator[tuple[click.Context, ChineseCommand]]:
    assert isinstance(command, ChineseCommand), f"{context.command_path} does not speak Chinese"
    yield context, command
    if isinstance(command, ChineseGroup):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _under(inner, inner.context_class(inner, info_name=name, parent=context))


def example_of(command: click.Command) -> str:
    """The example in the help of a command.

    Example:
        >>> example_of(main)
        'unionnlp scan 报送材料 --workspace 结果'
    """
    found = _EXAMPLE.search(command.help or "")
    assert found is not None, f"{command.name} has no example"
    return found[1].strip()


def reference() -> str:
    """Every command with its arguments, options and example, and the exit statuses."""
    parts = [part for context, command in commands() for part in _described(context, command)]
    statuses = [f"| {status} | {meaning}。 |" for status, meaning in STATUSES]
    return "\n\n".join([*parts, "#### 退出状态", "\n".join(["| 状态 | 意思 |", "|---|---|", *statuses])])


def _described(context: click.Context, command: ChineseCommand) -> Iterator[str]:
    yield f"#### `{context.command_path}`"
    yield from (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", _EXAMPLE.sub("", command.help or "").strip()))
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"用法：`{usage}`"
    yield f"```sh\n{example_of(command)}\n```"
    rows = [*command.arguments_told(context), *(row for row in command.options_told(context) if row[0] != "--help")]
    if rows:
        yield "\n".join(["| 参数、选项 | 说明 |", "|---|---|", *(f"| `{_cell(term)}` | {_cell(said)} |" for term, said in rows)])


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def with_reference(text: str) -> str:
    """A text with the reference between its marks.

    Raises:
        ValueError: the marks are not there.

    Example:
        >>> with_reference(f"a {MARKS[0]} old {MARKS[1]} b").startswith(f"a {MARKS[0]}\\n#### `unionnlp`")
        True
    """
    before, first, rest = text.partition(MARKS[0])
    _, last, after = rest.partition(MARKS[1])
    if not first or not last:
        raise ValueError(f"no {MARKS[0]} … {MARKS[1]}")
    return f"{before}{first}\n{reference()}\n{last}{after}"


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def _write(file: Path | None) -> None:
    """Show the reference, or write it into a file."""
    if file is None:
        click.echo(reference())
    else:
        file.write_text(with_reference(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write()
