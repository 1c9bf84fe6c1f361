select
    key_of('701', campaign_id) as campaign_id,
    key_of(case when member_type = 'lead' then '00Q' else '003' end, member_id) as member_id,
    member_type,
    status,
    left(responded_at, 10) as responded_at

from campaign_members
