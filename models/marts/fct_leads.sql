with

leads as (

    select * from {{ ref('crm_leads') }}

    where not is_deleted and not is_test

),

outcomes as (

    select * from {{ ref('crm_lead_outcomes') }}

),

lead_sources as (

    select * from {{ ref('stg_crm__lead_sources') }}

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
        leads.*,
        coalesce({{ known_member('leads.owner_id', 'users.user_id', 'users') }}, '-1')
            as known_owner_id,
        {{ to_business_date('leads.created_at', 'settings.reporting_tz') }} as created_date

    from leads

    cross join settings

    left join users
        on leads.owner_id = users.user_id

    where leads.created_at < settings.as_of

),

final as (

    select
        owned.lead_id,
        owned.surviving_lead_id,
        owned.converted_opportunity_id as opportunity_id,
        owned.known_owner_id as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        case when outcomes.customer_date is not null then coalesce(won_teams.team_id, '-1') end
            as customer_team_id,
        -- Only converted leads have an account, so its region would be that of success alone.
        coalesce(owned.region_id, '-1') as region_id,
        coalesce(owned.segment_id, '-1') as segment_id,
        coalesce(lead_sources.lead_source_name, owned.lead_source, '-1') as lead_source_id,
        coalesce(lead_sources.channel, 'unknown') as channel,
        coalesce(owned.campaign_id, '-1') as campaign_id,
        owned.status,
        owned.surviving_lead_id is null as is_spam,
        coalesce(owned.surviving_lead_id <> owned.lead_id, false) as is_duplicate,
        outcomes.lead_id is not null as is_counted,
        coalesce(lead_sources.is_web, false) as is_web,
        outcomes.is_existing_customer,
        outcomes.is_qualified,
        outcomes.is_open,
        outcomes.is_undecided,
        owned.created_at,
        owned.created_date,
        owned.qualified_at,
        owned.disqualified_at,
        owned.converted_at,
        outcomes.customer_date

    from owned

    left join outcomes
        on owned.lead_id = outcomes.lead_id

    left join lead_sources
        on owned.lead_source = lead_sources.lead_source

    left join rep_teams
        on
            owned.known_owner_id = rep_teams.user_id
            and owned.created_date >= rep_teams.valid_from
            and owned.created_date < {{ open_end('rep_teams.valid_to') }}

    left join rep_teams as won_teams
        on
            owned.known_owner_id = won_teams.user_id
            and outcomes.customer_date >= won_teams.valid_from
            and outcomes.customer_date < {{ open_end('won_teams.valid_to') }}

)

select * from final
