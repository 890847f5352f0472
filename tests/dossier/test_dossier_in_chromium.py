"""The dossier in a browser: opens from disk without a word on the console, filters, sorts, jumps, fits a telephone."""

from pathlib import Path

import pytest

from unionnlp.dossier.html import write_html

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM.exists() and DRIVER.exists()), reason="needs Debian's chromium and chromium-driver")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    profile = tmp_path_factory.mktemp("profile")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={profile}", "--window-size=1440,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def path(batch, tmp_path_factory):
    path = tmp_path_factory.mktemp("dossier") / "卷宗.html"
    write_html(batch, path)
    return path


@pytest.fixture
def opened(browser, path):
    browser.get("about:blank")
    browser.get(path.as_uri())
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def shown_rows(driver, table):
    return driver.execute_script("return [...document.querySelectorAll('#' + arguments[0] + ' tbody tr')].filter(r => !r.hidden).map(r => r.cells[0].textContent.trim())", table)


def test_it_opens_and_asks_no_address_for_anything(opened, path):
    import json

    sent = [json.loads(entry["message"])["message"] for entry in opened.get_log("performance")]
    addresses = {message["params"]["request"]["url"].split("#")[0] for message in sent if message["method"] == "Network.requestWillBeSent"}
    # what else there is (chrome:, data:) belongs to the empty tab that the browser starts with
    assert {address for address in addresses if address.startswith(("file:", "http:", "https:", "ws:", "wss:"))} == {path.as_uri()}
    assert opened.title == "工会报告审核卷宗"


def test_a_script_that_was_put_in_cannot_run(opened):
    opened.execute_script("const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s)")
    assert opened.execute_script("return window.broken") is None
    assert any("Content Security Policy" in entry["message"] for entry in opened.get_log("browser"))  # said once, on purpose


def test_filters_narrow_the_list_and_say_how_far(opened):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    words = opened.find_element(By.CSS_SELECTOR, "[data-for=asks-table] input")
    words.send_keys("纺织 95")
    assert shown_rows(opened, "asks-table") == ["数据打架"]
    assert opened.find_element(By.CSS_SELECTOR, "[data-for=asks-table] output").text == "显示 1 条，共 5 条"
    words.clear()
    words.send_keys(" ")
    Select(opened.find_element(By.CSS_SELECTOR, "[data-for=asks-table] select")).select_by_visible_text("残损")
    assert shown_rows(opened, "asks-table") == ["残损"]


def test_headings_sort_both_ways(opened):
    from selenium.webdriver.common.by import By

    button = opened.find_element(By.CSS_SELECTOR, "#reports-table th:last-child button")
    shares = "return [...document.querySelectorAll('#reports-table tbody tr')].map(r => Number(r.cells[r.cells.length - 1].dataset.value))"
    opened.execute_script("arguments[0].click()", button)
    assert opened.execute_script(shares) == [0, 0, 0.93, 0.94, 0.98]
    opened.execute_script("arguments[0].click()", button)
    assert opened.execute_script(shares) == [0.98, 0.94, 0.93, 0, 0]
    assert opened.find_element(By.CSS_SELECTOR, "#reports-table th:last-child").get_attribute("aria-sort") == "descending"


def test_a_click_on_a_passage_brings_its_twin_into_view(opened):
    opened.execute_script("document.getElementById('c1p1').open = true; for (const t of document.querySelectorAll('#c1p1 .text')) t.style.height = '90px'")
    opened.execute_script("const m = document.getElementById('c1p1a5'); m.closest('.text').scrollTop = 9999; m.click()")
    inside = """const t = document.getElementById('c1p1b5'), p = t.closest('.text').getBoundingClientRect(), r = t.getBoundingClientRect();
        return [t.classList.contains('twin'), r.top < p.bottom && r.bottom > p.top, document.activeElement === t]"""
    assert opened.execute_script(inside) == [True, True, True]


