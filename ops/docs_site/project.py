"""What the project itself says of a KPI: its SQL, its tests and the errors they noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.warehouse import PROJECT

TARGET = PROJECT / "target"
ORACLE = PROJECT / "tests" / "python" / "oracle" / "kpis"
KPI_FOLDER = "models/kpis/"
# Models of every KPI at once: their tests guard how values are kept, not what one KPI counts.
SHARED_BY_ALL = ("kpi_values", "kpi_catalog", "kpi_slices")


@dataclass(frozen=True)
class Model:
    """A dbt model: where it stands, and its SQL as it is written."""

    unique_id: str
    name: str
    path: str
    description: str
    sql: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Test:
    """A test that guards a definition: what it says, on which model, in which file."""

    kind: str
    text: str
    model: str
    path: str


@dataclass
class Mutants:
    """Small errors that were planted in the SQL of models, and how many of them tests noticed."""

    killed: int = 0
    survived: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


class Project:
    """The models and tests of the project, as dbt last read them."""

    def __init__(self, manifest: Path, mutation: Path = TARGET / "mutation.json") -> None:
        """Reads dbt's manifest, and the planted errors where they were counted on this machine."""
        self.manifest = json.loads(manifest.read_text())
        self.nodes: dict[str, dict[str, Any]] = self.manifest["nodes"]
        self.by_name = {
            node["name"]: node for node in self.nodes.values() if node["resource_type"] == "model"
        }
        self.mutation = read_mutation(mutation)
        self.oracle = {
            path.relative_to(PROJECT).as_posix(): path.read_text()
            for path in sorted(ORACLE.rglob("*.py"))
        }

    def model(self, name: str) -> Model:
        """A model by its name."""
        node = self.by_name[name]
        return Model(
            node["unique_id"],
            name,
            node["original_file_path"],
            node["description"],
            node["raw_code"],
            tuple(
                (column["name"], column["data_type"] or "", column["description"])
                for column in node["columns"].values()
            ),
        )

    def made_from(self, name: str) -> list[Model]:
        """The KPI's model and those of the KPIs' layer that it is made from, nearest first."""
        found: list[str] = []
        waiting = [self.by_name[name]["unique_id"]]
        while waiting:
            unique_id = waiting.pop(0)
            node = self.nodes.get(unique_id)
            if node is None or unique_id in found or not is_of_kpis(node):
                continue
            found.append(unique_id)
            waiting.extend(self.manifest["parent_map"][unique_id])
        return [self.model(self.nodes[each]["name"]) for each in found]

    def tests_of(self, models: list[Model]) -> list[Test]:
        """The tests of the models: truth tables first, then what holds for every row."""
        ids = {model.unique_id for model in models}
        return [*self.unit_tests({model.name for model in models}), *self.data_tests(ids)]

    def unit_tests(self, names: set[str]) -> Iterator[Test]:
        """The unit tests of the models."""
        for test in self.manifest["unit_tests"].values():
            if test["model"] in names:
                text = test["name"].partition("__")[2].replace("_", " ")
                yield Test("unit test", text, test["model"], test["original_file_path"])

    def data_tests(self, ids: set[str]) -> Iterator[Test]:
        """The tests of every row of the models."""
        for node in self.nodes.values():
            if node["resource_type"] != "test":
                continue
            attached = node.get("attached_node")
            tested = ids.intersection([attached] if attached else node["depends_on"]["nodes"])
            if not tested:
                continue
            name = self.nodes[min(tested)]["name"]
            yield Test("data test", data_test_text(node), name, node["original_file_path"])

    def oracle_files(self, kpi_id: str) -> list[str]:
        """The plain-Python modules that recompute the KPI."""
        return [path for path, text in self.oracle.items() if f'"{kpi_id}"' in text]

    def mutants_of(self, models: list[Model]) -> Mutants | None:
        """The planted errors of the models; None where none were counted on this machine."""
        if self.mutation is None:
            return None
        names = {model.name for model in models}
        found = Mutants()
        for mutant in self.mutation:
            if mutant["model"] not in names:
                continue
            if mutant["status"] == "killed":
                found.killed += 1
                if mutant["removed"] and mutant["added"]:
                    found.examples.append(mutant)
            elif mutant["status"] == "survived":
                found.survived += 1
        return found if found.killed or found.survived else None


def is_of_kpis(node: dict[str, Any]) -> bool:
    """Whether a node is a model that some KPIs are defined in."""
    is_model = node["resource_type"] == "model"
    is_there = node["original_file_path"].startswith(KPI_FOLDER)
    return is_model and is_there and not node["name"].startswith(SHARED_BY_ALL)


def data_test_text(node: dict[str, Any]) -> str:
    """What a data test says: the sentence it is named by, or the generic test and its column."""
    generic = node.get("test_metadata")
    if not generic:
        return node["name"].removeprefix("assert_").replace("_", " ")
    arguments = {**generic["kwargs"], **generic["kwargs"].get("arguments", {})}
    told = [
        ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
        for name, value in arguments.items()
        if name not in ("model", "arguments")
    ]
    return f"{generic['name'].replace('_', ' ')}: {'; '.join(told)}" if told else generic["name"]


def read_mutation(file: Path) -> list[dict[str, Any]] | None:
    """Every planted error of the last count; None where none was made."""
    try:
        return json.loads(file.read_text())["mutants"]
    except FileNotFoundError:
        return None
