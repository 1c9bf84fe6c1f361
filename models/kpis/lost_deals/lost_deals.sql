with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided and not is_won and closed_date is not null

),

final as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        pipeline_id,
        closed_date,
        loss_category,
        1 as lost_deals,
        amount_corporate as lost_amount

    from opportunities

)

select * from final
