"""What stands around the figures that findings point to: read again for those alone, for the texts of a batch are not held."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..auditing.case import LONGEST_SPAN
from ..records import Finding
from ..spans import Span
from .batch import Senders
from .cues import says
from .statements import numbered

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["OF_EVIDENCE", "Evidence", "decimal"]

OF_EVIDENCE = ("report_id", "start", "end", "quote", "period")
"""Columns of facts that findings show."""

SENTENCE = 200
"""Characters on either side of a figure in which a reason for it would stand."""

_WORDS_BEFORE = 24
"""Characters that a figure is shown with."""

_ENDS = "。！？!?；;\n"
_END = re.compile(f"[{_ENDS}]")
_TO_LAST_END = re.compile(f".*[{_ENDS}]", re.DOTALL)
_TO_LAST_PAUSE = re.compile(f".*[{_ENDS}，,：:]", re.DOTALL)


class Evidence:
    """The places and words of some facts.

    Args:
        senders: of the batch.
        facts: their numbers.
        revised, explained: those of them of which it will be asked whether they correct another figure, or are explained.
    Complexity: memory for the facts that are named, some 100 bytes each.
    """

    def __init__(self, senders: Senders, facts: Ints, revised: Ints, explained: Ints) -> None:
        import numpy as np

        self._senders = senders
        self._facts = np.unique(np.concatenate((facts, revised, explained)))
        self._revised, self._explained = (np.isin(self._facts, asked) for asked in (revised, explained))
        self._rows: list[pyarrow.Table] = []
        self._spans = np.zeros((len(self._facts), 2), dtype=np.int64)
        self._report = np.zeros(0, dtype=np.int64)
        self._order = self._report
        self._quotes: dict[str, Any] = {}

    def read_facts(self, pieces: Iterator[pyarrow.Table]) -> None:
        """Find the facts among all of the batch, given with ``OF_EVIDENCE``."""
        import numpy as np
        import pyarrow as pa

        first = 0
        for piece in pieces:
            own = self._facts[slice(*np.searchsorted(self._facts, (first, first + len(piece))))] - first
            self._rows.append(piece.take(own))
            first += len(piece)
        rows = pa.concat_tables(self._rows).combine_chunks() if self._rows else None
        self._rows.clear()
        if rows is not None:
            self._report = numbered(rows["report_id"], self._senders.number.__getitem__)
            self._order = np.argsort(self._report, kind="stable")
            self._spans = np.stack([rows[name].to_numpy() for name in ("start", "end")], axis=1) - self._senders.starts[self._report][:, None]
            self._quotes = {name: rows[name] for name in ("quote", "period")}

    @property
    def reports(self) -> Ints:
        """The numbers of the reports that hold them."""
        import numpy as np

        return np.unique(self._report)

    def read(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """See what stands around the facts in some reports, given by number and text; each report once."""
        import numpy as np

        ordered = self._report[self._order]
        edges = np.searchsorted(ordered, np.array([(number, number + 1) for number in numbers], dtype=np.int64).reshape(-1, 2))
        for number, text, (first, last) in zip(numbers, texts, edges.tolist(), strict=True):
            for at in self._order[first:last].tolist():
                start, end = self._spans[at].tolist()
                if self._revised[at]:
                    self._revised[at] = says("revised", _sentence(text, start, end))
                if self._explained[at]:
                    self._explained[at] = says("explained", _paragraph(text, start, end))
                self._spans[at] = _shown(text, start, end)
            self._spans[self._order[first:last]] += self._senders.starts[number]

    def revised(self, fact: int) -> bool:
        """Whether the sentence of a fact says that it corrects another."""
        return bool(self._revised[self._row(fact)])

    def explained(self, fact: int) -> bool:
        """Whether the paragraph of a fact says why it moved."""
        return bool(self._explained[self._row(fact)])

    def quote(self, fact: int) -> str:
        """A figure as it stands."""
        return str(self._quotes["quote"][self._row(fact)])

    def says(self, fact: int) -> str:
        """A figure as it stands, with the time that it is given for."""
        period = self._quotes["period"][self._row(fact)].as_py()
        return f"{self.quote(fact)}（{period}）" if period else self.quote(fact)

    def finding(self, rule: str, verdict: str, facts: Sequence[int], message: str, computed: float | None, stated: float | None, question: str) -> Finding:
        """A finding that points to these facts, each in its report, with the words of its clause before it."""
        rows = [self._row(fact) for fact in facts]
        ids = tuple(self._senders.ids[self._report[row]] for row in rows)
        return Finding(rule, verdict, tuple(Span(*self._spans[row].tolist()) for row in rows), message, decimal(computed), decimal(stated), question, ids)

    def _row(self, fact: int) -> int:
        return int(self._facts.searchsorted(fact))


def decimal(value: float | None) -> Decimal | None:
    """A figure of the tables as a record has it.

    Example:
        >>> decimal(97.5), decimal(1e4), decimal(None)
        (Decimal('97.5'), Decimal('10000'), None)
    """
    return None if value is None else Decimal(repr(value)).normalize() + 0


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence of a figure."""
    near, far = max(0, start - SENTENCE), end + SENTENCE
    behind, ahead = _TO_LAST_END.match(text, near, start), _END.search(text, end, far)
    return text[behind.end() if behind else near : ahead.start() if ahead else far]


def _paragraph(text: str, start: int, end: int) -> str:
    """The paragraph of a figure, where a reason would stand."""
    near, far = max(0, start - SENTENCE), end + SENTENCE
    after = text.find("\n", end, far)
    return text[max(near, text.rfind("\n", near, start) + 1) : far if after < 0 else after]


def _shown(text: str, start: int, end: int) -> tuple[int, int]:
    """A figure with the words of its clause before it."""
    near = max(0, start - _WORDS_BEFORE)
    behind = _TO_LAST_PAUSE.match(text, near, start)
    first = behind.end() if behind else near
    first = first if end - first <= LONGEST_SPAN else start
    return first, min(end, first + LONGEST_SPAN)
