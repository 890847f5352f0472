"""A whole scan at scale: reports a second, memory of all processes together, growth, a profile, and kill -9 at random moments.

    python tests/benchmarks/bench_scan.py [--docs 2000] [--workers 2] [--texts FILE] [--lines] [--growth] [--profile] [--kills 30] [--folder DIR]

The texts are synthetic reports of 3,000 characters with titles, headings, figures and some copies among them, or those of a JSON-lines
file (--texts), as files in sharded folders, or (--lines) as one JSON-lines file. --growth scans a tenth of them first, into a workspace
of its own. Memory is what all processes hold for themselves together (proportional set size), looked for whenever they have grown. Beside the
reports a second stands what jieba cuts in a second of CPU meanwhile: a machine that is slow at the one is slow at the other.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import json
import os
import pstats
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "duplicates"))
import planting
from measuring import children
from watching import Memory, Pace

CHARACTERS = 3000
COPIES = 0.02
FIGURES = (
    *("全县共有基层工会{}家，会员{}人。", "走访慰问困难职工{}人次，发放慰问金{}万元。", "举办培训班{}期，培训职工{}人次。", "签订集体合同{}份，覆盖职工{}人。"),
    *("受理职工投诉{}件，追回欠薪{}万元。", "{}名困难职工子女得到助学金{}元。", "建成职工书屋{}家，投入{}万元。"),
)
HEADINGS = ("组织建设", "帮扶救助", "权益维护", "素质提升", "民主管理", "自身建设")
PLACES = ["东平", "西安", "南溪", "北流", "清河", "安远", "永康", "长宁", "高陵", "新丰", "太和", "武进"]


def report(seed: int) -> str:
    """A report with a title, six sections and some lines of figures."""
    rng = random.Random(seed)
    if rng.random() < COPIES and seed > 100:
        return planting.edited(report(seed - rng.randint(1, 100)), seed, 0.02)
    parts = [f"{rng.choice(PLACES)}县{rng.choice(planting.WORDS)}{rng.choice(planting.WORDS)}镇总工会{2005 + rng.randrange(20)}年工作总结\n"]
    for number, heading in zip("一二三四五六", HEADINGS, strict=True):
        parts.append(f"{number}、{heading}\n")
        size = 0
        while size < CHARACTERS / len(HEADINGS):
            line = rng.choice(FIGURES).format(rng.randint(12, 9000), rng.randint(12, 9000)) if rng.random() < 0.15 else planting.sentence(rng)
            parts.append(line)
            size += len(line)
        parts.append("\n")
    return "".join(parts)


def corpus(docs: int, texts: Path | None) -> Iterator[str]:
    """The first texts of a JSON-lines file, or synthetic ones."""
    if texts is None:
        yield from map(report, range(docs))
        return
    with texts.open(encoding="utf-8") as file:
        yield from (json.loads(line)["text"] for line in itertools.islice(file, docs))


def write(folder: Path, docs: int, texts: Path | None = None, *, lines: bool) -> Path:
    """The texts on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    if lines:
        path = folder / "corpus.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps({"id": f"{number:07}", "text": text}, ensure_ascii=False) + "\n" for number, text in enumerate(corpus(docs, texts)))
        return path
    for number, text in enumerate(corpus(docs, texts)):
        shard = folder / "报送" / f"{number // 1000:04}"
        if number % 1000 == 0:
            shard.mkdir(parents=True)
        (shard / f"{number:07}.txt").write_text(text, encoding="utf-8")
    return folder / "报送"


