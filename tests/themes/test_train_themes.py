"""The model that ships is what its labels make of it, and is as good as its card says."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from unionnlp.lexicon import data_file
from unionnlp.records import THEMES
from unionnlp.themes.model import ThemeModel, default_model
from unionnlp.themes.train import calibration_error

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_themes", ROOT / "corpora" / "train_themes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_one_command_rebuilds_model_and_card_bit_for_bit(script: ModuleType, tmp_path: Path) -> None:
    script.write(script.build(), tmp_path)
    for name in ("theme_model.npz", "theme_model.json"):
        assert (tmp_path / name).read_bytes() == data_file(name).read_bytes(), f"{name} is not what the labels make: run python corpora/train_themes.py"


def test_the_card_beside_the_weights_is_the_one_inside() -> None:
    assert json.loads(data_file("theme_model.json").read_text(encoding="utf-8")) == default_model().card


def test_the_card_says_what_matters(script: ModuleType) -> None:
    card = default_model().card
    counts = Counter(example.theme for example in script.examples())
    assert {theme: figures["sections"] for theme, figures in card["themes"].items()} == dict(counts)
    assert tuple(card["themes"]) == THEMES
    assert card["sections"] == counts.total()
    assert card["sure"]["stated_accuracy"] == 0.9
    assert card["sure"]["accuracy"] >= 0.9
    assert card["sure"]["threshold"] == default_model().threshold
    assert card["first_choice"] >= 0.75
    assert card["calibration_error"] <= 0.08
    assert list(card["learning_curve"].values())[-1] == card["first_choice"]


def test_the_model_learned_its_labels_and_headings_are_bare(script: ModuleType) -> None:
    examples = list(script.examples())
    assert not any(example.heading.startswith(("一、", "（一）", "1.")) for example in examples)
    labels = default_model().classify_many([(example.text, example.heading) for example in examples])
    assert np.mean([label.theme == example.theme for label, example in zip(labels, examples, strict=True)]) > 0.95


def test_what_was_not_seen_is_judged_by_what_was(script: ModuleType) -> None:
    """A model of half the labels does on the other half about as its card says."""
    examples = list(script.examples())
    model = ThemeModel.train(examples[::2])
    unseen = examples[1::2]
    accuracy = np.mean([label.theme == example.theme for label, example in zip(model.classify_many([(e.text, e.heading) for e in unseen]), unseen, strict=True)])
    assert abs(accuracy - model.card["first_choice"]) < 0.08


def test_calibration_error() -> None:
    right = np.array([[0.8, 0.2]] * 8 + [[0.2, 0.8]] * 2)
    assert calibration_error(right, np.zeros(10, dtype=np.int64)) == pytest.approx(0.0)
    assert calibration_error(right, np.ones(10, dtype=np.int64)) == pytest.approx(0.6)
