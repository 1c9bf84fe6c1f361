with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_in_cohort and created_date is not null

),

settings as (

    select * from {{ ref('dim_settings') }}

),

-- A cohort belongs to whoever owned the deal when it was opened.
waited as (

    select
        opportunities.opportunity_id,
        opportunities.created_owner_id as owner_id,
        opportunities.created_team_id as team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        opportunities.created_date,
        1 as created_deals,
        case when opportunities.is_won then 1 else 0 end as won_deals,
        case when opportunities.is_closed then 0 else 1 end as open_deals,
        case when opportunities.is_closed then 1 else 0 end as closed_deals,
        case when opportunities.is_decided then 1 else 0 end as decided_deals,
        case when opportunities.is_decided and opportunities.is_won then 1 else 0 end
            as decided_won_deals,
        -- An open deal has waited until as_of.
        case
            when opportunities.is_closed then opportunities.cycle_days
            else {{ days_between('opportunities.created_date', 'settings.as_of_date') }}
        end as waited_days

    from opportunities

    cross join settings

),

final as (

    select
        *,
        case when waited_days is null then 0 else 1 end as timed_deals

    from waited

)

select * from final
