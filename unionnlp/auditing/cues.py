"""The words by which the rules know a whole from a part: ``audit_cues.tsv`` (patterns) and ``audit_terms.tsv`` (words).

A cue is a pattern; a role is what a figure counts in a pair of part and whole (应检 and 实检, 受理 and 办结), known by the
words beside it.
"""

from __future__ import annotations

import re
from functools import cache

from ..lexicon import load_table

__all__ = ["bare", "cue", "found", "last_of", "roles_in", "says", "shares_a_word", "without_roles"]


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    rows = load_table("audit_cues", ("cue", "pattern", "example", "counterexample", "source"))
    return {row["cue"]: re.compile(row["pattern"]) for row in rows}


def cue(name: str) -> re.Pattern[str]:
    """The pattern of a cue."""
    return _cues()[name]


def says(name: str, words: str) -> bool:
    """Whether ``words`` hold a cue.

    Example:
        >>> says("within", "其中女职工"), says("within", "女职工")
        (True, False)
    """
    return _cues()[name].search(words) is not None


def found(name: str, words: str) -> frozenset[str]:
    """The words of a cue that stand in ``words``.

    Example:
        >>> sorted(found("narrower", "国有企业女职工"))
        ['国有', '女']
    """
    return frozenset(_cues()[name].findall(words))


def bare(words: str, *names: str) -> str:
    """``words`` without those of some cues: the nouns that are left name what is counted.

    Example:
        >>> bare("全年慰问金", "filler"), bare("年内已", "filler")
        ('慰问金', '')
    """
    for name in names:
        words = _cues()[name].sub("", words)
    return words


def shares_a_word(words: str, told: str) -> bool:
    """Whether two characters in a row of ``words`` stand in ``told``.

    Example:
        >>> shares_a_word("企业职工", "全县职工"), shares_a_word("满意", "办结")
        (True, False)
    """
    return any(words[i : i + 2] in told for i in range(len(words) - 1))


def last_of(name: str, words: str) -> int:
    """Where the last cue of its kind begins in ``words``; -1 when there is none.

    Example:
        >>> last_of("within", "会员580人，其中女会员")
        7
    """
    return max((match.start() for match in _cues()[name].finditer(words)), default=-1)


@cache
def _terms() -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    """A pattern of all words of the table, longest first, and the roles of each."""
    roles: dict[str, set[str]] = {}
    for row in load_table("audit_terms", ("role", "words", "source")):
        for word in row["words"].split():
            roles.setdefault(word, set()).add(row["role"])
    words = sorted(roles, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words))), {word: frozenset(of) for word, of in roles.items()}


def roles_in(words: str) -> frozenset[str]:
    """The roles that words give a figure.

    Example:
        >>> sorted(roles_in("应检女职工")), sorted(roles_in("调解成功"))
        (['exam_due'], ['settled'])
    """
    pattern, roles = _terms()
    hits = pattern.findall(words)
    return frozenset().union(*(roles[hit] for hit in hits)) if hits else _NONE


def without_roles(words: str) -> str:
    """``words`` without those that give a role."""
    return _terms()[0].sub("", words)


_NONE: frozenset[str] = frozenset()
