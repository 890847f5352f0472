"""Characters a second through ``normalize``, ``parse`` and ``sentences``, on the samples repeated.

    python tests/benchmarks/bench_structure.py

CPU time on one core. Figures drift from machine to machine: compare them with jieba's (0.42 million characters/s where the
aims were set) and with the plain findall of the same run, which reads every character once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import jieba
from measuring import clock, samples

from unionnlp.structure.normalize import normalize
from unionnlp.structure.parse import parse
from unionnlp.structure.sentences import sentences


def main() -> None:
    texts = samples()
    # Each copy ends differently, so that no cache can answer for it.
    batch = [f"{text}\n{i}。" for i in range(20) for text in texts]
    characters = sum(map(len, batch))
    one = "\n".join(texts * 10)
    parse(one[:2000])
    print(f"{len(batch)} texts, {characters / len(batch):.0f} characters each")
    words = jieba.Tokenizer()
    words.initialize()
    figures = re.compile(r"\d+|[一二三四五六七八九十]+")
    rows: list[tuple[str, int, Callable[[], object]]] = [
        ("jieba.cut (reference)", len(one) // 10, lambda: list(words.cut(one[: len(one) // 10]))),
        ("plain findall (reference)", characters, lambda: [figures.findall(text) for text in batch]),
        ("normalize", characters, lambda: [normalize(text) for text in batch]),
        ("parse, normalize included", characters, lambda: [parse(text) for text in batch]),
        ("sentences", characters, lambda: [list(sentences(text)) for text in batch]),
        ("parse, all in one text", len(one), lambda: parse(one)),
    ]
    for name, size, work in rows:
        print(f"{name:28} {size / clock(work):14,.0f} characters/s")


if __name__ == "__main__":
    main()
