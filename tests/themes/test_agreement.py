"""Agreement between two readers: kappa as in the textbook, clear errors, and labels of the second reader that fit the first's."""

from __future__ import annotations

import doctest
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.records import THEMES

SCRIPT = Path(__file__).parents[2] / "corpora" / "agreement.py"


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("corpora_agreement", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def row(name: str, theme: str, second: str | None = None, audiences: tuple[str, ...] = ("全体",)) -> str:
    return json.dumps({"id": name, "theme": theme, "second_theme": second, "audiences": audiences}, ensure_ascii=False)


def labels(script: ModuleType, folder: Path, name: str, *rows: str) -> dict[str, object]:
    path = folder / name
    path.write_text("\n".join(rows), encoding="utf-8")
    read: dict[str, object] = script.read_labels([path])
    return read


def test_the_examples_of_the_docstrings_run(script: ModuleType) -> None:
    tried = doctest.testmod(script)
    assert tried.attempted >= 3
    assert not tried.failed


def test_kappa_of_the_textbook(script: ModuleType) -> None:
    # 50 proposals: both yes 20, only the first yes 5, only the second yes 10, both no 15: 0.7 observed, 0.5 expected
    first, second = ["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert script.cohen_kappa(first, second) == pytest.approx(0.4)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
def test_kappa_is_symmetric_and_equals_scikit_learn(script: ModuleType, pairs: list[tuple[str, str]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    ours = script.cohen_kappa(first, second)
    assert ours == script.cohen_kappa(second, first)
    if set(first) == set(second) and len(set(first)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(float(cohen_kappa_score(first, second)), abs=1e-12)


def test_identical_labels_agree_wholly(script: ModuleType) -> None:
    assert script.cohen_kappa(["a", "b", "c"], ["a", "b", "c"]) == 1


def test_one_label_only_has_no_kappa(script: ModuleType) -> None:
    assert script.cohen_kappa(["a"] * 4, ["a"] * 4) is None
    assert script.cohen_kappa(["a"] * 4, ["b"] * 4) == 0


@pytest.mark.parametrize(("first", "second"), [([], []), (["a"], []), (["a"], ["a", "b"])])
def test_kappa_refuses_what_cannot_be_compared(script: ModuleType, first: list[str], second: list[str]) -> None:
    with pytest.raises(ValueError, match=r"no items|zip\(\)"):
        script.cohen_kappa(first, second)


def test_an_unknown_id_is_named(script: ModuleType, tmp_path: Path) -> None:
    first = labels(script, tmp_path, "first.jsonl", row("a", "其他"))
    second = labels(script, tmp_path, "second.jsonl", row("a", "其他"), row("x9", "其他"))
    with pytest.raises(ValueError, match=r"by the second reader only: x9$"):
        script.paired(first, second)


def test_an_id_labelled_twice_is_named(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a is labelled twice"):
        labels(script, tmp_path, "first.jsonl", row("a", "其他"), row("a", "其他"))


def test_figures_of_a_small_table(script: ModuleType, tmp_path: Path) -> None:
    first = labels(
        script,
        tmp_path,
        "first.jsonl",
        row("a", "组织建设"),
        row("b", "权益维护", "民主管理", ("女职工", "困难职工")),
        row("c", "其他"),
        row("d", "组织建设"),
        row("not read again", "其他"),
    )
    second = labels(
        script,
        tmp_path,
        "second.jsonl",
        row("d", "自身建设", "组织建设"),
        row("a", "组织建设"),
        row("b", "民主管理", None, ("女职工",)),
        row("c", "文体活动", None, ("教职工",)),
    )
    figures = script.agreement(script.paired(first, second))
    assert (figures.rows, figures.equal, figures.accepted, figures.equal_second) == (4, 0.25, 0.75, 0.5)
    assert figures.kappa == pytest.approx((0.25 - 2 / 16) / (1 - 2 / 16))
    assert (figures.audiences, figures.same_audiences) == ((1 + 0.5 + 0 + 1) / 4, 0.5)
    by_theme = {row.theme: (row.first, row.second, row.both, row.agreement) for row in figures.themes}
    assert by_theme["组织建设"] == (2, 1, 1, pytest.approx(2 / 3))
    assert by_theme["文体活动"] == (0, 1, 0, 0)
    assert {(row.first, row.second): row.count for row in figures.confusions} == {
        ("权益维护", "民主管理"): 1,
        ("其他", "文体活动"): 1,
        ("组织建设", "自身建设"): 1,
    }


def test_the_commonest_confusion_stands_first(script: ModuleType, tmp_path: Path) -> None:
    first = labels(script, tmp_path, "first.jsonl", row("a", "其他"), row("b", "权益维护"), row("c", "权益维护"))
    second = labels(script, tmp_path, "second.jsonl", row("a", "文体活动"), row("b", "民主管理"), row("c", "民主管理"))
    assert [row.count for row in script.agreement(script.paired(first, second)).confusions] == [2, 1]


def test_the_second_reader_labelled_known_sections_with_known_words(script: ModuleType) -> None:
    first, second = script.read_labels(script.FIRST), script.read_labels([script.SECOND])
    assert len(script.paired(first, second)) == 150
    assert {theme for label in second.values() for theme in label.themes} <= set(THEMES)
    assert {word for label in second.values() for word in label.audiences} <= {word for label in first.values() for word in label.audiences}


def test_table_and_json_say_the_same(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    script.main(["--json"])
    figures = json.loads(capsys.readouterr().out)
    script.main(["--disagreements"])
    table = capsys.readouterr().out
    assert f"{figures['equal']:.3f}" in table
    assert f"{figures['kappa']:.3f}" in table
    different = table.split("id\tfirst\tsecond\n")[1].splitlines()
    assert len(different) == sum(cell["count"] for cell in figures["confusions"]) == round((1 - figures["equal"]) * figures["rows"])
