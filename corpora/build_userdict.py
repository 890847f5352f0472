"""Makes ``unionnlp/data/lexicon/userdict.tsv`` from ``corpora/segmentation/terms.txt``, byte for byte the same each time.

    python corpora/build_userdict.py             # writes the table
    python corpora/build_userdict.py --check     # says whether the table is what would be written; status 1 if not

A term gets the least frequency that keeps it whole, which is that of its parts (``suggest_freq`` of jieba), the shortest terms first,
since the longer ones are made of them. Constants that are large enough for every term cost 70 to 427 wrong words in 202,000 tokens of
ordinary text, these frequencies 2. Behind = stands a frequency for a term that would lose its end to longer ones: with that of its
parts 女职工 becomes 女/职工董事.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from unionnlp.language.segmentation import Segmenter, Term

TERMS = Path(__file__).parent / "segmentation" / "terms.txt"
TABLE = Path(__file__).parents[1] / "unionnlp" / "data" / "lexicon" / "userdict.tsv"


def terms() -> Iterator[tuple[Term, str]]:
    """(term, its source) in the order of the file, where a heading names the source of the terms under it.

    Raises:
        ValueError: a term that stands twice.
    """
    source, seen = "", set()
    for number, line in enumerate(TERMS.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            source = line[2:]
            continue
        for entry in line.split():
            term, _, frequency = entry.partition("=")
            if term in seen:
                raise ValueError(f"{TERMS.name}, line {number}: {term} stands twice")
            seen.add(term)
            yield Term(term, int(frequency) if frequency else None), source


def table() -> str:
    """The whole table as text."""
    rows = sorted(terms(), key=lambda row: len(row[0].text))
    known = Segmenter((term for term, _ in rows), fast=False)
    lines = [f"{term.text}\t{known.frequency(term.text)}\t{term.tag}\t{source}" for term, source in rows]
    return "\n".join(["term\tfrequency\ttag\tsource", *lines, ""])


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--check", action="store_true")
    args = ask.parse_args()
    made = table()
    if args.check:
        same = TABLE.read_text(encoding="utf-8") == made
        print("same" if same else "differs")
        return 0 if same else 1
    TABLE.write_text(made, encoding="utf-8", newline="\n")
    print(f"{made.count(chr(10)) - 1} terms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
