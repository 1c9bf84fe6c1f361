"""Small companies whose quotas, teams, customers and answers once came out wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from oracle.companies import RawCompany
from oracle.comparison import Published
from oracle.reading import Row
from oracle.search import Checker
from oracle.values import Key
from oracle.warehouse import Project

TABLES = (
    "accounts",
    "contacts",
    "opportunities",
    "quotas",
    "subscriptions",
    "survey_responses",
    "team_memberships",
    "teams",
    "users",
)

Values = Callable[..., Published | None]


def company(**tables: str) -> RawCompany:
    """A company from tables written as lines of values below a line of names."""
    found: dict[str, list[Row]] = {}
    for name, text in tables.items():
        header, *lines = [line.split(",") for line in text.split()]
        found[name] = [
            Row({column: value or None for column, value in zip(header, line, strict=True)})
            for line in lines
        ]
    found["loads"] = [
        Row(
            load_id="case",
            table_name=name,
            is_delivered=str(name in found).lower(),
            extracted_at="2026-01-01 00:00:00",
            loaded_at="2026-01-01 02:00:00",
        )
        for name in TABLES
    ]
    return RawCompany(found)


@pytest.fixture(scope="module")
def checker(project: Project, repository: Path) -> Checker:
    """A warehouse in memory and the oracle."""
    return Checker.of(project, repository)


def values_of(checker: Checker, raw: RawCompany) -> Values:
    """The published values of a company, which the oracle has to confirm."""
    comparison = checker.compare(raw)
    assert not comparison.differences

    def value(kpi_id: str, grain: str, start: str, dimension: str, member: str) -> Published | None:
        key = Key(kpi_id, grain, date.fromisoformat(start), dimension, member)
        return comparison.published.get(key)

    return value


@pytest.fixture(scope="module")
def sellers(checker: Checker) -> Values:
    """A company of sellers with quotas and teams, subscribers and people who answer."""
    return values_of(
        checker,
        company(
            accounts="account_id,region_id,owner_id\nA1,R1,U1\nA2,R2,U1",
            contacts="contact_id,account_id,master_id\nP2,A1,P3\nP3,A1,\nP4,A2,",
            opportunities="""
                opportunity_id,account_id,stage,owner_id,created_date,closed_date,amount
                OLD,A1,Closed_Won,U1,2022-01-05,2022-02-01,1
                MOVED,A1,Closed_Won,mover,2025-01-05,2025-03-31,5000
                MOVED_LATER,A1,Closed_Won,mover,2025-01-05,2025-06-30,700
                JAN,A1,Closed_Won,last_day,2024-11-01,2025-01-31,500
                EARLY,A1,Closed_Won,hired_in_july,2025-01-01,2025-06-30,40
                LATE,A1,Closed_Won,hired_in_july,2025-06-01,2025-07-01,300
                FREE,A1,Closed_Won,no_quota,2025-06-01,2025-08-01,90
                OPEN,A1,Prospecting,mover,2025-06-01,,50
            """.replace("Closed_Won", "Won"),
            stages="""
                pipeline_id,stage,stage_name,stage_order,is_closed,is_won
                ,Won,Won,9,true,true
                ,Prospecting,Prospecting,1,false,false
            """,
            quotas="""
                user_id,period_start,period_end,amount
                last_day,2025-01-01,2025-01-31,1000
                last_day,2025-02-01,2025-02-28,1000
                last_day,2025-03-01,2025-03-31,1000
                hired_in_july,2025-07-01,2025-10-01,100
                hired_in_july,2025-10-01,2026-01-01,200
                hired_in_july,2025-07-01,2025-08-01,77
                mover,2025-01-01,2025-04-01,1000
                mover,2025-04-01,2025-07-01,1000
                nobody,2025-01-01,2025-04-01,9999
            """,
            subscriptions="""
                subscription_id,account_id,mrr,valid_from,valid_to,status,renewal_date
                S1,A1,100,2023-01-01,,active,
                S1,A1,150,2024-09-15,,active,
                S2,A2,80,2024-01-01,,pending_renewal,2025-12-15
            """,
            survey_responses="""
                response_id,survey_type,account_id,contact_id,user_id,score,responded_at
                N2,nps_relationship,A1,P2,,10,2025-02-01
                N3,nps_relationship,A1,P3,,2,2025-02-05
                N4,nps_transactional,A2,P4,mover,10,2025-04-10
                N5,nps_transactional,A2,P4,no_quota,0,2025-05-10
            """,
            teams="team_id,team_name\nT1,One\nT2,Two",
            team_memberships="""
                user_id,team_id,valid_from,valid_to
                mover,T1,2024-01-01,2025-03-31
                mover,T2,2025-04-01,
                hired_in_july,T2,2025-07-01,
                seconded,T1,2024-01-01,
                seconded,T2,2025-02-01,2025-03-01
            """,
            users="""
                user_id,is_quota_carrying,hire_date
                U1,false,
                last_day,true,2024-01-01
                hired_in_july,true,2025-07-01
                mover,true,2024-01-01
                no_quota,true,2024-01-01
                seconded,true,2024-01-01
            """,
        ),
    )


def test_quota_with_inclusive_end(sellers: Values) -> None:
    """A quota that ends on the last day of a month holds that day."""
    january = sellers("quota_attainment", "month", "2025-01-01", "rep", "last_day")
    assert (january.numerator, january.denominator) == (500, 1000)
    quarter = sellers("quota_attainment", "quarter", "2025-01-01", "rep", "last_day")
    assert (quarter.numerator, quarter.denominator) == (500, 3000)


def test_a_seller_hired_in_july_has_a_year_of_two_quarters(sellers: Values) -> None:
    """G-9: won on the same days, and the quota of a month beside that of its quarter is left out;
    what was won before is without a quota."""
    year = sellers("quota_attainment", "year", "2025-01-01", "rep", "hired_in_july")
    assert (year.numerator, year.denominator) == (300, 300)
    assert sellers("quota_attainment", "month", "2025-07-01", "rep", "hired_in_july") is None
    kpi_id = "quota_attainment__unquotaed_bookings"
    assert sellers(kpi_id, "year", "2025-01-01", "rep", "hired_in_july").value == 40


def test_a_quota_of_nobody_counts_nowhere(sellers: Values) -> None:
    """G-6."""
    assert sellers("quota_attainment", "quarter", "2025-01-01", "rep", "nobody") is None
    assert sellers("quota_attainment", "quarter", "2025-01-01", "total", "all").denominator == 4000


def test_a_quota_belongs_to_the_team_of_the_first_day(sellers: Values) -> None:
    """G-7: of the seller who moved on 1 April, and of the one hired in July."""
    first = sellers("quota_attainment", "quarter", "2025-01-01", "team", "T1")
    assert (first.numerator, first.denominator) == (5000, 1000)
    second = sellers("quota_attainment", "quarter", "2025-04-01", "team", "T2")
    assert (second.numerator, second.denominator) == (700, 1000)
    # The year belongs to the first team whole, and the hire of July to the other.
    year = sellers("quota_attainment", "year", "2025-01-01", "team", "T1")
    assert (year.numerator, year.denominator) == (5700, 2000)
    hired = sellers("quota_attainment", "year", "2025-01-01", "team", "T2")
    assert (hired.numerator, hired.denominator) == (300, 300)


def test_attainment_and_the_rest_make_all_bookings(sellers: Values) -> None:
    """G-7: in total and per seller, and nowhere else."""
    kpi_id = "quota_attainment__unquotaed_bookings"
    attained = sellers("quota_attainment", "year", "2025-01-01", "total", "all").numerator
    assert attained + sellers(kpi_id, "year", "2025-01-01", "total", "all").value == 6630
    assert sellers(kpi_id, "year", "2025-01-01", "team", "T1") is None


def test_no_attainment_by_the_region_of_an_account(sellers: Values) -> None:
    """G-8: no row at all where no quota names a region."""
    assert sellers("quota_attainment", "quarter", "2025-01-01", "region", "-1") is None


def test_subscription_upgrade_open_end(sellers: Values) -> None:
    """G-12: a second row of a subscription ends the first."""
    upgraded = sellers("nrr", "year", "2024-01-01", "region", "R1")
    assert (upgraded.numerator, upgraded.denominator) == (150, 100)


def test_a_pending_renewal_ends_at_its_date(sellers: Values) -> None:
    """G-11: the revenue ends, the customer is kept for the days of grace."""
    pending = sellers("nrr", "year", "2025-01-01", "region", "R2")
    assert (pending.numerator, pending.denominator) == (0, 80)
    assert sellers("customer_churn_rate", "year", "2025-01-01", "region", "R2").value == 0


def test_team_membership_inclusive_end(sellers: Values) -> None:
    """The deal of the last day is the first team's, and an ended secondment leads back."""
    assert sellers("bookings", "month", "2025-03-01", "team", "T1").value == 5000
    assert (sellers("bookings", "month", "2025-03-01", "team", "-1") or NOTHING).value == 0


