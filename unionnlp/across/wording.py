"""The same wrong word in several reports (P5): who copies, copies the slip; a shared error says more than a shared sentence.

Slips of the pinyin input keep the first letters of the syllables (来到保护 for 劳动保护: l-d). A string is taken for one when it

- stands in the table of known slips; or
- differs from a term of the field in one character of the same initial and makes pairs of characters that are otherwise unknown
  (集体和同); or
- puts a word of the same initials in the place of half a term (来到｜保护), while the batch writes the term itself at least as often,
  and few terms have anything else beside the other half: 职工 takes what you will.

Nothing is said of what stands in reports of one sender and time only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import regex

from ..language.segmentation import default_segmenter
from ..lexicon import load_table
from ..records import Finding
from ..spans import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["SharedError", "shared_errors", "wording_findings"]

SIZE = 4
"""Characters of the terms that are looked for. In three a slip is not told from another word."""

PRODUCTIVE = 3
"""Terms that may differ in their first or last character alone, and pairs of characters that may stand beside half a term; beside 职工 and 工会 there are more than twenty, beside 保护 three."""

SIDES = 12
"""Reports that a finding points to at most."""

CHUNK = 1 << 22
"""Characters that are looked at together: 100 MB of arrays."""

_CHANGES = (*((place, 1) for place in range(SIZE)), (0, 2), (SIZE - 2, 2))
"""Where a slip may stand, and how many characters it changes."""

_CHARACTER, _INITIAL = 15, 5
"""Bits of a key that tell a Chinese character, and the letter that its reading begins with."""

_HAN = regex.compile(r"[\u4e00-\u9fff]+")
_LEVEL_ONE = (0xB0, 0xD8)
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class SharedError:
    """A wrong word, what it stands for, and its first place in each report that has it, by ``report_id``."""

    wrong: str
    right: str
    places: tuple[tuple[str, int], ...]


def wording_findings(texts: Mapping[str, tuple[str, int]], versions: Mapping[str, str]) -> Iterator[Finding]:
    """R12: a signal for each wrong word that several reports share, with its first place in each.

    Args:
        texts: by report_id, the text of a report and where it begins in its document.
        versions: whose report each is, and of when.
    """
    for error in shared_errors({report_id: text for report_id, (text, _) in texts.items()}, versions):
        shown = error.places[:SIDES]
        spans = tuple(Span(texts[report_id][1] + at, texts[report_id][1] + at + len(error.wrong)) for report_id, at in shown)
        words = f"“{error.wrong}”疑似“{error.right}”之误，同现于{len(error.places)}篇报告：共错，疑似同源"
        yield Finding("shared_error", "signal", spans, words, None, None, "请核实：各篇由谁执笔、是否取自同一底稿？", tuple(report_id for report_id, _ in shown))


def shared_errors(texts: Mapping[str, str], versions: Mapping[str, str] | None = None) -> tuple[SharedError, ...]:
    """Wrong words that stand in several reports.

    Args:
        texts: by id.
        versions: reports of one value are versions of one another; without it every report stands for itself.
    Returns:
        In the order of the wrong words.
    Complexity: linear in the characters, a search among the terms for each.
    Source: own rule; the real example is 来到保护 in three copies of one model report.

    Example:
        >>> texts = {"甲": "维护女职工的来到保护权益", "乙": "落实女职工来到保护措施，宣传劳动保护知识", "丙": "开展劳动保护检查"}
        >>> [(error.wrong, error.right, error.places) for error in shared_errors(texts)]
        [('来到保护', '劳动保护', (('甲', 6), ('乙', 5)))]
    """
    ids = list(texts)
    joined = _BETWEEN.join(texts.values())
    starts = _starts(texts.values())
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for pattern, right in _known_slips():
        for match in pattern.finditer(joined):
            found[match[0], right].add(match.start())
    known = {wrong for wrong, _ in found}

    def senders(places: Iterable[int]) -> int:
        return len({versions[report_id] if versions else report_id for report_id in _first_places(places, ids, starts)})

    for wrong, right, places in _near_terms(joined, lambda places: senders(places) > 1):
        if not any(other != wrong and (wrong in other or other in wrong) for other in known):
            found[wrong, right].update(places)
    errors = []
    for (wrong, right), all_places in sorted(found.items()):
        if senders(all_places) > 1:
            errors.append(SharedError(wrong, right, tuple(_first_places(all_places, ids, starts).items())))
    return tuple(errors)


@cache
def _known_slips() -> tuple[tuple[regex.Pattern[str], str], ...]:
    rows = load_table("wrong_words", ("pattern", "right", "example", "counterexample", "source"))
    return tuple((regex.compile(row["pattern"]), row["right"]) for row in rows)


def _starts(texts: Iterable[str]) -> Ints:
    """Where each text begins in the joined one."""
    import numpy as np

    lengths = np.fromiter((len(text) + len(_BETWEEN) for text in texts), dtype=np.int64)
    return np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64)


def _first_places(places: Iterable[int], ids: list[str], starts: Ints) -> dict[str, int]:
    """The first place of each report that has one."""
    firsts: dict[str, int] = {}
    for place in sorted(places):
        number = int(starts.searchsorted(place, side="right")) - 1
        firsts.setdefault(ids[number], place - int(starts[number]))
    return firsts


# ------------------------------------------------------------------------------------------------ strings near a term


@cache
def _words() -> tuple[str, ...]:
    """The terms that model reports hold, and set words of the genre that a segmenter knows without being told.

    Terms that only the own list has serve the segmenter: among more of them half a term has so many neighbours that none is odd.
    """
    attested = (row["term"] for row in load_table("userdict", ("term", "frequency", "tag", "source")) if row["source"].startswith("union terms"))
    return tuple(dict.fromkeys((*attested, *(row["term"] for row in load_table("set_terms", ("term", "source"))))))


@cache
def _terms() -> tuple[str, ...]:
    return tuple(word for word in _words() if len(word) == SIZE and _HAN.fullmatch(word))


@cache
def _beside(half: str, *, before: bool) -> int:
    """How many different pairs of characters stand before or behind ``half`` in the terms."""
    found = set()
    for word in _words():
        at = word.find(half)
        if at >= 0:
            found.add(word[max(0, at - 2) : at] if before else word[at + 2 : at + 4])
    return len(found - {""})


@cache
def _initials() -> Ints:
    """The letter that a character's reading begins with, by code point: 1 to 23, 0 where it is not known.

    The characters of GB 2312's first level stand in the order of their readings, so that the first one of each letter tells all.
    """
    import numpy as np

    table = np.zeros(0x10000, dtype=np.int64)
    firsts = [row["first"].encode("gb2312") for row in load_table("pinyin_initials", ("letter", "first", "source"))]
    for high in range(*_LEVEL_ONE):
        for low in range(0xA1, 0xFF):
            code = bytes((high, low))
            try:
                table[ord(code.decode("gb2312"))] = sum(first <= code for first in firsts)
            except UnicodeDecodeError:  # the five places at the end of the level hold nothing
                continue
    return table


def _near_terms(joined: str, shared: Callable[[list[int]], bool]) -> Iterator[tuple[str, str, list[int]]]:
    """Strings that may be slips for a term and are shared, with the term and their places."""
    import numpy as np

    pairs: dict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    counts = _Counts(joined)
    for start in range(0, len(joined) - SIZE + 1, CHUNK):
        codes = np.frombuffer(joined[start : start + CHUNK + SIZE - 1].encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
        read = _initials()[np.minimum(codes, 0xFFFF)]
        counts.add(codes[: CHUNK + 1])
        for first, width in _CHANGES:
            keys, sorted_keys = _term_keys(first, width)
            made = _keys(codes, read, first, width)
            hits = np.flatnonzero((made >= 0) & (sorted_keys[np.minimum(np.searchsorted(sorted_keys, made), len(keys) - 1)] == made))
            for at in hits.tolist():
                wrong = joined[start + at : start + at + SIZE]
                for term in keys[int(made[at])]:
                    if sum(a == b for a, b in zip(wrong, term, strict=True)) == SIZE - width:
                        pairs[wrong, term, first, width].append(start + at)
    for (wrong, right, first, width), places in sorted(pairs.items()):
        if wrong not in _terms() and shared(places) and (_odd(wrong, first, len(places), counts) if width == 1 else _misplaced(wrong, right, first, places, counts)):
            yield wrong, right, places


@cache
def _term_keys(first: int, width: int) -> tuple[dict[int, list[str]], Ints]:
    """The terms by the key of a change, and the keys in order.

    What takes anything beside it is left out: halves (职工, 工会) and, at the ends, rests (务公开 of 厂务公开, 政务公开 …).
    """
    import numpy as np

    rests = Counter(term[:first] + term[first + width :] for term in _terms())
    keys: dict[int, list[str]] = defaultdict(list)
    for term in _terms():
        rest = term[:first] + term[first + width :]
        inside = 0 < first < SIZE - 1
        if (inside or rests[rest] <= PRODUCTIVE) if width == 1 else _beside(rest, before=first == 0) <= PRODUCTIVE:
            codes = np.array([ord(char) for char in term], dtype=np.int64)
            keys[int(_keys(codes, _initials()[codes], first, width)[0])].append(term)
    return keys, np.sort(np.fromiter(keys, dtype=np.int64))


def _keys(codes: Ints, read: Ints, first: int, width: int) -> Ints:
    """For each place the characters that stay and the initials of those that change, as one number; -1 where a reading is not known."""
    import numpy as np

    count = len(codes) - SIZE + 1
    keys = np.zeros(count, dtype=np.int64)
    known = np.ones(count, dtype=bool)
    for place in range(SIZE):
        changes = first <= place < first + width
        column = (read if changes else codes - 0x4E00)[place : place + count]
        known &= (column > 0) & (column < 0x5200)
        keys = (keys << (_INITIAL if changes else _CHARACTER)) | column
    keys[~known] = -1
    return keys


class _Counts:
    """How often strings stand in the batch."""

    def __init__(self, joined: str) -> None:
        import numpy as np

        self._joined = joined
        self._pairs = np.zeros(1 << 22, dtype=np.int64)
        self._strings: dict[str, int] = {}

    def add(self, codes: Ints) -> None:
        """Count the pairs of a part of the batch."""
        import numpy as np

        self._pairs += np.bincount(_hashed(codes[:-1], codes[1:]), minlength=1 << 22)

    def pair(self, pair: str) -> int:
        """Of two characters, and of those that by chance have the same hash."""
        import numpy as np

        a, b = (np.array([ord(char)], dtype=np.int64) for char in pair)
        return int(self._pairs[_hashed(a, b)[0]])

    def string(self, string: str) -> int:
        """Of any string."""
        if string not in self._strings:
            self._strings[string] = self._joined.count(string)
        return self._strings[string]

    def around(self, place: int) -> str:
        """The words around a place."""
        return self._joined[max(0, place - 2 * SIZE) : place + 3 * SIZE]


def _hashed(first: Ints, second: Ints) -> Ints:
    return (first * 40503 + second * 25717) & ((1 << 22) - 1)


def _odd(wrong: str, changed: int, times: int, counts: _Counts) -> bool:
    """Whether the changed character stands in pairs that are met nowhere else, neither in the batch nor in the dictionaries."""
    pairs = [wrong[i : i + 2] for i in range(max(0, changed - 1), min(SIZE - 1, changed + 1))]
    rest = wrong[1:] if changed == 0 else wrong[:-1] if changed == SIZE - 1 else ""
    if any(pair in _familiar() or counts.pair(pair) > 2 * times for pair in pairs):
        return False
    knows = default_segmenter().knows  # the dictionary takes a second to load, hence last
    return not any(map(knows, [*pairs, wrong, *([rest] if rest else [])]))


def _misplaced(wrong: str, right: str, changed: int, places: list[int], counts: _Counts) -> bool:
    """Whether a word that the field does not use took the place of half a term, which the batch writes at least as often."""
    word = wrong[changed : changed + 2]
    if word in _familiar() or counts.string(right) < len(places):
        return False
    segmenter = default_segmenter()
    if segmenter.knows(wrong) or not segmenter.knows(word):
        return False
    return word in segmenter.segment(counts.around(places[0])).texts


@cache
def _familiar() -> frozenset[str]:
    """Pairs of characters that the terms of the field hold."""
    return frozenset(word[i : i + 2] for word in _words() for i in range(len(word) - 1))
