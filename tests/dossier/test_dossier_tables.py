"""Frames made ready to show: types, words, places, names and sums."""

import math

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.dossier.asking import asks
from unionnlp.dossier.families import families, matches_of
from unionnlp.dossier.tables import COLUMNS, Places, atomic, complete, display_words, labels, printable, say
from unionnlp.records import BOUNDS, VERDICT_WORDS


def test_every_word_of_the_records_has_a_display_word_with_an_explanation():
    assert {word: row["chinese"] for word, row in display_words("verdict").items()} == VERDICT_WORDS
    assert tuple(display_words("bound")) == BOUNDS
    assert set(display_words("match")) == {"identical", "light_edit", "figures_changed", "figures_copied", "cut_short", "patchwork", "passage"}
    assert set(display_words("passage")) == {"same", "edited", "stock", "quoted"}
    assert all(row["explanation"] for kind in ("verdict", "match", "passage", "bound") for row in display_words(kind).values())


def test_no_display_word_says_that_somebody_copied():
    kinds = ("match", "passage", "figure", "verdict", "problem", "question")
    assert not any("抄袭" in "".join(row.cells.values()) for kind in kinds for row in display_words(kind).values())


def test_missing_tables_columns_and_cells_become_empty():
    ready = complete({"reports": pandas.DataFrame([{"report_id": "r", "title": None, "position": math.nan}]), "facts": pandas.DataFrame()})
    assert list(ready) == list(COLUMNS)
    row = ready["reports"].iloc[0]
    assert (row["title"], row["text"], row["position"]) == ("", "", 0)
    assert list(ready["facts"].columns)[:2] == ["report_id", "reporting_unit"]


@given(st.text())
def test_printable_keeps_the_length_and_can_be_written(text):
    shown = printable(text)
    assert len(shown) == len(text)
    shown.encode("utf-8")
    assert not set(shown) & {"\x00", "\x1b", "\u202e"}


def test_a_place_is_named_by_the_headings_above_it():
    rows = [(0, 90, 1, "一、", "组织"), (10, 50, 2, "（一）", "建会"), (50, 90, 2, "（二）", "发展"), (90, 99, 1, "二、", "帮扶")]
    frame = pandas.DataFrame([{"report_id": "r", "start": s, "end": e, "level": lv, "number": n, "heading": h} for s, e, lv, n, h in rows])
    places = Places(complete({"sections": frame})["sections"])
    assert [places.of("r", at) for at in (5, 49, 50, 95)] == ["一、组织", "一、组织 › （一）建会", "一、组织 › （二）发展", "二、帮扶"]
    assert places.describe("r", 95) == "二、帮扶；第96字起"
    assert places.of("unknown", 3) == ""


def test_no_two_reports_have_the_same_name():
    rows = [("1", "f", "总结", "甲工会"), ("2", "g", "总结", "甲工会"), ("3", "h.txt", "", "")]
    frame = pandas.DataFrame(rows, columns=["report_id", "file", "title", "reporting_unit"])
    assert list(labels(complete({"reports": frame})["reports"]).values()) == ["甲工会《总结》", "甲工会《总结》（第2份）", "h.txt"]


def test_what_needs_asking_comes_gravest_first_and_leaves_out_what_holds(tables):
    ready = complete(tables)
    lines = asks(ready, families(matches_of(ready["matches"])))
    assert [line.gravity for line in lines] == ["match", "conflict", "conflict", "damaged", "doubtful", "unverifiable", "signal"]
    assert lines[0].unit == "青河县总工会、白石镇总工会、柳林街道总工会"
    assert lines[3].place == "二、民主管理；第114字起"
    assert all(line.question for line in lines)


def test_a_word_without_display_word_is_shown_as_it_is():
    assert say("flag", "brand_new") == "brand_new"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "卷宗.html"
    path.write_text("old", encoding="utf-8")

    def write_half():
        with atomic(path) as written:
            written.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["卷宗.html"]