def test_both_panes_scroll_together_until_told_not_to(opened):
    opened.execute_script("document.getElementById('c1p1').open = true; for (const t of document.querySelectorAll('#c1p1 .text')) t.style.height = '90px'")
    scroll = """const [a, b] = document.querySelectorAll('#c1p1 .text'), done = arguments[arguments.length - 1];
        a.dispatchEvent(new Event('wheel')); b.scrollTop = 0; a.scrollTop = arguments[0];
        setTimeout(() => done([a.scrollTop, b.scrollTop]), 300)"""
    moved, followed = opened.execute_async_script(scroll, 200)
    assert abs(moved - followed) < 40
    opened.execute_script("document.querySelector('#c1p1 .sync input').checked = false")
    assert opened.execute_async_script(scroll, 150)[1] == 0


def test_a_link_opens_the_folded_report_that_it_leads_into(opened):
    from selenium.webdriver.common.by import By

    link = opened.find_element(By.CSS_SELECTOR, "#asks-table tbody tr:nth-child(2) a")
    opened.execute_script("arguments[0].click()", link)
    finding = opened.find_element(By.CSS_SELECTOR, link.get_attribute("href")[link.get_attribute("href").index("#") :])
    assert finding.is_displayed()
    assert "至多78%" in finding.text


def test_a_tap_on_a_figure_says_what_it_counts(opened):
    opened.execute_script("document.querySelector('.whole .fact').click()")
    assert "指标：" in opened.execute_script("const t = document.getElementById('tip'); return t.hidden ? '' : t.textContent")


def test_the_list_of_figures_is_made_when_it_is_opened_and_leads_to_the_text(opened):
    opened.execute_script("document.querySelector('details.report').open = true; document.querySelector('details.facts').open = true")
    made = "const f = document.querySelector('details.facts'); return [...f.querySelectorAll('tbody tr')].map(r => [...r.cells].slice(0, 3).map(c => c.textContent))"
    opened.execute_async_script("setTimeout(arguments[0], 100)")
    rows = opened.execute_script(made)
    assert len(rows) == opened.execute_script("return document.querySelectorAll('details.report')[0].querySelectorAll('.whole .fact').length")
    assert ["22.8万元", "慰问金", "228,000 元"] in rows
    opened.execute_script("[...document.querySelectorAll('details.facts a')].find(a => a.textContent === '22.8万元').click()")
    opened.execute_async_script("setTimeout(arguments[0], 100)")
    assert "指标：慰问金" in opened.execute_script("const t = document.getElementById('tip'); return t.hidden ? '' : t.textContent")


def test_the_same_link_opens_again_what_was_folded_since(opened):
    click = "document.querySelector('#reports-table tbody a').click(); setTimeout(arguments[0], 100)"
    opened.execute_async_script(click)
    opened.execute_script("document.querySelector(location.hash).open = false")
    opened.execute_async_script(click)
    assert opened.execute_script("return document.querySelector(location.hash).open") is True


def test_a_cell_of_the_matrix_leads_to_the_pair(opened):
    opened.execute_async_script("[...document.querySelectorAll('.alike td a')].find(a => a.textContent === '98').click(); setTimeout(arguments[0], 100)")
    assert opened.execute_script("return [location.hash, document.getElementById('c1p2').open]") == ["#c1p2", True]


def test_everything_can_be_reached_with_the_keyboard(opened):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    opened.execute_script("document.getElementById('c1p1').open = true; document.querySelector('#c1p1 .text a.m').focus()")
    ActionChains(opened).send_keys(Keys.ENTER).perform()
    assert opened.execute_script("return document.activeElement.id") == "c1p1b0"
    opened.execute_script("document.querySelector('#asks-table th button').focus()")
    ActionChains(opened).send_keys(Keys.ENTER).perform()
    assert opened.execute_script("return document.querySelector('#asks-table th').getAttribute('aria-sort')") == "ascending"
    opened.execute_script("document.querySelector('details.report summary').focus()")
    ActionChains(opened).send_keys(Keys.SPACE).perform()
    assert opened.execute_script("return document.querySelector('details.report').open") is True


