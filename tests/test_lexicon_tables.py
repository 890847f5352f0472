"""Every row of every table with a pattern matches its example and not its counterexample, in the way in which the code uses it."""

from __future__ import annotations

import pytest
import regex

from unionnlp.errors import LexiconError
from unionnlp.facts.numerals import parse_numeral
from unionnlp.facts.quantities import find_quantities
from unionnlp.lexicon import Row, data_file, fingerprint, load_table, parse_table
from unionnlp.records import BOUNDS
from unionnlp.structure.normalize import repairs

ELSEWHERE = {"theme_cues": "themes/test_theme_tables.py", "stock_phrases": "duplicates/test_stock_phrases.py", "per_head": "auditing/test_arithmetic_tables.py"}
"""Tables with a pattern whose rows other tests run."""

TABLES = sorted(file.name.removesuffix(".tsv") for file in data_file("lexicon").iterdir() if file.name.endswith(".tsv"))
PATTERN_COLUMNS = {"pattern", "cue", "regex", "before", "after", "not_after"}


def rows_of(table: str) -> tuple[Row, ...]:
    """The rows of a table under whatever columns it has."""
    text = data_file("lexicon", f"{table}.tsv").read_text(encoding="utf-8")
    return parse_table(text, f"{table}.tsv", text.split("\n", 1)[0].split("\t"))


def rows(*tables: str) -> list[object]:
    return [pytest.param(row, id=f"{table}:{row.line}") for table in tables for row in rows_of(table)]


# ------------------------------------------------------------------------------------------------ one pattern, one mode

SEARCHED = {
    **dict.fromkeys(("blanks", "noise", "periods", "scopes", "subjects", "titles"), "pattern"),
    **dict.fromkeys(("across_cues", "audit_cues", "rate_terms", "rate_limits", "terms_and_years", "dated_events", "declared_counts", "table_headings", "table_units"), "pattern"),
    **dict.fromkeys(("wording_cues", "wrong_words", "residue", "masked_dates", "self_words"), "pattern"),
    "indicator_cues": "cue",
}
"""Tables whose pattern may stand anywhere, with its column."""

BY_OTHER_TESTS_HERE = {
    *("numbering", "compilation_markers", "unnumbered_headings", "page_numbers", "dangling_ends", "status_cues"),
    *("lost_signs", "classifiers", "approximators", "not_quantities", "money_units", "rate_units"),
}


def test_every_table_with_a_pattern_is_tested() -> None:
    with_pattern = {table for table in TABLES if PATTERN_COLUMNS & set(rows_of(table)[0].cells)}
    assert with_pattern == {*SEARCHED, *BY_OTHER_TESTS_HERE, *ELSEWHERE}


@pytest.mark.parametrize("table", sorted({*SEARCHED, *BY_OTHER_TESTS_HERE}))
def test_every_row_has_an_example_a_counterexample_and_a_source(table: str) -> None:
    lacking = [row.line for row in rows_of(table) if not (row["example"] and row["counterexample"] and row["source"])]
    assert not lacking


@pytest.mark.parametrize("row", rows(*SEARCHED))
def test_searched_patterns(row: Row) -> None:
    pattern = regex.compile(row[SEARCHED[row.file.removesuffix(".tsv")]], regex.MULTILINE if row.file == "noise.tsv" else 0)
    assert pattern.search(row["example"])
    assert not pattern.search(row["counterexample"])


@pytest.mark.parametrize("row", rows("noise"))
def test_noise_is_marked_as_what_its_row_says(row: Row) -> None:
    assert row["id"] in {repair.kind for repair in repairs(row["example"])}
    assert row["id"] not in {repair.kind for repair in repairs(row["counterexample"])}


@pytest.mark.parametrize("row", rows("numbering"))
def test_numbers_open_a_line(row: Row) -> None:
    pattern = regex.compile(row["pattern"])
    assert pattern.match(row["example"] + "\n")
    assert not pattern.match(row["counterexample"] + "\n")


@pytest.mark.parametrize("row", rows("compilation_markers"))
def test_markers_open_a_line_and_titles_fill_one(row: Row) -> None:
    pattern = regex.compile(row["pattern"], regex.MULTILINE)

    def holds(line: str) -> bool:
        match = {"marker": pattern.match, "count": pattern.search, "numbered_title": pattern.search}.get(row["place"])
        return bool(match(line + "\n") if match else pattern.fullmatch(line))

    assert row["place"] in {"marker", "count", "numbered_title", "title_page"}
    assert holds(row["example"])
    assert not holds(row["counterexample"])


