with

-- Who left before the deals begin is not among the users, so nobody would seem to have.
headcounts as (

    select headcounts.*

    from {{ ref('period_headcounts') }} as headcounts

    inner join {{ ref('dim_input_coverage') }} as coverage
        on
            coverage.table_name = 'opportunities'
            and headcounts.period_end > coverage.covered_from

),

departures as (

    select * from {{ ref('departures') }}

),

-- A year has its own days, a shorter period those of the calendar year in which it begins.
counted as (

    select
        headcounts.period_grain,
        headcounts.period_start,
        headcounts.dimension,
        headcounts.dimension_id,
        headcounts.sales_employees,
        headcounts.sales_fte,
        headcounts.elapsed_days,
        cast(coalesce(sum(departures.separations), 0) as bigint) as separations,
        cast(coalesce(sum(departures.voluntary_separations), 0) as bigint) as voluntary_separations,
        case
            when headcounts.period_grain in ('year', 'fiscal_year')
                then {{ days_between('headcounts.period_start', 'headcounts.period_end') }}
            else {{ days_between(
                dbt.date_trunc('year', 'headcounts.period_start'),
                dbt.dateadd('year', 1, dbt.date_trunc('year', 'headcounts.period_start')),
            ) }}
        end as days_in_year

    from headcounts

    left join departures
        on
            headcounts.dimension = departures.dimension
            and headcounts.dimension_id = departures.dimension_id
            and headcounts.period_start <= departures.last_day
            and headcounts.period_end > departures.last_day

    group by
        headcounts.period_grain,
        headcounts.period_start,
        headcounts.period_end,
        headcounts.dimension,
        headcounts.dimension_id,
        headcounts.sales_employees,
        headcounts.sales_fte,
        headcounts.elapsed_days

),

yearly as (

    select
        *,
        separations * days_in_year / cast(elapsed_days as double) as yearly_separations

    from counted

),

final as (

    select
        *,
        separations / nullif(sales_fte, 0) as sales_team_turnover,
        voluntary_separations / nullif(sales_fte, 0) as voluntary_turnover,
        yearly_separations / nullif(sales_fte, 0) as annualised_turnover

    from yearly

)

select * from final
