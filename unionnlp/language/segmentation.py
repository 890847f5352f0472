"""Words: jieba with the terms of union work, each segmenter with its own dictionary.

Tokens cover the text exactly: white space and punctuation are tokens too, as jieba gives them, so that offsets need no
second bookkeeping and ``"".join(tokens.texts) == text``.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from ..errors import LexiconError
from ..lexicon import Row, load_table, parse_table
from ..records import Tokens
from .fast_segmentation import JOINED, LONGEST_RUN, FastCutter, available

__all__ = ["Segmenter", "Term", "default_segmenter", "domain_collocations", "domain_terms", "fold_width", "read_terms", "segment"]

_COLUMNS = ("term", "frequency", "tag", "source")

# One run longer than LONGEST_RUN is cut there, and only there can tokens differ from what jieba alone would give.
_PIECE = re.compile(f"[{JOINED}]{{1,{LONGEST_RUN}}}|[^{JOINED}]+")
_TERM = re.compile(f"[{JOINED}]+")

# Full-width forms of the characters that jieba joins: １２３ and ＡＢＣ are words only when folded first.
_HALF = {chr(ord(c) + 0xFEE0): c for c in map(chr, range(0x21, 0x7F)) if _TERM.fullmatch(c)}
_FULL_WIDTH = re.compile(f"[{''.join(_HALF)}]")


def fold_width(text: str) -> str:
    """``text`` with full-width letters, digits and the signs inside words made half width; the length is kept.

    Example:
        >>> fold_width("９７．５％，ＡＢ")
        '97.5%，AB'
    """
    return _FULL_WIDTH.sub(lambda match: _HALF[match[0]], text)  # seven times the speed of str.translate, and mostly there is nothing to fold


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the lexicon. ``frequency`` is on the scale of jieba's dictionary (60 million in all); None asks jieba for
    the least that keeps the word whole."""

    text: str
    frequency: int | None = None
    tag: str = "nz"


def _term(row: Row) -> Term:
    """The term of a row; a row that jieba would quietly ignore is an error here."""
    text, frequency = row["term"], row["frequency"]
    if not _TERM.fullmatch(text):
        raise row.error(f"{text!r} holds a character at which the segmenter always cuts")
    if len(text) < 2:
        raise row.error(f"{text!r} is a single character")
    if not (frequency.isascii() and frequency.isdigit() and int(frequency) > 0):
        # Zero is no frequency: it makes jieba split the word in every segmenter of the process.
        raise row.error(f"frequency {frequency!r} is not a positive whole number")
    return Term(text, int(frequency), row["tag"])


def _distinct(rows: Iterable[Row]) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for row in rows:
        term = _term(row)
        if term.text in terms:
            raise row.error(f"{term.text!r} stands twice")
        terms[term.text] = term
    return tuple(terms.values())


@cache
def domain_terms() -> tuple[Term, ...]:
    """The terms of union work that ship with the library (``data/lexicon/userdict.tsv``).

    Example:
        >>> any(term.text == "女职工委员会" for term in domain_terms())
        True
    """
    return _distinct(load_table("userdict", _COLUMNS))


@cache
def domain_collocations() -> tuple[str, ...]:
    """Entries of jieba's dictionary that readers take for several words (``data/lexicon/collocations.tsv``).

    Example:
        >>> "积极开展" in domain_collocations()
        True
    """
    return tuple(row["words"] for row in load_table("collocations", ("words", "source")))


def read_terms(text: str, file: str = "terms.tsv") -> tuple[Term, ...]:
    """The terms of a table given as text: columns term, frequency, tag, source, with tabs between them.

    Raises:
        LexiconError: a row that could not be used, with its file and line. jieba's own loader skips such rows.

    Example:
        >>> read_terms("term\\tfrequency\\ttag\\tsource\\n职工驿站\\t3\\tnz\\town\\n")
        (Term(text='职工驿站', frequency=3, tag='nz'),)
    """
    return _distinct(parse_table(text, file, _COLUMNS))


@cache
def _jieba() -> Any:
    """The module, imported when first needed.

    On some versions its import compiles patterns with invalid escapes or loads ``pkg_resources``: warnings that are no
    concern of the caller and would stop a program that treats warnings as errors.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    return jieba


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's own dictionary with all prefixes, and the sum of its frequencies.

    Built from the file each time a process first needs it (1.2 s). jieba would keep it in the system's temporary folder,
    where any user can put a file of that name, two processes write it at once, and the log reports it on stderr.
    """
    jieba = _jieba()
    words, total = jieba.Tokenizer.gen_pfdict(jieba.Tokenizer().get_dict_file())
    return words, total


class _Words(Tokens):
    """Tokens whose words are there already, and need not be cut from the text again."""

    __slots__ = ("_words",)

    def __init__(self, text: str, starts: list[int], ends: list[int], words: list[str]) -> None:
        super().__init__(text, starts, ends)
        self._words = words

    @property
    def texts(self) -> list[str]:
        """The words alone."""
        return self._words.copy()