@pytest.mark.parametrize("row", rows("unnumbered_headings", "page_numbers"))
def test_unnumbered_headings_and_page_numbers_fill_a_line(row: Row) -> None:
    pattern = regex.compile(row["pattern"])
    assert pattern.fullmatch(row["example"])
    assert not pattern.fullmatch(row["counterexample"])


@pytest.mark.parametrize("row", rows("dangling_ends"))
def test_dangling_ends_close_a_line(row: Row) -> None:
    pattern = regex.compile(f"(?:{row['pattern']})$")
    assert pattern.search(row["example"])
    assert not pattern.search(row["counterexample"])


@pytest.mark.parametrize("row", rows("status_cues"))
def test_status_cues_stand_where_they_say(row: Row) -> None:
    pattern = regex.compile(row["pattern"])

    def holds(text: str) -> bool:
        if row["where"] == "after":
            return any(pattern.match(text, quantity.end) for quantity in find_quantities(text))
        return pattern.search(text) is not None

    assert row["status"] in {"planned", "rule"}
    assert row["where"] in {"heading", "clause", "after", "sentence"}
    assert holds(row["example"])
    assert not holds(row["counterexample"])


@pytest.mark.parametrize("row", rows("lost_signs"))
def test_lost_signs_are_told_by_the_words_on_both_sides_of_the_figure(row: Row) -> None:
    before, after = regex.compile(row["before"]), regex.compile(row["after"])

    def holds(text: str) -> bool:
        return any(before.search(text[: figure.start()]) and after.match(text, figure.end()) for figure in regex.finditer(r"\d+(?:\.\d+)?", text))

    assert holds(row["example"])
    assert not holds(row["counterexample"])


# ------------------------------------------------------------------------------------ tables that are one grammar together


@pytest.mark.parametrize("row", rows("classifiers"))
def test_classifiers_count_in_their_example_and_not_in_their_counterexample(row: Row) -> None:
    assert row["small"] in {"yes", "one", "no", "counted"}
    assert any(quantity.unit == row["unit"] and row["surface"] in quantity.quote for quantity in find_quantities(row["example"]))
    assert not [q for q in find_quantities(row["counterexample"]) if q.unit == row["unit"] and row["surface"] in q.quote]


@pytest.mark.parametrize("row", rows("money_units", "rate_units"))
def test_units_are_found_in_their_example_and_not_in_their_counterexample(row: Row) -> None:
    assert [quantity.unit for quantity in find_quantities(row["example"])] == [row["unit"]]
    assert not [q for q in find_quantities(row["counterexample"]) if q.unit == row["unit"] and row["surface"] in q.quote]


@pytest.mark.parametrize("row", rows("money_signs"))
def test_signs_of_money_give_their_unit(row: Row) -> None:
    assert [quantity.unit for quantity in find_quantities(row["example"])] == [row["unit"]]


@pytest.mark.parametrize("row", rows("share_words"))
def test_words_for_a_share_count_beside_an_approximator(row: Row) -> None:
    assert [(q.quote, str(q.value), q.unit) for q in find_quantities(f"超过{row['word']}的职工")] == [(f"超过{row['word']}", row["points"], "%")]
    assert find_quantities(f"{row['word']}是") == ()


@pytest.mark.parametrize("row", rows("implied_units"))
def test_words_imply_the_unit_that_was_left_out(row: Row) -> None:
    assert [(quantity.quote, quantity.unit) for quantity in find_quantities(row["example"])] == [("5万", row["unit"])]


ROLES = {"digit", "place", "shorthand", "half", "dozen", "point", "minus", "indefinite", "mask", "range", "list", "respectively"}


