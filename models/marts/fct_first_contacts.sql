with

opportunities as (

    select * from {{ ref('fct_opportunities') }}

    where created_date is not null

),

contacts as (

    select * from {{ ref('fct_early_contacts') }}

),

first_contacts as (

    select
        opportunity_id,
        min(contact_date) as contact_date

    from contacts

    group by opportunity_id

),

final as (

    select
        opportunities.opportunity_id,
        opportunities.created_date,
        least(first_contacts.contact_date, opportunities.created_date) as first_contact_date

    from opportunities

    left join first_contacts
        on opportunities.opportunity_id = first_contacts.opportunity_id

)

select * from final
