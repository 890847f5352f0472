"""What does not fit goes into files beside the dossier, linked in both directions, and nothing is lost or stands twice."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from unionnlp.dossier import volumes
from unionnlp.dossier.asking import Ask
from unionnlp.dossier.families import families
from unionnlp.dossier.html import write_html
from unionnlp.dossier.volumes import Volumes, numbered_files
from unionnlp.records import Match

SMALL = {"LINES": 3, "LINES_BESIDE": 1, "PAIRS": 1, "PAIRS_OF_FAMILY": 1, "PAIRS_BESIDE": 1, "REPORTS": 2, "REPORTS_BESIDE": 2}


@pytest.fixture
def small(monkeypatch):
    for name, limit in SMALL.items():
        monkeypatch.setattr(volumes, name, limit)


@pytest.fixture
def written(batch, small, tmp_path):
    write_html(batch, tmp_path / "卷 宗.html")
    return tmp_path


def pages(folder):
    return {path: html.fromstring(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}


def test_every_link_of_every_file_leads_to_an_anchor(written):
    found = pages(written)
    assert {path.name for path in found} == {"卷 宗.html", "asks-001.html", "asks-002.html", "pairs-001.html", "reports-001.html", "reports-002.html"}
    ids = {path: set(page.xpath("//@id")) for path, page in found.items()}
    for path, page in found.items():
        assert len(page.xpath("//@id")) == len(ids[path])
        for href in page.xpath("//@href"):
            name, _, anchor = href.partition("#")
            assert unquote(anchor) in ids[(path.parent / unquote(name)).resolve() if name else path], href


def test_every_report_pair_and_line_stands_in_exactly_one_file(written, batch):
    found = pages(written).values()
    assert sum(len(page.xpath("//details[@class='report']")) for page in found) == len(batch["reports"])
    assert sum(len(page.xpath("//div[@class='panes']")) for page in found) == len(batch["matches"])
    assert sum(len(page.xpath("//table[@id='asks-table']/tbody/tr")) for page in found) == 5
    assert sum(len(page.xpath("//*[@id='c1']")) for page in found) == 1


def test_each_line_of_the_list_leads_to_what_it_is_about_wherever_that_stands(written):
    for page in pages(written).values():
        for row in page.xpath("//table[@id='asks-table']/tbody/tr"):
            assert row.xpath(".//a[@class='go']/@href")


def test_every_file_has_the_same_policy_and_its_only_script_is_the_own_one(written):
    found = pages(written).values()
    assert len({page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0] for page in found}) == 1
    assert {len(page.xpath("//script")) for page in found} == {1}


def test_files_of_an_older_dossier_are_removed_and_others_are_left(batch, written, monkeypatch):
    folder = written / "卷 宗_files"
    (folder / "我的笔记.html").write_text("x", encoding="utf-8")
    monkeypatch.undo()
    write_html(batch, written / "卷 宗.html")
    assert [path.name for path in folder.iterdir()] == ["我的笔记.html"]


def test_a_dossier_without_a_rest_is_one_file(batch, tmp_path):
    write_html(batch, tmp_path / "d.html")
    assert [path.name for path in tmp_path.iterdir()] == ["d.html"]


def test_a_folder_that_is_left_empty_is_removed(batch, written, monkeypatch):
    monkeypatch.undo()
    write_html(batch, written / "卷 宗.html")
    assert [path.name for path in written.iterdir()] == ["卷 宗.html"]


def test_files_beside_are_replaced_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "d_files"
    folder.mkdir()
    (folder / "pairs-001.html").write_text("old", encoding="utf-8")

    def write_half():
        with numbered_files(folder) as written:
            written.mkdir()
            (written / "pairs-001.html").write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert [(path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir()] == [("pairs-001.html", "old")]
    assert [path.name for path in tmp_path.iterdir()] == ["d_files"]


@given(st.lists(st.integers(1, 130), max_size=8), st.booleans())
def test_pairs_are_shared_out_in_order_and_no_file_holds_too_many(sizes, beside):
    matches = [Match(f"f{i}", f"f{i}-{j}", 1.0, 1.0, 1.0, 1.0, 1.0, "identical") for i, size in enumerate(sizes) for j in range(size)]
    shelf = Volumes([], families(matches), [], beside=beside)
    found = [(volume.name, part) for volume in shelf.volumes for part in volume.slices]
    for volume in shelf.volumes:
        most = volumes.PAIRS if volume is shelf.main else volumes.PAIRS_BESIDE
        assert sum(part.count for part in volume.slices) <= most
        assert all(part.count <= volumes.PAIRS_OF_FAMILY for part in shelf.main.slices)
    shown = [(part.family.number, part.first + k) for _, part in found for k in range(part.count)]
    assert len(shown) == len(set(shown))
    assert sum(part.opening for _, part in found) == len(sizes)  # every family is introduced once
    if beside:
        assert len(shown) == len(matches)
        assert all(shelf.file_of("pair", f"{number}p{i}") is not None for number, i in shown)
    else:
        assert len(shelf.volumes) == 1


@given(st.integers(0, 5_000), st.integers(0, 500))
def test_lines_and_reports_keep_their_order_over_the_files(lines, reports):
    asks = [Ask("conflict", f"r{i}", *[""] * 9, i) for i in range(lines)]
    shelf = Volumes(asks, [], [f"r{i}" for i in range(reports)], beside=True)
    assert [ask.number for volume in shelf.volumes for ask in volume.asks] == list(range(lines))
    assert [name for volume in shelf.volumes for name in volume.reports] == [f"r{i}" for i in range(reports)]
    assert len({volume.name for volume in shelf.volumes}) == len(shelf.volumes)
