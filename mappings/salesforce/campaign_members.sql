select
    campaign_id,
    coalesce(lead_id, contact_id) as member_id,
    case when lead_id is not null then 'lead' else 'contact' end as member_type,
    status,
    first_responded_date as responded_at

from campaign_member
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
