"""A batch is read piece by piece, and nothing depends on how large the pieces are; the fast paths find what the slow ones do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.across import wording
from unionnlp.across.audit import audit_across, findings_across
from unionnlp.across.batch import OF_FACTS, Codes, Given, Senders
from unionnlp.across.slips import CHANGES, SIZE, Pairs, code_points, familiar, find_near, halves, terms_near, window_of
from unionnlp.across.statements import Statements, floats
from unionnlp.across.wording import shared_errors
from unionnlp.duplicates.find import find_duplicates
from unionnlp.facts.extract import extract_facts
from unionnlp.lexicon import load_table
from unionnlp.records import Facts, Matches, Report
from unionnlp.scanning.across_parts import Parts, across_parts
from unionnlp.scanning.frames import schema
from unionnlp.scanning.local import scan
from unionnlp.scanning.workspace import state_of
from unionnlp.structure.parse import parse

CASES = Path(__file__).parents[1] / "cases" / "across"
SLIPS = load_table("wrong_words", ("pattern", "right", "example", "counterexample", "source"))
PAIRS = halves()


def lines(name: str) -> Iterator[dict[str, list[str] | str]]:
    yield from (json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def reports() -> dict[str, tuple[Report, Facts]]:
    texts = [str(row["text"]) for name in ("batch", "held_out") for row in lines(name)]
    texts += [f"{unit}县总工会2022年工作总结\n{text}" for row in lines("wording") for unit, text in zip("甲乙丙丁戊己", row["texts"], strict=False)]
    return {report.report_id: (report, extract_facts(report)) for text in texts for report in parse(text)}


@pytest.fixture(scope="module")
def matches(reports: dict[str, tuple[Report, Facts]]) -> Matches:
    return find_duplicates({report_id: report for report_id, (report, _) in reports.items()})


@pytest.mark.parametrize("at_once", [1, 2, 7, 31])
def test_pieces_of_any_size_give_the_findings_of_one_piece(reports: dict[str, tuple[Report, Facts]], matches: Matches, at_once: int) -> None:
    whole = findings_across(Given(reports, len(reports)), matches)
    assert {finding.rule for finding in whole} == {"same_figure", "parts_across", "jump", "same_figures", "shared_error"}
    assert findings_across(Given(reports, at_once), matches) == whole


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("甲乙"), st.integers(2019, 2022), st.integers(1, 9), st.sampled_from(["", "开展技术比舞。", "其中女会员3人。"])), min_size=2, max_size=9), st.integers(1, 9))
def test_so_do_any_reports(rows: list[tuple[str, int, int, str]], at_once: int) -> None:
    texts = [f"{unit}川县总工会{year}年工作总结（{i}）\n截至{year}年底，全县共有会员{count}00人。{more}" for i, (unit, year, count, more) in enumerate(rows)]
    given_reports = {report.report_id: (report, extract_facts(report)) for text in texts for report in parse(text)}
    assert findings_across(Given(given_reports, at_once), Matches()) == findings_across(Given(given_reports), Matches())


def test_a_workspace_read_in_small_pieces_says_what_its_reports_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [str(row["text"]) for row in lines("batch")]
    for number, text in enumerate(texts):
        (tmp_path / "inbox").mkdir(exist_ok=True)
        (tmp_path / "inbox" / f"{number:03}.txt").write_text(text, encoding="utf-8")
    found = scan(tmp_path / "inbox", tmp_path / "workspace", workers=0)
    across = found.findings[found.findings["report_ids"] != ""]
    expected = audit_across(report for text in texts for report in parse(text))
    assert set(across["message"]) == {finding.message for finding in expected}
    parts = {table: [path.name for path in paths] for table, paths in state_of(tmp_path / "workspace").parts.items()}
    pairs = find_duplicates(dict(zip(found.reports["report_id"], found.reports["text"], strict=True)))
    nothing = schema("hidden").empty_table()
    assert findings_across(Parts(tmp_path / "workspace", parts, nothing, at_once=3), pairs) == findings_across(Parts(tmp_path / "workspace", parts, nothing), pairs)
    here = across_parts(tmp_path / "workspace", parts, nothing, pairs)
    assert here["message"].to_pylist() == across["message"].tolist()
    assert "shared_error" in here["rule"].to_pylist()
    monkeypatch.setattr("unionnlp.scanning.across_parts.MANY", 1)
    monkeypatch.setattr("unionnlp.across.wording.Wording", None)  # a worker looks for wrong words: this process cannot
    assert across_parts(tmp_path / "workspace", parts, nothing, pairs, workers=2).equals(here)


def test_reports_that_do_not_show_say_nothing(tmp_path: Path) -> None:
    for year, count in ((2021, 51200), (2022, 48900)):
        (tmp_path / "inbox").mkdir(exist_ok=True)
        (tmp_path / "inbox" / f"{year}.txt").write_text(f"云溪县总工会{year}年工作总结\n一、组织建设\n截至2021年底，全县共有会员{count}人。", encoding="utf-8")
    found = scan(tmp_path / "inbox", tmp_path / "workspace", workers=0)
    parts = {table: [path.name for path in paths] for table, paths in state_of(tmp_path / "workspace").parts.items()}
    hidden = pa.table({"scan": [1], "report_id": [found.reports["report_id"].iloc[0]]})
    assert len(across_parts(tmp_path / "workspace", parts, schema("hidden").empty_table(), Matches())) == 1
    assert len(across_parts(tmp_path / "workspace", parts, hidden, Matches())) == 0


# ------------------------------------------------------------------------------------------------------------ statements


def test_of_work_done_two_figures_in_one_report_are_not_compared_and_of_a_state_the_largest_is() -> None:
    texts = ["甲县总工会2022年工作总结\n2022年底，全县会员5100人，2022年底会员4900人。2022年培训职工30人，2022年培训职工70人。2022年慰问职工90人。"]
    reports = {report.report_id: (report, extract_facts(report)) for text in texts for report in parse(text)}
    batch = Given(reports)
    statements = Statements(Senders.of(batch.reports()))
    for facts in batch.facts(OF_FACTS):
        statements.read(facts, 0)
    table = statements.table()
    named = [statements.indicators.words[code] for code in table["indicator"].to_pylist()]
    assert sorted(zip(named, table["value"].to_pylist(), table["state"].to_pylist(), strict=True)) == [("会员数", 5100.0, True), ("慰问人次", 90.0, False)]


@given(st.lists(st.one_of(st.none(), st.decimals(-(10**20), 10**20, places=6)), max_size=9))
def test_decimals_become_the_floats_of_their_digits(values: list[object]) -> None:
    found = floats(pa.chunked_array([pa.array(values, pa.decimal128(38, 6))]))
    assert [None if np.isnan(value) else value for value in found] == [None if value is None else float(str(value)) for value in values]


@given(st.lists(st.text(max_size=2)))
def test_codes_are_one_to_one(words: list[str]) -> None:
    codes = Codes()
    numbers = [codes.code(word) for word in words]
    assert [codes.words[number] for number in numbers] == words
    assert len(set(numbers)) == len(set(words)) == len(codes.words)
    assert codes.known("long word") == -1


# ---------------------------------------------------------------------------------------------------------------- wording

words_of_slips = st.one_of(*(st.sampled_from([row[column] for row in SLIPS]) for column in ("example", "counterexample")), st.text(max_size=3))
texts_of_terms = st.text(alphabet=st.sampled_from("劳动保护来到合法权益厂务公开集体和同集体合同技术比舞武女职工困难\n，a\ud800\U00020000一"), max_size=60)


@given(texts_of_terms)
def test_every_string_near_a_term_is_found(text: str) -> None:
    codes = code_points(text)
    near = find_near(codes, Pairs(PAIRS).found(codes))
    found = {(int(at), CHANGES[change]) for at, window, change in zip(near.at, near.window, near.change, strict=True) if terms_near(window_of(int(window)), int(change))}
    expected = set()
    for at in range(len(text) - SIZE + 1):
        word = text[at : at + SIZE]
        for change, (first, width) in enumerate(CHANGES):
            around = [word[i : i + 2] for i in (range(max(0, first - 1), min(SIZE - 1, first + 1)) if width == 1 else [first])]
            if "\ud800" not in word and "\U00020000" not in word and not familiar() & set(around) and terms_near(word, change):
                expected.add((at, (first, width)))
    assert found == expected


@given(st.lists(st.text("职工会员法\U00020000", min_size=2, max_size=2).filter(lambda pair: "\U00020000" not in pair), max_size=6), st.text("职工会员法律\U00020000", max_size=30))
def test_pairs_are_found_where_they_stand(pairs: list[str], text: str) -> None:
    asked = Pairs(pairs)
    assert [asked.words[n] if n >= 0 else None for n in asked.found(code_points(text))] == [text[i : i + 2] if text[i : i + 2] in pairs else None for i in range(len(text) - 1)]


@settings(deadline=None)
@given(st.lists(st.lists(words_of_slips, max_size=4).map("".join), min_size=1, max_size=4))
def test_known_slips_are_looked_for_where_they_can_stand(texts: list[str]) -> None:
    whole = wording.Wording()
    whole.read(range(len(texts)), texts)
    naive = [
        (number, match[0], match.start())
        for pattern, _, _ in wording._known_slips()
        for number, text in enumerate(texts)
        for match in pattern.finditer(text + "\n")
    ]
    assert sorted((number, wrong, at) for (wrong, _), places in whole._known.items() for number, at in places) == sorted(naive)


@pytest.mark.parametrize("chunk", [1, 9, 64])
def test_the_size_of_a_chunk_does_not_matter(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    cases = [{str(i): text for i, text in enumerate(row["texts"])} for row in lines("wording")]
    whole = [shared_errors(texts) for texts in cases]
    monkeypatch.setattr(wording, "CHUNK", chunk)
    assert [shared_errors(texts) for texts in cases] == whole
