"""Times every step of a refresh on simulated companies, and what dbt adds to the SQL it runs.

Each step runs in a process of its own, which is measured from the outside: wall time, CPU time and
peak memory. The models' compiled SQL then runs once more without dbt on a fresh copy of the landed
file; the difference is dbt's overhead. Results are printed and kept in warehouse/bench/.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from ops.dbt_process import dbt_command, dbt_environment
from ops.warehouse import (
    LANDED_SCHEMA,
    PROJECT,
    WAREHOUSE,
    WarehouseError,
    first_line,
    literal,
    progress_console,
    quoted,
    report_console,
    stop,
)

BENCH = WAREHOUSE / "bench"
STANDARD_SIZES = "10000,100000,1000000"
MEMORY_LIMIT = os.environ.get("SALES_KPI_MEMORY_LIMIT", "6GB")
MODELS = "dbt models"
DIRECT = "same SQL without dbt"
SLOWEST = 8


@dataclass(frozen=True)
class Cost:
    """What a step cost: seconds on the clock and of CPU, bytes of memory at the peak.

    sql_seconds is the time in which at least one SQL statement of the models ran, None for steps
    that run none.
    """

    step: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    sql_seconds: float | None = None


@dataclass(frozen=True)
class Size:
    """The costs of one company: steps in order, and what is known about its files."""

    deals: int
    raw_rows: int
    landed_bytes: int
    published_bytes: int
    costs: tuple[Cost, ...]
    direct: Cost
    slowest_models: tuple[tuple[str, float], ...]

    @property
    def overhead(self) -> Cost:
        """What dbt added to the models' SQL: all of its process against the SQL alone.

        CPU seconds are those of both processes, so those of starting Python cancel out.
        """
        (models,) = (cost for cost in self.costs if cost.step == MODELS)
        return Cost(
            step="overhead of dbt",
            wall_seconds=models.wall_seconds - self.direct.sql_seconds,
            cpu_seconds=models.cpu_seconds - self.direct.cpu_seconds,
            peak_bytes=models.peak_bytes - self.direct.peak_bytes,
        )


@dataclass(frozen=True)
class Folder:
    """Where a bench keeps the files of one company."""

    root: Path

    @property
    def raw(self) -> Path:
        """Simulated raw files."""
        return self.root / "raw"

    @property
    def landed(self) -> Path:
        """The landed file as landing left it; every build starts from a copy."""
        return self.root / "landed" / "landed.duckdb"

    @property
    def built(self) -> Path:
        """The copy that dbt builds in; its name is part of the compiled SQL."""
        return self.root / "built" / "landed.duckdb"

    @property
    def direct(self) -> Path:
        """The copy that the compiled SQL runs in without dbt."""
        return self.root / "direct" / "landed.duckdb"

    @property
    def published(self) -> Path:
        """The published file."""
        return self.root / "sales_kpis.duckdb"

    @property
    def target(self) -> Path:
        """dbt's manifest and compiled SQL."""
        return self.root / "target"

    @property
    def logs(self) -> Path:
        """Output of the steps and dbt's log."""
        return self.root / "logs"


def parse_sizes(text: str) -> tuple[int, ...]:
    """Numbers of deals from text such as 10000,100000; ValueError says what is wrong with it."""
    try:
        sizes = tuple(int(part.strip().replace("_", "")) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"{text}: sizes are numbers of deals with commas between them") from error
    if any(size < 1 for size in sizes):
        raise ValueError(f"{text}: a company has at least one deal")
    return sizes


