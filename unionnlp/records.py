"""The nouns: what every stage takes and gives.

All are frozen, slotted dataclasses with tuples inside. Every ``start``/``end`` is a half-open ``str`` index into
``Document.text``, the text as decoded, before any repair; ``text[x.start:x.end] == x.quote`` holds by construction,
because a quote is always cut from the raw text at the place it is reported for.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

from .display import Mark, escape, html_line, html_table, printable, shorten, side_by_side
from .lexicon import display_words, explain, say
from .spans import Span

if TYPE_CHECKING:
    import pandas

__all__ = [
    "BOUNDS",
    "THEMES",
    "VERDICTS",
    "Analysis",
    "Cell",
    "Cluster",
    "ComparedText",
    "Comparison",
    "Document",
    "Evidence",
    "Fact",
    "Facts",
    "FigurePair",
    "Finding",
    "Findings",
    "Match",
    "Matches",
    "Passage",
    "Quantity",
    "Repair",
    "Report",
    "Section",
    "Shares",
    "Table",
    "ThemeLabel",
    "ThemedSection",
    "Token",
    "Tokens",
]

THEMES: tuple[str, ...] = (
    *("组织建设", "权益维护", "帮扶救助", "素质提升", "民主管理", "文体活动", "劳动保护", "宣传教育", "自身建设", "评先表彰"),
    *("基本情况", "存在问题", "下步计划", "经验体会", "其他"),
)
"""The themes of a section, in the order in which they are shown."""

BOUNDS: tuple[str, ...] = ("exact", "approx", "at_least", "under", "range", "missing")
"""How a quantity limits its value."""

VERDICTS: tuple[str, ...] = ("conflict", "damaged", "doubtful", "unverifiable", "signal", "consistent")
"""What a finding says, most serious first."""

VERDICT_WORDS: dict[str, str] = {"conflict": "打架", "damaged": "残损", "doubtful": "存疑", "unverifiable": "无从核", "signal": "提示", "consistent": "一致"}
"""The words that auditors use for them."""


def _plain(value: Any) -> Any:
    """``value`` in lists, dicts and plain types, ready for JSON."""
    if isinstance(value, Decimal | date):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.metadata.get("shown", True)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


class _Record:
    """Gives a dataclass ``to_dict``."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields in plain types, ready for JSON; decimals and dates (2019-06-30) are strings."""
        plain: dict[str, Any] = _plain(self)
        return plain


# ---------------------------------------------------------------------------------------------- texts and their parts


@dataclass(frozen=True, slots=True)
class Cell(_Record):
    """A cell of a table and its place in the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table(_Record):
    """A table where it stood in the text: rows of cells."""

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Document(_Record):
    """One submission as read: the text as decoded, before any repair.

    ``source`` is the file's name or path as given; ``notes`` say what the reader saw (an encoding that is not UTF-8,
    a name that claims another format).
    """

    text: str
    source: str = ""
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair(_Record):
    """One edit that turns the raw text into the repaired one; ``kind`` says what was wrong there."""

    start: int
    end: int
    kind: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Section(_Record):
    """A section of a report: ``start`` at its number, ``end`` at the next section of the same or a higher level.

    ``level`` counts from 1 by nesting in this report. ``number`` and ``heading`` are empty when absent; ``body`` is
    where the words of the heading end in the text.
    """

    start: int
    end: int
    level: int
    number: str
    heading: str
    sections: tuple[Section, ...] = ()
    body: int = 0

    def walk(self) -> Iterator[Section]:
        """This section and every one inside it, depth first."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Report(_Record):
    """One report; a compilation file holds several.

    ``unit`` is the reporting unit and ``period`` the time that the title names, as written; ``body_period`` is what the
    opening of the body says of its time, kept apart, since a year may have been pasted on the title later. They are empty
    where the text does not say. ``tables`` are those of the document that stand inside the report.
    """

    report_id: str
    document: Document = field(repr=False, metadata={"shown": False})
    start: int
    end: int
    title: str
    unit: str
    period: str
    sections: tuple[Section, ...] = field(default=(), repr=False)
    tables: tuple[Table, ...] = field(default=(), repr=False)
    body_period: str = ""

    @property
    def text(self) -> str:
        """The raw text of this report alone."""
        return self.document.text[self.start : self.end]

    def walk(self) -> Iterator[Section]:
        """Every section, depth first."""
        for section in self.sections:
            yield from section.walk()

    def _repr_html_(self) -> str:
        return self.outline_html({})

    def outline_html(self, themes: Mapping[Section, str]) -> str:
        """The outline as a table: of each section its heading, its theme where ``themes`` has them, its length and its place."""
        about = "".join(f" {word}" for word in (self.unit, self.period) if word)
        rows = [("　" * (s.level - 1) + shorten(s.number + s.heading), *([themes.get(s)] if themes else []), s.end - s.start, _place(s)) for s in self.walk()]
        if not rows:
            return html_line(f"{self.title or '（无标题）'}{about}", [f"{self.end - self.start} 字，没有分章节"])
        return html_table(["章节", *(["主题"] if themes else []), "字数", "位置"], rows, caption=f"{self.title or '（无标题）'}{about}")


