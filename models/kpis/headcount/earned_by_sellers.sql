with

revenue as (

    select * from {{ ref('kpi_revenue') }}

    where period_grain not in ('day', 'week') and dimension in ('total', 'team', 'rep')

),

users as (

    select * from {{ ref('dim_users') }}

),

-- A head has the region of the seller, so what it earned is put there as well.
placed as (

    select
        revenue.period_grain,
        revenue.period_start,
        case when revenue.dimension = 'rep' then 'region' else revenue.dimension end as dimension,
        case
            when revenue.dimension = 'rep' then coalesce(users.region_id, '-1')
            else revenue.dimension_id
        end as dimension_id,
        revenue.revenue_events,
        revenue.total_revenue

    from revenue

    left join users
        on revenue.dimension_id = users.user_id

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        cast(sum(revenue_events) as bigint) as revenue_events,
        cast(sum(case when revenue_events > 0 then total_revenue end) as decimal(38, 4)) as earned

    from placed

    group by period_grain, period_start, dimension, dimension_id

)

select * from final
