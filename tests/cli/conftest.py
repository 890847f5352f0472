"""The program run inside the test, and one demo for all who look at it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from unionnlp.cli.main import main


def _run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="unionnlp")


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """Runs a command line and gives its output and status."""
    return _run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The output of ``unionnlp demo``, and its workspace."""
    workspace = tmp_path_factory.mktemp("demo") / "workspace"
    return _run("demo", "--workspace", workspace), workspace
