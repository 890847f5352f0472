"""Sources taken in batch by batch: the kernel by which an engine reads and analyses, in workers under limits of their own."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from .engines import Batches
from .failures import CAUGHT, Failure
from .intake import Intake, Source, digest_of, warm_up
from .lines import Line
from .pool import Crew, Pool

if TYPE_CHECKING:
    import pyarrow

__all__ = ["TakeIn", "deal", "intake_of", "sources_schema"]

TOGETHER = 64
"""Sources in a batch: a second of work, that much is done again when a machine is lost."""

BYTES_TOGETHER = 8_000_000
"""Of lines in a batch."""


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Sources in, what became of each out.

    Every source is read by a worker process beside this one, as on one machine: a document that crashes, hangs or eats all memory is
    a row like any other, and whoever runs this kernel notices nothing.

    Args:
        work: ``take_in``.
        timeout, limit_mb: for one source, as for ``Pool``.
    """

    work: Callable[[Source], Intake]
    timeout: float
    limit_mb: float

    def __call__(self, batches: Batches) -> Batches:
        import pyarrow as pa

        for batch in batches:
            names, intakes = [], []
            for source, found in _done(self, _sources(batch)):
                names.append(source.name)
                intakes.append(pickle.dumps(intake_of(source, found)))
            yield pa.RecordBatch.from_arrays([pa.array(names, pa.string()), pa.array(intakes, pa.binary())], schema=_intakes_schema())


def intake_of(source: Source, outcome: Any) -> Intake:
    """What became of a source, given its intake or the error that a worker ended with."""
    return Intake(digest_of(source), (), (Failure.of(source.name, outcome),)) if isinstance(outcome, CAUGHT) else outcome


def sources_schema() -> pyarrow.Schema:
    """Of sources on their way to a kernel. A path is what the system takes it for: bytes."""
    import pyarrow as pa

    return pa.schema({"name": pa.string(), "path": pa.binary(), "place": pa.int64(), "number": pa.int64(), "line": pa.binary()})


def _intakes_schema() -> pyarrow.Schema:
    """Of what a kernel made of sources: the intake as a worker of a pool hands it back."""
    import pyarrow as pa

    return pa.schema({"name": pa.string(), "intake": pa.binary()})


def deal(sources: Iterable[Source]) -> Iterator[pyarrow.RecordBatch]:
    """Sources in batches, each a second of work."""
    held: list[Source] = []
    size = 0
    for source in sources:
        held.append(source)
        size += len(source.line.data) if source.line else 0
        if len(held) >= TOGETHER or size >= BYTES_TOGETHER:
            yield _batch(held)
            held, size = [], 0
    if held:
        yield _batch(held)


def _batch(sources: list[Source]) -> pyarrow.RecordBatch:
    import pyarrow as pa

    rows = [
        # A worker elsewhere has another folder to start from.
        (s.name, os.fsencode(os.path.abspath(s.path)), s.place, s.line.number if s.line else None, s.line.data if s.line else None)
        for s in sources
    ]
    schema = sources_schema()
    return pa.RecordBatch.from_arrays([pa.array(cells, kind) for cells, kind in zip(zip(*rows, strict=True), schema.types, strict=True)], schema=schema)


def _sources(batch: pyarrow.RecordBatch) -> list[Source]:
    columns = (batch.column(name).to_pylist() for name in sources_schema().names)
    return [
        Source(name, os.fsdecode(path), place, None if number is None else Line(number, bytes(data)))
        for name, path, place, number, data in zip(*columns, strict=True)
    ]


def _done(kernel: TakeIn, sources: list[Source]) -> Iterator[tuple[Source, Any]]:
    crew = _crew(kernel)
    try:
        yield from crew.run(sources, in_order=False)
    except BaseException:  # also when nobody asks for more: what is under way belongs to no one
        _crew.cache_clear()
        crew.dismiss()
        raise


@cache
def _crew(kernel: TakeIn) -> Crew:
    """One worker that lives as long as this process: to start it takes seconds, and batches are small."""
    return Crew(Pool(kernel.work, 1, kernel.timeout, kernel.limit_mb, warm_up))