@pytest.mark.parametrize("row", rows("numeral_signs"))
def test_signs_of_numerals_do_what_their_role_says(row: Row) -> None:
    found, sign = find_quantities(row["example"]), row["sign"]
    assert row["role"] in ROLES
    assert sign in row["example"]
    match row["role"]:
        case "digit":
            assert parse_numeral(sign) == int(row["value"])
        case "place":
            assert parse_numeral("三" + sign) == 3 * int(row["value"])
        case "shorthand" | "half":
            assert parse_numeral(sign) == parse_numeral(row["value"])
        case "indefinite":
            assert found == ()
        case "mask":
            assert [quantity.bound for quantity in found] == ["missing"]
        case "range":
            assert [(quantity.low, quantity.high) for quantity in found] == [(5, 8)]
        case "list":
            assert [quantity.value for quantity in found] == [12, 15]
        case "respectively":
            assert [quantity.value for quantity in found] == [2, 3]
        case _:
            assert parse_numeral(row["example"]) is not None


@pytest.mark.parametrize("row", rows("approximators"))
def test_approximators_give_their_bound(row: Row) -> None:
    assert row["place"] in {"before", "before_place", "inner", "outer", "after", "share"}
    assert row["bound"] in BOUNDS
    assert [(quantity.quote, quantity.bound) for quantity in find_quantities(row["example"])] == [(row["example"], row["bound"])]
    for quantity in find_quantities(row["counterexample"]):
        assert quantity.bound == "exact"
        assert row["surface"] not in quantity.quote


@pytest.mark.parametrize("row", rows("not_quantities"))
def test_what_is_no_quantity_is_left_alone(row: Row) -> None:
    pattern = regex.compile(row["pattern"])
    match = pattern.search(row["example"])
    assert match
    assert not [quantity for quantity in find_quantities(row["example"]) if quantity.start < match.end() and match.start() < quantity.end]
    assert not pattern.search(row["counterexample"])


@pytest.mark.parametrize(("table", "column"), [("counted_nouns", "noun"), ("counting_words", "word")])
def test_words_stand_in_their_example(table: str, column: str) -> None:
    wrong = [row.line for row in rows_of(table) if row[column] not in row["example"]]
    assert not wrong


# ------------------------------------------------------------------------------------------------------ the loader itself


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("surface\tkind\n名\t人\n", 1, "columns"),
        ("unit\tsurface\n名\t人\n", 1, "columns"),
        ("surface\n名\n", 1, "columns"),
        ("", 1, "columns"),
        ("surface\tunit\n名\t人\n位\t人\t多\n", 3, "3 cells under 2 columns"),
        ("surface\tunit\n\t人\n", 2, "first cell is empty"),
        ("surface\tunit\n # no comment\t人\n\u3000\t人\n", 3, "first cell is empty"),
        ("surface\tunit\n名\t人\n# a comment\n\n名\t人\n", 5, "stands twice"),
    ],
)
def test_a_broken_table_is_refused_with_file_and_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(LexiconError, match=reason) as error:
        parse_table(text, "broken.tsv", ["surface", "unit"])
    assert (error.value.file, error.value.line) == ("broken.tsv", line)
    assert str(error.value).startswith(f"broken.tsv, line {line}: ")


def test_a_table_may_have_more_columns_short_rows_comments_and_windows_line_ends() -> None:
    table = parse_table("surface\tunit\tnote\r\n# comment\r\n名\t人\r\n\r\n 位 \t人\tx\r\n", "t.tsv", ["surface", "unit"])
    assert [(row.line, row.cells) for row in table] == [(3, {"surface": "名", "unit": "人", "note": ""}), (5, {"surface": "位", "unit": "人", "note": "x"})]


def test_a_row_names_its_place_in_an_error() -> None:
    (row,) = parse_table("surface\n名\n", "t.tsv", ["surface"])
    assert str(row.error("no such unit")) == "t.tsv, line 2: no such unit"


def test_a_shipped_table_with_another_header_is_refused() -> None:
    with pytest.raises(LexiconError, match=r"scopes\.tsv, line 1: columns are"):
        load_table("scopes", ("name", "pattern"))


def test_a_table_that_does_not_exist_is_not_silently_empty() -> None:
    with pytest.raises(FileNotFoundError):
        load_table("no_such_table", ("id",))


@pytest.mark.parametrize("table", TABLES)
def test_every_shipped_table_keeps_the_rules_of_tables(table: str) -> None:
    assert rows_of(table)


def test_fingerprints_tell_tables_and_their_order_apart() -> None:
    assert fingerprint("periods") == fingerprint("periods")
    assert len({fingerprint("periods"), fingerprint("scopes"), fingerprint("periods", "scopes"), fingerprint("scopes", "periods")}) == 4
