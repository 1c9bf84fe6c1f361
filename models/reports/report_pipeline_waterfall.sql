-- Why the pipeline of a period went from what it opened with to what it closed with.
with

lines as (

    select * from {{ ref('fct_pipeline_lines') }}

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
