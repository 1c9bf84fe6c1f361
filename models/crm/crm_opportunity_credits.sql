with

outcomes as (

    select * from {{ ref('crm_opportunity_outcomes') }}

),

closing_owners as (

    select * from {{ ref('crm_closing_owners') }}

),

first_states as (

    select * from {{ ref('crm_opportunity_states') }}

    where version_number = 1

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Credit stays with whoever owned the deal when it closed; an open deal belongs to today's owner.
owned as (

    select
        outcomes.opportunity_id,
        case when outcomes.is_closed then closing_owners.owner_id else outcomes.owner_id end
            as owner_id,
        coalesce(outcomes.closed_date, settings.as_of_date) as credited_date,
        at_creation.owner_id as created_owner_id,
        at_creation.valid_from_date as created_date

    from outcomes

    cross join settings

    left join closing_owners
        on outcomes.opportunity_id = closing_owners.opportunity_id

    left join first_states as at_creation
        on outcomes.opportunity_id = at_creation.opportunity_id

),

final as (

    select
        owned.opportunity_id,
        coalesce(owned.owner_id, '-1') as owner_id,
        coalesce(credited_teams.team_id, '-1') as team_id,
        coalesce(owned.created_owner_id, '-1') as created_owner_id,
        coalesce(created_teams.team_id, '-1') as created_team_id,
        owned.credited_date

    from owned

    left join rep_teams as credited_teams
        on
            owned.owner_id = credited_teams.user_id
            and owned.credited_date >= credited_teams.valid_from
            and owned.credited_date < {{ open_end('credited_teams.valid_to') }}

    left join rep_teams as created_teams
        on
            owned.created_owner_id = created_teams.user_id
            and owned.created_date >= created_teams.valid_from
            and owned.created_date < {{ open_end('created_teams.valid_to') }}

)

select * from final
