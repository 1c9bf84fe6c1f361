-- Who and what an activity is about, in the order of the lists where there are any.
with

listed as (

    select
        engagement_id,
        'contact' as kind,
        unnest(try_cast(contacts as varchar[])) as linked_id,
        generate_subscripts(try_cast(contacts as varchar[]), 1) as place

    from _engagements
    union all
    select
        engagement_id,
        'company' as kind,
        unnest(try_cast(companies as varchar[])) as linked_id,
        generate_subscripts(try_cast(companies as varchar[]), 1) as place

    from _engagements
    union all
    select
        engagement_id,
        'deal' as kind,
        unnest(try_cast(deals as varchar[])) as linked_id,
        generate_subscripts(try_cast(deals as varchar[]), 1) as place

    from _engagements
    union all
    select
        engagement_id,
        'contact' as kind,
        contact_id as linked_id,
        try_cast(contact_id as bigint) as place

    from engagement_contact
    union all
    select
        engagement_id,
        'company' as kind,
        company_id as linked_id,
        try_cast(company_id as bigint) as place

    from engagement_company
    union all
    select
        engagement_id,
        'deal' as kind,
        deal_id as linked_id,
        try_cast(deal_id as bigint) as place

    from engagement_deal

)

select
    listed.engagement_id,
    listed.kind,
    case
        when listed.kind = 'deal' then coalesce(_merged_deals.survivor_id, listed.linked_id)
        else listed.linked_id
    end as linked_id,
    min(listed.place) as place

from listed
left join _merged_deals on listed.linked_id = _merged_deals.deal_id
where listed.linked_id is not null
group by all
