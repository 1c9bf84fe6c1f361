"""Writing the tables of the raw schema; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow

from ops.landing.contract import Contract, Table
from ops.landing.files import LandingError, listed
from ops.landing.load import Load
from ops.landing.readers import StagedFile, refuse_other_count
from ops.landing.settings import INSTANT_FORMAT
from ops.landing.values import contract_text
from ops.warehouse import first_line, literal, quoted

# _row_number is the place of a row among all rows of its table, files in order of their names.
LOAD_COLUMNS = ("_load_id", "_loaded_at", "_source_file", "_row_number")
HISTORY = "load_history"
# What a company says of its own values, with what may stand in a table once.
MAPPING_TABLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "loss_reasons": (("loss_reason",),),
    "lead_sources": (("lead_source",),),
    "benchmarks": (("benchmark_id",), ("kpi_id", "period_grain", "segment")),
}


@dataclass(frozen=True)
class LandedTable:
    """A deliverable table of a load as it stands in the raw schema."""

    name: str
    is_delivered: bool
    row_count: int
    rejected_line_count: int
    source_files: tuple[str, ...]
    missing_columns: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """Where and under which stamp the raw tables are written; schema is quoted with its file."""

    connection: duckdb.DuckDBPyConnection
    schema: str
    load_id: str
    loaded_at: datetime

    def relation(self, table: str) -> str:
        return f"{self.schema}.{quoted(table)}"

    def stamp(self, source: str | None) -> str:
        shown = "null" if source is None else literal(source)
        return (
            f"{literal(self.load_id)} as _load_id, "
            f"{literal(self.loaded_at.strftime(INSTANT_FORMAT))} as _loaded_at, "
            f"cast({shown} as varchar) as _source_file"
        )


@dataclass(frozen=True)
class Part:
    """Rows of a table as a relation of the staging file, with the contract columns it has."""

    relation: str
    columns: Mapping[str, str]
    source: str
    row_count: int


def open_landed(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the landed database attached as landed."""
    connection = duckdb.connect()
    try:
        connection.execute("set TimeZone = 'UTC'")
        # The newest storage format writes text twice as fast; only this file's own build reads it.
        version = "" if database.exists() else " (storage_version 'latest')"
        connection.execute(f"attach {literal(str(database))} as landed{version}")
    except duckdb.Error as error:
        connection.close()
        raise LandingError(
            f"{database}: cannot be opened for writing; close what else uses it "
            f"({first_line(error)})"
        ) from error
    return connection


def first_loaded_at(
    connection: duckdb.DuckDBPyConnection, schema: str, load_id: str
) -> datetime | None:
    """When a load was landed first, None when it never was."""
    exists = connection.execute(
        "select 1 from duckdb_tables() "
        "where database_name = 'landed' and schema_name = ? and table_name = ?",
        [schema, HISTORY],
    ).fetchone()
    if exists is None:
        return None
    found = connection.execute(
        f"select min(loaded_at) from landed.{quoted(schema)}.{HISTORY} where load_id = ?",
        [load_id],
    ).fetchone()
    return found[0] if found else None


def write_table(
    target: Target, table: Table, parts: list[Part], rejected_line_count: int
) -> LandedTable:
    """Write one raw table from its parts; an absent one is created empty."""
    selects = [
        "select "
        + ", ".join(
            f"{contract_text(column, quoted(part.columns[column.name]))} as {quoted(column.name)}"
            if column.name in part.columns
            else f"cast(null as varchar) as {quoted(column.name)}"
            for column in table.columns
        )
        + f", {target.stamp(part.source)} from {part.relation}"
        for part in parts
    ]
    sources = tuple(dict.fromkeys(part.source for part in parts))
    rows = " union all ".join(selects)
    numbered = f"select *, cast(row_number() over () as varchar) as _row_number from ({rows})"
    try:
        row_count = _create(target, table, numbered if rows else "")
    except duckdb.Error as error:
        raise LandingError(f"{listed(sources)}: cannot be read: {first_line(error)}") from error
    refuse_other_count(listed(sources), sum(part.row_count for part in parts), row_count)
    present = {column for part in parts for column in part.columns}
    missing = [name for name in table.column_names if parts and name not in present]
    return LandedTable(
        table.name, bool(parts), row_count, rejected_line_count, sources, tuple(missing)
    )


def _create(target: Target, table: Table, select: str) -> int:
    """Replace a raw table by the rows of a SELECT, '' for none; returns the number of rows."""
    names = [*table.column_names, *LOAD_COLUMNS]
    columns = ", ".join(f"{quoted(name)} varchar" for name in names)
    relation = target.relation(table.name)
    body = f" as {select}" if select else f" ({columns})"
    target.connection.execute(f"create or replace table {relation}{body}")
    counted = target.connection.execute(f"select count(*) from {relation}").fetchone()
    return counted[0] if counted else 0


