with

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

calendar_range as (

    select
        min(date_day) as first_date,
        max(date_day) as last_date

    from period_dates

),

periods as (

    select
        period_grain,
        period_start,
        max(date_day) + 1 as period_end

    from period_dates

    group by period_grain, period_start

),

-- The calendar cuts through the periods at its ends; those are not whole and are left out.
whole_periods as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end

    from periods

    cross join calendar_range

    where
        periods.period_start >= calendar_range.first_date
        and periods.period_end <= calendar_range.last_date

),

ordered as (

    select
        whole_periods.period_grain,
        whole_periods.period_start,
        whole_periods.period_end,
        lag(whole_periods.period_start) over by_grain as prior_period_start,
        cast({{ dbt.dateadd('year', -1, 'whole_periods.period_start') }} as date) as year_before,
        lag(whole_periods.period_start, 52) over by_grain as start_52_before

    from whole_periods

    window by_grain as (partition by whole_periods.period_grain order by whole_periods.period_start)

),

final as (

    select
        ordered.period_grain,
        ordered.period_start,
        ordered.period_end,
        ordered.prior_period_start,
        case
            when ordered.period_grain = 'week' then ordered.start_52_before
            else ordered.year_before
        end as prior_year_period_start,
        {{ days_between('ordered.period_start', 'ordered.period_end') }} as days_in_period,
        -- 1 for the first period after the one that holds as_of, and so on; 0 up to that one.
        cast(
            case
                when ordered.period_start > settings.as_of_date
                    then row_number() over (
                        partition by
                            ordered.period_grain, ordered.period_start > settings.as_of_date
                        order by ordered.period_start
                    )
                else 0
            end as bigint
        ) as future_index,
        ordered.period_start < settings.snapshot_date as is_started,
        ordered.period_end <= settings.as_of_date as is_complete,
        least(ordered.period_end, settings.as_of_date) as measured_date,
        case
            when ordered.period_end <= settings.as_of_date then ordered.period_end
            else settings.snapshot_date
        end as snapshot_date

    from ordered

    cross join settings

)

select * from final
