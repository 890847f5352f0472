"""Near-duplicate submissions and copied passages in a batch, and two texts side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from ..records import ComparedText, Comparison, Document, Match, Matches, Report
from ..spans import Span
from ..structure.parse import parse
from .candidates import candidates
from .changes import changed_figures, figures_kept, passage_figures
from .clusters import Origin, in_clusters, origin, relation
from .edits import changed
from .prepared import Prepared, Shelf, plain_text
from .shares import headings_over, inside_passages, shares_of
from .verify import Examined, examine

__all__ = ["MIN_PASSAGE", "check_limits", "compare", "find_duplicates", "find_pairs", "most_alike_first", "patches", "patchwork", "with_figures", "with_patchworks"]

THRESHOLD = 0.5
"""Discounted share from which on two texts are alike."""

MIN_PASSAGE = 80
"""Characters of a copied passage, stock and quotations left out, that make a match by themselves. Over 91 pairs of unrelated
real reports every shared run of 13 characters or more was a law title or a set phrase, the longest had 16."""

PATCHED = 0.6
"""Share of a text that several others must cover together for it to be a patchwork …"""

PATCH = 0.15
"""… to which each adds at least this much of its own, while none covers ``PATCHED`` alone. Three sources of 900 characters in
2,700 to 3,900 add 0.23 to 0.33 each."""


def find_duplicates(texts: Mapping[str, Report | Document | str], threshold: float = THRESHOLD, min_passage: int = MIN_PASSAGE) -> Matches:
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
        Matches, most alike first, each with ``a`` before ``b`` by id, its shares exact, the figures that were changed or kept, its
        cluster, and, where both are reports that name their units, whether a unit repeats itself. Offsets of passages are those
        of the document for a ``Report``, of the string for a string.
    Raises:
        ValueError: a threshold outside 0..1, or a passage shorter than one character.
    Complexity: near linear in the characters and in the matches.
    Source: own rules; parts as named in the modules of this folder.

    Example:
        >>> text = "全县走访慰问困难职工1462户，发放慰问金96.5万元。县总工会为三家企业的职工讨回工资，办结案件四十二件。" * 2
        >>> matches = find_duplicates({"东平": text, "西安": text.replace("1462", "1506"), "南溪": "今年举办了职工运动会，二十三个单位参加。"})
        >>> [(m.a, m.b, m.kind, len(m.passages), m.changes[0].words) for m in matches]
        [('东平', '西安', 'light_edit', 1, '1462户 → 1506户')]
    """
    check_limits(threshold, min_passage)
    matches = find_pairs({id_: plain_text(text) for id_, text in texts.items()}, threshold, min_passage)
    matched = {side for match in matches for side in (match.a, match.b)}
    # In the order as given: the reports of one file lie together there, and its repaired text is kept while they are read.
    known = {id_: origin(text) for id_, text in texts.items() if id_ in matched and isinstance(text, Report)}
    return Matches(in_clusters(matches, known))


def find_pairs(texts: Mapping[str, tuple[str, int]], threshold: float = THRESHOLD, min_passage: int = MIN_PASSAGE) -> list[Match]:
    """The same without clusters and relations, over plain texts.

    Args:
        texts: by id, a text and what is added to a place in it to get an offset of its document.
    """
    ids = sorted(texts)
    plain = [texts[i] for i in ids]
    found = candidates([text for text, _ in plain])

    prepared = Shelf(plain, found.pairs, found.stock_grams, found.common)
    kept: dict[tuple[int, int], Examined] = {}
    own: dict[int, NDArray[np.bool_]] = {}
    verified: dict[tuple[int, int], Match] = {}
    for a, b in found.pairs:
        first, second = prepared[a], prepared[b]
        examined = examine(first, second, threshold, min_passage)
        if examined and examined.flagged(threshold, min_passage):
            kept[a, b] = examined
            own[a], own[b] = ~first.discount, ~second.discount
            verified[a, b] = with_figures(examined.match(ids[a], ids[b], examined.kind(threshold, min_passage)), first, second)
    return with_patchworks(verified, patchwork(kept, own))


