"""The list of what to ask about, gravest first: the first page of the dossier and the first sheet of the workbook.

The tone is that of an auditor who asks, not of one who has decided: 疑似, 请核实.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..records import VERDICTS
from .families import Family
from .tables import Places, explain, labels, say, sides_of

if TYPE_CHECKING:
    import pandas

__all__ = ["GRAVITY", "Ask", "asks"]

GRAVITY: tuple[str, ...] = ("match", *VERDICTS)
"""What needs asking, most serious first."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A line of the list of what to ask about.

    ``number`` is the number of the family, or the row of the finding in its table.
    """

    gravity: str
    report_id: str
    unit: str
    title: str
    file: str
    problem: str
    verdict: str
    quote: str
    place: str
    computation: str
    question: str
    number: int


def asks(tables: Mapping[str, pandas.DataFrame], found: Sequence[Family]) -> list[Ask]:
    """Everything to ask about except what was checked and holds, gravest first.

    Args:
        tables: completed tables.
        found: the families of their matches.
    """
    names = labels(tables["reports"])
    about = {row[0]: row for row in tables["reports"][["report_id", "reporting_unit", "title", "file"]].itertuples(index=False, name=None)}
    places = Places(tables["sections"])
    lines = [_ask_family(family, about, names) for family in found]
    rank = {verdict: i for i, verdict in enumerate(VERDICTS)}
    findings = tables["findings"]
    ordered = sorted(
        (row for row in findings[findings["verdict"] != "consistent"].itertuples(name=None)),
        key=lambda row: rank.get(row[3], len(rank)),
    )
    for number, report_id, rule, verdict, message, question, _, _, start, _, quote, _, sides in ordered:
        _, unit, title, file = about.get(report_id, ("", "", "", ""))
        place = places.describe(report_id, start)
        asked = question or explain("question", "finding")
        lines.append(Ask(verdict, report_id, unit, title, file, say("rule", rule), say("verdict", verdict), quote, place, "；".join(filter(None, (message, sides_of(sides, names)))), asked, number))
    return lines


def _ask_family(family: Family, about: Mapping[str, tuple[str, ...]], names: Mapping[str, str]) -> Ask:
    units = list(dict.fromkeys(about[m][1] for m in family.members if m in about and about[m][1]))
    others = [names.get(m, m) for m in family.members if m != family.centre]
    _, unit, title, file = about.get(family.centre, ("", "", family.centre, ""))
    first = family.pairs[0]
    mine, theirs = (first.containment_a, first.containment_b) if first.a == family.centre else (first.containment_b, first.containment_a)
    if len(family.members) == 2:
        said = f"与{others[0]}文字相近：本篇的{mine:.1%}见于对方，对方的{theirs:.1%}见于本篇"
    else:
        said = f"连同本篇共{len(family.members)}篇文字相近（{'、'.join(others[:3])}{' 等' if len(others) > 3 else ''}），最高复制比{family.share:.1%}"
    if first.shared_figures:
        said += f"；次序相同的数字{first.shared_figures}个"
    if first.changes:
        said += f"；{say('figure', 'differ')}{len(first.changes)}处（{'，'.join(pair.words for pair in first.changes[:3])}{' 等' if len(first.changes) > 3 else ''}）"
    if first.relation:
        said += f"；{explain('relation', first.relation)}"
    elif len(units) == 1 and all(m in about and about[m][1] for m in family.members):
        said += f"；{explain('question', 'same_unit')}"
    shown = "、".join(units[:3]) + (f" 等{len(units)}个单位" if len(units) > 3 else "")
    return Ask(
        *("match", family.centre, shown or unit, title if len(family.members) == 2 else f"{title} 等{len(family.members)}篇", file, say("problem", "match"), say("match", family.kind), "", ""),
        *(said, explain("question", "match"), family.number),
    )
