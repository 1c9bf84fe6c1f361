with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_decided and is_won and closed_date is not null

),

final as (

    select
        opportunity_id,
        owner_id,
        team_id,
        region_id,
        segment_id,
        lead_source_id,
        closed_date,
        win_category,
        1 as won_deals

    from opportunities

)

select * from final
