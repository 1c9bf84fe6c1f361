"""Times the commands of the README in bare clones: on the clock and in CPU seconds."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from ops.bench.bench import BENCH, Cost, measure
from ops.warehouse import PROJECT, WarehouseError

# What a shell may hold of another clone, or of the make that started this.
LEFT_OUT = ("SALES_KPI_DATABASE", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")


def bench_commands(commands: Sequence[str], runs: int, console: Console) -> dict[str, list[Cost]]:
    """Runs the make targets one after the other in a bare clone of the last commit, several times.

    Raises WarehouseError when a command fails.
    """
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    costs: dict[str, list[Cost]] = {command: [] for command in commands}
    for run in range(1, runs + 1):
        clone = BENCH / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        cloned = subprocess.run(
            ["git", "clone", "--quiet", str(PROJECT), str(clone)], capture_output=True, text=True
        )
        if cloned.returncode != 0:
            raise WarehouseError(f"the project could not be cloned: {cloned.stderr.strip()}")
        for command in commands:
            make = ["make", "--directory", str(clone), command]
            log = BENCH / "commands" / f"{command}_{run}.txt"
            cost = measure(f"make {command}", make, log, environment)
            costs[command].append(cost)
            console.print(f"run {run}: {cost.step}: {cost.wall_seconds:.0f} s", highlight=False)
        shutil.rmtree(clone)
    return costs


def command_table(costs: dict[str, list[Cost]]) -> Table:
    """Medians of the runs, one row for each command."""
    table = Table("command", "runs", "seconds", "slowest", "CPU seconds", "peak MB", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for command, runs in costs.items():
        table.add_row(
            f"make {command}",
            str(len(runs)),
            f"{statistics.median(cost.wall_seconds for cost in runs):.0f}",
            f"{max(cost.wall_seconds for cost in runs):.0f}",
            f"{statistics.median(cost.cpu_seconds for cost in runs):.0f}",
            f"{max(cost.peak_bytes for cost in runs) / 1e6:,.0f}",
        )
    return table
