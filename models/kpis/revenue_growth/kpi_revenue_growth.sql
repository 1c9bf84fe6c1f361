with

based as (

    select * from {{ ref('based_revenue') }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        revenue_events,
        prior_period_start,
        prior_year_period_start,
        months_earlier_start,
        first_year_start,
        year_to_date_start,
        prior_revenue,
        year_earlier_revenue,
        year_earlier_revenue_to_date,
        year_earlier_revenue_at_plan,
        revenue - prior_revenue as prior_change,
        revenue - year_earlier_revenue as year_change,
        revenue_to_date - year_earlier_revenue_to_date as change_to_date,
        revenue_at_earlier_plan - year_earlier_revenue_at_plan as change_at_plan,
        cast(revenue as double) * day_factor - cast(prior_revenue as double) as day_adjusted_change,
        cast(revenue - year_earlier_revenue as double) / cast(year_earlier_revenue as double)
            as revenue_growth_rate,
        cast(revenue - prior_revenue as double) / cast(prior_revenue as double)
            as quarterly_growth_rate,
        cast(revenue_to_date - year_earlier_revenue_to_date as double)
        / cast(year_earlier_revenue_to_date as double) as growth_rate_to_date,
        power(grown_to / cast(first_year_revenue as double), 1.0 / nullif(growth_years, 0)) - 1
            as compound_yearly_growth_rate,
        cast(revenue_at_earlier_plan - year_earlier_revenue_at_plan as double)
        / cast(year_earlier_revenue_at_plan as double) as constant_currency_growth_rate,
        cast(revenue - prior_revenue as double) / cast(prior_revenue as double)
            as monthly_revenue_growth_rate,
        power(grown_to / cast(months_earlier_revenue as double), 1.0 / growth_months) - 1
            as compound_monthly_growth_rate,
        (cast(revenue as double) * day_factor - cast(prior_revenue as double))
        / cast(prior_revenue as double) as day_adjusted_growth_rate

    from based

)

select * from final
