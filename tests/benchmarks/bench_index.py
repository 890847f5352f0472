"""The index on disk at scale: sizes, opening, asking, adding, merging, and kill -9 while it is written.

    python tests/benchmarks/bench_index.py [--texts 1000000] [--kills 50] [--folder DIR] [--merge]

The texts of the large index are synthetic: each is one of a few thousand of 3,000 characters, compressed as always, with
random bands, grams and figures of its own (as many as a report has), so that a million take minutes and not hours to make;
planted among them are real copies. Adding and asking use report-like texts with everything computed. Seconds are CPU
seconds of this process where they say so; datasketch's speed in the same run is the measure for those.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from statistics import median

import numpy as np

from unionnlp.duplicates.candidates import BANDS
from unionnlp.duplicates.index import DuplicateIndex
from unionnlp.duplicates.minhash import MinHasher
from unionnlp.duplicates.parts import PLACES, Features, write_features
from unionnlp.duplicates.store import Part, PartWriter, new_name

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "duplicates"))
import planting

CHARACTERS = 3000
GRAMS, FIGURES = 667, 30  # kept grams of such a text, and its telling figures
PART = 125_000
ASKED = 50


def synthetic(folder: Path, texts: int) -> None:
    """An index of so many texts, in parts as additions leave them."""
    index = DuplicateIndex.open(folder)
    rng = np.random.default_rng(1)
    pool = [zlib.compress(planting.report(k, CHARACTERS).encode("utf-16-le"), 1) for k in range(1000)]
    parts: list[Part] = []
    for first in range(0, texts, PART):
        count = min(PART, texts - first)
        runs = {}
        for name, bits, each in (("bands", 29, BANDS), ("grams", 30, GRAMS), ("figures", 32, FIGURES - 2), ("contexts", 32, FIGURES)):
            keys = rng.integers(0, 1 << bits, count * each, dtype=np.uint64)
            values = np.repeat(np.arange(count, dtype=np.uint32), each)
            if name == "bands":
                keys |= np.tile(np.arange(BANDS, dtype=np.uint64) << np.uint64(bits), count)
            if name == "grams":
                values = values * np.uint32(PLACES) + rng.integers(0, PLACES, len(values), dtype=np.uint32)
            runs[name] = keys, values
        ids = [f"synthetic/{number}" for number in range(first, first + count)]
        name = new_name()
        with PartWriter(folder, name, count) as writer:
            found = Features(np.empty((0, 0), dtype=np.uint32), runs, np.zeros(count, dtype=bool))
            write_features(writer, ids, found, rng.integers(0, 1 << 32, count, dtype=np.uint32))
            writer.slices("ids", (id_.encode() for id_ in ids))
            writer.slices("texts", (pool[number % len(pool)] for number in range(count)))
        parts.append(Part(folder / name))
        print(f"  {first + count} texts made", end="\r", flush=True)
    index._list(parts)
    print()


def sizes(index: DuplicateIndex) -> None:
    found, count = index.sizes(), len(index)
    each = {name: getattr(found, name) / count for name in (*found.__slots__, "total")}
    raw = CHARACTERS * 3 + 8 * GRAMS
    print(
        f"  bytes a text: {', '.join(f'{name} {size:.0f}' for name, size in each.items())} (texts as UTF-8 {CHARACTERS * 3}, grams as 8-byte pairs {8 * GRAMS}: {raw})"
    )
    print(f"  on disk {sum(path.stat().st_size for path in index._folder.iterdir()) / 1e9:.2f} GB in {len(index._parts.parts)} parts")


def asking(folder: Path, texts: dict[str, str]) -> None:
    """Opening and asking: nothing in common, a copied passage, a light edit; first from a cold cache where that can be had."""
    code = (
        "import sys,time; from unionnlp.duplicates.index import DuplicateIndex as D; t=time.perf_counter(); D.open(sys.argv[1]); print(time.perf_counter()-t)"
    )
    opened = [float(subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True).stdout) for _ in range(5)]
    print(f"  opened in {median(opened) * 1000:.1f} ms (median of 5 new processes)")
    index = DuplicateIndex.open(folder)
    rng = random.Random(3)
    some = rng.sample(sorted(texts), ASKED)
    kinds = {
        "nothing in common": [(planting.report(10**8 + k, CHARACTERS), "") for k in range(ASKED)],
        "a passage of 200": [
            (planting.report(10**7 + k, 1400) + texts[id_][900:1100] + planting.report(2 * 10**7 + k, 1400), id_) for k, id_ in enumerate(some)
        ],
        "lightly edited": [(planting.edited(texts[id_], k, 0.03), id_) for k, id_ in enumerate(some)],
    }
    for state in ("pages dropped", "pages cached"):
        if state == "pages dropped":
            index = None  # type: ignore[assignment]
            gc.collect()
            for path in folder.iterdir():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            index = DuplicateIndex.open(folder)
        for kind, asked in kinds.items():
            wall, cpu, found = [], [], 0
            for text, id_ in asked:
                start, spent = time.perf_counter(), time.process_time()
                matches = index.query(text)
                wall.append(time.perf_counter() - start)
                cpu.append(time.process_time() - spent)
                found += (not matches) if not id_ else any(match.b == id_ for match in matches)
            print(f"  a query, {kind}, {state}: {median(wall) * 1000:.1f} ms, {median(cpu) * 1000:.1f} ms of CPU; right answers {found}/{len(asked)}")


def reference() -> None:
    from datasketch import MinHash

    texts = [planting.report(k, CHARACTERS) for k in range(30)]
    start = time.process_time()
    for text in texts:
        MinHash(num_perm=128).update_batch([piece.encode() for piece in {text[i : i + 5] for i in range(len(text) - 4)}])
    theirs = (time.process_time() - start) / len(texts)
    start = time.process_time()
    MinHasher().signatures(texts * 10)
    ours = (time.process_time() - start) / len(texts) / 10
    print(f"for reference: a signature by datasketch {theirs * 1000:.1f} ms of CPU (282 a second where MEASURED.md was made), by unionnlp {ours * 1e6:.0f} us")


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
import planting
from unionnlp.duplicates.index import DuplicateIndex
index = DuplicateIndex.open(sys.argv[1])
print("ready", flush=True)
for number in range(int(sys.argv[3]), 10**9, 5):
    index.add({f"n{n}": planting.report(n, 500) for n in range(number, number + 5)})
    print(number, flush=True)
"""


