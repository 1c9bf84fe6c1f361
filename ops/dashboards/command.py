"""The commands of the dashboards: up, down, lint and time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ops.dashboards import server as superset
from ops.dashboards.lint import lint
from ops.dashboards.source import read_source
from ops.dashboards.timing import percentile, time_charts, time_queries
from ops.warehouse import (
    PUBLISHED_DATABASE,
    WarehouseError,
    open_read_only,
    progress_console,
    stop,
)

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Dashboards in Apache Superset.")

Port = Annotated[int, typer.Option(help="Port of 127.0.0.1 to listen on.")]
Database = Annotated[Path, typer.Option(help="Published file.")]


@app.command()
def up(port: Port = superset.PORT, database: Database = PUBLISHED_DATABASE) -> None:
    """Start Superset on 127.0.0.1 with the dashboards of dashboards/ and say where it is."""
    began = time.monotonic()

    def say(step: str) -> None:
        progress_console.print(f"superset: {step} ({time.monotonic() - began:.0f} s)")

    try:
        running = superset.up(superset.Server(port=port, database=database), read_source(), say)
    except WarehouseError as error:
        stop(error)
    print(f"dashboards: {running.address}/superset/dashboard/executive/")
    print(f"log in as {superset.USER} with SUPERSET_ADMIN_PASSWORD of {running.login}")


@app.command()
def down() -> None:
    """Stop the Superset that was started."""
    try:
        stopped = superset.down(superset.Server())
    except WarehouseError as error:
        stop(error)
    print("superset: stopped" if stopped else "superset: does not run")


@app.command("lint")
def lint_source(database: Database = PUBLISHED_DATABASE) -> None:
    """Say what is wrong in dashboards/, beside a published file."""
    try:
        source = read_source()
        with open_read_only(database) as connection:
            findings = lint(source, connection)
    except WarehouseError as error:
        stop(error)
    if findings:
        stop(WarehouseError(f"dashboards: {len(findings)} findings", tuple(findings)))
    print(
        f"dashboards: {len(source.dashboards)} dashboards, {len(source.charts)} charts: all sound"
    )


@app.command("time")
def time_all(
    database: Database = PUBLISHED_DATABASE,
    sql_alone: Annotated[
        bool, typer.Option("--sql-alone", help="Run the SQL of the charts without Superset.")
    ] = False,
) -> None:
    """Time every chart of the running Superset, and its SQL alone on the published file."""
    try:
        if sql_alone:
            times = time_queries(database, read_source())
        else:
            running = superset.running_server(superset.Server(database=database))
            if running is None:
                raise WarehouseError("Superset does not run; start it with make dashboards")
            times = time_charts(running, read_source())
    except WarehouseError as error:
        stop(error)
    told = [("answers over REST", times.answers)] if times.answers else []
    for what, seconds in (*told, ("their SQL", times.queries)):
        half, most, longest = (1000 * percentile(seconds, share) for share in (0.5, 0.95, 1))
        print(f"{what}: {len(seconds)}, p50 {half:.0f}, p95 {most:.0f}, longest {longest:.0f} ms")
    print(f"slowest SQL: {times.slowest}")
