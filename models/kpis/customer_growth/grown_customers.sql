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

owned as (

    select distinct state_date, account_id, product_family_id from {{ ref('fct_customer_states') }}

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

started as (

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

),

-- A customer of two families is one customer, and one of each of them.
final as (

    select
        period_grain,
        period_start,
        account_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        'all' as product_family_id,
        1 as start_customers,
        is_upsold as upsold_customers,
        is_cross_sold as cross_sold_customers

    from started

    union all

    select
        started.period_grain,
        started.period_start,
        started.account_id,
        started.owner_id,
        started.team_id,
        started.region_id,
        started.segment_id,
        owned.product_family_id,
        1 as start_customers,
        case when bought.account_id is null then 0 else 1 end as upsold_customers,
        started.is_cross_sold as cross_sold_customers

    from started

    inner join owned
        on
            started.account_id = owned.account_id
            and started.period_start = owned.state_date

    left join bought
        on
            started.period_grain = bought.period_grain
            and started.period_start = bought.period_start
            and started.account_id = bought.account_id
            and owned.product_family_id = bought.product_family_id

)

select * from final
