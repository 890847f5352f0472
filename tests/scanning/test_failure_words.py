"""Every error has its words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import unionnlp.scanning
from unionnlp.errors import ReadError, UnionNLPError
from unionnlp.lexicon import load_table
from unionnlp.scanning.failures import CAUGHT, Failure, failure_words

ROWS = {row["code"]: row for row in load_table("failures", ("code", "chinese", "advice"))}
SOURCES = sorted(Path(path) / name.name for path in unionnlp.scanning.__path__ for name in Path(path).glob("*.py"))


def _tree(error: type[UnionNLPError]) -> Iterator[type[UnionNLPError]]:
    yield error
    for child in error.__subclasses__():
        yield from _tree(child)


@pytest.mark.parametrize("error", list(_tree(UnionNLPError)), ids=lambda error: error.__name__)
def test_each_code_of_the_tree_has_a_row(error: type[UnionNLPError]) -> None:
    assert error.code in ROWS


def test_each_finer_code_that_a_scan_gives_has_a_row() -> None:
    given = re.compile(r"(?:code=|Error, |trouble\([^,]+, )\"([a-z_]+)\"")
    codes = {word for path in SOURCES for word in given.findall(path.read_text(encoding="utf-8"))}
    assert {"no_such_folder", "empty_folder", "workspace_damaged", "too_deep"} <= codes
    assert codes <= ROWS.keys()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_words_and_advice_are_chinese_clauses_that_accuse_nobody(row: dict[str, str]) -> None:
    for cell in (row["chinese"], row["advice"]):
        assert re.search("[\u4e00-\u9fff]", cell)
        assert not re.search("[。；抄袭]", cell)


def test_an_unknown_code_has_words_too() -> None:
    assert failure_words("no such code") is failure_words("error")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ReadError("/srv/a/b.txt", "not a file"), "unreadable"),
        (PermissionError(13, "Permission denied", "/srv/a"), "unreadable"),
        (RecursionError("deep"), "too_deep"),
        (MemoryError(), "out_of_memory"),
    ],
)
def test_a_reason_never_holds_the_path(error: Exception, code: str) -> None:
    assert isinstance(error, CAUGHT)
    failure = Failure.of("b.txt", error)
    assert failure.code == code
    assert failure.reason
    assert "/srv" not in failure.reason


def test_a_bug_is_not_a_failure_of_a_file() -> None:
    assert not issubclass(KeyError, CAUGHT)
    assert not issubclass(ValueError, CAUGHT)
