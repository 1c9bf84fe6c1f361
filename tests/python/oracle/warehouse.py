"""The warehouse of a small company, built in memory from the SQL that dbt compiled.

dbt compiles once; every company then costs the SQL alone. Nothing of the oracle is used here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from .reading import Tables

DATABASE = "sample"
# Landing numbers the rows of a raw table as they came.
ROW_NUMBER = "_row_number"
LAST_MODELS = ("kpi_comparisons", "report_pipeline_waterfall")
DBT = "from dbt.cli.main import cli; cli()"


@dataclass(frozen=True)
class Model:
    """A model as dbt compiled it: its relation, its SQL, and the names of what it reads."""

    name: str
    relation: str
    is_view: bool
    code: str
    parents: tuple[str, ...]

    def statement(self, code: str | None = None) -> str:
        """The SQL that makes the relation."""
        kind = "view" if self.is_view else "table"
        return f"create or replace {kind} {self.relation} as {code or self.code}"


@dataclass(frozen=True)
class Relation:
    """A raw table or a seed: where it stands and its columns with their types."""

    name: str
    relation: str
    columns: Mapping[str, str]


class Project:
    """What dbt knows of the project after compiling: models in order, raw tables, seeds."""

    def __init__(
        self, manifest: Mapping[str, Any], last_models: Collection[str] = LAST_MODELS
    ) -> None:
        """Keep the nodes that `last_models` need, and no others."""
        self.manifest = manifest
        nodes = manifest["nodes"] | manifest["sources"]
        needed: dict[str, tuple[str, ...]] = {}
        found = [
            unique_id
            for unique_id, node in manifest["nodes"].items()
            if node["resource_type"] == "model" and node["name"] in last_models
        ]
        while found:
            unique_id = found.pop()
            if unique_id not in needed:
                parents = nodes[unique_id].get("depends_on", {}).get("nodes", [])
                needed[unique_id] = tuple(parents)
                found += parents
        in_order = [nodes[unique_id] for unique_id in TopologicalSorter(needed).static_order()]
        models = [node for node in in_order if node["resource_type"] == "model"]
        self.models = {
            node["name"]: Model(
                name=node["name"],
                relation=f"{node['schema']}.{node['alias']}",
                is_view=node["config"]["materialized"] == "view",
                code=node["compiled_code"],
                parents=tuple(nodes[parent]["name"] for parent in needed[node["unique_id"]]),
            )
            for node in models
        }
        self.raw = {
            node["name"]: Relation(
                node["name"],
                f"{node['schema']}.{node['identifier']}",
                dict.fromkeys([*node["columns"], ROW_NUMBER], "varchar"),
            )
            for node in in_order
            if node["resource_type"] == "source"
        }
        # The sample's own seeds stand behind the raw tables, whose contract is the source.
        self.seeds = {
            node["name"]: Relation(
                node["name"],
                f"{node['schema']}.{node['alias']}",
                node["config"]["column_types"],
            )
            for node in in_order
            if node["resource_type"] == "seed" and node["name"] not in self.raw
        }

    def node(self, model: str) -> Mapping[str, Any]:
        """dbt's own record of a model."""
        (node,) = (
            node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "model" and node["name"] == model
        )
        return node

    def with_code(self, model: str, code: str) -> Project:
        """The same project with other SQL in one model."""
        changed = copy(self)
        changed.models = self.models | {model: replace(self.models[model], code=code)}
        return changed

    def after(self, models: Collection[str]) -> list[str]:
        """Models and everything that reads them, directly or through others, in order."""
        touched = set(models)
        for name, model in self.models.items():
            if touched & set(model.parents):
                touched.add(name)
        return [name for name in self.models if name in touched]

    @cached_property
    def kpis(self) -> dict[str, dict[str, Any]]:
        """Facts of every shipped KPI: its family's and its column's, with model and column."""
        found: dict[str, dict[str, Any]] = {}
        for node in self.manifest["nodes"].values():
            if node["resource_type"] == "model":
                for column in node["columns"].values():
                    facts = column["config"].get("meta", {}).get("kpi")
                    if facts:
                        kpi_id = facts.get("id", column["name"])
                        found[kpi_id] = {
                            **node["config"].get("meta", {}).get("family", {}),
                            **facts,
                            "model": node["name"],
                            "column": column["name"],
                        }
        return dict(sorted(found.items()))


