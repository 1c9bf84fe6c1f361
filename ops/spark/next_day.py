"""One more day of a sample company: what its sellers and customers might do, in its raw tables.

Deals are won, lost, moved, repriced, pushed, handed over, reopened, deleted and created, a past
entry is added late, customers answer, pay more or leave. Which records it hits follows from their
ids, so the same tables get the same day.
"""

from __future__ import annotations

import duckdb

from ops.warehouse import WarehouseError, quoted

# Rows of the deals of the day, by what happens to them: first rank, last rank.
WON = (1, 4)
LOST = (5, 9)
MOVED = (10, 20)
REPRICED = (21, 28)
PUSHED = (29, 36)
HANDED_OVER = (37, 40)
DELETED = (41, 41)
CORRECTED = (42, 43)
COPIED = (44, 48)


def add_day(connection: duckdb.DuckDBPyConnection, schema: str) -> str:
    """Adds the day on which the last load came to the raw tables; returns it as YYYY-MM-DD.

    The tables are those of the raw contract, every column text. Raises WarehouseError when the
    company has too few open deals for a day's work.
    """
    connection.execute("begin")
    connection.execute(f"set schema = '{quoted(schema)}'")
    try:
        (day,) = connection.execute("select left(max(loaded_at), 10) from loads").fetchone()
        connection.execute("set variable day = ?", [day])
        _pick_deals(connection)
        for statement in (*_DEALS, *_CUSTOMERS, *_MARKET):
            connection.execute(statement)
        _count_rows(connection, schema)
    except BaseException:
        connection.execute("rollback")
        raise
    finally:
        connection.execute("set schema = 'main'")
    connection.execute("commit")
    return day


