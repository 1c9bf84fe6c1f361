"""Builds the same company on DuckDB and on Spark, and compares every published relation.

With two days there are two builds on each engine: the company as it is, then after one more day of
data, when a worker of the cluster is killed on the way.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from ops.dbt_process import run_dbt
from ops.spark import cluster as spark_cluster
from ops.spark.cluster import Cluster
from ops.spark.comparison import Comparison, compare_all
from ops.spark.load import REFERENCE_SCHEMA, load
from ops.spark.next_day import add_day
from ops.spark.sql import VARIABLES, Endpoint
from ops.warehouse import (
    LANDED_SCHEMA,
    SAMPLE_SCHEMA,
    WAREHOUSE,
    WarehouseError,
    progress_console,
    report_console,
    stop,
)

RUN = WAREHOUSE / "parity"
KILL_AFTER_SECONDS = 60.0


def build_on_duckdb(database: Path, raw_schema: str, has_seeds: bool) -> dict[str, float]:
    """Builds the models in the working file, the seeds before them; returns seconds by name.

    Seeds of the sample never meet landed data.
    """
    variables = json.dumps({"raw_schema": raw_schema})
    kinds = ["--resource-type", "model"] + (["--resource-type", "seed"] if has_seeds else [])
    without = [] if raw_schema == SAMPLE_SCHEMA else ["--exclude", "path:seeds/sample"]
    return seconds_of(
        run_dbt(
            *("build", "--vars", variables, *kinds, *without),
            database=database,
            target=RUN / "duckdb",
        )
    )


def build_on_spark(raw_schema: str) -> dict[str, float]:
    """Builds the models on the cluster and tests the macros, where the engines' SQL differs.

    Returns the seconds of each node by name. The tests of data and definitions ran on DuckDB.
    """
    variables = json.dumps({"raw_schema": raw_schema})
    nodes = ["--select", "resource_type:model", "path:tests/macros"]
    only = ["--indirect-selection", "empty", "--exclude-resource-type", "unit_test"]
    return seconds_of(
        run_dbt(
            *("build", "--target", "spark", "--vars", variables, *nodes, *only),
            target=RUN / "spark",
        )
    )


def seconds_of(results: Path) -> dict[str, float]:
    """The seconds of each node in dbt's results, by the node's name."""
    return {
        result["unique_id"].split(".")[2]: result["execution_time"]
        for result in json.loads(results.read_text())["results"]
    }


def report(
    compared: list[Comparison],
    on_duckdb: dict[str, float],
    on_spark: dict[str, float],
    console: Console,
) -> None:
    """Prints a row for each relation, and examples of what differs."""
    table = Table("relation", *("rows", "mismatches", "DuckDB s", "Spark s"), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for found in compared:
        name = found.relation.split(".", 1)[1]
        table.add_row(
            found.relation,
            f"{found.rows:,}",
            f"{found.mismatches:,}",
            f"{on_duckdb.get(name, 0):.1f}",
            f"{on_spark.get(name, 0):.1f}",
        )
    console.print(table)
    for found in compared:
        for example in found.examples:
            console.print(f"{found.relation}: {example}", markup=False, soft_wrap=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Times a step and says on stderr when it is done."""
    started = time.monotonic()
    yield
    progress_console.print(f"{name}: {time.monotonic() - started:.0f} s", highlight=False)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Starts a cluster and stops it again, whatever happens in between.

    Meanwhile the environment names it, so that nothing is built on another cluster by mistake.
    """
    cluster = Cluster()
    before = dict(os.environ)
    with step("start Spark"):
        spark_cluster.up(cluster, lambda name: None)
    try:
        for name in VARIABLES:
            os.environ.pop(name, None)
        os.environ.update(Endpoint().environment())
        yield cluster
    finally:
        os.environ.clear()
        os.environ.update(before)
        spark_cluster.down(cluster)


@contextmanager
def worker_lost(cluster: Cluster, seconds: float) -> Iterator[None]:
    """Kills a worker of the cluster after some seconds.

    Raises WarehouseError when the build was over before, so nothing was proven.
    """
    worker = next(server for server in cluster.servers() if server.name.startswith("worker"))
    killed = threading.Event()

    def kill() -> None:
        if not worker.is_running:
            return
        os.kill(worker.pid, signal.SIGKILL)
        killed.set()
        progress_console.print(
            f"killed {worker.name} (process {worker.pid}) {seconds:.0f} s into the build",
            highlight=False,
        )

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if not killed.is_set():
        raise WarehouseError(f"{worker.name} was not killed while the build ran; kill it earlier")


def prove(
    database: Path,
    raw_schema: str,
    day: str,
    console: Console,
    *,
    has_seeds: bool = True,
    during_spark: AbstractContextManager[None] | None = None,
) -> int:
    """Builds on both engines, compares and reports; returns the number of mismatches."""
    endpoint = Endpoint.of_environment()
    with step("build on DuckDB"):
        on_duckdb = build_on_duckdb(database, raw_schema, has_seeds)
    with step("load into Spark"):
        load(database, (raw_schema, REFERENCE_SCHEMA), RUN / "files", endpoint)
    with step("build on Spark"), during_spark or nullcontext():
        on_spark = build_on_spark(raw_schema)
    with step("compare"):
        compared = compare_all(database, endpoint)
    report(compared, on_duckdb, on_spark, console)
    mismatches = sum(found.mismatches for found in compared)
    rows = sum(found.rows for found in compared)
    console.print(
        f"{day}: {len(compared)} relations, {rows:,} rows, {mismatches:,} mismatches",
        highlight=False,
    )
    return mismatches


def prove_sample(days: int, console: Console) -> int:
    """The sample company on both engines; with two days, then after one more with a worker lost."""
    database = RUN / "sample.duckdb"
    with running_cluster() as cluster:
        mismatches = prove(database, SAMPLE_SCHEMA, "first day", console)
        if days == 1:
            return mismatches
        with duckdb.connect(database) as connection:
            day = add_day(connection, SAMPLE_SCHEMA)
        console.print(f"added {day} to the raw tables", highlight=False)
        lost = worker_lost(cluster, KILL_AFTER_SECONDS)
        return mismatches + prove(
            database, SAMPLE_SCHEMA, "next day", console, has_seeds=False, during_spark=lost
        )


def prove_landed(landed: Path, has_cluster: bool, console: Console) -> int:
    """A copy of a file with landed tables on both engines; WarehouseError when there is none."""
    if not landed.is_file():
        raise WarehouseError(f"{landed}: the file does not exist; land raw files first")
    database = Path(shutil.copy(landed, RUN / "landed.duckdb"))
    with nullcontext() if has_cluster else running_cluster():
        return prove(database, LANDED_SCHEMA, landed.name, console)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    landed: Annotated[
        Path | None,
        typer.Option(help="DuckDB file with landed tables to prove, instead of the sample."),
    ] = None,
    running: Annotated[
        bool,
        typer.Option("--running", help="Use the cluster that runs, or the one in the environment."),
    ] = False,
    days: Annotated[
        int, typer.Option(min=1, max=2, help="2: the sample a day later, too, with a worker lost.")
    ] = 1,
) -> None:
    """Build on DuckDB and on Spark and compare every published relation, row for row."""
    if running and landed is None:
        raise typer.BadParameter("the sample needs a cluster of its own; --running is for --landed")
    # A scheduler ends a job with SIGTERM; taken as an interrupt it stops the cluster, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = report_console()
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True)
    try:
        if landed:
            mismatches = prove_landed(landed, running, console)
        else:
            mismatches = prove_sample(days, console)
    except WarehouseError as error:
        stop(error)
    except KeyboardInterrupt:
        stop(WarehouseError("stopped; nothing is proven"))
    finally:
        shutil.rmtree(RUN / "files", ignore_errors=True)
    if mismatches:
        stop(WarehouseError(f"{mismatches:,} rows differ between DuckDB and Spark"))
    print("DuckDB and Spark agree on every row")
