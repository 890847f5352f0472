"""A comparison of many texts on an engine: features, pairs that share some, and those pairs compared exactly.

``duplicates.find.find_pairs`` finds the same with everything in memory, and is what the plan is tested against. Here texts go through
the workers in batches, features and pairs are tables of the engine, and this process only sees what is small: pairs of texts that
are alike as a whole, keys that are stock, and the matches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..duplicates import links
from ..duplicates.batch_kernels import BAND, CONTEXT, GRAM, RUN, Checked, alike, blocks, check, feature_schema, features, pair_schema
from ..duplicates.find import MIN_PASSAGE, PATCH, THRESHOLD, patches
from ..duplicates.shingles import Scratch
from . import queries
from .frames import match_rows, schema

if TYPE_CHECKING:
    import pyarrow

    from .engines import Batches, Engine

__all__ = ["Candidates", "Verify", "compare_all", "find_candidates", "matched_schema"]

Rows = TypeVar("Rows")
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Candidates(Generic[Rows]):
    """Pairs to verify, as a table of the engine, and what is needed to verify them: sorted keys of stock, and the features."""

    pairs: Rows
    stock_grams: Keys
    stock_figures: Keys
    features: Rows


def compare_all(engine: Engine[Rows], texts: Rows, count: int, threshold: float = THRESHOLD, min_passage: int = MIN_PASSAGE) -> pyarrow.Table:
    """The matches among texts.

    Args:
        texts: a table as ``text_schema`` says, numbered from 0 in the order of their ids.
        count: how many they are.
    Returns:
        Columns of the table of pairs but for the scans, in any order; ``a`` and ``b`` are numbers.
    Complexity: a sort of all features, near linear in the characters and in the matches.
    Source: own rules, those of ``duplicates.find``.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> import pyarrow as pa
        >>> from unionnlp.duplicates.batch_kernels import text_schema
        >>> from unionnlp.scanning.local_engine import LocalEngine
        >>> text = "全县走访慰问困难职工1462户，发放慰问金96.5万元。县总工会为三家企业的职工讨回工资，办结案件四十二件。" * 2
        >>> batch = pa.record_batch([[0, 1], [text, text.replace("1462", "1506")], [0, 0]], schema=text_schema())
        >>> with tempfile.TemporaryDirectory() as folder, LocalEngine(Path(folder, "tables"), workers=0) as engine:
        ...     found = compare_all(engine, engine.rows([batch], text_schema()), 2)
        >>> found.select(["a", "b", "kind"]).to_pylist()
        [{'a': 0, 'b': 1, 'kind': 'light_edit'}]
    """
    texts = engine.kept(texts)
    found = find_candidates(engine, texts, count)
    work = _with_texts(engine, found.pairs, texts, found.features)
    matched = engine.kept(engine.map(Verify(found.stock_grams, found.stock_figures, threshold, min_passage), work, matched_schema(), by="block"))
    covers = engine.collect(engine.sql(queries.SUSPECTS, matched=matched)).to_pylist()
    return _with_patchworks(engine.collect(engine.sql(queries.MATCHES, matched=matched)), _patched(covers))


def find_candidates(engine: Engine[Rows], texts: Rows, count: int) -> Candidates[Rows]:
    """The pairs of texts worth comparing, by the rules of ``duplicates.candidates``.

    Args:
        texts, count: as for ``compare_all``.
    """
    featured = engine.kept(engine.map(features, texts, feature_schema()))

    def shared(kind: int) -> Rows:
        return engine.kept(engine.sql(queries.SHARED.format(kind=kind), features=featured))

    banded = engine.kept(engine.sql(queries.PAIRS, shared=shared(BAND)))
    cluster = _clusters(engine.collect(_alike(engine, banded, texts, featured)), count)
    members = np.flatnonzero(cluster != np.arange(count))
    clusters = engine.kept(_rows(engine, ("text", "cluster"), members, cluster[members]))
    large = np.flatnonzero(np.bincount(cluster, minlength=count)[cluster] > links.SMALL)
    hubs = _alike(engine, _rows(engine, ("a", "b"), cluster[large], large), texts, featured)

    def stock(of: Rows) -> Rows:
        return engine.kept(engine.sql(queries.STOCK, shared=of, clusters=clusters))

    def linked(of: Rows, without: Rows) -> Rows:
        return engine.kept(engine.sql(queries.LINKED, shared=of, stock=without))

    grams, runs = shared(GRAM), shared(RUN)
    stock_grams = stock(grams)
    pairs = engine.sql(
        queries.CANDIDATES,
        banded=banded,
        near=engine.sql(queries.NEAR, linked=linked(grams, stock_grams), features=featured),
        repeated=engine.sql(queries.REPEATED, linked=linked(runs, stock(runs))),
        hubs=engine.kept(hubs),
    )
    return Candidates(engine.kept(pairs), _keys(engine, stock_grams), _keys(engine, stock(shared(CONTEXT))), featured)


def _alike(engine: Engine[Rows], pairs: Rows, texts: Rows, featured: Rows) -> Rows:
    """Those pairs that are alike as a whole."""
    return engine.map(alike, _with_texts(engine, pairs, texts, featured), pair_schema(), by="block")


def _with_texts(engine: Engine[Rows], pairs: Rows, texts: Rows, featured: Rows) -> Rows:
    """Pairs in blocks with their texts, as ``batch_kernels.blocks`` reads them."""
    placed = engine.kept(engine.sql(queries.PLACED, pairs=pairs, features=featured))
    return engine.sql(queries.BLOCKS, placed=placed, texts=texts)


def _rows(engine: Engine[Rows], names: tuple[str, str], *columns: NDArray[np.int64]) -> Rows:
    """Two columns of numbers as a table of the engine."""
    import pyarrow as pa

    table = pa.table(dict(zip(names, columns, strict=True)))
    return engine.rows(table.to_batches(), table.schema)


def _keys(engine: Engine[Rows], rows: Rows) -> Keys:
    return np.sort(engine.collect(rows)["key"].to_numpy().view(np.uint64))


def _clusters(pairs: pyarrow.Table, count: int) -> NDArray[np.int64]:
    """The first text of the cluster of each text."""
    return links.clusters(pairs["a"].to_numpy(), pairs["b"].to_numpy(), count)


# --------------------------------------------------------------------------------------------------------- verification


def matched_schema() -> pyarrow.Schema:
    """Matches as they are kept, and of either side what tells a patchwork: folded characters that the passages take up, how many of
    these are the text's own, how many it has, the passages as starts and ends in turns, and the places of its own as bits, where the
    passages hold enough of them."""
    import pyarrow as pa

    shown = [field for field in schema("pairs") if field.name not in ("a", "b", "scan", "scan_a", "scan_b")]
    kinds = {"copied": pa.int64(), "gain": pa.int64(), "own": pa.int64(), "cover": pa.list_(pa.int64()), "mask": pa.binary()}
    sides = [pa.field(f"{name}_{side}", kind) for side in "ab" for name, kind in kinds.items()]
    return pa.schema([*pair_schema(), *shown, *sides])


@dataclass(frozen=True, slots=True)
class Verify:
    """Pairs with their texts, compared exactly: rows as ``batch_kernels.blocks`` reads them to rows of ``matched_schema``."""

    stock_grams: Keys
    stock_figures: Keys
    threshold: float
    min_passage: int

    def __call__(self, batches: Batches) -> Batches:
        import pyarrow as pa

        target, scratch = matched_schema(), Scratch()
        for block in blocks(batches):
            found = check(block, self.stock_grams, self.stock_figures, self.threshold, self.min_passage, scratch)
            rows = [_cells(one) for one in found]
            if rows:
                columns = [pa.array(values, kind.type) for values, kind in zip(zip(*rows, strict=True), target, strict=True)]
                yield pa.record_batch(columns, schema=target)


def _cells(found: Checked) -> tuple[Any, ...]:
    (row,) = match_rows([found.match])
    sides: list[Any] = []
    for own, cover in zip(found.own, (found.examined.cover_a, found.examined.cover_b), strict=True):
        length, gain = int(np.count_nonzero(own)), int(np.count_nonzero(_covered(own, cover)))
        mask = np.packbits(own).tobytes() if gain + 1 >= PATCH * length else None
        sides += (sum(end - start for start, end in cover), gain, length, [place for span in cover for place in span], mask)
    return (*found.pair, *row[2:], *sides)


def _covered(own: NDArray[np.bool_], cover: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Which of a text's own places some stretches take up."""
    inside = np.zeros(len(own), dtype=bool)
    for start, end in cover:
        inside[start:end] = own[start:end]
    return inside


def _patched(covers: Sequence[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """The pairs in which one side is put together from two or more others.

    Args:
        covers: what the query ``SUSPECTS`` gives: sources of texts that may be.
    """
    sources = defaultdict(list)
    masks: dict[int, bytes] = {}
    for row in covers:
        edges = row["cover"]
        sources[row["text"]].append(((row["a"], row["b"]), tuple(zip(edges[::2], edges[1::2], strict=True))))
        if row["mask"] is not None:
            masks[row["text"]] = row["mask"]
    for text, found in sources.items():
        yield from patches(found, np.unpackbits(np.frombuffer(masks[text], dtype=np.uint8)).view(bool))


def _with_patchworks(matches: pyarrow.Table, patched: Iterator[tuple[int, int]]) -> pyarrow.Table:
    """Matches in which those of ``patched`` that are no more than a part or an edit are called so."""
    import pyarrow as pa

    named = set(patched)
    kinds = [
        "patchwork" if kind in ("passage", "light_edit") and (a, b) in named else kind
        for a, b, kind in zip(*(matches[name].to_pylist() for name in ("a", "b", "kind")), strict=True)
    ]
    return matches.set_column(matches.column_names.index("kind"), "kind", pa.array(kinds, pa.string()))
