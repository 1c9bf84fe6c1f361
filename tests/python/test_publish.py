"""Publishing: what BI tools get, and that they get all of it or what they had before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ops.publishing import publish as publishing
from ops.publishing.publish import app, project_version, publish
from ops.warehouse import PROJECT, WarehouseError, writer_lock

MakeWorking = Callable[..., Path]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of two published tables, a view, a step and a table of an unpublished layer."""

    def node(
        schema: str, name: str, materialized: str = "table", **meta: object
    ) -> dict[str, object]:
        return {
            "resource_type": "model",
            "schema": schema,
            "alias": name,
            "description": f"One row per line of {name}; 'quoted'.",
            "columns": {"amount": {"description": "What it's worth."}},
            "config": {"materialized": materialized, "meta": meta},
        }

    nodes = {
        "model.a": node("marts", "dim_settings"),
        "model.b": node("kpis", "kpi_values"),
        "model.c": node("quality", "a_view", "view"),
        "model.d": node("crm", "crm_accounts"),
        "model.e": node("kpis", "kpi_steps", is_published=False),
        "test.f": {"resource_type": "test", "schema": "marts"},
    }
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({"nodes": nodes}))
    return file


@pytest.fixture
def make_working(tmp_path: Path) -> MakeWorking:
    """Makes a built file whose KPI has the value, changed by the given statements."""

    def make(value: float, *statements: str) -> Path:
        database = tmp_path / f"it's {value}.duckdb"
        with duckdb.connect(database) as connection:
            connection.execute(
                f"""
                create schema marts;
                create schema kpis;
                create schema quality;
                create schema crm;
                create schema raw_crm;
                create table marts.dim_settings as
                select timestamp '2026-04-01' as as_of, 12.5 as amount;
                create table marts.left_over as select 1 as a;
                create table kpis.kpi_values as select {value} as amount from range(1000);
                create table kpis.kpi_steps as select 1 as a;
                create view quality.a_view as select 1 as a;
                create table crm.crm_accounts as select 'secret' as name;
                create table raw_crm.loads as select 'load 7' as load_id from range(3);
                """
            )
            for statement in statements:
                connection.execute(statement)
        return database

    return make


