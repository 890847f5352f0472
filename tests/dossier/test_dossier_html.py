"""The dossier is one closed file that shows words as words."""

import base64
import hashlib
import json
import re
from itertools import pairwise

import pandas
import pytest
from lxml import html

from unionnlp.dossier import charts, details, volumes
from unionnlp.dossier.html import render_html, write_html

HOSTILE = '<script>alert("标题")</script>'


@pytest.fixture(scope="module")
def page(batch):
    return render_html(batch, scope="2023年度，共5篇")


@pytest.fixture(scope="module")
def tree(page):
    return html.fromstring(page)


def text_of(element):
    return "".join(element.itertext())


def test_nothing_is_fetched(page, tree):
    without_namespaces = re.sub(r'xmlns(:xlink)?="[^"]*"', "", page)
    assert "http:" not in without_namespaces
    assert "https:" not in without_namespaces
    assert not tree.xpath("//link | //img | //iframe | //object | //embed | //base | //*[@src]")
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    assert "url(" not in page
    assert "@import" not in page


def test_only_the_own_script_may_run(tree):
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    (script,) = tree.xpath("//script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode("utf-8")).digest()).decode("ascii")
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]


def test_a_hostile_title_is_text(page, tree):
    assert HOSTILE not in page
    assert any(text_of(element).strip() == f"《{HOSTILE}》" for element in tree.xpath("//h3"))
    assert not tree.xpath("//main//script | //*[@onerror] | //main//b[text()='矿务局']")
    assert "<img src=x onerror=alert(1)>合计不符" in text_of(tree)


def test_title_and_scope_are_escaped():
    page = render_html({}, title="</title><script>x", scope="<b>范围</b>")
    assert "<b>范围" not in page
    assert page.count("<script>") == 1


def test_every_id_stands_once_and_every_link_leads_somewhere(tree):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in tree.xpath("//@href")} <= set(ids)


def test_the_texts_stand_as_they_are(tree, batch):
    whole = [text_of(element) for element in tree.xpath("//div[contains(@class, 'whole')]")]
    for text in batch["reports"]["text"]:
        assert text.replace("\x00", "\ufffd").replace("\u202e", "\ufffd") in whole


def test_every_fact_and_finding_is_shown_at_its_place(tree, batch):
    shown = {text_of(e) for e in tree.xpath("//div[contains(@class, 'whole')]//span[@class='fact']")}
    assert set(batch["facts"]["quote"]) <= shown
    (fact,) = tree.xpath("//span[@class='fact'][text()='22.8万元'][contains(@title, '数值：228,000 元')]")[:1]
    assert fact.get("title") == "指标：慰问金；数值：228,000 元；对象：困难职工；期间：全年"
    for row, quote in enumerate(batch["findings"]["quote"]):
        (place,) = tree.xpath(f"//li[@id='q{row}']//a[text()='看原文']/@href")
        assert quote.startswith(text_of(tree.get_element_by_id(place[1:])))  # a graver finding may cover its end


def test_what_holds_is_shown_but_folded_and_not_asked_about(tree):
    (holds,) = tree.xpath("//details[summary[contains(., '已核一致')]]")
    assert "open" not in holds.attrib
    assert "1462÷1506" in text_of(holds)
    assert "1462÷1506" not in text_of(tree.get_element_by_id("asks"))


def test_the_first_page_asks_about_copies_first_and_links_to_them(tree):
    rows = tree.xpath("//table[@id='asks-table']/tbody/tr")
    assert [row.xpath("./td/@data-kind")[0] for row in rows] == ["疑似雷同", "数据打架", "数据打架", "残损", "存疑"]
    assert rows[0].xpath(".//a/@href") == ["#c1"]
    assert "抄袭" not in text_of(tree)


