"""Refreshing: the steps in order, what a failure says, and that it leaves the published file."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ops.dbt_process import failed_nodes, follow, one_line, read_event
from ops.gates.gates import Failure, GateReport
from ops.landing.land import LandingError
from ops.publishing import refresh as refreshing
from ops.publishing.publish import Publication
from ops.publishing.refresh import app, build, dbt_arguments, refresh, refresh_sample
from ops.warehouse import LANDED_SCHEMA, PROJECT, SAMPLE_SCHEMA, WarehouseError

PUBLISHED_BEFORE = b"what was published before"
ALL_STEPS = [
    "land raw None",
    "raw gate raw_crm",
    "build raw_crm",
    "working gate None",
    "publish",
]


class Steps:
    """Stands in for the steps of a refresh: notes their order and fails where it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, target: Path) -> None:
        self.done: list[str] = []
        self.failing: str | None = None
        self.target = target
        monkeypatch.setattr(refreshing, "land_files", self.land_files)
        monkeypatch.setattr(refreshing, "raw_gate", self.raw_gate)
        monkeypatch.setattr(refreshing, "build", self.build)
        monkeypatch.setattr(refreshing, "working_gate", self.working_gate)
        monkeypatch.setattr(refreshing, "note_publication", self.note_publication)
        monkeypatch.setattr(refreshing, "publish", self.publish)

    def do(self, step: str) -> None:
        if step == self.failing:
            raise WarehouseError(f"{step} does not work")
        self.done.append(step)

    def gate(self, name: str) -> GateReport:
        self.done.append(name)
        failure = Failure("kpis", "kpi_values", "value", "0 to 1", "2")
        failures = (failure,) if name == self.failing else ()
        return GateReport(name, 5, failures, Path("docs.html"))

    def land_files(self, raw: Path, mapping: Path | None, database: Path, notes: list[str]) -> str:
        self.do(f"land {raw} {mapping}")
        return "load"

    def raw_gate(self, database: Path, schema: str, accept_shrunken: bool) -> GateReport:
        return self.gate(f"raw gate {schema}{' accept shrunken' if accept_shrunken else ''}")

    def build(
        self,
        database: Path,
        raw_schema: str,
        notes: list[str],
        as_of: datetime | None = None,
    ) -> Path:
        self.do(f"build {raw_schema}{f' as of {as_of}' if as_of else ''}")
        return Path("manifest.json")

    def note_publication(
        self, database: Path, schema: str, load_id: str, published_at: datetime
    ) -> None:
        self.published_load = load_id

    def working_gate(self, database: Path, max_age_days: float | None) -> GateReport:
        return self.gate(f"working gate {max_age_days}")

    def publish(self, database: Path, target: Path, manifest: Path) -> Publication:
        self.do("publish")
        target.write_bytes(b"new")
        return Publication(target, (("kpis", "kpi_values", 1),), 3)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    file = tmp_path / "published" / "sales_kpis.duckdb"
    file.parent.mkdir()
    file.write_bytes(PUBLISHED_BEFORE)
    return file


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, target: Path) -> Steps:
    return Steps(monkeypatch, target)


def test_a_refresh_lands_gates_builds_checks_and_publishes(steps, target, tmp_path, capsys) -> None:
    refresh(Path("raw"), Path("mapping"), tmp_path / "landed.duckdb", target, max_age_days=2)

    assert steps.done == [
        "land raw mapping",
        "raw gate raw_crm",
        "build raw_crm",
        "working gate 2",
        "publish",
    ]
    assert target.read_bytes() == b"new"
    assert [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "land",
        "raw gate",
        "build",
        "working gate",
        "publish",
    ]


def test_the_sample_is_built_and_published(steps, target, tmp_path, capsys) -> None:
    refresh_sample(tmp_path / "sample.duckdb", target)

    assert steps.done == ["build sample_crm", "publish"]
    assert "note" not in capsys.readouterr().err