def read(database: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(query).fetchall()


def folder_content(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_only_tables_that_the_project_builds_are_published(
    make_working, manifest, tmp_path
) -> None:
    target = tmp_path / "published" / "sales_kpis.duckdb"

    publication = publish(make_working(1), target, manifest)

    assert read(
        target,
        "select schema_name, table_name, estimated_size from duckdb_tables() order by all",
    ) == [
        ("kpis", "kpi_values", 1000),
        ("marts", "dim_settings", 1),
        ("quality", "publication", 1),
    ]
    assert publication.tables == (("marts", "dim_settings", 1), ("kpis", "kpi_values", 1000))
    assert publication.size == target.stat().st_size
    assert {
        name
        for (name,) in read(
            target,
            "select schema_name from duckdb_schemas() "
            "where not internal and database_name = current_database() and schema_name <> 'main'",
        )
    } == {"marts", "kpis", "reports", "quality"}
    assert folder_content(target.parent) == {"sales_kpis.duckdb"}


def test_published_views_read_the_tables_of_the_published_file(
    make_working, manifest, tmp_path
) -> None:
    """One that reads another comes after it, and no name of the working file is left in them."""
    nodes = json.loads(manifest.read_text())
    queries = {
        "a_sum": """select sum(amount) as total from "it's 1"."kpis"."deals" """,
        "deals": """
            select * from "it's 1"."kpis"."kpi_values" cross join "it's 1"."marts"."dim_settings"
            left join (select 1 as b) as x on true
            """,
    }
    folder = tmp_path / "compiled" / "sales_kpis" / "models"
    folder.mkdir(parents=True)
    for name, query in queries.items():
        (folder / f"{name}.sql").write_text(query)
        nodes["nodes"][f"model.{name}"] = {
            "resource_type": "model",
            "schema": "kpis",
            "alias": name,
            "description": f"View {name}.",
            "columns": {},
            "config": {"materialized": "view", "meta": {"is_published": True}},
            "depends_on": {"nodes": ["model.deals"] if name == "a_sum" else ["model.b", "model.a"]},
            "package_name": "sales_kpis",
            "original_file_path": f"models/{name}.sql",
        }
    manifest.write_text(json.dumps(nodes))
    working = make_working(
        1, "create view kpis.deals as select 1 as a", "create view kpis.a_sum as select 1 as a"
    )
    target = tmp_path / "sales_kpis.duckdb"

    publish(working, target, manifest)

    working.unlink()
    renamed = target.rename(tmp_path / "renamed.duckdb")
    assert read(renamed, "select total from kpis.a_sum") == [(1000,)]
    assert read(
        renamed, "select view_name, comment from duckdb_views() where not internal order by all"
    ) == [("a_sum", "View a_sum."), ("deals", "View deals.")]


def test_descriptions_become_comments(make_working, manifest, tmp_path) -> None:
    target = tmp_path / "sales_kpis.duckdb"

    publish(make_working(1), target, manifest)

    assert read(
        target, "select comment from duckdb_tables() where table_name = 'dim_settings'"
    ) == [("One row per line of dim_settings; 'quoted'.",)]
    assert read(
        target,
        "select column_name, comment from duckdb_columns() "
        "where table_name = 'dim_settings' order by column_name",
    ) == [("amount", "What it's worth."), ("as_of", None)]


def test_the_publication_says_what_it_was_made_from(make_working, manifest, tmp_path) -> None:
    target = tmp_path / "sales_kpis.duckdb"

    publish(make_working(1), target, manifest)

    ((published_at, *rest),) = read(target, "select * from quality.publication")
    assert rest == ["landed", "load 7", datetime(2026, 4, 1), project_version()]
    age = datetime.now(UTC).replace(tzinfo=None) - published_at
    assert timedelta(seconds=-1) < age < timedelta(minutes=1)


def test_the_sample_is_told_from_landed_data(make_working, manifest, tmp_path) -> None:
    target = tmp_path / "sales_kpis.duckdb"
    working = make_working(
        1,
        "create schema sample_crm",
        "create table sample_crm.loads as select 'sample' as load_id",
        "drop table raw_crm.loads",
    )

    publish(working, target, manifest)

    assert read(target, "select data_source, load_id from quality.publication") == [
        ("sample", "sample")
    ]


def test_readers_keep_the_old_file_and_newcomers_get_the_new_one(
    make_working, manifest, tmp_path
) -> None:
    target = tmp_path / "sales_kpis.duckdb"
    publish(make_working(1), target, manifest)
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\n"
            "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
            "query = 'select min(amount), max(amount), count(*) from kpis.kpi_values'\n"
            "print(connection.execute(query).fetchone(), flush=True)\n"
            "sys.stdin.readline()\n"
            "print(connection.execute(query).fetchone(), flush=True)\n",
            str(target),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    before = reader.stdout.readline()

    publish(make_working(2), target, manifest)

    after, _ = reader.communicate("go on\n", timeout=60)
    assert before == after
    assert read(target, "select distinct amount from kpis.kpi_values") == [(2,)]


@pytest.mark.parametrize("step", ["build", "write_publication", "flush_to_disk"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    make_working, manifest, tmp_path, monkeypatch, step
) -> None:
    target = tmp_path / "published" / "sales_kpis.duckdb"
    publish(make_working(1), target, manifest)
    old = target.read_bytes()

    def fail(*arguments: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(publishing, step, fail)
    with pytest.raises(WarehouseError, match="could not be published: No space left on device"):
        publish(make_working(2), target, manifest)

    assert target.read_bytes() == old
    assert folder_content(target.parent) == {"sales_kpis.duckdb"}


def test_an_interrupt_leaves_the_old_file_and_nothing_else(
    make_working, manifest, tmp_path, monkeypatch
) -> None:
    target = tmp_path / "published" / "sales_kpis.duckdb"
    publish(make_working(1), target, manifest)
    old = target.read_bytes()

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "write_publication", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(make_working(2), target, manifest)

    assert target.read_bytes() == old
    assert folder_content(target.parent) == {"sales_kpis.duckdb"}


@pytest.mark.parametrize("step", ["write_publication", "flush_to_disk"])
def test_a_kill_in_the_middle_leaves_the_old_file_and_the_next_run_cleans_up(
    make_working, manifest, tmp_path, step
) -> None:
    target = tmp_path / "published" / "sales_kpis.duckdb"
    publish(make_working(1), target, manifest)
    old = target.read_bytes()
    working = make_working(2)

    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, signal, sys\n"
            "from pathlib import Path\n"
            "from ops.publishing import publish as publishing\n"
            "def kill(*arguments):\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            "setattr(publishing, sys.argv[4], kill)\n"
            "publishing.publish(*map(Path, sys.argv[1:4]))\n",
            *map(str, (working, target, manifest)),
            step,
        ],
        cwd=PROJECT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == old
    assert read(target, "select distinct amount from kpis.kpi_values") == [(1,)]
    assert ".sales_kpis.duckdb.publishing" in folder_content(target.parent)

    publish(working, target, manifest)

    assert read(target, "select distinct amount from kpis.kpi_values") == [(2,)]
    assert folder_content(target.parent) == {"sales_kpis.duckdb"}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        pytest.param("drop table kpis.kpi_values", "kpis.kpi_values not built", id="missing table"),
        pytest.param("drop table raw_crm.loads", "this one holds neither", id="no load"),
        pytest.param(
            "create schema sample_crm; create table sample_crm.loads as select 'a' as load_id",
            "this one holds both",
            id="sample and landed data in one file",
        ),
        pytest.param(
            "insert into raw_crm.loads values ('load 8')",
            r"expected one load in raw_crm.loads and one row in marts.dim_settings, found 2 and 1",
            id="two loads",
        ),
        pytest.param("delete from marts.dim_settings", "found 1 and 0", id="no settings"),
    ],
)
def test_a_file_that_is_not_a_built_warehouse_is_refused(
    make_working, manifest, tmp_path, statement, reason
) -> None:
    target = tmp_path / "published" / "sales_kpis.duckdb"

    with pytest.raises(WarehouseError, match=reason):
        publish(make_working(1, statement), target, manifest)

    assert not target.exists()


def test_a_missing_manifest_and_a_working_file_as_target_are_refused(
    make_working, manifest, tmp_path
) -> None:
    working = make_working(1)

    with pytest.raises(WarehouseError, match="no readable dbt manifest; run dbt build first"):
        publish(working, tmp_path / "sales_kpis.duckdb", tmp_path / "absent.json")
    with pytest.raises(WarehouseError, match="cannot be published onto itself"):
        publish(working, working, manifest)


def test_one_publication_at_a_time(make_working, manifest, tmp_path) -> None:
    target = tmp_path / "published" / "sales_kpis.duckdb"
    arguments = [
        "--database",
        str(make_working(1)),
        "--to",
        str(target),
        "--manifest",
        str(manifest),
    ]

    with writer_lock(target.parent):
        refused = CliRunner().invoke(app, arguments)
    accepted = CliRunner().invoke(app, arguments)

    assert refused.exit_code == 1
    assert refused.stderr == (
        f"{target.parent}: another refresh is running (process {os.getpid()}); wait until it ends\n"
    )
    assert accepted.exit_code == 0, accepted.stderr
    assert accepted.stdout.startswith("published 2 tables, 1,001 rows")
