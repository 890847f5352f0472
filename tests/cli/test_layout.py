"""Help fits a terminal of 80 columns, in which a Chinese character takes two."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.cli.layout import ChineseFormatter, columns, wrapped
from unionnlp.cli.reference import commands


@pytest.mark.parametrize("context", [pytest.param(context, id=context.command_path) for context, _ in commands()])
def test_no_line_of_a_help_is_wider_than_the_terminal(context: click.Context) -> None:
    shown = context.command.get_help(context)
    assert max(map(columns, shown.splitlines())) <= 82  # a closing mark may hang over


@given(st.text(st.sampled_from("工会慰问困难职工，。“”（）：ab --json1\n\t"), max_size=80), st.integers(10, 40))
def test_wrapping_loses_nothing_and_begins_no_line_with_a_closing_mark(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    stripped = "".join(text.split())
    assert not any(line.startswith(("，", "。", "）", "”", "：")) and not stripped.startswith(line[0]) for line in lines[1:])


@given(st.text(st.sampled_from("工会慰问困难职工 "), max_size=80), st.integers(10, 40))
def test_plain_characters_never_stand_out(text: str, width: int) -> None:
    assert all(columns(line) <= width for line in wrapped(text, width))


def test_a_long_term_stands_on_a_line_of_its_own() -> None:
    formatter = ChineseFormatter(width=60)
    formatter.write_dl([("--一个名字非常非常长的选项长得放不下", "说明。"), ("--短", "说明。")])
    first, second, third = formatter.getvalue().splitlines()
    assert (first, second.strip(), third.split()) == ("--一个名字非常非常长的选项长得放不下", "说明。", ["--短", "说明。"])
    assert columns(second) == columns(third)
