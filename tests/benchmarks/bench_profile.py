"""Where the time of a scan goes, stage by stage: CPU of each in a scan by one process, which nothing else shares.

    python tests/benchmarks/bench_profile.py [--docs 2000] [--texts FILE]

The texts are those of bench_scan.py, or of a JSON-lines file. The clock is asked at the beginning and at the end of each stage, a dozen times a report:
a profiler, asked at every call, makes small functions look dear. What workers and their parent send each other is not in it.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import GeneratorType
from typing import Any

import bench_scan
from watching import Pace

STAGES = {
    "read a file": ("intake.digest_of", "intake.read_each"),
    "structure": ("analyze.parse",),
    "facts": ("analyze.extract_facts",),
    "themes": ("analyze.classify_many",),
    "audit": ("analyze.audit_report",),
    "words": ("rows.term_counts",),
    "rows": ("intake.rows_of",),
    "kept on disk": ("pending.Pending.add", "pending.Pending.flush"),
    "put together, keywords, written": ("concluding.assemble",),
    "compared": ("concluding.find_new_pairs",),
    "audit across reports": ("concluding.across_parts",),
    "added to the index": ("concluding.bring_up_to_date",),
}
"""By what people call a stage, the functions of ``unionnlp.scanning`` in which its time is spent, where they are called."""


class Clock:
    """CPU seconds by stage, each without those that it calls."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._inside: list[str] = []
        self._last = 0.0

    def _turn(self) -> None:
        now = time.process_time()
        if self._inside:
            self.spent[self._inside[-1]] += now - self._last
        self._last = now

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, its time noted."""

        def noted(*given: Any, **named: Any) -> Any:
            self._turn()
            self._inside.append(stage)
            try:
                found = work(*given, **named)
                return list(found) if isinstance(found, GeneratorType) else found
            finally:
                self._turn()
                self._inside.pop()

        return noted


def places() -> Iterator[tuple[str, Any, str]]:
    """Each function: its stage, what holds it, its name there."""
    for stage, names in STAGES.items():
        for name in names:
            module, *path, last = name.split(".")
            holder = importlib.import_module(f"unionnlp.scanning.{module}")
            for step in path:
                holder = getattr(holder, step)
            yield stage, holder, last


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--docs", type=int, default=2000)
    ask.add_argument("--texts", type=Path, help="a JSON-lines file of objects with a text to scan in place of synthetic ones")
    args = ask.parse_args()
    from unionnlp.scanning.intake import warm_up
    from unionnlp.scanning.local import scan

    clock, folder = Clock(), Path(tempfile.mkdtemp())
    warm_up()
    for stage, holder, name in list(places()):
        setattr(holder, name, clock.timed(stage, getattr(holder, name)))
    try:
        source = bench_scan.write(folder / "all", args.docs, args.texts, lines=False)
        pace = Pace("".join(map(bench_scan.report, range(8))), 2.0)
        pace.start()
        start = time.process_time()
        found = scan(source, folder / "workspace", workers=0)
        whole = time.process_time() - start
        reports, jieba = len(found.sql("select report_id from reports")), pace.stop()
    finally:
        shutil.rmtree(folder)
    clock.spent["everything else"] = whole - clock.spent.total()
    print(f"{reports} reports, {whole / reports * 1e3:.2f} ms of CPU each; jieba {jieba:.2f} million characters/s meanwhile")
    for stage in (*STAGES, "everything else"):
        print(f"  {stage:<32} {clock.spent[stage] / reports * 1e3:6.2f} ms {clock.spent[stage] / whole:6.1%}")


if __name__ == "__main__":
    main()
