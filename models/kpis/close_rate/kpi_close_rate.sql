with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_in_cohort

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

    where period_grain <> 'day'

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

    where period_grain <> 'day'

),

-- A cohort belongs to whoever owned the deal when it was opened.
created as (

    select
        opportunity_id,
        created_owner_id as owner_id,
        created_team_id as team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        created_date,
        1 as created_deals,
        case when is_won then 1 else 0 end as won_deals,
        case when is_closed then 0 else 1 end as open_deals,
        case when is_decided then 1 else 0 end as decided_deals,
        case when is_decided and is_won then 1 else 0 end as decided_won_deals

    from opportunities

),

counted as (

    {{ summed_by_period(
        rows='created',
        date='created_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type'],
        members=['product', 'product_family'],
        counts=[
            'created_deals', 'won_deals', 'open_deals', 'decided_deals', 'decided_won_deals'
        ],
    ) }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        created_deals,
        won_deals,
        open_deals,
        decided_deals,
        decided_won_deals,
        won_deals / cast(nullif(created_deals, 0) as double) as close_rate,
        decided_won_deals / cast(nullif(decided_deals, 0) as double) as decided_close_rate,
        open_deals / cast(nullif(created_deals, 0) as double) as open_share

    from counted

)

select * from final
