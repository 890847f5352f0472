"""How records show in a notebook: in Chinese, with their places, on light and on dark ground.

Nothing here is needed to compute anything; ``_repr_html_`` of a record asks for it when the record is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..display import Bar, Mark, Tint, chips, folded, headline, html_line, html_table, shorten, side_by_side
from ..lexicon import display_words, explain, say
from ..spans import Span
from .analysis import Analysis
from .copies import ComparedText, Comparison, FigurePair, Match, Matches, Passage
from .figures import Fact, Facts, Quantity
from .findings import VERDICTS, Finding, Findings
from .texts import Document, Report, Section, Tokens
from .themes import ThemedSection, ThemeLabel

__all__ = [
    *("analysis_html", "comparison_html", "document_html", "fact_html", "facts_html", "finding_html", "findings_html"),
    *("label_html", "match_html", "matches_html", "report_html", "section_html", "tinted_verdict", "tokens_html"),
]

_OPENING = 240
"""Characters of a text that are shown of a document."""
_WORDS = 300
"""Words of a text that are shown."""
_TOLD = 0.01
"""Probability from which a theme is shown."""
_SURE = 0.99
"""Most that is claimed: no model is certain."""
_TONES = {"conflict": "bad", "damaged": "bad", "doubtful": "ask", "consistent": "good"}


# -------------------------------------------------------------------------------------------------------------- texts


def document_html(document: Document) -> str:
    """The name, the size, what the reader noted, and how the text begins."""
    held = "、".join([f"{len(document.text):,} 字", *([f"表格 {len(document.tables)} 张"] if document.tables else [])])
    told = [html_line("附注", map(_note, document.notes), most=6)] if document.notes else []
    return "".join([headline(_file_name(document), held), *told, html_line("开头", [shorten(document.text[: 2 * _OPENING], _OPENING)])])


def _note(note: str) -> str:
    kind, colon, words = note.partition(": ")
    return f"{say('note', kind)}：{shorten(words)}" if colon else say("note", note)


def _file_name(document: Document) -> str:
    return shorten(document.source.replace("\\", "/").rpartition("/")[2], 80) or "文本"


def report_html(report: Report, themes: Mapping[Section, ThemeLabel] | None = None) -> str:
    """The outline as a table: of each section its heading, its theme where ``themes`` has them, its length and its place."""
    about = "　".join(filter(None, (report.title or "（无标题）", report.unit, report.period)))
    if not report.sections:
        return html_line(shorten(about, 120), [f"{report.end - report.start:,} 字，没有分章节"])
    return _outline(report.walk(), themes, shorten(about, 120))


def section_html(section: Section) -> str:
    """The same of a section and those inside it."""
    return _outline(section.walk(), None)


def _outline(sections: Iterable[Section], themes: Mapping[Section, ThemeLabel] | None, caption: str = "") -> str:
    rows = ((_indented(s), *([_theme_words(themes.get(s))] if themes else []), s.end - s.start, _place(s)) for s in sections)
    return html_table(["章节", *(["主题"] if themes else []), "字数", "位置"], rows, caption=caption)


def _indented(section: Section) -> str:
    return "　" * min(section.level - 1, 9) + shorten(section.number + section.heading)


def _theme_words(label: ThemeLabel | None) -> str:
    return "" if label is None else label.theme if label.sure else f"{label.theme}？"


def tokens_html(tokens: Tokens) -> str:
    """The words one beside the other; blanks between words are no words."""
    return headline("分词", f"共 {len(tokens):,} 个词") + chips([token.text for token in tokens[:_WORDS]], len(tokens))


def label_html(label: ThemeLabel) -> str:
    """The theme, those that came next, and the sentences that spoke for it."""
    told = [f"对象：{'、'.join(label.audiences)}"] if label.audiences else []
    told += [f"标题像是“{label.heading_theme}”，正文不同"] if label.heading_theme else []
    rows = [(theme, Bar(min(probability, _SURE))) for i, (theme, probability) in enumerate(label.ranking) if not i or probability >= _TOLD]
    parts = [headline(f"{label.theme}{'' if label.sure else '（待定）'}", "；".join(told)), html_table(["主题", "把握"], rows[:5])]
    if label.evidence:
        parts.append(html_table(["依据", "位置", "分量"], [(shorten(e.quote, 120), f"{e.start}–{e.end}", f"{e.weight:.1f}") for e in label.evidence]))
    return "".join(parts)


def _place(stretch: Span | Section | Quantity) -> str:
    return f"{stretch.start}–{stretch.end}"


# -------------------------------------------------------------------------------------------------- facts and findings

_OF_FACTS = ("原文", "数值", "单位", "口径", "指标", "对象", "期间", "状态", "位置")
_OF_FINDINGS = ("判断", "规则", "说明", "请核实", "位置")


def facts_html(facts: Facts) -> str:
    """A row a fact."""
    return html_table(_OF_FACTS, map(_fact_cells, facts), caption=f"共 {len(facts):,} 条")


def fact_html(fact: Fact) -> str:
    """The same of one."""
    return html_table(_OF_FACTS, [_fact_cells(fact)])


def _fact_cells(fact: Fact) -> tuple[object, ...]:
    value = f"{fact.low:,f}～{fact.high:,f}" if fact.value is None and fact.low is not None and fact.high is not None else fact.value
    bound = () if fact.bound == "exact" else (say("bound", fact.bound),)
    noted = [row["chinese"] for word, row in display_words("flag").items() if word in fact.flags]
    quote, subject, period = (shorten(words, 40) for words in (fact.quote, fact.subject, fact.period))
    return quote, value, fact.unit, "、".join((*bound, *noted)), fact.indicator, subject, period, say("status", fact.status), _place(fact)


def findings_html(findings: Findings, text: str | None = None) -> str:
    """A row a finding, under how many there are of each verdict; beside it the words of its first place, cut from ``text`` where that is given."""
    found = Counter(finding.verdict for finding in findings)
    counts = "、".join(f"{say('verdict', verdict)} {found[verdict]}" for verdict in VERDICTS if found[verdict])
    return _findings_table(findings, text, caption=f"共 {len(findings):,} 条{'：' if counts else ''}{counts}")


def finding_html(finding: Finding) -> str:
    """The same of one."""
    return _findings_table([finding], None)


def _findings_table(findings: Iterable[Finding], text: str | None, caption: str = "") -> str:
    if text is None:
        return html_table(_OF_FINDINGS, map(_finding_cells, findings), caption=caption)
    rows = ((*_finding_cells(f), shorten(f.spans[0].of(text)) if f.spans else "") for f in findings)
    return html_table((*_OF_FINDINGS, "原文"), rows, caption=caption)


def _finding_cells(finding: Finding) -> tuple[object, ...]:
    places = "、".join([*map(_place, finding.spans[:3]), *(["…"] if len(finding.spans) > 3 else [])])
    return tinted_verdict(finding.verdict), say("rule", finding.rule), shorten(finding.message, 200), shorten(finding.question, 120), places


def tinted_verdict(verdict: str) -> Tint:
    """The Chinese of a verdict, as it stands in a cell."""
    return Tint(say("verdict", verdict), _TONES.get(verdict, ""))


def analysis_html(analysis: Analysis) -> str:
    """One submission: its outline with themes, what to ask, and folded away what holds and all figures."""
    labels = {themed.section: themed.label for themed in analysis.themes}
    asked, held = (Findings(f for f in analysis.findings if (f.verdict == "consistent") is holds) for holds in (False, True))
    unlike = [themed for themed in analysis.themes if themed.label.heading_theme]
    text = analysis.document.text
    held_in = {"报告": len(analysis.reports), "章节": len(analysis.themes), "数字": len(analysis.facts), "请核实": len(asked), "核对相符": len(held)}
    counts = "、".join(f"{what} {count}" for what, count in held_in.items() if count)
    parts = [headline(_file_name(analysis.document), counts)]
    parts += [html_line("附注", map(_note, analysis.document.notes), most=6)] if analysis.document.notes else []
    parts += [report_html(report, labels) for report in analysis.reports]
    parts += [_findings_table(asked, text, f"请核实 {len(asked)} 处")] if asked else []
    parts += [folded(f"标题与正文主题不同的章节 {len(unlike)} 个", _promises(unlike))] if unlike else []
    parts += [folded(f"核对相符 {len(held)} 处", _findings_table(held, text))] if held else []
    return "".join([*parts, folded(f"数字 {len(analysis.facts)} 个", html_table(_OF_FACTS, map(_fact_cells, analysis.facts)))])


def _promises(themes: Iterable[ThemedSection]) -> str:
    rows = [(shorten(t.section.number + t.section.heading), t.label.heading_theme, t.label.theme) for t in themes]
    return html_table(["章节", "标题像是", "正文是"], rows)


# ------------------------------------------------------------------------------------------------------------- copies

_OF_MATCHES = ("组", "甲", "乙", "类型", "关系", "甲见于乙", "乙见于甲", "段落", "同序数字", "改动的数字", "疑似来源（提示）")
_NAME = 60
"""Characters of the name of a text that are shown."""


def match_html(match: Match) -> str:
    """The shares of both sides, the places in common, and the figures that were changed."""
    seen = match.kind != "passage" or match.copied
    title = "；".join(filter(None, (f"疑似{say('match', match.kind)}，请核实" if seen else "未见疑似雷同", explain("relation", match.relation))))
    sides = (("甲", match.a, match.containment_a, match.discounted_a), ("乙", match.b, match.containment_b, match.discounted_b))
    shares = [(letter, shorten(name, _NAME), Bar(total), Bar(own), "是" if name == match.source else "") for letter, name, total, own in sides]
    parts = [html_table(["", "材料", say("share", "total"), say("share", "discounted"), "疑似来源（提示）"], shares, caption=title)]
    places = [(i, _passage_words(p), p.end_a - p.start_a, f"{p.start_a}–{p.end_a}", f"{p.start_b}–{p.end_b}") for i, p in enumerate(match.passages, 1)]
    if places:
        parts.append(html_table(["序号", "类型", "字数", "甲篇位置", "乙篇位置"], places, caption="相同或相近的文字", most=20))
    return "".join([*parts, *_figure_lines(match)])


def _passage_words(passage: Passage) -> Tint:
    return Tint(say("passage", passage.kind), {"same": "bad", "edited": "ask"}.get(passage.kind, ""))


def _figure_lines(match: Match) -> list[str]:
    """The figures that were changed, and those that stayed while the words were changed."""
    pairs = (("differ", match.changes), ("agree", match.figures))
    return [html_line(f"{say('figure', word)} {len(found)} 处", (pair.words for pair in found)) for word, found in pairs if found]


def matches_html(matches: Matches) -> str:
    """A row a match."""
    told = f"疑似雷同，请核实（括号内为{say('share', 'discounted')}）" if matches else "未见疑似雷同"
    return html_table(_OF_MATCHES, map(_match_cells, matches), caption=f"共 {len(matches):,} 条，{told}")


def _match_cells(match: Match) -> tuple[object, ...]:
    shares = (f"{total:.1%}（{own:.1%}）" for total, own in ((match.containment_a, match.discounted_a), (match.containment_b, match.discounted_b)))
    source = {match.a: "甲", match.b: "乙"}.get(match.source, shorten(match.source, _NAME))
    return (
        *(match.cluster or None, shorten(match.a, _NAME), shorten(match.b, _NAME), say("match", match.kind), say("relation", match.relation), *shares),
        *(len(match.copied), match.shared_figures or None, _first_words(match.changes), source),
    )


def _first_words(pairs: Sequence[FigurePair], most: int = 3) -> str:
    return "；".join([*(pair.words for pair in pairs[:most]), *([f"等 {len(pairs)} 处"] if len(pairs) > most else [])])


def comparison_html(compared: Comparison) -> str:
    """Both texts next to each other, with what they share marked and listed."""
    m = compared.match
    boxed = [(pair, "differ") for pair in m.changes] + [(pair, "agree") for pair in compared.figures + m.figures]
    panes = [
        _pane("甲", compared.a, compared.text_a, ((p.start_a, p.end_a, p.kind) for p in m.passages), ((f.start_a, f.end_a, style) for f, style in boxed)),
        _pane("乙", compared.b, compared.text_b, ((p.start_b, p.end_b, p.kind) for p in m.passages), ((f.start_b, f.end_b, style) for f, style in boxed)),
    ]
    sides = (("甲见于乙", compared.a.share, m.containment_a, m.discounted_a), ("乙见于甲", compared.b.share, m.containment_b, m.discounted_b))
    ratios = [(name, Bar(total), Bar(own), Bar(share.largest or total), share.copied, share.characters, share.passages) for name, share, total, own in sides]
    both = f"甲含于乙 {m.containment_a:.1%}，乙含于甲 {m.containment_b:.1%}"
    told = filter(None, (both, explain("relation", m.relation), f"次序相同的数字 {m.shared_figures} 个" if m.shared_figures else ""))
    tables = [html_table(["仅就这两份材料而言", *(say("share", word) for word in ("total", "discounted", "largest", "copied", "characters", "passages"))], ratios)]
    places = list(zip(compared.a.places, compared.b.places, strict=True)) or [("", "")] * len(m.passages)
    rows = [
        (i, _passage_words(p), p.end_a - p.start_a, *place, shorten(compared.text_a[p.start_a : p.end_a], 60), shorten(compared.text_b[p.start_b : p.end_b], 60))
        for i, (p, place) in enumerate(zip(m.passages, places, strict=True), 1)
    ]
    if rows:
        tables.append(html_table(["序号", "类型", "字数", "甲篇章节", "乙篇章节", "甲", "乙"], rows, caption="相同或相近的文字"))
    tables += _figure_lines(m)
    legend = [(kind, say("passage", kind)) for kind in ("same", "stock", "quoted")] + [("changed", say("passage", "edited"))]
    legend += [(kind, say("figure", kind)) for kind in ("agree", "differ")]
    return side_by_side("；".join([compared.verdict, *told]), panes, legend, tables)


def _pane(
    letter: str, side: ComparedText, document: str, passages: Iterable[tuple[int, int, str]], figures: Iterable[tuple[int, int, str]]
) -> tuple[str, str, list[Mark], list[Mark]]:
    """What ``side_by_side`` shows of a side; a figure shows as a whole where characters of it were edited."""
    nothing = [(span.start, span.end, kind) for kind, spans in (("quoted", side.quoted), ("stock", side.stock)) for span in spans]
    inner = [*figures, *((edit.start, edit.end, "changed") for edit in side.edits)]
    outer, inside = ([Mark(start - side.start, end - side.start, style) for start, end, style in marks] for marks in ([*nothing, *passages], inner))
    return f"{letter}　{side.name}", document[side.start : side.end], outer, inside
