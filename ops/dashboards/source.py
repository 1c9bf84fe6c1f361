"""The source of the dashboards: YAML files in the layout that Superset exports and imports."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import yaml

from ops.warehouse import PROJECT, PUBLISHED_DATABASE, WarehouseError

SOURCE = PROJECT / "dashboards"
METADATA = "metadata.yaml"
PUBLISHED_ADDRESS = "duckdb:///warehouse/sales_kpis.duckdb"
"""How the source names the published file; the import puts its absolute path in its place."""

File = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """The files of the source by their path in it, as databases/sales_kpis.yaml."""

    files: dict[str, File]

    def folder(self, name: str) -> dict[str, File]:
        """The files of a folder: databases, datasets, charts or dashboards."""
        return {path: file for path, file in self.files.items() if path.startswith(f"{name}/")}

    @cached_property
    def datasets(self) -> dict[str, File]:
        """The datasets by their uuid."""
        return {file["uuid"]: file for file in self.folder("datasets").values()}

    @cached_property
    def charts(self) -> dict[str, File]:
        """The charts by their uuid."""
        return {file["uuid"]: file for file in self.folder("charts").values()}

    @cached_property
    def dashboards(self) -> dict[str, File]:
        """The dashboards by their slug."""
        return {file["slug"]: file for file in self.folder("dashboards").values()}


def read_source(folder: Path = SOURCE) -> Source:
    """Reads every file of the source; WarehouseError names the one that cannot be read."""
    files: dict[str, File] = {}
    for path in sorted(folder.rglob("*.yaml")):
        try:
            files[path.relative_to(folder).as_posix()] = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise WarehouseError(f"{path}: cannot be read: {error}") from error
    if METADATA not in files:
        raise WarehouseError(f"{folder}: holds no {METADATA}")
    return Source(files)


def charts_of(dashboard: File) -> list[str]:
    """The uuids of a dashboard's charts, in the order of its layout."""
    return [
        part["meta"]["uuid"]
        for part in dashboard["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    ]


def queries_of(chart: File) -> list[File]:
    """The queries that a chart asks by REST."""
    return json.loads(chart["query_context"])["queries"]


def bundle(source: Source, database: Path = PUBLISHED_DATABASE) -> bytes:
    """The source as the zip file that Superset imports, with the published file's own path."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for path, file in source.files.items():
            if path.startswith("databases/"):
                file = {**file, "sqlalchemy_uri": f"duckdb:///{database.resolve()}"}
            archive.writestr(f"dashboards/{path}", yaml.safe_dump(file, sort_keys=False))
    return packed.getvalue()
