"""Many reports compared with one another: the plan on the local engine beside everything in memory, and beside jieba on the same text.

    python tests/benchmarks/bench_plan.py [--docs 20000] [--corpus FILE.jsonl] [--workers 2] [--steps] [--without memory jieba] [--folder DIR]

Every row is a process of its own: CPU seconds of it and of its workers, elapsed time, and the most that all of its processes hold
for themselves together (proportional set size, looked at four times a second). The texts lie in Parquet parts, as those of a scan.
--corpus takes texts from JSON lines with "id" and "text", and once more with characters exchanged when there are not enough;
otherwise they are those of ``bench_scan``. --steps shows where the time of the plan goes. jieba cuts 2 million characters.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from bench_scan import Memory, report

from unionnlp.scanning import comparing, local_engine

PART = 2000
SHOWN_SECONDS = 0.05
JIEBA_CHARACTERS = 2_000_000


def from_file(corpus: Path) -> Iterator[str]:
    """The texts of a file, again and again: each time with other characters and digits, so that no text of one turn is like one of another."""
    for turn in count():
        shift = {code: 0x4E00 + (code - 0x4E00 + 131 * turn) % 0x5200 for code in range(0x4E00, 0xA000)}
        shift |= {ord("0") + digit: ord("0") + (digit + turn) % 10 for digit in range(10)}
        with corpus.open(encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line)["text"]
                yield text.translate(shift) if turn else text


def write_parts(folder: Path, texts: Iterator[str]) -> list[Path]:
    """Parts as a scan writes them, with the columns that are read here."""
    parts: list[Path] = []
    while chunk := list(islice(texts, PART)):
        first = len(parts) * PART
        table = pa.table(
            {
                "scan": [1] * len(chunk),
                "report_id": [f"{first + number:08x}" for number in range(len(chunk))],
                "start": [0] * len(chunk),
                "characters": [len(text) for text in chunk],
                "text": chunk,
            }
        )
        parts.append(folder / f"{len(parts):04}.parquet")
        parquet.write_table(table, parts[-1], compression="zstd")
    return parts


def compare(parts: Sequence[Path], root: Path, workers: int, in_memory: bool, steps: bool) -> str:
    """Compare all; how many matches."""
    comparing.IN_MEMORY = 1 << 40 if in_memory else -1
    if steps:
        show_steps()
    return f"{len(comparing.find_new_pairs(parts, 1, root, {}, workers, float('inf')))} matches"


def show_steps() -> None:
    """Say what each query and each kernel takes; a query includes those that it makes run."""
    for name in ("_files", "_dealt", "map"):
        setattr(local_engine.LocalEngine, name, timed(getattr(local_engine.LocalEngine, name)))


def timed(step: Callable[..., Any]) -> Callable[..., Any]:
    def run(engine: object, what: Any, *args: Any, **kwargs: Any) -> Any:
        start, own, below = time.perf_counter(), *spent()
        result = step(engine, what, *args, **kwargs)
        after = spent()
        if time.perf_counter() - start < SHOWN_SECONDS:
            return result
        words = " ".join((getattr(what, "query", "") or repr(what)).split())
        print(f"    {time.perf_counter() - start:7.1f} s  CPU {after[0] - own:6.1f} here {after[1] - below:6.1f} workers  {words[:90]}", flush=True)
        return result

    return run


def spent() -> tuple[float, float]:
    """CPU seconds of this process, and of those that it has seen end."""
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, below.ru_utime + below.ru_stime


def jieba_cut(parts: Sequence[Path]) -> str:
    """What the field's segmenter takes for some of the text."""
    import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    text = "".join(parquet.ParquetFile(parts[0]).read(columns=["text"])["text"].to_pylist())[:JIEBA_CHARACTERS]
    start = time.process_time()
    for _ in tokenizer.cut(text):
        pass
    return f"jieba {len(text) / (time.process_time() - start):,.0f} characters a CPU second"


def measured(title: str, docs: int, characters: int, work: Callable[..., str], *args: object) -> None:
    """Run in a process of its own and tell."""
    process = multiprocessing.get_context("spawn").Process(target=tell, args=(title, docs, characters, work, *args))
    process.start()
    process.join()


def tell(title: str, docs: int, characters: int, work: Callable[..., str], *args: object) -> None:
    memory = Memory()
    memory.start()
    start = time.perf_counter()
    result = work(*args)
    wall, (own, below), peak = time.perf_counter() - start, spent(), memory.stop()
    cpu = own + below
    print(
        f"{title:24} {wall:8.1f} s  CPU {own:7.1f} here + {below:7.1f} workers = {1000 * cpu / docs:5.2f} ms a report, {characters / cpu / 1e6:5.2f} million characters/s;"
        f" peak {peak:6.0f} MB; {result}",
        flush=True,
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--docs", type=int, default=20_000)
    ask.add_argument("--corpus", type=Path)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--steps", action="store_true")
    ask.add_argument("--without", nargs="*", choices=("plan", "memory", "jieba"), default=[])
    ask.add_argument("--folder", type=Path, help="where to put texts and tables, in place of a temporary folder")
    args = ask.parse_args()
    folder = Path(tempfile.mkdtemp(dir=args.folder))
    try:
        parts = write_parts(folder, islice(from_file(args.corpus) if args.corpus else map(report, count()), args.docs))
        characters = sum(sum(parquet.ParquetFile(part).read(columns=["characters"])["characters"].to_pylist()) for part in parts)
        print(f"{args.docs} reports, {characters:,} characters; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
        told = args.docs, characters
        if "plan" not in args.without:
            measured(f"plan, {args.workers} workers", *told, compare, parts, folder, args.workers, False, args.steps)
        if "memory" not in args.without:
            measured("in memory", *told, compare, parts, folder, 0, True, False)
        if "jieba" not in args.without:
            measured("jieba", min(args.docs, PART), min(characters, JIEBA_CHARACTERS), jieba_cut, parts)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
