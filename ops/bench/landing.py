"""Times landing a company from Parquet files and from a PostgreSQL server, and loading it with dlt.

The server is one of its own, filled with the same files and removed at the end; its own memory is
not part of what is told.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from ops.bench.bench import (
    BENCH,
    MEMORY_LIMIT,
    Cost,
    Folder,
    cost_cells,
    count_raw_rows,
    empty,
    measure,
    simulate_files,
)
from ops.loading.server import fill, running_server
from ops.warehouse import WarehouseError

SCHEMA = "crm"


@dataclass(frozen=True)
class Landing:
    """What it cost to land a company of so many deals, from wherever it came."""

    deals: int
    raw_rows: int
    costs: tuple[Cost, ...]


def bench_landing(deals: int, with_loading: bool, console: Console) -> Landing:
    """Lands a company of so many deals from files and from a server; may also load it twice.

    Raises WarehouseError when a step fails, or the landings hold other numbers of rows.
    """
    folder = Folder(BENCH / str(deals))
    landed = folder.root / "landing"
    environment = {**os.environ, "SALES_KPI_MEMORY_LIMIT": MEMORY_LIMIT}
    operation = [sys.executable, "-m", "ops"]
    costs: list[Cost] = []
    rows: list[int] = []

    def time(step: str, *command: str) -> None:
        log = folder.logs / f"{step.replace(' ', '_').replace(',', '')}.txt"
        costs.append(measure(step, [*operation, *command], log, environment))
        told = f"{costs[-1].wall_seconds:.1f} s, {costs[-1].peak_bytes / 1e6:,.0f} MB"
        console.print(f"{deals:,} deals: {step}: {told}", highlight=False)

    def land(step: str, raw: str) -> None:
        empty(landed)
        time(step, "land", raw, "--database", str(landed / "landed.duckdb"))
        rows.append(count_raw_rows(landed / "landed.duckdb"))

    simulate_files(deals, folder, environment)
    try:
        land("land Parquet files", str(folder.raw))
        with running_server() as server:
            console.print(f"{deals:,} deals: filling PostgreSQL", highlight=False)
            fill(server, SCHEMA, folder.raw)
            address = server.address(SCHEMA)
            land("land PostgreSQL", address)
            if with_loading:
                loaded = str(folder.root / "loaded.duckdb")
                time("load PostgreSQL, whole", "load", address, "--into", loaded, "--full")
                time("load PostgreSQL, its changes", "load", address, "--into", loaded)
                land("land the loaded file", loaded)
    finally:
        shutil.rmtree(landed, ignore_errors=True)
        (folder.root / "loaded.duckdb").unlink(missing_ok=True)
    if len(set(rows)) > 1:
        raise WarehouseError(f"{deals:,} deals: the landings hold {rows} rows")
    return Landing(deals, rows[0], tuple(costs))


def landing_table(landings: Sequence[Landing]) -> Table:
    """The costs of every company, and its rows."""
    table = Table(title="Cost of landing", title_justify="left")
    for column in ("Deals", "Raw rows"):
        table.add_column(column, justify="right")
    table.add_column("Step", no_wrap=True)
    for column in ("Wall s", "CPU s", "Peak MB"):
        table.add_column(column, justify="right")
    for landing in landings:
        for number, cost in enumerate(landing.costs):
            heading = (f"{landing.deals:,}", f"{landing.raw_rows:,}") if number == 0 else ("", "")
            table.add_row(*heading, *cost_cells(cost)[:4])
        table.add_section()
    return table