def test_nps_merged_contact(sellers: Values) -> None:
    """G-20: two records of one person are one voice, the latest."""
    score = sellers("nps", "quarter", "2025-01-01", "total", "all")
    assert (score.value, score.sample_size) == (-100, 1)


def test_answers_of_a_quarter_and_its_months(sellers: Values) -> None:
    """The latest answer of a quarter may be another seller's than that of one of its months: no
    person is lost in total, and the first seller has no answer in the quarter."""
    kpi_id = "nps__transactional"
    assert sellers(kpi_id, "month", "2025-04-01", "rep", "mover").sample_size == 1
    assert (sellers(kpi_id, "quarter", "2025-04-01", "rep", "mover") or NOTHING).sample_size == 0
    assert sellers(kpi_id, "quarter", "2025-04-01", "rep", "no_quota").sample_size == 1
    assert sellers(kpi_id, "quarter", "2025-04-01", "total", "all").sample_size == 1


def test_leap_year_purchases(checker: Checker) -> None:
    """G-13: who buys on every first of January is never lost, leap year or not."""
    buyer = values_of(
        checker,
        company(
            accounts="account_id,region_id\nA1,R1",
            opportunities="""
                opportunity_id,account_id,stage,owner_id,created_date,closed_date,amount
                P1,A1,Won,U1,2021-12-01,2022-01-01,10
                P2,A1,Won,U1,2022-12-01,2023-01-01,10
                P3,A1,Won,U1,2023-12-01,2024-01-01,10
                P4,A1,Won,U1,2024-12-01,2025-01-01,10
            """,
            stages="pipeline_id,stage,stage_name,stage_order,is_closed,is_won\n,Won,Won,9,true,true",
            users="user_id\nU1",
        ),
    )
    for year in ("2023-01-01", "2024-01-01"):
        assert buyer("customer_retention_rate", "year", year, "region", "R1").value == 1
    assert buyer("customer_churn_rate__monthly", "month", "2024-12-01", "region", "R1").value == 0


NOTHING = Published(*[0] * 4, "", None, date.max, True, False, *[None] * 5)
"""A row that may be absent because nothing is in it."""
