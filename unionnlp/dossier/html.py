"""The dossier: one HTML file for a person who has never seen Python.

It opens from disk, asks no address for anything, and lets no script run but its own (a content policy holds the hash of it). Words from
submissions reach the page only through the template's escaping.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from math import isnan
from typing import TYPE_CHECKING, Any

from ..display import shorten
from ..records import VERDICTS, Match
from ..spans import Span
from .asking import GRAVITY, Ask, asks
from .charts import copied_share, facts_by_indicator, findings_by_verdict, themes_by_report
from .families import Family, copied_shares, families, matches_of
from .marking import Figure, Mark, Run, changed, compared, runs
from .tables import Places, atomic, complete, display_words, explain, labels, printable, say, sides_of, spans_of, twins_of

if TYPE_CHECKING:
    import jinja2
    import pandas

__all__ = ["render_html", "write_html"]

ASKED_FIRST = GRAVITY[: GRAVITY.index("doubtful") + 1]
"""What the first page lists; the rest stands with its report and in the workbook."""

# With these limits 2,000 reports of 3,000 characters, 1,040 lines to ask about and 440 pairs keep Chromium busy for about two seconds when
# it opens the page (elements cost, not characters: 120,000 with 300 reports in full).
LINES = 1_000  # lines of the list of what to ask
SIDE_BY_SIDE = 60  # pairs shown with both texts
PAIRS_OF_FAMILY = 6  # of one family, so that sixty copies of one text do not use up all of them
IN_FULL = 200  # reports shown with their text
TEXT = 60_000  # characters of one text; the longest real report has 15,000
FIGURES = 60  # changed figures of a pair that are listed above its texts
CHANGED = 5_000  # characters of an edited passage whose changes are marked
OVER_PASSAGES = ("stock", "quoted", "edited", "same")
"""Which kind shows where passages overlap: a stock phrase inside a copied paragraph is shown as what it is."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Side:
    """One text of a pair."""

    report: Row
    letter: str
    share: float
    discounted: float
    runs: tuple[Run, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two texts side by side; without ``sides`` only the figures are shown."""

    anchor: str
    match: Match
    a: Row
    b: Row
    sides: tuple[_Side, ...]
    passages: tuple[Row, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Copies:
    """A family as shown: its pairs, and how many have no text."""

    family: Family
    members: tuple[Row, ...]
    pairs: tuple[_Pair, ...]
    unshown: int


def render_html(tables: Mapping[str, pandas.DataFrame], *, title: str = "工会报告审核卷宗", scope: str = "") -> str:
    """The dossier of a batch as one HTML page.

    Args:
        tables: frames named reports, sections, facts, findings, matches and failures; ``dossier.tables.COLUMNS`` says which columns
            are read. A missing one is taken as empty.
        title: the heading of the page.
        scope: what was scanned and compared with what, in a sentence; without a scope a percentage means nothing.

    Returns:
        HTML in Chinese, the same for the same tables.

    Complexity: linear in the text that is shown; beyond 60 pairs and 200 reports only figures are listed, and the page says so.
    Source: own layout; the ratios and colours are those auditors know from 查重 reports.

    Example:
        >>> "审核卷宗" in render_html({})
        True
    """
    page = _Page(complete(tables))
    script, style = _template("dossier.js"), _template("dossier.css")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _environment().get_template("dossier.html").render(
        title=printable(title), scope=printable(scope), policy=policy, script=script, style=style, **page.context()
    )


def write_html(tables: Mapping[str, pandas.DataFrame], path: str | os.PathLike[str], *, title: str = "工会报告审核卷宗", scope: str = "") -> None:
    """Write the dossier of a batch to ``path``; an older one is replaced only when the new one is whole.

    Args:
        tables, title, scope: as for ``render_html``.
        path: the file to write, in UTF-8.

    Raises:
        OSError: the file cannot be written.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "dossier.html")
        ...     write_html({}, path)
        ...     path.stat().st_size > 1000
        True
    """
    page = render_html(tables, title=title, scope=scope)
    with atomic(path) as written:
        written.write_text(page, encoding="utf-8", newline="\n")


def _template(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=jinja2.FunctionLoader(_template)
    )
    environment.filters.update(percent="{:.1%}".format, number=_number, shorten=shorten, gravity_word=_gravity_word)
    environment.globals.update(say=say, explain=explain, words=display_words)
    return environment


def _number(value: float) -> str:
    """A figure as people write it: 228000.0 is 228,000; NaN is nothing."""
    return "" if isnan(value) else f"{value:,.10g}"


def _gravity_word(gravity: str) -> str:
    return say("problem" if gravity == "match" else "verdict", gravity)


def _by_report(frame: pandas.DataFrame, wanted: set[str]) -> dict[str, list[Row]]:
    """The rows of the reports that are shown, in order of place; ``row`` is their number in the whole table."""
    grouped: dict[str, list[Row]] = {}
    chosen = frame[frame["report_id"].isin(wanted)].rename_axis("row").reset_index()
    rows: list[Row] = chosen.to_dict("records")  # type: ignore[assignment]  # the columns are strings
    for row in sorted(rows, key=lambda row: (row["start"], row["end"])):
        grouped.setdefault(row["report_id"], []).append(row)
    return grouped


class _Page:
    """Gathers what the template shows."""

    def __init__(self, tables: Mapping[str, pandas.DataFrame]) -> None:
        self.tables = tables
        self.names = labels(tables["reports"])
        self.twins = twins_of(tables["files"])
        self.matches = matches_of(tables["matches"])
        self.families = families(self.matches)
        self.shares = copied_shares(self.matches)
        self.places = Places(tables["sections"])
        self.asks = asks(tables, self.families)
        self.family_of = {member: family.number for family in reversed(self.families) for member in family.members}
        rows: list[Row] = tables["reports"].to_dict("records")  # type: ignore[assignment]  # the columns are strings
        self.verdicts: dict[str, Counter[str]] = {}
        for report_id, verdict in zip(tables["findings"]["report_id"], tables["findings"]["verdict"], strict=True):
            self.verdicts.setdefault(report_id, Counter())[verdict] += 1
        self.figures = Counter(tables["facts"]["report_id"])
        self.reports: dict[str, Row] = {row["report_id"]: self._report(row, i) for i, row in enumerate(rows, 1)}
        asked = dict.fromkeys([member for family in self.families for member in family.members] + [ask.report_id for ask in self.asks])
        self.in_full = set([*(r for r in asked if r in self.reports), *(r for r in self.reports if r not in asked)][:IN_FULL])

    def _report(self, row: Row, number: int) -> Row:
        report_id = row["report_id"]
        share = self.shares.get(report_id)
        return {
            **row,
            "number": number,
            "anchor": f"r{number}",
            "label": self.names[report_id],
            "twins": self.twins.get(row["file"], ""),
            "figures": self.figures[report_id],
            "verdicts": self.verdicts.get(report_id, Counter()),
            "share": share.share if share else 0.0,
            "source": self.names.get(share.source, share.source) if share else "",
            "family": self.family_of.get(report_id, 0),
        }

    def context(self) -> Row:
        """The variables of the template."""
        tables, shown = self.tables, [ask for ask in self.asks if ask.gravity in ASKED_FIRST]
        copies = self._copies()
        charts = (
            findings_by_verdict(tables["findings"]),
            copied_share(tables["reports"], self.shares),
            facts_by_indicator(tables["facts"]),
            themes_by_report(tables["reports"], tables["sections"]),
        )
        counts = Counter(tables["findings"]["verdict"])
        return {
            "counts": {"match": len(self.families), **{verdict: counts[verdict] for verdict in VERDICTS}},
            "files": len(tables["files"]) or tables["reports"]["file"].nunique(),
            "facts": len(tables["facts"]),
            "reports": list(self.reports.values()),
            "asked": [(ask, self._href(ask)) for ask in shown[:LINES]],
            "asked_more": max(0, len(shown) - LINES),
            "gravities": [gravity for gravity in ASKED_FIRST if any(ask.gravity == gravity for ask in shown)],
            "charts": [chart for chart in charts if chart],
            "copies": copies,
            "details": self._details(),
            "in_full": self.in_full,
            "failures": tables["failures"].to_dict("records"),
            "verdict_order": VERDICTS,
            "limits": {"pairs": SIDE_BY_SIDE, "of_family": PAIRS_OF_FAMILY, "reports": IN_FULL, "text": TEXT, "figures": FIGURES},
        }

    def _href(self, ask: Ask) -> str:
        if ask.gravity == "match":
            return f"#c{ask.number}"
        return f"#q{ask.number}" if ask.report_id in self.in_full else ""

    # ------------------------------------------------------------------------------------------------------- copies

    def _copies(self) -> list[_Copies]:
        left = SIDE_BY_SIDE
        chosen: list[tuple[Family, int]] = []
        for family in self.families:
            take = min(left, PAIRS_OF_FAMILY, len(family.pairs))
            chosen.append((family, take))
            left -= take
        wanted = {name for family, take in chosen for match in family.pairs[:take] for name in (match.a, match.b)}
        facts = _by_report(self.tables["facts"], wanted)
        return [
            _Copies(
                family,
                tuple(self._known(member) for member in family.members),
                tuple(self._pair(match, f"c{family.number}p{i}", facts, i <= take) for i, match in enumerate(family.pairs, 1)),
                len(family.pairs) - take,
            )
            for family, take in chosen
        ]

    def _known(self, report_id: str) -> Row:
        unknown = {"title": "", "reporting_unit": "", "period": "", "file": "", "anchor": "", "label": report_id, "share": 0.0, "source": "", "text": "", "start": 0}
        return self.reports.get(report_id) or {"report_id": report_id, **unknown}

    def _pair(self, match: Match, anchor: str, facts: Mapping[str, list[Row]], with_texts: bool) -> _Pair:
        a, b = self._known(match.a), self._known(match.b)
        if not with_texts or not (a["text"] and b["text"]):
            return _Pair(anchor, match, a, b, (), ())
        passages: tuple[list[Mark], list[Mark]] = ([], [])
        inner: tuple[list[Mark], list[Mark]] = ([], [])
        figures = [_figures(facts.get(name, ())) for name in (match.a, match.b)]
        said = compared(figures[0], figures[1], match.passages, everywhere=match.kind == "figures_copied")
        for report, boxed, found, words in zip((a, b), inner, figures, said, strict=True):
            boxed.extend(Mark(found[i][0] - report["start"], found[i][1] - report["start"], word, say("figure", word)) for i, word in words.items())
        listed: list[Row] = []
        for i, p in enumerate(match.passages):
            here, there = f"{anchor}a{i}", f"{anchor}b{i}"
            at_a, at_b = _inside(a, p.start_a, p.end_a), _inside(b, p.start_b, p.end_b)
            passages[0].append(Mark(at_a.start, at_a.end, p.kind, say("passage", p.kind), here, there))
            passages[1].append(Mark(at_b.start, at_b.end, p.kind, say("passage", p.kind), there, here))
            words_a, words_b = at_a.of(a["text"]), at_b.of(b["text"])
            if p.kind == "edited" and max(len(words_a), len(words_b)) <= CHANGED:
                for side, only, base in zip(inner, changed(words_a, words_b), (at_a.start, at_b.start), strict=True):
                    side.extend(Mark(base + start, base + end, "changed") for start, end in only)
            places = (self.places.of(match.a, p.start_a), self.places.of(match.b, p.start_b))
            listed.append({"href": here, "kind": p.kind, "places": places, "length": len("".join(words_a.split())), "words": shorten(words_a, 40)})
        texts = (a["text"][:TEXT], b["text"][:TEXT])
        shown = _twins(texts, passages, inner)
        anchors = _anchors(shown[0])
        for row in listed:
            row["href"] = row["href"] if row["href"] in anchors else ""
        shares = ((match.containment_a, match.discounted_a), (match.containment_b, match.discounted_b))
        sides = tuple(
            _Side(report, letter, share, discounted, cut, len(report["text"]) > TEXT)
            for report, letter, (share, discounted), cut in zip((a, b), "甲乙", shares, shown, strict=True)
        )
        return _Pair(anchor, match, a, b, sides, tuple(listed), self.names.get(match.source, match.source))

    # ------------------------------------------------------------------------------------------------------ reports

    def _details(self) -> dict[str, Row]:
        sections, facts, findings = (_by_report(self.tables[name], self.in_full) for name in ("sections", "facts", "findings"))
        rank = {verdict: i for i, verdict in enumerate(VERDICTS)}
        details: dict[str, Row] = {}
        for report_id, report in self.reports.items():
            if report_id not in self.in_full:
                continue
            found = sorted(findings.get(report_id, ()), key=lambda row: rank.get(row["verdict"], len(rank)))
            base, counted = report["start"], facts.get(report_id, [])
            outer = [
                Mark(span.start - base, span.end - base, row["verdict"], f"{say('verdict', row['verdict'])}：{row['message']}", f"s{row['row']}" if i == 0 else "", f"q{row['row']}")
                for row in found
                for i, span in enumerate(_own_spans(row) or (Span(row["start"], row["end"]),))
            ]
            inner = [Mark(row["start"] - base, row["end"] - base, "fact", _hover(row)) for row in counted]
            shown = runs(report["text"][:TEXT], outer, inner)
            anchors = _anchors(shown)
            for row in found:
                row["message"] = "；".join(filter(None, (row["message"], sides_of(row["report_ids"], self.names))))
                row["place"] = self.places.describe(report_id, row["start"])
                row["href"] = f"s{row['row']}" if f"s{row['row']}" in anchors else f"{report['anchor']}t"
            details[report_id] = {
                "sections": sections.get(report_id, []),
                "facts": counted,
                "asked": [row for row in found if row["verdict"] != "consistent"],
                "holds": [row for row in found if row["verdict"] == "consistent"],
                "runs": shown,
                "cut": len(report["text"]) > TEXT,
            }
        return details


def _own_spans(row: Row) -> tuple[Span, ...]:
    """The places of a finding that are in its own report."""
    spans = spans_of(row["spans"])
    ids = row["report_ids"].split("、") if row["report_ids"] else [row["report_id"]] * len(spans)
    return tuple(span for span, report_id in zip(spans, ids, strict=True) if report_id == row["report_id"])


def _inside(report: Row, start: int, end: int) -> Span:
    """A place in the file as a place in the text of the report."""
    return Span(max(0, start - report["start"]), max(0, end - report["start"]))


def _anchors(shown: Sequence[Run]) -> set[str]:
    return {run.mark.anchor for run in shown if run.mark and run.first}


def _twins(texts: tuple[str, str], passages: tuple[list[Mark], list[Mark]], inner: tuple[list[Mark], list[Mark]]) -> list[tuple[Run, ...]]:
    """Both texts cut into runs; a passage whose twin does not show (covered by another, or beyond what is shown) is left out."""
    outer = [sorted(marks, key=lambda m: OVER_PASSAGES.index(m.style) if m.style in OVER_PASSAGES else 0) for marks in passages]
    shown = [runs(*cut) for cut in zip(texts, outer, inner, strict=True)]
    left, right = map(_anchors, shown)
    kept = [[m for m in marks if {m.anchor, m.href} <= left | right] for marks in outer]
    return [runs(*cut) for cut in zip(texts, kept, inner, strict=True)]


def _figures(facts: Sequence[Row]) -> list[Figure]:
    """Figures of a report; two are equal when value and unit are, or the words where there is no value."""
    return [(f["start"], f["end"], (f["quote"] if isnan(f["value"]) else f["value"], f["unit"])) for f in facts]


def _hover(fact: Row) -> str:
    """What a fact says, for the pointer that rests on it."""
    value = _number(fact["value"]) or "～".join(filter(None, (_number(fact["low"]), _number(fact["high"])))) or say("bound", "missing")
    told = [("指标", fact["indicator"] or "未归类"), ("数值", f"{value} {fact['unit']}".strip()), ("对象", fact["subject"]), ("期间", fact["period"]), ("范围", fact["scope"])]
    if fact["bound"] not in ("", "exact", "missing"):
        told.append(("口径", say("bound", fact["bound"])))
    if fact["status"] not in ("", "achieved"):
        told.append(("状态", say("status", fact["status"])))
    told += [("注意", say("flag", flag)) for flag in fact["flags"].split("、") if flag]
    return "；".join(f"{name}：{word}" for name, word in told if word)
