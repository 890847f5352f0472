"""What the benchmarks share: the samples, a clock that lets nothing be remembered, the processes below one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

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


def children(pid: int) -> Iterator[int]:
    """All processes below one."""
    try:
        found = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return
    for child in found:
        yield child
        yield from children(child)
