"""``unionnlp themes``: what each section of one file is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .chinese import ChineseCommand, argument, echo
from .forms import forms, write_csv, write_json

if TYPE_CHECKING:
    from ..records import Report, Section, ThemeLabel
    from ..themes.hidden import ThemeSpan

__all__ = ["themes"]

_FIELDS = (
    *("report_id", "reporting_unit", "part", "start", "end", "level", "number", "heading", "theme", "second_theme", "probability", "sure"),
    *("audiences", "heading_theme", "quote", "cue"),
)


_TOLD = 0.05
"""Probability from which the second theme is shown; --json has all of them."""


@click.command(cls=ChineseCommand)
@argument("file", "文件", "一份材料；一份文件里有几篇报告的，逐篇列出。", type=click.Path(path_type=Path))
@forms
def themes(file: Path, form: str | None) -> None:
    """列出一份报告各章节的主题、次要主题、把握和涉及人群，以及藏在别处的存在问题、下步计划、评先表彰。

    标题与正文说的不是一回事的，以正文为准并注明。没有标题的报告整篇算一节。

    例：unionnlp themes 总结.docx
    """
    from ..display import shorten
    from ..reading.read import read
    from ..structure.parse import parse
    from ..themes.hidden import theme_spans

    reports = parse(read(file))
    sections = [found for report in reports for found in _sections(report)]
    spans = [(report, span) for report in reports for span in theme_spans(report)]
    if form == "json":
        write_json({"sections": [_section_row(*found) for found in sections], "spans": [{"report_id": report.report_id, **asdict(span)} for report, span in spans]})
    elif form == "csv":
        whole = ({**(row := _section_row(*found)), "part": "section", "second_theme": _second(row["ranking"])} for found in sections)
        single = ({"report_id": report.report_id, "reporting_unit": report.unit, "part": "sentence", **asdict(span)} for report, span in spans)
        write_csv([*whole, *single], _FIELDS)
    else:
        echo(f"{file}：报告 {len(reports)} 篇、章节 {sum(section is not None for _, section, _ in sections)} 个。")
        last = None
        for report, section, label in sections:
            if len(reports) > 1 and report is not last:
                echo(f"\n{shorten(report.title, 60) or '（无标题）'}")
            last = report
            echo(_section_line(report, section, label))
        if spans:
            echo(f"\n另有 {len(spans)} 句不在有此标题的章节里：")
        for report, span in spans:
            echo(_sentence_line(report, span))


def _sections(report: Report) -> Iterator[tuple[Report, Section | None, ThemeLabel]]:
    """Every section with its label; the report as a whole, where it has none."""
    from ..themes.model import classify, classify_many

    text = report.document.text
    sections = list(report.walk())
    if not sections:
        yield report, None, classify(report.text)
    labels = classify_many((text[section.start : section.end], section.number + section.heading) for section in sections)
    yield from ((report, section, label) for section, label in zip(sections, labels, strict=True))


def _section_row(report: Report, section: Section | None, label: ThemeLabel) -> dict[str, Any]:
    """The section and its label as one row; the places of the evidence are those in the file."""
    start, end = (section.start, section.end) if section else (report.start, report.end)
    row: dict[str, Any] = {"report_id": report.report_id, "reporting_unit": report.unit, "start": start, "end": end}
    row |= {"level": section.level, "number": section.number, "heading": section.heading} if section else {"level": 0, "number": "", "heading": ""}
    row |= label.to_dict()
    for sentence in row["evidence"]:
        sentence["start"] += start
        sentence["end"] += start
    return row


def _second(ranking: list[tuple[str, float]]) -> str:
    return ranking[1][0] if len(ranking) > 1 else ""


def _section_line(report: Report, section: Section | None, label: ThemeLabel) -> str:
    from ..display import shorten

    name = shorten(section.number + section.heading if section else report.title or "全文", 40)
    told = [f"{'　' * (section.level - 1 if section else 0)}{name}", f"{label.theme} {_percent(label.probability)}{'' if label.sure else '（待定）'}"]
    if len(label.ranking) > 1 and label.ranking[1][1] >= _TOLD:
        told.append(f"其次 {label.ranking[1][0]} {_percent(label.ranking[1][1])}")
    if label.audiences:
        told.append(f"涉及 {'、'.join(label.audiences)}")
    if label.heading_theme:
        told.append(f"标题像是“{label.heading_theme}”，正文不同")
    return "｜".join([*told, f"第{(section.start if section else report.start) + 1}字起"])


def _percent(probability: float) -> str:
    """A probability without a claim to certainty.

    Example:
        >>> _percent(0.998), _percent(0.42)
        ('99%', '42%')
    """
    return f"{min(round(probability * 100), 99)}%"


def _sentence_line(report: Report, span: ThemeSpan) -> str:
    from ..display import quoted, shorten
    from .telling import place

    return f"[{span.theme}] {place(report, span.start)}：{quoted(shorten(span.quote, 80))}"
