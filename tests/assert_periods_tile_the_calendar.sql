-- The periods of each grain follow one another without gap or overlap, and every day of the
-- calendar lies in exactly one period of each grain, the one that holds it.
with

dates as (

    select * from {{ ref('dim_dates') }}

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

calendar as (

    select
        min(date_day) as first_date,
        max(date_day) + 1 as last_date

    from dates

),

followed as (

    select
        periods.*,
        lead(period_start) over (partition by period_grain order by period_start) as next_start,
        lag(period_start) over (partition by period_grain order by period_start) as last_start,
        lag(future_index, 1, 0) over (partition by period_grain order by period_start) as last_index

    from periods

),

grains as (

    select
        period_grain,
        count(*) as day_count,
        count(distinct date_day) as distinct_day_count

    from period_dates

    group by period_grain

),

broken as (

    select
        'periods follow one another' as law,
        followed.period_grain,
        followed.period_start as day

    from followed

    where
        period_end <= period_start
        or next_start <> period_end
        or prior_period_start is distinct from last_start
        or days_in_period <> {{ days_between('period_start', 'period_end') }}
        -- Coming periods are counted from the running one, past ones not at all.
        or (future_index > 0 and future_index <> last_index + 1)

    union all

    -- What no whole period holds is less than a period at either end of the calendar.
    select
        'periods reach the ends of the calendar' as law,
        followed.period_grain,
        followed.period_start as day

    from followed

    cross join calendar

    where
        (
            followed.next_start is null
            and {{ dbt.dateadd('year', 1, 'followed.period_end') }} <= calendar.last_date
        )
        or (
            followed.last_start is null
            and {{ dbt.dateadd('year', -1, 'followed.period_start') }} >= calendar.first_date
        )

    union all

    select
        'a day lies in the period that holds it' as law,
        period_dates.period_grain,
        period_dates.date_day as day

    from period_dates

    inner join periods
        on
            period_dates.period_grain = periods.period_grain
            and period_dates.period_start = periods.period_start

    where
        period_dates.date_day < periods.period_start or period_dates.date_day >= periods.period_end

    union all

    select
        'a period has its days' as law,
        periods.period_grain,
        periods.period_start as day

    from periods

    left join period_dates
        on
            periods.period_grain = period_dates.period_grain
            and periods.period_start = period_dates.period_start

    group by periods.period_grain, periods.period_start, periods.days_in_period

    having count(period_dates.date_day) <> periods.days_in_period

    union all

    select
        'every grain holds every day once' as law,
        grains.period_grain,
        calendar.first_date as day

    from grains

    cross join calendar

    where
        grains.day_count <> {{ days_between('calendar.first_date', 'calendar.last_date') }}
        or grains.distinct_day_count <> grains.day_count

    union all

    -- Five grains of the calendar; fiscal ones only where they differ from it (G-19).
    select
        'fiscal grains are those that no calendar grain holds' as law,
        'all' as period_grain,
        calendar.first_date as day

    from periods

    cross join calendar

    cross join settings

    group by calendar.first_date, settings.fiscal_year_start_month

    having
        count(distinct periods.period_grain)
        <> 5
        + case when settings.fiscal_year_start_month in (1, 4, 7, 10) then 0 else 1 end
        + case when settings.fiscal_year_start_month = 1 then 0 else 1 end

    union all

    -- By week index: the week a year before lies in the year before and has the same number (G5).
    select
        'a week is compared with the week of its index' as law,
        weeks.period_grain,
        weeks.period_start as day

    from periods as weeks

    cross join calendar

    where
        weeks.period_grain = 'week'
        and case
            when weeks.prior_year_period_start is null
                then
                    weeks.week_index < 53
                    and {{ dbt.dateadd('year', -2, 'weeks.period_start') }} > calendar.first_date
            else
                extract(week from weeks.prior_year_period_start)
                <> extract(week from weeks.period_start)
                or {{ days_between('weeks.prior_year_period_start', 'weeks.period_start') }}
                not in (364, 371)
        end

)

select * from broken
