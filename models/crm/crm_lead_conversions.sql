with

leads as (

    select * from {{ ref('crm_leads') }}

    where surviving_lead_id is not null

),

settings as (

    select * from {{ ref('crm_settings') }}

),

accounts as (

    select * from {{ ref('crm_accounts') }}

),

attributes as (

    select * from {{ ref('crm_opportunity_attributes') }}

),

starts as (

    select * from {{ ref('crm_opportunity_starts') }}

),

-- A deal that comes after as_of says nothing yet of whose it is.
known_deals as (

    select
        attributes.opportunity_id,
        attributes.account_id

    from attributes

    inner join starts
        on attributes.opportunity_id = starts.opportunity_id

    where starts.is_known

),

-- What was made of any lead of a person is made of the lead that stands for the person.
converted as (

    select
        survivors.lead_id,
        survivors.created_at,
        {{ to_business_date('survivors.created_at', 'settings.reporting_tz') }} as created_date,
        known_deals.opportunity_id,
        coalesce(
            nullif(known_deals.account_id, '-1'),
            {{ known_member(
                'leads.converted_account_id', 'accounts.surviving_account_id', 'accounts'
            ) }}
        ) as account_id

    from leads

    inner join leads as survivors
        on leads.surviving_lead_id = survivors.lead_id

    cross join settings

    left join known_deals
        on leads.converted_opportunity_id = known_deals.opportunity_id

    left join accounts
        on leads.converted_account_id = accounts.account_id

    where coalesce(leads.converted_at < settings.as_of, true)

),

final as (

    select * from converted

    where account_id is not null or opportunity_id is not null

)

select * from final
