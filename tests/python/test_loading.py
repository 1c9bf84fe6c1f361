"""A PostgreSQL schema is loaded whole and then by its changes, and lands as it stands there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ops.landing.contract import load_contract
from ops.landing.files import LandingError
from ops.landing.land import land
from ops.loading.load import LATE_SECONDS, Loaded, load, next_command, parse_cursors
from ops.loading.server import Server, fill, is_installed, running_server
from ops.simulate.company import simulate
from ops.simulate.crm.render import render
from ops.simulate.parameters import Parameters
from ops.simulate.write import write_files
from ops.warehouse import WarehouseError, quoted

pytest.importorskip("dlt", reason="dlt is not installed (requirements-loading.txt)")
psycopg = pytest.importorskip("psycopg")

SALESFORCE = Path(__file__).parents[2] / "mappings" / "salesforce"
LATER = "timestamp '2031-01-01 12:00:00'"
DEALS = (
    "opportunity_id text, stage text, created_date date, amount numeric(18, 2), "
    "updated_at timestamptz"
)
Rows = dict[str, Counter[tuple[str | None, ...]]]


@dataclass
class Source:
    """A company in Salesforce's shape: its files, and the same in a schema of a server."""

    server: Server
    files: Path
    schema: str = "crm"

    @property
    def address(self) -> str:
        return self.server.address(self.schema)

    def last_changes(self) -> dict[str, datetime | None]:
        """The last change of each table that says when its rows were changed."""
        with self._connected() as connection:
            tables = connection.execute(
                "select table_name from information_schema.columns where table_schema = %s "
                "and column_name = 'SystemModstamp'",
                [self.schema],
            ).fetchall()
            last = 'select max("SystemModstamp") from '
            return {
                name: connection.execute(f'{last} "{name}"').fetchone()[0] for (name,) in tables
            }

    def changed_since(self, before: dict[str, datetime | None]) -> dict[str, int]:
        """Rows that were changed later than that, or a little earlier, when others may be late."""
        count = 'select count(*) from "{}" where "SystemModstamp" >= %s or "SystemModstamp" is null'
        late = timedelta(seconds=LATE_SECONDS)
        with self._connected() as connection:
            return {
                name: connection.execute(count.format(name), [instant - late]).fetchone()[0]
                for name, instant in before.items()
            }

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(
            f"host=127.0.0.1 port={self.server.port} user=owner dbname=postgres",
            options=f"-c search_path={self.schema}",
        )

    def change(self, *statements: str) -> None:
        self.server.execute(f"set search_path = {self.schema}", *statements)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server of its own."""
    if not is_installed():
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with running_server() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Salesforce's own export of a simulated company."""
    raw = tmp_path_factory.mktemp("company")
    write_files(simulate(Parameters(opportunities=200, has_flaws=False)), raw, "parquet")
    folder = tmp_path_factory.mktemp("export")
    render(raw, "salesforce", "export", folder)
    return folder


@pytest.fixture
def source(server: Server, files: Path) -> Source:
    """The company in a schema as it was exported."""
    server.execute("drop schema if exists crm cascade")
    fill(server, "crm", files)
    return Source(server, files)


