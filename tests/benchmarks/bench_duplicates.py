"""Speed and recall of the search for copies, beside datasketch and rensa, on texts made here.

    python tests/benchmarks/bench_duplicates.py [--texts 2000] [--rounds 3] [--seed 7]

First table: signatures a CPU second on one core, text in to signature out (folding and shingling included for unionnlp,
shingling for the others), medians of interleaved rounds in one run: compare the ratios, not the figures. Second: the whole
of find_duplicates over the texts and planted copies, with numpy and with numba: how much of what was planted was found, called by
its kind and placed, and how many matches were not planted (four stock paragraphs stand in a fifth of all texts each). numba and rensa are
measured where they are installed; the index on disk has a benchmark of its own.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from unittest.mock import patch

from unionnlp.duplicates import kernels
from unionnlp.duplicates.clusters import components
from unionnlp.duplicates.find import find_duplicates
from unionnlp.duplicates.minhash import MinHasher
from unionnlp.records import Matches

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "duplicates"))
import planting


def table(title: str, rows: Sequence[tuple[object, ...]]) -> None:
    print(f"\n{title}")
    widths = [max(len(str(row[k])) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(str(cell).rjust(width) if k else str(cell).ljust(width) for k, (cell, width) in enumerate(zip(row, widths, strict=True))))


def datasketch_signatures(texts: Sequence[str]) -> None:
    from datasketch import MinHash

    for text in texts:
        MinHash(num_perm=128).update_batch([piece.encode() for piece in {text[i : i + 5] for i in range(len(text) - 4)}])


def rensa_signatures(texts: Sequence[str]) -> None:
    from rensa import RMinHash

    for text in texts:
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(list({text[i : i + 5] for i in range(len(text) - 4)}))
        sketch.digest()


def paths() -> dict[str, kernels.Kernels | None]:
    """The ways in which the same numbers are computed here."""
    fast = kernels.load()
    return {"numpy": None, **({"numba": fast} if fast else {})}


def using(chosen: kernels.Kernels | None) -> AbstractContextManager[object]:
    """Compute with these kernels, or with numpy for None."""
    return patch.object(kernels, "loaded", lambda: chosen)


def through(chosen: kernels.Kernels | None) -> Callable[[Sequence[str]], object]:
    def run(texts: Sequence[str]) -> object:
        with using(chosen):
            return MinHasher().signatures(texts)

    return run


def signatures(texts: Sequence[str], rounds: int) -> float:
    """The table of signatures; texts a second of datasketch."""
    runners: dict[str, tuple[Callable[[Sequence[str]], object], int]] = {f"unionnlp, K 256, {name}": (through(chosen), 1) for name, chosen in paths().items()}
    runners["datasketch, K 128"] = (datasketch_signatures, 10)  # a tenth of the texts, or it takes all day
    if find_spec("rensa"):
        runners["rensa, K 128"] = (rensa_signatures, 10)
    speed: dict[str, list[float]] = {name: [] for name in runners}
    for run, _ in runners.values():
        run(texts[:20])
    share = (len(texts) - 20) // rounds
    for number in range(rounds):
        fresh = texts[20 + number * share : 20 + (number + 1) * share]
        for name, (run, part) in runners.items():
            some = fresh[: max(20, len(fresh) // part)]
            start = time.process_time()
            run(some)
            speed[name].append(len(some) / (time.process_time() - start))
    others = [name for name in runners if not name.startswith("unionnlp")]
    rows = [(name, f"{median(values):.0f}", *(f"{median(values) / median(speed[other]):.1f}" for other in others)) for name, values in speed.items()]
    table("signatures a second, one core", [("", "texts/s", *(f"x {other.partition(',')[0]}" for other in others)), *rows])
    return median(speed[others[0]])


@dataclass(frozen=True)
class Planted:
    """What was planted: a pair or a group, the kind of match it should be called, and the passage by its place in the second text."""

    label: str
    members: tuple[str, ...]
    kind: str = ""
    passage: tuple[int, int] | None = None


class Corpus:
    """Texts with copies planted in them."""

    def __init__(self, count: int, seed: int) -> None:
        self.rng = random.Random(seed)
        self.base = self.rng.randrange(10**6, 10**8)
        self.texts = {f"t{number}": self.fresh() for number in range(count)}
        self.truth: list[Planted] = []
        stock = [self.fresh(160) for _ in range(4)]
        for paragraph in stock:  # what a fifth of all texts hold is no copying
            for name in self.rng.sample(sorted(self.texts), count // 5):
                self.texts[name] = self.into(self.texts[name], paragraph)[0]
        for _ in range(max(5, count // 150)):
            self.whole_texts()
            self.parts()
        self.groups()

    def fresh(self, characters: int = 3000, figures: float = 0.1) -> str:
        self.base += 1
        return planting.report(self.base, characters, figures)

    def add(self, text: str) -> str:
        name = f"t{len(self.texts)}"
        self.texts[name] = text
        return name

    def copy(self, label: str, source: str, text: str, kind: str = "", passage: tuple[int, int] | None = None) -> None:
        self.truth.append(Planted(label, (source, self.add(text)), kind, passage))

    def into(self, host: str, words: str) -> tuple[str, tuple[int, int]]:
        """A host with words put in at the end of a sentence, and their place."""
        at = host.index("。", self.rng.randrange(len(host) - 300)) + 1
        return host[:at] + words + host[at:], (at, at + len(words))

    def whole_texts(self) -> None:
        source = self.add(text := self.fresh())
        for rate in (0.02, 0.05, 0.1):
            self.copy(f"edited {rate:.0%}", source, planting.edited(text, self.rng.randrange(10**6), rate))
        self.copy("cut short", source, text[: int(len(text) * self.rng.uniform(0.4, 0.7))], "cut_short")
        self.copy("traditional", source, _traditional(text))
        dense = self.add(text := self.fresh(figures=0.6))
        self.copy("figures changed", dense, re.sub("[0-9]", lambda _: str(self.rng.randint(1, 9)), text), "figures_changed")
        figures = iter(re.findall("[0-9]+", text))
        self.copy("figures copied", dense, re.sub("[0-9]+", lambda found: next(figures, found[0]), self.fresh(figures=0.6)), "figures_copied")

    def parts(self) -> None:
        source = self.add(text := self.fresh())
        at = self.rng.randrange(len(text) - 700)
        for length, rate in ((600, 0.0), (600, 0.05), (200, 0.0), (200, 0.05), (100, 0.0)):
            words = planting.edited(text[at : at + length], self.rng.randrange(10**6), rate)
            host, place = self.into(self.fresh(), words)
            self.copy(f"passage {length}, {rate:.0%} edited", source, host, passage=place)
        sources = [self.add(self.fresh()) for _ in range(3)]
        patched = self.add("".join(self.texts[name][:1000] for name in sources))
        for number, name in enumerate(sources):
            self.truth.append(Planted("patchwork", (name, patched), "patchwork", (1000 * number, 1000 * number + 1000)))

    def groups(self) -> None:
        form, passage = self.fresh(), self.fresh(300)
        self.truth.append(Planted("family of 60", tuple(self.add(planting.edited(form, number, 0.02)) for number in range(60))))
        self.truth.append(Planted("one passage in 60", tuple(self.add(self.into(self.fresh(), passage)[0]) for _ in range(60))))


def _traditional(text: str) -> str:
    import opencc

    return str(opencc.OpenCC("s2t").convert(text))


def judged(corpus: Corpus, matches: Matches) -> list[tuple[object, ...]]:
    """How much of what was planted was found, called right and placed, by label; and what else was matched."""
    found = {frozenset((match.a, match.b)): match for match in matches}
    rows: dict[str, list[list[bool]]] = {}
    origin: dict[str, str] = {}  # copies of one text are alike, too
    for planted in corpus.truth:
        hits, named, placed = rows.setdefault(planted.label, [[], [], []])
        members = set(planted.members)
        if len(members) > 2:
            groups = components([match for pair, match in found.items() if pair <= members])
            largest = max(Counter(groups.values()).values(), default=0)
            hits += [True] * largest + [False] * (len(members) - largest)
            origin |= dict.fromkeys(members, planted.members[0])
            continue
        origin.setdefault(planted.members[0], origin.get(planted.members[1], planted.members[0]))
        origin.setdefault(planted.members[1], origin[planted.members[0]])
        match = found.get(frozenset(members))
        hits.append(match is not None)
        if match and planted.kind:
            named.append(match.kind == planted.kind)
        if match and planted.passage:
            (start, end), first = planted.passage, match.a == planted.members[1]
            spans = [(p.start_a, p.end_a) if first else (p.start_b, p.end_b) for p in match.passages]
            placed.append(sum(max(0, min(e, end) - max(s, start)) for s, e in spans) >= 0.8 * (end - start))
    share = [(label, *(f"{sum(right)}/{len(right)}" if right else "" for right in lists)) for label, lists in rows.items()]
    return [*share, ("not planted", sum(len({origin.get(name, name) for name in pair}) > 1 for pair in found), "", "")]


def whole(count: int, seed: int, datasketch: float) -> None:
    """The table of find_duplicates; ``datasketch`` makes so many signatures a second."""
    corpus = Corpus(count, seed)
    for name, chosen in paths().items():
        with using(chosen):
            find_duplicates(dict(list(corpus.texts.items())[:20]))
            start, wall = time.process_time(), time.perf_counter()
            matches = find_duplicates(corpus.texts)
            spent, wall = time.process_time() - start, time.perf_counter() - wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        speed = len(corpus.texts) / spent
        title = f"find_duplicates over {len(corpus.texts)} texts, {name}: {wall:.1f} s, {speed:.0f} texts a CPU second, {speed / datasketch:.1f} x datasketch's signatures, peak {peak:.0f} MiB"
        table(title, [("planted", "found", "kind named", "placed"), *judged(corpus, matches)])


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--texts", type=int, default=2000)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--seed", type=int, default=7)
    args = ask.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    datasketch = signatures([planting.report(k, 3000) for k in range(args.texts)], args.rounds)
    whole(args.texts, args.seed, datasketch)


if __name__ == "__main__":
    main()
