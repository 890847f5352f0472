"""Sections a second through ``classify_many``.

    python tests/benchmarks/bench_themes.py

CPU time on one core; run with OMP_NUM_THREADS=1. Figures drift from machine to machine: compare those of one run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from unionnlp.themes import model
from unionnlp.themes.model import classify, classify_many

CORPUS = Path(__file__).parents[2] / "corpora" / "themes"


def clock(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of three runs."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    rows = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    short = [(row["text"], row["heading"] or "") for row in rows] * 4
    # Half of the sections of real reports have fewer than 250 characters, few over 1,000.
    middle, long = ([("".join(text for text, _ in short[i : i + n]), short[i][1]) for i in range(0, len(short), 2)] for n in (2, 4))
    classify("")
    for name, batch in (("short", short), ("middle", middle), ("long", long)):
        characters = sum(len(text) for text, _ in batch)
        seconds = clock(lambda batch=batch: classify_many(batch))
        print(f"classify_many  {name:6}  {len(batch) / seconds:8,.0f} sections/s  {characters / seconds:12,.0f} characters/s  ({characters / len(batch):.0f} characters each)")
    seconds = clock(lambda: [classify(*row) for row in short[:300]])
    print(f"classify       one    {300 / seconds:8,.0f} sections/s")
    kept = model._BATCH_CHARACTERS
    for size in (8_000, 16_000, 30_000, 120_000, 1_000_000):
        model._BATCH_CHARACTERS = size
        print(f"batch of {size:9,} characters: {len(long) / clock(lambda: classify_many(long)):8,.0f} sections/s")
    model._BATCH_CHARACTERS = kept

    import jieba

    text = "".join(text for text, _ in short[:300])
    jieba.lcut("")
    print(f"for reference: jieba.lcut {len(text) / clock(lambda: jieba.lcut(text)):12,.0f} characters/s")



if __name__ == "__main__":
    main()
