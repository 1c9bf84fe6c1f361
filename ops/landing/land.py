"""Lands a folder of raw files as the text tables of the raw contract.

    python -m ops land RAW [--mapping DIR] [--database FILE] [--schema NAME]

RAW may be a database, too (see ops.landing.databases), or a file that lists several sources (see
ops.landing.sources).

Without mapping, a file named after a table of the contract (`opportunities.csv`, `quotas.parquet`)
is that table, as is a folder of parts (`activities/2024.csv`, `activities/2025.csv`). With a
mapping folder, one SELECT per table makes the tables (see ops.landing.mapping). All is text: no
type is guessed, blank text is NULL. Either the whole load is landed or nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from ops.landing.combine import plan_company, read_company
from ops.landing.contract import Contract, ContractError, load_contract
from ops.landing.databases import as_folder
from ops.landing.files import LandingError, listed
from ops.landing.load import Load, plan_load
from ops.landing.reading import Reading, read_load
from ops.landing.sources import SourcesFile, is_sources_file, read_sources
from ops.landing.write import (
    LOAD_COLUMNS,
    LandedTable,
    Target,
    first_loaded_at,
    open_landed,
    refuse_wrong_mappings,
    write_history,
    write_loads,
    write_rejected_lines,
    write_settings,
    write_table,
)
from ops.warehouse import (
    LANDED_DATABASE,
    LANDED_SCHEMA,
    WarehouseError,
    first_line,
    literal,
    printable,
    quoted,
    saying,
    stop,
)

__all__ = ["LandedTable", "LandingError", "LoadReport", "land"]

_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class LoadReport:
    """What a landing did; is_new is False when the same load already stood there.

    findings are sentences about what was left out or rejected; a load that stood there already
    is not read again and has none.
    """

    load_id: str
    loaded_at: datetime
    is_new: bool
    tables: tuple[LandedTable, ...]
    findings: tuple[str, ...]

    def table(self, name: str) -> LandedTable:
        """The table called name; KeyError when the contract has none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def land(
    raw: Path | str,
    mapping_folder: Path | None = None,
    database: Path = LANDED_DATABASE,
    schema: str = LANDED_SCHEMA,
    *,
    loaded_at: datetime | None = None,
    contract: Contract | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> LoadReport:
    """Land a folder of raw files or a database, with or without a mapping, in one transaction.

    loaded_at is the instant of landing in UTC, by default now; the same load landed again keeps
    the instant of its first landing. progress is told what is being done. Raises LandingError,
    with the database as it was, when the load cannot be landed whole.
    """
    if not _SCHEMA_NAME.fullmatch(schema):
        raise LandingError(f"{schema}: cannot be the name of a schema; use letters, digits and _")
    contract = load_contract() if contract is None else contract
    loaded_at = (datetime.now(UTC) if loaded_at is None else loaded_at).replace(
        tzinfo=None, microsecond=0
    )
    target = _Destination(database, schema, loaded_at)
    if is_sources_file(raw):
        if mapping_folder is not None:
            raise LandingError(f"{raw}: names the mapping of each source; leave MAPPING out")
        return _land_company(read_sources(Path(raw)), contract, target, progress)
    with as_folder(raw, mapping_folder, contract) as folder:
        load = plan_load(folder, mapping_folder, contract, progress)
        return _land_load(load, read_load, contract, target, progress)


@dataclass(frozen=True)
class _Destination:
    """Where and when a load is landed."""

    database: Path
    schema: str
    loaded_at: datetime


def _land_company(
    file: SourcesFile,
    contract: Contract,
    target: _Destination,
    progress: Callable[[str], None],
) -> LoadReport:
    """Land the sources of a company as one load."""
    with ExitStack() as stack:
        loads: dict[str, Load] = {}
        for source in file.sources:
            say = partial(_say_of, progress, source.name)
            try:
                folder = stack.enter_context(as_folder(source.raw, source.mapping, contract))
                loads[source.name] = plan_load(folder, source.mapping, contract, say)
            except LandingError as error:
                raise LandingError(f"{source.name}: {error}") from error
        company = plan_company(file, loads, contract)
        read = partial(read_company, company)
        return _land_load(
            company.load, lambda load, *given: read(*given), contract, target, progress
        )


def _say_of(progress: Callable[[str], None], name: str, step: str) -> None:
    progress(f"{name}: {step}")


def _land_load(
    load: Load,
    read: Callable[..., Reading],
    contract: Contract,
    target: _Destination,
    progress: Callable[[str], None],
) -> LoadReport:
    """Land a load that is planned, or report the one that stands there already."""
    database, schema = target.database, target.schema
    landed = _already_landed(database, schema, load.load_id, contract)
    if landed is not None:
        return landed
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".landing_", dir=database.parent) as workspace:
            staging = Path(workspace) / "staging.duckdb"
            reading = read(load, contract, schema, staging, progress)
            with closing(open_landed(database)) as connection:
                connection.execute(f"attach {literal(str(staging))} as staging (read_only)")
                return _write(
                    connection, load, reading, contract, schema, target.loaded_at, progress
                )
    except duckdb.Error as error:
        raise LandingError(f"{database}: cannot be written: {first_line(error)}") from error
    except OSError as error:
        raise LandingError(f"{database}: cannot be written: {error.strerror}") from error


