"""What dbt calls `graph`, for the linter: a model with two KPIs, enough to see the SQL of a loop.

The file is read when a model asks for it, because the linter imports this module for every model.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

FAMILY = Path(__file__).parents[2] / "models" / "kpis" / "closed_deals" / "kpi_closed_deals.yml"


def __getattr__(name: str) -> dict[str, Any]:
    """graph.nodes, in the shape dbt gives it."""
    if name != "nodes":
        raise AttributeError(f"graph.{name} is unknown to the linter; add it to {__file__}")
    (model,) = yaml.safe_load(FAMILY.read_text())["models"]
    columns = {
        column["name"]: SimpleNamespace(
            name=column["name"],
            description=column["description"],
            meta=column.get("config", {}).get("meta", {}),
        )
        for column in model["columns"]
    }
    measured = [column for column in columns.values() if column.meta][:2]
    node = SimpleNamespace(
        name=model["name"],
        resource_type="model",
        columns={column.name: column for column in measured},
        config=SimpleNamespace(
            meta=SimpleNamespace(family=model["config"]["meta"]["family"]),
        ),
    )
    return {f"model.sales_kpis.{model['name']}": node}
