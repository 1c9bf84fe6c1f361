"""Builds and tests the sample company, unless the last build did so and nothing changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from ops.dbt_process import run_dbt
from ops.warehouse import PROJECT, SAMPLE_DATABASE, WarehouseError, stop

TARGET = PROJECT / "target"
SOURCES = ("models", "seeds", "macros", "tests", "analyses", "dbt_project.yml", "profiles.yml")
SOURCE_KINDS = (".sql", ".yml", ".md", ".csv")
NOT_BUILT = ("python", "mutation", "lint", "__pycache__")
DONE = ("success", "pass")
SELECTIONS = ("select", "exclude", "resource_types", "exclude_resource_types", "vars")


def build_sample(database: Path = SAMPLE_DATABASE) -> bool:
    """Builds and tests the sample company where that is not done; returns whether it was to do.

    Raises WarehouseError when the build fails.
    """
    if reason_to_build(database) is None:
        return False
    database.parent.mkdir(parents=True, exist_ok=True)
    run_dbt("build", database=database)
    return True


def reason_to_build(
    database: Path = SAMPLE_DATABASE, target: Path = TARGET, project: Path = PROJECT
) -> str | None:
    """Why the sample has to be built, in words; None when the last build holds."""
    try:
        run = json.loads((target / "run_results.json").read_text())
        manifest = json.loads((target / "manifest.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return "there is no finished build"
    if run["args"].get("which") != "build" or any(run["args"].get(each) for each in SELECTIONS):
        return "the last run of dbt was no full build of the sample"
    started = min((moment(each) for each in run["results"] if each["timing"]), default=None)
    if started is None or not database.is_file() or database.stat().st_mtime < started:
        return "the last build was of another file"
    done = {each["unique_id"] for each in run["results"] if each["status"] in DONE}
    if missing := sorted(set(built_nodes(manifest)) - done):
        return f"{missing[0]} was not built, or failed"
    newer = [file for file in source_files(project) if file.stat().st_mtime > started]
    return f"{newer[0]} changed" if newer else None


def moment(result: dict[str, Any]) -> float:
    """When a node's work began, in seconds of the epoch."""
    return datetime.fromisoformat(result["timing"][0]["started_at"]).timestamp()


def built_nodes(manifest: dict[str, Any]) -> Iterator[str]:
    """Ids of everything that a full build runs."""
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed", "test"):
            yield unique_id
    yield from manifest["unit_tests"]


def source_files(project: Path) -> Iterator[Path]:
    """Files that a build depends on, and their folders, which change when a file goes."""
    for name in SOURCES:
        root = project / name
        if root.is_file():
            yield root
        if name != "tests" and root.is_dir():
            yield root
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if set(path.relative_to(root).parts).intersection(NOT_BUILT):
                continue
            if path.suffix in SOURCE_KINDS or path.is_dir():
                yield path


app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    """Build and test the sample company, unless that is done and nothing changed since."""
    try:
        if not build_sample():
            typer.echo("the sample is built and tested, and nothing changed since")
    except WarehouseError as error:
        stop(error)
