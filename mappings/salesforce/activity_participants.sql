select
    event_id as activity_id,
    relation_id as participant_id,
    case
        when relation_id like '005%' then 'user'
        when relation_id like '00Q%' then 'lead'
        else 'contact'
    end as participant_type,
    case when relation_id like '005%' then 'false' else 'true' end as is_external

from event_relation
where coalesce(lower(is_deleted), 'false') not in ('1', 'true')
