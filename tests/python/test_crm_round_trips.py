"""The deals of the sample, written as each CRM and loader has them, land as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from crm_source import CrmSource

# Deals whose rows are whole; flaws that are planted in the sample are tested elsewhere.
DEALS = """
    select *, stage in ('Closed Won', 'Closed Lost') as is_closed
    from opportunities
    where stage is not null and created_at is not null
        and created_at <= (
            select min(entered_at) from opportunity_stage_history as entries
            where entries.opportunity_id = opportunities.opportunity_id
        )
        and (amount is null or try_cast(amount as double) is not null)
        and (expected_close_date is null or try_cast(expected_close_date as date) is not null)
        and (closed_at is not null) = (stage in ('Closed Won', 'Closed Lost'))
        and closed_at is not distinct from (
            select max(entered_at) from opportunity_stage_history as entries
            where entries.opportunity_id = opportunities.opportunity_id
                and entries.stage in ('Closed Won', 'Closed Lost')
        )
    qualify count(*) over (partition by opportunity_id) = 1
"""


@pytest.fixture(scope="module")
def sample(repository: Path) -> duckdb.DuckDBPyConnection:
    """The sample's tables as text, and the deals and stages that are written."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for name in ("opportunities", "opportunity_stage_history", "opportunity_field_history"):
        file = repository / "seeds" / "sample" / f"{name}.csv"
        connection.execute(f"create table {name} as from read_csv('{file}', all_varchar = true)")
    connection.execute(f"create table deals as {DEALS}")
    connection.execute(
        # A deal is in its first stage from when it is made.
        "create table entries as select entries.opportunity_id, entries.stage, "
        "case when row_number() over (partition by opportunity_id order by entered_at) = 1 "
        "then created_at else entered_at end as entered_at, entries.entered_by "
        "from (select distinct * from opportunity_stage_history) as entries "
        "inner join deals using (opportunity_id) "
        "qualify count(*) over (partition by opportunity_id, entered_at) = 1 "
        "and entries.stage is distinct from lag(entries.stage) over "
        "(partition by opportunity_id order by entered_at)"
    )
    connection.execute(
        "create table changes as select changes.* from opportunity_field_history as changes "
        "inner join deals using (opportunity_id) "
        "where field_name in ('amount', 'owner_id', 'expected_close_date') "
        "and changed_at::timestamp > created_at::timestamp + interval 2 minute "
        "qualify count(*) over (partition by opportunity_id, field_name, changed_at) = 1 "
        "and old_value is not distinct from coalesce(lag(new_value) over "
        "(partition by opportunity_id, field_name order by changed_at), old_value)"
    )
    return connection


def write(source: CrmSource, sample: duckdb.DuckDBPyConnection, **tables: str) -> None:
    for name, query in tables.items():
        sample.execute(f"copy ({query}) to '{source.raw / name}.parquet' (format parquet)")


HUBSPOT_DEAL = """
    select opportunity_id as {key}, opportunity_name as {p}dealname, pipeline_id as {pipeline},
        stage as {stage}, owner_id as {owner}, cast(amount as double) as {p}amount,
        currency as {p}deal_currency_code, probability as {p}hs_deal_stage_probability,
        cast(coalesce(closed_at, expected_close_date) as timestamptz) as {p}closedate,
        cast(created_at as timestamptz) as {p}createdate, loss_reason as {p}closed_lost_reason,
        cast(updated_at as timestamptz) as {p}hs_lastmodifieddate, {links}
        is_deleted = 'true' as is_deleted
    from deals
"""
# A property has its first value when the deal is made.
HUBSPOT_LOG = """
    select opportunity_id as {key}, 'dealstage' as {name}, stage as value,
        cast(entered_at as timestamptz) as timestamp
    from entries
    union all
    select opportunity_id,
        case field_name when 'amount' then 'amount' when 'owner_id' then 'hubspot_owner_id'
            else 'closedate' end,
        new_value, cast(changed_at as timestamptz)
    from changes
    union all
    select changes.opportunity_id,
        case field_name when 'amount' then 'amount' when 'owner_id' then 'hubspot_owner_id'
            else 'closedate' end,
        arg_min(changes.old_value, changed_at), max(cast(created_at as timestamptz))
    from changes inner join deals using (opportunity_id)
    group by changes.opportunity_id, field_name
"""
HUBSPOT_STAGES = """
    select distinct pipeline_id, stage as stage_id, stage as label, 0 as display_order,
        is_closed, case when stage = 'Closed Won' then 1.0 else 0.0 end as probability
    from (select pipeline_id, stage, stage in ('Closed Won', 'Closed Lost') as is_closed from deals)
"""


