"""The report as a browser opens it from the file system, with the network blocked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browsers import open_browser
from report_pages import published_sample
from test_report import NASTY

from ops.report.command import write_report

SHOWN = pytest.mark.parametrize("scheme", ["light", "dark"])
WIDTHS = {"desktop": 1280, "phone": 390}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(published_sample(repository, tmp_path_factory.mktemp("published")))


@pytest.fixture(scope="module")
def screenshots(repository: Path) -> Path:
    """Where the screenshots are kept, for whoever looks at them."""
    folder = repository / "warehouse" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Visit:
    """A page opened in a window of some width; what it asked for and complained of."""

    def __init__(self, browser: Any, file: Path, width: int = 1280, scheme: str = "light") -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        self.page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]")


@SHOWN
@pytest.mark.parametrize("device", WIDTHS)
def test_the_page_opens_whole(
    browser: Any, report: Path, screenshots: Path, device: str, scheme: str
) -> None:
    visit = Visit(browser, report, WIDTHS[device], scheme)
    page = visit.page
    page.screenshot(path=screenshots / f"report_{device}_{scheme}.png", full_page=True)

    assert visit.requests == [report.as_uri()]
    assert visit.complaints == []
    charts = page.locator("[data-chart]")
    assert charts.count() >= 18
    for index in range(charts.count()):
        chart = charts.nth(index)
        name = chart.get_attribute("data-chart")
        assert chart.get_attribute("data-drawn") == "yes", name
        assert chart.locator(
            "svg .mark-rect path, svg .mark-symbol path, svg .mark-line path"
        ).count()
        box = chart.locator("svg").bounding_box()
        assert box and box["height"] > 50, name
        assert box["width"] <= chart.bounding_box()["width"] + 1, name
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[device]


def test_a_managers_page_opens_whole(browser: Any, report: Path, screenshots: Path) -> None:
    written = write_report(report.with_name("sales_kpis.duckdb"), member="team=TEAM-04")
    visit = Visit(browser, written, WIDTHS["phone"])
    visit.page.screenshot(path=screenshots / "report_team_phone_light.png", full_page=True)
    assert visit.requests == [written.as_uri()]
    assert visit.complaints == []
    assert visit.page.locator("[data-drawn=no]").count() == 0
    assert visit.page.evaluate("document.documentElement.scrollWidth") == WIDTHS["phone"]


def test_a_number_leads_to_its_definition_and_rows(browser: Any, report: Path) -> None:
    visit = Visit(browser, report)
    page = visit.page
    page.locator(".card", has_text="Win rate").first.locator("a.number").click()
    dialog = page.locator("dialog")
    assert dialog.is_visible()
    text = dialog.inner_text()
    assert "Won deals divided by decided deals" in text
    assert "from marts.fct_opportunities as facts" in text
    assert "'2026-04-01'" in text
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.locator("#win-rate svg .mark-symbol path").last.click(force=True)
    assert "kpi_id = 'win_rate" in dialog.inner_text()
    page.keyboard.press("Escape")
    page.locator("#win-rate .sources a").first.click()
    assert page.locator("#kpi-win_rate").get_attribute("open") is not None
    assert visit.complaints == []


def test_the_theme_is_changed_by_its_button(browser: Any, report: Path) -> None:
    page = Visit(browser, report).page
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.locator("#theme").click()
    assert page.evaluate(colour) != light
    page.locator("#theme").click()
    assert page.evaluate(colour) == light


def test_a_printed_page_is_light_and_leaves_the_controls_out(
    browser: Any, report: Path, screenshots: Path
) -> None:
    page = Visit(browser, report, scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("nav").is_visible()
    page.pdf(path=screenshots / "report.pdf", format="A4")


def test_a_nasty_name_runs_nothing(browser: Any, report: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(report.with_name("sales_kpis.duckdb"), tmp_path / "nasty.duckdb"))
    with duckdb.connect(changed) as connection:
        for relation, column in (
            ("kpis.kpi_values", "dimension_value"),
            ("marts.fct_opportunities", "opportunity_name"),
            ("kpis.kpi_catalog", "label"),
        ):
            connection.execute(f"update {relation} set {column} = {column} || ?", [NASTY])
    visit = Visit(browser, write_report(changed, tmp_path / "nasty.html"))
    assert visit.complaints == []
    assert "run" not in visit.page.title().split()
    assert visit.page.locator("img").count() == 0
    visit.page.locator(".card a.number").first.click()
    assert "onerror" in visit.page.locator("dialog").inner_text()
    assert visit.page.locator("img").count() == 0
