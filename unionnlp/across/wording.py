"""The same wrong word in several reports (P5): who copies, copies the slip; a shared error says more than a shared sentence.

Slips of the pinyin input keep the first letters of the syllables (来到保护 for 劳动保护: l-d). A string is taken for one when it

- stands in the table of known slips; or
- differs from a term of the field in one character of the same initial and makes pairs of characters that are otherwise unknown
  (集体和同); or
- puts a word of the same initials in the place of half a term (来到｜保护), while the batch writes the term itself at least as often,
  and few terms have anything else beside the other half: 职工 takes what you will.

Nothing is said of what stands in reports of one sender and time only. The texts are read twice: first for strings that may be slips, of
which few are shared; then for how often the batch writes what these are made of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from ..facts.sieve import Needs, needs
from ..language.segmentation import default_segmenter
from ..lexicon import load_table
from ..records import Finding
from ..spans import Span
from .batch import Batch, Senders, Versions
from .slips import CHANGES, SIZE, Pairs, code_points, find_near, halves, number_of, terms_near, window_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["SharedError", "Wording", "shared_errors", "wording_findings", "wrong_words"]

SIDES = 12
"""Reports that a finding points to at most."""

CHUNK = 1 << 20
"""Characters that are looked at together: 20 MB of arrays."""

SETS = 2
"""Sets of pairs that a text is asked for before a pattern is looked for in it, the smallest that the pattern needs."""

_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class SharedError:
    """A wrong word, what it stands for, and its first place in each report that has it, by ``report_id``."""

    wrong: str
    right: str
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A string that may be a slip and is shared: its places by number of report and offset, in order."""

    wrong: str
    right: str
    change: int
    places: Ints
    right_times: int

    @property
    def times(self) -> int:
        """How often it stands in the batch."""
        return len(self.places)

    @property
    def pairs(self) -> list[str]:
        """The pairs of characters that the change makes."""
        changed = CHANGES[self.change][0]
        return [self.wrong[i : i + 2] for i in range(max(0, changed - 1), min(SIZE - 1, changed + 1))]


def wording_findings(errors: Sequence[SharedError], starts: Mapping[str, int]) -> Iterator[Finding]:
    """R12: a signal for each wrong word that several reports share, with its first place in each.

    Args:
        starts: by report_id, where a report begins in its document.
    """
    for error in errors:
        shown = error.places[:SIDES]
        spans = tuple(Span(starts[report_id] + at, starts[report_id] + at + len(error.wrong)) for report_id, at in shown)
        words = f"“{error.wrong}”疑似“{error.right}”之误，同现于{len(error.places)}篇报告：共错，疑似同源"
        yield Finding("shared_error", "signal", spans, words, None, None, "请核实：各篇由谁执笔、是否取自同一底稿？", tuple(report_id for report_id, _ in shown))


def shared_errors(texts: Mapping[str, str], versions: Mapping[str, str] | None = None) -> tuple[SharedError, ...]:
    """Wrong words that stand in several reports.

    Args:
        texts: by id.
        versions: reports of one value are versions of one another; without it every report stands for itself.
    Returns:
        In the order of the wrong words.
    Complexity: linear in the characters.
    Source: own rule; the real example is 来到保护 in three copies of one model report.

    Example:
        >>> texts = {"甲": "维护女职工的来到保护权益", "乙": "落实女职工来到保护措施，宣传劳动保护知识", "丙": "开展劳动保护检查"}
        >>> [(error.wrong, error.right, error.places) for error in shared_errors(texts)]
        [('来到保护', '劳动保护', (('甲', 6), ('乙', 5)))]
    """
    import numpy as np

    ids, wording = list(texts), Wording()
    wording.read(range(len(ids)), list(texts.values()))
    wording.suspect(np.unique([versions[report_id] for report_id in ids], return_inverse=True)[1] if versions else np.arange(len(ids)))
    wording.read_again(range(len(ids)), list(texts.values()))
    return wording.errors(ids)


def wrong_words(batch: Batch) -> tuple[SharedError, ...]:
    """The wrong words that the reports of a batch share, whose texts are read twice; versions are the reports of one sender and time."""
    import numpy as np

    senders = Senders.of(batch.reports())
    wording, versions = Wording(), Versions(senders)
    for numbers, texts in batch.texts():
        wording.read(numbers, texts)
        versions.read(numbers, texts)
    wording.suspect(versions.code)
    wanted = np.zeros(len(senders.ids), dtype=bool)
    wanted[slice(None) if wording.again is None else wording.again] = True
    for numbers, texts in batch.texts(wanted) if wanted.any() else ():
        wording.read_again(numbers, texts)
    return wording.errors(senders.ids)