def hubspot_of_fivetran(source: CrmSource, sample: duckdb.DuckDBPyConnection) -> None:
    names = {"pipeline": "deal_pipeline_id", "stage": "deal_pipeline_stage_id", "owner": "owner_id"}
    write(
        source,
        sample,
        deal=HUBSPOT_DEAL.format(key="deal_id", p="property_", links="", **names),
        deal_property_history=HUBSPOT_LOG.format(key="deal_id", name="name"),
        deal_company="select opportunity_id as deal_id, account_id as company_id, 5 as type_id "
        "from deals where account_id is not null",
        deal_pipeline_stage=HUBSPOT_STAGES,
    )


def hubspot_of_airbyte(source: CrmSource, sample: duckdb.DuckDBPyConnection) -> None:
    p = "properties_"
    names = {"pipeline": f"{p}pipeline", "stage": f"{p}dealstage", "owner": f"{p}hubspot_owner_id"}
    links = "[account_id, account_id] as companies,"
    write(
        source,
        sample,
        deals=HUBSPOT_DEAL.format(key="id", p=p, links=links, **names),
        deals_property_history=HUBSPOT_LOG.format(key='"dealId"', name="property"),
        deal_pipelines='select pipeline_id as "pipelineId", pipeline_id as label, '
        "to_json(list({'stageId': stage_id, 'label': label, 'displayOrder': display_order, "
        "'metadata': {'isClosed': cast(is_closed as varchar), "
        "'probability': cast(probability as varchar)}})) as stages "
        f"from ({HUBSPOT_STAGES}) group by pipeline_id",
    )


def hubspot_of_dlt(source: CrmSource, sample: duckdb.DuckDBPyConnection) -> None:
    names = {"pipeline": "pipeline", "stage": "dealstage", "owner": "hubspot_owner_id"}
    log = HUBSPOT_LOG.format(key="object_id", name="property_name")
    write(
        source,
        sample,
        deals=HUBSPOT_DEAL.format(key="id", p="", links="", **names),
        # A second run appends the log once more.
        deals_property_history=f"({log}) union all ({log})",
        companies__deals="select account_id as value, opportunity_id as deals_id from deals "
        "where account_id is not null",
        pipelines_deals="select distinct pipeline_id as id, pipeline_id as _dlt_id from deals",
        pipelines_deals__stages="select stage_id as id, label, display_order, "
        "cast(is_closed as varchar) as metadata__is_closed, "
        "cast(probability as varchar) as metadata__probability, pipeline_id as _dlt_parent_id "
        f"from ({HUBSPOT_STAGES})",
    )


@pytest.mark.parametrize("render", [hubspot_of_fivetran, hubspot_of_airbyte, hubspot_of_dlt])
def test_the_samples_deals_come_back_from_hubspot(
    render: Any, sample: duckdb.DuckDBPyConnection, tmp_path: Path, repository: Path
) -> None:
    source = CrmSource(tmp_path, repository / "mappings" / "hubspot")
    render(source, sample)
    assert_come_back(source, sample, "stage", "coalesce(closed_at, expected_close_date)")
    assert source.rows(
        "select stage, is_won from stages where is_closed = 'true' group by all order by 1"
    ) == [("Closed Lost", "false"), ("Closed Won", "true")]


