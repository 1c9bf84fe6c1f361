-- Why the pipeline of a period went from what it opened with to what it closed with.
with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

scopes as (

    select scope from (values ('open'), ('due')) as scopes (scope)

),

ends as (

    select
        period_grain,
        period_start,
        period_end,
        'opening' as movement,
        period_start as balance_date
    from periods

    union all

    select
        period_grain,
        period_start,
        period_end,
        'closing',
        snapshot_date
    from periods

),

-- What it opens and closes with is counted from snapshots, what moved it from the movements.
lines as (

    select
        ends.period_grain,
        ends.period_start,
        scopes.scope,
        ends.movement,
        snapshots.owner_id,
        snapshots.team_id,
        snapshots.measured_date as team_date,
        snapshots.region_id,
        1 as deals,
        coalesce(snapshots.amount_corporate, 0) as amount

    from ends

    cross join scopes

    inner join snapshots
        on
            ends.balance_date = snapshots.snapshot_date
            and (
                scopes.scope = 'open'
                or (
                    ends.period_start <= snapshots.expected_close_date
                    and ends.period_end > snapshots.expected_close_date
                )
            )

    union all

    select
        period_grain,
        period_start,
        scope,
        movement,
        owner_id,
        team_id,
        team_date,
        region_id,
        deals,
        amount

    from {{ ref('fct_pipeline_movements') }}

),

summed as (

    {{ sliced(
        'lines',
        team_date='team_date',
        attributes=['rep', 'region'],
        counts=['deals'],
        amounts=['amount'],
        keys=['period_grain', 'period_start', 'scope', 'movement'],
    ) }}

),

-- Whatever the movements do not explain has a line of its own, which is always zero.
explained as (

    select
        period_grain,
        period_start,
        scope,
        dimension,
        dimension_id,
        movement,
        deals,
        amount
    from summed

    union all

    select
        period_grain,
        period_start,
        scope,
        dimension,
        dimension_id,
        'unexplained' as movement,
        cast(sum(case when movement = 'closing' then deals else -deals end) as bigint) as deals,
        cast(sum(case when movement = 'closing' then amount else -amount end) as decimal(38, 4))
            as amount

    from summed

    group by period_grain, period_start, scope, dimension, dimension_id

),

-- Handing over inside the whole company moves nothing.
final as (

    select
        period_grain,
        period_start,
        scope,
        dimension,
        dimension_id,
        movement,
        deals,
        amount

    from explained

    where
        dimension not in ('total', 'region')
        or movement not in ('transferred_in', 'transferred_out')

)

select * from final
