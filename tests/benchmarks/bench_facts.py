"""Characters a second through ``find_quantities`` and ``extract_facts``, on the samples or on files, repeated.

    python tests/benchmarks/bench_facts.py             # the samples: a figure every 22 characters
    python tests/benchmarks/bench_facts.py FILE...     # reports of one's own

CPU time on one core. Figures drift from machine to machine: compare them with jieba and with a plain findall of the same run.
Aims (DESIGN §4): find_quantities 1 million, extract_facts 0.7 million characters/s.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path

import jieba
from measuring import clock, samples

from unionnlp.facts.extract import extract_facts
from unionnlp.facts.quantities import find_quantities, scan
from unionnlp.reading.read import read
from unionnlp.structure.normalize import normalize


def main() -> None:
    jieba.setLogLevel(logging.ERROR)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    texts = [read(Path(file)).text for file in sys.argv[1:]] or samples()
    # Each copy ends differently, so that no cache can answer for it.
    batch = [f"{text}\n{i}。" for i in range(10) for text in texts]
    characters = sum(map(len, batch))
    extract_facts(texts[0])
    found = sum(len(find_quantities(text)) for text in texts)
    print(f"{len(batch)} texts, {characters / len(batch):.0f} characters each, a quantity every {sum(map(len, texts)) / found:.0f} characters")
    figures = re.compile(r"(?:\d[\d,.]*|[一二三四五六七八九十百千万亿]+)[余多]?[万亿]?(?:元|人次|人|名|家|个|户|份|件|场|次|期|%)")
    repaired = [normalize(text).text for text in batch]
    rows: list[tuple[str, Callable[[], object]]] = [
        ("plain findall (reference)", lambda: [figures.findall(text) for text in batch]),
        ("jieba.lcut (reference)", lambda: [segmenter.lcut(text) for text in batch[: len(texts)]]),
        ("quantities, text repaired", lambda: [scan(text) for text in repaired]),
        ("find_quantities", lambda: [find_quantities(text) for text in batch]),
        ("extract_facts", lambda: [extract_facts(text) for text in batch]),
    ]
    for name, work in rows:
        size = sum(map(len, batch[: len(texts)])) if name.startswith("jieba") else characters
        print(f"{name:28} {size / clock(work):14,.0f} characters/s")


if __name__ == "__main__":
    main()
