with

outlooks as (

    select * from {{ ref('forecast_outlooks') }}

),

quota_periods as (

    select * from {{ ref('fct_quota_periods') }}

    where quota_level = 'rep'

),

called as (

    select
        period_grain,
        period_start,
        submitter_id,
        dimension,
        dimension_id,
        sum({{ days_between('forecast_start', 'forecast_end') }}) as called_days

    from outlooks

    group by period_grain, period_start, submitter_id, dimension, dimension_id

),

shared as (

    select
        outlooks.period_grain,
        outlooks.period_start,
        outlooks.submitter_id,
        outlooks.dimension,
        outlooks.dimension_id,
        sum({{ days_between(
            'greatest(outlooks.forecast_start, quota_periods.quota_start)',
            'least(outlooks.forecast_end, quota_periods.quota_end)',
        ) }}) as shared_days

    from outlooks

    inner join quota_periods
        on
            outlooks.period_grain = quota_periods.period_grain
            and outlooks.period_start = quota_periods.period_start
            and outlooks.submitter_id = quota_periods.user_id
            and outlooks.dimension = quota_periods.dimension
            and outlooks.dimension_id = quota_periods.dimension_id
            and outlooks.forecast_start < quota_periods.quota_end
            and outlooks.forecast_end > quota_periods.quota_start

    group by
        outlooks.period_grain,
        outlooks.period_start,
        outlooks.submitter_id,
        outlooks.dimension,
        outlooks.dimension_id

),

-- A quota of some of the days that were called is none of the forecast.
final as (

    select
        called.period_grain,
        called.period_start,
        called.submitter_id,
        called.dimension,
        called.dimension_id,
        cast(called.called_days as bigint) as called_days

    from called

    inner join shared
        on
            called.period_grain = shared.period_grain
            and called.period_start = shared.period_start
            and called.submitter_id = shared.submitter_id
            and called.dimension = shared.dimension
            and called.dimension_id = shared.dimension_id
            and called.called_days = shared.shared_days

)

select * from final
