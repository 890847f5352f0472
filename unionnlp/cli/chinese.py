"""How the program speaks: click's own words in Chinese, a line for every error, and nothing that a terminal would obey."""

from __future__ import annotations

from typing import Any

import click

from ..errors import MissingExtra, UnionNLPError

__all__ = ["ChineseCommand", "ChineseGroup", "echo", "error_line", "usage_line"]


class ChineseCommand(click.Command):
    """A command whose help is Chinese throughout."""

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
        rows = [row for parameter in self.get_params(context) if (row := parameter.get_help_record(context)) is not None]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)


class _NoSuchCommand(click.UsageError):
    """The name of a command that is none."""


class ChineseGroup(ChineseCommand, click.Group):
    """A group whose help is Chinese throughout."""

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "命令 [参数]…", **extra})

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
    """Write a line for people; what would move the cursor or switch a terminal's modes shows as U+FFFD."""
    from ..dossier.tables import printable

    click.echo(printable(line.replace("\r", " ")), err=err)


def usage_line(error: click.UsageError) -> str:
    """One line on what was typed wrongly; the help where nothing was.

    Example:
        >>> usage_line(click.NoSuchOption("--fast"))
        '没有选项 --fast。用法见 --help。'
    """
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message()
        case _NoSuchCommand():
            said = f"没有命令 {error.message}"
        case click.NoSuchOption():
            said = f"没有选项 {error.option_name}"
        case click.MissingParameter():
            said = f"缺少参数：{error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint or '参数'}"
        case click.BadParameter():
            said = f"参数有误：{error.param.human_readable_name if error.param else error.param_hint or ''}"
        case click.BadOptionUsage():
            said = f"选项 {error.option_name} 后面缺少内容，或多了内容"
        case _:
            said = "参数多了，或写得不对"
    return f"{said}。用法见 {error.ctx.command_path + ' ' if error.ctx else ''}--help。"


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
