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

-- Growth by the year is counted from the first year that the data hold whole.
first_years as (

    select
        periods.period_grain,
        min(periods.period_start) as period_start

    from periods

    cross join coverage

    where
        periods.period_grain in ('year', 'fiscal_year')
        and periods.period_start >= coverage.covered_from

    group by periods.period_grain

),

months as (

    select
        *,
        min(period_start) over (partition by fiscal_year) as year_start

    from periods

    where period_grain = 'month'

),

final as (

    select period_grain, period_start, 'current' as base, period_start as base_start from periods

    union all

    select period_grain, period_start, 'prior', prior_period_start from periods

    union all

    select period_grain, period_start, 'year_earlier', prior_year_period_start from periods

    union all

    select
        months.period_grain,
        months.period_start,
        'months_earlier' as base,
        cast({{ dbt.dateadd('month', '-settings.growth_months', 'months.period_start') }} as date)
            as base_start

    from months

    cross join settings

    union all

    select
        periods.period_grain,
        periods.period_start,
        'first_year' as base,
        first_years.period_start as base_start

    from periods

    inner join first_years
        on
            periods.period_grain = first_years.period_grain
            and periods.period_start > first_years.period_start

    union all

    select
        months.period_grain,
        months.period_start,
        'to_date' as base,
        so_far.period_start as base_start

    from months

    inner join months as so_far
        on months.year_start = so_far.year_start and months.period_start >= so_far.period_start

    union all

    select
        months.period_grain,
        months.period_start,
        'to_date_year_earlier' as base,
        so_far.prior_year_period_start as base_start

    from months

    inner join months as so_far
        on months.year_start = so_far.year_start and months.period_start >= so_far.period_start

)

select * from final
