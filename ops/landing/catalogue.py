"""Which raw tables the KPIs are made of, as the family models say in their inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ops.landing.contract import SAFE_LOADER
from ops.warehouse import PROJECT

MODELS = PROJECT / "models"
# Customers are those of subscriptions, or the buyers where a company delivers none.
CUSTOMERS = ("subscriptions", "opportunities")
# Employees are those of the history, or the users where a company delivers none.
EMPLOYEES = ("employment_history", "users")
# What selling costs is in the ledger, or in the pay of those who sell where it has none; what
# marketing costs, in the ledger or in the spend of campaigns.
SUBSTITUTES = {
    "calls": ("activities",),
    "emails": ("activities",),
    "meetings": ("activities",),
    "customers": CUSTOMERS,
    "employees": EMPLOYEES,
    "sellers": EMPLOYEES,
    "selling_costs": ("expenses", "compensation"),
    "marketing_costs": ("expenses", "marketing_spend"),
}


@cache
def kpi_inputs(models: Path = MODELS) -> Mapping[str, tuple[str, ...]]:
    """The inputs of every KPI by its id: raw tables, or columns of them as in table.column."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((models / "kpis").rglob("kpi_*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
        for model in content.get("models") or ():
            family = _meta(model).get("family") or {}
            for column in model.get("columns") or ():
                kpi = _meta(column).get("kpi")
                if kpi:
                    inputs = kpi.get("inputs") or family.get("inputs") or ()
                    found[kpi.get("id") or column["name"]] = (*inputs, *kpi.get("also_needs", ()))
    return dict(sorted(found.items()))


@cache
def kpis_of_tables(models: Path = MODELS) -> Mapping[str, tuple[str, ...]]:
    """The KPIs that each raw table feeds, by id; only tables that feed one."""
    found: dict[str, list[str]] = {}
    for kpi, inputs in kpi_inputs(models).items():
        for table in dict.fromkeys(_tables(inputs)):
            found.setdefault(table, []).append(kpi)
    return {table: tuple(kpis) for table, kpis in found.items()}


@cache
def kpis_by_columns(models: Path = MODELS) -> Mapping[tuple[str, ...], list[str]]:
    """The KPIs that cannot do without the same columns of raw tables, by these columns."""
    found: dict[tuple[str, ...], list[str]] = {}
    for kpi, inputs in kpi_inputs(models).items():
        columns = tuple(sorted({each for each in inputs if "." in each}))
        if columns:
            found.setdefault(columns, []).append(kpi)
    return dict(sorted(found.items()))


@cache
def staged_tables(models: Path = MODELS) -> frozenset[str]:
    """The raw tables that the models read, for a KPI or for names, slices and findings."""
    staging = models / "staging" / "crm"
    return frozenset(path.stem.removeprefix("stg_crm__") for path in staging.glob("stg_crm__*.sql"))


def _tables(inputs: tuple[str, ...]) -> Iterator[str]:
    for each in inputs:
        table = each.split(".")[0]
        yield from SUBSTITUTES.get(table, (table,))


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}
