with

touchpoints as (

    select * from {{ ref('crm_touchpoints') }}

),

contacts as (

    select * from {{ ref('crm_contacts') }}

),

leads as (

    select * from {{ ref('crm_leads') }}

),

conversions as (

    select
        lead_id,
        min(account_id) as account_id

    from {{ ref('crm_lead_conversions') }}

    group by lead_id

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- Who was reached is a company by name, or the one that the person works for or became.
reached as (

    select
        touchpoints.touch_id,
        touchpoints.campaign_id,
        touchpoints.channel,
        touchpoints.occurred_at,
        coalesce(touchpoints.account_id, contacts.account_id, conversions.account_id) as account_id

    from touchpoints

    left join contacts
        on touchpoints.person_id = contacts.contact_id

    left join leads
        on touchpoints.person_id = leads.lead_id

    left join conversions
        on leads.surviving_lead_id = conversions.lead_id

),

known as (

    select
        reached.touch_id,
        {{ known_member('reached.account_id', 'accounts.surviving_account_id', 'accounts') }}
            as account_id,
        reached.campaign_id,
        reached.channel,
        reached.occurred_at,
        {{ to_business_date('reached.occurred_at', 'settings.reporting_tz') }} as touch_date

    from reached

    cross join settings

    left join accounts
        on reached.account_id = accounts.account_id

    where reached.occurred_at < settings.as_of

),

final as (

    select * from known

    where account_id is not null

)

select * from final
