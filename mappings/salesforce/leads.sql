-- A lead may belong to a queue (00G...), which is nobody.
select
    id as lead_id,
    email,
    phone,
    name as full_name,
    company,
    created_date as created_at,
    lead_source,
    case when owner_id like '005%' then owner_id end as owner_id,
    case
        when lower(is_converted) in ('1', 'true') then 'converted'
        when lower(status) like '%not converted%' then 'disqualified'
        when lower(status) like '%unqualified%' then 'disqualified'
        when lower(status) like '%qualified%' then 'qualified'
        when lower(status) like '%working%' then 'working'
        else 'new'
    end as status,
    case when lower(is_converted) in ('1', 'true') then converted_date end as converted_at,
    converted_account_id,
    converted_contact_id,
    converted_opportunity_id,
    master_record_id as duplicate_of_lead_id,
    coalesce(last_modified_date, system_modstamp) as updated_at,
    is_deleted

from lead
