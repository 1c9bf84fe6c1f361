"""Publishes a checked working file: marts, KPIs, reports and quality in one file for BI tools.

Tables are copied; of the views those go along that BI tools and metrics count from.

The new file is built beside the old one and takes its name in one step, so a reader sees either
all of the old data or all of the new data, and a failure leaves the old file as it was.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
import yaml

from ops.publishing.alerts import ALERTS, Told, log_alerts, told_before
from ops.publishing.changed import Before, holds_values, read_before, write_changes
from ops.warehouse import (
    LANDED_SCHEMA,
    MANIFEST,
    PROJECT,
    PUBLISHED_DATABASE,
    PUBLISHED_SCHEMAS,
    SAMPLE_DATABASE,
    SAMPLE_SCHEMA,
    WarehouseError,
    first_line,
    literal,
    open_read_only,
    progress,
    quoted,
    stop,
    writer_lock,
)

BLOCK_SIZE = 65_536
"""Bytes of a block: small tables, of which there are many, take one each however few their rows."""


@dataclass(frozen=True)
class Relation:
    """A table or view that the project builds, with its description and those of its columns."""

    schema: str
    name: str
    description: str
    columns: dict[str, str]
    compiled: Path | None = None
    """The SQL of a view, as dbt compiled it; none for a table."""

    @property
    def sql(self) -> str:
        """The table's quoted name."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


PUBLICATION = Relation(
    "quality",
    "publication",
    "One row: what this file was published from, and when.",
    {
        "published_at": "When this file was published, UTC.",
        "data_source": "sample for the made-up company, landed for delivered data.",
        "load_id": "Load the raw tables came with.",
        "as_of": "Instant up to which the data is known, UTC.",
        "project_version": "Version of the models that built the data.",
    },
)


@dataclass(frozen=True)
class Publication:
    """What was published: the file, its tables as (schema, table, rows), its size in bytes, and the
    alerts that no earlier file held."""

    path: Path
    tables: tuple[tuple[str, str, int], ...]
    size: int
    new_alerts: int = 0


def publish(database: Path, target: Path, manifest: Path = MANIFEST) -> Publication:
    """Copies the published tables of a working file into a new file and puts it at target.

    Call it inside writer_lock. The dbt manifest says which tables the project builds, so nothing
    left over from an older version is published; its descriptions become comments.
    Raises WarehouseError, with the old target untouched, when anything cannot be read or written.
    """
    if database.resolve() == target.resolve():
        raise WarehouseError(f"{target}: the working file cannot be published onto itself")
    relations = read_relations(manifest)
    with open_read_only(database) as connection:
        require_tables(connection, database, relations)
        publication = read_publication(connection, database)

    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(f".{target.name}.publishing")
    remove_database(building)
    try:
        told = told_before(target, publication["data_source"])
        before = read_before(target, publication["data_source"])
        tables, new_alerts = build(building, database, relations, publication, told, before)
        flush_to_disk(building)
        building.replace(target)
        flush_to_disk(target.parent)
    except (duckdb.Error, OSError) as error:
        raise WarehouseError(f"{target}: could not be published: {first_line(error)}") from error
    finally:
        remove_database(building)
    return Publication(
        path=target, tables=tables, size=target.stat().st_size, new_alerts=new_alerts
    )


def read_relations(manifest: Path) -> list[Relation]:
    """The tables of the published schemas that the dbt manifest says the project builds, then its
    views, each after those it reads.

    A table with `is_published: false` in its meta is a step on the way and stays behind; of the
    views go those with `is_published: true`, which read published relations alone.
    """
    try:
        nodes: dict[str, Any] = json.loads(manifest.read_text())["nodes"]
    except (OSError, ValueError, KeyError) as error:
        raise WarehouseError(
            f"{manifest}: no readable dbt manifest; run dbt build first"
        ) from error
    tables, views = [], []
    for unique_id in in_order(nodes):
        node = nodes[unique_id]
        is_view = node["config"]["materialized"] == "view"
        if (
            node["config"]["materialized"] != "ephemeral"
            and node["config"]["meta"].get("is_published", not is_view)
            and node["schema"] in PUBLISHED_SCHEMAS
        ):
            columns = {name: column["description"] for name, column in node["columns"].items()}
            names = (node["schema"], node["alias"], node["description"])
            if is_view:
                folder = manifest.parent / "compiled" / node["package_name"]
                views.append(Relation(*names, columns, folder / node["original_file_path"]))
            else:
                tables.append(Relation(*names, columns))
    if not tables:
        raise WarehouseError(f"{manifest}: no table of {', '.join(PUBLISHED_SCHEMAS)}")
    tables.sort(key=lambda table: (PUBLISHED_SCHEMAS.index(table.schema), table.name))
    return [*tables, *views]


def in_order(nodes: dict[str, Any]) -> Iterable[str]:
    """The ids of what holds rows, each after those that it reads."""
    kinds = ("model", "seed", "snapshot")
    kept = {unique_id: node for unique_id, node in nodes.items() if node["resource_type"] in kinds}
    reads = {
        unique_id: [read for read in node.get("depends_on", {}).get("nodes", []) if read in kept]
        for unique_id, node in sorted(kept.items())
    }
    return TopologicalSorter(reads).static_order()


def require_tables(
    connection: duckdb.DuckDBPyConnection, database: Path, relations: list[Relation]
) -> None:
    """Raises WarehouseError when the working file lacks a table that the project builds."""
    existing = set(
        connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = current_database() "
            "union all "
            "select schema_name, view_name from duckdb_views() "
            "where database_name = current_database()"
        ).fetchall()
    )
    missing = [
        f"{relation.schema}.{relation.name}"
        for relation in relations
        if (relation.schema, relation.name) not in existing
    ]
    if missing:
        raise WarehouseError(f"{database}: {', '.join(missing)} not built; run dbt build first")


