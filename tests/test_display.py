"""What becomes HTML by hand is escaped, cut short and counted."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from unionnlp.display import Bar, Tint, chips, escape, folded, headline, html_line, html_page, html_table, printable, shorten


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=12), min_size=2, max_size=2), min_size=1, max_size=4))
def test_any_text_stays_text(rows: list[list[str]]) -> None:
    table = html.fromstring(html_table(["甲<", "乙&"], rows, caption="<b>题"))
    assert [[cell.text_content() for cell in row.iter("td")] for row in table.iter("tr")][1:] == [[printable(cell) for cell in row] for row in rows]
    assert [cell.text_content() for cell in table.iter("th")] == ["甲<", "乙&"]
    assert table.findtext("caption") == "<b>题"
    assert {element.tag for element in table.iter()} == {"table", "caption", "thead", "tbody", "tr", "th", "td"}


def test_no_attribute_can_be_left() -> None:
    assert escape("\"'<>&") == "&quot;&#x27;&lt;&gt;&amp;"


def test_rows_left_out_are_counted_and_none_shows_as_nothing() -> None:
    page = html_table(["甲", "乙"], ((i, None) for i in range(100)), most=3)
    assert page.count("<tr>") == 1 + 3 + 1
    assert "… 另有 97 行" in page
    assert "None" not in page
    assert "另有" not in html_table(["甲"], [["一"]] * 3, most=3)


def test_numbers_stand_to_the_right_with_their_thousands_apart() -> None:
    table = html.fromstring(html_table(["甲", "乙", "丙"], [[552000, Decimal("12.50"), "1234"], [Decimal("1E+6"), -1000, "短语"]]))
    cells = [[(cell.text_content(), "text-align:right" in cell.get("style")) for cell in row.iter("td")] for row in table.iter("tr")][1:]
    assert cells == [[("552,000", True), ("12.50", True), ("1234", False)], [("1,000,000", True), ("-1,000", True), ("短语", False)]]


def test_words_are_kept_whole_and_sentences_are_broken() -> None:
    table = html.fromstring(html_table(["类型", "说明"], [["换数照搬", "文字照旧，只换了数字"]]))
    assert ["nowrap" in cell.get("style") for cell in table.iter("td")] == [True, False]


def test_what_turns_the_reading_round_does_not_reach_the_page() -> None:
    pages = (html_table(["甲"], [["走访\u202e78家"]], caption="题\x00"), html_line("异数", ["1\u202e2"]))
    assert not any(character in page for page in pages for character in "\u202e\x00")


def test_words_of_a_line_past_the_limit_are_counted() -> None:
    assert html_line("异数", map(str, range(5)), most=3).endswith("：0；1；2；… 另有 2 处</p>")
    assert "另有" not in html_line("异数", ["1"] * 3, most=3)


def test_shares_are_percentages_over_a_bar_that_never_leaves_its_cell() -> None:
    table = html.fromstring(html_table(["甲"], [[Bar(0.625)], [Bar(1.5)], [Bar(-1.0)]]))
    cells = [(cell.text_content(), (cell.get("style") or "").split("linear-gradient")[1]) for cell in table.iter("td")]
    assert [(text, style.count(end)) for (text, style), end in zip(cells, ("62.5%", "100.0%", "0.0%"), strict=True)] == [("62.5%", 2), ("150.0%", 2), ("-100.0%", 2)]


def test_a_tint_is_a_word_in_colour_and_text_as_any_other() -> None:
    bad, none = html.fromstring(html_table(["甲"], [[Tint("<打架>", "bad")], [Tint("提示")]])).iter("td")
    assert bad.text_content() == "<打架>"
    assert "background" in bad.get("style")
    assert "background" not in none.get("style")


@given(st.text(max_size=30))
@example("\x1f")  # white space to Python, and shown as what cannot be printed
def test_any_words_stay_words_in_every_part(words: str) -> None:
    for part in (headline(words, words), folded(words, ""), html_line(words, [words]), chips([words], 1)):
        (top,) = html.fragments_fromstring(part)
        assert {element.tag for element in top.iter()} <= {"p", "b", "span", "details", "summary", "div"}
        assert "".join(printable(words).split()) in "".join(top.text_content().split())


def test_a_page_fetches_nothing_runs_nothing_and_follows_the_readers_light() -> None:
    page = html.document_fromstring(html_page("左<右", '<p id="x">甲</p>'))
    assert page.findtext(".//title") == "左<右"
    metas = {meta.get("name") or meta.get("http-equiv"): meta.get("content") for meta in page.iter("meta")}
    assert metas["color-scheme"] == "light dark"
    assert metas["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert page.get_element_by_id("x").text == "甲"


def test_shorten_keeps_one_line_and_marks_the_cut() -> None:
    assert shorten("走访慰问\n困难　职工", 20) == "走访慰问 困难 职工"
    assert shorten("走访慰问困难职工", 8) == "走访慰问困难职工"
    assert shorten("走访慰问困难职工。", 8) == "走访慰问困难职…"


@given(st.text(), st.integers(1, 50))
def test_shorten_never_exceeds_its_length(text: str, most: int) -> None:
    assert len(shorten(text, most)) <= most
    assert "\n" not in shorten(text, most)
