"""Folding, shingles and signatures: the fast arrays against plain Python, and the estimate against the truth."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.duplicates.folding import batches, decode, fold, fold_digits
from unionnlp.duplicates.minhash import EMPTY, MinHasher, _probe_paths, estimate
from unionnlp.duplicates.shingles import common, containment, gram_hashes, jaccard, shingle_set

sys.path.insert(0, str(Path(__file__).parent))
import planting

TEXTS = st.text(alphabet="工会職职工１1２2 　\n，,。“\"《a\u200bＡ", max_size=60)
MASK = (1 << 64) - 1


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("組建率 ９７．０８％", "组建率97.08%"),
        ("⼯会，（全）", "工会,(全)"),
        ("「職工」“之家”", '"职工""之家"'),
        ("ＡBc\t\r\n\u200b\ufeff", "abc"),
        ("", ""),
        ("覆蓋職業 覆盖", "覆盖职业覆盖"),
    ],
)
def test_folding(text, folded):
    assert decode(fold(text).codes) == folded


@given(TEXTS)
def test_a_folded_place_leads_back_to_its_character(text):
    folded = fold(text)
    assert len(folded.codes) == len(folded.raw)
    for code, place in zip(folded.codes, folded.raw, strict=True):
        assert decode(fold(text[place]).codes) == chr(code)
    assert decode(fold(decode(folded.codes)).codes) == decode(folded.codes)


@given(st.lists(TEXTS, max_size=6))
def test_a_batch_folds_like_its_texts(texts):
    got = [decode(batch.codes[s:e]) for _, batch in batches(texts) for s, e in zip(batch.starts, batch.ends, strict=True)]
    assert got == [decode(fold(text).codes) for text in texts]


@given(TEXTS, TEXTS)
def test_shares_of_sets(a, b):
    a, b = decode(fold(a).codes), decode(fold(b).codes)
    sets = [{t[i : i + 5] for i in range(max(1, len(t) - 4))} - {""} for t in (a, b)]
    x, y = (shingle_set(fold(t).codes) for t in (a, b))
    assert (len(x), len(y), common(x, y)) == (len(sets[0]), len(sets[1]), len(sets[0] & sets[1]))
    assert jaccard(x, y) == jaccard(y, x) == (len(sets[0] & sets[1]) / len(sets[0] | sets[1]) if sets[0] | sets[1] else 0)
    assert containment(x, y) == (len(sets[0] & sets[1]) / len(sets[0]) if sets[0] else 0)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 13])
def test_gram_hashes_depend_on_the_gram_alone(length):
    codes = fold(planting.report(1, 400)).codes
    hashes = gram_hashes(codes, length)
    assert len(hashes) == len(codes) - length + 1
    by_gram = {}
    for place, value in enumerate(hashes.tolist()):
        assert by_gram.setdefault(codes[place : place + length].tobytes(), value) == value
    assert len(set(by_gram.values())) == len(by_gram)


def reference_signature(text, bins=256, shingle=5):
    """One text in plain Python, as the docstring of MinHasher tells it."""
    codes = fold_digits(fold(text).codes).tolist()
    base, mix = 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD
    row = [int(EMPTY)] * bins
    if not codes:
        return row
    grams = [codes[i : i + shingle] for i in range(len(codes) - shingle + 1)] or [codes]
    for gram in grams:
        h = 0
        for code in gram:
            h = (h * base + code) & MASK
        h ^= h >> 32
        h = h * mix & MASK
        h ^= h >> 29
        where = 0 if len(codes) < shingle else h >> (64 - bins.bit_length() + 1)
        row[where] = min(row[where], h & 0xFFFFFFFF)
    paths = _probe_paths(bins)
    return [next(row[p] for p in paths[i] if row[p] != EMPTY) if value == EMPTY else value for i, value in enumerate(row)]


@pytest.mark.parametrize("text", ["", "工", "工会职工", "工会职工会", planting.report(2, 60), planting.report(3, 900), "组建率97%" * 40])
def test_signatures_equal_the_reference(text):
    assert MinHasher().signatures([text]).tolist() == [reference_signature(text)]


@settings(max_examples=30)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_signature_does_not_depend_on_its_neighbours(texts):
    hasher = MinHasher()
    assert np.array_equal(hasher.signatures(texts), np.concatenate([hasher.signatures([text]) for text in texts]))


def test_many_batches():
    texts = [planting.report(seed, 3000) for seed in range(60)]
    hasher = MinHasher()
    assert np.array_equal(hasher.signatures(texts)[[0, 31, 59]], hasher.signatures([texts[0], texts[31], texts[59]]))


def test_estimates_are_unbiased():
    """Mean error over 300 pairs of many lengths within three standard errors of zero, spread as theory says."""
    rng = random.Random(4)
    hasher = MinHasher()
    errors = []
    for seed in range(300):
        a = planting.report(seed, rng.choice([40, 120, 400, 1500]))
        b = planting.edited(a, seed, rng.choice([0.01, 0.03, 0.08, 0.2]))
        true = jaccard(*(shingle_set(fold_digits(fold(t).codes)) for t in (a, b)))
        errors.append(estimate(*hasher.signatures([a, b])) - true)
    assert abs(np.mean(errors)) < 3 * np.std(errors) / len(errors) ** 0.5 + 0.002
    assert np.std(errors) < 0.06


def test_unrelated_and_empty_texts_agree_nowhere():
    rows = MinHasher().signatures([planting.report(1), "", "", "　\n"])
    assert (rows[1:] == EMPTY).all()
    assert estimate(rows[1], rows[2]) == 0
    other = MinHasher().signatures(["".join(map(chr, range(0x5000, 0x5600)))])
    assert estimate(rows[0], other[0]) < 0.02


@pytest.mark.parametrize("bins", [0, 1, 100, 1 << 13])
def test_bins_are_a_power_of_two(bins):
    with pytest.raises(ValueError, match="power of two"):
        MinHasher(bins=bins)


def test_datasketch_estimates_alike_and_refuses_to_mix():
    datasketch = pytest.importorskip("datasketch")
    a = planting.report(5, 2000)
    b = planting.edited(a, 5, 0.03)
    hasher = MinHasher()
    rows = hasher.signatures([a, b])
    ours, other = (hasher.to_datasketch(row) for row in rows)
    assert ours.jaccard(other) == pytest.approx(estimate(*rows))
    theirs = []
    for text in (a, b):
        plain = decode(fold_digits(fold(text).codes))
        sketch = datasketch.MinHash(num_perm=256)
        sketch.update_batch([plain[i : i + 5].encode() for i in range(len(plain) - 4)])
        theirs.append(sketch)
    assert estimate(*rows) == pytest.approx(theirs[0].jaccard(theirs[1]), abs=0.15)
    with pytest.raises(ValueError, match="seed"):
        ours.jaccard(theirs[0])
