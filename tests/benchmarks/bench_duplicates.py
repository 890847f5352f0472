"""Speed and recall of the search for copies, beside datasketch, on texts made here.

    python tests/benchmarks/bench_duplicates.py [--texts 2000] [--rounds 3]

First table: signatures a CPU second on one core, text in to signature out (folding and shingling included for unionnlp,
shingling for datasketch), medians of interleaved rounds in one run: compare the ratio, not the figures. Second: the whole
of find_duplicates over the texts and planted copies, with recall by kind. Third: adding to and asking the index on disk.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from unionnlp.duplicates.find import find_duplicates
from unionnlp.duplicates.index import DuplicateIndex
from unionnlp.duplicates.minhash import MinHasher

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "duplicates"))
import planting


def table(title: str, rows: Sequence[tuple[object, ...]]) -> None:
    print(f"\n{title}")
    widths = [max(len(str(row[k])) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(str(cell).rjust(width) if k else str(cell).ljust(width) for k, (cell, width) in enumerate(zip(row, widths, strict=True))))


def datasketch_signatures(texts: Sequence[str]) -> None:
    from datasketch import MinHash

    for text in texts:
        MinHash(num_perm=128).update_batch([piece.encode() for piece in {text[i : i + 5] for i in range(len(text) - 4)}])


def signatures(texts: Sequence[str], rounds: int) -> None:
    runners: Mapping[str, tuple[Callable[[Sequence[str]], object], int]] = {
        "unionnlp, K 256": (MinHasher().signatures, 1),
        "datasketch, K 128": (datasketch_signatures, 10),  # a tenth of the texts, or it takes all day
    }
    speed: dict[str, list[float]] = {name: [] for name in runners}
    for run, _ in runners.values():
        run(texts[:20])
    share = (len(texts) - 20) // rounds
    for number in range(rounds):
        fresh = texts[20 + number * share : 20 + (number + 1) * share]
        for name, (run, part) in runners.items():
            some = fresh[: max(20, len(fresh) // part)]
            start = time.process_time()
            run(some)
            speed[name].append(len(some) / (time.process_time() - start))
    ours, theirs = (median(values) for values in speed.values())
    table("signatures a second, one core", [("", "texts/s", "ratio"), *((n, f"{median(v):.0f}", f"{median(v) / theirs:.1f}") for n, v in speed.items())])
    print(f"  unionnlp is {ours / theirs:.0f} times as fast")


def plant(count: int) -> tuple[dict[str, str], dict[str, list[tuple[str, str]]]]:
    rng = random.Random(7)
    texts = {f"t{k}": planting.report(k, 3000) for k in range(count)}
    truth: dict[str, list[tuple[str, str]]] = {}

    def copy(kind: str, source: str, text: str) -> None:
        name = f"copy{sum(map(len, truth.values()))}"
        texts[name] = text
        truth.setdefault(kind, []).append((source, name))

    for source in rng.sample(sorted(texts), max(5, count // 40)):
        text = texts[source]
        at = rng.randrange(len(text) - 700)
        host = planting.report(rng.randrange(10**6, 10**7), 3000)
        for rate in (0.02, 0.05, 0.1):
            copy(f"edited {rate:.0%}", source, planting.edited(text, rng.randrange(10**6), rate))
        copy("cut short", source, text[: int(len(text) * rng.uniform(0.4, 0.7))])
        for length in (600, 200, 100):
            copy(f"passage {length}", source, host[:1000] + text[at : at + length] + host[1000:])
    return texts, truth


def whole(count: int) -> dict[str, str]:
    texts, truth = plant(count)
    start, wall = time.process_time(), time.perf_counter()
    matches = find_duplicates(texts)
    spent, wall = time.process_time() - start, time.perf_counter() - wall
    found = {frozenset((match.a, match.b)) for match in matches}
    rows = [(kind, f"{sum(frozenset(p) in found for p in pairs)}/{len(pairs)}") for kind, pairs in truth.items()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    title = f"find_duplicates over {len(texts)} texts: {wall:.1f} s, {len(texts) / spent:.0f} texts a CPU second, peak {peak:.0f} MiB"
    table(title, [("planted", "found"), *rows])
    return texts


def on_disk(texts: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        DuplicateIndex.open(folder).add(texts)
        added = time.perf_counter() - start
        start = time.perf_counter()
        index = DuplicateIndex.open(folder)
        opened = time.perf_counter() - start
        asked = [planting.report(k, 3000) for k in range(10**8, 10**8 + 50)]
        start = time.perf_counter()
        for text in asked:
            index.query(text)
        queried = (time.perf_counter() - start) / len(asked)
        (part,) = Path(folder).glob("part-*")
        sizes = [(kind, sum(p.stat().st_size for p in part.glob(kind + "*")) / len(texts)) for kind in ("band_", "gram_", "text")]
        rows = [("added", f"{len(texts) / added:.0f} texts/s"), ("opened", f"{opened * 1000:.1f} ms"), ("a query", f"{queried * 1000:.1f} ms")]
        table(f"index of {len(texts)} texts on disk", rows + [(f"{kind.strip('_')}s", f"{size:.0f} bytes a text") for kind, size in sizes])


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--texts", type=int, default=2000)
    ask.add_argument("--rounds", type=int, default=3)
    args = ask.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    signatures([planting.report(k, 3000) for k in range(args.texts)], args.rounds)
    on_disk(whole(args.texts))


if __name__ == "__main__":
    main()
