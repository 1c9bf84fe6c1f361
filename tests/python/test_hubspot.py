"""HubSpot's raw tables become the raw contract whatever loaded them, traps and all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from crm_source import CrmSource, landed

CREATED = "2026-01-05T09:00:00Z"


@pytest.fixture
def mapping(repository: Path) -> Path:
    return repository / "mappings" / "hubspot"


@pytest.fixture
def hubspot(tmp_path: Path, mapping: Path) -> CrmSource:
    return CrmSource(tmp_path, mapping)


def deal(key: str, stage: str = "qualifiedtobuy", **columns: Any) -> dict[str, Any]:
    """A deal as dlt lands it: columns without prefix."""
    return {
        "id": key,
        "dealstage": stage,
        "pipeline": "default",
        "createdate": CREATED,
        "hs_lastmodifieddate": "2026-02-01T00:00:00Z",
    } | columns


def stage_of(key: str, is_closed: str, probability: str, **columns: Any) -> dict[str, Any]:
    """A stage as Fivetran lands it."""
    return {
        "pipeline_id": "default",
        "stage_id": key,
        "label": key,
        "display_order": 0,
        "is_closed": is_closed,
        "probability": probability,
    } | columns


# Deals


def fivetran_deal(source: CrmSource) -> None:
    source.write(
        deal=[
            {
                "deal_id": 11,
                "deal_pipeline_id": "default",
                "deal_pipeline_stage_id": "closedwon",
                "owner_id": 77,
                "property_dealname": "Big",
                "property_amount": 60000.5,
                "property_deal_currency_code": "EUR",
                "property_closedate": "2026-03-31 22:30:00",
                "property_createdate": "2026-01-05 09:00:00",
                "property_dealtype": "existingbusiness",
                "property_hs_deal_stage_probability": 1.0,
                "property_hs_manual_forecast_category": "BEST_CASE",
                "is_deleted": False,
                "_fivetran_synced": "2026-04-01 00:00:00",
            }
        ],
        deal_company=[{"deal_id": 11, "company_id": 5, "type_id": 5}],
    )


PROPERTIES = {
    "dealname": "Big",
    "pipeline": "default",
    "dealstage": "closedwon",
    "hubspot_owner_id": "77",
    "amount": 60000.5,
    "deal_currency_code": "EUR",
    "closedate": "2026-03-31T22:30:00+00:00",
    "createdate": "2026-01-05T09:00:00+00:00",
    "dealtype": "existingbusiness",
    "hs_deal_stage_probability": "1.0",
    "hs_manual_forecast_category": "BEST_CASE",
}


def airbyte_deal(source: CrmSource) -> None:
    flat = {f"properties_{name}": value for name, value in PROPERTIES.items()}
    row = {"id": "11", "archived": False, "companies": ["5", "5"], "properties": PROPERTIES}
    source.write(deals=[row | flat])


def airbyte_deal_of_objects(source: CrmSource) -> None:
    source.write(deals=[{"id": "11", "companies": ["5"], "properties": PROPERTIES}])


def dlt_deal(source: CrmSource) -> None:
    source.write(
        deals=[PROPERTIES | {"id": "11", "hs_object_id": 11.0, "_dlt_id": "x"}],
        companies__deals=[{"value": "5", "deals_id": "11", "_dlt_parent_id": "y"}],
    )


@pytest.mark.parametrize("write", [fivetran_deal, airbyte_deal, airbyte_deal_of_objects, dlt_deal])
def test_a_deal_is_the_same_whatever_loaded_it(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    assert hubspot.rows(
        "select opportunity_id, opportunity_name, account_id, pipeline_id, stage, owner_id, amount,"
        " currency, left(cast(cast(created_at as timestamptz) as varchar), 19),"
        " left(cast(cast(closed_date as timestamptz) as varchar), 19), opportunity_type,"
        " probability::double, forecast_category, is_deleted from opportunities"
    ) == [
        ("11", "Big", "5", "default", "closedwon", "77", "60000.5", "EUR")
        + ("2026-01-05 09:00:00", "2026-03-31 22:30:00", "expansion_upsell")
        + (1.0, "best_case", "false")
    ]


def test_a_close_date_stays_the_instant_that_the_reporting_zone_turns_into_a_day(
    hubspot: CrmSource,
) -> None:
    closed = "2026-03-31T22:30:00+00:00"
    hubspot.write(deals=[deal("1", "closedwon", closedate=closed)])
    assert hubspot.rows("select closed_date, expected_close_date from opportunities") == [
        (closed, closed)
    ]


def test_the_close_date_of_an_open_deal_is_an_expectation(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[
            deal("1", "open", closedate="2026-03-31T10:00:00Z"),
            deal("2", "lost", closedate="2026-03-31T10:00:00Z"),
            deal("3", "elsewhere", closedate="2026-03-31T10:00:00Z", hs_is_closed="false"),
        ],
        deal_pipeline_stage=[stage_of("open", "false", "0.4"), stage_of("lost", "true", "0.0")],
    )
    assert hubspot.rows(
        "select opportunity_id, expected_close_date[:10], closed_date[:10] from opportunities "
        "order by 1"
    ) == [("1", "2026-03-31", None), ("2", "2026-03-31", "2026-03-31"), ("3", "2026-03-31", None)]


def test_a_chance_is_a_share_and_not_a_percentage(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1", hs_deal_stage_probability="0.4")],
        deal_pipeline_stage=[stage_of("qualifiedtobuy", "false", "0.4")],
    )
    assert hubspot.rows("select probability, default_probability from opportunities, stages") == [
        ("0.4", "0.4")
    ]


def test_the_first_filled_of_columns_split_by_type_holds(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[
            deal("1", amount=4500, amount__v_double=None),
            deal("2", amount=None, amount__v_double=4500.75),
        ]
    )
    assert hubspot.rows("select amount from opportunities order by 1") == [("4500",), ("4500.75",)]


def test_a_deal_that_was_delivered_again_counts_once_as_it_was_last(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[
            deal("1", amount=1, hs_lastmodifieddate="2026-02-01T00:00:00Z"),
            deal("1", amount=2, hs_lastmodifieddate="2026-02-03T00:00:00Z"),
            deal("1", amount=3, hs_lastmodifieddate="2026-02-02T00:00:00Z"),
        ]
    )
    assert hubspot.rows("select opportunity_id, amount from opportunities") == [("1", "2")]


@pytest.mark.parametrize("mark", ["is_deleted", "_fivetran_deleted", "archived"])
@pytest.mark.parametrize("said", [True, "TRUE", 1])
def test_a_deleted_deal_is_marked(hubspot: CrmSource, mark: str, said: object) -> None:
    hubspot.write(deals=[deal("1", **{mark: said}), deal("2", **{mark: False}), deal("3")])
    assert hubspot.rows("select is_deleted from opportunities order by opportunity_id") == [
        ("true",),
        ("false",),
        ("false",),
    ]


def test_archived_deals_are_deleted_though_their_live_rows_stay_behind(hubspot: CrmSource) -> None:
    archived = {"archived": True, "archivedAt": "2026-02-10T00:00:00Z"}
    hubspot.write(
        deals=[
            deal("stale"),
            deal("restored", hs_lastmodifieddate="2026-03-01T00:00:00Z"),
            deal("live"),
        ],
        deals_archived=[deal("stale", **archived), deal("restored", **archived)]
        + [deal("gone", **archived)],
    )
    assert hubspot.rows(
        "select opportunity_id, is_deleted, deleted_at from opportunities order by 1"
    ) == [
        ("gone", "true", "2026-02-10T00:00:00Z"),
        ("live", "false", None),
        ("restored", "false", None),
        ("stale", "true", "2026-02-10T00:00:00Z"),
    ]


def merged_in_a_table(source: CrmSource) -> None:
    source.write(
        deal=[deal(key) for key in "abc"],
        merged_deal=[
            {"deal_id": "b", "merged_deal_id": "a"},
            {"deal_id": "c", "merged_deal_id": "b"},
        ],
    )


def merged_in_lists(source: CrmSource) -> None:
    lists = {"b": "a", "c": "b;c"}
    source.write(deals=[deal(key, hs_merged_object_ids=lists.get(key)) for key in "abc"])


def merged_away_for_good(source: CrmSource) -> None:
    source.write(deals=[deal("c", hs_merged_object_ids="a; b"), deal("a")])


@pytest.mark.parametrize("write", [merged_in_a_table, merged_in_lists, merged_away_for_good])
def test_merged_deals_count_once_also_in_a_chain(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    hubspot.write(
        engagements_calls=[
            {"id": "1", "hs_createdate": CREATED, "hs_timestamp": CREATED, "deals": ["a"]}
        ]
    )
    assert hubspot.rows("select opportunity_id from opportunities where is_deleted = 'false'") == [
        ("c",)
    ]
    assert hubspot.rows("select opportunity_id from activities") == [("c",)]


def company_by_type(source: CrmSource) -> None:
    links = [("3", 341), ("9", 5), ("4", 341)]
    source.write(
        deal=[deal("1")],
        deal_company=[{"deal_id": "1", "company_id": key, "type_id": kind} for key, kind in links],
    )


def company_by_property(source: CrmSource) -> None:
    source.write(deals=[deal("1", hs_primary_associated_company=9.0, companies=["3", "9", "4"])])


def company_by_place(source: CrmSource) -> None:
    source.write(deals=[deal("1", companies=["9", "3", "3"])])


def company_by_age(source: CrmSource) -> None:
    source.write(
        deals=[deal("1")],
        companies__deals=[{"value": key, "deals_id": "1"} for key in ("10", "9", "100")],
    )


@pytest.mark.parametrize(
    "write", [company_by_type, company_by_property, company_by_place, company_by_age]
)
def test_a_deal_with_several_companies_is_its_primary_ones(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    assert hubspot.rows("select opportunity_id, account_id from opportunities") == [("1", "9")]


@pytest.mark.parametrize(
    "tables",
    [
        {"deal_contact": [{"deal_id": "1", "contact_id": key} for key in ("8", "9", "10")]},
        {"contacts__deals": [{"deals_id": "1", "value": key} for key in ("8", "9", "10")]},
        {"deals": [deal("1", amount=7, contacts=["10", "9", "8", "9"])]},
    ],
    ids=["fivetran", "dlt", "airbyte"],
)
def test_a_deal_with_three_contacts_counts_once(
    hubspot: CrmSource, tables: dict[str, list[dict[str, Any]]]
) -> None:
    hubspot.write(**{"deals": [deal("1", amount=7)], **tables})
    assert hubspot.rows("select primary_contact_id, amount from opportunities") == [("8", "7")]
    assert hubspot.rows("select count(*) from opportunity_contact_roles") == [(3,)]


# Stages


def stages_in_a_list(source: CrmSource) -> None:
    told = [("open", "Qualified", "false", "0.4"), ("won", "Success!", "true", "1.0")]
    told += [("lost", "Closed Lost", "true", "0.0"), ("parked", "Closed Lost", "false", "0.1")]
    stages = [
        {
            "stageId": key,
            "label": label,
            "displayOrder": place,
            "metadata": {"isClosed": is_closed, "probability": chance},
        }
        for place, (key, label, is_closed, chance) in enumerate(told)
    ]
    source.write(deal_pipelines=[{"pipelineId": "p", "label": "Sales", "stages": stages}])


def stages_in_a_child(source: CrmSource) -> None:
    told = [("open", "Qualified", "false", "0.4"), ("won", "Success!", "true", "1.0")]
    told += [("lost", "Closed Lost", "true", "0.0"), ("parked", "Closed Lost", "false", "0.1")]
    source.write(
        pipelines_deals=[{"id": "p", "label": "Sales", "_dlt_id": "x"}],
        pipelines_deals__stages=[
            {
                "id": key,
                "label": label,
                "display_order": place,
                "metadata__is_closed": is_closed,
                "metadata__probability": chance,
                "_dlt_parent_id": "x",
            }
            for place, (key, label, is_closed, chance) in enumerate(told)
        ],
    )


def stages_in_a_table(source: CrmSource) -> None:
    told = [("open", "Qualified", "FALSE", 0.4), ("won", "Success!", "TRUE", 1)]
    told += [("lost", "Closed Lost", "TRUE", 0), ("parked", "Closed Lost", "FALSE", 0.1)]
    source.write(
        deal_pipeline=[{"pipeline_id": "p", "label": "Sales"}],
        deal_pipeline_stage=[
            {
                "stage_id": key,
                "pipeline_id": "p",
                "label": label,
                "display_order": place,
                # The older name, which says "closed" and not "won".
                "closed_won": is_closed,
                "probability": chance,
            }
            for place, (key, label, is_closed, chance) in enumerate(told)
        ],
    )


@pytest.mark.parametrize("write", [stages_in_a_list, stages_in_a_child, stages_in_a_table])
def test_won_is_what_is_closed_for_certain_whatever_its_label(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    hubspot.write(deals=[deal("1")])
    assert hubspot.rows(
        "select pipeline_id, stage, stage_name, stage_order, is_closed, is_won from stages "
        "order by stage_order::integer"
    ) == [
        ("p", "open", "Qualified", "1", "false", "false"),
        ("p", "won", "Success!", "2", "true", "true"),
        ("p", "lost", "Closed Lost", "3", "true", "false"),
        ("p", "parked", "Closed Lost", "4", "false", "false"),
    ]
    assert hubspot.rows(
        "select * exclude (_load_id, _loaded_at, _source_file, _row_number) from pipelines"
    ) == [("p", "Sales", None)]


def test_a_deleted_stage_keeps_its_name(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1", "old")],
        deal_pipeline_stage=[stage_of("old", "false", "0.4", label="Old", _fivetran_deleted=True)],
    )
    assert hubspot.rows("select stage, stage_name from stages") == [("old", "Old")]


def test_a_closed_stage_that_was_deleted_is_known_from_its_deals(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[
            deal("1", "left", hs_is_closed="true", hs_is_closed_won="false"),
            deal("2", "gained", hs_is_closed=True, hs_is_closed_won=True),
            deal("3", "now", hs_is_closed=False),
        ],
        deal_pipeline_stage=[stage_of("now", "false", "0.4")],
    )
    assert hubspot.rows("select stage, is_closed, is_won from stages order by 1") == [
        ("gained", "true", "true"),
        ("left", "true", "false"),
        ("now", "false", "false"),
    ]


# Stage history


STEPS = "select stage, entered_at[:19] from opportunity_stage_history order by 2"
DATES = {
    "hs_v2_date_entered_qualifiedtobuy": "2026-03-01T09:00:00Z",
    "hs_v2_date_entered_contractsent": "2026-02-01T09:00:00Z",
    "hs_date_entered_184553_1029384756": "2026-04-01T09:00:00Z",
}


def dates_in_columns(source: CrmSource) -> None:
    columns = {f"properties_{name}": value for name, value in DATES.items()}
    source.write(deals=[deal("1", "184553_1029384756", **columns)])


def dates_in_an_object(source: CrmSource) -> None:
    source.write(deals=[{"id": "1", "properties": deal("1", "184553_1029384756") | DATES}])


def dates_in_upper_case(source: CrmSource) -> None:
    columns = {f"PROPERTIES_{name}".upper(): value for name, value in DATES.items()}
    source.write(deals=[deal("1", "184553_1029384756", **columns)])
    source.write(
        deal_pipeline_stage=[
            stage_of("qualifiedtobuy", "false", "0.4"),
            stage_of("contractsent", "false", "0.9"),
        ]
    )


def dates_in_rows(source: CrmSource) -> None:
    source.write(
        deals=[deal("1", "184553_1029384756")],
        stages_timing_deals=[
            {"id": "1", "hs_v2_date_enteredx": value, "stage": name.split("entered_")[1]}
            for name, value in DATES.items()
        ],
    )


@pytest.mark.parametrize(
    "write", [dates_in_columns, dates_in_an_object, dates_in_upper_case, dates_in_rows]
)
def test_without_a_log_the_last_entry_of_each_stage_is_what_is_known(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    assert hubspot.rows(STEPS) == [
        ("contractsent", "2026-02-01 09:00:00"),
        ("qualifiedtobuy", "2026-03-01 09:00:00"),
        ("184553_1029384756", "2026-04-01 09:00:00"),
    ]


LOG = [
    ("qualifiedtobuy", "2026-01-05T09:00:00Z"),
    ("contractsent", "2026-02-01T09:00:01Z"),
    ("qualifiedtobuy", "2026-03-01T09:00:01Z"),
]


def log_of_fivetran_stages(source: CrmSource) -> None:
    source.write(
        deal_stage=[{"deal_id": "1", "value": stage, "date_entered": at} for stage, at in LOG]
    )


def log_of_fivetran_properties(source: CrmSource) -> None:
    source.write(
        deal_property_history=[
            {"deal_id": "1", "name": "dealstage", "value": stage, "timestamp": at}
            for stage, at in LOG
        ],
        deal_stage=[{"deal_id": "1", "value": stage, "date_entered": at} for stage, at in LOG],
    )


def log_of_airbyte(source: CrmSource) -> None:
    rows = [
        {"dealId": "1", "property": "dealstage", "name": None, "value": stage, "timestamp": at}
        for stage, at in LOG[1:]
    ]
    older = {"dealId": 1, "property": "dealstage", "name": "dealstage", "value": LOG[0][0]}
    source.write(deals_property_history=[older | {"timestamp": 1767603600000}, *rows])


def log_of_dlt_appended_twice(source: CrmSource) -> None:
    rows = [
        {
            "object_id": "1",
            "property_name": "dealstage",
            "value": stage,
            "timestamp": at,
            "dealstage": None,
            "_dlt_id": str(number),
        }
        for number, (stage, at) in enumerate([*LOG, *LOG])
    ]
    source.write(deals_property_history=rows)


@pytest.mark.parametrize(
    "write",
    [
        log_of_fivetran_stages,
        log_of_fivetran_properties,
        log_of_airbyte,
        log_of_dlt_appended_twice,
    ],
)
def test_a_log_knows_every_entry_and_dates_add_none_twice(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    hubspot.write(deals=[deal("1", **DATES)])
    write(hubspot)
    assert hubspot.rows(STEPS) == [
        ("qualifiedtobuy", "2026-01-05 09:00:00"),
        ("contractsent", "2026-02-01 09:00:01"),
        ("qualifiedtobuy", "2026-03-01 09:00:01"),
        # Only the date knows of this one.
        ("184553_1029384756", "2026-04-01 09:00:00"),
    ]


def test_stages_that_a_deal_jumped_over_are_none_it_was_in(hubspot: CrmSource) -> None:
    at = "2026-01-05T09:00:00Z"
    hubspot.write(
        deals=[
            deal("1", "b", hs_v2_date_entered_a=at, hs_v2_date_entered_b=at),
            deal(
                "2",
                "d",
                hs_v2_date_entered_a=at,
                hs_v2_date_entered_b=at,
                hs_v2_date_entered_c=at,
                hs_v2_date_entered_d="2026-01-06T09:00:00Z",
            ),
        ],
        deal_pipeline_stage=[
            stage_of(key, "false", "0.1", display_order=place) for place, key in enumerate("acbd")
        ],
    )
    assert hubspot.rows(
        "select opportunity_id, stage from opportunity_stage_history order by 1, entered_at"
    ) == [("1", "b"), ("2", "b"), ("2", "d")]


def test_a_stage_that_is_logged_again_is_no_new_entry(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1")],
        deal_property_history=[
            {"deal_id": "1", "name": "dealstage", "value": "a", "timestamp": f"2026-01-0{day}"}
            for day in (5, 6)
        ],
    )
    assert hubspot.rows(STEPS) == [("a", "2026-01-05 00:00:00")]


# Field history


def test_changes_of_fields_are_told_by_the_names_of_the_contract(hubspot: CrmSource) -> None:
    log = [
        ("amount", "9000", "2026-01-05T09:00:00Z"),
        ("amount", "", "2026-02-10T08:00:00Z"),
        ("amount", "12000.50", "2026-03-20T08:00:00Z"),
        ("closedate", "1769904000000", "2026-01-05T09:00:00Z"),
        ("closedate", "1774715400000", "2026-03-20T08:00:00Z"),
        ("hubspot_owner_id", "77", "2026-01-05T09:00:00Z"),
        ("hubspot_owner_id", "78", "2026-02-01T08:00:00Z"),
        ("deal_currency_code", "EUR", "2026-01-07T09:00:00Z"),
        ("dealname", "x", "2026-02-01T08:00:00Z"),
    ]
    hubspot.write(
        deals=[deal("1")],
        deals_property_history=[
            {
                "dealId": "1",
                "property": name,
                "value": value,
                "timestamp": at,
                "updatedByUserId": 1201,
            }
            for name, value, at in log
        ],
        owners=[{"id": "77", "userId": 1201, "email": "a@example.com"}],
    )
    assert hubspot.rows(
        "select field_name, old_value, new_value, changed_at, changed_by "
        "from opportunity_field_history order by field_name, changed_at"
    ) == [
        ("amount", "9000", None, "2026-02-10 08:00:00", "77"),
        ("amount", None, "12000.50", "2026-03-20 08:00:00", "77"),
        ("currency", None, "EUR", "2026-01-07 09:00:00", "77"),
        ("expected_close_date", "2026-02-01", "2026-03-28 16:30:00")
        + ("2026-03-20 08:00:00", "77"),
        ("owner_id", "77", "78", "2026-02-01 08:00:00", "77"),
    ]


@pytest.mark.parametrize("is_in_milliseconds", [True, False])
def test_the_instant_at_which_a_deal_closes_is_no_expectation(
    hubspot: CrmSource, is_in_milliseconds: bool
) -> None:
    def written(instant: str) -> str:
        if is_in_milliseconds:
            return str(int(datetime.fromisoformat(instant).timestamp() * 1000))
        return instant

    log = [
        ("2026-01-31T00:00:00+00:00", CREATED),
        # Moved on, closed, opened and moved again, closed for good.
        ("2026-02-28T00:00:00+00:00", "2026-01-20T10:00:00Z"),
        ("2026-02-10T15:30:20+00:00", "2026-02-10T15:30:21Z"),
        ("2026-03-15T12:00:00+00:00", "2026-02-20T10:00:00Z"),
        ("2026-03-12T08:00:00+00:00", "2026-03-12T08:00:00Z"),
    ]
    hubspot.write(
        deals=[deal("1", "closedwon")],
        deal_property_history=[
            {"deal_id": "1", "name": "closedate", "value": written(value), "timestamp": at}
            for value, at in log
        ],
    )
    assert hubspot.rows(
        "select old_value, new_value from opportunity_field_history order by changed_at"
    ) == [("2026-01-31", "2026-02-28"), ("2026-02-28", "2026-03-15 12:00:00")]


def test_who_changed_a_deal_is_told_by_the_source_of_the_change(hubspot: CrmSource) -> None:
    def change(name: str, value: str, at: str, source_id: str | None) -> dict[str, Any]:
        log = {"deal_id": "1", "name": name, "value": value, "timestamp": at}
        return log | {"source": "CRM_UI", "source_id": source_id}

    hubspot.write(
        deals=[deal("1")],
        deal_property_history=[
            change("dealstage", "a", CREATED, "userId:1201"),
            change("dealstage", "b", "2026-01-06T09:00:00Z", "workflow:7"),
            change("amount", "1", CREATED, None),
            change("amount", "2", "2026-01-06T09:00:00Z", "userId:1201"),
        ],
        owners=[{"id": "77", "userId": 1201}],
    )
    assert hubspot.rows("select stage, entered_by from opportunity_stage_history order by 1") == [
        ("a", "77"),
        ("b", None),
    ]
    assert hubspot.rows("select new_value, changed_by from opportunity_field_history") == [
        ("2", "77")
    ]


# Lines, products, splits


def lines_of_airbyte(source: CrmSource) -> None:
    source.write(deals=[deal("1", line_items=["21"]), deal("2")])


def lines_of_fivetran(source: CrmSource) -> None:
    source.write(deal=[deal("1"), deal("2")], line_item_deal=[{"line_item_id": 21, "deal_id": 1}])


def lines_of_both_merged(source: CrmSource) -> None:
    source.write(
        deals=[deal("0", line_items=["21"]), deal("1", line_items=["21"], hs_merged_object_ids="0")]
    )


@pytest.mark.parametrize("write", [lines_of_airbyte, lines_of_fivetran, lines_of_both_merged])
def test_a_line_belongs_to_one_deal(hubspot: CrmSource, write: Callable[[CrmSource], None]) -> None:
    write(hubspot)
    hubspot.write(
        line_items=[
            {
                "id": "21",
                "properties_hs_product_id": 646,
                "properties_quantity": 2,
                "properties_price": 100,
                "properties_amount": 190.0,
                "properties_recurringbillingfrequency": "monthly",
                "properties_hs_term_in_months": 12.0,
            }
        ]
    )
    assert hubspot.rows(
        "select line_id, opportunity_id, product_id, quantity, unit_price, list_price, net_amount,"
        " is_recurring, term_months from opportunity_line_items"
    ) == [("21", "1", "646", "2", "95", "100", "190.0", "true", "12")]


def test_a_line_names_its_product_by_a_whole_key(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1", line_items=["21"])],
        line_items=[{"id": "21", "properties_hs_product_id": 646777910.0}],
        products=[{"id": "646777910", "properties_name": "Core"}],
    )
    assert hubspot.rows(
        "select product_id from opportunity_line_items inner join products using (product_id)"
    ) == [("646777910",)]


def test_splits_have_shares_of_one_and_whole_keys(hubspot: CrmSource) -> None:
    split = {"hubspot_owner_id": "77", "hs_deal_split_percentage": 0.5, "hs_deal_id": 21586456222.0}
    hubspot.write(
        deals=[deal("21586456222")],
        deal_splits=[
            {"id": "1", "properties": split},
            {"id": "2", "properties": split} | {"archived": True},
        ],
    )
    assert hubspot.rows(
        "select opportunity_id, user_id, split_type, split_rate from opportunity_splits"
    ) == [("21586456222", "77", "revenue", "0.5")]


# Owners, teams and goals


def test_an_owner_has_another_key_than_its_user_and_may_be_archived(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1", hubspot_owner_id="79")],
        owners=[
            {"id": "77", "userId": 1201, "firstName": "Noa", "lastName": "Kern", "archived": False},
            {"id": "78", "userId": 1202, "firstName": "", "lastName": "", "email": "x@example.com"},
        ],
        owners_archived=[
            {"id": "79", "userId": None, "userIdIncludingInactive": 1299, "archived": True}
        ],
    )
    assert hubspot.rows("select user_id, full_name, is_active from users order by 1") == [
        ("77", "Noa Kern", "true"),
        ("78", "x@example.com", "true"),
        ("79", None, "false"),
    ]


def test_an_owner_that_dlt_marks_deleted_has_left(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1")],
        owners=[{"id": "77", "is_deleted": None}, {"id": "79", "is_deleted": True}],
    )
    assert hubspot.rows("select user_id, is_active from users order by 1") == [
        ("77", "true"),
        ("79", "false"),
    ]


def teams_of_fivetran(source: CrmSource) -> None:
    source.write(
        owner=[{"owner_id": 77, "active_user_id": 1201}],
        team=[{"id": 501, "name": "EMEA"}, {"id": 502, "name": "New business"}],
        owner_team=[{"owner_id": 77, "team_id": 502, "is_team_primary": True}],
        team_user=[
            {"user_id": 1201, "team_id": 501, "is_secondary_user": True},
            {"user_id": 1201, "team_id": 502, "is_secondary_user": False},
        ],
    )


def teams_of_airbyte(source: CrmSource) -> None:
    teams = [
        {"id": "501", "name": "EMEA", "primary": False},
        {"id": "502", "name": "New business", "primary": True},
    ]
    source.write(owners=[{"id": "77", "userId": 1201, "teams": teams}])


def teams_of_dlt(source: CrmSource) -> None:
    source.write(
        owners=[{"id": "77", "user_id": 1201, "_dlt_id": "x"}],
        owners__teams=[
            {"id": "501", "name": "EMEA", "primary": False, "_dlt_parent_id": "x"},
            {"id": "502", "name": "New business", "primary": True, "_dlt_parent_id": "x"},
        ],
    )


@pytest.mark.parametrize("write", [teams_of_fivetran, teams_of_airbyte, teams_of_dlt])
def test_an_owner_is_in_one_primary_team(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    hubspot.write(deals=[deal("1")])
    assert hubspot.rows("select team_id, team_name from teams order by 1") == [
        ("501", "EMEA"),
        ("502", "New business"),
    ]
    assert hubspot.rows("select user_id, team_id, is_primary from team_memberships order by 2") == [
        ("77", "501", "false"),
        ("77", "502", "true"),
    ]


def test_goals_that_add_up_amounts_of_deals_are_quotas(hubspot: CrmSource) -> None:
    goal = {
        "hs_assignee_user_id": 1201.0,
        "hs_start_datetime": "2026-07-01T00:00:00+00:00",
        "hs_end_datetime": "2026-07-31T23:59:59.999000+00:00",
        "hs_target_amount": "50000",
        "hs_kpi_metric_type": "SUM",
        "hs_kpi_object_type": "DEAL",
        "hs_kpi_property_name": "amount",
        "hs_pipelines": "default",
    }
    others = [
        {"hs_kpi_object_type": "TICKET"},
        {"hs_kpi_metric_type": "COUNT"},
        {"hs_assignee_user_id": None},
        {"hs_target_amount": None},
    ]
    team = {"hs_assignee_user_id": None, "hs_assignee_team_id": 501, "hs_pipelines": "a;b"}
    hubspot.write(
        deals=[deal("1")],
        owners=[{"id": "77", "userId": 1201}],
        goals=[
            {"id": str(number), "properties": goal | other}
            for number, other in enumerate([{}, team, *others])
        ]
        + [{"id": "99", "archived": True, "properties": goal}],
    )
    assert hubspot.rows(
        "select user_id, team_id, period_start, period_end, pipeline_id, amount from quotas "
        "order by 1 nulls last"
    ) == [
        ("77", None, "2026-07-01", "2026-08-01", "default", "50000"),
        (None, "501", "2026-07-01", "2026-08-01", None, "50000"),
    ]


# Companies, contacts and leads


def test_merged_companies_and_contacts_name_their_survivors(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1")],
        companies=[
            {"id": "1", "properties_name": "Gone", "properties_createdate": CREATED},
            {"id": "2", "properties_name": "Left", "properties_hs_merged_object_ids": "1;3"},
        ],
        contacts=[
            {"id": "11", "properties_createdate": CREATED},
            {"id": "12", "properties_hs_merged_object_ids": "11"},
            {"id": "13", "properties_hs_calculated_merged_vids": "12:1688758327178;14:1"},
            {"id": "15", "properties_associatedcompanyid": 2.0},
        ],
        contacts_merged_audit=[{"canonical-vid": 13, "vid-to-merge": 15}],
    )
    assert hubspot.rows("select account_id, master_id from accounts order by 1") == [
        ("1", "2"),
        ("2", None),
    ]
    assert hubspot.rows("select contact_id, master_id, account_id from contacts order by 1") == [
        ("11", "12", None),
        ("12", "13", None),
        ("13", None, None),
        ("15", "13", "2"),
    ]


CONTACTS = [
    {"id": "1", "lifecyclestage": "subscriber", "createdate": CREATED},
    {"id": "2", "lifecyclestage": "lead", "createdate": CREATED, "hs_lead_status": "CONNECTED"},
    {
        "id": "3",
        "lifecyclestage": "customer",
        "createdate": CREATED,
        "hs_lifecyclestage_lead_date": "2026-01-07T00:00:00Z",
    },
    {"id": "4", "lifecyclestage": "lead", "createdate": CREATED, "hs_lead_status": "UNQUALIFIED"},
]


def test_without_a_lead_object_contacts_in_the_funnel_are_leads(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[
            deal("old", createdate="2025-01-01T00:00:00Z", contacts=["3"]),
            deal("new", createdate="2026-02-01T00:00:00Z", contacts=["3"]),
        ],
        contacts=CONTACTS,
    )
    assert hubspot.rows(
        "select lead_id, created_at, status, converted_at, converted_opportunity_id from leads "
        "order by 1"
    ) == [
        ("2", CREATED, "working", None, None),
        ("3", "2026-01-07T00:00:00Z", "converted", "2026-02-01T00:00:00Z", "new"),
        ("4", CREATED, "disqualified", None, None),
    ]


def test_leads_of_the_lead_object_win_over_contacts(hubspot: CrmSource) -> None:
    lead = {
        "hs_createdate": CREATED,
        "hs_pipeline_stage_category": "QUALIFIED",
        "hs_pipeline_stage_category_last_updated_at": "2026-01-09T00:00:00Z",
        "hs_lead_name": "Test lead",
        "hs_lead_source": "PAID_SEARCH",
        "hubspot_owner_id": "77",
    }
    hubspot.write(deals=[deal("1")], contacts=CONTACTS, leads=[{"id": "L", "properties": lead}])
    assert hubspot.rows(
        "select lead_id, full_name, created_at, lead_source, owner_id, status, qualified_at "
        "from leads"
    ) == [("L", "Test lead", CREATED, "PAID_SEARCH", "77", "qualified", "2026-01-09T00:00:00Z")]
    assert hubspot.rows("select is_paid from lead_sources where lead_source = 'PAID_SEARCH'") == [
        ("true",)
    ]


# Activities


def test_both_families_of_engagements_together_count_each_once(hubspot: CrmSource) -> None:
    hubspot.write(
        deals=[deal("1")],
        engagements=[
            {
                "id": key,
                "type": kind,
                "createdAt": 1767603600000,
                "timestamp": 1767603600000,
                "ownerId": 77,
                "associations": {"contactIds": [301], "companyIds": [], "dealIds": [1]},
                "metadata": {"subject": "Hello", "durationMilliseconds": 90000},
            }
            for key, kind in ((1, "CALL"), (2, "INCOMING_EMAIL"))
        ],
        engagements_calls=[
            {
                "id": "1",
                "properties_hs_createdate": "2026-01-05T09:00:00Z",
                "properties_hs_timestamp": "2026-01-05T09:00:00Z",
                "properties_hubspot_owner_id": "77",
                "properties_hs_call_title": "Hello",
                "properties_hs_call_status": "COMPLETED",
                "properties_hs_call_direction": "OUTBOUND",
                "properties_hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
                "properties_hs_call_duration": 90000,
                "contacts": ["301"],
                "deals": ["1"],
            }
        ],
    )
    assert hubspot.rows(
        "select activity_id, activity_type, direction, performer_id, contact_id, opportunity_id,"
        " subject, created_at[:10], completed_at[:10], received_at[:10], outcome,"
        " duration_seconds from activities order by 1"
    ) == [
        ("1", "call", "outbound", "77", "301", "1", "Hello", "2026-01-05", "2026-01-05", None)
        + ("connected", "90"),
        ("2", "email", "inbound", "77", "301", "1", "Hello", "2026-01-05", "2026-01-05")
        + ("2026-01-05", None, "90"),
    ]


def meeting_of_airbyte(source: CrmSource) -> None:
    source.write(
        engagements_meetings=[
            {
                "id": "1",
                "properties_hs_createdate": CREATED,
                "properties_hs_meeting_start_time": "2026-02-05T14:00:00+00:00",
                "properties_hs_meeting_end_time": "2026-02-05T14:30:00+00:00",
                "properties_hs_meeting_outcome": "COMPLETED",
                "properties_hs_activity_type": "Product demo",
                "properties_hubspot_owner_id": "77",
                "contacts": ["301", "302", "301"],
            }
        ]
    )


def meeting_of_fivetran(source: CrmSource) -> None:
    source.write(
        engagement=[{"id": 1, "type": "MEETING", "created_at": CREATED, "owner_id": 77}],
        engagement_meeting=[
            {
                "engagement_id": 1,
                "start_time": "2026-02-05 14:00:00",
                "end_time": "2026-02-05 14:30:00",
                "meeting_outcome": "COMPLETED",
                "property_hs_activity_type": "Product demo",
            }
        ],
        engagement_contact=[
            {"engagement_id": 1, "contact_id": 301},
            {"engagement_id": 1, "contact_id": 302},
        ],
    )


@pytest.mark.parametrize("write", [meeting_of_airbyte, meeting_of_fivetran])
def test_a_meeting_with_several_contacts_is_one_meeting(
    hubspot: CrmSource, write: Callable[[CrmSource], None]
) -> None:
    write(hubspot)
    hubspot.write(deals=[deal("1")])
    assert hubspot.rows(
        "select activity_id, performer_id, contact_id, created_at, scheduled_start[12:16],"
        " scheduled_end[12:16], completed_at[12:16], status, meeting_type from activities"
    ) == [("1", "77", "301", CREATED, "14:00", "14:30", "14:30", "completed", "demo")]
    assert hubspot.rows(
        "select participant_id, participant_type, is_external from activity_participants order by 1"
    ) == [("301", "contact", "true"), ("302", "contact", "true"), ("77", "user", "false")]


def test_states_of_activities(hubspot: CrmSource) -> None:
    outcomes = ["SCHEDULED", "NO_SHOW", "CANCELED", "RESCHEDULED"]
    hubspot.write(
        deals=[deal("1")],
        engagements_meetings=[
            {"id": f"m{number}", "hs_createdate": CREATED, "hs_meeting_outcome": outcome}
            for number, outcome in enumerate(outcomes)
        ],
        engagements_tasks=[
            {"id": "t1", "hs_createdate": CREATED, "hs_task_status": "NOT_STARTED"},
            {
                "id": "t2",
                "hs_createdate": CREATED,
                "hs_task_status": "COMPLETED",
                "hs_task_completion_date": "2026-01-06T09:00:00Z",
            },
            {"id": "t3", "hs_createdate": CREATED, "archived": True},
        ],
        engagements_emails=[
            {
                "id": f"e{number}",
                "hs_createdate": CREATED,
                "hs_timestamp": CREATED,
                "hs_email_status": status,
                "hs_email_direction": direction,
            }
            for number, (status, direction) in enumerate(
                [
                    ("SENT", "EMAIL"),
                    ("BOUNCED", "EMAIL"),
                    ("SENT", "INCOMING_EMAIL"),
                    ("SCHEDULED", "EMAIL"),
                ]
            )
        ],
    )
    assert hubspot.rows(
        "select activity_id, status, direction, outcome, sent_at is null, received_at is null"
        " from activities order by 1"
    ) == [
        ("e0", "completed", "outbound", None, False, True),
        # What bounced was sent, what is to be sent later was not.
        ("e1", "failed", "outbound", "bounced", False, True),
        ("e2", "completed", "inbound", None, True, False),
        ("e3", "planned", "outbound", None, True, True),
        ("m0", "scheduled", "outbound", None, True, True),
        ("m1", "no_show", "outbound", None, True, True),
        ("m2", "cancelled", "outbound", None, True, True),
        ("m3", "superseded", "outbound", None, True, True),
        ("t1", "planned", "outbound", None, True, True),
        ("t2", "completed", "outbound", None, True, True),
    ]


def test_what_a_loader_does_not_bring_is_not_delivered(hubspot: CrmSource) -> None:
    hubspot.write(deals=[deal("1")], companies=[{"id": "5", "name": "A"}])
    report = hubspot.land()
    missing = (
        "activities",
        "opportunity_stage_history",
        "stages",
        "users",
        "opportunity_line_items",
        "quotas",
        "leads",
        "campaigns",
    )
    assert not any(report.table(name).is_delivered for name in missing)
    assert report.table("accounts").is_delivered


# Public records


@pytest.mark.parametrize(
    "folder",
    [
        "airbyte_hubspot",
        "dlt_hubspot",
        "dlt_hubspot/variant_no_softdelete_extra_props",
    ],
)
def test_public_records_land_with_every_deal(
    folder: str, shared_data: Path, mapping: Path, tmp_path: Path
) -> None:
    raw = shared_data / "crm_shapes" / folder
    source = landed(raw, mapping, tmp_path)
    files = [*raw.glob("deals.*"), *raw.glob("deals_archived.*")]
    with duckdb.connect() as connection:
        keys = {
            key
            for file in files
            for (key,) in connection.execute(f"select distinct id from '{file}'").fetchall()
        }
    assert {key for (key,) in source.rows("select opportunity_id from opportunities")} == keys
    assert source.rows(
        "select count(*) from opportunities where stage not in (select stage from stages)"
    ) == [(0,)]


def test_records_of_the_older_connector_land_with_every_deal(
    shared_data: Path, mapping: Path, tmp_path: Path
) -> None:
    source = CrmSource(tmp_path, mapping)
    raw = shared_data / "crm_shapes" / "airbyte_hubspot"
    for name in ("companies", "contacts", "deals", "line_items"):
        shutil.copy(raw / f"{name}__old_nested_only.jsonl", source.raw / f"{name}.jsonl")
    newest: dict[str, dict[str, Any]] = {}
    for line in (source.raw / "deals.jsonl").read_text().splitlines():
        record = json.loads(line)
        seen = newest.get(record["id"], record)
        newest[record["id"]] = max(record, seen, key=lambda row: row["updatedAt"])
    deals = source.rows(
        "select opportunity_id, stage, coalesce(cast(amount as double), 0) from opportunities"
    )
    assert sorted(deals) == sorted(
        (key, record["properties"]["dealstage"], float(record["properties"]["amount"] or 0))
        for key, record in newest.items()
    )
    assert source.rows("select count(*) from opportunity_stage_history") != [(0,)]


def test_the_seeds_of_fivetrans_package_land_with_every_deal(
    shared_data: Path, mapping: Path, tmp_path: Path
) -> None:
    raw = shared_data / "hubspot_fivetran_shape"
    declared = yaml.safe_load((mapping / "options.yml").read_text())["tables"]
    names = {
        table: [f"{name}_data"]
        for table, options in declared.items()
        for name in (table, *options.get("names", ()))
        if (raw / f"{name}_data.csv").exists()
    }
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "options.yml").write_text(
        yaml.safe_dump(
            {
                "extends": str(mapping),
                "tables": {table: {"names": found} for table, found in names.items()},
            }
        )
    )
    source = landed(raw, seeds, tmp_path)
    counts = {
        "opportunities": "deal_data",
        "users": "owner_data",
        "stages": "deal_pipeline_stage_data",
        "opportunity_stage_history": "deal_stage_data",
    }
    with duckdb.connect() as connection:
        for table, file in counts.items():
            expected = connection.execute(f"select count(*) from '{raw / file}.csv'").fetchall()
            assert source.rows(f"select count(*) from {table}") == expected, table
