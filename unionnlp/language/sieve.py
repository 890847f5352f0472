"""Where phrases of a table may begin: one look at the characters of a whole text instead of one pass a phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["HEAD", "HeadSieve", "alternatives"]

HEAD = 3
"""Characters at the front of a phrase that are compared before it is looked for."""

_LITERALS = re.compile(r"(?:[^\\.|()\[\]?*+{}](?![?*+{]))*")
_GROUP = re.compile(r"\(\?:([^()]*)\)(?![?*+{])")


@dataclass(frozen=True, slots=True)
class HeadSieve:
    """Which kinds of phrases a code point may begin with as the first, second and third: ``masks`` have shape (HEAD, 0x10000), a bit
    a kind (64 kinds share a bit with another). The last code point stands for all beyond it."""

    masks: NDArray[np.uint64]

    @classmethod
    def of(cls, kinds: Iterable[Sequence[str]]) -> HeadSieve:
        """The sieve for kinds of phrases, each given as patterns without an alternative at their top."""
        masks = np.zeros((HEAD, 0x10000), dtype=np.uint64)
        for number, phrases in enumerate(kinds):
            for head in (head for phrase in phrases for head in _heads(phrase)):
                for place in range(HEAD):
                    masks[place, ord(head[place]) if place < len(head) else slice(None)] |= np.uint64(1 << number % 64)
        return cls(masks)

    def places(self, text: str) -> tuple[list[int], list[int]]:
        """Where a phrase may begin, in order, and the bits of its kinds there.

        Complexity: O(n), in numpy.
        """
        codes = np.frombuffer((text + "\n" * (HEAD - 1)).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        likely = self.masks[0].take(codes, mode="clip")
        for place in range(1, HEAD):
            likely = likely[:-1] & self.masks[place].take(codes[place:], mode="clip")
        places = np.flatnonzero(likely)
        return places.tolist(), likely[places].tolist()


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern, those inside brackets left together.

    Example:
        >>> alternatives("女工(?!业)|妇女|(?:困难|特困)职工")
        ['女工(?!业)', '妇女', '(?:困难|特困)职工']
    """
    parts, depth = [""], 0
    for piece in re.findall(r"\\.|.", pattern):
        depth += (piece in "([") - (piece in ")]")
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _heads(pattern: str) -> Iterator[str]:
    """The literals, ``HEAD`` at most, that what matches must begin with: 是(?:做好|搞好) has 是做好 and 是搞好."""
    head = _LITERALS.match(pattern)
    assert head is not None
    rest = pattern[head.end() :]
    group = _GROUP.match(rest)
    if group is None or len(head[0]) >= HEAD:
        yield head[0][:HEAD]
    else:
        for alternative in group[1].split("|"):
            yield from _heads(head[0] + alternative + rest[group.end() :])
