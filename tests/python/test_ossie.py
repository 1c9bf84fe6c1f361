"""The Ossie file: others read it as it is meant, its columns exist, its metrics are the KPIs."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from metricflow.converters.models import OSIDocument
from metricflow.converters.osi_to_msi import OSIToMSIConverter
from report_pages import published_sample

from ops.semantic.ossie import ossie_document

WITHHELD = ("input_missing", "not_covered", "provisional")


@pytest.fixture(scope="module")
def published(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_sample(repository, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def document(published: Path) -> dict[str, Any]:
    with duckdb.connect(str(published), read_only=True) as connection:
        return json.loads(ossie_document(connection))


def sql_of(expression: dict[str, Any]) -> str:
    (dialect,) = expression["dialects"]
    assert dialect["dialect"] == "ANSI_SQL"
    return dialect["expression"]


def kpi_of(metric: dict[str, Any]) -> str | None:
    for extension in metric.get("custom_extensions", ()):
        return json.loads(extension["data"])["kpi_id"]
    return None


def test_dbt_understands_every_word_of_it(document: dict[str, Any]) -> None:
    """What dbt has no place for would be lost on the way through its own classes."""
    understood = OSIDocument.parse_obj(document)
    assert json.loads(understood.to_osi_json()) == document
    assert list(OSIToMSIConverter().convert(understood).issues) == []


def test_tables_have_the_columns_and_lead_to_keys(
    document: dict[str, Any], published: Path
) -> None:
    (model,) = document["semantic_model"]
    datasets = {dataset["name"]: dataset for dataset in model["datasets"]}
    with duckdb.connect(str(published), read_only=True) as connection:
        for dataset in datasets.values():
            fields = ", ".join(sql_of(field["expression"]) for field in dataset["fields"])
            rows = connection.execute(f"select {fields} from {dataset['source']}").fetchall()
            assert rows
            if keys := dataset.get("primary_key"):
                places = [[field["name"] for field in dataset["fields"]].index(key) for key in keys]
                assert len({tuple(row[place] for place in places) for row in rows}) == len(rows)
    assert model["relationships"]
    for relationship in model["relationships"]:
        assert datasets[relationship["to"]]["primary_key"] == relationship["to_columns"]
        names = {field["name"] for field in datasets[relationship["from"]]["fields"]}
        assert set(relationship["from_columns"]) <= names


def test_every_kpi_of_it_has_the_published_value(document: dict[str, Any], published: Path) -> None:
    """By month, for the whole company; KPIs by stage are compared in test_semantic_layer alone."""
    (model,) = document["semantic_model"]
    compared = set()
    with duckdb.connect(str(published), read_only=True) as connection:
        for dataset in model["datasets"]:
            metrics = [
                (kpi, sql_of(metric["expression"]))
                for metric in model["metrics"]
                if re.search(rf"\b{dataset['name']}\.", sql_of(metric["expression"]))
                and (kpi := kpi_of(metric))
            ]
            if not metrics:
                continue
            days = [
                each["name"]
                for each in dataset["fields"]
                if each.get("dimension", {}).get("is_time")
            ]
            found = connection.execute(
                f"""
                select
                    cast(date_trunc('month', {days[0]}) as date),
                    {", ".join(sql for _, sql in metrics)}
                from {dataset["source"]} as {dataset["name"]}
                group by 1
                """
            ).fetchall()
            answers = {
                (kpi, row[0]): value
                for row in found
                for (kpi, _), value in zip(metrics, row[1:], strict=True)
            }
            for kpi, month, value in connection.execute(
                """
                select kpi_id, period_start, value from kpis.kpi_values
                where period_grain = 'month' and dimension = 'total' and part = 'all'
                    and list_contains(?, kpi_id)
                    and (value is not null or not list_contains(?, value_status))
                """,
                [[kpi for kpi, _ in metrics], list(WITHHELD)],
            ).fetchall():
                answer = answers.get((kpi, month))
                compared.add(kpi)
                if answer is None:
                    assert value in (0, None), (kpi, month)
                else:
                    assert value is not None and math.isclose(
                        value, answer, rel_tol=1e-9, abs_tol=1e-9
                    ), (kpi, month, value, answer)
        in_parts = {
            kpi
            for (kpi,) in connection.execute(
                "select kpi_id from kpis.kpi_catalog where part_type is not null"
            ).fetchall()
        }
    named = {kpi for metric in model["metrics"] if (kpi := kpi_of(metric))}
    assert named - compared == named & in_parts
