"""The submissions in files and folders, one after another; what cannot be read is told and the rest goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .chinese import echo

if TYPE_CHECKING:
    from ..records import Document
    from ..scanning.failures import Failure

__all__ = ["submissions"]


def submissions(places: Sequence[Path]) -> Iterator[Document]:
    """Read everything in files and folders; archives and files with a submission a line are opened.

    A bar of progress goes to a terminal's stderr, a line for each file that cannot be read to stderr.

    Args:
        places: files and folders; a folder is read with all that are in it.

    Yields:
        Documents in the order of their names; ``source`` is the path below the folder, as a scan would name it.

    Raises:
        InputError: no such folder or file, or nothing in it.
        click.exceptions.Exit: with status 2, at the end, when nothing could be read.
    """
    from tqdm.auto import tqdm

    from ..scanning.failures import Failure
    from ..scanning.inputs import find_inputs

    inputs = find_inputs(places[0] if len(places) == 1 else places, os.devnull)
    for failure in inputs.failures:
        _tell(failure)
    count = 0
    with tqdm(inputs.files, desc="读取", unit="份", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as files:
        for name, path in files:
            for entry in _in_lines(name, path) if name in inputs.lines else _in_file(name, path):
                if isinstance(entry, Failure):
                    _tell(entry)
                else:
                    count += 1
                    yield entry
    if not count:
        click.get_current_context().exit(2)


def _tell(failure: Failure) -> None:
    from ..scanning.failures import failure_words

    echo(" ".join(f"{failure.file}：{failure_words(failure.code)['chinese']}。{failure.advice}。".split()), err=True)


def _in_file(name: str, path: Path) -> Iterator[Document | Failure]:
    from ..errors import ReadError
    from ..reading.read import read_each
    from ..scanning.failures import CAUGHT, Failure

    try:
        for entry in read_each(path, name):
            yield Failure.of(entry.source, entry) if isinstance(entry, ReadError) else entry
    except CAUGHT as error:
        yield Failure.of(name, error)


def _in_lines(name: str, path: Path) -> Iterator[Document | Failure]:
    from ..scanning.failures import CAUGHT, Failure
    from ..scanning.lines import document_of, read_lines

    for found in read_lines(name, path):
        if isinstance(found, Failure):
            yield found
            continue
        inside, line = found
        try:
            document = document_of(line, inside)
        except CAUGHT as error:
            yield Failure.of(inside, error)
        else:
            yield document
