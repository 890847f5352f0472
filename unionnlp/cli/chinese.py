"""How the program speaks: click's own words in Chinese, a line for every error, and nothing that a terminal would obey."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..errors import MissingExtra, UnionNLPError
from .layout import ChineseFormatter

__all__ = ["ChineseCommand", "ChineseGroup", "Misuse", "Stopped", "argument", "echo", "error_line", "usage_line"]

F = TypeVar("F", bound=Callable[..., Any])

_CLICK_SAYS = (
    (r"required", "必填"),
    (r"default: ", "默认 "),
    (r"([\d.]+)<=x<=([\d.]+)", r"\1～\2"),
    (r"x>=([\d.]+)", r"至少 \1"),
    (r"x>([\d.]+)", r"大于 \1"),
    (r"; ", "；"),
)
"""What click adds to the help of an option in brackets."""

_TAG = re.compile(r"^ *(?:\d+\. )?(\[(\w+)\])")
_COLOURS = {"conflict": "red", "damaged": "red", "doubtful": "yellow", "unverifiable": "yellow", "signal": "cyan", "consistent": "green"}


class _Context(click.Context):
    formatter_class = ChineseFormatter


class _Argument(click.Argument):
    """An argument with a line on what it is; click's own ``help`` is newer than the oldest click we take."""

    def __init__(self, names: list[str], *, explained: str, **extra: Any) -> None:
        super().__init__(names, **extra)
        self.explained = explained


def argument(name: str, metavar: str, explained: str, **extra: Any) -> Callable[[F], F]:
    """An argument of a command: how it is called in its help, and what it is."""
    return click.argument(name, cls=_Argument, metavar=metavar, explained=explained, **extra)


class ChineseCommand(click.Command):
    """A command whose help is Chinese throughout."""

    context_class = _Context

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", **extra})

    def get_help_option(self, context: click.Context) -> click.Option | None:
        option = super().get_help_option(context)
        if option is not None:
            option.help = "显示这段说明。"
        return option

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(context.command_path, " ".join(self.collect_usage_pieces(context)), prefix="用法：")

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        for name, rows in (("参数", self.arguments_told(context)), ("选项", self.options_told(context))):
            if rows:
                with formatter.section(name):
                    formatter.write_dl(rows)

    def arguments_told(self, context: click.Context) -> list[tuple[str, str]]:
        """What each argument is called and what it is; those that the first lines of the help explain are left out."""
        return [(one.human_readable_name, one.explained) for one in self.get_params(context) if isinstance(one, _Argument)]

    def options_told(self, context: click.Context) -> list[tuple[str, str]]:
        """How each option is written and what it does."""
        options = [parameter for parameter in self.get_params(context) if isinstance(parameter, click.Option)]
        return [(record[0], _in_chinese(record[1])) for one in options if (record := one.get_help_record(context)) is not None]


def _in_chinese(said: str) -> str:
    """The help of an option, with what click adds to it.

    Example:
        >>> _in_chinese("照搬的一段至少多少字也算。  [default: 80; x>=1]")
        '照搬的一段至少多少字也算。（默认 80；至少 1）'
    """
    own, bracket, added = said.rpartition("  [")
    if not bracket:
        return said
    for english, chinese in _CLICK_SAYS:
        added = re.sub(english, chinese, added)
    return f"{own}（{added.removesuffix(']')}）"


class _NoSuchCommand(click.UsageError):
    """The name of a command that is none."""


class Misuse(click.UsageError):
    """What was asked for cannot be done; the message says it in Chinese."""


class Stopped(click.ClickException):
    """A command was typed well and cannot be done; the message says in Chinese why, and what to do."""


class ChineseGroup(ChineseCommand, click.Group):
    """A group whose help is Chinese throughout."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "命令 [参数]…", **extra})

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(context, args[0]) is None:
            raise _NoSuchCommand(args[0], context)
        return super().resolve_command(context, args)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(context, formatter)
        commands = ((name, self.get_command(context, name)) for name in self.list_commands(context))
        with formatter.section("命令"):
            formatter.write_dl([(name, command.get_short_help_str(80)) for name, command in commands if command is not None])


def echo(line: str, *, err: bool = False) -> None:
    """Write a line for people; what would move the cursor or switch a terminal's modes shows as U+FFFD.

    The verdict in brackets at its start is coloured in a terminal, unless NO_COLOR is set (https://no-color.org).
    """
    from ..display import printable

    line = printable(line.replace("\r", " "))
    click.echo(line if os.environ.get("NO_COLOR") else _coloured(line), err=err)  # click drops colours where no terminal is


def _coloured(line: str) -> str:
    from ..lexicon import display_words

    tag = _TAG.match(line)
    colour = next((_COLOURS[word] for word, row in display_words("verdict").items() if row["chinese"] == tag[2]), "magenta") if tag else ""
    return line[: tag.start(1)] + click.style(tag[1], fg=colour) + line[tag.end(1) :] if tag else line


def usage_line(error: click.UsageError) -> str:
    """One line on what was typed wrongly; the help where nothing was.

    Example:
        >>> usage_line(click.NoSuchOption("--fast"))
        '没有选项 --fast。用法见 --help。'
    """
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message()
        case Misuse():
            said = error.message
        case _NoSuchCommand():
            said = f"没有命令 {error.message}"
        case click.NoSuchOption():
            said = f"没有选项 {error.option_name}"
        case click.MissingParameter():
            said = f"缺少参数：{error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint or '参数'}"
        case click.BadParameter():
            said = f"参数有误：{_called(error.param) if error.param else error.param_hint or ''}"
        case click.BadOptionUsage():
            said = f"选项 {error.option_name} 后面缺少内容，或多了内容"
        case _:
            said = "参数多了，或写得不对"
    return f"{said}。用法见 {error.ctx.command_path + ' ' if error.ctx else ''}--help。"


def _called(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def error_line(error: UnionNLPError) -> str:
    """One line on what went wrong and what to do.

    Example:
        >>> from unionnlp.errors import Encrypted
        >>> error_line(Encrypted("总结.docx", "protected by a password"))
        '总结.docx：文件设有密码。请报送单位取消密码后重新报送。'
    """
    from ..scanning.failures import failure_words

    words = failure_words(error.code)
    about = next((value for name in ("source", "folder") if (value := getattr(error, name, ""))), "")
    if not about:
        about = f"pip install 'unionnlp[{error.extra}]'" if isinstance(error, MissingExtra) else str(error)
    return " ".join(f"{about}：{words['chinese']}。{words['advice']}。".split())
