with

daily_balances as (

    select * from {{ ref('fct_pipeline_daily') }}

),

by_month as (

    {{ sliced(
        ref('open_deals'),
        keys=['snapshot_date'],
        team_date='measured_date',
        attributes=deal_slices(),
        members=['product', 'product_family', 'competitor', 'custom_field'],
        counts=[
            'open_deals', 'valued_deals', 'weighted_deals', 'crm_weighted_deals', 'overdue_deals'
        ],
        amounts=['open_amount', 'overdue_amount', 'weighted_amount', 'crm_weighted_amount'],
    ) }}

),

by_day as (

    {{ sliced(
        'daily_balances',
        keys=['snapshot_date'],
        team_date='measured_date',
        attributes=['rep'],
        counts=['open_deals', 'valued_deals', 'weighted_deals'],
        amounts=['open_amount', 'weighted_amount'],
    ) }}

),

final as (

    select
        'month' as balance_grain,
        snapshot_date,
        dimension,
        dimension_id,
        open_deals,
        valued_deals,
        weighted_deals,
        crm_weighted_deals,
        overdue_deals,
        open_amount,
        overdue_amount,
        weighted_amount,
        crm_weighted_amount

    from by_month

    union all

    select
        'day' as balance_grain,
        snapshot_date,
        dimension,
        dimension_id,
        open_deals,
        valued_deals,
        weighted_deals,
        cast(null as bigint) as crm_weighted_deals,
        cast(null as bigint) as overdue_deals,
        open_amount,
        cast(null as decimal(38, 4)) as overdue_amount,
        weighted_amount,
        cast(null as decimal(38, 4)) as crm_weighted_amount

    from by_day

)

select * from final
