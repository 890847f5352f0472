"""A report in full: its sections with themes, its facts and findings marked in its text, what was computed in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..records import VERDICTS
from ..spans import Span
from .batch import Batch, Row
from .marking import Mark, Part, Run, runs
from .pairs import TEXT, anchors_of
from .tables import say, sides_of, spans_of

__all__ = ["Detail", "details_of", "number"]


@dataclass(frozen=True, slots=True)
class Detail:
    """What a file shows of one report."""

    report: Row
    sections: tuple[Row, ...]
    facts: int
    asked: tuple[Row, ...]
    holds: tuple[Row, ...]
    runs: tuple[Run, ...]
    cut: bool


def number(value: float) -> str:
    """A figure as people write it: 228000.0 is 228,000; NaN is nothing."""
    return "" if value != value else f"{value:,.10g}"


def details_of(batch: Batch, report_ids: Sequence[str]) -> list[Detail]:
    """What a file shows of some reports.

    Complexity: linear in their texts, facts and findings but for sorting.
    """
    tables = {name: batch.rows(name, report_ids) for name in ("sections", "facts", "findings")}
    return [_detail(batch, batch.reports[report_id], tables) for report_id in report_ids]


def _detail(batch: Batch, report: Row, tables: Mapping[str, Mapping[str, list[Row]]]) -> Detail:
    report_id, base = report["report_id"], report["start"]
    sections, facts, findings = (tables[name].get(report_id, []) for name in ("sections", "facts", "findings"))
    rank = {verdict: i for i, verdict in enumerate(VERDICTS)}
    found = sorted(findings, key=lambda row: rank.get(row["verdict"], len(rank)))
    outer = [
        Mark(span.start - base, span.end - base, row["verdict"], f"{say('verdict', row['verdict'])}：{row['message']}", f"s{row['row']}" if i == 0 else "", f"q{row['row']}")
        for row in found
        for i, span in enumerate(_own_spans(row) or (Span(row["start"], row["end"]),))
    ]
    inner = [Mark(row["start"] - base, row["end"] - base, "fact", _hover(row), f"f{row['row']}") for row in facts]
    shown = _anchored_once(runs(report["text"][:TEXT], outer, inner))
    anchors = anchors_of(shown)
    for row in found:
        row["message"] = "；".join(filter(None, (row["message"], sides_of(row["report_ids"], batch.names))))
        row["place"] = batch.places.describe(report_id, row["start"])
        row["href"] = f"s{row['row']}" if f"s{row['row']}" in anchors else f"{report['anchor']}t"
    asked, holds = ([row for row in found if (row["verdict"] == "consistent") is wanted] for wanted in (False, True))
    return Detail(report, tuple(sections), len(facts), tuple(asked), tuple(holds), shown, len(report["text"]) > TEXT)


def _anchored_once(shown: Sequence[Run]) -> tuple[Run, ...]:
    """A figure that an edge of a finding cuts in two keeps its anchor where it begins."""
    begun: set[str] = set()
    result: list[Run] = []
    for run in shown:
        parts: list[Part] = []
        for part in run.parts:
            again = part.mark is not None and part.mark.anchor in begun
            parts.append(replace(part, mark=replace(part.mark, anchor="")) if again and part.mark else part)
            if part.mark:
                begun.add(part.mark.anchor)
        result.append(replace(run, parts=tuple(parts)))
    return tuple(result)


def _own_spans(row: Row) -> tuple[Span, ...]:
    """The places of a finding that are in its own report."""
    spans = spans_of(row["spans"])
    ids = row["report_ids"].split("、") if row["report_ids"] else [row["report_id"]] * len(spans)
    return tuple(span for span, report_id in zip(spans, ids, strict=True) if report_id == row["report_id"])


def _hover(fact: Row) -> str:
    """What a fact says, for the pointer that rests on it."""
    value = number(fact["value"]) or "～".join(filter(None, (number(fact["low"]), number(fact["high"])))) or say("bound", "missing")
    told = [("指标", fact["indicator"] or "未归类"), ("数值", f"{value} {fact['unit']}".strip()), ("对象", fact["subject"]), ("期间", fact["period"]), ("范围", fact["scope"])]
    if fact["bound"] not in ("", "exact", "missing"):
        told.append(("口径", say("bound", fact["bound"])))
    if fact["status"] not in ("", "achieved"):
        told.append(("状态", say("status", fact["status"])))
    told += [("注意", say("flag", flag)) for flag in fact["flags"].split("、") if flag]
    return "；".join(f"{name}：{word}" for name, word in told if word)