def _write_rows(target: Target, table: Table, rows: list[tuple[str | None, ...]]) -> None:
    """Replace a table that landing writes itself."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    batch = pyarrow.table(
        {
            name: pyarrow.array(value, "string")
            for name, value in zip(table.column_names, values, strict=True)
        }
    )
    target.connection.register("landed_rows", batch)
    number = "cast(row_number() over () as varchar) as _row_number"
    _create(target, table, f"select *, {target.stamp(None)}, {number} from landed_rows")
    target.connection.unregister("landed_rows")


def write_rejected_lines(
    target: Target, contract: Contract, load: Load, staged: Mapping[str, StagedFile]
) -> None:
    rows: list[tuple[str | None, ...]] = [
        (target.load_id, name, file.name, str(line.line_number), line.reason, line.text or None)
        for name, files in load.sources.items()
        for file in files
        if file.name in staged
        for line in staged[file.name].rejected
    ]
    _write_rows(target, contract.tables["rejected_lines"], rows)


def write_settings(target: Target, contract: Contract, load: Load) -> None:
    rows: list[tuple[str | None, ...]] = [*sorted(load.mapping.settings.values.items())]
    _write_rows(target, contract.tables["settings"], rows)


def refuse_wrong_mappings(
    target: Target, contract: Contract, parts: Mapping[str, list[Part]]
) -> None:
    """Raise LandingError when a row of a company's own mappings cannot be read as it must be.

    Such tables are short and written by hand, and no model rejects their rows one by one.
    """
    for name in MAPPING_TABLES:
        if name in parts and name in contract.tables:
            _refuse_wrong_rows(target, contract.tables[name], listed(p.source for p in parts[name]))


def _refuse_wrong_rows(target: Target, table: Table, source: str) -> None:
    relation = target.relation(table.name)
    for column in table.columns:
        name = quoted(column.name)
        wrong = f"{name} is null" if column.is_required else "false"
        if column.data_type != "string":
            wrong += f" or ({name} is not null and try_cast({name} as {column.data_type}) is null)"
        found = target.connection.execute(
            f"select _row_number, {name} from {relation} where {wrong} limit 1"
        ).fetchone()
        if found:
            told = "is empty" if found[1] is None else f"is {found[1]!r}, which is no"
            kind = "; fill it in" if found[1] is None else f" {column.data_type}"
            raise LandingError(f"{source}: {column.name} of row {found[0]} {told}{kind}")
    for key in MAPPING_TABLES[table.name]:
        columns = ", ".join(map(quoted, key))
        is_default = "" if key == table.key else "where coalesce(is_default, 'true') = 'true' "
        repeated = target.connection.execute(
            f"select list(_row_number), concat_ws(' ', {columns}) from {relation} "
            f"{is_default}group by {columns} having count(*) > 1 limit 1"
        ).fetchone()
        if repeated:
            rows = listed(repeated[0])
            told = "" if key == table.key else " by default"
            raise LandingError(
                f"{source}: {' and '.join(key)} {repeated[1]!r} stands{told} in the rows {rows}; "
                "keep one"
            )


def write_loads(target: Target, contract: Contract, load: Load, tables: list[LandedTable]) -> None:
    extracted_at = load.manifest.extracted_at
    rows: list[tuple[str | None, ...]] = []
    for table in tables:
        coverage_from = load.coverage_of(table.name) if table.is_delivered else None
        rows.append(
            (
                target.load_id,
                table.name,
                ", ".join(table.source_files) or None,
                str(table.is_delivered).lower(),
                ", ".join(table.missing_columns) or None,
                str(table.row_count),
                str(table.rejected_line_count),
                None if coverage_from is None else coverage_from.isoformat(),
                None if extracted_at is None else extracted_at.strftime(INSTANT_FORMAT),
                target.loaded_at.strftime(INSTANT_FORMAT),
            )
        )
    _write_rows(target, contract.tables["loads"], rows)


def write_history(target: Target, tables: list[LandedTable]) -> None:
    """Add the load to the history, once."""
    relation = target.relation(HISTORY)
    target.connection.execute(
        f"create table if not exists {relation} (load_id varchar, table_name varchar, "
        "row_count bigint, rejected_line_count bigint, loaded_at timestamp, "
        "published_at timestamp)"
    )
    target.connection.execute(
        f"alter table {relation} add column if not exists published_at timestamp"
    )
    known = target.connection.execute(
        f"select 1 from {relation} where load_id = ? limit 1", [target.load_id]
    ).fetchone()
    if known is not None:
        return
    history = pyarrow.table(
        {
            "table_name": pyarrow.array([table.name for table in tables], "string"),
            "row_count": pyarrow.array([table.row_count for table in tables], "int64"),
            "rejected": pyarrow.array([table.rejected_line_count for table in tables], "int64"),
        }
    )
    target.connection.register("landed_history", history)
    target.connection.execute(
        f"insert into {relation} "
        "select ?, table_name, row_count, rejected, cast(? as timestamp), null "
        "from landed_history",
        [target.load_id, target.loaded_at],
    )
    target.connection.unregister("landed_history")


def note_publication(database: Path, schema: str, load_id: str, published_at: datetime) -> None:
    """Write into the history that a load was published, for the next one is compared with it."""
    try:
        with closing(open_landed(database)) as connection:
            connection.execute(
                f"update landed.{quoted(schema)}.{HISTORY} set published_at = ? where load_id = ?",
                [published_at, load_id],
            )
    except duckdb.Error as error:
        raise LandingError(f"{database}: cannot be written: {first_line(error)}") from error
