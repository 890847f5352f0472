"""The same scan on a standalone cluster on loopback and on one machine: seconds, CPU, memory, equal tables, and workers killed.

    python tests/benchmarks/bench_spark.py [--docs 2000] [--texts FILE | --source FOLDER] [--cores 2] [--memory 2g] [--kills 10] [--only spark|local] [--folder DIR]

The texts are those of bench_scan.py, or of a JSON-lines file (--texts), as one Parquet dataset. CPU and memory are of all processes together: Java,
Python, and the workers that read; what jieba cuts meanwhile tells how fast the machine is. --kills scans 300 texts again and again, kills a worker with its executor at a random
moment, so many in all, starts another, and asks for the same parts, which are named by what is in them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import bench_scan
import standalone
from watching import Computed, Memory, Pace


def write(folder: Path, docs: int, texts: Path | None = None) -> Path:
    """A dataset of parts of 1,000 reports."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    folder.mkdir(parents=True)
    rows = ({"id": f"{number:07}", "text": text} for number, text in enumerate(bench_scan.corpus(docs, texts)))
    for number, part in enumerate(iter(lambda: list(itertools.islice(rows, 1000)), [])):
        parquet.write_table(pa.Table.from_pylist(part), folder / f"part-{number:05}.parquet")
    return folder


def measure(source: Path, workspace: Path, **options: object) -> None:
    """Scan and tell."""
    from unionnlp.scanning.local import scan

    pace = Pace("".join(map(bench_scan.report, range(8))))
    memory, computed = Memory(pace.process.pid), Computed(pace.process.pid)
    for watch in (pace, memory, computed):
        watch.start()
    start = time.perf_counter()
    found = scan(source, workspace, **options)  # type: ignore[arg-type]
    wall = time.perf_counter() - start
    cpu, peak, jieba = computed.stop(), memory.stop(), pace.stop()
    reports, pairs = len(found.sql("select report_id from reports")), len(found.sql("select a from matches"))
    name = str(options.get("engine", "local"))
    print(f"{name}: {reports} reports in {wall:.1f} s, {reports / wall:.1f} a second; CPU {cpu:.1f} s; peak {peak:.0f} MB;", end=" ")
    print(f"{pairs} matches; jieba {jieba:.2f} million characters/s", flush=True)


def parts(workspace: Path) -> object:
    """What names the content of a workspace."""
    return json.loads((workspace / "version.json").read_bytes())["parts"]


def killing(cluster: standalone.Standalone, folder: Path, kills: int) -> None:
    """Scans in each of which a worker is killed at a random moment."""
    from unionnlp.scanning.local import scan

    source = write(folder / "killed", 300)
    scan(source, folder / "whole", workers=2)
    rng = random.Random(5)
    number = killed = 0
    seconds = 0.0  # that the last undisturbed scan took
    while killed < kills:
        delay = rng.uniform(0.1, 0.9) * seconds if seconds else math.inf
        ended, hit = threading.Event(), threading.Event()

        def kill(delay: float = delay, ended: threading.Event = ended, hit: threading.Event = hit) -> None:
            if delay < math.inf and not ended.wait(delay):
                hit.set()
                cluster.kill_worker()
                cluster.start_worker()

        thread = threading.Thread(target=kill)
        thread.start()
        start = time.perf_counter()
        scan(source, folder / f"w{number}", engine="spark", master=cluster.url)
        took = time.perf_counter() - start
        ended.set()
        thread.join()
        assert parts(folder / f"w{number}") == parts(folder / "whole"), number
        number += 1
        killed += hit.is_set()
        seconds = seconds if hit.is_set() else took
        print(f"  scan {number} of {took:.0f} s, {f'a worker killed after {delay:.0f}' if hit.is_set() else 'undisturbed'}: equal parts", flush=True)
    print(f"  {killed} workers killed in {number} scans: all parts as of an undisturbed scan on one machine")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--docs", type=int, default=2000)
    ask.add_argument("--texts", type=Path, help="a JSON-lines file of objects with a text to scan in place of synthetic ones")
    ask.add_argument("--source", type=Path, help="a folder to scan in place of these")
    ask.add_argument("--cores", type=int, default=2, help="workers of the cluster, of one core each, and of the pool on one machine")
    ask.add_argument("--memory", default="2g", help="of a worker of the cluster")
    ask.add_argument("--kills", type=int, default=0)
    ask.add_argument("--only", choices=("spark", "local"))
    ask.add_argument("--folder", type=Path, help="where to put texts and workspaces, in place of a temporary folder")
    args = ask.parse_args()
    if reason := standalone.missing():
        sys.exit(reason)
    os.environ.setdefault("SPARK_LOCAL_IP", standalone.HOST)
    folder = Path(tempfile.mkdtemp(dir=args.folder))
    try:
        if args.docs:
            source = args.source or write(folder / "数据集", args.docs, args.texts)
            if args.only != "spark":
                measure(source, folder / "local", workers=args.cores)
        with standalone.Standalone(folder / "cluster", args.cores, args.memory) as cluster:
            if args.docs and args.only != "local":
                measure(source, folder / "spark", engine="spark", master=cluster.url, workers=args.cores)
                if not args.only:
                    assert parts(folder / "local") == parts(folder / "spark")
                    print("equal parts")
            if args.kills:
                killing(cluster, folder, args.kills)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