class Wording:
    """The wrong words of a batch, whose texts are given piece by piece: to ``read``, and, once all of them were, to ``read_again``.

    Complexity: linear in the characters; memory for the strings that may be slips, 20 bytes each, one or two in 1,000 characters.
    """

    def __init__(self) -> None:
        import numpy as np

        self._known: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._near: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._right: Ints = np.zeros(1, dtype=np.int64)
        self._suspects: list[_Suspect] = []
        self._pairs = Pairs(())
        self._times: Counter[str] = Counter()
        self._around: dict[int, list[_Suspect]] = {}
        self._contexts: dict[str, str] = {}
        self._versions: Ints = np.zeros(0, dtype=np.int64)

    def read(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """See what may be a slip in some reports, given by number, in ascending order, and text."""
        import numpy as np

        for own, joined, starts in _joined(numbers, texts):
            codes = code_points(joined)
            begins = _telling().found(codes)
            for slip, begin in _known_in(joined, begins, starts):
                text = int(np.searchsorted(starts, begin, side="right")) - 1
                self._known[slip].append((int(own[text]), begin - int(starts[text])))
            for first in range(0, max(1, len(codes) - SIZE + 1), CHUNK):
                near = find_near(codes[first : first + CHUNK + SIZE - 1], begins[first : first + CHUNK + SIZE - 2])
                self._right = self._right + near.right
                at = near.at + first
                text_of = np.searchsorted(starts, at, side="right") - 1
                self._near.append((near.window, near.change, own[text_of], at - starts[text_of]))

    def suspect(self, versions: Ints) -> None:
        """Decide which strings are worth a second look: those that several reports share.

        Args:
            versions: by number of a report, whose it is and of when.
        """

        self._versions = versions
        known = {wrong for wrong, _ in self._known}
        for window, change, places in _shared(self._near, versions):
            wrong = window_of(window)
            if any(other != wrong and (wrong in other or other in wrong) for other in known):
                continue
            for right in terms_near(wrong, change):
                suspect = _Suspect(wrong, right, change, places, int(self._right[change, number_of(right)]))
                if CHANGES[change][1] == 1 or suspect.right_times >= suspect.times:
                    self._suspects.append(suspect)
        self._near.clear()
        self._pairs = Pairs(pair for suspect in self._suspects if CHANGES[suspect.change][1] == 1 for pair in suspect.pairs)
        for suspect in self._suspects:
            if CHANGES[suspect.change][1] > 1:
                self._around.setdefault(int(suspect.places[0, 0]), []).append(suspect)
        self._times = Counter()

    @property
    def again(self) -> list[int] | None:
        """The numbers of the reports to be read again; None for all of them."""
        return None if self._pairs.words else sorted(self._around)

    def read_again(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """See how often reports, given by number and text, write what the suspects are made of, and what stands around these."""
        import numpy as np

        for number, text in zip(numbers, texts, strict=True):
            for suspect in self._around.get(number, ()):
                at = int(suspect.places[0, 1])
                self._contexts[suspect.wrong] = text[max(0, at - 2 * SIZE) : at + 3 * SIZE]
        if not self._pairs.words:
            return
        for _, joined, _ in _joined(numbers, texts):
            found = self._pairs.found(code_points(joined))
            times = np.bincount(found[found >= 0], minlength=len(self._pairs.words))
            self._times.update(dict(zip(self._pairs.words, times.tolist(), strict=True)))

    def errors(self, ids: Sequence[str]) -> tuple[SharedError, ...]:
        """The wrong words that reports share, in their order; ``ids`` are the reports', by number."""
        import numpy as np

        found: dict[tuple[str, str], Ints] = {slip: np.array(places, dtype=np.int64) for slip, places in self._known.items()}
        for suspect in self._suspects:
            if self._odd(suspect) if CHANGES[suspect.change][1] == 1 else self._misplaced(suspect):
                slip = (suspect.wrong, suspect.right)
                found[slip] = np.concatenate((found[slip], suspect.places)) if slip in found else suspect.places
        errors = []
        for (wrong, right), places in sorted(found.items(), key=lambda item: item[0]):
            firsts = places[np.lexsort((places[:, 1], places[:, 0]))]
            firsts = firsts[np.append(True, np.diff(firsts[:, 0]) > 0)]
            if len(np.unique(self._versions[firsts[:, 0]])) > 1:
                errors.append(SharedError(wrong, right, tuple((ids[number], at) for number, at in firsts.tolist())))
        return tuple(errors)

    def _odd(self, suspect: _Suspect) -> bool:
        """Whether the changed character stands in pairs that are met nowhere else, neither in the batch nor in the dictionaries."""
        if any(self._times[pair] > 2 * suspect.times for pair in suspect.pairs):
            return False
        changed, wrong = CHANGES[suspect.change][0], suspect.wrong
        rest = wrong[1:] if changed == 0 else wrong[:-1] if changed == SIZE - 1 else ""
        knows = default_segmenter().knows  # the dictionary takes a second to load, hence last
        return not any(map(knows, [*suspect.pairs, wrong, *([rest] if rest else [])]))

    def _misplaced(self, suspect: _Suspect) -> bool:
        """Whether a word that the field does not use took the place of half a term."""
        first, width = CHANGES[suspect.change]
        word = suspect.wrong[first : first + width]
        segmenter = default_segmenter()
        if segmenter.knows(suspect.wrong) or not segmenter.knows(word):
            return False
        return word in segmenter.segment(self._contexts[suspect.wrong]).texts


def _joined(numbers: Sequence[int], texts: Sequence[str]) -> Iterator[tuple[Ints, str, Ints]]:
    """Texts put together, up to ``CHUNK`` characters unless one is longer: their numbers, one string, and where each begins in it and the last ends."""
    import numpy as np

    ends = np.cumsum(np.fromiter((len(text) + len(_BETWEEN) for text in texts), dtype=np.int64, count=len(texts)))
    first = 0
    while first < len(texts):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + CHUNK, side="right")))
        yield np.array(numbers[first:last], dtype=np.int64), _BETWEEN.join((*texts[first:last], "")), np.append(0, ends[first:last] - before)
        first = last