CLOSED = "('Closed Won', 'Closed Lost')"
# In Pipedrive a deal stays in its stage when it ends, so stage and status change apart.
PIPEDRIVE_STEPS = f"""
    select *, lag(stage) over deal as earlier, row_number() over deal as step,
        last_value(case when stage not in {CLOSED} then stage end ignore nulls) over (
            partition by opportunity_id order by entered_at
            rows between unbounded preceding and 1 preceding
        ) as stood_in
    from entries
    window deal as (partition by opportunity_id order by entered_at)
"""
PIPEDRIVE_LOG = f"""
    with steps as ({PIPEDRIVE_STEPS}),
    log as (
        select opportunity_id, entered_by, 'status' as field_key, 'open' as old_value,
            case stage when 'Closed Won' then 'won' else 'lost' end as new_value, entered_at
        from steps where stage in {CLOSED}
        union all
        select opportunity_id, entered_by, 'status',
            case earlier when 'Closed Won' then 'won' else 'lost' end, 'open', entered_at
        from steps where earlier in {CLOSED} and stage not in {CLOSED}
        union all
        select opportunity_id, entered_by, 'stage_id', stood_in, stage, entered_at
        from steps where stage not in {CLOSED} and stage <> stood_in
        union all
        select opportunity_id, changed_by,
            case field_name when 'amount' then 'value' when 'owner_id' then 'user_id'
                else field_name end,
            old_value, new_value, changed_at
        from changes
    )
    select row_number() over () as id, opportunity_id as item_id, entered_by as user_id,
        field_key, old_value, new_value, cast(entered_at as timestamptz) as log_time
    from log
"""
PIPEDRIVE_DEAL = f"""
    with steps as ({PIPEDRIVE_STEPS}),
    stages as (
        select opportunity_id,
            arg_max(stage, entered_at) filter (where stage not in {CLOSED}) as stage_id,
            max(entered_at) filter (where stage not in {CLOSED} and stage <> stood_in)
                as stage_change_time
        from steps group by opportunity_id
    )
    select opportunity_id as id, opportunity_name as title, owner_id as {{owner}},
        account_id as org_id, pipeline_id, stage_id, {{amount}}, currency,
        cast(probability as double) * 100 as probability,
        case stage when 'Closed Won' then 'won' when 'Closed Lost' then 'lost' else 'open' end
            as status,
        cast(created_at as timestamptz) as add_time, cast(updated_at as timestamptz) as update_time,
        cast(stage_change_time as timestamptz) as stage_change_time,
        case when stage = 'Closed Won' then cast(closed_at as timestamptz) end as won_time,
        case when stage = 'Closed Lost' then cast(closed_at as timestamptz) end as lost_time,
        expected_close_date, loss_reason as lost_reason, is_deleted = 'true' as {{deleted}}
    from deals inner join stages using (opportunity_id)
"""


def pipedrive_of_airbyte(source: CrmSource, sample: duckdb.DuckDBPyConnection) -> None:
    amount = "cast(amount as double) as value"
    write(
        source,
        sample,
        deals=PIPEDRIVE_DEAL.format(owner="owner_id", deleted="is_deleted", amount=amount),
        deal_flow=PIPEDRIVE_LOG,
    )


def pipedrive_of_dlt(source: CrmSource, sample: duckdb.DuckDBPyConnection) -> None:
    whole = "cast(amount as double) = floor(cast(amount as double))"
    amount = (
        f"case when {whole} then cast(cast(amount as double) as bigint) end as value, "
        f"case when not {whole} then cast(amount as double) end as value__v_double"
    )
    write(
        source,
        sample,
        deals=PIPEDRIVE_DEAL.format(owner="user_id", deleted="deleted", amount=amount),
        deals_flow_deal_change=PIPEDRIVE_LOG,
    )


@pytest.mark.parametrize("render", [pipedrive_of_airbyte, pipedrive_of_dlt])
def test_the_samples_deals_come_back_from_pipedrive(
    render: Any, sample: duckdb.DuckDBPyConnection, tmp_path: Path, repository: Path
) -> None:
    source = CrmSource(tmp_path, repository / "mappings" / "pipedrive")
    render(source, sample)
    stage = "case stage when 'Closed Won' then 'won' when 'Closed Lost' then 'lost' else stage end"
    assert_come_back(source, sample, stage, "expected_close_date")


def assert_come_back(
    source: CrmSource, sample: duckdb.DuckDBPyConnection, stage: str, close_date: str
) -> None:
    """Deals, entries into stages and changes of fields are those of the sample."""
    deals = (
        "select opportunity_id, opportunity_name, account_id, pipeline_id, {stage}, owner_id, "
        "cast(amount as decimal(18, 2)), currency, cast(created_at as timestamptz), "
        "cast({close_date} as date), cast({closed} as date), cast(probability as double), "
        "loss_reason, is_deleted from {table} order by 1"
    )
    expected = sample.execute(
        deals.format(stage=stage, close_date=close_date, closed="closed_at", table="deals")
    ).fetchall()
    assert len(expected) > 1000
    assert expected == source.rows(
        deals.format(
            stage="stage",
            close_date="expected_close_date",
            closed="closed_date",
            table="opportunities",
        )
    )
    entries = "select opportunity_id, {stage}, cast(entered_at as timestamptz) from {table} "
    order = "order by 1, 3"
    expected = sample.execute(entries.format(stage=stage, table="entries") + order).fetchall()
    assert len(expected) > 4000
    found = source.rows(entries.format(stage="stage", table="opportunity_stage_history") + order)
    assert expected == found
    changes = (
        "select opportunity_id, field_name, new_value, cast(changed_at as timestamptz) "
        "from {table} order by all"
    )
    expected = sample.execute(changes.format(table="changes")).fetchall()
    assert len(expected) > 500
    assert expected == source.rows(changes.format(table="opportunity_field_history"))
