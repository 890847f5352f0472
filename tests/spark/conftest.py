"""One cluster on loopback for all tests that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import standalone

RUN = "UNIONNLP_CLUSTER"
"""Set by .ci/spark: a cluster is four Java processes, which the tests beside these should not have to share a machine with."""


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[standalone.Standalone]:
    """A master and two workers, which find the modules of this folder."""
    if reason := standalone.missing():
        pytest.skip(reason)
    if not os.environ.get(RUN):
        pytest.skip(f"starts a cluster: .ci/spark runs it, or set {RUN}=1")
    path = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH", ""))))
    with standalone.Standalone(tmp_path_factory.mktemp("cluster"), PYTHONPATH=path) as running:
        yield running
