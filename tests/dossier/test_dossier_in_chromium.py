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
    assert shown_rows(opened, "asks-table") == ["打架"]
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


@pytest.mark.parametrize("width", [1440, 400])
def test_no_line_is_wider_than_the_window(opened, width):
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
    opened.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_prints(opened):
    import base64

    printed = base64.b64decode(opened.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert printed.startswith(b"%PDF")
