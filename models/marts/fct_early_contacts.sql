with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where created_date is not null and opportunity_type = 'new'

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

),

-- A lead that repeats another came in with the first of them.
final as (

    select
        leads.opportunity_id,
        least(leads.created_date, originals.created_date) as contact_date

    from leads

    inner join new_deals
        on leads.opportunity_id = new_deals.opportunity_id

    left join leads as originals
        on leads.surviving_lead_id = originals.lead_id

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

)

select * from final
