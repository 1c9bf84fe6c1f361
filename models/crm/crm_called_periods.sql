with

calls as (

    select * from {{ ref('crm_forecast_calls') }}

    where is_counted

),

periods as (

    select distinct
        submitter_id,
        forecast_level,
        coalesce(call_team_id, '-1') as call_team_id,
        dimension,
        dimension_id,
        period_start,
        period_end,
        {{ days_between('period_start', 'period_end') }} as period_days

    from calls

),

-- Of two periods that one person called over the same days the longer counts, else the earlier.
final as (

    select
        periods.submitter_id,
        periods.forecast_level,
        periods.call_team_id,
        periods.dimension,
        periods.dimension_id,
        periods.period_start,
        periods.period_end,
        count(others.submitter_id) > 0 as is_superseded

    from periods

    left join periods as others
        on
            periods.submitter_id = others.submitter_id
            and periods.forecast_level = others.forecast_level
            and periods.call_team_id = others.call_team_id
            and periods.dimension = others.dimension
            and periods.dimension_id = others.dimension_id
            and periods.period_start < others.period_end
            and periods.period_end > others.period_start
            and (
                periods.period_days < others.period_days
                or (
                    periods.period_days = others.period_days
                    and periods.period_start > others.period_start
                )
            )

    group by
        periods.submitter_id,
        periods.forecast_level,
        periods.call_team_id,
        periods.dimension,
        periods.dimension_id,
        periods.period_start,
        periods.period_end

)

select * from final
