"""The same scan on a standalone cluster on loopback and on one machine: seconds, CPU, memory, equal tables, and workers killed.

    python tests/benchmarks/bench_spark.py [--docs 2000] [--cores 2] [--memory 2g] [--kills 10] [--only spark|local] [--folder DIR]

The texts are those of bench_scan.py, as one Parquet dataset. CPU and memory are of all processes together: Java, Python, and the workers that read; memory
is proportional set size, looked at once a second. --kills scans 300 texts again and again, kills a worker with its executor at a random
moment, so many in all, starts another, and asks for the same parts, which are named by what is in them.
"""

from __future__ import annotations

import argparse
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


def write(folder: Path, docs: int) -> Path:
    """A dataset of parts of 1,000 reports."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    folder.mkdir(parents=True)
    for first in range(0, docs, 1000):
        rows = [{"id": f"{seed:07}", "text": bench_scan.report(seed)} for seed in range(first, min(first + 1000, docs))]
        parquet.write_table(pa.Table.from_pylist(rows), folder / f"part-{first // 1000:05}.parquet")
    return folder


class Watch(threading.Thread):
    """What all processes below this one hold and compute."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.cpu: dict[int, float] = {}
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(1.0):
            self.peak = max(self.peak, bench_scan.held(os.getpid()))
            for pid in (os.getpid(), *bench_scan.children(os.getpid())):
                self.cpu[pid] = max(self.cpu.get(pid, 0.0), seconds(pid))

    def stop(self) -> tuple[float, float]:
        """CPU seconds, and the peak in megabytes."""
        self._over.set()
        self.join()
        return sum(self.cpu.values()), self.peak


def seconds(pid: int) -> float:
    """CPU that a process has used."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[11:13]
    except (OSError, ValueError):
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(source: Path, workspace: Path, **options: object) -> None:
    """Scan and tell."""
    from unionnlp.scanning.local import scan

    watch = Watch()
    before = seconds(os.getpid())
    watch.start()
    start = time.perf_counter()
    found = scan(source, workspace, **options)  # type: ignore[arg-type]
    wall = time.perf_counter() - start
    cpu, peak = watch.stop()
    reports, pairs = len(found.sql("select report_id from reports")), len(found.sql("select a from matches"))
    name = str(options.get("engine", "local"))
    print(f"{name}: {reports} reports in {wall:.1f} s, {reports / wall:.1f} a second; CPU {cpu - before:.1f} s; peak {peak:.0f} MB; {pairs} matches", flush=True)


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
            source = write(folder / "数据集", args.docs)
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