def compare(a: Report | Document | str, b: Report | Document | str) -> Comparison:
    """Two texts side by side, whether they match or not.

    Args:
        a, b: reports, documents or strings.
    Returns:
        A comparison whose ``match`` holds the exact shares, the passages and the figures that were changed; each side has its
        shares as plagiarism checks give them and the headings above each passage. For a report its offsets, and the text
        shown, are those of the document.

    Example:
        >>> text = "县总工会为三家企业的职工讨回工资1462元，办结案件四十二件，还给五个村的图书室送去新书。"
        >>> compared = compare(text, text.replace("1462", "1506"))
        >>> round(compared.match.jaccard, 2), [change.words for change in compared.match.changes], compared.verdict
        (0.71, ['1462元 → 1506元'], '疑似略有改动，请核实')
    """
    (text_a, offset_a), (text_b, offset_b) = plain_text(a), plain_text(b)
    first, second = Prepared(text_a, offset_a), Prepared(text_b, offset_b)
    examined = examine(first, second)
    assert examined is not None  # nothing is given up at threshold 0
    reports = [(value,) if isinstance(value, Report) else parse(value) for value in (a, b)]
    names = [value.report_id if isinstance(value, Report) else value.source if isinstance(value, Document) else "" for value in (a, b)]
    match = with_figures(examined.match(names[0] or "a", names[1] or "b", examined.kind(THRESHOLD, MIN_PASSAGE)), first, second)
    alike = examined.flagged(THRESHOLD, MIN_PASSAGE)
    origins = [origin(found[0]) if len(found) == 1 else Origin() for found in reports]
    match = replace(match, relation=relation(*origins)) if alike else match
    shares, edits = shares_of(first, second, match), _edits(first, second, match)
    spans = [((p.start_a, p.end_a), (p.start_b, p.end_b)) for p in match.passages]
    side_a, side_b = (
        ComparedText(
            *(_shown_name(value, reports[i]), text.offset, text.offset + len(text.text)),
            share=shares[i],
            places=tuple(headings_over(reports[i], *span[i]) for span in spans),
            edits=edits[i],
            stock=inside_passages(text, text.stock, [span[i] for span in spans]),
            quoted=inside_passages(text, text.quoted, [span[i] for span in spans]),
        )
        for i, (value, text) in enumerate(((a, first), (b, second)))
    )
    whole_a, whole_b = (value.document.text if isinstance(value, Report) else text for value, text in ((a, text_a), (b, text_b)))
    return Comparison(match, whole_a, whole_b, alike, side_a, side_b, passage_figures(first, second, match.passages))


def _shown_name(value: Report | Document | str, reports: Sequence[Report]) -> str:
    """What to call a text above its side: its title, and the file that it came in."""
    document = value.document if isinstance(value, Report) else value if isinstance(value, Document) else Document("")
    file = PurePath(document.source).name
    title = reports[0].title if len(reports) == 1 else ""
    return f"{title}（{file}）" if title and file else title or file


def with_patchworks(matches: Mapping[tuple[int, int], Match], patched: set[tuple[int, int]]) -> list[Match]:
    """Matches, most alike first; those of ``patched`` that are no more than a part or an edit are called so."""
    named = (replace(m, kind="patchwork") if pair in patched and m.kind in ("passage", "light_edit") else m for pair, m in matches.items())
    return sorted(named, key=most_alike_first)


def with_figures(match: Match, a: Prepared, b: Prepared) -> Match:
    """A match with the figures that were changed, or kept under other words."""
    kept = figures_kept(a, b) if match.kind == "figures_copied" else ()
    return replace(match, changes=changed_figures(a, b, match.passages), figures=kept)


def _edits(a: Prepared, b: Prepared, match: Match) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The characters of edited passages that only one side has, in offsets of the documents."""
    spans: tuple[list[Span], list[Span]] = ([], [])
    for p in match.passages:
        if p.kind == "edited":
            only = changed(a.text[p.start_a - a.offset : p.end_a - a.offset], b.text[p.start_b - b.offset : p.end_b - b.offset])
            for side, found, base in zip(spans, only, (p.start_a, p.start_b), strict=True):
                side.extend(Span(base + start, base + end) for start, end in found)
    return tuple(spans[0]), tuple(spans[1])


def check_limits(threshold: float, min_passage: int) -> None:
    """Refuse limits that mean nothing."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold is a share from 0 to 1, not {threshold}")
    if min_passage < 1:
        raise ValueError(f"min_passage is a number of characters, not {min_passage}")


def most_alike_first(match: Match) -> tuple[float, float, str, str]:
    """The order in which matches are given."""
    return -max(match.containment_a, match.containment_b), -match.jaccard, match.a, match.b


def patchwork(kept: Mapping[tuple[int, int], Examined], own: Mapping[int, NDArray[np.bool_]]) -> set[tuple[int, int]]:
    """The pairs in which one side is put together from two or more others.

    Args:
        kept: what was found of each pair.
        own: for each text that may be put together its folded places that are neither stock nor quoted.
    """
    sources: dict[int, list[tuple[tuple[int, int], tuple[tuple[int, int], ...]]]] = defaultdict(list)
    for pair, examined in kept.items():
        sources[pair[0]].append((pair, examined.cover_a))
        sources[pair[1]].append((pair, examined.cover_b))
    patched: set[tuple[int, int]] = set()
    for text, covers in sources.items():
        if len(covers) > 1 and text in own:
            patched |= patches(covers, own[text])
    return patched


def patches(covers: list[tuple[tuple[int, int], tuple[tuple[int, int], ...]]], own: NDArray[np.bool_]) -> set[tuple[int, int]]:
    """The sources of a text that make it a patchwork, largest first; none when one alone covers it."""
    left = own.copy()  # its own places that no source has covered yet
    length = before = int(np.count_nonzero(own))
    chosen: set[tuple[int, int]] = set()
    for pair, spans in sorted(covers, key=lambda cover: (-sum(e - s for s, e in cover[1]), cover[0])):
        for start, stop in spans:
            left[start:stop] = False
        now = int(np.count_nonzero(left))
        gain, first, before = before - now, before == length, now
        if first and gain >= PATCHED * length:
            return set()
        if gain >= PATCH * length:
            chosen.add(pair)
    return chosen if len(chosen) > 1 and length - before >= PATCHED * length else set()
