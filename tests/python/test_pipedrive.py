"""Pipedrive's raw tables become the raw contract whatever loaded them, traps and all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from crm_source import CrmSource, landed

ADDED = "2026-01-05 09:00:00"
WON = "2026-03-31 22:30:00"


@pytest.fixture
def mapping(repository: Path) -> Path:
    return repository / "mappings" / "pipedrive"


@pytest.fixture
def pipedrive(tmp_path: Path, mapping: Path) -> CrmSource:
    return CrmSource(tmp_path, mapping)


def deal(key: int, status: str = "open", **columns: Any) -> dict[str, Any]:
    return {
        "id": key,
        "status": status,
        "stage_id": 3,
        "pipeline_id": 1,
        "add_time": ADDED,
        "update_time": WON,
    } | columns


def change(number: int, field: str, old: str | None, new: str | None, at: str) -> dict[str, Any]:
    """A change of the first deal."""
    return {
        "id": number,
        "item_id": 1,
        "user_id": 101,
        "field_key": field,
        "old_value": old,
        "new_value": new,
        "log_time": at,
    }


STEPS = (
    "select stage, left(entered_at, 16) from opportunity_stage_history "
    "where opportunity_id = '1' order by 2"
)


# Deals


def deal_of_version_1(source: CrmSource) -> None:
    source.write(
        deals=[
            deal(
                1,
                "won",
                title="Big",
                user_id=101,
                org_id=5,
                person_id=7,
                value=4500.75,
                currency="EUR",
                probability=40,
                deleted=False,
                active=False,
                won_time=WON,
                close_time=WON,
                expected_close_date="2026-04-01",
            )
        ]
    )


def deal_of_version_1_with_objects(source: CrmSource) -> None:
    deal_of_version_1(source)
    row = json.loads((source.raw / "deals.jsonl").read_text())
    row["user_id"] = {"id": 101, "name": "Noa", "value": 101}
    row["org_id"] = {"name": "Acme", "value": 5}
    row["person_id"] = {"name": "Ada", "value": 7}
    source.write(deals=[row])


def deal_of_version_2(source: CrmSource) -> None:
    source.write(
        deals=[
            {
                "id": 1,
                "title": "Big",
                "owner_id": 101,
                "org_id": 5,
                "person_id": 7,
                "stage_id": 3,
                "pipeline_id": 1,
                "value": 4500.75,
                "currency": "EUR",
                "probability": 40,
                "status": "won",
                "is_deleted": False,
                "is_archived": False,
                "add_time": "2026-01-05T09:00:00Z",
                "update_time": "2026-03-31T22:30:00Z",
                "won_time": "2026-03-31T22:30:00Z",
                "expected_close_date": "2026-04-01",
                "custom_fields": {"41505adc22569bf93214dd7f7eaa10eaa387947d": {"value": 1}},
            }
        ]
    )


def deal_of_dlt(source: CrmSource) -> None:
    deal_of_version_2(source)
    row = json.loads((source.raw / "deals.jsonl").read_text())
    row |= {"value": None, "value__v_double": 4500.75}
    (source.raw / "deals.jsonl").unlink()
    source.write(v2_deals=[row])


@pytest.mark.parametrize(
    "write",
    [deal_of_version_1, deal_of_version_1_with_objects, deal_of_version_2, deal_of_dlt],
)
def test_a_deal_is_the_same_whatever_loaded_it(
    pipedrive: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(pipedrive)
    assert pipedrive.rows(
        "select opportunity_id, opportunity_name, account_id, primary_contact_id, pipeline_id,"
        " stage, owner_id, amount, currency, cast(probability as double), expected_close_date,"
        " left(cast(cast(created_at as timestamptz) as varchar), 19),"
        " left(cast(cast(closed_at as timestamptz) as varchar), 19), is_deleted from opportunities"
    ) == [
        ("1", "Big", "5", "7", "1", "won", "101", "4500.75", "EUR", 0.4, "2026-04-01")
        + (ADDED, WON, "false")
    ]


def test_won_and_lost_are_stages_of_their_own_wherever_a_deal_stands(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[
            deal(1, "open"),
            deal(2, "won", won_time=WON),
            deal(3, "lost", lost_time=WON, lost_reason="Price", pipeline_id=2),
            # Opened again, it keeps the reason of its first loss.
            deal(4, "open", lost_reason="Price", first_won_time=WON),
        ],
        stages=[
            {"id": 3, "name": "Talks", "pipeline_id": 1, "order_nr": 2, "deal_probability": 80}
        ],
    )
    assert pipedrive.rows(
        "select opportunity_id, stage, closed_date, loss_reason from opportunities order by 1"
    ) == [("1", "3", None, None), ("2", "won", WON, None)] + [
        ("3", "lost", WON, "Price"),
        ("4", "3", None, None),
    ]
    assert pipedrive.rows(
        "select pipeline_id, stage, stage_name, is_closed, is_won, default_probability from stages"
        " order by cast(stage_order as integer)"
    ) == [
        ("1", "3", "Talks", "false", "false", "0.8"),
        (None, "won", "Won", "true", "true", "1"),
        (None, "lost", "Lost", "true", "false", "0"),
    ]


def test_won_and_lost_are_known_without_a_table_of_stages(pipedrive: CrmSource) -> None:
    pipedrive.write(deals=[deal(1, "won")])
    assert pipedrive.rows("select stage from stages where is_won = 'true'") == [("won",)]


@pytest.mark.parametrize(
    "said",
    [{"deleted": True}, {"is_deleted": True}, {"_fivetran_deleted": "TRUE"}, {"status": "deleted"}],
)
def test_a_deleted_deal_is_marked_and_keeps_what_it_was(
    pipedrive: CrmSource, said: dict[str, Any]
) -> None:
    pipedrive.write(
        deals=[
            deal(1, **({"status": "won"} | said), won_time=WON),
            deal(2, **said),
            deal(3, deleted=False),
        ]
    )
    assert pipedrive.rows(
        "select opportunity_id, stage, is_deleted from opportunities order by 1"
    ) == [("1", "won", "true"), ("2", "3", "true"), ("3", "3", "false")]


def test_a_stage_and_a_pipeline_that_were_deleted_keep_their_names(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1)],
        stages=[{"id": 3, "name": "Old", "pipeline_id": 1, "order_nr": 1, "active_flag": False}],
        pipelines=[{"id": 1, "name": "Gone", "is_deleted": True}],
    )
    assert pipedrive.rows("select stage_name from stages where stage = '3'") == [("Old",)]
    assert pipedrive.rows("select pipeline_name from pipelines") == [("Gone",)]


def test_versions_1_and_2_beside_each_other_count_once(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1, value=1, update_time="2026-02-01 00:00:00"), deal(2, value=2)],
        v2_deals=[deal(1, value=10, update_time="2026-02-02 00:00:00"), deal(3, value=3)],
        activities=[{"id": 1, "type": "call", "add_time": ADDED}],
        v2_activities=[{"id": 1, "type": "call", "add_time": ADDED}],
    )
    assert pipedrive.rows("select opportunity_id, amount from opportunities order by 1") == [
        ("1", "10"),
        ("2", "2"),
        ("3", "3"),
    ]
    assert pipedrive.rows("select count(*) from activities") == [(1,)]


def test_an_archived_deal_counts_once(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1, "won", won_time=WON)],
        deals_archived=[
            deal(key, "won", won_time=WON, is_archived=True, archive_time=WON) for key in (1, 2)
        ],
    )
    assert pipedrive.rows(
        "select opportunity_id, stage, is_deleted from opportunities order by 1"
    ) == [("1", "won", "false"), ("2", "won", "false")]


# History


@pytest.mark.parametrize("table", ["deal_flow", "deals_flow_deal_change"])
def test_a_log_of_stage_and_status_is_a_history_of_stages(pipedrive: CrmSource, table: str) -> None:
    log = [
        change(1, "stage_id", "1", "2", "2026-01-22 10:00:00"),
        change(2, "status", "open", "lost", "2026-02-01 10:00:00"),
        change(3, "status", "lost", "open", "2026-02-10 10:00:00"),
        change(4, "stage_id", "2", "3", "2026-02-20 10:00:00"),
        change(5, "stage_id", "3", "4", "2026-03-01 10:00:00"),
        change(6, "stage_id", "4", "3", "2026-03-02 10:00:00"),
        change(7, "status", "open", "won", "2026-03-31 22:29:59"),
        change(8, "value", "1", "2", "2026-03-31 22:29:59"),
    ]
    won = deal(1, "won", won_time=WON, stage_change_time="2026-03-02T10:00:00Z")
    pipedrive.write(deals=[won], **{table: log})
    assert pipedrive.rows(STEPS) == [
        ("1", "2026-01-05 09:00"),
        ("2", "2026-01-22 10:00"),
        ("lost", "2026-02-01 10:00"),
        # Opened again, it is back where it was.
        ("2", "2026-02-10 10:00"),
        ("3", "2026-02-20 10:00"),
        ("4", "2026-03-01 10:00"),
        ("3", "2026-03-02 10:00"),
        ("won", "2026-03-31 22:29"),
    ]
    assert pipedrive.rows(
        "select entered_by from opportunity_stage_history where stage = 'won'"
    ) == [("101",)]


def test_a_deal_opened_again_into_another_stage_enters_that_stage(pipedrive: CrmSource) -> None:
    at = "2026-02-10 10:00:00"
    pipedrive.write(
        deals=[deal(1)],
        deal_flow=[
            change(1, "status", "open", "lost", "2026-02-01 10:00:00"),
            change(2, "stage_id", "2", "3", at),
            change(3, "status", "lost", "open", at),
        ],
    )
    assert pipedrive.rows(STEPS) == [
        ("2", "2026-01-05 09:00"),
        ("lost", "2026-02-01 10:00"),
        ("3", "2026-02-10 10:00"),
    ]


def test_without_a_log_the_last_steps_are_what_the_deal_says(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[
            deal(1, "won", won_time=WON, stage_change_time="2026-02-10 10:00:00"),
            deal(2, "lost", lost_time=WON),
        ]
    )
    assert pipedrive.rows(STEPS) == [("3", "2026-02-10 10:00"), ("won", "2026-03-31 22:30")]
    assert pipedrive.rows(
        "select stage, left(entered_at, 16) from opportunity_stage_history "
        "where opportunity_id = '2' order by 2"
    ) == [("3", "2026-01-05 09:00"), ("lost", "2026-03-31 22:30")]
    assert not pipedrive.land().table("opportunity_field_history").is_delivered


def test_changes_of_fields_are_told_by_the_names_of_the_contract(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1)],
        deal_flow=[
            change(1, "value", "9000", "12000", ADDED),
            change(2, "expected_close_date", "2026-06-30", "2026-07-31", ADDED),
            change(3, "user_id", "101", "102", ADDED),
            change(4, "owner_id", "102", "103", ADDED),
            change(5, "currency", "EUR", "USD", ADDED),
            change(6, "title", "a", "b", ADDED),
            change(7, "stage_id", "2", "3", ADDED),
        ],
    )
    assert pipedrive.rows(
        "select event_id, field_name, old_value, new_value from opportunity_field_history "
        "order by event_id"
    ) == [
        ("1", "amount", "9000", "12000"),
        ("2", "expected_close_date", "2026-06-30", "2026-07-31"),
        ("3", "owner_id", "101", "102"),
        ("4", "owner_id", "102", "103"),
        ("5", "currency", "EUR", "USD"),
    ]


# Lines and products


def test_a_line_is_worth_all_its_billings(pipedrive: CrmSource) -> None:
    line = {"deal_id": 1, "product_id": 2, "item_price": 50, "quantity": 20}
    monthly = {"billing_frequency": "monthly", "billing_frequency_cycles": 12}
    pipedrive.write(
        deals=[deal(1)],
        deal_products=[
            line | monthly | {"id": 1, "sum": 10800, "billing_start_date": "2026-04-01"},
            line | {"id": 2, "sum": 3000, "duration": 3},
            line | {"id": 3, "sum": 1000, "billing_frequency": "one-time"},
            line | {"id": 4, "sum": 1000, "enabled_flag": False},
        ],
    )
    assert pipedrive.rows(
        "select line_id, list_price, unit_price, net_amount, is_recurring, term_months, start_date"
        " from opportunity_line_items order by 1"
    ) == [
        ("1", "600", "540", "10800", "true", "12", "2026-04-01"),
        ("2", "150", "150", "3000", "false", None, None),
        ("3", "50", "50", "1000", "false", None, None),
    ]


PRICES = [
    {"id": 2, "product_id": 1, "price": 54.5, "currency": "USD", "cost": 0},
    {"id": 1, "product_id": 1, "price": 50, "currency": "EUR", "cost": 20},
]


@pytest.mark.parametrize(
    "tables",
    [
        {"products": [{"id": 1, "name": "Seat", "code": "P1", "prices": PRICES}]},
        {"products": [{"id": 1, "name": "Seat", "code": "P1"}], "products__prices": PRICES},
        {"v2_products": [{"id": 1, "name": "Seat", "code": "P1"}], "v2_products__prices": PRICES},
    ],
    ids=["list", "child", "child of version 2"],
)
def test_the_first_price_of_a_product_stands_for_it(
    pipedrive: CrmSource, tables: dict[str, list[dict[str, Any]]]
) -> None:
    pipedrive.write(deals=[deal(1)], **tables)
    assert pipedrive.rows(
        "select product_id, sku, product_name, list_price, list_currency, standard_cost"
        " from products"
    ) == [("1", "P1", "Seat", "50", "EUR", "20")]


def test_prices_without_keys_stand_by_currency_and_lend_no_cost(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1)],
        product=[{"id": 1, "name": "Seat"}],
        product_price=[
            {"product_id": 1, "currency": "USD", "price": 54.5, "cost": 20},
            {"product_id": 1, "currency": "EUR", "price": 50, "cost": None},
        ],
    )
    assert pipedrive.rows("select list_price, list_currency, standard_cost from products") == [
        ("50", "EUR", None)
    ]


# Companies, people and users


@pytest.mark.parametrize(
    "columns",
    [
        {"address": "Main street 1", "address_country": "Germany", "owner_id": 101},
        {"address": {"value": "x", "country": "Germany"}, "owner_id": {"id": 101, "value": 101}},
        {"address__value": "x", "address__country": "Germany", "owner_id": 101},
    ],
    ids=["version 1", "objects", "dlt"],
)
def test_a_company_is_the_same_whatever_loaded_it(
    pipedrive: CrmSource, columns: dict[str, Any]
) -> None:
    pipedrive.write(
        deals=[deal(1)],
        organizations=[
            {"id": 5, "name": "Acme", "active_flag": True} | columns,
            {"id": 6, "name": "Gone", "active_flag": False},
        ],
    )
    assert pipedrive.rows(
        "select account_id, account_name, region_id, owner_id, is_deleted from accounts order by 1"
    ) == [("5", "Acme", "Germany", "101", "false"), ("6", "Gone", None, None, "true")]


EMAILS = [
    {"value": "home@example.com", "primary": False},
    {"value": "work@example.com", "primary": True},
]


@pytest.mark.parametrize(
    "tables",
    [
        {"persons": [{"id": 7, "name": "Ada", "org_id": {"value": 5}, "email": EMAILS}]},
        {"persons": [{"id": 7, "name": "Ada", "org_id": 5, "emails": EMAILS}]},
        {
            "persons": [{"id": 7, "name": "Ada", "org_id": 5, "_dlt_id": "x"}],
            "persons__email": [email | {"_dlt_parent_id": "x"} for email in EMAILS],
        },
        {
            "v2_persons": [{"id": 7, "name": "Ada", "org_id": 5, "_dlt_id": "x"}],
            "v2_persons__emails": [email | {"_dlt_parent_id": "x"} for email in EMAILS],
        },
        {
            "person": [{"id": 7, "name": "Ada", "org_id": 5}],
            "person_email": [email | {"person_id": 7} for email in EMAILS],
        },
    ],
    ids=["version 1", "version 2", "dlt 1", "dlt 2", "fivetran"],
)
def test_a_person_has_a_primary_address(
    pipedrive: CrmSource, tables: dict[str, list[dict[str, Any]]]
) -> None:
    leads = [{"id": "L", "title": "x", "person_id": 7, "add_time": ADDED, "is_archived": False}]
    pipedrive.write(deals=[deal(1)], leads=leads, **tables)
    assert pipedrive.rows("select contact_id, account_id, email, full_name from contacts") == [
        ("7", "5", "work@example.com", "Ada")
    ]
    assert pipedrive.rows("select lead_id, email, full_name, status from leads") == [
        ("L", "work@example.com", "Ada", "new")
    ]


def test_an_archived_lead_is_disqualified(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1)],
        leads=[
            {"id": "L", "title": "x", "is_archived": True, "add_time": ADDED, "update_time": WON}
        ],
    )
    assert pipedrive.rows("select full_name, status, disqualified_at from leads") == [
        ("x", "disqualified", WON)
    ]


def test_users_that_left_stay_and_teams_hold_them(pipedrive: CrmSource) -> None:
    pipedrive.write(
        deals=[deal(1)],
        users=[
            {"id": 101, "name": "Noa", "active_flag": True, "timezone_name": "Europe/Berlin"},
            {"id": 103, "name": "Left", "active_flag": False},
        ],
        legacy_teams=[
            {"id": 2, "name": "B", "manager_id": 101, "users": [101]},
            {"id": 10, "name": "C", "manager_id": 101, "users": [101, 103]},
        ],
    )
    assert pipedrive.rows("select user_id, full_name, is_active from users order by 1") == [
        ("101", "Noa", "true"),
        ("103", "Left", "false"),
    ]
    assert pipedrive.rows(
        "select user_id, team_id, is_primary from team_memberships order by 1, 2"
    ) == [("101", "10", "false"), ("101", "2", "true"), ("103", "10", "true")]


# Activities and goals


def activity_of_version_1(source: CrmSource) -> None:
    source.write(
        activities=[
            {
                "id": 1,
                "type": "meeting",
                "subject": "Product demo",
                "user_id": 101,
                "created_by_user_id": 102,
                "done": False,
                "marked_as_done_time": "",
                "due_date": "2026-02-12",
                "due_time": "09:30",
                "duration": "00:45",
                "add_time": ADDED,
                "deal_id": 1,
                "org_id": 5,
                "person_id": 7,
                "active_flag": True,
                "participants": [
                    {"person_id": 7, "primary_flag": True},
                    {"person_id": 8, "primary_flag": False},
                ],
            },
            {"id": 2, "type": "call", "add_time": ADDED, "active_flag": False},
        ]
    )


def activity_of_dlt(source: CrmSource) -> None:
    source.write(
        v2_activities=[
            {
                "id": 1,
                "type": "meeting",
                "subject": "Product demo",
                "owner_id": 101,
                "creator_user_id": 102,
                "done": False,
                "due_date": "2026-02-12",
                "due_time": "09:30:00",
                "duration": "00:45:00",
                "add_time": ADDED,
                "deal_id": 1,
                "org_id": 5,
                "person_id": 7,
                "is_deleted": False,
                "_dlt_id": "x",
            },
            {"id": 2, "type": "call", "add_time": ADDED, "is_deleted": True},
        ],
        v2_activities__participants=[
            {"person_id": key, "primary": key == 7, "_dlt_parent_id": "x"} for key in (7, 8)
        ],
    )


@pytest.mark.parametrize("write", [activity_of_version_1, activity_of_dlt])
def test_a_meeting_with_several_people_is_one_meeting(
    pipedrive: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(pipedrive)
    pipedrive.write(deals=[deal(1)])
    assert pipedrive.rows(
        "select activity_id, activity_type, performer_id, booked_by_id, account_id, contact_id,"
        " opportunity_id, scheduled_start, scheduled_end, completed_at, status, meeting_type,"
        " duration_seconds from activities"
    ) == [
        ("1", "meeting", "101", "102", "5", "7", "1", "2026-02-12 09:30:00")
        + ("2026-02-12 10:15:00", None, "scheduled", "demo", "2700")
    ]
    assert pipedrive.rows(
        "select participant_id, participant_type from activity_participants order by 1"
    ) == [("101", "user"), ("7", "contact"), ("8", "contact")]


def test_types_of_ones_own_are_what_their_icon_shows(pipedrive: CrmSource) -> None:
    kinds = ["call", "email", "lunch", "deadline", "visit", "coffee"]
    pipedrive.write(
        deals=[deal(1)],
        activities=[
            {"id": kind, "type": kind, "add_time": ADDED, "done": True, "marked_as_done_time": WON}
            for kind in kinds
        ],
        activity_types=[
            {"key_string": "visit", "icon_key": "meeting"},
            {"key_string": "coffee", "icon_key": "car"},
        ],
    )
    assert pipedrive.rows(
        "select activity_id, activity_type, status, sent_at from activities order by 1"
    ) == [
        ("call", "call", "completed", None),
        ("coffee", "task", "completed", None),
        ("deadline", "task", "completed", None),
        ("email", "email", "completed", WON),
        ("lunch", "meeting", "completed", None),
        ("visit", "meeting", "completed", None),
    ]


def goal(key: str, **other: Any) -> dict[str, Any]:
    return {
        "id": key,
        "type": {"name": "deals_won", "params": {"pipeline_id": [1]}},
        "assignee": {"type": "person", "id": 101},
        "expected_outcome": {"tracking_metric": "sum", "currency_id": 148, "target": 100},
        "interval": "quarterly",
        "duration": {"start": "2026-01-01", "end": "2026-06-30"},
    } | other


def test_goals_for_the_value_of_won_deals_are_quotas_for_each_interval(
    pipedrive: CrmSource,
) -> None:
    pipedrive.write(
        deals=[deal(1)],
        currencies=[{"id": 148, "code": "USD"}],
        goals=[
            goal("a"),
            goal(
                "b",
                assignee={"type": "team", "id": 2},
                interval="yearly",
                duration={"start": "2026-01-01", "end": None},
                type={"name": "deals_won", "params": {"pipeline_id": [1, 2]}},
            ),
            goal("c", assignee={"type": "company", "id": 1}),
            goal("d", type={"name": "activities_added", "params": {}}),
            goal("e", expected_outcome={"tracking_metric": "quantity", "target": 5}),
        ],
    )
    assert pipedrive.rows(
        "select user_id, team_id, period_start, period_end, pipeline_id, amount, currency "
        "from quotas order by 1 nulls last, 3"
    ) == [
        ("101", None, "2026-01-01", "2026-04-01", "1", "100", "USD"),
        ("101", None, "2026-04-01", "2026-07-01", "1", "100", "USD"),
        (None, "2", "2026-01-01", "2027-01-01", None, "100", "USD"),
    ]


def test_what_a_loader_does_not_bring_is_not_delivered(pipedrive: CrmSource) -> None:
    pipedrive.write(deals=[deal(1)])
    report = pipedrive.land()
    missing = ("activities", "users", "opportunity_line_items", "quotas", "leads", "pipelines")
    assert not any(report.table(name).is_delivered for name in missing)
    assert report.table("opportunity_stage_history").is_delivered


# Public records


@pytest.mark.parametrize(
    "folder",
    [
        "airbyte_pipedrive",
        "airbyte_pipedrive/handmade_v3",
        "dlt_pipedrive/v1",
        "dlt_pipedrive/v2",
    ],
)
def test_public_records_land_with_every_deal(
    folder: str, shared_data: Path, mapping: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "records"
    raw.mkdir()
    for path in (shared_data / "crm_shapes" / folder).iterdir():
        if path.is_file():
            shutil.copyfile(path, raw / path.name)
    source = landed(raw, mapping, tmp_path)
    files = [*raw.glob("deals.*"), *raw.glob("deals_archived.*"), *raw.glob("v2_deals.*")]
    with duckdb.connect() as connection:
        states = dict(
            row
            for file in files
            for row in connection.execute(
                f"select cast(id as varchar), status from '{file}'"
            ).fetchall()
        )
    found = source.rows("select opportunity_id, stage, is_deleted from opportunities")
    assert {key for key, _, _ in found} == set(states)
    for key, stage, is_deleted in found:
        if is_deleted == "false":
            assert (stage if stage in ("won", "lost") else "open") == states[key]
    histories = source.rows("select distinct opportunity_id from opportunity_stage_history")
    assert {key for (key,) in histories} == set(states)
