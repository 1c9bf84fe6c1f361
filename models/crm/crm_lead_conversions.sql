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

-- What was made of any lead of a person is made of the lead that stands for the person.
converted as (

    select
        survivors.lead_id,
        survivors.created_at,
        {{ to_business_date('survivors.created_at', 'settings.reporting_tz') }} as created_date,
        attributes.opportunity_id,
        coalesce(
            nullif(attributes.account_id, '-1'),
            {{ known_member(
                'leads.converted_account_id', 'accounts.surviving_account_id', 'accounts'
            ) }}
        ) as account_id

    from leads

    inner join leads as survivors
        on leads.surviving_lead_id = survivors.lead_id

    cross join settings

    left join attributes
        on leads.converted_opportunity_id = attributes.opportunity_id

    left join accounts
        on leads.converted_account_id = accounts.account_id

    where coalesce(leads.converted_at < settings.as_of, true)

),

final as (

    select * from converted

    where account_id is not null or opportunity_id is not null

)

select * from final