def test_a_pair_stands_side_by_side_with_twins_and_figures(tree):
    left, right = tree.get_element_by_id("c1p1").xpath(".//div[@class='panes']//div[@class='text']")
    for mark in left.xpath(".//a[@id]"):
        twin = tree.get_element_by_id(mark.get("href")[1:])
        assert twin in list(right.iter())
        assert twin.get("href") == f"#{mark.get('id')}"
    assert {a.get("class") for a in left.xpath(".//a")} == {"m stock", "m edited", "m same", "m quoted"}
    assert [text_of(e) for e in left.xpath(".//span[@class='differ']")] == ["68家", "22.8万元"]
    assert [text_of(e) for e in right.xpath(".//span[@class='differ']")] == ["86家", "32.8万元"]
    assert "1506家" in [text_of(e) for e in right.xpath(".//span[@class='agree']")]
    ratios = text_of(tree.get_element_by_id("c1p1").xpath(".//table[@class='ratios']")[0])
    assert [share for share in ("93.0%", "94.0%", "90.0%", "91.0%") if share not in ratios] == []


def test_words_changed_in_an_edited_passage_are_underlined(batch):
    facts = batch["facts"]
    page = html.fromstring(render_html({**batch, "facts": facts[facts["report_id"] == "none"]}))
    assert [text_of(e) for e in page.xpath("//*[@id='c1p1']//section[1]//span[@class='changed']")] == ["68", "2"]


def test_beyond_the_limits_figures_are_listed_and_the_page_says_so(batch, monkeypatch):
    monkeypatch.setattr(volumes, "PAIRS", 1)
    monkeypatch.setattr(volumes, "REPORTS", 2)
    monkeypatch.setattr(volumes, "LINES", 3)
    for module in (details, charts):
        monkeypatch.setattr(module, "TEXT", 50)
    page = html.fromstring(render_html(batch))
    assert len(page.xpath("//div[@class='panes']")) == 1
    assert len(page.xpath("//details[@class='report']")) == 2
    said = text_of(page)
    for words in ("另有 1 对只列比例", "另有 3 篇没有展开", "另有 2 条未列出", "只显示前"):
        assert words in said
    ids = set(page.xpath("//@id"))
    assert {href[1:] for href in page.xpath("//@href")} <= ids


def test_an_empty_batch_says_that_nothing_was_read():
    page = render_html({})
    assert "没有读到报告" in page
    assert "没有发现疑似雷同" in page


def test_a_match_with_a_report_that_is_not_there_is_listed_without_text(batch):
    matches = pandas.DataFrame([{**batch["matches"].iloc[0], "b": "往年-2021"}])
    page = html.fromstring(render_html({**batch, "matches": matches}))
    assert "往年-2021" in text_of(page.get_element_by_id("c1"))
    assert not page.xpath("//div[@class='panes']")


def test_the_same_tables_give_the_same_page(batch, page):
    assert render_html(batch, scope="2023年度，共5篇") == page


def test_lone_surrogates_can_be_written(tmp_path):
    reports = pandas.DataFrame([{"report_id": "r", "text": "坏\ud800字", "title": "坏\udfff"}], dtype=object)
    write_html({"reports": reports}, tmp_path / "d.html")
    assert "坏\ufffd字" in (tmp_path / "d.html").read_text(encoding="utf-8")


def test_pictures_hold_no_script_and_say_in_words_what_they_show(tree):
    pictures = tree.xpath("//figure")
    assert [picture.get("class") for picture in pictures] == ["picture alike", "picture shares", "picture indicators", "picture themes"]
    for picture in pictures:
        assert not picture.xpath(".//script | .//foreignObject")
        (table,) = picture.xpath(".//table")
        assert tree.get_element_by_id(table.get("aria-labelledby")).tag == "figcaption"
        assert text_of(picture.xpath("./p")[0]).endswith("。")


def with_changes(batch):
    matches = batch["matches"].copy()
    matches["changes"] = ['[[0, 3, "68家", "68", 0, 3, "86家", "86"]]', "[]"]
    matches["relation"], matches["source"], matches["cluster"] = ["other", "self"], ["r-qinghe", "r-qinghe"], [1, 1]
    return {**batch, "matches": matches}


def test_changed_figures_whose_report_it_is_and_where_it_may_come_from_are_shown(batch):
    shown = html.fromstring(render_html(with_changes(batch))).text_content()
    assert "异数 1 处：68家 → 86家" in shown
    assert "互抄：署名为不同单位" in shown
    assert "自抄：署名为同一单位而期间不同" in shown
    assert "疑似来源（仅供提示）：青河县总工会" in shown
    assert "抄袭" not in shown


