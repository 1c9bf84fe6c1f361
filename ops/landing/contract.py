"""The raw contract: which tables and columns a CRM can deliver.

Its single home is `models/staging/crm/_crm__sources.yml` (the dbt source `crm`); landing, the
gates and the simulator read it here and repeat nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ops.warehouse import PROJECT

CONTRACT_FILE = PROJECT / "models" / "staging" / "crm" / "_crm__sources.yml"
SOURCE_NAME = "crm"
# The loader in C reads the contract ten times as fast; it is missing in some builds of PyYAML.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LANDING_TABLES = ("loads", "rejected_lines", "settings")
DATA_TYPES = frozenset({"string", "date", "timestamp", "decimal", "integer", "boolean", "double"})

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class ContractError(ValueError):
    """The contract file is missing or does not say what it must; the message is one sentence."""


@dataclass(frozen=True)
class Column:
    """A column of a raw table; data_type is one of DATA_TYPES, the raw value is always text."""

    name: str
    data_type: str
    description: str
    is_required: bool


@dataclass(frozen=True)
class Table:
    """A raw table; key names the columns that tell its rows apart."""

    name: str
    description: str
    is_required: bool
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in contract order."""
        return tuple(column.name for column in self.columns)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Names of the columns a file of this table must have."""
        return tuple(column.name for column in self.columns if column.is_required)

    def column(self, name: str) -> Column:
        """Return the column called name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")


@dataclass(frozen=True)
class Contract:
    """All raw tables by name, in the order of the file."""

    tables: Mapping[str, Table]

    @property
    def deliverable(self) -> dict[str, Table]:
        """The tables a load can bring: all but those that landing writes itself."""
        return {name: table for name, table in self.tables.items() if name not in LANDING_TABLES}


def load_contract(path: Path | None = None) -> Contract:
    """Read the contract from a dbt source file, by default the one of this project.

    Raises ContractError when the file is missing, is not YAML, has no source `crm`, or names a
    table, column, type or key that landing could not work with.
    """
    path = CONTRACT_FILE if path is None else path
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except FileNotFoundError as error:
        raise ContractError(f"{path}: the contract file is missing") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: the contract file is not valid YAML") from error
    sources = content.get("sources") if isinstance(content, dict) else None
    entries = [source for source in sources or [] if source.get("name") == SOURCE_NAME]
    if len(entries) != 1:
        raise ContractError(f"{path}: exactly one source called {SOURCE_NAME} is needed")
    tables: dict[str, Table] = {}
    for entry in entries[0].get("tables") or []:
        table = _table(entry, path)
        if table.name in tables:
            raise ContractError(f"{path}: table {table.name} stands there twice")
        tables[table.name] = table
    missing = [name for name in LANDING_TABLES if name not in tables]
    if missing:
        raise ContractError(f"{path}: table {missing[0]} is missing")
    return Contract(tables=tables)


def _table(entry: dict[str, Any], path: Path) -> Table:
    name = _name(entry.get("name"), "table", path)
    columns = tuple(_column(column, name, path) for column in entry.get("columns") or [])
    names = [column.name for column in columns]
    if not names:
        raise ContractError(f"{path}: table {name} has no columns")
    repeated = {column for column in names if names.count(column) > 1}
    if repeated:
        raise ContractError(f"{path}: table {name} has column {min(repeated)} twice")
    meta = _meta(entry)
    key = tuple(meta.get("key") or ())
    unknown = [column for column in key if column not in names]
    if not key or unknown:
        raise ContractError(
            f"{path}: table {name} needs a key made of its own columns"
            + (f"; {unknown[0]} is not one of them" if unknown else "")
        )
    return Table(
        name=name,
        description=str(entry.get("description") or ""),
        is_required=bool(meta.get("is_required", False)),
        key=key,
        columns=columns,
    )


def _column(entry: dict[str, Any], table_name: str, path: Path) -> Column:
    name = _name(entry.get("name"), f"column of {table_name}", path)
    data_type = entry.get("data_type")
    if data_type not in DATA_TYPES:
        raise ContractError(
            f"{path}: column {table_name}.{name} has data_type {data_type}; "
            f"use one of {', '.join(sorted(DATA_TYPES))}"
        )
    return Column(
        name=name,
        data_type=data_type,
        description=str(entry.get("description") or ""),
        is_required=bool(_meta(entry).get("is_required", False)),
    )


def _meta(entry: dict[str, Any]) -> dict[str, Any]:
    return (entry.get("config") or {}).get("meta") or {}


def _name(name: Any, what: str, path: Path) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ContractError(f"{path}: {name!r} cannot be the name of a {what}")
    return name
