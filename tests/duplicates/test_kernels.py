"""The kernels for numba give bit for bit what numpy gives, and only large batches wait for them."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.duplicates import kernels
from unionnlp.duplicates.figures import scan_figures
from unionnlp.duplicates.find import find_duplicates
from unionnlp.duplicates.folding import batches, fold
from unionnlp.duplicates.minhash import MinHasher
from unionnlp.duplicates.passages import align, seeds, winnow_batch
from unionnlp.duplicates.prepared import Prepared
from unionnlp.duplicates.shingles import common, distinct, marked, meet, shingle_hashes

sys.path.insert(0, str(Path(__file__).parent))
import planting

TEXTS = st.lists(st.text(alphabet="工会一二十百千1２30.。， \n\U00020000\uffff", max_size=80), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def fast():
    pytest.importorskip("numba", reason="numba is not installed: pip install 'unionnlp[fast]'")
    found = kernels.load()
    assert found is not None
    return found


def both(monkeypatch, fast, work):
    """What some work gives with numpy and with numba."""
    answers = []
    for chosen in (None, fast):
        with monkeypatch.context() as patch:
            patch.setattr(kernels, "loaded", lambda chosen=chosen: chosen)
            answers.append(work())
    return answers


def as_arrays(answer):
    fields = [getattr(answer, name) for name in answer.__slots__] if hasattr(answer, "__slots__") else answer
    return [np.asarray(field) for field in (fields if isinstance(fields, (list, tuple)) else [fields])]


def assert_alike(answers):
    slow, quick = map(as_arrays, answers)
    assert len(slow) == len(quick)
    for x, y in zip(slow, quick, strict=True):
        assert x.dtype == y.dtype
        assert np.array_equal(x, y)


@pytest.mark.parametrize(("bins", "shingle"), [(256, 5), (16, 1), (64, 3), (1024, 16)])
def test_signatures(monkeypatch, fast, bins, shingle):
    texts = ["", "工", "工会职工", "工会职工会", *(planting.report(seed, 40 * seed) for seed in range(1, 30))]
    assert_alike(both(monkeypatch, fast, lambda: MinHasher(bins, shingle).signatures(texts)))


@settings(max_examples=150, deadline=None)
@given(texts=TEXTS, seed=st.integers(0, 9))
def test_every_kernel(fast, texts, seed):
    rng = np.random.default_rng(seed)
    one, other = fold(texts[0]).codes, fold(texts[-1]).codes
    hashes = [shingle_hashes(codes) for codes in (one, other)]
    marks = [marked(h, rng.random(len(h)) < 0.4) for h in hashes]
    with pytest.MonkeyPatch.context() as patch:
        assert_alike(both(patch, fast, lambda: next(batches(texts))[1]))
        for _, batch in batches(texts):
            plain = batch.plain()
            assert_alike(both(patch, fast, lambda plain=plain: MinHasher().signatures(texts)))
            assert_alike(both(patch, fast, lambda plain=plain: winnow_batch(plain, 7, 23)))
            assert_alike(both(patch, fast, lambda batch=batch: scan_figures(batch.codes)))
        assert_alike(both(patch, fast, lambda: scan_figures(one)))
        slow, quick = both(patch, fast, lambda: common(*map(distinct, hashes)))
        assert slow == quick
        slow, quick = both(patch, fast, lambda: meet(*marks))
        assert slow == quick
        slow, quick = both(patch, fast, lambda: align(one, other, *seeds(Prepared(texts[0]).grams, Prepared(texts[-1]).grams)))
        assert slow == quick


def test_find_duplicates(monkeypatch, fast):
    rng = random.Random(2)
    texts = {f"t{k}": planting.report(k, 600) for k in range(20)}
    texts |= {f"copy{k}": planting.edited(texts[f"t{k}"], k, rng.choice((0, 0.03, 0.1))) for k in range(8)}
    texts |= {f"part{k}": planting.report(100 + k, 300) + texts[f"t{k}"][100:300] + planting.report(200 + k, 300) for k in range(4)}
    slow, quick = both(monkeypatch, fast, lambda: find_duplicates(texts))
    assert slow == quick
    assert len(slow) >= 12


def test_a_small_batch_does_not_wait_for_a_compiler(monkeypatch):
    def refuse():
        raise AssertionError("numba was asked for")

    refuse.cache_info = lambda: type("Info", (), {"currsize": 0})
    monkeypatch.setattr(kernels, "load", refuse)
    texts = [planting.report(seed) for seed in range(20)]
    assert MinHasher().signatures(texts).shape == (20, 256)
    assert find_duplicates({str(number): text for number, text in enumerate(texts)}) == ()
    with pytest.raises(AssertionError, match="asked for"):
        kernels.load_for(kernels.WORTH_LOADING)


def test_without_numba_there_are_no_kernels(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    assert kernels.load.__wrapped__() is None
