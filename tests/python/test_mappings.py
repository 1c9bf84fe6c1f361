"""The example mappings deliver what the public data sets hold, no more and no less."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from ops.landing.land import land


def file_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as content:
        return list(csv.DictReader(content))


def bare_rows(path: Path, mark: str = "\t") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as content:
        return list(csv.reader(content, delimiter=mark, quoting=csv.QUOTE_NONE))


class Landed:
    """A landed example, to be asked in SQL."""

    def __init__(self, raw: Path, mapping: Path, folder: Path) -> None:
        self.database = folder / "landed.duckdb"
        self.report = land(raw, mapping, self.database)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.database, read_only=True) as connection:
            connection.execute("set schema = 'raw_crm'")
            return connection.execute(query).fetchall()


# Maven


@pytest.fixture(scope="module")
def maven_folder(shared_data: Path) -> Path:
    return shared_data / "maven_crm"


@pytest.fixture(scope="module")
def maven(
    maven_folder: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Landed]:
    mapping = repository / "mappings" / "maven_crm"
    yield Landed(maven_folder, mapping, tmp_path_factory.mktemp("maven"))


def test_maven_lands_every_deal_with_its_values(maven: Landed, maven_folder: Path) -> None:
    deals = file_rows(maven_folder / "sales_pipeline.csv")
    offices = {
        row["sales_agent"]: row["regional_office"]
        for row in file_rows(maven_folder / "sales_teams.csv")
    }
    assert len(deals) == 8800
    expected = sorted(
        (
            deal["opportunity_id"],
            deal["account"] or None,
            deal["deal_stage"],
            deal["sales_agent"],
            deal["engage_date"] or None,
            deal["close_date"] or None,
            deal["close_value"] if deal["deal_stage"] == "Won" else None,
            offices[deal["sales_agent"]],
        )
        for deal in deals
    )
    assert expected == maven.rows(
        "select opportunity_id, account_id, stage, owner_id, created_date, closed_date, amount, "
        "region_id from opportunities order by 1"
    )


def test_maven_products_join_and_every_deal_has_its_line(maven: Landed) -> None:
    assert maven.rows(
        "select count(*), count(distinct line_id), count(products.product_id) "
        "from opportunity_line_items left join products using (product_id)"
    ) == [(8800, 8800, 8800)]
    assert maven.rows(
        "select count(*) from opportunity_line_items as lines inner join opportunities as deals "
        "using (opportunity_id) where lines.net_amount is not distinct from deals.amount"
    ) == [(8800,)]


def test_maven_sellers_and_companies(maven: Landed, maven_folder: Path) -> None:
    teams = file_rows(maven_folder / "sales_teams.csv")
    members = maven.rows("select user_id, team_id from team_memberships")
    assert sorted(members) == sorted(
        (row["sales_agent"], f"Team {row['manager']}") for row in teams
    )
    carriers = maven.rows("select user_id from users where is_quota_carrying = 'true' order by 1")
    assert [user for (user,) in carriers] == sorted(row["sales_agent"] for row in teams)
    sold = maven.rows("select count(distinct owner_id) from opportunities")
    assert sold == [(30,)]
    levels = maven.rows(
        "with recursive tree as ("
        "select team_id, 1 as level from teams where parent_team_id is null union all "
        "select teams.team_id, level + 1 from teams inner join tree "
        "on teams.parent_team_id = tree.team_id) "
        "select level, count(*) from tree group by level order by level"
    )
    assert levels == [(1, 1), (2, 3), (3, 6)]
    lost_managers = maven.rows(
        "select count(*) from teams where manager_id not in (select user_id from users)"
    )
    assert lost_managers == [(0,)]
    industries = Counter(
        row["sector"].replace("technolgy", "technology")
        for row in file_rows(maven_folder / "accounts.csv")
    )
    assert dict(maven.rows("select industry, count(*) from accounts group by 1")) == industries
    assert maven.rows(
        "select annual_revenue::decimal(18, 2), employee_count, parent_account_id from accounts "
        "where account_id = 'Acme Corporation'"
    ) == [(Decimal("1100040000.00"), "2822", None)]


def test_maven_dates_of_either_order_give_the_same_rows(
    maven: Landed, maven_folder: Path, repository: Path, tmp_path: Path
) -> None:
    mapping = repository / "mappings" / "maven_crm" / "dmy"
    assert sorted(path.name for path in mapping.iterdir()) == ["_deals.sql", "options.yml"]
    turned = Landed(maven_folder, mapping, tmp_path)
    opportunities = turned.report.table("opportunities")
    assert any("variant_dmy_dates/sales_pipeline.csv" in f for f in opportunities.source_files)
    tables = [table.name for table in maven.report.tables if table.is_delivered]
    assert len(tables) == 9
    for table in tables:
        query = f"select * exclude (_load_id, _loaded_at, _source_file, _row_number) from {table}"
        assert sorted(turned.rows(query), key=str) == sorted(maven.rows(query), key=str)


def test_maven_stages_cover_every_stage(maven: Landed) -> None:
    assert maven.rows(
        "select stages.stage, stages.is_closed, stages.is_won, count(*) from opportunities "
        "left join stages using (stage) group by all order by min(stages.stage_order)"
    ) == [
        ("Prospecting", "false", "false", 500),
        ("Engaging", "false", "false", 1589),
        ("Won", "true", "true", 4238),
        ("Lost", "true", "false", 2473),
    ]


# AdventureWorks


@pytest.fixture(scope="module")
def works_folder(shared_data: Path) -> Path:
    return shared_data / "adventureworks"


@pytest.fixture(scope="module")
def works(
    works_folder: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Landed]:
    mapping = repository / "mappings" / "adventureworks"
    yield Landed(works_folder, mapping, tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="module")
def order_lines(works_folder: Path) -> list[dict[str, str]]:
    """All order lines; the two files share no order."""
    large = file_rows(works_folder / "FactResellerSales.csv")
    month = file_rows(works_folder / "utf8_ResellerSales_202006.csv")
    shared = {row["SalesOrderNumber"] for row in large} & {row["SalesOrderNumber"] for row in month}
    assert not shared
    assert max(row["OrderDate"] for row in large) < min(row["OrderDate"] for row in month)
    return large + month


def people(works_folder: Path) -> dict[str, str]:
    """Person id by employee key, through the national id."""
    ids = {row[1]: row[0] for row in bare_rows(works_folder / "Employee.csv")}
    keys = bare_rows(works_folder / "DimEmployee.csv", "|")
    return {row[1]: ids[row[3]] for row in keys if row[3] in ids}


def test_works_orders_are_deals_with_their_totals(
    works: Landed, works_folder: Path, order_lines: list[dict[str, str]]
) -> None:
    person = people(works_folder)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    heads: dict[str, tuple[str, ...]] = {}
    territories = {row[0]: row[1] for row in bare_rows(works_folder / "SalesTerritory.csv")}
    for line in order_lines:
        order = line["SalesOrderNumber"]
        totals[order] += Decimal(line["SalesAmount"])
        heads[order] = (
            line["OrderDate"],
            line["OrderDate"],
            line["ResellerKey"],
            person[line["EmployeeKey"]],
            territories[line["SalesTerritoryKey"]],
        )
    deals = works.rows(
        "select opportunity_id, created_date, closed_date, account_id, owner_id, region_id, "
        "amount::decimal(18, 4) from opportunities"
    )
    assert {deal[0]: deal[1:6] for deal in deals} == heads
    assert {deal[0]: deal[6] for deal in deals} == totals
    assert len(deals) == len(totals) == 3796
    assert sum(totals.values()) == Decimal("80977720.21")


def test_works_lines_add_up_and_find_their_products(
    works: Landed, order_lines: list[dict[str, str]]
) -> None:
    landed = works.rows(
        "select opportunity_id, product_id, quantity, unit_price, net_amount "
        "from opportunity_line_items"
    )
    assert Counter(landed) == Counter(
        (
            line["SalesOrderNumber"],
            line["ProductKey"],
            line["OrderQuantity"],
            line["UnitPrice"],
            line["SalesAmount"],
        )
        for line in order_lines
    )
    assert works.rows(
        "select count(*), count(distinct line_id), count(products.product_family_id), "
        "count(unit_cost) from opportunity_line_items left join products using (product_id)"
    ) == [(60855, 60855, 60855, 60855)]


def test_works_every_quota_lands_in_its_quarter(works: Landed, works_folder: Path) -> None:
    quotas = bare_rows(works_folder / "SalesPersonQuotaHistory.csv")
    dates = sorted({row[2] for row in quotas})
    assert len(dates) == 12
    starts = [date(2017 + (6 + 3 * k) // 12, (6 + 3 * k) % 12 + 1, 1) for k in range(13)]
    expected = Counter(
        (
            row[1],
            starts[dates.index(row[2])].isoformat(),
            starts[dates.index(row[2]) + 1].isoformat(),
            row[3],
        )
        for row in quotas
    )
    landed = works.rows("select user_id, period_start, period_end, amount from quotas")
    assert Counter(landed) == expected
    assert len(landed) == 163
    assert works.rows(
        "select count(*) from quotas inner join users using (user_id) "
        "where is_quota_carrying = 'true'"
    ) == [(163,)]


def test_works_memberships_agree_with_where_people_sell(works: Landed) -> None:
    """Every order falls into one membership of its seller; history and orders say one thing."""
    rows = works.rows(
        "select memberships.user_id, memberships.team_id, "
        "count(*) filter (where deals.region_id = memberships.team_id), count(*) "
        "from team_memberships as memberships "
        "inner join teams using (team_id) "
        "inner join opportunities as deals on deals.owner_id = memberships.user_id "
        "and deals.closed_date >= coalesce(memberships.valid_from, '') "
        "and deals.closed_date < coalesce(memberships.valid_to, '9999') "
        "where teams.parent_team_id <> 'Sales' group by all"
    )
    single = {(user, team): inside / total for user, team, inside, total in rows}
    assert len(single) == 17
    for seller in (
        ("282", "Canada"),
        ("282", "United Kingdom"),
        ("289", "Canada"),
        ("280", "Northwest"),
    ):
        assert single[seller] == 1
    covered = works.rows(
        "select count(*), count(distinct opportunity_id) from opportunities as deals "
        "inner join team_memberships as memberships on deals.owner_id = memberships.user_id "
        "and deals.closed_date >= coalesce(memberships.valid_from, '') "
        "and deals.closed_date < coalesce(memberships.valid_to, '9999')"
    )
    assert covered == [(3796, 3796)]


def test_works_people_teams_and_resellers(works: Landed, works_folder: Path) -> None:
    users = dict(works.rows("select user_id, hire_date from users"))
    sales_people = {row[0] for row in bare_rows(works_folder / "SalesPerson.csv")}
    assert set(users) == sales_people | {"273"}
    first_orders = works.rows("select owner_id, min(closed_date) from opportunities group by 1")
    assert all(users[person] <= first for person, first in first_orders)
    assert works.rows(
        "select team_id, manager_id from teams where manager_id is not null order by 1"
    ) == [("Europe", "287"), ("North America", "274"), ("Pacific", "285"), ("Sales", "273")]
    assert works.rows("select count(*), count(region_id) from accounts") == [(701, 701)]
    assert works.rows(
        "select count(*) from opportunities as deals inner join accounts using (account_id) "
        "where accounts.region_id <> deals.region_id"
    ) == [(0,)]
    segments = works.rows("select distinct segment_id from accounts order by 1")
    assert segments == [("Specialty Bike Shop",), ("Value Added Reseller",), ("Warehouse",)]


def test_works_rejects_no_line(works: Landed) -> None:
    assert works.rows("select count(*) from rejected_lines") == [(0,)]
    assert {table.name for table in works.report.tables if table.is_delivered} == {
        "accounts",
        "opportunities",
        "opportunity_line_items",
        "products",
        "quotas",
        "stages",
        "team_memberships",
        "teams",
        "users",
    }


# Olist


@pytest.fixture(scope="module")
def olist_folder(shared_data: Path) -> Path:
    return shared_data / "olist_funnel"


@pytest.fixture(scope="module")
def olist(
    olist_folder: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Landed]:
    mapping = repository / "mappings" / "olist_funnel"
    yield Landed(olist_folder, mapping, tmp_path_factory.mktemp("olist"))


def olist_wins(folder: Path) -> dict[str, dict[str, str]]:
    return {row["mql_id"]: row for row in file_rows(folder / "olist_closed_deals_dataset.csv")}


def test_olist_lands_every_lead_with_what_became_of_it(olist: Landed, olist_folder: Path) -> None:
    wins = olist_wins(olist_folder)
    leads = file_rows(olist_folder / "olist_marketing_qualified_leads_dataset.csv")
    expected = sorted(
        (
            lead["mql_id"],
            "-".join(reversed(lead["first_contact_date"].split("-"))),
            None if lead["origin"] in ("", "unknown") else lead["origin"],
            "converted" if win else "qualified",
            win["won_date"] if win else None,
            win["seller_id"] if win else None,
            lead["mql_id"] if win else None,
        )
        for lead in leads
        for win in [wins.get(lead["mql_id"])]
    )
    assert len(expected) == 8000
    assert expected == olist.rows(
        "select lead_id, created_at[:10], lead_source, status, converted_at, "
        "converted_account_id, converted_opportunity_id from leads order by lead_id"
    )
    # Midnight in São Paulo; on the first day of summer time the clock went from 0 to 1.
    hours = olist.rows("select distinct created_at[12:], qualified_at[12:] from leads order by 1")
    assert hours == [("02:00:00", "02:00:00"), ("03:00:00", "03:00:00")]


def test_olist_deals_are_won_by_representatives_on_the_day_in_sao_paulo(
    olist: Landed, olist_folder: Path
) -> None:
    wins = olist_wins(olist_folder)
    zone = ZoneInfo("America/Sao_Paulo")
    deals = olist.rows(
        "select opportunity_id, account_id, owner_id, stage, closed_at, closed_date, amount "
        "from opportunities"
    )
    assert len(deals) == len(wins) == 842
    for deal, account, owner, stage, closed_at, closed_date, amount in deals:
        win = wins[deal]
        day = datetime.fromisoformat(f"{win['won_date']}+00:00").astimezone(zone).date()
        assert (account, owner, closed_at) == (win["seller_id"], win["sr_id"], win["won_date"])
        assert (stage, closed_date, amount) == ("Won", day.isoformat(), None)
    assert olist.rows(
        "select count(*), count(leads.lead_source) from opportunities "
        "inner join leads on leads.lead_id = originating_lead_id "
        "and leads.lead_source is not distinct from opportunities.lead_source"
    ) == [(842, 842 - 193)]


def test_olist_sources_people_and_shops(olist: Landed, olist_folder: Path) -> None:
    wins = olist_wins(olist_folder).values()
    assert olist.rows(
        "select count(*) from leads anti join lead_sources using (lead_source) "
        "where lead_source is not null"
    ) == [(0,)]
    closers = {win["sr_id"] for win in wins}
    roles = dict(olist.rows("select user_id, role from users"))
    assert roles.keys() == closers | {win["sdr_id"] for win in wins}
    assert {user for user, role in roles.items() if role == "sales representative"} == closers
    shops = olist.rows("select account_id, segment_id, industry from accounts")
    assert sorted(shops, key=str) == sorted(
        (
            (win["seller_id"], win["lead_type"] or None, win["business_segment"] or None)
            for win in wins
        ),
        key=str,
    )
    assert olist.rows("select count(*) from rejected_lines") == [(0,)]