def measure(step: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Cost:
    """Runs a command in the project and measures it with everything it starts.

    Raises WarehouseError with the last line of its output when it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall_seconds = time.monotonic() - started
    # Popen did not see the end of its process; told of it here, it does not wait again.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines() or ["no output"]
        raise WarehouseError(f"{step} failed: {lines[-1]}; output in {log}")
    return Cost(
        step=step,
        wall_seconds=wall_seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * 1024,
    )


def measure_dbt(step: str, arguments: Sequence[str], folder: Folder, database: Path) -> Cost:
    """Runs dbt on a working file and measures it, with the time its SQL took."""
    log_folder = folder.logs / step.replace(" ", "_")
    shutil.rmtree(log_folder, ignore_errors=True)
    command = dbt_command(
        *arguments,
        "--target-path",
        str(folder.target),
        "--log-path",
        str(log_folder),
        "--log-format-file",
        "json",
        "--log-level-file",
        "debug",
        "--no-use-colors",
    )
    environment = {**dbt_environment(database), "SALES_KPI_MEMORY_LIMIT": MEMORY_LIMIT}
    cost = measure(step, command, log_folder / "output.txt", environment)
    with (log_folder / "dbt.log").open() as lines:
        seconds = busy_seconds(statement_spans(lines))
    return Cost(**{**asdict(cost), "sql_seconds": seconds})


def statement_spans(lines: Iterable[str]) -> Iterator[tuple[float, float]]:
    """Start and end, in seconds, of each SQL statement in dbt's JSON debug log."""
    for line in lines:
        if '"SQLQueryStatus"' not in line:
            continue
        event = json.loads(line)
        end = datetime.fromisoformat(event["info"]["ts"]).timestamp()
        yield end - float(event["data"]["elapsed"]), end


def busy_seconds(spans: Iterable[tuple[float, float]]) -> float:
    """Length of the union of the spans: statements of two threads at one time count once."""
    total = 0.0
    busy_until = float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, busy_until))
        busy_until = max(busy_until, end)
    return total


def bench_size(deals: int, console: Console) -> Size:
    """Simulates, lands, gates, builds, tests and publishes a company of so many deals."""
    folder = Folder(BENCH / str(deals))
    operation = [sys.executable, "-m", "ops"]
    environment = {**os.environ, "SALES_KPI_MEMORY_LIMIT": MEMORY_LIMIT}
    costs: list[Cost] = []

    def note(cost: Cost) -> None:
        costs.append(cost)
        console.print(f"{deals:,} deals: {cost.step}: {cost.wall_seconds:.1f} s", highlight=False)

    simulated = simulate_files(deals, folder, environment)
    if simulated:
        note(simulated)
    empty(folder.landed.parent)
    command = [*operation, "land", str(folder.raw), "--database", str(folder.landed)]
    note(measure("land", command, folder.logs / "land.txt", environment))
    command = [*operation, "gates", "raw", "--database", str(folder.landed)]
    note(measure("raw gate", command, folder.logs / "raw_gate.txt", environment))

    empty(folder.built.parent)
    shutil.copy(folder.landed, folder.built)
    on_landed = ["--vars", json.dumps({"raw_schema": LANDED_SCHEMA})]
    on_landed += ["--exclude", "path:seeds/sample", "--exclude-resource-type", "unit_test"]
    models = ["build", *on_landed, "--exclude-resource-type", "test"]
    note(measure_dbt(MODELS, models, folder, folder.built))
    direct, by_model = measure_directly(folder, environment)
    note(measure_dbt("dbt tests", ["test", *on_landed], folder, folder.built))

    command = [*operation, "gates", "working", "--database", str(folder.built)]
    note(measure("working gate", command, folder.logs / "working_gate.txt", environment))
    command = [*operation, "publish", "--database", str(folder.built)]
    options = ["--to", str(folder.published), "--manifest", str(folder.target / "manifest.json")]
    note(measure("publish", command + options, folder.logs / "publish.txt", environment))

    return Size(
        deals=deals,
        raw_rows=count_raw_rows(folder.landed),
        landed_bytes=folder.landed.stat().st_size,
        published_bytes=folder.published.stat().st_size,
        costs=tuple(costs),
        direct=direct,
        slowest_models=tuple(
            sorted(by_model.items(), key=lambda item: item[1], reverse=True)[:SLOWEST]
        ),
    )


def simulate_files(deals: int, folder: Folder, environment: Mapping[str, str]) -> Cost | None:
    """Simulates the raw files of a company; None where an earlier bench has done it."""
    finished = folder.raw / ".finished"
    if finished.exists():
        return None
    shutil.rmtree(folder.raw, ignore_errors=True)
    command = [sys.executable, "-m", "ops", "simulate", "--opportunities", str(deals)]
    options = ["--out", str(folder.raw), "--format", "parquet"]
    cost = measure("simulate", command + options, folder.logs / "simulate.txt", environment)
    finished.touch()
    return cost


