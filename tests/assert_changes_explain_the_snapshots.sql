-- What moved up to a midnight is what stands open at it, for every owner and currency: so one
-- month's closing pipeline is the next one's opening, and movements are the whole difference.
with

movements as (

    select * from {{ ref('fct_pipeline_changes') }}

),

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

snapshot_dates as (

    select distinct snapshot_date from snapshots

),

stood as (

    select
        snapshot_date,
        owner_id,
        currency,
        count(*) as open_deals,
        count(amount) as valued_deals,
        count(case when amount is not null then win_probability end) as weighted_deals,
        coalesce(sum(amount), 0) as open_amount,
        coalesce(sum(cast(amount as double) * win_probability), 0) as weighted_amount

    from snapshots

    group by snapshot_date, owner_id, currency

),

moved as (

    select
        snapshot_dates.snapshot_date,
        movements.owner_id,
        movements.currency,
        sum(movements.open_deals) as open_deals,
        sum(movements.valued_deals) as valued_deals,
        sum(movements.weighted_deals) as weighted_deals,
        sum(movements.open_amount) as open_amount,
        sum(cast(movements.weighted_amount as double)) as weighted_amount

    from snapshot_dates

    inner join movements
        on snapshot_dates.snapshot_date >= movements.snapshot_date

    group by snapshot_dates.snapshot_date, movements.owner_id, movements.currency

)

select
    coalesce(stood.snapshot_date, moved.snapshot_date) as snapshot_date,
    coalesce(stood.owner_id, moved.owner_id) as owner_id,
    coalesce(stood.currency, moved.currency) as currency,
    stood.open_deals,
    moved.open_deals as moved_deals,
    stood.open_amount,
    moved.open_amount as moved_amount,
    stood.weighted_amount,
    moved.weighted_amount as moved_weighted_amount

from stood

full outer join moved
    on
        stood.snapshot_date = moved.snapshot_date
        and stood.owner_id = moved.owner_id
        and stood.currency = moved.currency

where
    coalesce(stood.open_deals, 0) <> coalesce(moved.open_deals, 0)
    or coalesce(stood.valued_deals, 0) <> coalesce(moved.valued_deals, 0)
    or coalesce(stood.weighted_deals, 0) <> coalesce(moved.weighted_deals, 0)
    or coalesce(stood.open_amount, 0) <> coalesce(moved.open_amount, 0)
    or abs(coalesce(stood.weighted_amount, 0) - coalesce(moved.weighted_amount, 0))
    > greatest(0.01, abs(coalesce(stood.weighted_amount, 0)) * 1e-9)
