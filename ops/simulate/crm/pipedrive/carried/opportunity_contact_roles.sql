-- The person of a deal, and its other participants; what part they play is not told.
with

named as (

    select
        opportunity_id,
        primary_contact_id as contact_id,
        true as is_primary

    from opportunities
    union all
    select
        opportunity_id,
        contact_id,
        false as is_primary

    from opportunity_contact_roles

)

select
    key_of('9', opportunity_id) as opportunity_id,
    key_of('5', contact_id) as contact_id,
    bool_or(is_primary) as is_primary

from named
where contact_id is not null
group by opportunity_id, contact_id
