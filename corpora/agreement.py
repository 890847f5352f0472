"""How far two readers agree who labelled the same sections apart.

    python corpora/agreement.py                    # a table
    python corpora/agreement.py --json             # the same figures as JSON
    python corpora/agreement.py --disagreements    # then the rows whose themes differ
    python corpora/agreement.py other.jsonl        # another second reader

The first reader's labels are those of ``corpora/themes``; a row of the second reader's file has ``id``, ``theme``,
``second_theme`` and ``audiences``, and need not have all the sections. No program can be asked to agree with one reader
better than another careful reader does, so these figures bound what a score of the theme model can mean.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
FIRST = tuple(sorted((FOLDER / "themes").glob("part*.jsonl")))
SECOND = FOLDER / "themes_agreement" / "second_reader.jsonl"


@dataclass(frozen=True, slots=True)
class Label:
    """What one reader says of one section."""

    theme: str
    second_theme: str | None
    audiences: frozenset[str]

    @property
    def themes(self) -> tuple[str, ...]:
        return (self.theme,) if self.second_theme is None else (self.theme, self.second_theme)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both readers' labels of one section."""

    id: str
    first: Label
    second: Label


@dataclass(frozen=True, slots=True)
class ThemeAgreement:
    """How often each reader chose a theme, how often both did, and ``agreement``: 2 both / (first + second)."""

    theme: str
    first: int
    second: int
    both: int
    agreement: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the first reader chose one theme where the second chose another."""

    first: str
    second: str
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The figures over all pairs; shares lie in 0..1.

    ``equal``: same first choice; ``kappa``: the same beyond chance; ``accepted``: one reader's first choice is the other's
    first or second; ``equal_second``: same second choice, none included; ``audiences``: mean Jaccard similarity of the two
    sets of audiences; ``same_audiences``: equal sets.
    """

    rows: int
    equal: float
    kappa: float | None
    accepted: float
    equal_second: float
    audiences: float
    same_audiences: float
    themes: tuple[ThemeAgreement, ...]
    confusions: tuple[Confusion, ...]


def read_labels(paths: Iterable[Path]) -> dict[str, Label]:
    """The labels of JSON-lines files by the id of their section.

    Raises:
        ValueError: an id that is labelled twice.
    """
    labels: dict[str, Label] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["id"] in labels:
                raise ValueError(f"{path.name}: {row['id']} is labelled twice")
            labels[row["id"]] = Label(row["theme"], row["second_theme"] or None, frozenset(row["audiences"]))
    return labels


