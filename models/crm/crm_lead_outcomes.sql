with

leads as (

    select * from {{ ref('crm_leads') }}

    where surviving_lead_id is not null

),

customers as (

    select * from {{ ref('crm_lead_customers') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

-- A status without its date is as old as the record: nobody knows more.
dated as (

    select
        leads.*,
        case
            when least(leads.qualified_at, leads.converted_at) is null
                then leads.status in ('qualified', 'converted')
            else least(leads.qualified_at, leads.converted_at) < settings.as_of
        end as is_qualified,
        coalesce(leads.disqualified_at < settings.as_of, leads.status = 'disqualified')
            as is_disqualified

    from leads

    cross join settings

),

-- Whoever is asked twice is qualified by either answer, but a repeat is often put aside as one.
persons as (

    select
        surviving_lead_id as lead_id,
        coalesce(max(is_qualified), false) as is_qualified,
        coalesce(
            max(case when lead_id = surviving_lead_id then is_disqualified end), false
        ) as is_disqualified

    from dated

    group by surviving_lead_id

),

final as (

    select
        persons.lead_id,
        persons.is_qualified,
        not persons.is_qualified and not persons.is_disqualified as is_open,
        coalesce(customers.is_existing_customer, false) as is_existing_customer,
        customers.customer_date is null
        and coalesce(customers.is_undecided, not persons.is_disqualified) as is_undecided,
        customers.customer_date

    from persons

    left join customers
        on persons.lead_id = customers.lead_id

)

select * from final
