"""The linear model behind the indicators: what it may say, what it says why, and how it does on texts it was not made with."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.context import Context
from unionnlp.facts.features import Before, before, features, heading_features, measure_of, weight_of
from unionnlp.facts.linker import Linker, allowed, default_linker
from unionnlp.facts.linking import Link
from unionnlp.facts.quantities import scan
from unionnlp.facts.scoring import AT_ONCE, default_scorer
from unionnlp.facts.surroundings import Cues, Zone, concepts_in, figures
from unionnlp.lexicon import data_file, load_table

CORPORA = Path(__file__).parents[2] / "corpora"
sys.path.insert(0, str(CORPORA))

import score_facts  # noqa: E402

MEASURES = {row["indicator"]: row["measure"] for row in load_table("indicators", ("indicator", "measure", "meaning", "example"))}


def linked(text: str, heading: str = "") -> list[str | None]:
    """The indicators of the figures of a text, one after the other."""
    linker, found, earlier = default_linker(), [], None
    for figure in figures(Context(text), scan(text)):
        link = linker.link(text, figure, heading_features(heading), earlier)
        earlier = Before(figure.quantity.unit, link.indicator or "", True)
        found.append(link.indicator)
    return found


@pytest.mark.parametrize("row", load_table("indicators", ("indicator", "measure", "meaning", "example")))
def test_the_example_of_each_indicator_is_linked_to_it(row: dict[str, str]) -> None:
    assert linked(row["example"] + "。")[-1] == row["indicator"]


def test_every_class_is_an_indicator_of_the_table_or_none() -> None:
    assert set(default_linker().indicators) == {"", *MEASURES}


@given(st.lists(st.sampled_from(["慰问", "发放", "职工", "12人", "7万元", "97%", "3家", "80户", "其中", "，", "。", "工会", "培训", "会员", "占", "5件"]), max_size=14).map("".join))
def test_money_is_never_people_and_people_never_money(text: str) -> None:
    for quantity, indicator in zip(scan(text), linked(text), strict=True):
        kind = {"money": "money", "rate": "rate"}.get(measure_of(quantity.unit), "count")
        assert indicator is None or MEASURES[indicator] == kind


def test_what_a_measure_allows_always_includes_none() -> None:
    names = default_linker().indicators
    for measure in ("money", "rate", "people", "thing"):
        assert allowed(names, measure)[names.index("")]


def test_the_figure_before_tells() -> None:
    assert linked("应建女职工组织1506家，已建1462家。") == ["应建数", "女职工组织数"]
    assert linked("慰问困难职工459户，其中女职工235人。") == ["慰问人次", "慰问人次"]


def test_the_cue_is_a_word_near_the_figure() -> None:
    text = "春节前走访慰问困难女工80余人次，发放慰问金7万余元。"
    cues = [default_linker().link(text, figure, {}, None).cue for figure in figures(Context(text), scan(text))]
    assert cues[0] in "走访慰问困难女工"
    assert cues[1] in "发放慰问金"
    assert all(cues)


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    model = default_linker()
    model.save(tmp_path / "linker.npz")
    assert (tmp_path / "linker.npz").read_bytes() == data_file("linker_model.npz").read_bytes()
    again = Linker.load(tmp_path / "linker.npz")
    assert again.rows == model.rows
    assert numpy.array_equal(again.weights, model.weights)
    assert (again.slope, again.offset, again.card) == (model.slope, model.offset, model.card)


def test_a_file_that_is_no_model_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match="linker"):
        Linker.load(tmp_path / "other.npz")


def test_the_card_beside_the_weights_is_the_one_inside() -> None:
    assert json.loads(data_file("linker_model.json").read_text(encoding="utf-8")) == default_linker().card


def test_features_are_of_the_text_near_the_figure_only() -> None:
    near, far = "走访慰问困难职工80户。", "全市深入开展活动。" * 40 + "走访慰问困难职工80户。"
    (one,), (other,) = (tuple(figures(Context(text), scan(text))) for text in (near, far))
    assert features(near, one, None) == features(far, other, None)


@given(st.lists(st.sampled_from(sorted({word for row in load_table("cue_words", ("concept", "words", "source")) for word in row["words"].split("|")})) | st.text(max_size=2), max_size=8).map("".join))
def test_a_heading_speaks_of_what_a_text_of_its_words_does(words: str) -> None:
    assert concepts_in(words) == [cue.concept for cue in Cues(words).in_zones([Zone("near", 0, len(words))])[0]]


def test_of_the_cue_words_at_a_place_the_longest_is_found() -> None:
    (found,) = Cues("女职工委员会").in_zones([Zone("near", 0, 6)])
    assert {(cue.start, cue.end) for cue in found if cue.start == 0} == {(0, 6)}


# --------------------------------------------------------------------------------------- all figures of a text at once

WORDS = ["慰问", "发放", "职工", "12人", "7万元", "97%", "3家", "80户", "其中", "，", "。", "工会", "培训", "会员", "占", "5件", "捐款元", "\U0001f600", "\ud800", "\n", "𠮷", "（含2人）"]


def one_after_the_other(text: str, heading: str) -> list[Link]:
    """The links as ``Linker.link`` gives them, each figure told how the one before it was linked."""
    found: list[Link] = []
    last = None
    for figure in figures(Context(text), scan(text)):
        found.append(default_linker().link(text, figure, heading_features(heading), before(*last, figure) if last is not None else None))
        last = figure, found[-1].indicator or ""
    return found


def at_once(text: str, heading: str) -> list[Link]:
    around = list(figures(Context(text), scan(text)))
    return default_scorer().link(text, around, [heading] * len(around))


def assert_same(text: str, heading: str) -> None:
    fast, slow = at_once(text, heading), one_after_the_other(text, heading)
    assert [(link.indicator, link.cue) for link in fast] == [(link.indicator, link.cue) for link in slow]
    assert [link.confidence for link in fast] == pytest.approx([link.confidence for link in slow], abs=1e-4)


@pytest.mark.parametrize("part", [*score_facts.PARTS, *score_facts.HELD_OUT])
def test_all_figures_at_once_are_linked_like_one_after_the_other(part: str) -> None:
    for row, text, _ in score_facts.texts(part):
        assert_same(text, row["genre"])


@given(st.lists(st.sampled_from(WORDS), max_size=20).map("".join), st.sampled_from(["", "帮扶救助", "甲"]))
def test_any_figures_at_once_are_linked_like_one_after_the_other(text: str, heading: str) -> None:
    assert_same(text, heading)


def test_a_figure_is_told_of_the_one_before_it_across_batches() -> None:
    """The last figure of a batch tells the first of the next one: all stand in one sentence."""
    text = "慰问困难职工459户，" + "其中12户，" * (AT_ONCE + 8) + "其中女职工235人。"
    links = at_once(text, "")
    assert len(links) > AT_ONCE + 8
    assert [link.indicator for link in links] == [link.indicator for link in one_after_the_other(text, "")]
    assert {link.indicator for link in links[:-1]} == {"慰问人次"}


def test_no_figures_have_no_links() -> None:
    assert default_scorer().link("全市。", [], []) == []


def test_a_feature_weighs_the_same_by_its_name() -> None:
    text = "慰问职工80人，其中女职工12人，发放慰问金7万元，覆盖3家企业，组建率97%。"
    for figure in figures(Context(text), scan(text)):
        told = features(text, figure, Before("人", "慰问人次", True)) | heading_features("帮扶救助，慰问职工")
        assert {name: weight_of(name) for name in told} == told


# ---------------------------------------------------------------------------------------------------------- the key


@pytest.mark.parametrize("part", [*score_facts.PARTS, *score_facts.HELD_OUT])
def test_the_key_is_sound(part: str) -> None:
    for row, text, keys in score_facts.texts(part):
        assert keys, row["id"]
        assert "⟦" not in text
        for key in keys:
            assert text[key.start : key.end].strip() == text[key.start : key.end] != ""
            assert {key.facts["indicator"], *key.facts["alt"]} <= {*MEASURES, "other"}
            assert (key.facts["value"] is None) == (key.facts["bound"] == "missing")
            assert not key.facts["period"] or key.facts["period"] in text


def test_texts_held_out_are_found_and_understood() -> None:
    """Floors a little under what was measured (README), so that a change that loses something is seen."""
    figures_of = score_facts.score(score_facts.HELD_OUT)
    assert figures_of["facts"] >= 900
    floors = {"F1": 0.985, "span": 0.99, "value": 0.99, "unit": 0.99, "bound": 0.99, "indicator": 0.88, "accepted": 0.94, "period": 0.88, "status": 0.94}
    assert {name: figure for name, figure in figures_of.items() if figure < floors.get(name, 0)} == {}


def test_sentences_without_a_fact_give_none() -> None:
    total, wrong = score_facts.negatives()
    assert total >= 200
    assert wrong <= 1
