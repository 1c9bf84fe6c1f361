"""Times the charts: asked of a running Superset, and their SQL alone on the published file."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ops.dashboards.lint import condition
from ops.dashboards.rest import Answer, log_in
from ops.dashboards.server import Server
from ops.dashboards.source import File, Source, queries_of
from ops.warehouse import WarehouseError, open_read_only, progress, quoted

ROUNDS = 5
# What Superset asks for where a chart sets no limit.
MOST_ROWS = 10_000


@dataclass(frozen=True)
class Times:
    """Seconds of every answer, and of every query alone."""

    answers: tuple[float, ...]
    queries: tuple[float, ...]
    slowest: str


def time_charts(server: Server, source: Source, rounds: int = ROUNDS) -> Times:
    """Asks every chart of the server some rounds long, then runs its SQL on the published file.

    Raises WarehouseError when a chart answers with an error or without rows.
    """
    session = log_in(server)
    numbers = session.charts()
    answers: list[Answer] = []
    for uuid, chart in progress(list(source.charts.items()) * rounds, "asking"):
        if uuid not in numbers:
            raise WarehouseError(f"{chart['slice_name']}: not imported; run make dashboards")
        answer = session.data(uuid, numbers[uuid])
        if not all(answer.rows):
            raise WarehouseError(f"{chart['slice_name']}: has no rows")
        answers.append(answer)
    queries: dict[float, str] = {}
    with open_read_only(server.database) as connection:
        for answer in progress(answers, "running the SQL"):
            for sql in answer.sql:
                queries[seconds_of(connection, sql)] = source.charts[answer.chart]["slice_name"]
    return Times(tuple(answer.seconds for answer in answers), tuple(queries), queries[max(queries)])


def time_queries(database: Path, source: Source, rounds: int = ROUNDS) -> Times:
    """Runs what the charts ask of the published file, as Superset writes it, without Superset.

    The first round is not counted, since it reads the file from the disk. Raises WarehouseError
    when the file cannot be read.
    """
    asked = [
        (chart["slice_name"], sql_of(source.datasets[chart["dataset_uuid"]], query))
        for chart in source.charts.values()
        for query in queries_of(chart)
    ]
    queries: dict[float, str] = {}
    with open_read_only(database) as connection:
        for number, (name, sql) in enumerate(progress(asked * (rounds + 1), "running the SQL")):
            seconds = seconds_of(connection, sql)
            if number >= len(asked):
                queries[seconds] = name
    return Times((), tuple(queries), queries[max(queries)])


def sql_of(dataset: File, query: File) -> str:
    """The SQL that Superset makes of a chart's query and its dataset."""
    columns = [quoted(column) for column in query["columns"]]
    metrics = [metric["sqlExpression"] for metric in query.get("metrics", [])]
    conditions = " and ".join(filter(None, map(condition, query["filters"]))) or "true"
    grouped = f" group by {', '.join(columns)}" if metrics and columns else ""
    return (
        f"select {', '.join([*columns, *metrics])} "
        f"from ({dataset['sql'].rstrip().rstrip(';')}) as rows_of_chart "
        f"where {conditions}{grouped} limit {query.get('row_limit') or MOST_ROWS}"
    )


def seconds_of(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """How long a query takes, its rows fetched."""
    began = time.perf_counter()
    connection.execute(sql).fetchall()
    return time.perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
