select
    engagement_id as activity_id,
    linked_id as participant_id,
    'contact' as participant_type,
    'true' as is_external

from _engagement_links
where kind = 'contact'
union all
select
    engagement_id as activity_id,
    owner_id as participant_id,
    'user' as participant_type,
    'false' as is_external

from _engagements
where owner_id is not null
