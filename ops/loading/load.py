"""Loads the CRM tables of a PostgreSQL schema into a DuckDB file: after the first time, changes.

    python -m ops load postgresql://host/db?schema=crm [--mapping DIR] [--into FILE]

The source is dlt's own for SQL databases. User and password come from PGUSER and PGPASSWORD or a
password file. A load happens whole or not at all: it works on a copy of the file, which then takes
its place. What was loaded up to which cursor stands in the file itself (dlt's state), so a file
that is deleted is loaded from the start. Rows that were deleted in the database stay, unless a
column marks them; --full loads everything again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import duckdb
import typer
from rich.table import Table

from ops.landing.contract import ContractError, load_contract
from ops.landing.databases import Source, source_of
from ops.landing.files import LandingError
from ops.landing.mapping import NO_MAPPING, read_mapping
from ops.warehouse import (
    WAREHOUSE,
    WarehouseError,
    first_line,
    literal,
    make_folder,
    printable,
    quoted,
    report_console,
    saying,
    stop,
)

if TYPE_CHECKING:
    import dlt
    import sqlalchemy as sa

    from ops.loading.plan import TablePlan

LOADED_DATABASE = WAREHOUSE / "loaded.duckdb"
# A change that was committed late has an earlier instant than others that were seen.
LATE_SECONDS = 600
CHUNK_ROWS = 50_000
SESSION = "-c timezone=UTC -c default_transaction_read_only=on"
# dlt asks nobody, tells nobody, and leaves nothing in the home folder.
SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    # One table after the other, and so one connection at a time.
    "EXTRACT__NEXT_ITEM_MODE": "fifo",
}


@dataclass(frozen=True)
class LoadedTable:
    """What was loaded of a table: how, how many rows came, and how many the file holds now."""

    name: str
    way: str
    rows_loaded: int
    rows_held: int


@dataclass(frozen=True)
class Loaded:
    """A load: where it stands, and its tables by name."""

    database: Path
    tables: Mapping[str, LoadedTable]


def load(
    address: str,
    database: Path = LOADED_DATABASE,
    mapping_folder: Path | None = None,
    cursors: Mapping[str, str] | None = None,
    is_full: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Loaded:
    """Load the tables that a mapping reads, or that are named after the contract's.

    cursors gives, by table, the column that says when a row was changed, '' for none. Raises
    WarehouseError, with the file as it was, when the load cannot be done whole.
    """
    contract = load_contract()
    mapping = NO_MAPPING if mapping_folder is None else read_mapping(mapping_folder, contract)
    source = _postgres(address, mapping.schema)
    make_folder(database.parent)
    with TemporaryDirectory(prefix=".loading_", dir=database.parent) as workspace:
        # Read by dlt when it is imported.
        os.environ.update({**SETTINGS, "DLT_DATA_DIR": workspace})
        try:
            import sqlalchemy as sa
            from dlt.pipeline.exceptions import PipelineStepFailed

            from ops.loading.plan import plan_tables, reflected
        except ImportError as error:
            raise WarehouseError(
                f"{error.name}: is not installed; install requirements-loading.txt, as make load "
                "does"
            ) from error
        engine = _engine(source)
        try:
            progress("reading the tables' columns and keys")
            _hold_instant(engine)
            metadata = reflected(engine, source, mapping, contract)
            plans = plan_tables(engine, metadata, mapping, contract, cursors or {})
            copy = Path(workspace) / "loaded.duckdb"
            if database.exists() and not is_full:
                _copy(database, copy, source)
            loaded = _load_into(copy, source, engine, metadata, plans, progress)
            copy.replace(database)
        except PipelineStepFailed as error:
            cause = error.exception or error
            raise WarehouseError(f"{source.name}: {first_line(cause)}") from error
        except sa.exc.SQLAlchemyError as error:
            reason = first_line(getattr(error, "orig", None) or error)
            raise WarehouseError(
                f"{source.name}: cannot be read: {reason}; check the address, PGUSER and PGPASSWORD"
            ) from error
        finally:
            engine.dispose()
    return Loaded(database, loaded)


def _postgres(address: str, schema: str | None) -> Source:
    if "://" not in address:
        raise LandingError(f"{address}: is not an address such as postgresql://host/db?schema=crm")
    source = source_of(address, schema)
    if source.kind != "postgres":
        raise LandingError(f"{source.name}: is no PostgreSQL database; make refresh reads it")
    return source


def _engine(source: Source) -> sa.Engine:
    """Connections that may only read, to the address as libpq and its environment complete it."""
    import psycopg
    import sqlalchemy as sa

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(source.address, options=SESSION)

    return sa.create_engine("postgresql+psycopg://", creator=connect)


def _hold_instant(engine: sa.Engine) -> None:
    """Let every later connection of the engine read what the database held at one instant."""
    import sqlalchemy as sa

    holder = engine.connect()
    holder.exec_driver_sql("set transaction isolation level repeatable read")
    snapshot = holder.exec_driver_sql("select pg_export_snapshot()").scalar_one()

    def read_it(connection: sa.Connection) -> None:
        # Beside SQLAlchemy, which may read by a cursor that holds nothing but a query.
        driver = connection.connection.driver_connection
        driver.execute("set transaction isolation level repeatable read")
        driver.execute(f"set transaction snapshot {literal(snapshot)}")

    sa.event.listen(engine, "begin", read_it)
    # Open as long as the engine is.
    sa.event.listen(engine, "engine_disposed", lambda _: holder.close())


def _copy(database: Path, copy: Path, source: Source) -> None:
    """Copy the file of an earlier load; LandingError when it is of another database."""
    if Path(f"{database}.wal").exists():
        raise LandingError(f"{database}: is being written, or was not closed; close it first")
    shutil.copy(database, copy)
    try:
        with closing(duckdb.connect(copy, read_only=True)) as connection:
            found = connection.execute(
                "select schema_name from duckdb_tables() where table_name = '_dlt_pipeline_state'"
            ).fetchall()
            names = {
                row[0]
                for (schema,) in found
                for row in connection.execute(
                    f"select distinct pipeline_name from {quoted(schema)}._dlt_pipeline_state"
                ).fetchall()
            }
    except duckdb.Error as error:
        raise LandingError(f"{database}: cannot be read: {first_line(error)}") from error
    if names != {_pipeline_name(source)}:
        raise LandingError(
            f"{database}: was not loaded from {source.name}; load into another file, or replace "
            "it with a full load"
        )


def _pipeline_name(source: Source) -> str:
    """The name under which the file keeps how far a database was loaded."""
    return f"postgres_{hashlib.sha256(source.name.encode()).hexdigest()[:12]}"


def _load_into(
    database: Path,
    source: Source,
    engine: sa.Engine,
    metadata: sa.MetaData,
    plans: Sequence[TablePlan],
    progress: Callable[[str], None],
) -> dict[str, LoadedTable]:
    """Bring a file up to date: the changes of tables that it knows, all else whole."""
    import dlt

    assert source.schema is not None
    pipeline = dlt.pipeline(
        pipeline_name=_pipeline_name(source),
        pipelines_dir=str(database.parent / "pipelines"),
        # Names stay as they are, so that a mapping finds what it would find in the database.
        destination=dlt.destinations.duckdb(str(database), naming_convention="direct"),
        dataset_name=source.schema,
    )
    pipeline.sync_destination()
    known = _known(pipeline, database, source.schema, _tables(engine, metadata, plans))
    whole = [plan for plan in plans if plan.name not in known]
    changed = [plan for plan in plans if plan.name in known]
    counts: dict[str, int] = {}
    if whole:
        progress(f"{len(whole)} tables whole")
        tables = _tables(engine, metadata, whole, is_whole=True)
        # Dropped first, so that a column of another type or name is no trouble.
        pipeline.run(tables, refresh="drop_resources")
        counts |= _rows_of(pipeline)
    if changed:
        progress(f"the changes of {len(changed)} tables")
        pipeline.run(_tables(engine, metadata, changed))
        counts |= _rows_of(pipeline)
    held = _tidied(database, source.schema, [plan.name for plan in plans])
    return {
        plan.name: LoadedTable(
            plan.name,
            f"changes by {plan.cursor}"
            if plan.name in known
            else f"whole: {plan.why or 'for the first time, or with other columns'}",
            counts.get(plan.name, 0),
            held[plan.name],
        )
        for plan in plans
    }


def _tables(
    engine: sa.Engine, metadata: sa.MetaData, plans: Sequence[TablePlan], is_whole: bool = False
) -> dlt.sources.DltSource:
    """dlt's source of some tables, each with its key and its cursor."""
    import dlt
    from dlt.sources.sql_database import sql_database

    from ops.loading.plan import WithEmptyTables, as_text

    source = sql_database(
        engine,
        metadata=metadata,
        table_names=[plan.name for plan in plans],
        chunk_size=CHUNK_ROWS,
        backend="pyarrow",
        reflection_level="full_with_precision",
        query_adapter_callback=as_text,
        table_loader_class=WithEmptyTables if is_whole else None,
    )
    for plan in plans:
        hints: dict[str, Any] = {"write_disposition": "replace"}
        if plan.cursor is not None:
            hints["incremental"] = dlt.sources.incremental(
                plan.cursor,
                on_cursor_value_missing="include",
                lag=LATE_SECONDS if plan.is_dated else None,
            )
            hints["primary_key"] = list(plan.key)
            hints["write_disposition"] = "replace" if is_whole else "merge"
        source.resources[plan.name].apply_hints(**hints)
    return source


