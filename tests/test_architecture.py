"""A room imports only from floors below it; rooms on one floor do not import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import unionnlp

PACKAGE = Path(unionnlp.__file__).parent

LAYERS = (
    ("cli",),
    ("scanning",),
    ("dossier",),
    ("across",),
    ("duplicates", "auditing"),
    ("facts", "themes"),
    ("structure", "reading"),
    ("language",),
    ("records",),
    ("spans", "lexicon", "arrays", "spilling"),
    ("errors", "display"),
)
"""Top floor first, as in the README's Architecture section."""

FLOOR = {room: floor for floor, rooms in enumerate(reversed(LAYERS)) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports from, at the top or inside functions."""
    package = ("unionnlp", *path.relative_to(PACKAGE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            names = [module] if module != "unionnlp" else [f"unionnlp.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("unionnlp.")}
    return found


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name not in {"__init__.py", "__main__.py"})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    room = room_of(path)
    for other in imported_rooms(path) - {room}:
        assert FLOOR[other] < FLOOR[room], f"{room} (floor {FLOOR[room]}) imports {other} (floor {FLOOR[other]})"


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= set(FLOOR)


def test_no_folder_bears_the_name_of_a_public_function() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert not folders & set(unionnlp.__all__)


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in {"utils", "util", "misc", "helpers", "common"}]


def test_no_module_grows_a_second_job() -> None:
    """When a file passes 400 lines, there is a second job in it."""
    long = {str(p.relative_to(PACKAGE)): n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long, long
