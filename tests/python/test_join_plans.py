"""No join compares every row of one table with every row of another.

DuckDB hashes an outer join whose conditions each compare one side with the other. Any other
condition, such as `a.kind = 'x'` or `coalesce(a.day < b.day, true)`, makes it compare all pairs,
which takes seconds for the sample and hours for a hundred thousand deals.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from oracle.warehouse import DATABASE, Project

ALL_PAIRS = ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN")
# Where one side is a list of the company's own that stays short.
SMALL = {
    "crm_called_periods": "periods of calls, some dozens",
    "crm_forecast_periods": "periods of calls, some dozens",
    "fct_market_sizes": "markets, some dozens",
}


def all_pair_joins(plan: dict[str, Any]) -> Iterator[str]:
    """The conditions of outer joins in a plan that compare all pairs of rows."""
    about = plan.get("extra_info", {})
    if plan.get("name") in ALL_PAIRS and about.get("Join Type") not in ("INNER", "MARK", "SINGLE"):
        yield str(about.get("Condition") or about.get("Conditions"))
    for child in plan.get("children", []):
        yield from all_pair_joins(child)


@pytest.fixture(scope="module")
def sample(repository: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built sample, read-only, under the name that the compiled SQL gives it."""
    named = os.environ.get("SALES_KPI_DATABASE")
    file = Path(named) if named else repository / "warehouse" / "sample.duckdb"
    if not file.is_file():
        pytest.skip(f"the sample is not built at {file}; run python -m ops built")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{file}' as {DATABASE} (read_only)")
        connection.execute(f"use {DATABASE}")
        yield connection


def test_no_model_compares_all_pairs_of_rows(
    sample: duckdb.DuckDBPyConnection, project: Project
) -> None:
    nodes = project.manifest["nodes"].values()
    models = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
    assert len(models) > 400
    found = {}
    for name, model in models.items():
        (plan,) = sample.execute(f"explain (format json) {model['compiled_code']}").fetchall()
        conditions = [each for root in json.loads(plan[1]) for each in all_pair_joins(root)]
        if conditions:
            found[name] = conditions
    assert found.keys() == SMALL.keys(), {
        name: conditions for name, conditions in found.items() if name not in SMALL
    }


def test_a_condition_on_one_side_of_an_outer_join_is_noticed() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as select range as k, range % 2 as b from range(5000)")
        wrong = "select * from a left join a as c on a.k = c.k and a.b = 1"
        right = "select * from a left join a as c on case when a.b = 1 then a.k end = c.k"
        (plan,) = connection.execute(f"explain (format json) {wrong}").fetchall()
        assert list(all_pair_joins(json.loads(plan[1])[0]))
        (plan,) = connection.execute(f"explain (format json) {right}").fetchall()
        assert not list(all_pair_joins(json.loads(plan[1])[0]))
