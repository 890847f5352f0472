"""Near-duplicate submissions and copied passages in a batch, and two texts side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..records import Comparison, Document, Match, Matches, Report
from .candidates import candidates
from .prepared import Prepared, plain_text
from .verify import Examined, examine

__all__ = ["check_limits", "compare", "find_duplicates", "most_alike_first"]

MIN_PASSAGE = 80
"""Characters of a copied passage, stock and quotations left out, that make a match by themselves. Over 91 pairs of unrelated
real reports every shared run of 13 characters or more was a law title or a set phrase, the longest had 16."""

PREPARED_AT_ONCE = 2048
"""Texts kept ready for comparison: 100 kB each."""

PATCHED = 0.6
"""Share of a text that several others must cover together for it to be a patchwork …"""

PATCH = 0.15
"""… to which each adds at least this much of its own, while none covers ``PATCHED`` alone. Three sources of 900 characters in
2,700 to 3,900 add 0.23 to 0.33 each."""


def find_duplicates(texts: Mapping[str, Report | Document | str], threshold: float = 0.5, min_passage: int = MIN_PASSAGE) -> Matches:
    """Which texts are the same, were copied in part, or repeat the figures of another.

    A pair is a match when its similarity without stock phrases and quotations reaches the threshold in either direction,
    when a copied passage is long enough, or when a sequence of figures is repeated that chance does not explain. Stock is
    what many otherwise different texts of the batch share, and what the table of stock phrases holds. A large family of
    near-identical texts is linked as a star to the first of its ids.

    Args:
        texts: by id; reports, documents or strings.
        threshold: discounted share, 0..1, from which on two texts are alike.
        min_passage: characters of a copied passage that make a match.
    Returns:
        Matches, most alike first, each with ``a`` before ``b`` by id, its shares exact. Offsets of passages are those of the
        document for a ``Report``, of the string for a string.
    Raises:
        ValueError: a threshold outside 0..1, or a passage shorter than one character.
    Complexity: near linear in the characters and in the matches.
    Source: own rules; parts as named in the modules of this folder.

    Example:
        >>> text = "全县走访慰问困难职工1462户，发放慰问金96.5万元。县总工会为三家企业的职工讨回工资，办结案件四十二件。" * 2
        >>> matches = find_duplicates({"东平": text, "西安": text.replace("1462", "1506"), "南溪": "今年举办了职工运动会，二十三个单位参加。"})
        >>> [(m.a, m.b, m.kind, len(m.passages)) for m in matches]
        [('东平', '西安', 'light_edit', 1)]
    """
    check_limits(threshold, min_passage)
    ids = sorted(texts)
    plain = [plain_text(texts[i]) for i in ids]
    found = candidates([text for text, _ in plain])

    @lru_cache(PREPARED_AT_ONCE)
    def prepared(number: int) -> Prepared:
        text, offset = plain[number]
        return Prepared(text, offset, found.stock_grams(number), found.common)

    kept: dict[tuple[int, int], Examined] = {}
    lengths: dict[int, int] = {}
    for a, b in found.pairs:
        examined = examine(prepared(a), prepared(b), threshold, min_passage)
        if examined and examined.flagged(threshold, min_passage):
            kept[a, b] = examined
            lengths[a], lengths[b] = (int(np.count_nonzero(~prepared(side).discount)) for side in (a, b))
    patched = _patchwork(kept, lengths)
    matches = []
    for (a, b), examined in kept.items():
        kind = examined.kind(threshold, min_passage)
        if (a, b) in patched and kind in ("passage", "light_edit"):
            kind = "patchwork"
        matches.append(examined.match(ids[a], ids[b], kind))
    return Matches(sorted(matches, key=most_alike_first))


def compare(a: Report | Document | str, b: Report | Document | str) -> Comparison:
    """Two texts side by side, whether they match or not.

    Args:
        a, b: reports, documents or strings.
    Returns:
        A comparison whose ``match`` holds the exact shares and the passages. For a report its offsets, and the text shown,
        are those of the document.

    Example:
        >>> compare("走访慰问困难职工38人次", "走访慰问困难职工38人次。").match.containment_a
        1.0
    """
    (text_a, offset_a), (text_b, offset_b) = plain_text(a), plain_text(b)
    examined = examine(Prepared(text_a, offset_a), Prepared(text_b, offset_b))
    assert examined is not None  # nothing is given up at threshold 0
    names = [value.report_id if isinstance(value, Report) else value.source if isinstance(value, Document) else "" for value in (a, b)]
    whole = [value.document.text if isinstance(value, Report) else text for value, text in ((a, text_a), (b, text_b))]
    match = examined.match(names[0] or "a", names[1] or "b", examined.kind(0.5, MIN_PASSAGE))
    return Comparison(match, whole[0], whole[1])


def check_limits(threshold: float, min_passage: int) -> None:
    """Refuse limits that mean nothing."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold is a share from 0 to 1, not {threshold}")
    if min_passage < 1:
        raise ValueError(f"min_passage is a number of characters, not {min_passage}")


def most_alike_first(match: Match) -> tuple[float, float, str, str]:
    """The order in which matches are given."""
    return -max(match.containment_a, match.containment_b), -match.jaccard, match.a, match.b


def _patchwork(kept: Mapping[tuple[int, int], Examined], lengths: Mapping[int, int]) -> set[tuple[int, int]]:
    """The pairs in which one side is put together from two or more others."""
    sources: dict[int, list[tuple[tuple[int, int], tuple[tuple[int, int], ...]]]] = defaultdict(list)
    for pair, examined in kept.items():
        sources[pair[0]].append((pair, examined.cover_a))
        sources[pair[1]].append((pair, examined.cover_b))
    patched: set[tuple[int, int]] = set()
    for text, covers in sources.items():
        if len(covers) > 1:
            patched |= _patches(covers, lengths[text])
    return patched


def _patches(covers: list[tuple[tuple[int, int], tuple[tuple[int, int], ...]]], length: int) -> set[tuple[int, int]]:
    """The sources of a text that make it a patchwork, largest first; none when one alone covers it."""
    end = max((end for _, spans in covers for _, end in spans), default=0)
    covered: NDArray[np.bool_] = np.zeros(end, dtype=bool)
    chosen: set[tuple[int, int]] = set()
    for pair, spans in sorted(covers, key=lambda cover: (-sum(e - s for s, e in cover[1]), cover[0])):
        before = int(np.count_nonzero(covered))
        for start, stop in spans:
            covered[start:stop] = True
        gain = int(np.count_nonzero(covered)) - before
        if not before and gain >= PATCHED * length:
            return set()
        if gain >= PATCH * length:
            chosen.add(pair)
    return chosen if len(chosen) > 1 and np.count_nonzero(covered) >= PATCHED * length else set()
