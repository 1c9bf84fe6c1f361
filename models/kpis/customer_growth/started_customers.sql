with

periods as (

    select * from {{ ref('dim_periods') }}

    where is_complete and period_grain not in ('day', 'week')

),

customers as (

    select * from {{ ref('fct_customer_windows') }}

    where window_months = 1

),

bought as (

    select * from {{ ref('bought_families') }}

),

growth as (

    select
        period_grain,
        period_start,
        account_id,
        max(is_owned) as is_upsold,
        max(is_new) as is_cross_sold

    from bought

    group by period_grain, period_start, account_id

),

final as (

    select
        periods.period_grain,
        periods.period_start,
        customers.account_id,
        customers.owner_id,
        customers.team_id,
        customers.region_id,
        customers.segment_id,
        coalesce(growth.is_upsold, 0) as is_upsold,
        coalesce(growth.is_cross_sold, 0) as is_cross_sold

    from periods

    inner join customers
        on periods.period_start = customers.window_start

    left join growth
        on
            periods.period_grain = growth.period_grain
            and periods.period_start = growth.period_start
            and customers.account_id = growth.account_id

)

select * from final