def measure(source: Path, workspace: Path, workers: int, *, profile: bool) -> tuple[float, float]:
    """Scan and tell.

    Returns:
        Seconds for a report, and how many million characters jieba would have cut in these.
    """
    from unionnlp.scanning.local import scan

    pace = Pace("".join(map(report, range(8))))
    memory = Memory(pace.process.pid)
    pace.start()
    memory.start()
    profiler = cProfile.Profile()
    start, spent, before = time.perf_counter(), time.process_time(), os.times()
    if profile:
        profiler.enable()
    found = scan(source, workspace, workers=workers)
    if profile:
        profiler.disable()
    wall, own = time.perf_counter() - start, time.process_time() - spent
    after = os.times()
    below = after.children_user + after.children_system - before.children_user - before.children_system
    jieba, peak = pace.stop(), memory.stop()
    reports = len(found.sql("select report_id from reports"))
    pairs, facts = (int(found.sql(f"select count(*) as n from {table}")["n"][0]) for table in ("matches", "facts"))
    print(f"{reports} reports in {wall:.1f} s: {reports / wall:.1f} a second; this process {own:.1f} s of CPU, workers {below:.1f} s;", end=" ")
    print(f"peak {peak:.0f} MB in all processes; {facts} facts, {pairs} matches, {len(found.failures)} failures; jieba {jieba:.2f} million characters/s")
    if profile:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    return wall / reports, wall / reports * jieba


SCAN = "import sys; import unionnlp.scanning.pending as p; p.AT_ONCE = 8; from unionnlp.scanning.local import scan; print('go', flush=True); scan(sys.argv[1], sys.argv[2], workers=2)"


def killing(folder: Path, kills: int) -> None:
    """Scans killed at random moments and run again, until one ends; every table must be as of an undisturbed scan."""
    from unionnlp.scanning.frames import TABLES
    from unionnlp.scanning.local import scan

    source = write(folder / "killed", 300, lines=False)
    whole = scan(source, folder / "whole", workers=2)
    rng = random.Random(5)
    done = finished = 0
    seconds = 15.0
    while done < kills:
        workspace = folder / f"w{finished}"
        ended = False
        while done < kills and not ended:
            with subprocess.Popen([sys.executable, "-c", SCAN, str(source), str(workspace)], stdout=subprocess.PIPE, start_new_session=True) as process:
                assert process.stdout is not None
                process.stdout.readline()
                start = time.perf_counter()
                try:
                    process.wait(rng.random() * seconds)
                    ended = True
                    seconds = time.perf_counter() - start
                except subprocess.TimeoutExpired:
                    workers = list(children(process.pid))
                    process.send_signal(signal.SIGKILL)
                    done += 1
            if not ended:
                time.sleep(0.5)
                left = [
                    pid
                    for pid in workers
                    if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split(") ")[1][:1]
                ]
                assert not left, f"orphaned workers: {left}"
            print(f"  {done} kills, {finished} scans ended", end="\r", flush=True)
        again = scan(source, workspace, workers=2)
        assert not list(workspace.rglob("*.tmp"))
        for table in TABLES:
            assert getattr(again, table).equals(getattr(whole, table)), table
        finished += 1
    print(f"  {kills} kills over {finished} workspaces: all tables as of an undisturbed scan, no part half written, no worker left")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--docs", type=int, default=2000)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--texts", type=Path, help="a JSON-lines file of objects with a text to scan in place of synthetic ones")
    ask.add_argument("--lines", action="store_true", help="as one JSON-lines file")
    ask.add_argument("--growth", action="store_true", help="scan a tenth first")
    ask.add_argument("--profile", action="store_true", help="where the time of the parent goes; with --workers 0, of everything")
    ask.add_argument("--kills", type=int, default=0)
    ask.add_argument("--folder", type=Path, help="where to put texts and workspaces, in place of a temporary folder")
    args = ask.parse_args()
    folder = Path(tempfile.mkdtemp(dir=args.folder))
    try:
        if args.growth:
            small = measure(write(folder / "small", args.docs // 10, args.texts, lines=args.lines), folder / "small_workspace", args.workers, profile=False)
        source = write(folder / "all", args.docs, args.texts, lines=args.lines)
        each = measure(source, folder / "workspace", args.workers, profile=args.profile)
        if args.growth:
            clock, beside = (large / little for large, little in zip(each, small, strict=True))
            print(f"growth: {clock:.2f} times linear by the clock, {beside:.2f} beside jieba's pace")
        if args.kills:
            killing(folder, args.kills)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
