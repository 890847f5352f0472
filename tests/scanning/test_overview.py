"""A scan in a notebook: how much there is, and what to look into first, without reading the texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from unionnlp import Scan, open_workspace, scan
from unionnlp.scanning.overview import asked, copies

WRONG = "{}县总工会2023年工作总结\n一、组织建设\n全县应建会企业248家，已建186家，组建率96%。在{}召开了{}次碰头会。\n"


@pytest.fixture
def found(inbox: Path, tmp_path: Path) -> Scan:
    return scan(inbox, tmp_path / "w", workers=0)


def rows(page: str) -> list[list[str]]:
    return [[cell.text_content() for cell in row.iter("td")] for row in html.fromstring(f"<div>{page}</div>").iter("tr") if list(row.iter("td"))]


def test_it_begins_with_how_much_there_is(found: Scan) -> None:
    page = found._repr_html_()
    assert str(found.folder) in page
    numbers = rows(page)[0]
    assert numbers[:5] == [str(len(frame)) for frame in (found.files, found.reports, found.sections, found.facts, found.matches)]
    assert numbers[-1] == str(len(found.failures)) == "5"
    assert "历次扫描" not in page


def test_copies_bear_names_and_shares(found: Scan) -> None:
    pairs = copies(found)
    assert len(pairs) == len(found.matches) > 0
    assert {pair.kind for pair in pairs} == set(found.matches["kind"])
    assert any("青河县总工会（县区/青河.txt）" in (pair.a, pair.b) for pair in pairs)
    assert any("（两篇.txt 第1篇）" in pair.a + pair.b for pair in pairs)
    assert ["全文相同", pairs[0].a, pairs[0].b, "100.0%", "100.0%", ""] in rows(found._repr_html_())


def test_what_could_not_be_read_is_told_with_what_to_do(found: Scan) -> None:
    told = {row[0]: row[1:] for row in rows(found._repr_html_()) if row[0] in set(found.failures["file"])}
    assert len(told) == 5
    assert told["空.txt"][0] == "文件里没有文字"
    assert all(reason and advice for reason, advice in told.values())


def test_findings_name_the_report_inside_a_file_and_long_lists_are_cut(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for i, name in enumerate("甲乙丙丁戊己庚辛壬"):
        (tmp_path / "in" / f"{name}.txt").write_text(WRONG.format(name, name * 3, i + 12), encoding="utf-8")
    (tmp_path / "in" / "两篇.txt").write_text("第一篇：" + WRONG.format("癸", "河", 3) + "\n第二篇：" + WRONG.format("子", "山", 5), encoding="utf-8")
    found = scan(tmp_path / "in", tmp_path / "w", workers=0)
    asks = [ask for ask in asked(found) if ask.message.startswith("186 ÷ 248")]
    assert len(asks) == 11
    assert {"两篇.txt 第1篇", "两篇.txt 第2篇", "甲.txt"} <= {ask.file for ask in asks}
    assert all(ask.place.startswith("一、组织建设；第") for ask in asks)
    page = found._repr_html_()
    assert f"须核实 {len(asked(found))} 处（列出前 8，全部见 scan.findings）" in page
    assert f"… 另有 {len(asked(found)) - 8} 行" in page


def test_the_texts_stay_on_disk(found: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Scan.rows
    asked_for: list[str] = []

    def rows_of(self: Scan, table: str, columns: Sequence[str] | None = None) -> Any:
        asked_for.extend(["everything"] if columns is None else columns)
        return read(self, table, columns)

    monkeypatch.setattr(Scan, "rows", rows_of)
    again = open_workspace(found.folder)
    assert "files" in repr(again)
    assert "<table" in again._repr_html_()
    assert asked_for
    assert not {"everything", "text", "passages"} & set(asked_for)


def test_a_workspace_of_several_scans_says_so(found: Scan, inbox: Path) -> None:
    (inbox / "新.txt").write_text(WRONG.format("新", "湖", 7), encoding="utf-8")
    assert "历次扫描 2 次" in scan(inbox, found.folder, workers=0)._repr_html_()


def test_nothing_found_is_said_too(tmp_path: Path) -> None:
    (tmp_path / "一.txt").write_text("甲县总工会2023年工作总结\n走访慰问困难职工12户。", encoding="utf-8")
    page = scan(tmp_path / "一.txt", tmp_path / "w", workers=0)._repr_html_()
    assert "未见疑似雷同" in page
    assert "须核实" not in page
    assert "读不出的文件" in page  # in the counts alone
    assert page.count("<table") == 1