def test_the_sample_says_when_it_replaces_landed_data(steps, target, tmp_path, capsys) -> None:
    target.unlink()
    with duckdb.connect(target) as connection:
        connection.execute("create schema quality")
        connection.execute(
            "create table quality.publication as select 'landed' as data_source, '7' as load_id"
        )

    refresh_sample(tmp_path / "sample.duckdb", target)

    assert capsys.readouterr().err.splitlines()[-1] == (
        f"note: the sample company replaced landed load 7 in {target}; "
        "make refresh publishes landed data again"
    )


@pytest.mark.parametrize("failing", ALL_STEPS)
def test_a_failed_step_stops_the_refresh_and_leaves_the_published_file(
    steps, target, tmp_path, failing
) -> None:
    steps.failing = failing

    with pytest.raises(WarehouseError):
        refresh(Path("raw"), None, tmp_path / "landed.duckdb", target)

    assert target.read_bytes() == PUBLISHED_BEFORE
    # A gate that fails has run; any other step that fails is not done, and nothing follows it.
    reached = ALL_STEPS[: ALL_STEPS.index(failing) + ("gate" in failing)]
    assert steps.done == reached


def test_a_failed_gate_is_told_line_by_line_and_by_the_exit_code(steps, target) -> None:
    steps.failing = "raw gate raw_crm"

    result = CliRunner().invoke(app, ["raw", "--to", str(target)])

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [
        "kpis.kpi_values.value: expected 0 to 1, observed 2",
        "raw gate raw_crm gate: 1 of 5 checks failed; details in docs.html",
    ]


def test_a_landing_error_is_one_sentence(monkeypatch, target, tmp_path) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise LandingError("deals.csv: column stage is missing; add it to the file")

    monkeypatch.setattr(refreshing, "land", refuse)

    result = CliRunner().invoke(app, [str(tmp_path), "--to", str(target)])

    assert result.exit_code == 1
    assert result.stderr == "deals.csv: column stage is missing; add it to the file\n"
    assert target.read_bytes() == PUBLISHED_BEFORE


def test_two_refreshes_do_not_collide(steps, target, tmp_path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "from pathlib import Path\n"
            "from ops.warehouse import writer_lock\n"
            "with writer_lock(Path(sys.argv[1])):\n"
            "    print('held', flush=True)\n"
            "    sys.stdin.readline()\n",
            str(target.parent),
        ],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"

    with pytest.raises(WarehouseError) as caught:
        refresh(Path("raw"), None, tmp_path / "landed.duckdb", target)

    assert str(caught.value) == (
        f"{target.parent}: another refresh is running (process {holder.pid}); wait until it ends"
    )
    assert steps.done == []

    # The lock does not outlive its holder, even one that is killed.
    holder.kill()
    holder.communicate(timeout=60)
    refresh(Path("raw"), None, tmp_path / "landed.duckdb", target)
    assert steps.done[-1] == "publish"


def test_a_failed_refresh_gives_the_lock_back(steps, target, tmp_path) -> None:
    steps.failing = "build raw_crm"
    with pytest.raises(WarehouseError):
        refresh(Path("raw"), None, tmp_path / "landed.duckdb", target)

    with (target.parent / ".writer.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["raw", "--sample"],
        ["--sample", "--mapping", "mapping"],
        ["--sample", "--max-age-days", "2"],
    ],
)
def test_contradicting_arguments_are_refused(steps, arguments) -> None:
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code == 2
    assert steps.done == []


def test_what_is_built_is_built_without_unit_tests_and_landed_data_without_the_sample() -> None:
    without = ["--exclude-resource-type", "unit_test"]
    assert dbt_arguments(SAMPLE_SCHEMA) == ["build", *without]
    assert dbt_arguments(LANDED_SCHEMA) == [
        "build",
        "--vars",
        '{"raw_schema": "raw_crm"}',
        "--exclude",
        "path:seeds/sample",
        *without,
    ]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tiny dbt project in place of this one, with its own working file."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: tiny\n"
        "version: 0.1.0\n"
        "config-version: 2\n"
        "profile: tiny\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    )
    (folder / "profiles.yml").write_text(
        "tiny:\n"
        "  target: duckdb\n"
        "  outputs:\n"
        "    duckdb:\n"
        "      type: duckdb\n"
        "      path: \"{{ env_var('SALES_KPI_DATABASE') }}\"\n"
    )
    (folder / "models" / "deals.sql").write_text("select 1 as deal_id, 'open' as stage")
    (folder / "models" / "deals.yml").write_text(
        "models:\n"
        "  - name: deals\n"
        "    columns:\n"
        "      - name: stage\n"
        "        data_tests:\n"
        "          - accepted_values:\n"
        "              name: deals_are_closed\n"
        "              arguments: {values: [won, lost]}\n"
    )
    monkeypatch.setattr("ops.dbt_process.PROJECT", folder)
    return folder


