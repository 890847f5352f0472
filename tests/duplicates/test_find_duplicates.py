"""Copies of every kind are found and named, what is no copy is not, and the answers keep their promises."""

import random
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from unionnlp.duplicates.find import compare, find_duplicates
from unionnlp.duplicates.folding import decode, fold, fold_digits
from unionnlp.duplicates.links import STOCK_CLUSTERS
from unionnlp.records import Document, Report

sys.path.insert(0, str(Path(__file__).parent))
import planting

OTHERS = {f"other{seed}": planting.report(1000 + seed) for seed in range(12)}


def folded(text):
    return decode(fold(text).codes)


def only(matches):
    (match,) = matches
    return match


def refigure(text, seed):
    rng = random.Random(seed)
    return "".join(rng.choice("123456789") if c.isdigit() else c for c in text)


BASE = planting.report(1)
LINES = [planting.figure_line(random.Random(seed)) for seed in range(12)]


def around(lines, seed):
    rng = random.Random(seed)
    return "".join(planting.sentence(rng) + line for line in lines)


PAIRS = {
    "identical": (BASE, BASE, "identical"),
    "reset": (BASE, BASE.replace("，", " ,").replace("1", "１"), "identical"),
    "light": (BASE, planting.edited(BASE, 2, 0.03), "light_edit"),
    "figures": (planting.report(3, figures=0.5), refigure(planting.report(3, figures=0.5), 4), "figures_changed"),
    "copied figures": (around(LINES, 5), around([line.replace("人", "名同志").replace("元", "块钱") for line in LINES], 6), "figures_copied"),
    "cut": (BASE, BASE[: len(BASE) // 2], "cut_short"),
    "passage": (BASE, planting.report(7, 700) + BASE[300:450] + planting.report(8, 700), "passage"),
    "edited passage": (BASE, planting.report(7, 700) + planting.edited(BASE[300:600], 1, 0.05) + planting.report(8, 700), "passage"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_planted_kinds_are_found_and_named(name):
    a, b, kind = PAIRS[name]
    match = only(find_duplicates({"a": a, "b": b, **OTHERS}))
    assert (match.a, match.b, match.kind) == ("a", "b", kind)
    assert match.passages or kind == "figures_copied"


def test_two_texts_alone_work_as_well():
    for a, b, kind in PAIRS.values():
        assert only(find_duplicates({"a": a, "b": b})).kind == compare(a, b).match.kind == kind


def test_a_copy_in_traditional_characters():
    opencc = pytest.importorskip("opencc")
    text = planting.report(9)
    match = only(find_duplicates({"a": text, "b": opencc.OpenCC("s2t").convert(text), **OTHERS}))
    assert match.jaccard > 0.95


def test_a_patchwork_of_three():
    sources = [planting.report(20 + k, 1500) for k in range(3)]
    patch = "".join(source[k * 400 : k * 400 + 450] for k, source in enumerate(sources))
    matches = find_duplicates({"patch": patch, **{f"s{k}": s for k, s in enumerate(sources)}, **OTHERS})
    assert {(m.a, m.b, m.kind) for m in matches} == {("patch", f"s{k}", "patchwork") for k in range(3)}


def test_a_family_is_one_star():
    """60 units send in one form: each is linked, and the work is linear."""
    texts = {f"u{k:02}": planting.edited(BASE, k, 0.02) for k in range(60)}
    matches = find_duplicates({**texts, **OTHERS})
    assert {m.b for m in matches} | {m.a for m in matches} == set(texts)
    assert len(matches) < 2 * len(texts)


def test_a_passage_handed_round_is_copying_and_what_everybody_writes_is_stock():
    passage = planting.report(31, 300)
    few = {f"t{k:03}": planting.report(2000 + k, 600) + passage for k in range(20)}
    matches = find_duplicates(few)
    assert {m.a for m in matches} | {m.b for m in matches} == set(few)
    many = {f"t{k:03}": planting.report(2000 + k, 600) + passage for k in range(STOCK_CLUSTERS + 20)}
    assert find_duplicates(many) == ()


def test_stock_phrases_and_titles_alone_are_no_copy():
    shared = (
        "在市委的正确领导下，认真学习贯彻落实《中华人民共和国工会法》《女职工劳动保护特别规定》《集体合同规定》《工会女职工委员会工作条例》，"
        "切实维护，走访慰问，建档立卡，取得了一定的成绩，受到了广大职工的一致好评。"
    )
    a, b = planting.report(40, 700) + shared, shared + planting.report(41, 700)
    assert find_duplicates({"a": a, "b": b}) == ()
    comparison = compare(a, b).match
    assert comparison.passages
    assert {p.kind for p in comparison.passages} <= {"stock", "quoted"}
    assert comparison.discounted_a < comparison.containment_a


def test_unrelated_texts_do_not_match():
    assert find_duplicates(OTHERS) == ()


def test_tables_of_other_figures_do_not_match():
    rng = random.Random(3)
    tables = {str(k): " ".join(str(rng.randint(10, 99999)) for _ in range(400)) for k in range(20)}
    assert find_duplicates(tables) == ()


def test_the_order_of_input_does_not_matter():
    texts = {**{name: text for k, (a, b, _) in PAIRS.items() for name, text in ((k + "1", a), (k + "2", b))}, **OTHERS}
    forward = find_duplicates(texts)
    assert find_duplicates(dict(reversed(texts.items()))) == forward
    assert len(forward) > len(PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_swapping_swaps(name):
    a, b, _ = PAIRS[name]
    one, other = compare(a, b).match, compare(b, a).match
    assert (one.jaccard, one.kind, one.shared_figures) == (other.jaccard, other.kind, other.shared_figures)
    assert (one.containment_a, one.containment_b, one.discounted_a, one.discounted_b) == (other.containment_b, other.containment_a, other.discounted_b, other.discounted_a)
    assert {(p.start_a, p.end_a, p.start_b, p.end_b, p.kind) for p in one.passages} == {(p.start_b, p.end_b, p.start_a, p.end_a, p.kind) for p in other.passages}


@pytest.mark.parametrize("name", PAIRS)
def test_additions_that_share_nothing_change_no_verdict(name):
    a, b, _ = PAIRS[name]
    rng = random.Random(5)
    strangers = {f"x{k}": "".join(chr(rng.randrange(0x7000, 0x9000)) for _ in range(400)) for k in range(40)}
    assert find_duplicates({"a": a, "b": b, **strangers}) == find_duplicates({"a": a, "b": b})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300), st.sampled_from(["copy", "edit", "own"])), min_size=1, max_size=5))
@example(268, [(168, 121, "edit"), (268, 14, "copy")])  # what was edited in the one stands behind it as the other
@example(138494, [(246, 48, "edit"), (263, 42, "copy")])  # what the copy leaves of the edited stretch agrees in no five characters
def test_passages_share_what_they_claim(seed, pieces):
    a = planting.report(seed, 1200)
    parts = []
    for number, (start, length, how) in enumerate(pieces):
        piece = a[start : start + length]
        parts.append({"copy": piece, "edit": planting.edited(piece, seed, 0.08), "own": planting.report(seed + number + 1, max(1, length))}[how])
    b = " \n".join(parts)
    match = compare(a, b).match
    last = 0
    for p in match.passages:
        x, y = folded(a[p.start_a : p.end_a]), folded(b[p.start_b : p.end_b])
        assert last <= p.start_a < p.end_a <= len(a)
        assert 0 <= p.start_b < p.end_b <= len(b)
        last = p.end_a
        if p.kind == "same":
            assert x == y
        plain = [decode(fold_digits(fold(t).codes)) for t in (x, y)]
        grams = [{t[i : i + 5] for i in range(len(t) - 4)} for t in plain]
        assert grams[0] & grams[1]
    sides = sorted((p.start_b, p.end_b) for p in match.passages)
    assert all(end <= start for (_, end), (start, _) in pairwise(sides))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="工会职工维权培训12。 ", max_size=40), st.text(alphabet="工会职工维权培训12。 ", max_size=40))
