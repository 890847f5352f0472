"""Every public name says what it answers, takes, gives and raises, and shows it in an example that the tests run."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import unionnlp as un

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = {name: value for name in un.__all__ if inspect.isfunction(value := getattr(un, name))}
CLASSES = {name: value for name in un.__all__ if inspect.isclass(value := getattr(un, name))}


def methods(of: type) -> Iterator[tuple[str, Any]]:
    """The public functions that a class itself defines, those behind class methods and properties too."""
    for name, value in vars(of).items():
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isfunction(function):
            yield name, value if isinstance(value, property) else function


CALLED = {**FUNCTIONS, **{f"{name}.{method}": function for name, value in CLASSES.items() for method, function in methods(value) if inspect.isfunction(function)}}


def section(docstring: str, name: str) -> str:
    """What stands under ``Args:`` or another such word, up to the next."""
    found = re.search(rf"^{name}:(.*?)(?=^\S|\Z)", docstring, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def parameters(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def raises_itself(function: Any) -> bool:
    """Whether the body, without functions inside it, has a ``raise`` that is not of what it has just caught."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(tree))


def missing(name: str, function: Any) -> list[str]:
    """What the docstring of a function leaves out."""
    said = inspect.getdoc(function) or ""
    explained = set(re.findall(r"\b(\w+)\b(?=[^\n:]*:)", section(said, "Args")))
    lacks = [f"Args: {parameter}" for parameter in parameters(function) if parameter not in explained]
    gives = inspect.signature(function).return_annotation not in ("None", None, inspect.Signature.empty)
    if gives and not section(said, "Returns") and (name in FUNCTIONS or parameters(function)):
        lacks.append("Returns")
    if raises_itself(function) and not section(said, "Raises"):
        lacks.append("Raises")
    return lacks


@pytest.mark.parametrize("name", CALLED)
def test_what_can_be_called_explains_what_it_takes_gives_and_raises(name: str) -> None:
    assert inspect.getdoc(CALLED[name]), f"{name} says nothing"
    assert missing(name, CALLED[name]) == []


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_explains_itself_its_properties_and_what_it_is_made_of(name: str) -> None:
    of = CLASSES[name]
    assert not (of.__doc__ or "").startswith(f"{name}("), "dataclasses write a docstring of their own where there is none"
    assert all(inspect.getdoc(value) for _, value in methods(of))
    if "__init__" in vars(of) and not hasattr(of, "__dataclass_fields__"):
        explained = set(re.findall(r"\b(\w+)\b(?=[^\n:]*:)", section(inspect.getdoc(of) or "", "Args")))
        assert set(parameters(of)) <= explained


@pytest.mark.parametrize("name", [*FUNCTIONS, *(name for name, of in CLASSES.items() if not issubclass(of, un.UnionNLPError) or of is un.UnionNLPError)])
def test_an_example_shows_it(name: str) -> None:
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(getattr(un, name)) or "")
    assert any(example.want for example in examples), f"{name} has no example with an answer"
    assert not any(doctest.SKIP in example.options for example in examples)


def test_the_examples_are_run() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert "--doctest-modules" in options["addopts"].split()
    assert "unionnlp" in options["testpaths"]


def test_a_docstring_that_leaves_something_out_is_found() -> None:
    def half(text: str, most: int) -> int:
        """Counts.

        Args:
            text: any.
        """
        if most < 0:
            raise ValueError
        return most + len(text)

    assert missing("half", half) == ["Args: most", "Returns", "Raises"]
