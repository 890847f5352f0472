"""One tree of errors: each carries what its reader needs, survives pickling, and has words in Chinese."""

from __future__ import annotations

import inspect
import pickle

import pytest

from unionnlp import errors
from unionnlp.errors import (
    EmptyDocument,
    Encrypted,
    InputError,
    LexiconError,
    MissingExtra,
    NumeralError,
    ReadError,
    TooLarge,
    Undecodable,
    UnionNLPError,
    UnsupportedFormat,
    WorkspaceError,
)
from unionnlp.lexicon import data_file

MADE = [
    (ReadError("报告.txt", "cannot be read"), "报告.txt: cannot be read"),
    (UnsupportedFormat("a.exe", "no reader"), "a.exe: no reader"),
    (Undecodable("a.txt", ("utf-8", "gb18030")), "a.txt: no encoding gives readable Chinese text (tried utf-8, gb18030)"),
    (Undecodable("a.txt"), "a.txt: no encoding gives readable Chinese text"),
    (Encrypted("a.docx", "needs a password"), "a.docx: needs a password"),
    (EmptyDocument("a.txt", "no text"), "a.txt: no text"),
    (TooLarge("a.zip", "over 100 MB"), "a.zip: over 100 MB"),
    (NumeralError("三五百", 0, "a range, not one value"), "'三五百', character 0: a range, not one value"),
    (LexiconError("a.tsv", 7, "the first cell is empty"), "a.tsv, line 7: the first cell is empty"),
    (InputError("/nowhere", "no such folder", "no_such_folder"), "/nowhere: no such folder"),
    (WorkspaceError("W", "cannot be written"), "W: cannot be written"),
    (MissingExtra("ocr", "reading scans"), "reading scans needs an optional part: pip install 'unionnlp[ocr]'"),
]


@pytest.mark.parametrize(("error", "words"), MADE, ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "")
def test_an_error_says_what_and_where(error: UnionNLPError, words: str) -> None:
    assert str(error) == words


@pytest.mark.parametrize(("error", "words"), MADE, ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "")
def test_an_error_crosses_processes_whole(error: UnionNLPError, words: str) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.code, again.__dict__) == (words, error.code, error.__dict__)


def test_the_tree() -> None:
    classes = {name: value for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert sorted(errors.__all__) == errors.__all__ == sorted(classes)
    assert all(issubclass(value, UnionNLPError) for value in classes.values())
    of_files = {name for name, value in classes.items() if issubclass(value, ReadError)}
    assert of_files == {"ReadError", "UnsupportedFormat", "Undecodable", "Encrypted", "EmptyDocument", "TooLarge"}
    assert all(name in (errors.__doc__ or "") for name in classes)


def test_every_error_of_a_file_has_its_words_in_chinese() -> None:
    known = {line.split("\t")[0] for line in data_file("lexicon", "failures.tsv").read_text(encoding="utf-8").splitlines()}
    assert {error.code for error, _ in MADE if isinstance(error, ReadError | InputError | WorkspaceError | MissingExtra)} <= known


def test_the_place_of_a_wrong_numeral_is_kept() -> None:
    error = NumeralError("1a2", 1, "'a' is no digit")
    assert (error.text, error.position, error.reason) == ("1a2", 1, "'a' is no digit")
