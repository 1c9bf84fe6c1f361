"""Errors that public packages and projects of sales KPIs are known for, each shown to be none here.

The letters name the project: F a package for Salesforce, H and D two for HubSpot, C one for
currencies, M one for recurring revenue, S one for stages. One small company holds all cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crm_source import CrmSource
from oracle.reading import read_folder
from oracle.warehouse import Project, Warehouse

Rows = Sequence[Mapping[str, str | None]]


def deal(key: str, owner: str, created: str, amount: str, **values: str) -> dict[str, str]:
    return {
        "opportunity_id": key,
        "account_id": "A1",
        "owner_id": owner,
        "stage": "Proposal",
        "created_date": created,
        "amount": amount,
        "expected_close_date": "2026-09-30",
        **values,
    }


def won(day: str) -> dict[str, str]:
    return {"stage": "Closed Won", "closed_date": day}


TABLES: dict[str, Rows] = {
    "settings": [
        {"parameter": "corporate_currency", "value": "USD"},
        {"parameter": "fiscal_year_start_month", "value": "2"},
    ],
    "accounts": [{"account_id": "A1", "account_name": "One"}],
    "users": [
        {"user_id": user, "full_name": user, "hire_date": "2025-01-01", "is_active": "true"}
        for user in ("winner", "loser")
    ],
    "opportunities": [
        deal("W1", "winner", "2026-01-05", "100", **won("2026-02-05")),
        deal("W2", "winner", "2026-03-01", "7", **won("2026-04-20")),
        deal("W3", "winner", "2026-03-01", "50", **won("2026-05-31"), currency="EUR"),
        deal("L1", "loser", "2026-01-12", "70", stage="Closed Lost", closed_date="2026-02-10"),
        deal("O1", "loser", "2026-01-10", "1000", currency="EUR"),
        deal("O2", "loser", "2026-01-10", "120"),
    ],
    "opportunity_stage_history": [
        {"opportunity_id": "W1", "stage": stage, "entered_at": f"{day} 00:00:00"}
        for stage, day in (
            ("Qualification", "2026-01-05"),
            ("Proposal", "2026-01-25"),
            ("Closed Won", "2026-02-05"),
        )
    ],
    "opportunity_field_history": [
        {
            "event_id": f"E{hour}",
            "opportunity_id": "O2",
            "field_name": "amount",
            "old_value": old,
            "new_value": new,
            "changed_at": f"2026-03-03 {hour}:00:00",
        }
        for hour, old, new in (("09", "100", "110"), ("15", "110", "120"))
    ],
    "opportunity_contact_roles": [
        {"opportunity_id": "W1", "contact_id": contact} for contact in ("C1", "C2", "C3")
    ],
    "contacts": [{"contact_id": key, "account_id": "A1"} for key in ("C1", "C2", "C3")],
    "subscriptions": [
        {"subscription_id": "closed", "valid_from": "2025-01-01", "valid_to": "2026-01-01"},
        {"subscription_id": "open", "valid_from": "2026-01-01", "valid_to": None},
    ],
    "exchange_rates": [
        {"currency": "EUR", "rate_date": day, "rate": rate}
        for day, rate in (("2026-01-01", "1.1"), ("2026-02-01", "1.2"), ("2026-06-01", "1.5"))
    ],
}
for row in TABLES["subscriptions"]:
    row.update({"account_id": "A1", "mrr": "10", "status": "active", "line_id": "1"})


@pytest.fixture(scope="module")
def warehouse(project: Project, repository: Path) -> Warehouse:
    """The company as it was known in the night to July."""
    warehouse = Warehouse(project)
    loads = [
        {
            "load_id": "load",
            "table_name": name,
            "is_delivered": str(name in TABLES).lower(),
            "row_count": str(len(TABLES.get(name, ()))),
            "rejected_line_count": "0",
            "extracted_at": "2026-07-01 00:00:00",
            "loaded_at": "2026-07-01 06:00:00",
        }
        for name in project.raw
    ]
    warehouse.build({"loads": loads, **TABLES}, read_folder(repository / "seeds" / "reference"))
    return warehouse


def values(warehouse: Warehouse, kpi: str, grain: str, member: str = "all") -> dict[date, Any]:
    """The values of a KPI by the first day of their period."""
    return dict(
        warehouse.connection.execute(
            "select period_start, value from kpis.kpi_values where kpi_id = ? "
            "and period_grain = ? and dimension_id = ? and dimension in ('total', 'rep') "
            "and part = 'all' and value is not null",
            [kpi, grain, member],
        ).fetchall()
    )


def test_f1_a_cycle_runs_from_creation_to_close(warehouse: Warehouse) -> None:
    assert warehouse.connection.execute(
        "select cycle_days from marts.fct_opportunities where opportunity_id = 'W1'"
    ).fetchone() == (31,)
    assert values(warehouse, "sales_cycle_length", "month")[date(2026, 2, 1)] == 31


def test_f2_a_rep_with_wins_alone_wins_all(warehouse: Warehouse) -> None:
    assert values(warehouse, "win_rate", "year", "winner") == {date(2026, 1, 1): 1.0}
    assert values(warehouse, "win_rate", "year", "loser") == {date(2026, 1, 1): 0.0}
    assert values(warehouse, "win_rate", "year") == {date(2026, 1, 1): 0.75}


def test_f3_a_deal_that_nobody_touches_stays_in_the_history(warehouse: Warehouse) -> None:
    days = warehouse.connection.execute(
        "select count(*), min(snapshot_date), max(snapshot_date) "
        "from marts.fct_pipeline_snapshots where opportunity_id = 'O1'"
    ).fetchone()
    months = values(warehouse, "pipeline_value", "month")
    assert days[0] >= 5
    assert months[date(2026, 4, 1)] == months[date(2026, 3, 1)] - 7


def test_f4_a_deal_changed_twice_in_a_day_counts_once(warehouse: Warehouse) -> None:
    months = values(warehouse, "pipeline_value", "month")
    assert months[date(2026, 2, 1)] == 1000 * 1.2 + 100
    assert months[date(2026, 3, 1)] == 1000 * 1.2 + 120 + 7 + 50 * 1.2


def test_f7_a_fiscal_quarter_begins_when_the_company_says(warehouse: Warehouse) -> None:
    fiscal = values(warehouse, "bookings", "fiscal_quarter")
    assert fiscal[date(2026, 2, 1)] == 107
    assert values(warehouse, "bookings", "quarter")[date(2026, 1, 1)] == 100


def test_c1_the_last_day_of_a_rate_has_a_rate(warehouse: Warehouse) -> None:
    assert values(warehouse, "bookings", "month")[date(2026, 5, 1)] == 50 * 1.2
    rates = warehouse.connection.execute(
        "select date_day, spot_rate from marts.dim_exchange_rates where currency = 'EUR' "
        "and date_day in ('2026-01-31', '2026-05-31', '2026-06-01') order by 1"
    ).fetchall()
    assert [float(rate) for _, rate in rates] == [1.1, 1.2, 1.5]


def test_c2_an_open_deal_is_worth_what_its_day_says(warehouse: Warehouse) -> None:
    months = values(warehouse, "pipeline_value", "month")
    # A month is measured as the first day after it begins.
    assert months[date(2026, 1, 1)] == 1000 * 1.2 + 100 + 100 + 70
    assert months[date(2026, 5, 1)] == months[date(2026, 6, 1)] == 1000 * 1.5 + 120


def test_d1_contacts_of_a_deal_do_not_multiply_it(warehouse: Warehouse) -> None:
    assert values(warehouse, "bookings", "month")[date(2026, 2, 1)] == 100


def test_m1_a_subscription_without_end_goes_on(warehouse: Warehouse) -> None:
    recurring = values(warehouse, "total_revenue__arr_end", "quarter")
    assert recurring[date(2026, 1, 1)] == recurring[date(2026, 4, 1)] == 120


def test_s1_time_in_a_stage_is_that_between_its_entries(warehouse: Warehouse) -> None:
    assert warehouse.connection.execute(
        "select stage_name, visit_seconds / 86400 from marts.fct_stage_visits "
        "where opportunity_id = 'W1' order by entered_at"
    ).fetchall() == [("Qualification", 20), ("Proposal", 11)]


@pytest.fixture
def salesforce(tmp_path: Path, repository: Path) -> CrmSource:
    """A Salesforce organisation with one deal."""
    source = CrmSource(tmp_path, repository / "mappings" / "salesforce")
    return source.write(
        Opportunity=[
            {
                "Id": "006000000000001AAA",
                "Name": "One",
                "StageName": "Proposal",
                "Amount": 500,
                "Probability": 40,
                "ForecastCategoryName": "Most Likely",
                "CloseDate": "2026-03-31",
                "CreatedDate": "2026-01-05T09:00:00.000Z",
                "LastModifiedDate": "2026-02-01T00:00:00.000Z",
            }
        ],
        OpportunityHistory=[
            {
                "Id": f"00800000000000{number}AAA",
                "OpportunityId": "006000000000001AAA",
                "StageName": stage,
                "Amount": amount,
                "CreatedDate": f"2026-01-{5 + number:02}T09:00:00.000Z",
            }
            for number, (stage, amount) in enumerate(
                [("Qualification", 100), ("Qualification", 300), ("Proposal", 300)]
            )
        ],
    )


def test_f5_a_chance_of_forty_per_cent_is_not_forty(salesforce: CrmSource) -> None:
    assert salesforce.rows("select probability::double from opportunities") == [(0.4,)]


def test_f6_a_deal_that_is_most_likely_is_in_the_pipeline(salesforce: CrmSource) -> None:
    ((category,),) = salesforce.rows("select forecast_category from opportunities")
    assert category in ("pipeline", "best_case", "commit")


def test_s2_an_edit_of_the_amount_is_no_new_stay(salesforce: CrmSource) -> None:
    assert salesforce.rows("select stage from opportunity_stage_history order by entered_at") == [
        ("Qualification",),
        ("Proposal",),
    ]


@pytest.mark.parametrize(
    ("probability", "label", "is_won"),
    [("1.0", "Signed", True), ("0.0", "Closed", False), ("0.0", "Closed Won (old)", False)],
)
def test_h1_and_d2_a_won_deal_of_hubspot_has_its_mark_and_its_amount(
    tmp_path: Path, repository: Path, probability: str, label: str, is_won: bool
) -> None:
    source = CrmSource(tmp_path, repository / "mappings" / "hubspot").write(
        deals=[
            {
                "id": "1",
                "dealstage": "77",
                "pipeline": "default",
                "amount": 60000.5,
                "createdate": "2026-01-05T09:00:00Z",
                "closedate": "2026-02-05T09:00:00Z",
            }
        ],
        deal_pipeline_stage=[
            {
                "pipeline_id": "default",
                "stage_id": "77",
                "label": label,
                "display_order": 5,
                "is_closed": "true",
                "probability": probability,
            }
        ],
    )
    assert source.rows("select amount::double from opportunities") == [(60000.5,)]
    assert source.rows("select is_closed, is_won from stages where stage = '77'") == [
        ("true", str(is_won).lower())
    ]
