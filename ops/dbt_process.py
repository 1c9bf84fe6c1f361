"""How the commands run dbt: in this Python environment, on this project, and with its progress."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.progress import Progress

from ops.warehouse import PROJECT, WarehouseError, progress_console

# Details of every query in the log file would cost a fifth of dbt's own time.
QUIET_LOG = ("--log-level-file", "info")
JSON_PROGRESS = ("--log-format", "json", "--log-level", "info", "--no-use-colors", *QUIET_LOG)
ERROR_PREFIX = "[ERROR]: Encountered an error:"
MOST_FAILURES = 20


def dbt_command(*arguments: str) -> list[str]:
    """dbt, in this Python environment and on this project."""
    start = "from dbt.cli.main import cli; cli()"
    return [sys.executable, "-c", start, *arguments, "--project-dir", str(PROJECT)]


def dbt_environment(database: Path | None = None) -> dict[str, str]:
    """This process's environment, with the working file that dbt is to build in if there is one."""
    environment = {**os.environ, "DBT_PROFILES_DIR": str(PROJECT)}
    if database is not None:
        environment["SALES_KPI_DATABASE"] = str(database.resolve())
    return environment


def run_dbt(
    *arguments: str,
    database: Path | None = None,
    target: Path | None = None,
) -> Path:
    """Runs dbt in a process of its own and shows its progress; returns its results file.

    target is the folder for what dbt compiles and reports, the project's own by default. dbt keeps
    its DuckDB connection open until its process ends, and others need the file then.
    Raises WarehouseError with one line per failed node, or with what kept dbt from starting.
    """
    results = (target or PROJECT / "target") / "run_results.json"
    logs = target / "logs" if target else PROJECT / "logs"
    results.unlink(missing_ok=True)
    folders = ["--target-path", str(target), "--log-path", str(logs)] if target else []
    process = subprocess.Popen(
        dbt_command(*arguments, *folders, *JSON_PROGRESS),
        cwd=PROJECT,
        env=dbt_environment(database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        last_error = follow(process.stdout)
    except BaseException:
        process.terminate()
        raise
    finally:
        exit_code = process.wait()
    if exit_code != 0:
        log = logs / "dbt.log"
        failures = failed_nodes(results)
        if not failures:
            raise WarehouseError(f"build: dbt stopped: {last_error}; full log in {log}")
        raise WarehouseError(
            f"build: {len(failures)} of dbt's nodes failed; full log in {log}",
            tuple(failures[:MOST_FAILURES]),
        )
    return results


def follow(lines: Iterator[str]) -> str:
    """Shows dbt's progress from its JSON log; returns its last error, or its last words."""
    last_error = ""
    last_words: deque[str] = deque(maxlen=1)
    with Progress(
        console=progress_console, transient=True, disable=not progress_console.is_terminal
    ) as bar:
        task = bar.add_task("dbt", total=None)
        for line in lines:
            event = read_event(line)
            if event is None:
                last_words.extend([line.strip()] if line.strip() else [])
                continue
            data, information = event["data"], event["info"]
            if information["level"] == "error" and information["name"] != "MainStackTrace":
                last_error = one_line(information["msg"].removeprefix(ERROR_PREFIX))
            node = data.get("node_info", {})
            if total := data.get("total") or data.get("num_models"):
                done = data["index"] if node.get("node_finished_at") else data["index"] - 1
                bar.update(task, total=total, completed=done, description=node["node_name"])
    return last_error or "".join(last_words) or "no reason given"


def read_event(line: str) -> dict[str, Any] | None:
    """A line of dbt's JSON log, or None for anything else that was printed."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and {"data", "info"} <= event.keys() else None


def failed_nodes(run_results: Path) -> list[str]:
    """One line for each model, seed or test that failed; none when dbt ran no node."""
    if not run_results.is_file():
        return []
    results = json.loads(run_results.read_text())["results"]
    return [
        f"{node_name(result['unique_id'])}: {one_line(result['message'] or result['status'])}"
        for result in results
        if result["status"] in ("error", "fail", "runtime error", "partial success")
    ]


def node_name(unique_id: str) -> str:
    """The kind and name in a dbt id such as model.sales_kpis.fct_opportunities."""
    kind, _, name = unique_id.split(".", 2)
    return f"{kind} {name}"


def one_line(message: str) -> str:
    """A message of dbt on one line: what failed, and the first line of why."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines[:3])
