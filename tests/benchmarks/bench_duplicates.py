"""Speed and recall of the search for copies, beside datasketch and rensa, on texts made here.

    python tests/benchmarks/bench_duplicates.py [--texts 2000] [--rounds 3]

First table: signatures a CPU second on one core, text in to signature out (folding and shingling included for unionnlp,
shingling for the others), medians of interleaved rounds in one run: compare the ratios, not the figures. Second: the whole
of find_duplicates over the texts and planted copies, with numpy and with numba, with recall by kind. numba and rensa are
measured where they are installed; the index on disk has a benchmark of its own.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from unittest.mock import patch

from unionnlp.duplicates import kernels
from unionnlp.duplicates.find import find_duplicates
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


def rensa_signatures(texts: Sequence[str]) -> None:
    from rensa import RMinHash

    for text in texts:
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(list({text[i : i + 5] for i in range(len(text) - 4)}))
        sketch.digest()


def paths() -> dict[str, kernels.Kernels | None]:
    """The ways in which the same numbers are computed here."""
    fast = kernels.load()
    return {"numpy": None, **({"numba": fast} if fast else {})}


def using(chosen: kernels.Kernels | None) -> AbstractContextManager[object]:
    """Compute with these kernels, or with numpy for None."""
    return patch.object(kernels, "loaded", lambda: chosen)


def through(chosen: kernels.Kernels | None) -> Callable[[Sequence[str]], object]:
    def run(texts: Sequence[str]) -> object:
        with using(chosen):
            return MinHasher().signatures(texts)

    return run


def signatures(texts: Sequence[str], rounds: int) -> float:
    """The table of signatures; texts a second of datasketch."""
    runners: dict[str, tuple[Callable[[Sequence[str]], object], int]] = {f"unionnlp, K 256, {name}": (through(chosen), 1) for name, chosen in paths().items()}
    runners["datasketch, K 128"] = (datasketch_signatures, 10)  # a tenth of the texts, or it takes all day
    if find_spec("rensa"):
        runners["rensa, K 128"] = (rensa_signatures, 10)
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
    others = [name for name in runners if not name.startswith("unionnlp")]
    rows = [(name, f"{median(values):.0f}", *(f"{median(values) / median(speed[other]):.1f}" for other in others)) for name, values in speed.items()]
    table("signatures a second, one core", [("", "texts/s", *(f"x {other.partition(',')[0]}" for other in others)), *rows])
    return median(speed[others[0]])


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


def whole(count: int, datasketch: float) -> None:
    """The table of find_duplicates; ``datasketch`` makes so many signatures a second."""
    texts, truth = plant(count)
    for name, chosen in paths().items():
        with using(chosen):
            find_duplicates(dict(list(texts.items())[:20]))
            start, wall = time.process_time(), time.perf_counter()
            matches = find_duplicates(texts)
            spent, wall = time.process_time() - start, time.perf_counter() - wall
        found = {frozenset((match.a, match.b)) for match in matches}
        rows = [(kind, f"{sum(frozenset(p) in found for p in pairs)}/{len(pairs)}") for kind, pairs in truth.items()]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        speed = len(texts) / spent
        title = f"find_duplicates over {len(texts)} texts, {name}: {wall:.1f} s, {speed:.0f} texts a CPU second, {speed / datasketch:.1f} x datasketch's signatures, peak {peak:.0f} MiB"
        table(title, [("planted", "found"), *rows])


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--texts", type=int, default=2000)
    ask.add_argument("--rounds", type=int, default=3)
    args = ask.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    datasketch = signatures([planting.report(k, 3000) for k in range(args.texts)], args.rounds)
    whole(args.texts, datasketch)


if __name__ == "__main__":
    main()
