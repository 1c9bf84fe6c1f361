"""What dbt calls `graph`, for the linter: a model with two KPIs of deals and one with two of KPIs,
enough to see the SQL of both loops.

The files are read when a model asks for them, because the linter imports this module for every
model.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

KPIS = Path(__file__).parents[2] / "models" / "kpis"
FAMILIES = (
    KPIS / "closed_deals" / "kpi_closed_deals.yml",
    KPIS / "targets" / "kpi_targets.yml",
)


def __getattr__(name: str) -> dict[str, Any]:
    """graph.nodes, in the shape dbt gives it."""
    if name != "nodes":
        raise AttributeError(f"graph.{name} is unknown to the linter; add it to {__file__}")
    return {f"model.sales_kpis.{family.stem}": _node(family) for family in FAMILIES}


def _node(family: Path) -> SimpleNamespace:
    (model,) = yaml.safe_load(family.read_text())["models"]
    columns = {
        column["name"]: SimpleNamespace(
            name=column["name"],
            description=column["description"],
            meta=column.get("config", {}).get("meta", {}),
        )
        for column in model["columns"]
    }
    measured = [column for column in columns.values() if column.meta][:2]
    return SimpleNamespace(
        name=model["name"],
        resource_type="model",
        columns={column.name: column for column in measured},
        config=SimpleNamespace(
            meta=SimpleNamespace(family=model["config"]["meta"]["family"]),
        ),
    )
