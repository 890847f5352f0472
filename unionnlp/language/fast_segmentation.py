"""The words of jieba at the speed of Rust: rjieba wherever it gives what jieba gives, jieba where it does not.

Both use one dictionary and one algorithm. They differ where letters, digits and signs join, at characters that only one of them
takes for Chinese, and at half characters, which Rust cannot hold. A run of characters with such a place is left to jieba. No
difference was left in 100,000 strings made to find one (tests/benchmarks/bench_segmentation.py --fuzz 100000).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec

from ..errors import LexiconError, MissingExtra

__all__ = ["JOINED", "LONGEST_RUN", "FastCutter", "available"]

JOINED = r"\u4e00-\u9fd5a-zA-Z0-9+#&._%\-"
"""What jieba joins into words; it splits the text at every other character before it looks at its dictionary."""

LONGEST_RUN = 1000
"""Characters handed to jieba at a time.

Its HMM copies the path so far at every character: quadratic in the length of a run without punctuation (10,000 characters took
0.8 s, 30,000 took 6.9 s). The longest run in 17 real reports has 43 characters.
"""

_RARE = r"\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U0003ffff"
# One class of characters first, so that the search leaps over ordinary text; then what stands before and behind:
# a-b, a.b, .5g and 1.2.3, a rare character.
_DIFFERS = re.compile(
    rf"[-_+#&%.{_RARE}](?:(?<=[A-Za-z0-9][-_+#&%])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]\.)(?=[A-Za-z])|(?<=\.)(?=[0-9]+[A-Za-z.])|(?<=[{_RARE}]))"
)
_IN_RUN = re.compile(f"[{JOINED}{_RARE}]")
_REST_OF_RUN = re.compile(f"[{JOINED}{_RARE}]*+")
_SHORT_RUNS = re.compile(f"(?:[^{JOINED}]++|[{JOINED}]{{1,{LONGEST_RUN}}}+(?![{JOINED}]))*+")


def available() -> bool:
    """Whether rjieba is installed (extra "fast")."""
    return find_spec("rjieba") is not None


class FastCutter:
    """rjieba with one segmenter's dictionary.

    Args:
        absent: words of jieba's dictionary that are not to be used.
        terms: (word, frequency, tag) beside jieba's dictionary.
        reference: jieba with the same dictionary; asked only for the runs in which rjieba may differ.

    Raises:
        MissingExtra: rjieba is not installed.
        LexiconError: an absent word that is not in the dictionary.
    """

    __slots__ = ("_cut", "_reference")

    def __init__(self, absent: Iterable[str], terms: Iterable[tuple[str, int, str]], reference: Callable[[str], list[str]]) -> None:
        try:
            import rjieba
        except ImportError as error:
            raise MissingExtra("fast", "cutting words at ten times the speed of jieba") from error
        words = rjieba.Jieba()
        for number, word in enumerate(absent, 1):
            if not words.has_word(word):
                raise LexiconError("collocations", number, f"{word!r} is no word of jieba's dictionary")
            words.add_word(word, 0, "")
        for word, frequency, tag in terms:
            words.add_word(word, frequency, tag)
        self._cut: Callable[[str], list[str]] = words.cut
        self._reference = reference

    def cut(self, text: str) -> list[str]:
        """The words of ``text``, the same as jieba's; together they are ``text``.

        Complexity: O(n).
        """
        if max(map(len, text.split("\n"))) > LONGEST_RUN and _SHORT_RUNS.match(text).end() < len(text):  # type: ignore[union-attr]
            return self._reference(text)  # no report: a run of which jieba is given a piece at a time
        words: list[str] = []
        at = 0
        for start, end in _runs_that_differ(text):
            words += self._cut(text[at:start])
            words += self._reference(text[start:end])
            at = end
        return words + self._cut(text[at:]) if at else self._cut(text)


def _runs_that_differ(text: str) -> Iterator[tuple[int, int]]:
    """Runs of joined characters that rjieba may cut otherwise than jieba, in order."""
    at = 0
    for match in _DIFFERS.finditer(text):
        start = match.start()
        if start < at:
            continue
        while start > at and _IN_RUN.match(text, start - 1):
            start -= 1
        rest = _REST_OF_RUN.match(text, match.end())
        at = rest.end() if rest else match.end()
        yield start, at
