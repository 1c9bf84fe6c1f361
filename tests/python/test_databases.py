"""A database is landed like a folder of files, and neither written nor told about."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.landing.files import LandingError
from ops.landing.land import land
from ops.loading.server import is_installed, running_server

DEALS = "('D1', 'Closed Won', '2026-01-05', 100.50), ('D2', 'Prospecting', '2026-02-01', null)"
COLUMNS = "opportunity_id varchar(20), stage varchar(40), created_date date, amount numeric(18, 2)"
EXPECTED = [("D1", "Closed Won", "2026-01-05", "100.50"), ("D2", "Prospecting", "2026-02-01", None)]


def landed(database: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(
            "select opportunity_id, stage, created_date, amount from raw_crm.opportunities "
            "order by opportunity_id"
        ).fetchall()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "landed.duckdb"


def test_a_duckdb_file_is_landed(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "crm.duckdb"
    with duckdb.connect(source) as connection:
        connection.execute(f'create table "Opportunities" ({COLUMNS})')
        connection.execute(f'insert into "Opportunities" values {DEALS}')
        connection.execute("create table salaries (name varchar)")
    report = land(source, database=target)
    assert landed(target) == EXPECTED
    assert report.table("opportunities").source_files == ("Opportunities.parquet",)


def test_a_sqlite_file_is_landed(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "crm.db"
    with sqlite3.connect(source) as connection:
        connection.execute(f"create table opportunities ({COLUMNS.replace('numeric', 'decimal')})")
        connection.execute(f"insert into opportunities values {DEALS}")
    land(source, database=target)
    assert [row[:3] for row in landed(target)] == [row[:3] for row in EXPECTED]
    assert [float(row[3]) if row[3] else None for row in landed(target)] == [100.5, None]


def test_a_mapping_names_the_schema(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "warehouse.duckdb"
    with duckdb.connect(source) as connection:
        for schema in ("crm", "crm_staging"):
            connection.execute(f"create schema {schema}")
            connection.execute(f"create table {schema}.deal (id varchar, phase varchar, day date)")
        connection.execute("insert into crm.deal values ('D1', 'Won', '2026-01-05')")
    mapping = tmp_path / "mapping"
    mapping.mkdir()
    (mapping / "opportunities.sql").write_text(
        "select id as opportunity_id, phase as stage, day as created_date from deals"
    )
    options = "tables: {deals: {names: [deal], columns: [id, phase, day]}}\n"
    (mapping / "options.yml").write_text(options)
    with pytest.raises(LandingError, match=r"crm.deal and crm_staging.deal would be one table"):
        land(source, mapping, target)
    (mapping / "options.yml").write_text(options + "schema: crm\n")
    land(source, mapping, target)
    assert landed(target) == [("D1", "Won", "2026-01-05", None)]


def test_what_dlt_keeps_beside_a_schema_is_no_second_table(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "loaded.duckdb"
    with duckdb.connect(source) as connection:
        for schema in ("crm", "crm_staging"):
            connection.execute(f"create schema {schema}")
            connection.execute(f"create table {schema}.opportunities ({COLUMNS})")
        connection.execute("create table crm._dlt_loads (load_id varchar)")
        connection.execute(f"insert into crm.opportunities values {DEALS}")
    land(source, database=target)
    assert landed(target) == EXPECTED


def test_tables_that_a_mapping_adds_to_another_are_read(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "warehouse.duckdb"
    with duckdb.connect(source) as connection:
        for table in ("deals", "deals_archived"):
            connection.execute(f"create table {table} (id varchar, phase varchar, day date)")
            connection.execute(f"insert into {table} values ('{table}', 'Won', '2026-01-05')")
    mapping = tmp_path / "mapping"
    mapping.mkdir()
    (mapping / "opportunities.sql").write_text(
        "select id as opportunity_id, phase as stage, day as created_date from deal"
    )
    (mapping / "options.yml").write_text(
        "tables: {deal: {names: [deals], also: [deals_archived], columns: [id, phase, day]}}\n"
    )
    land(source, mapping, target)
    assert [row[0] for row in landed(target)] == ["deals", "deals_archived"]


def test_a_database_without_a_table_to_read_says_what_it_has(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "crm.duckdb"
    with duckdb.connect(source) as connection:
        connection.execute("create table salaries (name varchar)")
    with pytest.raises(LandingError, match=r"there is main.salaries"):
        land(source, database=target)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgresql://reader:secret@127.0.0.1/crm", "take it out and set PGPASSWORD"),
        ("postgresql://127.0.0.1:port/crm", "is no number"),
        ("postgresql://127.0.0.1/crm?options=x", "options of the address is not known"),
        ("postgresql://127.0.0.1:1/crm?connect_timeout=2", "cannot be opened"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(address: str, reason: str, target: Path) -> None:
    with pytest.raises(LandingError, match=reason) as refused:
        land(address, database=target)
    assert "secret" not in str(refused.value)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL schema with a reader who may only read; its address."""
    if not is_installed():
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with running_server() as started:
        started.execute(
            "create schema crm",
            f"create table crm.opportunities ({COLUMNS})",
            f"insert into crm.opportunities values {DEALS}",
            "create role reader login",
            "grant usage on schema crm to reader",
            "grant select on crm.opportunities to reader",
        )
        yield f"postgresql://127.0.0.1:{started.port}/postgres?schema=crm"


def test_a_postgres_schema_is_landed(
    server: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", "reader")
    land(server, database=target)
    assert landed(target) == EXPECTED
