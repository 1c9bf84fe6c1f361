"""The semantic layer as one Ossie file (formerly OSI, Open Semantic Interchange), for other tools.

dbt writes such a file, too, but joins events by what they share, which counts rows several times,
and divides whole numbers by each other; so it is written here from the same YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import yaml

from ops.warehouse import PROJECT

MODELS = PROJECT / "semantic" / "models"
VERSION = "0.1.1"
"""Of the specification: the newest one that dbt reads."""
SCHEMAS = {"dimensions": "marts"}
"""Folders of the semantic models that are not named as the schema of their tables."""

VALUES = """\
Every KPI at every period and slice, ready to be read and never to be added up: filter by kpi_id,
period_grain, dimension and part. Most KPIs are no sum over rows and stand here alone; value_status
says why a value is null."""

Catalogue = dict[str, dict[str, Any]]
Model = dict[str, Any]


def ossie_document(connection: duckdb.DuckDBPyConnection) -> str:
    """The Ossie file of a published file, as JSON."""
    answer = connection.execute(
        "select kpi_id, label, definition, formula, unit, direction from kpis.kpi_catalog"
    )
    names = [column[0] for column in answer.description]
    catalogue = {row[0]: dict(zip(names, row, strict=True)) for row in answer.fetchall()}
    columns = connection.execute(
        """
        select column_name, comment from duckdb_columns()
        where database_name = current_database()
            and schema_name = 'kpis' and table_name = 'kpi_values'
        order by column_index
        """
    ).fetchall()
    models = read_models()
    model = {
        "name": "sales_kpis",
        "description": "Sales KPIs, each defined once.",
        "datasets": [*(dataset(each) for each in models), values_dataset(columns)],
        "relationships": list(relationships(models)),
        "metrics": [each for model in models for each in metrics(model, catalogue)],
    }
    document = {"version": VERSION, "dialects": ["ANSI_SQL"], "vendors": ["COMMON"]}
    return json.dumps({**document, "semantic_model": [model]}, indent=2) + "\n"


def read_models(folder: Path = MODELS) -> list[Model]:
    """The semantic models that Ossie can hold, with the schema of their tables."""
    models = []
    for file in sorted(folder.glob("*/*.yml")):
        schema = SCHEMAS.get(file.parent.name, file.parent.name)
        for model in yaml.safe_load(file.read_text())["models"]:
            # Ossie has no word for sums that are taken of the last date alone, nor for joins that
            # hold for some time: no balances, and no teams above a team.
            has_key = any(is_key(column) for column in model["columns"])
            if has_key or model.get("metrics") and "derived_semantics" not in model:
                models.append({**model, "schema": schema})
    return models


def dataset(model: Model) -> dict[str, Any]:
    """A table with the columns that metrics are grouped by and counted from."""
    keys = [column["name"] for column in model["columns"] if is_key(column)]
    described = {column["name"]: column["description"] for column in model["columns"]}
    measured = {}
    for metric in model.get("metrics", ()):
        if metric["type"] == "simple":
            measured.setdefault(column_of(metric), metric["description"])
    fields = [
        field(column["name"], column["description"], "granularity" in column)
        for column in model["columns"]
    ]
    fields += [
        field(name, None if "doc(" in meaning else meaning)
        for name, meaning in measured.items()
        if name not in described
    ]
    return {
        "name": model["name"],
        "source": f"{model['schema']}.{model['name']}",
        **({"primary_key": keys} if keys else {}),
        "description": model["description"],
        "fields": fields,
    }


def is_key(column: dict[str, Any]) -> bool:
    """Whether a column is the key of its table."""
    return column.get("entity", {}).get("type") == "primary"


def field(name: str, description: str | None = None, is_time: bool = False) -> dict[str, Any]:
    """A column under its own name."""
    return {
        "name": name,
        "expression": expression(name),
        **({"dimension": {"is_time": True}} if is_time else {}),
        **({"description": description} if description else {}),
    }


def expression(sql: str) -> dict[str, Any]:
    """SQL that every dialect reads."""
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}


def values_dataset(columns: list[tuple[str, str | None]]) -> dict[str, Any]:
    """The table of all values, for the KPIs that are no metric."""
    return {
        "name": "kpi_values",
        "source": "kpis.kpi_values",
        "primary_key": [
            *("kpi_id", "period_grain", "period_start", "dimension", "dimension_id", "part")
        ],
        "description": "One row per KPI, period, slice and part.",
        "ai_context": {"instructions": " ".join(VALUES.split())},
        "fields": [field(name, comment, name == "period_start") for name, comment in columns],
    }


def relationships(models: list[Model]) -> Iterator[dict[str, Any]]:
    """From each event to the tables of members that it names, and from nothing to an event."""
    entities = [
        (model["name"], column["name"], column["entity"]["name"], is_key(column))
        for model in models
        for column in model["columns"]
        if "entity" in column
    ]
    keys = {entity: (table, column) for table, column, entity, key in entities if key}
    for table, column, entity, key in entities:
        if not key and entity in keys:
            to, to_column = keys[entity]
            yield {
                "name": f"{table}_{entity}",
                "from": table,
                "to": to,
                "from_columns": [column],
                "to_columns": [to_column],
            }


def metrics(model: Model, catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """The metrics of an event; a KPI's with what the catalogue says of it."""
    by_name = {metric["name"]: metric for metric in model.get("metrics", ())}
    for metric in by_name.values():
        written = {
            "name": metric["name"],
            "expression": expression(sql_of(metric, by_name, model["name"])),
        }
        kpi = catalogue.get(metric.get("config", {}).get("meta", {}).get("kpi_id", ""))
        if kpi is None:
            yield {**written, "description": metric["description"]}
            continue
        facts = {name: kpi[name] for name in ("kpi_id", "formula", "unit", "direction")}
        yield {
            **written,
            "description": kpi["definition"],
            "ai_context": {"synonyms": [kpi["label"]]},
            "custom_extensions": [{"vendor_name": "COMMON", "data": json.dumps(facts)}],
        }


def sql_of(metric: dict[str, Any], by_name: dict[str, dict[str, Any]], table: str) -> str:
    """A metric as an aggregate of its table's columns; nothing to divide by is null."""
    if metric["type"] == "ratio":
        parts = (
            sql_of(by_name[metric[part]], by_name, table) for part in ("numerator", "denominator")
        )
        return "CAST({} AS DOUBLE PRECISION) / NULLIF({}, 0)".format(*parts)
    if metric["type"] == "derived":
        names = "|".join(metric["input_metrics"])
        return re.sub(
            rf"\b({names})\b",
            lambda found: sql_of(by_name[found.group()], by_name, table),
            metric["expr"].replace("double", "double precision"),
        )
    column = f"{table}.{column_of(metric)}"
    if metric["agg"] == "sum":
        return f"SUM({column})"
    share = metric.get("percentile", 0.5)
    ordered = f"CAST({column} AS DOUBLE PRECISION)"
    return f"PERCENTILE_CONT({share}) WITHIN GROUP (ORDER BY {ordered})"


def column_of(metric: dict[str, Any]) -> str:
    """The column that a simple metric is taken of."""
    return metric["expr"].removeprefix("cast(").removesuffix(" as double)")
