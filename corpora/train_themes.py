"""Rebuild the theme model from the labelled sections beside this file, bit for bit.

    python corpora/train_themes.py             # writes unionnlp/data/theme_model.npz and theme_model.json
    python corpora/train_themes.py FOLDER      # writes both into FOLDER

The learning curve in the card trains on a quarter, half and three quarters of the sections too.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

CORPUS = Path(__file__).parent / "themes"
ROOT = Path(__file__).parent.parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # the tree that this file stands in, installed or not

from unionnlp.structure.numbering import line_numbers  # noqa: E402
from unionnlp.themes.model import ThemeModel  # noqa: E402
from unionnlp.themes.train import ThemeExample  # noqa: E402


def examples() -> Iterator[ThemeExample]:
    """The labelled sections, with the heading as a report's section has it: without its number."""
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield ThemeExample(row["text"], row["theme"], _bare(row["heading"] or ""), row["second_theme"] or "")


def _bare(heading: str) -> str:
    number = next(line_numbers(heading, 0, len(heading)), None)
    return heading[number.end :].strip() if number is not None and number.at_line else heading


def build(curve: bool = True) -> ThemeModel:
    """The model that ships, its card with the learning curve unless it is left out."""
    rows = list(examples())
    model = ThemeModel.train(rows)
    versions = "characters 1-2 TF-IDF of text and heading, LinearSVC one against the rest, sigmoid calibration"
    card = {"what": versions, "labels": "corpora/themes, written for this project; no real report among them", **model.card}
    if curve:
        by_theme: dict[str, list[ThemeExample]] = {}
        for row in sorted(rows, key=lambda row: hashlib.sha256(row.text.encode()).digest()):  # the files have different writers
            by_theme.setdefault(row.theme, []).append(row)
        points = {}
        for quarters in (1, 2, 3):
            part = [row for group in by_theme.values() for row in group[: len(group) * quarters // 4]]
            points[str(len(part))] = ThemeModel.train(part).card["first_choice"]
        card["learning_curve"] = {**points, str(len(rows)): model.card["first_choice"]}
    return replace(model, card=card)


def write(model: ThemeModel, folder: Path) -> None:
    """The weights and the card."""
    model.save(folder / "theme_model.npz")
    (folder / "theme_model.json").write_text(json.dumps(model.card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "unionnlp" / "data"
    built = build()
    write(built, target)
    print(json.dumps({key: value for key, value in built.card.items() if key != "themes"}, ensure_ascii=False, indent=2))
