with

leads as (

    select * from {{ ref('crm_leads') }}

),

outcomes as (

    select * from {{ ref('crm_lead_outcomes') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Nobody logs who held a lead before, so it belongs to whoever holds it now.
owned as (

    select
        leads.lead_id,
        outcomes.customer_date,
        coalesce({{ known_member('leads.owner_id', 'users.user_id', 'users') }}, '-1')
            as owner_id,
        {{ to_business_date('leads.created_at', 'settings.reporting_tz') }} as created_date

    from leads

    cross join settings

    left join outcomes
        on leads.lead_id = outcomes.lead_id

    left join users
        on leads.owner_id = users.user_id

    where leads.created_at < settings.as_of

),

final as (

    select
        owned.lead_id,
        owned.owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        case when owned.customer_date is not null then coalesce(won_teams.team_id, '-1') end
            as customer_team_id,
        owned.created_date

    from owned

    left join rep_teams
        on
            owned.owner_id = rep_teams.user_id
            and owned.created_date >= rep_teams.valid_from
            and owned.created_date < {{ open_end('rep_teams.valid_to') }}

    left join rep_teams as won_teams
        on
            owned.owner_id = won_teams.user_id
            and owned.customer_date >= won_teams.valid_from
            and owned.customer_date < {{ open_end('won_teams.valid_to') }}

)

select * from final
