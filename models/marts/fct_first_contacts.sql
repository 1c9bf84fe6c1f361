with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where created_date is not null

),

leads as (

    select * from {{ ref('fct_leads') }}

),

-- Talking is a call that was over, an e-mail, or a meeting that was held.
talks as (

    select * from {{ ref('fct_activities') }}

    where is_call or is_sent_email or is_received_email or is_held_meeting

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A customer who buys more was met long ago; what counts for a new deal begins with it.
new_deals as (

    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.created_date,
        opportunities.created_date - settings.first_contact_days as earliest_date

    from opportunities

    cross join settings

    where opportunities.opportunity_type = 'new'

),

-- A lead that repeats another came in with the first of them.
contacts as (

    select
        leads.opportunity_id,
        least(leads.created_date, originals.created_date) as contact_date

    from leads

    left join leads as originals
        on leads.surviving_lead_id = originals.lead_id

    where leads.opportunity_id is not null

    union all

    select
        new_deals.opportunity_id,
        talks.activity_date

    from new_deals

    inner join talks
        on
            new_deals.account_id = talks.account_id
            and new_deals.created_date > talks.activity_date
            and new_deals.earliest_date <= talks.activity_date

    where new_deals.account_id <> '-1'

    union all

    select
        new_deals.opportunity_id,
        talks.activity_date

    from new_deals

    inner join talks
        on
            new_deals.opportunity_id = talks.opportunity_id
            and new_deals.created_date > talks.activity_date
            and new_deals.earliest_date <= talks.activity_date

),

first_contacts as (

    select
        new_deals.opportunity_id,
        min(contacts.contact_date) as contact_date

    from new_deals

    inner join contacts
        on new_deals.opportunity_id = contacts.opportunity_id

    group by new_deals.opportunity_id

),

final as (

    select
        opportunities.opportunity_id,
        opportunities.created_date,
        least(
            coalesce(first_contacts.contact_date, opportunities.created_date),
            opportunities.created_date
        ) as first_contact_date

    from opportunities

    left join first_contacts
        on opportunities.opportunity_id = first_contacts.opportunity_id

)

select * from final