def run_dbt(repository: Path, target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs dbt on a database of its own inside `target`, so that nobody's file is locked."""
    target.mkdir(parents=True, exist_ok=True)
    folders = ["--target-path", str(target), "--log-path", str(target / "logs")]
    return subprocess.run(
        [sys.executable, "-c", DBT, *arguments, *folders, "--project-dir", str(repository)],
        cwd=repository,
        env={
            **os.environ,
            "DBT_PROFILES_DIR": str(repository),
            "SALES_KPI_DATABASE": str(target / f"{DATABASE}.duckdb"),
        },
        capture_output=True,
        text=True,
    )


def compile_project(repository: Path, target: Path) -> Project:
    """Compiles every model into `target` and reads the manifest; some twenty-five seconds.

    Raises RuntimeError with dbt's output when the project does not compile.
    """
    done = run_dbt(repository, target, "--quiet", "compile", "--select", "resource_type:model")
    if done.returncode != 0:
        raise RuntimeError(f"dbt compile failed:\n{done.stdout}{done.stderr}")
    return Project(read_manifest(target))


def read_manifest(target: Path) -> Mapping[str, Any]:
    """What dbt wrote of a project when it compiled it into `target`."""
    return json.loads((target / "manifest.json").read_text())


class Warehouse:
    """A DuckDB database, in memory unless a file is named, that every company fills anew."""

    def __init__(self, project: Project, file: Path | None = None) -> None:
        """One thread, since the tables are tiny and planning is most of the work."""
        self.project = project
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{file or ':memory:'}' as {DATABASE}")
        self.connection.execute(f"use {DATABASE}")
        self.connection.execute("set threads = 1")
        self.connection.execute("set TimeZone = 'UTC'")
        self.connection.execute("set preserve_insertion_order = false")
        relations = (*project.raw.values(), *project.seeds.values(), *project.models.values())
        for schema in {each.relation.partition(".")[0] for each in relations}:
            self.connection.execute(f"create schema {schema}")
        self._seeds: dict[str, object] = {}

    def build(self, raw: Tables, reference: Tables) -> None:
        """Loads raw tables and seeds and runs every model in order."""
        for relation in self.project.raw.values():
            self._fill(relation, raw.get(relation.name, ()))
        self._fill_seeds(reference)
        self.run(self.project.models)

    def build_landed(self, database: Path, reference: Tables) -> None:
        """The same for a load that was landed into a file."""
        self.connection.execute(f"attach '{database}' as landed (read_only)")
        for relation in self.project.raw.values():
            columns = ", ".join(relation.columns)
            self.connection.execute(
                f"create or replace table {relation.relation} as "
                f"select {columns} from landed.raw_crm.{relation.name}"
            )
        self.connection.execute("detach landed")
        self._fill_seeds(reference)
        self.run(self.project.models)

    def run(self, models: Iterable[str], replaced: Mapping[str, str] | None = None) -> None:
        """Runs some models; `replaced` gives other SQL for some of them, by name."""
        for name in models:
            model = self.project.models[name]
            code = (replaced or {}).get(name)
            if model.is_view and code is None and name in self._views:
                continue
            self.connection.execute(model.statement(code))
            if model.is_view and code is None:
                self._views.add(name)
            else:
                self._views.discard(name)

    def differs(self, model: str, code: str) -> bool:
        """Whether other SQL gives a model other rows in the company that now stands here."""
        right, wrong = f"select * from {self.project.models[model].relation}", f"({code})"
        (found,) = self.connection.execute(
            f"select exists ({wrong} except all {right}) or exists ({right} except all {wrong})"
        ).fetchone()
        return found

    @cached_property
    def _views(self) -> set[str]:
        return set()

    def close(self) -> None:
        """Lets go of the database."""
        self.connection.close()

    def _fill_seeds(self, reference: Tables) -> None:
        for relation in self.project.seeds.values():
            rows = reference[relation.name]
            if self._seeds.get(relation.name) is not rows:
                self._fill(relation, rows)
                self._seeds[relation.name] = rows

    def _fill(self, relation: Relation, rows: Iterable[Mapping[str, str | None]]) -> None:
        columns = ", ".join(f"{name} {kind}" for name, kind in relation.columns.items())
        self.connection.execute(f"create or replace table {relation.relation} ({columns})")
        values = [
            [str(number) if name == ROW_NUMBER else row.get(name) for name in relation.columns]
            for number, row in enumerate(rows, start=1)
        ]
        if values:
            line = f"({', '.join('?' for _ in relation.columns)})"
            self.connection.execute(
                f"insert into {relation.relation} values {', '.join([line] * len(values))}",
                [value for row in values for value in row],
            )
