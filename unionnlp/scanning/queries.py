"""The queries of a comparison of many texts: how features become pairs, and pairs become work.

DuckDB and Spark run these very strings, hence no ``QUALIFY``, no ``UNNEST`` and no division that leaves a rest; sums are cast, since DuckDB widens them.
The rules and their constants are those of ``duplicates.candidates``, which holds everything in memory.
An ``owner`` is the number of a text times ``PLACES``, plus a place in it.
"""

from __future__ import annotations

from typing import Final

from ..duplicates.batch_kernels import LENGTH, PLACES, SHORT
from ..duplicates.candidates import DRIFT, FIGURE_HITS, SEEDS, SPREAD
from ..duplicates.find import PATCH, PATCHED
from ..duplicates.links import SMALL, STOCK_CLUSTERS

__all__ = ["BLOCKS", "CANDIDATES", "LINKED", "MATCHES", "NEAR", "PAIRS", "PLACED", "REPEATED", "SHARED", "STOCK", "SUSPECTS"]

BLOCK: Final = 1 << 17
"""Characters of the pairs of a block, a text counted for every pair: some twenty pairs, which a worker prepares in one go."""

NEIGHBOURS: Final = 1024
"""Texts whose pairs are dealt out together …"""

BEYOND: Final = 1 << 30
"""… and the least by which their blocks are numbered apart, for each of them: more characters than the pairs of a text have. Two blocks of
one number would be one large block."""


def _text(owner: str) -> str:
    """The number of the text of an owner: an exact division, whether it is done in whole or in floating numbers."""
    return f"cast(({owner} - {owner} % {PLACES}) / {PLACES} as bigint)"


SHARED: Final = """
select key, owner, hub, size from (
    select key, owner, min(owner) over (partition by key) as hub, count(*) over (partition by key) as size from features where kind = {kind}
) counted
where size > 1
"""
"""Features of one kind that several texts have, with the first of their owners and how many there are. Most keys stand in one
text alone and go here. Windows without an order: half the work of numbering the owners."""

_LINKS: Final = f"""
    select x.owner as a, y.owner as b from own x join own y on x.key = y.key where x.size <= {SMALL} and y.size <= {SMALL} and x.owner < y.owner
    union all
    select hub as a, owner as b from own where size > {SMALL} and owner > hub
"""
"""Owners that share a key: all pairs of a small bucket, a star to the first of a large one, so that the links stay linear."""

PAIRS: Final = f"""
with own as (select * from shared), links as ({_LINKS})
select distinct {_text("a")} as a, {_text("b")} as b from links
"""
"""Pairs of texts that share a band."""

STOCK: Final = f"""
select s.key from shared s left join clusters c on c.text = {_text("s.owner")}
where s.size > {STOCK_CLUSTERS}
group by s.key having count(distinct coalesce(c.cluster, {_text("s.owner")})) > {STOCK_CLUSTERS}
"""
"""Keys that stand in many clusters of otherwise different texts. A text that is not in ``clusters`` is one by itself."""

LINKED: Final = f"""
with own as (select s.key, s.owner, s.hub, s.size from shared s left join stock t on t.key = s.key where t.key is null),
links as ({_LINKS})
select {_text("a")} as a, {_text("b")} as b, a % {PLACES} as place, a % {PLACES} - b % {PLACES} as diagonal from links
"""
"""Pairs of texts once for every key that they share and that is not stock: with its place in the first, and the diagonal it lies on."""

NEAR: Final = f"""
with several as (
    select c.a, c.b, case when x.key is null and y.key is null then {SEEDS} else 1 end as needed
    from (select a, b, count(*) as hits from linked group by a, b) c
    left join (select key from features where kind = {SHORT}) x on x.key = c.a
    left join (select key from features where kind = {SHORT}) y on y.key = c.b
    where c.hits >= {SEEDS} or x.key is not null or y.key is not null
),
parted as (
    select l.a, l.b, l.place, l.diagonal, s.needed,
        case when l.diagonal - lag(l.diagonal) over (partition by l.a, l.b order by l.diagonal, l.place) <= {DRIFT} then 0 else 1 end as fresh
    from linked l join several s on s.a = l.a and s.b = l.b
),
lines as (
    select a, b, place, needed,
        sum(fresh) over (partition by a, b order by diagonal, place rows between unbounded preceding and current row) as line
    from parted
)
select distinct a, b from (
    select a, b, line from lines group by a, b, line, needed
    having needed < {SEEDS} or (count(*) >= {SEEDS} and max(place) - min(place) >= {SPREAD})
) found
"""
"""Pairs with enough shared grams near one diagonal: a line goes on as long as the next diagonal is not far. Most pairs share one
gram by chance and are counted out first. Of short texts one gram is enough."""

REPEATED: Final = f"select a, b from linked group by a, b having count(*) >= {FIGURE_HITS}"
"""Pairs that repeat runs of figures."""

CANDIDATES: Final = """
with pairs as (select a, b from banded union select a, b from near union select a, b from repeated)
select p.a, p.b from pairs p left join hubs x on x.b = p.a left join hubs y on y.b = p.b
where x.a is null or y.a is null or x.a <> y.a
union
select a, b from hubs where a <> b
"""
"""All of them; inside a large cluster only the links to its first text, others only where that text is not like both. ``hubs`` are
pairs of that first text and each of those that are like it, itself included."""

PLACED: Final = f"""
select a, b, near * {BEYOND} + total - total % {BLOCK} as block from (
    select p.a, p.b, p.a - p.a % {NEIGHBOURS} as near,
        cast(sum(x.owner + y.owner) over (
            partition by p.a - p.a % {NEIGHBOURS} order by p.a, p.b rows between unbounded preceding and current row
        ) as bigint) as total
    from pairs p
    join (select key, owner from features where kind = {LENGTH}) x on x.key = p.a
    join (select key, owner from features where kind = {LENGTH}) y on y.key = p.b
) weighed
"""
"""Pairs dealt out in blocks of about as many characters, those of one text side by side. Only those of neighbours are put in order:
to order all pairs would be work for one task, however many there are."""

BLOCKS: Final = """
select block, a as text, b as other, cast(null as bigint) as start, cast(null as string) as content from placed
union all
select n.block, n.text, cast(null as bigint) as other, t.start, t.content
from (select block, a as text from placed union select block, b as text from placed) n join texts t on t.text = n.text
"""
"""The blocks with their texts, each text once a block."""

MATCHES: Final = """
select a, b, jaccard, containment_a, containment_b, discounted_a, discounted_b, kind, shared_figures, passages, changes, figures from matched
"""

SUSPECTS: Final = f"""
with sides as (
    select a as text, a, b, copied_a as copied, gain_a as gain, own_a as own, cover_a as cover, mask_a as mask from matched
    union all
    select b as text, a, b, copied_b as copied, gain_b as gain, own_b as own, cover_b as cover, mask_b as mask from matched
),
ranked as (
    select text, a, b, gain, own, cover, mask, row_number() over (partition by text order by copied desc, a, b) as place,
        sum(case when gain + 1 >= {PATCH} * own then 1 else 0 end) over (partition by text) as pieces
    from sides
),
firsts as (select text from ranked where place = 1 and pieces > 1 and gain - 1 < {PATCHED} * own)
select r.text, r.a, r.b, r.cover, r.mask from ranked r join firsts f on f.text = r.text
"""
"""What covers each text that may be put together from several: two of its sources give enough, and the largest not nearly all. (By
one character more than ``duplicates.find.patches`` asks, which decides.)"""
