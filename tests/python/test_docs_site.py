"""The documentation: a page per KPI with the numbers of the published file, all links within it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag

import duckdb
import pytest
from report_pages import published_sample
from test_report_browser import WIDTHS, browser, screenshots

from ops.docs_site.command import write_docs
from ops.docs_site.examples import newest_values
from ops.report.drill import fill, rows_template
from ops.report.reading import Published, read_catalogue
from ops.warehouse import WarehouseError

__all__ = ["browser", "screenshots"]

# They stand in kpi_comparisons, once for each KPI that they compare.
COMPARISONS = {"benchmark_gap", "performance_gap", "trend_slope"}
# Made of snapshots of four quarters and of predictions, and told by cohort alone.
WITHOUT_ROWS = {*COMPARISONS, "required_coverage", "clv_predictive", "clv_historical"}
KPI_PAGES = ("win_rate", "nrr", "dq_completeness", "trend_slope")


@pytest.fixture(scope="module")
def published(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_sample(repository, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def site(published: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "docs"
    write_docs(published, repository / "warehouse" / "sample.duckdb", folder)
    return folder


def own_pages(site: Path) -> Iterator[Path]:
    """The pages but for dbt's own."""
    yield from (page for page in site.rglob("*.html") if page.parent.name != "lineage")


def test_every_kpi_has_a_page_with_its_definition(site: Path, published: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        kpis = connection.execute(
            "select kpi_id, label, definition from kpis.kpi_catalog"
        ).fetchall()
    assert {page.stem for page in (site / "kpis").iterdir()} == {kpi_id for kpi_id, *_ in kpis}
    for kpi_id, label, definition in kpis:
        page = unescape((site / "kpis" / f"{kpi_id}.html").read_text())
        assert f"<title>{label}</title>" in page
        assert definition.splitlines()[0].replace("**", "") in page
        assert "unit test" in page, f"{kpi_id} shows no test that guards it"


def test_every_link_leads_somewhere_in_the_site(site: Path) -> None:
    for page in own_pages(site):
        for link in re.findall(r'(?:href|src)="([^"]+)"', page.read_text()):
            if link == "data:,":
                continue
            target = urldefrag(link).url
            assert (page.parent / target).is_file(), f"{page.name} leads to {link}"


def test_the_shown_queries_give_the_shown_values(site: Path, published: Path) -> None:
    asked = 0
    with duckdb.connect(published, read_only=True) as connection:
        for page in (site / "kpis").iterdir():
            text = page.read_text()
            query = re.search(
                r"<h3>The newest by SQL</h3>\s*<pre><code>(.*?)</code>", text, re.DOTALL
            )
            if query is None:
                assert page.stem in COMPARISONS
                continue
            cursor = connection.execute(unescape(query.group(1)))
            (row,) = cursor.fetchall()
            after = text[query.end() :]
            cells = re.findall(r"<td>(.*?)</td>", after[: after.index("</table>")])
            shown = ["–" if cell is None else str(cell) for cell in row]
            assert [unescape(cell) for cell in cells] == shown, page.stem
            asked += 1
    assert asked > 180


def test_every_number_leads_to_rows(published: Path) -> None:
    """The SQL behind the newest value of each KPI gives at least one row."""
    with duckdb.connect(published, read_only=True) as connection:
        file = Published(connection)
        missing = set()
        for kpi in read_catalogue(file).values():
            values = newest_values(file, kpi)
            template = rows_template(kpi, values[0].dimension, file) if values else None
            if template is None:
                missing.add(kpi.kpi_id)
                continue
            sql = fill(template, values[0])
            (rows,) = connection.execute(f"select count(*) from ({sql})").fetchone()
            assert rows or not values[0].value, f"{kpi.kpi_id}: {sql}"
    assert missing == WITHOUT_ROWS


def test_a_kpi_shows_what_its_mutants_told(site: Path, repository: Path) -> None:
    page = (site / "kpis" / "win_rate.html").read_text()
    if (repository / "target" / "mutation.json").is_file():
        assert "small errors planted" in page or "was not counted" in page
    else:
        assert "was not counted on this machine" in page


def test_a_folder_with_something_else_is_left_alone(
    published: Path, repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(WarehouseError, match="something else"):
        write_docs(published, repository / "warehouse" / "sample.duckdb", tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "Dear reader"


@pytest.mark.parametrize("device", WIDTHS)
def test_pages_open_without_a_network(
    browser: object, site: Path, screenshots: Path, device: str
) -> None:
    names = ("index", "reports", "checks", "lineage/index", *(f"kpis/{each}" for each in KPI_PAGES))
    for name in names:
        context = browser.new_context(
            viewport={"width": WIDTHS[device], "height": 900}, offline=True
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message, kept=complaints: kept.append(message.text))
        page.on("pageerror", lambda error, kept=complaints: kept.append(str(error)))
        page.on("requestfailed", lambda request, kept=complaints: kept.append(request.url))
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_timeout(1500 if name.startswith("lineage") else 100)
        page.screenshot(path=screenshots / f"docs_{name.replace('/', '_')}_{device}.png")
        assert complaints == [], name
        if not name.startswith("lineage"):
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) == 0, f"{name} scrolls sideways"
        context.close()


def test_the_search_finds_a_kpi(browser: object, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.fill("#search", "quota attain")
    shown = page.locator("tr[data-words]:not([hidden]) a").all_inner_texts()
    assert "Quota attainment" in shown
    assert "Win rate" not in shown
    page.close()
