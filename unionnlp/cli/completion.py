"""``unionnlp completion``: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .chinese import ChineseCommand, argument

__all__ = ["completion"]

_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=ChineseCommand)
@argument("shell", "bash|zsh|fish", "所用的命令行解释器。", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """写出补全脚本：装上以后按 Tab 键补全命令、选项和文件名。

    bash 把输出并入 ~/.bashrc，zsh 并入 ~/.zshrc，fish 存为 ~/.config/fish/completions/unionnlp.fish，重新打开终端即可。

    例：unionnlp completion bash >> ~/.bashrc
    """
    kind = get_completion_class(shell)
    assert kind is not None  # click has these three
    script = kind(context.find_root().command, {}, "unionnlp", "_UNIONNLP_COMPLETE")
    # Not source(): it starts bash to ask for its version, and complains in English where there is none.
    click.echo(script.source_template % script.source_vars())