def _write(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    reading: Reading,
    contract: Contract,
    schema: str,
    loaded_at: datetime,
    progress: Callable[[str], None],
) -> LoadReport:
    """Write a load in one transaction; connection has landed and staging attached."""
    connection.execute("begin")
    connection.execute(f"create schema if not exists landed.{quoted(schema)}")
    first = first_loaded_at(connection, schema, load.load_id)
    target = Target(connection, f"landed.{quoted(schema)}", load.load_id, first or loaded_at)
    tables: list[LandedTable] = []
    for table in contract.deliverable.values():
        progress(table.name)
        files = load.sources.get(table.name, ())
        held = [reading.staged[file.name] for file in files if file.name in reading.staged]
        rejected = sum(len(file.rejected) for file in held)
        tables.append(write_table(target, table, reading.parts.get(table.name, []), rejected))
    refuse_wrong_mappings(target, contract, reading.parts)
    write_settings(target, contract, load)
    write_rejected_lines(target, contract, load, reading.staged)
    write_loads(target, contract, load, tables)
    write_history(target, tables)
    connection.execute("commit")
    empty = [
        f"{listed(table.source_files)}: {table.name} has no rows"
        for table in tables
        if table.is_delivered and not table.row_count
    ]
    findings = (*reading.findings, *empty)
    return LoadReport(load.load_id, target.loaded_at, True, tuple(tables), findings)


def _already_landed(
    database: Path, schema: str, load_id: str, contract: Contract
) -> LoadReport | None:
    """The report of this very load when it stands in the raw schema as the contract wants it."""
    if not database.exists():
        return None
    with closing(open_landed(database)) as connection:
        found = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where database_name = 'landed' and schema_name = ? group by all",
            [schema],
        ).fetchall()
        columns = {name: tuple(names) for name, names in found}
        for table in contract.tables.values():
            if columns.get(table.name) != (*table.column_names, *LOAD_COLUMNS):
                return None
        rows = connection.execute(
            "select load_id, table_name, cast(is_delivered as boolean), cast(row_count as bigint), "
            "cast(rejected_line_count as bigint), source_files, missing_columns, "
            f"cast(loaded_at as timestamp) from landed.{quoted(schema)}.loads"
        ).fetchall()
    if {row[0] for row in rows} != {load_id}:
        return None
    tables = {
        name: LandedTable(name, delivered, rows_landed, rejected, _names(files), _names(missing))
        for _, name, delivered, rows_landed, rejected, files, missing, _ in rows
    }
    ordered = tuple(tables[name] for name in contract.deliverable if name in tables)
    return LoadReport(load_id, rows[0][7], False, ordered, ())


def _names(joined: str | None) -> tuple[str, ...]:
    return tuple(joined.split(", ")) if joined else ()


def print_report(report: LoadReport, contract: Contract, console: Console) -> None:
    """Print a load as a table of its delivered tables, with its findings below."""
    title = f"Load {report.load_id}, landed {report.loaded_at} UTC"
    shown = RichTable(title=title, title_justify="left")
    shown.add_column("table")
    shown.add_column("rows", justify="right")
    shown.add_column("rejected lines", justify="right")
    shown.add_column("columns", justify="right")
    shown.add_column("files")
    for table in report.tables:
        if table.is_delivered:
            names = contract.tables[table.name].column_names
            shown.add_row(
                table.name,
                f"{table.row_count:,}",
                f"{table.rejected_line_count:,}",
                f"{len(names) - len(table.missing_columns)} of {len(names)}",
                escape(printable(", ".join(table.source_files))),
            )
    console.print(shown)
    absent = [table.name for table in report.tables if not table.is_delivered]
    lines = [f"Not delivered, created empty: {len(absent)} of {len(report.tables)} tables"]
    if not report.is_new:
        lines.append("This load was already landed; nothing was changed.")
    lines.extend(f"Finding: {finding}" for finding in report.findings)
    for line in map(printable, lines):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    raw: Annotated[
        str,
        typer.Argument(
            help="Folder of raw files, DuckDB or SQLite file, PostgreSQL address, or sources.yml."
        ),
    ],
    mapping: Annotated[
        Path | None, typer.Option(help="Folder with one SELECT per table of the contract.")
    ] = None,
    database: Annotated[Path, typer.Option(help="DuckDB file to land in.")] = LANDED_DATABASE,
    schema: Annotated[str, typer.Option(help="Schema of the raw tables.")] = LANDED_SCHEMA,
) -> None:
    """Land a folder of raw files as the text tables of the raw contract."""
    try:
        with saying("landing") as say:
            report = land(
                raw,
                mapping,
                database,
                schema,
                progress=say,
            )
    except ContractError as error:
        stop(WarehouseError(str(error)))
    except WarehouseError as error:
        stop(error)
    print_report(report, load_contract(), Console())
