-- A lead that became a deal is gone from Pipedrive's leads; one that nobody follows is archived.
select
    lead.id as lead_id,
    _person_addresses.email,
    _person_addresses.phone,
    coalesce(person.name, lead.title) as full_name,
    organization.name as company,
    lead.add_time as created_at,
    coalesce(lead.channel, lead.source_name) as lead_source,
    case
        when starts_with(lead.owner_id, '{') then json_extract_string(lead.owner_id, '$.id')
        else lead.owner_id
    end as owner_id,
    case when lower(lead.is_archived) in ('1', 'true') then 'disqualified' else 'new' end as status,
    case when lower(lead.is_archived) in ('1', 'true') then lead.update_time end
        as disqualified_at,
    lead.update_time as updated_at,
    regexp_matches(lower(concat_ws(' ', lead.is_deleted, lead.fivetran_deleted)), 'true|1')
        as is_deleted

from lead
left join person on lead.person_id = person.id
left join organization on lead.organization_id = organization.id
left join _person_addresses on lead.person_id = _person_addresses.person_id