def test_which_of_two_came_first_is_said_as_a_hint(batch):
    matches = batch["matches"].assign(earlier=["r-baishi", ""])
    page = html.fromstring(render_html({**batch, "matches": matches}))
    assert "在先的一篇（按报送先后或所述时期，仅供提示）：乙" in text_of(page.get_element_by_id("c1p1"))
    assert "在先的一篇" not in text_of(page.get_element_by_id("c1p2"))


def test_a_pair_has_the_figures_of_a_plagiarism_check(tree, batch):
    (first, _) = tree.get_element_by_id("c1p1").xpath(".//table[@class='ratios']/tbody/tr")
    copied = sum(end - start for start, end, _, _, kind in json.loads(batch["matches"]["passages"][0]) if kind in ("same", "edited"))
    cells = [text_of(cell).strip() for cell in first.xpath("./td")]
    assert cells[2].split(" / ")[0] == str(copied - 4)  # the line breaks inside count nowhere
    assert cells[3] == "4"


def test_each_passage_says_where_it_stands(tree):
    titles = tree.get_element_by_id("c1p1").xpath(".//div[@class='panes']//section[1]//a[@class='m same']/@title")
    assert titles[0] == "同文；甲：三、维护职工权益；乙：三、维护职工权益"


def test_what_the_scan_knows_of_a_report_is_shown(batch):
    reports = batch["reports"].assign(stock_rate=0.125, fact_density=31.5, keywords="帮扶、助学", batch="2023年度")
    sections = batch["sections"].assign(heading_theme=["权益维护", *[""] * (len(batch["sections"]) - 1)])
    page = html.fromstring(render_html({**batch, "reports": reports, "sections": sections}))
    shown = text_of(page.xpath("//details[@class='report'][.//h3[contains(., '青河县')]]")[0])
    for words in ("套话率 12.5%", "实数密度每千字 31.5 处", "帮扶、助学", "2023年度", "标题像是权益维护，与正文不合"):
        assert words in shown
    assert text_of(page).count("与正文不合") == 1


def test_a_heading_theme_that_the_text_keeps_is_not_mentioned(batch):
    sections = batch["sections"].assign(heading_theme=batch["sections"]["theme"])
    assert "与正文不合" not in render_html({**batch, "sections": sections})


def test_several_scans_are_called_so(batch):
    files = pandas.DataFrame({"file": ["a", "b"], "scan": [1, 2], "batch": ["2022", "2023"]})
    reports = batch["reports"].assign(scan=[1, 1, 1, 2, 2], batch="")
    said = text_of(html.fromstring(render_html({**batch, "files": files, "reports": reports})).get_element_by_id("overview"))
    assert "历次扫描（共2次）现有2份文件、5篇报告" in said
    assert "材料2批：2022、2023" in said
    assert "最近一次扫描加入1份文件、2篇报告" in said
    assert "本次扫描" not in said


def test_headings_go_down_step_by_step(tree):
    levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_field_has_a_label_and_every_scrolling_box_a_name(tree):
    for field in tree.xpath("//input | //select"):
        assert text_of(field.xpath("ancestor::label")[0]).strip()
    for box in tree.xpath("//*[@tabindex='0']"):
        assert box.get("role") == "region"
        assert box.get("aria-label") or tree.get_element_by_id(box.get("aria-labelledby")) is not None


def test_a_figure_that_a_finding_cuts_in_two_has_one_anchor(batch):
    findings = batch["findings"].iloc[:1].assign(spans=json.dumps([[start := int(batch["facts"]["start"].iloc[0]) + 1, start + 3]]), start=start, end=start + 3)
    reports = batch["reports"][batch["reports"]["report_id"] == batch["facts"]["report_id"].iloc[0]]
    findings["report_id"] = reports["report_id"].iloc[0]
    page = html.fromstring(render_html({**batch, "findings": findings, "reports": reports}))
    figures = page.xpath("//div[contains(@class, 'whole')]//span[@class='fact']")
    assert len(figures) == 1 + len([figure for figure in figures if figure.get("id")])
