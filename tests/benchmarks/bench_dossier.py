"""The dossier of a large batch: CPU seconds to write it, sizes of its files, and how soon Chromium has each of them open and answers.

    python tests/benchmarks/bench_dossier.py [--docs 2000] [--workers 2] [--workspace W] [--out DIR] [--profile]

The reports are those of bench_scan.py with a tenth of them copies of others and one family of sixty; --workspace takes one that was scanned
before. A file is open when its load event has ended (Navigation Timing); "answers" is when the first frame after that has been drawn.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from pathlib import Path
from typing import Any

import bench_scan
import planting  # bench_scan knows where it lies

FAMILY = range(200, 260)
"""Reports that are versions of one text."""

LOADED = """const done = arguments[0], t = performance.getEntriesByType('navigation')[0];
requestAnimationFrame(() => setTimeout(() => done([t.domInteractive, t.loadEventEnd, performance.now(), document.getElementsByTagName('*').length]), 0));"""
FILTERED = """const done = arguments[0], box = document.querySelector('[data-for=reports-table] input'), from = performance.now();
box.value = '东平'; box.dispatchEvent(new Event('input')); requestAnimationFrame(() => setTimeout(() => done(performance.now() - from), 0));"""


def report(seed: int) -> str:
    """A report of bench_scan.py, one in ten edited from another."""
    return planting.edited(bench_scan.report(FAMILY[0]), seed, 0.01) if seed in FAMILY[1:] else bench_scan.report(seed)


def scanned(folder: Path, docs: int, workers: int) -> Path:
    """A workspace with the reports."""
    from unionnlp.scanning.local import scan

    bench_scan.COPIES = 0.1
    source = folder / "报送"
    source.mkdir()
    for seed in range(docs):
        (source / f"{seed:05}.txt").write_text(report(seed), encoding="utf-8")
    scan(source, folder / "workspace", workers=workers)
    return folder / "workspace"


def chromium(profile: str) -> Any:
    """Debian's Chromium without a window."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={profile}", "--window-size=1440,900"):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def opened(files: list[Path]) -> None:
    """Print how soon each file is open, the best of three times."""
    with tempfile.TemporaryDirectory() as profile:
        driver = chromium(profile)
        try:
            for file in files:
                times = []
                for _ in range(3):
                    driver.get("about:blank")
                    driver.get(file.as_uri())
                    times.append(driver.execute_async_script(LOADED))
                parsed, loaded, answers, elements = min(times, key=lambda row: row[1])
                print(f"  {file.name}: {file.stat().st_size / 1e6:.1f} MB, {elements:,} elements; parsed {parsed:.0f} ms, open {loaded:.0f} ms, answers {answers:.0f} ms")
                if file is files[0]:
                    print(f"  filter over the table of reports: {driver.execute_async_script(FILTERED):.0f} ms")
        finally:
            driver.quit()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--docs", type=int, default=2000)
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--workspace", type=Path, help="one that was scanned before")
    ask.add_argument("--out", type=Path, help="where to leave the dossier, in place of a temporary folder")
    ask.add_argument("--profile", action="store_true", help="where the time goes")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        from unionnlp.scanning.workspace import open_workspace

        found = open_workspace(args.workspace or scanned(Path(temporary), args.docs, args.workers))
        sizes = {table: len(getattr(found, table)) for table in ("reports", "facts", "findings", "matches")}
        folder = args.out or Path(temporary)
        profiler = cProfile.Profile()
        start = time.process_time()
        if args.profile:
            profiler.enable()
        found.to_html(folder / "dossier.html")
        profiler.disable()
        spent = time.process_time() - start
        files = [folder / "dossier.html", *sorted((folder / "dossier_files").glob("*.html"))]
        print(f"{sizes}: {spent:.1f} s of CPU; {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB")
        if args.profile:
            pstats.Stats(profiler).sort_stats("cumulative").print_stats(40)
        firsts = {file.name.split("-")[0]: file for file in reversed(files)}
        opened([files[0], *(file for file in firsts.values() if file != files[0])])


if __name__ == "__main__":
    main()
