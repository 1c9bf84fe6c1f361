-- Everybody who is linked to a deal: its main contact, and others who play a part in it.
select distinct
    key_of('9', opportunity_id) as opportunity_id,
    key_of('5', contact_id) as contact_id

from (
    select
        opportunity_id,
        primary_contact_id as contact_id

    from opportunities
    union all
    select
        opportunity_id,
        contact_id

    from opportunity_contact_roles
    union all
    select
        converted_opportunity_id as opportunity_id,
        converted_contact_id as contact_id

    from leads
) as named
where opportunity_id is not null and contact_id is not null