def paired(first: dict[str, Label], second: dict[str, Label]) -> tuple[Pair, ...]:
    """The sections that the second reader labelled, in that reader's order, with both labels.

    Raises:
        ValueError: the second reader labelled a section that the first did not.
    """
    if unknown := sorted(second.keys() - first.keys()):
        raise ValueError(f"labelled by the second reader only: {', '.join(unknown)}")
    return tuple(Pair(name, first[name], label) for name, label in second.items())


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """How far two readers agree beyond what their habits alone would bring about.

    Args:
        first, second: the label that each reader gave to item i.

    Returns:
        (observed - expected) / (1 - expected): 1 where they always agree, 0 where they agree as often as chance would have it,
        below 0 where less. None where both give one and the same label to everything: chance explains that wholly.

    Raises:
        ValueError: no items, or two sequences of different length.

    Complexity: O(n).

    Source: Cohen 1960, "A coefficient of agreement for nominal scales".

    >>> cohen_kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    0.5
    >>> cohen_kappa(["yes", "no"], ["no", "yes"])
    -1.0
    """
    if not first:
        raise ValueError("no items: agreement of nothing is not defined")
    same = sum(a == b for a, b in zip(first, second, strict=True))
    totals = Counter(first), Counter(second)
    by_chance = sum(count * totals[1][label] for label, count in totals[0].items())  # n squared times the expected share: integers compare exactly
    items = len(first)
    if by_chance == items * items:
        return None
    return (same * items - by_chance) / (items * items - by_chance)


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Share of the words of both sets that stand in both; 1 for two empty sets.

    >>> jaccard(frozenset({"女职工", "困难职工"}), frozenset({"女职工"}))
    0.5
    """
    return len(first & second) / len(first | second) if first | second else 1.0


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """All figures; themes by agreement, the worst first, confusions by frequency.

    Raises:
        ValueError: no pairs.
    """
    first, second = [pair.first.theme for pair in pairs], [pair.second.theme for pair in pairs]
    kappa = cohen_kappa(first, second)  # refuses no pairs
    cells = Counter(zip(first, second, strict=True))
    counts = Counter(first), Counter(second)
    by_theme = [
        ThemeAgreement(theme, counts[0][theme], counts[1][theme], cells[theme, theme], 2 * cells[theme, theme] / (counts[0][theme] + counts[1][theme]))
        for theme in counts[0].keys() | counts[1].keys()
    ]
    confusions = [Confusion(a, b, count) for (a, b), count in cells.items() if a != b]
    rows = len(pairs)
    return Agreement(
        rows=rows,
        equal=sum(a == b for a, b in zip(first, second, strict=True)) / rows,
        kappa=kappa,
        accepted=sum(pair.first.theme in pair.second.themes or pair.second.theme in pair.first.themes for pair in pairs) / rows,
        equal_second=sum(pair.first.second_theme == pair.second.second_theme for pair in pairs) / rows,
        audiences=sum(jaccard(pair.first.audiences, pair.second.audiences) for pair in pairs) / rows,
        same_audiences=sum(pair.first.audiences == pair.second.audiences for pair in pairs) / rows,
        themes=tuple(sorted(by_theme, key=lambda row: (row.agreement, row.theme))),
        confusions=tuple(sorted(confusions, key=lambda row: (-row.count, row.first, row.second))),
    )


def table(figures: Agreement) -> str:
    """The figures as lines to read. The Chinese words stand last, where their width shifts no column."""
    kappa = "not defined" if figures.kappa is None else f"{figures.kappa:.3f}"
    lines = [
        f"sections                     {figures.rows}",
        f"same first choice            {figures.equal:.3f}",
        f"Cohen's kappa                {kappa}",
        f"first is other's 1st or 2nd  {figures.accepted:.3f}",
        f"same second choice           {figures.equal_second:.3f}",
        f"audiences, mean Jaccard      {figures.audiences:.3f}",
        f"audiences, same set          {figures.same_audiences:.3f}",
        "",
        "agreement  first  second  both  theme",
        *(f"{row.agreement:9.3f} {row.first:6d} {row.second:7d} {row.both:5d}  {row.theme}" for row in figures.themes),
        "",
        "count  first -> second",
        *(f"{row.count:5d}  {row.first} -> {row.second}" for row in figures.confusions),
    ]
    return "\n".join(lines)


def disagreements(pairs: Iterable[Pair]) -> list[str]:
    """The ids whose first choices differ, each with both readers' themes."""
    different = (pair for pair in pairs if pair.first.theme != pair.second.theme)
    return [f"{pair.id}\t{'/'.join(pair.first.themes)}\t{'/'.join(pair.second.themes)}" for pair in different]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("second", nargs="?", type=Path, default=SECOND, help="labels of the second reader")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON instead of a table")
    form.add_argument("--disagreements", action="store_true", help="name the rows whose themes differ")
    options = parser.parse_args(arguments)
    pairs = paired(read_labels(FIRST), read_labels([options.second]))
    figures = agreement(pairs)
    if options.json:
        print(json.dumps(asdict(figures), ensure_ascii=False, indent=2))
        return
    print(table(figures))
    if options.disagreements:
        print("", "id\tfirst\tsecond", *disagreements(pairs), sep="\n")


if __name__ == "__main__":
    main()
