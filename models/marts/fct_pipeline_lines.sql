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
final as (

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

)

select * from final
