"""Twins: files that hold one text in two formats, such as the Word file of a report and the PDF that bears its seal.

They are one submission and no copies. Two files are twins when all of this holds:

1. They are of different formats, told by their bytes. Two of one format are a text sent twice, and workbooks, old and new, are
   one format.
2. Their folded texts are the same or nearly so: what differs stands in snatches, neither has a passage of its own,
   and no figure was changed; where one was recognised from a picture, some may be that were misread.
3. The units they state do not differ, nor do the times reported on, in the text, in the names of the files, in those of the
   folders around: who copies a report may leave the name of its unit in the text and put his own on the file. A unit that
   recognition misread is a unit that differs: rather a question too many than one unit's report counted as another's.
4. They state the same unit, or stand in one folder under one name apart from the ending. So where one of them states no unit, the
   name decides; the files of an archive are one folder.

A third file joins two twins when it is the twin of one and 1, 2 and 3 hold with both. What stays outside, because another file
was nearer, is a submission of its own and may be a copy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..duplicates.candidates import band_keys
from ..duplicates.changes import changed_figures
from ..duplicates.find import MIN_PASSAGE
from ..duplicates.folding import Codes
from ..duplicates.minhash import EMPTY, MinHasher
from ..duplicates.prepared import Prepared
from ..duplicates.shingles import Shingles, distinct, jaccard, shingle_hashes
from ..duplicates.verify import examine
from ..reading.sniff import claimed
from ..records import Document, FigurePair
from .names import Stated, folded, stated_by_names, stem, unlike
from .rows import Submission

__all__ = ["Twin", "find_twins", "format_of"]

NEAR = 0.7
"""Jaccard from which on two texts are one: 4 % of misread characters leave 0.69, where a stamped, skewed and noisy page has 0.3 %;
a page of 350 characters with a note, a deletion and hidden words, all in other places or left out in the PDF, has 0.75."""

MISREAD = 0.1
"""Share of the figures, one at least, that recognition may have misread: a figure of three digits errs three times as often as a
character. They are told."""

NEIGHBOURS = 16
"""Files with which each file of a bucket is compared, in the order of their names; a unit sends fewer that are alike."""

_TEXT_FIRST: tuple[tuple[str, ...], ...] = (("docx", "doc", "odt", "rtf"), ("xlsx", "xls", "html", "mhtml", "text"), ("pdf",))
"""Formats, the one whose text is surest first: a word processor's keeps headings and tables, a page description only places."""

_RANK = {kind: (rank, order) for rank, kinds in enumerate(_TEXT_FIRST) for order, kind in enumerate(kinds)}
_ONE_FORMAT = {"xls": "workbook", "xlsx": "workbook"}

SIGNED_AT_ONCE = 1024
"""Texts that are signed together."""

TextOf = Callable[[Submission], str]


@dataclass(frozen=True, slots=True)
class Twin:
    """What a file is the twin of, and the figures that it reads otherwise, the main file's first."""

    main: str
    changes: tuple[FigurePair, ...] = ()


def format_of(document: Document) -> str:
    """The kind of file that a document was read from, by its bytes; empty where neither its name nor its reader tells.

    Example:
        >>> format_of(Document("", "总结.doc")), format_of(Document("", "总结.doc", notes=("format: html, the name says doc",)))
        ('doc', 'html')
    """
    noted = (note.removeprefix("format: ").partition(",")[0] for note in document.notes if note.startswith("format: "))
    return next(noted, next(iter(claimed(document.source)), ""))


