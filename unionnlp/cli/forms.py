"""What a program may read instead of the lines for people: one JSON document, or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

__all__ = ["forms", "write_csv", "write_json", "write_rows"]

F = TypeVar("F", bound=Callable[..., Any])


def forms(command: F) -> F:
    """Gives a command ``--json`` and ``--csv``; it gets ``form``, which is "json", "csv" or None."""
    as_csv = click.option("--csv", "form", flag_value="csv", help="以 CSV 输出全部字段（UTF-8，首行为字段名）。")
    return click.option("--json", "form", flag_value="json", help="以 JSON 输出全部字段。")(as_csv(command))


def write_rows(form: str, rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> None:
    """Write rows in the form that was asked for; ``fields`` are the columns of the CSV."""
    if form == "csv":
        write_csv(rows, fields)
    else:
        write_json(list(rows))


def write_json(document: object) -> None:
    """Write one JSON document."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def write_csv(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> None:
    """Write a table, as frames have it: words of a list joined by 、, other lists as JSON; no byte order mark, for programs read it."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, fields, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    click.echo(out.getvalue(), nl=False)


def _cell(value: object) -> object:
    if not isinstance(value, list | dict):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    import json

    return json.dumps(value, ensure_ascii=False)
