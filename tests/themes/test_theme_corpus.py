"""The labelled sections are many, spread over the themes, and no section is another with words swapped."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from unionnlp import find_duplicates
from unionnlp.duplicates import common_shingles
from unionnlp.records import THEMES

CORPUS = Path(__file__).resolve().parents[2] / "corpora" / "themes"
ROWS = [json.loads(line) for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_theme_has_eighty_sections() -> None:
    counts = Counter(row["theme"] for row in ROWS)
    assert set(counts) == set(THEMES)
    assert min(counts.values()) >= 80
    assert len(ROWS) >= 1200


def test_they_vary_as_real_sections_do() -> None:
    assert len({row["unit_kind"] for row in ROWS}) >= 8
    assert {row["year"] for row in ROWS} >= set(range(2005, 2026))
    assert sum(row["second_theme"] is not None for row in ROWS) >= len(ROWS) / 3
    bare = sum(not row["heading"] for row in ROWS)
    assert len(ROWS) / 4 <= bare <= len(ROWS) * 3 / 4


def test_no_section_is_another_with_words_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the library's own finder, without the table of what everybody writes, which was learned from these sections too."""
    monkeypatch.setattr(common_shingles, "_table", lambda: (np.zeros(1, dtype=np.uint64), np.zeros(1 << 20, dtype=bool)))
    matches = find_duplicates({row["id"]: row["text"] for row in ROWS}, threshold=0.3)
    assert [(match.a, match.b) for match in matches if max(match.discounted_a, match.discounted_b) > 0.3] == []


def test_the_finder_would_see_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common_shingles, "_table", lambda: (np.zeros(1, dtype=np.uint64), np.zeros(1 << 20, dtype=bool)))
    text = next(row["text"] for row in ROWS if 300 < len(row["text"]) < 400)
    halves = {"one": text, "other": text[: len(text) // 2] + ROWS[-1]["text"]}
    (match,) = find_duplicates(halves, threshold=0.3)
    assert max(match.discounted_a, match.discounted_b) > 0.3
