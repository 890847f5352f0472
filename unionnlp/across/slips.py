"""Strings that may be slips of the pinyin input for a term of the field: they keep the first letters of its syllables (来到保护 for 劳动保护: l-d).

A slip changes one character of a term, or half of it. What stays is known by a table over pairs of characters, so that most of a text is
passed over after one look-up a character.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from ..lexicon import load_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["CHANGES", "SIZE", "Near", "Pairs", "code_points", "familiar", "find_near", "halves", "number_of", "terms_near", "window_of"]

SIZE = 4
"""Characters of the terms that are looked for. In three a slip is not told from another word."""

PRODUCTIVE = 3
"""Terms that may differ in their first or last character alone, and pairs of characters that may stand beside half a term; beside 职工 and 工会 there are more than twenty, beside 保护 three."""

CHANGES = (*((place, 1) for place in range(SIZE)), (0, 2), (SIZE - 2, 2))
"""Where a slip may stand, and how many characters it changes."""

_CHARACTER, _INITIAL = 15, 5
"""Bits of a key that tell a Chinese character, and the letter that its reading begins with."""

_FACTORS = (40503, 25717, 59833, 10007)
"""Odd numbers, so that no bit of a character is lost."""

_FIRST_HAN, _HANS = 0x4E00, 0x5200
_HAN = regex.compile(r"[\u4e00-\u9fff]+")
_LEVEL_ONE = (0xB0, 0xD8)


@dataclass(frozen=True, slots=True)
class Near:
    """Places in a text whose characters may be a slip for a term, in no order.

    Args:
        at: the first character.
        window: the ``SIZE`` characters as a number, as ``window_of`` has them.
        change: which of ``CHANGES``.
        right: how often each term stands in the text, by change and ``number_of`` the term; for changes of half a term.
    """

    at: Ints
    window: Ints
    change: Ints
    right: Ints


def code_points(text: str) -> NDArray[np.uint16]:
    """The characters as numbers; those beyond the basic plane, which no table has, as 0xFFFF."""
    import numpy as np

    return np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), 0xFFFF).astype(np.uint16)


class Pairs:
    """Which pairs of characters stand where in a text, of those that are asked for.

    Args:
        pairs: in a fixed order.
    """

    def __init__(self, pairs: Iterable[str]) -> None:
        import numpy as np

        self.words = tuple(dict.fromkeys(pairs))
        chars = sorted({char for pair in self.words for char in pair if ord(char) < 0xFFFF})
        self._ids = np.zeros(1 << 16, dtype=np.uint16)
        self._ids[[ord(char) for char in chars]] = np.arange(1, len(chars) + 1)
        self._width = len(chars) + 1
        self._numbers = np.full(self._width**2, -1, dtype=np.int16 if len(self.words) < 1 << 15 else np.int32)
        for number, pair in enumerate(self.words):
            self._numbers[int(self._ids[ord(pair[0])]) * self._width + int(self._ids[ord(pair[1])])] = number

    def found(self, codes: NDArray[np.uint16]) -> NDArray[np.signedinteger[Any]]:
        """For each character but the last, the number of the pair that it begins, or -1.

        Complexity: two look-ups a character.
        """
        import numpy as np

        ids = self._ids[codes]
        found: NDArray[np.signedinteger[Any]] = self._numbers[ids[:-1] * np.uint32(self._width) + ids[1:]]
        return found


def halves() -> tuple[str, ...]:
    """The halves of the terms, in a fixed order."""
    return tuple(dict.fromkeys(half for term in _terms() for half in (term[: SIZE // 2], term[SIZE // 2 :])))


def find_near(codes: NDArray[np.uint16], begins: NDArray[np.signedinteger[Any]]) -> Near:
    """The strings of a text that may be slips, but for those that terms of the field explain.

    Args:
        codes: the text.
        begins: for each character but the last, which of ``halves`` it begins; any other number when none.
    Complexity: linear, a search among the terms for what holds half of one.
    """
    import numpy as np

    hits: list[tuple[Ints, Ints, Ints]] = []
    right = np.zeros((len(CHANGES), len(_windows())), dtype=np.int64)
    count = max(0, len(codes) - SIZE + 1)
    for half, flag in ((0, 1), (SIZE // 2, 2)):
        starts = np.flatnonzero(_half_flags().take(begins[half : half + count] + 1, mode="clip") & flag)
        columns = [codes[place:][starts] for place in range(SIZE)]
        for change, (first, width) in enumerate(CHANGES):
            if (first >= SIZE // 2) == (half == 0):  # it keeps this half
                chosen = starts[_may_be(columns, first, width)]
                at, window, times = _near(codes, chosen, first, width)
                hits.append((at, window, np.full(len(at), change)))
                right[change] = times
    at, window, change_of = (np.concatenate(column) for column in zip(*hits, strict=True))
    return Near(at, window, change_of, right)


def _near(codes: NDArray[np.uint16], starts: Ints, first: int, width: int) -> tuple[Ints, Ints, Ints]:
    """Of some places those that may be a slip by a change, with their windows, and how often each term stands at them."""
    import numpy as np

    columns = [codes[starts + place].astype(np.int64) - _FIRST_HAN for place in range(SIZE)]
    reads = [_initials()[codes[starts + place]].astype(np.int64) for place in range(SIZE)]
    chosen = _among(_keys(first, width), _key(columns, reads, first, width))
    window = _packed(columns)
    own = _among(_windows(), window)
    times = np.bincount(np.searchsorted(_windows(), window[chosen & own]), minlength=len(_windows()))
    chosen &= ~own
    chosen[chosen] = ~_explained(window[chosen], first, width)
    return starts[chosen], window[chosen], times


def _may_be(columns: Sequence[NDArray[np.uint16]], first: int, width: int) -> NDArray[np.bool_]:
    """Which windows have the sum of a key: a look-up in place of a search, which a few others pass, too."""
    return _sums(first, width)[_summed(columns, first, width)]


@cache
def _sums(first: int, width: int) -> NDArray[np.bool_]:
    """Which sums the keys of a change have."""
    import numpy as np

    sums = np.zeros(1 << 16, dtype=bool)
    terms = [term for terms in _terms_by_key(first, width).values() for term in terms]
    sums[_summed([np.array([ord(term[place]) for term in terms], dtype=np.uint16) for place in range(SIZE)], first, width)] = True
    return sums


def _summed(columns: Sequence[NDArray[np.uint16]], first: int, width: int) -> NDArray[np.uint16]:
    """16 bits of a key: its characters and initials, each times a number of its own."""
    import numpy as np

    total = np.zeros(len(columns[0]), dtype=np.uint16)
    for place, factor in enumerate(_FACTORS):
        total += (_initials()[columns[place]].astype(np.uint16) if first <= place < first + width else columns[place]) * np.uint16(factor)
    return total


def terms_near(wrong: str, change: int) -> list[str]:
    """The terms that differ from a string in all characters of a change and in no other."""
    first, width = CHANGES[change]
    key = _key_of(wrong, first, width)
    return [term for term in _terms_by_key(first, width).get(key, ()) if sum(a == b for a, b in zip(wrong, term, strict=True)) == SIZE - width]


def window_of(window: int) -> str:
    """The characters that a number of ``Near.window`` stands for."""
    return "".join(chr((window >> _CHARACTER * (SIZE - 1 - place) & ((1 << _CHARACTER) - 1)) + _FIRST_HAN) for place in range(SIZE))


def number_of(term: str) -> int:
    """Where a term stands in ``Near.right``."""
    import numpy as np

    return int(np.searchsorted(_windows(), _packed([np.array([ord(char) - _FIRST_HAN]) for char in term])[0]))


@cache
def familiar() -> frozenset[str]:
    """Pairs of characters that the terms of the field hold."""
    return frozenset(word[i : i + 2] for word in _words() for i in range(len(word) - 1))


# ------------------------------------------------------------------------------------------------------------- the terms


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
def _windows() -> Ints:
    """The terms as numbers, in order."""
    import numpy as np

    return np.unique(_packed([np.array([ord(term[place]) - _FIRST_HAN for term in _terms()], dtype=np.int64) for place in range(SIZE)]))


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
def _initials() -> NDArray[np.uint8]:
    """The letter that a character's reading begins with, by code point: 1 to 23, 0 where it is not known.

    The characters of GB 2312's first level stand in the order of their readings, so that the first one of each letter tells all.
    """
    import numpy as np

    table = np.zeros(1 << 16, dtype=np.uint8)
    firsts = [row["first"].encode("gb2312") for row in load_table("pinyin_initials", ("letter", "first", "source"))]
    for high in range(*_LEVEL_ONE):
        for low in range(0xA1, 0xFF):
            code = bytes((high, low))
            try:
                table[ord(code.decode("gb2312"))] = sum(first <= code for first in firsts)
            except UnicodeDecodeError:  # the five places at the end of the level hold nothing
                continue
    return table


@cache
def _terms_by_key(first: int, width: int) -> dict[int, list[str]]:
    """The terms by the key of a change.

    What takes anything beside it is left out: halves (职工, 工会) and, at the ends, rests (务公开 of 厂务公开, 政务公开 …).
    """
    rests = Counter(term[:first] + term[first + width :] for term in _terms())
    keys: dict[int, list[str]] = defaultdict(list)
    for term in _terms():
        rest = term[:first] + term[first + width :]
        inside = 0 < first < SIZE - 1
        if (inside or rests[rest] <= PRODUCTIVE) if width == 1 else _beside(rest, before=first == 0) <= PRODUCTIVE:
            keys[_key_of(term, first, width)].append(term)
    return {key: terms for key, terms in keys.items() if key >= 0}


@cache
def _keys(first: int, width: int) -> Ints:
    """The keys of a change, in order."""
    import numpy as np

    return np.sort(np.fromiter(_terms_by_key(first, width), dtype=np.int64))


def _key(columns: list[Ints], reads: list[Ints], first: int, width: int) -> Ints:
    """The characters that stay and the initials of those that change, as one number; -1 where a reading is not known.

    Args:
        columns, reads: for each of ``SIZE`` places the characters and their initials.
    """
    import numpy as np

    keys = np.zeros(len(columns[0]), dtype=np.int64)
    known = np.ones(len(keys), dtype=bool)
    for place in range(SIZE):
        changes = first <= place < first + width
        column = reads[place] if changes else columns[place]
        known &= (column > 0) & (column < _HANS)
        keys = (keys << (_INITIAL if changes else _CHARACTER)) | column
    keys[~known] = -1
    return keys


def _key_of(word: str, first: int, width: int) -> int:
    """The same for one string."""
    key = 0
    for place, char in enumerate(word):
        changes = first <= place < first + width
        value = int(_initials()[ord(char)]) if changes else ord(char) - _FIRST_HAN
        if not 0 < value < _HANS:
            return -1
        key = key << (_INITIAL if changes else _CHARACTER) | value
    return key


def _packed(columns: list[Ints]) -> Ints:
    packed = columns[0]
    for column in columns[1:]:
        packed = packed << _CHARACTER | column
    return packed


@cache
def _half_flags() -> NDArray[np.uint8]:
    """By number whether one of ``halves`` is the first half of a term (1), the second (2) or both; beside them on either side stands 0."""
    import numpy as np

    firsts, seconds = {term[: SIZE // 2] for term in _terms()}, {term[SIZE // 2 :] for term in _terms()}
    return np.array([0, *((half in firsts) + 2 * (half in seconds) for half in halves()), 0], dtype=np.uint8)


@cache
def _familiar_codes() -> Ints:
    import numpy as np

    hans = [pair for pair in familiar() if _HAN.fullmatch(pair)]
    return np.unique(_packed([np.array([ord(pair[place]) - _FIRST_HAN for pair in hans], dtype=np.int64) for place in (0, 1)]))


def _explained(window: Ints, first: int, width: int) -> NDArray[np.bool_]:
    """Which strings hold, around the change, a pair of characters that the terms hold."""
    import numpy as np

    known = np.zeros(len(window), dtype=bool)
    for at in range(max(0, first - 1), min(SIZE - 1, first + 1)) if width == 1 else (first,):
        known |= _among(_familiar_codes(), window >> _CHARACTER * (SIZE - 2 - at) & ((1 << 2 * _CHARACTER) - 1))
    return known


def _among(ordered: Ints, values: Ints) -> NDArray[np.bool_]:
    """Which values stand among sorted ones."""
    import numpy as np

    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values)
