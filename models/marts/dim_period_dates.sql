with

dates as (

    select * from {{ ref('dim_dates') }}

),

final as (

    select date_day, 'day' as period_grain, date_day as period_start from dates

    union all

    select date_day, 'week' as period_grain, week_start_date as period_start from dates

    union all

    select date_day, 'month' as period_grain, month_start_date as period_start from dates

    union all

    select date_day, 'quarter' as period_grain, quarter_start_date as period_start from dates

    union all

    select date_day, 'year' as period_grain, year_start_date as period_start from dates

    union all

    -- A fiscal period that is a period of the calendar needs no second name.
    select date_day, 'fiscal_quarter' as period_grain, fiscal_quarter_start_date as period_start
    from dates
    where fiscal_quarter_start_date <> quarter_start_date

    union all

    select date_day, 'fiscal_year' as period_grain, fiscal_year_start_date as period_start
    from dates
    where fiscal_year_start_date <> year_start_date

)

select * from final
