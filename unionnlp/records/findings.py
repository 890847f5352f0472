"""What the audit says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..spans import Span
from .base import Record, Records, names

__all__ = ["VERDICTS", "VERDICT_WORDS", "Finding", "Findings", "by_gravity"]

VERDICTS: tuple[str, ...] = ("conflict", "damaged", "doubtful", "unverifiable", "signal", "consistent")
"""What a finding says, most serious first."""

VERDICT_WORDS: dict[str, str] = {"conflict": "打架", "damaged": "残损", "doubtful": "存疑", "unverifiable": "无从核", "signal": "提示", "consistent": "一致"}
"""The words that auditors use for them."""


@dataclass(frozen=True, slots=True)
class Finding(Record):
    """What the audit says about one or more places.

    ``verdict`` is one of ``VERDICTS``; ``spans`` point (each at most 80 characters); ``message`` has the computation in
    words, ``computed`` and ``stated`` its figures in base units; ``question`` is what to ask the unit. A finding across
    reports has in ``report_ids`` the report of each span; it is empty where all spans are in the report under audit.

    Example:
        >>> text = "应建会企业248家，已建186家，组建率96%。"
        >>> finding = Finding("rate", "conflict", (Span(20, 23),), "186 ÷ 248 = 75%，报告写96%：打架", Decimal(75), Decimal(96))
        >>> [span.of(text) for span in finding.spans], finding.computed
        (['96%'], Decimal('75'))
    """

    rule: str
    verdict: str
    spans: tuple[Span, ...]
    message: str
    computed: Decimal | None = None
    stated: Decimal | None = None
    question: str = ""
    report_ids: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        from .pages import finding_html

        return finding_html(self)


class Findings(Records[Finding]):
    """A tuple of findings, most serious first; ``rules`` names the rules of the audit that were used to make them.

    Example:
        >>> findings = Findings([Finding("rate", "conflict", (Span(3, 6),), "186 ÷ 248 = 75%，报告写96%：打架")])
        >>> findings.to_frame()[["verdict", "spans"]].values.tolist()
        [['conflict', '[{"start": 3, "end": 6}]']]
    """

    rules: tuple[str, ...] = ()

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return names(Finding)

    def _repr_html_(self) -> str:
        from .pages import findings_html

        return findings_html(self)


def by_gravity(findings: Iterable[Finding], rules: tuple[str, ...] = ()) -> Findings:
    """Findings most serious first, then by place, with the names of the rules that were used."""
    ordered = Findings(sorted(findings, key=lambda f: (VERDICTS.index(f.verdict), f.spans[0].start if f.spans else -1)))
    ordered.rules = rules
    return ordered