def landed(raw: Path | str, folder: Path, mapping: Path | None = SALESFORCE) -> Rows:
    """The landed rows of every table, values of one kind written in one way."""
    database = folder / f"{hashlib.md5(str(raw).encode()).hexdigest()}.duckdb"
    database.unlink(missing_ok=True)
    land(raw, mapping, database)
    rows: Rows = {}
    with duckdb.connect(database, read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in load_contract().deliverable.values():
            values = ", ".join(_plain(c.name, c.data_type) for c in table.columns)
            found = connection.execute(f"select {values} from raw_crm.{quoted(table.name)}")
            rows[table.name] = Counter(found.fetchall())
    return rows


def _plain(name: str, data_type: str) -> str:
    value = quoted(name)
    if data_type in ("date", "timestamp"):
        return f"cast(cast({value} as timestamptz) at time zone 'UTC' as varchar)"
    if data_type in ("decimal", "double", "integer"):
        return f"cast(round(cast({value} as double), 9) as varchar)"
    return f"lower({value})" if data_type == "boolean" else value


def came(loaded: Loaded) -> dict[str, int]:
    return {name: table.rows_loaded for name, table in loaded.tables.items()}


def held(into: Path, schema: str, table: str) -> list[tuple[object, ...]]:
    """The rows of a table of the loaded file, in order."""
    with duckdb.connect(into, read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(f"select * from {schema}.{table} order by all").fetchall()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_changes_travel_and_what_lands_is_the_database(source: Source, tmp_path: Path) -> None:
    into = tmp_path / "loaded.duckdb"
    first = load(source.address, into, SALESFORCE)
    assert all(table.rows_loaded == table.rows_held for table in first.tables.values())
    as_exported = landed(source.files, tmp_path)
    assert landed(into, tmp_path) == as_exported

    before = source.last_changes()
    source.change(
        f'update "Opportunity" set "Amount" = 12345.5, "SystemModstamp" = {LATER} '
        'where "Id" in (select "Id" from "Opportunity" order by "Id" limit 3)',
        'create temp table added as select * from "Opportunity" order by "Id" desc limit 1; '
        f"""update added set "Id" = '006ADDED', "SystemModstamp" = {LATER}; """
        'insert into "Opportunity" select * from added',
        f'update "Account" set "Name" = $$O\'Neil & Söhne$$, "SystemModstamp" = {LATER} '
        'where "Id" = (select min("Id") from "Account")',
    )
    second = load(source.address, into, SALESFORCE)
    expected = source.changed_since(before)
    assert expected["Opportunity"] < 10 and expected["Account"] < 5
    by_changes = {n: t for n, t in second.tables.items() if t.way == "changes by SystemModstamp"}
    assert {name: table.rows_loaded for name, table in by_changes.items()} == expected
    assert second.tables["Opportunity"].rows_held == first.tables["Opportunity"].rows_held + 1
    there = landed(source.address, tmp_path)
    assert landed(into, tmp_path) == there != as_exported
    with duckdb.connect(into) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
    assert schemas == [("crm",)]
    assert next_command(second, SALESFORCE) == f"make refresh RAW={into} MAPPING={SALESFORCE}"


def test_columns_keys_and_deletions(server: Server, tmp_path: Path) -> None:
    """A table whose columns changed is loaded whole; a deleted row stays until a full load."""
    into = tmp_path / "loaded.duckdb"
    server.execute(
        "drop schema if exists small cascade",
        "create schema small",
        f"create table small.opportunities ({DEALS}, primary key (opportunity_id))",
        "insert into small.opportunities values ('D1', 'Won', '2026-01-05', 10.50, '2026-01-05'), "
        "('D2', 'Open', '2026-02-05', null, '2026-02-05')",
        # Two rows of a key, and a key that no row breaks.
        "create table small.accounts (account_id text, name text, updated_at timestamptz)",
        "insert into small.accounts values ('A', 'a', '2026-01-05'), ('A', 'b', '2026-01-05')",
        "create table small.users (user_id text, full_name text, updated_at timestamptz)",
        "insert into small.users values ('U', 'u', '2026-01-05')",
        "create table small.leads (lead_id text primary key, created_at date)",
        "create table small.salaries (user_id text primary key, updated_at timestamptz)",
    )
    address = server.address("small")
    first = load(address, into)
    assert sorted(first.tables) == ["accounts", "leads", "opportunities", "users"]
    again = load(address, into)
    assert {name: table.way for name, table in again.tables.items()} == {
        "accounts": "whole: no key tells its rows apart",
        "leads": "whole: no column says when a row was changed",
        "opportunities": "changes by updated_at",
        "users": "changes by updated_at",
    }
    assert [row[0] for row in held(into, "small", "opportunities")] == ["D1", "D2"]
    assert held(into, "small", "leads") == []

    server.execute(
        "alter table small.opportunities add column next_step text default 'call'",
        "delete from small.opportunities where opportunity_id = 'D2'",
    )
    assert came(load(address, into))["opportunities"] == 1
    assert [(*row[:3], row[-1]) for row in held(into, "small", "opportunities")] == [
        ("D1", "Won", date(2026, 1, 5), "call")
    ]

    server.execute("delete from small.users", "drop table small.leads")
    assert "leads" not in load(address, into).tables
    assert len(held(into, "small", "users")) == 1
    load(address, into, is_full=True)
    assert held(into, "small", "users") == []
    assert [row[1] for row in held(into, "small", "accounts")] == ["a", "b"]

    before = digest(into)
    with pytest.raises(LandingError, match="there is no such table"):
        load(address, into, cursors={"deals": "updated_at"})
    with pytest.raises(LandingError, match="next_step is no column with instants"):
        load(address, into, cursors={"opportunities": "next_step"})
    server.execute("create schema other", "create table other.opportunities (deal_id int)")
    with pytest.raises(LandingError, match="was not loaded from 127.0.0.1/postgres, schema other"):
        load(server.address("other"), into)
    assert digest(into) == before
    chosen = load(address, into, cursors={"opportunities": ""})
    assert chosen.tables["opportunities"].way == "whole: as was asked for"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgresql://reader:secret@127.0.0.1/crm", "take it out and set PGPASSWORD"),
        ("postgresql://127.0.0.1:1/crm?connect_timeout=2", "cannot be read: .*check the address"),
        ("warehouse/sample.duckdb", "is not an address such as postgresql"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    address: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "hidden")
    with pytest.raises(WarehouseError, match=reason) as refused:
        load(address, tmp_path / "loaded.duckdb")
    assert "secret" not in str(refused.value) and "hidden" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_cursors_are_read_from_texts() -> None:
    assert parse_cursors(["deals=changed_on", "notes="]) == {"deals": "changed_on", "notes": ""}
    with pytest.raises(LandingError, match="is not TABLE=COLUMN"):
        parse_cursors(["deals"])
