"""Compares the relations of a DuckDB file with those of the same names on a Spark cluster.

Keys, texts, dates and decimals must be equal, doubles to RELATIVE_TOLERANCE of the larger one:
engines add doubles up in different orders.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import duckdb

from ops.spark.load import backticked
from ops.spark.sql import Endpoint, Session, session
from ops.warehouse import PUBLISHED_SCHEMAS, WarehouseError, literal, progress, quoted

RELATIVE_TOLERANCE = 1e-9
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Relation:
    """A relation of the DuckDB build: its columns with their types, and its rows."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Comparison:
    """What comparing a relation found: rows that differ, and some of them in words."""

    relation: str
    rows: int
    mismatches: int
    examples: tuple[str, ...]


def relations(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Every relation of the published schemas in the attached file."""
    found = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'built' and list_contains(?, schema_name) order by all",
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    return [
        Relation(
            schema,
            name,
            tuple(
                connection.execute(
                    "select column_name, data_type from duckdb_columns() where "
                    "database_name = 'built' and schema_name = ? and table_name = ? "
                    "order by column_index",
                    [schema, name],
                ).fetchall()
            ),
            _count(connection, f"built.{quoted(schema)}.{quoted(name)}"),
        )
        for schema, name in found
    ]


def spark_relations(spark: Session) -> set[str]:
    """The names of every table that the cluster has in the published schemas, views aside."""
    schemas = {row[0] for row in spark.rows("show schemas")} & set(PUBLISHED_SCHEMAS)
    found, views = (
        {
            f"{schema}.{row[1]}"
            for schema in schemas
            for row in spark.rows(f"show {kind} in {backticked(schema)}")
        }
        for kind in ("tables", "views")
    )
    return found - views


def data_files(spark: Session, relation: Relation) -> list[str]:
    """The Parquet files of an Iceberg table as it is now.

    Raises WarehouseError when rows were deleted beside the files instead of in them, or when the
    files lie on no disk of this machine.
    """
    table = f"{backticked(relation.schema)}.{backticked(relation.name)}"
    found = spark.rows(f"select file_path, content from {table}.files")
    if any(content != 0 for _, content in found):
        raise WarehouseError(f"{relation}: holds delete files; rewrite the table before comparing")
    locations = [urlparse(path) for path, _ in found]
    if far := [location for location in locations if location.scheme not in ("", "file")]:
        raise WarehouseError(
            f"{relation}: its files lie on {far[0].scheme}://{far[0].netloc}, which is not read "
            "here; compare on a cluster whose tables stand in a folder of this machine"
        )
    return [unquote(location.path) for location in locations]


def compare(
    connection: duckdb.DuckDBPyConnection, relation: Relation, files: list[str]
) -> Comparison:
    """Compares a relation of the attached file with the Parquet files of the other engine.

    Rows are paired by every column that is no double, duplicates among them in the order of their
    doubles. A row without a partner, or with a partner whose doubles differ, is a mismatch.
    """
    columns = [name for name, _ in relation.columns]
    doubles = [name for name, data_type in relation.columns if data_type == "DOUBLE"]
    keys = [name for name in columns if name not in doubles]
    if files and (differing := _differing_columns(connection, columns, files)):
        return Comparison(
            str(relation), relation.rows, max(relation.rows, 1), (f"columns differ: {differing}",)
        )
    ours = f"built.{quoted(relation.schema)}.{quoted(relation.name)}"
    casts = ", ".join(
        f"cast({quoted(name)} as {data_type}) as {quoted(name)}"
        for name, data_type in relation.columns
    )
    listed = ", ".join(literal(file) for file in files)
    theirs = (
        f"(select {casts} from read_parquet([{listed}]))"
        if files
        else f"(select * from {ours} where false)"
    )
    for side, source in (("duckdb", ours), ("spark", theirs)):
        connection.execute(
            f"create or replace temp table {side}_rows as "
            f"select *, row_number() over (partition by {_list(keys)} "
            f"{'order by ' + _list(doubles) if doubles else ''}) as copy_number from {source}"
        )
    paired = " and ".join(
        f"ours.{quoted(name)} is not distinct from theirs.{quoted(name)}"
        for name in [*keys, "copy_number"]
    )
    equal = " and ".join(_is_close(quoted(name)) for name in doubles) or "true"
    connection.execute(
        "create or replace temp table mismatches as "
        f"select ours, theirs from duckdb_rows as ours full join spark_rows as theirs on {paired} "
        "where ours.copy_number is null or theirs.copy_number is null "
        f"or not coalesce({equal}, false)"
    )
    mismatches = _count(connection, "mismatches")
    examples = connection.execute(
        "select case when ours.copy_number is null then 'only on Spark: ' || theirs::varchar "
        "when theirs.copy_number is null then 'only on DuckDB: ' || ours::varchar "
        "else 'DuckDB: ' || ours::varchar || ' Spark: ' || theirs::varchar end "
        f"from mismatches order by all limit {MOST_EXAMPLES}"
    ).fetchall()
    return Comparison(str(relation), relation.rows, mismatches, tuple(text for (text,) in examples))


def _differing_columns(
    connection: duckdb.DuckDBPyConnection, columns: list[str], files: list[str]
) -> str:
    described = connection.execute(
        f"describe select * from read_parquet({literal(files[0])})"
    ).fetchall()
    found = [row[0] for row in described]
    return "" if found == columns else f"DuckDB {columns}, Spark {found}"


def _is_close(name: str) -> str:
    # Infinity is within a billionth of infinity of everything, and so is NaN.
    ours, theirs = f"ours.{name}", f"theirs.{name}"
    return (
        f"({ours} is not distinct from {theirs} or (isfinite({ours}) and isfinite({theirs}) "
        f"and abs({ours} - {theirs}) "
        f"<= {RELATIVE_TOLERANCE} * greatest(abs({ours}), abs({theirs}))))"
    )


def _list(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (rows,) = connection.execute(f"select count(*) from {table}").fetchone()
    return rows


def compare_all(database: Path, endpoint: Endpoint) -> list[Comparison]:
    """Compares every relation of the published schemas, those of one engine only included.

    What is a table on Spark and a view on DuckDB is compared in the tables that are made of it.
    """
    with duckdb.connect() as connection, session(endpoint) as spark:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(str(database))} as built (read_only)")
        ours, theirs = relations(connection), spark_relations(spark)
        compared = [
            compare(connection, relation, data_files(spark, relation))
            if str(relation) in theirs
            else Comparison(str(relation), relation.rows, max(relation.rows, 1), ("not on Spark",))
            for relation in progress(ours, "comparing")
        ]
        views = {
            f"{schema}.{name}"
            for schema, name in connection.execute(
                "select schema_name, view_name from duckdb_views() where database_name = 'built'"
            ).fetchall()
        }
    missing = sorted(theirs - views - {str(relation) for relation in ours})
    return compared + [Comparison(name, 0, 1, ("not on DuckDB",)) for name in missing]
