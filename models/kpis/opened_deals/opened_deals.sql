with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_in_cohort and created_date is not null

),

-- A cohort belongs to whoever owned the deal when it was opened.
final as (

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

)

select * from final
