with

started as (

    select * from {{ ref('started_customers') }}

),

bought as (

    select * from {{ ref('bought_families') }}

),

owned as (

    select distinct state_date, account_id, product_family_id from {{ ref('fct_customer_states') }}

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
