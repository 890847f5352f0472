"""What several test files measure alike."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import settings

from unionnlp.structure.normalize import normalize

settings.register_profile("any machine", deadline=None)  # a slow machine is no failure
settings.load_profile("any machine")


def growth(work: Callable[[str], object], unit: str, length: int) -> tuple[float, float]:
    """CPU seconds for ``length`` characters and for eight times as many, the best of several."""
    seconds = []
    for size, times in ((length, 4), (8 * length, 2)):
        text = (unit * size)[:size]
        runs = []
        for _ in range(times):
            normalize.cache_clear()
            start = time.process_time()
            work(text)
            runs.append(time.process_time() - start)
        seconds.append(min(runs))
    return seconds[0], seconds[1]


@pytest.fixture(scope="session")
def check() -> Callable[[Callable[[str], object], str, int], None]:
    """Asserts that eight times the length costs about eight times, not 64 times; under 10 ms nothing is measured."""

    def grows_with_the_length(work: Callable[[str], object], unit: str, length: int) -> None:
        short, long = growth(work, unit, length)
        assert long < 24 * max(short, 0.01)

    return grows_with_the_length
