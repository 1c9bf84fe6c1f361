with

visits as (

    select * from {{ ref('crm_stage_visits') }}

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

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A deal has left a stage for good when it ended its last visit.
dated as (

    select
        visits.*,
        {{ to_business_date('visits.exited_at', 'settings.reporting_tz') }} as exited_date,
        visits.visits_to_the_last = 1 as is_last_visit,
        sum(visits.visit_seconds) over (
            partition by visits.opportunity_id, visits.stage_name
        ) as stay_seconds

    from visits

    cross join settings

),

final as (

    select
        dated.opportunity_id,
        dated.stage_name,
        coalesce(states.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        opportunities.region_id,
        opportunities.segment_id,
        opportunities.lead_source_id,
        dated.pipeline_id,
        dated.is_last_visit,
        dated.visit_seconds,
        cast(dated.stay_seconds as bigint) as stay_seconds,
        dated.entered_at,
        dated.exited_at,
        dated.exited_date

    from dated

    inner join opportunities
        on dated.opportunity_id = opportunities.opportunity_id

    left join states
        on {{ is_state_on('dated', 'exited_date') }}

    left join rep_teams
        on
            states.owner_id = rep_teams.user_id
            and dated.exited_date >= rep_teams.valid_from
            and dated.exited_date < {{ open_end('rep_teams.valid_to') }}

    where dated.exited_at is not null

)

select * from final
