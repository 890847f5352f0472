"""The lexicon is what its list makes, and helps on sentences that it was not made from."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from unionnlp.language.segmentation import Segmenter

ROOT = Path(__file__).parents[2]


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"corpora_{name}", ROOT / "corpora" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_one_command_rebuilds_the_lexicon_byte_for_byte() -> None:
    build = script("build_userdict")
    assert build.TABLE.read_bytes() == build.table().encode(), "run python corpora/build_userdict.py"


def test_a_term_that_stands_twice_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = script("build_userdict")
    monkeypatch.setattr(build, "TERMS", tmp_path / "terms.txt")
    build.TERMS.write_text("# own list\n组建率 建会率=3\n建会率\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"terms\.txt, line 3: 建会率 stands twice"):
        list(build.terms())


def test_blind_sentences() -> None:
    """At least what was measured when they were cut, less a point; jieba alone keeps three terms in ten whole."""
    score = script("score_segmentation")
    keys = score.sentences()
    assert len(keys) >= 70
    ours, alone = score.score(keys, Segmenter()), score.score(keys, Segmenter((), ()))
    assert ours.f1 > 0.92
    assert ours.whole > 0.84
    assert alone.f1 < 0.8
    assert alone.whole < 0.4


def test_first_cuts_and_second_cuts_are_of_the_same_sentences() -> None:
    import json

    for line in (ROOT / "corpora" / "segmentation" / "blind.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        bare = [row.get(which, row["cut"]).replace("/", "").replace("{", "").replace("}", "") for which in ("cut", "first")]
        assert bare[0] == bare[1]
        assert "//" not in row["cut"]
