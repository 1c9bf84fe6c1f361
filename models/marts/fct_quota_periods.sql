with

quotas as (

    select * from {{ ref('fct_quotas') }}

    where not is_superseded

),

periods as (

    select * from {{ ref('dim_periods') }}

    where period_grain not in ('day', 'week') and future_index <= 4

),

-- A quota counts in every period it lies in and covers its own days there; it is never split down.
final as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        quotas.quota_level,
        quotas.user_id,
        quotas.team_id,
        quotas.dimension,
        quotas.dimension_id,
        quotas.period_start as quota_start,
        quotas.period_end as quota_end,
        quotas.quota_plan,
        periods.is_started,
        periods.is_complete,
        -- A period that begins at as_of has a first midnight to look at, though it is still empty.
        periods.future_index = 0 as is_reached,
        periods.measured_date,
        quotas.opening_quota_plan

    from quotas

    inner join periods
        on
            quotas.period_start >= periods.period_start
            and quotas.period_end <= periods.period_end

)

select * from final
