"""A column that no row fills is a missing input, of the KPIs that need it and of no other (G-4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle.comparison import Comparison
from oracle.search import Checker
from oracle.warehouse import Project
from test_people_cases import company

OPPORTUNITIES = """
    opportunity_id,account_id,stage,owner_id,created_date,expected_close_date,closed_date,amount,probability,loss_reason,win_reason
    W1,A1,Won,U1,2024-01-05,2024-03-01,2024-02-10,100,0.5,,Price
    W2,A2,Won,U1,2024-11-05,2025-03-01,2025-02-10,300,0.5,,
    L1,A1,Lost,U1,2025-01-05,2025-03-01,2025-02-20,200,0.1,Price,
    L2,A2,Lost,U1,2025-01-06,2025-03-01,2025-02-21,250,0.1,,
    O1,A2,Open,U1,2025-03-01,2025-11-15,,80,0.3,,
    O2,A1,Open,U1,2025-04-01,2026-02-01,,90,,,
"""
COVERAGE = {f"pipeline_coverage{each}" for each in ("", "__full", "__day1", "__won_and_open")}
CUSTOMERS = {
    "new_customers",
    "customer_retention_rate",
    "customer_churn_rate",
    "customer_churn_rate__monthly",
}
CYCLES = {f"sales_cycle_length{each}" for each in ("", "__all_closed", "__median", "__p90")}
VELOCITY = {"pipeline_velocity", "pipeline_velocity__median_cycle"}
NEEDING = {
    "account_id": CUSTOMERS,
    "created_date": {"close_rate", "close_rate__decided", *CYCLES, *VELOCITY},
    "expected_close_date": {"pipeline_value__overdue", *COVERAGE},
    "loss_reason": {"win_rate__competitive"},
    "probability": {"weighted_pipeline_value__crm_probability"},
    "win_reason": {"win_reason_share"},
}
"""The KPIs that cannot do without a column of deals."""
NEVER_THERE = {
    "average_discount_pct": "opportunity_line_items",
    "quota_attainment__manager_quota": "quotas.team_id",
    **dict.fromkeys(("nps", "nps__transactional"), "survey_responses"),
    **dict.fromkeys(("nps_margin_of_error", "nps_margin_of_error__wald"), "survey_responses"),
    **dict.fromkeys(("grr", "grr__monthly", "nrr", "nrr__monthly"), "subscriptions"),
}
"""What the company lacks anyhow: an absent table is named once, not by its columns."""


@pytest.fixture(scope="module")
def checker(project: Project, repository: Path) -> Checker:
    """A warehouse in memory and the oracle."""
    return Checker.of(project, repository)


def built(
    checker: Checker, emptied: str = "", opportunities: str = OPPORTUNITIES
) -> tuple[Comparison, dict[str, str]]:
    """The values of a company in which no deal has a column, and what its KPIs miss."""
    raw = company(
        accounts="account_id\nA1\nA2",
        opportunities=opportunities,
        stages="""
            pipeline_id,stage,stage_name,stage_order,is_closed,is_won
            ,Open,Open,1,false,false
            ,Won,Won,8,true,true
            ,Lost,Lost,9,true,false
        """,
        quotas="user_id,period_start,period_end,amount\nU1,2025-01-01,2026-01-01,1000",
    )
    for row in raw.tables["opportunities"]:
        if emptied:
            row[emptied] = None
    comparison = checker.compare(raw)
    missing = checker.warehouse.connection.execute(
        "select kpi_id, missing_inputs from kpis.kpi_catalog where availability = 'input_missing'"
    ).fetchall()
    return comparison, dict(missing)


@pytest.fixture(scope="module")
def whole(checker: Checker) -> Comparison:
    """The company with every column."""
    comparison, missing = built(checker)
    assert not comparison.differences
    # Other KPIs may be there that this company brings nothing for.
    assert NEVER_THERE.items() <= missing.items()
    assert not missing.keys() & set().union(*NEEDING.values())
    return comparison


@pytest.mark.parametrize("column", NEEDING)
def test_g4_a_column_that_every_deal_leaves_empty_is_a_missing_input(
    checker: Checker, whole: Comparison, column: str
) -> None:
    comparison, missing = built(checker, column)
    assert not comparison.differences
    name = f"opportunities.{column}"
    assert {kpi for kpi, inputs in missing.items() if name in inputs} >= NEEDING[column]
    shown = {kpi: inputs for kpi, inputs in missing.items() if kpi in NEEDING[column]}
    assert shown == dict.fromkeys(NEEDING[column], name)

    rows = [(each, row) for each, row in comparison.published.items()]
    for each, row in rows:
        if each.kpi_id in NEEDING[column]:
            assert row.value_status == "input_missing", each
            assert {row.value, row.numerator, row.denominator, row.ci_low} == {None}, each
    assert {each.kpi_id for each, _ in rows} >= NEEDING[column] - COVERAGE


COMPARISONS = ("benchmark_gap", "performance_gap", "trend_slope")


@pytest.mark.parametrize("column", ["account_id", "expected_close_date", "loss_reason"])
def test_g4_other_kpis_do_not_move(checker: Checker, whole: Comparison, column: str) -> None:
    comparison, missing = built(checker, column)
    # What all decided deals say stands in for the required coverage of those that were expected.
    unmoved = {
        each: row
        for each, row in whole.published.items()
        if each.dimension == "total"
        and each.kpi_id not in {"required_coverage", *missing}
        # Comparisons bear the name of what they compare as their part.
        and each.part not in {"required_coverage", *missing}
        and each.kpi_id not in COMPARISONS
        # How complete and how overdue the columns are is what these tell.
        and not each.kpi_id.startswith("dq_")
    }
    assert {"bookings", "win_rate", "pipeline_value"} <= {each.kpi_id for each in unmoved}
    assert {each: comparison.published[each] for each in unmoved} == unmoved


def test_g4_a_column_that_no_row_should_hold_is_not_missing(checker: Checker) -> None:
    """Without a lost deal no reason is missed."""
    lines = OPPORTUNITIES.strip().split("\n")
    won = "\n".join(line for line in lines if ",Won," in line or "_id," in line)
    comparison, missing = built(checker, "loss_reason", won)
    assert not comparison.differences
    assert "win_rate__competitive" not in missing
