"""The dashboards as Superset serves them: asked over REST, and opened in a browser.

Superset's environment is not part of the tests' own; where it is not there, these tests say so and
are left out: make dashboards installs it.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browsers import open_browser
from report_pages import published_sample

from ops.dashboards.lint import DASHBOARDS
from ops.dashboards.rest import Session, ask, log_in
from ops.dashboards.server import ENVIRONMENT, HOST, USER, Server, down, read_secrets, up
from ops.dashboards.source import Source, charts_of, read_source
from ops.warehouse import WarehouseError

WIDTHS = {"desktop": 1280, "phone": 390}
LOAD_SECONDS = 120
TALL = 9000
LOADING = ".loading:visible, [data-test=loading-indicator]:visible"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source()


@pytest.fixture(scope="module")
def server(
    repository: Path, source: Source, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    if not (ENVIRONMENT / "bin" / "superset").is_file():
        pytest.skip(f"Superset is not installed in {ENVIRONMENT}; run make dashboards")
    folder = tmp_path_factory.mktemp("superset")
    database = published_sample(repository, folder)
    started = up(Server(folder / "run", free_port(), database), source, print)
    yield started
    down(started)


@pytest.fixture(scope="module")
def session(server: Server) -> Session:
    return log_in(server)


def test_every_chart_answers_with_rows(session: Session, source: Source) -> None:
    numbers = session.charts()
    assert set(numbers) == set(source.charts)
    empty = []
    for uuid, chart in source.charts.items():
        answer = session.data(uuid, numbers[uuid])
        if not answer.rows or not all(answer.rows):
            empty.append(chart["slice_name"])
    assert empty == []


def test_a_changed_value_is_seen_without_a_restart(session: Session, source: Source) -> None:
    chart = next(c for c in source.charts.values() if c["slice_name"] == "Win rate")
    number = session.charts()[chart["uuid"]]

    def newest() -> float:
        return session.data(chart["uuid"], number).rows[0][-1]["Win rate"]

    before = newest()
    database = session.server.database
    changed = Path(shutil.copy(database, database.with_name("changed.duckdb")))
    with duckdb.connect(changed) as connection:
        connection.execute("update kpis.kpi_values set value = 0.125 where kpi_id = 'win_rate'")
    kept = Path(shutil.copy(database, database.with_name("kept.duckdb")))
    changed.replace(database)
    try:
        assert before != 0.125
        assert newest() == 0.125
    finally:
        kept.replace(database)
    assert newest() == before


def test_nothing_listens_elsewhere(server: Server) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for address in addresses - {HOST, "::1"}:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            assert probe.connect_ex((address, server.port)) != 0


def test_a_change_needs_a_token_of_the_page(session: Session) -> None:
    headers = {"Authorization": f"Bearer {session.token}"}
    with pytest.raises(WarehouseError, match="CSRF token is missing"):
        ask(session.server, "/api/v1/chart/", headers, {"slice_name": "forged"})


@dataclass
class Visit:
    """A browser that is logged in, which reaches the server and nobody else."""

    server: Server
    page: Any
    blocked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Notes what the page asks of others, what fails, and what it complains of."""
        self.page.context.route("**/*", self.let_through)
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self.note_failed)
        self.page.on(
            "response",
            lambda answer: self.failed.append(answer.url) if answer.status >= 400 else None,
        )

    def let_through(self, route: Any) -> None:
        """Lets requests to the server through, and notes those to others."""
        if route.request.url.startswith((self.server.address, "data:", "blob:")):
            route.continue_()
        else:
            self.blocked.append(route.request.url)
            route.abort()

    def note(self, message: Any) -> None:
        """Keeps errors of the console."""
        if message.type == "error":
            self.complaints.append(message.text)

    def note_failed(self, request: Any) -> None:
        """Keeps a request that failed, but for the log of events sent as a page is left."""
        if not (request.failure == "net::ERR_ABORTED" and "/superset/log/" in request.url):
            self.failed.append(request.url)

    def forget(self) -> None:
        """Begins a new page: what the last one still asked for when it was left is no failure."""
        self.page.wait_for_load_state("networkidle")
        self.failed.clear()
        self.complaints.clear()

    def log_in(self) -> None:
        """Logs in by the page of the login."""
        self.page.goto(f"{self.server.address}/login/")
        self.page.fill("input[type=password]", read_secrets(self.server)["SUPERSET_ADMIN_PASSWORD"])
        self.page.fill("#username", USER)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def wait_until_loaded(self) -> None:
        """Waits until no chart loads any more."""
        self.page.wait_for_selector(".dashboard-component-chart-holder:visible")
        for _ in range(LOAD_SECONDS):
            self.page.wait_for_load_state("networkidle")
            self.page.wait_for_timeout(500)
            if not self.page.locator(LOADING).count():
                return
        raise AssertionError("charts still load")


@pytest.fixture(scope="module")
def visit(server: Server) -> Iterator[Visit]:
    with open_browser() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(1000 * LOAD_SECONDS)
        visit = Visit(server, page)
        visit.watch()
        visit.log_in()
        yield visit


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_a_dashboard_opens_whole(repository: Path, source: Source, visit: Visit, slug: str) -> None:
    screenshots = repository / "warehouse" / "screenshots"
    screenshots.mkdir(parents=True, exist_ok=True)
    page = visit.page
    visit.forget()
    # Charts are drawn once they come into view, so the window is as tall as the page.
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": TALL})
    page.goto(f"{visit.server.address}/superset/dashboard/{slug}/")
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": TALL})
        visit.wait_until_loaded()
        page.screenshot(
            path=screenshots / f"dashboard_{slug}_{device}.png",
            clip={"x": 0, "y": 0, "width": width, "height": end_of(page)},
        )
        holders = page.locator(".dashboard-component-chart-holder:visible:has(.chart-slice)")
        assert holders.count() == len(charts_of(source.dashboards[slug])) - 1
        for index in range(holders.count()):
            assert_drawn(holders.nth(index), slug)
    page.get_by_role("tab", name="Definitions and rows").click()
    visit.wait_until_loaded()
    assert page.locator(".dashboard-component-chart-holder:visible table tbody tr").count()
    assert (visit.blocked, visit.failed, visit.complaints) == ([], [], [])


def end_of(page: Any) -> float:
    """Where the last row of the page ends."""
    boxes = [row.bounding_box() for row in page.locator(".grid-row:visible").all()]
    return min(TALL, max(box["y"] + box["height"] for box in boxes if box) + 16)


def assert_drawn(holder: Any, slug: str) -> None:
    """A chart shows something: a picture, a table with rows or a number, and no error."""
    text = holder.inner_text()
    for sign in ("No results were returned", "No data", "Unexpected error", "Error:"):
        assert sign not in text, f"{slug}: {text}"
    drawn = holder.locator("canvas, table tbody tr, .header-line")
    assert drawn.count(), f"{slug}: {text}"


def test_a_server_that_runs_goes_on(server: Server, source: Source) -> None:
    assert up(replace(server, port=free_port()), source, print) == server
