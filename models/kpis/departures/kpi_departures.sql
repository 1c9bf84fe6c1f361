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

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

left_in_period as (

    select
        period_dates.period_grain,
        period_dates.period_start,
        departures.dimension,
        departures.dimension_id,
        sum(departures.separations) as separations,
        sum(departures.voluntary_separations) as voluntary_separations

    from departures

    inner join period_dates
        on departures.last_day = period_dates.date_day

    group by
        period_dates.period_grain,
        period_dates.period_start,
        departures.dimension,
        departures.dimension_id

),

-- A year has its own days, a shorter period those of the calendar year in which it begins.
joined as (

    select
        headcounts.period_grain,
        headcounts.period_start,
        headcounts.dimension,
        headcounts.dimension_id,
        headcounts.sales_employees,
        headcounts.sales_fte,
        headcounts.elapsed_days,
        cast(coalesce(left_in_period.separations, 0) as bigint) as separations,
        cast(coalesce(left_in_period.voluntary_separations, 0) as bigint) as voluntary_separations,
        case
            when headcounts.period_grain in ('year', 'fiscal_year')
                then {{ days_between('headcounts.period_start', 'headcounts.period_end') }}
            else {{ days_between(
                dbt.date_trunc('year', 'headcounts.period_start'),
                dbt.dateadd('year', 1, dbt.date_trunc('year', 'headcounts.period_start')),
            ) }}
        end as days_in_year

    from headcounts

    left join left_in_period
        on
            headcounts.period_grain = left_in_period.period_grain
            and headcounts.period_start = left_in_period.period_start
            and headcounts.dimension = left_in_period.dimension
            and headcounts.dimension_id = left_in_period.dimension_id

),

yearly as (

    select
        *,
        separations * days_in_year / cast(elapsed_days as double) as yearly_separations

    from joined

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
