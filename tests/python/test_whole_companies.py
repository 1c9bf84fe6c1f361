"""Companies that bring little build too, and what a company sets reaches its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from oracle.reading import read_folder
from oracle.warehouse import Project, Warehouse

from ops.landing.land import land

SUBSCRIPTIONS = [
    {
        "subscription_id": f"S{number}",
        "account_id": f"A{number}",
        "mrr": "100",
        # The data end with the last start, so that a year has to lie before it (G-3).
        "valid_from": f"{2024 + number // 3}-0{number + 1}-01",
        "valid_to": "2026-01-01" if number == 1 else None,
        "status": "active",
    }
    for number in range(6)
]
ANSWERS = [
    {
        "response_id": f"R{score}",
        "survey_type": "nps_relationship",
        "score": str(score),
        "responded_at": f"2026-0{1 + score % 3}-10 10:00:00",
    }
    for score in range(11)
]


class Company:
    """Raw tables, built in memory."""

    def __init__(self, project: Project, repository: Path) -> None:
        self.warehouse = Warehouse(project)
        self.seeds = read_folder(repository / "seeds" / "reference")

    def build(self, tables: Mapping[str, Sequence[Mapping[str, str | None]]]) -> None:
        loads = [
            {
                "load_id": "load",
                "table_name": name,
                "is_delivered": str(name in tables).lower(),
                "row_count": str(len(tables.get(name, ()))),
                "rejected_line_count": "0",
                "loaded_at": "2026-04-02 00:00:00",
            }
            for name in self.warehouse.project.raw
        ]
        self.warehouse.build({"loads": loads, **tables}, self.seeds)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.warehouse.connection.execute(query).fetchall()


def landed_tables(raw: Path, mapping: Path, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The tables that a mapping delivers of a raw folder."""
    report = land(raw, mapping, folder / "landed.duckdb")
    delivered = [table.name for table in report.tables if table.is_delivered]
    tables = {}
    with duckdb.connect(folder / "landed.duckdb", read_only=True) as connection:
        for name in (*delivered, "loads"):
            cursor = connection.execute(f"from raw_crm.{name}")
            names = [column for column, *_ in cursor.description]
            tables[name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tables


@pytest.fixture(scope="module")
def company(project: Project, repository: Path) -> Company:
    return Company(project, repository)


VALUED = """
    select distinct kpi_values.kpi_id
    from kpis.kpi_values as kpi_values
    where value is not null and dimension = 'total'
"""


def test_a_company_of_subscriptions_alone_has_its_retention(company: Company) -> None:
    company.build({"subscriptions": SUBSCRIPTIONS})
    valued = {kpi for (kpi,) in company.rows(VALUED)}
    assert {"nrr", "grr"} <= valued
    assert not valued & {"win_rate", "bookings", "nps"}


def test_a_company_of_surveys_alone_has_its_promoter_score(company: Company) -> None:
    company.build({"survey_responses": ANSWERS})
    valued = {kpi for (kpi,) in company.rows(VALUED)}
    assert "nps" in valued
    assert not valued & {"win_rate", "bookings", "nrr"}


def test_a_company_that_brings_nothing_builds(company: Company) -> None:
    company.build({})
    assert company.rows(VALUED) == []


def test_an_organisation_with_31_deals_keeps_its_18_wins(
    company: Company, shared_data: Path, repository: Path, tmp_path: Path
) -> None:
    """Every deal closed before the first was created, which once hid every win (G-1)."""
    tables = landed_tables(
        shared_data / "salesforce_org_export",
        repository / "mappings" / "salesforce",
        tmp_path,
    )
    company.build(tables)

    sums = company.rows(
        "select kpi_id, sum(value) from kpis.kpi_values where kpi_id in "
        "('bookings', 'bookings__won_count') and period_grain = 'month' and dimension = 'total' "
        "group by kpi_id order by kpi_id"
    )
    assert sums == [("bookings", 3_645_000), ("bookings__won_count", 18)]
    assert company.rows(
        "select value from kpis.kpi_values where kpi_id = 'win_rate' and dimension = 'total' "
        "and period_grain = 'quarter' and is_complete"
    ) == [(1.0,)]


EURO_PORTAL: Mapping[str, Sequence[Mapping[str, str | None]]] = {
    "settings": [
        {"parameter": "corporate_currency", "value": "EUR"},
        {"parameter": "reporting_tz", "value": "Europe/Berlin"},
    ],
    "exchange_rates": [{"currency": "USD", "rate_date": "2024-01-01", "rate": "0.9"}],
}
# By hand: three wins in euros, one of them worth nothing in HubSpot, and 25,000 dollars.
MONTHS = {
    "mappings/hubspot": [
        ("2024-03", 12000.5, 2),
        ("2024-05", 22500, 1),
        ("2024-06", 7300, 1),
    ],
    "mappings/pipedrive": [
        ("2024-03", 12000, 1),
        ("2024-05", 22500, 1),
        ("2024-06", 7300, 1),
    ],
}


@pytest.mark.parametrize(
    ("folder", "mapping"),
    [
        ("dlt_hubspot", "mappings/hubspot"),
        ("dlt_pipedrive/v1", "mappings/pipedrive"),
        ("dlt_pipedrive/v2", "mappings/pipedrive"),
    ],
)
def test_deals_of_other_systems_are_won_in_their_months(
    folder: str,
    mapping: str,
    company: Company,
    shared_data: Path,
    repository: Path,
    tmp_path: Path,
) -> None:
    tables = landed_tables(shared_data / "crm_shapes" / folder, repository / mapping, tmp_path)
    company.build({**tables, **EURO_PORTAL})
    months = company.rows(
        "select left(cast(period_start as varchar), 7), "
        "max(value) filter (where kpi_id = 'bookings'), "
        "max(value) filter (where kpi_id = 'bookings__won_count') from kpis.kpi_values "
        "where kpi_id in ('bookings', 'bookings__won_count') and period_grain = 'month' "
        "and dimension = 'total' group by 1 having max(value) > 0 order by 1"
    )
    assert months == MONTHS[mapping]


@pytest.mark.parametrize(
    ("zone", "month"), [("Europe/Berlin", "2026-04"), ("America/New_York", "2026-03")]
)
def test_a_deal_closes_on_the_day_of_the_portal_and_not_of_utc(
    zone: str, month: str, company: Company, repository: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "deals.jsonl").write_text(
        '{"id": "1", "dealstage": "closedwon", "pipeline": "default", "amount": 5,'
        ' "createdate": "2026-01-05T09:00:00Z", "closedate": "2026-03-31T22:30:00Z"}\n'
    )
    tables = landed_tables(raw, repository / "mappings" / "hubspot", tmp_path)
    company.build({**tables, "settings": [{"parameter": "reporting_tz", "value": zone}]})
    assert company.rows(
        "select left(cast(period_start as varchar), 7) from kpis.kpi_values "
        "where kpi_id = 'bookings' and period_grain = 'month' and dimension = 'total' "
        "and value = 5"
    ) == [(month,)]


def test_deals_that_nobody_updates_block_what_is_made_of_them(company: Company) -> None:
    deal = {
        "opportunity_id": "O1",
        "stage": "Closed Won",
        "created_date": "2026-01-05",
        "closed_date": "2026-02-05",
        "amount": "100",
        "updated_at": "2026-03-01 00:00:00",
    }

    def statuses(minutes: int) -> dict[str, tuple[float | None, str]]:
        company.build(
            {
                "opportunities": [deal],
                "survey_responses": ANSWERS,
                "settings": [
                    {"parameter": "as_of", "value": "2026-03-15 00:00:00"},
                    {"parameter": "freshness_sla_minutes", "value": str(minutes)},
                ],
            }
        )
        rows = company.rows(
            "select distinct on (kpi_id) kpi_id, value, value_status from kpis.kpi_values "
            "where kpi_id in ('bookings', 'nps', 'dq_freshness_minutes') and dimension = 'total' "
            "and period_grain in ('day', 'year') and sample_size > 0 "
            "order by kpi_id, period_grain desc, period_start desc"
        )
        return {kpi_id: (value, status) for kpi_id, value, status in rows}

    # Fourteen days lie between the last change and as_of, four times three days and a half.
    assert statuses(5040)["bookings"] == (100, "partial_start")
    blocked = statuses(5039)
    assert blocked["bookings"] == (None, "dq_blocked")
    assert blocked["nps"][0] is not None
    assert blocked["dq_freshness_minutes"][0] == 20160
    assert company.rows(
        "select dq_status, dq_flaws from kpis.kpi_catalog where kpi_id = 'bookings'"
    ) == [("block", "opportunities is out of date")]


def test_what_a_company_sets_reaches_its_numbers(company: Company) -> None:
    deals = [
        {
            "opportunity_id": f"O{number}",
            "stage": "Closed Lost" if number else "Closed Won",
            "created_date": "2026-01-05",
            "closed_date": "2026-02-05",
            "amount": "100",
            "loss_reason": "Doublette" if number == 1 else None,
        }
        for number in range(3)
    ]
    company.build(
        {
            "opportunities": deals,
            "settings": [
                {"parameter": "corporate_currency", "value": "EUR"},
                {"parameter": "as_of", "value": "2026-03-15 00:00:00"},
            ],
            "loss_reasons": [
                {
                    "loss_reason": "Doublette",
                    "category": "duplicate",
                    "is_excluded_from_win_rate": "true",
                }
            ],
        }
    )
    settings = company.rows(
        "select corporate_currency, cast(as_of as varchar) from marts.dim_settings"
    )
    assert settings == [("EUR", "2026-03-15 00:00:00")]
    # The duplicate is no decided deal: one of two was won.
    assert company.rows(
        "select value, denominator from kpis.kpi_values where kpi_id = 'win_rate' "
        "and period_grain = 'month' and dimension = 'total' and period_start = '2026-02-01'"
    ) == [(0.5, 2)]


def test_a_custom_field_is_a_dimension_of_the_kpis_of_deals(company: Company) -> None:
    """By tier and month; a deal without a tier is Unknown, a month without a deal is zero."""
    closed = [
        ("O1", "Closed Won", "2026-01-10", "100", "Gold"),
        ("O2", "Closed Lost", "2026-01-20", "40", "Gold"),
        ("O3", "Closed Won", "2026-01-25", "30", None),
        ("O4", "Closed Won", "2026-03-10", "7", "Silver"),
        ("O5", "Closed Won", "2026-01-05", "1", "Silver"),
    ]
    deals = [
        {
            "opportunity_id": deal,
            "stage": stage,
            "created_date": "2026-01-01",
            "closed_date": day,
            "amount": amount,
        }
        for deal, stage, day, amount, _ in closed
    ]
    fields = [
        {"opportunity_id": deal, "field": "Deal Tier", "value": tier}
        for deal, _, _, _, tier in closed
        if tier
    ]
    company.build({"opportunities": deals, "opportunity_custom_fields": fields})

    by_tier = company.rows(
        "select kpi_id, month(period_start), dimension_value, value from kpis.kpi_values "
        "where kpi_id in ('bookings', 'win_rate', 'sales_cycle_length') "
        "and period_grain = 'month' and dimension = 'custom_deal_tier' and is_complete "
        "and period_start < '2026-03-01' order by all"
    )
    assert by_tier == [
        ("bookings", 1, "Gold", 100),
        ("bookings", 1, "Silver", 1),
        ("bookings", 1, "Unknown", 30),
        ("bookings", 2, "Gold", 0),
        ("bookings", 2, "Silver", 0),
        ("bookings", 2, "Unknown", 0),
        ("sales_cycle_length", 1, "Gold", 9),
        ("sales_cycle_length", 1, "Silver", 4),
        ("sales_cycle_length", 1, "Unknown", 24),
        ("sales_cycle_length", 2, "Gold", None),
        ("sales_cycle_length", 2, "Silver", None),
        ("sales_cycle_length", 2, "Unknown", None),
        ("win_rate", 1, "Gold", 0.5),
        ("win_rate", 1, "Silver", 1),
        ("win_rate", 1, "Unknown", 1),
        ("win_rate", 2, "Gold", None),
        ("win_rate", 2, "Silver", None),
        ("win_rate", 2, "Unknown", None),
    ]
    assert company.rows(
        "select custom_fields from marts.fct_opportunities where opportunity_id in ('O1', 'O3') "
        "order by opportunity_id"
    ) == [('{"deal_tier":"Gold"}',), (None,)]
    assert company.rows(
        "select kpi_id from kpis.kpi_catalog where kpi_id in ('win_rate', 'quota_attainment') "
        "and valid_dimensions like '%, custom_deal_tier'"
    ) == [("win_rate",)]
    # What the members of the field hold adds up to the total.
    assert (
        company.rows(
            """
            select totals.kpi_id, totals.period_start
            from kpis.kpi_values as totals
            left join (
                select kpi_id, period_grain, period_start, part, sum(numerator) as numerator
                from kpis.kpi_values where dimension = 'custom_deal_tier' group by all
            ) as members using (kpi_id, period_grain, period_start, part)
            inner join kpis.kpi_catalog using (kpi_id)
            where totals.dimension = 'total' and parts_additivity = 'A'
                and totals.period_grain not in ('day', 'week')
                and valid_dimensions like '%custom_deal_tier%'
                and abs(totals.numerator - coalesce(members.numerator, 0)) > 1e-9
            """
        )
        == []
    )