def _pick_deals(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        create or replace temp table deals_of_the_day as
        select
            opportunity_id,
            pipeline_id,
            stage,
            amount,
            expected_close_date,
            owner_id,
            row_number() over (order by md5(opportunity_id)) as rank
        from opportunities
        where
            closed_date is null
            and stage not like 'Closed%'
            and coalesce(is_deleted, 'false') = 'false'
            and coalesce(is_test, 'false') = 'false'
            and try_cast(amount as decimal(18, 2)) > 0
            and try_cast(expected_close_date as date) is not null
        qualify count(*) over (partition by opportunity_id) = 1
    """)
    (count,) = connection.execute("select count(*) from deals_of_the_day").fetchone()
    if count < COPIED[1]:
        raise WarehouseError(f"{count} open deals are too few for a day's work; {COPIED[1]} do")


def _count_rows(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    tables = [name for (name,) in connection.execute("select table_name from loads").fetchall()]
    for table in tables:
        connection.execute(
            f"update loads set row_count = (select cast(count(*) as varchar) from {quoted(schema)}."
            f"{quoted(table)}), loaded_at = getvariable('day')::date + 1 || ' 02:00:00' "
            "where table_name = ?",
            [table],
        )


def _of(ranks: tuple[int, int]) -> str:
    return f"from deals_of_the_day where rank between {ranks[0]} and {ranks[1]}"


def _update_deals(ranks: tuple[int, int], assignments: str, clock: str) -> str:
    return (
        f"update opportunities set {assignments}, updated_at = getvariable('day') || ' {clock}' "
        f"where opportunity_id in (select opportunity_id {_of(ranks)})"
    )


def _enter_stage(ranks: tuple[int, int], stage: str, clock: str, days_before: int = 0) -> str:
    return (
        "insert into opportunity_stage_history by name select opportunity_id, "
        f"{stage} as stage, getvariable('day')::date - {days_before} || ' {clock}' as entered_at, "
        f"owner_id as entered_by {_of(ranks)}"
    )


def _change_field(
    ranks: tuple[int, int], field: str, new_value: str, clock: str
) -> tuple[str, str]:
    """The entry in the field history, and the new value on the deal."""
    return (
        "insert into opportunity_field_history by name select "
        f"'EVT-' || getvariable('day') || '-{field}-' || rank as event_id, opportunity_id, "
        f"'{field}' as field_name, {field} as old_value, {new_value} as new_value, "
        f"getvariable('day') || ' {clock}' as changed_at, owner_id as changed_by {_of(ranks)}",
        f"update opportunities set {field} = (select {new_value} from deals_of_the_day "
        "where opportunity_id = opportunities.opportunity_id), "
        f"updated_at = getvariable('day') || ' {clock}' "
        f"where opportunity_id in (select opportunity_id {_of(ranks)})",
    )


_ANOTHER_STAGE = """(
    select max(others.stage) from deals_of_the_day as others
    where
        others.pipeline_id is not distinct from deals_of_the_day.pipeline_id
        and others.stage <> deals_of_the_day.stage
)"""
_ANOTHER_OWNER = """(
    select max(others.owner_id) from deals_of_the_day as others
    where others.owner_id <> deals_of_the_day.owner_id
)"""
_REPRICED = "cast(cast(amount as decimal(18, 2)) * 1.1 as decimal(18, 2))::varchar"
_PUSHED = "(expected_close_date::date + 30)::varchar"
_CLOSED = "closed_date = getvariable('day'), closed_at = getvariable('day') || ' 11:00:00'"

_DEALS = (
    _enter_stage(WON, "'Closed Won'", "11:00:00"),
    _update_deals(WON, f"stage = 'Closed Won', win_reason = 'Price', {_CLOSED}", "11:00:00"),
    _enter_stage(LOST, "'Closed Lost'", "11:00:00"),
    _update_deals(LOST, f"stage = 'Closed Lost', loss_reason = 'Price', {_CLOSED}", "11:00:00"),
    _enter_stage(MOVED, _ANOTHER_STAGE, "12:30:00"),
    f"""
    update opportunities
    set
        stage = (
            select {_ANOTHER_STAGE} from deals_of_the_day
            where opportunity_id = opportunities.opportunity_id
        ),
        updated_at = getvariable('day') || ' 12:30:00'
    where opportunity_id in (select opportunity_id {_of(MOVED)})
    """,
    *_change_field(REPRICED, "amount", _REPRICED, "13:15:00"),
    *_change_field(PUSHED, "expected_close_date", _PUSHED, "14:00:00"),
    *_change_field(HANDED_OVER, "owner_id", _ANOTHER_OWNER, "15:00:00"),
    _update_deals(
        DELETED, "is_deleted = 'true', deleted_at = getvariable('day') || ' 16:00:00'", "16:00:00"
    ),
    # Someone enters late what happened ten days ago.
    _enter_stage(CORRECTED, _ANOTHER_STAGE, "09:00:00", days_before=10),
    # A customer who had said no comes back.
    """
    create or replace temp table reopened as
    select opportunity_id, owner_id from opportunities
    where stage = 'Closed Lost' and closed_date < getvariable('day')
    order by closed_date desc, opportunity_id limit 1
    """,
    """
    insert into opportunity_stage_history by name
    select
        opportunity_id,
        (select max(stage) from deals_of_the_day) as stage,
        getvariable('day') || ' 17:00:00' as entered_at,
        owner_id as entered_by
    from reopened
    """,
    """
    update opportunities
    set
        stage = (select max(stage) from deals_of_the_day),
        closed_date = null,
        closed_at = null,
        loss_reason = null,
        updated_at = getvariable('day') || ' 17:00:00'
    where opportunity_id in (select opportunity_id from reopened)
    """,
    f"""
    insert into opportunities by name
    select * replace (
        'NEW-' || opportunity_id as opportunity_id,
        getvariable('day') as created_date,
        getvariable('day') || ' 10:00:00' as created_at,
        getvariable('day') || ' 10:00:00' as updated_at,
        null as qualified_at
    )
    from opportunities where opportunity_id in (select opportunity_id {_of(COPIED)})
    """,
    f"""
    insert into opportunity_stage_history by name
    select
        'NEW-' || opportunity_id as opportunity_id,
        stage,
        getvariable('day') || ' 10:00:00' as entered_at,
        owner_id as entered_by
    {_of(COPIED)}
    """,
)

_CUSTOMERS = (
    """
    insert into survey_responses by name
    select * replace (
        'NEW-' || response_id as response_id,
        getvariable('day') || ' 08:30:00' as responded_at
    )
    from survey_responses
    order by md5(response_id) limit 8
    """,
    """
    insert into activities by name
    select * replace (
        'NEW-' || activity_id as activity_id,
        getvariable('day') || ' 09:00:00' as created_at,
        getvariable('day') || ' 09:00:00' as completed_at,
        getvariable('day') || ' 09:00:00' as sent_at
    )
    from activities
    where activity_type = 'email'
    order by md5(activity_id) limit 20
    """,
    """
    create or replace temp table subscriptions_of_the_day as
    select subscription_id, valid_from, row_number() over (order by md5(subscription_id)) as rank
    from subscriptions
    where valid_to is null and valid_from < getvariable('day') and status = 'active'
    """,
    # Three customers pay more from this day on, three leave.
    """
    insert into subscriptions by name
    select * replace (
        cast(cast(mrr as decimal(18, 4)) * 1.2 as decimal(18, 4))::varchar as mrr,
        getvariable('day') as valid_from,
        getvariable('day') || ' 03:00:00' as updated_at
    )
    from subscriptions
    semi join (select * from subscriptions_of_the_day where rank <= 3)
        using (subscription_id, valid_from)
    """,
    """
    update subscriptions
    set
        valid_to = getvariable('day'),
        status = case when picked.rank <= 3 then 'expired' else 'cancelled' end,
        updated_at = getvariable('day') || ' 03:00:00'
    from subscriptions_of_the_day as picked
    where
        picked.rank <= 6
        and subscriptions.subscription_id = picked.subscription_id
        and subscriptions.valid_from = picked.valid_from
    """,
)

_MARKET = (
    """
    insert into exchange_rates by name
    select currency, getvariable('day') as rate_date, rate_type, max_by(rate, rate_date) as rate
    from exchange_rates
    where rate_type = 'spot'
    group by currency, rate_type
    having max(rate_date) < getvariable('day')
    """,
)
