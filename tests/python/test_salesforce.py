"""What Salesforce means by its rows, however they were loaded."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from crm_source import CrmSource, landed

Rows = list[tuple[Any, ...]]
DEAL = {
    "Id": "006A",
    "StageName": "Closed Won",
    "CloseDate": "2026-03-31",
    "CreatedDate": "2026-01-05T10:00:00.000Z",
    "IsClosed": "true",
    "Probability": "100",
}
UTC = "T10:00:00.000+0000"


class Org:
    """A small organisation: objects by name, landed by the mapping."""

    def __init__(self, folder: Path, mapping: Path) -> None:
        self.source = CrmSource(folder, mapping)

    def ask(self, query: str, **objects: list[dict[str, Any]]) -> Rows:
        """Land the objects, a deal among them, and ask in SQL."""
        objects.setdefault("Opportunity", [DEAL])
        return self.source.write(**objects).rows(query)


@pytest.fixture
def org(tmp_path: Path, repository: Path) -> Org:
    return Org(tmp_path, repository / "mappings" / "salesforce")


def test_a_percent_is_a_chance_between_0_and_1(org: Org) -> None:
    deal = {**DEAL, "Probability": "75.0"}
    assert org.ask("select probability from opportunities", Opportunity=[deal]) == [("0.75",)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("BestCase", "best_case"),
        ("Best Case", "best_case"),
        ("MostLikely", "commit"),
        ("Commit", "commit"),
        ("Forecast", "commit"),
        ("Pipeline", "pipeline"),
        ("Omitted", "omitted"),
        ("Closed", "closed"),
    ],
)
def test_a_forecast_category_is_known_by_each_of_its_names(org: Org, said: str, meant: str) -> None:
    deal = {**DEAL, "ForecastCategory": said}
    assert org.ask("select forecast_category from opportunities", Opportunity=[deal]) == [(meant,)]


@pytest.mark.parametrize("closed", ["true", "1", "TRUE"])
def test_the_close_date_is_the_close_of_closed_deals_alone(org: Org, closed: str) -> None:
    deals = [
        {**DEAL, "IsClosed": closed, "CloseDate": "2026-03-31 00:00:00"},
        {**DEAL, "Id": "006B", "IsClosed": "false", "StageName": "Prospecting"},
    ]
    assert org.ask(
        "select closed_date, expected_close_date from opportunities order by opportunity_id",
        Opportunity=deals,
    ) == [("2026-03-31", "2026-03-31"), (None, "2026-03-31")]


def test_a_deal_delivered_again_counts_once_as_it_stands_last(org: Org) -> None:
    deals = [
        {**DEAL, "Amount": 90, "SystemModstamp": "2026-02-01T00:00:00.000Z"},
        {**DEAL, "Amount": 120, "SystemModstamp": "2026-04-01T00:00:00.000Z"},
        {**DEAL, "Amount": 100, "SystemModstamp": "2026-03-01T00:00:00.000Z"},
    ]
    assert org.ask("select amount from opportunities", Opportunity=deals) == [("120",)]


def test_a_row_of_zeros_is_no_reference(org: Org) -> None:
    deal = {**DEAL, "CampaignId": "000000000000000AAA", "AccountId": "001A"}
    assert org.ask("select campaign_id, account_id from opportunities", Opportunity=[deal]) == [
        (None, "001A")
    ]


def _version(number: int, stage: str, amount: int, day: str) -> dict[str, Any]:
    return {
        "Id": f"008{number}",
        "OpportunityId": "006A",
        "StageName": stage,
        "Amount": amount,
        "CloseDate": "2026-03-31",
        "CreatedDate": f"2026-01-{day}{UTC}",
    }


VERSIONS = [
    _version(1, "Prospecting", 90, "05"),
    _version(2, "Prospecting", 100, "06"),
    _version(3, "Negotiation", 100, "07"),
    _version(4, "Prospecting", 100, "08"),
    _version(5, "Closed Won", 100, "09"),
]


def test_changes_of_the_amount_are_no_steps(org: Org) -> None:
    """S2: neighbours of one stage are one stay, a stage entered again is another."""
    steps = org.ask(
        "select stage, entered_at from opportunity_stage_history order by entered_at",
        OpportunityHistory=VERSIONS,
    )
    assert steps == [
        ("Prospecting", f"2026-01-05{UTC}"),
        ("Negotiation", f"2026-01-07{UTC}"),
        ("Prospecting", f"2026-01-08{UTC}"),
        ("Closed Won", f"2026-01-09{UTC}"),
    ]


def test_versions_of_one_second_follow_each_other_by_key(org: Org) -> None:
    versions = [
        {**_version(2, "Closed Won", 1, "05"), "Id": "0082"},
        {**_version(1, "Prospecting", 1, "05"), "Id": "0081"},
    ]
    steps = org.ask("select stage from opportunity_stage_history", OpportunityHistory=versions)
    assert [stage for (stage,) in steps] == ["Prospecting", "Closed Won"]


def test_amounts_of_versions_are_changes_where_the_field_is_not_tracked(org: Org) -> None:
    query = "select field_name, old_value, new_value from opportunity_field_history order by all"
    assert org.ask(query, OpportunityHistory=VERSIONS) == [("amount", "90", "100")]
    tracked = {
        "Id": "017A",
        "OpportunityId": "006A",
        "Field": "Amount",
        "OldValue": "80.0",
        "NewValue": "100.0",
        "CreatedDate": f"2026-01-06{UTC}",
    }
    assert org.ask(query, OpportunityHistory=VERSIONS, OpportunityFieldHistory=[tracked]) == [
        ("amount", "80.0", "100.0")
    ]


def test_steps_come_from_the_tracked_field_where_there_are_no_versions(org: Org) -> None:
    change = {
        "Id": "017A",
        "OpportunityId": "006A",
        "Field": "StageName",
        "OldValue": "Prospecting",
        "NewValue": "Closed Won",
        "CreatedDate": f"2026-02-01{UTC}",
    }
    assert org.ask(
        "select stage, entered_at from opportunity_stage_history order by entered_at",
        OpportunityFieldHistory=[change],
    ) == [("Prospecting", DEAL["CreatedDate"]), ("Closed Won", f"2026-02-01{UTC}")]


def test_an_owner_is_logged_by_key_not_by_name(org: Org) -> None:
    change = {"OpportunityId": "006A", "Field": "Owner", "CreatedDate": f"2026-02-01{UTC}"}
    log = [
        {**change, "Id": "017A", "OldValue": "Vera Pohl", "NewValue": "Ben Hale"},
        {**change, "Id": "017B", "OldValue": "005A", "NewValue": "005B"},
    ]
    assert org.ask(
        "select field_name, old_value, new_value from opportunity_field_history",
        OpportunityFieldHistory=log,
    ) == [("owner_id", "005A", "005B")]


def test_a_queue_owns_no_lead(org: Org) -> None:
    lead = {"Id": "00QA", "CreatedDate": f"2026-01-05{UTC}", "Status": "Open - Not Contacted"}
    leads = [{**lead, "OwnerId": "00GA"}, {**lead, "Id": "00QB", "OwnerId": "005A"}]
    assert org.ask("select owner_id from leads order by lead_id", Lead=leads) == [
        (None,),
        ("005A",),
    ]


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("Open - Not Contacted", "new"),
        ("Working - Contacted", "working"),
        ("Qualified", "qualified"),
        ("Unqualified", "disqualified"),
        ("Closed - Not Converted", "disqualified"),
    ],
)
def test_a_lead_stands_where_its_status_says(org: Org, status: str, meant: str) -> None:
    lead = {"Id": "00QA", "CreatedDate": f"2026-01-05{UTC}", "Status": status}
    assert org.ask("select status from leads", Lead=[lead]) == [(meant,)]


def test_who_and_what_are_told_by_their_keys(org: Org) -> None:
    task = {"Id": "00T1", "CreatedDate": f"2026-01-05{UTC}", "TaskSubtype": "Call"}
    tasks = [
        {**task, "WhoId": "003A", "WhatId": "006A"},
        {**task, "Id": "00T2", "WhoId": "00QA"},
        {**task, "Id": "00T3", "WhatId": "001A"},
        {**task, "Id": "00T4", "WhatId": "500A", "AccountId": "001B"},
    ]
    assert org.ask(
        "select contact_id, lead_id, opportunity_id, account_id from activities "
        "order by activity_id",
        Task=tasks,
    ) == [
        ("003A", None, "006A", None),
        (None, "00QA", None, None),
        (None, None, None, "001A"),
        (None, None, None, "001B"),
    ]


def test_a_meeting_of_several_people_is_one(org: Org) -> None:
    event = {
        "Id": "00U1",
        "CreatedDate": f"2026-01-05{UTC}",
        "StartDateTime": f"2026-01-06{UTC}",
        "IsChild": False,
    }
    events = [event, {**event, "Id": "00U2", "IsChild": True}]
    assert org.ask("select activity_id from activities", Event=events) == [("00U1",)]


def test_a_deleted_task_does_not_count(org: Org) -> None:
    task = {"Id": "00T1", "CreatedDate": f"2026-01-05{UTC}", "TaskSubtype": "Call"}
    tasks = [{**task, "IsDeleted": True}, {**task, "Id": "00T2", "IsDeleted": False}]
    assert org.ask("select activity_id from activities", Task=tasks) == [("00T2",)]


def test_a_robot_is_nobody_who_sells(org: Org) -> None:
    users = [
        {"Id": "005A", "Name": "Vera Pohl", "UserType": "Standard", "UserRoleId": "00EA"},
        {"Id": "005B", "Name": "Robot", "UserType": "AutomatedProcess", "UserRoleId": "00EA"},
    ]
    roles = [{"Id": "00EA", "Name": "Sales"}]
    assert org.ask("select user_id from users", User=users, UserRole=roles) == [("005A",)]
    assert org.ask("select user_id from team_memberships", User=users, UserRole=roles) == [
        ("005A",)
    ]


def test_a_quota_ends_with_its_period(org: Org) -> None:
    """EndDate is the last day of a period; the contract wants the day after."""
    quota = {"Id": "0J9A", "QuotaOwnerId": "005A", "QuotaAmount": 100, "StartDate": "2026-01-01"}
    period = {"Id": "026A", "StartDate": "2026-01-01", "EndDate": "2026-03-31", "Type": "Quarter"}
    quotas = [{**quota, "PeriodId": "026A"}, {**quota, "Id": "0J9B", "QuotaOwnerId": "005B"}]
    assert org.ask(
        "select user_id, period_start, period_end from quotas order by user_id",
        ForecastingQuota=quotas,
        Period=[period],
    ) == [("005A", "2026-01-01", "2026-04-01"), ("005B", "2026-01-01", "2026-02-01")]


def test_rates_are_turned_round_and_hold_to_the_next(org: Org) -> None:
    """C1: a rate holds until the next begins, the last day of its range included."""
    rate = {"IsoCode": "USD", "ConversionRate": 1.25, "StartDate": "0001-01-01"}
    rates = [rate, {**rate, "ConversionRate": 2, "StartDate": "2026-04-01"}]
    types = [
        {"IsoCode": "EUR", "ConversionRate": 1, "IsCorporate": True},
        {"IsoCode": "USD", "ConversionRate": 1.25, "IsCorporate": False},
        {"IsoCode": "GBP", "ConversionRate": 0.8, "IsCorporate": False},
    ]
    assert org.ask(
        "select currency, rate_date, rate from exchange_rates order by all",
        DatedConversionRate=rates,
        CurrencyType=types,
    ) == [
        ("GBP", "1900-01-01", "1.25"),
        ("USD", "1900-01-01", "0.8"),
        ("USD", "2026-04-01", "0.5"),
    ]


def test_a_split_that_needs_no_hundred_percent_is_overlay(org: Org) -> None:
    split = {"Id": "0SpA", "OpportunityId": "006A", "SplitOwnerId": "005A", "SplitPercentage": 40}
    splits = [{**split, "SplitTypeId": "149A"}, {**split, "Id": "0SpB", "SplitTypeId": "149B"}]
    types = [{"Id": "149A", "IsTotalValidated": True}, {"Id": "149B", "IsTotalValidated": False}]
    assert org.ask(
        "select split_type, round(cast(split_rate as double), 9) from opportunity_splits "
        "order by all",
        OpportunitySplit=splits,
        OpportunitySplitType=types,
    ) == [("overlay", 0.4), ("revenue", 0.4)]


def test_a_merged_account_names_its_survivor(org: Org) -> None:
    account = {"Id": "001A", "MasterRecordId": "001B", "IsDeleted": True, "Name": "Acme"}
    assert org.ask("select master_id, is_deleted from accounts", Account=[account]) == [
        ("001B", "true")
    ]


# Public data


def direct_counts(path: Path, day: Callable[[str], str]) -> Counter[tuple[str, str, Decimal]]:
    """Open, won and lost deals with their amounts, by month of the close date."""
    counts: Counter[tuple[str, str, Decimal]] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as content:
        for row in csv.DictReader(content):
            is_closed, is_won = (row[name] in ("1", "TRUE") for name in ("IsClosed", "IsWon"))
            state = "won" if is_won else "lost" if is_closed else "open"
            counts[state, day(row["CloseDate"])[:7], Decimal(row["Amount"] or 0)] += 1
    return counts


@pytest.mark.parametrize(
    ("folder", "mapping", "file", "pattern"),
    [
        ("salesforce_org_export", "salesforce", "opportunity.csv", "%Y-%m-%d %H:%M:%S"),
        ("salesforce_powerbi_demo", "salesforce/us_dates", "Opportunity.csv", "%m/%d/%y"),
    ],
)
def test_an_export_gives_the_deals_of_its_file(
    folder: str,
    mapping: str,
    file: str,
    pattern: str,
    shared_data: Path,
    repository: Path,
    tmp_path: Path,
) -> None:
    expected = direct_counts(
        shared_data / folder / file,
        lambda text: datetime.strptime(text, pattern).date().isoformat(),
    )
    source = landed(shared_data / folder, repository / "mappings" / mapping, tmp_path)
    deals = source.rows(
        "select case stage when 'Closed Won' then 'won' when 'Closed Lost' then 'lost' "
        "else 'open' end, left(coalesce(closed_date, expected_close_date), 7), "
        "coalesce(amount, '0') from opportunities",
    )
    assert Counter((state, month, Decimal(amount)) for state, month, amount in deals) == expected


@pytest.mark.parametrize(
    ("folder", "deals"),
    [
        ("crm_shapes/airbyte_salesforce/handmade", 12),
        ("crm_shapes/dlt_salesforce", 12),
        ("crm_shapes/dlt_salesforce/first_load", 12),
    ],
)
def test_a_loader_brings_every_deal_once(
    folder: str, deals: int, shared_data: Path, repository: Path, tmp_path: Path
) -> None:
    source = landed(shared_data / folder, repository / "mappings" / "salesforce", tmp_path)
    assert source.rows("select count(*), count(distinct opportunity_id) from opportunities") == [
        (deals, deals)
    ]


def test_fivetran_seeds_land_with_every_row(
    shared_data: Path, repository: Path, tmp_path: Path
) -> None:
    """The seeds call their tables sf_<table>_data; history mode has its own name."""
    mapping = tmp_path / "mapping"
    mapping.mkdir()
    tables = ("opportunity", "account", "contact", "lead", "user", "user_role", "task", "event")
    names = "\n".join(f"  {table}: {{names: [sf_{table}_data]}}" for table in tables)
    (mapping / "options.yml").write_text(
        f"extends: {repository / 'mappings' / 'salesforce'}\ntables:\n{names}\n"
    )
    source = landed(shared_data / "salesforce_fivetran_shape", mapping, tmp_path)
    for table, name in (("opportunity", "opportunities"), ("account", "accounts")):
        path = source.raw / f"sf_{table}_data.csv"
        with path.open(encoding="utf-8", newline="") as content:
            keys = {row["id"] for row in csv.DictReader(content)}
        assert source.rows(f"select count(*) from {name}") == [(len(keys),)]
