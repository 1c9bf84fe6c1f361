with

entries as (

    select * from {{ ref('crm_stage_steps') }}

    where visit_number = 1

),

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where is_in_cohort

),

states as (

    select * from {{ ref('crm_opportunity_states') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

-- Losing is no progress: what counts is a later open stage, or winning.
final as (

    select
        entries.opportunity_id,
        entries.stage_name,
        entries.stage_order,
        coalesce(states.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        opportunities.pipeline_id,
        opportunities.opportunity_type,
        entries.highest_order_after > entries.stage_order or opportunities.is_won as is_passed,
        opportunities.is_closed,
        entries.changed_date as entered_date

    from entries

    inner join opportunities
        on entries.opportunity_id = opportunities.opportunity_id

    left join states
        on {{ is_state_on('entries', 'changed_date') }}

    left join rep_teams
        on
            states.owner_id = rep_teams.user_id
            and entries.changed_date >= rep_teams.valid_from
            and entries.changed_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
