"""What everybody writes is stock for two reports alone; what one report writes of its own is not."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from unionnlp.arrays import read_arrays
from unionnlp.duplicates.common_shingles import FORM, LEAST, NAME, as_codes, common_places, plain_shingles
from unionnlp.duplicates.find import compare, find_duplicates
from unionnlp.duplicates.folding import decode, fold, fold_digits
from unionnlp.duplicates.shingles import SHINGLE, gram_hashes
from unionnlp.lexicon import data_file

sys.path.insert(0, str(Path(__file__).parent))
import planting

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "duplicates"
STOCK = [json.loads(line)["text"] for line in (CASES / "stock_paragraphs.jsonl").read_text(encoding="utf-8").splitlines()]
OWN = [json.loads(line)["text"] for line in (CASES / "no_stock.jsonl").read_text(encoding="utf-8").splitlines()]


def common_share(text):
    codes = fold_digits(fold(text).codes)
    return float(np.mean(common_places(codes, gram_hashes(codes, SHINGLE))))


def test_the_shipped_table_is_what_the_command_makes():
    spec = importlib.util.spec_from_file_location("build_common_shingles", ROOT / "corpora" / "build_common_shingles.py")
    assert spec is not None
    assert spec.loader is not None
    builder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(builder)
    shipped = read_arrays(data_file(NAME), FORM, "common shingles")["codes"]
    assert np.array_equal(builder.build()["codes"], shipped)


def test_every_set_sentence_is_common():
    for sentence in (ROOT / "corpora" / "stock" / "sentences.txt").read_text(encoding="utf-8").splitlines():
        codes = fold(sentence).codes
        if len(codes) >= LEAST:
            assert common_places(codes, gram_hashes(codes, SHINGLE)).all(), sentence


@pytest.mark.parametrize("text", STOCK, ids=lambda text: text[:12])
def test_a_stock_paragraph_alone_is_no_match(text):
    a, b = planting.report(90, 700) + "\n" + text, text + "\n" + planting.report(91, 700)
    assert find_duplicates({"a": a, "b": b}) == ()
    compared = compare(a, b)
    assert not compared.alike
    assert compared.match.containment_a > compared.match.discounted_a


@pytest.mark.parametrize("text", OWN, ids=lambda text: text[:12])
def test_a_paragraph_of_its_own_is_a_match(text):
    assert common_share(text) < 0.1
    (match,) = find_duplicates({"a": planting.report(92, 700) + text, "b": text + planting.report(93, 700)})
    assert match.kind == "passage"


def test_what_everybody_writes_counts_among_words_of_its_own():
    """A copied passage is not cut into pieces too short to count by the set sentences inside it."""
    sentence = "坚定不移走中国特色社会主义工会发展道路"
    own = OWN[0][:70] + sentence + OWN[1][:15]
    assert find_duplicates({"a": planting.report(94, 700) + own, "b": own + planting.report(95, 700)})
    assert 0.1 < common_share(own) < 0.5


def test_shingles_around_figures_and_short_texts():
    assert not any(letter.isdigit() for shingle in plain_shingles("走访慰问困难职工1462户，发放慰问金96.5万元") for letter in shingle)
    assert plain_shingles("工会") == set()
    assert not common_places(fold("工会").codes, gram_hashes(fold("工会").codes, SHINGLE)).any()
    assert [decode(row) for row in as_codes({"走访慰问困", "发放慰问金"})] == ["发放慰问金", "走访慰问困"]


def test_an_identical_report_of_stock_alone_is_still_identical():
    text = "".join(STOCK)
    (match,) = find_duplicates({"a": text, "b": text})
    assert (match.kind, match.jaccard) == ("identical", 1.0)
