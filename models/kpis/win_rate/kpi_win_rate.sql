with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided

),

period_dates as (

    select * from {{ ref('dim_period_dates') }}

),

bridge_members as (

    select * from {{ ref('bridge_opportunity_members') }}

),

team_closure as (

    select * from {{ ref('dim_team_closure') }}

),

member_periods as (

    select * from {{ ref('dim_member_periods') }}

),

decided as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        opportunity_type,
        closed_date,
        1 as decided_deals,
        case when is_won then 1 else 0 end as won_deals,
        -- A deal lost to no decision had no competitor to lose it to.
        case when loss_category = 'no_decision' then 0 else 1 end as competitive_deals,
        case when amount_corporate is null then 0 else 1 end as valued_deals,
        amount_corporate as decided_amount,
        case
            when is_won then amount_corporate
            when amount_corporate is not null then 0
        end as won_amount

    from opportunities

),

counted as (

    {{ summed_by_period(
        rows='decided',
        date='closed_date',
        attributes=['rep', 'region', 'segment', 'lead_source', 'pipeline', 'opportunity_type'],
        members=['product', 'product_family', 'competitor'],
        counts=['decided_deals', 'won_deals', 'competitive_deals', 'valued_deals'],
        amounts=['decided_amount', 'won_amount'],
    ) }}

),

final as (

    select
        period_grain,
        period_start,
        dimension,
        dimension_id,
        decided_deals,
        won_deals,
        competitive_deals,
        valued_deals,
        decided_amount,
        won_amount,
        won_deals / cast(nullif(decided_deals, 0) as double) as win_rate,
        won_deals / cast(nullif(competitive_deals, 0) as double) as competitive_win_rate,
        cast(won_amount as double) / cast(nullif(decided_amount, 0) as double) as win_rate_value

    from counted

)

select * from final
