"""The program: its commands, and what every error becomes, which is one line in Chinese and a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

import click

from ..errors import UnionNLPError
from .chinese import ChineseGroup, Stopped, echo, error_line, usage_line

__all__ = ["COMMANDS", "STATUSES", "main"]

COMMANDS = ("scan", "compare", "facts", "audit", "themes", "terms", "dossier", "index", "demo", "completion")
"""In the order of the help; each is the command of that name in the module of that name, imported when it is asked for."""


STATUSES = (
    (0, "做完了，个别读不出的文件已列出"),
    (1, "没有做全：scan --strict 遇到读不出的文件，或读输出的程序提前关闭"),
    (2, "什么也没读到，或命令、文件有误，屏幕上有一行说明"),
    (130, "被中断（Ctrl-C）"),
)
"""What the program ends with, and what that means."""


class _Program(ChineseGroup):
    """Loads a command when it is asked for, and says every error in one line."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return cast(click.Command, getattr(import_module(f".{name}", __package__), name))

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            # Whatever the locale: a terminal that claims ASCII must not end a scan with a UnicodeEncodeError.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="replace")
        try:
            status = super().main(args, *rest, **{**extra, "standalone_mode": False})
        except click.UsageError as error:
            status = _stop(usage_line(error), 2)
        except Stopped as error:
            status = _stop(f"{error.message}。", 2)
        except UnionNLPError as error:
            status = _stop(error_line(error), 2)
        except BrokenPipeError:
            # The reader is gone (| head): what is left to flush at the end of the process must go somewhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = 1
        except OSError as error:
            status = _stop(f"无法读写文件：{error.filename or error.strerror or error}。请检查权限和磁盘空间。", 2)
        except (KeyboardInterrupt, click.Abort):
            status = _stop("已中断。", 130)
        sys.exit(status if isinstance(status, int) else 0)


def _stop(line: str, status: int) -> int:
    echo(line, err=True)
    return status


@click.group(cls=_Program, epilog=f"退出状态：{'；'.join(f'{status} {meaning}' for status, meaning in STATUSES)}。")
@click.version_option(None, "--version", package_name="unionnlp", message="unionnlp %(version)s", help="显示版本号。")
def main() -> None:
    """读工会报告：抽取数字事实，核对数字，查找疑似雷同。

    例：unionnlp scan 报送材料 --workspace 结果
    """
