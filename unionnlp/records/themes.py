"""What a section is about."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Record
from .texts import Section

__all__ = ["THEMES", "Evidence", "ThemeLabel", "ThemedSection"]

THEMES: tuple[str, ...] = (
    *("组织建设", "权益维护", "帮扶救助", "素质提升", "民主管理", "文体活动", "劳动保护", "宣传教育", "自身建设", "评先表彰"),
    *("基本情况", "存在问题", "下步计划", "经验体会", "其他"),
)
"""The themes of a section, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """A sentence that speaks for a theme: its place in the classified text, its words, and how strongly (log odds)."""

    start: int
    end: int
    quote: str
    weight: float


@dataclass(frozen=True, slots=True)
class ThemeLabel(Record):
    """The theme of a section: always the best guess; ``sure`` says whether it clears the stated accuracy.

    ``ranking`` holds (theme, probability) pairs, the first included, most probable first. ``audiences`` are tags beside
    the theme (女职工, 农民工 …). ``heading_theme`` is what the heading promises where the section is about something else, else empty.

    Example:
        >>> label = ThemeLabel("帮扶救助", True, 0.97, (("帮扶救助", 0.97), ("组织建设", 0.02)), audiences=("困难职工",))
        >>> label.theme == label.ranking[0][0], label.audiences
        (True, ('困难职工',))
    """

    theme: str
    sure: bool
    probability: float
    ranking: tuple[tuple[str, float], ...]
    evidence: tuple[Evidence, ...] = ()
    audiences: tuple[str, ...] = ()
    heading_theme: str = ""

    def _repr_html_(self) -> str:
        from .pages import label_html

        return label_html(self)


@dataclass(frozen=True, slots=True)
class ThemedSection(Record):
    """A section with its report and its theme."""

    report_id: str
    section: Section
    label: ThemeLabel
