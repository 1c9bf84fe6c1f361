with

slices as (

    select * from {{ ref('kpi_forecast_slices') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- Until a few days after its end the result of a period may still be booked.
compared as (

    select
        slices.*,
        case slices.forecast_level when 'rep' then 'all' else slices.forecast_level end
            as forecast_series,
        case slices.forecast_level
            when 'rep' then 'All'
            when 'manager' then 'Managers'
            when 'vp' then 'Vice presidents'
            else slices.forecast_level
        end as series_label,
        cast(slices.booked_plan - slices.call_plan as decimal(38, 4)) as forecast_variance,
        cast(slices.call_plan - slices.booked_plan as decimal(38, 4)) as over_forecast,
        cast(
            abs(slices.booked_plan) - abs(slices.call_plan - slices.booked_plan)
            as decimal(38, 4)
        ) as met_plan,
        case
            when settings.as_of_date < periods.period_end + settings.forecast_settling_days
                then 'provisional'
            else 'ok'
        end as forecast_status

    from slices

    cross join settings

    inner join periods
        on
            slices.period_grain = periods.period_grain
            and slices.period_start = periods.period_start

),

final as (

    select
        *,
        cast(met_plan as double) / cast(nullif(abs(booked_plan), 0) as double)
            as forecast_accuracy,
        cast(forecast_variance as double) / cast(nullif(call_plan, 0) as double)
            as relative_variance,
        cast(error_plan as double) / cast(nullif(absolute_booked_plan, 0) as double)
            as forecast_wape,
        relative_error / cast(nullif(sized_units, 0) as double) as forecast_mape,
        cast(over_forecast as double) / cast(nullif(booked_plan, 0) as double) as forecast_bias

    from compared

)

select * from final
