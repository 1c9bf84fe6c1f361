-- Records of the lead object: one that became a deal stays qualified, and which deal is not told.
with

told as (

    select
        *,
        case
            when status = 'spam' then 'disqualified'
            when status = 'converted' then 'qualified'
            else status
        end as state

    from leads

)

select
    key_of('7', told.lead_id) as lead_id,
    _persons.email,
    _persons.phone,
    told.full_name,
    told.company,
    told.created_at,
    source_of(told.lead_source) as lead_source,
    owner_of(told.owner_id) as owner_id,
    told.state as status,
    case
        when told.state = 'qualified'
            then coalesce(told.qualified_at, told.converted_at, told.updated_at)
    end as qualified_at,
    case when told.state = 'disqualified' then coalesce(told.disqualified_at, told.updated_at) end
        as disqualified_at,
    told.disqualify_reason,
    _persons.contact_id as converted_contact_id,
    told.updated_at,
    told.is_deleted

from told
inner join _persons
    on contact_of_lead(told.lead_id, told.converted_contact_id) = _persons.contact_id
