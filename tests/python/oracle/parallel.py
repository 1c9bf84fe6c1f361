"""Compares many random companies with the oracle, on every core: python -m oracle.

Run it from the root of the repository with tests/python on the path of Python.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .comparison import Comparison
from .search import Checker, Disagreement, search
from .warehouse import Project, compile_project, read_manifest

REPOSITORY = Path(__file__).resolve().parents[3]
PATIENCE = 1.0
"""Seconds between looks at whether a process is still there."""


def search_alone(target: Path, count: int, number: int, results: Queue) -> None:
    """Searches so many companies in this process; tells `results` of each, and how it ended.

    It puts the number of equal values of each company, then None, or the disagreement's text.
    """
    checker = Checker.of(Project(read_manifest(target)), REPOSITORY)

    def tell(comparison: Comparison) -> None:
        results.put(comparison.equal_count)

    try:
        search(checker, count, number, tell)
    except Disagreement as disagreement:
        results.put(f"{disagreement}\nAgain with --companies {count} --cores 1 --seed {number}.")
    else:
        results.put(None)


def main() -> int:
    """Search, show progress, and return 0 when every company was equal."""
    parser = argparse.ArgumentParser(prog="python -m oracle", description=main.__doc__)
    parser.add_argument("--companies", type=int, default=500)
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    asked = parser.parse_args()
    cores = max(1, min(asked.cores, asked.companies))
    console = Console(stderr=True)
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        with console.status("compiling the models"):
            compile_project(REPOSITORY, target)
        results = context.Queue()
        shares = [asked.companies // cores + (n < asked.companies % cores) for n in range(cores)]
        processes = [
            context.Process(
                target=search_alone, args=(target, share, asked.seed + n, results), daemon=True
            )
            for n, share in enumerate(shares)
        ]
        for process in processes:
            process.start()
        equal, failure = follow(processes, results, asked.companies, console)
        for process in processes:
            process.terminate()
            process.join()
    if failure:
        print(failure)
        return 1
    print(
        f"{len(equal):,} companies equal, {sum(equal):,} values, "
        f"seeds {asked.seed} to {asked.seed + cores - 1}"
    )
    return 0


def follow(
    processes: list, results: Queue, companies: int, console: Console
) -> tuple[list[int], str | None]:
    """Collects what the processes tell until all are done or one disagrees; shows progress.

    Returns the equal values of each company, and why the search failed, if it did.
    """
    equal: list[int] = []
    running = len(processes)
    columns = (TextColumn("companies"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("companies", total=companies)
        while running:
            try:
                result = results.get(timeout=PATIENCE)
            except Empty:
                if any(process.exitcode not in (None, 0) for process in processes):
                    return equal, "A process of the search ended with an error; see above."
                continue
            if isinstance(result, str):
                return equal, result
            if result is None:
                running -= 1
            else:
                equal.append(result)
                bar.update(task, completed=len(equal))
    return equal, None
