"""Characters a second through ``segment``, and whether its words are those of jieba.

    python tests/benchmarks/bench_segmentation.py             # the samples
    python tests/benchmarks/bench_segmentation.py FILE...     # reports of one's own
    python tests/benchmarks/bench_segmentation.py --fuzz 100000

CPU time on one core, the words of jieba and the texts of all tokens made in each case. Figures drift from machine to machine:
compare the ratios of one run. Aim (DESIGN §4): ten times jieba.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path

from measuring import clock, samples

from unionnlp.language.segmentation import Segmenter, domain_terms
from unionnlp.reading.read import read

SIGNS = [*"-_+#&%.。，、；：“”《》（）()?!/\\\t\r\n 　~@*·—…", "\r\n", "\ud800", "\U00020000", "㐀", "鿖", "豈", "龘", "Ａ", "７", "％", "．", "é", "Я", "あ", "한"]
"""What strings made to find a difference are strewn with: signs inside words, rare characters, line ends, other scripts."""


def strings(number: int, texts: list[str], seed: int) -> list[str]:
    """Strings of 1 to 60 characters: cuttings of reports, terms, letters, digits and signs in any order."""
    draw = random.Random(seed)
    terms = [term.text for term in domain_terms()]
    made = []
    for _ in range(number):
        parts: list[str] = []
        for _ in range(draw.randint(1, 8)):
            kind = draw.random()
            text = draw.choice(texts)
            at = draw.randrange(len(text))
            if kind < 0.35:
                parts.append(text[at : at + draw.randint(1, 12)])
            elif kind < 0.5:
                parts.append(draw.choice(terms))
            elif kind < 0.7:
                parts.append("".join(draw.choice("0123456789abcXYZ") for _ in range(draw.randint(1, 4))))
            elif kind < 0.9:
                parts.append(draw.choice(SIGNS))
            else:
                parts.append(chr(draw.choice((draw.randrange(0x4E00, 0x9FFF), draw.randrange(0x20, 0xD800)))))
        made.append("".join(parts))
    return made


def fuzz(number: int, texts: list[str], seed: int) -> int:
    """Prints the strings that are cut otherwise than by jieba, and gives their number."""
    fast, slow = Segmenter(fast=True), Segmenter(fast=False)
    different = 0
    for string in strings(number, texts, seed):
        a, b = fast.segment(string), slow.segment(string)
        if list(a) != list(b):
            different += 1
            print(repr(string), a, b, sep="\n  ")
    return different


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--fuzz", type=int, default=0, metavar="NUMBER")
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    texts = [read(file).text for file in args.files] or samples()
    if args.fuzz:
        different = fuzz(args.fuzz, texts, args.seed)
        print(f"{args.fuzz} strings, {different} cut otherwise than by jieba")
        return int(different > 0)
    import rjieba

    fast, slow = Segmenter(fast=True), Segmenter(fast=False)
    jieba, alone = slow._tokenizer(), rjieba.Jieba()
    for term in slow.terms:
        alone.add_word(term.text, term.frequency, term.tag)
    rows: list[tuple[str, Callable[[], object]]] = [
        ("jieba, lcut", lambda: [jieba.lcut(text) for text in texts]),
        ("segment without rjieba", lambda: [slow.segment(text).texts for text in texts]),
        ("rjieba, cut", lambda: [alone.cut(text) for text in texts]),
        ("rjieba, tokenize", lambda: [alone.tokenize(text) for text in texts]),
        ("segment, offsets", lambda: [fast.segment(text) for text in texts]),
        ("segment, texts of all tokens", lambda: [fast.segment(text).texts for text in texts]),
    ]
    characters = sum(map(len, texts))
    print(f"{len(texts)} texts, {characters:,} characters")
    base = 0.0
    for name, work in rows:
        speed = characters / clock(work)
        base = base or speed
        print(f"{name:30} {speed:12,.0f} characters/s {speed / base:6.1f} x jieba")
    return 0


if __name__ == "__main__":
    sys.exit(main())