def test_a_failed_dbt_node_is_told_in_one_line_and_dbt_lets_go_of_the_file(
    project: Path, tmp_path: Path
) -> None:
    database = tmp_path / "working.duckdb"

    with pytest.raises(WarehouseError, match="1 of dbt's nodes failed") as caught:
        build(database, SAMPLE_SCHEMA, [])

    (line,) = caught.value.details
    assert re.fullmatch(
        r"test deals_are_closed\.\w+: Got 1 result, configured to fail if != 0", line
    )
    with duckdb.connect(database) as connection:
        assert connection.execute("select stage from deals").fetchall() == [("open",)]


def test_what_keeps_dbt_from_starting_is_told_in_one_line(project: Path, tmp_path: Path) -> None:
    (project / "models" / "deals.sql").write_text("select * from {{ ref('leads') }}")

    with pytest.raises(WarehouseError) as caught:
        build(tmp_path / "working.duckdb", SAMPLE_SCHEMA, [])

    assert "depends on a node named 'leads' which was not found" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.details == ()


def test_failed_nodes_are_read_from_the_results_of_the_run(tmp_path: Path) -> None:
    results = tmp_path / "run_results.json"
    results.write_text(
        json.dumps(
            {
                "results": [
                    {"unique_id": "model.sales_kpis.a", "status": "success", "message": "OK"},
                    {
                        "unique_id": "model.sales_kpis.b",
                        "status": "error",
                        "message": "Runtime Error in model b\n  Binder Error: no x\n\n  y\nz",
                    },
                    {"unique_id": "model.sales_kpis.c", "status": "skipped", "message": None},
                    {"unique_id": "test.sales_kpis.d", "status": "warn", "message": "Got 2"},
                    {"unique_id": "test.sales_kpis.e", "status": "fail", "message": None},
                ]
            }
        )
    )

    assert failed_nodes(results) == [
        "model b: Runtime Error in model b Binder Error: no x y",
        "test e: fail",
    ]
    assert failed_nodes(tmp_path / "absent.json") == []


def test_the_last_error_of_dbts_log_is_kept() -> None:
    def event(level: str, name: str, message: str, **data: object) -> str:
        return json.dumps({"info": {"level": level, "name": name, "msg": message}, "data": data})

    node = {"node_finished_at": "", "node_name": "a"}
    lines = [
        "a warning of Python\n",
        event("info", "LogStartLine", "1 of 2 START", index=1, total=2, node_info=node),
        event("error", "MainEncounteredError", "[ERROR]: Encountered an error:\nNo file"),
        event("error", "MainStackTrace", "Traceback"),
        "\n",
    ]

    assert follow(iter(lines)) == "No file"
    assert follow(iter(lines[:2])) == "a warning of Python"
    assert follow(iter([])) == "no reason given"


def test_only_dbts_own_lines_are_events() -> None:
    assert read_event('{"info": {}, "data": {}}') == {"info": {}, "data": {}}
    assert read_event('{"info": {}}') is None
    assert read_event("[1]") is None
    assert read_event("plain text") is None


def test_messages_fit_one_line() -> None:
    assert one_line("  first\n\n second \n third\n fourth") == "first second third"


def test_an_interrupted_refresh_says_that_nothing_changed(monkeypatch, target, tmp_path) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(refreshing, "land", interrupt)

    result = CliRunner().invoke(app, [str(tmp_path), "--to", str(target)])

    assert result.exit_code == 1
    assert result.stderr == "stopped; the published file is as it was\n"
    assert target.read_bytes() == PUBLISHED_BEFORE
    assert os.access(target, os.R_OK)
