with

called as (

    select * from {{ ref('forecast_covered_days') }}

),

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

-- A quota of unknown value makes that of the period unknown.
quotas as (

    select
        period_grain,
        period_start,
        user_id,
        dimension,
        dimension_id,
        sum({{ days_between('quota_start', 'quota_end') }}) as quota_days,
        sum(quota_plan) as quota_plan

    from quota_periods

    group by period_grain, period_start, user_id, dimension, dimension_id

    having count(quota_plan) = count(*) and sum(quota_plan) > 0

),

-- Only a forecast and a quota of the very same days can be compared.
final as (

    select
        called.period_grain,
        called.period_start,
        called.submitter_id,
        called.dimension,
        called.dimension_id,
        cast(quotas.quota_plan as decimal(38, 4)) as quota_plan

    from called

    inner join quotas
        on
            called.period_grain = quotas.period_grain
            and called.period_start = quotas.period_start
            and called.submitter_id = quotas.user_id
            and called.dimension = quotas.dimension
            and called.dimension_id = quotas.dimension_id
            and called.called_days = quotas.quota_days

)

select * from final
