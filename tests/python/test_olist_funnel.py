"""The Olist funnel as its mapping delivers it: conversion counted again from the two files."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from oracle.reading import read_folder
from oracle.warehouse import Project, Warehouse

from ops.landing.land import land

HERE = ZoneInfo("America/Sao_Paulo")
END = datetime(2018, 11, 15, tzinfo=HERE)
JULY = datetime(2018, 7, 1, tzinfo=HERE)
UNKNOWN = "-1"
BEFORE_ITS_LEAD = "b91cf8812365f50ff4bda4bcd6206b05"
NAMES = {
    "direct_traffic": "Direct Traffic",
    "display": "Display",
    "email": "Email",
    "organic_search": "Organic Search",
    "other": "Other",
    "other_publicities": "Advertising",
    "paid_search": "Paid Search",
    "referral": "Referral",
    "social": "Social",
    "unknown": UNKNOWN,
    "": UNKNOWN,
}


@dataclass(frozen=True)
class Lead:
    """A line of the file of leads, with the win of the other file."""

    lead_id: str
    came: date
    source: str
    won_at: datetime | None

    @property
    def won(self) -> date | None:
        return self.won_at.astimezone(HERE).date() if self.won_at else None

    def is_won(self, as_of: datetime) -> bool:
        return self.won_at is not None and self.won_at < as_of

    def was_customer(self, as_of: datetime) -> bool:
        """Won before it came, so its shop was a customer already and no prospect."""
        return self.won is not None and self.is_won(as_of) and self.won < self.came


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as content:
        return list(csv.DictReader(content))


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Path:
    return shared_data / "olist_funnel"


@pytest.fixture(scope="module")
def leads(raw: Path) -> list[Lead]:
    won = {
        row["mql_id"]: datetime.fromisoformat(row["won_date"]).replace(tzinfo=UTC)
        for row in lines(raw / "olist_closed_deals_dataset.csv")
    }
    found = [
        Lead(
            row["mql_id"],
            datetime.strptime(row["first_contact_date"], "%d-%m-%Y").date(),
            NAMES[row["origin"]],
            won.get(row["mql_id"]),
        )
        for row in lines(raw / "olist_marketing_qualified_leads_dataset.csv")
    ]
    assert (len(found), len(won)) == (8000, 842)
    return found


class Funnel:
    """The funnel as its mapping lands it, built as it was known at an instant or in the end."""

    def __init__(
        self, project: Project, raw: Path, repository: Path, folder: Path, as_of: str | None = None
    ) -> None:
        landed = folder / "landed.duckdb"
        land(raw, repository / "mappings" / "olist_funnel", landed)
        if as_of:
            with duckdb.connect(landed) as connection:
                connection.execute(
                    "insert into raw_crm.settings (parameter, value) values ('as_of', ?)", [as_of]
                )
        self.warehouse = Warehouse(project)
        self.warehouse.build_landed(landed, read_folder(repository / "seeds" / "reference"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.warehouse.connection.execute(query).fetchall()

    def conversion(self, grain: str, dimension: str) -> dict[tuple[date, str], tuple[Any, ...]]:
        """Customers, prospects, rate and open share of each cohort and member with prospects."""
        rows = self.rows(
            "select period_start, dimension_id, numerator, denominator, value, open_share "
            "from kpis.kpi_values where kpi_id = 'lead_to_customer_conversion_rate' "
            f"and period_grain = '{grain}' and dimension = '{dimension}' and denominator > 0"
        )
        return {(start, member): tuple(rest) for start, member, *rest in rows}

    def immature(self, grain: str) -> set[date]:
        """Cohorts whose rate is marked as that of leads too young to judge."""
        return {
            start
            for (start,) in self.rows(
                "select period_start from kpis.kpi_values "
                "where kpi_id = 'lead_to_customer_conversion_rate' and dimension = 'total' "
                f"and period_grain = '{grain}' and value_status = 'immature'"
            )
        }


@pytest.fixture(scope="module")
def funnel(
    project: Project, raw: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Funnel]:
    built = Funnel(project, raw, repository, tmp_path_factory.mktemp("olist"))
    yield built
    built.warehouse.close()


Cohort = Callable[[Lead], tuple[date, str]]


def month(lead: Lead) -> tuple[date, str]:
    return lead.came.replace(day=1), "all"


def month_and_source(lead: Lead) -> tuple[date, str]:
    return lead.came.replace(day=1), lead.source


def year_and_source(lead: Lead) -> tuple[date, str]:
    return lead.came.replace(month=1, day=1), lead.source


def recomputed(
    leads: Iterable[Lead], cohort: Cohort, as_of: datetime
) -> dict[tuple[date, str], tuple[Any, ...]]:
    """What Funnel.conversion should say; nobody is ever put aside, so all others are open."""
    customers: Counter[tuple[date, str]] = Counter()
    prospects: Counter[tuple[date, str]] = Counter()
    for lead in leads:
        if not lead.was_customer(as_of):
            prospects[cohort(lead)] += 1
            customers[cohort(lead)] += lead.is_won(as_of)
    return {
        key: (customers[key], count, customers[key] / count, (count - customers[key]) / count)
        for key, count in prospects.items()
    }


def days_of_nine_in_ten(leads: Iterable[Lead], as_of: datetime) -> float:
    """Days within which nine of ten wins came, between the two nearest where it falls there."""
    days = sorted(
        (lead.won - lead.came).days
        for lead in leads
        if lead.won and lead.is_won(as_of) and not lead.was_customer(as_of)
    )
    place = 0.9 * (len(days) - 1)
    below = days[int(place)]
    return below + (place - int(place)) * (days[int(place) + 1] - below)


def too_young(leads: list[Lead], as_of: datetime, cohort_ends: Mapping[date, date]) -> set[date]:
    age = days_of_nine_in_ten(leads, as_of)
    today = as_of.astimezone(HERE).date()
    return {start for start, end in cohort_ends.items() if (today - end).days < age}


def month_ends(leads: Iterable[Lead]) -> dict[date, date]:
    starts = {lead.came.replace(day=1) for lead in leads}
    return {start: (start + timedelta(days=31)).replace(day=1) for start in starts}


@pytest.mark.parametrize(
    ("grain", "dimension", "cohort"),
    [
        ("month", "total", month),
        ("month", "lead_source", month_and_source),
        ("year", "lead_source", year_and_source),
    ],
)
def test_conversion_is_that_of_the_files(
    funnel: Funnel, leads: list[Lead], grain: str, dimension: str, cohort: Cohort
) -> None:
    counted = funnel.conversion(grain, dimension)
    expected = recomputed(leads, cohort, END)
    assert counted.keys() == expected.keys()
    for key, values in expected.items():
        assert counted[key] == pytest.approx(values), key


def test_unknown_and_missing_origin_are_one_source_in_every_total(
    funnel: Funnel, leads: list[Lead]
) -> None:
    counted = funnel.rows(
        "select dimension_id, dimension_value, sum(denominator) from kpis.kpi_values "
        "where kpi_id = 'lead_to_customer_conversion_rate' and period_grain = 'month' "
        "and dimension = 'lead_source' and denominator > 0 group by all order by 1"
    )
    assert dict((member, count) for member, _, count in counted) == Counter(
        lead.source for lead in leads if not lead.was_customer(END)
    )
    assert [row for row in counted if row[0] == UNKNOWN] == [(UNKNOWN, "Unknown", 1159)]
    assert funnel.rows("select count(*) from marts.fct_leads where lead_source_id = 'unknown'") == [
        (0,)
    ]


def test_the_deal_won_before_its_first_contact_is_a_finding(
    funnel: Funnel, leads: list[Lead]
) -> None:
    assert [lead.lead_id for lead in leads if lead.was_customer(END)] == [BEFORE_ITS_LEAD]
    findings = Project(funnel.warehouse.project.manifest, last_models=("lead_findings",))
    funnel.warehouse.connection.execute("create schema if not exists quality")
    for name, model in findings.models.items():
        if name not in funnel.warehouse.project.models:
            funnel.warehouse.connection.execute(model.statement())
    assert funnel.rows("select finding, record_id from quality.lead_findings order by 1") == [
        ("converted_before_created", BEFORE_ITS_LEAD),
        ("won_before_its_lead", BEFORE_ITS_LEAD),
    ]
    assert funnel.rows(
        "select is_counted, is_existing_customer, customer_date from marts.fct_leads "
        f"where lead_id = '{BEFORE_ITS_LEAD}'"
    ) == [(True, True, None)]


def test_cohorts_are_immature_until_they_are_as_old_as_nine_in_ten_wins_were(
    funnel: Funnel, leads: list[Lead]
) -> None:
    assert funnel.immature("month") == too_young(leads, END, month_ends(leads)) == set()
    last_quarter = {date(2018, 4, 1): date(2018, 7, 1)}
    assert funnel.immature("quarter") == too_young(leads, END, last_quarter) == set(last_quarter)


def test_the_past_counts_the_customers_it_knew(
    project: Project, raw: Path, repository: Path, tmp_path: Path, leads: list[Lead]
) -> None:
    july = Funnel(project, raw, repository, tmp_path, "2018-07-01 03:00:00")
    counted = july.conversion("month", "lead_source")
    expected = recomputed(leads, month_and_source, JULY)
    assert counted.keys() == expected.keys()
    for key, values in expected.items():
        assert counted[key] == pytest.approx(values), key
    young = {date(2018, 4, 1), date(2018, 5, 1)}
    assert july.immature("month") == too_young(leads, JULY, month_ends(leads)) == young
    july.warehouse.close()
