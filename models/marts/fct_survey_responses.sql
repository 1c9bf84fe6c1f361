with

responses as (

    select * from {{ ref('fct_survey_scores') }}

),

contacts as (

    select * from {{ ref('crm_contacts') }}

),

crm_accounts as (

    select * from {{ ref('crm_accounts') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

rep_teams as (

    select * from {{ ref('crm_rep_teams') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

dated as (

    select
        responses.*,
        coalesce(crm_accounts.surviving_account_id, responses.account_id) as customer_id,
        coalesce(contacts.surviving_contact_id, responses.contact_id) as person_id,
        {{ to_business_date('responses.responded_at', 'settings.reporting_tz') }}
            as responded_date

    from responses

    cross join settings

    left join crm_accounts
        on responses.account_id = crm_accounts.account_id

    left join contacts
        on responses.contact_id = contacts.contact_id

    where
        responses.responded_at < settings.as_of
        and not coalesce(crm_accounts.is_test, false)

),

-- An answer nobody signed is one respondent of its own; merged contacts are one person.
final as (

    select
        dated.response_id,
        dated.survey_type,
        dated.survey_dimension,
        coalesce(dated.person_id, 'response ' || dated.response_id) as respondent_id,
        coalesce(dated.customer_id, '-1') as account_id,
        coalesce(dated.user_id, accounts.owner_id, '-1') as owner_id,
        coalesce(rep_teams.team_id, '-1') as team_id,
        coalesce(accounts.region_id, '-1') as region_id,
        coalesce(accounts.segment_id, '-1') as segment_id,
        dated.score,
        dated.is_nps_answer,
        dated.is_csat_answer,
        dated.is_service_rating,
        dated.score_share,
        dated.expectation_share,
        dated.responded_at,
        dated.responded_date

    from dated

    left join accounts
        on dated.customer_id = accounts.account_id

    left join rep_teams
        on
            coalesce(dated.user_id, accounts.owner_id) = rep_teams.user_id
            and dated.responded_date >= rep_teams.valid_from
            and dated.responded_date < {{ open_end('rep_teams.valid_to') }}

)

select * from final