def killing(kills: int) -> None:
    """Writers killed at random moments, most of them while they write or merge."""
    rng = random.Random(9)
    acknowledged: list[int] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "index"
        for number in range(kills):
            command = [sys.executable, "-c", WRITER, str(folder), str(Path(planting.__file__).parent), str(number * 100_000)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
                assert writer.stdout is not None
                writer.stdout.readline()
                time.sleep(rng.random() * 0.5)
                writer.send_signal(signal.SIGKILL)
                acknowledged += [int(line) for line in writer.stdout.read().split("\n") if line]
            start = time.perf_counter()
            index = DuplicateIndex.open(folder)
            slowest = max(slowest, time.perf_counter() - start)
            lost = sum(f"n{n}" not in index for first in acknowledged for n in range(first, first + 5))
            assert not lost, f"{lost} texts lost"
            index.check()
            print(f"  {number + 1} kills, {len(index)} texts", end="\r", flush=True)
        assert all(index.query(planting.report(n, 500)) for n in rng.sample(acknowledged, min(20, len(acknowledged))))
        print(f"  {kills} kills: opened each time, {5 * len(acknowledged)} texts acknowledged, none lost, {len(index)} there, {len(index._parts.parts)} parts")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--texts", type=int, default=100_000)
    ask.add_argument("--added", type=int, default=10_000)
    ask.add_argument("--kills", type=int, default=10)
    ask.add_argument("--folder", type=Path, help="where to make the index, in place of a temporary folder")
    ask.add_argument("--merge", action="store_true", help="merge to one part at last (needs the room twice)")
    args = ask.parse_args()
    reference()
    folder = Path(tempfile.mkdtemp(dir=args.folder)) / "index"
    try:
        start = time.perf_counter()
        synthetic(folder, args.texts)
        print(f"{args.texts} texts made in {time.perf_counter() - start:.0f} s")
        index = DuplicateIndex.open(folder)
        texts = {f"new/{k}": planting.report(10**6 + k, CHARACTERS) for k in range(args.added)}
        start, spent = time.perf_counter(), time.process_time()
        index.add(texts)
        wall, spent = time.perf_counter() - start, time.process_time() - spent
        print(f"{args.added} new texts of {CHARACTERS} characters added in {wall:.1f} s, {spent:.1f} s of CPU")
        sizes(index)
        asking(folder, texts)
        if args.merge:
            start, spent = time.perf_counter(), time.process_time()
            index.merge()
            print(f"merged to one part in {time.perf_counter() - start:.0f} s, {time.process_time() - spent:.0f} s of CPU")
            sizes(index)
            asking(folder, texts)
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, mapped pages included")
    finally:
        shutil.rmtree(folder.parent)
    killing(args.kills)


if __name__ == "__main__":
    main()