def _known(
    pipeline: dlt.Pipeline, database: Path, schema: str, tables: dlt.sources.DltSource
) -> set[str]:
    """The tables that the file holds with these columns, up to a value of their cursor."""
    if not database.exists():
        return set()
    with closing(duckdb.connect(database, read_only=True)) as connection:
        held = {
            row[0]
            for row in connection.execute(
                "select table_name from duckdb_tables() where schema_name = ?", [schema]
            ).fetchall()
        }
    state = pipeline.state.get("sources", {}).get(tables.name, {}).get("resources", {})
    before = pipeline.schemas[tables.name].tables if tables.name in pipeline.schemas else {}
    known = set()
    for name, resource in tables.resources.items():
        cursor = resource.incremental and resource.incremental.incremental
        if name not in held or not cursor:
            continue
        is_resumed = cursor.cursor_path in state.get(name, {}).get("incremental", {})
        columns = _types(resource.compute_table_schema())
        if is_resumed and columns == _types(before.get(name, {})):
            known.add(name)
    return known


def _types(table: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """The columns of a table as dlt describes them: type and whether they are of the key."""
    told = ("data_type", "precision", "scale", "timezone", "primary_key")
    return {
        name: tuple(column.get(key) for key in told)
        for name, column in table.get("columns", {}).items()
    }


def _rows_of(pipeline: dlt.Pipeline) -> dict[str, int]:
    """How many rows of each table the last run brought."""
    counts: dict[str, int] = pipeline.last_trace.last_normalize_info.row_counts
    return dict(counts)


def _tidied(database: Path, schema: str, names: Sequence[str]) -> dict[str, int]:
    """Remove what is not, or no longer, a loaded table; gives the rows of those that are."""
    with closing(duckdb.connect(database)) as connection:
        connection.execute(f"drop schema if exists {quoted(f'{schema}_staging')} cascade")
        found = connection.execute(
            "select table_name from duckdb_tables() where schema_name = ? "
            "and not starts_with(table_name, '_dlt_')",
            [schema],
        ).fetchall()
        for (table,) in found:
            if table not in names:
                connection.execute(f"drop table {quoted(schema)}.{quoted(table)}")
        rows = {}
        for name in names:
            counted = connection.execute(
                f"select count(*) from {quoted(schema)}.{quoted(name)}"
            ).fetchone()
            rows[name] = counted[0] if counted else 0
        connection.execute("checkpoint")
    return rows


def parse_cursors(given: Sequence[str]) -> dict[str, str]:
    """Cursors by table from texts such as deals=changed_on; LandingError when one is none."""
    cursors = {}
    for text in given:
        table, is_said, column = text.partition("=")
        if not is_said or not table.strip():
            raise LandingError(f"{text}: is not TABLE=COLUMN, or TABLE= to load it whole")
        cursors[table.strip()] = column.strip()
    return cursors


def next_command(loaded: Loaded, mapping: Path | None) -> str:
    """The command that makes KPIs of what was loaded."""
    path = loaded.database
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"make refresh RAW={shown}" + (f" MAPPING={mapping}" if mapping else "")


def loaded_table(loaded: Loaded) -> Table:
    """A load as a table: what came, what is held, and how."""
    shown = Table(title=f"Loaded into {loaded.database.name}", title_justify="left")
    shown.add_column("table")
    shown.add_column("rows loaded", justify="right")
    shown.add_column("rows held", justify="right")
    shown.add_column("how")
    for table in loaded.tables.values():
        shown.add_row(
            printable(table.name), f"{table.rows_loaded:,}", f"{table.rows_held:,}", table.way
        )
    return shown


app = typer.Typer(add_completion=False)


@app.command()
def main(
    address: Annotated[
        str, typer.Argument(help="PostgreSQL address: postgresql://host:port/db?schema=crm.")
    ],
    into: Annotated[Path, typer.Option(help="DuckDB file to load into.")] = LOADED_DATABASE,
    mapping: Annotated[
        Path | None, typer.Option(help="Mapping folder; the tables that it reads are loaded.")
    ] = None,
    cursor: Annotated[
        list[str] | None,
        typer.Option(help="TABLE=COLUMN that says when a row was changed, TABLE= for none."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Load everything again, into a new file.")
    ] = False,
) -> None:
    """Load the CRM tables of a PostgreSQL schema; after the first time, their changes."""
    try:
        with saying("loading") as say:
            loaded = load(
                address,
                into,
                mapping,
                parse_cursors(cursor or ()),
                full,
                progress=say,
            )
    except ContractError as error:
        stop(WarehouseError(str(error)))
    except WarehouseError as error:
        stop(error)
    console = report_console()
    console.print(loaded_table(loaded))
    print(f"Next: {next_command(loaded, mapping)}")