def _shared(near: Sequence[tuple[Ints, Ints, Ints, Ints]], versions: Ints) -> Iterator[tuple[int, int, Ints]]:
    """The strings that stand in reports of several versions, in order: window, change and places, shape (n, 2)."""
    import numpy as np

    if not near:
        return
    window, change, report, at = (np.concatenate(column) for column in zip(*near, strict=True))
    order = np.lexsort((at, report, change, window))
    window, change, report, at = window[order], change[order], report[order], at[order]
    edges = np.flatnonzero(np.append(True, (np.diff(window) != 0) | (np.diff(change) != 0))) if len(window) else np.zeros(0, dtype=np.int64)
    version = versions[report]
    several = np.maximum.reduceat(version, edges) != np.minimum.reduceat(version, edges) if len(edges) else np.zeros(0, dtype=bool)
    for first, last in zip(edges[several].tolist(), np.append(edges[1:], len(window))[several].tolist(), strict=True):
        yield int(window[first]), int(change[first]), np.stack((report[first:last], at[first:last]), axis=1)


# --------------------------------------------------------------------------------------------------------- known slips


@cache
def _known_slips() -> tuple[tuple[regex.Pattern[str], str, Needs], ...]:
    rows = load_table("wrong_words", ("pattern", "right", "example", "counterexample", "source"))
    return tuple((regex.compile(row["pattern"]), row["right"], tuple(sorted(needs(row["pattern"]), key=len)[:SETS])) for row in rows)


@cache
def _telling() -> Pairs:
    """The halves of the terms, and the pairs of characters that known slips need."""
    return Pairs((*halves(), *_asked()))


@cache
def _asked() -> dict[str, int]:
    """The pairs that known slips need, numbered."""
    return {pair: number for number, pair in enumerate(dict.fromkeys(pair for _, _, every in _known_slips() for pairs in every for pair in sorted(pairs)))}


@cache
def _rows_of_asked() -> NDArray[np.int32]:
    """By number of a telling pair its number among those that known slips need, or -1; the last entry is for no pair."""
    import numpy as np

    return np.array([*(_asked().get(pair, -1) for pair in _telling().words), -1], dtype=np.int32)


@cache
def _sets() -> NDArray[np.float32]:
    """The sets of pairs that known slips need, one after another: 1 for a pair of the set, 0 for another."""
    import numpy as np

    return np.array([[pair in pairs for pair in _asked()] for _, _, every in _known_slips() for pairs in every], dtype=np.float32)


def _known_in(joined: str, begins: NDArray[np.signedinteger[Any]], starts: Ints) -> Iterator[tuple[tuple[str, str], int]]:
    """Known slips in texts put together, as they stand and as they should, with their offsets.

    A pattern is looked for in the texts that hold a pair of each set that it needs; where it needs none, in all.

    Args:
        begins: which of the telling pairs each character begins.
    """
    import numpy as np

    asked = _asked()
    row = _rows_of_asked().take(begins)
    places = np.flatnonzero(row >= 0)
    has = np.zeros((len(asked), len(starts) - 1), dtype=bool)
    has[row[places], np.searchsorted(starts, places, side="right") - 1] = True
    holds = _sets() @ has.astype(np.float32) > 0  # which text holds a pair of which set
    first = 0
    for pattern, right, every in _known_slips():
        chosen = np.flatnonzero(holds[first : first + len(every)].all(axis=0)) if every else None
        first += len(every)
        spans = [(0, len(joined))] if chosen is None else zip(starts[chosen].tolist(), starts[chosen + 1].tolist(), strict=True)
        for begin, end in spans:
            yield from (((match[0], right), match.start()) for match in pattern.finditer(joined, begin, end))
