"""The bench: what it reads from logs and manifests, and that its measures are of the right size."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.bench.bench import (
    Cost,
    Folder,
    Size,
    app,
    busy_seconds,
    cost_table,
    describe_machine,
    describe_sample,
    in_order,
    measure,
    measure_directly,
    parse_sizes,
    run_directly,
    size_table,
    statement,
    statement_spans,
)
from ops.warehouse import WarehouseError


def test_sizes_are_read_from_a_list() -> None:
    assert parse_sizes("10000,100_000, 1000000") == (10_000, 100_000, 1_000_000)


@pytest.mark.parametrize("text", ["", "ten", "10,,20", "0", "-5"])
def test_wrong_sizes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="deal"):
        parse_sizes(text)

    result = CliRunner().invoke(app, ["--sizes", text])
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], 0),
        ([(0, 2)], 2),
        ([(0, 2), (5, 6)], 3),
        ([(0, 2), (1, 3)], 3),
        ([(0, 10), (1, 2), (3, 4)], 10),
        ([(5, 6), (0, 2), (1.5, 5.5)], 6),
    ],
)
def test_statements_at_the_same_time_count_once(spans, expected) -> None:
    assert busy_seconds(spans) == pytest.approx(expected)


def test_statements_are_read_from_dbts_log() -> None:
    def event(name: str, moment: str, **data: object) -> str:
        return json.dumps({"info": {"name": name, "ts": moment}, "data": data})

    lines = [
        event("SQLQuery", "2026-01-01T00:00:10.000000Z", sql="select 1"),
        event("SQLQueryStatus", "2026-01-01T00:00:12.000000Z", status="OK", elapsed=2.0),
        "not a line of JSON",
        event("SQLQueryStatus", "2026-01-01T00:00:12.500000Z", status="OK", elapsed=0.25),
    ]

    first, second = statement_spans(lines)

    assert first[1] - first[0] == pytest.approx(2)
    assert second[0] - first[1] == pytest.approx(0.25)
    assert busy_seconds([first, second]) == pytest.approx(2.25)


def test_a_command_is_measured_from_the_outside(tmp_path: Path) -> None:
    work = (
        "import time\n"
        "block = bytearray(150_000_000)\n"
        "end = time.process_time() + 0.3\n"
        "while time.process_time() < end: pass\n"
        "time.sleep(0.3)\n"
    )

    cost = measure("work", [sys.executable, "-c", work], tmp_path / "log.txt", os.environ)

    assert cost.step == "work"
    assert 0.3 <= cost.cpu_seconds < 5
    assert cost.wall_seconds >= 0.6
    assert 150_000_000 < cost.peak_bytes < 2_000_000_000


def test_a_failed_command_says_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('first'); print('no space'); raise SystemExit(3)"]

    with pytest.raises(WarehouseError, match=r"work failed: no space; output in .*log\.txt"):
        measure("work", command, tmp_path / "log.txt", os.environ)


def model(name: str, code: str, *parents: str, materialized: str = "table") -> dict[str, object]:
    return {
        "resource_type": "model",
        "name": name,
        "schema": "marts",
        "alias": name,
        "config": {"materialized": materialized},
        "compiled_code": code,
        "depends_on": {"nodes": list(parents)},
    }


@pytest.fixture
def nodes() -> dict[str, dict[str, object]]:
    return {
        "model.c": model("c", "select sum(a) as a from landed.marts.b", "model.b"),
        "model.b": model(
            "b",
            "select a + factor as a from landed.marts.a cross join landed.reference.factors",
            "model.a",
            "seed.factors",
            "source.crm.deals",
            materialized="view",
        ),
        "model.a": model("a", "select a from landed.raw_crm.deals"),
        "seed.factors": {
            "resource_type": "seed",
            "name": "factors",
            "schema": "reference",
            "alias": "factors",
        },
        "seed.sample": {
            "resource_type": "seed",
            "name": "deals",
            "schema": "sample_crm",
            "alias": "deals",
        },
        "test.d": {"resource_type": "test", "name": "d", "depends_on": {"nodes": ["model.c"]}},
    }


def test_models_run_after_those_they_read(nodes) -> None:
    assert in_order(nodes) == ["model.a", "model.b", "model.c"]


def test_a_models_statement_is_its_compiled_query(nodes) -> None:
    assert statement(nodes["model.b"]).startswith('create or replace view "marts"."b" as select')
    assert statement(nodes["model.a"]).startswith('create or replace table "marts"."a" as select')


def test_compiled_sql_runs_without_dbt_on_a_copy_of_the_landed_file(nodes, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for file in (folder.landed, folder.built, folder.target / "manifest.json"):
        file.parent.mkdir(parents=True)
    (folder.target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    for database in (folder.landed, folder.built):
        with duckdb.connect(database) as connection:
            connection.execute("create schema raw_crm")
            connection.execute("create table raw_crm.deals as select * from range(5) as t (a)")
    with duckdb.connect(folder.built) as connection:
        connection.execute("create schema reference")
        connection.execute("create table reference.factors as select 10 as factor")
    before = folder.landed.read_bytes()

    cost, by_model = measure_directly(folder, os.environ)

    assert list(by_model) == ["a", "b", "c"]
    assert 0 < sum(by_model.values()) <= cost.sql_seconds < cost.wall_seconds
    assert folder.landed.read_bytes() == before
    assert not folder.direct.exists()

    nodes["model.c"]["compiled_code"] = "select nothing from landed.marts.b"
    (folder.target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    with pytest.raises(WarehouseError, match="c failed without dbt: Binder Error"):
        run_directly(folder)


def test_tables_show_steps_overhead_and_slowest_models(capsys) -> None:
    size = Size(
        deals=10_000,
        raw_rows=123_456,
        landed_bytes=5_000_000,
        published_bytes=2_500_000,
        direct=Cost("same SQL without dbt", 5.0, 7.5, 800_000_000, 4.5),
        costs=(
            Cost("land", 1.0, 1.5, 200_000_000),
            Cost("dbt models", 12.75, 20.0, 900_000_000, 6.5),
        ),
        slowest_models=(("fct_pipeline_daily", 1.25),),
    )

    console = Console(width=120)
    console.print(cost_table([size]))
    console.print(size_table([size]))

    shown = capsys.readouterr().out
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert "│ 10,000 │ land │ 1.0 │ 1.5 │ 200 │ │" in rows
    assert "│ │ same SQL without dbt │ 5.0 │ 7.5 │ 800 │ 4.5 │" in rows
    # 12.75 s of dbt less 4.5 s of SQL, 20 s of CPU less 7.5 s.
    assert "│ │ overhead of dbt │ 8.2 │ 12.5 │ 100 │ │" in rows
    assert "123,456" in shown
    assert "fct_pipeline_daily 1.2" in shown


def test_the_sample_build_tells_the_share_outside_sql() -> None:
    cost = Cost("warm sample build", 20.0, 25.0, 1, 5.0)

    assert describe_sample(cost) == (
        "warm sample build: 20.0 s, of which SQL 5.0 s; 75% outside SQL"
    )


def test_the_machine_is_described() -> None:
    machine = describe_machine()

    assert int(machine["cores"]) >= 1
    assert machine["memory"].endswith("GiB")
    assert machine["duckdb"] == duckdb.__version__
