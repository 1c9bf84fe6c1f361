"""Copies landed tables to a Spark cluster: from a DuckDB file to Parquet, from there to Iceberg.

The cluster must see the folder of the Parquet files. A company whose loader writes Iceberg tables
in the shape of the raw contract needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ops.spark.sql import Endpoint, Session, session
from ops.warehouse import (
    LANDED_DATABASE,
    LANDED_SCHEMA,
    WAREHOUSE,
    WarehouseError,
    literal,
    open_read_only,
    progress,
    quoted,
    stop,
)

REFERENCE_SCHEMA = "reference"
FOLDER = WAREHOUSE / "spark_files"


def load(
    database: Path,
    schemas: Iterable[str],
    folder: Path,
    endpoint: Endpoint,
) -> list[tuple[str, str, int]]:
    """Replaces the tables of the schemas on the cluster; returns schema, table and rows of each.

    Raises WarehouseError when the file lacks a schema or the cluster refuses.
    """
    with open_read_only(database) as connection, session(endpoint) as spark:
        tables = [(schema, table) for schema in schemas for table in names(connection, schema)]
        for schema in dict.fromkeys(schema for schema, _ in tables):
            spark.execute(f"create schema if not exists {backticked(schema)}")
        return [
            (schema, table, load_table(connection, spark, schema, table, folder))
            for schema, table in progress(tables, "loading into Spark")
        ]


def names(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """The tables of a schema, by name; WarehouseError when there are none."""
    found = connection.execute(
        "select table_name from information_schema.tables "
        "where table_schema = ? and table_type = 'BASE TABLE' order by table_name",
        [schema],
    ).fetchall()
    if not found:
        raise WarehouseError(f"the file holds no table in schema {schema}; land or seed first")
    return [name for (name,) in found]


def load_table(
    connection: duckdb.DuckDBPyConnection, spark: Session, schema: str, table: str, folder: Path
) -> int:
    """Writes a table as Parquet and makes an Iceberg table of it; returns its rows."""
    file = (folder / schema / f"{table}.parquet").resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = connection.execute(
        f"copy (select {columns(connection, schema, table)} from {quoted(schema)}.{quoted(table)})"
        f" to {literal(str(file))} (format parquet)"
    ).fetchone()
    spark.execute(
        f"create or replace table {backticked(schema)}.{backticked(table)} using iceberg "
        f"as select * from parquet.{backticked(file.as_uri())}"
    )
    return rows[0] if rows else 0


def columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """The columns as Spark is to read them: its instants are UTC, and Parquet has to say so."""
    found = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = ? and table_name = ? order by ordinal_position",
        [schema, table],
    ).fetchall()
    return ", ".join(
        f"cast({quoted(name)} as timestamptz) as {quoted(name)}"
        if data_type == "TIMESTAMP"
        else quoted(name)
        for name, data_type in found
    )


def backticked(name: str) -> str:
    """The name as an identifier of Spark that cannot end early."""
    return "`" + name.replace("`", "``") + "`"


app = typer.Typer(add_completion=False)


@app.command()
def main(
    database: Annotated[
        Path, typer.Argument(help="DuckDB file with the landed tables.")
    ] = LANDED_DATABASE,
    raw_schema: Annotated[str, typer.Option(help="Schema of the raw tables.")] = LANDED_SCHEMA,
    folder: Annotated[
        Path, typer.Option(help="Folder for Parquet files, which the cluster sees too.")
    ] = FOLDER,
) -> None:
    """Copy the raw and the reference tables of a DuckDB file to the Spark cluster."""
    try:
        loaded = load(database, (raw_schema, REFERENCE_SCHEMA), folder, Endpoint.of_environment())
    except WarehouseError as error:
        stop(error)
    rows = sum(count for _, _, count in loaded)
    print(f"{len(loaded)} tables, {rows:,} rows")
