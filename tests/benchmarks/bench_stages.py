"""One report through all stages: milliseconds a stage for 3,000 characters, beside jieba in the same run (aim: 15 ms in all).

    python tests/benchmarks/bench_stages.py                     # the samples: short, and with a figure every 22 characters
    python tests/benchmarks/bench_stages.py FILE...             # reports of one's own; of .jsonl the column "text" of each line
    python tests/benchmarks/bench_stages.py --rounds 20 FILE...

CPU time of one thread, of each report the fastest of some rounds: that of a machine beside other work. The aim was set where
jieba cuts 0.42 million characters/s; the last column is what the figures would be there. Run it with OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jieba

from unionnlp.auditing.audit import audit_report
from unionnlp.facts.extract import extract_facts
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read_all
from unionnlp.records import Document
from unionnlp.scanning.analyze import analyze_each
from unionnlp.structure.normalize import normalize
from unionnlp.structure.parse import parse
from unionnlp.themes.model import classify_many

REPORT = 3000
"""Characters of the report of the aim."""

JIEBA = 420_000
"""Characters that jieba cuts in a second where the aim was set."""

MOST = 60
"""Texts of one file that are read."""


def documents(files: list[str]) -> list[Document]:
    """The texts of files, or the samples."""
    found: list[Document] = []
    for file in map(Path, files) if files else sorted(data_file("samples").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".jsonl"):
            with Path(str(file)).open(encoding="utf-8") as lines:
                found += [Document(json.loads(line)["text"]) for line, _ in zip(lines, range(MOST), strict=False)]
        else:
            found += read_all(str(file))
    return found


def stages(document: Document, words: jieba.Tokenizer, timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    """One report through one stage after the other, as ``analyze_each`` does it, then through all, then through jieba."""
    normalize.cache_clear()
    timed("normalize", lambda: normalize(document.text))
    reports = timed("parse", lambda: parse(document))
    rows = [(document.text[section.start : section.end], section.number + section.heading) for report in reports for section in report.walk()]
    timed("themes", lambda: classify_many(rows))
    facts = timed("facts", lambda: [extract_facts(report) for report in reports])
    timed("audit", lambda: [audit_report(report, own) for report, own in zip(reports, facts, strict=True)])
    normalize.cache_clear()
    timed("all in one", lambda: analyze_each(document))
    timed("jieba.lcut", lambda: words.lcut(document.text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    jieba.setLogLevel(logging.ERROR)
    words = jieba.Tokenizer()
    words.initialize()
    texts = documents(given.files)
    characters = sum(len(document.text) for document in texts)
    analyze_each(texts[0])  # tables and models are loaded by now

    spent: Counter[str] = Counter()
    for document in texts:
        fastest: dict[str, float] = {}

        def timed(stage: str, work: Callable[[], Any], fastest: dict[str, float] = fastest) -> Any:
            start = time.thread_time()
            result = work()
            fastest[stage] = min(time.thread_time() - start, fastest.get(stage, float("inf")))
            return result

        for _ in range(given.rounds):
            stages(document, words, timed)
        spent.update(fastest)

    cut = spent.pop("jieba.lcut")
    print(f"{len(texts)} texts, {characters / len(texts):,.0f} characters each; jieba.lcut {characters / cut / 1e6:.3f} million characters/s")
    print(f"{f'ms a {REPORT:,} characters':24}{'here':>8}{'of jieba':>10}{f'at {JIEBA:,}/s':>14}")
    for stage, seconds in spent.items():
        here = seconds / characters * REPORT * 1000
        print(f"{stage:24}{here:8.2f}{seconds / cut:10.2f}{seconds / cut * REPORT / JIEBA * 1000:14.2f}")


if __name__ == "__main__":
    main()
