"""What analysts ask of words first: which are telling here, and where does this one stand."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ..lexicon import load_table
from .segmentation import default_segmenter, fold_width

__all__ = ["ConcordanceLine", "Keyword", "batch_idf", "concordance", "general_idf", "keywords", "keywords_each", "stopwords", "term_counts"]


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word, how often it stands in what was asked about, and its weight there (count times idf)."""

    term: str
    count: int
    weight: float


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """A place where a term stands: ``text[start:end] == quote``, with the characters to its left and right."""

    start: int
    end: int
    left: str
    quote: str
    right: str


@cache
def stopwords() -> frozenset[str]:
    """Words that are no keyword, and single characters with which no term begins or ends."""
    return frozenset(row["word"] for row in load_table("stopwords", ("word", "source")))


@cache
def general_idf() -> tuple[dict[str, float], float]:
    """jieba's table of how rare words are in general text, and its median for words that it lacks.

    Read as a file: importing ``jieba.analyse`` would build a tokenizer of its own beside ours.
    """
    lines = resources.files("jieba").joinpath("analyse", "idf.txt").read_text(encoding="utf-8").splitlines()
    table = {word: float(idf) for word, _, idf in (line.rpartition(" ") for line in lines)}
    return table, statistics.median(table.values())


def term_counts(text: str) -> Counter[str]:
    """The telling words of a text: two characters or more, with a Chinese one, no function words.

    Complexity: O(n), at the speed of ``segment``.

    Example:
        >>> dict(term_counts("走访慰问困难职工，为困难职工送去慰问金。"))["困难职工"]
        2
    """
    ignored = stopwords()
    counts = Counter([word for word in default_segmenter().words(text) if len(word) > 1])
    for word in [word for word in counts if word in ignored or word.isascii()]:  # Chinese or ASCII: jieba joins nothing else into words
        del counts[word]
    return counts


def batch_idf(texts_with: Mapping[str, int], texts: int) -> dict[str, float]:
    """Smoothed idf over a batch: 1 for a word of every text, more the fewer texts have it.

    Args:
        texts_with: in how many texts each word stands.
        texts: how many there are.
    """
    return {word: math.log((1 + texts) / (1 + n)) + 1.0 for word, n in texts_with.items()}


def _batch_idf(counted: Sequence[Counter[str]]) -> dict[str, float]:
    return batch_idf(Counter(word for counts in counted for word in counts), len(counted))


def _top(counts: Counter[str], idf: dict[str, float], missing: float, top: int) -> tuple[Keyword, ...]:
    weighed = (Keyword(word, count, count * idf.get(word, missing)) for word, count in counts.items())
    return tuple(sorted(weighed, key=lambda keyword: (-keyword.weight, keyword.term))[:top])


def keywords(texts: str | Iterable[str], top: int = 20) -> tuple[Keyword, ...]:
    """The words that say most about a text, or about a batch as a whole.

    Args:
        texts: one text, weighed against general Chinese, or a batch, weighed against its own idf.
        top: how many words.

    Returns:
        Keywords, heaviest first; equal weights in order of code points.

    Complexity: O(n), at the speed of ``segment``.

    Source: TF-IDF (Spärck Jones 1972); for one text the idf table of jieba 0.42.

    Example:
        >>> [keyword.term for keyword in keywords("走访慰问困难职工，为困难职工送去慰问金。", top=2)]
        ['困难职工', '慰问金']
    """
    if isinstance(texts, str):
        table, median = general_idf()
        return _top(term_counts(texts), table, median, top)
    counted = [term_counts(text) for text in texts]
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts)
    return _top(total, _batch_idf(counted), 1.0, top)


def keywords_each(texts: Iterable[str], top: int = 20) -> tuple[tuple[Keyword, ...], ...]:
    """For every text of a batch the words that set it apart from the others.

    Args:
        texts: a batch; a batch of one is weighed as ``keywords`` weighs one text.
        top: how many words a text.

    Example:
        >>> each = keywords_each(["工会慰问困难职工，困难职工满意", "工会签订集体合同，集体合同到期"], top=1)
        >>> [words[0].term for words in each]
        ['困难职工', '集体合同']
    """
    texts = list(texts)
    if len(texts) == 1:
        return (keywords(texts[0], top),)
    counted = [term_counts(text) for text in texts]
    idf = _batch_idf(counted)
    return tuple(_top(counts, idf, 1.0, top) for counts in counted)


def concordance(text: str, term: str, width: int = 20) -> tuple[ConcordanceLine, ...]:
    """Every place where ``term`` stands, with its surroundings (keyword in context).

    Args:
        text: any text.
        term: a string of characters, not a word of the dictionary: 职工 is found inside 女职工 too. Full and half width
            letters and digits are the same.
        width: characters shown on each side; line breaks among them are shown as blanks.

    Returns:
        A line a place, in order of place; offsets are into ``text``.

    Raises:
        ValueError: an empty term or a negative width.

    Complexity: O(n).

    Example:
        >>> concordance("慰问困难职工12户，困难职工子女助学", "困难职工", width=3)[1]
        ConcordanceLine(start=10, end=14, left='2户，', quote='困难职工', right='子女助')
    """
    if not term or width < 0:
        raise ValueError(f"no concordance for {term!r} at width {width}")
    lines = []
    for match in re.finditer(re.escape(fold_width(term)), fold_width(text)):
        start, end = match.span()
        left, right = (re.sub(r"\s", " ", part) for part in (text[max(0, start - width) : start], text[end : end + width]))
        lines.append(ConcordanceLine(start, end, left, text[start:end], right))
    return tuple(lines)