def find_twins(submissions: Sequence[Submission], text_of: TextOf) -> dict[str, Twin]:
    """Which files are twins of another, by name.

    The main file of several twins is the one whose text is surest: Word, then other formats of text, then PDF, then what was
    recognised from pictures; among equals the one that gave its reader less to note.

    Args:
        submissions: in any order; the answer does not depend on it. One whose format is not known has no twin.
        text_of: gives the whole text of one; it is asked for those only that may have a twin.
    Returns:
        An entry for every twin, none for its main file.
    Complexity: linear in the characters, besides the comparison of at most ``NEIGHBOURS`` files with each.
    Source: own rules; candidates by the sorted neighbourhood method (Hernández, Stolfo 1995) over buckets of one name, and of
        one unit and one band of signatures.
    """
    known = [submission for submission in submissions if submission.kind in _RANK]
    if len({_format(submission.kind) for submission in known}) < 2:
        return {}
    sides = sorted(map(_Side.of, known), key=lambda side: side.order)
    pairs = _Pairs(sides, text_of)
    edges = []
    for a, b in sorted(_candidates(sides, text_of)):
        likeness = pairs.likeness(a, b)
        if likeness is not None:
            edges.append((sides[a].apart(sides[b]), -likeness.jaccard, a, b))
    group = {number: [number] for number in range(len(sides))}
    for _, _, a, b in sorted(edges):
        if group[a] is not group[b] and all(pairs.likeness(x, y) is not None for x in group[a] for y in group[b]):
            joined = group[a] + group[b]
            group.update((member, joined) for member in joined)
    twins: dict[str, Twin] = {}
    for number, side in enumerate(sides):
        main = min(group[number], key=lambda member: sides[member].sureness)
        if main != number:
            likeness = pairs.likeness(main, number)
            assert likeness is not None  # every two of a group were compared before it was joined
            twins[side.submission.file] = Twin(sides[main].submission.file, likeness.changes if main < number else tuple(map(_exchanged, likeness.changes)))
    return twins


def _format(kind: str) -> str:
    """What two twins must not share."""
    return _ONE_FORMAT.get(kind, kind)


