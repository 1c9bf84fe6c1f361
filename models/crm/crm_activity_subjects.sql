-- Whom and what an activity concerns: as it says itself, else through its deal, else its contact.
with

activities as (

    select * from {{ ref('crm_activities') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

contacts as (

    select * from {{ ref('crm_contacts') }}

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

named as (

    select
        activities.activity_id,
        coalesce(contacts.surviving_contact_id, activities.contact_id) as contact_id,
        activities.lead_id,
        {{ known_member(
            'activities.opportunity_id', 'opportunities.opportunity_id', 'opportunities'
        ) }} as opportunity_id,
        coalesce(activities.account_id, opportunities.account_id, contacts.account_id)
            as account_id,
        coalesce(opportunities.is_excluded, false) or coalesce(contacts.is_test, false)
            as is_excluded

    from activities

    left join opportunities
        on activities.opportunity_id = opportunities.opportunity_id

    left join contacts
        on activities.contact_id = contacts.contact_id

),

final as (

    select
        named.activity_id,
        named.contact_id,
        named.lead_id,
        coalesce(
            {{ known_member('named.account_id', 'accounts.surviving_account_id', 'accounts') }},
            '-1'
        ) as account_id,
        named.opportunity_id,
        coalesce(survivors.region_id, attributes.region_id, '-1') as region_id,
        coalesce(survivors.segment_id, attributes.segment_id, '-1') as segment_id,
        coalesce(attributes.lead_source_id, '-1') as lead_source_id,
        coalesce(attributes.pipeline_id, '-1') as pipeline_id,
        coalesce(attributes.campaign_id, '-1') as campaign_id,
        named.is_excluded or coalesce(accounts.is_test, false) as is_excluded

    from named

    left join accounts
        on named.account_id = accounts.account_id

    left join accounts as survivors
        on accounts.surviving_account_id = survivors.account_id

    left join attributes
        on named.opportunity_id = attributes.opportunity_id

)

select * from final
