"""Texts that have more in common than chance and stock phrases explain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..lexicon import say
from ..spans import Span
from .base import Record, Records, names

__all__ = ["Cluster", "ComparedText", "Comparison", "FigurePair", "Match", "Matches", "Passage", "Shares"]


@dataclass(frozen=True, slots=True)
class Passage(Record):
    """A stretch that stands in two texts; ``kind`` is "same", "edited", "stock" or "quoted".

    Example:
        >>> passage = Passage(0, 8, 5, 13, "same")
        >>> passage.end_a - passage.start_a
        8
    """

    start_a: int
    end_a: int
    start_b: int
    end_b: int
    kind: str


@dataclass(frozen=True, slots=True)
class FigurePair(Record):
    """A figure of a and the one that stands in its place in b, each with its unit where it has one.

    ``value_a`` and ``value_b`` are in base units, as those of a ``Quantity``; None for ranges and blanks.
    """

    start_a: int
    end_a: int
    quote_a: str
    value_a: Decimal | None
    start_b: int
    end_b: int
    quote_b: str
    value_b: Decimal | None

    @property
    def words(self) -> str:
        """Both quotes as an auditor notes them: 1462户 → 1506户."""
        return self.quote_a if self.quote_a == self.quote_b else f"{self.quote_a} → {self.quote_b}"


@dataclass(frozen=True, slots=True)
class Match(Record):
    """Two texts that have more in common than chance and stock phrases explain.

    The shares are exact: 5-character shingles of the folded texts. ``containment_a`` is the share of a's text that
    stands in b; ``discounted_a`` the same without stock and quoted text. ``kind`` is "identical", "light_edit",
    "figures_changed", "figures_copied", "cut_short", "patchwork" or "passage"; ``shared_figures`` counts the figures that
    stand in both in the same order.

    ``changes`` are the figures that were changed while the words around them stayed; ``figures``, of a match of the kind
    "figures_copied", those that stayed while the words were changed. ``relation`` is "self" where one unit signs both for
    different times, "other" where two units do, empty where a unit is unknown or one unit signs both for the same time.
    ``cluster`` numbers the texts that hang together, from 1 (0: not looked at), and ``source`` is the id of the text that both
    most likely go back to: a hint, no verdict; empty where nothing tells.

    Example:
        >>> match = Match("甲", "乙", 0.9, 0.9, 1.0, 0.9, 1.0, "cut_short", (Passage(0, 90, 5, 95, "same"), Passage(95, 99, 99, 103, "stock")))
        >>> match.kind, [passage.kind for passage in match.copied]
        ('cut_short', ['same'])
    """

    a: str
    b: str
    jaccard: float
    containment_a: float
    containment_b: float
    discounted_a: float
    discounted_b: float
    kind: str
    passages: tuple[Passage, ...] = ()
    shared_figures: int = 0
    relation: str = ""
    cluster: int = 0
    source: str = ""
    changes: tuple[FigurePair, ...] = ()
    figures: tuple[FigurePair, ...] = ()

    @property
    def copied(self) -> tuple[Passage, ...]:
        """The passages without stock and quotations."""
        return tuple(p for p in self.passages if p.kind in ("same", "edited"))

    def _repr_html_(self) -> str:
        from .pages import match_html

        return match_html(self)


@dataclass(frozen=True, slots=True)
class Cluster(Record):
    """Texts that hang together by matches; ``source`` is the one that most of the matches go back to, as a hint, or empty."""

    number: int
    source: str
    members: tuple[str, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Shares(Record):
    """How much of one text stands in another, as the reports of a plagiarism check give it.

    ``total`` is the share of all text (总文字复制比), ``discounted`` that without stock and quotations (去除套话与引文复制比),
    ``largest`` the most that stands in one other text (单篇最大复制比). ``characters`` are those of the text, white space left
    out; ``copied`` those inside the ``passages`` passages that are the same or edited; ``stock`` those of stock and quotations.
    """

    total: float = 0.0
    discounted: float = 0.0
    largest: float = 0.0
    characters: int = 0
    copied: int = 0
    stock: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class ComparedText(Record):
    """One side of a comparison: its name, where it lies in its document, what of it is copied, and what was edited.

    ``places`` has the headings above each passage of the match. Inside its passages ``edits`` are the characters that the
    other side does not have, ``stock`` and ``quoted`` what proves nothing.
    """

    name: str = ""
    start: int = 0
    end: int | None = None
    share: Shares = Shares()
    places: tuple[str, ...] = ()
    edits: tuple[Span, ...] = ()
    stock: tuple[Span, ...] = ()
    quoted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison(Record):
    """Two texts side by side, whether they match or not.

    ``alike`` says whether a batch of the two would list them as a match. ``figures`` are those inside copied passages that
    agree; those that differ stand in ``match.changes``.

    Example:
        >>> same = Match("a", "b", 1.0, 1.0, 1.0, 1.0, 1.0, "identical")
        >>> Comparison(same, "走访慰问", "走访慰问", alike=True).verdict
        '疑似全文相同，请核实'
    """

    match: Match
    text_a: str = field(repr=False)
    text_b: str = field(repr=False)
    alike: bool = False
    a: ComparedText = ComparedText()
    b: ComparedText = ComparedText()
    figures: tuple[FigurePair, ...] = field(default=(), repr=False)

    @property
    def verdict(self) -> str:
        """What an auditor is told: 疑似…，请核实, or that nothing of the kind was seen."""
        return f"疑似{say('match', self.match.kind)}，请核实" if self.alike else "未见疑似雷同"

    def _repr_html_(self) -> str:
        from .pages import comparison_html

        return comparison_html(self)


class Matches(Records[Match]):
    """A tuple of matches, most alike first.

    Example:
        >>> matches = Matches([Match("a", "b", 1.0, 1.0, 1.0, 1.0, 1.0, "identical", cluster=1)])
        >>> matches.to_frame()[["a", "b", "kind"]].values.tolist()
        [['a', 'b', 'identical']]
    """

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return names(Match)

    def clusters(self) -> tuple[Cluster, ...]:
        """The texts that hang together by matches.

        Returns:
            One entry a cluster, most alike first. A large family is linked as a star, so that sixty copies are one cluster
            of 59 matches.

        Complexity: linear in the matches.

        Example:
            >>> pair = Match("a", "b", 1.0, 1.0, 1.0, 1.0, 1.0, "identical", cluster=1, source="a")
            >>> [(cluster.source, cluster.members) for cluster in Matches([pair]).clusters()]
            [('a', ('a', 'b'))]
        """
        together: dict[int, list[Match]] = {}
        for match in self:
            together.setdefault(match.cluster, []).append(match)
        return tuple(
            Cluster(number, _most_named(matches), tuple(dict.fromkeys(side for match in matches for side in (match.a, match.b))), tuple(matches))
            for number, matches in sorted(together.items())
        )

    def _repr_html_(self) -> str:
        from .pages import matches_html

        return matches_html(self)


def _most_named(matches: Sequence[Match]) -> str:
    """The source that more than half of the matches name, else none."""
    source, times = Counter(match.source for match in matches).most_common(1)[0]
    return source if 2 * times > len(matches) else ""
