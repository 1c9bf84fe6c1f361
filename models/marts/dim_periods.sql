with

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

calendar_range as (

    select
        min(date_day) as first_date,
        max(date_day) as last_date

    from dates

),

periods as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        max(dates.date_day) + 1 as period_end,
        case when min(dates.fiscal_year) = max(dates.fiscal_year) then min(dates.fiscal_year) end
            as fiscal_year,
        case when count(distinct dates.fiscal_quarter) = 1 then max(dates.fiscal_quarter) end
            as fiscal_quarter,
        case when period_dates.period_grain = 'week' then max(dates.week_index) end as week_index,
        max(dates.week_year) as week_year

    from period_dates

    inner join dates
        on period_dates.date_day = dates.date_day

    group by period_dates.period_grain, period_dates.period_start

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        periods.week_index,
        periods.fiscal_year,
        periods.fiscal_quarter,
        lag(periods.period_start) over by_grain as prior_period_start,
        case
            when periods.period_grain = 'week' then year_before.period_start
            else cast({{ dbt.dateadd('year', -1, 'periods.period_start') }} as date)
        end as prior_year_period_start,
        {{ days_between('periods.period_start', 'periods.period_end') }} as days_in_period,
        -- 1 for the first period after the one that holds as_of, and so on; 0 up to that one.
        count(case when periods.period_start > settings.as_of_date then 1 end) over by_grain
            as future_index,
        periods.period_start < settings.snapshot_date as is_started,
        periods.period_end <= settings.as_of_date as is_complete,
        least(periods.period_end, settings.as_of_date) as measured_date,
        case
            when periods.period_end <= settings.as_of_date then periods.period_end
            else settings.snapshot_date
        end as snapshot_date

    from periods

    cross join calendar_range

    cross join settings

    left join periods as year_before
        on
            periods.week_index = year_before.week_index
            and periods.week_year - 1 = year_before.week_year

    -- The calendar cuts through the periods at its ends; those are not whole and are left out.
    where
        periods.period_start >= calendar_range.first_date
        and periods.period_end <= calendar_range.last_date

    window by_grain as (partition by periods.period_grain order by periods.period_start)

)

select * from final
