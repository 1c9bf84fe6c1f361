-- Where the revenue that a period is held against stands.
with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_started and period_grain not in ('day', 'week')

),

settings as (

    select * from {{ ref('dim_settings') }}

),

coverage as (

    select covered_from from {{ ref('dim_input_coverage') }}

    where table_name = 'revenue_events'

),

months_so_far as (

    select * from {{ ref('months_so_far') }}

),

-- Growth by the year is counted from the first year that the data hold whole.
whole_years as (

    select
        periods.period_grain,
        periods.period_start,
        min(periods.period_start) over (partition by periods.period_grain) as first_start

    from periods

    inner join coverage
        on periods.period_start >= coverage.covered_from

    where periods.period_grain in ('year', 'fiscal_year')

),

final as (

    select period_grain, period_start, 'current' as base, period_start as base_start from periods

    union all

    select period_grain, period_start, 'prior', prior_period_start from periods

    union all

    select period_grain, period_start, 'year_earlier', prior_year_period_start from periods

    union all

    select
        periods.period_grain,
        periods.period_start,
        'months_earlier' as base,
        cast({{ dbt.dateadd('month', '-settings.growth_months', 'periods.period_start') }} as date)
            as base_start

    from periods

    cross join settings

    where periods.period_grain = 'month'

    union all

    select period_grain, period_start, 'first_year', first_start
    from whole_years
    where period_start > first_start

    union all

    select period_grain, period_start, 'to_date', month_start from months_so_far

    union all

    select period_grain, period_start, 'to_date_year_earlier', year_earlier_start
    from months_so_far

)

select * from final