class Segmenter:
    """Cuts texts into words with jieba and its own dictionary, which no other segmenter shares.

    Args:
        terms: words beside jieba's dictionary; strings get the least frequency that keeps them whole. Without terms the
            domain lexicon is used; to add to it: ``Segmenter([*domain_terms(), "职工驿站"])``.
        collocations: entries of jieba's dictionary to be cut as the words that they are made of; those that ship unless given.
        fast: whether rjieba cuts wherever its words are those of jieba; if installed, unless given.

    Raises:
        LexiconError: a term that can never come out as a word, a collocation that jieba's dictionary has not.
        MissingExtra: ``fast`` is asked for and rjieba not installed.

    Example:
        >>> plain, ours = Segmenter((), ()), Segmenter(["困难女职工"])
        >>> plain.segment("积极开展慰问困难女职工").texts, ours.segment("积极开展慰问困难女职工").texts
        (['积极开展', '慰问', '困难', '女职工'], ['积极', '开展', '慰问', '困难女职工'])
    """

    __slots__ = ("_fast", "_jieba", "collocations", "terms")

    def __init__(
        self, terms: Iterable[Term | str] | None = None, collocations: Iterable[str] | None = None, fast: bool | None = None
    ) -> None:
        self.terms = domain_terms() if terms is None else tuple(Term(term) if isinstance(term, str) else term for term in terms)
        self.collocations = domain_collocations() if collocations is None else tuple(collocations)
        for number, term in enumerate(self.terms, 1):
            if not _TERM.fullmatch(term.text) or (term.frequency is not None and term.frequency < 1):
                raise LexiconError("terms", number, f"{term} can never come out as a word")
        self._jieba: Any = None
        self._fast: FastCutter | None = None
        if available() if fast is None else fast:
            # Only jieba knows what frequency a bare string needs, and its dictionary takes a second to load.
            known = self.frequency if any(term.frequency is None for term in self.terms) else None
            terms_of = ((term.text, known(term.text) if known else term.frequency or 0, term.tag) for term in self.terms)
            self._fast = FastCutter(self.collocations, terms_of, self._reference)
        else:
            self._tokenizer()

    def _tokenizer(self) -> Any:
        """jieba with this segmenter's dictionary; built when first needed."""
        if self._jieba is None:
            words, total = _dictionary()
            tokenizer = _jieba().Tokenizer()
            tokenizer.FREQ, tokenizer.total = words.copy(), total
            tokenizer.initialized = True  # keeps jieba from its cache file and its log
            for number, word in enumerate(self.collocations, 1):
                if not tokenizer.FREQ.get(word):
                    raise LexiconError("collocations", number, f"{word!r} is no word of jieba's dictionary")
                # Not by del_word, which has the word split in every tokenizer of the process.
                tokenizer.total -= tokenizer.FREQ[word]
                tokenizer.FREQ[word] = 0
            for term in self.terms:
                tokenizer.total -= tokenizer.FREQ.get(term.text, 0)  # add_word counts a known word twice
                tokenizer.add_word(term.text, term.frequency, term.tag)
            self._jieba = tokenizer
        return self._jieba

    def _reference(self, text: str) -> list[str]:
        """The words of ``text`` by jieba."""
        cut = self._tokenizer().cut
        return [word for piece in _PIECE.findall(text) for word in cut(piece)]

    def words(self, text: str) -> list[str]:
        """The words of ``text`` made half width, without their offsets: what counts them needs no more."""
        folded = fold_width(text)
        return self._fast.cut(folded) if self._fast else self._reference(folded)

    def segment(self, text: str) -> Tokens:
        """The words of ``text``, white space and punctuation included; see ``segment``."""
        words = self.words(text)
        ends = list(accumulate(map(len, words)))
        starts = [0, *ends[:-1]] if ends else []
        for match in _FULL_WIDTH.finditer(text):  # few, if any: what was folded for the dictionary is given as it stands
            at = bisect_right(ends, match.start())
            words[at] = text[starts[at] : ends[at]]
        return _Words(text, starts, ends, words)

    def knows(self, word: str) -> bool:
        """Whether ``word`` stands in this segmenter's dictionary, as a word or as a collocation."""
        return self.frequency(word) > 0 or word in self.collocations

    def frequency(self, word: str) -> int:
        """How often ``word`` stands in 60 million words by this segmenter's dictionary; 0 if it is not in it."""
        return int(self._tokenizer().FREQ.get(word, 0))

    def __reduce__(self) -> tuple[type[Segmenter], tuple[tuple[Term, ...], tuple[str, ...], bool | None]]:
        """Travels to another process as its terms: neither jieba's lock nor rjieba can."""
        return Segmenter, (self.terms, self.collocations, None if self._fast else False)


@cache
def default_segmenter() -> Segmenter:
    """The segmenter with the domain lexicon; built on first use."""
    return Segmenter()


def segment(text: str) -> Tokens:
    """The words of a text.

    Args:
        text: any text; full-width letters and digits are folded before cutting, offsets are those of ``text``.

    Returns:
        Tokens that cover the text without gap; white space and punctuation are tokens of their own.

    Complexity: O(n); ten times as fast with the extra "fast" (tests/benchmarks/bench_segmentation.py). The first call loads the
    dictionary (1.5 s, with the extra 0.4 s).

    Source: jieba 0.42 (prefix dictionary, most probable path, HMM for unknown words); domain lexicon ``userdict.tsv``.

    Example:
        >>> segment("走访慰问困难职工３５人次").texts
        ['走访慰问', '困难职工', '３５', '人次']
    """
    return default_segmenter().segment(text)
