with

grown_revenue as (

    select * from {{ ref('grown_revenue') }}

),

periods as (

    select
        *,
        min(period_start) over (partition by period_grain, fiscal_year) as fiscal_year_start

    from {{ ref('dim_periods') }}

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- There is no growth from nothing, nor from less.
final as (

    select
        grown_revenue.period_grain,
        grown_revenue.period_start,
        grown_revenue.dimension,
        grown_revenue.dimension_id,
        grown_revenue.revenue_events,
        grown_revenue.revenue,
        case when grown_revenue.prior_revenue > 0 then grown_revenue.prior_revenue end
            as prior_revenue,
        case
            when grown_revenue.year_earlier_revenue > 0 then grown_revenue.year_earlier_revenue
        end as year_earlier_revenue,
        case
            when grown_revenue.months_earlier_revenue > 0
                then grown_revenue.months_earlier_revenue
        end as months_earlier_revenue,
        case when grown_revenue.first_year_revenue > 0 then grown_revenue.first_year_revenue end
            as first_year_revenue,
        grown_revenue.revenue_to_date,
        case
            when grown_revenue.year_earlier_revenue_to_date > 0
                then grown_revenue.year_earlier_revenue_to_date
        end as year_earlier_revenue_to_date,
        grown_revenue.revenue_at_earlier_plan,
        case
            when grown_revenue.year_earlier_revenue_at_plan > 0
                then grown_revenue.year_earlier_revenue_at_plan
        end as year_earlier_revenue_at_plan,
        case
            when grown_revenue.revenue_events > 0 and grown_revenue.revenue >= 0
                then cast(grown_revenue.revenue as double)
        end as grown_to,
        periods.prior_period_start,
        periods.prior_year_period_start,
        cast(
            {{ dbt.dateadd('month', '-settings.growth_months', 'grown_revenue.period_start') }}
            as date
        ) as months_earlier_start,
        grown_revenue.first_year_start,
        cast({{ dbt.dateadd('month', -12, 'periods.fiscal_year_start') }} as date)
            as year_to_date_start,
        settings.growth_months,
        cast(extract(year from grown_revenue.period_start) as bigint)
        - cast(extract(year from grown_revenue.first_year_start) as bigint) as growth_years,
        cast(prior_periods.days_in_period as double) / periods.days_in_period as day_factor

    from grown_revenue

    cross join settings

    inner join periods
        on
            grown_revenue.period_grain = periods.period_grain
            and grown_revenue.period_start = periods.period_start

    left join periods as prior_periods
        on
            periods.period_grain = prior_periods.period_grain
            and periods.prior_period_start = prior_periods.period_start

)

select * from final