def read_publication(connection: duckdb.DuckDBPyConnection, database: Path) -> dict[str, Any]:
    """The row of quality.publication, without the moment of publishing."""
    raw_schemas = {
        schema
        for (schema,) in connection.execute(
            "select schema_name from duckdb_tables() where table_name = 'loads'"
        ).fetchall()
        if schema in (SAMPLE_SCHEMA, LANDED_SCHEMA)
    }
    if len(raw_schemas) != 1:
        found = "both" if raw_schemas else "neither"
        raise WarehouseError(
            f"{database}: a working file holds the loads of {SAMPLE_SCHEMA} or of {LANDED_SCHEMA}, "
            f"this one holds {found}"
        )
    raw_schema = raw_schemas.pop()
    try:
        load_ids = connection.execute(
            f"select distinct load_id from {quoted(raw_schema)}.loads"
        ).fetchall()
        settings = connection.execute("select as_of from marts.dim_settings").fetchall()
    except duckdb.Error as error:
        raise WarehouseError(f"{database}: {first_line(error)}") from error
    if len(load_ids) != 1 or len(settings) != 1:
        raise WarehouseError(
            f"{database}: expected one load in {raw_schema}.loads and one row in "
            f"marts.dim_settings, found {len(load_ids)} and {len(settings)}"
        )
    return {
        "data_source": "sample" if raw_schema == SAMPLE_SCHEMA else "landed",
        "load_id": load_ids[0][0],
        "as_of": settings[0][0],
        "project_version": project_version(),
    }


def project_version() -> str:
    """The version that dbt_project.yml declares."""
    return str(yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["version"])


def build(
    building: Path,
    database: Path,
    relations: list[Relation],
    publication: dict[str, Any],
    told: Told,
    before: Before | None = None,
) -> tuple[tuple[tuple[str, str, int], ...], int]:
    """Writes the new file, complete and closed; returns (schema, table, rows) of its tables, and
    how many alerts are new."""
    tables = []
    new_alerts = 0
    with duckdb.connect(building, config={"default_block_size": BLOCK_SIZE}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(str(database))} as working (read_only)")
        connection.execute("begin")
        for schema in PUBLISHED_SCHEMAS:
            connection.execute(f"create schema {quoted(schema)}")
        for relation in progress(relations, "publishing"):
            if relation.compiled:
                make_view(connection, relation, relation.compiled)
            else:
                (rows,) = connection.execute(
                    f"create table {relation.sql} as select * from working.{relation.sql}"
                ).fetchone()
                tables.append((relation.schema, relation.name, rows))
            describe(connection, relation)
        write_publication(connection, publication)
        if any((schema, name) == ALERTS for schema, name, _ in tables):
            now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
            new_alerts = log_alerts(connection, told, now)
        if holds_values(connection):
            write_changes(connection, before)
        connection.execute("commit")
        connection.execute("detach working")
        connection.execute("checkpoint")
    return tuple(tables), new_alerts


def make_view(connection: duckdb.DuckDBPyConnection, relation: Relation, query: Path) -> None:
    """Makes a view of the working file again, on the tables of this file.

    Its SQL is what dbt compiled: what DuckDB keeps of it does not always read the same.
    """
    schemas = "|".join(PUBLISHED_SCHEMAS)
    text = re.sub(rf'"[^"]+"\.(?="({schemas})"\.)', "", query.read_text())
    connection.execute(f"create view {relation.sql} as {text}")


def describe(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Writes descriptions as comments on the table and on those of its columns that have one."""
    if relation.description:
        kind = "view" if relation.compiled else "table"
        connection.execute(f"comment on {kind} {relation.sql} is {literal(relation.description)}")
    columns = connection.execute(
        "select column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = ? and table_name = ?",
        [relation.schema, relation.name],
    ).fetchall()
    for (column,) in columns:
        if text := relation.columns.get(column):
            connection.execute(
                f"comment on column {relation.sql}.{quoted(column)} is {literal(text)}"
            )


def write_publication(connection: duckdb.DuckDBPyConnection, publication: dict[str, Any]) -> None:
    """Writes quality.publication; the moment of publishing is the file's only use of the clock."""
    connection.execute(
        """
        create table quality.publication (
            published_at timestamp,
            data_source varchar,
            load_id varchar,
            as_of timestamp,
            project_version varchar
        )
        """
    )
    connection.execute(
        "insert into quality.publication values (?, ?, ?, ?, ?)",
        [
            datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            publication["data_source"],
            publication["load_id"],
            publication["as_of"],
            publication["project_version"],
        ],
    )
    describe(connection, PUBLICATION)


def flush_to_disk(path: Path) -> None:
    """Makes a file or folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_database(path: Path) -> None:
    """Removes a DuckDB file and its write-ahead log, if they are there."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    database: Annotated[Path, typer.Option(help="Working file.")] = SAMPLE_DATABASE,
    to: Annotated[Path, typer.Option(help="File that BI tools read.")] = PUBLISHED_DATABASE,
    manifest: Annotated[
        Path, typer.Option(help="dbt manifest of the build, for descriptions.")
    ] = MANIFEST,
) -> None:
    """Publish a working file for BI tools by an atomic rename."""
    try:
        with writer_lock(to.resolve().parent):
            publication = publish(database.resolve(), to.resolve(), manifest)
    except WarehouseError as error:
        stop(error)
    rows = sum(rows for _, _, rows in publication.tables)
    print(
        f"published {len(publication.tables)} tables, {rows:,} rows, "
        f"{publication.size / 1e6:,.1f} MB: {publication.path}"
    )