def test_short_texts(a, b):
    match = compare(a, b).match
    grams = [{t[i : i + 5] for i in range(max(1, len(t) - 4))} - {""} for t in (folded(a), folded(b))]
    union = grams[0] | grams[1]
    assert match.jaccard == (len(grams[0] & grams[1]) / len(union) if union else 0)
    find_duplicates({"a": a, "b": b})
    if folded(a):
        same = only(find_duplicates({"a": a, "b": a}))
        assert (same.kind, same.jaccard, same.containment_a, same.containment_b) == ("identical", 1.0, 1.0, 1.0)


def test_empty_texts_match_nothing():
    assert find_duplicates({}) == ()
    assert find_duplicates({"a": "", "b": "", "c": " \n", "d": BASE}) == ()


def test_offsets_of_reports_are_those_of_the_document():
    text = planting.report(50, 300) + BASE
    document = Document(text)
    report = Report("r", document, len(text) - len(BASE), len(text), "", "", "")
    match = only(find_duplicates({"a": report, "b": BASE[:600], "c": Document(planting.report(51))}))
    passage = match.passages[0]
    assert text[passage.start_a : passage.end_a] == BASE[passage.start_b : passage.end_b]
    compared = compare(report, BASE[:600])
    assert compared.match.a == "r"
    p = compared.match.passages[0]
    assert compared.text_a[p.start_a : p.end_a] == compared.text_b[p.start_b : p.end_b]


@pytest.mark.parametrize(("threshold", "min_passage"), [(-0.1, 80), (1.1, 80), (0.5, 0)])
def test_limits_are_checked(threshold, min_passage):
    with pytest.raises(ValueError, match="not"):
        find_duplicates({}, threshold=threshold, min_passage=min_passage)


HOSTILE = {
    "one character": "工" * 1_000_000,
    "two characters": "工会" * 500_000,
    "a long period": planting.report(60, 500) * 2000,
    "digits": "12345678901" * 90_000,
    "figures": "12人，34人，" * 120_000,
    "punctuation": "，。、；！" * 200_000,
    "white space": " 　\n" * 300_000,
    "quotation marks": "“《" * 400_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_stay_linear(name):
    text = HOSTILE[name]
    started = time.process_time()
    find_duplicates({"a": text, "b": text[: len(text) // 2] + "完", "c": BASE})
    assert time.process_time() - started < 30