def empty(folder: Path) -> None:
    """Leaves an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def count_raw_rows(database: Path) -> int:
    """Rows of all raw tables as landing counted them."""
    with duckdb.connect(database, read_only=True) as connection:
        (rows,) = connection.execute(
            f"select sum(cast(row_count as bigint)) from {LANDED_SCHEMA}.loads"
        ).fetchone()
    return rows


def measure_directly(
    folder: Folder, environment: Mapping[str, str]
) -> tuple[Cost, dict[str, float]]:
    """Measures run_directly in a process of its own; returns its cost and the seconds by model."""
    start = (
        "import json, pathlib, sys\n"
        "from ops.bench.bench import Folder, run_directly\n"
        "print(json.dumps(run_directly(Folder(pathlib.Path(sys.argv[1])))))\n"
    )
    log = folder.logs / "direct.txt"
    command = [sys.executable, "-c", start, str(folder.root)]
    cost = measure(DIRECT, command, log, environment)
    seconds, by_model = json.loads(log.read_text().splitlines()[-1])
    return Cost(**{**asdict(cost), "sql_seconds": seconds}), by_model


def run_directly(folder: Folder) -> tuple[float, dict[str, float]]:
    """Runs the models' compiled SQL without dbt; returns seconds in all and by model.

    It starts from the landed file and the seeds that dbt loaded, and ends with a checkpoint, as
    dbt's process does. Raises WarehouseError when a model fails.
    """
    nodes = json.loads((folder.target / "manifest.json").read_text())["nodes"]
    empty(folder.direct.parent)
    shutil.copy(folder.landed, folder.direct)
    by_model: dict[str, float] = {}
    with duckdb.connect(folder.direct) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set memory_limit = {literal(MEMORY_LIMIT)}")
        copy_seeds(connection, nodes, folder.built)
        started = time.monotonic()
        for unique_id in in_order(nodes):
            node = nodes[unique_id]
            began = time.monotonic()
            try:
                connection.execute(f"create schema if not exists {quoted(node['schema'])}")
                connection.execute(statement(node))
            except duckdb.Error as error:
                raise WarehouseError(
                    f"{node['name']} failed without dbt: {first_line(error)}"
                ) from error
            by_model[node["name"]] = time.monotonic() - began
        connection.execute("checkpoint")
        seconds = time.monotonic() - started
    shutil.rmtree(folder.direct.parent)
    return seconds, by_model


def copy_seeds(
    connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Any], built: Path
) -> None:
    """Copies the seeds that dbt loaded, because loading them is not part of the models' SQL."""
    connection.execute(f"attach {literal(str(built))} as built (read_only)")
    loaded = set(
        connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built'"
        ).fetchall()
    )
    for node in nodes.values():
        if node["resource_type"] == "seed" and (node["schema"], node["alias"]) in loaded:
            relation = f"{quoted(node['schema'])}.{quoted(node['alias'])}"
            connection.execute(f"create schema if not exists {quoted(node['schema'])}")
            connection.execute(f"create table {relation} as select * from built.{relation}")
    connection.execute("detach built")


def in_order(nodes: Mapping[str, Any]) -> list[str]:
    """Ids of the models, each after those it reads."""
    parents = {
        unique_id: [parent for parent in node["depends_on"]["nodes"] if parent in nodes]
        for unique_id, node in nodes.items()
        if node["resource_type"] == "model"
    }
    return [
        unique_id for unique_id in TopologicalSorter(parents).static_order() if unique_id in parents
    ]


def statement(node: Mapping[str, Any]) -> str:
    """The SQL that makes a model's relation from its compiled query."""
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    relation = f"{quoted(node['schema'])}.{quoted(node['alias'])}"
    return f"create or replace {kind} {relation} as {node['compiled_code']}"


def bench_sample() -> Cost:
    """A second dbt build of the sample company, with all tests, in a file that exists already."""
    folder = Folder(BENCH / "sample")
    empty(folder.built.parent)
    measure_dbt("first build", ["build"], folder, folder.built)
    return measure_dbt("warm sample build", ["build"], folder, folder.built)


def describe_machine() -> dict[str, str]:
    """The machine and the versions that the times belong to."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor,
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory / 2**30:.0f} GiB",
        "memory_limit": MEMORY_LIMIT,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "dbt": version("dbt-core"),
        "duckdb": version("duckdb"),
    }


def cost_table(sizes: Sequence[Size]) -> Table:
    """The steps of every company, and dbt's models beside their SQL without dbt."""
    table = Table(title="Cost of a refresh", title_justify="left")
    table.add_column("Deals", justify="right")
    table.add_column("Step", no_wrap=True)
    for column in ("Wall s", "CPU s", "Peak MB", "In SQL s"):
        table.add_column(column, justify="right")
    for size in sizes:
        for number, cost in enumerate(size.costs):
            table.add_row(f"{size.deals:,}" if number == 0 else "", *cost_cells(cost))
            if cost.step == MODELS:
                table.add_row("", *cost_cells(size.direct, indent="  "))
                table.add_row("", *cost_cells(size.overhead, indent="  "))
        table.add_section()
    return table


