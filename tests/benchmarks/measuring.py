"""What the benchmarks share: the samples, and a clock that lets nothing be remembered."""

from __future__ import annotations

import time
from collections.abc import Callable

from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.structure.normalize import normalize


def samples() -> list[str]:
    """The texts of the samples that ship, in order of name."""
    return [read(file).text for file in sorted(data_file("samples").iterdir(), key=lambda file: file.name)]  # type: ignore[arg-type]


def clock(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of three runs, nothing remembered from the one before."""
    seconds = []
    for _ in range(3):
        normalize.cache_clear()
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)