@dataclass(frozen=True, slots=True)
class _Side:
    """A file as it is compared: the stem of its name, and what it states; all folded."""

    submission: Submission
    stem: str
    units: frozenset[str]
    times: tuple[frozenset[str], frozenset[str]]

    @classmethod
    def of(cls, submission: Submission) -> _Side:
        times = _stated(submission.periods), _stated(submission.body_periods)
        return cls(submission, folded(stem(submission.file.rpartition("/")[2])), _stated(submission.units), times)

    @property
    def named(self) -> Stated:
        """What its name and its folders state."""
        return stated_by_names(self.submission.file)

    @property
    def order(self) -> tuple[str, str, str]:
        """Puts files of one name beside one another, whatever folder they lie in."""
        return self.stem, self.submission.folder, self.submission.file

    @property
    def format(self) -> str:
        """What two twins must not share."""
        return _format(self.submission.kind)

    @property
    def sureness(self) -> tuple[bool, int, int, int, str]:
        """The least has the surest text."""
        rank, place = _RANK[self.submission.kind]
        return self.submission.recognised, rank, self.submission.notes, place, self.submission.file

    def apart(self, other: _Side) -> int:
        """How far apart two files were put: one name in one folder, one name, one folder, or neither."""
        return 2 * (self.stem != other.stem) + (self.submission.folder != other.submission.folder)

    def may_be(self, other: _Side) -> bool:
        """Whether neither format nor unit nor time speaks against two files being twins."""
        stated = zip((self.units, *self.times), (other.units, *other.times), strict=True)
        return self.format != other.format and all(_agree(*both) for both in stated) and not unlike(self.named, other.named)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How alike the texts of twins are."""

    jaccard: float
    changes: tuple[FigurePair, ...] = ()


class _Pairs:
    """Compares files two by two, each pair once."""

    def __init__(self, sides: Sequence[_Side], text_of: TextOf) -> None:
        self._sides = sides
        self._known: dict[tuple[int, int], _Likeness | None] = {}
        self._text = lru_cache(maxsize=4 * NEIGHBOURS)(lambda number: _Text(text_of(sides[number].submission)))

    def likeness(self, a: int, b: int) -> _Likeness | None:
        """How alike two files are that may be twins, the figures of the lower number first; None when they may not be."""
        a, b = sorted((a, b))
        if (a, b) not in self._known:
            one, other = self._sides[a], self._sides[b]
            self._known[a, b] = _likeness(self._text(a), self._text(b), one.submission.recognised or other.submission.recognised) if one.may_be(other) else None
        return self._known[a, b]


class _Text:
    """A text as it is compared."""

    __slots__ = ("codes", "hashes", "prepared", "shingles")

    def __init__(self, text: str) -> None:
        self.prepared = Prepared(text)
        self.codes: Codes = self.prepared.codes
        self.hashes = shingle_hashes(self.codes)
        self.shingles: Shingles = distinct(self.hashes)


def _likeness(a: _Text, b: _Text, recognised: bool) -> _Likeness | None:
    """How alike two texts are, if they are nearly the same."""
    if np.array_equal(a.codes, b.codes):
        return _Likeness(1.0)
    alike = jaccard(a.shingles, b.shingles)
    if alike < NEAR or max(_longest_own(a, b), _longest_own(b, a)) >= MIN_PASSAGE:
        return None
    examined = examine(a.prepared, b.prepared)
    assert examined is not None  # nothing is given up at threshold 0
    changes = changed_figures(a.prepared, b.prepared, examined.passages)
    misread = max(1, MISREAD * min(examined.figures_a, examined.figures_b)) if recognised else 0
    return _Likeness(alike, changes) if len(changes) <= misread else None


def _exchanged(pair: FigurePair) -> FigurePair:
    return FigurePair(pair.start_b, pair.end_b, pair.quote_b, pair.value_b, pair.start_a, pair.end_a, pair.quote_a, pair.value_a)


def _longest_own(a: _Text, b: _Text) -> int:
    """Characters of the longest stretch of a that does not stand in b."""
    shared = np.flatnonzero(np.isin(a.hashes, b.shingles))
    return int(np.diff(shared, prepend=-1, append=len(a.hashes)).max()) - 1


def _candidates(sides: Sequence[_Side], text_of: TextOf) -> set[tuple[int, int]]:
    """Pairs that have one name, or one unit and a part of their signatures in common."""
    buckets: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    of_unit: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for number, side in enumerate(sides):
        if side.stem:
            buckets[side.submission.folder, side.stem].append(number)
        if side.units:
            of_unit[side.units].append(number)
    signed = [number for numbers in of_unit.values() if len({sides[n].format for n in numbers}) > 1 for number in numbers]
    hasher = MinHasher()
    for first in range(0, len(signed), SIGNED_AT_ONCE):
        numbers = signed[first : first + SIGNED_AT_ONCE]
        signatures = hasher.signatures([text_of(sides[number].submission) for number in numbers])
        present = signatures[:, 0] != EMPTY
        for number, keys, kept in zip(numbers, band_keys(signatures).tolist(), present.tolist(), strict=True):
            if kept:
                for band, key in enumerate(keys):
                    buckets[sides[number].units, band, key].append(number)
    formats = [side.format for side in sides]
    together = {tuple(sorted(numbers)) for numbers in buckets.values() if len(numbers) > 1}  # one text fills many buckets alike
    return {pair for numbers in together for pair in _neighbours(numbers, formats)}


def _neighbours(numbers: Sequence[int], formats: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Each file of a bucket with the next ones of other formats; the numbers follow the names."""
    for at, a in enumerate(numbers):
        yield from ((a, b) for b in numbers[at + 1 : at + NEIGHBOURS] if formats[a] != formats[b])


def _stated(words: Sequence[str]) -> frozenset[str]:
    """What the reports of a file state, folded."""
    return frozenset(filter(None, map(folded, words)))


def _agree(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether nothing stated on one side differs from what the other states: one may leave out what the other states."""
    return a <= b or b <= a
