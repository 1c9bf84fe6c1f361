with

snapshots as (

    select * from {{ ref('fct_pipeline_snapshots') }}

),

daily_balances as (

    select * from {{ ref('fct_pipeline_daily') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

open_deals as (

    select
        snapshot_date,
        measured_date,
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        1 as open_deals,
        case when amount_corporate is null then 0 else 1 end as valued_deals,
        case when amount_corporate is null or win_probability is null then 0 else 1 end
            as weighted_deals,
        case when amount_corporate is null or crm_probability is null then 0 else 1 end
            as crm_weighted_deals,
        case
            when amount_corporate is not null and expected_close_date < measured_date then 1 else 0
        end as overdue_deals,
        amount_corporate as open_amount,
        case when expected_close_date < measured_date then amount_corporate else 0 end
            as overdue_amount,
        {{ round_to_decimal('amount_corporate * win_probability') }} as weighted_amount,
        {{ round_to_decimal('amount_corporate * crm_probability') }} as crm_weighted_amount

    from snapshots

),

by_month as (

    {{ sliced(
        rows='open_deals',
        keys=['snapshot_date'],
        team_date='measured_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type'],
        members=['product', 'product_family', 'competitor'],
        counts=[
            'open_deals', 'valued_deals', 'weighted_deals', 'crm_weighted_deals', 'overdue_deals'
        ],
        amounts=['open_amount', 'overdue_amount', 'weighted_amount', 'crm_weighted_amount'],
        idle=false,
    ) }}

),

by_day as (

    {{ sliced(
        rows='daily_balances',
        keys=['snapshot_date'],
        team_date='measured_date',
        attributes=['rep'],
        counts=['open_deals', 'valued_deals', 'weighted_deals'],
        amounts=['open_amount', 'weighted_amount'],
        idle=false,
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
