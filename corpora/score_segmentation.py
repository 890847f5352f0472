"""Scores ``segment`` against sentences cut by hand.

    python corpora/score_segmentation.py                     # corpora/segmentation/blind.jsonl
    python corpora/score_segmentation.py --without-lexicon   # jieba's own dictionary alone
    python corpora/score_segmentation.py --errors            # with each term that was cut or swallowed

A row holds a sentence with ``/`` between its words and braces around its terms of union work. Words are scored by precision and
recall over their spans, terms by the share that comes out as one word; the interval is that of Wilson at 95 %.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from unionnlp.language.segmentation import Segmenter, default_segmenter

BLIND = Path(__file__).parent / "segmentation" / "blind.jsonl"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, the spans of its words, and which of them are terms."""

    text: str
    words: frozenset[tuple[int, int]]
    terms: frozenset[tuple[int, int]]


def sentence(cut: str) -> Sentence:
    """The sentence of a row: 慰问/{困难职工}/12/户 has four words, one of them a term."""
    pieces = cut.split("/")
    bare = [piece.removeprefix("{").removesuffix("}") for piece in pieces]
    ends = list(accumulate(map(len, bare)))
    spans = [(end - len(word), end) for word, end in zip(bare, ends, strict=True)]
    terms = frozenset(span for span, piece in zip(spans, pieces, strict=True) if piece.startswith("{"))
    return Sentence("".join(bare), frozenset(spans), terms)


def sentences(file: Path = BLIND, first: bool = False) -> list[Sentence]:
    """The rows of a file, in order; ``first``: as they were cut before the second pass."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [sentence(row.get("first", row["cut"]) if first else row["cut"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of words, and terms kept whole, of how many."""

    precision: float
    recall: float
    kept: int
    terms: int

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def whole(self) -> float:
        return self.kept / self.terms


def score(keys: list[Sentence], segmenter: Segmenter, errors: bool = False) -> Score:
    """What a segmenter makes of sentences; with ``errors`` each term that did not come out is printed."""
    n: Counter[str] = Counter()
    for key in keys:
        tokens = segmenter.segment(key.text)
        got = {(token.start, token.end) for token in tokens}
        n.update(key=len(key.words), got=len(got), both=len(got & key.words), terms=len(key.terms), kept=len(got & key.terms))
        for start, end in sorted(key.terms - got) if errors else ():
            print(key.text[start:end], "|", "/".join(token.text for token in tokens if token.start < end and start < token.end))
    return Score(n["both"] / n["got"], n["both"] / n["key"], n["kept"], n["terms"])


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    z, share = 1.96, hits / of
    centre, spread = share + z * z / (2 * of), z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return (centre - spread) / (1 + z * z / of), (centre + spread) / (1 + z * z / of)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("file", nargs="?", type=Path, default=BLIND)
    ask.add_argument("--without-lexicon", action="store_true")
    ask.add_argument("--first", action="store_true", help="against the first cuts, before the second pass")
    ask.add_argument("--errors", action="store_true")
    args = ask.parse_args()
    segmenter = Segmenter((), ()) if args.without_lexicon else default_segmenter()
    got = score(sentences(args.file, first=args.first), segmenter, args.errors)
    low, high = wilson(got.kept, got.terms)
    print(f"words: precision {got.precision:.3f} recall {got.recall:.3f} F1 {got.f1:.3f}")
    print(f"terms kept whole {got.whole:.3f} ({got.kept}/{got.terms}, {low:.2f}-{high:.2f})")


if __name__ == "__main__":
    main()
