select
    person.id as contact_id,
    case
        when starts_with(person.org_id, '{') then json_extract_string(person.org_id, '$.value')
        else person.org_id
    end as account_id,
    _person_addresses.email,
    _person_addresses.phone,
    person.name as full_name,
    person.job_title as title,
    person.add_time as created_at,
    person.update_time as updated_at,
    regexp_matches(lower(concat_ws(' ', person.is_deleted, person.fivetran_deleted)), 'true|1')
    or coalesce(lower(person.active_flag) in ('0', 'false'), false) as is_deleted

from person
left join _person_addresses on person.id = _person_addresses.person_id