CONTRAST = """
const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const parts = colour => colour.match(/[\\d.]+/g).map(Number);
const ground = e => { for (let at = e; at; at = at.parentElement) { const c = parts(getComputedStyle(at).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
const found = new Map();
for (const e of document.querySelectorAll('body *')) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || e.closest('script, style, svg, option, .skip, .sr')) continue;
  const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) found.set(e.tagName + '.' + e.className, ratio.toFixed(2));
}
return [...found];
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_their_ground(opened, scheme):
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    opened.execute_script("for (const d of document.querySelectorAll('details')) d.open = true; document.getElementById('tip').hidden = false; document.getElementById('tip').textContent = '指标'")
    assert opened.execute_script("return getComputedStyle(document.body).backgroundColor") == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 30)"}[scheme]
    assert opened.execute_script(CONTRAST) == []
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("width", [1440, 400])
def test_no_line_is_wider_than_the_window(opened, width):
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
    opened.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_prints_the_whole_list_and_what_is_open(opened):
    import base64
    import io

    import pypdfium2

    opened.execute_script("document.getElementById('c1p1').open = true; for (const t of document.querySelectorAll('#c1p1 .text')) t.style.height = 'auto'")
    printed = base64.b64decode(opened.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    words = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(printed)))
    for line in ("至多78%", "谁与谁雷同", "力争会员再增2000名", "口径说明"):
        assert line in words
    for line in ("跳到正文", "两边同步滚动", "筛选"):
        assert line not in words


HOSTILE = """<>&"'`{{7*7}}{%raw%}</script><!--]]>&lt;\\u003c/title><img src=x onerror=alert(1)>javascript:alert(1)\u2028\x85"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Every word of every table is one that HTML, a script, a style or the template might take for its own."""
    import pandas

    title = "<script>document.title = 'broken'; throw 1</script>"
    text = f"{title}\n{HOSTILE}\n共3场"
    words = dict.fromkeys(("reporting_unit", "period", "file", "batch", "keywords"), HOSTILE)
    report = {"report_id": "r1", "title": title, "text": text, "start": 0, "end": len(text), **words}
    spans = f"[[0, {len(text)}]]"
    finding = {"report_id": "r1", "verdict": "conflict", "start": 0, "end": len(text), "spans": spans, "quote": text, **dict.fromkeys(("rule", "message", "question"), HOSTILE)}
    place = {"report_id": "r1", "start": len(text) - 2, "end": len(text)}
    fact = {**place, "value": 3.0, "status": "achieved", "quote": "3场", **dict.fromkeys(("indicator", "unit", "subject", "period", "scope"), HOSTILE)}
    section = {**place, "level": 1, **dict.fromkeys(("number", "heading", "theme", "second_theme", "heading_theme", "audiences", "evidence"), HOSTILE)}
    match = {"a": "r1", "b": "r2", **dict.fromkeys(("jaccard", "containment_a", "containment_b", "discounted_a", "discounted_b"), 1.0), "kind": HOSTILE, "source": HOSTILE, "relation": HOSTILE}
    match["passages"] = f'[[0, {len(text)}, 0, {len(text)}, "same"]]'
    rows = {"reports": [report, {**report, "report_id": "r2"}], "findings": [finding], "facts": [fact], "sections": [section], "matches": [match]}
    rows["failures"] = [dict.fromkeys(("file", "code", "reason", "advice"), HOSTILE)]
    path = tmp_path_factory.mktemp("hostile") / "d.html"
    write_html({name: pandas.DataFrame(table) for name, table in rows.items()}, path, title=HOSTILE, scope=HOSTILE)
    return path, text


def test_hostile_words_are_words_everywhere(browser, hostile):
    from unionnlp.display import printable

    path, text = hostile
    browser.get("about:blank")
    browser.get(path.as_uri())
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    browser.execute_async_script("setTimeout(arguments[0], 200)")
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert browser.execute_script("return [document.scripts.length, document.images.length, document.querySelectorAll('[onerror]').length]") == [1, 0, 0]
    assert browser.execute_script("return document.title").split() == printable(HOSTILE).split()
    assert browser.execute_script("return [...document.querySelectorAll('.text')].map(e => e.textContent)") == [printable(text)] * 4


@pytest.fixture(scope="module")
def in_files(batch, tmp_path_factory):
    from unionnlp.dossier import volumes

    path = tmp_path_factory.mktemp("volumes") / "卷宗 1.html"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PAIRS", "REPORTS", "REPORTS_BESIDE", "LINES"):
            patch.setattr(volumes, name, 1)
        write_html(batch, path)
    return path


def test_links_lead_into_the_files_beside_and_back(browser, in_files):
    from selenium.webdriver.support.ui import WebDriverWait

    def click(link, lands):
        browser.execute_script(f"const link = {link}; setTimeout(() => link.click(), 0)")
        WebDriverWait(browser, 10).until(lambda driver: lands in driver.current_url and driver.execute_script("return document.readyState") == "complete")

    browser.get(in_files.as_uri())
    click("document.querySelector('#c1 a[href*=pairs]')", "/pairs-001.html#c1p2")
    assert browser.execute_script("const p = document.getElementById('c1p2'); return [p.open, p.querySelectorAll('.panes .text').length]") == [True, 2]
    click("[...document.querySelectorAll('nav a')].find(a => a.textContent === '返回主卷')", ".html#main")
    click("[...document.querySelectorAll('#reports-table a')].find(a => a.href.includes('reports-'))", "/reports-00")
    assert browser.execute_script("const r = document.querySelector(location.hash); return [r.className, r.open]") == ["report", True]
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_a_long_list_is_short_until_one_asks_for_all_or_filters(browser, batch, tmp_path):
    import pandas
    from selenium.webdriver.common.by import By

    reports = pandas.DataFrame([{"report_id": f"r{i}", "title": f"总结{i}", "reporting_unit": f"单位{i}"} for i in range(120)])
    write_html({"reports": reports}, tmp_path / "d.html")
    browser.get((tmp_path / "d.html").as_uri())
    shown = "return [...document.querySelectorAll('#reports-table tbody tr')].filter(r => r.getClientRects().length).length"
    assert browser.execute_script(shown) == 50
    words = browser.find_element(By.CSS_SELECTOR, "[data-for=reports-table] input")
    words.send_keys("单位11")
    assert browser.execute_script(shown) == 11
    browser.execute_script("arguments[0].value = ''; arguments[0].dispatchEvent(new Event('input'))", words)
    assert browser.execute_script(shown) == 50
    browser.find_element(By.CSS_SELECTOR, "[data-for=reports-table] .all").click()
    assert browser.execute_script(shown) == 120


def test_a_large_pair_scrolls_in_step(browser, tmp_path):
    import json

    import pandas

    lines = [f"第{i}条，组织职工活动{i}场，发放慰问品{i + 7}份。" for i in range(1_300)]
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:i]) for i in range(0, 1_300, 2)]
    passages = [[start, start + 12, start, start + 12, "same"] for start in starts]
    reports = [{"report_id": name, "title": name, "text": text, "end": len(text)} for name in ("甲", "乙")]
    match = {"a": "甲", "b": "乙", **dict.fromkeys(("jaccard", "containment_a", "containment_b", "discounted_a", "discounted_b"), 1.0), "kind": "light_edit", "passages": json.dumps(passages)}
    write_html({"reports": pandas.DataFrame(reports), "matches": pandas.DataFrame([match])}, tmp_path / "d.html")
    browser.get((tmp_path / "d.html").as_uri())
    middle = """const [a, b] = document.querySelectorAll('#c1p1 .text'), done = arguments[0]; a.scrollIntoView();
        a.dispatchEvent(new Event('wheel')); a.scrollTop = a.scrollHeight / 2;
        setTimeout(() => done([a.scrollTop, b.scrollTop, document.querySelectorAll('#c1p1 .text a.m').length]), 500)"""
    at, followed, marks = browser.execute_async_script(middle)
    assert marks == 2 * len(passages)
    assert at > 5_000
    assert abs(at - followed) < 5