def cost_cells(cost: Cost, indent: str = "") -> tuple[str, ...]:
    """A cost as cells: step, wall and CPU seconds, megabytes at the peak, seconds in SQL."""
    return (
        indent + cost.step,
        f"{cost.wall_seconds:,.1f}",
        f"{cost.cpu_seconds:,.1f}",
        f"{cost.peak_bytes / 1e6:,.0f}",
        "" if cost.sql_seconds is None else f"{cost.sql_seconds:,.1f}",
    )


def size_table(sizes: Sequence[Size]) -> Table:
    """Rows and file sizes of every company, and its slowest models."""
    table = Table(title="Companies", title_justify="left")
    for column in ("Deals", "Raw rows", "Landed MB", "Published MB"):
        table.add_column(column, justify="right")
    table.add_column("Slowest models, s without dbt")
    for size in sizes:
        table.add_row(
            f"{size.deals:,}",
            f"{size.raw_rows:,}",
            f"{size.landed_bytes / 1e6:,.0f}",
            f"{size.published_bytes / 1e6:,.1f}",
            ", ".join(f"{name} {seconds:.1f}" for name, seconds in size.slowest_models),
        )
    return table


def describe_sample(cost: Cost) -> str:
    """The warm sample build in one line."""
    outside = 1 - (cost.sql_seconds or 0) / cost.wall_seconds
    return (
        f"{cost.step}: {cost.wall_seconds:.1f} s, of which SQL {cost.sql_seconds:.1f} s; "
        f"{outside:.0%} outside SQL"
    )


def time_commands(targets: Sequence[str], runs: int) -> None:
    """Times make targets in bare clones and prints a table."""
    from ops.bench.commands import bench_commands, command_table

    try:
        costs = bench_commands(targets, runs, progress_console)
    except WarehouseError as error:
        stop(error)
    console = report_console()
    console.print(", ".join(f"{name} {value}" for name, value in describe_machine().items()))
    console.print(command_table(costs))


def time_landing(numbers: Sequence[int], with_loading: bool) -> None:
    """Times landing from Parquet files and from a PostgreSQL server, and prints a table."""
    from ops.bench.landing import bench_landing, landing_table

    try:
        landings = [bench_landing(deals, with_loading, progress_console) for deals in numbers]
    except WarehouseError as error:
        stop(error)
    console = report_console()
    console.print(", ".join(f"{name} {value}" for name, value in describe_machine().items()))
    console.print(landing_table(landings))


app = typer.Typer(add_completion=False)


@app.command()
def main(
    sizes: Annotated[
        str, typer.Option(help="Numbers of deals, with commas between them.")
    ] = STANDARD_SIZES,
    sample: Annotated[bool, typer.Option(help="Time a warm build of the sample, too.")] = True,
    commands: Annotated[
        bool, typer.Option("--commands", help="Time make build and make test in bare clones.")
    ] = False,
    landing: Annotated[
        bool, typer.Option("--landing", help="Time landing from Parquet and from PostgreSQL alone.")
    ] = False,
    loading: Annotated[
        bool, typer.Option("--loading", help="Time loading from PostgreSQL with dlt, too.")
    ] = False,
    targets: Annotated[str, typer.Option(help="What --commands makes.")] = "build,test",
    runs: Annotated[int, typer.Option(min=1, help="How often --commands makes it.")] = 3,
) -> None:
    """Time every step on simulated companies, or the commands of the README in bare clones."""
    if commands:
        time_commands(targets.split(","), runs)
        return
    try:
        numbers = parse_sizes(sizes)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if landing or loading:
        time_landing(numbers, loading)
        return
    console = report_console()
    machine = describe_machine()
    try:
        benched = [bench_size(deals, progress_console) for deals in numbers]
        warm = bench_sample() if sample else None
    except WarehouseError as error:
        stop(error)
    console.print(", ".join(f"{name} {value}" for name, value in machine.items()))
    console.print(cost_table(benched))
    console.print(size_table(benched))
    if warm:
        console.print(describe_sample(warm))
    results = BENCH / "results.json"
    results.write_text(
        json.dumps(
            {
                "machine": machine,
                "sizes": [asdict(size) | {"overhead": asdict(size.overhead)} for size in benched],
                "warm_sample_build": asdict(warm) if warm else None,
            },
            indent=2,
        )
    )
    console.print(f"results: {results}")
