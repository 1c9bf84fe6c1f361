-- E-mail addresses and telephone numbers of a person: a list, a text, or rows of their own.
with

lists as (

    select
        id as person_id,
        'email' as kind,
        email as addresses

    from person
    union all
    select
        id as person_id,
        'phone' as kind,
        phone as addresses

    from person

),

addresses as (

    select
        person_id,
        kind,
        json_extract_string(nested, '$.value') as address,
        json_extract_string(nested, '$.primary') = 'true' as is_primary

    from (
        select
            person_id,
            kind,
            unnest(from_json(addresses, '["json"]')) as nested

        from lists
        where addresses like '[%'
    ) as listed
    union all
    select
        person_id,
        kind,
        addresses as address,
        true as is_primary

    from lists
    where addresses not like '[%'
    union all
    select
        coalesce(person_email.person_id, person.id) as person_id,
        'email' as kind,
        person_email.value as address,
        lower(person_email.primary) = 'true' as is_primary

    from person_email
    left join person on person_email._dlt_parent_id = person._dlt_id
    union all
    select
        coalesce(person_phone.person_id, person.id) as person_id,
        'phone' as kind,
        person_phone.value as address,
        lower(person_phone.primary) = 'true' as is_primary

    from person_phone
    left join person on person_phone._dlt_parent_id = person._dlt_id

)

select
    person_id,
    arg_max(address, (coalesce(is_primary, false), address)) filter (where kind = 'email')
        as email,
    arg_max(address, (coalesce(is_primary, false), address)) filter (where kind = 'phone')
        as phone

from addresses
where address <> ''
group by person_id