# ------------------------------------------------------------------------------------------------------------- tokens


@dataclass(frozen=True, slots=True)
class Token(_Record):
    """A word and its place."""

    start: int
    end: int
    text: str


class Tokens(Sequence[Token]):
    """The words of a text; tokens are made on access over offset arrays.

    Example:
        >>> tokens = Tokens("走访慰问困难职工", [0, 4, 6], [4, 6, 8])
        >>> tokens.texts
        ['走访慰问', '困难', '职工']
        >>> tokens[1]
        Token(start=4, end=6, text='困难')
    """

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.text = text
        self._starts = starts
        self._ends = ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> list[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | list[Token]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        start, end = int(self._starts[index]), int(self._ends[index])
        return Token(start, end, self.text[start:end])

    @property
    def texts(self) -> list[str]:
        """The words alone."""
        return [self.text[start:end] for start, end in zip(self._starts, self._ends, strict=True)]

    def __repr__(self) -> str:
        return "/".join(self.texts[:50]) + ("/…" if len(self) > 50 else "")


# -------------------------------------------------------------------------------------------------- figures and facts


@dataclass(frozen=True, slots=True)
class Quantity(_Record):
    """A figure with its unit.

    ``value`` is in base units (元, percent points, plain counts): the low end with 余/多, None for ranges and blanks;
    ``low`` and ``high`` are the ends of a range. ``unit`` is canonical (名 and 位 are 人, 起 and 宗 are 件); ``bound`` is
    one of ``BOUNDS``.
    """

    start: int
    end: int
    quote: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    bound: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact(Quantity):
    """A quantity that says something about work done, people, organisations, money, rates or events.

    ``indicator`` is an id of the indicator table or None; ``cue`` holds the words that decided it. ``status`` is
    "achieved", "planned" or "rule". ``period`` and ``scope`` are as written, empty when the text does not say;
    ``period_start`` and ``period_end`` are the first and last day of the period, None where the text does not settle them.
    """

    indicator: str | None = None
    subject: str = ""
    label: str = ""
    period: str = ""
    scope: str = ""
    status: str = "achieved"
    cue: str = ""
    confidence: float = 0.0
    period_start: date | None = None
    period_end: date | None = None


# ------------------------------------------------------------------------------------------------------------- themes


@dataclass(frozen=True, slots=True)
class Evidence(_Record):
    """A sentence that speaks for a theme: its place in the classified text, its words, and how strongly (log odds)."""

    start: int
    end: int
    quote: str
    weight: float


@dataclass(frozen=True, slots=True)
class ThemeLabel(_Record):
    """The theme of a section: always the best guess; ``sure`` says whether it clears the stated accuracy.

    ``ranking`` holds (theme, probability) pairs, the first included, most probable first. ``audiences`` are tags beside
    the theme (女职工, 农民工 …). ``heading_theme`` is what the heading promises where the section is about something else, else empty.
    """

    theme: str
    sure: bool
    probability: float
    ranking: tuple[tuple[str, float], ...]
    evidence: tuple[Evidence, ...] = ()
    audiences: tuple[str, ...] = ()
    heading_theme: str = ""


@dataclass(frozen=True, slots=True)
class ThemedSection(_Record):
    """A section with its report and its theme."""

    report_id: str
    section: Section
    label: ThemeLabel


# ----------------------------------------------------------------------------------------------------------- findings


@dataclass(frozen=True, slots=True)
class Finding(_Record):
    """What the audit says about one or more places.

    ``verdict`` is one of ``VERDICTS``; ``spans`` point (each at most 80 characters); ``message`` has the computation in
    words, ``computed`` and ``stated`` its figures in base units; ``question`` is what to ask the unit. A finding across
    reports has in ``report_ids`` the report of each span; it is empty where all spans are in the report under audit.
    """

    rule: str
    verdict: str
    spans: tuple[Span, ...]
    message: str
    computed: Decimal | None = None
    stated: Decimal | None = None
    question: str = ""
    report_ids: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------------------------- copies


@dataclass(frozen=True, slots=True)
class Passage(_Record):
    """A stretch that stands in two texts; ``kind`` is "same", "edited", "stock" or "quoted"."""

    start_a: int
    end_a: int
    start_b: int
    end_b: int
    kind: str


@dataclass(frozen=True, slots=True)
class FigurePair(_Record):
    """A figure of a and the one that stands in its place in b, each with its unit where it has one.

    ``value_a`` and ``value_b`` are in base units, as those of a ``Quantity``; None for ranges and blanks.
    """

    start_a: int
    end_a: int
    quote_a: str
    value_a: Decimal | None
    start_b: int
    end_b: int
    quote_b: str
    value_b: Decimal | None

    @property
    def words(self) -> str:
        """Both quotes as an auditor notes them: 1462户 → 1506户."""
        return self.quote_a if self.quote_a == self.quote_b else f"{self.quote_a} → {self.quote_b}"


@dataclass(frozen=True, slots=True)
class Match(_Record):
    """Two texts that have more in common than chance and stock phrases explain.

    The shares are exact: 5-character shingles of the folded texts. ``containment_a`` is the share of a's text that
    stands in b; ``discounted_a`` the same without stock and quoted text. ``kind`` is "identical", "light_edit",
    "figures_changed", "figures_copied", "cut_short", "patchwork" or "passage"; ``shared_figures`` counts the figures that
    stand in both in the same order.

    ``changes`` are the figures that were changed while the words around them stayed; ``figures``, of a match of the kind
    "figures_copied", those that stayed while the words were changed. ``relation`` is "self" where one unit signs both for
    different times, "other" where two units do, empty where a unit is unknown or one unit signs both for the same time.
    ``cluster`` numbers the texts that hang together, from 1 (0: not looked at), and ``source`` is the id of the text that both
    most likely go back to: a hint, no verdict; empty where nothing tells.
    """

    a: str
    b: str
    jaccard: float
    containment_a: float
    containment_b: float
    discounted_a: float
    discounted_b: float
    kind: str
    passages: tuple[Passage, ...] = ()
    shared_figures: int = 0
    relation: str = ""
    cluster: int = 0
    source: str = ""
    changes: tuple[FigurePair, ...] = ()
    figures: tuple[FigurePair, ...] = ()

    @property
    def copied(self) -> tuple[Passage, ...]:
        """The passages without stock and quotations."""
        return tuple(p for p in self.passages if p.kind in ("same", "edited"))

    def _repr_html_(self) -> str:
        seen = self.kind != "passage" or self.copied
        title = "；".join(filter(None, (f"疑似{say('match', self.kind)}，请核实" if seen else "未见疑似雷同", explain("relation", self.relation))))
        sides = (("甲", self.a, self.containment_a, self.discounted_a), ("乙", self.b, self.containment_b, self.discounted_b))
        shares = [(letter, name, f"{total:.1%}", f"{own:.1%}", "是" if name == self.source else "") for letter, name, total, own in sides]
        parts = [html_table(["", "材料", say("share", "total"), say("share", "discounted"), "疑似来源（提示）"], shares, caption=title)]
        places = [
            (i, say("passage", p.kind), p.end_a - p.start_a, f"{p.start_a}–{p.end_a}", f"{p.start_b}–{p.end_b}") for i, p in enumerate(self.passages, 1)
        ]
        if places:
            parts.append(html_table(["序号", "类型", "字数", "甲篇位置", "乙篇位置"], places, caption="相同或相近的文字", most=20))
        return "".join([*parts, *_figure_lines(self)])


def _figure_lines(match: Match) -> list[str]:
    """The figures that were changed, and those that stayed while the words were changed."""
    pairs = (("differ", match.changes), ("agree", match.figures))
    return [html_line(f"{say('figure', word)} {len(found)} 处", (pair.words for pair in found)) for word, found in pairs if found]


@dataclass(frozen=True, slots=True)
class Cluster(_Record):
    """Texts that hang together by matches; ``source`` is the one that most of the matches go back to, as a hint, or empty."""

    number: int
    source: str
    members: tuple[str, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Shares(_Record):
    """How much of one text stands in another, as the reports of a plagiarism check give it.

    ``total`` is the share of all text (总文字复制比), ``discounted`` that without stock and quotations (去除套话与引文复制比),
    ``largest`` the most that stands in one other text (单篇最大复制比). ``characters`` are those of the text, white space left
    out; ``copied`` those inside the ``passages`` passages that are the same or edited; ``stock`` those of stock and quotations.
    """

    total: float = 0.0
    discounted: float = 0.0
    largest: float = 0.0
    characters: int = 0
    copied: int = 0
    stock: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class ComparedText(_Record):
    """One side of a comparison: its name, where it lies in its document, what of it is copied, and what was edited.

    ``places`` has the headings above each passage of the match. Inside its passages ``edits`` are the characters that the
    other side does not have, ``stock`` and ``quoted`` what proves nothing.
    """

    name: str = ""
    start: int = 0
    end: int | None = None
    share: Shares = Shares()
    places: tuple[str, ...] = ()
    edits: tuple[Span, ...] = ()
    stock: tuple[Span, ...] = ()
    quoted: tuple[Span, ...] = ()

    def pane(
        self, letter: str, document: str, passages: Iterable[tuple[int, int, str]], figures: Iterable[tuple[int, int, str]]
    ) -> tuple[str, str, list[Mark], list[Mark]]:
        """What ``side_by_side`` shows of this side; a figure shows as a whole where characters of it were edited."""
        nothing = [(span.start, span.end, kind) for kind, spans in (("quoted", self.quoted), ("stock", self.stock)) for span in spans]
        inner = [*figures, *((edit.start, edit.end, "changed") for edit in self.edits)]
        outer, inside = ([Mark(start - self.start, end - self.start, style) for start, end, style in marks] for marks in ([*nothing, *passages], inner))
        return f"{letter}　{self.name}", document[self.start : self.end], outer, inside


@dataclass(frozen=True, slots=True)
class Comparison(_Record):
    """Two texts side by side, whether they match or not.

    ``alike`` says whether a batch of the two would list them as a match. ``figures`` are those inside copied passages that
    agree; those that differ stand in ``match.changes``.
    """

    match: Match
    text_a: str = field(repr=False)
    text_b: str = field(repr=False)
    alike: bool = False
    a: ComparedText = ComparedText()
    b: ComparedText = ComparedText()
    figures: tuple[FigurePair, ...] = field(default=(), repr=False)

    @property
    def verdict(self) -> str:
        """What an auditor is told: 疑似…，请核实, or that nothing of the kind was seen."""
        return f"疑似{say('match', self.match.kind)}，请核实" if self.alike else "未见疑似雷同"

    def _repr_html_(self) -> str:
        m = self.match
        boxed = [(pair, "differ") for pair in m.changes] + [(pair, "agree") for pair in self.figures + m.figures]
        panes = [
            self.a.pane("甲", self.text_a, ((p.start_a, p.end_a, p.kind) for p in m.passages), ((f.start_a, f.end_a, style) for f, style in boxed)),
            self.b.pane("乙", self.text_b, ((p.start_b, p.end_b, p.kind) for p in m.passages), ((f.start_b, f.end_b, style) for f, style in boxed)),
        ]
        sides = (("甲见于乙", self.a.share, m.containment_a, m.discounted_a), ("乙见于甲", self.b.share, m.containment_b, m.discounted_b))
        ratios = [(name, f"{total:.1%}", f"{own:.1%}", f"{share.largest or total:.1%}", share.copied, share.characters, share.passages) for name, share, total, own in sides]
        both = f"甲含于乙 {m.containment_a:.1%}，乙含于甲 {m.containment_b:.1%}"
        told = filter(None, (both, explain("relation", m.relation), f"次序相同的数字 {m.shared_figures} 个" if m.shared_figures else ""))
        tables = [html_table(["仅就这两份材料而言", *(say("share", word) for word in ("total", "discounted", "largest", "copied", "characters", "passages"))], ratios)]
        places = list(zip(self.a.places, self.b.places, strict=True)) or [("", "")] * len(m.passages)
        rows = [
            (i, say("passage", p.kind), p.end_a - p.start_a, *place, shorten(self.text_a[p.start_a : p.end_a], 60), shorten(self.text_b[p.start_b : p.end_b], 60))
            for i, (p, place) in enumerate(zip(m.passages, places, strict=True), 1)
        ]
        if rows:
            tables.append(html_table(["序号", "类型", "字数", "甲篇章节", "乙篇章节", "甲", "乙"], rows, caption="相同或相近的文字"))
        tables += _figure_lines(m)
        legend = [(kind, say("passage", kind)) for kind in ("same", "stock", "quoted")] + [("changed", say("passage", "edited"))]
        legend += [(kind, say("figure", kind)) for kind in ("agree", "differ")]
        return side_by_side("；".join([self.verdict, *told]), panes, legend, tables)


# ----------------------------------------------------------------------------------------------- tuples of records

R = TypeVar("R", bound=_Record)

_DECIMALS = ("value", "low", "high", "computed", "stated")
_DATES = ("period_start", "period_end")


class _Records(tuple[R, ...], Generic[R]):
    """A tuple of records that turns into a table."""

    headings: ClassVar[tuple[str, ...]] = ()  # in Chinese, of what ``_shown`` gives

    def to_frame(self) -> pandas.DataFrame:
        """A pandas DataFrame, one row a record; columns as the fields, decimals as float64, dates as datetime64, places as JSON."""
        import pandas

        frame = pandas.DataFrame([self._row(record) for record in self], columns=list(self._fields()))
        kinds = {**dict.fromkeys(_DECIMALS, "float64"), **dict.fromkeys(_DATES, "datetime64[ms]")}
        return frame.astype({name: kind for name, kind in kinds.items() if name in frame})

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        raise NotImplementedError

    def _row(self, record: R) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name in self._fields():
            value = getattr(record, name)
            if isinstance(value, Decimal):
                value = float(value)
            elif isinstance(value, tuple):
                value = "、".join(value) if all(isinstance(v, str) for v in value) else json.dumps(_plain(value), ensure_ascii=False)
            row[name] = value
        return row

    def _shown(self, record: R) -> tuple[object, ...]:
        """The cells of a record, for people."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return html_table(self.headings, map(self._shown, self), caption=f"共 {len(self)} 条")


def _place(stretch: Span | Section | Quantity) -> str:
    return f"{stretch.start}–{stretch.end}"


def _names(record: type[_Record]) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(record))  # type: ignore[arg-type]


class Facts(_Records[Fact]):
    """A tuple of facts, in order of place."""

    headings = ("原文", "数值", "单位", "口径", "指标", "对象", "期间", "状态", "位置")

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return _names(Fact)

    def _shown(self, record: Fact) -> tuple[object, ...]:
        value = f"{record.low:,f}～{record.high:,f}" if record.value is None and record.low is not None and record.high is not None else record.value
        bound = () if record.bound == "exact" else (say("bound", record.bound),)
        noted = [row["chinese"] for word, row in display_words("flag").items() if word in record.flags]
        quote, subject, period = (shorten(words, 40) for words in (record.quote, record.subject, record.period))
        return quote, value, record.unit, "、".join((*bound, *noted)), record.indicator, subject, period, say("status", record.status), _place(record)


class Findings(_Records[Finding]):
    """A tuple of findings, most serious first; ``rules`` names the rules of the audit that were used to make them."""

    rules: tuple[str, ...] = ()

    headings = ("判断", "规则", "说明", "请核实", "位置")

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return _names(Finding)

    def _shown(self, record: Finding) -> tuple[object, ...]:
        places = "、".join([*map(_place, record.spans[:3]), *(["…"] if len(record.spans) > 3 else [])])
        return say("verdict", record.verdict), say("rule", record.rule), shorten(record.message, 200), shorten(record.question, 120), places

    def html_beside(self, text: str) -> str:
        """The same with the words of the first place of each finding, cut from ``text``."""
        rows = ((*self._shown(f), shorten(f.spans[0].of(text)) if f.spans else "") for f in self)
        return html_table((*self.headings, "原文"), rows)


class Matches(_Records[Match]):
    """A tuple of matches, most alike first."""

    headings = ("组", "甲", "乙", "类型", "关系", "甲见于乙", "乙见于甲", "段落", "同序数字", "改动的数字", "疑似来源（提示）")

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        return _names(Match)

    def clusters(self) -> tuple[Cluster, ...]:
        """The texts that hang together by matches, one entry each, most alike first.

        A large family is linked as a star, so that sixty copies are one cluster of 59 matches.

        Example:
            >>> pair = Match("a", "b", 1.0, 1.0, 1.0, 1.0, 1.0, "identical", cluster=1, source="a")
            >>> [(cluster.source, cluster.members) for cluster in Matches([pair]).clusters()]
            [('a', ('a', 'b'))]
        """
        together: dict[int, list[Match]] = {}
        for match in self:
            together.setdefault(match.cluster, []).append(match)
        return tuple(
            Cluster(number, _most_named(matches), tuple(dict.fromkeys(side for match in matches for side in (match.a, match.b))), tuple(matches))
            for number, matches in sorted(together.items())
        )

    def _shown(self, record: Match) -> tuple[object, ...]:
        shares = (f"{total:.1%}（{own:.1%}）" for total, own in ((record.containment_a, record.discounted_a), (record.containment_b, record.discounted_b)))
        source = {record.a: "甲", record.b: "乙"}.get(record.source, record.source)
        return (
            *(record.cluster or None, record.a, record.b, say("match", record.kind), say("relation", record.relation), *shares),
            *(len(record.copied), record.shared_figures or None, _first_words(record.changes), source),
        )

    def _repr_html_(self) -> str:
        told = f"疑似雷同，请核实（括号内为{say('share', 'discounted')}）" if self else "未见疑似雷同"
        return html_table(self.headings, map(self._shown, self), caption=f"共 {len(self)} 条，{told}")


def _most_named(matches: Sequence[Match]) -> str:
    """The source that more than half of the matches name, else none."""
    source, times = Counter(match.source for match in matches).most_common(1)[0]
    return source if 2 * times > len(matches) else ""


def _first_words(pairs: Sequence[FigurePair], most: int = 3) -> str:
    return "；".join([*(pair.words for pair in pairs[:most]), *([f"等 {len(pairs)} 处"] if len(pairs) > most else [])])


@dataclass(frozen=True, slots=True)
class Analysis(_Record):
    """Everything that was found in one submission, ready to display.

    ``facts`` and ``findings`` are those of all its reports, in the order of the text and of gravity.
    """

    document: Document = field(repr=False, metadata={"shown": False})
    reports: tuple[Report, ...]
    facts: Facts
    themes: tuple[ThemedSection, ...]
    findings: Findings

    def facts_of(self, report: Report) -> Facts:
        """The facts that stand inside ``report``."""
        return Facts(f for f in self.facts if report.start <= f.start < report.end)

    def findings_of(self, report: Report) -> Findings:
        """The findings whose first place is inside ``report``."""
        return Findings(f for f in self.findings if f.spans and report.start <= f.spans[0].start < report.end)

    def _repr_html_(self) -> str:
        name = self.document.source.replace("\\", "/").rpartition("/")[2]
        themes = {themed.section: themed.label.theme if themed.label.sure else f"{themed.label.theme}？" for themed in self.themes}
        asked, held = (Findings(f for f in self.findings if (f.verdict == "consistent") is holds) for holds in (False, True))
        parts = [f"<h3>{escape(printable(name or '文本'))}</h3>", *(report.outline_html(themes) for report in self.reports)]
        parts += [f"<h4>请核实 {len(asked)} 处</h4>{asked.html_beside(self.document.text)}"] if asked else []
        parts += [f"<details><summary>核对相符 {len(held)} 处</summary>{held.html_beside(self.document.text)}</details>"] if held else []
        return "\n".join([*parts, f"<details><summary>数字 {len(self.facts)} 个</summary>{self.facts._repr_html_()}</details>"])


def by_gravity(findings: Iterable[Finding], rules: tuple[str, ...] = ()) -> Findings:
    """Findings most serious first, then by place, with the names of the rules that were used."""
    ordered = Findings(sorted(findings, key=lambda f: (VERDICTS.index(f.verdict), f.spans[0].start if f.spans else -1)))
    ordered.rules = rules
    return ordered
