"""Two texts side by side: the shares of a plagiarism check, the passages with their sections, and a page that reads well."""

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.duplicates.find import compare, find_duplicates
from unionnlp.records import Document

sys.path.insert(0, str(Path(__file__).parent))
import planting

OWN = planting.report(101, 400)
A = f"云溪县总工会2018年工作总结\n一、帮扶救助\n{planting.report(102, 300)}\n全年走访慰问困难职工1462户，发放慰问金96.5万元。\n二、维权\n（一）协商\n{OWN}\n学习《工会法》。"
B = A.replace("1462户", "1506户").replace("云溪", "雁坪").replace("2018", "2019").replace("学习", "研读")


def test_the_shares_are_those_of_the_match_and_the_characters_add_up():
    compared = compare(A, B)
    match = compared.match
    for side, text, total, own in ((compared.a, A, match.containment_a, match.discounted_a), (compared.b, B, match.containment_b, match.discounted_b)):
        assert (side.share.total, side.share.discounted, side.share.largest) == (total, own, total)
        assert side.share.characters == len("".join(text.split()))
        assert 0 < side.share.copied <= side.share.characters
    assert compared.a.share.passages == sum(p.kind in ("same", "edited") for p in match.passages)
    assert compared.a.share.copied > 0.9 * compared.a.share.characters
    assert compared.a.share.stock > 0


def test_passages_have_the_headings_above_them():
    b = planting.report(103, 300) + OWN
    compared = compare(A, b)
    (place,) = [place for place, p in zip(compared.a.places, compared.match.passages, strict=True) if p.end_a - p.start_a > 300]
    assert place == "二、维权 › （一）协商"
    assert compared.b.places[0] == ""


def test_what_is_alike_is_what_a_batch_would_list():
    for b in (B, planting.report(104), OWN + planting.report(105), "", A):
        assert compare(A, b).alike == bool(find_duplicates({"a": A, "b": b}))


def test_the_page_shows_both_sides_with_legend_and_asks():
    compared = compare(Document(A, "甲/云溪.txt"), Document(B, "乙/雁坪.txt"))
    page = compared._repr_html_()
    told = ("疑似略有改动，请核实", "云溪县总工会2018年工作总结（云溪.txt）", "总文字复制比", "去除套话与引文复制比", "单篇最大复制比", "1462户 → 1506户")
    for word in (*told, "同文", "套话", "引文", "改动", "同数", "异数"):
        assert word in page
    assert "抄袭" not in page
    assert page.count(">1462户</span>") == page.count(">1506户</span>") == 1
    assert re.search(r'<span style="background:#28aa5a40">(?:<span[^>]*>)?《工会法》', page)
    assert "<script" not in page
    assert "http" not in page


def test_what_a_text_holds_cannot_leave_the_page():
    hostile = A + '<script>alert(1)</script>"\'&\u202e\x00'
    page = compare(hostile, hostile)._repr_html_()
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x00" not in page


def test_two_texts_that_share_nothing_say_so():
    compared = compare(planting.report(106, 300), "举办了职工运动会。")
    assert compared.verdict == "未见疑似雷同"
    assert "未见疑似雷同" in compared._repr_html_()
    assert compare("", "")._repr_html_()


def test_matches_read_well_in_a_notebook():
    shown = find_duplicates({"甲": A, "乙": B})._repr_html_()
    for word in ("疑似雷同，请核实", "略有改动", "1506户 → 1462户", "疑似来源（提示）"):
        assert word in shown
    assert "抄袭" not in shown


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300), st.booleans()), max_size=4))
def test_swapping_the_sides_swaps_everything(seed, pieces):
    a = planting.report(seed, 900, figures=0.3)
    b = "\n".join(planting.edited(a[start : start + length], seed, 0.05) if edit else a[start : start + length] for start, length, edit in pieces)
    one, other = compare(a, b), compare(b, a)
    assert (one.match.jaccard, one.match.kind, one.alike) == (other.match.jaccard, other.match.kind, other.alike)
    assert (one.a.share, one.b.share) == (other.b.share, other.a.share)
    assert (one.match.containment_a, one.match.discounted_b) == (other.match.containment_b, other.match.discounted_a)
    assert {(p.quote_a, p.start_a, p.start_b) for p in one.match.changes} == {(p.quote_b, p.start_b, p.start_a) for p in other.match.changes}
    assert 0 <= one.match.jaccard <= min(one.match.containment_a, one.match.containment_b) <= 1


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="工会职工维权培训帮扶救助12。，", min_size=1, max_size=300))
def test_a_text_is_wholly_contained_in_itself(text):
    match = compare(text, text).match
    assert (match.kind, match.jaccard, match.containment_a, match.containment_b, match.changes) == ("identical", 1.0, 1.0, 1.0, ())


@pytest.mark.parametrize("extra", [3, 30])
def test_texts_that_share_nothing_with_either_change_no_verdict(extra):
    strangers = {f"z{k}": "".join(chr(0x7000 + (k * 397 + i * 89) % 0x1800) for i in range(300)) for k in range(extra)}
    alone, among = find_duplicates({"a": A, "b": B}), find_duplicates({"a": A, "b": B, **strangers})
    assert [m.to_dict() for m in among if {m.a, m.b} == {"a", "b"}] == [m.to_dict() for m in alone]
