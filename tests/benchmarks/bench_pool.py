"""What a pool whose workers may be lost costs, beside ``multiprocessing.Pool.imap`` and a plain loop.

    python tests/benchmarks/bench_pool.py [--workers 2] [--tasks 20000] [--rounds 20] [--repeat 3]

Elapsed time of the last two thirds of the tasks, the best of ``--repeat`` runs that take turns: by then all workers are started
and warm. Beside it the CPU time of this process alone, which is what a pool costs wherever there are cores enough for its
workers. Trivial work shows the cost of a task; the real work is all stages of one submission over the samples, ``--rounds`` times.
Figures drift from machine to machine: compare the ratios of one run.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import Any

from measuring import samples

from unionnlp.records import Document
from unionnlp.scanning.analyze import analyze_each
from unionnlp.scanning.pool import Pool


def count_findings(document: Document) -> int:
    """All stages, and a small result: what the work costs without the sending of what it found."""
    return len(analyze_each(document).findings)


def load() -> None:
    """Tables, dictionaries and models."""
    for text in samples()[:3]:
        analyze_each(Document(text))


def milliseconds(results: Iterable[object], tasks: int) -> tuple[float, float]:
    """A task, of the last two thirds: elapsed, and CPU of this process."""
    iterator = iter(results)
    skipped = tasks // 3
    for _ in range(skipped):
        next(iterator)
    start, cpu = time.perf_counter(), time.process_time()
    for _ in iterator:
        pass
    each = 1000 / (tasks - skipped)
    return (time.perf_counter() - start) * each, (time.process_time() - cpu) * each


def compare(title: str, work: Callable[[Any], object], tasks: Sequence[object], workers: int, repeat: int, warm_up: Callable[[], object] | None = None) -> None:
    def ours(in_order: bool) -> tuple[float, float]:
        with closing(Pool(work, workers, timeout=600, limit_mb=4000, warm_up=warm_up).run(tasks, in_order=in_order)) as results:
            return milliseconds(results, len(tasks))

    def theirs(chunk: int) -> tuple[float, float]:
        with multiprocessing.get_context("spawn").Pool(workers, warm_up) as pool:
            return milliseconds(pool.imap(work, tasks, chunk), len(tasks))

    rows = {
        "loop in one process": lambda: milliseconds(map(work, tasks), len(tasks)),
        "multiprocessing.Pool.imap": lambda: theirs(1),
        "multiprocessing.Pool.imap, 16 at once": lambda: theirs(16),
        "Pool.run": lambda: ours(True),
        "Pool.run, as they are done": lambda: ours(False),
    }
    best = dict.fromkeys(rows, (math.inf, math.inf))
    for _ in range(repeat):
        for name, run in rows.items():
            elapsed, cpu = run()
            best[name] = min(best[name][0], elapsed), min(best[name][1], cpu)
    loop = best["loop in one process"][0]
    print(f"\n{title}: {len(tasks)} tasks, {workers} workers")
    for name, (elapsed, cpu) in best.items():
        print(f"{name:40}{elapsed:9.3f} ms a task {cpu:9.3f} ms CPU here {loop / elapsed:6.2f} x the loop")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--tasks", type=int, default=20_000)
    ask.add_argument("--rounds", type=int, default=20)
    ask.add_argument("--repeat", type=int, default=3)
    args = ask.parse_args()
    load()
    documents = [Document(text) for text in samples()] * args.rounds
    compare("trivial work", abs, range(args.tasks), args.workers, args.repeat)
    compare("all stages, a number back", count_findings, documents, args.workers, args.repeat, load)
    compare("all stages, the analysis back", analyze_each, documents, args.workers, args.repeat, load)


if __name__ == "__main__":
    from bench_pool import main as run  # workers find the work in the module of that name

    run()
