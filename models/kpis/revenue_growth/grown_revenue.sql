with

revenue as (

    select * from {{ ref('kpi_revenue') }}

    where period_grain not in ('day', 'week')

),

bases as (

    select * from {{ ref('revenue_bases') }}

),

-- Whoever had revenue in a base and has none now has lost it, so a base is reason for a row.
final as (

    select
        bases.period_grain,
        bases.period_start,
        revenue.dimension,
        revenue.dimension_id,
        cast(
            coalesce(sum(case when bases.base = 'current' then revenue.revenue_events end), 0)
            as bigint
        ) as revenue_events,
        case
            when
                count(
                    case when bases.base = 'current' and revenue.total_revenue is null then 1 end
                ) = 0
                then coalesce(
                    sum(case when bases.base = 'current' then revenue.total_revenue end), 0
                )
        end as revenue,
        sum(case when bases.base = 'prior' then revenue.total_revenue end) as prior_revenue,
        sum(case when bases.base = 'year_earlier' then revenue.total_revenue end)
            as year_earlier_revenue,
        sum(case when bases.base = 'months_earlier' then revenue.total_revenue end)
            as months_earlier_revenue,
        sum(case when bases.base = 'first_year' then revenue.total_revenue end)
            as first_year_revenue,
        coalesce(sum(case when bases.base = 'to_date' then revenue.total_revenue end), 0)
            as revenue_to_date,
        sum(case when bases.base = 'to_date_year_earlier' then revenue.total_revenue end)
            as year_earlier_revenue_to_date,
        coalesce(
            sum(case when bases.base = 'current' then revenue.earned_amount_earlier_plan end), 0
        ) as revenue_at_earlier_plan,
        sum(case when bases.base = 'year_earlier' then revenue.earned_amount_plan end)
            as year_earlier_revenue_at_plan,
        min(case when bases.base = 'first_year' then bases.base_start end) as first_year_start

    from bases

    inner join revenue
        on
            bases.period_grain = revenue.period_grain
            and bases.base_start = revenue.period_start

    group by
        bases.period_grain, bases.period_start, revenue.dimension, revenue.dimension_id

)

select * from final
