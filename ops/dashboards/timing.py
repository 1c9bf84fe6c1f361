"""Times the charts: asked of a running Superset, and their SQL alone on the published file."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from ops.dashboards.rest import Answer, log_in
from ops.dashboards.server import Server
from ops.dashboards.source import Source
from ops.warehouse import WarehouseError, open_read_only, progress

ROUNDS = 5


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


def seconds_of(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """How long a query takes, its rows fetched."""
    began = time.perf_counter()
    connection.execute(sql).fetchall()
    return time.perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
